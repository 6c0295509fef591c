//! Onionoo graph histories of presence (field.md 3.2).
//!
//! Bins are aligned to multiples of their length since 1970; the newest ones that are not full are
//! left out. A bin is known if consensuses cover a fifth of it. Leading and trailing unknown bins are
//! cut, a history needs two known bins side by side, and a longer period is written only if the
//! relay was there before the shorter one begins.

use crate::time::clock::{Clock, HOUR_SECONDS, Hour, minus_months};
use crate::time::consensuses::Consensuses;
use crate::time::presence::Presence;
use allium_documents::onionoo::WireHistory;
use allium_model::{Period, Timestamp};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Histories by period.
pub(super) type Histories = BTreeMap<Cow<'static, str>, WireHistory<'static>>;

/// A period with the length of its bins.
struct Graph {
    period: Period,
    months: i64,
    bin_hours: i64,
}

const GRAPHS: [Graph; 4] = [
    Graph { period: Period::OneMonth, months: 1, bin_hours: 4 },
    Graph { period: Period::SixMonths, months: 6, bin_hours: 12 },
    Graph { period: Period::OneYear, months: 12, bin_hours: 48 },
    Graph { period: Period::FiveYears, months: 60, bin_hours: 240 },
];

/// The largest stored value.
const FULL: u32 = 999;

/// The histories of the hours in `presence`.
pub(super) fn histories(clock: Clock, consensuses: &Consensuses, presence: &Presence) -> Histories {
    let mut histories = Histories::new();
    let mut shorter_start = None;
    for graph in &GRAPHS {
        let end = floor(clock.end, graph.bin_hours);
        let start = floor(minus_months(end, graph.months), graph.bin_hours);
        let bins = Bins { start, end, bin_hours: graph.bin_hours, clock };
        let history = bins.history(consensuses, presence, shorter_start);
        histories.extend(history.map(|history| (graph.period.key().into(), history)));
        shorter_start = Some(start);
    }
    histories
}

fn floor(time: Timestamp, bin_hours: i64) -> Timestamp {
    Timestamp(time.0 - time.0.rem_euclid(bin_hours * HOUR_SECONDS))
}

/// The bins of a graph.
struct Bins {
    start: Timestamp,
    end: Timestamp,
    bin_hours: i64,
    clock: Clock,
}

/// Consensuses of a bin with and without the relay; none for a bin that is not known.
type Known = Option<(u32, u32)>;

impl Bins {
    /// The history, unless it is empty or says no more than that of the shorter period.
    fn history(
        &self,
        consensuses: &Consensuses,
        presence: &Presence,
        shorter_start: Option<Timestamp>,
    ) -> Option<WireHistory<'static>> {
        let first_hour = presence.runs().first()?.start;
        let from = self.bin_of(self.clock.time(first_hour)).max(0);
        let count = self.end.seconds_since(self.start) / self.seconds();
        let mut known = self.known(consensuses, presence, from, count);
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

    /// The bins from `from` up to `until`.
    fn known(&self, consensuses: &Consensuses, presence: &Presence, from: i64, until: i64) -> Vec<Known> {
        let runs = presence.runs();
        let mut next = 0;
        let mut known = Vec::with_capacity((until - from).max(0) as usize);
        for bin in from..until {
            let (start, end) = (self.hour(bin), self.hour(bin + 1));
            while runs.get(next).is_some_and(|run| run.end <= start) {
                next += 1;
            }
            let overlapping = runs[next..].iter().take_while(|run| run.start < end);
            let present =
                overlapping.map(|run| consensuses.count(run.start.max(start), run.end.min(end))).sum();
            let all = consensuses.count(start, end);
            known.push((i64::from(all) * 5 >= self.bin_hours).then_some((present, all)));
        }
        known
    }

    /// The hour of the simulation in which a bin begins.
    fn hour(&self, bin: i64) -> Hour {
        let time = self.start.plus_seconds(bin * self.seconds());
        let hour = time.seconds_since(self.clock.start()).div_euclid(HOUR_SECONDS);
        hour.clamp(0, i64::from(self.clock.hours)) as Hour
    }
}

/// The shares as integers up to 999 and the factor that restores them.
fn wire(first: Timestamp, interval: i64, known: &[Known]) -> WireHistory<'static> {
    let share = |(present, all): (u32, u32)| f64::from(present) / f64::from(all);
    let max = known.iter().flatten().map(|bin| share(*bin)).fold(0.0, f64::max);
    let stored = |bin: (u32, u32)| if max > 0.0 { (share(bin) * f64::from(FULL) / max) as i64 } else { 0 };
    let last = first.plus_seconds((known.len() as i64 - 1) * interval);
    WireHistory {
        first: first.to_string().into(),
        last: last.to_string().into(),
        interval,
        factor: max / f64::from(FULL),
        count: Some(known.len()),
        values: known.iter().map(|bin| bin.map(stored)).collect(),
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
        let clock = Clock { end: end.plus_seconds(4 * HOUR_SECONDS), hours: HOURS + 4 };
        let runs = runs.iter().map(|(start, end)| Run { start: *start, end: *end });
        histories(clock, &Consensuses::new(clock.hours, missing), &Presence::of_runs(runs))
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
