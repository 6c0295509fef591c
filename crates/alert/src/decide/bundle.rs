//! From news to messages: one for each receiver and cause, within the receiver's budget.

use super::evaluate::Scene;
use super::{Inputs, News, NewsEvent, Work};
use crate::message::{Bundle, compose};
use crate::{
    Budget, Delivery, DeliveryId, Held, MessageEvent, Phase, Reason, ReceiverId, Subject, ThreadId, Told,
    WatchKind,
};
use allium_model::{IncidentId, Severity, Timestamp};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Group {
    /// An incident and the relays that it took away.
    Incident(IncidentId),
    /// Relays without an incident.
    Relays,
    /// Everything of a day.
    Digest,
}

impl Group {
    fn of(news: &News) -> Self {
        match news.cause {
            _ if news.is_digest => Self::Digest,
            Some(id) => Self::Incident(id),
            None => Self::Relays,
        }
    }

    fn name(self) -> String {
        match self {
            Self::Incident(id) => id.to_string(),
            Self::Relays => "relays".into(),
            Self::Digest => "digest".into(),
        }
    }
}

/// How long relays that join an incident wait after a message about it, in seconds: four hours.
const JOIN_SECONDS: i64 = 4 * 3600;

/// Sends what may be sent, notes in the states what was told, and gives what is held back.
pub(super) fn deliver(
    inputs: &Inputs<'_>,
    scene: Scene<'_>,
    works: &mut [Work<'_>],
    news: Vec<News>,
) -> (Vec<Delivery>, Vec<Held>) {
    let mut post = Post { now: inputs.now, scene, by_receiver: by_receiver(works), held: Vec::new() };
    let mut purses = Purses::new(inputs);
    let mut deliveries = Vec::new();
    for ((receiver, group), news) in in_order(news, works) {
        let news = post.joined(works, receiver, group, news);
        if news.is_empty() {
            continue;
        }
        let severity = news.iter().map(|news| news.severity).max().unwrap_or(Severity::Notice);
        match purses.pay(receiver, severity) {
            Ok(left) => deliveries.push(post.send(works, receiver, group, &news, left)),
            Err(until) => post.hold(&news, Reason::OverBudget { until }),
        }
    }
    (deliveries, post.held)
}

/// News by receiver and what they are about, the worst first of each receiver.
fn in_order(news: Vec<News>, works: &[Work<'_>]) -> Vec<((ReceiverId, Group), Vec<News>)> {
    let mut bundles: BTreeMap<(ReceiverId, Group), Vec<News>> = BTreeMap::new();
    for news in news {
        let receiver = works[news.work].subscription.receiver;
        bundles.entry((receiver, Group::of(&news))).or_default().push(news);
    }
    let mut bundles: Vec<_> = bundles.into_iter().collect();
    bundles.sort_by_key(|((receiver, group), news)| {
        (*receiver, Reverse(news.iter().map(|news| news.severity).max()), *group)
    });
    bundles
}

fn by_receiver(works: &[Work<'_>]) -> HashMap<ReceiverId, Vec<usize>> {
    let mut by_receiver: HashMap<ReceiverId, Vec<usize>> = HashMap::new();
    for (index, work) in works.iter().enumerate() {
        by_receiver.entry(work.subscription.receiver).or_default().push(index);
    }
    by_receiver
}

/// Where messages are made.
struct Post<'a> {
    now: Timestamp,
    scene: Scene<'a>,
    by_receiver: HashMap<ReceiverId, Vec<usize>>,
    held: Vec<Held>,
}

impl Post<'_> {
    fn hold(&mut self, news: &[News], reason: Reason) {
        self.held.extend(news.iter().map(|news| Held { key: news.key, reason }));
    }

    /// Alerts of a receiver that were told, fire still and belong to a group, by subscription and alert.
    fn open(&self, works: &[Work<'_>], receiver: ReceiverId, group: Group) -> Vec<(usize, usize)> {
        let mut open = Vec::new();
        for work in self.by_receiver.get(&receiver).into_iter().flatten() {
            for (alert, ((kind, _), state)) in works[*work].state.alerts.iter().enumerate() {
                let Some(told) =
                    state.told.filter(|_| state.phase == Phase::Firing && *kind != WatchKind::Back)
                else {
                    continue;
                };
                let is_meant = match group {
                    Group::Incident(id) => told.cause == Some(id),
                    Group::Relays => told.cause.is_none(),
                    Group::Digest => true,
                };
                if is_meant {
                    open.push((*work, alert));
                }
            }
        }
        open
    }

    /// The news of an incident without what waits a while: relays that join it or return one by one.
    fn joined(
        &mut self,
        works: &[Work<'_>],
        receiver: ReceiverId,
        group: Group,
        news: Vec<News>,
    ) -> Vec<News> {
        let Group::Incident(incident) = group else { return news };
        let open = self.open(works, receiver, group);
        let last =
            open.iter().filter_map(|(work, alert)| Some(works[*work].state.alerts[*alert].1.told?.at)).max();
        let Some(until) = last.map(|last| last.plus_seconds(JOIN_SECONDS)).filter(|until| *until > self.now)
        else {
            return news;
        };
        let joining = news.iter().filter(|news| news.event == NewsEvent::Raised).count();
        let waits = |news: &News| {
            let is_small =
                news.event == NewsEvent::Over || (news.event == NewsEvent::Raised && joining <= open.len());
            news.key.kind != WatchKind::Incident && is_small
        };
        let (waiting, now): (Vec<News>, Vec<News>) = news.into_iter().partition(waits);
        self.hold(&waiting, Reason::ToldWithIncident { incident, until });
        now
    }

    fn send(
        &self,
        works: &mut [Work<'_>],
        receiver: ReceiverId,
        group: Group,
        news: &[News],
        left: Left,
    ) -> Delivery {
        let id = delivery_id(works, receiver, group, news);
        for news in news {
            self.note(&mut works[news.work].state.alerts[news.alert].1, news);
        }
        let open = self.open(works, receiver, group);
        if let Group::Incident(_) = group {
            // The message speaks for all of them, so that none is repeated on its own soon after.
            for (work, alert) in &open {
                let told = &mut works[*work].state.alerts[*alert].1.told;
                *told = told.map(|told| Told { at: self.now, ..told });
            }
        }
        let event = event_of(news, open.len());
        let bundle = Bundle {
            facts: self.scene.facts,
            book: self.scene.book,
            works,
            group,
            news,
            event,
            open: open.len(),
            left,
        };
        let mut alerts: Vec<_> = news.iter().map(|news| news.key).collect();
        alerts.sort_unstable();
        let thread = ThreadId::of_parts([b"thread", &receiver.0.to_be_bytes()[..], group.name().as_bytes()]);
        Delivery { id, receiver, thread, alerts, message: compose(&bundle) }
    }

    /// Notes in an alert that it was told.
    fn note(&self, state: &mut crate::AlertState, news: &News) {
        if news.event == NewsEvent::Over {
            state.told = None;
            return;
        }
        let times = state.told.map_or(0, |told| told.times).saturating_add(1);
        state.told = Some(Told { at: self.now, severity: news.severity, times, cause: news.cause });
        if news.event == NewsEvent::Raised {
            state.raises.push(self.now);
        }
    }
}

fn event_of(news: &[News], open: usize) -> MessageEvent {
    let any = |event: NewsEvent| news.iter().any(|news| news.event == event);
    match (any(NewsEvent::Raised) || any(NewsEvent::Worse), any(NewsEvent::Over)) {
        (true, _) => MessageEvent::Raised,
        (false, true) if open == 0 => MessageEvent::Resolved,
        (false, true) => MessageEvent::Changed,
        (false, false) => MessageEvent::Repeated,
    }
}

/// The id of what is told: alerts, since when, for the how many-th time, and how bad. Not of the clock.
fn delivery_id(works: &[Work<'_>], receiver: ReceiverId, group: Group, news: &[News]) -> DeliveryId {
    let mut bytes = Vec::with_capacity(64 * news.len());
    for news in news {
        let state = &works[news.work].state.alerts[news.alert].1;
        bytes.extend(news.key.subscription.0.to_be_bytes());
        match news.key.subject {
            Subject::Relay(relay) => bytes.extend(relay.0),
            Subject::Incident(id) => bytes.extend(id.to_string().bytes()),
        }
        for word in [news.key.kind.name(), news.event.name(), news.severity.name()] {
            bytes.extend(word.bytes());
            bytes.push(0);
        }
        bytes.extend(state.since.0.to_be_bytes());
        bytes.extend(state.told.map_or(0, |told| told.times).to_be_bytes());
    }
    DeliveryId::of_parts([b"delivery", &receiver.0.to_be_bytes()[..], group.name().as_bytes(), &bytes])
}

/// What is left of a budget after a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// Room for more.
    Room,
    /// This is the last message but for what is critical, until then.
    Last {
        /// When there is room again.
        until: Timestamp,
    },
}

/// What receivers may still get.
struct Purses {
    now: Timestamp,
    budgets: HashMap<ReceiverId, Budget>,
    /// When messages were sent, those of this round included.
    sent: HashMap<ReceiverId, Vec<Timestamp>>,
}

impl Purses {
    fn new(inputs: &Inputs<'_>) -> Self {
        let budgets = inputs.receivers.iter().map(|receiver| (receiver.id, receiver.budget)).collect();
        let mut sent: HashMap<ReceiverId, Vec<Timestamp>> = HashMap::new();
        for message in inputs.sent {
            sent.entry(message.receiver).or_default().push(message.at);
        }
        Self { now: inputs.now, budgets, sent }
    }

    /// Takes a message from a receiver's budget; else tells when there is room again.
    fn pay(&mut self, receiver: ReceiverId, severity: Severity) -> Result<Left, Timestamp> {
        let budget = self.budgets.get(&receiver).copied().unwrap_or_default();
        let period = i64::from(budget.period_seconds);
        let now = self.now;
        let sent = self.sent.entry(receiver).or_default();
        // A clock that was far ahead leaves nothing that counts; one that was a little ahead does.
        sent.retain(|at| now.seconds_since(*at).abs() < period);
        sent.sort_unstable();
        let room = |sent: &[Timestamp], allowance: usize| {
            // The message that must leave the period before there is room.
            let leaves = sent.len().checked_sub(allowance).and_then(|index| sent.get(index)).copied();
            let leaves = leaves.unwrap_or(now);
            leaves.min(now).plus_seconds(period)
        };
        let allowance = budget.allowance(severity);
        if sent.len() >= allowance {
            return Err(room(sent, allowance));
        }
        sent.push(now);
        let usual = budget.allowance(Severity::Warning);
        Ok(if sent.len() >= usual { Left::Last { until: room(sent, usual) } } else { Left::Room })
    }
}
