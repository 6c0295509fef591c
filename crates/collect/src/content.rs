//! What can be told of bytes without parsing them: nothing at all, or a web page.

/// Why bytes cannot be a document, whatever the document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotADocument {
    /// No byte, or only white space.
    Empty,
    /// The first byte that is not white space is `<`: an error page, a log-in page of a network.
    Html,
}

/// Looks at the first bytes; compressed bytes begin with other magic and pass.
pub(crate) fn check(bytes: &[u8]) -> Result<(), NotADocument> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Err(NotADocument::Empty),
        Some(b'<') => Err(NotADocument::Html),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_empty_bytes_and_web_pages_are_refused() {
        let cases: [(&[u8], _); 8] = [
            (b"", Err(NotADocument::Empty)),
            (b" \r\n", Err(NotADocument::Empty)),
            (b"\n<!DOCTYPE html>", Err(NotADocument::Html)),
            (b"\xef\xbb\xbf<html>", Err(NotADocument::Html)),
            (b" {}", Ok(())),
            (b"\x1f\x8b\x08<", Ok(())),
            (b"\x28\xb5\x2f\xfd", Ok(())),
            (b"no JSON, but that is for the parser to say", Ok(())),
        ];
        for (bytes, expected) in cases {
            assert_eq!(check(bytes), expected, "{bytes:?}");
        }
    }
}
