//! Takes documents in: knows what they are, checks them, makes records of them and commits each.

use super::super::Place;
use super::report::Report;
use super::votes::VotesOfRound;
use super::{ProgressName, files, onionoo, presence};
use crate::commands::say;
use crate::failure::{ExitCode, Failure};
use crate::network_record::record;
use crate::progress::Progress;
use allium_collect::{ArchiveLimits, read_archive};
use allium_consensus::{
    Certificates, ConsensusFacts, RoundFacts, TrustedAuthorities, authority_records, hour_record, sha256,
    summarize_consensus, verify_consensus,
};
use allium_documents::dirspec::{DocumentKind, parse_certificates, parse_consensus};
use allium_documents::{Limits, decompress, opening};
use allium_model::{HourRecord, Timestamp, Warning};
use allium_store::{Appended, SeenDocument, Store};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;

/// Seconds that a document may be ahead of the clock.
pub(super) const MAX_AHEAD_SECONDS: i64 = 600;

/// Documents that are noted as seen together. One that is lost with the process is read once more.
const NOTED_TOGETHER: usize = 24;

/// Bytes that an archive may unpack to for each of its own, beyond the allowance. Monthly archives of
/// consensuses reach about 60.
const MAX_RATIO: u64 = 1_000;

/// Bytes that any archive may unpack to.
const ALLOWANCE_BYTES: u64 = 256 << 20;

/// Bytes that a document of the directory may have, unpacked; the largest votes have about 4 MB.
const MAX_DIRECTORY_BYTES: usize = 64 << 20;

/// Bytes of a file, as stored, and of its content, from which it is told which limit is its own.
const OPENING_BYTES: u64 = 1 << 18;
const OPENING_PLAIN_BYTES: usize = 64;

/// Things noticed about one document that are said one by one; the rest is counted.
const SAID_TOGETHER: usize = 5;

/// Takes documents in.
pub struct Intake<'a> {
    pub(super) place: &'a Place,
    pub(super) store: &'a Store,
    pub(super) trusted: TrustedAuthorities,
    pub(super) certificates: Certificates,
    pub(super) limits: Limits,
    pub(super) now: Timestamp,
    progress: ProgressName,
    bar: Progress,
    seen: Vec<SeenDocument>,
    /// Votes of one round that wait for the others.
    pub(super) round: VotesOfRound,
    pub(super) report: Report,
}

impl<'a> Intake<'a> {
    pub fn new(
        place: &'a Place,
        store: &'a Store,
        trusted: TrustedAuthorities,
        limits: Limits,
        now: Timestamp,
        progress: ProgressName,
    ) -> Self {
        Self {
            place,
            store,
            trusted,
            certificates: Certificates::default(),
            limits,
            now,
            progress,
            bar: Progress::start(),
            seen: Vec::new(),
            round: VotesOfRound::default(),
            report: Report::default(),
        }
    }

