//! What the hours of a relay add up to: how long it ran, which flags it had for how long, what it won and
//! lost, and its weight.
//!
//! An hour without a consensus at hand is a gap: it counts in nothing. An hour in which the relay did not
//! run is known, and it had no flag then.

use allium_model::{Flag, FlagSet, HourState, RelaySeries, Timestamp};

/// Seconds of an hour.
const HOUR_SECONDS: i64 = 3_600;

/// A flag that a relay won or lost from one hour in which it ran to the next one in which it ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlagChange {
    /// The first hour with the new state.
    pub at: Timestamp,
    /// Hours between the two in which it did not run or of which no consensus is at hand; mostly 0.
    pub away_hours: usize,
    /// Which flag.
    pub flag: Flag,
    /// Whether it was won; else it was lost.
    pub is_won: bool,
}

/// The sums over the hours of a relay.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HourlyFacts {
    /// Hours with a consensus at hand.
    pub known_hours: usize,
    /// Hours without one.
    pub gap_hours: usize,
    /// Hours in which the relay ran.
    pub running_hours: usize,
    /// Hours with each flag that it ever had, in the order of [`Flag::ALL`].
    pub flag_hours: Vec<(Flag, usize)>,
    /// Flags won and lost, the latest first.
    pub changes: Vec<FlagChange>,
    /// Median consensus weight over the hours in which it ran with a known one, in units of 1,000 bytes
    /// per second.
    pub median_weight: Option<u32>,
    /// Smallest and largest of these weights.
    pub weight_range: Option<(u32, u32)>,
    /// Hours whose weight was not measured, of those in which that is known.
    pub unmeasured_hours: Option<(usize, usize)>,
}

impl HourlyFacts {
    /// Adds up the hours of a series; its days are left aside.
    pub fn of(series: &RelaySeries) -> Self {
        let states = &series.hours;
        let gap_hours = states.iter().filter(|state| matches!(state, HourState::Gap)).count();
        let running: Vec<Hour> = states.iter().filter_map(Hour::of).collect();
        let flag_hours = Flag::ALL.into_iter().filter_map(|flag| {
            let hours = running.iter().filter(|hour| hour.flags.contains(flag)).count();
            (hours > 0).then_some((flag, hours))
        });
        let mut weights: Vec<u32> = running.iter().filter_map(|hour| hour.weight).collect();
        weights.sort_unstable();
        let measured: Vec<bool> = running.iter().filter_map(|hour| hour.is_measured).collect();
        Self {
            known_hours: states.len() - gap_hours,
            gap_hours,
            running_hours: running.len(),
            flag_hours: flag_hours.collect(),
            changes: changes(series),
            median_weight: weights.get(weights.len() / 2).copied(),
            weight_range: weights.first().copied().zip(weights.last().copied()),
            unmeasured_hours: (!measured.is_empty())
                .then(|| (measured.iter().filter(|measured| !**measured).count(), measured.len())),
        }
    }

    /// Share of the known hours in which it had a flag, 0 to 1; `None` when no hour is known.
    pub fn flag_ratio(&self, flag: Flag) -> Option<f64> {
        let hours = self.flag_hours.iter().find(|(of, _)| *of == flag).map_or(0, |(_, hours)| *hours);
        (self.known_hours > 0).then(|| hours as f64 / self.known_hours as f64)
    }

    /// Share of the known hours in which it ran, 0 to 1; `None` when no hour is known.
    pub fn running_ratio(&self) -> Option<f64> {
        (self.known_hours > 0).then(|| self.running_hours as f64 / self.known_hours as f64)
    }
}

/// An hour in which the relay ran.
#[derive(Debug, Clone, Copy)]
struct Hour {
    flags: FlagSet,
    weight: Option<u32>,
    is_measured: Option<bool>,
}

impl Hour {
    fn of(state: &HourState) -> Option<Self> {
        match *state {
            HourState::Running { flags, weight, is_measured } => Some(Self { flags, weight, is_measured }),
            HourState::Gap | HourState::Absent => None,
        }
    }
}

