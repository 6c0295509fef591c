//! Faults that are made, and what must be said of them: within two voting rounds, by the right name, in
//! the store, in the API and on the page, and nothing else.

use std::collections::BTreeSet;
use std::time::Duration;

use allium_testnet::{Front, Round, TorNetwork, now_seconds, wait_for};
use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::chronicle::Chronicle;
use crate::fault::{Fault, SeenEvent, is_in_rows, is_on_page};
use crate::served::Served;

/// What a slow or young network may show by itself, and truly so: answers that take more than a second on
/// a machine with other work, and a shared random value that could not be agreed on while authorities
/// were frozen.
const TRUE_ANYWAY: [&str; 2] = ["authority-slow", "shared-random-missing"];

/// What a busy machine may take on top of the rounds before it shows what happened in them. When a fault
/// began is told by the data and gets no such grace.
const GRACE_SECONDS: f64 = 30.0;

/// Rounds within which a network recovers, on a machine that is too busy for some of them too.
const RECOVERY_ROUNDS: f64 = 12.0;

/// When something is done to the network.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// The first round that it touches.
    pub(crate) first: Round,
    /// When it is done, in seconds since 1970.
    began: i64,
}

/// Where a fault is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Events,
    Rows,
    Page,
}

/// A network, the program that follows it, and what was allowed to be reported so far.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) network: TorNetwork,
    pub(crate) program: Served,
    /// Doors through which the program reaches alder and birch.
    pub(crate) doors: [Front; 2],
    chronicle: Chronicle,
    names: Vec<(String, String)>,
    allowed: BTreeSet<Fault>,
}

impl Story {
    /// Starts the program on a network.
    pub(crate) fn begin(network: TorNetwork) -> Result<Self> {
        let authorities = network.authorities();
        let chronicle = Chronicle::start(&network);
        let doors = [Front::start(authorities[0].dir_port)?, Front::start(authorities[1].dir_port)?];
        let mut trusted = network.authorities_text();
        for (authority, door) in authorities.iter().zip(&doors) {
            let (real, seen) = (authority.dir_port, door.port());
            trusted = trusted.replace(&format!("127.0.0.1:{real} "), &format!("127.0.0.1:{seen} "));
        }
        let program = Served::start(&trusted)?;
        let names = authorities.into_iter().map(|authority| (authority.v3_identity, authority.name));
        let names = names.collect();
        Ok(Self { network, program, doors, chronicle, names, allowed: BTreeSet::new() })
    }

    fn interval(&self) -> i64 {
        i64::from(self.network.options().voting_interval_seconds)
    }

    /// A step that is done now; the next round whose votes are not under way is the first that it touches.
    pub(crate) fn step(&self) -> Step {
        Step { first: self.network.next_round(Duration::from_millis(1200)), began: now_seconds() as i64 }
    }

    /// Waits for the consensus of a round; whether it counts the vote of an authority and lacks its signature.
    pub(crate) fn is_voted_and_unsigned(&self, round: Round, identity: &str) -> bool {
        let (round, chronicle) = (round.valid_after, &self.chronicle);
        let limit = Duration::from_secs(self.interval().unsigned_abs());
        let made = wait_for("the consensus", limit, || chronicle.has(round).then_some(()));
        made.is_ok()
            && chronicle.is_counted(round, identity) == Some(true)
            && chronicle.is_signed(round, identity) == Some(false)
    }

    /// Events as the API tells them, the newest first; none while it does not answer.
    fn events(&self) -> Vec<SeenEvent> {
        let events = self.program.api("/api/v1/authorities/events");
        let events = events.as_ref().and_then(|events| events.as_array()).into_iter().flatten();
        events.filter_map(|event| SeenEvent::of_json(event, &self.names)).collect()
    }

