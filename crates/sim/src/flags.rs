//! When a relay had which flag, by simple forms of the authorities' rules.
//!
//! Fast follows measured bandwidth, Stable a mean time between failures, Guard a share of time online, HSDir
//! the time since the last start (dir-spec, "assigning flags"). The thresholds are fixed numbers and
//! do not move with the network as the real ones do.

use crate::time::clock::Hour;
use crate::time::life::Life;
use crate::time::presence::{Presence, Run};
use crate::world::relay::{Judgement, Relay};
use allium_model::{Flag, FlagSet};

/// Least bandwidth for Fast, in kB/s as the authorities count.
const FAST_KILOBYTES_PER_SECOND: u64 = 102;
/// Least bandwidth for Guard, likewise.
const GUARD_KILOBYTES_PER_SECOND: u64 = 2097;
/// Mean time between failures for Stable, in hours.
const STABLE_HOURS: f64 = 120.0;
/// What an older run counts for each later one.
pub(crate) const STABLE_DISCOUNT: f64 = 0.8;
/// Hours since the last start for HSDir.
const HSDIR_HOURS: Hour = 96;
/// Hours for which a guard must be known.
const GUARD_KNOWN_HOURS: Hour = 192;
/// Share of time online for Guard.
const GUARD_ONLINE: f64 = 0.98;
/// Hours that the share of time online looks back on.
pub(crate) const GUARD_MEMORY_HOURS: f64 = 720.0;

/// Flags with a history in the uptime document.
pub(crate) const WITH_HISTORY: [Flag; 7] =
    [Flag::Running, Flag::Fast, Flag::Stable, Flag::Guard, Flag::Exit, Flag::HSDir, Flag::V2Dir];

/// The hours in which a relay had a flag.
pub(crate) fn presence_with(flag: Flag, relay: &Relay, life: &Life) -> Presence {
    let has_always = match flag {
        Flag::Running | Flag::Valid => true,
        Flag::Fast => is_fast(relay),
        Flag::V2Dir => relay.is_directory && !is_middle_only(relay),
        Flag::Exit => relay.exit_policy.is_some() && !is_middle_only(relay),
        Flag::Stable => return stable(life),
        Flag::Guard => return guard(relay, life),
        Flag::HSDir => return hsdir(relay, life),
        Flag::Authority => relay.is_authority,
        Flag::BadExit => relay.judgement == Some(Judgement::BadExit) || is_middle_only(relay),
        Flag::MiddleOnly => is_middle_only(relay),
        Flag::StaleDesc => relay.judgement == Some(Judgement::StaleDesc),
        Flag::NoEdConsensus | Flag::Sybil => false,
    };
    if has_always { life.presence.clone() } else { Presence::default() }
}

/// The flags of a relay in an hour.
pub(crate) fn flags_at(hour: Hour, relay: &Relay, life: &Life) -> FlagSet {
    Flag::ALL.into_iter().filter(|flag| presence_with(*flag, relay, life).contains(hour)).collect()
}

/// MiddleOnly takes Exit, Guard, HSDir and V2Dir away and brings BadExit (consensus method 32).
fn is_middle_only(relay: &Relay) -> bool {
    relay.judgement == Some(Judgement::MiddleOnly)
}

fn is_fast(relay: &Relay) -> bool {
    relay.credible_kilobytes_per_second() >= FAST_KILOBYTES_PER_SECOND
}

/// In each run, from the hour in which the discounted mean of the runs so far reaches the threshold.
fn stable(life: &Life) -> Presence {
    let mut sum = f64::from(life.hours_before.min(720));
    let mut count = if life.hours_before > 0 { 1.0 } else { 0.0 };
    Presence::of_runs(life.presence.runs().iter().map(|run| {
        let continues = run.start == 0 && life.hours_before > 0;
        let (runs, carried) = if continues { (count, sum) } else { (count + 1.0, sum) };
        let missing_hours = (STABLE_HOURS * runs - carried).max(0.0) as Hour;
        (sum, count) = ((carried + f64::from(run.hours())) * STABLE_DISCOUNT, runs * STABLE_DISCOUNT);
        later(*run, missing_hours)
    }))
}

