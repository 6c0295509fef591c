//! What the program does to follow a network, without its server: looks, documents from DirPorts, belief,
//! summaries, and the watch that says which events to write.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use allium_analysis::directory::faults::{Watch, merge};
use allium_collect::{ProbeOptions, ProbeTarget, Prober};
use allium_consensus::{
    Certificates, ConsensusFacts, TrustedAuthorities, VoteFacts, summarize_consensus, summarize_vote,
    verify_consensus, verify_vote,
};
use allium_documents::Limits;
use allium_documents::dirspec::{parse_certificates, parse_consensus, parse_vote};
use allium_model::{
    ConsensusSummary, Event, EventSubject, Fingerprint, Timestamp, VoteBook, VoteEntry, VoteSummary,
};
use allium_testnet::{TorNetwork, get, now_seconds};
use anyhow::{Context, Result};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::story::SeenEvent;

/// Between two looks, and between two questions for documents.
const PAUSE: Duration = Duration::from_secs(1);

/// Rounds whose votes are kept.
const KEPT_ROUNDS: usize = 3;

/// A network that is followed in the background until this is dropped.
#[derive(Debug)]
pub(crate) struct Observer {
    events: Arc<Mutex<Vec<Event>>>,
    names: Vec<(Fingerprint, String)>,
    _runtime: Runtime,
}

impl Observer {
    /// Begins to follow a network.
    pub(crate) fn start(network: &TorNetwork) -> Result<Self> {
        let trusted = TrustedAuthorities::parse(&network.authorities_text())?;
        let names: Vec<(Fingerprint, String)> =
            trusted.entries().iter().map(|entry| (entry.identity, entry.nickname.clone())).collect();
        let events = Arc::new(Mutex::new(Vec::new()));
        let watch = Watch::new(names.clone(), &[], BTreeSet::new());
        let shared = Shared { watch: Arc::new(Mutex::new(watch)), events: Arc::clone(&events) };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        runtime.spawn(look(targets(&trusted), shared.clone()));
        let documents = Documents {
            trusted,
            certificates: Certificates::default(),
            votes: BTreeMap::new(),
            newest: None,
        };
        runtime.spawn(documents.follow(shared));
        Ok(Self { events, names, _runtime: runtime })
    }

    /// The events so far.
    pub(crate) fn events(&self) -> Vec<SeenEvent> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().map(|event| self.seen(event)).collect()
    }

    fn seen(&self, event: &Event) -> SeenEvent {
        let name = |identity| self.names.iter().find(|(known, _)| *known == identity);
        let subject = match event.subject {
            EventSubject::Authority(identity) => name(identity).map(|(_, name)| name.clone()),
            _ => None,
        };
        SeenEvent {
            kind: event.kind.name().to_owned(),
            subject: subject.unwrap_or_else(|| "network".to_owned()),
            is_open: event.until.is_none(),
            evidence: event.evidence.clone(),
        }
    }
}

/// What looks and documents come together in.
#[derive(Debug, Clone)]
struct Shared {
    watch: Arc<Mutex<Watch>>,
    events: Arc<Mutex<Vec<Event>>>,
}

impl Shared {
    fn write(&self, judge: impl FnOnce(&mut Watch) -> Vec<Event>) {
        let written = judge(&mut self.watch.lock().unwrap_or_else(PoisonError::into_inner));
        for event in &written {
            eprintln!(
                "{:?} {:?} {} {:?}: {}",
                event.kind, event.subject, event.from, event.until, event.evidence
            );
        }
        merge(&mut self.events.lock().unwrap_or_else(PoisonError::into_inner), written);
    }
}

fn now() -> Timestamp {
    Timestamp(now_seconds() as i64)
}

fn targets(trusted: &TrustedAuthorities) -> Vec<ProbeTarget> {
    let target = |entry: &allium_consensus::TrustedAuthority| {
        let address = entry.address?;
        Some(ProbeTarget { identity: entry.identity, address: (address.address, address.dir_port).into() })
    };
    trusted.entries().iter().filter_map(target).collect()
}

