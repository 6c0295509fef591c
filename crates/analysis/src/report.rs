//! Everything that is computed of a snapshot, computed once.

use crate::classes::{ClassReport, class_reports};
use crate::findings::FlagTimes;
use crate::leaderboard::Leaderboards;
use crate::metrics::uptime::UptimeReport;
use crate::operator::Operators;
use crate::places::PlacesReport;
use crate::scores::ScoreReport;
use crate::{Aggregate, AsRarity, AsRarityThresholds, Concentration, Ladder, Overview, aggregate, overview};
use allium_model::{CountryTier, GroupKind, GroupPosition, Histories, Network, Period, Relay, RelayPosition};

/// A network and what was computed of it: the value that all views read.
#[derive(Debug)]
pub struct Snapshot {
    /// The network.
    pub network: Network,
    /// The histories of its relays.
    pub histories: Histories,
    /// What was computed.
    pub report: Report,
}

impl Snapshot {
    /// Computes the report of a network of which no histories are at hand.
    pub fn new(network: Network) -> Self {
        Self::with_histories(network, Histories::default())
    }

    /// Computes the report of a network and its histories.
    pub fn with_histories(network: Network, histories: Histories) -> Self {
        let report = Report::new(&network, &histories);
        Self { network, histories, report }
    }

    /// The report of a group.
    pub fn group_report(&self, kind: GroupKind, position: GroupPosition) -> &GroupReport {
        &self.report.groups[kind as usize].groups[position.index()]
    }
}

/// What was computed of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupReport {
    /// What its relays add up to.
    pub aggregate: Aggregate,
    /// Its rank by consensus weight among the groups of its kind, ties sharing the best.
    pub rank: usize,
}

/// What was computed of the groups of a kind.
#[derive(Debug, Default)]
pub struct GroupReports {
    /// By place in the index.
    pub groups: Vec<GroupReport>,
    /// Places by falling consensus weight, then relays, then key: the default order of lists.
    pub order: Vec<GroupPosition>,
    /// What the relays that are in no group add up to.
    pub rest: Aggregate,
    /// How the consensus weight is spread over the groups.
    pub concentration: Concentration,
}

/// What was computed of a network.
#[derive(Debug)]
pub struct Report {
    /// What all relays add up to.
    pub totals: Aggregate,
    /// Counts of the whole network.
    pub overview: Overview,
    groups: [GroupReports; 8],
    /// Consensus-weight fractions of running relays.
    pub weight_ladder: Ladder,
    /// Guard probabilities of running relays that can be guards.
    pub guard_ladder: Ladder,
    /// Middle probabilities of running relays that can be middles.
    pub middle_ladder: Ladder,
    /// Exit probabilities of running relays that can be exits.
    pub exit_ladder: Ladder,
    /// Observed bandwidths of running relays, in bytes per second.
    pub observed_ladder: Ladder,
    /// Bandwidth, weight and uptime by class of relay, in the order of [`crate::RelayClass::ALL`].
    pub classes: Vec<ClassReport>,
    /// Uptimes over the four periods.
    pub uptime: UptimeReport,
    /// Time with each flag of the relays that have it.
    pub flag_times: FlagTimes,
    /// ASes, countries and sets of countries.
    pub places: PlacesReport,
    /// Health of relays and scores of operators.
    pub scores: ScoreReport,
    /// What compares the operators with each other.
    pub operators: Operators,
    /// The leaderboards of operators.
    pub leaderboards: Leaderboards,
    as_rarity: AsRarityThresholds,
}

