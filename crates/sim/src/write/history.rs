//! Onionoo graph histories (field.md 3.2).
//!
//! Bins are aligned to multiples of their length since 1970; the newest ones that are not full are
//! left out. Leading and trailing unknown bins are cut, a history needs two known bins side by side,
//! and a longer period is written only if the relay was there before the shorter one begins.

use crate::time::clock::{Clock, HOUR_SECONDS, Hour};
use crate::time::consensuses::Consensuses;
use crate::time::presence::Presence;
use allium_documents::onionoo::{WireHistories, WireHistory};
use allium_model::{Period, Timestamp};

/// Histories by period.
pub(super) type Histories = WireHistories<'static>;

/// Hours of a bin in the periods of [`Period::ALL`].
pub(super) type BinHours = [i64; 4];

/// Bins of uptime documents.
pub(super) const UPTIME_BINS: BinHours = [4, 12, 48, 240];
/// Bins of bandwidth and clients documents.
pub(super) const DAILY_BINS: BinHours = [24, 24, 48, 240];
/// Bins of weights documents.
pub(super) const WEIGHTS_BINS: BinHours = [4, 24, 48, 240];

/// The largest stored value.
const FULL: f64 = 999.0;

/// A bin: hours of the simulation from `start` up to `end`, which are fewer than the bin has where it
/// reaches over the simulation's ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bin {
    pub(super) start: Hour,
    pub(super) end: Hour,
    pub(super) hours: i64,
}

impl Bin {
    /// Whether so many hours are the share of it that a relay's bin needs to be known: a fifth.
    pub(super) fn is_covered_by(self, hours: u32) -> bool {
        i64::from(hours) * 5 >= self.hours
    }
}

/// The histories of something that begins in the hour `from`; `value` tells a bin's value, or none where
/// it is not known.
pub(super) fn histories(
    clock: Clock,
    bin_hours: &BinHours,
    from: Hour,
    value: &mut dyn FnMut(Bin) -> Option<f64>,
) -> Histories {
    let mut histories = Histories::new();
    let mut shorter_start = None;
    for (period, bin_hours) in Period::ALL.into_iter().zip(*bin_hours) {
        let end = floor(clock.end, bin_hours);
        let start = floor(end.minus_months(period.months()), bin_hours);
        let first_hour = start.seconds_since(clock.start()).div_euclid(HOUR_SECONDS);
        let bins = Bins { start, end, bin_hours, clock, first_hour };
        let history = bins.history(from, shorter_start, value);
        histories.extend(history.map(|history| (period.key().into(), history)));
        shorter_start = Some(start);
    }
    histories
}

/// The histories of the hours in `presence`: the share of consensuses. A bin is known if consensuses cover
/// a fifth of it.
pub(super) fn presence_histories(clock: Clock, consensuses: &Consensuses, presence: &Presence) -> Histories {
    let Some(first) = presence.runs().first() else { return Histories::new() };
    histories(clock, &UPTIME_BINS, first.start, &mut |bin| {
        let all = consensuses.count(bin.start, bin.end);
        let present = listed(consensuses, presence, bin);
        bin.is_covered_by(all).then(|| f64::from(present) / f64::from(all))
    })
}

/// Consensuses of a bin with the relay.
pub(super) fn listed(consensuses: &Consensuses, presence: &Presence, bin: Bin) -> u32 {
    presence.runs_in(bin.start, bin.end).map(|run| consensuses.count(run.start, run.end)).sum()
}

fn floor(time: Timestamp, bin_hours: i64) -> Timestamp {
    Timestamp(time.0 - time.0.rem_euclid(bin_hours * HOUR_SECONDS))
}

/// The bins of a period.
struct Bins {
    start: Timestamp,
    end: Timestamp,
    bin_hours: i64,
    clock: Clock,
    /// The hour of the simulation at `start`, below 0 when that lies before it.
    first_hour: i64,
}

