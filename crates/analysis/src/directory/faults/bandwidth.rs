//! Faults of bandwidth scanners, as votes show them.
//!
//! A vote of an authority with a scanner has a line `bandwidth-file-headers`. It is empty when tor found no
//! file or did not use it, which the digest tells apart: without a file it is that of nothing.

use super::Judgement;
use super::own_past::{Measured, OwnRatios};
use super::round::{Round, verdict};
use allium_model::{EventKind, EventSubject, Severity, VoteBook, VoteEntry, VoteSummary};

/// Measurements of an authority are skewed when the median of their ratios to those of the others is above
/// this or below its inverse. On 2026-02-22 the six scanners of the network were between 0.82 and 1.13.
pub const MAX_SCANNER_RATIO: f64 = 2.0;

/// Relays that must be compared before a scanner is judged.
pub const MIN_COMPARED_RELAYS: usize = 5;

/// Other scanners that must have measured a relay: of two that differ nobody knows which one is wrong.
const MIN_OTHERS: usize = 2;

/// Age beyond which tor ignores a bandwidth file (dirauth `bwauth.c`, `MAX_MEASUREMENT_AGE`).
const MAX_FILE_AGE_SECONDS: i64 = 3 * 86_400;

/// SHA-256 of nothing, in base64 without padding.
const DIGEST_OF_NOTHING: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";

/// What a vote says of its bandwidth file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileState {
    /// The authority has no scanner, and never had one.
    NotApplicable,
    /// The vote uses a file.
    Used,
    /// There is a file that the vote does not use.
    TooOld,
    /// There is no file, or nothing in it.
    Missing,
}

fn file_state(round: &Round<'_>, vote: &VoteSummary) -> FileState {
    if vote.measured_relays > 0 {
        return FileState::Used;
    }
    let has_file = vote.bandwidth_file_digest.as_deref().is_some_and(|digest| {
        let digest = digest.trim_start_matches("sha256=").trim_end_matches('=');
        !digest.is_empty() && digest != DIGEST_OF_NOTHING
    });
    match &vote.bandwidth_file_headers {
        None if round.scanners.contains(&vote.identity) => FileState::Missing,
        None => FileState::NotApplicable,
        Some(headers) if headers.is_empty() && has_file => FileState::TooOld,
        Some(headers) if is_old(headers, vote) => FileState::TooOld,
        Some(_) => FileState::Missing,
    }
}

fn is_old(headers: &[(String, String)], vote: &VoteSummary) -> bool {
    let timestamp = headers.iter().find(|(name, _)| name == "timestamp");
    let made = timestamp.and_then(|(_, value)| value.parse::<i64>().ok());
    made.is_some_and(|made| vote.published.0.saturating_sub(made) > MAX_FILE_AGE_SECONDS)
}

/// Whether the vote measures, and if not, why.
pub(super) fn judge_bandwidth_file(round: &Round<'_>, vote: &VoteSummary) -> Vec<Judgement> {
    let state = file_state(round, vote);
    if state == FileState::NotApplicable {
        return Vec::new();
    }
    let name = round.name(vote.identity);
    let subject = EventSubject::Authority(vote.identity);
    let stale = (state == FileState::TooOld)
        .then(|| format!("the vote of {name} uses nothing of its bandwidth file, which is more than 3 days old or unreadable"));
    let missing = (state == FileState::Missing).then(|| format!("the vote of {name} measures no relay"));
    vec![
        round.judgement(EventKind::BandwidthFileStale, subject, verdict(Severity::Warning, stale)),
        round.judgement(EventKind::NotMeasuring, subject, verdict(Severity::Warning, missing)),
    ]
}

/// Whether the measurements of a vote are far from those of the others, or from its own past; `None` when
/// they can be compared with neither. Being off the others is the worse fault: it moves weights.
pub(super) fn judge_scanner(round: &Round<'_>, column: usize, vote: &VoteSummary) -> Option<Judgement> {
    let ratio = scanner_ratio(round.votes.rows().map(|(_, row)| row), column);
    let own = measured(round.votes, column)
        .and_then(|now| round.past.compare(vote.identity, round.valid_after, now));
    if ratio.is_none() && own.is_none() {
        return None;
    }
    let is_skewed = |ratio: &f64| !(1.0 / MAX_SCANNER_RATIO..=MAX_SCANNER_RATIO).contains(ratio);
    let others = ratio.filter(is_skewed);
    let severity = if others.is_some() { Severity::Warning } else { Severity::Notice };
    let others = others.map(|ratio| format!("measures {ratio:.2} times what the other scanners do"));
    let words: Vec<String> = others.into_iter().chain(own.and_then(OwnRatios::unlike)).collect();
    let evidence =
        (!words.is_empty()).then(|| format!("{} {}", round.name(vote.identity), words.join(", and ")));
    let subject = EventSubject::Authority(vote.identity);
    Some(round.judgement(EventKind::ScannerSkewed, subject, verdict(severity, evidence)))
}

/// What a column measured; `None` when it measured nothing.
pub(super) fn measured(votes: &VoteBook, column: usize) -> Option<Measured> {
    let entries = votes.rows().filter_map(|(_, row)| row.get(column).copied().flatten());
    let values = entries.filter_map(|entry| entry.measured_kilobytes_per_second);
    let start = Measured { relays: 0, sum_kilobytes_per_second: 0 };
    let all = values.fold(start, |all, value| Measured {
        relays: all.relays + 1,
        sum_kilobytes_per_second: all.sum_kilobytes_per_second + u64::from(value),
    });
    (all.relays > 0).then_some(all)
}

