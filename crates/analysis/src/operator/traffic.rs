//! What the relays of an operator served over time (`docs/methods/operator-bandwidth.md`).
//!
//! Sums over relays are put together by time. Everything is of what the histories know: a relay without a
//! history adds nothing, and says so by the number of relays.

use crate::metrics::bandwidth::{
    Flow, Steadiness, Traffic, group_traffic, relay_traffic, traffic_trend, utilisation,
};
use crate::metrics::series::TimeSeries;
use crate::metrics::trend::Trend;
use allium_model::{
    Group, Histories, HistoryTable, Network, Period, Relay, RelayBandwidth, RelayPosition, Timestamp,
};

/// The periods that are told: one month is the end of six.
pub const TRAFFIC_PERIODS: [Period; 3] = [Period::SixMonths, Period::OneYear, Period::FiveYears];

/// What an operator served over a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrafficPeriod {
    /// The period.
    pub period: Period,
    /// Start of the first bin of any relay.
    pub since: Timestamp,
    /// Relays with a history.
    pub relays: usize,
    /// Mean over time of the mean of read and written by all of them together, bytes per second; none
    /// where the two are never known together.
    pub average_served: Option<f64>,
    /// Bytes read and written.
    pub total_bytes: f64,
    /// The same as a part of what the relays of the network read and wrote at the same time, 0 to 1.
    pub network_share: Option<f64>,
}

/// What running relays served, as a part of what the same relays advertise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupUtilisation {
    /// The ratio, usually 0 to 1.
    pub ratio: f64,
    /// Relays of which both are known.
    pub relays: usize,
}

/// The traffic of an operator.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OperatorTraffic {
    /// By period, the shortest first: six months when there is any history, longer ones only when a relay
    /// has a history of that length. Empty without histories.
    pub periods: Vec<TrafficPeriod>,
    /// How much the daily sums of six months move.
    pub steadiness: Option<Steadiness>,
    /// The trend of the weekly means of six months, in bytes per second.
    pub trend: Option<Trend>,
    /// Served over one month / advertised.
    pub utilisation: Option<GroupUtilisation>,
}

impl OperatorTraffic {
    /// The traffic of an operator; none where no bandwidth document was read.
    pub fn of(
        network: &Network,
        histories: &Histories,
        whole: &NetworkTraffic,
        operator: Group<'_>,
    ) -> Option<Self> {
        let table = histories.bandwidth.as_ref()?;
        let relays = with_histories(network, table, operator.members);
        let entries: Vec<_> = relays.iter().map(|(_, entry)| *entry).collect();
        let half_year = group_traffic(&entries, Period::SixMonths);
        let served = half_year.as_ref().map(|traffic| &traffic.served);
        Some(Self {
            steadiness: served.and_then(Steadiness::of),
            trend: served.and_then(traffic_trend),
            utilisation: group_utilisation(&relays),
            periods: TRAFFIC_PERIODS
                .into_iter()
                .filter_map(|period| traffic_period(&entries, whole, period))
                .collect(),
        })
    }
}

fn with_histories<'a>(
    network: &'a Network,
    table: &'a HistoryTable<RelayBandwidth>,
    members: &[RelayPosition],
) -> Vec<(&'a Relay, &'a RelayBandwidth)> {
    let relays = members.iter().map(|position| network.relay(*position));
    relays.filter_map(|relay| Some((relay, table.get(relay.fingerprint)?))).collect()
}

fn traffic_period(
    entries: &[&RelayBandwidth],
    whole: &NetworkTraffic,
    period: Period,
) -> Option<TrafficPeriod> {
    let has_own = |entry: &&RelayBandwidth| entry.read.get(period).or(entry.written.get(period)).is_some();
    if period != Period::SixMonths && !entries.iter().any(has_own) {
        return None;
    }
    let has_any = |entry: &&&RelayBandwidth| {
        entry.read.longest(period).or_else(|| entry.written.longest(period)).is_some()
    };
    let traffic = group_traffic(entries, period)?;
    let flows = [&traffic.read, &traffic.written];
    Some(TrafficPeriod {
        period,
        since: flows.into_iter().flatten().map(|flow| span(&flow.series).0).min()?,
        relays: entries.iter().filter(has_any).count(),
        average_served: traffic.average_served,
        total_bytes: flows.into_iter().flatten().map(|flow| flow.total_bytes).sum(),
        network_share: whole.share(&traffic, period),
    })
}