/// In each run, from the hour in which the relay was known long enough and online for enough of it.
fn guard(relay: &Relay, life: &Life) -> Presence {
    let may = is_fast(relay)
        && relay.is_directory
        && !is_middle_only(relay)
        && relay.credible_kilobytes_per_second() >= GUARD_KILOBYTES_PER_SECOND;
    if !may {
        return Presence::default();
    }
    let known_before = life.hours_before.min(GUARD_MEMORY_HOURS as Hour);
    let first = life.presence.runs().first().map_or(0, |run| run.start);
    let known_from = first + GUARD_KNOWN_HOURS.saturating_sub(known_before);
    let online = online_enough(life, f64::from(known_before), first);
    intersection(&online, &stable(life), known_from)
}

/// In each run, from the hour in which time online makes up the share that a guard needs.
fn online_enough(life: &Life, known_before: f64, first: Hour) -> Presence {
    let (mut online, mut known, mut last_end) = (known_before, known_before, first);
    Presence::of_runs(life.presence.runs().iter().map(|run| {
        known += f64::from(run.start - last_end);
        let missing_hours = ((GUARD_ONLINE * known - online) / (1.0 - GUARD_ONLINE)).max(0.0) as Hour;
        (online, known) = (online + f64::from(run.hours()), known + f64::from(run.hours()));
        if known > GUARD_MEMORY_HOURS {
            (online, known) = (online * GUARD_MEMORY_HOURS / known, GUARD_MEMORY_HOURS);
        }
        last_end = run.end;
        later(*run, missing_hours)
    }))
}

fn hsdir(relay: &Relay, life: &Life) -> Presence {
    if !is_fast(relay) || !relay.is_directory || is_middle_only(relay) {
        return Presence::default();
    }
    let mut waits: Vec<Run> =
        life.restarts.iter().map(|start| Run { start: *start, end: start + HSDIR_HOURS }).collect();
    let up_long = Presence::without(0, Hour::MAX, &mut waits);
    intersection(&up_long, &stable(life), 0)
}

/// A run without its first hours.
fn later(run: Run, hours: Hour) -> Run {
    Run { start: run.start.saturating_add(hours).min(run.end), end: run.end }
}

/// The hours from `from` on that are in both.
fn intersection(a: &Presence, b: &Presence, from: Hour) -> Presence {
    let mut runs = Vec::new();
    let (mut a, mut b) = (a.runs(), b.runs());
    while let ([first_a, rest_a @ ..], [first_b, rest_b @ ..]) = (a, b) {
        let start = first_a.start.max(first_b.start).max(from);
        let end = first_a.end.min(first_b.end);
        if start < end {
            runs.push(Run { start, end });
        }
        if first_a.end <= first_b.end { a = rest_a } else { b = rest_b }
    }
    Presence::of_runs(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(runs: &[(Hour, Hour)], hours_before: Hour) -> Life {
        let runs = runs.iter().map(|(start, end)| Run { start: *start, end: *end });
        Life { presence: Presence::of_runs(runs), hours_before, ..Life::default() }
    }

    #[test]
    fn a_new_relay_is_stable_after_five_days_and_an_old_one_at_once() {
        assert_eq!(stable(&life(&[(10, 500)], 0)).runs(), [Run { start: 130, end: 500 }]);
        assert_eq!(stable(&life(&[(0, 500)], 720)).runs(), [Run { start: 0, end: 500 }]);
        assert_eq!(stable(&life(&[(10, 100), (101, 120)], 0)).runs(), []);
    }

    #[test]
    fn time_offline_delays_guard_until_it_is_two_parts_in_a_hundred() {
        let online = online_enough(&life(&[(0, 100), (110, 2000)], 100), 100.0, 0);
        assert_eq!(online.runs(), [Run { start: 0, end: 100 }, Run { start: 110 + 289, end: 2000 }]);
    }

    #[test]
    fn only_common_hours_are_in_an_intersection() {
        let a = life(&[(0, 10), (20, 30)], 0).presence;
        let b = life(&[(5, 25)], 0).presence;
        assert_eq!(intersection(&a, &b, 6).runs(), [Run { start: 6, end: 10 }, Run { start: 20, end: 25 }]);
    }
}
