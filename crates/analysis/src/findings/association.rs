//! What goes together with the uptime of relays. That two things go together says nothing of a cause.

use super::eligible;
use crate::Snapshot;
use crate::statistics::{CategoryShare, RankCorrelation, category_share, rank_correlation};
use allium_model::{GroupKind, Period, Relay, RelayPosition};

/// A property of relays that is compared with their uptime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssociationWith {
    /// Time since first seen.
    Age,
    /// Consensus weight.
    ConsensusWeight,
    /// Observed bandwidth.
    ObservedBandwidth,
    /// Exit, guard or middle.
    Role,
    /// Country.
    Country,
    /// Autonomous system.
    As,
    /// Operating system.
    Platform,
    /// Operator.
    Operator,
}

impl AssociationWith {
    /// Every property.
    pub const ALL: [Self; 8] = [
        Self::Age,
        Self::ConsensusWeight,
        Self::ObservedBandwidth,
        Self::Role,
        Self::Country,
        Self::As,
        Self::Platform,
        Self::Operator,
    ];

    /// The property in words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Age => "Age",
            Self::ConsensusWeight => "Consensus weight",
            Self::ObservedBandwidth => "Observed bandwidth",
            Self::Role => "Role",
            Self::Country => "Country",
            Self::As => "AS",
            Self::Platform => "Platform",
            Self::Operator => "Operator",
        }
    }
}

/// How closely a property goes with uptime.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Association {
    /// Of a quantity: does the order of relays agree.
    Order(RankCorrelation),
    /// Of a category: how much of the variance lies between categories.
    Category(CategoryShare),
}

/// What goes with the uptime of the eligible relays of a period.
pub fn associations(snapshot: &Snapshot, period: Period) -> Vec<(AssociationWith, Association)> {
    let relays: Vec<_> = eligible(snapshot, period).collect();
    let of = |with| Some((with, association(snapshot, &relays, with)?));
    AssociationWith::ALL.into_iter().filter_map(of).collect()
}

fn association(
    snapshot: &Snapshot,
    relays: &[(RelayPosition, f64)],
    with: AssociationWith,
) -> Option<Association> {
    let network = &snapshot.network;
    let order = |value: &dyn Fn(&Relay) -> Option<f64>| {
        let pair =
            |(position, ratio): &(RelayPosition, f64)| Some((value(network.relay(*position))?, *ratio));
        rank_correlation(&relays.iter().filter_map(pair).collect::<Vec<_>>()).map(Association::Order)
    };
    let groups = |kind| {
        let index = network.groups(kind);
        let value =
            |(position, ratio): &(RelayPosition, f64)| Some((index.position_of_relay(*position)?, *ratio));
        category_share(relays.iter().filter_map(value)).map(Association::Category)
    };
    match with {
        AssociationWith::Age => {
            order(&|relay| Some(network.published().seconds_since(relay.first_seen) as f64))
        }
        AssociationWith::ConsensusWeight => {
            order(&|relay| relay.consensus_weight.map(|weight| weight as f64))
        }
        AssociationWith::ObservedBandwidth => {
            order(&|relay| relay.observed_bandwidth.map(|bandwidth| bandwidth as f64))
        }
        AssociationWith::Role => {
            let value = |(position, ratio): &(RelayPosition, f64)| (network.relay(*position).role(), *ratio);
            category_share(relays.iter().map(value)).map(Association::Category)
        }
        AssociationWith::Country => groups(GroupKind::Country),
        AssociationWith::As => groups(GroupKind::As),
        AssociationWith::Platform => groups(GroupKind::Platform),
        AssociationWith::Operator => groups(GroupKind::Operator),
    }
}
