//! The line format of dir-spec ("Document meta-format"): items of a keyword, arguments and sometimes
//! an object, cut out of the input without a copy.
//!
//! [`Scanner::next_item`] goes through a document once. CRLF, blank lines, tabs, `opt` and a missing
//! newline at the end are accepted; `@type` and the other annotations are items like all others. A line
//! that is not UTF-8 is read up to its first bad byte, and [`Item::raw`] has it whole. The length of
//! lines and objects is bounded by [`Limits`]; how many items there may be is the parser's affair.

use crate::{DocumentError, Limits};
use memchr::memchr;

/// One item of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item<'a> {
    /// The first word of the line, without `opt`.
    pub keyword: &'a str,
    /// What follows the keyword and the space behind it, without the end of the line.
    pub arguments: &'a str,
    /// What stands between `-----BEGIN` and `-----END` below the line.
    pub object: Option<Object<'a>>,
    /// The bytes of the line, without its end.
    pub raw: &'a [u8],
    /// Where the item starts in the document, in bytes.
    pub start: usize,
    /// Where the next item starts.
    pub end: usize,
}

impl<'a> Item<'a> {
    /// The arguments, one at a time.
    pub const fn words(&self) -> Words<'a> {
        Words { rest: self.arguments }
    }

    /// The bytes of an object with this label; `None` when there is none or it is not base64.
    pub fn decode_object(&self, label: &str) -> Option<Vec<u8>> {
        self.object.filter(|object| object.label == label)?.decode()
    }

    /// Whether the line is `@type` or another annotation, which is no part of the document.
    pub fn is_annotation(&self) -> bool {
        self.keyword.starts_with('@')
    }
}

/// The object of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object<'a> {
    /// Such as `SIGNATURE`, the same at both ends.
    pub label: &'a str,
    /// The lines between, base64 in sound documents.
    pub body: &'a [u8],
}

impl Object<'_> {
    /// The decoded bytes; `None` when the lines are not base64.
    pub fn decode(&self) -> Option<Vec<u8>> {
        let text: Vec<u8> = self.body.iter().copied().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
        data_encoding::BASE64.decode(&text).ok()
    }
}

/// The words of a line. Spaces and tabs part them, also several.
#[derive(Debug, Clone)]
pub struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    /// The words of any text.
    pub const fn of(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// What has not been taken yet, from the next word on.
    pub fn rest(&self) -> &'a str {
        self.rest.trim_start_matches([' ', '\t'])
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.rest.as_bytes();
        let start = bytes.iter().position(|byte| !is_space(*byte))?;
        let length = bytes[start..].iter().position(|byte| is_space(*byte));
        let end = length.map_or(bytes.len(), |length| start + length);
        let word = self.rest.get(start..end)?;
        self.rest = self.rest.get(end..)?;
        Some(word)
    }
}

/// Goes through the items of a document.
#[derive(Debug, Clone)]
pub struct Scanner<'a> {
    bytes: &'a [u8],
    /// The same, when all of it is UTF-8.
    text: Option<&'a str>,
    at: usize,
    max_line_bytes: usize,
    max_object_bytes: usize,
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &str = "-----";

