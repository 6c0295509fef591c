//! What the report on the authorities is made from.

use allium_consensus::{ConsensusDiff, DiffRelay, DiffSide};
use allium_model::{
    AuthorityProbe, AuthorityRecord, ConsensusSummary, Event, Fingerprint, FlagSet, NetworkRecord,
    RelayRecord, TimeRange, Timestamp, VoteBook,
};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// An authority that the configuration trusts at the time of the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedAuthority {
    /// Nickname.
    pub nickname: String,
    /// SHA-1 of its v3 identity key.
    pub identity: Fingerprint,
    /// Address and port for directory requests.
    pub dir_address: Option<SocketAddr>,
    /// Port for the Tor protocol.
    pub or_port: Option<u16>,
    /// IPv6 address, where it has one.
    pub ipv6_address: Option<IpAddr>,
    /// Fingerprint of its relay.
    pub relay: Option<Fingerprint>,
}

/// A relay as the consensus has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsensusRelay {
    /// The relay.
    pub fingerprint: Fingerprint,
    /// Its flags.
    pub flags: FlagSet,
    /// Consensus weight, in units of 1,000 bytes per second.
    pub weight: Option<u32>,
    /// Whether the weight was measured by enough authorities.
    pub is_measured: Option<bool>,
}

impl From<&RelayRecord<'_>> for ConsensusRelay {
    fn from(relay: &RelayRecord<'_>) -> Self {
        let RelayRecord { fingerprint, flags, weight, is_measured, .. } = *relay;
        Self { fingerprint, flags, weight, is_measured }
    }
}

/// A consensus of which summary and relays are kept as a side of a difference; nicknames and versions
/// are not compared.
pub fn diff_side(summary: &ConsensusSummary, relays: &[ConsensusRelay]) -> DiffSide {
    let relay = |relay: &ConsensusRelay| DiffRelay {
        fingerprint: relay.fingerprint,
        nickname: None,
        flags: relay.flags,
        weight: relay.weight,
        version: None,
    };
    DiffSide::new(summary.valid_after, Some(summary.clone()), relays.iter().map(relay).collect())
}

/// Everything about the authorities that was at hand. What is empty or `None` was not.
#[derive(Debug, Clone, Default)]
pub struct DirectoryInputs {
    /// When this was put together, by our clock.
    pub judged_at: Timestamp,
    /// The newest consensus that was believed.
    pub consensus: Option<Arc<ConsensusSummary>>,
    /// The one before.
    pub previous: Option<Arc<ConsensusSummary>>,
    /// Relays of the newest consensus, ascending by fingerprint.
    pub relays: Arc<Vec<ConsensusRelay>>,
    /// What changed between that one and the newest.
    pub diff: Option<Arc<ConsensusDiff>>,
    /// Votes of the round of the newest consensus; of a later round where that one made none.
    pub votes: Arc<VoteBook>,
    /// The network hour by hour, ascending; at best the last 90 days.
    pub network: Vec<NetworkRecord>,
    /// Authorities round by round, ascending by time; at best the last 90 days.
    pub rounds: Vec<AuthorityRecord>,
    /// Stretches within the history for which nothing is stored.
    pub gaps: Vec<TimeRange>,
    /// Own probes, ascending by time.
    pub probes: Vec<AuthorityProbe>,
    /// Events, in any order.
    pub events: Vec<Event>,
    /// Authorities that the configuration trusts now.
    pub trusted: Vec<TrustedAuthority>,
    /// Versions of tor that relays of authorities run, by fingerprint of the relay.
    pub versions: Vec<(Fingerprint, String)>,
    /// Statistics of directory requests that relays of authorities published.
    pub requests: Vec<super::load::DirectoryRequests>,
    /// Relays of authorities whose extra-info documents were read, with the time of publication.
    pub extra_infos: Vec<(Fingerprint, Timestamp)>,
    /// Bandwidth files that were read.
    pub bandwidth_files: Vec<super::bandwidth_files::PublishedBandwidthFile>,
}

impl DirectoryInputs {
    /// Time of the data: start of validity of the newest consensus, else the newest of the history.
    pub fn data_time(&self) -> Option<Timestamp> {
        let consensus = self.consensus.as_ref().map(|consensus| consensus.valid_after);
        let network = self.network.last().map(|hour| hour.valid_after);
        let rounds = self.rounds.last().map(|round| round.valid_after);
        consensus.max(network).max(rounds)
    }

    /// Seconds for which a look at an authority speaks of now: `least`, and at least two of the intervals at
    /// which looks are made, since how often is configured.
    pub(super) fn probe_age_seconds(&self, least: i64) -> i64 {
        let newest = self.probes.last().map(|probe| probe.at);
        let before = self.probes.iter().rev().map(|probe| probe.at).find(|at| Some(*at) != newest);
        let interval = newest.zip(before).map_or(0, |(newest, before)| newest.seconds_since(before));
        least.max(2 * interval)
    }

    /// Seconds from one consensus to the next; an hour where nothing says otherwise.
    pub fn interval_seconds(&self) -> i64 {
        let consensus = self.consensus.as_ref().map(|c| c.fresh_until.seconds_since(c.valid_after));
        consensus.filter(|seconds| *seconds > 0).unwrap_or(3600)
    }

    /// Authorities that make a majority: more than half of the trusted ones.
    pub fn majority(&self) -> usize {
        self.trusted.len() / 2 + 1
    }
}
