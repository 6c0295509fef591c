//! What would help the network, by fixed rules and with what was measured
//! (`docs/methods/network-recommendations.md`).
//!
//! Nothing is advised that was not measured to be short of its limit or target, and no cause is named.

use super::checks::{CheckState, HealthCheck, HealthCheckName};
use super::evidence::Component;
use crate::Snapshot;
use crate::places::{Area, UNDERSERVED_RELAYS};
use allium_model::{GroupKey, HealthComponent};

/// How soon something is worth doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Horizon {
    /// A check fails.
    Now,
    /// A check warns.
    Quarter,
    /// A target that the network does not meet yet.
    Year,
}

impl Horizon {
    /// The words for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Quarter => "within three months",
            Self::Year => "within a year",
        }
    }
}

/// What it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// A check that does not pass.
    Check(HealthCheckName),
    /// A component whose weakest part is short of its target.
    Component(HealthComponent),
    /// Subregions with few relays.
    Regions,
}

/// Advice with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// How soon.
    pub horizon: Horizon,
    /// What it is about.
    pub topic: Topic,
    /// What to do, as an order.
    pub order: &'static str,
    /// What was measured, in one plain sentence.
    pub evidence: String,
    /// The group to stay away from, where there is one.
    pub group: Option<GroupKey>,
}

/// What would help, the most urgent first.
pub(super) fn advice(
    snapshot: &Snapshot,
    checks: &[HealthCheck],
    components: &[Component; 5],
) -> Vec<Advice> {
    let mut advice: Vec<Advice> = checks.iter().filter_map(of_check).collect();
    advice.extend(components.iter().filter_map(of_component));
    advice.extend(of_regions(snapshot));
    advice.sort_by_key(|advice| (advice.horizon, advice.topic));
    advice
}

fn of_check(check: &HealthCheck) -> Option<Advice> {
    let horizon = match check.outcome.state {
        CheckState::Fail => Horizon::Now,
        CheckState::Warn => Horizon::Quarter,
        CheckState::Pass | CheckState::Unknown => return None,
    };
    Some(Advice {
        horizon,
        topic: Topic::Check(check.name),
        order: order(check.name),
        evidence: check.outcome.evidence.clone(),
        group: None,
    })
}

/// What to do where a check does not pass.
const fn order(name: HealthCheckName) -> &'static str {
    match name {
        HealthCheckName::ConsensusFresh => "Find out why no newer consensus is there",
        HealthCheckName::AuthoritiesVoted => "Find out which authorities do not vote",
        HealthCheckName::AuthoritiesReachable => "Find out which authorities do not answer",
        HealthCheckName::CertificatesValid => "Renew the certificates that end soon",
        HealthCheckName::ScannersFresh => "Bring bandwidth scanners back",
        HealthCheckName::RelaysMeasured => "Find out why bandwidth scanners miss relays",
        HealthCheckName::EnoughExits => "Win operators of exits, and help those who think of running one",
        HealthCheckName::EnoughGuards => "Win operators of stable relays, so that more become guards",
        HealthCheckName::WeightKept => "Find out what the relays that stopped have in common",
        HealthCheckName::ChurnUsual => "Find out which relays come and go",
        HealthCheckName::LargestOperator => "Win other operators, so that no one holds a tenth",
        HealthCheckName::LargestAs => "Run new relays outside the largest AS",
        HealthCheckName::TopTenAses => "Run new relays outside the ten largest ASes",
        HealthCheckName::VersionsRecommended => "Remind operators to update to a recommended version of Tor",
        HealthCheckName::RelaysNotOverloaded => "Help operators whose relays report overload",
    }
}

/// The part of a component that reaches the least of what is aimed at.
fn of_component(component: &Component) -> Option<Advice> {
    let order = match component.kind {
        // What is missing of these is no plan for the network: relays come back, or they do not.
        HealthComponent::Availability | HealthComponent::Reliability => return None,
        HealthComponent::Diversity => "Spread relays over more operators, ASes, countries and systems",
        HealthComponent::Resilience => "Run new guards and exits elsewhere than in the largest group",
        HealthComponent::Capacity => "Add capacity where most of it is in use",
    };
    let known = component.evidence.iter().filter_map(|part| Some((part, part.ratio?)));
    let (weakest, ratio) = known.min_by(|left, right| left.1.total_cmp(&right.1))?;
    (ratio < 0.9).then(|| Advice {
        horizon: Horizon::Year,
        topic: Topic::Component(component.kind),
        order,
        evidence: format!("{}: {:.0} of 100 points.", weakest.name, 100.0 * ratio),
        group: weakest.group,
    })
}

/// Names of subregions that are told at most.
const SHOWN_REGIONS: usize = 6;

/// Subregions with hardly any relays.
fn of_regions(snapshot: &Snapshot) -> Option<Advice> {
    let reports = snapshot.report.places.areas.iter();
    let mut few: Vec<(usize, &str)> = reports
        .filter(|report| matches!(report.area, Area::Subregion(_)))
        .map(|report| (report.aggregate.relays.total, report.area.name()))
        .filter(|(relays, _)| *relays <= UNDERSERVED_RELAYS)
        .collect();
    few.sort_unstable();
    let named = few.iter().take(SHOWN_REGIONS).map(|(relays, name)| format!("{name} ({relays})"));
    let named = named.collect::<Vec<_>>().join(", ");
    (!few.is_empty()).then(|| Advice {
        horizon: Horizon::Year,
        topic: Topic::Regions,
        order: "Win operators where there are hardly any relays",
        evidence: format!(
            "{} subregions have at most {UNDERSERVED_RELAYS} running relays, with the fewest: {named}.",
            few.len()
        ),
        group: None,
    })
}
