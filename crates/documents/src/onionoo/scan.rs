//! A scanner for entries of history documents in exactly the form in which Onionoo writes them.
//!
//! A history document is tens or hundreds of megabytes of small numbers. Scanning them by hand takes a
//! fraction of the time of a general JSON parser. Whatever is not of this form, valid or not, and
//! whatever does not check, is `None` here and left to that parser, which says what is wrong.

use super::envelope::Text;
use super::table::{Entry, Faults, Parsed};
use allium_model::{History, Period, Timestamp};
use std::borrow::Cow;

/// Scans the text of one entry.
pub(super) fn scan_entry<T: Entry>(text: &str) -> Option<Parsed<'_, T>> {
    let mut scan = Scan { rest: text, values: Vec::new() };
    scan.literal("{\"fingerprint\":\"")?;
    let fingerprint = Text(Cow::Borrowed(scan.text()?));
    let mut entry = T::default();
    while scan.literal(",\"").is_some() {
        let key = scan.text()?;
        scan.literal(":")?;
        match T::place(key) {
            Some(place) => scan_quantity(&mut scan, place(&mut entry))?,
            None => entry.scan_other(key, &mut scan)?,
        }
    }
    scan.literal("}")?;
    scan.rest.is_empty().then_some(Parsed { fingerprint, entry, faults: Faults::default() })
}

/// A quantity that comes twice is left to the parser.
fn scan_quantity(scan: &mut Scan<'_>, histories: &mut allium_model::PeriodHistories) -> Option<()> {
    if !histories.is_empty() {
        return None;
    }
    scan.histories(&mut |period, history| histories.set(period, history))
}

/// What is left of the text of an entry.
pub(super) struct Scan<'a> {
    rest: &'a str,
    /// Where the values of a history are gathered.
    values: Vec<u16>,
}

impl<'a> Scan<'a> {
    fn literal(&mut self, literal: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(literal)?;
        Some(())
    }

    /// What stands before a byte that ends it; the byte is taken too.
    fn until(&mut self, end: u8) -> Option<&'a str> {
        let at = memchr::memchr(end, self.rest.as_bytes())?;
        let before = &self.rest[..at];
        self.rest = &self.rest[at + 1..];
        Some(before)
    }

    /// A text whose opening quotation mark is taken already.
    fn text(&mut self) -> Option<&'a str> {
        self.until(b'"').filter(|text| text.bytes().all(|byte| byte >= b' ' && byte != b'\\'))
    }

    /// A time with the quotation mark behind it.
    fn time(&mut self) -> Option<Timestamp> {
        self.text()?.parse().ok()
    }

    /// A number with the comma behind it.
    fn number<T: serde::Deserialize<'a>>(&mut self) -> Option<T> {
        serde_json::from_str(self.until(b',')?).ok()
    }

    /// An object that holds no other, whole.
    pub(super) fn flat_object(&mut self) -> Option<&'a str> {
        let whole = self.rest;
        let inside = self.until(b'}')?;
        Some(&whole[..=inside.len()])
    }

    /// An object; `each` takes the value behind each key.
    pub(super) fn object(&mut self, each: &mut dyn FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        self.literal("{")?;
        while self.literal("\"").is_some() {
            let key = self.text()?;
            self.literal(":")?;
            each(self, key)?;
            self.next_or_end()?;
        }
        self.literal("}")
    }

    /// The histories of a quantity: known periods, each once.
    pub(super) fn histories(&mut self, each: &mut dyn FnMut(Period, History)) -> Option<()> {
        let mut seen = [false; Period::ALL.len()];
        self.object(&mut |scan, key| {
            let period = Period::ALL.into_iter().find(|period| period.key() == key)?;
            each(period, scan.history()?);
            (!std::mem::replace(&mut seen[period as usize], true)).then_some(())
        })
    }

    fn history(&mut self) -> Option<History> {
        self.literal("{\"first\":\"")?;
        let first = self.time()?;
        self.literal(",\"last\":\"")?;
        let last = self.time()?;
        self.literal(",\"interval\":")?;
        let interval = self.number()?;
        self.literal("\"factor\":")?;
        let factor = self.number()?;
        self.literal("\"count\":")?;
        let count = self.number()?;
        self.literal("\"values\":[")?;
        let list = self.until(b']')?;
        self.literal("}")?;
        self.values.clear();
        self.values.reserve(list.len() / 2 + 1);
        push_values(list, &mut self.values)?;
        History::from_stored(first, last, interval, factor, count, self.values.as_slice()).ok()
    }

    /// A comma with another key behind it, or the end of the object, which is not taken.
    fn next_or_end(&mut self) -> Option<()> {
        match self.rest.as_bytes() {
            [b',', b'"', ..] => self.literal(","),
            [b'}', ..] => Some(()),
            _ => None,
        }
    }
}

