//! What an earlier study of uptimes claimed, measured on this snapshot (`docs/methods/findings.md`).
//!
//! The population is the relays of the snapshot that are eligible in a period, see
//! [`crate::metrics::uptime`].

mod association;
mod flags;
mod groups;
mod same_relays;
mod spread;

pub use association::{Association, AssociationWith, associations};
pub use flags::{FlagTimes, flag_times};
pub use groups::{CompleteCountries, LargeGroup, complete_countries, large_groups};
pub use same_relays::{PeriodPair, SameRelays, period_correlations, same_relays};
pub use spread::{PeriodSpread, RelaySpread, period_spreads, relay_spreads};

use crate::Snapshot;
use allium_model::{Period, RelayPosition};

/// The eligible uptimes of a period with their relays, 0 to 1.
pub fn eligible(snapshot: &Snapshot, period: Period) -> impl Iterator<Item = (RelayPosition, f64)> {
    let positions = (0..snapshot.network.relays().len() as u32).map(RelayPosition);
    positions.filter_map(move |position| {
        let uptime = snapshot.report.uptime.relay(position, period)?;
        uptime.is_eligible.then_some((position, uptime.ratio))
    })
}

#[cfg(test)]
mod tests;
