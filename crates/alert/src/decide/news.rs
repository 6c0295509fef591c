//! What is news, and what stands in its way.

use super::clock::{DAY_SECONDS, DigestTime};
use super::evaluate::Scene;
use super::obstacle::{Quiet, inhibitor};
use super::{Inputs, Work};
use crate::{
    AlertKey, AlertState, Digest, Held, MOST_RAISES, Phase, Reason, ReceiverId, Subject, Subscription,
    WatchKind,
};
use allium_model::{IncidentId, Severity, Timestamp};
use foldhash::fast::RandomState;
use std::collections::HashSet;

/// What happened to an alert that somebody should hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum NewsEvent {
    /// It fires.
    Raised,
    /// It is worse than what was told.
    Worse,
    /// It lasts, and it is time to say so again.
    Lasts,
    /// It is over.
    Over,
}

impl NewsEvent {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Worse => "worse",
            Self::Lasts => "lasts",
            Self::Over => "over",
        }
    }
}

/// News of an alert, by the places of subscription and alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) work: usize,
    pub(crate) alert: usize,
    pub(crate) key: AlertKey,
    pub(crate) event: NewsEvent,
    pub(crate) severity: Severity,
    /// The incident that explains it.
    pub(crate) cause: Option<IncidentId>,
    /// Whether it goes into a digest.
    pub(crate) is_digest: bool,
}

/// How much earlier than its interval something may be repeated in a digest, which is never to the second.
const DIGEST_SLACK_SECONDS: i64 = 3600;

/// All news, in order of subscriptions, and everything that is held back.
pub(super) fn gather(inputs: &Inputs<'_>, scene: Scene<'_>, works: &[Work<'_>]) -> (Vec<News>, Vec<Held>) {
    let quiet = Quiet::new(inputs.now, inputs.facts, inputs.silences, inputs.maintenance);
    let told = told_incidents(scene, works);
    let (mut news, mut held) = (Vec::new(), Vec::new());
    for (index, work) in works.iter().enumerate() {
        let desk = Desk {
            scene,
            quiet: &quiet,
            told: &told,
            work,
            digest: DigestTime::of(scene.now, work.subscription, &work.state),
        };
        for (alert, ((kind, subject), state)) in work.state.alerts.iter().enumerate() {
            let key = AlertKey { subscription: work.subscription.id, kind: *kind, subject: *subject };
            match desk.consider(key, state) {
                Ok(event) => news.push(desk.news(index, alert, key, state, event)),
                Err(Some(reason)) => held.push(Held { key, reason }),
                Err(None) => {}
            }
        }
    }
    (news, held)
}

/// The incidents of which receivers are told by themselves, into whose messages relays are grouped.
fn told_incidents(scene: Scene<'_>, works: &[Work<'_>]) -> HashSet<(ReceiverId, IncidentId), RandomState> {
    let mut told = HashSet::default();
    for work in works {
        // Alerts about incidents come before all others.
        for ((kind, subject), state) in &work.state.alerts {
            let Subject::Incident(id) = *subject else { break };
            let is_inhibited =
                || inhibitor(scene.book, work.subscription, work.place, *kind, *subject).is_some();
            if state.phase == Phase::Firing && !is_inhibited() {
                told.insert((work.subscription.receiver, id));
            }
        }
    }
    told
}

/// One subscription while its alerts are looked through.
struct Desk<'a> {
    scene: Scene<'a>,
    quiet: &'a Quiet<'a>,
    told: &'a HashSet<(ReceiverId, IncidentId), RandomState>,
    work: &'a Work<'a>,
    digest: DigestTime,
}

