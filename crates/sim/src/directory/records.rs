//! What the authorities have recorded of a relay at an hour: mean time between failures, share of time
//! online, time known, time since the last start (dir-spec, "assigning flags").
//!
//! The same numbers decide the flags in the Onionoo documents of the simulation (`flags.rs`).

use crate::flags::{GUARD_MEMORY_HOURS, STABLE_DISCOUNT};
use crate::time::clock::Hour;
use crate::time::life::Life;
use crate::time::presence::Run;

/// A relay's record, in hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Record {
    /// Mean of its runs so far, older ones counting less.
    pub(crate) mtbf_hours: f64,
    /// Share of the time known in which it was there.
    pub(crate) wfu_ratio: f64,
    pub(crate) known_hours: f64,
    /// Since its last start; none while it is away.
    pub(crate) uptime_hours: Option<Hour>,
    /// Since it was last there, 0 while it is.
    pub(crate) away_hours: Hour,
}

/// What was known of a relay when a run of its began.
#[derive(Debug, Clone, Copy)]
struct Mark {
    run: Run,
    /// Sum and number of the runs before, discounted; the number has this run in it.
    runs_hours: f64,
    runs: f64,
    online_hours: f64,
    known_hours: f64,
}

/// The records of a relay at any hour.
#[derive(Debug)]
pub(crate) struct Memory {
    marks: Box<[Mark]>,
    restarts: Box<[Hour]>,
    hours_before: Hour,
}

impl Memory {
    pub(crate) fn of(life: &Life) -> Self {
        let mut marks = Vec::with_capacity(life.presence.runs().len());
        let mut runs_hours = f64::from(life.hours_before.min(GUARD_MEMORY_HOURS as Hour));
        let mut runs = if life.hours_before > 0 { 1.0 } else { 0.0 };
        let (mut online_hours, mut known_hours) = (runs_hours, runs_hours);
        let mut last_end = life.presence.runs().first().map_or(0, |run| run.start);
        for run in life.presence.runs() {
            let continues = run.start == 0 && life.hours_before > 0;
            runs += if continues { 0.0 } else { 1.0 };
            known_hours += f64::from(run.start - last_end);
            marks.push(Mark { run: *run, runs_hours, runs, online_hours, known_hours });
            let hours = f64::from(run.hours());
            (runs_hours, runs) = ((runs_hours + hours) * STABLE_DISCOUNT, runs * STABLE_DISCOUNT);
            (online_hours, known_hours) = (online_hours + hours, known_hours + hours);
            if known_hours > GUARD_MEMORY_HOURS {
                (online_hours, known_hours) =
                    (online_hours * GUARD_MEMORY_HOURS / known_hours, GUARD_MEMORY_HOURS);
            }
            last_end = run.end;
        }
        Self { marks: marks.into(), restarts: life.restarts.clone(), hours_before: life.hours_before }
    }

    /// The record at an hour; none before the relay was first there.
    pub(crate) fn at(&self, hour: Hour) -> Option<Record> {
        let next = self.marks.partition_point(|mark| mark.run.start <= hour);
        let mark = self.marks.get(next.checked_sub(1)?)?;
        let is_there = hour < mark.run.end;
        let run_hours = f64::from(hour.min(mark.run.end) - mark.run.start);
        let away_hours = hour.saturating_sub(mark.run.end - 1) * Hour::from(!is_there);
        let known = mark.known_hours + run_hours + f64::from(hour - hour.min(mark.run.end));
        let online = mark.online_hours + run_hours;
        Some(Record {
            mtbf_hours: (mark.runs_hours + run_hours) / mark.runs,
            wfu_ratio: if known > 0.0 { online / known } else { 1.0 },
            known_hours: known.min(GUARD_MEMORY_HOURS),
            uptime_hours: is_there.then(|| self.uptime_hours(hour)),
            away_hours,
        })
    }

    fn uptime_hours(&self, hour: Hour) -> Hour {
        let starts = self.restarts.partition_point(|start| *start <= hour);
        match starts.checked_sub(1) {
            Some(last) => hour - self.restarts[last],
            None => hour + self.hours_before,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags;
    use crate::{SimOptions, Simulation};
    use allium_model::{Flag, Timestamp};

    #[test]
    fn records_decide_stable_guard_and_hsdir_as_the_histories_of_flags_do() {
        let options = SimOptions { relays: 400, days: 40, seed: 5, end: Timestamp(1_771_765_200) };
        let simulation = Simulation::run(&options);
        let (mut compared, mut differing) = (0, 0);
        for (relay, life) in simulation.world.relays.iter().zip(&simulation.lives) {
            let memory = Memory::of(life);
            let stable = flags::presence_with(Flag::Stable, relay, life);
            for hour in (0..options.days * 24).step_by(7).filter(|hour| life.presence.contains(*hour)) {
                let record = memory.at(hour).unwrap();
                compared += 1;
                differing += u32::from(stable.contains(hour) != (record.mtbf_hours >= 120.0));
            }
        }
        assert!(compared > 10_000 && differing * 200 < compared, "{differing} of {compared}");
    }

    #[test]
    fn a_relay_that_is_away_keeps_its_record_and_loses_share_of_time() {
        let runs = [Run { start: 10, end: 110 }, Run { start: 120, end: 500 }];
        let presence = crate::time::presence::Presence::of_runs(runs);
        let memory = Memory::of(&Life { presence, restarts: [10, 120].into(), ..Life::default() });
        assert_eq!(memory.at(9), None);
        let there = memory.at(60).unwrap();
        assert_eq!((there.uptime_hours, there.away_hours, there.known_hours), (Some(50), 0, 50.0));
        let away = memory.at(111).unwrap();
        assert_eq!((away.uptime_hours, away.away_hours), (None, 2));
        assert!((away.wfu_ratio - 100.0 / 101.0).abs() < 1e-9);
        assert!((memory.at(130).unwrap().mtbf_hours - (80.0 + 10.0) / 1.8).abs() < 1e-9);
    }
}
