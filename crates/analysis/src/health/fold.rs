//! The health of the past, hour by hour, from the records of history.
//!
//! One pure fold in order of time: equal histories give equal records, however they are cut. A record
//! says less than a snapshot: what is in use of the capacity is not known of an hour, the chance to be
//! chosen follows from flags and weights instead of the weights of positions, and what happened before
//! the first hour is not known, so that a component begins once the stretch that it looks back on is
//! covered (`docs/methods/network-health.md`).

mod presence;
mod spread;

use allium_model::{
    AsNumber, CountryCode, CountrySet, Fingerprint, Flag, HealthRecord, HourRecord, OperatorId, RelayRecord,
    Timestamp, operating_system,
};
use presence::{Presence, WINDOW_HOURS};
use spread::Spreads;
use std::collections::HashMap;

/// Relays seen within so many seconds count as there: 7 days.
const SEEN_SECONDS: i64 = 7 * 86_400;

/// Relays not seen for so long are forgotten: they are in no stretch any more.
const FORGOTTEN_SECONDS: i64 = WINDOW_HOURS as i64 * 3600;

/// A relay or the history is known for long enough to have an uptime: half of 30 days.
const ELIGIBLE_SECONDS: i64 = FORGOTTEN_SECONDS / 2;

/// What is remembered of a relay.
#[derive(Debug, Clone, Default)]
struct Remembered {
    first_seen: Timestamp,
    last_seen: Timestamp,
    /// Hours known in all when it was first seen.
    known_before: u32,
    weight: u64,
    presence: Presence,
    traits: Traits,
}

/// What a relay is in an hour; attributes go on where a document does not say them.
#[derive(Debug, Clone, Copy, Default)]
struct Traits {
    country: Option<CountryCode>,
    as_number: Option<AsNumber>,
    operator: Option<OperatorId>,
    family: Option<Fingerprint>,
    /// Place of the name of its operating system.
    platform: Option<u16>,
}

/// Names of operating systems that are told apart; more do not exist.
const MAX_PLATFORMS: usize = 256;

/// The fold over the hours of a history.
#[derive(Debug, Default)]
pub struct HealthFold {
    relays: HashMap<Fingerprint, Remembered>,
    platforms: Vec<String>,
    /// Which of the last hours are known.
    known: Presence,
    /// Hours known in all.
    known_hours: u32,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl HealthFold {
    /// Takes in the next hour and tells the health at it; none for one that is not later than the last.
    pub fn take(&mut self, hour: &HourRecord<'_>) -> Option<HealthRecord> {
        let at = hour.valid_after;
        if self.last.is_some_and(|last| at <= last) {
            return None;
        }
        self.advance(at);
        let mut spreads = Spreads::default();
        for relay in hour.relays.iter().filter(|relay| relay.flags.contains(Flag::Running)) {
            let remembered = self.remember(relay, at);
            spreads.add(remembered.weight, relay.flags, &remembered.traits);
        }
        let first = *self.first.get_or_insert(at);
        let covered_seconds = at.seconds_since(first);
        let countries: CountrySet = spreads.countries().collect();
        Some(HealthRecord {
            at,
            components: [
                (covered_seconds >= SEEN_SECONDS).then(|| self.availability(at)).flatten(),
                (covered_seconds >= ELIGIBLE_SECONDS).then(|| self.reliability(at)).flatten(),
                spreads.diversity(),
                spreads.resilience(),
                None,
            ],
            countries: (!countries.is_empty()).then_some(countries),
            ..HealthRecord::default()
        })
    }

    /// Moves the stretch of the last 30 days on to an hour.
    fn advance(&mut self, at: Timestamp) {
        let hour = hour_of(at);
        let before = self.last.map_or(hour - 1, hour_of);
        let is_new = hour > before;
        self.relays.retain(|_, relay| at.seconds_since(relay.last_seen) <= FORGOTTEN_SECONDS);
        for presence in self.relays.values_mut().map(|relay| &mut relay.presence).chain([&mut self.known]) {
            presence.forget_between(before, hour);
        }
        self.known.set(hour);
        self.known_hours += u32::from(is_new);
        self.last = Some(at);
    }

    fn remember(&mut self, relay: &RelayRecord<'_>, at: Timestamp) -> &Remembered {
        let platform = relay.attributes.platform.and_then(|text| self.platform(text));
        let known_before = self.known_hours - 1;
        let remembered = self.relays.entry(relay.fingerprint).or_insert_with(|| Remembered {
            first_seen: at,
            known_before,
            ..Remembered::default()
        });
        remembered.last_seen = at;
        remembered.presence.set(hour_of(at));
        remembered.weight = relay.weight.map_or(remembered.weight, u64::from);
        let (traits, told) = (&mut remembered.traits, &relay.attributes);
        traits.country = told.country.filter(|code| !code.is_unknown()).or(traits.country);
        traits.as_number = told.as_number.or(traits.as_number);
        traits.operator = told.operator.or(traits.operator);
        traits.family = told.family.or(traits.family);
        traits.platform = platform.or(traits.platform);
        remembered
    }

    fn platform(&mut self, text: &str) -> Option<u16> {
        let name = operating_system(text)?;
        let known = self.platforms.iter().position(|known| known == name);
        let place = known.or_else(|| {
            (self.platforms.len() < MAX_PLATFORMS).then(|| {
                self.platforms.push(name.to_owned());
                self.platforms.len() - 1
            })
        });
        place.map(|place| place as u16)
    }

    /// Relays seen in the last 7 days.
    fn seen(&self, at: Timestamp) -> impl Iterator<Item = &Remembered> {
        self.relays.values().filter(move |relay| at.seconds_since(relay.last_seen) <= SEEN_SECONDS)
    }

    fn availability(&self, at: Timestamp) -> Option<f64> {
        let (mut running, mut seen) = (0_u64, 0_u64);
        for relay in self.seen(at) {
            seen = seen.saturating_add(relay.weight);
            if relay.last_seen == at {
                running = running.saturating_add(relay.weight);
            }
        }
        super::evidence::ratio(running, seen)
    }

    /// Mean uptime over the known hours of 30 days, weighted, of relays known for at least half of them.
    fn reliability(&self, at: Timestamp) -> Option<f64> {
        // Whole numbers, so that the order in which relays lie makes no difference.
        const PARTS: u128 = 1 << 32;
        let (mut sum, mut weights) = (0_u128, 0_u128);
        for relay in self.seen(at).filter(|relay| at.seconds_since(relay.first_seen) >= ELIGIBLE_SECONDS) {
            let expected = self.known.count().min(self.known_hours - relay.known_before);
            let uptime = u128::from(relay.presence.count()) * PARTS / u128::from(expected.max(1));
            sum += uptime * u128::from(relay.weight);
            weights += u128::from(relay.weight);
        }
        (weights > 0).then(|| ((sum / weights) as f64 / PARTS as f64).min(1.0))
    }
}

/// Hours since 1970.
fn hour_of(at: Timestamp) -> i64 {
    at.0.div_euclid(3600)
}

#[cfg(test)]
mod tests;