impl Desk<'_> {
    /// What is to be told of an alert; else why not, where there is something that might be told.
    fn consider(&self, key: AlertKey, state: &AlertState) -> Result<NewsEvent, Option<Reason>> {
        let event = due(self.scene.now, self.work.subscription, key.kind, state)?;
        if event != NewsEvent::Over
            && let Some(reason) = self.obstacle(key, state, event)
        {
            return Err(Some(reason));
        }
        match self.digest {
            DigestTime::Waits(until) if state.severity < Severity::Critical => {
                Err(Some(Reason::WaitsForDigest { until }))
            }
            _ => Ok(event),
        }
    }

    fn obstacle(&self, key: AlertKey, state: &AlertState, event: NewsEvent) -> Option<Reason> {
        let subscription = self.work.subscription;
        let inhibited = inhibitor(self.scene.book, subscription, self.work.place, key.kind, key.subject);
        let inhibited = inhibited.map(Reason::Inhibited);
        let quiet = || self.quiet.reason(self.scene, subscription, key.kind, key.subject);
        inhibited.or_else(quiet).or_else(|| self.grouped(key)).or_else(|| flapping(state, event))
    }

    /// The incident whose message tells of a relay.
    fn grouped(&self, key: AlertKey) -> Option<Reason> {
        let cause = self.cause(key)?;
        let is_told =
            key.kind != WatchKind::Incident && self.told.contains(&(self.work.subscription.receiver, cause));
        is_told.then_some(Reason::GroupedInto(cause))
    }

    fn cause(&self, key: AlertKey) -> Option<IncidentId> {
        match key.subject {
            Subject::Incident(id) => Some(id),
            Subject::Relay(relay) if matches!(key.kind, WatchKind::Absent | WatchKind::Back) => {
                self.scene.book.explanation(relay)
            }
            Subject::Relay(_) => None,
        }
    }

    fn news(&self, work: usize, alert: usize, key: AlertKey, state: &AlertState, event: NewsEvent) -> News {
        // What ends belongs to the message that told it.
        let told = state.told.and_then(|told| told.cause);
        let cause = if event == NewsEvent::Over {
            told.or_else(|| self.cause(key))
        } else {
            self.cause(key).or(told)
        };
        let is_digest = self.digest == DigestTime::Due && state.severity < Severity::Critical;
        News { work, alert, key, event, severity: state.severity, cause, is_digest }
    }
}

/// A day in which an alert was raised too often to be told again.
fn flapping(state: &AlertState, event: NewsEvent) -> Option<Reason> {
    let is_too_often = event == NewsEvent::Raised && state.raises.iter().len() >= MOST_RAISES;
    let oldest = state.raises.iter().next().filter(|_| is_too_often)?;
    Some(Reason::Flapping { until: oldest.plus_seconds(DAY_SECONDS) })
}

/// What is due to be told of an alert by itself.
fn due(
    now: Timestamp,
    subscription: &Subscription,
    kind: WatchKind,
    state: &AlertState,
) -> Result<NewsEvent, Option<Reason>> {
    match (state.phase, state.told) {
        (Phase::Ok, _) | (Phase::Resolved, None) => Err(None),
        (Phase::Pending, _) => Err(Some(Reason::NotConfirmed)),
        (Phase::Firing, _) if kind == WatchKind::Back => Err(Some(Reason::OnlyEndIsTold)),
        (Phase::Resolved, Some(_)) => Ok(NewsEvent::Over),
        // Nobody needs to hear, for the first time or again, of what the newest data show gone.
        (Phase::Firing, _) if state.streak > 0 => Err(Some(Reason::SeemsOver)),
        (Phase::Firing, None) => Ok(NewsEvent::Raised),
        (Phase::Firing, Some(told)) if state.severity > told.severity => Ok(NewsEvent::Worse),
        (Phase::Firing, Some(told)) => {
            let is_digest = subscription.digest != Digest::AtOnce && state.severity < Severity::Critical;
            let slack = if is_digest { DIGEST_SLACK_SECONDS } else { 0 };
            let until = subscription
                .repeat
                .seconds(state.severity)
                .map(|seconds| told.at.plus_seconds(seconds - slack));
            match until {
                Some(until) if until <= now => Ok(NewsEvent::Lasts),
                _ => Err(Some(Reason::RepeatNotDue { until })),
            }
        }
    }
}
