//! Periods compared over the same relays, so that relays that joined or left do not make the difference.

use super::eligible;
use crate::Snapshot;
use crate::metrics::uptime::ByPeriod;
use crate::statistics::{Moments, RankCorrelation, linear_correlation, rank_correlation};
use allium_model::Period;

/// Rank correlation of the uptimes of two periods, over the relays that are eligible in both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeriodPair {
    /// The shorter period, which lies within the longer one.
    pub shorter: Period,
    /// The longer period.
    pub longer: Period,
    /// The rank correlation.
    pub correlation: RankCorrelation,
    /// Pearson's correlation, -1 to 1, which few relays far below decide.
    pub pearson: Option<f64>,
}

/// The correlations of every two periods that enough relays have.
pub fn period_correlations(snapshot: &Snapshot) -> Vec<PeriodPair> {
    let values = by_period(snapshot);
    let later = |shorter: Period| {
        Period::ALL.into_iter().filter(move |longer| *longer > shorter).map(move |longer| (shorter, longer))
    };
    let pairs = Period::ALL.into_iter().flat_map(later);
    let correlation = |(shorter, longer): (Period, Period)| {
        let both: Vec<_> = values
            .iter()
            .filter_map(|relay| Some((relay[shorter as usize]?, relay[longer as usize]?)))
            .collect();
        let correlation = rank_correlation(&both)?;
        Some(PeriodPair { shorter, longer, correlation, pearson: linear_correlation(&both) })
    };
    pairs.filter_map(correlation).collect()
}

/// The relays that are eligible in all four periods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SameRelays {
    /// Their uptimes in each period.
    pub periods: ByPeriod<Moments>,
}

/// Uptimes of the same relays over the four periods; none when no relay has all of them.
pub fn same_relays(snapshot: &Snapshot) -> Option<SameRelays> {
    let values = by_period(snapshot);
    let all: Vec<ByPeriod<f64>> = values
        .iter()
        .filter_map(|[month, half, year, five]| Some([(*month)?, (*half)?, (*year)?, (*five)?]))
        .collect();
    let moments = |period: Period| Moments::of(all.iter().map(|relay| relay[period as usize]));
    let [month, half, year, five] = Period::ALL.map(moments);
    Some(SameRelays { periods: [month?, half?, year?, five?] })
}

fn by_period(snapshot: &Snapshot) -> Vec<ByPeriod<Option<f64>>> {
    let mut values = vec![[None; 4]; snapshot.network.relays().len()];
    for period in Period::ALL {
        for (position, ratio) in eligible(snapshot, period) {
            values[position.index()][period as usize] = Some(ratio);
        }
    }
    values
}
