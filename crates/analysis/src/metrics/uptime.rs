//! Uptime of relays and groups over the four periods (`docs/methods/uptime.md`).
//!
//! The population is the relays of the snapshot: those that run and those seen within the last days.
//! Restricting it to running relays would leave out the very relays that were away.

use super::series::TimeSeries;
use crate::Ladder;
use crate::network_history::{NetworkSeries, uptime_history};
use allium_model::{
    BinSummary, Flag, FlagSet, FlagUptime, GroupKind, GroupPosition, Histories, History, HistoryTable,
    Network, Period, PeriodHistories, RelayPosition, RelayUptime, Role, Timestamp,
};
use std::sync::OnceLock;

/// The time that a period covers: so many calendar months up to the end of the newest bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Start.
    pub start: Timestamp,
    /// End: that of the newest bin of any relay.
    pub end: Timestamp,
}

/// A relay's uptime over a period, of a known number of bins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Uptime {
    /// Mean over the known bins, 0 to 1.
    pub ratio: f64,
    /// Known bins within the period.
    pub known_bins: u32,
    /// Bins from the later of the period's start and the first time the relay was seen.
    pub expected_bins: u32,
    /// Length of a bin in seconds.
    pub interval_seconds: i64,
    /// First time the relay was seen, where that is within the period: the value is "since" then.
    pub since: Option<Timestamp>,
    /// Whether it counts in means, ladders and ranks: at least half of the bins are known and the relay
    /// was known for at least half of the period.
    pub is_eligible: bool,
}

impl Uptime {
    /// Known bins / expected bins, 0 to 1.
    pub fn coverage_ratio(&self) -> f64 {
        (f64::from(self.known_bins) / f64::from(self.expected_bins.max(1))).min(1.0)
    }

    /// Seconds within known bins in which the relay was missing.
    pub fn missing_seconds(&self) -> f64 {
        (1.0 - self.ratio) * f64::from(self.known_bins) * self.interval_seconds as f64
    }
}

/// Values of the four periods, in the order of [`Period::ALL`].
pub type ByPeriod<T> = [T; 4];

/// The mean uptime of a set of relays.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct GroupUptime {
    /// Plain mean over the eligible relays, 0 to 1.
    pub mean: Option<f64>,
    /// The mean weighted with the consensus weights of the relays, last known ones included.
    pub weighted_mean: Option<f64>,
    /// Mean coverage of the eligible relays, 0.5 to 1: how much of their time the mean rests on.
    pub coverage: Option<f64>,
    /// Eligible relays.
    pub eligible: usize,
    /// Relays.
    pub total: usize,
}

/// Fewest eligible relays of a group that has a place among others.
pub const FEWEST_ELIGIBLE: usize = 3;

/// Uptime of everything in a snapshot.
#[derive(Debug, Default)]
pub struct UptimeReport {
    windows: ByPeriod<Option<Window>>,
    relays: Vec<ByPeriod<Option<Uptime>>>,
    groups: [Vec<ByPeriod<GroupUptime>>; 8],
    /// The whole network.
    pub network: ByPeriod<GroupUptime>,
    /// The network by role, in the order of [`Role::ALL`].
    pub roles: [ByPeriod<GroupUptime>; 3],
    /// Uptimes of the eligible relays.
    pub relay_ladders: ByPeriod<Ladder>,
    /// Mean uptimes of the groups of each kind that have at least [`FEWEST_ELIGIBLE`] eligible relays.
    pub group_ladders: [ByPeriod<Ladder>; 8],
    network_history: OnceLock<ByPeriod<Option<NetworkSeries>>>,
}

impl UptimeReport {
    /// Computes the uptimes of a network; empty without an uptime document.
    pub fn new(network: &Network, histories: &Histories) -> Self {
        let Some(table) = &histories.uptime else { return Self::without_histories(network) };
        let windows = windows(table);
        let relays: Vec<_> = network
            .relays()
            .iter()
            .map(|relay| match table.get(relay.fingerprint) {
                Some(entry) => Period::ALL.map(|period| {
                    windows[period as usize]
                        .and_then(|window| relay_uptime(&entry.overall, period, window, relay.first_seen))
                }),
                None => [None; 4],
            })
            .collect();
        Self::of_relays(network, windows, relays)
    }

    fn without_histories(network: &Network) -> Self {
        Self::of_relays(network, [None; 4], vec![[None; 4]; network.relays().len()])
    }

    fn of_relays(
        network: &Network,
        windows: ByPeriod<Option<Window>>,
        relays: Vec<ByPeriod<Option<Uptime>>>,
    ) -> Self {
        let mean = |members: &[RelayPosition]| {
            Period::ALL.map(|period| group_uptime(network, &relays, members, period))
        };
        let groups = GroupKind::ALL
            .map(|kind| network.groups(kind).iter().map(|group| mean(group.members)).collect::<Vec<_>>());
        let of_role = |role| {
            let members: Vec<_> = network
                .default_order()
                .iter()
                .copied()
                .filter(|position| network.relay(*position).role() == role)
                .collect();
            mean(&members)
        };
        Self {
            network: mean(network.default_order()),
            roles: Role::ALL.map(of_role),
            relay_ladders: Period::ALL.map(|period| {
                let values = relays.iter().filter_map(|relay| relay[period as usize]);
                Ladder::of(values.filter(|value| value.is_eligible).map(|value| value.ratio))
            }),
            group_ladders: GroupKind::ALL
                .map(|kind| Period::ALL.map(|period| group_ladder(&groups[kind as usize], period))),
            network_history: OnceLock::new(),
            windows,
            relays,
            groups,
        }
    }

