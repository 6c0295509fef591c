//! Files of many documents, one behind the other: cut apart before any of them is read, so that one
//! that is broken costs itself alone.

use super::kind::mismatch;
use crate::{DocumentError, Limits};

/// One document of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    /// The `@` lines before it.
    pub annotations: &'a [u8],
    /// From its first keyword to the next annotation or document.
    pub body: &'a [u8],
}

/// The documents of a file that start with a line of this keyword; `expected` names their kind.
///
/// # Errors
/// When the file is empty, a web page, of another kind, larger than [`Limits::max_document_bytes`], or has more than
/// [`Limits::max_relays`] documents.
pub(super) fn entries<'a>(
    bytes: &'a [u8],
    keyword: &str,
    expected: &'static str,
    limits: &Limits,
) -> Result<Vec<Entry<'a>>, DocumentError> {
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(DocumentError::Empty),
        Some(b'<') => return Err(DocumentError::Html),
        Some(_) => {}
    }
    if bytes.len() > limits.max_document_bytes {
        return Err(DocumentError::Limit { name: "max_document_bytes", limit: limits.max_document_bytes });
    }
    let starts: Vec<usize> = starts(bytes, keyword.as_bytes()).take(limits.max_relays + 1).collect();
    if starts.is_empty() {
        return Err(mismatch(bytes, expected));
    }
    if starts.len() > limits.max_relays {
        return Err(DocumentError::Limit { name: "max_relays", limit: limits.max_relays });
    }
    let mut annotations = bytes.get(..starts.first().copied().unwrap_or_default()).unwrap_or_default();
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    let cut = starts.iter().zip(ends).map(|(start, end)| {
        let whole = bytes.get(*start..end).unwrap_or_default();
        let body_end = memchr::memmem::find(whole, b"\n@").map_or(whole.len(), |newline| newline + 1);
        let (body, next_annotations) = whole.split_at(body_end);
        Entry { annotations: std::mem::replace(&mut annotations, next_annotations), body }
    });
    Ok(cut.collect())
}

/// Where lines of this keyword start.
fn starts<'b>(bytes: &'b [u8], keyword: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
    memchr::memmem::find_iter(bytes, keyword).filter(move |start| {
        let before = start.checked_sub(1).and_then(|before| bytes.get(before));
        let behind = bytes.get(start + keyword.len());
        before.is_none_or(|byte| *byte == b'\n') && behind.is_none_or(u8::is_ascii_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(file: &str) -> Vec<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let entries = entries(file.as_bytes(), "router", "server descriptor", &Limits::default()).unwrap();
        entries.iter().map(|entry| (text(entry.annotations), text(entry.body))).collect()
    }

    #[test]
    fn annotations_belong_to_the_document_behind_them() {
        let file = "@type x 1.0\nrouter a\nb router c\nrouter-signature\n@source y\n@type x 1.0\nrouter b";
        let expected = [
            ("@type x 1.0\n", "router a\nb router c\nrouter-signature\n"),
            ("@source y\n@type x 1.0\n", "router b"),
        ];
        assert_eq!(texts(file), expected.map(|(left, right)| (left.to_owned(), right.to_owned())));
    }

    #[test]
    fn a_file_of_another_kind_is_refused() {
        let error = entries(b"@type x 1.0\nonion-key\n", "router", "server descriptor", &Limits::default());
        assert_eq!(
            error.unwrap_err().to_string(),
            "the document is no server descriptor: it is of the kind microdescriptor"
        );
    }

    #[test]
    fn more_documents_than_allowed_are_refused() {
        let limits = Limits { max_relays: 2, ..Limits::default() };
        assert!(entries(b"router a\nrouter b\n", "router", "server descriptor", &limits).is_ok());
        assert!(entries(b"router a\nrouter b\nrouter c\n", "router", "server descriptor", &limits).is_err());
        assert!(entries(b" \n", "router", "server descriptor", &limits).is_err());
        assert!(entries(b"<html>", "router", "server descriptor", &limits).is_err());
    }
}
