//! When a relay was last missing for a day or longer (`docs/methods/days-since-issue.md`).

use allium_model::{Group, Histories, History, Network, Period, RelayUptime, Timestamp};

/// What is known of the last absence of an operator's relays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastAbsence {
    /// A relay is missing now, and has been for at least 24 hours.
    Now,
    /// The last one ended then.
    Ended(Timestamp),
    /// None since then, the time from which the histories tell.
    NoneSince(Timestamp),
}

/// Shortest absence that counts, in seconds.
const SHORTEST: i64 = 24 * 3600;

impl LastAbsence {
    /// The last absence of the relays of an operator; none without histories.
    pub fn of(network: &Network, histories: &Histories, operator: Group<'_>) -> Option<Self> {
        let relays = || operator.members.iter().map(|position| network.relay(*position));
        let is_missing =
            |relay: &allium_model::Relay| network.published().seconds_since(relay.last_seen) >= SHORTEST;
        if relays().any(|relay| !relay.running && is_missing(relay)) {
            return Some(Self::Now);
        }
        let entries = || relays().filter_map(|relay| histories.uptime_of(relay.fingerprint));
        match entries().filter_map(last_end).max() {
            Some(end) => Some(Self::Ended(end.min(network.published()))),
            None => entries().filter_map(known_since).min().map(Self::NoneSince),
        }
    }

    /// Whole days from it to a time; for one that lasts none, for none the days that are known.
    pub fn days_until(self, now: Timestamp) -> i64 {
        match self {
            Self::Now => 0,
            Self::Ended(time) | Self::NoneSince(time) => now.days_since(time).max(0),
        }
    }
}

/// The end of the last absence in any of a relay's histories.
fn last_end(entry: &RelayUptime) -> Option<Timestamp> {
    entry.overall.iter().filter_map(|(_, history)| last_absence(history)).max()
}

fn known_since(entry: &RelayUptime) -> Option<Timestamp> {
    Some(entry.overall.longest(Period::FiveYears)?.1.start())
}

/// The end of the last run of bins without any presence that is long enough. What is not known breaks a
/// run: it is no absence.
fn last_absence(history: &History) -> Option<Timestamp> {
    let needed = SHORTEST.div_euclid(history.interval_seconds).max(1);
    let needed = if needed * history.interval_seconds < SHORTEST { needed + 1 } else { needed };
    let (mut run, mut end) = (0, None);
    for (bin, value) in history.values().enumerate() {
        run = if value == Some(0.0) { run + 1 } else { 0 };
        if run >= needed {
            end = Some(history.end(bin));
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, history};

    #[test]
    fn a_day_without_presence_is_an_absence() {
        // Bins of 12 hours: three missing in a row, then one alone, then here.
        let values = [Some(9), Some(0), Some(0), Some(0), Some(9), Some(0), Some(9)];
        assert_eq!(last_absence(&history(12, 1.0, &values)), Some(NOW.plus_seconds(-3 * 12 * 3600)));
    }

    #[test]
    fn short_gaps_and_unknown_bins_are_none() {
        assert_eq!(last_absence(&history(12, 1.0, &[Some(0), None, Some(0), Some(9)])), None);
        assert_eq!(last_absence(&history(4, 1.0, &[Some(0); 5])), None);
        assert_eq!(last_absence(&history(4, 1.0, &[Some(0); 6])), Some(NOW));
        // 20 hours are not enough; two bins of them are.
        assert_eq!(last_absence(&history(20, 1.0, &[Some(0), Some(9)])), None);
        assert_eq!(last_absence(&history(48, 1.0, &[Some(0), Some(9)])), Some(NOW.plus_seconds(-48 * 3600)));
    }

    #[test]
    fn days_count_from_the_end() {
        let day = 86_400;
        assert_eq!(LastAbsence::Ended(NOW.plus_seconds(-10 * day - 5)).days_until(NOW), 10);
        assert_eq!(LastAbsence::Now.days_until(NOW), 0);
    }
}
