//! Scales: from values to a place between 0 and 1, with ticks at round values.

use crate::unit::{Unit, grouped, trimmed, with_symbol};

/// Beyond this a value cannot be drawn and is put at the edge.
const LARGEST: f64 = 1e150;

/// Where an axis begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Baseline {
    /// At zero: what is drawn has a length or an area.
    Zero,
    /// At zero unless the values lie far above it; shares begin at 0, 50, 80 or 90 %.
    Free,
    /// At the values.
    Values,
}

/// An axis of numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scale {
    pub(crate) low: f64,
    pub(crate) high: f64,
    logarithmic: bool,
    /// Value and text of each tick, rising.
    pub(crate) ticks: Vec<(f64, String)>,
}

/// Smallest and largest of the finite values.
pub(crate) fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|value| value.is_finite()).fold(None, |extent, value| match extent {
        None => Some((value, value)),
        Some((low, high)) => Some((value.min(low), value.max(high))),
    })
}

/// A round step of at least `least`: 1, 2, 2.5 or 5 times a power of ten.
fn nice_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 2.5, 5.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= least * 0.999_999)
        .unwrap_or(10.0 * power)
}

/// Things that are counted have no ticks between them.
fn whole_step(step: f64) -> f64 {
    if step < 1.0 { 1.0 } else { step.ceil() }
}

/// The step for about `count` ticks, or the next finer one where that leaves less room empty.
fn best_step(low: f64, high: f64, count: usize, unit: Unit) -> f64 {
    let step = |count: usize| {
        let step = nice_step((high - low) / count as f64);
        if unit == Unit::Count { whole_step(step) } else { step }
    };
    let empty =
        |step: f64| (high / step - 1e-9).ceil() * step - high - ((low / step + 1e-9).floor() * step - low);
    let (usual, finer) = (step(count), step(count + 1));
    if empty(finer) < empty(usual) - (high - low) * 0.05 { finer } else { usual }
}

/// How many decimals the multiples of a step need.
fn decimals_of_step(step: f64) -> usize {
    (0..9)
        .find(|decimals| {
            let shifted = step * 10_f64.powi(*decimals as i32);
            (shifted - shifted.round()).abs() < 1e-6 * shifted.abs().max(1.0)
        })
        .unwrap_or(9)
}

/// What the axis must show at least.
fn wanted(low: f64, high: f64, unit: Unit, baseline: Baseline) -> (f64, f64) {
    let (low, high) = (low.clamp(-LARGEST, LARGEST), high.clamp(-LARGEST, LARGEST));
    if baseline == Baseline::Values {
        return (low, high);
    }
    if unit == Unit::Percent && baseline == Baseline::Free && low >= 0.0 && high <= 100.0 {
        let start = [90.0, 80.0, 50.0].into_iter().find(|start| low > *start).unwrap_or(0.0);
        return if high < 40.0 { (start, high) } else { (start, 100.0) };
    }
    let far_above = baseline == Baseline::Free && low > high * 0.6;
    let far_below = baseline == Baseline::Free && high < low * 0.6;
    (if far_above { low } else { low.min(0.0) }, if far_below { high } else { high.max(0.0) })
}

impl Scale {
    /// A linear scale over the values from `low` to `high`, with about `count` ticks.
    pub(crate) fn linear(extent: Option<(f64, f64)>, unit: Unit, baseline: Baseline, count: usize) -> Self {
        let (low, high) = extent.unwrap_or((0.0, 1.0));
        let (mut low, mut high) = wanted(low, high, unit, baseline);
        if high - low <= low.abs().max(high.abs()) * 1e-9 {
            (low, high) =
                if low == 0.0 { (0.0, 1.0) } else { (low - low.abs() * 0.1, high + high.abs() * 0.1) };
        }
        let prefix = unit.prefix(low.abs().max(high.abs()));
        let step = best_step(low / prefix.divisor, high / prefix.divisor, count.max(1), unit);
        let first = (low / prefix.divisor / step + 1e-9).floor();
        let last = (high / prefix.divisor / step - 1e-9).ceil();
        let decimals = decimals_of_step(step);
        let number_of_ticks = (last - first).clamp(1.0, 40.0) as usize;
        let ticks: Vec<(f64, String)> = (0..=number_of_ticks)
            .map(|index| {
                let value = (first + index as f64) * step;
                let number = trimmed(&grouped(value, decimals));
                // Nothing is nothing in every unit, but for shares, which end at 100 %.
                let symbol = if value == 0.0 && unit != Unit::Percent { "" } else { prefix.symbol };
                (value * prefix.divisor, with_symbol(&number, symbol))
            })
            .collect();
        let (low, high) = (first * step * prefix.divisor, last * step * prefix.divisor);
        Self { low, high, logarithmic: false, ticks }
    }

