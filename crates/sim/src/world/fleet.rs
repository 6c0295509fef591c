//! The relays of one operator: where they stand, since when, and what they are.

use super::bandwidth::{Bandwidth, UNMEASURED_WEIGHT};
use super::family::Membership;
use super::naming;
use super::networks::Networks;
use super::operators::Operator;
use super::relay::{HostName, Judgement, Relay};
use super::software::Software;
use crate::data::policies::EXITS;
use crate::data::words::AUTHORITIES;
use crate::data::{countries, hostile};
use crate::dice::{Dice, Subject};
use crate::time::clock::Clock;
use allium_model::{Fingerprint, Timestamp};

/// Most autonomous systems that an operator uses.
const MAX_SITES: usize = 12;
/// Relays for each autonomous system of an operator.
const RELAYS_PER_SITE: usize = 15;
/// Ports for onion-routing connections by weight; relays on one address take the next ones.
const PORTS: [(u16, f64); 4] = [(9001, 5.0), (443, 4.0), (8443, 1.0), (9101, 0.5)];

/// Draws the relays of an operator behind those already in `relays`.
pub(crate) fn draw(
    seed: u64,
    number: usize,
    operator: &Operator,
    networks: &mut Networks,
    clock: Clock,
    relays: &mut Vec<Relay>,
) {
    let mut dice = Dice::new(seed, Subject::Fleet, number);
    let sites = sites(&mut dice, operator, networks);
    for batch_start in (0..operator.size).step_by(operator.relays_per_address) {
        let network = *dice.weighted(&sites, |site| if *site == sites[0] { sites.len() as f64 } else { 1.0 });
        let addresses = networks.address(network);
        let has_ipv6 = dice.chance(0.55);
        let (port, _) = *dice.weighted(&PORTS, |port| port.1);
        let age_days = (operator.age_days * dice.unit().powf(0.7)).max(0.2);
        let batch_end = (batch_start + operator.relays_per_address).min(operator.size);
        for at in batch_start..batch_end {
            let mut dice = Dice::new(seed, Subject::Relay, relays.len());
            let exit_address = dice.chance(0.1).then(|| networks.address(network).ipv4);
            let place = Place {
                network,
                addresses,
                has_ipv6,
                port: port + (at - batch_start) as u16,
                exit_address,
                age_days: if operator.authority.is_some() { operator.age_days } else { age_days },
            };
            relays.push(relay(&mut dice, clock, number, operator, at, &place));
        }
    }
}

/// The autonomous systems an operator uses, its favourite first.
fn sites(dice: &mut Dice, operator: &Operator, networks: &Networks) -> Vec<u32> {
    let count = (1 + operator.size / RELAYS_PER_SITE).min(MAX_SITES);
    let mut sites = Vec::with_capacity(count);
    for _ in 0..count {
        let abroad = !sites.is_empty() && dice.chance(0.4);
        let country = if abroad { countries::draw(dice) } else { operator.home };
        sites.push(networks.pick_in(country, dice));
    }
    sites
}

/// Where and since when a relay stands.
struct Place {
    network: u32,
    addresses: super::addresses::AddressPair,
    has_ipv6: bool,
    port: u16,
    exit_address: Option<std::net::Ipv4Addr>,
    age_days: f64,
}

fn relay(
    dice: &mut Dice,
    clock: Clock,
    number: usize,
    operator: &Operator,
    at: usize,
    place: &Place,
) -> Relay {
    let first_seen = first_seen(dice, clock, place.age_days);
    let age_seconds = clock.anchor.seconds_since(first_seen);
    let exit_policy = dice.chance(operator.exit_share).then(|| exit_policy(dice));
    let moved = if dice.chance(0.2) { dice.unit() } else { 0.0 };
    let hours_moved = (age_seconds as f64 / 3600.0 * moved) as i64;
    Relay {
        fingerprint: Fingerprint(dice.bytes()),
        nickname: nickname(dice, operator, at),
        operator: number as u32,
        network: place.network,
        ipv4: place.addresses.ipv4,
        ipv6: place.has_ipv6.then_some(place.addresses.ipv6),
        port: place.port,
        exit_address: place.exit_address.filter(|_| exit_policy.is_some()),
        first_seen,
        last_changed: first_seen.plus_seconds(hours_moved * 3600),
        software: Software::draw(dice, operator.update_style),
        system: operator.system,
        bandwidth: bandwidth(dice, operator, age_seconds as f64 / 86_400.0),
        exit_policy,
        exits_ipv6: exit_policy.is_some() && place.has_ipv6 && dice.chance(0.8),
        membership: if dice.chance(0.05) { Membership::OneSided } else { Membership::Mutual },
        judgement: judgement(dice, operator, exit_policy.is_some()),
        host_name: host_name(dice),
        is_directory: operator.authority.is_some() || dice.chance(0.95),
        is_authority: operator.authority.is_some(),
        overloaded_hours_ago: dice.chance(0.025).then(|| dice.between(0, 70)),
        days_between_outages: days_between_outages(dice, operator),
    }
}

/// The weight of an authority's relay is never measured.
fn bandwidth(dice: &mut Dice, operator: &Operator, age_days: f64) -> Bandwidth {
    let bandwidth = Bandwidth::draw(dice, operator.bandwidth_bytes_per_second, age_days);
    match operator.authority {
        Some(_) => Bandwidth { weight: UNMEASURED_WEIGHT, measured: false, ..bandwidth },
        None => bandwidth,
    }
}

/// The full hour in which a relay was first listed, at least 3 hours before the end.
fn first_seen(dice: &mut Dice, clock: Clock, age_days: f64) -> Timestamp {
    let jitter_hours = dice.unit() * (24.0 + age_days * 0.05 * 24.0);
    let hours = (age_days * 24.0 - jitter_hours).max(3.0 + 9.0 * dice.unit()) as i64;
    clock.anchor.plus_seconds(-hours * 3600)
}

fn nickname(dice: &mut Dice, operator: &Operator, at: usize) -> Box<str> {
    match operator.authority {
        Some(authority) => AUTHORITIES[authority % AUTHORITIES.len()].into(),
        None => naming::nickname(dice, operator.words, at, operator.size).into(),
    }
}

fn exit_policy(dice: &mut Dice) -> u8 {
    let positions: Vec<usize> = (0..EXITS.len()).collect();
    *dice.weighted(&positions, |position| EXITS[*position].weight) as u8
}

fn judgement(dice: &mut Dice, operator: &Operator, is_exit: bool) -> Option<Judgement> {
    let draw = dice.unit();
    match draw {
        _ if operator.authority.is_some() || operator.size > 50 => None,
        ..0.012 if is_exit => Some(Judgement::BadExit),
        0.012..0.02 => Some(Judgement::MiddleOnly),
        0.02..0.026 => Some(Judgement::StaleDesc),
        _ => None,
    }
}

fn host_name(dice: &mut Dice) -> HostName {
    match dice.unit() {
        ..0.45 => HostName::Verified,
        0.45..0.52 => HostName::Unverified,
        0.52..0.525 => HostName::Hostile(dice.below(hostile::HOST_NAMES.len()) as u8),
        _ => HostName::Nothing,
    }
}

/// Relays of one operator fail alike; a few of them fail often.
fn days_between_outages(dice: &mut Dice, operator: &Operator) -> f64 {
    let classes: [(f64, f64); 4] = [(120.0, 0.55), (40.0, 0.28), (10.0, 0.12), (2.5, 0.05)];
    if operator.authority.is_some() { 400.0 } else { dice.weighted(&classes, |class| class.1).0 }
}