/// Takes the values of a list without its brackets: numbers of up to three digits, or null. None when
/// there is anything else.
fn push_values(list: &str, values: &mut Vec<u16>) -> Option<()> {
    let mut rest = list.as_bytes();
    loop {
        let (value, behind) = stored_value(rest)?;
        values.push(value);
        match behind {
            [b',', more @ ..] => rest = more,
            [] => return Some(()),
            _ => return None,
        }
    }
}

fn stored_value(text: &[u8]) -> Option<(u16, &[u8])> {
    let digit = |byte: &u8| u16::from(byte - b'0');
    Some(match text {
        [a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', rest @ ..] => {
            (digit(a) * 100 + digit(b) * 10 + digit(c), rest)
        }
        [a @ b'1'..=b'9', b @ b'0'..=b'9', rest @ ..] => (digit(a) * 10 + digit(b), rest),
        [a @ b'0'..=b'9', rest @ ..] => (digit(a), rest),
        [b'n', b'u', b'l', b'l', rest @ ..] => (History::UNKNOWN, rest),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::table::parse_any_form;
    use super::*;
    use allium_model::RelayUptime;

    fn scanned(entry: &str) -> Option<Parsed<'_, RelayUptime>> {
        scan_entry(entry)
    }

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
        for values in ["[0,7]", "[100,999]", "[10,99]", "[null,1]"] {
            for flags in [
                "",
                ",\"flags\":{}",
                ",\"flags\":{\"Fast\":{}}",
                ",\"flags\":{\"Fast\":{\"1_month\":H,\"1_year\":H},\"Exit\":{\"1_year\":H},\"New\":{\"1_year\":H}}",
            ] {
                let entry = entry(values, flags);
                assert_eq!(scanned(&entry), parse_any_form(&entry).ok(), "{entry}");
            }
        }
    }

    #[test]
    fn the_last_of_two_values_of_a_key_counts() {
        let again =
            ",\"uptime\":{\"6_months\":H},\"flags\":{\"Fast\":{\"1_month\":H},\"Fast\":{\"1_year\":H}}";
        let entry = entry("[1,2]", again);
        let uptime = parse_any_form::<RelayUptime>(&entry).unwrap().entry;
        assert_eq!(uptime.overall.iter().map(|(period, _)| period).collect::<Vec<_>>(), [Period::SixMonths]);
        assert_eq!(uptime.flags[0].longest(Period::SixMonths), None);
    }

    #[test]
    fn every_other_form_is_left_to_the_parser() {
        for values in [
            "[]", "[1]", "[1000]", "[-1]", "[01]", "[1.5]", "[1,]", "[,1]", "[ 1,1]", "[\"1\"]", "[nul]", "1",
        ] {
            assert_eq!(scanned(&entry(values, "")), None, "{values}");
        }
        for flags in [
            ",",
            ",\"flags\":{",
            ",\"flags\":{\"Fast\":1}",
            ",\"flags\":{\"Fast\":{},}",
            ",\"flags\":{}}",
            ",\"flags\":{\"Fast\":{\"1_week\":H}}",
            ",\"flags\":{\"Fast\":{\"1_month\":H,\"1_month\":H}}",
            ",\"flags\":{\"Fast\":{\"1_month\":H},\"Fast\":{\"1_year\":H}}",
            ",\"flags\":{\"Fast\":{\"1_month\":H},\"Fast\":{}}",
            ",\"uptime\":{\"6_months\":H}",
            ",\"more\":{}",
        ] {
            assert_eq!(scanned(&entry("[1,2]", flags)), None, "{flags}");
        }
        assert_eq!(scanned("{\"fingerprint\":\"a\\u0041\",\"uptime\":{}}"), None);
    }
}
