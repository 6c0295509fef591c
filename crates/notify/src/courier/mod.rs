//! The courier: takes what is due from the outbox, sends it, and writes down what came of it.
//!
//! Each channel has a task of its own and sends one message at a time, so that a channel that hangs holds up no
//! other. A message is accepted first and written down then: what is killed between the two is sent again, with
//! the same id.

use crate::channel::Post;
use crate::desk::{Ready, Row, Sent};
use crate::{Attempt, Desk, Fault, NotifyError, Step};
use allium_alert::DeliveryId;
use allium_model::Timestamp;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;

/// Who is asked for the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a round of deliveries came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Accepted by their receivers.
    pub delivered: u32,
    /// To be tried again.
    pub waiting: u32,
    /// Refused or given up.
    pub lost: u32,
}

/// Delivers what lies in the outbox of a desk.
#[derive(Clone)]
pub struct Courier {
    desk: Arc<Desk>,
    clock: Clock,
    /// Messages that were accepted, and could not be written down: on a full disk they are not sent anew.
    accepted: Arc<Mutex<HashSet<DeliveryId>>>,
}

/// Whether a channel works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Works {
    Yes,
    No,
}

/// How long a channel that does not work is left alone.
const REST: Duration = Duration::from_secs(30);

/// How often the outbox is looked at when nobody rings: for messages that wait, and for those that another
/// process put in.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

impl Courier {
    /// A courier.
    pub fn new(desk: Arc<Desk>, clock: Clock) -> Self {
        Self { desk, clock, accepted: Arc::default() }
    }

    /// Delivers everything that is due now, all channels at a time, and comes back.
    pub async fn deliver_due(&self) -> Result<Round, NotifyError> {
        let mut tasks = JoinSet::new();
        for channel in self.desk.due_channels((self.clock)()).await? {
            let courier = self.clone();
            tasks.spawn(async move { courier.deliver_channel(channel.as_deref()).await });
        }
        let mut sum = Round::default();
        while let Some(done) = tasks.join_next().await {
            // A task that panicked delivered nothing that is not written down.
            let (round, _) = done.unwrap_or(Ok((Round::default(), Works::Yes)))?;
            sum.delivered += round.delivered;
            sum.waiting += round.waiting;
            sum.lost += round.lost;
        }
        Ok(sum)
    }

    /// Delivers for ever. Ends with the runtime.
    pub async fn run(self) {
        let mut busy = HashSet::new();
        let mut tasks = JoinSet::new();
        loop {
            match self.desk.due_channels((self.clock)()).await {
                Ok(channels) => {
                    for channel in channels.into_iter().filter(|channel| busy.insert(channel.clone())) {
                        let courier = self.clone();
                        tasks.spawn(async move {
                            courier.deliver_and_rest(channel.as_deref()).await;
                            channel
                        });
                    }
                }
                Err(error) => tracing::error!("the outbox cannot be read: {error}"),
            }
            tokio::select! {
                () = self.desk.bell().notified() => {}
                Some(done) = tasks.join_next(), if !tasks.is_empty() => match done {
                    Ok(channel) => drop(busy.remove(&channel)),
                    // Which channel it was is not known; all may be tried again.
                    Err(_) => busy.clear(),
                },
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
        }
    }

    /// Delivers what is due for a channel. One that does not work is left alone for a while, however much is
    /// due.
    async fn deliver_and_rest(&self, channel: Option<&str>) {
        let works = match self.deliver_channel(channel).await {
            Ok((_, works)) => works,
            Err(error) => {
                tracing::error!(channel = channel.unwrap_or("mail"), "deliveries stopped for now: {error}");
                Works::No
            }
        };
        if works == Works::No {
            tokio::time::sleep(REST).await;
        }
    }

    /// Delivers what is due for a channel, one after the other; stops when the channel does not work.
    async fn deliver_channel(&self, channel: Option<&str>) -> Result<(Round, Works), NotifyError> {
        let mut round = Round::default();
        while let Some(row) = self.desk.next_due(channel, (self.clock)()).await? {
            let Some((sent, fault)) = self.deliver(&row).await? else {
                continue;
            };
            match sent {
                Sent::Delivered => round.delivered += 1,
                Sent::Waits => round.waiting += 1,
                Sent::Lost => round.lost += 1,
            }
            if fault == Some(Fault::Channel) {
                return Ok((round, Works::No));
            }
        }
        Ok((round, Works::Yes))
    }

    /// One attempt; `None` when nobody wants the message any more.
    async fn deliver(&self, row: &Row) -> Result<Option<(Sent, Option<Fault>)>, NotifyError> {
        let Some(ready) = self.desk.compose(row).await? else {
            self.desk.drop_row(row).await?;
            return Ok(None);
        };
        self.desk.reached(Step::Taken);
        let attempt = self.attempt(row, &ready).await;
        let sent = self.desk.record(row, ready.hash, &attempt, (self.clock)()).await?;
        self.accepted().remove(&row.id);
        tell(row, &attempt, sent);
        let fault = match attempt {
            Attempt::Later { fault, .. } => Some(fault),
            Attempt::Accepted | Attempt::Refused(_) => None,
        };
        Ok(Some((sent, fault)))
    }

    /// Sends a message, unless it was accepted before and that could not be written down.
    async fn attempt(&self, row: &Row, ready: &Ready) -> Attempt {
        let Some(body) = &ready.body else {
            return Attempt::Refused("this version cannot read the message".into());
        };
        if self.accepted().contains(&row.id) {
            return Attempt::Accepted;
        }
        let (id, thread, created) = (row.id, row.thread, row.created);
        let post = Post { id, thread, created, now: (self.clock)(), body, to: ready.to.clone() };
        let attempt = match self.desk.channel(row.channel.as_deref()) {
            Some(channel) => channel.send(&post).await,
            None => Attempt::unreachable("the channel is not configured"),
        };
        if attempt == Attempt::Accepted {
            self.accepted().insert(row.id);
            self.desk.reached(Step::Accepted);
        }
        attempt
    }

    fn accepted(&self) -> MutexGuard<'_, HashSet<DeliveryId>> {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The log names the message and the channel, never a person.
fn tell(row: &Row, attempt: &Attempt, sent: Sent) {
    let channel = row.channel.as_deref().unwrap_or("mail");
    let problem = match attempt {
        Attempt::Accepted => None,
        Attempt::Refused(problem) | Attempt::Later { problem, .. } => Some(problem.as_str()),
    };
    match (sent, problem) {
        (Sent::Lost, Some(problem)) => tracing::warn!(channel, id = %row.id, "a message is lost: {problem}"),
        (_, Some(problem)) => tracing::info!(channel, id = %row.id, "a message waits: {problem}"),
        (_, None) => tracing::debug!(channel, id = %row.id, "delivered"),
    }
}