impl Bins {
    /// The history, unless it is empty or says no more than that of the shorter period.
    fn history(
        &self,
        from: Hour,
        shorter_start: Option<Timestamp>,
        value: &mut dyn FnMut(Bin) -> Option<f64>,
    ) -> Option<WireHistory<'static>> {
        let from = self.bin_of(self.clock.time(from)).max(0);
        let count = self.end.seconds_since(self.start) / self.seconds();
        let mut known: Vec<Option<f64>> = (from..count).map(|bin| value(self.bin(bin))).collect();
        let leading = known.iter().position(Option::is_some)?;
        known.truncate(known.iter().rposition(Option::is_some)? + 1);
        let known = &known[leading..];
        let first = self.midpoint(from + leading as i64);
        let is_needed = shorter_start.is_none_or(|start| first < start);
        let has_neighbours = known.windows(2).any(|pair| pair[0].is_some() && pair[1].is_some());
        (is_needed && has_neighbours).then(|| wire(first, self.seconds(), known))
    }

    fn seconds(&self) -> i64 {
        self.bin_hours * HOUR_SECONDS
    }

    fn bin_of(&self, time: Timestamp) -> i64 {
        time.seconds_since(self.start).div_euclid(self.seconds())
    }

    fn midpoint(&self, bin: i64) -> Timestamp {
        self.start.plus_seconds(bin * self.seconds() + self.seconds() / 2)
    }

    fn bin(&self, bin: i64) -> Bin {
        Bin { start: self.hour(bin), end: self.hour(bin + 1), hours: self.bin_hours }
    }

    /// The hour of the simulation in which a bin begins.
    fn hour(&self, bin: i64) -> Hour {
        (self.first_hour + bin * self.bin_hours).clamp(0, i64::from(self.clock.hours)) as Hour
    }
}

/// The values as integers up to 999 and the factor that restores them.
fn wire(first: Timestamp, interval: i64, known: &[Option<f64>]) -> WireHistory<'static> {
    let max = known.iter().flatten().copied().fold(0.0, f64::max);
    let stored = |value: f64| if max > 0.0 { (value * FULL / max) as i64 } else { 0 };
    let last = first.plus_seconds((known.len() as i64 - 1) * interval);
    WireHistory {
        first: first.to_string().into(),
        last: last.to_string().into(),
        interval,
        factor: max / FULL,
        count: Some(known.len()),
        values: known.iter().map(|value| value.map(stored)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::presence::Run;

    /// Hour 0 is midnight; the bins of four hours are hours 0 to 3, 4 to 7 and so on.
    const HOURS: Hour = 90 * 24;

    fn check(runs: &[(Hour, Hour)], missing: Vec<Hour>) -> Histories {
        let end = "2026-02-22 00:00:00".parse::<Timestamp>().unwrap().plus_seconds(-HOUR_SECONDS);
        let clock = Clock::ending(end.plus_seconds(4 * HOUR_SECONDS), HOURS + 4);
        let runs = runs.iter().map(|(start, end)| Run { start: *start, end: *end });
        presence_histories(clock, &Consensuses::new(clock.hours, missing), &Presence::of_runs(runs))
    }

    #[test]
    fn a_young_relay_has_one_month_only_and_the_first_bin_is_that_of_its_arrival() {
        let histories = check(&[(HOURS - 11, HOURS + 4)], Vec::new());
        assert_eq!(histories.keys().collect::<Vec<_>>(), ["1_month"]);
        let history = &histories["1_month"];
        assert_eq!(history.values, [Some(749), Some(999), Some(999)]);
        assert_eq!(&*history.first.0, "2026-02-21 14:00:00");
        assert_eq!(&*history.last.0, "2026-02-21 22:00:00");
    }

    #[test]
    fn a_relay_that_is_gone_is_zero_until_the_end_and_the_factor_restores_the_maximum() {
        let histories = check(&[(HOURS - 16, HOURS - 14)], Vec::new());
        let history = &histories["1_month"];
        assert_eq!(history.values, [Some(999), Some(0), Some(0), Some(0)]);
        assert!((history.factor * 999.0 - 0.5).abs() < 1e-12);
    }

    #[test]
    fn missing_consensuses_are_a_gap_and_not_a_zero() {
        let missing = vec![HOURS - 8, HOURS - 7, HOURS - 6, HOURS - 5, HOURS - 2];
        let histories = check(&[(HOURS - 16, HOURS + 4)], missing);
        assert_eq!(histories["1_month"].values, [Some(999), Some(999), None, Some(999)]);
    }

    #[test]
    fn a_longer_period_is_written_when_the_relay_is_older_than_the_shorter_one() {
        let old = check(&[(0, HOURS + 4)], Vec::new());
        assert_eq!(old.keys().collect::<Vec<_>>(), ["1_month", "6_months"]);
        assert_eq!((old["1_month"].values.len(), old["6_months"].values.len()), (31 * 6, 90 * 2));
        assert_eq!(&*old["6_months"].first.0, "2025-11-24 06:00:00");
    }

    #[test]
    fn a_bin_is_known_when_consensuses_cover_a_fifth_of_it() {
        let missing = (24..34).chain(48..57).collect();
        let values = check(&[(0, HOURS + 4)], missing)["6_months"].values.clone();
        assert_eq!(values[1..6], [Some(999), None, Some(999), Some(999), Some(999)]);
    }

    #[test]
    fn one_known_bin_is_no_history() {
        assert!(check(&[(HOURS - 3, HOURS)], Vec::new()).is_empty());
    }
}
