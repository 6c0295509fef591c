//! The hours in which each relay was there, as its own events and those of its groups leave them.

use super::clock::{Clock, Hour};
use super::consensuses::Consensuses;
use super::event::Event;
use super::outages;
use super::presence::{Presence, Run};
use crate::data::causes::ACCOUNTING;
use crate::dice::{Dice, Subject};
use crate::world::World;
use crate::world::relay::Relay;
use allium_model::Timestamp;

/// What a relay's time in the simulation was.
#[derive(Debug, Default)]
pub(crate) struct Life {
    pub(crate) presence: Presence,
    /// Hours in which tor was started, in order.
    pub(crate) restarts: Box<[Hour]>,
    /// Last start of tor.
    pub(crate) last_restarted: Timestamp,
    /// Hours for which it was known before the simulation began.
    pub(crate) hours_before: Hour,
    /// Whether it hibernates at the end.
    pub(crate) hibernates: bool,
}

/// Mean number of days between two restarts that no consensus shows.
const MEAN_DAYS_BETWEEN_RESTARTS: f64 = 30.0;

/// Lives of all relays, with the events that befell them one by one behind those already in `events`.
pub(crate) fn live(
    seed: u64,
    clock: Clock,
    consensuses: &Consensuses,
    world: &World,
    events: &mut Vec<Event>,
) -> Vec<Life> {
    let mut gaps = gaps_by_relay(world.relays.len(), events);
    let mut lives = Vec::with_capacity(world.relays.len());
    for (position, relay) in world.relays.iter().enumerate() {
        let mut dice = Dice::new(seed, Subject::Outages, position);
        let joined = consensuses.at_or_after(joined(clock, relay));
        let subject = outages::Subject { relay, position: position as u32, joined, clock };
        let own = subject.events(&mut dice);
        let gaps = &mut gaps[position];
        gaps.extend(own.iter().map(|event| event.span));
        let hibernates = own.iter().any(|event| event.cause == ACCOUNTING && event.span.end >= clock.hours);
        lives.push(Life { hibernates, ..life(&mut dice, clock, relay, joined, gaps) });
        events.extend(own);
    }
    lives
}

/// The hour in which a relay was first there; 0 for one that is older than the simulation.
pub(crate) fn joined(clock: Clock, relay: &Relay) -> Hour {
    Hour::try_from(relay.first_seen.seconds_since(clock.start()) / 3600).unwrap_or(0)
}

fn gaps_by_relay(relays: usize, events: &[Event]) -> Vec<Vec<Run>> {
    let mut gaps = vec![Vec::new(); relays];
    for event in events {
        for relay in event.relays() {
            gaps[*relay as usize].push(event.span);
        }
    }
    gaps
}

fn life(dice: &mut Dice, clock: Clock, relay: &Relay, joined: Hour, gaps: &mut [Run]) -> Life {
    let presence = Presence::without(joined, clock.hours, gaps);
    let restarts = restarts(dice, &presence, joined);
    let hours_before = clock.start().seconds_since(relay.first_seen).max(0) / 3600;
    let last_restarted = last_restarted(dice, clock, restarts.last().copied(), hours_before);
    Life { presence, restarts, last_restarted, hours_before: hours_before as Hour, hibernates: false }
}

/// The last start: within the hour before a relay came back, or some time before the simulation.
fn last_restarted(dice: &mut Dice, clock: Clock, restart: Option<Hour>, hours_before: i64) -> Timestamp {
    if let Some(hour) = restart {
        return clock.time(hour).plus_seconds(-i64::from(dice.between(60, 3500)));
    }
    let days = dice.exponential(20.0).min(hours_before as f64 / 24.0);
    clock.start().plus_seconds(-(days * 86_400.0) as i64 - 1)
}

/// A relay starts when it joins and when it comes back, and now and then in between.
fn restarts(dice: &mut Dice, presence: &Presence, joined: Hour) -> Box<[Hour]> {
    let mut restarts = Vec::new();
    for run in presence.runs() {
        if run.start > 0 || joined > 0 {
            restarts.push(run.start);
        }
        let mut hour = run.start + 1 + dice.exponential(MEAN_DAYS_BETWEEN_RESTARTS * 24.0) as Hour;
        while hour < run.end {
            restarts.push(hour);
            hour += 1 + dice.exponential(MEAN_DAYS_BETWEEN_RESTARTS * 24.0) as Hour;
        }
    }
    restarts.into()
}
