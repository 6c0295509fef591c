//! Onionoo uptime documents: the share of consensuses that listed a relay, in bins.
//!
//! A young relay has only `1_month`; a longer period that is absent means "young", not "missing".

use super::envelope::{self, Envelope, Text};
use super::scan::scan_entry;
use crate::{DocumentError, Limits};
use allium_model::{Fingerprint, History, Period, Timestamp};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// One relay of an uptime document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UptimeRelay<'a> {
    /// Fingerprint.
    #[serde(borrow)]
    pub fingerprint: Text<'a>,
    /// Histories of being listed, by period.
    #[serde(borrow, default)]
    pub uptime: BTreeMap<Cow<'a, str>, WireHistory<'a>>,
    /// Histories of having a flag, by flag and period.
    #[serde(borrow, default)]
    pub flags: BTreeMap<Cow<'a, str>, BTreeMap<Cow<'a, str>, WireHistory<'a>>>,
}

/// A graph history on the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WireHistory<'a> {
    /// Mid-point of the first bin.
    #[serde(borrow)]
    pub first: Text<'a>,
    /// Mid-point of the last bin.
    #[serde(borrow)]
    pub last: Text<'a>,
    /// Length of a bin in seconds.
    pub interval: i64,
    /// What the stored integers are multiplied with.
    pub factor: f64,
    /// Number of values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// Stored integers, 0 to 999, or null.
    pub values: Vec<Option<i64>>,
}

impl WireHistory<'_> {
    /// The checked history, or why it is none.
    pub fn check(&self) -> Result<History, String> {
        let time = |text: &Text<'_>| text.0.parse::<Timestamp>().map_err(|error| error.to_string());
        let (first, last) = (time(&self.first)?, time(&self.last)?);
        History::new(first, last, self.interval, self.factor, self.count, self.values.iter().copied())
            .map_err(|error| error.to_string())
    }
}

/// Reads a plain uptime document, one relay at a time.
pub fn read_uptime<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    each: &mut dyn FnMut(UptimeRelay<'a>) -> Result<(), String>,
) -> Result<Envelope, DocumentError> {
    envelope::read(bytes, "uptime", limits, serde_json::from_str, each)
}

/// When a relay was first there, as far as its uptime histories reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarliestPresence {
    /// Mid-point of the first bin in which it was listed.
    pub midpoint: Timestamp,
    /// End of that bin: it was listed at the latest then.
    pub end: Timestamp,
}

/// What the first presence needs of an entry; the histories of flags are passed over.
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct PresenceEntry<'a> {
    #[serde(borrow)]
    pub fingerprint: Text<'a>,
    #[serde(borrow, default)]
    pub uptime: BTreeMap<Cow<'a, str>, WireHistory<'a>>,
}

/// Reads a plain uptime document for the first presence of each relay. A history that does not
/// check is left out with a warning; other periods of the relay count.
pub fn earliest_presence(
    bytes: &[u8],
    limits: &Limits,
) -> Result<(HashMap<Fingerprint, EarliestPresence>, Envelope), DocumentError> {
    let mut earliest = HashMap::new();
    let parse = |entry| scan_entry(entry).map_or_else(|| serde_json::from_str(entry), Ok);
    let mut note = |relay: PresenceEntry<'_>| {
        let fingerprint = relay.fingerprint.0.parse::<Fingerprint>().map_err(|error| error.to_string())?;
        let mut fault = Ok(());
        for period in Period::ALL {
            let Some(history) = relay.uptime.get(period.key()) else { continue };
            match history.check() {
                Ok(history) => note_presence(&mut earliest, fingerprint, &history),
                Err(error) => fault = Err(format!("the {} history is left out: {error}", period.key())),
            }
        }
        fault
    };
    let envelope = envelope::read(bytes, "uptime", limits, parse, &mut note)?;
    Ok((earliest, envelope))
}

fn note_presence(
    earliest: &mut HashMap<Fingerprint, EarliestPresence>,
    fingerprint: Fingerprint,
    history: &History,
) {
    let Some(bin) = history.first_present() else { return };
    let found = EarliestPresence { midpoint: history.midpoint(bin), end: history.end(bin) };
    let known = earliest.entry(fingerprint).or_insert(found);
    if found.end < known.end {
        *known = found;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{"version":"8.0","relays_published":"2026-02-22 13:00:00","relays":[
        {"fingerprint":"000A10D43011EA4928A35F610405F92B4433B4DC","uptime":{
            "1_month":{"first":"2026-02-01 06:00:00","last":"2026-02-02 06:00:00","interval":86400,"factor":0.001001,"count":2,"values":[999,null]},
            "6_months":{"first":"2025-10-01 06:00:00","last":"2025-10-03 06:00:00","interval":86400,"factor":0.001001,"count":3,"values":[0,null,500]}}},
        {"fingerprint":"000A10D43011EA4928A35F610405F92B4433B4DD","uptime":{
            "1_month":{"first":"2026-02-01 06:00:00","last":"2026-02-02 06:00:00","interval":0,"factor":1,"values":[999]}}}
    ],"bridges":[{},{}]}"#;

    #[test]
    fn the_earliest_known_bin_over_all_periods_counts_and_broken_histories_are_warned_of() {
        let (earliest, envelope) = earliest_presence(DOCUMENT.as_bytes(), &Limits::default()).unwrap();
        let presence = earliest[&"000A10D43011EA4928A35F610405F92B4433B4DC".parse().unwrap()];
        assert_eq!(presence.midpoint.to_string(), "2025-10-03 06:00:00");
        assert_eq!(presence.end.to_string(), "2025-10-03 18:00:00");
        assert_eq!((earliest.len(), envelope.bridges, envelope.broken_relays), (1, 2, 1));
        assert_eq!(envelope.warnings[0].entry, "000A10D43011EA4928A35F610405F92B4433B4DD");
    }
}
