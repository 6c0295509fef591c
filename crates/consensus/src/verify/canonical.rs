//! The one form in which tor writes what no signature covers: the signatures themselves.
//!
//! A reader that skips what it does not expect would not see a changed byte there. Written anew from
//! what was read, the signatures must come out as they stood.

use allium_documents::dirspec::Signature;
use data_encoding::BASE64;

const LINE_LENGTH: usize = 64;

/// An object as tor writes it: base64 in lines of 64.
pub(super) fn object(label: &str, bytes: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    let base64 = BASE64.encode(bytes);
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(LINE_LENGTH));
        text.push_str(line);
        text.push('\n');
        rest = more;
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}

/// Whether `tail` is this text; newlines may be missing or more at the end.
pub(super) fn is_object(tail: &[u8], label: &str, bytes: &[u8]) -> bool {
    tail.trim_ascii_end() == object(label, bytes).trim_ascii_end().as_bytes()
}

/// Whether what follows the signed part of a document is its signatures and nothing else. `signed` is
/// a part of `document`.
pub(super) fn are_signatures(document: &[u8], signed: &[u8], signatures: &[Signature<'_>]) -> bool {
    let start = signed.as_ptr().addr().wrapping_sub(document.as_ptr().addr());
    let Some(mut tail) = start.checked_add(signed.len()).and_then(|end| document.get(end..)) else {
        return false;
    };
    for (index, signature) in signatures.iter().enumerate() {
        let keyword = if index == 0 { "" } else { "directory-signature " };
        let Signature { algorithm, identity, signing_key_digest, bytes } = signature;
        let end = format!("{identity} {signing_key_digest}\n{}", object("SIGNATURE", bytes));
        let named = format!("{keyword}{algorithm} {end}");
        let plain = format!("{keyword}{end}");
        let forms = if *algorithm == "sha1" { vec![named, plain] } else { vec![named] };
        match forms.iter().find_map(|form| strip(tail, form)) {
            Some(rest) => tail = rest,
            None => return false,
        }
    }
    tail.trim_ascii().is_empty()
}

/// What follows a text; its last newline may be missing at the end of the document.
fn strip<'a>(tail: &'a [u8], text: &str) -> Option<&'a [u8]> {
    let without_newline = text.strip_suffix('\n').unwrap_or(text);
    let at_end = || (tail == without_newline.as_bytes()).then_some(&tail[tail.len()..]);
    tail.strip_prefix(text.as_bytes()).or_else(at_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_have_lines_of_64() {
        let text = object("SIGNATURE", &[0xff; 50]);
        let lengths: Vec<usize> = text.lines().map(str::len).collect();
        assert_eq!(lengths, [25, 64, 4, 23]);
        assert!(is_object(text.trim_end().as_bytes(), "SIGNATURE", &[0xff; 50]));
        assert!(!is_object(text.replacen('\n', "\r", 2).as_bytes(), "SIGNATURE", &[0xff; 50]));
    }
}
