//! Operators of the same size compared: what their medians are.

use crate::metrics::uptime::{ByPeriod, FEWEST_ELIGIBLE};
use crate::scores::{SizeClass, Spread};
use crate::{Ladder, Report};
use allium_model::{Group, GroupKind, Network, Period};

/// What operators of a size class are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerMeasure {
    /// Score, 0 to 100.
    Score,
    /// Mean uptime over six months, 0 to 1.
    Uptime,
    /// Running relays.
    Relays,
    /// Share of consensus weight, 0 to 1.
    ConsensusWeight,
    /// Observed bandwidth in bytes per second.
    Bandwidth,
    /// Diversity, 0 to 100.
    Diversity,
    /// Countries.
    Countries,
    /// ASes.
    Ases,
    /// Share of running relays on a recommended version, 0 to 1.
    RecommendedVersions,
    /// Share of running relays with IPv6, 0 to 1.
    Ipv6,
}

impl PeerMeasure {
    /// Every measure, in the order in which they are shown.
    pub const ALL: [Self; 10] = [
        Self::Score,
        Self::Uptime,
        Self::Relays,
        Self::ConsensusWeight,
        Self::Bandwidth,
        Self::Diversity,
        Self::Countries,
        Self::Ases,
        Self::RecommendedVersions,
        Self::Ipv6,
    ];

    /// The measure in words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Score => "Score",
            Self::Uptime => "Uptime over six months",
            Self::Relays => "Relays running",
            Self::ConsensusWeight => "Consensus weight",
            Self::Bandwidth => "Observed bandwidth",
            Self::Diversity => "Diversity",
            Self::Countries => "Countries",
            Self::Ases => "ASes",
            Self::RecommendedVersions => "On a recommended version",
            Self::Ipv6 => "With IPv6",
        }
    }

    /// The operator's value; none when it is not known.
    pub fn value(self, network: &Network, report: &Report, operator: Group<'_>) -> Option<f64> {
        let sum = &report.groups(GroupKind::Operator).groups[operator.position.index()].aggregate;
        let share = |part: usize| (sum.relays.total > 0).then(|| part as f64 / sum.relays.total as f64);
        match self {
            Self::Score => report.scores.operator(operator.position).score,
            Self::Uptime => {
                let uptime = report.uptime.group(GroupKind::Operator, operator.position, Period::SixMonths);
                uptime.mean.filter(|_| uptime.eligible >= FEWEST_ELIGIBLE)
            }
            Self::Relays => Some(sum.relays.total as f64),
            Self::ConsensusWeight => Some(sum.consensus_weight_fraction.total),
            Self::Bandwidth => Some(sum.observed_bandwidth.total as f64),
            Self::Diversity => Spread::of(network, operator.members).diversity().map(|found| found.score),
            Self::Countries => Some(sum.countries as f64),
            Self::Ases => Some(sum.ases as f64),
            Self::RecommendedVersions => share(sum.recommended_version_relays),
            Self::Ipv6 => share(sum.ipv6_relays),
        }
    }
}

/// The values of all operators by size class.
#[derive(Debug, Default)]
pub struct Peers {
    ladders: [[Ladder; 10]; 5],
    uptime: [ByPeriod<Ladder>; 5],
}

impl Peers {
    pub(super) fn new(network: &Network, report: &Report) -> Self {
        let operators: Vec<_> = network.groups(GroupKind::Operator).iter().collect();
        let of_class = |class: SizeClass| -> Vec<Group<'_>> {
            let class_of = |group: &Group<'_>| report.scores.operator(group.position).class;
            operators.iter().filter(|group| class_of(group) == Some(class)).copied().collect()
        };
        let by_class = SizeClass::ALL.map(of_class);
        let ladder = |class: SizeClass, measure: PeerMeasure| {
            let members = &by_class[class as usize];
            Ladder::of(members.iter().filter_map(|group| measure.value(network, report, *group)))
        };
        let uptime = |class: SizeClass, period: Period| {
            let members = by_class[class as usize].iter();
            let means = members.map(|group| report.uptime.group(GroupKind::Operator, group.position, period));
            Ladder::of(means.filter(|mean| mean.eligible >= FEWEST_ELIGIBLE).filter_map(|mean| mean.mean))
        };
        Self {
            ladders: SizeClass::ALL.map(|class| PeerMeasure::ALL.map(|measure| ladder(class, measure))),
            uptime: SizeClass::ALL.map(|class| Period::ALL.map(|period| uptime(class, period))),
        }
    }

    /// The values of the operators of a class of which the measure is known.
    pub fn ladder(&self, class: SizeClass, measure: PeerMeasure) -> &Ladder {
        &self.ladders[class as usize][measure as usize]
    }

    /// Mean uptimes of the operators of a class with at least [`FEWEST_ELIGIBLE`] eligible relays.
    pub fn uptime(&self, class: SizeClass, period: Period) -> &Ladder {
        &self.uptime[class as usize][period as usize]
    }
}
