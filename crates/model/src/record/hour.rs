//! One moment as history takes it in.

use crate::{AsNumber, CountryCode, Fingerprint, Flag, FlagSet, OperatorId, Timestamp};
use std::net::IpAddr;

/// What kind of document a record was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordSource {
    /// A verified consensus.
    Consensus,
    /// An Onionoo details document.
    Onionoo,
    /// A list of relays that were running.
    Presence,
}

/// What may change about a relay without changing who it is. `None` means that the document does not
/// say it; what was known before then goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RelayAttributes<'a> {
    /// Nickname.
    pub nickname: Option<&'a str>,
    /// Address of its first ORPort.
    pub address: Option<IpAddr>,
    /// Autonomous system.
    pub as_number: Option<AsNumber>,
    /// Country.
    pub country: Option<CountryCode>,
    /// Contact text.
    pub contact: Option<&'a str>,
    /// Version of tor, without `Tor `.
    pub version: Option<&'a str>,
    /// Platform text.
    pub platform: Option<&'a str>,
    /// Smallest fingerprint of its family.
    pub family: Option<Fingerprint>,
    /// Operator in force.
    pub operator: Option<OperatorId>,
}

/// A relay at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelayRecord<'a> {
    /// The relay.
    pub fingerprint: Fingerprint,
    /// Its flags; one without Running was listed and did not run.
    pub flags: FlagSet,
    /// Consensus weight, in units of 1,000 bytes per second.
    pub weight: Option<u32>,
    /// Whether the weight was measured by enough authorities.
    pub is_measured: Option<bool>,
    /// The rest.
    pub attributes: RelayAttributes<'a>,
}

/// The network at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NetworkRecord {
    /// When.
    pub valid_after: Timestamp,
    /// Running relays.
    pub relays: u32,
    /// Running relays with each flag, in the order of [`Flag::ALL`].
    pub flag_counts: [u32; Flag::ALL.len()],
    /// Sum of consensus weights of running relays.
    pub weight: u64,
    /// The same of relays with Exit and without BadExit.
    pub exit_weight: u64,
    /// The same of relays with Guard.
    pub guard_weight: u64,
    /// Running relays whose weight is measured.
    pub measured_relays: u32,
    /// Relays that were not in the record before; 0 after a gap.
    pub joined: u32,
    /// Relays of the record before that are gone; 0 after a gap.
    pub left: u32,
    /// Of those that joined, relays never seen before.
    pub never_seen: u32,
    /// `consensus-method`, 0 when the document has none.
    pub method: u32,
    /// Authorities whose votes were counted, 0 when the document does not say.
    pub authorities: u32,
    /// Trusted signatures that hold, 0 when the document has none.
    pub signatures: u32,
}

/// An authority in one round. `None` means that it is not known from what was at hand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AuthorityRecord {
    /// SHA-1 of its v3 identity key.
    pub identity: Fingerprint,
    /// The round: start of validity of its consensus.
    pub valid_after: Timestamp,
    /// Whether the consensus counts its vote; `None` when there is no consensus.
    pub is_counted: Option<bool>,
    /// Whether its signature is on the consensus and holds; `None` when there is no consensus.
    pub is_signed: Option<bool>,
    /// Whether its vote was seen.
    pub is_vote_seen: Option<bool>,
    /// Relays in its vote.
    pub relays: Option<u32>,
    /// Running relays in its vote.
    pub running_relays: Option<u32>,
    /// Relays that it measured.
    pub measured_relays: Option<u32>,
    /// Sum of its measurements, in kB/s.
    pub measured_sum_kilobytes_per_second: Option<u64>,
    /// Age of its bandwidth file at the time of the vote, in seconds.
    pub bandwidth_file_age_seconds: Option<u32>,
    /// Whether its vote names a bandwidth file.
    pub has_bandwidth_file: Option<bool>,
    /// Share of its flag decisions that the consensus shares, 0 to 1.
    pub agreement_ratio: Option<f64>,
    /// When its certificate expires.
    pub certificate_expires: Option<Timestamp>,
}

/// What one document adds to history.
#[derive(Debug, Clone)]
pub struct HourRecord<'a> {
    /// Start of validity; the time of the data.
    pub valid_after: Timestamp,
    /// From what it was made.
    pub source: RecordSource,
    /// Digest of the document, by which a second look at it is known.
    pub digest: [u8; 32],
    /// The relays, ascending by fingerprint, each once.
    pub relays: Vec<RelayRecord<'a>>,
    /// The network; `joined`, `left` and `never_seen` are filled in by the store.
    pub network: NetworkRecord,
    /// The authorities.
    pub authorities: Vec<AuthorityRecord>,
}
