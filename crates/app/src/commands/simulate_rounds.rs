//! The rounds of the simulated authorities as files, in CollecTor's layout.

use crate::progress::Progress;
use allium_model::Timestamp;
use allium_sim::{Directory, DirectoryDocument, DirectoryOptions, FaultRate, KeyError, RoundExtent};
use clap::{Args, ValueEnum};
use std::fs;
use std::io;
use std::path::Path;

/// Which documents of the authorities are written.
#[derive(Debug, Args)]
pub struct RoundsArgs {
    /// Also write votes, consensuses, bandwidth files and certificates in CollecTor's layout, signed with test keys that nobody trusts, and the list of authorities.
    #[arg(long)]
    pub collector: bool,
    /// Voting authorities.
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u8).range(1..=9), requires = "collector")]
    pub authorities: u8,
    /// How often something befalls them.
    #[arg(long, value_enum, default_value = "usual", requires = "collector")]
    pub authority_faults: AuthorityFaults,
    /// Newest days of consensuses.
    #[arg(long, value_name = "DAYS", default_value_t = 1, requires = "collector")]
    pub consensus_days: u32,
    /// Newest days of votes and bandwidth files, which are large; without it the newest 3 hours.
    #[arg(long, value_name = "DAYS", requires = "collector")]
    pub votes_days: Option<u32>,
}

/// How often something befalls the authorities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuthorityFaults {
    None,
    Usual,
    Frequent,
}

/// Hours of votes that are written when nothing else is asked for.
const VOTES_HOURS: u32 = 3;

impl RoundsArgs {
    /// What the simulator is asked for.
    pub fn options(&self) -> DirectoryOptions {
        let faults = match self.authority_faults {
            AuthorityFaults::None => FaultRate::None,
            AuthorityFaults::Usual => FaultRate::Usual,
            AuthorityFaults::Frequent => FaultRate::Frequent,
        };
        DirectoryOptions { authorities: self.authorities.into(), faults }
    }

    /// The rounds to write, the oldest first, and how much of each.
    fn rounds(&self, directory: &Directory<'_>) -> Vec<(Timestamp, RoundExtent)> {
        let votes = self.votes_days.map_or(VOTES_HOURS, |days| days.saturating_mul(24)) as usize;
        let consensuses = self.consensus_days.saturating_mul(24) as usize;
        let extent =
            |back: usize| if back < votes { RoundExtent::Everything } else { RoundExtent::Consensuses };
        let newest = directory.rounds().rev().take(votes.max(consensuses)).enumerate();
        let mut rounds: Vec<(Timestamp, RoundExtent)> =
            newest.map(|(back, round)| (round, extent(back))).collect();
        rounds.reverse();
        rounds
    }
}

/// Writes the documents below `out` and returns how many there are.
pub fn write_rounds(directory: &Directory<'_>, args: &RoundsArgs, out: &Path) -> io::Result<usize> {
    let recent = out.join("recent/relay-descriptors");
    fs::write(out.join("authorities"), directory.authority_lines())?;
    let mut written = write_all(&recent, directory.certificates())?;
    let progress = Progress::start();
    let rounds = args.rounds(directory);
    for (at, (round, extent)) in rounds.iter().enumerate() {
        progress.stage(&format!("writing round {} of {}", at + 1, rounds.len()));
        written += write_all(&recent, directory.documents(*round, *extent))?;
    }
    progress.finish();
    Ok(written)
}

fn write_all(recent: &Path, documents: Result<Vec<DirectoryDocument>, KeyError>) -> io::Result<usize> {
    let documents = documents.map_err(io::Error::other)?;
    for document in &documents {
        let path = recent.join(&document.path);
        fs::create_dir_all(path.parent().unwrap_or(recent))?;
        let part = path.with_extension("part");
        fs::write(&part, &document.text)?;
        fs::rename(&part, &path)?;
    }
    Ok(documents.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_sim::{SimOptions, Simulation};

    /// 2026-02-22 13:00.
    const NOON: Timestamp = Timestamp(1_771_765_200);

    fn written(votes_days: Option<u32>) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let simulation = Simulation::run(&SimOptions { relays: 20, days: 3, seed: 1, end: NOON });
        let args = RoundsArgs {
            collector: true,
            authorities: 3,
            authority_faults: AuthorityFaults::None,
            consensus_days: 1,
            votes_days,
        };
        let directory = simulation.directory(&args.options()).unwrap();
        let count = write_rounds(&directory, &args, folder.path()).unwrap();
        let recent = folder.path().join("recent/relay-descriptors");
        let mut paths = Vec::new();
        for kind in ["consensuses", "microdescs/consensus-microdesc", "votes", "bandwidths", "certs"] {
            for entry in fs::read_dir(recent.join(kind)).unwrap() {
                paths.push(format!("{kind}/{}", entry.unwrap().file_name().display()));
            }
        }
        assert_eq!(paths.len(), count);
        assert!(folder.path().join("authorities").is_file());
        paths
    }

    fn count(paths: &[String], kind: &str) -> usize {
        paths.iter().filter(|path| path.starts_with(kind)).count()
    }

    #[test]
    fn votes_are_written_for_the_newest_hours_and_consensuses_for_a_day() {
        let paths = written(None);
        assert_eq!((count(&paths, "consensuses/"), count(&paths, "microdescs/")), (24, 24));
        assert_eq!((count(&paths, "votes/"), count(&paths, "bandwidths/")), (9, 9));
        assert!(paths.contains(&"consensuses/2026-02-22-13-00-00-consensus".into()));
    }

    #[test]
    fn days_of_votes_bring_their_consensuses() {
        let paths = written(Some(2));
        assert_eq!((count(&paths, "consensuses/"), count(&paths, "votes/")), (48, 144));
    }
}