    /// Waits until each fault stands in every place, and checks when it began.
    pub(crate) fn expect(&mut self, step: Step, faults: &[Fault]) -> Result<()> {
        self.allowed.extend(faults);
        let places = [Place::Events, Place::Rows, Place::Page];
        let mut waiting: Vec<(Place, Fault)> =
            places.iter().flat_map(|place| faults.iter().map(|fault| (*place, *fault))).collect();
        // Rows tell whose vote the newest consensus counts, which says nothing of a round without one.
        let is_told = |place, kind| place != Place::Rows || kind != "vote-missing";
        waiting.retain(|(place, (kind, _))| !fails(faults) || is_told(*place, *kind));
        let end = (step.first.valid_after + 2 * self.interval()) as f64 + GRACE_SECONDS;
        let limit = Duration::from_secs_f64((end - now_seconds()).max(0.0));
        let began = now_seconds();
        wait_for("each fault to be reported", limit, || {
            self.drop_seen(step, &mut waiting);
            waiting.is_empty().then_some(())
        })
        .with_context(|| format!("not reported: {waiting:?}; reported: {:#?}", self.events()))?;
        eprintln!("{faults:?}: seen everywhere after {:.1} s", now_seconds() - began);
        self.expect_in_store(step, faults)?;
        self.expect_nothing_else()
    }

    /// Waits until an incident of a kind that names this authority, or the network, is in one of these states.
    pub(crate) fn expect_incident(&self, (kind, subject): Fault, states: &[&str]) -> Result<()> {
        let identity = self.names.iter().find(|(_, name)| name == subject).map(|(identity, _)| identity);
        let is_it = |one: &Value| {
            let cause = one["cause"].as_str();
            let is_named = cause.map(str::to_uppercase) == identity.map(|identity| identity.to_uppercase());
            one["kind"] == kind && is_named && states.iter().any(|state| one["state"] == *state)
        };
        let limit = Duration::from_secs_f64(4.0 * self.interval() as f64 + GRACE_SECONDS);
        let mut seen = Value::Null;
        wait_for("the incident", limit, || {
            seen = self.program.api("/api/v1/incidents?limit=200")?;
            seen.as_array()?.iter().any(is_it).then_some(())
        })
        .with_context(|| format!("no {kind} of {subject} is {states:?}: {seen:#}"))
    }

    /// Takes out what is seen now. What was seen once may be over before something else is seen.
    fn drop_seen(&self, step: Step, waiting: &mut Vec<(Place, Fault)>) {
        let events = self.events();
        let rows = self.program.api("/api/v1/authorities").unwrap_or_default();
        let page = self.program.page("/authorities/").unwrap_or_default();
        let is_reported = |fault| events.iter().any(|event| event.is(fault) && event.from >= step.began);
        waiting.retain(|(place, fault)| !match place {
            Place::Events => is_reported(*fault),
            Place::Rows => is_in_rows(&rows, *fault),
            Place::Page => is_on_page(&page, *fault),
        });
    }

    /// Each fault is in the file of the history, and by the time of the data it began in the first or the
    /// second round that was made after it was done.
    fn expect_in_store(&self, step: Step, faults: &[Fault]) -> Result<()> {
        let events: Vec<SeenEvent> = self
            .program
            .stored()?
            .events
            .iter()
            .map(|event| SeenEvent::of_store(event, &self.names))
            .collect();
        for fault in faults {
            let begin = events.iter().filter(|event| event.is(*fault) && event.from >= step.began);
            let begin = begin.map(|event| event.from).min();
            let begin = begin.with_context(|| format!("not stored: {fault:?}; stored: {events:#?}"))?;
            let rounds = (0..).map(|round| step.first.valid_after + round * self.interval());
            let before = rounds.take_while(|round| *round < begin);
            let passed = before.filter(|round| fails(faults) || self.chronicle.has(*round)).count();
            ensure!(passed <= 1, "{fault:?} began {passed} rounds after {step:?}: {begin}");
        }
        Ok(())
    }

    /// Waits until nothing lasts any more.
    pub(crate) fn expect_recovery(&self) -> Result<()> {
        let limit = Duration::from_secs_f64(RECOVERY_ROUNDS * self.interval() as f64);
        let began = now_seconds();
        let mut open = Vec::new();
        wait_for("recovery", limit, || {
            let events = self.events();
            let is_answered = !events.is_empty();
            open = events.into_iter().filter(|event| event.is_open && !is_true_anyway(event)).collect();
            (is_answered && open.is_empty()).then_some(())
        })
        .with_context(|| format!("still reported: {open:#?}"))?;
        eprintln!("nothing lasts after {:.1} s", now_seconds() - began);
        self.expect_nothing_else()
    }

