//! What is usual: the last thirty days, document by document.

use crate::quantile;
use allium_model::Timestamp;
use std::collections::VecDeque;

/// What one document showed. What an incident explains is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Sample {
    pub(super) at: Timestamp,
    /// Relays that ran before and no longer do.
    pub(super) lost: u32,
    pub(super) lost_exits: u32,
    /// Their share of the weight, 0 to 1.
    pub(super) lost_weight_ratio: f32,
    /// Relays never seen before.
    pub(super) never_seen: u32,
    /// Relays that joined or left.
    pub(super) moved: u32,
    pub(super) relays: u32,
    /// Running relays with Exit, and with Guard.
    pub(super) levels: [u32; 2],
}

/// Seconds that are remembered.
const REMEMBERED_SECONDS: i64 = 30 * 86_400;
/// Most samples that are remembered, however often documents come.
const MAX_SAMPLES: usize = 1440;
/// Spacings of documents that are remembered.
const SPACINGS: usize = 25;

/// The samples of thirty days.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Norms {
    pub(super) samples: VecDeque<Sample>,
    /// Seconds between the newest documents, the newest last.
    pub(super) spacings: VecDeque<i64>,
}

impl Norms {
    /// Notes how long the newest document took to come.
    pub(super) fn note_spacing(&mut self, seconds: i64) {
        self.spacings.push_back(seconds);
        if self.spacings.len() > SPACINGS {
            self.spacings.pop_front();
        }
    }

    /// Median seconds between documents; none before the second.
    pub(super) fn usual_spacing_seconds(&self) -> Option<i64> {
        let mut sorted: Vec<i64> = self.spacings.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }

    /// Adds a sample and forgets those that are too old.
    pub(super) fn add(&mut self, sample: Sample) {
        self.samples.push_back(sample);
        let is_old = |first: &Sample| sample.at.seconds_since(first.at) > REMEMBERED_SECONDS;
        while self.samples.front().is_some_and(is_old) || self.samples.len() > MAX_SAMPLES {
            self.samples.pop_front();
        }
    }

    /// Seconds between the first and the last sample.
    pub(super) fn known_seconds(&self) -> i64 {
        let ends = self.samples.front().zip(self.samples.back());
        ends.map_or(0, |(first, last)| last.at.seconds_since(first.at))
    }

    /// The 99th percentile of a number; 0 without samples.
    pub(super) fn high(&self, of: impl Fn(&Sample) -> f64) -> f64 {
        self.quantile(0.99, of)
    }

    /// The median of a number; 0 without samples.
    pub(super) fn median(&self, of: impl Fn(&Sample) -> f64) -> f64 {
        self.quantile(0.5, of)
    }

    fn quantile(&self, probability: f64, of: impl Fn(&Sample) -> f64) -> f64 {
        let mut values: Vec<f64> = self.samples.iter().map(of).collect();
        values.sort_unstable_by(f64::total_cmp);
        quantile(&values, probability).unwrap_or(0.0)
    }

    /// Churn of each of the last days, the newest first: relays that joined or left in the 24 hours, as a
    /// share of those running. Days with less than two thirds of the usual documents are left out.
    pub(super) fn daily_churn(&self) -> Vec<f64> {
        let Some(last) = self.samples.back() else { return Vec::new() };
        let mut days: Vec<(u32, f64, f64)> = Vec::new();
        for sample in self.samples.iter().rev() {
            let day = (last.at.seconds_since(sample.at) / 86_400) as usize;
            if days.len() <= day {
                days.resize(day + 1, (0, 0.0, 0.0));
            }
            let (count, moved, relays) = &mut days[day];
            *count += 1;
            *moved += f64::from(sample.moved);
            *relays += f64::from(sample.relays);
        }
        let usual = self.usual_spacing_seconds().unwrap_or(3600).max(60);
        let needed = (86_400 / usual) as f64 * 2.0 / 3.0;
        let whole = days.into_iter().filter(|(count, ..)| f64::from(*count) >= needed);
        whole.map(|(count, moved, relays)| moved / (relays / f64::from(count)).max(1.0)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hourly(hours: i64, moved: impl Fn(i64) -> u32) -> Norms {
        let mut norms = Norms::default();
        for hour in 0..hours {
            norms.note_spacing(3600);
            let at = Timestamp(hour * 3600);
            norms.add(Sample { at, lost: hour as u32, moved: moved(hour), relays: 100, ..Sample::default() });
        }
        norms
    }

    #[test]
    fn thirty_days_are_remembered() {
        let norms = hourly(24 * 40, |_| 1);
        assert_eq!(norms.known_seconds(), 30 * 86_400);
        // 721 samples, from hour 239 to hour 959.
        assert!((norms.median(|sample| f64::from(sample.lost)) - 599.0).abs() < 1e-9);
        assert!((norms.high(|sample| f64::from(sample.lost)) - (239.0 + 0.99 * 720.0)).abs() < 1e-9);
    }

    #[test]
    fn churn_is_summed_by_day_and_days_with_few_documents_do_not_count() {
        let norms = hourly(60, |hour| if hour >= 36 { 2 } else { 1 });
        // Two whole days back from hour 59; the twelve hours before are too few.
        let churn: Vec<u32> =
            norms.daily_churn().iter().map(|share| (share * 100.0).round() as u32).collect();
        assert_eq!(churn, [48, 24]);
    }
}
