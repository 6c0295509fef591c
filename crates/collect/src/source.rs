//! What `--onionoo` and `--aroi` accept: a URL or a path.
//!
//! Only http and https URLs are taken, without a query, a fragment or credentials: the address is
//! printed on `/sources/` and in logs, so a secret has no place in it. Whether a path exists is
//! found out when it is read, not here.

use crate::{CollectError, Document};
use reqwest::Url;
use std::fmt;
use std::path::PathBuf;

/// Where Onionoo's documents come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The base of an Onionoo service, ending in `/`, such as `https://onionoo.torproject.org/`.
    Url(Url),
    /// A directory with `details.json` and so on, compressed or not.
    Directory(PathBuf),
}

/// Where the results of the AROI validator come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AroiSource {
    /// The document's own URL.
    Url(Url),
    /// A file, compressed or not.
    File(PathBuf),
}

impl Source {
    /// Reads a URL or a path.
    ///
    /// # Errors
    /// [`CollectError::Source`] for an empty text, another scheme, or a URL with a query, a
    /// fragment or credentials.
    pub fn parse(text: &str) -> Result<Self, CollectError> {
        match parse_location(text)? {
            Location::Path(path) => Ok(Self::Directory(path)),
            Location::Url(mut url) => {
                if !url.path().ends_with('/') {
                    url.set_path(&format!("{}/", url.path()));
                }
                Ok(Self::Url(url))
            }
        }
    }
}

impl AroiSource {
    /// Reads a URL or a path, with the same errors as [`Source::parse`].
    pub fn parse(text: &str) -> Result<Self, CollectError> {
        Ok(match parse_location(text)? {
            Location::Path(path) => Self::File(path),
            Location::Url(url) => Self::Url(url),
        })
    }
}

/// The address of a document under the base of an Onionoo service: `<base>/details`, no query.
pub fn document_url(base: &Url, document: Document) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{}", base.path().trim_end_matches('/'), document.stem()));
    url
}

pub(crate) enum Location {
    Url(Url),
    Path(PathBuf),
}

pub(crate) fn parse_location(text: &str) -> Result<Location, CollectError> {
    let refuse =
        |reason| CollectError::Source { given: CollectError::bounded(&without_credentials(text)), reason };
    match text.split_once("://") {
        _ if text.trim().is_empty() => Err(refuse("it is empty")),
        Some((scheme, _)) if is_http(scheme) => check_url(text).map(Location::Url).map_err(refuse),
        Some((scheme, _)) if is_scheme(scheme) => Err(refuse("only http:// and https:// are known")),
        None | Some(_) => Ok(Location::Path(PathBuf::from(text))),
    }
}

/// The text of a URL with everything before its `@` left out.
fn without_credentials(text: &str) -> String {
    match (text.split_once("://"), text.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        _ => text.to_owned(),
    }
}

fn is_http(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn check_url(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text.trim()).map_err(|_| "it is not a well-formed URL")?;
    match () {
        () if !url.username().is_empty() || url.password().is_some() => {
            Err("it must not hold a user or a password")
        }
        () if url.query().is_some() => Err("it must not hold a query"),
        () if url.fragment().is_some() => Err("it must not hold a fragment"),
        () => Ok(url),
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => url.fmt(formatter),
            Self::Directory(path) => path.display().fmt(formatter),
        }
    }
}

impl fmt::Display for AroiSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => url.fmt(formatter),
            Self::File(path) => path.display().fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details_url(text: &str) -> String {
        match Source::parse(text) {
            Ok(Source::Url(base)) => document_url(&base, Document::Details).to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn documents_are_below_the_base_with_or_without_its_slash() {
        for (base, expected) in [
            ("https://onionoo.torproject.org/", "https://onionoo.torproject.org/details"),
            ("HTTPS://onionoo.torproject.org", "https://onionoo.torproject.org/details"),
            ("http://127.0.0.1:8080/onionoo", "http://127.0.0.1:8080/onionoo/details"),
        ] {
            assert_eq!(details_url(base), expected);
        }
    }

    #[test]
    fn whatever_is_no_url_is_a_path() {
        for text in ["data", "/srv/onionoo", "./a b", "C:\\data", "./odd://name"] {
            assert_eq!(Source::parse(text).ok(), Some(Source::Directory(PathBuf::from(text))), "{text}");
        }
        assert_eq!(AroiSource::parse("aroi.json").ok(), Some(AroiSource::File(PathBuf::from("aroi.json"))));
    }

    #[test]
    fn a_url_with_more_than_an_address_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", "empty"),
            ("ftp://host/", "only http:// and https://"),
            ("http://", "well-formed"),
            ("https://user:secret@host/", "password"),
            ("https://host/?limit=4", "query"),
            ("https://host/#top", "fragment"),
        ] {
            let error = Source::parse(text).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn a_password_is_not_repeated_in_the_error() {
        let error = Source::parse("https://user:secret@host/").err().map(|error| error.to_string());
        assert!(!error.unwrap_or_default().contains("secret"));
    }
}
