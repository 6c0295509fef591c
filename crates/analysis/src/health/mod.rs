//! The health of the network, and of groups of relays (`docs/methods/network-health.md`).
//!
//! [`NetworkHealth`] is computed once for a snapshot: five components with the numbers behind them, the
//! word beside the score, changes, checks and what would help. A component without data is left out and
//! said so; nothing that is not known counts as good or bad. [`HealthFold`] computes what it can of the
//! same from the hours of history.

mod advice;
mod capacity;
mod change;
mod checks;
mod churn;
mod diversity;
mod evidence;
mod fold;
mod group;
mod reliability;
mod resilience;
mod status;
mod sums;

pub use advice::{Advice, Horizon, Topic};
pub use capacity::{COMFORTABLE, Utilisation};
pub use change::{Change, CountryChange, STEADY_POINTS, Span, Trend, wanted};
pub use checks::{CheckState, EXITS, GUARDS, HealthCheck, HealthCheckName, Outcome, PUBLIC_RELAYS};
pub use churn::Churn;
pub use diversity::TARGETS as DIVERSITY_TARGETS;
pub use evidence::{Component, Evidence, Quantity};
pub use fold::HealthFold;
pub use group::{FEWEST_SPREAD, GroupHealth, GroupSubject};
pub use status::{Alert, Status, Watch};
pub use sums::{KnownShare, RunningOfSeen, Sums};

use crate::Snapshot;
use crate::directory::Directory;
use crate::scores::HealthClass;
use allium_model::{CountrySet, GroupKey, GroupKind, HealthRecord, Period};

/// What the health of a network is computed from, beside its snapshot.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// The authorities and the consensus; `None` when no document of theirs was read.
    pub directory: Option<&'a Directory>,
    /// Records of the past in order of time: at best those of [`wanted`].
    pub past: &'a [HealthRecord],
    /// What is known of incidents.
    pub watch: Watch<'a>,
}

impl Beside<'_> {
    /// Nothing beside the snapshot.
    pub const NOTHING: Self = Self { directory: None, past: &[], watch: Watch::NotRunning };
}

/// The health of a network at one moment.
#[derive(Debug, Clone)]
pub struct NetworkHealth {
    /// What history keeps of it; the score is its [`HealthRecord::score`].
    pub record: HealthRecord,
    /// The components in the order of [`allium_model::HealthComponent::ALL`].
    pub components: [Component; 5],
    /// What is wrong right now.
    pub status: Status,
    /// Changes in the order of [`Span::ALL`]; `None` where the history does not reach.
    pub changes: [Option<Change>; 3],
    /// Sums over its relays: the tiles.
    pub sums: Sums,
    /// Fifteen checks.
    pub checks: Vec<HealthCheck>,
    /// Relays that come and go; `None` without a day of history.
    pub churn: Option<Churn>,
    /// Countries that came and went; `None` without history.
    pub countries: Option<CountryChange>,
    /// What would help, the most urgent first.
    pub advice: Vec<Advice>,
    /// How much of the capacity is in use, by day.
    pub utilisation: Utilisation,
}

impl NetworkHealth {
    /// Computes the health of a snapshot.
    pub fn new(snapshot: &Snapshot, beside: Beside<'_>) -> Self {
        let (network, report) = (&snapshot.network, &snapshot.report);
        let sums = Sums::of(network, &snapshot.histories, network.default_order());
        let utilisation = Utilisation::of(network, &snapshot.histories, network.default_order());
        let components = [
            sums.availability(),
            reliability::reliability(&report.uptime.network[Period::OneMonth as usize]),
            diversity::diversity(report),
            resilience::resilience(snapshot),
            capacity::capacity(&utilisation),
        ];
        let record = record(snapshot, &components, &sums);
        let records = beside.directory.map_or(&[][..], |directory| &directory.inputs.network);
        let churn = Churn::of(records, network.published());
        let subject =
            checks::Subject { report, sums: &sums, directory: beside.directory, churn: churn.as_ref() };
        let checks = checks::checks(subject);
        Self {
            advice: advice::advice(snapshot, &checks, &components),
            status: Status::of(beside.watch, beside.directory),
            changes: Span::ALL.map(|span| change::change(&record, beside.past, span)),
            countries: change::country_change(&record, beside.past),
            record,
            components,
            sums,
            checks,
            churn,
            utilisation,
        }
    }

    /// The score, 0 to 100; `None` with less than half of the weight of the components present.
    pub fn score(&self) -> Option<f64> {
        self.record.score()
    }

    /// The word beside the score: its class, capped by what is wrong right now.
    pub fn class(&self) -> Option<HealthClass> {
        self.score().map(|score| self.status.capped(score))
    }

    /// The change over a span; `None` where the history does not reach.
    pub fn change(&self, span: Span) -> Option<&Change> {
        self.changes[span as usize].as_ref()
    }

    /// Checks in a state.
    pub fn count(&self, state: CheckState) -> usize {
        self.checks.iter().filter(|check| check.outcome.state == state).count()
    }
}

fn record(snapshot: &Snapshot, components: &[Component; 5], sums: &Sums) -> HealthRecord {
    let reports = &snapshot.report.groups(GroupKind::Country).groups;
    let index = snapshot.network.groups(GroupKind::Country);
    let running = index.iter().filter(|group| reports[group.position.index()].aggregate.relays.total > 0);
    let codes = running.filter_map(|group| match group.key {
        GroupKey::Country(code) if !code.is_unknown() => Some(code),
        _ => None,
    });
    let countries: CountrySet = codes.collect();
    let known = |sum: RunningOfSeen| (sum.seen > 0).then_some(sum.running);
    HealthRecord {
        at: snapshot.network.published(),
        components: components.each_ref().map(|component| component.ratio),
        exit_capacity_bytes_per_second: known(sums.exit_capacity),
        guard_capacity_bytes_per_second: known(sums.guard_capacity),
        countries: (!countries.is_empty()).then_some(countries),
    }
}

#[cfg(test)]
mod tests;
