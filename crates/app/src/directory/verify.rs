//! What is believed: documents against their signatures, and the trusted authorities of their time.

use allium_analysis::directory::ConsensusRelay;
use allium_consensus::{
    Certificates, ConsensusFacts, SignatureProblem, TrustedAuthorities, Verification, VoteFacts,
    consensus_flags, sha3_256, summarize_consensus, summarize_vote, verify_consensus, verify_vote,
};
use allium_documents::dirspec::{Consensus, parse_certificates, parse_consensus, parse_vote};
use allium_documents::{DocumentError, Limits};
use allium_model::{ConsensusSummary, Fingerprint, Flag, FlagSet, Timestamp, VoteEntry, VoteSummary};

/// Why a document goes no further.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It cannot be read.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Too few of the trusted authorities signed it.
    #[error("the {what} of {valid_after} is not believed: {reason}")]
    NotBelieved {
        /// `consensus` or `vote`.
        what: &'static str,
        /// Its time.
        valid_after: Timestamp,
        /// What is wrong.
        reason: String,
        /// Whether a trusted signature could not be checked for lack of a certificate.
        lacks_certificates: bool,
    },
    /// It is dated ahead of the clock.
    #[error("the {what} of {valid_after} is ahead of this machine's clock and refused")]
    Future {
        /// `consensus` or `vote`.
        what: &'static str,
        /// Its time.
        valid_after: Timestamp,
    },
}

impl Refusal {
    /// Whether certificates would tell more.
    pub const fn lacks_certificates(&self) -> bool {
        matches!(self, Self::NotBelieved { lacks_certificates: true, .. })
    }
}

/// A vote that is believed, in compact form.
pub type VoteParts = (VoteSummary, Vec<(Fingerprint, VoteEntry)>);

/// A consensus that is believed.
#[derive(Debug)]
pub struct Believed<'b> {
    /// The document as it came.
    pub bytes: &'b [u8],
    /// The document.
    pub consensus: Consensus<'b>,
    /// Its head and what came of its signatures.
    pub summary: ConsensusSummary,
    /// Trusted signatures that hold.
    pub signatures: u32,
    /// What is wrong with it all the same.
    pub problems: Vec<String>,
    /// Whether a trusted signature could not be checked for lack of a certificate.
    pub lacks_certificates: bool,
}

/// Checks documents with the certificates that it has seen.
#[derive(Debug)]
pub struct Verifier {
    trusted: TrustedAuthorities,
    certificates: Certificates,
    limits: Limits,
}

/// How far ahead of the clock a document may be. A vote is for a consensus that is still to come.
const MAX_AHEAD_SECONDS: i64 = 600;

/// Certificates are kept on disk for so long after their end: 180 days.
const KEPT_CERTIFICATE_SECONDS: i64 = 180 * 86_400;

/// Certificates that are kept on disk at most.
const MAX_KEPT_CERTIFICATES: usize = 500;

impl Verifier {
    /// Trusts these authorities and knows no certificate yet.
    pub fn new(trusted: TrustedAuthorities, limits: Limits) -> Self {
        Self { trusted, certificates: Certificates::default(), limits }
    }

    /// Who is trusted.
    pub fn trusted(&self) -> &TrustedAuthorities {
        &self.trusted
    }

    /// How much of a document is read.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether any certificate is known.
    pub fn has_certificates(&self) -> bool {
        self.certificates.iter().next().is_some()
    }

    /// How many certificates are known.
    pub fn certificates(&self) -> usize {
        self.certificates.iter().count()
    }

    /// The certificates of trusted authorities that did not expire long ago, as they were written.
    pub fn certificate_texts(&self, now: Timestamp) -> String {
        let is_trusted = |identity| self.trusted.entries().iter().any(|entry| entry.identity == identity);
        let oldest = now.plus_seconds(-KEPT_CERTIFICATE_SECONDS);
        let known = self.certificates.iter().filter(|one| is_trusted(one.identity) && one.expires > oldest);
        known.take(MAX_KEPT_CERTIFICATES).fold(String::new(), |texts, one| texts + one.text.trim_end() + "\n")
    }

    /// Takes in a file of certificates; how many of them hold.
    pub fn add_certificates(&mut self, bytes: &[u8]) -> Result<usize, Refusal> {
        let parsed = parse_certificates(bytes, &self.limits)?;
        let added = parsed.document.iter().filter(|certificate| self.certificates.add(certificate).is_ok());
        Ok(added.count())
    }

