//! How fast authorities answer our probes (`docs/methods/authority-probes.md`).

use super::DirectoryInputs;
use crate::quantile;
use crate::statistics::median;
use allium_model::{AuthorityProbe, Fingerprint, ProbeOutcome, Timestamp};

/// Answers of one authority over a stretch of time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Responses {
    /// Probes while our own network worked.
    pub probes: u32,
    /// Of those, answered.
    pub answered: u32,
    /// Of those, timed out.
    pub timed_out: u32,
    /// Median time until the connection stood, in milliseconds.
    pub median_connect_ms: Option<f64>,
    /// Median time until the small document was there, in milliseconds.
    pub median_answer_ms: Option<f64>,
    /// 90th percentile of the same.
    pub p90_answer_ms: Option<f64>,
    /// The newest probe that says something.
    pub newest: Option<AuthorityProbe>,
    /// Median clock skew, in seconds.
    pub median_clock_skew_seconds: Option<f64>,
}

/// The answers of an authority within `seconds` before the time of judging.
pub fn responses(inputs: &DirectoryInputs, identity: Fingerprint, seconds: i64) -> Responses {
    let from: Timestamp = inputs.judged_at.plus_seconds(-seconds);
    let probes: Vec<&AuthorityProbe> = inputs
        .probes
        .iter()
        .filter(|probe| probe.identity == identity && probe.at > from)
        .filter(|probe| probe.outcome != ProbeOutcome::NotMeasured)
        .collect();
    let count = |outcome| probes.iter().filter(|probe| probe.outcome == outcome).count() as u32;
    let times = |value: fn(&AuthorityProbe) -> Option<f64>| -> Vec<f64> {
        probes.iter().filter_map(|probe| value(probe)).collect()
    };
    let mut answers = times(|probe| probe.answer_ms.map(f64::from));
    answers.sort_unstable_by(f64::total_cmp);
    Responses {
        probes: probes.len() as u32,
        answered: count(ProbeOutcome::Answered),
        timed_out: count(ProbeOutcome::TimedOut),
        median_connect_ms: median(times(|probe| probe.connect_ms.map(f64::from))),
        median_answer_ms: quantile(&answers, 0.5),
        p90_answer_ms: quantile(&answers, 0.9),
        median_clock_skew_seconds: median(times(|probe| probe.clock_skew_seconds.map(|skew| skew as f64))),
        newest: probes.last().map(|probe| (*probe).clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_that_measured_nothing_do_not_count() {
        let probe = |at: i64, outcome, answer_ms| AuthorityProbe {
            identity: Fingerprint([1; 20]),
            at: Timestamp(at),
            outcome,
            connect_ms: answer_ms,
            answer_ms,
            consensus_valid_after: None,
            vote_valid_after: None,
            clock_skew_seconds: None,
            voters: Vec::new(),
            problem: None,
        };
        let inputs = DirectoryInputs {
            judged_at: Timestamp(1000),
            probes: vec![
                probe(100, ProbeOutcome::Answered, Some(9)),
                probe(700, ProbeOutcome::Answered, Some(100)),
                probe(800, ProbeOutcome::Answered, Some(300)),
                probe(900, ProbeOutcome::TimedOut, None),
                probe(950, ProbeOutcome::NotMeasured, None),
            ],
            ..DirectoryInputs::default()
        };
        let found = responses(&inputs, Fingerprint([1; 20]), 500);
        assert_eq!((found.probes, found.answered, found.timed_out), (3, 2, 1));
        assert_eq!((found.median_answer_ms, found.median_clock_skew_seconds), (Some(200.0), None));
        assert_eq!(found.newest.map(|probe| probe.at), Some(Timestamp(900)));
    }
}
