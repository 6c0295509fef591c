//! Bandwidth scanners compared: with each other, with the consensus, and each with its own past
//! (`docs/methods/bandwidth-scanners.md`).

use super::authority::measures;
use super::{AuthorityReport, ConsensusRelay, DirectoryInputs};
use crate::statistics::{BoxPlot, median};
use crate::{Ladder, quantile};
use allium_model::{AuthorityRecord, Fingerprint, VoteEntry};

/// A measurement is an outlier when it is so many times the median of all scanners that measured the
/// relay, or less than its inverse. Of three, the one that is off does not make the others look so.
pub const OUTLIER_FACTOR: f64 = 5.0;

/// How far back a scanner is compared with itself, in seconds.
pub(super) const OWN_PAST_SECONDS: i64 = 30 * 86_400;

/// Rounds below which there is no own past to compare with.
const MIN_OWN_ROUNDS: usize = 24;

/// One scanner in the newest round.
#[derive(Debug, Clone, PartialEq)]
pub struct ScannerReport {
    /// SHA-1 of the v3 identity key of its authority.
    pub identity: Fingerprint,
    /// Nickname of its authority.
    pub nickname: String,
    /// Relays that it measured.
    pub measured_relays: u32,
    /// Sum of its measurements, in kB/s.
    pub sum_kilobytes_per_second: u64,
    /// Its measurements divided by the consensus weight of the same relay.
    pub ratio: Option<BoxPlot>,
    /// Relays far from the median of all scanners, see [`OUTLIER_FACTOR`].
    pub outliers: u32,
    /// Relays that at least two other scanners measured too.
    pub compared_with_others: u32,
    /// Measured relays now divided by the median of its own last 30 days; `None` below 24 rounds.
    pub relays_to_own_median: Option<f64>,
    /// The same of the sum of measurements.
    pub sum_to_own_median: Option<f64>,
    /// Age of its bandwidth file in the newest round, in seconds.
    pub file_age_seconds: Option<u32>,
    /// Headers of its bandwidth file as the vote gives them.
    pub headers: Vec<(String, String)>,
    /// Digest of its bandwidth file, as the vote gives it.
    pub file_digest: Option<String>,
}

/// The scanners of the newest round together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scanners {
    /// Each scanner with measurements, in the order of the votes.
    pub scanners: Vec<ScannerReport>,
    /// Relays that at least three scanners measured.
    pub relays_by_three: u32,
    /// Quartiles over those relays of (largest - smallest) / median measurement.
    pub spread_quartiles: Option<[f64; 3]>,
}

/// Compares the scanners of the newest round.
pub fn scanners(inputs: &DirectoryInputs, authorities: &[AuthorityReport]) -> Scanners {
    let votes = inputs.votes.authorities();
    let mut tallies = vec![Tally::default(); votes.len()];
    let mut spreads = Vec::new();
    for (fingerprint, row) in inputs.votes.rows() {
        let weight = weight(&inputs.relays, fingerprint);
        spreads.extend(tally(row, weight, &mut tallies));
    }
    let scanners = votes.iter().zip(tallies).filter(|(_, tally)| tally.relays > 0).map(|(vote, tally)| {
        let rounds: Vec<&AuthorityRecord> =
            inputs.rounds.iter().filter(|round| round.identity == vote.identity).collect();
        let name = authorities.iter().find(|authority| authority.identity == vote.identity);
        let newest = rounds.iter().rev().find(|round| round.valid_after == vote.valid_after);
        ScannerReport {
            identity: vote.identity,
            nickname: name.map_or_else(|| vote.nickname.clone(), |authority| authority.nickname.clone()),
            measured_relays: tally.relays,
            sum_kilobytes_per_second: tally.sum,
            ratio: BoxPlot::of(&Ladder::of(tally.ratios.into_iter())),
            outliers: tally.outliers,
            compared_with_others: tally.compared,
            relays_to_own_median: own(inputs, &rounds, f64::from(tally.relays), |round| {
                round.measured_relays.map(f64::from)
            }),
            sum_to_own_median: own(inputs, &rounds, tally.sum as f64, |round| {
                round.measured_sum_kilobytes_per_second.map(|sum| sum as f64)
            }),
            file_age_seconds: newest.and_then(|round| round.bandwidth_file_age_seconds),
            headers: vote.bandwidth_file_headers.clone().unwrap_or_default(),
            file_digest: vote.bandwidth_file_digest.clone(),
        }
    });
    Scanners {
        scanners: scanners.collect(),
        relays_by_three: spreads.len() as u32,
        spread_quartiles: quartiles(spreads),
    }
}

/// What is summed up for a scanner.
#[derive(Debug, Clone, Default)]
struct Tally {
    relays: u32,
    sum: u64,
    ratios: Vec<f64>,
    outliers: u32,
    compared: u32,
}

