//! What the consensuses of the network say themselves, read beside the program and without any of its
//! code: who was counted and who signed. A fault that the program reports and nobody made may be one all
//! the same, on a machine that is too busy for a network that votes every ten seconds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use allium_testnet::{Consensus, TorNetwork};

/// Between two looks at every authority.
const PAUSE: Duration = Duration::from_millis(700);

/// One consensus.
#[derive(Debug, Clone, Default)]
struct Papers {
    /// Identities whose votes it counts.
    voters: BTreeSet<String>,
    /// Identities whose signature is on every copy that was seen.
    signers: BTreeSet<String>,
}

type Rounds = Arc<Mutex<BTreeMap<i64, Papers>>>;

/// The consensuses so far. Reading ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Chronicle {
    rounds: Rounds,
    _end: Sender<()>,
}

impl Chronicle {
    /// Begins to read.
    pub(crate) fn start(network: &TorNetwork) -> Self {
        let ports: Vec<u16> = network.authorities().iter().map(|authority| authority.dir_port).collect();
        let rounds = Rounds::default();
        let (end, ended) = mpsc::channel::<()>();
        let shared = Arc::clone(&rounds);
        std::thread::spawn(move || {
            while ended.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                for consensus in Consensus::read_all(&ports) {
                    note(&shared, &consensus);
                }
            }
        });
        Self { rounds, _end: end }
    }

    fn with<T>(&self, use_it: impl FnOnce(&BTreeMap<i64, Papers>) -> T) -> T {
        use_it(&self.rounds.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Rounds with a consensus, ascending.
    pub(crate) fn made(&self) -> Vec<i64> {
        self.with(|rounds| rounds.keys().copied().collect())
    }

    /// Whether there is a consensus of a round.
    pub(crate) fn has(&self, round: i64) -> bool {
        self.with(|rounds| rounds.contains_key(&round))
    }

    /// Whether a consensus counts a vote; `None` when there is no such consensus.
    pub(crate) fn is_counted(&self, round: i64, identity: &str) -> Option<bool> {
        self.with(|rounds| rounds.get(&round).map(|papers| papers.voters.contains(identity)))
    }

    /// Whether every copy of a consensus is signed by an authority; `None` when there is no such consensus.
    pub(crate) fn is_signed(&self, round: i64, identity: &str) -> Option<bool> {
        self.with(|rounds| rounds.get(&round).map(|papers| papers.signers.contains(identity)))
    }
}

fn note(rounds: &Rounds, consensus: &Consensus) {
    let words = |keyword: &str, place: usize| -> BTreeSet<String> {
        let lines = consensus.text.lines().filter(|line| line.split(' ').next() == Some(keyword));
        lines.filter_map(|line| line.split(' ').nth(place)).map(ToOwned::to_owned).collect()
    };
    let papers = Papers { voters: words("dir-source", 2), signers: words("directory-signature", 1) };
    let mut rounds = rounds.lock().unwrap_or_else(PoisonError::into_inner);
    let known = rounds.entry(consensus.round.valid_after).or_insert_with(|| papers.clone());
    known.signers.retain(|signer| papers.signers.contains(signer));
}
