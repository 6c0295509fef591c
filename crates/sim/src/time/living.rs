//! Faults at a steady rhythm, for a future that somebody watches: large enough to be seen, long enough to be
//! confirmed, and over before the next one begins.

use super::clock::{Clock, Hour};
use super::labelled::{Labelled, groups};
use super::presence::Run;
use crate::dice::{Dice, Subject};
use crate::world::World;
use allium_model::FaultClass;

/// Hours from the anchor to the first fault.
const FIRST: Hour = 2;
/// Hours from the beginning of a fault to that of the next: so rarely that guards stay guards, which must be
/// there for 98 % of a month, and at another time of the day each.
const EVERY: Hour = 21;
/// Hours of a fault.
pub(crate) const HOURS: Hour = 6;
/// What is hit, again and again; none is the turn of an authority.
const TURNS: [Option<FaultClass>; 5] = [
    Some(FaultClass::As),
    None,
    Some(FaultClass::Operator),
    Some(FaultClass::Country),
    Some(FaultClass::Version),
];
/// Share of the network that a group must have to be hit, and may have.
const SHARES: (f64, f64) = (0.02, 0.08);
/// Share of the relays with a version that stop.
const VERSION_SHARE: f64 = 0.6;

/// The hours in which faults begin, each with its number.
fn turns(clock: Clock) -> impl Iterator<Item = (usize, Hour)> {
    let first = clock.anchor_hour() + FIRST;
    let last = clock.hours.saturating_sub(HOURS);
    (first..last).step_by(EVERY as usize).enumerate()
}

/// The hours in which something befalls an authority, each with its number.
pub(crate) fn turns_of_authorities(clock: Clock) -> impl Iterator<Item = (usize, Run)> {
    let is_meant = |(number, _): &(usize, Hour)| TURNS[number % TURNS.len()].is_none();
    turns(clock).filter(is_meant).map(|(number, start)| (number, Run { start, end: start + HOURS }))
}

/// All faults of relays in the future, in the order of their start.
pub(crate) fn draw(seed: u64, clock: Clock, world: &World) -> Vec<Labelled> {
    let mut dice = Dice::new(seed, Subject::LabelledFaults, 1);
    let mut faults: Vec<Labelled> = Vec::new();
    for (number, start) in turns(clock) {
        let Some(class) = TURNS[number % TURNS.len()] else { continue };
        let before = |class: FaultClass| {
            faults.iter().rev().find(|fault| fault.class == class).map(|fault| fault.subject)
        };
        let found = match number {
            0 => largest_but_one(clock, world, start),
            _ => fault(&mut dice, class, clock, world, start, before(class)),
        };
        // Versions come to be the same everywhere in a long future.
        let operator = FaultClass::Operator;
        faults.extend(found.or_else(|| fault(&mut dice, operator, clock, world, start, before(operator))));
    }
    faults
}

/// The autonomous system with the most relays but one: of the largest one would expect too much.
fn largest_but_one(clock: Clock, world: &World, start: Hour) -> Option<Labelled> {
    let mut groups = groups(FaultClass::As, clock, world, start);
    groups.sort_by_key(|(key, members)| (std::cmp::Reverse(members.len()), *key));
    let ((subject, _), relays) = groups.into_iter().nth(1)?;
    Some(labelled(FaultClass::As, subject, start, relays))
}

/// Something befalls one of the groups that are large enough, but the one before.
fn fault(
    dice: &mut Dice,
    class: FaultClass,
    clock: Clock,
    world: &World,
    start: Hour,
    before: Option<u32>,
) -> Option<Labelled> {
    let share = |share: f64| (world.relays.len() as f64 * share).ceil() as usize;
    let share_hit = if class == FaultClass::Version { VERSION_SHARE } else { 1.0 };
    let range = share(SHARES.0 / share_hit)..=share(SHARES.1 / share_hit);
    let all = groups(class, clock, world, start).into_iter();
    let is_meant = |group: &((u32, _), Vec<u32>)| range.contains(&group.1.len());
    let meant: Vec<_> = all.filter(is_meant).filter(|((subject, _), _)| Some(*subject) != before).collect();
    let ((subject, _), relays) = meant.get(dice.below(meant.len().max(1)))?;
    let hit = relays.iter().copied().filter(|_| dice.chance(share_hit)).collect();
    Some(labelled(class, *subject, start, hit))
}