impl<'a> Scanner<'a> {
    /// Starts at the first line. Nothing at all, a web page and more than
    /// [`Limits::max_document_bytes`] are refused.
    pub fn new(bytes: &'a [u8], limits: &Limits) -> Result<Self, DocumentError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if bytes.len() > limits.max_document_bytes {
            return Err(DocumentError::Limit {
                name: "max_document_bytes",
                limit: limits.max_document_bytes,
            });
        }
        match bytes.trim_ascii_start().first() {
            None => return Err(DocumentError::Empty),
            Some(b'<') => return Err(DocumentError::Html),
            Some(_) => {}
        }
        Ok(Self {
            bytes,
            text: std::str::from_utf8(bytes).ok(),
            at: 0,
            max_line_bytes: limits.max_line_bytes,
            max_object_bytes: limits.max_object_bytes,
        })
    }

    /// The document, without a byte-order mark; [`Item::start`] counts in it.
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether all of the document is UTF-8.
    pub const fn is_utf8(&self) -> bool {
        self.text.is_some()
    }

    /// Where the next item starts, in bytes.
    pub const fn position(&self) -> usize {
        self.at
    }

    /// Goes on with the item that starts at this byte.
    pub fn go_to(&mut self, start: usize) {
        self.at = start.min(self.bytes.len());
    }

    /// Number of the line of a byte, from 1.
    pub fn line_of(&self, position: usize) -> usize {
        let before = self.bytes.get(..position).unwrap_or(self.bytes);
        memchr::memchr_iter(b'\n', before).count() + 1
    }

    /// A part of the document as text, up to the first byte that is not UTF-8.
    pub fn text(&self, start: usize, end: usize) -> &'a str {
        match self.text {
            Some(text) => text.get(start..end).unwrap_or_default(),
            None => valid_prefix(self.bytes.get(start..end).unwrap_or_default()),
        }
    }

    /// The next item; `None` at the end. An error ends the document: a line or an object over its
    /// limit, or an object that never ends.
    #[inline]
    pub fn next_item(&mut self) -> Result<Option<Item<'a>>, DocumentError> {
        loop {
            let start = self.at;
            let Some((line_end, next)) = self.line_at(start)? else {
                return Ok(None);
            };
            self.at = next;
            if line_end == start {
                continue;
            }
            let line = self.text(start, line_end);
            let (keyword, arguments) = keyword_and_arguments(line);
            let object = if self.bytes[next..].first() == Some(&b'-') { self.object()? } else { None };
            let raw = &self.bytes[start..line_end];
            return Ok(Some(Item { keyword, arguments, object, raw, start, end: self.at }));
        }
    }

    /// The end of the line that starts here, and the start of the next one.
    #[inline]
    fn line_at(&self, start: usize) -> Result<Option<(usize, usize)>, DocumentError> {
        let rest = &self.bytes[start..];
        if rest.is_empty() {
            return Ok(None);
        }
        let length = memchr(b'\n', rest).unwrap_or(rest.len());
        if length > self.max_line_bytes {
            return Err(DocumentError::Limit { name: "max_line_bytes", limit: self.max_line_bytes });
        }
        let has_return = length > 0 && rest[length - 1] == b'\r';
        Ok(Some((start + length - usize::from(has_return), self.bytes.len().min(start + length + 1))))
    }

    /// The object that starts here, if one does. One whose ends do not agree is passed over.
    fn object(&mut self) -> Result<Option<Object<'a>>, DocumentError> {
        if !self.bytes[self.at..].starts_with(BEGIN) {
            return Ok(None);
        }
        let begin = self.at;
        let mut opening = None;
        let mut body_start = begin;
        loop {
            let start = self.at;
            let Some((line_end, next)) = self.line_at(start)? else {
                return Err(self.cut_short());
            };
            if next - begin > self.max_object_bytes {
                return Err(DocumentError::Limit { name: "max_object_bytes", limit: self.max_object_bytes });
            }
            self.at = next;
            let line = &self.bytes[start..line_end];
            if opening.is_none() {
                opening = Some(label(self.text(start, line_end), BEGIN));
                body_start = next;
            } else if line.starts_with(END) {
                let closing = label(self.text(start, line_end), END);
                let body = &self.bytes[body_start..start];
                return Ok(opening
                    .flatten()
                    .filter(|_| opening == Some(closing))
                    .map(|label| Object { label, body }));
            } else if line.starts_with(BEGIN) {
                let line = self.line_of(start);
                return Err(DocumentError::Schema(format!("an object begins within another at line {line}")));
            }
        }
    }

    /// The document ends here and must not.
    pub fn cut_short(&self) -> DocumentError {
        let end = self.bytes.len();
        let line_start = memchr::memrchr(b'\n', self.bytes).map_or(0, |newline| newline + 1);
        DocumentError::Truncated { line: self.line_of(end), column: end - line_start + 1 }
    }
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// `SIGNATURE` of `-----BEGIN SIGNATURE-----`.
fn label<'a>(line: &'a str, marker: &[u8]) -> Option<&'a str> {
    line.get(marker.len()..)?.strip_suffix(DASHES)
}

#[inline]
fn keyword_and_arguments(line: &str) -> (&str, &str) {
    match split_word(line) {
        ("opt", rest) => split_word(rest),
        parts => parts,
    }
}

