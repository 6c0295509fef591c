//! Relays and operators by the month in which they came, of those that are still there
//! (`docs/methods/arrivals.md`). Relays that left are in no document, so older months are too small.

use allium_model::{Date, GroupKind, GroupPosition, Network, RelayPosition};
use std::collections::BTreeMap;

/// Months that are shown: the running one and those before it.
pub const MONTHS: usize = 12;

/// What came in a calendar month, of what is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrivals {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u32,
    /// Relays first seen in it.
    pub relays: usize,
    /// Operators whose first relay of the set was first seen in it.
    pub operators: usize,
}

impl Arrivals {
    /// The month as `2026-02`.
    pub fn label(&self) -> String {
        format!("{:04}-{:02}", self.year, self.month)
    }
}

/// What came in each of the last [`MONTHS`] months, the oldest first; the last one is not over.
pub fn arrivals(network: &Network, members: &[RelayPosition]) -> Vec<Arrivals> {
    let now = months_of(network.published().date());
    let oldest = now - MONTHS as i32 + 1;
    let mut found: Vec<Arrivals> = (oldest..=now)
        .map(|month| Arrivals {
            year: month.div_euclid(12),
            month: month.rem_euclid(12) as u32 + 1,
            relays: 0,
            operators: 0,
        })
        .collect();
    let place = |date: Date| usize::try_from(months_of(date) - oldest).ok();
    for relay in members {
        if let Some(month) = place(first_day(network, *relay)).and_then(|place| found.get_mut(place)) {
            month.relays += 1;
        }
    }
    for first in first_days_of_operators(network, members).into_values() {
        if let Some(month) = place(first).and_then(|place| found.get_mut(place)) {
            month.operators += 1;
        }
    }
    found
}

fn first_days_of_operators(network: &Network, members: &[RelayPosition]) -> BTreeMap<GroupPosition, Date> {
    let mut first: BTreeMap<GroupPosition, Date> = BTreeMap::new();
    for relay in members {
        let day = first_day(network, *relay);
        if let Some(operator) = network.groups(GroupKind::Operator).position_of_relay(*relay) {
            first.entry(operator).and_modify(|known| *known = day.min(*known)).or_insert(day);
        }
    }
    first
}

fn first_day(network: &Network, relay: RelayPosition) -> Date {
    network.relay(relay).first_seen.date()
}

/// Months since the year 0.
fn months_of(date: Date) -> i32 {
    let (year, month, _) = date.year_month_day();
    i32::from(year) * 12 + i32::from(month) - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{network, relay};
    use serde_json::json;

    #[test]
    fn relays_count_in_their_month_and_operators_in_that_of_their_first() {
        // The data are of 2026-02-01.
        let network = network(&[
            relay(1, &json!({"contact": "a", "first_seen": "2026-01-05 00:00:00"})),
            relay(2, &json!({"contact": "a", "first_seen": "2025-12-31 23:00:00"})),
            relay(3, &json!({"contact": "b", "first_seen": "2026-01-31 23:59:59"})),
            relay(4, &json!({"contact": "c", "first_seen": "2025-02-28 00:00:00"})),
            relay(5, &json!({"contact": "", "first_seen": "2026-02-01 00:00:00"})),
        ]);
        let found = arrivals(&network, network.default_order());
        let shown: Vec<_> = found
            .iter()
            .filter(|month| month.relays > 0)
            .map(|month| (month.label(), month.relays, month.operators))
            .collect();
        let expected = [("2025-12", 1, 1), ("2026-01", 2, 1), ("2026-02", 1, 0)]
            .map(|(label, r, o)| (label.to_owned(), r, o));
        assert_eq!(shown, expected);
        assert_eq!((found.len(), found[0].label()), (12, "2025-03".to_owned()));
    }
}
