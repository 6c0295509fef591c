//! The one error of this crate.
//!
//! A message fits behind "failed to ...: " and says what to do where there is something to do. Text
//! that came from the other side is bounded and carries no control characters.

use crate::Document;
use crate::content::NotADocument;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Characters of foreign text that a message repeats at most.
const MAX_FOREIGN_CHARACTERS: usize = 200;

/// Why a document could not be had or kept.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The text given as a source is not one.
    #[error("{given:?} is not a usable source: {reason}; give a directory, a file or an http(s) URL")]
    Source {
        /// The text as given, bounded; without credentials.
        given: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up: {reason}")]
    Client {
        /// What is wrong.
        reason: String,
    },
    /// A time-out of the fetch ran out.
    #[error("{url} took too long while {doing}; check the connection or raise the time-outs")]
    Timeout {
        /// What was asked.
        url: String,
        /// What was being waited for.
        doing: &'static str,
    },
    /// No connection, or one that broke before the answer began.
    #[error("{url} could not be reached: {reason}; check the address, the network and the proxy")]
    Connection {
        /// What was asked.
        url: String,
        /// The innermost cause.
        reason: String,
    },
    /// The server answered with something else than a document or "not modified".
    #[error("{url} answered {status} {meaning}")]
    Status {
        /// What was asked.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The status in words.
        meaning: &'static str,
        /// How long the server asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// A redirect that is not followed.
    #[error("{url} redirects {to}, which is not followed; give the final address if you trust it")]
    Redirect {
        /// What was asked.
        url: String,
        /// Where to, as a phrase.
        to: String,
    },
    /// The body ended before its announced end.
    #[error("{url} broke off after {received_bytes} bytes{}", of_expected(*expected_bytes))]
    Truncated {
        /// What was asked.
        url: String,
        /// Bytes that arrived.
        received_bytes: u64,
        /// Bytes that were announced.
        expected_bytes: Option<u64>,
    },
    /// More bytes than allowed.
    #[error("{what} is larger than the limit of {limit_bytes} bytes; raise the limit if this is right")]
    TooLarge {
        /// The URL, the path or what else is too large.
        what: String,
        /// The limit, in bytes as stored or sent.
        limit_bytes: u64,
    },
    /// A web page where a document was expected.
    #[error(
        "{what} is an HTML page, not a document; check the address, or open it in a browser to see what it says"
    )]
    Html {
        /// The URL or path.
        what: String,
    },
    /// Nothing where a document was expected.
    #[error("{what} is empty")]
    Empty {
        /// The URL or path.
        what: String,
    },
    /// A content coding that was not asked for.
    #[error("{url} sent the content coding {encoding:?}, which was not asked for")]
    Encoding {
        /// What was asked.
        url: String,
        /// The coding, bounded.
        encoding: String,
    },
    /// A file is not the one that the index speaks of.
    #[error("{what} has another SHA-256 than the index says; it may be half written, it is asked for again")]
    Digest {
        /// The file.
        what: String,
    },
    /// Bytes that cannot be unpacked.
    #[error("{what} cannot be unpacked: {reason}")]
    Decode {
        /// The file or URL.
        what: String,
        /// What is wrong.
        reason: String,
    },
    /// The index of a service cannot be read.
    #[error("{url} is not an index of CollecTor: {reason}; check the address")]
    Index {
        /// What was asked.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// An archive cannot be read.
    #[error("the archive {what} cannot be read: {reason}; fetch it again")]
    Archive {
        /// The archive.
        what: String,
        /// What is wrong.
        reason: String,
    },
    /// A folder with more files than are looked at.
    #[error("{path} holds more than {limit} files; give a folder with fewer")]
    TooManyFiles {
        /// The folder.
        path: PathBuf,
        /// The limit.
        limit: usize,
    },
    /// The source directory is not there.
    #[error("the directory {path} does not exist; create it or give another")]
    DirectoryMissing {
        /// The directory.
        path: PathBuf,
    },
    /// The source directory is something else.
    #[error("{path} is not a directory; give the directory that holds details.json")]
    NotADirectory {
        /// The path.
        path: PathBuf,
    },
    /// A directory without a document that is required.
    #[error(
        "{directory} holds no {document}.json, {document}.json.zst, {document}.json.gz or {document}.json.xz; \
         put one there or give another directory"
    )]
    DocumentMissing {
        /// The directory.
        directory: PathBuf,
        /// The document.
        document: Document,
    },
    /// A file that was named is not there.
    #[error("the file {path} does not exist; check the path")]
    FileMissing {
        /// The file.
        path: PathBuf,
    },
    /// A file changed while it was read.
    #[error(
        "{path} changed while it was read; try again when it is written, or write it elsewhere and rename it"
    )]
    Changing {
        /// The file.
        path: PathBuf,
    },
    /// A file or directory cannot be read.
    #[error("{path} cannot be read: {reason}; check that it is a regular file and its permissions")]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// A file or directory cannot be written.
    #[error("{path} cannot be written: {reason}; check the permissions and the free space")]
    Unwritable {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// Another process holds the directory's lock.
    #[error("{directory} is in use by another allium process ({}); stop it or give another directory", holder(*pid))]
    InUse {
        /// The guarded directory.
        directory: PathBuf,
        /// The other process, as far as the lock file tells.
        pid: Option<u32>,
    },
}

fn of_expected(expected_bytes: Option<u64>) -> String {
    expected_bytes.map_or_else(String::new, |bytes| format!(" of {bytes}"))
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| "pid unknown".to_owned(), |pid| format!("pid {pid}"))
}

impl CollectError {
    /// Whether asking again soon may help: time-outs, broken connections, 429 and 5xx.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Timeout { .. } | Self::Connection { .. } | Self::Truncated { .. } => true,
            Self::Status { status, .. } => *status == 429 || (500..=599).contains(status),
            _ => false,
        }
    }

    /// How long the server asked to be left alone, from `Retry-After`.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Foreign text for a message: printable and at most 200 characters.
    pub(crate) fn bounded(text: &str) -> String {
        // Cut first, so that a megabyte of header is not walked through.
        let start: String = text.chars().take(MAX_FOREIGN_CHARACTERS).collect();
        allium_model::printable(&start).into_owned()
    }

    pub(crate) fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |reason| Self::Unreadable { path, reason }
    }

    pub(crate) fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |reason| Self::Unwritable { path, reason }
    }

    pub(crate) fn not_a_document(what: String) -> impl FnOnce(NotADocument) -> Self {
        move |reason| match reason {
            NotADocument::Empty => Self::Empty { what },
            NotADocument::Html => Self::Html { what },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_bounded_and_printable() {
        let hostile = format!("\u{1b}[2J{}", "x".repeat(1_000_000));
        let bounded = CollectError::bounded(&hostile);
        assert!(bounded.len() <= MAX_FOREIGN_CHARACTERS && bounded.starts_with("[2Jx"), "{bounded}");
    }

    #[test]
    fn only_what_may_pass_is_transient() {
        let status =
            |status| CollectError::Status { url: String::new(), status, meaning: "", retry_after: None };
        for (code, expected) in
            [(404, false), (403, false), (429, true), (500, true), (503, true), (204, false)]
        {
            assert_eq!(status(code).is_transient(), expected, "{code}");
        }
        assert!(!CollectError::Html { what: String::new() }.is_transient());
    }
}
