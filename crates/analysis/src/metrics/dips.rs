//! Times in which a relay was less there than usual, or not at all (`docs/methods/dips.md`).

use super::series::TimeSeries;
use allium_model::Timestamp;

/// How far below the relay's own mean a bin must lie to be part of a dip, as a ratio: 10 points.
pub const DIP_DEPTH: f64 = 0.1;

/// A run of bins below a limit. Bins that are not known may lie between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dip {
    /// Start of its first bin.
    pub start: Timestamp,
    /// End of its last bin.
    pub end: Timestamp,
    /// Known bins.
    pub bins: usize,
    /// Lowest value in it, 0 to 1.
    pub lowest: f64,
    /// Sum of (1 - value) over its known bins, in seconds: the least that was missed.
    pub missing_seconds: f64,
}

impl Dip {
    /// How far its lowest bin lies below a mean, 0 to 1.
    pub fn depth_below(&self, mean: f64) -> f64 {
        (mean - self.lowest).max(0.0)
    }

    /// From start to end, in seconds.
    pub fn seconds(&self) -> i64 {
        self.end.seconds_since(self.start)
    }
}

/// The dips of a series: runs of bins at least [`DIP_DEPTH`] below the mean of its known bins, in order.
/// A bin that is not known ends no run.
pub fn dips(series: &TimeSeries) -> Vec<Dip> {
    let Some(mean) = mean(series) else { return Vec::new() };
    runs(series, |value| mean - value >= DIP_DEPTH)
}

/// The outages of a series: runs of bins in which the relay was not there at all.
pub fn outages(series: &TimeSeries) -> Vec<Dip> {
    runs(series, |value| value <= 0.0)
}

/// The longest of some dips; of equally long ones the latest.
pub fn longest(dips: &[Dip]) -> Option<&Dip> {
    dips.iter().max_by_key(|dip| dip.seconds())
}

/// The mean of the known bins; none without any.
pub fn mean(series: &TimeSeries) -> Option<f64> {
    let (sum, known) = series.known().fold((0.0, 0_u32), |(sum, known), (_, value)| (sum + value, known + 1));
    (known > 0).then(|| sum / f64::from(known))
}

fn runs(series: &TimeSeries, is_part: impl Fn(f64) -> bool) -> Vec<Dip> {
    let mut found: Vec<Dip> = Vec::new();
    let mut is_open = false;
    for (bin, value) in series.values.iter().enumerate() {
        // An unknown bin neither begins nor ends a run: nobody knows that the relay was back in it.
        let Some(value) = *value else { continue };
        if !is_part(value) {
            is_open = false;
            continue;
        }
        let dip = one_bin(series, bin, value);
        match found.last_mut().filter(|_| is_open) {
            Some(last) => extend(last, &dip),
            None => found.push(dip),
        }
        is_open = true;
    }
    found
}

fn one_bin(series: &TimeSeries, bin: usize, value: f64) -> Dip {
    let start = series.midpoint(bin).plus_seconds(-series.interval_seconds / 2);
    Dip {
        start,
        end: start.plus_seconds(series.interval_seconds),
        bins: 1,
        lowest: value,
        missing_seconds: (1.0 - value).max(0.0) * series.interval_seconds as f64,
    }
}

fn extend(dip: &mut Dip, next: &Dip) {
    dip.end = next.end;
    dip.bins += next.bins;
    dip.lowest = dip.lowest.min(next.lowest);
    dip.missing_seconds += next.missing_seconds;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Bins of four hours from the epoch.
    fn series(values: &[Option<f64>]) -> TimeSeries {
        TimeSeries { first: Timestamp(7200), interval_seconds: 14_400, values: values.to_vec() }
    }

    #[test]
    fn a_dip_is_a_run_below_the_mean() {
        // The mean is 0.8; 0.5 and 0 lie 10 points below it, and so does the last one by itself.
        let values = [1.0, 1.0, 0.5, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5].map(Some);
        let found = dips(&series(&values));
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].start, found[0].end, found[0].bins), (Timestamp(28_800), Timestamp(57_600), 2));
        assert!((found[0].missing_seconds - 1.5 * 14_400.0).abs() < 1e-9);
        assert!((found[0].depth_below(0.8) - 0.8).abs() < 1e-12);
        assert_eq!(longest(&found), Some(&found[0]));
    }

    #[test]
    fn a_bin_that_is_not_known_neither_ends_nor_begins_a_dip() {
        let values = [None, Some(1.0), Some(0.0), None, Some(0.0), Some(1.0), None, Some(1.0)];
        let found = outages(&series(&values));
        // Three bins long, of which two are known and missed.
        assert_eq!(
            found.iter().map(|outage| (outage.bins, outage.seconds())).collect::<Vec<_>>(),
            [(2, 43_200)]
        );
        assert!((found[0].missing_seconds - 28_800.0).abs() < 1e-9);
        assert_eq!(dips(&series(&values)), found);
    }

    #[test]
    fn a_relay_that_is_hardly_ever_there_has_outages_and_no_dips() {
        let mut values = vec![Some(0.0); 20];
        values[3] = Some(1.0);
        assert_eq!((dips(&series(&values)).len(), outages(&series(&values)).len()), (0, 2));
        assert!(dips(&series(&[None])).is_empty());
    }

    proptest! {
        #[test]
        fn dips_are_apart_in_order_and_within_the_series(
            values in prop::collection::vec(prop::option::of(0.0..=1.0_f64), 1..200),
        ) {
            let series = series(&values);
            let found = dips(&series);
            prop_assert!(found.windows(2).all(|pair| pair[0].end < pair[1].start));
            prop_assert!(found.iter().all(|dip| dip.missing_seconds <= dip.seconds() as f64 + 1e-6));
            let all: f64 = series.known().map(|(_, value)| (1.0 - value) * 14_400.0).sum();
            let missing: f64 = found.iter().map(|dip| dip.missing_seconds).sum();
            prop_assert!(missing <= all + 1e-6);
        }
    }
}
