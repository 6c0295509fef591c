//! The index of a CollecTor service (`index/index.json`): which files it has.
//!
//! The folders of the document are nested; here the files stand in one list with their whole paths.
//! A file whose path could lead elsewhere is left out with a warning.

use super::{Parsed, RelativePath};
use crate::{DocumentError, Limits};
use allium_model::{Timestamp, Warning, printable};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Files of an index at most.
const MAX_FILES: usize = 1_000_000;

/// Warnings of an index at most.
const MAX_WARNINGS: usize = 100;

/// What an index says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CollectorIndex {
    /// When it was made, `index_created`.
    pub created: Option<Timestamp>,
    /// The files in the order of the document.
    pub files: Vec<IndexedFile>,
}

/// A file of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedFile {
    /// Its path below the service.
    pub path: RelativePath,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// When it last changed, to the minute.
    pub last_modified: Option<Timestamp>,
    /// SHA-256 of its bytes as stored, where the index says it.
    pub sha256: Option<[u8; 32]>,
    /// Publication of the first document in it.
    pub first_published: Option<Timestamp>,
    /// Publication of the last document in it.
    pub last_published: Option<Timestamp>,
}

#[derive(Deserialize)]
struct WireIndex<'a> {
    #[serde(borrow)]
    index_created: Option<Cow<'a, str>>,
    #[serde(flatten, borrow)]
    root: WireFolderItems<'a>,
}

#[derive(Deserialize)]
struct WireFolderItems<'a> {
    #[serde(default, borrow)]
    files: Vec<WireFile<'a>>,
    #[serde(default, borrow)]
    directories: Vec<WireFolder<'a>>,
}

#[derive(Deserialize)]
struct WireFolder<'a> {
    #[serde(borrow)]
    path: Cow<'a, str>,
    #[serde(default, borrow)]
    files: Vec<WireFile<'a>>,
    #[serde(default, borrow)]
    directories: Vec<WireFolder<'a>>,
}

#[derive(Deserialize)]
struct WireFile<'a> {
    #[serde(borrow)]
    path: Cow<'a, str>,
    #[serde(default)]
    size: u64,
    #[serde(borrow)]
    last_modified: Option<Cow<'a, str>>,
    #[serde(borrow)]
    sha256: Option<Cow<'a, str>>,
    #[serde(borrow)]
    first_published: Option<Cow<'a, str>>,
    #[serde(borrow)]
    last_published: Option<Cow<'a, str>>,
}

/// Reads the plain bytes of an index.
///
/// # Errors
/// When it is empty, a web page, no JSON of this form, or has more than a million files.
pub fn parse_collector_index(bytes: &[u8], limits: &Limits) -> Result<Parsed<CollectorIndex>, DocumentError> {
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(DocumentError::Empty),
        Some(b'<') => return Err(DocumentError::Html),
        Some(_) if bytes.len() > limits.max_document_bytes => {
            return Err(DocumentError::Limit {
                name: "max_document_bytes",
                limit: limits.max_document_bytes,
            });
        }
        Some(_) => {}
    }
    let wire: WireIndex<'_> =
        serde_json::from_slice(bytes).map_err(|error| DocumentError::Schema(error.to_string()))?;
    let mut walk = Walk {
        index: CollectorIndex { created: time(wire.index_created.as_deref()), files: Vec::new() },
        warnings: Vec::new(),
    };
    walk.folder("", &wire.root.files, &wire.root.directories)?;
    Ok(Parsed { document: walk.index, unknown_items: BTreeMap::new(), warnings: walk.warnings })
}

struct Walk {
    index: CollectorIndex,
    warnings: Vec<Warning>,
}

