//! A simulated network with its past: the world, what happened to it, and how that looks at the end.

use crate::flags;
use crate::options::{FaultPlan, SimOptions};
use crate::shares::{ShareRule, Shares};
use crate::time::clock::{Clock, HOUR_SECONDS, Hour};
use crate::time::consensuses::Consensuses;
use crate::time::event::Event;
use crate::time::incidents;
use crate::time::labelled::{self, Labelled};
use crate::time::life::{self, Life};
use crate::time::living;
use crate::world::World;
use allium_model::{Flag, FlagSet, Timestamp};

/// A simulated network and what happened to it. It writes itself as the documents of the real one.
#[derive(Debug)]
pub struct Simulation {
    pub(crate) options: SimOptions,
    pub(crate) clock: Clock,
    /// The hour that the documents of relays show as the newest.
    present: Hour,
    pub(crate) consensuses: Consensuses,
    pub(crate) world: World,
    pub(crate) lives: Vec<Life>,
    pub(crate) endings: Vec<Ending>,
    /// In the order of their start.
    pub(crate) events: Vec<Event>,
    /// Faults whose truth is told apart, in the order of their start.
    pub(crate) labelled: Vec<Labelled>,
    pub(crate) share_rule: ShareRule,
}

/// How a relay stands at the end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ending {
    pub(crate) running: bool,
    pub(crate) last_seen: Timestamp,
    /// Its flags when it was last seen.
    pub(crate) flags: FlagSet,
}

impl Simulation {
    /// Simulates. Numbers outside the ranges of [`SimOptions`] are moved to their bounds.
    pub fn run(options: &SimOptions) -> Self {
        Self::run_with(options, FaultPlan::Usual)
    }

    /// Simulates with other faults than the usual ones.
    pub fn run_with(options: &SimOptions, plan: FaultPlan) -> Self {
        let options = options.clamped();
        let past = Clock::ending(options.end, options.days * 24);
        let clock = past.with_future(plan.future_hours());
        let consensuses = Consensuses::draw(options.seed, past).until(clock.hours);
        let world = World::draw(&options, clock);
        let (mut events, labelled) = match plan {
            FaultPlan::Usual => (incidents::draw(options.seed, clock, &world), Vec::new()),
            FaultPlan::Quiet => (Vec::new(), Vec::new()),
            FaultPlan::Labelled => {
                let labelled = labelled::draw(options.seed, clock, &world);
                (labelled.iter().flat_map(Labelled::events).collect(), labelled)
            }
            FaultPlan::Living { .. } => {
                let mut events = incidents::draw(options.seed, past, &world);
                let labelled = living::draw(options.seed, clock, &world);
                events.extend(labelled.iter().flat_map(Labelled::events));
                (events, labelled)
            }
        };
        let lives = life::live(options.seed, clock, &consensuses, &world, &mut events);
        events.sort_by_key(|event| (event.span, event.kind, event.subject));
        let mut simulation = Self {
            present: clock.anchor_hour(),
            endings: Vec::new(),
            share_rule: ShareRule::of(std::iter::empty()),
            options,
            clock,
            consensuses,
            world,
            lives,
            events,
            labelled,
        };
        simulation.look();
        simulation
    }

    /// Moves what the documents of relays show to an earlier hour, or to a later one within the
    /// simulation. An hour without a consensus shows the one before.
    pub fn set_present(&mut self, time: Timestamp) {
        let hours = time.seconds_since(self.clock.start()).div_euclid(HOUR_SECONDS);
        let hour = hours.clamp(0, i64::from(self.clock.last_hour())) as Hour;
        self.present = self.consensuses.newest_in(0, hour + 1).unwrap_or(0);
        self.look();
    }

    /// Sees how the relays stand at the present hour.
    fn look(&mut self) {
        let ending = |(relay, life)| ending(self.now(), &self.consensuses, relay, life);
        self.endings = self.world.relays.iter().zip(&self.lives).map(ending).collect();
        let running = self.world.relays.iter().zip(&self.endings).filter(|(_, ending)| ending.running);
        self.share_rule =
            ShareRule::of(running.map(|(relay, ending)| (ending.flags, relay.bandwidth.weight)));
    }

    /// The clock as it stands at the present hour.
    pub(crate) fn now(&self) -> Clock {
        Clock { end: self.clock.time(self.present), hours: self.present + 1, anchor: self.clock.anchor }
    }

    /// Whether a relay was there at the present hour or before.
    pub(crate) fn has_joined(&self, position: usize) -> bool {
        let first = self.lives[position].presence.runs().first();
        first.is_none_or(|run| run.start <= self.present)
    }

    /// The options in force.
    pub fn options(&self) -> &SimOptions {
        &self.options
    }

    /// Time of the newest consensus that is shown.
    pub fn published(&self) -> Timestamp {
        self.now().end
    }

    /// Relays running then.
    pub fn running_relays(&self) -> usize {
        self.endings.iter().filter(|ending| ending.running).count()
    }

