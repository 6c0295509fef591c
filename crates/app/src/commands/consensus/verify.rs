//! `allium consensus verify`: whether documents are what authorities signed, and whether they are believed.

use super::ReportFormat;
use super::files::{DocumentFile, add_certificates, expand};
use super::report::{FileReport, Verdict, write_table};
use crate::commands::{now_or, say};
use crate::config::Config;
use crate::directory::trusted_by_file;
use crate::failure::{ExitCode, Failure};
use crate::progress::Progress;
use allium_consensus::{
    Certificates, ConsensusDigest, TrustedAuthorities, compare_flavors, match_microdescriptors,
    verify_consensus, verify_detached, verify_vote,
};
use allium_documents::dirspec::{
    Certificate, Consensus, DocumentKind, Flavor, Microdescriptor, Parsed, Vote, parse_certificates,
    parse_consensus, parse_detached_signatures, parse_microdescriptors, parse_vote,
};
use allium_documents::{DocumentError, Limits};
use allium_model::Timestamp;
use clap::Args;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Bytes of consensuses that are kept until the votes and certificates were read; more are read twice.
const KEPT_BYTES: usize = 256 << 20;

/// Options of `consensus verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Consensuses, votes, detached signatures, key certificates and microdescriptors (plain, .zst, .gz or .xz), or
    /// folders of them. Consensuses of both flavours and one hour are compared with each other, and detached
    /// signatures with the consensuses that they are on.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Key certificates; those in votes and among the files count too. Can be given several times.
    #[arg(long, value_name = "FILE")]
    pub certs: Vec<PathBuf>,
    /// Trusted authorities instead of those of the public network: a list, or a torrc with DirAuthority lines.
    #[arg(long, env = "ALLIUM_AUTHORITIES", value_name = "FILE")]
    pub authorities: Option<PathBuf>,
    /// Fix the clock, as YYYY-MM-DDThh:mm:ssZ; a document that is ahead of it has a problem.
    #[arg(long, value_name = "TIME")]
    pub now: Option<Timestamp>,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
}

/// Seconds that a document may be ahead of the clock.
const MAX_AHEAD_SECONDS: i64 = 600;

/// Seconds that votes are made before the time that they are for; an hour in the public network.
const VOTE_AHEAD_SECONDS: i64 = 3600;

pub fn run(args: &VerifyArgs, config: &Config) -> Result<(), Failure> {
    let limits = config.limits();
    let mut check = Check {
        limits,
        now: now_or(args.now),
        trusted: trusted_by_file(args.authorities.as_deref(), config)?,
        certificates: Certificates::default(),
        hours: BTreeMap::new(),
        digests: Vec::new(),
        microdescriptors: Vec::new(),
        detached: Vec::new(),
    };
    add_certificates(&mut check.certificates, &args.certs, &limits)?;
    let progress = Progress::start();
    let reports = check.all(&expand(&args.files)?, &progress);
    progress.finish();
    print(&reports, args.format).or_else(|error| Failure::output(&error))?;
    verdict(&reports)
}

/// What documents are checked against, and what was seen so far.
struct Check {
    limits: Limits,
    now: Timestamp,
    trusted: TrustedAuthorities,
    certificates: Certificates,
    /// The consensuses of each hour: the number of the file and its flavour.
    hours: BTreeMap<Timestamp, Vec<(usize, Flavor)>>,
    /// The digests of the consensuses.
    digests: Vec<ConsensusDigest>,
    /// The numbers of files of microdescriptors.
    microdescriptors: Vec<usize>,
    /// The numbers of files of detached signatures.
    detached: Vec<usize>,
}

impl Check {
    /// The reports in the order of the files. Consensuses are checked last, since votes and files of
    /// certificates among the others bring certificates.
    fn all(&mut self, paths: &[PathBuf], progress: &Progress) -> Vec<FileReport> {
        let mut reports: BTreeMap<usize, FileReport> = BTreeMap::new();
        let mut consensuses: Vec<(usize, Option<DocumentFile>)> = Vec::new();
        let mut room = KEPT_BYTES;
        progress.stage("reading certificates and votes");
        for (index, path) in paths.iter().enumerate() {
            let file = match self.read(path) {
                Ok(file) => file,
                Err(report) => {
                    reports.insert(index, *report);
                    continue;
                }
            };
            match file.kind() {
                Some(DocumentKind::Microdescriptor) => self.microdescriptors.push(index),
                Some(DocumentKind::DetachedSignatures) => self.detached.push(index),
                _ => {}
            }
            if let Some(report) = self.other(&file) {
                reports.insert(index, report);
                continue;
            }
            let is_kept = file.bytes.len() <= room;
            room -= if is_kept { file.bytes.len() } else { 0 };
            consensuses.push((index, is_kept.then_some(file)));
        }
        let count = consensuses.len();
        for (number, (index, file)) in consensuses.into_iter().enumerate() {
            progress.stage(&format!("checking consensus {} of {count}", number + 1));
            let file = file.map_or_else(|| self.read(&paths[index]), Ok);
            reports.insert(index, file.map_or_else(|report| *report, |file| self.consensus(index, &file)));
        }
        let mut reports: Vec<FileReport> = reports.into_values().collect();
        progress.stage("comparing flavours");
        self.compare_hours(paths, &mut reports);
        self.match_microdescriptors(paths, &mut reports);
        for &index in &self.detached {
            let file = self.read(&paths[index]);
            reports[index] = file.map_or_else(|report| *report, |file| self.detached(&file));
        }
        reports
    }

