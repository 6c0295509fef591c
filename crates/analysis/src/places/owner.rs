//! Who stands behind a relay, for statistics that must not count an operator's relays as so many
//! independent ones.

use allium_model::{GroupKind, Network, RelayPosition};

/// A number that relays share when one owner stands behind them: the operator, without one the family,
/// and else the relay alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Owner(u32);

impl Owner {
    /// The owner of a relay.
    pub(super) fn of(network: &Network, relay: RelayPosition) -> Self {
        let (operators, families) = (network.groups(GroupKind::Operator), network.groups(GroupKind::Family));
        let after_operators = operators.len() as u32;
        let after_families = after_operators + families.len() as u32;
        match (operators.position_of_relay(relay), families.position_of_relay(relay)) {
            (Some(operator), _) => Self(operator.0),
            (None, Some(family)) => Self(after_operators + family.0),
            (None, None) => Self(after_families + relay.0),
        }
    }
}

/// A value of a relay with its owner.
pub(super) type Owned = (Owner, f64);

#[cfg(test)]
pub(super) fn owned(values: &[(u32, f64)]) -> Vec<Owned> {
    values.iter().map(|(owner, value)| (Owner(*owner), *value)).collect()
}
