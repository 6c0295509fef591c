//! Consensuses of both flavours, and votes (dir-spec, "Computing a consensus" and "Vote and consensus
//! status document formats").

use super::{Router, VoteRouter};
use allium_model::{Fingerprint, Timestamp};

/// Which of the two consensuses of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flavor {
    /// The full one, with digests of server descriptors.
    Ns,
    /// With digests of microdescriptors; what clients use.
    Microdesc,
}

impl Flavor {
    /// The name as dir-spec writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ns => "ns",
            Self::Microdesc => "microdesc",
        }
    }
}

/// Seconds that authorities wait for votes, and then for signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VotingDelay {
    /// For votes of others.
    pub vote_seconds: u32,
    /// For signatures of others.
    pub dist_seconds: u32,
}

/// A shared random value with the number of authorities that revealed for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedRandomValue<'a> {
    /// Number of reveals.
    pub reveals: u32,
    /// The value, 32 bytes in base64.
    pub value: &'a str,
}

/// What the heads of consensuses and votes have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusHeader<'a> {
    /// `network-status-version`.
    pub version: u32,
    /// Start of validity.
    pub valid_after: Timestamp,
    /// When the next one is due.
    pub fresh_until: Timestamp,
    /// End of validity.
    pub valid_until: Timestamp,
    /// `voting-delay`.
    pub voting_delay: VotingDelay,
    /// `client-versions`, as written: versions with commas between.
    pub client_versions: Option<&'a str>,
    /// `server-versions`.
    pub server_versions: Option<&'a str>,
    /// `known-flags` in their order.
    pub known_flags: Vec<&'a str>,
    /// `recommended-client-protocols`.
    pub recommended_client_protocols: Option<&'a str>,
    /// `recommended-relay-protocols`.
    pub recommended_relay_protocols: Option<&'a str>,
    /// `required-client-protocols`.
    pub required_client_protocols: Option<&'a str>,
    /// `required-relay-protocols`.
    pub required_relay_protocols: Option<&'a str>,
    /// `params` in their order.
    pub params: Vec<(&'a str, i32)>,
    /// `package` lines, of old methods.
    pub packages: Vec<&'a str>,
    /// `shared-rand-previous-value`.
    pub shared_random_previous: Option<SharedRandomValue<'a>>,
    /// `shared-rand-current-value`.
    pub shared_random_current: Option<SharedRandomValue<'a>>,
}

/// An authority as a consensus or vote names it: the lines from `dir-source` on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirSource<'a> {
    /// Nickname; ends in `-legacy` for an old identity key that is kept beside the new.
    pub nickname: &'a str,
    /// SHA-1 of the v3 identity key.
    pub identity: Fingerprint,
    /// Host name.
    pub hostname: &'a str,
    /// IPv4 address as written.
    pub address: &'a str,
    /// Port for directory requests, 0 for none.
    pub dir_port: u16,
    /// Port for the Tor protocol.
    pub or_port: u16,
    /// `contact`.
    pub contact: Option<&'a str>,
    /// `vote-digest` as hex; absent in votes and for legacy entries.
    pub vote_digest: Option<&'a str>,
}

/// A `directory-signature`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature<'a> {
    /// `sha1` when the line names none, else the name as written.
    pub algorithm: &'a str,
    /// SHA-1 of the v3 identity key of the signer.
    pub identity: Fingerprint,
    /// SHA-1 of the signing key.
    pub signing_key_digest: Fingerprint,
    /// The signature, decoded.
    pub bytes: Vec<u8>,
}

/// A consensus of either flavour.
#[derive(Debug, Clone)]
pub struct Consensus<'a> {
    /// Which one.
    pub flavor: Flavor,
    /// The head.
    pub header: StatusHeader<'a>,
    /// `consensus-method`.
    pub method: u32,
    /// Authorities whose votes were counted, in their order.
    pub authorities: Vec<DirSource<'a>>,
    /// The relays in their order (ascending by fingerprint in a sound document).
    pub routers: Vec<Router<'a>>,
    /// `bandwidth-weights` in their order.
    pub bandwidth_weights: Vec<(&'a str, i32)>,
    /// The signatures in their order.
    pub signatures: Vec<Signature<'a>>,
    /// The signed bytes: from `network-status-version` to the space after the first
    /// `directory-signature`. `@type` lines are not in it.
    pub signed: &'a [u8],
}

/// The certificate that a vote carries; see `certificate.rs`.
pub type CertificateText<'a> = &'a str;

/// A commitment to a shared random value in a vote (`shared-rand-commit`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedRandomCommit<'a> {
    /// Version of the protocol, 1.
    pub version: u32,
    /// Name of the digest, `sha3-256`.
    pub algorithm: &'a str,
    /// Identity of the authority that commits.
    pub identity: &'a str,
    /// The commitment in base64.
    pub commit: &'a str,
    /// The reveal in base64, when it was made.
    pub reveal: Option<&'a str>,
}

/// A vote of one authority.
#[derive(Debug, Clone)]
pub struct Vote<'a> {
    /// The head.
    pub header: StatusHeader<'a>,
    /// `consensus-methods` that the authority can compute.
    pub methods: Vec<u32>,
    /// `published`.
    pub published: Timestamp,
    /// `flag-thresholds` in their order, values as written (`98.000%`, `691200`).
    pub flag_thresholds: Vec<(&'a str, &'a str)>,
    /// `bandwidth-file-headers` as key and value; `None` without the line, empty when the line is empty.
    pub bandwidth_file_headers: Option<Vec<(&'a str, &'a str)>>,
    /// `bandwidth-file-digest`: algorithm and base64.
    pub bandwidth_file_digests: Vec<(&'a str, &'a str)>,
    /// The voter.
    pub authority: DirSource<'a>,
    /// `legacy-dir-key`: SHA-1 of an old identity key that is kept beside the new.
    pub legacy_identity: Option<Fingerprint>,
    /// `shared-rand-participate`.
    pub is_in_shared_random: bool,
    /// `shared-rand-commit`.
    pub shared_random_commits: Vec<SharedRandomCommit<'a>>,
    /// The certificate of the signing key, as text from `dir-key-certificate-version` to the end of
    /// its signature.
    pub certificate: Option<CertificateText<'a>>,
    /// The relays in their order.
    pub routers: Vec<VoteRouter<'a>>,
    /// The signatures; a sound vote has one.
    pub signatures: Vec<Signature<'a>>,
    /// The signed bytes, as in [`Consensus::signed`].
    pub signed: &'a [u8],
}