/// Median over relays of what a column measured divided by the low median of what the other columns did.
/// `None` with fewer than [`MIN_COMPARED_RELAYS`] relays that two others measured.
pub fn scanner_ratio<'a>(rows: impl Iterator<Item = &'a [Option<VoteEntry>]>, column: usize) -> Option<f64> {
    let mut ratios: Vec<f64> = rows.filter_map(|row| relay_ratio(row, column)).collect();
    if ratios.len() < MIN_COMPARED_RELAYS {
        return None;
    }
    ratios.sort_unstable_by(f64::total_cmp);
    Some(ratios[ratios.len() / 2])
}

fn relay_ratio(row: &[Option<VoteEntry>], column: usize) -> Option<f64> {
    let measured = |entry: &Option<VoteEntry>| {
        entry.and_then(|entry| entry.measured_kilobytes_per_second).filter(|measured| *measured > 0)
    };
    let own = measured(row.get(column)?)?;
    let others = row.iter().enumerate().filter(|(other, _)| *other != column);
    let mut others: Vec<u32> = others.filter_map(|(_, entry)| measured(entry)).collect();
    if others.len() < MIN_OTHERS {
        return None;
    }
    others.sort_unstable();
    Some(f64::from(own) / f64::from(others[(others.len() - 1) / 2]))
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::fixture::{NOW, Scene, identity};
    use super::*;

    fn unmeasured(headers: Option<Vec<(String, String)>>, digest: &str) -> Scene {
        let mut scene = Scene::sound();
        scene.skew("elm", 0);
        let vote = scene.vote("elm");
        vote.measured_relays = 0;
        vote.bandwidth_file_headers = headers;
        vote.bandwidth_file_digest = Some(format!("sha256={digest}"));
        scene
    }

    #[test]
    fn a_file_that_is_not_used_is_stale_and_nothing_else() {
        let file = "PUzC8m5/hCdPriqDklEyWI24Q+4x0ozCiwn7arXakrM";
        unmeasured(Some(Vec::new()), file).check(&[(EventKind::BandwidthFileStale, "elm")]);
        let old = vec![("timestamp".to_owned(), (NOW.0 - 4 * 86_400).to_string())];
        unmeasured(Some(old), file).check(&[(EventKind::BandwidthFileStale, "elm")]);
    }

    #[test]
    fn a_file_that_is_not_there_is_no_measuring_and_nothing_else() {
        unmeasured(Some(Vec::new()), DIGEST_OF_NOTHING).check(&[(EventKind::NotMeasuring, "elm")]);
    }

    #[test]
    fn who_never_measured_has_no_fault_and_who_stopped_has() {
        unmeasured(None, "").check(&[]);
        let mut scene = unmeasured(None, "");
        scene.scanners.insert(identity("elm"));
        scene.check(&[(EventKind::NotMeasuring, "elm")]);
    }

    #[test]
    fn a_scanner_far_from_the_others_is_found_and_the_others_are_not() {
        let mut scene = Scene::sound();
        scene.skew("birch", 10);
        scene.check(&[(EventKind::ScannerSkewed, "birch")]);
        let mut scene = Scene::sound();
        scene.skew("birch", 2);
        scene.check(&[]);
    }

    #[test]
    fn a_scanner_far_from_its_own_past_is_found_too() {
        let mut scene = Scene::sound();
        // What it measured a day long was three times as much as in this round.
        let usual = measured(&VoteBook::new(scene.votes.clone()), 1).unwrap();
        let before = Measured { sum_kilobytes_per_second: 3 * usual.sum_kilobytes_per_second, ..usual };
        for hour in 1..=24 {
            scene.past.note(identity("birch"), NOW.plus_seconds(-hour * 3600), before);
        }
        let judgements = scene.judge();
        let found = judgements.iter().find_map(|judgement| match &judgement.verdict {
            Verdict::Holds { severity, evidence } => Some((judgement.kind, *severity, evidence.as_str())),
            _ => None,
        });
        let evidence = "birch measures in sum 0.33 times the median of its own last 30 days";
        assert_eq!(found, Some((EventKind::ScannerSkewed, Severity::Notice, evidence)));
    }

    #[test]
    fn far_from_the_others_and_from_its_past_is_one_fault() {
        let mut scene = Scene::sound();
        let usual = measured(&VoteBook::new(scene.votes.clone()), 1).unwrap();
        for hour in 1..=24 {
            scene.past.note(identity("birch"), NOW.plus_seconds(-hour * 3600), usual);
        }
        scene.skew("birch", 10);
        scene.check(&[(EventKind::ScannerSkewed, "birch")]);
    }

    #[test]
    fn two_scanners_that_differ_accuse_nobody() {
        let mut scene = Scene::sound();
        scene.skew("birch", 10);
        scene.votes.truncate(2);
        scene.check(&[]);
    }

    #[test]
    fn a_hand_worked_ratio() {
        // birch measures 10 times what four others agree on.
        let mut scene = Scene::sound();
        scene.skew("birch", 10);
        let book = VoteBook::new(scene.votes);
        let ratio = |column| scanner_ratio(book.rows().map(|(_, row)| row), column);
        assert_eq!(ratio(1), Some(10.0));
        // The low median of (1, 1, 1, 10) is 1.
        assert_eq!(ratio(0), Some(1.0));
        assert_eq!(ratio(7), None);
    }
}
