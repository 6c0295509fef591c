//! Thirty simulated days of authorities with faults that are known: the code that makes events of real rounds
//! and looks finds each within two rounds, by its name, and nothing else.

#![expect(clippy::unwrap_used, reason = "a test may end at the first surprise")]

use allium_analysis::detection::{AuthorityStory, FollowedRound, follow_authorities};
use allium_analysis::incidents::IncidentOptions;
use allium_model::{AuthorityProbe, Event, EventKind, EventSubject, Fingerprint, Timestamp};
use allium_sim::{Directory, DirectoryOptions, SimOptions, Simulation};
use serde_json::Value;

const END: Timestamp = Timestamp(1_771_765_200);
/// Relays; faults of authorities do not depend on how many there are.
const RELAYS: usize = 60;
const DAYS: u32 = 30;
/// Seconds between looks.
const LOOK_SECONDS: i64 = 600;
/// Seconds within which a fault must be found: two rounds.
const TWO_ROUNDS: i64 = 2 * 3600;

/// A fault of the truth document.
struct Fault {
    kind: String,
    subject: EventSubject,
    from: Timestamp,
    until: Timestamp,
}

impl Fault {
    /// The names that it may be found by; the first must be among them.
    fn names(&self) -> Vec<EventKind> {
        use EventKind as E;
        match self.kind.as_str() {
            "offline" => vec![E::AuthorityOffline, E::VoteMissing],
            "frozen" => vec![E::AuthorityTimeout, E::VoteMissing],
            // An authority that answers and goes on without a vote is degraded besides.
            "no_vote" => vec![E::VoteMissing, E::AuthorityDegraded],
            "no_signature" => vec![E::SignatureMissing],
            "slow" => vec![E::AuthoritySlow],
            "stale_bandwidth_file" => vec![E::BandwidthFileStale],
            "no_bandwidth_file" => vec![E::NotMeasuring],
            "skewed_measurements" => vec![E::ScannerSkewed],
            "clock_skewed" => vec![E::ClockSkewed],
            "late_certificate" => vec![E::CertificateExpiring],
            "no_shared_random" => vec![E::SharedRandomMissing],
            _ => Vec::new(),
        }
    }

    /// Whether an event tells of it.
    fn explains(&self, event: &Event) -> bool {
        self.names().contains(&event.kind)
            && event.subject == self.subject
            && (self.from..self.until).contains(&event.from)
    }
}

fn faults(directory: &Directory<'_>) -> Vec<Fault> {
    let mut truth = Vec::new();
    directory.write_truth(&mut truth).unwrap();
    let truth: Value = serde_json::from_slice(&truth).unwrap();
    let directory = &truth["directory"];
    let identity = |nickname: &str| -> Fingerprint {
        let mut authorities = directory["authorities"].as_array().unwrap().iter();
        let known = authorities.find(|authority| authority["nickname"] == nickname).unwrap();
        known["v3_identity"].as_str().unwrap().parse().unwrap()
    };
    let time = |value: &Value| value.as_str().map_or(END, |time| time.parse().unwrap());
    let fault = |fault: &Value| Fault {
        kind: fault["kind"].as_str().unwrap().to_owned(),
        subject: fault["authority"]
            .as_str()
            .map_or(EventSubject::Network, |nickname| EventSubject::Authority(identity(nickname))),
        from: time(&fault["start"]),
        until: time(&fault["end"]),
    };
    directory["authority_faults"].as_array().unwrap().iter().map(fault).collect()
}

fn follow(directory: &Directory<'_>) -> AuthorityStory {
    let start = directory.rounds().next().unwrap();
    let probes: Vec<AuthorityProbe> =
        directory.probes(start.plus_seconds(LOOK_SECONDS / 2), LOOK_SECONDS).collect();
    let rounds = directory.round_summaries().map(|round| {
        let round = round.unwrap();
        let of_round = |probe: &&AuthorityProbe| {
            (round.valid_after..round.valid_after.plus_seconds(3600)).contains(&probe.at)
        };
        FollowedRound {
            valid_after: round.valid_after,
            looks: probes.iter().filter(of_round).cloned().collect(),
            consensus: round.consensus,
            votes: round.votes,
            document: None,
        }
    });
    follow_authorities(rounds, directory.trusted(), IncidentOptions::default())
}

#[test]
fn each_fault_of_thirty_days_is_found_within_two_rounds_by_its_name_and_nothing_else() {
    let simulation = Simulation::run(&SimOptions { relays: RELAYS, days: DAYS, seed: 4, end: END });
    let directory = simulation.directory(&DirectoryOptions::default()).unwrap();
    let faults = faults(&directory);
    assert!(faults.len() > 10, "{}", faults.len());
    let story = follow(&directory);
    let found = || story.events.iter().zip(&story.found);
    for fault in &faults {
        let name = *fault.names().first().unwrap();
        let events: Vec<_> =
            found().filter(|(event, _)| event.kind == name && fault.explains(event)).collect();
        let (kind, from, until) = (&fault.kind, fault.from, fault.until);
        assert_eq!(events.len(), 1, "{kind} from {from} until {until}: {events:?}");
        let (event, at) = events[0];
        let late = at.seconds_since(fault.from);
        assert!(late <= TWO_ROUNDS, "{kind} from {from} was found {late} s later");
        let over = event.until.map(|over| over.seconds_since(fault.until));
        assert!(over.is_some_and(|late| (0..=TWO_ROUNDS).contains(&late)), "{kind} until {until}: {event:?}");
    }
    let gaps = directory.gaps();
    let is_known = |event: &Event| match event.kind {
        // Each has its own truth: hours without a consensus, and new versions, which are no faults.
        EventKind::ConsensusMissing => gaps.iter().any(|gap| gap.from == event.from),
        EventKind::VersionsChanged => true,
        EventKind::VoteMissing if gaps.iter().any(|gap| gap.from <= event.from && event.from < gap.until) => {
            true
        }
        _ => faults.iter().any(|fault| fault.explains(event)),
    };
    let unknown: Vec<&Event> = story.events.iter().filter(|event| !is_known(event)).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    let missing = story.events.iter().filter(|event| event.kind == EventKind::ConsensusMissing);
    assert_eq!(missing.count(), gaps.len());
}