impl Report {
    fn new(network: &Network, histories: &Histories) -> Self {
        let groups = GroupKind::ALL.map(|kind| group_reports(network, kind));
        let as_shares = groups[GroupKind::As as usize]
            .groups
            .iter()
            .map(|group| group.aggregate.consensus_weight_fraction.total);
        let ladder = |value: fn(&Relay) -> Option<f64>| {
            Ladder::of(network.relays().iter().filter(|relay| relay.running).filter_map(value))
        };
        let uptime = UptimeReport::new(network, histories);
        let positive = |value: fn(&Relay) -> Option<f64>| {
            let values = network.relays().iter().filter(|relay| relay.running).filter_map(value);
            Ladder::of(values.filter(|value| *value > 0.0))
        };
        let mut report = Self {
            totals: aggregate(network, network.default_order()),
            overview: overview(network),
            as_rarity: AsRarityThresholds::of(as_shares),
            weight_ladder: ladder(|relay| relay.consensus_weight_fraction),
            guard_ladder: positive(|relay| relay.guard_probability),
            middle_ladder: positive(|relay| relay.middle_probability),
            exit_ladder: positive(|relay| relay.exit_probability),
            observed_ladder: ladder(|relay| relay.observed_bandwidth.map(|bandwidth| bandwidth as f64)),
            scores: ScoreReport::new(network, histories, &uptime),
            operators: Operators::default(),
            leaderboards: Leaderboards::default(),
            classes: class_reports(network, &uptime),
            places: PlacesReport::new(network, histories, &uptime),
            flag_times: FlagTimes::new(network, histories, Period::ALL.map(|period| uptime.window(period))),
            uptime,
            groups,
        };
        report.leaderboards = Leaderboards::new(network, histories, &report);
        report.operators = Operators::new(network, &report);
        report
    }

    /// What was computed of the groups of a kind.
    pub fn groups(&self, kind: GroupKind) -> &GroupReports {
        &self.groups[kind as usize]
    }

    /// The rarity of an AS by its aggregate.
    pub fn as_rarity(&self, group: &Aggregate) -> AsRarity {
        self.as_rarity.rarity(group.consensus_weight_fraction.total, group.operators)
    }

    /// The score behind the rarity of an AS by its aggregate, 0 to 5.
    pub fn as_rarity_score(&self, group: &Aggregate) -> u8 {
        self.as_rarity.score(group.consensus_weight_fraction.total, group.operators)
    }

    /// The tier of a country by its aggregate; none without running relays.
    pub fn country_tier(&self, group: &Aggregate) -> Option<CountryTier> {
        CountryTier::of_relay_count(group.relays.total)
    }
}

fn group_reports(network: &Network, kind: GroupKind) -> GroupReports {
    let index = network.groups(kind);
    let aggregates: Vec<Aggregate> = index.iter().map(|group| aggregate(network, group.members)).collect();
    let weights = Ladder::of(aggregates.iter().map(|group| group.consensus_weight_fraction.total));
    let mut order: Vec<_> = (0..aggregates.len() as u32).map(GroupPosition).collect();
    order.sort_by(|left, right| {
        let (left_sum, right_sum) = (&aggregates[left.index()], &aggregates[right.index()]);
        let by_weight =
            right_sum.consensus_weight_fraction.total.total_cmp(&left_sum.consensus_weight_fraction.total);
        by_weight.then(right_sum.relays.total.cmp(&left_sum.relays.total)).then(left.cmp(right))
    });
    let alone = standing_alone(network, kind);
    let shares = aggregates.iter().map(|group| group.consensus_weight_fraction.total).chain(alone);
    GroupReports {
        rest: aggregate(network, index.rest()),
        concentration: Concentration::of(shares),
        order,
        groups: aggregates
            .into_iter()
            .map(|aggregate| GroupReport {
                rank: weights.rank_from_top(aggregate.consensus_weight_fraction.total),
                aggregate,
            })
            .collect(),
    }
}

/// Shares of the owners that no contact names: of relays without an operator each family is one
/// owner, and each relay without a family is one. Relays without a family stand alone as families.
fn standing_alone(network: &Network, kind: GroupKind) -> Vec<f64> {
    if !matches!(kind, GroupKind::Operator | GroupKind::Family) {
        return Vec::new();
    }
    let families = network.groups(GroupKind::Family);
    let mut shares = Vec::new();
    let mut by_family: std::collections::BTreeMap<GroupPosition, f64> = std::collections::BTreeMap::new();
    for position in network.groups(kind).rest() {
        let share = share_of(network, *position);
        match families.position_of_relay(*position) {
            Some(family) => *by_family.entry(family).or_default() += share,
            None => shares.push(share),
        }
    }
    shares.extend(by_family.into_values());
    shares
}

fn share_of(network: &Network, position: RelayPosition) -> f64 {
    network.relay(position).running_weight_fraction()
}