    /// The time that a period covers; none when no relay has a history.
    pub fn window(&self, period: Period) -> Option<Window> {
        self.windows[period as usize]
    }

    /// A relay's uptime; none when nothing is known.
    pub fn relay(&self, position: RelayPosition, period: Period) -> Option<&Uptime> {
        self.relays.get(position.index())?[period as usize].as_ref()
    }

    /// The mean uptime of the network's relays bin by bin. It is computed when it is first asked for;
    /// `network` and `histories` are those of the report.
    pub fn network_series(
        &self,
        network: &Network,
        histories: &Histories,
        period: Period,
    ) -> Option<&TimeSeries> {
        self.network_history(network, histories, period).map(|history| &history.series)
    }

    /// The same with the number of relays that each bin is of.
    pub fn network_history(
        &self,
        network: &Network,
        histories: &Histories,
        period: Period,
    ) -> Option<&NetworkSeries> {
        let all = self.network_history.get_or_init(|| uptime_history(network, histories));
        all[period as usize].as_ref()
    }

    /// The mean uptime of any relays.
    pub fn of_members(&self, network: &Network, members: &[RelayPosition], period: Period) -> GroupUptime {
        group_uptime(network, &self.relays, members, period)
    }

    /// The mean uptime of a group.
    pub fn group(&self, kind: GroupKind, position: GroupPosition, period: Period) -> &GroupUptime {
        &self.groups[kind as usize][position.index()][period as usize]
    }
}

fn group_ladder(groups: &[ByPeriod<GroupUptime>], period: Period) -> Ladder {
    let ranked =
        groups.iter().map(|group| group[period as usize]).filter(|group| group.eligible >= FEWEST_ELIGIBLE);
    Ladder::of(ranked.filter_map(|group| group.mean))
}

/// The time that each period covers. All end together, with the newest bin of any relay in any period:
/// wide bins end days before narrow ones, and a relay that has no wide ones is not cut short.
fn windows(table: &HistoryTable<RelayUptime>) -> ByPeriod<Option<Window>> {
    let histories = table.iter().flat_map(|(_, entry)| entry.overall.iter());
    let end = histories.map(|(_, history)| history.end(history.len() - 1)).max();
    Period::ALL.map(|period| end.map(|end| Window { start: end.minus_months(period.months()), end }))
}

/// A relay's uptime over a period. Where the period has no history of its own, because the relay is young,
/// the next shorter one stands in.
pub fn relay_uptime(
    histories: &PeriodHistories,
    period: Period,
    window: Window,
    first_seen: Timestamp,
) -> Option<Uptime> {
    let (_, history) = histories.longest(period)?;
    let summary = within(history, window);
    uptime_of_bins(&summary, window, first_seen)
}

/// The time with a flag over a period; the same rules hold.
pub fn flag_uptime(
    flag: &FlagUptime,
    period: Period,
    window: Window,
    first_seen: Timestamp,
) -> Option<Uptime> {
    uptime_of_bins(flag.longest(period)?.1, window, first_seen)
}

/// The bins whose mid-points lie in the window.
fn within(history: &History, window: Window) -> BinSummary {
    let mut summary = BinSummary { known: 0, sum: 0.0, ..BinSummary::from(history) };
    for (bin, value) in history.values().enumerate() {
        let midpoint = history.midpoint(bin);
        if let Some(value) = value.filter(|_| midpoint >= window.start && midpoint <= window.end) {
            summary.known += 1;
            // A stored value of 999 times a factor of 1/999 may come out a rounding error above 1.
            summary.sum += value.min(1.0);
        }
    }
    summary
}

fn uptime_of_bins(bins: &BinSummary, window: Window, first_seen: Timestamp) -> Option<Uptime> {
    let ratio = bins.mean()?.clamp(0.0, 1.0);
    let from = window.start.max(first_seen);
    let known_for = window.end.seconds_since(from);
    let expected_bins = (known_for.max(0) as u64).div_ceil(bins.interval_seconds as u64).max(1);
    let uptime = Uptime {
        ratio,
        known_bins: bins.known,
        expected_bins: u32::try_from(expected_bins).unwrap_or(u32::MAX),
        interval_seconds: bins.interval_seconds,
        since: (first_seen > window.start).then_some(first_seen),
        is_eligible: false,
    };
    let is_old_enough = 2 * known_for >= window.end.seconds_since(window.start);
    Some(Uptime { is_eligible: is_old_enough && uptime.coverage_ratio() >= 0.5, ..uptime })
}

