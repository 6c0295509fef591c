//! What an operator can do, with the evidence and the computed effect of each
//! (`docs/methods/recommendations.md`).
//!
//! Each effect is on a named quantity from 0 to 100, so that they can be put in order. Nothing is
//! recommended that was not measured, and no cause is named.

use super::OperatorState;
use super::candidates::Candidates;
use crate::metrics::overload::is_overloaded;
use crate::scores::{Added, Pick};
use allium_model::{AsNumber, CountryCode, Group, Histories, Network, Relay, RelayPosition, TextId};

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Start relays that do not run.
    BringBack,
    /// Update to a recommended version.
    UpdateTor,
    /// Relieve relays that report overload.
    EaseOverload,
    /// Let the relays list each other.
    CompleteFamily,
    /// Mend the proofs of claims.
    MendClaims,
    /// Add IPv6 addresses.
    AddIpv6,
    /// Run a relay in another country.
    NewCountry,
    /// Run a relay in another AS.
    NewAs,
    /// Run a relay on another operating system.
    NewPlatform,
}

impl Action {
    /// What to do, as an order.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BringBack => "Start the relays that do not run",
            Self::UpdateTor => "Update to a recommended version of Tor",
            Self::EaseOverload => "Relieve the relays that report overload",
            Self::CompleteFamily => "Let the relays name each other as a family",
            Self::MendClaims => "Mend the proofs of the domain",
            Self::AddIpv6 => "Add IPv6 addresses",
            Self::NewCountry => "Run a relay in another country",
            Self::NewAs => "Run a relay in another AS",
            Self::NewPlatform => "Run a relay on another operating system",
        }
    }
}

/// What an action changes, from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Share of the operator's consensus weight, last known ones included, on running relays.
    RunningWeight,
    /// Share of running relays on a recommended version.
    RecommendedVersions,
    /// Share of the running weight that does not report overload.
    WeightWithoutOverload,
    /// Share of the pairs of running relays that are a family.
    FamilyPairs,
    /// Share of the claiming relays whose claim is verified.
    VerifiedClaims,
    /// Share of running relays with IPv6.
    Ipv6Relays,
    /// The diversity score.
    Diversity,
}

impl Quantity {
    /// The quantity in words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RunningWeight => "weight on running relays",
            Self::RecommendedVersions => "relays on a recommended version",
            Self::WeightWithoutOverload => "weight without overload",
            Self::FamilyPairs => "pairs of relays that are a family",
            Self::VerifiedClaims => "claims that are verified",
            Self::Ipv6Relays => "relays with IPv6",
            Self::Diversity => "diversity",
        }
    }

    /// What a number of it is: percent, or points of the diversity score.
    pub const fn unit(self) -> &'static str {
        if matches!(self, Self::Diversity) { "points" } else { "%" }
    }
}

/// Places where a relay more would count, as examples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Examples {
    /// None are needed.
    None,
    /// Countries.
    Countries(Vec<CountryCode>),
    /// ASes.
    Ases(Vec<AsNumber>),
    /// Operating systems.
    Platforms(Vec<TextId>),
}

/// A recommendation.
#[derive(Debug, Clone, PartialEq)]
pub struct Recommendation {
    /// What to do.
    pub action: Action,
    /// The relays that it is about; none for a relay that does not exist yet.
    pub relays: Vec<RelayPosition>,
    /// What it changes.
    pub quantity: Quantity,
    /// The quantity now, 0 to 100.
    pub before: f64,
    /// The quantity afterwards, above `before`.
    pub after: f64,
    /// Where a relay more would count.
    pub examples: Examples,
}

impl Recommendation {
    /// The effect in points of the quantity.
    pub fn effect(&self) -> f64 {
        self.after - self.before
    }
}

/// Smallest effect on diversity that is recommended, in points.
const LEAST_DIVERSITY: f64 = 1.0;

/// Fewest running relays of an operator that is told where to run another one.
const FEWEST_RELAYS: usize = 2;

/// The recommendations for an operator, the largest effect first.
pub fn recommendations(
    network: &Network,
    histories: &Histories,
    candidates: &Candidates,
    operator: Group<'_>,
    state: &OperatorState,
) -> Vec<Recommendation> {
    let found = Finder { network, histories, candidates, operator, state };
    let mut all: Vec<_> = [
        found.bring_back(),
        found.update_tor(),
        found.ease_overload(),
        found.complete_family(),
        found.mend_claims(),
        found.add_ipv6(),
    ]
    .into_iter()
    .flatten()
    .chain(found.new_places())
    .filter(|recommendation| recommendation.effect() > 0.0)
    .collect();
    all.sort_by(|left, right| right.effect().total_cmp(&left.effect()).then(left.action.cmp(&right.action)));
    all
}

#[derive(Clone, Copy)]
struct Finder<'a> {
    network: &'a Network,
    histories: &'a Histories,
    candidates: &'a Candidates,
    operator: Group<'a>,
    state: &'a OperatorState,
}