/// The text before the first space or tab, and the text behind it.
#[inline]
fn split_word(text: &str) -> (&str, &str) {
    match text.bytes().position(is_space) {
        Some(end) => (&text[..end], &text[end + 1..]),
        None => (text, ""),
    }
}

fn valid_prefix(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(bytes: &[u8]) -> Vec<Item<'_>> {
        let mut scanner = Scanner::new(bytes, &Limits::default()).unwrap();
        std::iter::from_fn(|| scanner.next_item().unwrap()).collect()
    }

    fn error(bytes: &[u8], limits: &Limits) -> String {
        let mut scanner = match Scanner::new(bytes, limits) {
            Ok(scanner) => scanner,
            Err(error) => return error.to_string(),
        };
        loop {
            match scanner.next_item() {
                Ok(Some(_)) => {}
                Ok(None) => return "none".into(),
                Err(error) => return error.to_string(),
            }
        }
    }

    const DOCUMENT: &str = "@type x 1.0\nfirst a  b\tc\n\nkey\n-----BEGIN THING-----\nAAEC\n/w==\n-----END THING-----\nopt last words here\n";

    #[test]
    fn items_have_keyword_arguments_and_object() {
        let items = items(DOCUMENT.as_bytes());
        let keywords: Vec<_> = items.iter().map(|item| item.keyword).collect();
        assert_eq!(keywords, ["@type", "first", "key", "last"]);
        assert!(items[0].is_annotation() && !items[1].is_annotation());
        assert_eq!(items[1].words().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(items[2].decode_object("THING"), Some(vec![0, 1, 2, 255]));
        assert_eq!(items[2].decode_object("OTHER"), None);
        assert_eq!((items[3].arguments, items[3].object), ("words here", None));
    }

    #[test]
    fn items_lie_end_to_end() {
        let items = items(DOCUMENT.as_bytes());
        assert_eq!(items[2].end, items[3].start);
        assert_eq!(items[3].end, DOCUMENT.len());
        assert!(DOCUMENT[items[2].start..].starts_with("key\n-----BEGIN"));
    }

    #[test]
    fn carriage_returns_and_the_last_newline_make_no_difference() {
        let strip = |bytes: &[u8]| {
            items(bytes)
                .iter()
                .map(|item| (item.keyword.to_owned(), item.arguments.to_owned(), item.decode_object("THING")))
                .collect::<Vec<_>>()
        };
        let plain = strip(DOCUMENT.as_bytes());
        assert_eq!(strip(DOCUMENT.replace('\n', "\r\n").as_bytes()), plain);
        assert_eq!(strip(DOCUMENT.trim_end().as_bytes()), plain);
        assert_eq!(strip(format!("\u{feff}{DOCUMENT}").as_bytes()), plain);
    }

    #[test]
    fn a_line_that_is_not_utf8_is_read_up_to_the_bad_byte() {
        let items = items(b"contact Ren\xe9 <mail>\nnext \xc3\xa9\n");
        assert_eq!((items[0].keyword, items[0].arguments), ("contact", "Ren"));
        assert_eq!(items[0].raw, b"contact Ren\xe9 <mail>");
        assert_eq!(items[1].arguments, "\u{e9}");
    }

    #[test]
    fn what_cannot_be_a_document_is_refused() {
        let limits = Limits { max_line_bytes: 10, max_object_bytes: 60, ..Limits::default() };
        assert_eq!(error(b" \n\n", &limits), "the document is empty");
        assert!(error(b"<html>", &limits).contains("HTML"));
        assert!(error(b"a 0123456789\n", &limits).contains("max_line_bytes"));
        let limits = Limits { max_line_bytes: 100, ..limits };
        let long = format!("a\n-----BEGIN X-----\n{}-----END X-----\n", "AAAA\n".repeat(20));
        assert!(error(long.as_bytes(), &limits).contains("max_object_bytes"));
        assert!(error(b"a\n-----BEGIN X-----\nAA", &limits).contains("cut short at line 3, column 3"));
        assert!(
            error(b"a\n-----BEGIN X-----\n-----BEGIN Y-----\n", &limits)
                .contains("begins within another at line 3")
        );
    }

    #[test]
    fn an_object_whose_ends_differ_is_none() {
        let items = items(b"a\n-----BEGIN X-----\nAAAA\n-----END Y-----\nb\n");
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].object, None);
    }
}