impl Walk {
    /// Takes the files of a folder and of those in it. The parser of JSON bounds the depth.
    fn folder(
        &mut self,
        path: &str,
        files: &[WireFile<'_>],
        folders: &[WireFolder<'_>],
    ) -> Result<(), DocumentError> {
        for file in files {
            self.file(path, file)?;
        }
        for folder in folders {
            self.folder(&below(path, &folder.path), &folder.files, &folder.directories)?;
        }
        Ok(())
    }

    fn file(&mut self, folder: &str, file: &WireFile<'_>) -> Result<(), DocumentError> {
        let path = below(folder, &file.path);
        let Some(path) = RelativePath::parse(&path) else {
            self.warn(&path, "the path is not one of plain names");
            return Ok(());
        };
        if self.index.files.len() >= MAX_FILES {
            return Err(DocumentError::Limit { name: "files of an index", limit: MAX_FILES });
        }
        let sha256 = file.sha256.as_deref().and_then(digest);
        if file.sha256.is_some() && sha256.is_none() {
            self.warn(path.as_str(), "the sha256 is not one");
        }
        self.index.files.push(IndexedFile {
            path,
            size_bytes: file.size,
            last_modified: time(file.last_modified.as_deref()),
            sha256,
            first_published: time(file.first_published.as_deref()),
            last_published: time(file.last_published.as_deref()),
        });
        Ok(())
    }

    fn warn(&mut self, entry: &str, message: &str) {
        if self.warnings.len() < MAX_WARNINGS {
            let entry: String = printable(entry).chars().take(200).collect();
            self.warnings.push(Warning { document: "index", entry, message: message.to_owned() });
        }
    }
}

/// The path of a name in a folder, bounded: what is longer than any sound path is cut and then refused.
fn below(folder: &str, name: &str) -> String {
    let joined = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    joined.chars().take(1000).collect()
}

/// A time to the minute, as the index writes it, or to the second.
fn time(text: Option<&str>) -> Option<Timestamp> {
    let text = text?;
    if text.len() == 16 { format!("{text}:00").parse().ok() } else { text.parse().ok() }
}

/// A digest in base64 with or without padding, as CollecTor writes it, or in hex.
fn digest(text: &str) -> Option<[u8; 32]> {
    let bytes = match text.len() {
        43 => data_encoding::BASE64_NOPAD.decode(text.as_bytes()),
        44 => data_encoding::BASE64.decode(text.as_bytes()),
        64 => data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()),
        _ => return None,
    };
    bytes.ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Parsed<CollectorIndex> {
        parse_collector_index(text.as_bytes(), &Limits::default()).unwrap()
    }

    const INDEX: &str = r#"{"index_created":"2026-03-22 05:48","build_revision":"abc","path":"https://c.example",
      "files":[{"path":"robots.txt","size":3,"last_modified":"2026-03-22 05:00"}],
      "directories":[{"path":"recent","directories":[{"path":"exit-lists","files":[
        {"path":"2026-03-22-05-02-00","size":120,"last_modified":"2026-03-22 05:02",
         "types":["tordnsel 1.0"],"first_published":"2026-03-22 05:02","last_published":"2026-03-22 05:02",
         "sha256":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}]}]}]}"#;

    #[test]
    fn files_stand_with_their_whole_paths() {
        let parsed = parse(INDEX);
        let paths: Vec<_> = parsed.document.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["robots.txt", "recent/exit-lists/2026-03-22-05-02-00"]);
        let file = &parsed.document.files[1];
        assert_eq!((file.size_bytes, file.sha256.map(|digest| digest[0])), (120, Some(0xe3)));
        assert_eq!(file.last_modified.map(Timestamp::to_minute).as_deref(), Some("2026-03-22 05:02"));
        assert_eq!(parsed.document.created.map(Timestamp::to_minute).as_deref(), Some("2026-03-22 05:48"));
        assert!(parsed.warnings.is_empty());
    }

    #[test]
    fn a_path_that_leads_elsewhere_is_left_out_with_a_warning() {
        let parsed = parse(
            r#"{"files":[{"path":"../x","size":1},{"path":"/etc/passwd"},{"path":"ok"}],
               "directories":[{"path":"..","files":[{"path":"y"}]}]}"#,
        );
        let paths: Vec<_> = parsed.document.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["ok"]);
        assert_eq!(parsed.warnings.len(), 3);
    }

    #[test]
    fn a_broken_digest_is_a_warning() {
        let parsed = parse(r#"{"files":[{"path":"a","sha256":"xyz"}]}"#);
        assert_eq!((parsed.document.files[0].sha256, parsed.warnings.len()), (None, 1));
    }

    #[test]
    fn what_is_no_index_is_refused() {
        for bytes in [&b""[..], b"<html>", b"{\"files\":[", b"[]", b"{\"files\":3}"] {
            assert!(parse_collector_index(bytes, &Limits::default()).is_err(), "{bytes:?}");
        }
        let deep = format!("{}{}", "{\"directories\":[{\"path\":\"a\",".repeat(100_000), "}");
        assert!(parse_collector_index(deep.as_bytes(), &Limits::default()).is_err());
    }
}
