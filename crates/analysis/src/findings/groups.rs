//! Countries with relays in every period, and the uptimes of large families and operators.

use super::eligible;
use crate::Snapshot;
use allium_model::{GroupKind, GroupPosition, Period};

/// Countries by what is known of their relays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CompleteCountries {
    /// Countries with an eligible relay in a period, in the order of [`Period::ALL`].
    pub by_period: [usize; 4],
    /// Countries with an eligible relay in every period.
    pub complete: usize,
}

/// Counts countries.
pub fn complete_countries(snapshot: &Snapshot) -> CompleteCountries {
    let countries = snapshot.network.groups(GroupKind::Country);
    let mut has = vec![[false; 4]; countries.len()];
    for period in Period::ALL {
        for (relay, _) in eligible(snapshot, period) {
            if let Some(country) = countries.position_of_relay(relay) {
                has[country.index()][period as usize] = true;
            }
        }
    }
    let with = |period: Period| has.iter().filter(|country| country[period as usize]).count();
    CompleteCountries {
        by_period: Period::ALL.map(with),
        complete: has.iter().filter(|country| country.iter().all(|known| *known)).count(),
    }
}

/// A large group with its mean uptime.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LargeGroup {
    /// Its place in the index of its kind.
    pub group: GroupPosition,
    /// Mean uptime, 0 to 1.
    pub mean: f64,
    /// Eligible relays.
    pub eligible: usize,
    /// Relays.
    pub total: usize,
}

/// The groups of a kind with at least so many eligible relays, by falling mean uptime, then by relays.
pub fn large_groups(
    snapshot: &Snapshot,
    kind: GroupKind,
    period: Period,
    fewest_relays: usize,
) -> Vec<LargeGroup> {
    let uptime = &snapshot.report.uptime;
    let large = |group: allium_model::Group<'_>| {
        let value = uptime.group(kind, group.position, period);
        let mean = value.mean.filter(|_| value.eligible >= fewest_relays)?;
        Some(LargeGroup { group: group.position, mean, eligible: value.eligible, total: value.total })
    };
    let mut groups: Vec<_> = snapshot.network.groups(kind).iter().filter_map(large).collect();
    groups.sort_by(|left, right| {
        let by_mean = right.mean.total_cmp(&left.mean);
        by_mean.then(right.eligible.cmp(&left.eligible)).then(left.group.cmp(&right.group))
    });
    groups
}