    /// Reads a file; one that cannot be read or unpacked has its report already.
    fn read(&self, path: &Path) -> Result<DocumentFile, Box<FileReport>> {
        DocumentFile::read(path, &self.limits).map_err(|failure| {
            let report = FileReport::unusable(&path.display().to_string(), failure.to_string());
            Box::new(match failure.code {
                ExitCode::Source => FileReport { verdict: Verdict::Unreadable, ..report },
                _ => report,
            })
        })
    }

    /// Adds a problem to a document that is ahead of the clock by more than it may be.
    fn judge_time(&self, report: &mut FileReport, valid_after: Timestamp, allowed_seconds: i64) {
        let ahead_seconds = valid_after.seconds_since(self.now);
        if ahead_seconds > allowed_seconds {
            let minutes = ahead_seconds / 60;
            report.add_problems(&[format!(
                "it is for {valid_after}, {minutes} minutes ahead of the clock, {}",
                self.now
            )]);
        }
    }

    /// The report of a document that is no consensus; `None` of a consensus.
    fn other(&mut self, file: &DocumentFile) -> Option<FileReport> {
        Some(match file.kind() {
            Some(DocumentKind::Consensus | DocumentKind::MicrodescConsensus) => return None,
            Some(DocumentKind::Vote) => self.vote(file),
            Some(DocumentKind::Certificate) => self.certificates(file),
            Some(DocumentKind::Microdescriptor | DocumentKind::DetachedSignatures) => {
                FileReport::empty(&file.name)
            }
            Some(kind) => {
                let problem = format!("it is a {}, which authorities do not sign", kind.name());
                FileReport::unusable(&file.name, problem)
            }
            None => FileReport::unusable(&file.name, "it is no document that is known here".to_owned()),
        })
    }

    fn consensus(&mut self, index: usize, file: &DocumentFile) -> FileReport {
        let parsed: Result<Parsed<Consensus<'_>>, DocumentError> = parse_consensus(&file.bytes, &self.limits);
        let Parsed { document: consensus, warnings, .. } = match parsed {
            Ok(parsed) => parsed,
            Err(error) => return FileReport::unusable(&file.name, error.to_string()),
        };
        let verification = verify_consensus(&file.bytes, &consensus, &self.certificates, &self.trusted);
        self.hours.entry(consensus.header.valid_after).or_default().push((index, consensus.flavor));
        self.digests.push(ConsensusDigest::of(&consensus));
        let mut report = FileReport {
            flavor: Some(consensus.flavor.name()),
            relays: Some(consensus.routers.len()),
            authorities: Some(consensus.authorities.len()),
            majority: Some(verification.is_believed),
            ..FileReport::verified(&file.name, &verification, &warnings)
        };
        self.judge_time(&mut report, consensus.header.valid_after, MAX_AHEAD_SECONDS);
        report
    }

    fn detached(&self, file: &DocumentFile) -> FileReport {
        match parse_detached_signatures(&file.bytes, &self.limits) {
            Ok(parsed) => {
                let flavors =
                    verify_detached(&parsed.document, &self.digests, &self.certificates, &self.trusted);
                FileReport::of_detached(&file.name, &flavors, &parsed.warnings)
            }
            Err(error) => FileReport::unusable(&file.name, error.to_string()),
        }
    }

    fn vote(&mut self, file: &DocumentFile) -> FileReport {
        let parsed: Result<Parsed<Vote<'_>>, DocumentError> = parse_vote(&file.bytes, &self.limits);
        let Parsed { document: vote, warnings, .. } = match parsed {
            Ok(parsed) => parsed,
            Err(error) => return FileReport::unusable(&file.name, error.to_string()),
        };
        let verification = verify_vote(&file.bytes, &vote, &mut self.certificates, &self.trusted);
        let mut report = FileReport {
            flavor: Some("vote"),
            relays: Some(vote.routers.len()),
            authorities: Some(1),
            ..FileReport::verified(&file.name, &verification, &warnings)
        };
        let allowed_seconds = MAX_AHEAD_SECONDS + VOTE_AHEAD_SECONDS;
        self.judge_time(&mut report, vote.header.valid_after, allowed_seconds);
        report
    }