fn labelled(class: FaultClass, subject: u32, start: Hour, relays: Vec<u32>) -> Labelled {
    let span = Run { start, end: start + HOURS };
    Labelled { class, subject, block: None, span, absences: vec![(span, relays.into())] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FaultPlan, SimOptions, Simulation};
    use allium_model::{Flag, Timestamp};

    const END: Timestamp = Timestamp(1_771_765_200);

    fn simulation(seed: u64, future_days: u32) -> Simulation {
        let options = SimOptions { relays: 1000, days: 40, seed, end: END };
        Simulation::run_with(&options, FaultPlan::Living { future_days })
    }

    #[test]
    fn the_first_fault_takes_the_largest_system_but_one_away_for_six_hours() {
        let mut simulation = simulation(1, 4);
        assert_eq!(simulation.published(), END);
        let first = &simulation.labelled[0];
        assert_eq!((first.class, first.span.hours()), (FaultClass::As, HOURS));
        let relays = first.relays();
        let mut counts = std::collections::BTreeMap::new();
        for relay in &simulation.world.relays {
            *counts.entry(relay.network).or_insert(0) += 1;
        }
        let mut counts: Vec<(i32, u32)> =
            counts.into_iter().map(|(network, count)| (count, network)).collect();
        counts.sort_unstable();
        assert_eq!(counts[counts.len() - 2].1, first.subject);
        assert!(relays.len() >= 30, "{}", relays.len());
        let running_at = |hours: i64| {
            simulation.set_present(END.plus_seconds(hours * 3600));
            assert_eq!(simulation.published(), END.plus_seconds(hours * 3600));
            relays.iter().filter(|relay| simulation.endings[**relay as usize].running).count()
        };
        let running: Vec<usize> = (0..10).map(running_at).collect();
        assert_eq!(running[2..8], [0; 6]);
        assert!(running[1] * 10 > relays.len() * 8 && running[8] * 10 > relays.len() * 8, "{running:?}");
    }

    #[test]
    fn faults_come_in_turns_and_every_one_is_of_another_group_than_the_one_before_of_its_kind() {
        for seed in 0..4 {
            let simulation = simulation(seed, 30);
            let faults = &simulation.labelled;
            assert!(faults.len() >= 25, "{}", faults.len());
            assert!(faults.windows(2).all(|pair| pair[0].span.end < pair[1].span.start));
            assert!(faults.iter().all(|fault| fault.relays().len() >= 15));
            for class in [FaultClass::As, FaultClass::Operator, FaultClass::Country] {
                let of_class = faults.iter().filter(|fault| fault.class == class);
                let hit: Vec<u32> = of_class.map(|fault| fault.subject).collect();
                assert!(hit.len() >= 5, "{class:?}: {hit:?}");
                assert!(hit.windows(2).all(|pair| pair[0] != pair[1]), "{class:?}: {hit:?}");
            }
            assert!(turns_of_authorities(simulation.clock).count() >= 6);
        }
    }

    #[test]
    fn the_network_stays_as_large_as_it_was_for_a_month() {
        let mut simulation = simulation(1, 30);
        let count = |simulation: &Simulation| {
            let running = simulation.endings.iter().filter(|ending| ending.running);
            let has = |flag: Flag| running.clone().filter(|ending| ending.flags.contains(flag)).count();
            [running.clone().count(), has(Flag::Guard), has(Flag::Exit), has(Flag::Stable)]
        };
        let before = count(&simulation);
        for turn in [4, 12, 33] {
            let hours = FIRST + turn * EVERY - 3;
            simulation.set_present(END.plus_seconds(i64::from(hours) * 3600));
            for (before, now) in before.into_iter().zip(count(&simulation)) {
                let share = now as f64 / before as f64;
                assert!((0.85..1.15).contains(&share), "{now} for {before} after {hours} hours");
            }
        }
    }

    #[test]
    fn the_past_of_a_living_network_is_that_of_its_options() {
        let options = SimOptions { relays: 200, days: 20, seed: 3, end: END };
        let living = Simulation::run_with(&options, FaultPlan::Living { future_days: 3 });
        let usual = Simulation::run(&options);
        let seen = |simulation: &Simulation, position: usize| {
            let relay = &simulation.world.relays[position];
            let release = relay.software.release_at(simulation.clock, relay.first_seen, END);
            (relay.fingerprint, relay.first_seen, release.version)
        };
        for position in 0..200 {
            assert_eq!(seen(&living, position), seen(&usual, position));
        }
        let share = living.running_relays() as f64 / usual.running_relays() as f64;
        assert!((0.95..1.05).contains(&share), "{share}");
    }
}
