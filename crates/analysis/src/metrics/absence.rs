//! When a relay was last missing for a day or longer (`docs/methods/days-since-issue.md`).

use super::dips::{Dip, outages};
use super::series::TimeSeries;
use allium_model::{Histories, Network, PeriodHistories, RelayPosition, Timestamp};

/// Seconds that a relay must be missing at a stretch for an absence to be an issue: 24 hours.
pub const ISSUE_SECONDS: f64 = 86_400.0;

/// A time in which a relay was not there: empty bins, and the missing part of the bins beside them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Absence {
    /// When it began, at the resolution of the history.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// Seconds missing.
    pub seconds: f64,
}

/// The absences of a series, in order: every run of empty bins. It went away within the bin before and
/// came back within the bin after, as far as these are known.
pub fn absences(series: &TimeSeries) -> Vec<Absence> {
    let around = |outage: Dip| {
        let before = missing_at(series, outage.start.plus_seconds(-1));
        let after = missing_at(series, outage.end.plus_seconds(1));
        Absence {
            start: outage.start.plus_seconds(-before.round() as i64),
            end: outage.end.plus_seconds(after.round() as i64),
            seconds: before + outage.missing_seconds + after,
        }
    };
    outages(series).into_iter().map(around).collect()
}

/// Seconds missing in the bin at a time; none where that is not known.
fn missing_at(series: &TimeSeries, time: Timestamp) -> f64 {
    let start = series.first.plus_seconds(-series.interval_seconds / 2);
    let bin = usize::try_from(time.seconds_since(start).div_euclid(series.interval_seconds)).ok();
    let value = bin.and_then(|bin| *series.values.get(bin)?);
    value.map_or(0.0, |value| (1.0 - value).max(0.0) * series.interval_seconds as f64)
}

/// What is known of the last absence of 24 hours or longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastAbsence {
    /// It lasts still.
    Now,
    /// It ended then, at the resolution of the history that shows it.
    Ended(Timestamp),
    /// There was none since then: the start of what is known.
    NoneSince(Timestamp),
    /// No history is known.
    NotKnown,
}

impl LastAbsence {
    /// Days from the end of the last absence, or from the start of what is known, to a time.
    pub fn days_before(self, time: Timestamp) -> Option<f64> {
        match self {
            Self::Now => Some(0.0),
            Self::Ended(at) | Self::NoneSince(at) => Some(time.seconds_since(at).max(0) as f64 / 86_400.0),
            Self::NotKnown => None,
        }
    }
}

/// The last absence over all the periods of a relay's uptime; the latest end counts.
pub fn last_absence(histories: &PeriodHistories) -> LastAbsence {
    let ended = histories.iter().filter_map(|(_, history)| last_end(&TimeSeries::of(history))).max();
    let start = histories.iter().map(|(_, history)| history.start()).min();
    match (ended, start) {
        (Some(end), _) => LastAbsence::Ended(end),
        (None, Some(start)) => LastAbsence::NoneSince(start),
        (None, None) => LastAbsence::NotKnown,
    }
}

/// The longest absence over all the periods; of equally long ones the one that a finer history shows.
pub fn longest_absence(histories: &PeriodHistories) -> Option<Absence> {
    let all = histories.iter().flat_map(|(_, history)| absences(&TimeSeries::of(history)));
    all.reduce(|longest, other| if other.seconds > longest.seconds { other } else { longest })
}

/// The end of the last absence of at least [`ISSUE_SECONDS`].
fn last_end(series: &TimeSeries) -> Option<Timestamp> {
    let all = absences(series);
    all.iter().rev().find(|absence| absence.seconds >= ISSUE_SECONDS).map(|absence| absence.end)
}

/// What is known of a set of relays: the absence that is over for the shortest time. Relays without a
/// history count only when they are missing now.
pub fn last_absence_of(network: &Network, histories: &Histories, members: &[RelayPosition]) -> LastAbsence {
    members.iter().map(|position| of_relay(network, histories, *position)).fold(LastAbsence::NotKnown, later)
}

/// Days since one of the relays was last missing for 24 hours or longer, at the time of the data; when
/// none ever was, days since the start of what is known. None when nothing is known.
pub fn days_since_issue(network: &Network, histories: &Histories, members: &[RelayPosition]) -> Option<f64> {
    last_absence_of(network, histories, members).days_before(network.published())
}