/// Adds a relay to the tallies of its scanners; its spread when three measured it.
fn tally(row: &[Option<VoteEntry>], weight: Option<u32>, tallies: &mut [Tally]) -> Option<f64> {
    let measured = |entry: &Option<VoteEntry>| entry.and_then(|entry| entry.measured_kilobytes_per_second);
    let values: Vec<(usize, f64)> = row
        .iter()
        .enumerate()
        .filter_map(|(column, entry)| Some((column, f64::from(measured(entry)?))))
        .collect();
    let all = median(values.iter().map(|(_, value)| *value).collect());
    for (column, value) in &values {
        let tally = &mut tallies[*column];
        tally.relays += 1;
        tally.sum += *value as u64;
        tally.ratios.extend(weight.filter(|weight| *weight > 0).map(|weight| value / f64::from(weight)));
        if let Some(median) = all.filter(|median| values.len() > 2 && *median > 0.0) {
            tally.compared += 1;
            tally.outliers += u32::from(*value > median * OUTLIER_FACTOR || *value < median / OUTLIER_FACTOR);
        }
    }
    spread(values.into_iter().map(|(_, value)| value).collect())
}

fn spread(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let (least, most) = (*values.first()?, *values.last()?);
    let is_enough = values.len() >= super::impact::MIN_SCANNERS;
    let median = median(values).filter(|median| is_enough && *median > 0.0)?;
    Some((most - least) / median)
}

fn weight(relays: &[ConsensusRelay], fingerprint: Fingerprint) -> Option<u32> {
    let at = relays.binary_search_by_key(&fingerprint, |relay| relay.fingerprint).ok()?;
    relays[at].weight
}

/// A value of now divided by the median of the rounds of the last 30 days in which it measured.
fn own(
    inputs: &DirectoryInputs,
    rounds: &[&AuthorityRecord],
    now: f64,
    value: fn(&AuthorityRecord) -> Option<f64>,
) -> Option<f64> {
    let end = inputs.data_time()?;
    let past: Vec<f64> = rounds
        .iter()
        .filter(|round| round.valid_after < end && end.seconds_since(round.valid_after) <= OWN_PAST_SECONDS)
        .filter(|round| measures(round))
        .filter_map(|round| value(round))
        .collect();
    ratio_to_own_median(past, now)
}

/// A value divided by the median of the same value in rounds before; `None` below 24 rounds.
pub(super) fn ratio_to_own_median(past: Vec<f64>, now: f64) -> Option<f64> {
    if past.len() < MIN_OWN_ROUNDS {
        return None;
    }
    median(past).filter(|median| *median > 0.0).map(|median| now / median)
}

fn quartiles(mut values: Vec<f64>) -> Option<[f64; 3]> {
    values.sort_unstable_by(f64::total_cmp);
    let at = |probability| quantile(&values, probability);
    Some([at(0.25)?, at(0.5)?, at(0.75)?])
}

#[cfg(test)]
mod tests {
    use super::super::{Directory, example};
    use super::*;

    fn entry(measured: Option<u32>) -> VoteEntry {
        VoteEntry {
            flags: allium_model::FlagSet::default(),
            wfu_ratio: None,
            time_known_seconds: None,
            mtbf_seconds: None,
            bandwidth_kilobytes_per_second: None,
            measured_kilobytes_per_second: measured,
            published: allium_model::Timestamp(0),
            has_ipv6: false,
        }
    }

    #[test]
    fn a_hand_worked_relay() {
        // 100, 120, 900 and one without: the median is 120, so 900 is far off; the spread is (900 - 100) / 120.
        let row = [Some(100), Some(120), Some(900), None].map(|measured| Some(entry(measured)));
        let row = [&row[..], &[None]].concat();
        let mut tallies = vec![Tally::default(); 5];
        let spread = tally(&row, Some(100), &mut tallies);
        assert_eq!(spread, Some(800.0 / 120.0));
        let outliers: Vec<(u32, u32)> =
            tallies.iter().map(|tally| (tally.outliers, tally.compared)).collect();
        assert_eq!(outliers, [(0, 1), (0, 1), (1, 1), (0, 0), (0, 0)]);
        assert_eq!(tallies[1].ratios, [1.2]);
    }

    #[test]
    fn of_two_that_differ_none_is_the_outlier() {
        let mut tallies = vec![Tally::default(); 2];
        assert_eq!(tally(&[1, 100].map(|measured| Some(entry(Some(measured)))), None, &mut tallies), None);
        assert!(tallies.iter().all(|tally| tally.compared == 0 && tally.ratios.is_empty()));
    }

    #[test]
    fn the_skewed_scanner_of_the_example_stands_out_and_the_one_that_stopped_is_no_scanner_now() {
        let scanners = Directory::new(example::inputs()).report.scanners;
        let names: Vec<&str> = scanners.scanners.iter().map(|scanner| scanner.nickname.as_str()).collect();
        assert_eq!(names, ["moria1", "tor26", "dizum", "gabelmoo", "dannenberg", "bastet", "faravahar"]);
        let median = |name: &str| {
            let found = scanners.scanners.iter().find(|scanner| scanner.nickname == name);
            found.and_then(|scanner| scanner.ratio).map(|ratio| ratio.median).unwrap()
        };
        assert!((1.5..1.7).contains(&median("dannenberg")), "{}", median("dannenberg"));
        assert!((0.85..0.95).contains(&median("moria1")), "{}", median("moria1"));
        assert!(scanners.scanners[0].sum_to_own_median.is_some_and(|ratio| (0.8..1.3).contains(&ratio)));
    }
}
