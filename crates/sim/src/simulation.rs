//! A simulated network with its past: the world, what happened to it, and how that looks at the end.

use crate::flags;
use crate::options::{FaultPlan, SimOptions};
use crate::shares::{ShareRule, Shares};
use crate::time::clock::{Clock, Hour};
use crate::time::consensuses::Consensuses;
use crate::time::event::Event;
use crate::time::incidents;
use crate::time::labelled::{self, Labelled};
use crate::time::life::{self, Life};
use crate::world::World;
use allium_model::{Flag, FlagSet, Timestamp};

/// A simulated network and what happened to it. It writes itself as the documents of the real one.
#[derive(Debug)]
pub struct Simulation {
    pub(crate) options: SimOptions,
    pub(crate) clock: Clock,
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
        let clock = Clock { end: options.end, hours: options.days * 24 };
        let consensuses = Consensuses::draw(options.seed, clock);
        let world = World::draw(&options, clock);
        let (mut events, labelled) = match plan {
            FaultPlan::Usual => (incidents::draw(options.seed, clock, &world), Vec::new()),
            FaultPlan::Quiet => (Vec::new(), Vec::new()),
            FaultPlan::Labelled => {
                let labelled = labelled::draw(options.seed, clock, &world);
                (labelled.iter().flat_map(Labelled::events).collect(), labelled)
            }
        };
        let lives = life::live(options.seed, clock, &consensuses, &world, &mut events);
        events.sort_by_key(|event| (event.span, event.kind, event.subject));
        let ending = |(relay, life)| ending(clock, &consensuses, relay, life);
        let endings: Vec<Ending> = world.relays.iter().zip(&lives).map(ending).collect();
        let running = world.relays.iter().zip(&endings).filter(|(_, ending)| ending.running);
        let share_rule = ShareRule::of(running.map(|(relay, ending)| (ending.flags, relay.bandwidth.weight)));
        Self { options, clock, consensuses, world, lives, endings, events, labelled, share_rule }
    }

    /// The options in force.
    pub fn options(&self) -> &SimOptions {
        &self.options
    }

    /// Time of the newest consensus.
    pub fn published(&self) -> Timestamp {
        self.clock.end
    }

    /// Relays running at the end.
    pub fn running_relays(&self) -> usize {
        self.endings.iter().filter(|ending| ending.running).count()
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
    let newest: Option<Hour> = runs.find_map(|run| consensuses.newest_in(run.start, run.end));
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
    fn numbers_out_of_range_are_moved_to_their_bounds() {
        let options = SimOptions { relays: 0, days: 0, seed: 1, end: Timestamp(3599) };
        let simulation = Simulation::run(&options);
        assert_eq!((simulation.options().relays, simulation.options().days), (1, 1));
        assert_eq!(simulation.published(), Timestamp(0));
    }
}
