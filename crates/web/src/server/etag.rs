//! Entity tags (RFC 9110, section 8.8.3).
//!
//! Pages get a strong tag of the content itself and its encoding: it holds across editions and
//! restarts as long as the bytes are the same, and never longer. API answers carry the age of their
//! sources, which changes with every second; they get a weak tag of what the answer depends on.
//! `If-Modified-Since` is not evaluated: the time of the data alone does not tell two versions of the
//! program or two states of a source apart.

use super::body_cache::Body;
use super::encoding::Encoding;
use axum::http::HeaderMap;
use axum::http::header::{HeaderValue, IF_NONE_MATCH};
use std::hash::{DefaultHasher, Hash, Hasher};

/// An entity tag, with its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ETag(String);

impl ETag {
    /// The tag of exactly these bytes.
    pub(crate) fn of_body(body: &Body) -> Self {
        let suffix = match body.encoding {
            Encoding::Identity => "",
            Encoding::Gzip => "-gzip",
            Encoding::Zstd => "-zstd",
        };
        Self(format!("\"{:016x}{suffix}\"", body.content_hash))
    }

    /// The tag of an answer that says the same as long as all of these are the same.
    pub(crate) fn weak(dependencies: &[&str]) -> Self {
        Self(format!("W/\"{:016x}\"", hash_of(dependencies)))
    }

    /// Whether the client already has what the tag names (weak comparison).
    pub(crate) fn is_known_to(&self, headers: &HeaderMap) -> bool {
        let texts = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        texts.flat_map(|text| text.split(',')).any(|tag| opaque(tag.trim()) == opaque(&self.0))
    }

    pub(crate) fn header_value(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// A hash for tags: not secret, and only accidental equality matters.
pub(crate) fn hash_of<T: Hash + ?Sized>(content: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_a_list_whether_weak_or_strong() {
        let body = Body { bytes: "a".into(), encoding: Encoding::Zstd, content_hash: 0xa1 };
        let tag = ETag::of_body(&body);
        assert_eq!(tag, ETag("\"00000000000000a1-zstd\"".into()));
        for (sent, is_known) in [
            ("\"00000000000000a1-zstd\"", true),
            ("\"x\", W/\"00000000000000a1-zstd\"", true),
            ("\"00000000000000a1\"", false),
            ("*", false),
        ] {
            let headers = HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_str(sent).unwrap())]);
            assert_eq!(tag.is_known_to(&headers), is_known, "{sent}");
        }
    }

    #[test]
    fn every_dependency_changes_a_weak_tag() {
        assert_ne!(ETag::weak(&["a", "b"]), ETag::weak(&["ab", ""]));
    }
}
