//! From facts, incidents and the states of the last time to what is sent and what is not.
//!
//! Three steps, each pure: what a new document means for every alert (`evaluate`, `transition`), what of
//! it is news and what stands in its way (`news`, `obstacle`), and how news become messages (`bundle`).
//! Only the first looks at the time of the data, and it counts each document once. Only the other two look
//! at the clock.

mod book;
mod bundle;
mod clock;
mod evaluate;
mod news;
mod obstacle;
#[cfg(test)]
mod tests;
mod transition;

use crate::{
    Facts, Maintenance, Outcome, Place, Receiver, Sent, Silence, StateChange, States, Subscription,
    SubscriptionId, SubscriptionState,
};
use allium_model::{Incident, Timestamp};
use evaluate::Scene;
use std::collections::HashSet;

pub(crate) use book::{Book, Known};
pub(crate) use bundle::{Group, Left};
pub(crate) use news::{News, NewsEvent};

/// Everything that a decision rests on.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// Our clock.
    pub now: Timestamp,
    /// The newest facts; the time of the data is in them.
    pub facts: &'a Facts,
    /// The incidents that last, and those that ended within the last days.
    pub incidents: &'a [Incident],
    /// Every subscription; of two with the same id the first counts.
    pub subscriptions: &'a [Subscription],
    /// The states that the last decision left.
    pub states: &'a States,
    /// Silences, those that are over included or not.
    pub silences: &'a [Silence],
    /// Maintenance windows, likewise.
    pub maintenance: &'a [Maintenance],
    /// Receivers with budgets of their own.
    pub receivers: &'a [Receiver],
    /// What was sent within the longest period of a budget.
    pub sent: &'a [Sent],
}

/// A subscription at work.
pub(crate) struct Work<'a> {
    pub(crate) subscription: &'a Subscription,
    pub(crate) place: Option<Place>,
    pub(crate) state: SubscriptionState,
}

/// Decides. Equal inputs give equal outcomes; nothing is asked of a clock or of chance.
pub fn decide(inputs: &Inputs<'_>) -> Outcome {
    let book = Book::new(inputs.incidents, inputs.facts);
    let scene = Scene { now: inputs.now, facts: inputs.facts, book: &book };
    let mut works = at_work(inputs, scene);
    let (news, mut held) = news::gather(inputs, scene, &works);
    let (deliveries, more_held) = bundle::deliver(inputs, scene, &mut works, news);
    clock::close_digests(inputs.now, &mut works);
    held.extend(more_held);
    held.sort_by_key(|held| held.key);
    let sent = deliveries.into_iter().map(|delivery| crate::Decision::Send(Box::new(delivery)));
    let decisions = sent.chain(held.into_iter().map(crate::Decision::Hold)).collect();
    let counted = inputs.states.counted().max(inputs.facts.data_time);
    Outcome { counted, changes: changes(inputs, works), decisions }
}

/// Every subscription with its state after the document at hand, ascending by id.
fn at_work<'a>(inputs: &Inputs<'a>, scene: Scene<'_>) -> Vec<Work<'a>> {
    let mut subscriptions: Vec<&Subscription> = inputs.subscriptions.iter().collect();
    subscriptions.sort_by_key(|subscription| subscription.id);
    subscriptions.dedup_by_key(|subscription| subscription.id);
    let work = |subscription: &'a Subscription| {
        let mut state = evaluate::evaluate(scene, subscription, inputs.states);
        clock::mend(inputs.now, &mut state);
        Work { subscription, place: inputs.facts.place(&subscription.target), state }
    };
    subscriptions.into_iter().map(work).collect()
}

/// The states that differ from those of the last time, ascending by id.
fn changes(inputs: &Inputs<'_>, works: Vec<Work<'_>>) -> Vec<StateChange> {
    let known: HashSet<SubscriptionId> = works.iter().map(|work| work.subscription.id).collect();
    let gone = inputs.states.iter().filter(|(id, _)| !known.contains(id)).map(|(id, _)| (id, None));
    let mut changes: Vec<StateChange> = gone.collect();
    for work in works {
        let (id, before) = (work.subscription.id, inputs.states.get(work.subscription.id));
        match work.state {
            state if state.is_empty() => changes.extend(before.map(|_| (id, None))),
            state if before != Some(&state) => changes.push((id, Some(state))),
            _ => {}
        }
    }
    changes.sort_by_key(|(id, _)| *id);
    changes
}
