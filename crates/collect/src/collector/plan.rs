//! What to fetch next: pure, from the files that a source has and the hours that history has.

use super::name::{ArchiveKind, DirectoryFile, DirectoryFileKind};
use allium_documents::dirspec::{IndexedFile, RelativePath};
use allium_model::{TimeRange, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanOptions {
    /// Nothing before this moment is wanted.
    pub since: Timestamp,
    /// Rounds of one plan at most; the rest is left to the next one.
    pub max_rounds: usize,
}

/// The files of one round.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Round {
    /// Start of validity.
    pub valid_after: Timestamp,
    /// Its consensus of the ns flavour.
    pub consensus: Option<IndexedFile>,
    /// Its consensus of the microdesc flavour.
    pub microdesc: Option<IndexedFile>,
    /// The votes for it.
    pub votes: Vec<IndexedFile>,
}

/// The rounds of a source that are not known yet, the newest first. `is_known` says whether history has
/// the consensus of a moment. A round of which there are only votes counts, since a consensus may fail.
pub fn plan(
    files: &[IndexedFile],
    is_known: impl Fn(Timestamp) -> bool,
    options: &PlanOptions,
) -> Vec<Round> {
    let mut rounds: BTreeMap<Timestamp, Round> = BTreeMap::new();
    for file in files {
        let Some(name) = DirectoryFile::of(&file.path) else { continue };
        if name.time < options.since || is_known(name.time) {
            continue;
        }
        let place = match name.kind {
            DirectoryFileKind::Consensus => &mut entry(&mut rounds, name.time).consensus,
            DirectoryFileKind::MicrodescConsensus => &mut entry(&mut rounds, name.time).microdesc,
            DirectoryFileKind::Vote(_) => {
                entry(&mut rounds, name.time).votes.push(file.clone());
                continue;
            }
            _ => continue,
        };
        *place = Some(file.clone());
    }
    rounds.into_values().rev().take(options.max_rounds).collect()
}

fn entry(rounds: &mut BTreeMap<Timestamp, Round>, time: Timestamp) -> &mut Round {
    rounds.entry(time).or_insert_with(|| Round { valid_after: time, ..Round::default() })
}

/// Seconds of an hour.
const HOUR_SECONDS: i64 = 3600;

/// Whole hours of a range for which history has no consensus, ascending; at most ten years of them.
pub fn missing_hours(range: TimeRange, is_known: impl Fn(Timestamp) -> bool) -> Vec<Timestamp> {
    const MAX_HOURS: i64 = 10 * 366 * 24;
    let first = range.from.0.div_euclid(HOUR_SECONDS) + i64::from(range.from.0.rem_euclid(HOUR_SECONDS) > 0);
    let end = (range.until.0.saturating_add(HOUR_SECONDS - 1)).div_euclid(HOUR_SECONDS);
    let hours = first..end.min(first.saturating_add(MAX_HOURS));
    hours.map(|hour| Timestamp(hour * HOUR_SECONDS)).filter(|hour| !is_known(*hour)).collect()
}

/// The monthly archives that hold these hours, the newest first, of those that the source has.
pub fn archives(hours: &[Timestamp], kind: ArchiveKind, files: &[IndexedFile]) -> Vec<IndexedFile> {
    let wanted: BTreeSet<RelativePath> = hours.iter().filter_map(|hour| kind.path(*hour)).collect();
    let mut found: Vec<IndexedFile> =
        files.iter().filter(|file| wanted.contains(&file.path)).cloned().collect();
    found.sort_unstable_by(|one, other| other.path.cmp(&one.path));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap_or_default()
    }

    fn file(path: &str) -> IndexedFile {
        IndexedFile {
            path: RelativePath::parse(path).unwrap_or_else(|| unreachable!("{path} is plain")),
            size_bytes: 1,
            last_modified: None,
            sha256: None,
            first_published: None,
            last_published: None,
        }
    }

    const IDENTITY: &str = "ABABABABABABABABABABABABABABABABABABABAB";

    fn files() -> Vec<IndexedFile> {
        let vote = format!("recent/relay-descriptors/votes/2026-03-22-06-00-00-vote-{IDENTITY}-{IDENTITY}");
        [
            "recent/relay-descriptors/consensuses/2026-03-22-04-00-00-consensus",
            "recent/relay-descriptors/consensuses/2026-03-22-05-00-00-consensus",
            "recent/relay-descriptors/microdescs/consensus-microdesc/2026-03-22-05-00-00-consensus-microdesc",
            &vote,
            "recent/exit-lists/2026-03-22-05-02-00",
            "archive/relay-descriptors/consensuses/consensuses-2026-02.tar.xz",
            "archive/relay-descriptors/consensuses/consensuses-2026-03.tar.xz",
        ]
        .map(file)
        .to_vec()
    }

    #[test]
    fn unknown_rounds_come_newest_first() {
        let options = PlanOptions { since: time("2026-03-22 00:00:00"), max_rounds: 10 };
        let rounds = plan(&files(), |hour| hour == time("2026-03-22 04:00:00"), &options);
        let times: Vec<_> = rounds.iter().map(|round| round.valid_after.to_minute()).collect();
        assert_eq!(times, ["2026-03-22 06:00", "2026-03-22 05:00"]);
        assert_eq!((rounds[0].consensus.is_none(), rounds[0].votes.len()), (true, 1));
        assert!(rounds[1].consensus.is_some() && rounds[1].microdesc.is_some());
        let fewer = PlanOptions { max_rounds: 1, ..options };
        assert_eq!(plan(&files(), |_| false, &fewer).len(), 1);
        let later = PlanOptions { since: time("2026-03-22 05:30:00"), ..options };
        assert_eq!(plan(&files(), |_| false, &later).len(), 1);
    }

    #[test]
    fn missing_hours_are_the_whole_hours_without_a_consensus() {
        let range = TimeRange { from: time("2026-02-28 22:30:00"), until: time("2026-03-01 02:00:00") };
        let missing = missing_hours(range, |hour| hour == time("2026-03-01 00:00:00"));
        let texts: Vec<_> = missing.iter().map(|hour| hour.to_minute()).collect();
        assert_eq!(texts, ["2026-02-28 23:00", "2026-03-01 01:00"]);
        let names: Vec<_> = archives(&missing, ArchiveKind::Consensuses, &files())
            .iter()
            .map(|file| file.path.file_name().to_owned())
            .collect();
        assert_eq!(names, ["consensuses-2026-03.tar.xz", "consensuses-2026-02.tar.xz"]);
        assert!(archives(&missing, ArchiveKind::Votes, &files()).is_empty());
    }

    #[test]
    fn an_absurd_range_ends() {
        let range = TimeRange { from: Timestamp(0), until: Timestamp(i64::MAX) };
        assert_eq!(missing_hours(range, |_| false).len(), 87_840);
        assert!(missing_hours(TimeRange { from: Timestamp(9), until: Timestamp(1) }, |_| false).is_empty());
    }
}
