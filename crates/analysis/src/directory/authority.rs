//! One authority: what it did in the newest round, and its scorecards.

use super::scorecard::{ScorePeriod, Scorecard, scorecard};
use super::state::{AuthorityState, Expectation, current_state};
use super::{DirectoryInputs, TrustedAuthority};
use allium_model::{
    AuthorityProbe, AuthorityRecord, ConsensusSummary, Fingerprint, ListedAuthority, Timestamp, VoteSummary,
    printable,
};

/// What an authority did in the newest round. `None` is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Participation {
    /// Whether the consensus counts its vote.
    pub is_counted: Option<bool>,
    /// Whether its signature is on the consensus and holds.
    pub is_signed: Option<bool>,
    /// Whether its vote was seen.
    pub is_vote_seen: Option<bool>,
    /// Whether its vote has measurements; `None` also where it never has.
    pub is_measuring: Option<bool>,
    /// Whether it tests IPv6: its vote lists IPv6 addresses.
    pub is_testing_ipv6: Option<bool>,
}

/// What is known of one authority.
#[derive(Debug, Clone)]
pub struct AuthorityReport {
    /// Nickname: of the trusted list, else as documents give it; without control and direction characters.
    pub nickname: String,
    /// SHA-1 of its v3 identity key.
    pub identity: Fingerprint,
    /// Its entry of the trusted list; `None` when only documents name it.
    pub trusted: Option<TrustedAuthority>,
    /// Its entry in the newest consensus.
    pub listed: Option<ListedAuthority>,
    /// Column of its vote in the book of votes.
    pub vote_column: Option<usize>,
    /// Its state by the newest probe of the last half hour.
    pub state: AuthorityState,
    /// What it did in the newest round.
    pub participation: Participation,
    /// Whether it measured relays in any round at hand; what it never does is no fault.
    pub is_scanner: bool,
    /// One for each of [`ScorePeriod::ALL`].
    pub scorecards: [Scorecard; 4],
}

/// Reports on every authority: the trusted ones, then others that documents name; both by nickname, for a
/// list may come in the order of keys.
pub fn authority_reports(inputs: &DirectoryInputs) -> Vec<AuthorityReport> {
    let mut named: Vec<(Fingerprint, String)> =
        inputs.trusted.iter().map(|trusted| (trusted.identity, trusted.nickname.clone())).collect();
    let listed = inputs.consensus.iter().flat_map(|consensus| counted(consensus));
    let listed = listed.map(|authority| (authority.identity, &authority.nickname));
    let votes = inputs.votes.authorities().iter().map(|vote| (vote.identity, &vote.nickname));
    for (identity, nickname) in listed.chain(votes) {
        if named.iter().all(|(known, _)| *known != identity) {
            named.push((identity, nickname.clone()));
        }
    }
    let is_other = |identity: &Fingerprint| inputs.trusted.iter().all(|known| known.identity != *identity);
    named.sort_by_cached_key(|(identity, nickname)| (is_other(identity), nickname.to_lowercase(), *identity));
    named.iter().map(|(identity, nickname)| report(inputs, *identity, nickname)).collect()
}

fn report(inputs: &DirectoryInputs, identity: Fingerprint, nickname: &str) -> AuthorityReport {
    let consensus = inputs.consensus.as_deref();
    let vote_column = inputs.votes.authorities().iter().position(|vote| vote.identity == identity);
    let vote = vote_column.and_then(|column| inputs.votes.authorities().get(column));
    let rounds: Vec<&AuthorityRecord> =
        inputs.rounds.iter().filter(|round| round.identity == identity).collect();
    let is_scanner =
        rounds.iter().any(|round| measures(round)) || vote.is_some_and(|vote| vote.measured_relays > 0);
    AuthorityReport {
        nickname: printable(nickname).into_owned(),
        identity,
        trusted: inputs.trusted.iter().find(|trusted| trusted.identity == identity).cloned(),
        listed: consensus.and_then(|consensus| listed_as(consensus, identity)).cloned(),
        vote_column,
        state: state(inputs, identity),
        participation: participation(inputs, identity, vote, is_scanner),
        is_scanner,
        scorecards: ScorePeriod::ALL.map(|period| scorecard(inputs, identity, period)),
    }
}

/// A probe older than this says nothing of now, in seconds; where looks are rarer, one that is older than
/// two of their intervals.
const PROBE_AGE_SECONDS: i64 = 30 * 60;

fn state(inputs: &DirectoryInputs, identity: Fingerprint) -> AuthorityState {
    let newest = inputs.probes.iter().rfind(|probe| probe.identity == identity);
    let newest: Vec<AuthorityProbe> = newest.cloned().into_iter().collect();
    let consensuses: Vec<Timestamp> = inputs.network.iter().map(|hour| hour.valid_after).collect();
    let expectation = Expectation { consensuses: &consensuses, interval_seconds: inputs.interval_seconds() };
    current_state(&newest, &expectation, inputs.judged_at, inputs.probe_age_seconds(PROBE_AGE_SECONDS))
}

/// Whether a round says that the authority measures.
pub(super) fn measures(round: &AuthorityRecord) -> bool {
    round.measured_relays.is_some_and(|relays| relays > 0)
}

/// The authorities whose votes a consensus counts. One that renews its identity is listed a second time,
/// without a vote.
pub(super) fn counted(consensus: &ConsensusSummary) -> impl Iterator<Item = &ListedAuthority> {
    consensus.authorities.iter().filter(|authority| authority.vote_digest.is_some())
}

fn listed_as(consensus: &ConsensusSummary, identity: Fingerprint) -> Option<&ListedAuthority> {
    counted(consensus).find(|authority| authority.identity == identity)
}

fn participation(
    inputs: &DirectoryInputs,
    identity: Fingerprint,
    vote: Option<&VoteSummary>,
    is_scanner: bool,
) -> Participation {
    let consensus = inputs.consensus.as_deref();
    let has_votes = !inputs.votes.authorities().is_empty();
    let has_signed = |consensus: &ConsensusSummary| {
        consensus.signatures.iter().any(|signature| signature.identity == identity && signature.is_verified)
    };
    Participation {
        is_counted: consensus.map(|consensus| listed_as(consensus, identity).is_some()),
        is_signed: consensus.map(has_signed),
        is_vote_seen: has_votes.then_some(vote.is_some()),
        is_measuring: vote.filter(|_| is_scanner).map(|vote| vote.measured_relays > 0),
        is_testing_ipv6: vote.map(|vote| vote.ipv6_relays > 0),
    }
}
