//! The simulated network at rest: operators, autonomous systems and relays, before anything happens.
//!
//! Relays are sorted by fingerprint; operators and systems know their relays by position.

pub(crate) mod addresses;
pub(crate) mod bandwidth;
pub(crate) mod contact;
pub(crate) mod family;
pub(crate) mod fleet;
pub(crate) mod naming;
pub(crate) mod networks;
pub(crate) mod operators;
pub(crate) mod relay;
pub(crate) mod software;
pub(crate) mod styles;

use crate::options::SimOptions;
use crate::time::clock::Clock;
use networks::Networks;
use operators::Operator;
use relay::Relay;

/// Everything that exists.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) operators: Vec<Operator>,
    pub(crate) networks: Networks,
    pub(crate) relays: Vec<Relay>,
}

impl World {
    /// Draws the world of these options, which are clamped.
    pub(crate) fn draw(options: &SimOptions, clock: Clock) -> Self {
        let mut networks = Networks::draw(options.seed);
        let mut operators = operators::draw(options);
        let mut relays = Vec::with_capacity(options.relays);
        for (number, operator) in operators.iter().enumerate() {
            fleet::draw(options.seed, number, operator, &mut networks, clock, &mut relays);
        }
        relays.sort_by_key(|relay| relay.fingerprint);
        for (position, relay) in relays.iter().enumerate() {
            operators[relay.operator as usize].members.push(position as u32);
        }
        Self { operators, networks, relays }
    }

    /// The operator of a relay.
    pub(crate) fn operator(&self, relay: &Relay) -> &Operator {
        &self.operators[relay.operator as usize]
    }
}