    /// Waits until the program has so many further rounds, in which nothing is done.
    pub(crate) fn expect_quiet(&self, rounds: i64) -> Result<()> {
        let end = self.step().first.valid_after + (rounds - 1) * self.interval();
        let limit = Duration::from_secs_f64(RECOVERY_ROUNDS * self.interval() as f64);
        wait_for("the program to show a consensus", limit, || {
            let consensus = self.program.api("/api/v1/consensus")?;
            let valid_after: allium_model::Timestamp = consensus["valid_after"].as_str()?.parse().ok()?;
            (valid_after.0 >= end).then_some(())
        })?;
        self.expect_nothing_else()
    }

    /// Nothing may be reported but what was done, or what is so by the consensuses themselves.
    fn expect_nothing_else(&self) -> Result<()> {
        let is_allowed =
            |event: &SeenEvent| self.allowed.iter().any(|fault| event.is(*fault)) || is_true_anyway(event);
        let surplus: Vec<SeenEvent> = self.events().into_iter().filter(|event| !is_allowed(event)).collect();
        let (real, wrong): (Vec<_>, Vec<_>) = surplus.into_iter().partition(|event| self.is_true(event));
        if !real.is_empty() {
            eprintln!("this machine is too busy for the network: {real:?}");
        }
        ensure!(wrong.is_empty(), "reported beside what was done: {wrong:#?}");
        Ok(())
    }

    /// Whether the consensuses say it too.
    fn is_true(&self, event: &SeenEvent) -> bool {
        let (round, identity) = (event.from, event.identity.as_deref().unwrap_or_default());
        match event.kind.as_str() {
            "consensus-missing" => !self.chronicle.has(round),
            "vote-missing" => self.chronicle.is_counted(round, identity) != Some(true),
            "signature-missing" => self.chronicle.is_signed(round, identity) == Some(false),
            _ => false,
        }
    }

    /// The history has the rounds of the network from the first on that the program saw, whole, and no other.
    pub(crate) fn expect_history(&self) -> Result<()> {
        let stored = self.program.stored()?;
        let made = self.chronicle.made();
        let rounds: Vec<i64> = stored.network.iter().map(|record| record.valid_after.0).collect();
        let first = *rounds.first().context("no round is stored")?;
        let strangers: Vec<&i64> = rounds.iter().filter(|round| !made.contains(round)).collect();
        ensure!(strangers.is_empty(), "stored and never made: {strangers:?}");
        let due: Vec<i64> = made.into_iter().filter(|round| *round >= first).collect();
        let missed = due.iter().filter(|round| !rounds.contains(round)).count();
        eprintln!("{} of {} rounds are stored", rounds.len(), due.len());
        // The newest may still be on its way; DirPorts serve only the newest, so a busy machine loses some.
        ensure!(missed <= 1 + due.len() / 8, "{missed} of {} rounds are not stored: {rounds:?}", due.len());
        let nodes = self.network.options().authorities + self.network.options().relays;
        let is_small = |record: &allium_model::NetworkRecord| (record.relays as usize) + 1 < nodes;
        ensure!(!stored.network.iter().any(is_small), "a round without its relays: {:?}", stored.network);
        for round in &rounds {
            let of_round = stored.authorities.iter().filter(|record| record.valid_after.0 == *round);
            let known = of_round.filter(|record| record.is_counted.is_some()).count();
            ensure!(known == self.names.len(), "{known} authorities are known of {round}");
        }
        Ok(())
    }

    /// The log names each kind of fault that was made, for whoever reads only that.
    pub(crate) fn expect_log(&mut self) -> Result<()> {
        self.program.expect_health()?;
        let log = self.program.log();
        for (kind, _) in &self.allowed {
            ensure!(log.contains(&format!("fault=\"{kind}\"")), "{kind} is not in the log:\n{log}");
        }
        Ok(())
    }
}

/// Whether the faults take the consensus away.
fn fails(faults: &[Fault]) -> bool {
    faults.iter().any(|(kind, _)| *kind == "consensus-missing")
}

fn is_true_anyway(event: &SeenEvent) -> bool {
    TRUE_ANYWAY.contains(&event.kind.as_str())
}
