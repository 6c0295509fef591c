//! What readers and `/metrics` see of the desk: made anew after every decision and every change.

use allium_alert::{Budget, Phase, States};
use allium_model::Timestamp;
use allium_notify::{Audited, ChannelKind, Delays, Desk, NotifyError, ResultCount};
use allium_web::server::Shared;
use allium_web::{
    AlertBoard, AlertFigures, BoardChange, Decisions, DeliveryCount, DeliveryDelays, Subscribing,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::Mutex as Turn;

/// Most changes on the board.
const MOST_CHANGES: u32 = 100;

/// Makes boards and figures of a desk and hands them to those who serve.
#[derive(Debug)]
pub struct Boards {
    desk: Arc<Desk>,
    budget: Budget,
    /// Where they are shown. What forms ask for leads here too, so it must not be kept alive from here.
    shared: OnceLock<Weak<Shared>>,
    /// Held from reading to publishing: what was read later is published later.
    seen: Turn<Seen>,
    decisions: Mutex<Decisions>,
}

/// What is read with a board only, since it takes its time.
#[derive(Debug, Default)]
struct Seen {
    /// How many alerts are how far.
    phases: BTreeMap<Phase, u64>,
    delays: Option<DeliveryDelays>,
}

impl Boards {
    /// Boards that nobody sees yet.
    pub fn new(desk: Arc<Desk>, budget: Budget) -> Self {
        Self { desk, budget, shared: OnceLock::new(), seen: Turn::default(), decisions: Mutex::default() }
    }

    /// From now on they are shown there.
    pub fn show_on(&self, shared: &Arc<Shared>) {
        // A second place is none: one process serves one site.
        let _ = self.shared.set(Arc::downgrade(shared));
    }

    fn shared(&self) -> Option<Arc<Shared>> {
        self.shared.get()?.upgrade()
    }

    /// Counts a decision about data of a time, and how long it took.
    pub fn decided(&self, data_time: Timestamp, now: Timestamp, duration: Duration) {
        let mut decisions = self.decisions.lock().unwrap_or_else(PoisonError::into_inner);
        decisions.count += 1;
        decisions.seconds += duration.as_secs_f64();
        decisions.last = Some(now);
        decisions.data_time = Some(data_time);
    }

    /// Shows how everything is. Where that cannot be read the last board stays.
    pub async fn show(&self, now: Timestamp) {
        let Some(shared) = self.shared() else { return };
        let mut seen = self.seen.lock().await;
        match self.board(now).await {
            Ok((board, phases)) => {
                *seen = Seen { phases, delays: board.delays };
                shared.publish_alerts(Arc::new(board));
            }
            Err(error) => tracing::warn!("the board of alerts is as before: {error}"),
        }
        self.publish_figures(&shared, &seen, now).await;
    }

    /// Takes only the figures that move with every message.
    pub async fn show_figures(&self, now: Timestamp) {
        let Some(shared) = self.shared() else { return };
        let seen = self.seen.lock().await;
        self.publish_figures(&shared, &seen, now).await;
    }

    async fn publish_figures(&self, shared: &Shared, seen: &Seen, now: Timestamp) {
        match self.figures(seen, now).await {
            Ok(figures) => shared.publish_alert_figures(Arc::new(figures)),
            Err(error) => tracing::warn!("the figures of alerts are as before: {error}"),
        }
    }

    /// The board, and how many alerts are how far.
    async fn board(&self, now: Timestamp) -> Result<(AlertBoard, BTreeMap<Phase, u64>), NotifyError> {
        let desk = &self.desk;
        let states = desk.states().await?;
        let board = AlertBoard {
            made_at: now,
            subscribing: if desk.is_open() { Subscribing::Open } else { Subscribing::Closed },
            alerts: AlertBoard::alerts_of(&states),
            silences: desk.silences(now).await?,
            maintenance: desk.maintenance(now).await?,
            budget: self.budget,
            delays: desk.delays(now).await?.map(delays),
            deliveries: desk.results(now).await?.into_iter().map(delivery).collect(),
            changes: desk.changes(MOST_CHANGES).await?.into_iter().map(change).collect(),
        };
        Ok((board, phases(&states)))
    }

    async fn figures(&self, seen: &Seen, now: Timestamp) -> Result<AlertFigures, NotifyError> {
        let (backlog, counts) = (self.desk.backlog().await?, self.desk.subscription_counts().await?);
        Ok(AlertFigures {
            phases: seen.phases.clone(),
            waiting: backlog.messages,
            oldest_waiting: backlog.oldest,
            teams: self.desk.teams().len() as u64,
            confirmed: counts.confirmed,
            pending: counts.pending,
            deliveries: self.desk.results(now).await?.into_iter().map(delivery).collect(),
            delays: seen.delays,
            decisions: *self.decisions.lock().unwrap_or_else(PoisonError::into_inner),
        })
    }
}

/// How many alerts are how far.
fn phases(states: &States) -> BTreeMap<Phase, u64> {
    let mut counts = BTreeMap::new();
    for (_, state) in states.iter().flat_map(|(_, subscription)| &subscription.alerts) {
        *counts.entry(state.phase).or_default() += 1;
    }
    counts
}

fn delays(delays: Delays) -> DeliveryDelays {
    let Delays { count, median_seconds, p95_seconds, max_seconds, .. } = delays;
    DeliveryDelays { count, median_seconds, p95_seconds, max_seconds }
}

fn delivery(count: ResultCount) -> DeliveryCount {
    let channel = count.kind.map_or("removed", ChannelKind::name).to_owned();
    DeliveryCount { channel, result: count.result, count: count.messages }
}

fn change(entry: Audited) -> BoardChange {
    let action = match entry.action.as_str() {
        "silence-added" => "silence begun",
        "silence-ended" => "silence ended",
        "maintenance-added" => "maintenance window announced",
        "maintenance-ended" => "maintenance window ended",
        "channel-tested" => "channel tried",
        // What a later version notes.
        other => other,
    };
    BoardChange { at: entry.at, author: entry.author, action: action.to_owned(), detail: entry.detail }
}