async fn look(targets: Vec<ProbeTarget>, shared: Shared) {
    let limit = Duration::from_secs(2);
    let mut prober = Prober::new(ProbeOptions {
        connect_timeout: limit,
        answer_timeout: limit,
        ..ProbeOptions::default()
    });
    loop {
        let probes = prober.look(&targets, now()).await;
        shared.write(|watch| watch.look(&probes));
        tokio::time::sleep(PAUSE).await;
    }
}

/// A vote in compact form.
type VoteParts = (VoteSummary, Vec<(Fingerprint, VoteEntry)>);

/// Documents of one network, as far as they are believed.
struct Documents {
    trusted: TrustedAuthorities,
    certificates: Certificates,
    votes: BTreeMap<Timestamp, BTreeMap<Fingerprint, VoteParts>>,
    newest: Option<Timestamp>,
}

impl Documents {
    async fn follow(mut self, shared: Shared) {
        for text in self.ask("/tor/keys/all").await {
            // What cannot be read leaves its signatures unchecked, which the walk would notice.
            let _ = self.take_certificates(&text);
        }
        loop {
            // Authorities that do not answer take their time, in which others move on to the next round.
            let asked_at = now();
            for text in self.ask("/tor/status-vote/current/authority").await {
                if let Err(error) = self.take_vote(&text) {
                    eprintln!("a vote is left out: {error:#}");
                }
            }
            let consensuses = self.ask("/tor/status-vote/current/consensus").await;
            let believed = consensuses.iter().filter_map(|text| self.believed(text).ok());
            let newest = believed.max_by_key(|consensus| consensus.valid_after);
            if let Some(consensus) = newest.filter(|found| Some(found.valid_after) >= self.newest) {
                self.newest = Some(consensus.valid_after);
                let votes = self.book(consensus.valid_after);
                shared.write(|watch| watch.round(consensus.valid_after, Some(Arc::new(consensus)), &votes));
            }
            for round in self.failed_rounds(asked_at) {
                let votes = self.book(round);
                shared.write(|watch| watch.round(round, None, &votes));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Asks every authority at the same time.
    async fn ask(&self, path: &'static str) -> Vec<Vec<u8>> {
        let mut asking = JoinSet::new();
        for target in targets(&self.trusted) {
            asking.spawn_blocking(move || get(target.address.port(), path));
        }
        let answers = asking.join_all().await.into_iter().filter_map(Result::ok);
        answers.filter(|answer| answer.status == 200).map(|answer| answer.body).collect()
    }

    fn take_certificates(&mut self, text: &[u8]) -> Result<()> {
        for certificate in &parse_certificates(text, &Limits::default())?.document {
            self.certificates.add(certificate)?;
        }
        Ok(())
    }

    fn take_vote(&mut self, text: &[u8]) -> Result<()> {
        let vote = parse_vote(text, &Limits::default())?.document;
        let verification = verify_vote(text, &vote, &mut self.certificates, &self.trusted);
        anyhow::ensure!(verification.is_believed, "{:?}", verification.problems);
        let parts = summarize_vote(&vote, VoteFacts { bytes: text.len() as u64, is_verified: true });
        self.votes.entry(parts.0.valid_after).or_default().insert(parts.0.identity, parts);
        while self.votes.len() > KEPT_ROUNDS {
            self.votes.pop_first();
        }
        Ok(())
    }

    fn believed(&self, text: &[u8]) -> Result<ConsensusSummary> {
        let consensus = parse_consensus(text, &Limits::default()).context("not a consensus")?.document;
        let verification = verify_consensus(text, &consensus, &self.certificates, &self.trusted);
        anyhow::ensure!(verification.is_believed, "{:?}", verification.problems);
        let facts = ConsensusFacts { signatures: verification.summary(), ..ConsensusFacts::default() };
        Ok(summarize_consensus(&consensus, facts))
    }

    fn book(&self, round: Timestamp) -> VoteBook {
        VoteBook::new(self.votes.get(&round).cloned().unwrap_or_default().into_values().collect())
    }

    /// Rounds with votes and without a consensus, when that should have been there as votes were asked for.
    fn failed_rounds(&self, asked_at: Timestamp) -> Vec<Timestamp> {
        let due = asked_at.plus_seconds(-3);
        self.votes.keys().copied().filter(|round| Some(*round) > self.newest && *round <= due).collect()
    }
}
