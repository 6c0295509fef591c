//! When the relays of today first appeared (`docs/methods/growth.md`).
//!
//! Only what still runs is known: relays and operators that left are in no month. The early months
//! therefore show how few of theirs are left, not how few there were.

use crate::ByRole;
use allium_model::{GroupKind, Network, Role, Timestamp};
use std::collections::BTreeMap;

/// A calendar month of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Year.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: i8,
}

impl Month {
    /// The month of a time.
    pub fn of(time: Timestamp) -> Self {
        let (year, month, _) = time.date().year_month_day();
        Self { year, month }
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        match self.month {
            12 => Self { year: self.year + 1, month: 1 },
            month => Self { month: month + 1, ..self },
        }
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:04}-{:02}", self.year, self.month)
    }
}

/// What appeared in a month and still runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GrowthMonth {
    /// The month.
    pub month: Month,
    /// Running relays first seen in it, by the role of today.
    pub relays: ByRole<usize>,
    /// Operators whose oldest running relay was first seen in it.
    pub operators: usize,
}

/// Months from that of the oldest running relay to that of the data, without gaps.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Growth {
    /// The months, from the oldest.
    pub months: Vec<GrowthMonth>,
}

/// More months than a network has; a hostile date gets no more memory.
const MOST_MONTHS: usize = 12 * 100;

impl Growth {
    /// The growth of a network.
    pub fn new(network: &Network) -> Self {
        let mut by_month: BTreeMap<Month, (ByRole<usize>, usize)> = BTreeMap::new();
        let running = network.relays().iter().filter(|relay| relay.running);
        for relay in running.clone() {
            let counts = &mut by_month.entry(Month::of(relay.first_seen)).or_default().0;
            count(counts, relay.role());
        }
        for group in network.groups(GroupKind::Operator).iter() {
            let members = group.members.iter().map(|member| network.relay(*member));
            let first = members.filter(|relay| relay.running).map(|relay| relay.first_seen).min();
            if let Some(first) = first {
                by_month.entry(Month::of(first)).or_default().1 += 1;
            }
        }
        Self { months: without_gaps(&by_month, Month::of(network.published())) }
    }

    /// Running relays first seen in a month or before, for each month.
    pub fn cumulative_relays(&self) -> impl Iterator<Item = (Month, usize)> {
        self.months.iter().scan(0, |sum, month| {
            *sum += month.relays.total;
            Some((month.month, *sum))
        })
    }

    /// The month up to which half of the running relays were there; none without relays.
    pub fn median_month(&self) -> Option<Month> {
        let all: usize = self.months.iter().map(|month| month.relays.total).sum();
        self.cumulative_relays().find(|(_, sum)| all > 0 && 2 * sum >= all).map(|(month, _)| month)
    }
}

fn count(counts: &mut ByRole<usize>, role: Role) {
    counts.total += 1;
    match role {
        Role::Exit => counts.exit += 1,
        Role::Guard => counts.guard += 1,
        Role::Middle => counts.middle += 1,
    }
}

fn without_gaps(by_month: &BTreeMap<Month, (ByRole<usize>, usize)>, now: Month) -> Vec<GrowthMonth> {
    let Some((first, _)) = by_month.first_key_value() else { return Vec::new() };
    let last = by_month.last_key_value().map_or(now, |(month, _)| (*month).max(now));
    let all = std::iter::successors(Some(*first), |month| Some(month.next()));
    let row = |month: Month| {
        let (relays, operators) = by_month.get(&month).copied().unwrap_or_default();
        GrowthMonth { month, relays, operators }
    };
    all.take_while(|month| *month <= last).take(MOST_MONTHS).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{network, relay};
    use serde_json::json;

    #[test]
    fn months_follow_each_other_and_operators_count_by_their_oldest_relay() {
        let relays = [
            relay(1, &json!({ "first_seen": "2025-11-30 23:00:00", "contact": "a" })),
            relay(
                2,
                &json!({ "first_seen": "2026-01-01 00:00:00", "contact": "a", "flags": ["Exit", "Running"] }),
            ),
            relay(3, &json!({ "first_seen": "2026-01-31 00:00:00", "contact": "b" })),
            relay(4, &json!({ "first_seen": "2020-01-31 00:00:00", "contact": "b", "running": false })),
        ];
        let found = Growth::new(&network(&relays));
        let rows: Vec<_> = found
            .months
            .iter()
            .map(|row| (row.month.to_string(), row.relays.total, row.relays.exit, row.operators))
            .collect();
        let expected =
            [("2025-11", 1, 0, 1), ("2025-12", 0, 0, 0), ("2026-01", 2, 1, 1), ("2026-02", 0, 0, 0)];
        assert_eq!(
            rows,
            expected.map(|(month, all, exit, operators)| (month.to_owned(), all, exit, operators))
        );
        let sums: Vec<_> = found.cumulative_relays().map(|(_, sum)| sum).collect();
        assert_eq!(sums, [1, 1, 3, 3]);
        assert_eq!(found.median_month(), Some(Month { year: 2026, month: 1 }));
    }

    #[test]
    fn nothing_grows_from_nothing() {
        assert_eq!(Growth::new(&network(&[])).months, []);
        assert_eq!(Growth::default().median_month(), None);
    }
}
