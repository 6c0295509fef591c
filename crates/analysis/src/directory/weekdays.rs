//! Share of consensuses made on each day of the week (`docs/methods/consensus-weekdays.md`).

use super::DirectoryInputs;
use allium_model::{EventKind, Timestamp};

/// The days of the week, Monday first.
pub const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Consensuses of one day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WeekdayConsensuses {
    /// Rounds that made a consensus.
    pub made: u32,
    /// Rounds that are known to have made none.
    pub missing: u32,
}

impl WeekdayConsensuses {
    /// Share of the known rounds that made a consensus, 0 to 1; `None` where none is known.
    pub fn ratio(self) -> Option<f64> {
        let known = self.made + self.missing;
        (known > 0).then(|| f64::from(self.made) / f64::from(known))
    }
}

/// Consensuses by day of the week, Monday first. Rounds that nothing is stored of count only when an
/// event says that they made no consensus: what was not collected is not known.
pub fn weekdays(inputs: &DirectoryInputs) -> [WeekdayConsensuses; 7] {
    let mut days = [WeekdayConsensuses::default(); 7];
    for hour in &inputs.network {
        days[weekday(hour.valid_after)].made += 1;
    }
    let (Some(first), Some(last)) = (inputs.network.first(), inputs.data_time()) else { return days };
    let interval = inputs.interval_seconds();
    let missing = inputs.events.iter().filter(|event| event.kind == EventKind::ConsensusMissing);
    for event in missing {
        let until = event.until.unwrap_or(last.plus_seconds(interval)).min(last.plus_seconds(interval));
        let mut round = event.from.max(first.valid_after);
        while round < until {
            let is_made = inputs.network.binary_search_by_key(&round, |hour| hour.valid_after).is_ok();
            days[weekday(round)].missing += u32::from(!is_made);
            round = round.plus_seconds(interval);
        }
    }
    days
}

/// The day of the week of a time, 0 for Monday.
fn weekday(time: Timestamp) -> usize {
    // The first of January 1970 was a Thursday.
    (time.date().0 + 3).rem_euclid(7) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::{Event, EventSubject, NetworkRecord, Severity};

    fn hour(at: i64) -> NetworkRecord {
        NetworkRecord { valid_after: Timestamp(at * 3600), ..NetworkRecord::default() }
    }

    #[test]
    fn a_round_without_consensus_counts_only_where_it_is_known() {
        // Thursday 1970-01-01: hours 0 to 3, hour 1 was not collected, hour 2 made none.
        let inputs = DirectoryInputs {
            network: vec![hour(0), hour(3)],
            events: vec![Event {
                kind: EventKind::ConsensusMissing,
                subject: EventSubject::Network,
                severity: Severity::Notice,
                from: Timestamp(2 * 3600),
                until: Some(Timestamp(3 * 3600)),
                evidence: String::new(),
            }],
            ..DirectoryInputs::default()
        };
        let days = weekdays(&inputs);
        assert_eq!(WEEKDAYS[3], "Thursday");
        assert_eq!(days[3], WeekdayConsensuses { made: 2, missing: 1 });
        assert_eq!(days[0].ratio(), None);
    }
}
