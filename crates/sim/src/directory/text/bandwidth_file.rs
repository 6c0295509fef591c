//! Bandwidth files in the form of sbws, and what votes say of them.

use super::super::Directory;
use super::super::conduct::{BandwidthFile, fresh_file_seconds_before};
use super::super::round::{Round, Voter};
use super::{DirectoryDocument, annotated, file_time};
use crate::data::countries::COUNTRIES;
use allium_model::Timestamp;
use data_encoding::{BASE64_NOPAD, HEXUPPER};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// What an authority has for a bandwidth file when it votes.
pub(super) enum FileOfRound {
    /// It does not measure.
    None,
    /// It measures and has none.
    Missing,
    /// A file; one that is too old is named and not used.
    Written { file: WrittenFile, is_used: bool },
}

/// A bandwidth file.
pub(super) struct WrittenFile {
    created: Timestamp,
    headers: Vec<(&'static str, String)>,
    text: String,
    digest: [u8; 32],
}

impl FileOfRound {
    pub(super) fn of(directory: &Directory<'_>, round: &Round, voter: &Voter) -> Self {
        let time = directory.simulation.clock.time(round.hour);
        let created = match voter.conduct.file {
            BandwidthFile::Never => return Self::None,
            BandwidthFile::Missing => return Self::Missing,
            BandwidthFile::Fresh(_) => time.plus_seconds(-fresh_file_seconds_before(voter.authority)),
            BandwidthFile::Stale(created) => created,
        };
        let is_used = voter.conduct.measures();
        Self::Written { file: WrittenFile::of(directory, round, voter, created), is_used }
    }

    /// The file as a document.
    pub(super) fn document(&self) -> Option<DirectoryDocument> {
        let Self::Written { file, .. } = self else { return None };
        let path =
            format!("bandwidths/{}-bandwidth-{}", file_time(file.created), HEXUPPER.encode(&file.digest));
        Some(DirectoryDocument { path, text: annotated("bandwidth-file 1.0", &file.text) })
    }

    /// The lines of the vote: an authority without a usable file has empty headers and still a digest.
    pub(super) fn vote_lines(&self) -> String {
        let (headers, digest) = match self {
            Self::None => return String::new(),
            Self::Missing => (String::new(), Sha256::digest([]).into()),
            Self::Written { file, is_used: false } => (String::new(), file.digest),
            Self::Written { file, is_used: true } => (file.header_words(), file.digest),
        };
        format!(
            "bandwidth-file-headers {headers}\nbandwidth-file-digest sha256={}\n",
            BASE64_NOPAD.encode(&digest)
        )
    }
}

impl WrittenFile {
    fn of(directory: &Directory<'_>, round: &Round, voter: &Voter, created: Timestamp) -> Self {
        let mut relays = String::new();
        let mut eligible = 0;
        let is_used = voter.conduct.measures();
        let usable = Voter {
            conduct: super::super::conduct::Conduct {
                file: if is_used { voter.conduct.file } else { BandwidthFile::Fresh(1.0) },
                ..voter.conduct
            },
            ..*voter
        };
        for (sight, ballot) in round.ballots(directory, &usable) {
            if let Some(measured) = ballot.measured {
                eligible += 1;
                directory.bandwidth_line(sight.position as usize, measured, created, &mut relays);
            }
        }
        let headers = headers(round, voter.authority, created, eligible);
        let mut text = format!("{}\n", created.0);
        for (name, value) in &headers {
            let _ = writeln!(text, "{name}={value}");
        }
        text += "=====\n";
        text += &relays;
        let digest = Sha256::digest(text.as_bytes()).into();
        Self { created, headers, text, digest }
    }

    fn header_words(&self) -> String {
        let mut words = format!("timestamp={}", self.created.0);
        for (name, value) in &self.headers {
            let _ = write!(words, " {name}={value}");
        }
        words
    }
}

impl Directory<'_> {
    fn bandwidth_line(&self, position: usize, measured: u32, created: Timestamp, out: &mut String) {
        let relay = &self.simulation.world.relays[position];
        let bytes = u64::from(measured) * 1000;
        let time = created.plus_seconds(-(position as i64 * 7919 % (5 * 86_400)) - 97);
        let _ = writeln!(
            out,
            "bw={measured} bw_mean={} bw_median={} desc_bw_obs_last={} error_circ=0 error_stream=0 \
             master_key_ed25519={} nick={} node_id=${} success={} time={}",
            bytes * 9 / 10,
            bytes * 17 / 20,
            relay.bandwidth.observed,
            self.relay_keys(position).ed25519,
            relay.nickname,
            relay.fingerprint,
            2 + position % 9,
            iso(time),
        );
    }
}

fn headers(
    round: &Round,
    authority: usize,
    created: Timestamp,
    eligible: usize,
) -> Vec<(&'static str, String)> {
    let relays = round.decisions.len().max(1);
    let country = COUNTRIES[authority % COUNTRIES.len()].code.to_uppercase();
    vec![
        ("version", "1.5.0".into()),
        ("destinations_countries", "ZZ".into()),
        ("earliest_bandwidth", iso(created.plus_seconds(-5 * 86_400))),
        ("file_created", iso(created)),
        ("generator_started", iso(Timestamp(created.0 - created.0.rem_euclid(40 * 86_400)))),
        ("latest_bandwidth", iso(created.plus_seconds(-97))),
        ("minimum_number_eligible_relays", (relays * 6 / 10).to_string()),
        ("minimum_percent_eligible_relays", "60".into()),
        ("number_consensus_relays", relays.to_string()),
        ("number_eligible_relays", eligible.to_string()),
        ("percent_eligible_relays", (eligible * 100 / relays).min(100).to_string()),
        ("scanner_country", country),
        ("software", "sbws".into()),
        ("software_version", "2.0.0".into()),
        ("tor_version", "0.4.9.9".into()),
    ]
}

/// A time as bandwidth files have it.
fn iso(time: Timestamp) -> String {
    time.to_string().replace(' ', "T")
}