/// Relays that do not run serve nothing now and are left out.
fn group_utilisation(relays: &[(&Relay, &RelayBandwidth)]) -> Option<GroupUtilisation> {
    let both = |(relay, entry): &(&Relay, &RelayBandwidth)| {
        let advertised = relay.advertised_bandwidth.filter(|bandwidth| relay.running && *bandwidth > 0)?;
        Some((relay_traffic(entry, Period::OneMonth)?.average_served?, advertised))
    };
    let known: Vec<(f64, u64)> = relays.iter().filter_map(both).collect();
    let served = known.iter().map(|(served, _)| served).sum();
    let advertised = known.iter().map(|(_, advertised)| advertised).sum();
    let ratio = utilisation(served, Some(advertised))?;
    Some(GroupUtilisation { ratio, relays: known.len() })
}

/// What the relays of a network read and wrote together, to compare with.
#[derive(Debug, Default)]
pub struct NetworkTraffic([Option<Traffic>; 4]);

impl NetworkTraffic {
    /// Adds up the relays of a network.
    pub(crate) fn new(network: &Network, histories: &Histories) -> Self {
        let Some(table) = &histories.bandwidth else { return Self::default() };
        let relays = network.relays().iter();
        let entries: Vec<_> = relays.filter_map(|relay| table.get(relay.fingerprint)).collect();
        let is_told = |period: &Period| TRAFFIC_PERIODS.contains(period);
        Self(
            Period::ALL.map(|period| {
                Some(period).filter(is_told).and_then(|period| group_traffic(&entries, period))
            }),
        )
    }

    /// The part of a group in the bytes of the network, over the time of the group's histories.
    fn share(&self, group: &Traffic, period: Period) -> Option<f64> {
        let all = self.0[period as usize].as_ref()?;
        let directions = [(&group.read, &all.read), (&group.written, &all.written)];
        let (mut own, mut whole) = (0.0, 0.0);
        for (group, all) in directions {
            if let (Some(group), Some(all)) = (group, all) {
                own += group.total_bytes;
                whole += bytes_within(all, span(&group.series));
            }
        }
        (whole > 0.0).then(|| (own / whole).min(1.0))
    }
}

/// From the start of the first bin to the end of the last one.
fn span(series: &TimeSeries) -> (Timestamp, Timestamp) {
    let half = series.interval_seconds / 2;
    (series.first.plus_seconds(-half), series.midpoint(series.values.len()).plus_seconds(-half))
}

