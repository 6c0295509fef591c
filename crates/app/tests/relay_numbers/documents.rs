//! The documents of a real day, read with `serde_json` and nothing of Allium's.

use crate::numbers::{date, seconds};
use allium_documents::{Limits, decompress};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Keys and calendar months of the periods.
pub(crate) const PERIODS: [(&str, i64); 4] =
    [("1_month", 1), ("6_months", 6), ("1_year", 12), ("5_years", 60)];

/// A run of bins.
#[derive(Debug, Clone)]
pub(crate) struct Bins {
    pub(crate) first: i64,
    pub(crate) interval: i64,
    pub(crate) values: Vec<Option<f64>>,
}

impl Bins {
    fn of(history: &Value) -> Self {
        let factor = history["factor"].as_f64().unwrap();
        Self {
            first: seconds(history["first"].as_str().unwrap()),
            interval: history["interval"].as_i64().unwrap(),
            values: history["values"]
                .as_array()
                .unwrap()
                .iter()
                .map(|value| value.as_f64().map(|value| value * factor))
                .collect(),
        }
    }

    pub(crate) fn middle(&self, bin: usize) -> i64 {
        self.first + bin as i64 * self.interval
    }

    pub(crate) fn end(&self) -> i64 {
        self.middle(self.values.len() - 1) + self.interval / 2
    }

    /// Middles and values of the known bins.
    pub(crate) fn known(&self) -> impl Iterator<Item = (i64, f64)> {
        self.values.iter().enumerate().filter_map(|(bin, value)| Some((self.middle(bin), (*value)?)))
    }

    /// First and last bin of the runs of known bins that are part of something.
    pub(crate) fn runs(&self, is_part: impl Fn(f64) -> bool) -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (bin, _) in self.values.iter().enumerate().filter(|(_, value)| value.is_some_and(&is_part)) {
            match found.last_mut().filter(|run| run.1 + 1 == bin) {
                Some(run) => run.1 = bin,
                None => found.push((bin, bin)),
            }
        }
        found
    }

    /// Seconds missing in a bin that may not be there.
    pub(crate) fn missing(&self, bin: Option<usize>) -> f64 {
        let value = bin.and_then(|bin| *self.values.get(bin)?);
        value.map_or(0.0, |value| (1.0 - value).max(0.0) * self.interval as f64)
    }
}

/// A relay's uptime over a period.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Uptime {
    pub(crate) ratio: f64,
    pub(crate) known: usize,
    pub(crate) expected: i64,
    pub(crate) interval: i64,
    pub(crate) since: Option<i64>,
    pub(crate) is_eligible: bool,
}

pub(crate) struct Documents {
    pub(crate) raw: [Vec<u8>; 3],
    pub(crate) published: i64,
    /// Details of the relays seen within 7 days, by fingerprint.
    pub(crate) relays: BTreeMap<String, Value>,
    /// Histories by fingerprint, in the order of [`PERIODS`].
    pub(crate) histories: BTreeMap<String, [Option<Bins>; 4]>,
    /// Verified domains by fingerprint.
    pub(crate) domains: BTreeMap<String, String>,
    end: i64,
}

