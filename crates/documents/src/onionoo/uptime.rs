//! Onionoo uptime documents: the share of consensuses that listed a relay, in bins.
//!
//! A young relay has only `1_month`; a longer period that is absent means "young", not "missing".

use super::envelope::{self, Envelope, Text};
use super::scan::Scan;
use super::table::{Entry, Faults, Place, RawFields, read_histories, read_table};
use super::wire::WireHistories;
use crate::{DocumentError, Limits};
use allium_model::{BinSummary, Fingerprint, Flag, FlagUptime, HistoryTable, Period, RelayUptime, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
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
    pub uptime: WireHistories<'a>,
    /// Histories of having a flag, by flag and period.
    #[serde(borrow, default)]
    pub flags: BTreeMap<Cow<'a, str>, WireHistories<'a>>,
}

/// Reads a plain uptime document, one relay at a time, as it stands.
pub fn read_uptime<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    each: &mut dyn FnMut(UptimeRelay<'a>) -> Result<(), String>,
) -> Result<Envelope, DocumentError> {
    envelope::read(bytes, "uptime", limits, serde_json::from_str, each)
}

impl Entry for RelayUptime {
    const DOCUMENT: &'static str = "uptime";
    const QUANTITIES: &'static [(&'static str, Place<Self>)] = &[("uptime", |entry| &mut entry.overall)];

    fn scan_other(&mut self, key: &str, scan: &mut Scan<'_>) -> Option<()> {
        if key != "flags" || !self.flags.is_empty() {
            return None;
        }
        let mut flags = Vec::with_capacity(10);
        scan.object(&mut |scan, name| {
            let mut periods = [None; 4];
            scan.histories(&mut |period, history| {
                periods[period as usize] = Some(BinSummary::from(&history));
            })?;
            if let Ok(flag) = name.parse::<Flag>() {
                flags.push(FlagUptime::new(flag, periods));
            }
            Some(())
        })?;
        let is_single =
            (1..flags.len()).all(|at| flags[..at].iter().all(|before| before.flag != flags[at].flag));
        self.flags = sorted(flags);
        is_single.then_some(())
    }

    fn read_other(&mut self, key: &str, value: &RawValue, faults: &mut Faults) {
        if key != "flags" {
            return;
        }
        match serde_json::from_str::<RawFields<'_>>(value.get()) {
            Ok(flags) => self.flags = read_flags(&flags, faults),
            Err(error) => faults.left_out(key, &error),
        }
    }
}

fn read_flags(flags: &RawFields<'_>, faults: &mut Faults) -> Box<[FlagUptime]> {
    let read = flags.iter().filter_map(|(name, value)| {
        let flag = name.parse::<Flag>().ok()?;
        let mut periods = [None; 4];
        read_histories(&format!("flag {flag}"), value, faults, &mut |period, history| {
            periods[period as usize] = Some(BinSummary::from(&history));
        });
        Some(FlagUptime::new(flag, periods))
    });
    sorted(read.collect())
}

/// In the order of the flags, without those that have no history.
fn sorted(mut flags: Vec<FlagUptime>) -> Box<[FlagUptime]> {
    flags.retain(|uptime| uptime.longest(Period::FiveYears).is_some());
    flags.sort_by_key(|uptime| uptime.flag);
    flags.into()
}

/// Reads a plain uptime document: every history of a relay, and for each known flag what its histories
/// come to. A history that does not check is left out with a warning; the rest of the relay counts.
pub fn read_uptime_table(
    bytes: &[u8],
    limits: &Limits,
) -> Result<(HistoryTable<RelayUptime>, Envelope), DocumentError> {
    read_table(bytes, limits)
}

/// When a relay was first there, as far as its uptime histories reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarliestPresence {
    /// Mid-point of the first bin in which it was listed.
    pub midpoint: Timestamp,
    /// End of that bin: it was listed at the latest then.
    pub end: Timestamp,
}

impl EarliestPresence {
    /// The first presence that the histories of a relay tell of.
    pub fn of(uptime: &RelayUptime) -> Option<Self> {
        let present = uptime.overall.iter().filter_map(|(_, history)| {
            let bin = history.first_present()?;
            Some(Self { midpoint: history.midpoint(bin), end: history.end(bin) })
        });
        present.min_by_key(|presence| presence.end)
    }
}

/// The first presence of each relay that was ever there.
pub fn earliest_presence(table: &HistoryTable<RelayUptime>) -> HashMap<Fingerprint, EarliestPresence> {
    let present = table.iter().filter_map(|(relay, uptime)| Some((relay, EarliestPresence::of(uptime)?)));
    present.collect()
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
        let (table, envelope) = read_uptime_table(DOCUMENT.as_bytes(), &Limits::default()).unwrap();
        let earliest = earliest_presence(&table);
        let presence = earliest[&"000A10D43011EA4928A35F610405F92B4433B4DC".parse().unwrap()];
        assert_eq!(presence.midpoint.to_string(), "2025-10-03 06:00:00");
        assert_eq!(presence.end.to_string(), "2025-10-03 18:00:00");
        assert_eq!((earliest.len(), envelope.bridges), (1, 2));
        assert_eq!((envelope.relays, envelope.broken_relays, envelope.faulty_relays), (2, 0, 1));
        assert_eq!(envelope.warnings[0].entry, "000A10D43011EA4928A35F610405F92B4433B4DD");
    }
}