/// Bytes in the known bins whose mid-points lie in a span of time.
fn bytes_within(flow: &Flow, (start, end): (Timestamp, Timestamp)) -> f64 {
    let within = flow.series.known().filter(|(time, _)| *time >= start && *time < end);
    within.map(|(_, rate)| rate).sum::<f64>() * flow.series.interval_seconds as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, fingerprint, network, relay};
    use allium_model::{GroupKey, GroupKind, History, OperatorId};
    use proptest::prelude::*;
    use serde_json::json;
    use std::sync::Arc;

    const DAY: i64 = 86_400;

    fn daily(first_day: i64, values: &[i64]) -> History {
        let first = first_day * DAY + DAY / 2;
        let last = Timestamp(first + DAY * (values.len() as i64 - 1));
        History::new(Timestamp(first), last, DAY, 1.0, None, values.iter().copied().map(Some)).unwrap()
    }

    fn entry(read: History, written: History) -> RelayBandwidth {
        let mut bandwidth = RelayBandwidth::default();
        bandwidth.read.set(Period::OneMonth, read);
        bandwidth.written.set(Period::OneMonth, written);
        bandwidth
    }

    fn histories(entries: Vec<(u32, RelayBandwidth)>) -> Histories {
        let entries = entries.into_iter().map(|(number, entry)| (fingerprint(number), entry)).collect();
        Histories { bandwidth: Some(Arc::new(HistoryTable::new(NOW, entries))), ..Histories::default() }
    }

    /// Relays 1, 2 and 3 of ann, of which 2 does not run and 3 has no history, and relay 4 of bob.
    fn relays() -> Network {
        let of = |number, contact: &str, running: bool| {
            relay(number, &json!({"contact": contact, "running": running, "advertised_bandwidth": 100}))
        };
        network(&[of(1, "ann", true), of(2, "ann", false), of(3, "ann", true), of(4, "bob", true)])
    }

    fn traffic(network: &Network, histories: &Histories, contact: &str) -> Option<OperatorTraffic> {
        let key = GroupKey::Operator(OperatorId::of_contact(contact));
        let operator = network.group(key).unwrap();
        OperatorTraffic::of(network, histories, &NetworkTraffic::new(network, histories), operator)
    }

    #[test]
    fn an_operator_is_added_up_by_time_and_compared_over_its_own_time() {
        // Ann reads 10, 20 + 4 and writes 30, 40 + 8 from day 10 on; bob reads and writes 50 on days 9 to
        // 11, of which day 9 is before ann's time.
        let histories = histories(vec![
            (1, entry(daily(10, &[10, 20]), daily(10, &[30, 40]))),
            (2, entry(daily(11, &[4]), daily(11, &[8]))),
            (4, entry(daily(9, &[50, 50, 50]), daily(9, &[50, 50, 50]))),
        ]);
        let found = traffic(&relays(), &histories, "ann").unwrap();
        let [period] = found.periods[..] else { panic!("{:?}", found.periods) };
        assert_eq!((period.period, period.relays, period.since), (Period::SixMonths, 2, Timestamp(10 * DAY)));
        // Served: 20, then (24 + 48) / 2 = 36.
        assert_eq!(period.average_served, Some(28.0));
        assert!((period.total_bytes - 112.0 * DAY as f64).abs() < 1e-6);
        assert!((period.network_share.unwrap() - 112.0 / 312.0).abs() < 1e-12);
        // Only relay 1 runs and has a history: (20 + 30) / 2 of 100.
        assert_eq!(found.utilisation, Some(GroupUtilisation { ratio: 0.25, relays: 1 }));
        assert_eq!((found.steadiness, found.trend), (None, None));
    }

    #[test]
    fn no_document_is_not_the_same_as_no_history() {
        let network = relays();
        assert_eq!(traffic(&network, &Histories::default(), "ann"), None);
        let others = histories(vec![(4, entry(daily(9, &[50]), daily(9, &[50])))]);
        assert_eq!(traffic(&network, &others, "ann"), Some(OperatorTraffic::default()));
    }

    #[test]
    fn longer_periods_need_a_history_of_their_own() {
        let mut long = entry(daily(100, &[1]), daily(100, &[1]));
        long.written.set(Period::OneYear, daily(10, &[7, 9]));
        let found = traffic(&relays(), &histories(vec![(1, long)]), "ann").unwrap();
        let periods: Vec<_> = found.periods.iter().map(|period| period.period).collect();
        assert_eq!(periods, [Period::SixMonths, Period::OneYear]);
    }

    proptest! {
        #[test]
        fn shares_of_operators_are_shares_and_add_up(
            ann in prop::collection::vec(0..999_i64, 1..20),
            bob in prop::collection::vec(0..999_i64, 20),
        ) {
            let of = |values: &[i64]| entry(daily(5, values), daily(5, values));
            let histories = histories(vec![(1, of(&ann)), (4, of(&bob))]);
            let network = relays();
            let share = |contact| traffic(&network, &histories, contact).unwrap().periods[0].network_share;
            for share in [share("ann"), share("bob")].into_iter().flatten() {
                prop_assert!((0.0..=1.0).contains(&share));
            }
            prop_assert_eq!(network.groups(GroupKind::Operator).len(), 2);
            let whole = (ann.iter().sum::<i64>() + bob.iter().sum::<i64>()) as f64;
            if let Some(share) = share("bob") {
                prop_assert!((share - bob.iter().sum::<i64>() as f64 / whole).abs() < 1e-9);
            }
        }
    }
}
