//! `allium consensus health` and `timeline`: the check list and the steps of a round, from files alone.

use super::files::{DocumentFile, add_certificates};
use super::votes::{Wanted, print, read_checked_votes};
use crate::cli::Format;
use crate::commands::{now_or, say};
use crate::config::Config;
use crate::directory::trusted_by_file;
use crate::failure::{ExitCode, Failure};
use allium_analysis::directory::{Directory, DirectoryInputs, TrustedAuthority};
use allium_consensus::{
    Certificates, ConsensusFacts, RoundFacts, TrustedAuthorities, authority_records, consensus_flags,
    hour_record, summarize_consensus, verify_consensus, verify_vote,
};
use allium_documents::Limits;
use allium_documents::dirspec::parse_consensus;
use allium_model::{Timestamp, VoteBook};
use allium_views::{check_rows, formation_rows};
use clap::Args;
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

/// Options of `consensus health` and `consensus timeline`.
#[derive(Debug, Args)]
pub struct HealthArgs {
    /// The consensus.
    #[arg(value_name = "FILE")]
    pub consensus: PathBuf,
    /// Votes of its round: files, or folders of them; those of other rounds are left out. Their signatures are
    /// checked too.
    #[arg(long, num_args = 1.., value_name = "FILE|DIR")]
    pub votes: Vec<PathBuf>,
    /// Key certificates; those in votes count too.
    #[arg(long, num_args = 1.., value_name = "FILE|DIR")]
    pub certs: Vec<PathBuf>,
    /// Trusted authorities instead of the built-in ones of the public network.
    #[arg(long, env = "ALLIUM_AUTHORITIES", value_name = "FILE")]
    pub authorities: Option<PathBuf>,
    /// Judge as of this time, as YYYY-MM-DDThh:mm:ssZ; without it as of the start of the consensus.
    #[arg(long, value_name = "TIME")]
    pub at: Option<Timestamp>,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// The check list.
pub fn run(args: &HealthArgs, config: &Config) -> Result<(), Failure> {
    let directory = directory(args, config)?;
    print(&check_rows(Some(&directory)), directory.inputs.data_time().unwrap_or_default(), args.format)?;
    verdict(&directory)
}

/// The steps of the round.
pub fn timeline(args: &HealthArgs, config: &Config) -> Result<(), Failure> {
    let directory = directory(args, config)?;
    print(&formation_rows(&directory), directory.inputs.data_time().unwrap_or_default(), args.format)?;
    if args.format == Format::Table {
        say(format_args!(
            "when votes and signatures reached the other authorities is not published anywhere"
        ));
    }
    Ok(())
}

/// What the list says rests on documents that are believed, or on none.
fn verdict(directory: &Directory) -> Result<(), Failure> {
    let failed = |message: &dyn std::fmt::Display| Err(Failure::new(ExitCode::NotBelieved, message));
    let votes = directory.inputs.votes.authorities();
    let unsigned = votes.iter().filter(|vote| !vote.is_verified).count();
    let signatures = directory.inputs.consensus.iter().flat_map(|consensus| &consensus.signatures);
    let signers: BTreeSet<_> = signatures
        .filter(|signature| signature.is_verified && signature.is_trusted)
        .map(|signature| signature.identity)
        .collect();
    let (signed, needed) = (signers.len(), directory.inputs.majority());
    if signed < needed {
        return failed(&format_args!(
            "the consensus is not believed: {signed} trusted signatures hold, {needed} are needed"
        ));
    }
    if unsigned > 0 {
        return failed(&format_args!("{unsigned} of {} votes are not believed", votes.len()));
    }
    Ok(())
}

/// The round as the pages have it, without history and probes. Votes bring certificates, and so are read
/// before signatures of the consensus are checked.
fn directory(args: &HealthArgs, config: &Config) -> Result<Directory, Failure> {
    let limits = config.limits();
    let trusted = trusted_by_file(args.authorities.as_deref(), config)?;
    let mut certificates = Certificates::default();
    add_certificates(&mut certificates, &args.certs, &limits)?;
    let file = DocumentFile::read(&args.consensus, &limits)?;
    let parsed =
        parse_consensus(&file.bytes, &limits).map_err(|error| Failure::document(&file.name, &error))?;
    let consensus = &parsed.document;
    let time = consensus.header.valid_after;
    let votes = votes(args, time, &mut certificates, &trusted, &limits)?;
    if certificates.iter().next().is_none() {
        say(format_args!("without certificates no signature can be checked; name some with --certs"));
    }
    let verified = verify_consensus(&file.bytes, consensus, &certificates, &trusted);
    let facts = ConsensusFacts {
        bytes: file.bytes.len() as u64,
        unknown_items: parsed.unknown_items.values().sum(),
        digest: None,
        signatures: verified.summary(),
    };
    let summary = summarize_consensus(consensus, facts);
    let flags = consensus_flags(consensus);
    let expected: Vec<_> = trusted.trusted_at(time).map(|authority| authority.identity).collect();
    let mut rounds = authority_records(RoundFacts {
        valid_after: time,
        consensus: Some(&summary),
        flags: &flags,
        votes: (!args.votes.is_empty()).then_some(&votes),
        expected: &expected,
    });
    for round in rounds.iter_mut().filter(|round| round.certificate_expires.is_none()) {
        let own = certificates.iter().filter(|certificate| certificate.identity == round.identity);
        round.certificate_expires = own.map(|certificate| certificate.expires).max();
    }
    let record = hour_record(consensus, verified.trusted() as u32, Vec::new());
    Ok(Directory::new(DirectoryInputs {
        judged_at: now_or(Some(args.at.unwrap_or(time))),
        relays: Arc::new(record.relays.iter().map(Into::into).collect()),
        network: vec![record.network],
        consensus: Some(Arc::new(summary)),
        votes: Arc::new(votes),
        rounds,
        trusted: trusted_list(&trusted, time),
        ..DirectoryInputs::default()
    }))
}

/// The votes of the round; what is wrong with their signatures is said on standard error.
fn votes(
    args: &HealthArgs,
    time: Timestamp,
    certificates: &mut Certificates,
    trusted: &TrustedAuthorities,
    limits: &Limits,
) -> Result<VoteBook, Failure> {
    if args.votes.is_empty() {
        return Ok(VoteBook::default());
    }
    read_checked_votes(&args.votes, Wanted::RoundOf(time), limits, &mut |file, vote| {
        let verification = verify_vote(&file.bytes, vote, certificates, trusted);
        for problem in &verification.problems {
            say(format_args!("{}: {problem}", file.name));
        }
        verification.is_believed
    })
}

fn trusted_list(trusted: &TrustedAuthorities, time: Timestamp) -> Vec<TrustedAuthority> {
    trusted
        .trusted_at(time)
        .map(|authority| {
            let address = authority.address.as_ref();
            TrustedAuthority {
                nickname: authority.nickname.clone(),
                identity: authority.identity,
                dir_address: address.map(|at| SocketAddr::from((at.address, at.dir_port))),
                or_port: address.and_then(|at| at.or_port),
                ipv6_address: address.and_then(|at| at.ipv6).map(|at| IpAddr::V6(*at.ip())),
                relay: authority.relay,
            }
        })
        .collect()
}
