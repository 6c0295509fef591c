//! The directory authorities: who they are, and what each of them does.

use super::keys::{KeyError, KeySet};
use crate::data::words::AUTHORITIES;
use crate::simulation::Simulation;
use allium_model::Fingerprint;
use std::net::Ipv4Addr;

/// A voting authority.
#[derive(Debug)]
pub(crate) struct Authority {
    pub(crate) nickname: &'static str,
    /// SHA-1 of the identity key.
    pub(crate) identity: Fingerprint,
    pub(crate) keys: KeySet,
    pub(crate) address: Ipv4Addr,
    pub(crate) or_port: u16,
    pub(crate) dir_port: u16,
    /// Fingerprint of its relay; of a network too small to have one for each authority an invented one.
    pub(crate) relay: Fingerprint,
    pub(crate) contact: String,
    pub(crate) habits: Habits,
}

/// What an authority does, and how its measurements lie to those of the others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    pub(crate) duties: Duties,
    /// How its measurements lie to those of the others, as a logarithm.
    pub(crate) bias: f64,
}

/// What of the optional work an authority does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Duties {
    /// It measures bandwidth.
    pub(crate) scans: bool,
    /// It tests IPv6 addresses, and so lists them.
    pub(crate) tests_ipv6: bool,
    /// It votes on BadExit and MiddleOnly.
    pub(crate) judges: bool,
}

/// Habits in the order of the names; two thirds of the authorities measure.
const HABITS: [Habits; 9] = [
    habits(true, true, true, 0.02),
    habits(true, true, false, -0.05),
    habits(true, true, true, 0.06),
    habits(false, true, true, 0.0),
    habits(true, false, true, -0.02),
    habits(true, true, false, 0.0),
    habits(false, true, true, 0.0),
    habits(true, true, false, 0.11),
    habits(false, true, false, 0.0),
];

const fn habits(scans: bool, tests_ipv6: bool, judges: bool, bias: f64) -> Habits {
    Habits { duties: Duties { scans, tests_ipv6, judges }, bias }
}

/// The authorities by ascending identity, which is the order of consensuses.
pub(crate) fn authorities(simulation: &Simulation, count: usize) -> Result<Vec<Authority>, KeyError> {
    let mut authorities =
        (0..count).map(|number| authority(simulation, number)).collect::<Result<Vec<_>, _>>()?;
    authorities.sort_by_key(|authority| authority.identity);
    Ok(authorities)
}

fn authority(simulation: &Simulation, number: usize) -> Result<Authority, KeyError> {
    let keys = KeySet::of(number)?;
    let world = &simulation.world;
    let operator = world.operators.iter().find(|operator| operator.authority == Some(number));
    let relay = operator.and_then(|operator| operator.members.first()).map(|at| &world.relays[*at as usize]);
    let nickname = AUTHORITIES[number];
    let contact = operator.and_then(|operator| operator.contact.clone());
    Ok(Authority {
        nickname,
        identity: keys.identity.digest,
        address: relay.map_or(Ipv4Addr::new(192, 0, 2, 240 + number as u8), |relay| relay.ipv4),
        or_port: relay.map_or(9001, |relay| relay.port),
        dir_port: 80,
        relay: relay.map_or(Fingerprint([number as u8; 20]), |relay| relay.fingerprint),
        contact: contact.unwrap_or_else(|| format!("{nickname} <tor[]{nickname}.example>")),
        habits: HABITS[number],
        keys,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_five_of_the_first_authorities_and_more_have_three_scanners() {
        for count in 3..=9 {
            let scanners = HABITS[..count].iter().filter(|habits| habits.duties.scans).count();
            assert!(scanners >= 3, "{count}");
        }
    }
}