    /// A vote, when it is signed by the trusted authority that it is of.
    pub fn vote(&mut self, bytes: &[u8], now: Timestamp) -> Result<VoteParts, Refusal> {
        let parsed = parse_vote(bytes, &self.limits)?;
        let vote = &parsed.document;
        let valid_after = vote.header.valid_after;
        check_time(
            "vote",
            valid_after.plus_seconds(-interval_seconds(valid_after, vote.header.fresh_until)),
            now,
        )?;
        let verification = verify_vote(bytes, vote, &mut self.certificates, &self.trusted);
        check_belief("vote", &verification)?;
        Ok(summarize_vote(vote, VoteFacts { bytes: bytes.len() as u64, is_verified: true }))
    }

    /// A consensus, when more than half of the trusted authorities signed it.
    pub fn consensus<'b>(&self, bytes: &'b [u8], now: Timestamp) -> Result<Believed<'b>, Refusal> {
        let parsed = parse_consensus(bytes, &self.limits)?;
        let consensus = parsed.document;
        check_time("consensus", consensus.header.valid_after, now)?;
        let verification = verify_consensus(bytes, &consensus, &self.certificates, &self.trusted);
        check_belief("consensus", &verification)?;
        let facts = ConsensusFacts {
            bytes: bytes.len() as u64,
            unknown_items: parsed.unknown_items.values().sum(),
            digest: Some(sha3_256(consensus.signed)),
            signatures: verification.summary(),
        };
        let summary = summarize_consensus(&consensus, facts);
        let signatures = verification.trusted() as u32;
        let lacks_certificates = lacks_certificates(&verification);
        let problems = verification.problems;
        Ok(Believed { bytes, consensus, summary, signatures, problems, lacks_certificates })
    }
}

fn interval_seconds(valid_after: Timestamp, fresh_until: Timestamp) -> i64 {
    fresh_until.seconds_since(valid_after).clamp(0, 86_400)
}

fn check_time(what: &'static str, valid_after: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if valid_after > now.plus_seconds(MAX_AHEAD_SECONDS) {
        return Err(Refusal::Future { what, valid_after });
    }
    Ok(())
}

fn check_belief(what: &'static str, verification: &Verification) -> Result<(), Refusal> {
    if verification.is_believed {
        return Ok(());
    }
    let (trusted, all) = (verification.trusted(), verification.trusted_authorities);
    let first = verification.problems.first().map(|problem| format!("; {problem}")).unwrap_or_default();
    let reason = format!("{trusted} of {all} trusted authorities signed it{first}");
    let lacks_certificates = lacks_certificates(verification);
    Err(Refusal::NotBelieved { what, valid_after: verification.valid_after, reason, lacks_certificates })
}

fn lacks_certificates(verification: &Verification) -> bool {
    let mut trusted = verification.signatures.iter().filter(|check| check.is_trusted);
    trusted.any(|check| check.problem == Some(SignatureProblem::NoCertificate))
}

impl Believed<'_> {
    /// The relays with their flags, ascending.
    pub fn flags(&self) -> Vec<(Fingerprint, FlagSet)> {
        consensus_flags(&self.consensus)
    }

    /// The relays in compact form, ascending, each once.
    pub fn relays(&self) -> Vec<ConsensusRelay> {
        let routers = self.consensus.routers.iter();
        let mut relays: Vec<ConsensusRelay> = routers
            .map(|router| ConsensusRelay {
                fingerprint: router.fingerprint,
                flags: router.flags,
                weight: router.weight.bandwidth,
                is_measured: router.weight.bandwidth.map(|_| !router.weight.is_unmeasured),
            })
            .collect();
        relays.sort_by_key(|relay| relay.fingerprint);
        relays.dedup_by_key(|relay| relay.fingerprint);
        relays
    }

    /// Versions of tor that relays of authorities run.
    pub fn authority_versions(&self) -> Vec<(Fingerprint, String)> {
        let authorities =
            self.consensus.routers.iter().filter(|router| router.flags.contains(Flag::Authority));
        authorities
            .filter_map(|router| {
                let version = router.version?;
                let version = version.strip_prefix("Tor ").unwrap_or(version);
                Some((router.fingerprint, allium_model::printable(version).into_owned()))
            })
            .collect()
    }
}
