//! The health of a relay, 0 to 100 (`docs/methods/relay-health.md`).

use crate::metrics::overload::is_overloaded;
use crate::metrics::uptime::UptimeReport;
use crate::statistics::MedianAndMad;
use allium_model::{
    Flag, Histories, History, Network, Period, Relay, RelayPosition, RelayUptime, RelayWeights, Timestamp,
};

/// A part of the health score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HealthPart {
    /// Uptime over the last month.
    Uptime,
    /// Share of the time it ran that it had its best flag.
    FlagStability,
    /// How little its consensus weight moved over 14 days.
    WeightSteadiness,
    /// A recommended version, not overloaded.
    Software,
}

impl HealthPart {
    /// Every part, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Uptime, Self::FlagStability, Self::WeightSteadiness, Self::Software];

    /// Its share of the score when every part is known; the four add up to 1.
    pub const fn weight(self) -> f64 {
        match self {
            Self::Uptime => 0.50,
            Self::FlagStability | Self::WeightSteadiness => 0.20,
            Self::Software => 0.10,
        }
    }

    /// The part's name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Uptime => "uptime",
            Self::FlagStability => "flag stability",
            Self::WeightSteadiness => "weight steadiness",
            Self::Software => "software",
        }
    }
}

/// The health of a relay.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RelayHealth {
    /// The parts, each 0 to 1, in the order of [`HealthPart::ALL`]; none where there are no data.
    pub parts: [Option<f64>; 4],
    /// The score, 0 to 100; none when parts with less than half of the weight are known.
    pub score: Option<f64>,
}

impl RelayHealth {
    /// The health of the relay at a place.
    pub(super) fn of(
        network: &Network,
        histories: &Histories,
        uptime: &UptimeReport,
        position: RelayPosition,
    ) -> Self {
        let relay = network.relay(position);
        let month = uptime.relay(position, Period::OneMonth);
        let weights_at = histories.weights.as_ref().map(|table| table.published);
        Self::of_parts([
            month.filter(|month| month.coverage_ratio() >= 0.5).map(|month| month.ratio),
            histories.uptime_of(relay.fingerprint).and_then(flag_stability),
            histories.weights_of(relay.fingerprint).zip(weights_at).and_then(|(e, at)| steadiness(e, at)),
            software(relay, is_overloaded(network, histories, relay)),
        ])
    }

    /// The score of parts, each 0 to 1.
    pub fn of_parts(parts: [Option<f64>; 4]) -> Self {
        let known = || HealthPart::ALL.iter().zip(parts).filter_map(|(part, value)| Some((part, value?)));
        let present: f64 = known().map(|(part, _)| part.weight()).sum();
        let sum: f64 = known().map(|(part, value)| part.weight() * value.clamp(0.0, 1.0)).sum();
        // The weights are hundredths; the noise of their sums must not decide at exactly one half.
        let is_enough = present > 0.5 - 1e-9;
        Self { parts, score: is_enough.then(|| 100.0 * sum / present) }
    }

    /// The value of a part, 0 to 1.
    pub fn part(&self, part: HealthPart) -> Option<f64> {
        self.parts[part as usize]
    }
}

/// Fewest days with flag histories, in seconds.
const FLAG_SECONDS: i64 = 7 * 86_400;

/// Share of the time in which the relay ran that it had its best flag, from the first bin of that flag's
/// history of a month. None without seven days of it.
fn flag_stability(entry: &RelayUptime) -> Option<f64> {
    let of_flag = |flag: Flag| {
        let uptime = entry.flags.iter().find(|uptime| uptime.flag == flag)?;
        uptime.get(Period::OneMonth).filter(|bins| bins.sum > 0.0)
    };
    let best = [Flag::Guard, Flag::Stable, Flag::Fast].into_iter().find_map(of_flag)?;
    if i64::from(best.known) * best.interval_seconds < FLAG_SECONDS {
        return None;
    }
    let running = entry.overall.get(Period::OneMonth)?;
    let ran = seconds_between(running, best.start, best.end);
    let had = best.sum * best.interval_seconds as f64;
    (ran > 0.0).then(|| (had / ran).clamp(0.0, 1.0))
}

/// Seconds that a history of shares adds up to, over the bins with their mid-point in a time.
fn seconds_between(history: &History, start: Timestamp, end: Timestamp) -> f64 {
    let is_within = |bin: usize| history.midpoint(bin) >= start && history.midpoint(bin) <= end;
    let values = history.values().enumerate().filter(|(bin, _)| is_within(*bin));
    values.filter_map(|(_, value)| value).sum::<f64>() * history.interval_seconds as f64
}

/// The time over which weights are compared, and how much of it must be known, in seconds.
const WEIGHT_SECONDS: i64 = 14 * 86_400;
const KNOWN_WEIGHT_SECONDS: i64 = 10 * 86_400;

