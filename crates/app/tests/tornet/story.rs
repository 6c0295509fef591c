//! Faults that are made, and what must be said of them: soon, by the right name, and nothing else.

use std::collections::BTreeSet;
use std::time::Duration;

use allium_testnet::{Round, TorNetwork, now_seconds, wait_for};
use anyhow::{Context, Result, ensure};

use crate::observer::Observer;

/// An event as readers see it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SeenEvent {
    /// Name of the fault.
    pub(crate) kind: String,
    /// Name of the authority, or `network`.
    pub(crate) subject: String,
    /// Whether it lasts.
    pub(crate) is_open: bool,
    /// The evidence.
    pub(crate) evidence: String,
}

/// A fault: its name and its subject.
pub(crate) type Fault = (&'static str, &'static str);

/// What a slow or young network may show by itself, and truly so: answers that take more than a second on
/// a machine with other work, and a shared random value that could not be agreed on while authorities
/// were frozen.
const TRUE_ANYWAY: [&str; 2] = ["authority-slow", "shared-random-missing"];

/// Time for publication, fetching and the pages, after the moment at which a round is over.
const SLACK_SECONDS: f64 = 4.0;

/// A network, who follows it, and what was allowed to be reported so far.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) network: TorNetwork,
    observer: Observer,
    allowed: BTreeSet<Fault>,
}

impl Story {
    /// Begins when nothing was reported.
    pub(crate) fn new(network: TorNetwork, observer: Observer) -> Self {
        Self { network, observer, allowed: BTreeSet::new() }
    }

    fn interval(&self) -> f64 {
        f64::from(self.network.options().voting_interval_seconds)
    }

    /// The next round in which something that is done now takes effect.
    pub(crate) fn next_round(&self) -> Round {
        self.network.next_round(Duration::from_millis(1200))
    }

    /// Waits until each fault is reported, which must be so two rounds after it began at the latest: `first`
    /// is the first round that it touches.
    pub(crate) fn expect(&mut self, first: Round, faults: &[Fault], others: &[Fault]) -> Result<()> {
        self.allowed.extend(faults.iter().chain(others).copied());
        let end = first.valid_after as f64 + self.interval() + SLACK_SECONDS;
        let limit = Duration::from_secs_f64((end - now_seconds()).max(0.0));
        let is_reported = |events: &[SeenEvent], (kind, subject): &Fault| {
            events.iter().any(|event| event.is_open && event.kind == *kind && event.subject == *subject)
        };
        let mut events = Vec::new();
        let mut waiting: Vec<Fault> = faults.to_vec();
        wait_for("each fault to be reported", limit, || {
            events = self.observer.events();
            waiting.retain(|fault| !is_reported(&events, fault));
            waiting.is_empty().then_some(())
        })
        .with_context(|| format!("not reported: {waiting:?}; reported: {events:#?}"))?;
        self.expect_nothing_else()
    }

    /// Waits until nothing lasts any more.
    pub(crate) fn expect_recovery(&self) -> Result<()> {
        let limit = Duration::from_secs_f64(3.0 * self.interval() + 2.0 * SLACK_SECONDS);
        let mut open = Vec::new();
        wait_for("recovery", limit, || {
            let events = self.observer.events();
            open = events.into_iter().filter(|event| event.is_open && !is_true_anyway(event)).collect();
            open.is_empty().then_some(())
        })
        .with_context(|| format!("still reported: {open:#?}"))?;
        self.expect_nothing_else()
    }

    /// Waits for so many rounds in which nothing is done.
    pub(crate) fn expect_quiet(&self, rounds: u32) -> Result<()> {
        let last = Round {
            valid_after: self.next_round().valid_after + i64::from(rounds - 1) * self.interval() as i64,
        };
        self.network.wait_for_consensus(last)?;
        self.expect_nothing_else()
    }

    /// Nothing may be reported but what was done.
    pub(crate) fn expect_nothing_else(&self) -> Result<()> {
        let is_allowed = |event: &SeenEvent| {
            let fault = (event.kind.as_str(), event.subject.as_str());
            self.allowed.iter().any(|allowed| *allowed == fault) || is_true_anyway(event)
        };
        let surplus: Vec<SeenEvent> =
            self.observer.events().into_iter().filter(|event| !is_allowed(event)).collect();
        ensure!(surplus.is_empty(), "reported beside what was done: {surplus:#?}");
        Ok(())
    }
}

fn is_true_anyway(event: &SeenEvent) -> bool {
    TRUE_ANYWAY.contains(&event.kind.as_str())
}
