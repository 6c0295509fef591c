//! Autonomous systems: invented names, numbers reserved for documentation and private use.

use super::addresses::{AddressBook, Lot};
use crate::data::countries::COUNTRIES;
use crate::data::words;
use crate::dice::{Dice, Subject};
use allium_model::AsNumber;
use std::ops::Range;

/// An autonomous system.
#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) number: AsNumber,
    pub(crate) name: String,
    /// Position in the table of countries.
    pub(crate) country: usize,
    weight: f64,
    lot: Lot,
}

/// All systems, grouped by country.
#[derive(Debug)]
pub(crate) struct Networks {
    all: Vec<Network>,
    by_country: Vec<Range<usize>>,
    book: AddressBook,
}

/// Relays of ten thousand in a country for each of its systems.
const RELAYS_PER_NETWORK: f64 = 14.0;
/// Most systems of a country.
const MAX_PER_COUNTRY: usize = 90;

impl Networks {
    pub(crate) fn draw(seed: u64) -> Self {
        let mut dice = Dice::new(seed, Subject::Networks, 0);
        let mut networks = Self { all: Vec::new(), by_country: Vec::new(), book: AddressBook::default() };
        for (country, entry) in COUNTRIES.iter().enumerate() {
            let first = networks.all.len();
            let count = (entry.weight / RELAYS_PER_NETWORK).ceil() as usize + 1;
            for rank in 0..count.min(MAX_PER_COUNTRY) {
                let position = networks.all.len();
                networks.all.push(network(&mut dice, position, country, rank));
            }
            networks.by_country.push(first..networks.all.len());
        }
        networks
    }

    pub(crate) fn get(&self, network: u32) -> &Network {
        &self.all[network as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// A system of a country, larger ones more often.
    pub(crate) fn pick_in(&self, country: usize, dice: &mut Dice) -> u32 {
        let range = self.by_country[country].clone();
        let first = range.start;
        let positions: Vec<usize> = range.collect();
        let chosen = dice.weighted(&positions, |position| self.all[*position].weight);
        (*chosen).max(first) as u32
    }

    /// A new pair of addresses of a system.
    pub(crate) fn address(&mut self, network: u32) -> super::addresses::AddressPair {
        let lot = &mut self.all[network as usize].lot;
        self.book.next(network, lot)
    }
}

fn network(dice: &mut Dice, position: usize, country: usize, rank: usize) -> Network {
    let (kind, share) = *dice.weighted(&words::PROVIDER_KIND, |kind| kind.1);
    let number = as_number(position);
    let code = COUNTRIES[country].code.to_uppercase();
    let (word, company) = (dice.pick(&words::PROVIDER), dice.pick(&words::COMPANY));
    Network {
        number,
        name: format!("{word} {kind} {code}-{rank} {company}", rank = rank + 1),
        country,
        weight: share / (rank as f64 + 1.0),
        lot: Lot::default(),
    }
}

/// Numbers for documentation (RFC 5398) and private use (RFC 6996), in this order.
fn as_number(position: usize) -> AsNumber {
    let position = position as u32;
    AsNumber(match position {
        0..16 => 64_496 + position,
        16..32 => 65_536 + position - 16,
        32..1055 => 64_512 + position - 32,
        _ => 4_200_000_000 + position - 1055,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_reserved_ones_and_differ() {
        let numbers: std::collections::BTreeSet<u32> = (0..1200).map(|at| as_number(at).0).collect();
        assert_eq!(numbers.len(), 1200);
        let reserved = |number: &u32| matches!(number, 64_496..=65_534 | 65_536..=65_551 | 4_200_000_000..=4_294_967_294);
        assert!(numbers.iter().all(reserved));
    }

    #[test]
    fn every_country_has_a_network_of_its_own() {
        let networks = Networks::draw(1);
        let mut dice = Dice::new(1, Subject::Relay, 0);
        for country in 0..COUNTRIES.len() {
            let network = networks.pick_in(country, &mut dice);
            assert_eq!(networks.get(network).country, country);
        }
    }
}