/// The mean over a set of relays by place.
fn group_uptime(
    network: &Network,
    relays: &[ByPeriod<Option<Uptime>>],
    members: &[RelayPosition],
    period: Period,
) -> GroupUptime {
    let (mut eligible, mut sum, mut coverage) = (0, 0.0, 0.0);
    let (mut weights, mut weighted) = (0.0, 0.0);
    for position in members {
        let Some(uptime) = relays[position.index()][period as usize].filter(|uptime| uptime.is_eligible)
        else {
            continue;
        };
        let weight = network.relay(*position).consensus_weight.unwrap_or(0) as f64;
        eligible += 1;
        sum += uptime.ratio;
        coverage += uptime.coverage_ratio();
        weights += weight;
        weighted += uptime.ratio * weight;
    }
    GroupUptime {
        mean: (eligible > 0).then(|| sum / eligible as f64),
        coverage: (eligible > 0).then(|| coverage / eligible as f64),
        weighted_mean: (weights > 0.0).then(|| weighted / weights),
        eligible,
        total: members.len(),
    }
}

/// A relay's uptime by the flag that matters most for it, with that flag: Exit before Guard, Fast and
/// Running; none without a history of one that it has.
pub fn leading_flag(entry: &RelayUptime, flags: FlagSet) -> Option<&FlagUptime> {
    [Flag::Exit, Flag::Guard, Flag::Fast, Flag::Running]
        .into_iter()
        .filter(|flag| flags.contains(*flag))
        .find_map(|flag| entry.flags.iter().find(|uptime| uptime.flag == flag))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;
    /// 2026-02-01 00:00:00.
    const END: Timestamp = Timestamp(1_769_904_000);

    fn month() -> Window {
        Window { start: END.minus_months(1), end: END }
    }

    /// Daily bins that end with the window.
    fn histories(factor: f64, values: &[Option<i64>]) -> PeriodHistories {
        let last = END.plus_seconds(-DAY / 2);
        let first = last.plus_seconds(-DAY * (values.len() as i64 - 1));
        let mut histories = PeriodHistories::default();
        let history = History::new(first, last, DAY, factor, None, values.iter().copied()).unwrap();
        histories.set(Period::OneMonth, history);
        histories
    }

    fn uptime(factor: f64, values: &[Option<i64>], first_seen: Timestamp) -> Option<Uptime> {
        relay_uptime(&histories(factor, values), Period::OneMonth, month(), first_seen)
    }

    #[test]
    fn the_factor_counts_and_unknown_bins_do_not() {
        // Ten days: four at 60 %, four away, two not known. 4 x 0.6 / 8 = 0.3.
        let values =
            [Some(999), Some(999), Some(999), Some(999), Some(0), Some(0), Some(0), Some(0), None, None];
        let found = uptime(0.6 / 999.0, &values, Timestamp(0)).unwrap();
        assert!((found.ratio - 0.3).abs() < 1e-12);
        // January has 31 days, and the relay is old: 8 of 31 bins are known.
        assert_eq!((found.known_bins, found.expected_bins, found.is_eligible), (8, 31, false));
        assert!((found.missing_seconds() - 0.7 * 8.0 * DAY as f64).abs() < 1e-6);
    }

    #[test]
    fn a_young_relay_is_since_its_first_day_and_not_eligible() {
        let first_seen = END.plus_seconds(-10 * DAY);
        let found = uptime(1.0 / 999.0, &[Some(999); 10], first_seen).unwrap();
        assert_eq!((found.since, found.is_eligible), (Some(first_seen), false));
        assert!((found.coverage_ratio() - 1.0).abs() < 1e-12);
        let half = END.plus_seconds(-16 * DAY);
        assert!(uptime(1.0 / 999.0, &[Some(999); 16], half).unwrap().is_eligible);
    }

    #[test]
    fn half_of_the_bins_must_be_known() {
        let mut values = vec![Some(999); 31];
        values[..15].fill(None);
        assert!(uptime(1.0 / 999.0, &values, Timestamp(0)).unwrap().is_eligible);
        values[15] = None;
        assert!(!uptime(1.0 / 999.0, &values, Timestamp(0)).unwrap().is_eligible);
    }

    #[test]
    fn nothing_known_is_none_and_a_zero_factor_is_zero() {
        assert_eq!(uptime(1.0, &[None, None], Timestamp(0)), None);
        assert_eq!(relay_uptime(&PeriodHistories::default(), Period::OneMonth, month(), Timestamp(0)), None);
        assert!(uptime(0.0, &[Some(999)], Timestamp(0)).unwrap().ratio.abs() < f64::EPSILON);
    }

    #[test]
    fn bins_before_the_period_do_not_count() {
        // 40 days, of which the first nine lie before the month and say 0.
        let mut values = vec![Some(999); 40];
        values[..9].fill(Some(0));
        let found = uptime(1.0 / 999.0, &values, Timestamp(0)).unwrap();
        assert!((found.ratio - 1.0).abs() < 1e-12);
        assert_eq!(found.known_bins, 31);
    }
}
