//! What befalls the authorities: the truth that the findings on them are measured against.
//!
//! Faults of authorities follow each other with quiet hours between and never overlap, so that each can
//! be told apart; the beginning and the end of a simulation are quiet. A certificate renewed late and a
//! day without a shared random value stand beside them.

use super::authority::Authority;
use super::options::FaultRate;
use crate::dice::{Dice, Subject};
use crate::time::clock::{Clock, HOUR_SECONDS, Hour};
use crate::time::living::turns_of_authorities;
use crate::time::presence::Run;

/// What befell an authority, or all of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    /// Position in the list of authorities; none when it befell all of them.
    pub(crate) authority: Option<usize>,
    pub(crate) span: Run,
}

/// Kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum FaultKind {
    /// It is down: connections are refused.
    Offline,
    /// It hangs: connections are accepted and nothing answers.
    Frozen,
    /// It answers, and does not vote.
    Silent,
    /// It votes, and does not sign.
    Unsigned,
    /// It answers slowly.
    Slow,
    /// Its bandwidth file is days old, and so is not used.
    StaleFile,
    /// It has no bandwidth file.
    NoFile,
    /// Its measurements are too large or too small by a factor.
    Skewed(f64),
    /// Its clock is wrong by so many seconds.
    ClockSkewed(i64),
    /// Its certificate is renewed on the last day; the span is the three weeks before.
    LateCertificate,
    /// Too few authorities revealed: there is no new shared random value for a day.
    NoSharedRandom,
}

impl FaultKind {
    /// The name in the truth document.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Frozen => "frozen",
            Self::Silent => "no_vote",
            Self::Unsigned => "no_signature",
            Self::Slow => "slow",
            Self::StaleFile => "stale_bandwidth_file",
            Self::NoFile => "no_bandwidth_file",
            Self::Skewed(_) => "skewed_measurements",
            Self::ClockSkewed(_) => "clock_skewed",
            Self::LateCertificate => "late_certificate",
            Self::NoSharedRandom => "no_shared_random",
        }
    }

    /// Whether it befalls only authorities that measure bandwidth.
    const fn is_of_scanners(self) -> bool {
        matches!(self, Self::StaleFile | Self::NoFile | Self::Skewed(_))
    }
}

/// What a kind of fault may be, by weight, with its median length in hours.
const KINDS: [(FaultKind, f64, f64); 9] = [
    (FaultKind::Offline, 2.0, 3.0),
    (FaultKind::Frozen, 1.0, 3.0),
    (FaultKind::Silent, 2.0, 2.0),
    (FaultKind::Unsigned, 1.5, 1.5),
    (FaultKind::Slow, 1.5, 6.0),
    (FaultKind::StaleFile, 1.5, 18.0),
    (FaultKind::NoFile, 1.5, 8.0),
    (FaultKind::Skewed(1.0), 1.0, 12.0),
    (FaultKind::ClockSkewed(0), 0.7, 10.0),
];

/// Hours at the beginning and at the end in which nothing befalls an authority.
const QUIET_HOURS: (Hour, Hour) = (12, 6);
/// Fewest hours between two faults.
const GAP_HOURS: Hour = 4;
/// Every so many faults there is a long quiet time of so many hours.
const LONG_QUIET: (usize, Hour) = (5, 72);
/// Hours before the expiry of a certificate from which its renewal is late: three weeks.
pub(crate) const RENEWAL_HOURS: Hour = 21 * 24;
/// Hours between a late renewal and the expiry of the old certificate.
pub(crate) const LATE_RENEWAL_HOURS: Hour = 20;

/// Draws what befalls the authorities.
pub(crate) fn draw(seed: u64, clock: Clock, authorities: &[Authority], rate: FaultRate) -> Vec<Fault> {
    let mean_gap_hours = match rate {
        FaultRate::None => return Vec::new(),
        FaultRate::Usual => 40.0,
        FaultRate::Frequent => 5.0,
    };
    let mut dice = Dice::new(seed, Subject::AuthorityFaults, 0);
    let mut faults = one_after_another(&mut dice, clock, authorities, mean_gap_hours);
    faults.extend(late_certificate(&mut dice, clock, authorities.len()));
    faults.extend(no_shared_random(&mut dice, clock));
    faults.sort_by_key(|fault| (fault.span, fault.authority));
    faults
}

/// In a living future an authority is down in its turns, one after the other.
pub(crate) fn of_a_living_future(seed: u64, clock: Clock, authorities: usize, rate: FaultRate) -> Vec<Fault> {
    if rate == FaultRate::None {
        return Vec::new();
    }
    let mut dice = Dice::new(seed, Subject::AuthorityFaults, 1);
    let fault = |(number, span): (usize, Run)| {
        let kind = if number.is_multiple_of(2) { FaultKind::Frozen } else { FaultKind::Offline };
        Fault { kind, authority: Some(dice.below(authorities)), span }
    };
    turns_of_authorities(clock).map(fault).collect()
}

