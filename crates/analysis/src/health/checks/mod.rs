//! Fifteen checks of the network, each with its evidence (`docs/methods/network-checks.md`).
//!
//! A check passes at its limit. It warns beyond it, and fails where that is missed by as much again or
//! by what makes an incident critical. What it needs and does not have makes it unknown, never a pass.

mod directory;
mod spread;
mod strength;

use super::churn::Churn;
use super::sums::Sums;
use crate::Report;
use crate::check_list::check_list;
use crate::directory::Directory;
pub use crate::directory::checks::{CheckState, Outcome};
use crate::directory::checks::{outcome, unknown};
pub use strength::{EXITS, GUARDS, PUBLIC_RELAYS};

/// What checks look at.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// What was computed of the snapshot.
    pub(super) report: &'a Report,
    /// Sums over its relays.
    pub(super) sums: &'a Sums,
    /// The authorities.
    pub(super) directory: Option<&'a Directory>,
    /// Relays that come and go.
    pub(super) churn: Option<&'a Churn>,
}

/// A check and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    /// Which.
    pub name: HealthCheckName,
    /// State and evidence.
    pub outcome: Outcome,
}

check_list! {
    HealthCheckName;
    /// The newest consensus is fresh.
    ConsensusFresh = "consensus_fresh", "The consensus is fresh", directory::fresh;
    /// Enough authorities voted.
    AuthoritiesVoted = "authorities_voted", "At least 7 of 9 authorities voted", directory::voted;
    /// Authorities can be reached.
    AuthoritiesReachable = "authorities_reachable", "At most 1 authority cannot be reached", directory::reachable;
    /// No certificate ends soon.
    CertificatesValid = "certificates_valid", "Every certificate is valid for more than 14 days", directory::certificates;
    /// Enough scanners measure.
    ScannersFresh = "scanners_fresh", "At least 3 bandwidth scanners are fresh", directory::scanners;
    /// Few relays are unmeasured.
    RelaysMeasured = "relays_measured", "Less than 5 % of the relays are unmeasured", strength::measured;
    /// Enough exits.
    EnoughExits = "enough_exits", "At least 1,600 exits run", strength::exits;
    /// Enough guards.
    EnoughGuards = "enough_guards", "At least 3,000 guards run", strength::guards;
    /// Little weight was lost.
    WeightKept = "weight_kept", "Less than 2 % of the weight was lost in 24 hours", strength::weight_lost;
    /// Relays come and go as usual.
    ChurnUsual = "churn_usual", "Churn is at most twice its 30-day median", strength::churn;
    /// No operator is too large.
    LargestOperator = "largest_operator", "The largest operator holds at most 10 % of the weight", spread::operator;
    /// No AS is too large.
    LargestAs = "largest_as", "The largest AS holds at most 10 % of the weight", spread::autonomous_system;
    /// Ten ASes do not hold too much.
    TopTenAses = "top_ten_ases", "The ten largest ASes hold at most 40 % of the weight", spread::ten_systems;
    /// Most weight is on recommended versions.
    VersionsRecommended = "versions_recommended", "At least 90 % of the weight is on recommended versions", spread::versions;
    /// Little weight is overloaded.
    RelaysNotOverloaded = "relays_not_overloaded", "At most 5 % of the weight reports overload", spread::overloaded;
}

/// Runs every check.
pub(super) fn checks(subject: Subject<'_>) -> Vec<HealthCheck> {
    HealthCheckName::ALL.map(|name| HealthCheck { name, outcome: name.run(subject) }).into()
}

/// The state of a value that must not be above a limit; far above it fails.
fn at_most(value: f64, limit: f64, far: f64) -> CheckState {
    match value {
        value if value > far => CheckState::Fail,
        value if value > limit => CheckState::Warn,
        _ => CheckState::Pass,
    }
}

/// The state of a value that must be below a limit; from `far` on it fails.
fn below(value: f64, limit: f64, far: f64) -> CheckState {
    match value {
        value if value >= far => CheckState::Fail,
        value if value >= limit => CheckState::Warn,
        _ => CheckState::Pass,
    }
}

/// The state of a value that must not be below a limit; far below it fails.
fn at_least(value: f64, limit: f64, far: f64) -> CheckState {
    match value {
        value if value < far => CheckState::Fail,
        value if value < limit => CheckState::Warn,
        _ => CheckState::Pass,
    }
}

/// A share in percent with two decimals where it is small.
fn percent(ratio: f64) -> String {
    let percent = 100.0 * ratio;
    if percent < 10.0 { format!("{percent:.2} %") } else { format!("{percent:.1} %") }
}

#[cfg(test)]
mod tests;