/// Of the hours in which it ran each one is compared with the one before it, also when it was away in
/// between: a relay that comes back without a flag has lost it.
fn changes(series: &RelaySeries) -> Vec<FlagChange> {
    let running =
        series.hours.iter().enumerate().filter_map(|(at, state)| Some((at, Hour::of(state)?.flags)));
    let running: Vec<(usize, FlagSet)> = running.collect();
    let pairs = running.windows(2).rev().filter(|pair| pair[0].1 != pair[1].1);
    pairs.flat_map(|pair| differences(series.first_hour, pair[0], pair[1])).collect()
}

fn differences(
    first_hour: Timestamp,
    (before_at, before): (usize, FlagSet),
    (after_at, after): (usize, FlagSet),
) -> impl Iterator<Item = FlagChange> {
    let at = first_hour.plus_seconds(after_at as i64 * HOUR_SECONDS);
    let away_hours = after_at - before_at - 1;
    let differing = Flag::ALL.into_iter().filter(move |flag| before.contains(*flag) != after.contains(*flag));
    differing.map(move |flag| FlagChange { at, away_hours, flag, is_won: after.contains(flag) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(flags: &[Flag], weight: u32) -> HourState {
        let flags = flags.iter().copied().chain([Flag::Running]).collect();
        HourState::Running { flags, weight: Some(weight), is_measured: Some(weight > 20) }
    }

    fn facts(hours: Vec<HourState>) -> HourlyFacts {
        HourlyFacts::of(&RelaySeries { days: Vec::new(), first_hour: Timestamp(0), hours })
    }

    #[test]
    fn gaps_count_in_nothing_and_absence_counts_as_no_flag() {
        let facts = facts(vec![
            running(&[Flag::Guard], 100),
            HourState::Gap,
            HourState::Absent,
            running(&[Flag::Guard], 300),
            running(&[], 20),
        ]);
        assert_eq!((facts.known_hours, facts.gap_hours, facts.running_hours), (4, 1, 3));
        assert_eq!(facts.flag_ratio(Flag::Guard), Some(0.5));
        assert_eq!(facts.flag_ratio(Flag::Exit), Some(0.0));
        assert_eq!(facts.running_ratio(), Some(0.75));
        assert_eq!((facts.median_weight, facts.weight_range), (Some(100), Some((20, 300))));
        assert_eq!(facts.unmeasured_hours, Some((1, 3)));
    }

    #[test]
    fn a_flag_is_lost_also_when_the_relay_comes_back_without_it() {
        let facts = facts(vec![
            running(&[Flag::Fast], 100),
            running(&[Flag::Guard, Flag::Fast], 100),
            HourState::Absent,
            HourState::Gap,
            running(&[Flag::Fast], 100),
            running(&[Flag::Stable], 100),
            HourState::Absent,
        ]);
        let change = |hour: i64, away_hours, flag, is_won| FlagChange {
            at: Timestamp(hour * 3_600),
            away_hours,
            flag,
            is_won,
        };
        assert_eq!(
            facts.changes,
            [
                change(5, 0, Flag::Fast, false),
                change(5, 0, Flag::Stable, true),
                change(4, 2, Flag::Guard, false),
                change(1, 0, Flag::Guard, true),
            ]
        );
    }

    #[test]
    fn an_absence_alone_changes_no_flag() {
        let hours = vec![running(&[Flag::Guard], 100), HourState::Absent, running(&[Flag::Guard], 100)];
        assert_eq!(facts(hours).changes, []);
    }

    #[test]
    fn without_an_hour_nothing_is_known() {
        let facts = facts(vec![HourState::Gap]);
        assert_eq!((facts.flag_ratio(Flag::Guard), facts.running_ratio()), (None, None));
        assert_eq!((facts.median_weight, facts.unmeasured_hours), (None, None));
    }
}