    fn certificates(&mut self, file: &DocumentFile) -> FileReport {
        let parsed: Result<Parsed<Vec<Certificate<'_>>>, DocumentError> =
            parse_certificates(&file.bytes, &self.limits);
        let Parsed { document, warnings, .. } = match parsed {
            Ok(parsed) => parsed,
            Err(error) => return FileReport::unusable(&file.name, error.to_string()),
        };
        let mut report = FileReport::empty(&file.name);
        report.flavor = Some("certificate");
        report.add_warnings(&warnings);
        report.authorities = Some(document.len());
        report.signatures_present = document.len();
        for certificate in &document {
            let identity = certificate.fingerprint;
            let is_trusted = self.trusted.find(identity).is_some();
            match self.certificates.add(certificate) {
                Ok(()) => {
                    report.signatures_verified += 1;
                    report.signatures_trusted += usize::from(is_trusted);
                }
                Err(problem) => report.problems.push(format!("certificate of {identity}: {problem}")),
            }
            if !is_trusted {
                report.problems.push(format!("certificate of {identity}: the identity is not trusted"));
            }
        }
        report.verdict = if report.problems.is_empty() { Verdict::Believed } else { Verdict::NotBelieved };
        report
    }

    /// Looks for the digests of microdescriptors in the microdesc consensuses that are believed.
    fn match_microdescriptors(&self, paths: &[PathBuf], reports: &mut [FileReport]) {
        for &index in &self.microdescriptors {
            let file = match self.read(&paths[index]) {
                Ok(file) => file,
                Err(report) => {
                    reports[index] = *report;
                    continue;
                }
            };
            reports[index] = match parse_microdescriptors(&file.bytes, &self.limits) {
                Ok(parsed) => {
                    let listing = self.listing(&parsed.document, paths, reports);
                    FileReport::of_microdescriptors(&file.name, &parsed.document, listing, &parsed.warnings)
                }
                Err(error) => FileReport::unusable(&file.name, error.to_string()),
            };
        }
    }

    /// Of each microdescriptor whether a believed consensus lists it.
    fn listing(
        &self,
        microdescriptors: &[Microdescriptor<'_>],
        paths: &[PathBuf],
        reports: &[FileReport],
    ) -> Vec<bool> {
        let mut is_listed = vec![false; microdescriptors.len()];
        for (index, flavor) in self.hours.values().flatten() {
            if *flavor != Flavor::Microdesc || reports[*index].verdict != Verdict::Believed {
                continue;
            }
            let Ok(file) = self.read(&paths[*index]) else { continue };
            let Ok(parsed) = parse_consensus(&file.bytes, &self.limits) else { continue };
            let unlisted = match_microdescriptors(&parsed.document, microdescriptors).unlisted;
            for (place, is_listed) in is_listed.iter_mut().enumerate() {
                *is_listed |= unlisted.binary_search(&place).is_err();
            }
        }
        is_listed
    }

    /// Compares the flavours of each hour that has both; what differs is a problem of both files.
    fn compare_hours(&self, paths: &[PathBuf], reports: &mut [FileReport]) {
        for files in self.hours.values() {
            let of = |flavor| files.iter().find(|(_, other)| *other == flavor).map(|(index, _)| *index);
            let (Some(ns), Some(microdesc)) = (of(Flavor::Ns), of(Flavor::Microdesc)) else { continue };
            let differences = self.differences(&paths[ns], &paths[microdesc]);
            for index in [ns, microdesc] {
                reports[index].add_problems(&differences);
            }
        }
    }

    fn differences(&self, ns: &Path, microdesc: &Path) -> Vec<String> {
        let (ns, microdesc) = match (self.read(ns), self.read(microdesc)) {
            (Ok(ns), Ok(microdesc)) => (ns, microdesc),
            (Err(report), _) | (_, Err(report)) => return report.problems,
        };
        let (Ok(ns), Ok(microdesc)) =
            (parse_consensus(&ns.bytes, &self.limits), parse_consensus(&microdesc.bytes, &self.limits))
        else {
            return Vec::new();
        };
        let differences = compare_flavors(&ns.document, &microdesc.document);
        differences.iter().map(ToString::to_string).collect()
    }
}

fn print(reports: &[FileReport], format: ReportFormat) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for report in reports {
        match format {
            ReportFormat::Table => write_table(&mut out, report)?,
            ReportFormat::Json => {
                serde_json::to_writer(&mut out, report)?;
                writeln!(out)?;
            }
        }
    }
    out.flush()
}

/// The exit code: of all files the worst.
fn verdict(reports: &[FileReport]) -> Result<(), Failure> {
    let count = |verdict| reports.iter().filter(|report| report.verdict == verdict).count();
    let (all, unusable, doubted) = (reports.len(), count(Verdict::Unusable), count(Verdict::NotBelieved));
    let unreadable = count(Verdict::Unreadable);
    if reports.len() > 1 {
        say(format_args!("{} of {all} files are believed", count(Verdict::Believed)));
    }
    if unreadable > 0 {
        let message = format_args!("{unreadable} of {all} files cannot be read");
        return Err(Failure::new(ExitCode::Source, message));
    }
    if unusable > 0 {
        return Err(Failure::new(
            ExitCode::Document,
            format_args!("{unusable} of {all} files cannot be used"),
        ));
    }
    if doubted > 0 {
        return Err(Failure::new(
            ExitCode::NotBelieved,
            format_args!("{doubted} of {all} files are not believed"),
        ));
    }
    Ok(())
}