impl Documents {
    /// None, with a word, when they are not at hand.
    pub(crate) fn read() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/onionoo/2026-02-22");
        let read = |name: &str| {
            let Ok(bytes) = fs::read(folder.join(name)) else {
                eprintln!("skipped: {name} of 2026-02-22 is not there");
                return None;
            };
            Some(decompress(&bytes, &Limits::default()).unwrap().into_owned())
        };
        Some(Self::of([read("details.json.zst")?, read("uptime.json.zst")?, read("aroi.json.zst")?]))
    }

    fn of(raw: [Vec<u8>; 3]) -> Self {
        let [details, uptime, aroi] =
            raw.each_ref().map(|bytes| serde_json::from_slice::<Value>(bytes).unwrap());
        let published = seconds(details["relays_published"].as_str().unwrap());
        let fingerprint = |entry: &Value| entry["fingerprint"].as_str().unwrap().to_owned();
        let entries = |document: &Value, key: &str| document[key].as_array().unwrap().clone();
        let is_kept = |relay: &Value| published - seconds(relay["last_seen"].as_str().unwrap()) <= 7 * 86_400;
        let relays = entries(&details, "relays");
        let bins = |entry: &Value| PERIODS.map(|(key, _)| entry["uptime"].get(key).map(Bins::of));
        let histories: BTreeMap<_, _> =
            entries(&uptime, "relays").iter().map(|entry| (fingerprint(entry), bins(entry))).collect();
        let results = entries(&aroi, "results");
        let valid = results.iter().filter(|result| result["valid"] == true);
        Self {
            published,
            relays: relays
                .iter()
                .filter(|relay| is_kept(relay))
                .map(|relay| (fingerprint(relay), relay.clone()))
                .collect(),
            end: histories.values().flatten().flatten().map(Bins::end).max().unwrap(),
            histories,
            domains: valid
                .map(|result| (fingerprint(result), result["domain"].as_str().unwrap().to_owned()))
                .collect(),
            raw,
        }
    }

    pub(crate) fn running(&self) -> impl Iterator<Item = &Value> {
        self.relays.values().filter(|relay| relay["running"] == true)
    }

    /// Values above zero of the running relays.
    pub(crate) fn positive(&self, field: &str) -> Vec<f64> {
        self.running().filter_map(|relay| relay[field].as_f64()).filter(|value| *value > 0.0).collect()
    }

    /// First seen, with resets mended by the first bin above zero that ends first.
    pub(crate) fn first_seen(&self, fingerprint: &str) -> i64 {
        let published = seconds(self.relays[fingerprint]["first_seen"].as_str().unwrap());
        let all = self.histories.get(fingerprint).into_iter().flatten().flatten();
        let presence = all.filter_map(|bins| {
            let (middle, _) = bins.known().find(|(_, value)| *value > 0.0)?;
            Some((middle + bins.interval / 2, middle))
        });
        presence.min().filter(|(end, _)| published > *end).map_or(published, |(_, middle)| middle)
    }

    /// The history of a period, or of the next shorter one.
    pub(crate) fn longest(&self, fingerprint: &str, period: usize) -> Option<&Bins> {
        self.histories.get(fingerprint)?[..=period].iter().rev().find_map(Option::as_ref)
    }

    pub(crate) fn uptime(&self, fingerprint: &str, period: usize) -> Option<Uptime> {
        let bins = self.longest(fingerprint, period)?;
        let start = months_before(self.end, PERIODS[period].1);
        let inside = bins.known().filter(|(middle, _)| (start..=self.end).contains(middle));
        let values: Vec<f64> = inside.map(|(_, value)| value.min(1.0)).collect();
        let seen = self.first_seen(fingerprint);
        let known_for = self.end - start.max(seen);
        let expected = ((known_for.max(0) + bins.interval - 1) / bins.interval).max(1);
        (!values.is_empty()).then(|| Uptime {
            ratio: values.iter().sum::<f64>() / values.len() as f64,
            known: values.len(),
            expected,
            interval: bins.interval,
            since: (seen > start).then_some(seen),
            is_eligible: 2 * values.len() as i64 >= expected && 2 * known_for >= self.end - start,
        })
    }

    /// Uptimes of the eligible relays.
    pub(crate) fn eligible(&self, period: usize) -> Vec<f64> {
        let all = self.relays.keys().filter_map(|fingerprint| self.uptime(fingerprint, period));
        all.filter(|uptime| uptime.is_eligible).map(|uptime| uptime.ratio).collect()
    }
}

/// The same time of day so many months earlier; the last day of a month that is too short.
fn months_before(time: i64, months: i64) -> i64 {
    let (year, month, day) = date(time);
    let month = year * 12 + month - 1 - months;
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    let day = day.min(crate::numbers::days_in(year, month));
    seconds(&format!("{year}-{month:02}-{day:02} 00:00:00")) + time.rem_euclid(86_400)
}
