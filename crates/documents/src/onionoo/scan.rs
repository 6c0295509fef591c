//! A scanner for entries of uptime documents in exactly the form in which Onionoo writes them.
//!
//! An uptime document is tens of megabytes of small numbers, half of them histories of flags that the
//! first presence does not need. Scanning them by hand takes a fraction of the time of a general JSON
//! parser. Whatever is not of this form, valid or not, is `None` here and left to that parser.

use super::envelope::Text;
use super::uptime::{PresenceEntry, WireHistory};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Scans the text of one entry.
pub(super) fn scan_entry(entry: &str) -> Option<PresenceEntry<'_>> {
    let mut scan = Scan(entry);
    scan.literal("{\"fingerprint\":\"")?;
    let fingerprint = Text(Cow::Borrowed(scan.text()?));
    scan.literal(",\"uptime\":")?;
    let uptime = scan.histories()?;
    if scan.literal(",\"flags\":{").is_some() {
        scan.skip_flags()?;
    }
    scan.literal("}")?;
    scan.0.is_empty().then_some(PresenceEntry { fingerprint, uptime })
}

/// What is left of the text of an entry.
struct Scan<'a>(&'a str);

impl<'a> Scan<'a> {
    fn literal(&mut self, literal: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(literal)?;
        Some(())
    }

    /// What stands before a byte that ends it; the byte is taken too.
    fn until(&mut self, end: u8) -> Option<&'a str> {
        let at = memchr::memchr(end, self.0.as_bytes())?;
        let before = &self.0[..at];
        self.0 = &self.0[at + 1..];
        Some(before)
    }

    /// A text whose opening quotation mark is taken already.
    fn text(&mut self) -> Option<&'a str> {
        self.until(b'"').filter(|text| text.bytes().all(|byte| byte >= b' ' && byte != b'\\'))
    }

    /// A number with the comma behind it.
    fn number<T: serde::Deserialize<'a>>(&mut self) -> Option<T> {
        serde_json::from_str(self.until(b',')?).ok()
    }

    fn histories(&mut self) -> Option<BTreeMap<Cow<'a, str>, WireHistory<'a>>> {
        let mut histories = BTreeMap::new();
        self.literal("{")?;
        while self.literal("\"").is_some() {
            let period = self.text()?;
            self.literal(":")?;
            histories.insert(Cow::Borrowed(period), self.history()?);
            self.next_or_end()?;
        }
        self.literal("}")?;
        Some(histories)
    }

    fn history(&mut self) -> Option<WireHistory<'a>> {
        let (head, list) = self.head_and_list()?;
        let mut values = Vec::with_capacity(list.len() / 4 + 1);
        each_value(list, |value| values.push(value))?;
        Some(WireHistory { values, ..head })
    }

    /// A history without its values, and the text of those.
    fn head_and_list(&mut self) -> Option<(WireHistory<'a>, &'a str)> {
        self.literal("{\"first\":\"")?;
        let first = Text(Cow::Borrowed(self.text()?));
        self.literal(",\"last\":\"")?;
        let last = Text(Cow::Borrowed(self.text()?));
        self.literal(",\"interval\":")?;
        let interval = self.number()?;
        self.literal("\"factor\":")?;
        let factor = self.number()?;
        self.literal("\"count\":")?;
        let count = self.number()?;
        self.literal("\"values\":[")?;
        let list = self.until(b']')?;
        self.literal("}")?;
        Some((WireHistory { first, last, interval, factor, count, values: Vec::new() }, list))
    }

    /// The histories of flags behind their opening brace: of the right form, and not kept.
    fn skip_flags(&mut self) -> Option<()> {
        while self.literal("\"").is_some() {
            self.text()?;
            self.literal(":{")?;
            while self.literal("\"").is_some() {
                self.text()?;
                self.literal(":")?;
                let (_, list) = self.head_and_list()?;
                each_value(list, |_| ())?;
                self.next_or_end()?;
            }
            self.literal("}")?;
            self.next_or_end()?;
        }
        self.literal("}")
    }

    /// A comma with another key behind it, or the end of the object, which is not taken.
    fn next_or_end(&mut self) -> Option<()> {
        match self.0.as_bytes() {
            [b',', b'"', ..] => self.literal(","),
            [b'}', ..] => Some(()),
            _ => None,
        }
    }
}

/// Hands over the values of a list without its brackets: numbers of up to three digits, or null. None
/// when there is anything else.
fn each_value(list: &str, mut each: impl FnMut(Option<i64>)) -> Option<()> {
    let mut rest = list.as_bytes();
    loop {
        let (value, behind) = stored_value(rest)?;
        each(value);
        match behind {
            [b',', more @ ..] => rest = more,
            [] => return Some(()),
            _ => return None,
        }
    }
}

fn stored_value(text: &[u8]) -> Option<(Option<i64>, &[u8])> {
    let digit = |byte: &u8| i64::from(byte - b'0');
    Some(match text {
        [a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', rest @ ..] => {
            (Some(digit(a) * 100 + digit(b) * 10 + digit(c)), rest)
        }
        [a @ b'1'..=b'9', b @ b'0'..=b'9', rest @ ..] => (Some(digit(a) * 10 + digit(b)), rest),
        [a @ b'0'..=b'9', rest @ ..] => (Some(digit(a)), rest),
        [b'n', b'u', b'l', b'l', rest @ ..] => (None, rest),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(values: &str, flags: &str) -> String {
        let history = format!(
            "{{\"first\":\"2026-02-01 06:00:00\",\"last\":\"2026-02-02 06:00:00\",\
             \"interval\":86400,\"factor\":0.001,\"count\":2,\"values\":{values}}}"
        );
        let flags = flags.replace('H', &history);
        format!(
            "{{\"fingerprint\":\"00AA\",\"uptime\":{{\"1_month\":{history},\"1_year\":{history}}}{flags}}}"
        )
    }

    #[test]
    fn what_is_scanned_is_what_the_parser_reads() {
        for values in ["[0,7]", "[10,99,100,999]", "[null,1]", "[null]"] {
            for flags in [
                "",
                ",\"flags\":{}",
                ",\"flags\":{\"Fast\":{}}",
                ",\"flags\":{\"Fast\":{\"1_month\":H,\"1_year\":H},\"Exit\":{\"1_year\":H}}",
            ] {
                let entry = entry(values, flags);
                let parsed: PresenceEntry<'_> = serde_json::from_str(&entry).unwrap();
                assert_eq!(scan_entry(&entry), Some(parsed), "{entry}");
            }
        }
    }

    #[test]
    fn every_other_form_is_left_to_the_parser() {
        for values in
            ["[]", "[1000]", "[-1]", "[01]", "[1.5]", "[1,]", "[,1]", "[ 1]", "[\"1\"]", "[nul]", "1"]
        {
            assert_eq!(scan_entry(&entry(values, "")), None, "{values}");
        }
        for flags in
            [",", ",\"flags\":{", ",\"flags\":{\"Fast\":1}", ",\"flags\":{\"Fast\":{},}", ",\"flags\":{}}"]
        {
            assert_eq!(scan_entry(&entry("[1]", flags)), None, "{flags}");
        }
        assert_eq!(scan_entry("{\"fingerprint\":\"a\\u0041\",\"uptime\":{}}"), None);
    }
}
