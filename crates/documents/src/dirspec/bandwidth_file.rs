//! Bandwidth files (bandwidth-file-spec): what a bandwidth scanner measured, versions 1.0 to 1.9.
//!
//! The first line is the time of the newest measurement. Files from version 1.1 on have `key=value`
//! headers up to a line of equals signs; those of version 1.0 go on with relays at once. All keys of a
//! relay are reachable; those that tor reads are typed.

use super::fields::number;
use super::kind::{check_label, mismatch};
use super::{Notes, Parsed, Scanner};
use crate::{DocumentError, Limits};
use allium_model::{Fingerprint, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// Header lines of a file at most.
const MAX_HEADERS: usize = 1000;

/// A bandwidth file.
#[derive(Debug, Clone)]
pub struct BandwidthFile<'a> {
    /// Time of the newest measurement, the first line.
    pub timestamp: Timestamp,
    /// The `version` header; none in files of version 1.0.
    pub version: Option<&'a str>,
    /// All headers in their order, `version` included.
    pub headers: Vec<(&'a str, &'a str)>,
    /// The relays in their order; of two lines for one relay, the first.
    pub relays: Vec<BandwidthLine<'a>>,
    /// SHA-256 of the file, by which votes name it; `@type` lines are not counted.
    pub sha256: [u8; 32],
}

/// What a scanner says of one relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BandwidthLine<'a> {
    /// The relay, `node_id`.
    pub fingerprint: Fingerprint,
    /// `bw`: the weight that is voted, in units of 1,000 bytes per second.
    pub bandwidth_kilobytes_per_second: u64,
    /// Whether `unmeasured=1` says that `bw` does not come from measurements.
    pub is_unmeasured: bool,
    /// Whether tor votes on the line: all without `vote=0`.
    pub is_voted: bool,
    /// Whether `under_min_report=1` says that too few relays were measured to report.
    pub is_under_min_report: bool,
    /// The line as written.
    pub line: &'a str,
}

/// How often measurements of a relay failed, by cause; `None` where the file does not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BandwidthErrors {
    /// `error_circ`: no circuit.
    pub circuit: Option<u64>,
    /// `error_destination`: no destination.
    pub destination: Option<u64>,
    /// `error_misc`.
    pub misc: Option<u64>,
    /// `error_second_relay`: no second relay.
    pub second_relay: Option<u64>,
    /// `error_stream`.
    pub stream: Option<u64>,
}

/// Reads the plain bytes of a bandwidth file.
///
/// # Errors
/// When the first line is no time in seconds, or a limit is passed.
pub fn parse_bandwidth_file<'a>(
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Parsed<BandwidthFile<'a>>, DocumentError> {
    let mut notes = Notes::new("bandwidth file");
    let mut lines = Lines { scanner: Scanner::new(bytes, limits)? };
    notes.warn_of_bytes(&lines.scanner);
    check_label(bytes, &mut notes)?;
    let (timestamp, start) = timestamp(&mut lines)?;
    let body = lines.scanner.bytes().get(start..).unwrap_or_default();
    let mut file = BandwidthFile {
        timestamp,
        version: None,
        headers: Vec::new(),
        relays: Vec::new(),
        sha256: Sha256::digest(body).into(),
    };
    file.read(&mut lines, &mut notes, limits)?;
    Ok(notes.finish(file))
}

/// Lines as text.
struct Lines<'a> {
    scanner: Scanner<'a>,
}

impl<'a> Lines<'a> {
    /// The next line with its start.
    fn next(&mut self) -> Result<Option<(&'a str, usize)>, DocumentError> {
        let item = self.scanner.next_item()?;
        Ok(item.map(|item| (self.scanner.text(item.start, item.start + item.raw.len()), item.start)))
    }
}

/// The time of the first line that is no annotation, and where that line starts.
fn timestamp(lines: &mut Lines<'_>) -> Result<(Timestamp, usize), DocumentError> {
    while let Some((line, start)) = lines.next()? {
        if line.starts_with('@') {
            continue;
        }
        // Later than the year 9999 is no time.
        let seconds = number::<i64>(line.trim()).filter(|seconds| *seconds < 253_402_300_800);
        return seconds
            .map(|seconds| (Timestamp(seconds), start))
            .ok_or_else(|| mismatch(lines.scanner.bytes(), "bandwidth file"));
    }
    Err(DocumentError::Empty)
}

