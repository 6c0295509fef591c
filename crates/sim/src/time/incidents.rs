//! Events that befall many relays at once: an AS, an operator, a country, a version.
//!
//! Groups that would take a large part of the network with them are spared, as in the real one.

use super::clock::{Clock, Hour};
use super::event::{Event, EventKind};
use super::presence::Run;
use crate::data::causes;
use crate::data::countries::COUNTRIES;
use crate::data::software::{BAD_VERSION, STABLE};
use crate::dice::{Dice, Subject};
use crate::world::World;
use crate::world::software::release_time;

/// How often and how hard a kind of group is hit.
struct Habit {
    kind: EventKind,
    days_between: f64,
    median_hours: f64,
    /// Share of the group's relays that are hit.
    share_hit: f64,
    /// Largest share of the network that a group may have to be hit.
    largest_group: f64,
    causes: &'static [&'static str],
}

const HABITS: [Habit; 3] = [
    Habit {
        kind: EventKind::AsOutage,
        days_between: 15.0,
        median_hours: 5.0,
        share_hit: 1.0,
        largest_group: 0.03,
        causes: &causes::AS_OUTAGES,
    },
    Habit {
        kind: EventKind::OperatorOutage,
        days_between: 12.0,
        median_hours: 9.0,
        share_hit: 1.0,
        largest_group: 0.04,
        causes: &causes::OPERATOR_OUTAGES,
    },
    Habit {
        kind: EventKind::CountryOutage,
        days_between: 45.0,
        median_hours: 7.0,
        share_hit: 0.92,
        largest_group: 0.03,
        causes: &causes::COUNTRY_OUTAGES,
    },
];

/// Longest outage of a group in hours.
const MAX_HOURS: f64 = 48.0;
/// Fewest relays of a group that is hit.
const MIN_RELAYS: usize = 3;
/// Hours after joining in which no incident takes a relay along.
const SETTLED_HOURS: Hour = 12;
/// Share of the relays with the bad version that it stops.
const BAD_VERSION_SHARE: f64 = 0.15;
/// Hours for which it stops them.
const BAD_VERSION_HOURS: Hour = 14;

/// All incidents of the simulation.
pub(crate) fn draw(seed: u64, clock: Clock, world: &World) -> Vec<Event> {
    let mut events = Vec::new();
    for (number, habit) in HABITS.iter().enumerate() {
        let mut dice = Dice::new(seed, Subject::Incidents, number);
        let groups = groups(world, habit);
        let count = (f64::from(clock.hours) / 24.0 / habit.days_between + dice.unit()) as usize;
        for _ in 0..count.min(groups.len()) {
            let (subject, members) = dice.pick(&groups);
            events.extend(incident(&mut dice, clock, world, habit, *subject, members));
        }
    }
    let mut dice = Dice::new(seed, Subject::Incidents, HABITS.len());
    events.extend(version_outage(&mut dice, clock, world));
    events
}

/// The groups of a kind that may be hit, with their relays.
fn groups(world: &World, habit: &Habit) -> Vec<(u32, Vec<u32>)> {
    let count = match habit.kind {
        EventKind::AsOutage => world.networks.len(),
        EventKind::CountryOutage => COUNTRIES.len(),
        _ => world.operators.len(),
    };
    let mut members = vec![Vec::new(); count];
    for (position, relay) in world.relays.iter().enumerate().filter(|(_, relay)| !relay.is_authority) {
        let group = match habit.kind {
            EventKind::AsOutage => relay.network as usize,
            EventKind::CountryOutage => world.networks.get(relay.network).country,
            _ => relay.operator as usize,
        };
        members[group].push(position as u32);
    }
    let largest = (world.relays.len() as f64 * habit.largest_group) as usize;
    let may_be_hit = |members: &Vec<u32>| (MIN_RELAYS..=largest).contains(&members.len());
    let numbered = members.into_iter().enumerate().map(|(group, members)| (group as u32, members));
    numbered.filter(|(_, members)| may_be_hit(members)).collect()
}

fn incident(
    dice: &mut Dice,
    clock: Clock,
    world: &World,
    habit: &Habit,
    subject: u32,
    members: &[u32],
) -> Option<Event> {
    let hours = dice.log_normal(habit.median_hours, 0.8).clamp(1.0, MAX_HOURS) as Hour;
    let start = 1 + dice.below(clock.hours.checked_sub(hours + 2)? as usize) as Hour;
    let was_there = |relay: u32| {
        world.relays[relay as usize].first_seen < clock.time(start.saturating_sub(SETTLED_HOURS))
    };
    let mut relays = members.to_vec();
    relays.retain(|relay| was_there(*relay) && dice.chance(habit.share_hit));
    let event = Event {
        kind: habit.kind,
        span: Run { start, end: start + hours },
        subject,
        cause: dice.pick::<&'static str>(habit.causes),
        relays: relays.into(),
    };
    (event.relays.len() >= MIN_RELAYS).then_some(event)
}

/// Relays with the bad version stop three days after its release, if that is within the simulation.
fn version_outage(dice: &mut Dice, clock: Clock, world: &World) -> Option<Event> {
    let position = STABLE.iter().position(|release| release.version == BAD_VERSION)?;
    let release = &STABLE[position];
    let time = release_time(clock, release).plus_seconds((66 + dice.below(24) as i64) * 3600);
    let start = Hour::try_from(time.seconds_since(clock.start()) / 3600).ok()?;
    if start == 0 || start + BAD_VERSION_HOURS > clock.last_hour() {
        return None;
    }
    let runs_it = |relay: &crate::world::relay::Relay| {
        let installed = relay.software.release_at(clock, relay.first_seen, time).version;
        !relay.is_authority
            && relay.first_seen < clock.time(start.saturating_sub(SETTLED_HOURS))
            && installed == BAD_VERSION
    };
    let positions = world.relays.iter().enumerate().filter(|(_, relay)| runs_it(relay));
    let mut relays: Vec<u32> = positions.map(|(position, _)| position as u32).collect();
    relays.retain(|_| dice.chance(BAD_VERSION_SHARE));
    (relays.len() >= MIN_RELAYS).then(|| Event {
        kind: EventKind::VersionOutage,
        span: Run { start, end: start + BAD_VERSION_HOURS },
        subject: position as u32,
        cause: causes::VERSION_OUTAGE,
        relays: relays.into(),
    })
}
