//! What a consensus says apart from its relays.

use crate::{Fingerprint, Flag, Timestamp};

/// The two shared random values, in base64, with the number of reveals.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SharedRandom {
    /// Of the period before.
    pub previous: Option<(u32, String)>,
    /// Of this period.
    pub current: Option<(u32, String)>,
}

/// An entry of `bandwidth-weights`, in ten-thousandths unless `bwweightscale` says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BandwidthWeight {
    /// Such as `Wgg`.
    pub name: String,
    /// Its value.
    pub value: i32,
}

/// An authority whose vote was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedAuthority {
    /// Nickname.
    pub nickname: String,
    /// SHA-1 of its v3 identity key.
    pub identity: Fingerprint,
    /// Address as written.
    pub address: String,
    /// Host name as written.
    pub hostname: String,
    /// Port for directory requests, 0 for none.
    pub dir_port: u16,
    /// Port for the Tor protocol.
    pub or_port: u16,
    /// Contact text.
    pub contact: Option<String>,
    /// SHA-1 of the vote, in hex.
    pub vote_digest: Option<String>,
}

/// What came of one signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsensusSignature {
    /// Identity of the signer.
    pub identity: Fingerprint,
    /// Nickname, where it is known.
    pub nickname: Option<String>,
    /// Whether it was checked against a certificate and holds.
    pub is_verified: bool,
    /// Whether the identity was a trusted one at the time of the document.
    pub is_trusted: bool,
    /// Why it does not hold, in one lower-case sentence.
    pub problem: Option<String>,
}

/// A consensus without its relays.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsensusSummary {
    /// `ns` or `microdesc`.
    pub flavor: &'static str,
    /// `consensus-method`.
    pub method: u32,
    /// Start of validity.
    pub valid_after: Timestamp,
    /// When the next one is due.
    pub fresh_until: Timestamp,
    /// End of validity.
    pub valid_until: Timestamp,
    /// Seconds for votes.
    pub vote_delay_seconds: u32,
    /// Seconds for signatures.
    pub dist_delay_seconds: u32,
    /// `known-flags`.
    pub known_flags: Vec<String>,
    /// `client-versions`.
    pub client_versions: Vec<String>,
    /// `server-versions`.
    pub server_versions: Vec<String>,
    /// Required and recommended protocols: name of the line, its text.
    pub protocols: Vec<(&'static str, String)>,
    /// `params`.
    pub params: Vec<(String, i32)>,
    /// Shared random values.
    pub shared_random: SharedRandom,
    /// `bandwidth-weights`.
    pub bandwidth_weights: Vec<BandwidthWeight>,
    /// Authorities whose votes were counted.
    pub authorities: Vec<ListedAuthority>,
    /// The signatures and what came of them.
    pub signatures: Vec<ConsensusSignature>,
    /// Relays in it.
    pub relays: u32,
    /// Relays with a flag, in the order of [`Flag::ALL`].
    pub flag_counts: [u32; Flag::ALL.len()],
    /// Sum of the consensus weights.
    pub total_weight: u64,
    /// Relays with `Unmeasured=1`.
    pub unmeasured_relays: u32,
    /// Size of the document in bytes.
    pub bytes: u64,
    /// SHA3-256 of the signed part, by which consensus diffs name it; `None` where it was not computed.
    pub digest: Option<[u8; 32]>,
    /// Keywords that nobody knows, and how often they occur.
    pub unknown_items: u64,
}

impl ConsensusSummary {
    /// The digest as 64 upper-case hex digits.
    pub fn digest_hex(&self) -> Option<String> {
        use std::fmt::Write;
        let hex = self.digest?.iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02X}");
            hex
        });
        Some(hex)
    }

    /// Relays with a flag.
    pub fn flag_count(&self, flag: Flag) -> u32 {
        self.flag_counts[flag as usize]
    }
}