    /// Reads a file or an archive. What is wrong with it is told and counted; only a file that cannot be
    /// read at all and a failure of the store are failures.
    pub fn read_path(&mut self, path: &Path) -> Result<(), Failure> {
        let name = path.display().to_string();
        let unreadable =
            |error: io::Error| Failure::new(ExitCode::Source, format_args!("cannot read {name}: {error}"));
        if files::is_archive(path) {
            let file = File::open(path).map_err(unreadable)?;
            let packed_bytes = file.metadata().map_err(unreadable)?.len();
            return self.read_archive(&name, file, packed_bytes);
        }
        let mut file = File::open(path).map_err(unreadable)?;
        let size = file.metadata().map_err(unreadable)?.len();
        let mut bytes = Vec::new();
        (&mut file).take(OPENING_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
        let most = self.limits_of(&bytes).max_document_bytes as u64;
        if size > most {
            self.refuse(
                &name,
                &format!("it has {size} bytes, and {most} are the most that a document like it may have"),
            );
            return Ok(());
        }
        // A file that grows meanwhile is read to its limit and refused there.
        file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
        self.take(&name, &bytes)
    }

    /// The limits for a document, by its first bytes as they are stored.
    fn limits_of(&self, stored: &[u8]) -> Limits {
        let plain = opening(stored, OPENING_PLAIN_BYTES, &self.limits);
        let is_of_other_source = plain.starts_with(b"PAR1") || plain.trim_ascii_start().starts_with(b"{");
        let most = if is_of_other_source { usize::MAX } else { MAX_DIRECTORY_BYTES };
        Limits { max_document_bytes: self.limits.max_document_bytes.min(most), ..self.limits }
    }

    fn read_archive(&mut self, name: &str, file: File, packed_bytes: u64) -> Result<(), Failure> {
        let defaults = ArchiveLimits::default();
        let most = ALLOWANCE_BYTES.saturating_add(packed_bytes.saturating_mul(MAX_RATIO));
        let limits = ArchiveLimits {
            max_total_bytes: defaults.max_total_bytes.min(most),
            max_window_bytes: self.limits.max_window_bytes,
            ..defaults
        };
        let mut result = Ok(());
        let read = read_archive(
            name,
            file,
            &limits,
            |_| true,
            |path, bytes| {
                result = self.take(path.as_str(), &bytes);
                if result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            },
        );
        result?;
        match read {
            Ok(report) if report.refused > 0 => {
                self.report.refused += report.refused;
                say(format_args!(
                    "{name}: {} entries are not taken: links, names that lead elsewhere, or too large",
                    report.refused
                ));
            }
            Ok(_) => {}
            Err(error) => self.refuse(name, &error.to_string()),
        }
        Ok(())
    }

    /// Takes a document in.
    fn take(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let limits = self.limits_of(&bytes[..bytes.len().min(OPENING_BYTES as usize)]);
        let plain = match decompress(bytes, &limits) {
            Ok(plain) => plain,
            Err(error) => {
                self.refuse(name, &error.to_string());
                return Ok(());
            }
        };
        match DocumentKind::of(&plain) {
            Some(DocumentKind::Consensus | DocumentKind::MicrodescConsensus) => {
                self.take_consensus(name, &plain)
            }
            Some(DocumentKind::Vote) => self.take_vote(name, &plain),
            Some(DocumentKind::Certificate) => {
                self.take_certificates(name, &plain);
                Ok(())
            }
            Some(_) => {
                self.report.other += 1;
                Ok(())
            }
            None if plain.starts_with(b"PAR1") => self.take_presence(name, plain.into_owned()),
            None if plain.trim_ascii_start().starts_with(b"{") => self.take_onionoo(name, &plain),
            None => {
                self.refuse(name, "it is no document that is known here");
                Ok(())
            }
        }
    }

    pub(super) fn refuse(&mut self, name: &str, reason: &str) {
        self.report.refused += 1;
        say(format_args!("{name} is not taken: {reason}"));
    }

    /// Says and counts what was noticed about a document.
    pub(super) fn warn(&mut self, name: &str, warnings: &[Warning], problems: &[String]) {
        let noticed = warnings.len() + problems.len();
        self.report.warnings += noticed as u64;
        let texts = problems.iter().cloned().chain(warnings.iter().map(ToString::to_string));
        for text in texts.take(SAID_TOGETHER) {
            say(format_args!("{name}: {text}"));
        }
        if noticed > SAID_TOGETHER {
            say(format_args!("{name}: and {} more warnings", noticed - SAID_TOGETHER));
        }
    }

    fn take_certificates(&mut self, name: &str, plain: &[u8]) {
        let parsed = match parse_certificates(plain, &self.limits) {
            Ok(parsed) => parsed,
            Err(error) => return self.refuse(name, &error.to_string()),
        };
        self.warn(name, &parsed.warnings, &[]);
        for certificate in &parsed.document {
            match self.certificates.add(certificate) {
                Ok(()) => self.report.certificates += 1,
                Err(problem) => {
                    say(format_args!(
                        "{name}: the certificate of {} is not used: {problem}",
                        certificate.fingerprint
                    ));
                }
            }
        }
    }

    fn take_consensus(&mut self, name: &str, plain: &[u8]) -> Result<(), Failure> {
        let digest = sha256(plain);
        if self.is_seen(&digest)? {
            return Ok(());
        }
        let parsed = match parse_consensus(plain, &self.limits) {
            Ok(parsed) => parsed,
            Err(error) => {
                self.refuse(name, &error.to_string());
                return Ok(());
            }
        };
        let consensus = &parsed.document;
        let verification = verify_consensus(plain, consensus, &self.certificates, &self.trusted);
        if !verification.is_believed {
            let reason = format!(
                "{} of {} trusted authorities signed it{}",
                verification.trusted(),
                verification.trusted_authorities,
                if self.report.certificates == 0 {
                    "; no certificates were given (--certs FILE)"
                } else {
                    ""
                }
            );
            self.refuse(name, &reason);
            return Ok(());
        }
        self.warn(name, &parsed.warnings, &verification.problems);
        let facts = ConsensusFacts {
            bytes: plain.len() as u64,
            unknown_items: parsed.unknown_items.values().sum(),
            digest: None,
            signatures: verification.summary(),
        };
        let summary = summarize_consensus(consensus, facts);
        let expected: Vec<_> =
            self.trusted.trusted_at(verification.valid_after).map(|entry| entry.identity).collect();
        let authorities = authority_records(RoundFacts {
            valid_after: verification.valid_after,
            consensus: Some(&summary),
            flags: &[],
            votes: None,
            expected: &expected,
        });
        let record = hour_record(consensus, verification.trusted() as u32, authorities);
        self.commit(name, "consensus", digest, &record)
    }

    fn take_onionoo(&mut self, name: &str, plain: &[u8]) -> Result<(), Failure> {
        let digest = sha256(plain);
        if self.is_seen(&digest)? {
            return Ok(());
        }
        match onionoo::network(plain, self.limits) {
            Ok(network) => self.commit(name, "details", digest, &record(&network, digest)),
            Err(error) => {
                self.refuse(name, &error.to_string());
                Ok(())
            }
        }
    }

    fn take_presence(&mut self, name: &str, plain: Vec<u8>) -> Result<(), Failure> {
        let digest = sha256(&plain);
        let runs = match presence::Runs::read(plain) {
            Ok(runs) => runs,
            Err(error) => {
                self.refuse(name, &error);
                return Ok(());
            }
        };
        let mut seen = BTreeSet::new();
        for time in runs.times() {
            if self.is_seen(&presence::digest(digest, time))? {
                seen.insert(time);
            }
        }
        runs.records(
            digest,
            |time| !seen.contains(&time),
            |record| self.commit(name, "presence", record.digest, &record),
        )
    }

    pub(super) fn is_seen(&mut self, digest: &[u8; 32]) -> Result<bool, Failure> {
        let is_seen = self.place.wait(self.store.is_seen(digest))?;
        self.report.known += u64::from(is_seen);
        Ok(is_seen)
    }

    fn commit(
        &mut self,
        name: &str,
        kind: &str,
        digest: [u8; 32],
        record: &HourRecord<'_>,
    ) -> Result<(), Failure> {
        if record.valid_after.seconds_since(self.now) > MAX_AHEAD_SECONDS {
            self.refuse(name, &format!("it is of {}, which is to come", record.valid_after));
            return Ok(());
        }
        match self.place.wait(self.store.append(record))? {
            Appended::Added => self.report.added += 1,
            Appended::Replaced => self.report.replaced += 1,
            Appended::Known => self.report.known += 1,
            Appended::Superseded | Appended::TooOld => self.report.superseded += 1,
        }
        self.show(name, record.valid_after);
        let (kind, name) = (kind.to_owned(), base_name(name).to_owned());
        self.see([SeenDocument { digest, kind, valid_after: record.valid_after, name }])
    }

    /// Notes documents as seen, after what is in them was committed.
    pub(super) fn see(&mut self, documents: impl IntoIterator<Item = SeenDocument>) -> Result<(), Failure> {
        self.seen.extend(documents);
        if self.seen.len() >= NOTED_TOGETHER { self.note_seen() } else { Ok(()) }
    }

    fn show(&self, name: &str, at: Timestamp) {
        match self.progress {
            ProgressName::Auto => {
                let done = self.report.added + self.report.replaced;
                self.bar.stage(&format!("{done} records, up to {}", at.to_minute()));
            }
            ProgressName::Lines => {
                say(format_args!("committed {} from {}", at.to_rfc3339(), base_name(name)));
            }
            ProgressName::None => {}
        }
    }

    fn note_seen(&mut self) -> Result<(), Failure> {
        self.place.wait(self.store.put_documents(&self.seen))?;
        self.seen.clear();
        Ok(())
    }

    /// Ends the import.
    pub fn finish(mut self) -> Result<Report, Failure> {
        self.put_votes()?;
        self.note_seen()?;
        self.bar.finish();
        Ok(self.report)
    }
}

/// The last part of a name; where files lie is nobody's business.
pub(super) fn base_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}
