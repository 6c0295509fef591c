//! `allium history health`: what the hours of the past tell of the health of the network.

use super::Place;
use crate::commands::say;
use crate::failure::Failure;
use crate::progress::Progress;
use allium_analysis::health::HealthFold;
use allium_model::{
    AsNumber, CountryCode, Fingerprint, Flag, HealthRecord, HourRecord, HourState, NetworkRecord, OperatorId,
    RecordSource, RelayAttributes, RelayRecord, TimeRange, Timestamp,
};
use allium_store::{AttributeChange, AttributeValue, BulkRelays, HealthOrigin, Store};
use std::collections::{HashMap, VecDeque};

const DAY_SECONDS: i64 = 86_400;
const HOUR_SECONDS: i64 = 3_600;

/// Computes the health of every hour that is kept, and writes it beside what snapshots told.
pub fn run(place: &Place) -> Result<(), Failure> {
    let store = place.open_existing()?;
    let Some(span) = place.wait(store.span())? else {
        say(format_args!("the history is empty"));
        return Ok(());
    };
    let progress = Progress::start();
    let mut past = Past::new(place.wait(store.group_attributes())?);
    let mut written = 0;
    let mut from = span.from.date().start();
    while from < span.until {
        let day = TimeRange { from, until: from.plus_seconds(DAY_SECONDS) };
        progress.stage(&format!("health of {}", from.date()));
        let records = past.day(place, &store, day)?;
        place.wait(store.put_health(HealthOrigin::Hours, &records))?;
        written += records.len();
        from = day.until;
    }
    progress.finish();
    say(format_args!("the health of {written} hours was computed"));
    Ok(())
}

/// What a relay is in groups, as far as it was told and not handed on yet.
#[derive(Debug, Default)]
struct Told {
    as_number: Option<AsNumber>,
    country: Option<CountryCode>,
    operator: Option<OperatorId>,
    family: Option<Fingerprint>,
    platform: Option<String>,
}

/// The fold with what waits for relays to appear.
struct Past {
    fold: HealthFold,
    changes: VecDeque<AttributeChange>,
    waiting: HashMap<Fingerprint, Told>,
}

impl Past {
    fn new(changes: Vec<AttributeChange>) -> Self {
        Self { fold: HealthFold::default(), changes: changes.into(), waiting: HashMap::new() }
    }

    /// The health of each hour of a day; nothing of days of which only daily values are kept.
    fn day(&mut self, place: &Place, store: &Store, day: TimeRange) -> Result<Vec<HealthRecord>, Failure> {
        let hours = place.wait(store.network_series(day))?;
        let bulk = place.wait(store.relays_in_bulk(day))?;
        let mut relays = by_hour(&bulk);
        let mut records = Vec::with_capacity(hours.len());
        for hour in hours {
            let slot = hour.valid_after.seconds_since(bulk.first_hour()).div_euclid(HOUR_SECONDS);
            let running = usize::try_from(slot).ok().and_then(|slot| relays.get_mut(slot));
            // An hour with several records has one state.
            let Some(running) = running.map(std::mem::take).filter(|running| !running.is_empty()) else {
                continue;
            };
            records.extend(self.hour(&hour, &running));
        }
        Ok(records)
    }

    fn hour(&mut self, network: &NetworkRecord, running: &[Running]) -> Option<HealthRecord> {
        self.tell(network.valid_after);
        let told: Vec<Option<Told>> = running.iter().map(|relay| self.waiting.remove(&relay.0)).collect();
        let hour = HourRecord {
            valid_after: network.valid_after,
            source: RecordSource::Consensus,
            digest: [0; 32],
            relays: running.iter().zip(&told).map(|(relay, told)| record(relay, told.as_ref())).collect(),
            network: *network,
            authorities: Vec::new(),
        };
        self.fold.take(&hour)
    }

    /// Takes up what is told until a moment.
    fn tell(&mut self, until: Timestamp) {
        while let Some(change) = self.changes.pop_front_if(|change| change.from <= until) {
            let told = self.waiting.entry(change.relay).or_default();
            match change.value {
                AttributeValue::AsNumber(number) => told.as_number = Some(number),
                AttributeValue::Country(country) => told.country = Some(country),
                AttributeValue::Operator(operator) => told.operator = Some(operator),
                AttributeValue::Family(family) => told.family = Some(family),
                AttributeValue::Platform(platform) => told.platform = Some(platform),
                AttributeValue::Nickname(_)
                | AttributeValue::Address(_)
                | AttributeValue::Contact(..)
                | AttributeValue::Version(_) => {}
            }
        }
    }
}

fn record<'a>(relay: &Running, told: Option<&'a Told>) -> RelayRecord<'a> {
    let attributes = told.map_or_else(RelayAttributes::default, |told| RelayAttributes {
        as_number: told.as_number,
        country: told.country,
        operator: told.operator,
        family: told.family,
        platform: told.platform.as_deref(),
        ..RelayAttributes::default()
    });
    RelayRecord {
        fingerprint: relay.0,
        // Some sources leave out what every running relay has.
        flags: relay.1.iter().chain([Flag::Running]).collect(),
        weight: relay.2,
        is_measured: None,
        attributes,
    }
}

/// A relay that ran: who, flags, weight.
type Running = (Fingerprint, allium_model::FlagSet, Option<u32>);

/// The relays that ran in each hour.
fn by_hour(bulk: &BulkRelays) -> Vec<Vec<Running>> {
    let mut hours = vec![Vec::new(); bulk.hours()];
    for fingerprint in bulk.fingerprints() {
        let states = bulk.get(fingerprint).map(|series| series.hours).unwrap_or_default();
        for (hour, state) in hours.iter_mut().zip(states) {
            if let HourState::Running { flags, weight, .. } = state {
                hour.push((fingerprint, flags, weight));
            }
        }
    }
    hours
}