fn one_after_another(
    dice: &mut Dice,
    clock: Clock,
    authorities: &[Authority],
    mean_gap_hours: f64,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut start = QUIET_HOURS.0 + dice.exponential(mean_gap_hours) as Hour;
    loop {
        let fault = fault(dice, authorities, start);
        if fault.span.end + QUIET_HOURS.1 > clock.hours {
            return faults;
        }
        let is_long = (faults.len() + 1).is_multiple_of(LONG_QUIET.0) && mean_gap_hours > 24.0;
        let quiet = if is_long { LONG_QUIET.1 } else { GAP_HOURS };
        start = fault.span.end + quiet + dice.exponential(mean_gap_hours) as Hour;
        faults.push(fault);
    }
}

fn fault(dice: &mut Dice, authorities: &[Authority], start: Hour) -> Fault {
    let (kind, _, median_hours) = *dice.weighted(&KINDS, |kind| kind.1);
    let kind = match kind {
        FaultKind::Skewed(_) => FaultKind::Skewed(*dice.pick(&[0.25, 4.0, 10.0])),
        FaultKind::ClockSkewed(_) => FaultKind::ClockSkewed(*dice.pick(&[-95, 40, 610])),
        other => other,
    };
    let may_be_hit = |at: &usize| authorities[*at].habits.duties.scans || !kind.is_of_scanners();
    let positions: Vec<usize> = (0..authorities.len()).filter(may_be_hit).collect();
    let hours = dice.log_normal(median_hours, 0.7).clamp(1.0, 60.0) as Hour;
    Fault { kind, authority: Some(*dice.pick(&positions)), span: Run { start, end: start + hours } }
}

/// Once in a simulation of four days or more.
fn late_certificate(dice: &mut Dice, clock: Clock, authorities: usize) -> Option<Fault> {
    let (authority, draw) = (dice.below(authorities), dice.unit());
    let from = clock.hours / 2;
    let renewal = from + (draw * f64::from(clock.hours / 2 - clock.hours / 10)) as Hour;
    let span = Run { start: (renewal + LATE_RENEWAL_HOURS).saturating_sub(RENEWAL_HOURS), end: renewal };
    (clock.hours >= 96).then_some(Fault {
        kind: FaultKind::LateCertificate,
        authority: Some(authority),
        span,
    })
}

/// One whole day, in a simulation of eight days or more.
fn no_shared_random(dice: &mut Dice, clock: Clock) -> Option<Fault> {
    let days = clock.hours / 24;
    let day = 2 + dice.below(days.saturating_sub(5) as usize) as Hour;
    let start = day * 24 + hours_to_midnight(clock);
    let fault =
        Fault { kind: FaultKind::NoSharedRandom, authority: None, span: Run { start, end: start + 24 } };
    (days >= 8).then_some(fault)
}

/// Hours from the first consensus to the first midnight.
fn hours_to_midnight(clock: Clock) -> Hour {
    (-clock.start().0.div_euclid(HOUR_SECONDS)).rem_euclid(24) as Hour
}

/// The stretches without any fault that are at least a day long.
pub(crate) fn quiet_times(clock: Clock, faults: &[Fault], missing: &[Hour]) -> Vec<Run> {
    let mut busy: Vec<Run> = faults.iter().map(|fault| fault.span).collect();
    busy.extend(missing.iter().map(|hour| Run { start: *hour, end: hour + 1 }));
    let quiet = crate::time::presence::Presence::without(0, clock.hours, &mut busy);
    quiet.runs().iter().copied().filter(|run| run.hours() >= 24).collect()
}

#[cfg(test)]
mod tests {
    use super::super::authority::authorities;
    use super::*;
    use crate::{SimOptions, Simulation};
    use allium_model::Timestamp;

    fn faults(days: u32, rate: FaultRate) -> (Clock, Vec<Fault>) {
        let options = SimOptions { relays: 200, days, seed: 3, end: Timestamp(1_771_765_200) };
        let simulation = Simulation::run(&options);
        let authorities = authorities(&simulation, 9).unwrap();
        (simulation.clock, draw(3, simulation.clock, &authorities, rate))
    }

    #[test]
    fn faults_of_authorities_never_overlap_and_the_end_is_quiet() {
        let (clock, faults) = faults(90, FaultRate::Usual);
        let alone =
            |fault: &&Fault| !matches!(fault.kind, FaultKind::LateCertificate | FaultKind::NoSharedRandom);
        let alone: Vec<&Fault> = faults.iter().filter(alone).collect();
        assert!(alone.len() > 20, "{}", alone.len());
        assert!(alone.windows(2).all(|pair| pair[0].span.end + GAP_HOURS <= pair[1].span.start));
        assert!(alone.iter().all(|fault| fault.span.end + QUIET_HOURS.1 <= clock.hours));
        assert!(quiet_times(clock, &faults, &[]).len() > 5);
    }

    #[test]
    fn a_day_without_a_shared_random_value_is_one_of_the_calendar() {
        let (clock, faults) = faults(30, FaultRate::Usual);
        let day = faults.iter().find(|fault| fault.kind == FaultKind::NoSharedRandom).unwrap();
        assert_eq!(clock.time(day.span.start).0.rem_euclid(86_400), 0);
        assert_eq!(day.span.hours(), 24);
    }

    #[test]
    fn without_faults_there_are_none() {
        assert_eq!(faults(90, FaultRate::None).1, []);
    }

    #[test]
    fn short_simulations_have_faults_too_when_they_are_frequent() {
        assert!(!faults(2, FaultRate::Frequent).1.is_empty());
    }
}