impl<'a> BandwidthFile<'a> {
    fn read(
        &mut self,
        lines: &mut Lines<'a>,
        notes: &mut Notes,
        limits: &Limits,
    ) -> Result<(), DocumentError> {
        let mut seen = HashSet::with_hasher(foldhash::fast::RandomState::default());
        let mut is_head = true;
        while let Some((line, start)) = lines.next()? {
            if is_terminator(line) {
                is_head = false;
                continue;
            }
            // In version 1.0 nothing stands between the time and the relays.
            is_head &= !is_relay_line(line);
            if is_head {
                self.take_header(line, notes);
                continue;
            }
            match BandwidthLine::parse(line) {
                Err(reason) => notes.warn(format_args!("line at byte {start}"), reason),
                Ok(relay) if !seen.insert(relay.fingerprint) => {
                    notes.warn(relay.fingerprint, "is there twice; the first line counts");
                }
                Ok(_) if self.relays.len() >= limits.max_relays => {
                    return Err(DocumentError::Limit { name: "max_relays", limit: limits.max_relays });
                }
                Ok(relay) => self.relays.push(relay),
            }
        }
        Ok(())
    }

    fn take_header(&mut self, line: &'a str, notes: &mut Notes) {
        match line.split_once('=') {
            Some((key, value)) if self.headers.len() < MAX_HEADERS => {
                if key == "version" {
                    self.version = Some(value);
                }
                self.headers.push((key, value));
            }
            Some((key, _)) => notes.warn(key, "is one header too many"),
            None => notes.warn(line, "is no header of the form key=value"),
        }
    }

    /// The value of a header.
    pub fn header(&self, key: &str) -> Option<&'a str> {
        self.headers.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }

    /// A header that is a whole number, such as `number_eligible_relays`.
    pub fn header_number(&self, key: &str) -> Option<u64> {
        number(self.header(key)?)
    }

    /// A header that is a time, such as `file_created`.
    pub fn header_time(&self, key: &str) -> Option<Timestamp> {
        self.header(key)?.parse().ok()
    }

    /// The line of a relay.
    pub fn relay(&self, fingerprint: Fingerprint) -> Option<&BandwidthLine<'a>> {
        self.relays.iter().find(|relay| relay.fingerprint == fingerprint)
    }
}

/// A line of four or more equals signs; version 1.1 had four, later ones have five.
fn is_terminator(line: &str) -> bool {
    line.len() >= 4 && line.bytes().all(|byte| byte == b'=')
}

/// Whether a line is about a relay: it has two or more pairs, of which one is `node_id` and one `bw`.
fn is_relay_line(line: &str) -> bool {
    line.contains(' ') && value(line, "node_id").is_some() && value(line, "bw").is_some()
}

/// The value of a key in a line of `key=value` words.
fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    pairs(line).find(|(name, _)| *name == key).map(|(_, value)| value)
}

fn pairs(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split([' ', '\t']).filter_map(|word| word.split_once('='))
}

impl<'a> BandwidthLine<'a> {
    /// Reads a line; the first of two equal keys counts.
    fn parse(line: &'a str) -> Result<Self, &'static str> {
        let (mut fingerprint, mut bandwidth) = (None, None);
        let mut relay = Self {
            fingerprint: Fingerprint([0; 20]),
            bandwidth_kilobytes_per_second: 0,
            is_unmeasured: false,
            is_voted: true,
            is_under_min_report: false,
            line,
        };
        for (key, value) in pairs(line) {
            match key {
                "node_id" => fingerprint = fingerprint.or(Fingerprint::from_hex(value.as_bytes()).ok()),
                "bw" => bandwidth = bandwidth.or(number(value)),
                "unmeasured" => relay.is_unmeasured = value == "1",
                "vote" => relay.is_voted = value != "0",
                "under_min_report" => relay.is_under_min_report = value == "1",
                _ => {}
            }
        }
        relay.fingerprint = fingerprint.ok_or("has no node_id of 40 hex digits")?;
        relay.bandwidth_kilobytes_per_second = bandwidth.ok_or("has no bw that is a number")?;
        Ok(relay)
    }

    /// All keys and values in their order.
    pub fn pairs(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        pairs(self.line)
    }

    /// The value of a key.
    pub fn value(&self, key: &str) -> Option<&'a str> {
        value(self.line, key)
    }

    /// A value that is a whole number, such as `success` or `desc_bw_obs_last`.
    pub fn number(&self, key: &str) -> Option<u64> {
        number(self.value(key)?)
    }

