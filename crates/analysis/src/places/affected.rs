//! What the badly reachable relays of a place have in common, as measured shares
//! (`docs/methods/place-anomaly.md`). A share is no cause.

use crate::ladder::Ladder;
use crate::metrics::uptime::UptimeReport;
use allium_model::{GroupKind, GroupPosition, Network, Period, RelayPosition};
use std::collections::BTreeMap;

/// The affected relays of a place, and the largest part of them by AS, operator and version.
#[derive(Debug, Clone, PartialEq)]
pub struct Affected {
    /// Eligible relays whose uptime lies in the lowest tenth of those they are compared with.
    pub relays: usize,
    /// Eligible relays of the place.
    pub eligible: usize,
    /// The uptime below which a relay is affected, 0 to 1.
    pub limit: f64,
    /// The largest parts.
    pub parts: Vec<LargestPart>,
}

/// The group that most affected relays are in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LargestPart {
    /// By what.
    pub kind: GroupKind,
    /// The group.
    pub group: GroupPosition,
    /// Affected relays in it.
    pub affected: usize,
    /// Eligible relays of the place in it, affected or not.
    pub eligible: usize,
}

/// What parts are looked for.
const KINDS: [GroupKind; 3] = [GroupKind::As, GroupKind::Operator, GroupKind::Version];

impl Affected {
    /// The affected relays of a place among `compared`, which holds them too; none when the lowest tenth
    /// is as good as the middle.
    pub fn of(
        network: &Network,
        uptime: &UptimeReport,
        members: &[RelayPosition],
        compared: &[RelayPosition],
    ) -> Option<Self> {
        let value = |relay: RelayPosition| {
            let uptime = uptime.relay(relay, Period::OneMonth).filter(|uptime| uptime.is_eligible)?;
            Some((relay, uptime.ratio))
        };
        let ladder = Ladder::of(compared.iter().filter_map(|relay| value(*relay)).map(|(_, ratio)| ratio));
        let limit = ladder.quantile(0.1)?;
        if limit >= ladder.quantile(0.5)? {
            return None;
        }
        let eligible: Vec<_> = members.iter().filter_map(|relay| value(*relay)).collect();
        let low: Vec<_> =
            eligible.iter().filter(|(_, ratio)| *ratio <= limit).map(|(relay, _)| *relay).collect();
        let all: Vec<_> = eligible.iter().map(|(relay, _)| *relay).collect();
        let parts = KINDS.into_iter().filter_map(|kind| LargestPart::of(network, kind, &low, &all)).collect();
        Some(Self { relays: low.len(), eligible: all.len(), limit, parts })
    }
}

impl LargestPart {
    fn of(
        network: &Network,
        kind: GroupKind,
        affected: &[RelayPosition],
        all: &[RelayPosition],
    ) -> Option<Self> {
        let mut counts: BTreeMap<GroupPosition, usize> = BTreeMap::new();
        let group_of = |relay: &RelayPosition| network.groups(kind).position_of_relay(*relay);
        for group in affected.iter().filter_map(group_of) {
            *counts.entry(group).or_default() += 1;
        }
        let (group, affected) =
            counts.into_iter().max_by(|left, right| left.1.cmp(&right.1).then(right.0.cmp(&left.0)))?;
        let eligible = all.iter().filter(|relay| group_of(relay) == Some(group)).count();
        Some(Self { kind, group, affected, eligible })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{network, relay, uptimes};
    use allium_model::Histories;
    use serde_json::json;

    #[test]
    fn the_largest_part_of_the_affected_is_counted_among_all_too() {
        // Twenty relays, the first three of which were away: two of them in AS1, which has four relays.
        let relays: Vec<_> = (0..20)
            .map(|number| {
                let asn = if number < 2 || number == 10 || number == 11 { "AS1" } else { "AS2" };
                relay(number, &json!({"as": asn, "contact": format!("operator {number}")}))
            })
            .collect();
        let network = network(&relays);
        let history = |number: u32| (number, vec![Some(if number < 3 { 500 } else { 999 }); 31]);
        let table = uptimes(Period::OneMonth, &(0..20).map(history).collect::<Vec<_>>());
        let report = UptimeReport::new(&network, &Histories { uptime: Some(table), ..Histories::default() });
        let all = network.default_order();
        let found = Affected::of(&network, &report, all, all).unwrap();
        assert_eq!((found.relays, found.eligible), (3, 20));
        let by_as = found.parts.iter().find(|part| part.kind == GroupKind::As).unwrap();
        assert_eq!((by_as.affected, by_as.eligible), (2, 4));
        let by_version = found.parts.iter().find(|part| part.kind == GroupKind::Version).unwrap();
        assert_eq!((by_version.affected, by_version.eligible), (3, 20));
    }

    #[test]
    fn where_all_are_alike_none_is_affected() {
        let network = network(&[relay(1, &json!({})), relay(2, &json!({}))]);
        let table = uptimes(Period::OneMonth, &[(1, vec![Some(999); 31]), (2, vec![Some(999); 31])]);
        let report = UptimeReport::new(&network, &Histories { uptime: Some(table), ..Histories::default() });
        assert_eq!(Affected::of(&network, &report, network.default_order(), network.default_order()), None);
    }
}
