//! Capacity: how much of what relays advertise is not in use.

use super::evidence::{Component, Evidence, Quantity};
use crate::metrics::series::TimeSeries;
use crate::network_history::{NetworkSeries, utilisation};
use allium_model::{HealthComponent, Histories, Network, Period, Relay, RelayPosition, Role, Timestamp};

/// Up to this utilisation everything is free, since traffic comes in bursts.
pub const COMFORTABLE: f64 = 0.5;

/// Utilisation by day.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Utilisation {
    /// Of all relays; none without a bandwidth document.
    pub all: Option<NetworkSeries>,
    /// Of exits.
    pub exits: Option<NetworkSeries>,
}

impl Utilisation {
    /// Over the last month, of some relays.
    pub fn of(network: &Network, histories: &Histories, members: &[RelayPosition]) -> Self {
        let of = |holds: fn(&Relay) -> bool| {
            let relays = members.iter().map(|position| network.relay(*position));
            utilisation(relays.filter(|relay| holds(relay)), histories, Period::OneMonth)
        };
        Self { all: of(|_| true), exits: of(|relay| relay.role() == Role::Exit) }
    }

    /// The part of the capacity that is free over the newest day of each series, 0 to 1; the worse counts.
    pub fn free_ratio(&self) -> Option<f64> {
        worse(newest_day(self.all.as_ref()), newest_day(self.exits.as_ref()))
    }

    /// The same as it was known at a moment of the past.
    pub fn free_ratio_at(&self, at: Timestamp) -> Option<f64> {
        worse(day_before(self.all.as_ref(), at), day_before(self.exits.as_ref(), at))
    }
}

const DAY_SECONDS: i64 = 86_400;

/// A value counts as the newest one for so long, in seconds.
const NEWEST_SECONDS: i64 = 3 * DAY_SECONDS;

/// Mean utilisation over the 24 hours that end with the last known bin.
fn newest_day(series: Option<&NetworkSeries>) -> Option<f64> {
    let (last, ..) = series?.last()?;
    day_until(&series?.series, last)
}

/// The same of the last bin that was over at a moment; none where that was long before.
fn day_before(series: Option<&NetworkSeries>, at: Timestamp) -> Option<f64> {
    let series = &series?.series;
    let over = series.known().filter(|(middle, _)| middle.plus_seconds(series.interval_seconds / 2) <= at);
    let (last, _) = over.last().filter(|(middle, _)| at.seconds_since(*middle) <= NEWEST_SECONDS)?;
    day_until(series, last)
}

/// Mean over the 24 hours that end with the bin around a moment.
fn day_until(series: &TimeSeries, last: Timestamp) -> Option<f64> {
    let until = last.plus_seconds(series.interval_seconds / 2);
    // The middle of the last bin lies before its end, also when a bin is a day long.
    mean_between(series, until.plus_seconds(-DAY_SECONDS), until)
}

/// Mean of the known values of bins whose middle is at or after `from` and before `until`.
fn mean_between(series: &TimeSeries, from: Timestamp, until: Timestamp) -> Option<f64> {
    let values = series.known().filter(|(at, _)| *at >= from && *at < until);
    let (count, sum) = values.fold((0_u32, 0.0), |(count, sum), (_, value)| (count + 1, sum + value));
    (count > 0).then(|| sum / f64::from(count))
}

/// The free part by two utilisations; the worse one counts.
fn worse(all: Option<f64>, exits: Option<f64>) -> Option<f64> {
    let free = all.into_iter().chain(exits).map(free);
    free.reduce(f64::min)
}

/// The free part: all of it up to half in use, none of it at full use.
pub(super) fn free(utilisation: f64) -> f64 {
    1.0 - ((utilisation - COMFORTABLE) / (1.0 - COMFORTABLE)).clamp(0.0, 1.0)
}

/// The component from the utilisation by day.
pub(super) fn capacity(utilisation: &Utilisation) -> Component {
    let part = |name, series: &Option<NetworkSeries>| {
        let value = newest_day(series.as_ref());
        Evidence {
            value: value.map(Quantity::Ratio),
            target: Some(Quantity::Ratio(COMFORTABLE)),
            ratio: value.map(free),
            ..Evidence::known(name, None)
        }
    };
    let last = utilisation.all.as_ref().and_then(NetworkSeries::last);
    let evidence = vec![
        part("Utilisation of all relays", &utilisation.all),
        part("Utilisation of exits", &utilisation.exits),
        Evidence::known("Relays with a value", last.map(|(_, _, relays)| Quantity::Count(relays.into()))),
        Evidence::known("Time of the newest value", last.map(|(at, _, _)| Quantity::Time(at))),
    ];
    Component { kind: HealthComponent::Capacity, ratio: utilisation.free_ratio(), evidence }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_in_use_is_all_free_and_full_use_is_none() {
        for (utilisation, expected) in
            [(0.0, 1.0), (0.5, 1.0), (0.6, 0.8), (0.75, 0.5), (1.0, 0.0), (1.4, 0.0)]
        {
            assert!((free(utilisation) - expected).abs() < 1e-9, "{utilisation}");
        }
    }

    #[test]
    fn the_newest_day_is_the_mean_of_its_bins() {
        let series = |interval_seconds: i64, values: &[Option<f64>]| NetworkSeries {
            series: TimeSeries {
                first: Timestamp(interval_seconds / 2),
                interval_seconds,
                values: values.into(),
            },
            relays: vec![1; values.len()],
        };
        let daily = series(86_400, &[Some(0.9), Some(0.6)]);
        assert_eq!(newest_day(Some(&daily)), Some(0.6));
        let mut bins = vec![Some(0.9); 6];
        bins.extend([Some(0.5), Some(0.7), None, Some(0.5), Some(0.7), Some(0.6), None]);
        // The last known bin ends at 48 hours; five bins of the 24 hours before are known.
        assert!((newest_day(Some(&series(14_400, &bins))).unwrap() - 0.6).abs() < 1e-9);
        let all = Utilisation { all: Some(daily), exits: None };
        // The first bin is over after a day; the second after two, and it is the newest for three more.
        let at = |hours: i64| all.free_ratio_at(Timestamp(hours * 3600));
        assert_eq!(at(23), None);
        assert!((at(24).unwrap() - 0.2).abs() < 1e-9 && (at(48).unwrap() - 0.8).abs() < 1e-9);
        assert_eq!((at(36 + 72).is_some(), at(36 + 73)), (true, None));
    }

    #[test]
    fn the_worse_of_all_and_exits_counts() {
        assert_eq!(worse(Some(0.5), Some(0.75)), Some(0.5));
        assert_eq!(worse(Some(0.75), None), Some(0.5));
        assert_eq!(worse(None, None), None);
    }
}