impl Finder<'_> {
    fn positions(self, is_meant: impl Fn(&Relay) -> bool) -> Vec<RelayPosition> {
        let members = self.operator.members.iter().copied();
        members.filter(|position| is_meant(self.network.relay(*position))).collect()
    }

    fn weight(self, relays: &[RelayPosition]) -> f64 {
        relays.iter().map(|position| self.network.relay(*position).consensus_weight.unwrap_or(0) as f64).sum()
    }

    /// An action on existing relays that lifts a share of the weight of `of` to 100 %.
    fn by_weight(
        self,
        action: Action,
        quantity: Quantity,
        relays: Vec<RelayPosition>,
        of: &[RelayPosition],
    ) -> Option<Recommendation> {
        let whole = self.weight(of);
        let before = 100.0 * (1.0 - self.weight(&relays) / whole);
        lift(action, quantity, relays, before).filter(|_| whole > 0.0)
    }

    fn bring_back(self) -> Option<Recommendation> {
        let away = self.positions(|relay| !relay.running);
        self.by_weight(Action::BringBack, Quantity::RunningWeight, away, self.operator.members)
    }

    fn ease_overload(self) -> Option<Recommendation> {
        let overloaded =
            self.positions(|relay| relay.running && is_overloaded(self.network, self.histories, relay));
        let running = self.positions(|relay| relay.running);
        self.by_weight(Action::EaseOverload, Quantity::WeightWithoutOverload, overloaded, &running)
    }

    fn update_tor(self) -> Option<Recommendation> {
        let outdated = self.positions(|relay| relay.running && relay.recommended_version == Some(false));
        let running = self.positions(|relay| relay.running).len();
        let before = 100.0 * (1.0 - outdated.len() as f64 / running.max(1) as f64);
        lift(Action::UpdateTor, Quantity::RecommendedVersions, outdated, before)
    }

    fn complete_family(self) -> Option<Recommendation> {
        let before = self.state.family.mutual_percent()?;
        let relays = self.state.family.incomplete.iter().map(|(position, _)| *position).collect();
        lift(Action::CompleteFamily, Quantity::FamilyPairs, relays, before)
    }

    fn mend_claims(self) -> Option<Recommendation> {
        let report = &self.state.aroi;
        let relays: Vec<_> = report.faults.iter().flat_map(|fault| fault.relays.iter().copied()).collect();
        let (claims, open) = (report.claims() as f64, relays.len() as f64);
        let verified = report.count(allium_model::AroiState::Valid) as f64;
        let recommendation =
            lift(Action::MendClaims, Quantity::VerifiedClaims, relays, 100.0 * verified / claims.max(1.0))?;
        Some(Recommendation { after: 100.0 * (verified + open) / claims.max(1.0), ..recommendation })
    }

    /// Relays without IPv6 in an AS in which another relay has it.
    fn add_ipv6(self) -> Option<Recommendation> {
        let has_ipv6 = |relay: &Relay| relay.or_addresses.iter().any(std::net::SocketAddr::is_ipv6);
        let can = |relay: &Relay| relay.asn.is_some_and(|number| self.candidates.has_ipv6(number));
        let relays = self.positions(|relay| relay.running && !has_ipv6(relay) && can(relay));
        let running = self.positions(|relay| relay.running).len().max(1) as f64;
        let with = self.positions(|relay| relay.running && has_ipv6(relay)).len() as f64;
        let after = 100.0 * (with + relays.len() as f64) / running;
        let recommendation = lift(Action::AddIpv6, Quantity::Ipv6Relays, relays, 100.0 * with / running)?;
        Some(Recommendation { after, ..recommendation })
    }

    /// A relay more in a country, AS or platform that no relay of the operator is in, otherwise like most.
    fn new_places(self) -> Vec<Recommendation> {
        if self.positions(|relay| relay.running).len() < FEWEST_RELAYS {
            return Vec::new();
        }
        let spread = &self.state.spread;
        let Some(now) = spread.diversity() else { return Vec::new() };
        let options = [
            (
                Action::NewCountry,
                Added { country: Pick::New, ..Added::LIKE_MOST },
                Examples::Countries(self.candidates.countries_besides(spread)),
            ),
            (
                Action::NewAs,
                Added { asn: Pick::New, ..Added::LIKE_MOST },
                Examples::Ases(self.candidates.ases_besides(spread)),
            ),
            (
                Action::NewPlatform,
                Added { platform: Pick::New, ..Added::LIKE_MOST },
                Examples::Platforms(self.candidates.platforms_besides(spread)),
            ),
        ];
        let effect = |(action, added, examples): (Action, Added, Examples)| {
            let after = spread.what_if(added)?.score;
            let is_worth_it = after - now.score >= LEAST_DIVERSITY && !examples.is_empty();
            is_worth_it.then_some(Recommendation {
                action,
                relays: Vec::new(),
                quantity: Quantity::Diversity,
                before: now.score,
                after,
                examples,
            })
        };
        options.into_iter().filter_map(effect).collect()
    }
}

impl Examples {
    fn is_empty(&self) -> bool {
        match self {
            Self::None => true,
            Self::Countries(countries) => countries.is_empty(),
            Self::Ases(ases) => ases.is_empty(),
            Self::Platforms(platforms) => platforms.is_empty(),
        }
    }
}

/// An action on relays that lifts a quantity to 100; none without relays.
fn lift(
    action: Action,
    quantity: Quantity,
    relays: Vec<RelayPosition>,
    before: f64,
) -> Option<Recommendation> {
    (!relays.is_empty()).then_some(Recommendation {
        action,
        relays,
        quantity,
        before,
        after: 100.0,
        examples: Examples::None,
    })
}
