//! From a snapshot to the numbers that readers see.
//!
//! [`Snapshot`] is a network with its report: group aggregates, shares, concentration, percentiles
//! and the overview. Everything is computed once per snapshot, and every view (page, API, files,
//! terminal) reads the same values from here. Definitions: `docs/methods/`.

mod aggregate;
mod check_list;
mod classes;
mod concentration;
pub mod detection;
pub mod directory;
pub mod distribution;
pub mod diversity;
pub mod efficiency;
mod exit_policy;
pub mod findings;
#[cfg(test)]
mod fixture;
pub mod flow;
pub mod growth;
pub mod health;
pub mod incidents;
mod ladder;
pub mod leaderboard;
pub mod metrics;
pub mod network_dips;
pub mod network_history;
pub mod operator;
mod overview;
pub mod places;
pub mod platforms;
mod rarity;
mod report;
pub mod roles;
mod safeguard;
pub mod scores;
pub mod statistics;

pub use aggregate::{Aggregate, ByRole, aggregate};
pub use classes::{ClassReport, Middle, RelayClass, weight_per_mbit};
pub use concentration::Concentration;
pub use ladder::{Ladder, Percentile, quantile};
pub use overview::{NewRelays, Overview, PolicyCounts, ProofCounts, overview};
pub use rarity::{AsRarity, AsRarityThresholds};
pub use report::{GroupReport, GroupReports, Report, Snapshot};
pub use safeguard::{Held, HoldReason, MAX_HOLD_SECONDS, Verdict, judge};