    /// When it was last measured: `time`, or `measured_at` in files of version 1.0.
    pub fn measured_at(&self) -> Option<Timestamp> {
        let time = self.value("time").and_then(|time| time.parse().ok());
        time.or_else(|| number(self.value("measured_at")?).map(Timestamp))
    }

    /// Nickname as the scanner knows it.
    pub fn nickname(&self) -> Option<&'a str> {
        self.value("nick")
    }

    /// Ed25519 identity in base64.
    pub fn master_key_ed25519(&self) -> Option<&'a str> {
        self.value("master_key_ed25519")
    }

    /// Failures by cause.
    pub fn errors(&self) -> BandwidthErrors {
        BandwidthErrors {
            circuit: self.number("error_circ"),
            destination: self.number("error_destination"),
            misc: self.number("error_misc"),
            second_relay: self.number("error_second_relay"),
            stream: self.number("error_stream"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Parsed<BandwidthFile<'_>> {
        parse_bandwidth_file(text.as_bytes(), &Limits::default()).unwrap()
    }

    const A: &str = "node_id=$221C91D4C51E4C73CB6A8F0BEE01B0A6BB4A8476";
    const B: &str = "node_id=1F509589F7F70B69A38719A201451CF4B70F89C6";

    #[test]
    fn a_file_of_version_1_0_has_no_headers() {
        let text = format!("1547487689\n{A} bw=38000 nick=a measured_at=1546325250\n{B} bw=589\n");
        let file = parse(&text).document;
        assert_eq!((file.timestamp, file.version, file.headers.len()), (Timestamp(1_547_487_689), None, 0));
        assert_eq!(file.relays.len(), 2);
        assert_eq!(file.relays[0].measured_at(), Some(Timestamp(1_546_325_250)));
        assert_eq!(file.relays[1].bandwidth_kilobytes_per_second, 589);
    }

    #[test]
    fn headers_end_at_the_equals_signs() {
        for terminator in ["====", "====="] {
            let text = format!(
                "@type bandwidth-file 1.0\n1795180947\nversion=1.9.0\nfile_created=2026-11-20T13:22:27\nmu=5\n\
                 {terminator}\nbw=1 error_circ=2 {A} success=0 time=2026-11-20T13:22:27 under_min_report=1 \
                 unmeasured=1 vote=0\n"
            );
            let file = parse(&text).document;
            assert_eq!((file.version, file.header_number("mu")), (Some("1.9.0"), Some(5)));
            assert_eq!(file.header_time("file_created").unwrap().to_string(), "2026-11-20 13:22:27");
            let relay = file.relays[0];
            assert!(relay.is_unmeasured && !relay.is_voted && relay.is_under_min_report);
            assert_eq!(relay.errors(), BandwidthErrors { circuit: Some(2), ..BandwidthErrors::default() });
            assert_eq!((relay.number("success"), relay.number("failure")), (Some(0), None));
            assert_eq!(relay.measured_at().unwrap().to_string(), "2026-11-20 13:22:27");
        }
    }

    #[test]
    fn a_bad_line_is_a_warning() {
        let text = format!("1\nversion=1.4.0\nodd\n=====\n{A} bw=x\nbw=3 nick=b\nbw=1 {B}\nbw=2 {B}\n");
        let parsed = parse(&text);
        assert_eq!(parsed.document.relays.len(), 1);
        assert_eq!(parsed.warnings.len(), 4);
    }

    #[test]
    fn a_file_without_relays_is_one() {
        assert!(parse("1\nversion=1.4.0\n=====\n").document.relays.is_empty());
        assert!(parse("1").document.relays.is_empty());
    }

    #[test]
    fn what_does_not_start_with_a_time_is_refused() {
        for bytes in
            [&b""[..], b"<html>", b"network-status-version 3\n", b"-1\n", b"99999999999999\n", b"@type\n"]
        {
            assert!(parse_bandwidth_file(bytes, &Limits::default()).is_err());
        }
    }

    #[test]
    fn annotations_are_not_in_the_digest() {
        let plain = parse("1\nversion=1.4.0\n=====\n").document.sha256;
        assert_eq!(parse("@type bandwidth-file 1.0\n1\nversion=1.4.0\n=====\n").document.sha256, plain);
        assert_ne!(parse("1\nversion=1.4.1\n=====\n").document.sha256, plain);
    }

    #[test]
    fn more_relays_than_allowed_are_refused() {
        let text = format!("1\nbw=1 {A}\nbw=1 {B}\n");
        let limits = Limits { max_relays: 1, ..Limits::default() };
        assert!(parse_bandwidth_file(text.as_bytes(), &limits).is_err());
    }
}