fn of_relay(network: &Network, histories: &Histories, position: RelayPosition) -> LastAbsence {
    let relay = network.relay(position);
    let away_seconds = network.published().seconds_since(relay.last_seen) as f64;
    if !relay.running && away_seconds >= ISSUE_SECONDS {
        return LastAbsence::Now;
    }
    histories.uptime_of(relay.fingerprint).map_or(LastAbsence::NotKnown, |entry| last_absence(&entry.overall))
}

/// The one that says more of a set: an absence before none, the later end, the earlier start.
fn later(left: LastAbsence, right: LastAbsence) -> LastAbsence {
    match (left, right) {
        (LastAbsence::NotKnown, other) | (other, LastAbsence::NotKnown) => other,
        (LastAbsence::Now, _) | (_, LastAbsence::Now) => LastAbsence::Now,
        (LastAbsence::Ended(left), LastAbsence::Ended(right)) => LastAbsence::Ended(left.max(right)),
        (LastAbsence::Ended(end), _) | (_, LastAbsence::Ended(end)) => LastAbsence::Ended(end),
        (LastAbsence::NoneSince(left), LastAbsence::NoneSince(right)) => {
            LastAbsence::NoneSince(left.min(right))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::{History, Period};

    fn histories(period: Period, interval: i64, values: &[Option<i64>]) -> PeriodHistories {
        let first = Timestamp(interval / 2);
        let last = first.plus_seconds(interval * (values.len() as i64 - 1));
        let history = History::new(first, last, interval, 1.0 / 999.0, None, values.iter().copied()).unwrap();
        let mut histories = PeriodHistories::default();
        histories.set(period, history);
        histories
    }

    const FOUR_HOURS: i64 = 14_400;

    #[test]
    fn the_missing_part_of_the_neighbours_counts() {
        // Five empty bins are 20 hours; the neighbours miss 2 hours and 3 hours (50 % and 25 % there).
        let values =
            [Some(999), Some(500), Some(0), Some(0), Some(0), Some(0), Some(0), Some(250), Some(999)];
        let all = histories(Period::OneMonth, FOUR_HOURS, &values);
        let hours = longest_absence(&all).unwrap().seconds / 3600.0;
        assert!((hours - (20.0 + 4.0 * 499.0 / 999.0 + 4.0 * 749.0 / 999.0)).abs() < 1e-9);
        let LastAbsence::Ended(end) = last_absence(&all) else { panic!("it was missing for 25 hours") };
        // The seventh bin ends after 28 hours, and almost three more were missed.
        assert!(end > Timestamp(30 * 3600) && end < Timestamp(31 * 3600));
    }

    #[test]
    fn shorter_ones_do_not_count_and_unknown_bins_do_not_lengthen() {
        let short =
            histories(Period::OneMonth, FOUR_HOURS, &[Some(999), Some(0), Some(0), None, Some(0), Some(0)]);
        assert_eq!(last_absence(&short), LastAbsence::NoneSince(Timestamp(0)));
        assert_eq!(last_absence(&PeriodHistories::default()), LastAbsence::NotKnown);
        assert_eq!(longest_absence(&PeriodHistories::default()), None);
    }

    #[test]
    fn one_empty_bin_of_two_days_is_long_enough() {
        let year = histories(Period::OneYear, 172_800, &[Some(999), Some(0), Some(999)]);
        assert_eq!(last_absence(&year), LastAbsence::Ended(Timestamp(345_600)));
        assert_eq!(last_absence(&year).days_before(Timestamp(345_600 + 43_200)), Some(0.5));
    }

    #[test]
    fn of_a_set_the_latest_absence_counts() {
        let ended = |time| LastAbsence::Ended(Timestamp(time));
        let none = |time| LastAbsence::NoneSince(Timestamp(time));
        assert_eq!(later(ended(5), ended(9)), ended(9));
        assert_eq!(later(none(5), ended(1)), ended(1));
        assert_eq!(later(none(5), none(9)), none(5));
        assert_eq!(later(LastAbsence::NotKnown, none(9)), none(9));
        assert_eq!(later(LastAbsence::Now, ended(9)), LastAbsence::Now);
    }
}