    /// The last start of a relay's tor up to the present hour.
    pub(crate) fn last_restarted(&self, position: usize) -> Timestamp {
        let life = &self.lives[position];
        let started = life.restarts.partition_point(|hour| *hour <= self.present);
        if started == life.restarts.len() {
            return life.last_restarted;
        }
        match started.checked_sub(1) {
            Some(last) => self.clock.time(life.restarts[last]).plus_seconds(-HOUR_SECONDS / 2),
            // It runs since before the simulation.
            None => self.world.relays[position].first_seen.max(self.clock.start().plus_seconds(-86_400)),
        }
    }

    /// The first consensus that listed a relay.
    pub(crate) fn first_seen(&self, position: usize) -> Timestamp {
        let relay = &self.world.relays[position];
        let joined = self.consensuses.at_or_after(life::joined(self.clock, relay));
        if self.lives[position].hours_before > 0 { relay.first_seen } else { self.clock.time(joined) }
    }

    /// Shares of a relay by position; none when it is not running.
    pub(crate) fn shares(&self, position: usize) -> Option<Shares> {
        let ending = self.endings[position];
        let weight = self.world.relays[position].bandwidth.weight;
        ending.running.then(|| self.share_rule.shares(ending.flags, weight))
    }
}

fn ending(
    clock: Clock,
    consensuses: &Consensuses,
    relay: &crate::world::relay::Relay,
    life: &Life,
) -> Ending {
    let mut runs = life.presence.runs().iter().rev();
    let newest: Option<Hour> =
        runs.find_map(|run| consensuses.newest_in(run.start, run.end.min(clock.hours)));
    let Some(hour) = newest else {
        return Ending {
            running: false,
            last_seen: clock.start().plus_seconds(-3600),
            flags: FlagSet::from_iter([Flag::Valid]),
        };
    };
    let running = hour == clock.last_hour();
    let flags = flags::flags_at(hour, relay, life);
    let flags = flags.iter().filter(|flag| running || *flag != Flag::Running).collect();
    Ending { running, last_seen: clock.time(hour), flags }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn simulate(seed: u64, days: u32) -> Simulation {
        Simulation::run(&SimOptions { relays: 300, days, seed, end: Timestamp(1_771_765_200) })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn a_relay_is_absent_exactly_in_the_hours_of_its_events(seed in 0_u64..1000, days in 1_u32..100) {
            let simulation = simulate(seed, days);
            let mut absent = vec![std::collections::HashSet::new(); simulation.lives.len()];
            for event in &simulation.events {
                for relay in event.relays() {
                    absent[*relay as usize].extend(event.span.start..event.span.end);
                }
            }
            for (position, life) in simulation.lives.iter().enumerate() {
                let relay = &simulation.world.relays[position];
                let joined = simulation.consensuses.at_or_after(life::joined(simulation.clock, relay));
                for hour in 0..simulation.clock.hours {
                    let expected = hour >= joined && !absent[position].contains(&hour);
                    prop_assert_eq!(life.presence.contains(hour), expected, "relay {} hour {}", position, hour);
                }
            }
        }

        #[test]
        fn flags_are_held_only_while_running(seed in 0_u64..1000) {
            let simulation = simulate(seed, 40);
            for (relay, life) in simulation.world.relays.iter().zip(&simulation.lives) {
                for flag in flags::WITH_HISTORY {
                    for run in flags::presence_with(flag, relay, life).runs() {
                        prop_assert!((run.start..run.end).all(|hour| life.presence.contains(hour)));
                    }
                }
            }
        }
    }

    #[test]
    fn an_earlier_present_shows_the_relays_as_they_stood_then() {
        let mut simulation = simulate(3, 40);
        let end = simulation.published();
        let written = |simulation: &Simulation| {
            let mut bytes = Vec::new();
            simulation.write_details(&mut bytes).unwrap();
            bytes
        };
        let newest = written(&simulation);
        for days in [1, 9, 25] {
            simulation.set_present(end.plus_seconds(-days * 86_400));
            let hour = simulation.present;
            assert!(simulation.clock.time(hour) <= end.plus_seconds(-days * 86_400));
            assert_eq!(simulation.published(), simulation.clock.time(hour));
            for (life, ending) in simulation.lives.iter().zip(&simulation.endings) {
                assert_eq!(ending.running, life.presence.contains(hour));
                assert!(ending.last_seen <= simulation.published());
            }
            assert_ne!(written(&simulation), newest);
        }
        simulation.set_present(end.plus_seconds(86_400));
        assert_eq!(written(&simulation), newest);
    }

    #[test]
    fn numbers_out_of_range_are_moved_to_their_bounds() {
        let options = SimOptions { relays: 0, days: 0, seed: 1, end: Timestamp(3599) };
        let simulation = Simulation::run(&options);
        assert_eq!((simulation.options().relays, simulation.options().days), (1, 1));
        assert_eq!(simulation.published(), Timestamp(0));
    }
}
