//! What stands out among ASes and subregions, found by rules from measured values
//! (`docs/methods/as-profile.md`).

use super::as_profile::{HIGH_RISK, TOP_TEN_LIMIT};
use super::{Area, AreaReport, AsReport, Direction, LEAST_GAP, PlacesReport, UNDERSERVED_RELAYS};
use crate::Snapshot;
use allium_model::{GroupKind, GroupPosition};

/// Most alternatives that are named.
const MOST_ALTERNATIVES: usize = 5;

/// How the weight is spread over ASes, against what would be wished.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AsConcentration {
    /// Share of weight of the ten largest, 0 to 1.
    pub top_ten: f64,
    /// The largest share, 0 to 1.
    pub largest: f64,
    /// Number of equally large ASes that would be as concentrated; none without weight.
    pub effective_number: Option<f64>,
}

impl AsConcentration {
    /// Measures a snapshot.
    pub fn of(snapshot: &Snapshot) -> Self {
        let measured = &snapshot.report.groups(GroupKind::As).concentration;
        Self {
            top_ten: measured.top_share(10),
            largest: measured.top_share(1),
            effective_number: measured.effective_number(),
        }
    }

    /// Whether the ten largest hold more than [`TOP_TEN_LIMIT`].
    pub fn is_top_heavy(self) -> bool {
        self.top_ten > TOP_TEN_LIMIT
    }

    /// Whether one holds more than [`HIGH_RISK`].
    pub fn is_dominated(self) -> bool {
        self.largest > HIGH_RISK
    }
}

impl PlacesReport {
    /// The ranked ASes of a direction, the largest change first.
    pub fn ases_going(&self, direction: Direction) -> Vec<GroupPosition> {
        let mut found: Vec<(f64, GroupPosition)> = (0..)
            .zip(&self.ases)
            .filter(|(_, asn)| asn.place.direction() == Some(direction))
            .filter_map(|(index, asn)| Some((asn.place.change?.mean, GroupPosition(index))))
            .collect();
        found.sort_by(|left, right| right.0.abs().total_cmp(&left.0.abs()).then(left.1.cmp(&right.1)));
        found.into_iter().map(|(_, position)| position).collect()
    }

    /// Whether an AS is measurably less there than the network: the whole interval of its uptime lies
    /// below the network's mean, and the mean by a point or more.
    pub fn is_below_network(&self, asn: &AsReport) -> bool {
        let (Some(own), Some(network)) = (asn.place.uptime, self.network.uptime) else { return false };
        own.is_below(network.mean) && own.mean <= network.mean - LEAST_GAP
    }

    /// The ASes below the network, the lowest uptime first.
    pub fn ases_below_network(&self) -> Vec<GroupPosition> {
        let below = |position: &&GroupPosition| self.is_below_network(&self.ases[position.index()]);
        self.as_ranking.iter().rev().filter(below).copied().collect()
    }

    /// ASes most of whose relays are in the same country as those of the given one, with a better uptime
    /// and a smaller share of weight: at most five, the best uptime first. None is named for an AS with
    /// fewer than five eligible relays.
    pub fn alternatives(&self, snapshot: &Snapshot, position: GroupPosition) -> Vec<GroupPosition> {
        let own = &self.ases[position.index()];
        let share = |position: GroupPosition| {
            snapshot.group_report(GroupKind::As, position).aggregate.consensus_weight_fraction.total
        };
        let (Some(uptime), Some(country)) = (own.place.ranked_uptime(), own.main_country) else {
            return Vec::new();
        };
        let is_better = |other: &&GroupPosition| {
            let asn = &self.ases[other.index()];
            asn.main_country == Some(country)
                && asn.place.ranked_uptime().is_some_and(|other| other > uptime)
                && share(**other) < share(position)
        };
        self.as_ranking.iter().filter(is_better).take(MOST_ALTERNATIVES).copied().collect()
    }

    /// The subregions with no more than [`UNDERSERVED_RELAYS`] running relays, the fewest first.
    /// Antarctica is none.
    pub fn underserved(&self) -> Vec<&AreaReport> {
        let is_few = |report: &&AreaReport| {
            matches!(report.area, Area::Subregion(_)) && report.aggregate.relays.total <= UNDERSERVED_RELAYS
        };
        let mut found: Vec<_> = self.areas.iter().filter(is_few).collect();
        found.sort_by_key(|report| report.aggregate.relays.total);
        found
    }
}