/// 1 - min(1, MAD / median) of the consensus weight of the last 14 days.
fn steadiness(entry: &RelayWeights, published: Timestamp) -> Option<f64> {
    let history = entry.consensus_weight.get(Period::OneMonth)?;
    let start = published.plus_seconds(-WEIGHT_SECONDS);
    let bins = history.values().enumerate().filter(|(bin, _)| history.midpoint(*bin) >= start);
    let weights: Vec<f64> = bins.filter_map(|(_, value)| value).collect();
    if (weights.len() as i64) * history.interval_seconds < KNOWN_WEIGHT_SECONDS {
        return None;
    }
    let MedianAndMad { median, mad } = MedianAndMad::of(weights.into_iter())?;
    (median > 0.0).then(|| 1.0 - (mad / median).min(1.0))
}

/// 1 on a recommended version and not overloaded, 0.5 for one of both; none when nothing is known of the
/// version.
fn software(relay: &Relay, is_overloaded: bool) -> Option<f64> {
    let is_recommended = relay.recommended_version?;
    let met = usize::from(is_recommended) + usize::from(!is_overloaded);
    Some(met as f64 / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, history, of_period};
    use allium_model::{BinSummary, FlagUptime};

    #[track_caller]
    fn check(parts: [Option<f64>; 4], expected: Option<f64>) {
        let score = RelayHealth::of_parts(parts).score;
        assert_eq!(score.is_some(), expected.is_some(), "{score:?}");
        assert!((score.unwrap_or(0.0) - expected.unwrap_or(0.0)).abs() < 1e-9, "{score:?}");
    }

    #[test]
    fn present_parts_are_scaled_up_and_half_of_the_weight_must_be_there() {
        check([Some(0.9), Some(0.5), Some(1.0), Some(0.5)], Some(80.0));
        // 0.50 and 0.10 of the weight: (0.45 + 0.05) / 0.6.
        check([Some(0.9), None, None, Some(0.5)], Some(100.0 * 0.5 / 0.6));
        check([Some(0.9), None, None, None], Some(90.0));
        check([None, Some(1.0), Some(1.0), Some(1.0)], Some(100.0));
        check([None, Some(1.0), Some(1.0), None], None);
        check([None; 4], None);
    }

    /// A relay that ran for all of 30 days, and had flags for so much of the last days.
    fn flagged(flags: &[(Flag, i64, f64)]) -> RelayUptime {
        let overall = of_period(Period::OneMonth, history(24, 1.0 / 999.0, &[Some(999); 30]));
        let flag = |(flag, days, share): &(Flag, i64, f64)| {
            let bins = BinSummary {
                start: NOW.plus_seconds(-days * 86_400),
                end: NOW,
                interval_seconds: 86_400,
                bins: *days as u32,
                known: *days as u32,
                sum: share * *days as f64,
            };
            FlagUptime::new(*flag, [Some(bins), None, None, None])
        };
        RelayUptime { overall, flags: flags.iter().map(flag).collect() }
    }

    #[test]
    fn the_best_flag_counts_from_its_first_bin() {
        let stability = |flags: &[(Flag, i64, f64)]| flag_stability(&flagged(flags));
        assert_eq!(stability(&[(Flag::Fast, 30, 1.0)]), Some(1.0));
        let guard = stability(&[(Flag::Fast, 30, 1.0), (Flag::Guard, 10, 0.8), (Flag::Stable, 30, 1.0)]);
        assert!((guard.unwrap() - 0.8).abs() < 1e-9);
        assert_eq!(stability(&[(Flag::Stable, 6, 1.0)]), None);
        assert_eq!(stability(&[(Flag::Running, 30, 1.0)]), None);
    }

    #[test]
    fn a_flag_counts_over_the_time_in_which_the_relay_ran() {
        // It ran half of the time and had the flag in half of that.
        let mut entry = flagged(&[(Flag::Stable, 30, 0.25)]);
        entry.overall = of_period(Period::OneMonth, history(24, 0.5 / 999.0, &[Some(999); 30]));
        assert!((flag_stability(&entry).unwrap() - 0.5).abs() < 1e-9);
    }

    fn weights(values: &[Option<i64>]) -> RelayWeights {
        let consensus_weight = of_period(Period::OneMonth, history(24, 1.0, values));
        RelayWeights { consensus_weight, ..RelayWeights::default() }
    }

    #[test]
    fn steadiness_is_one_minus_the_median_deviation() {
        // Of 14 days 7 have 80 and 7 have 120: median 100, deviations all 20.
        let values: Vec<_> = (0..14).map(|day| Some(if day % 2 == 0 { 80 } else { 120 })).collect();
        assert!((steadiness(&weights(&values), NOW).unwrap() - 0.8).abs() < 1e-9);
        assert_eq!(steadiness(&weights(&[Some(100); 14]), NOW), Some(1.0));
        assert_eq!(steadiness(&weights(&[Some(100); 9]), NOW), None);
        assert_eq!(steadiness(&weights(&[Some(0); 14]), NOW), None);
        let older: Vec<_> = (0..30).map(|day| Some(if day < 16 { 1 } else { 100 })).collect();
        assert_eq!(steadiness(&weights(&older), NOW), Some(1.0));
    }
}
