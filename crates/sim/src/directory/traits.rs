//! What history keeps of relays beside flags and weights: who runs them, where they stand, what they run.

use super::Directory;
use crate::data::contacts::ProofOutcome;
use crate::data::countries::COUNTRIES;
use crate::data::software::{FORGOTTEN, STABLE, SYSTEMS, TESTING};
use crate::simulation::Simulation;
use crate::time::clock::Hour;
use crate::world::family::Membership;
use crate::world::operators::Operator;
use allium_model::{AsNumber, CountryCode, Fingerprint, OperatorId, RelayAttributes};
use std::collections::HashMap;
use std::net::IpAddr;

/// What does not change about the relays of a simulation.
#[derive(Debug)]
pub(crate) struct Traits {
    relays: Vec<RelayTraits>,
    /// Platform texts by version and system.
    platforms: HashMap<(&'static str, &'static str), String>,
}

#[derive(Debug)]
struct RelayTraits {
    as_number: AsNumber,
    country: Option<CountryCode>,
    operator: Option<OperatorId>,
    family: Option<Fingerprint>,
}

impl Traits {
    pub(crate) fn of(simulation: &Simulation) -> Self {
        let families = families(simulation);
        let relays = simulation.world.relays.iter().map(|relay| {
            let network = simulation.world.networks.get(relay.network);
            let family = (relay.membership == Membership::Mutual).then(|| families[relay.operator as usize]);
            RelayTraits {
                as_number: network.number,
                country: COUNTRIES[network.country].code.parse().ok(),
                operator: operator_id(simulation.world.operator(relay)),
                family: family.flatten(),
            }
        });
        Self { relays: relays.collect(), platforms: platforms() }
    }
}

impl Directory<'_> {
    /// What is known of a relay in an hour.
    pub(crate) fn attributes(&self, position: usize, hour: Hour) -> RelayAttributes<'_> {
        let relay = &self.simulation.world.relays[position];
        let traits = &self.traits.relays[position];
        let published = self.published(position, hour);
        let version = relay.software.release_at(self.simulation.clock, relay.first_seen, published).version;
        RelayAttributes {
            nickname: Some(&relay.nickname),
            address: Some(IpAddr::V4(relay.ipv4)),
            as_number: Some(traits.as_number),
            country: traits.country,
            contact: self.simulation.world.operator(relay).contact.as_deref(),
            version: Some(version),
            platform: self.traits.platforms.get(&(version, relay.system)).map(String::as_str),
            family: traits.family,
            operator: traits.operator,
        }
    }
}

/// The domain when the proof holds, else the contact.
fn operator_id(operator: &Operator) -> Option<OperatorId> {
    match operator.outcome {
        Some(ProofOutcome::Valid) => Some(OperatorId::of_domain(&operator.domain)),
        _ => operator.contact.as_deref().map(OperatorId::of_contact),
    }
}

/// By operator, the smallest fingerprint of the relays that are one family.
fn families(simulation: &Simulation) -> Vec<Option<Fingerprint>> {
    let relays = &simulation.world.relays;
    let smallest = |operator: &Operator| {
        let is_one = operator.family.uses_lists() || operator.family_id.is_some();
        let mutual = operator
            .members
            .iter()
            .filter(|member| relays[**member as usize].membership == Membership::Mutual)
            .map(|member| relays[*member as usize].fingerprint);
        if is_one && operator.members.len() > 1 { mutual.min() } else { None }
    };
    simulation.world.operators.iter().map(smallest).collect()
}

fn platforms() -> HashMap<(&'static str, &'static str), String> {
    let forgotten = FORGOTTEN.iter().map(|(release, _)| release);
    let releases = STABLE.iter().chain(&TESTING).chain(forgotten);
    let with_system = |version: &'static str| {
        SYSTEMS.iter().map(move |(system, _)| ((version, *system), format!("Tor {version} on {system}")))
    };
    releases.flat_map(|release| with_system(release.version)).collect()
}
