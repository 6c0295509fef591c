//! The votes of one round, compact: a row for each relay, a column for each authority.

use crate::{Fingerprint, FlagSet, Timestamp};

/// What one authority's vote says as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct VoteSummary {
    /// Nickname of the authority.
    pub nickname: String,
    /// SHA-1 of its v3 identity key.
    pub identity: Fingerprint,
    /// Start of validity of the consensus that the vote is for.
    pub valid_after: Timestamp,
    /// `published`.
    pub published: Timestamp,
    /// Address and ports as the vote gives them.
    pub address: String,
    /// Port for directory requests, 0 for none.
    pub dir_port: u16,
    /// Port for the Tor protocol.
    pub or_port: u16,
    /// Contact text.
    pub contact: Option<String>,
    /// Consensus methods that it can compute, ascending.
    pub methods: Vec<u32>,
    /// Flags that it votes on.
    pub known_flags: Vec<String>,
    /// `flag-thresholds`, values as written.
    pub flag_thresholds: Vec<(String, String)>,
    /// `params`.
    pub params: Vec<(String, i32)>,
    /// `client-versions`, with commas.
    pub client_versions: Option<String>,
    /// `server-versions`, with commas.
    pub server_versions: Option<String>,
    /// Headers of its bandwidth file; `None` when it votes without one, empty when the file was
    /// missing or too old.
    pub bandwidth_file_headers: Option<Vec<(String, String)>>,
    /// `bandwidth-file-digest` (sha256, base64).
    pub bandwidth_file_digest: Option<String>,
    /// Whether it takes part in the shared random value.
    pub is_in_shared_random: bool,
    /// Identities of authorities whose commitments it has seen.
    pub shared_random_commits: Vec<Fingerprint>,
    /// Identities of authorities whose reveals it has seen.
    pub shared_random_reveals: Vec<Fingerprint>,
    /// Shared random values that it votes for.
    pub shared_random: crate::SharedRandom,
    /// When the certificate of its signing key expires.
    pub certificate_expires: Option<Timestamp>,
    /// Relays in the vote.
    pub relays: u32,
    /// Relays with `Measured=`.
    pub measured_relays: u32,
    /// Relays with an IPv6 address in an `a` line.
    pub ipv6_relays: u32,
    /// Size of the document in bytes.
    pub bytes: u64,
    /// SHA-1 of the signed part, as `vote-digest` names it.
    pub digest: Fingerprint,
    /// Whether its signature and certificate were checked and are those of a trusted identity.
    pub is_verified: bool,
}

/// What one authority says of one relay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VoteEntry {
    /// Flags in the vote.
    pub flags: FlagSet,
    /// Weighted fractional uptime, 0 to 1.
    pub wfu_ratio: Option<f64>,
    /// Weighted time known, in seconds.
    pub time_known_seconds: Option<u64>,
    /// Weighted mean time between failures, in seconds.
    pub mtbf_seconds: Option<u64>,
    /// `Bandwidth=`, in kB/s (1,000 bytes per second).
    pub bandwidth_kilobytes_per_second: Option<u32>,
    /// `Measured=` or `MeasuredButAuthority=`, in kB/s.
    pub measured_kilobytes_per_second: Option<u32>,
    /// Publication of the descriptor.
    pub published: Timestamp,
    /// Whether the vote lists an IPv6 address.
    pub has_ipv6: bool,
}

/// All votes of a round that were at hand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VoteBook {
    authorities: Vec<VoteSummary>,
    fingerprints: Vec<Fingerprint>,
    /// Row by row: the entries of a relay stand together, in the order of the authorities.
    entries: Vec<Option<VoteEntry>>,
}

impl VoteBook {
    /// Puts votes together; each comes with its entries in any order. The first entry of a relay wins.
    pub fn new(votes: Vec<(VoteSummary, Vec<(Fingerprint, VoteEntry)>)>) -> Self {
        let mut fingerprints: Vec<Fingerprint> = votes
            .iter()
            .flat_map(|(_, entries)| entries.iter().map(|(fingerprint, _)| *fingerprint))
            .collect();
        fingerprints.sort_unstable();
        fingerprints.dedup();
        let width = votes.len();
        let mut entries = vec![None; fingerprints.len() * width];
        let mut authorities = Vec::with_capacity(width);
        for (column, (summary, votes)) in votes.into_iter().enumerate() {
            for (fingerprint, entry) in votes {
                if let Ok(row) = fingerprints.binary_search(&fingerprint) {
                    entries[row * width + column].get_or_insert(entry);
                }
            }
            authorities.push(summary);
        }
        Self { authorities, fingerprints, entries }
    }

    /// The votes, in the order of the columns.
    pub fn authorities(&self) -> &[VoteSummary] {
        &self.authorities
    }

    /// Relays in any vote, ascending.
    pub fn fingerprints(&self) -> &[Fingerprint] {
        &self.fingerprints
    }

    /// What each authority says of a relay, in the order of [`Self::authorities`]; `None` in a place
    /// means that the vote does not list it. `None` as a whole: no vote does.
    pub fn of(&self, fingerprint: Fingerprint) -> Option<&[Option<VoteEntry>]> {
        let row = self.fingerprints.binary_search(&fingerprint).ok()?;
        Some(self.row(row))
    }

    /// Every relay with its entries, ascending.
    pub fn rows(&self) -> impl Iterator<Item = (Fingerprint, &[Option<VoteEntry>])> {
        self.fingerprints.iter().enumerate().map(|(row, fingerprint)| (*fingerprint, self.row(row)))
    }

    fn row(&self, row: usize) -> &[Option<VoteEntry>] {
        let width = self.authorities.len();
        &self.entries[row * width..(row + 1) * width]
    }
}
