//! A network of five authorities and six relays, as the tests of faults want it.

use super::round::Round;
use super::{Judgement, ScannerPast, Verdict, judge_round};
use allium_model::{
    ConsensusSignature, ConsensusSummary, EventKind, EventSubject, Fingerprint, Flag, FlagSet,
    ListedAuthority, SharedRandom, Timestamp, VoteBook, VoteEntry, VoteSummary,
};
use std::collections::BTreeSet;

pub(super) const NOW: Timestamp = Timestamp(1_000 * 3600);
const NAMES: [&str; 5] = ["alder", "birch", "cedar", "douglas", "elm"];

/// The identity of an authority by its name.
pub(super) fn identity(name: &str) -> Fingerprint {
    let place = NAMES.iter().position(|known| *known == name).unwrap_or(NAMES.len());
    Fingerprint([place as u8 + 1; 20])
}

/// One round; tests change what is wrong in it.
pub(super) struct Scene {
    pub(super) consensus: Option<ConsensusSummary>,
    pub(super) previous: Option<ConsensusSummary>,
    pub(super) votes: Vec<(VoteSummary, Vec<(Fingerprint, VoteEntry)>)>,
    pub(super) scanners: BTreeSet<Fingerprint>,
    pub(super) past: ScannerPast,
    pub(super) missed: u32,
}

impl Scene {
    /// A round in which nothing is wrong.
    pub(super) fn sound() -> Self {
        Self {
            consensus: Some(consensus()),
            previous: Some(consensus()),
            votes: NAMES.iter().map(|name| (vote(name), entries())).collect(),
            scanners: BTreeSet::new(),
            past: ScannerPast::default(),
            missed: 0,
        }
    }

    /// The vote of an authority.
    pub(super) fn vote(&mut self, name: &str) -> &mut VoteSummary {
        let place = NAMES.iter().position(|known| *known == name).unwrap();
        &mut self.votes[place].0
    }

    /// Multiplies what an authority measured.
    pub(super) fn skew(&mut self, name: &str, factor: u32) {
        let place = NAMES.iter().position(|known| *known == name).unwrap();
        for (_, entry) in &mut self.votes[place].1 {
            entry.measured_kilobytes_per_second =
                entry.measured_kilobytes_per_second.map(|measured| measured * factor);
        }
    }

    /// Takes an authority out of the consensus: its vote, its signature, or both.
    pub(super) fn drop_vote(&mut self, name: &str) {
        let consensus = self.consensus.as_mut().unwrap();
        consensus.authorities.retain(|authority| authority.identity != identity(name));
        self.votes.retain(|(vote, _)| vote.nickname != name);
    }

    /// Takes the signature of an authority off the consensus.
    pub(super) fn drop_signature(&mut self, name: &str) {
        let consensus = self.consensus.as_mut().unwrap();
        consensus.signatures.retain(|signature| signature.identity != identity(name));
    }

    /// Every judgement of the round.
    pub(super) fn judge(self) -> Vec<Judgement> {
        let trusted: Vec<(Fingerprint, String)> =
            NAMES.iter().map(|name| (identity(name), (*name).to_owned())).collect();
        judge_round(&Round {
            valid_after: NOW,
            consensus: self.consensus.as_ref(),
            previous: self.previous.as_ref(),
            votes: &VoteBook::new(self.votes),
            trusted: &trusted,
            scanners: &self.scanners,
            past: &self.past,
            missed: self.missed,
        })
    }

    /// Checks what is found: the kinds with the name of the authority, or "network".
    #[track_caller]
    pub(super) fn check(self, expected: &[(EventKind, &str)]) {
        let found: Vec<(EventKind, String)> = self
            .judge()
            .into_iter()
            .filter(|judgement| judgement.verdict != Verdict::Clear)
            .map(|judgement| (judgement.kind, subject_name(judgement.subject)))
            .collect();
        let expected: Vec<(EventKind, String)> =
            expected.iter().map(|(kind, name)| (*kind, (*name).to_owned())).collect();
        assert_eq!(found, expected);
    }
}

fn subject_name(subject: EventSubject) -> String {
    let EventSubject::Authority(authority) = subject else { return "network".to_owned() };
    NAMES.into_iter().find(|name| identity(name) == authority).unwrap_or("somebody").to_owned()
}

fn listed(name: &str) -> ListedAuthority {
    ListedAuthority {
        nickname: name.to_owned(),
        identity: identity(name),
        address: "127.0.0.1".into(),
        hostname: "127.0.0.1".into(),
        dir_port: 9030,
        or_port: 9001,
        contact: None,
        vote_digest: Some("0".repeat(40)),
    }
}

fn consensus() -> ConsensusSummary {
    let signature = |name: &str| ConsensusSignature {
        identity: identity(name),
        nickname: Some(name.to_owned()),
        is_verified: true,
        is_trusted: true,
        problem: None,
    };
    ConsensusSummary {
        flavor: "ns",
        method: 35,
        valid_after: NOW,
        fresh_until: NOW.plus_seconds(3600),
        valid_until: NOW.plus_seconds(3 * 3600),
        vote_delay_seconds: 300,
        dist_delay_seconds: 300,
        known_flags: Vec::new(),
        client_versions: vec!["0.4.9.11".into()],
        server_versions: vec!["0.4.9.11".into()],
        protocols: Vec::new(),
        params: vec![("circwindow".into(), 1000)],
        shared_random: SharedRandom { previous: None, current: Some((5, "value".into())) },
        bandwidth_weights: Vec::new(),
        authorities: NAMES.iter().map(|name| listed(name)).collect(),
        signatures: NAMES.iter().map(|name| signature(name)).collect(),
        relays: 6,
        flag_counts: [0; Flag::ALL.len()],
        total_weight: 0,
        unmeasured_relays: 0,
        bytes: 0,
        digest: None,
        unknown_items: 0,
    }
}

fn vote(name: &str) -> VoteSummary {
    VoteSummary {
        nickname: name.to_owned(),
        identity: identity(name),
        valid_after: NOW,
        published: NOW.plus_seconds(-600),
        address: "127.0.0.1".into(),
        dir_port: 9030,
        or_port: 9001,
        contact: None,
        methods: vec![35],
        known_flags: Vec::new(),
        flag_thresholds: Vec::new(),
        params: Vec::new(),
        client_versions: None,
        server_versions: None,
        bandwidth_file_headers: Some(vec![("timestamp".into(), (NOW.0 - 1800).to_string())]),
        bandwidth_file_digest: Some("sha256=PUzC8m5/hCdPriqDklEyWI24Q+4x0ozCiwn7arXakrM".into()),
        is_in_shared_random: true,
        shared_random_commits: Vec::new(),
        shared_random_reveals: Vec::new(),
        shared_random: SharedRandom::default(),
        certificate_expires: Some(NOW.plus_seconds(90 * 86_400)),
        relays: 6,
        measured_relays: 6,
        ipv6_relays: 0,
        bytes: 0,
        digest: Fingerprint([0; 20]),
        is_verified: true,
    }
}

fn entries() -> Vec<(Fingerprint, VoteEntry)> {
    let entry = |measured| VoteEntry {
        flags: FlagSet::default(),
        wfu_ratio: None,
        time_known_seconds: None,
        mtbf_seconds: None,
        bandwidth_kilobytes_per_second: None,
        measured_kilobytes_per_second: Some(measured),
        published: NOW,
        has_ipv6: false,
    };
    (1..=6).map(|relay| (Fingerprint([0x80 + relay as u8; 20]), entry(relay * 100))).collect()
}
