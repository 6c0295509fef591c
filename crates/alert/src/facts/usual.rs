//! What is usual for a relay, from a month of uptime by flag or from its own hours in our history.

use super::compute::median;
use super::{Presence, RelayFacts};
use allium_model::{BinSummary, Flag, FlagSet, HourState, Period, RelaySeries, RelayUptime};

/// Fewest days of uptime from which flags are called usual.
const FEWEST_DAYS: i64 = 7;

/// Fewest hours of our own history from which they are.
const FEWEST_HOURS: usize = 72;

/// Hours of our own history that are looked at: 14 days.
const LOOKED_AT_HOURS: usize = 14 * 24;

/// Flags that it had for more than half of the time in which it ran within a month; none with less than
/// seven known days.
pub(super) fn of_month(entry: &RelayUptime) -> Option<FlagSet> {
    let (_, history) = entry.overall.longest(Period::OneMonth)?;
    let overall = BinSummary::from(history);
    let is_enough = i64::from(overall.known) * overall.interval_seconds >= FEWEST_DAYS * 86_400;
    let ran = overall.mean().filter(|mean| is_enough && *mean > 0.0)?;
    let had = entry.flags.iter().filter(|uptime| uptime.flag != Flag::Running);
    let usual = had.filter(|uptime| {
        let share = uptime.longest(Period::OneMonth).and_then(|(_, summary)| summary.mean());
        share.is_some_and(|share| share > ran / 2.0)
    });
    Some(usual.map(|uptime| uptime.flag).collect())
}

impl RelayFacts {
    /// Takes over what our own hours of the relay say: hours missing, usual flags and the usual weight. Hours
    /// without a consensus count as nothing. The last hour of the series must be that of the data.
    pub fn refine(&mut self, series: &RelaySeries) {
        let known: Vec<&HourState> = series.hours.iter().filter(|hour| **hour != HourState::Gap).collect();
        let absent = known.iter().rev().take_while(|hour| ***hour == HourState::Absent).count() as u32;
        if let (Presence::Absent { hours }, 1..) = (&mut self.presence, absent) {
            *hours = absent;
        }
        let ran: Vec<(FlagSet, Option<u32>)> =
            known.iter().rev().take(LOOKED_AT_HOURS).filter_map(|hour| running(hour)).collect();
        if ran.len() < FEWEST_HOURS {
            return;
        }
        let is_usual =
            |flag: &Flag| 2 * ran.iter().filter(|(flags, _)| flags.contains(*flag)).count() > ran.len();
        self.usual_flags =
            Some(Flag::ALL.into_iter().filter(|flag| *flag != Flag::Running).filter(is_usual).collect());
        let weights = ran.iter().filter_map(|(_, weight)| weight.map(f64::from));
        self.weight.norm = median(weights.collect()).or(self.weight.norm);
    }
}

fn running(hour: &HourState) -> Option<(FlagSet, Option<u32>)> {
    match *hour {
        HourState::Running { flags, weight, .. } => Some((flags, weight)),
        HourState::Gap | HourState::Absent => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::{Fingerprint, FlagUptime, History, PeriodHistories, Timestamp};

    fn flags(flags: &[Flag]) -> FlagSet {
        flags.iter().copied().collect()
    }

    /// A month of days; `share` of 999.
    fn days(count: i64, share: i64) -> History {
        let values = std::iter::repeat_n(Some(share), count as usize);
        History::new(Timestamp(0), Timestamp((count - 1) * 86_400), 86_400, 1.0 / 999.0, None, values)
            .unwrap()
    }

    fn uptime(count: i64, ran: i64, guard: i64) -> RelayUptime {
        let mut overall = PeriodHistories::default();
        overall.set(Period::OneMonth, days(count, ran));
        let had = Some(BinSummary::from(&days(count, guard)));
        let flags = [Flag::Running, Flag::Guard].map(|flag| FlagUptime::new(flag, [had, None, None, None]));
        RelayUptime { overall, flags: Box::new(flags) }
    }

    #[test]
    fn usual_is_what_it_had_for_more_than_half_of_the_time_it_ran() {
        assert_eq!(of_month(&uptime(30, 999, 500)), Some(flags(&[Flag::Guard])));
        assert_eq!(of_month(&uptime(30, 999, 499)), Some(flags(&[])));
        assert_eq!(of_month(&uptime(30, 500, 300)), Some(flags(&[Flag::Guard])));
        assert_eq!(of_month(&uptime(6, 999, 999)), None);
        assert_eq!(of_month(&uptime(30, 0, 0)), None);
    }

    #[test]
    fn our_own_hours_count_gaps_as_nothing() {
        let running = HourState::Running { flags: flags(&[Flag::Fast]), weight: Some(50), is_measured: None };
        let mut hours = vec![running; 80];
        hours.extend([HourState::Absent, HourState::Gap, HourState::Gap, HourState::Absent]);
        let series = RelaySeries { hours, ..RelaySeries::default() };
        let mut relay = RelayFacts::new(Fingerprint([1; 20]));
        relay.presence = Presence::Absent { hours: 4 };
        relay.refine(&series);
        assert_eq!(relay.presence, Presence::Absent { hours: 2 });
        assert_eq!((relay.usual_flags, relay.weight.norm), (Some(flags(&[Flag::Fast])), Some(50)));
    }

    #[test]
    fn too_few_hours_change_nothing_that_is_known() {
        let running = HourState::Running { flags: flags(&[Flag::Fast]), weight: Some(50), is_measured: None };
        let series = RelaySeries { hours: vec![running; 71], ..RelaySeries::default() };
        let mut relay = RelayFacts::new(Fingerprint([1; 20]));
        relay.refine(&series);
        assert_eq!((relay.usual_flags, relay.weight.norm, relay.presence), (None, None, Presence::Present));
    }
}