    /// This scale with its ticks written in a unit.
    pub(crate) fn labelled(mut self, unit: Unit) -> Self {
        for (value, text) in &mut self.ticks {
            *text = unit.format(*value);
        }
        self
    }

    /// This scale cut to what the values fill: its ends are `low` and `high`, its ticks those between.
    pub(crate) fn cut(mut self, low: f64, high: f64) -> Self {
        let (low, high) = (low.clamp(-LARGEST, LARGEST), high.clamp(-LARGEST, LARGEST));
        if high - low > low.abs().max(high.abs()) * 1e-9 {
            let slack = (high - low) * 1e-6;
            self.ticks.retain(|(value, _)| (low - slack..=high + slack).contains(value));
            (self.low, self.high) = (low, high);
        }
        self
    }

    /// A logarithmic scale over positive values, with ticks at powers of ten.
    pub(crate) fn logarithmic(extent: Option<(f64, f64)>, unit: Unit) -> Self {
        let (low, high) = extent.unwrap_or((1.0, 10.0));
        let (low, high) = (low.clamp(1e-12, LARGEST), high.clamp(1e-12, LARGEST));
        let first = low.log10().floor() as i32;
        let last = (high.log10().ceil() as i32).max(first + 1);
        let every = ((last - first) / 6 + 1) as usize;
        let ticks = (first..=last)
            .step_by(every)
            .map(|power| 10_f64.powi(power))
            .map(|value| (value, unit.format(value)))
            .collect();
        Self { low: 10_f64.powi(first), high: 10_f64.powi(last), logarithmic: true, ticks }
    }

    /// Where the value lies between the low end (0) and the high end (1).
    pub(crate) fn fraction(&self, value: f64) -> f64 {
        let part = if self.logarithmic {
            (value.max(self.low) / self.low).log10() / (self.high / self.low).log10()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        if part.is_nan() { 0.0 } else { part.clamp(0.0, 1.0) }
    }

    /// Whether the scale is logarithmic.
    pub(crate) fn is_logarithmic(&self) -> bool {
        self.logarithmic
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(low: f64, high: f64, unit: Unit, baseline: Baseline) -> Vec<String> {
        Scale::linear(Some((low, high)), unit, baseline, 4).ticks.into_iter().map(|tick| tick.1).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(
            labels(0.0, 10_568.0, Unit::Count, Baseline::Zero).join(" "),
            "0 2,500 5,000 7,500 10,000 12,500"
        );
        assert_eq!(
            labels(97.0, 99.9, Unit::Percent, Baseline::Free).join(" "),
            "90 % 92.5 % 95 % 97.5 % 100 %"
        );
        assert_eq!(labels(12.0, 99.0, Unit::Percent, Baseline::Free).join(" "), "0 % 25 % 50 % 75 % 100 %");
        assert_eq!(
            labels(3e8, 7.2e8, Unit::BitsPerSecond, Baseline::Free).join(" "),
            "0 200 Mbit/s 400 Mbit/s 600 Mbit/s 800 Mbit/s"
        );
        assert_eq!(labels(0.0, 2.0, Unit::Count, Baseline::Zero).join(" "), "0 1 2");
        assert_eq!(labels(-3.0, 4.0, Unit::Number, Baseline::Free).join(" "), "-4 -2 0 2 4");
    }

    #[test]
    fn equal_values_still_have_an_axis() {
        for value in [0.0, 7.0, -7.0, 1e-300, 1e300, -1e300] {
            let scale = Scale::linear(Some((value, value)), Unit::Number, Baseline::Free, 4);
            assert!(scale.high > scale.low, "{value}: {scale:?}");
        }
    }

    #[test]
    fn a_log_scale_has_powers_of_ten() {
        let scale = Scale::logarithmic(Some((3.0, 4200.0)), Unit::Count);
        assert_eq!(
            scale.ticks.iter().map(|tick| tick.1.as_str()).collect::<Vec<_>>(),
            ["1", "10", "100", "1,000", "10,000"]
        );
        assert!((scale.fraction(100.0) - 0.5).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn the_values_lie_on_the_axis(low in proptest::num::f64::NORMAL, high in proptest::num::f64::NORMAL) {
            let (low, high) = (low.min(high), low.max(high));
            for unit in [Unit::Number, Unit::Percent, Unit::BitsPerSecond, Unit::Seconds] {
                for baseline in [Baseline::Zero, Baseline::Free] {
                    let scale = Scale::linear(Some((low, high)), unit, baseline, 4);
                    prop_assert!(scale.low.is_finite() && scale.high.is_finite() && scale.high > scale.low);
                    prop_assert!((1..=41).contains(&scale.ticks.len()));
                    prop_assert!((0.0..=1.0).contains(&scale.fraction(low)));
                    prop_assert!(scale.fraction(low) <= scale.fraction(high));
                }
            }
        }
    }
}
