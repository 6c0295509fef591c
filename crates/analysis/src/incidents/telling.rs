//! Which events the detection was told of, so that each beginning and each end is told once.

use allium_model::{Event, EventKind, EventSubject, Timestamp};
use std::collections::HashSet;

/// A beginning or an end of an event.
type Step = (EventKind, EventSubject, Timestamp, Moment);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Moment {
    Begins,
    Ends,
}

/// What was told.
#[derive(Debug, Default)]
pub struct Telling(HashSet<Step>);

impl Telling {
    /// Everything up to a time counts as told.
    pub fn up_to(events: &[Event], time: Timestamp) -> Self {
        let told = steps(events).filter(|(at, ..)| *at <= time);
        Self(told.map(|(_, step, _)| step).collect())
    }

    /// The beginnings and ends up to a time that were not told, by their time, each event as it was known then.
    /// What is written late is told late.
    pub fn tell(&mut self, events: &[Event], time: Timestamp) -> Vec<Event> {
        let mut due: Vec<(Timestamp, Step, Event)> =
            steps(events).filter(|(at, step, _)| *at <= time && !self.0.contains(step)).collect();
        due.sort_by_key(|(at, (kind, subject, _, moment), _)| (*at, *moment, *kind, *subject));
        self.0.extend(due.iter().map(|(_, step, _)| *step));
        due.into_iter().map(|(_, _, event)| event).collect()
    }

    /// Forgets events that are not looked at any more.
    pub fn keep(&mut self, events: &[Event]) {
        let looked_at: HashSet<Step> = steps(events).map(|(_, step, _)| step).collect();
        self.0.retain(|step| looked_at.contains(step));
    }
}

/// The beginning of each event without its end, and the end where there is one.
fn steps(events: &[Event]) -> impl Iterator<Item = (Timestamp, Step, Event)> {
    events.iter().flat_map(|event| {
        let key = |moment| (event.kind, event.subject, event.from, moment);
        let begins = (event.from, key(Moment::Begins), Event { until: None, ..event.clone() });
        let ends = event.until.map(|until| (until, key(Moment::Ends), event.clone()));
        std::iter::once(begins).chain(ends)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::Severity;

    fn event(from: i64, until: Option<i64>) -> Event {
        Event {
            kind: EventKind::VoteMissing,
            subject: EventSubject::Network,
            severity: Severity::Warning,
            from: Timestamp(from),
            until: until.map(Timestamp),
            evidence: String::new(),
        }
    }

    #[test]
    fn each_beginning_and_each_end_is_told_once() {
        let mut telling = Telling::default();
        assert_eq!(telling.tell(&[event(10, None)], Timestamp(9)), []);
        assert_eq!(telling.tell(&[event(10, None)], Timestamp(10)), [event(10, None)]);
        assert_eq!(telling.tell(&[event(10, None)], Timestamp(30)), []);
        assert_eq!(telling.tell(&[event(10, Some(20))], Timestamp(30)), [event(10, Some(20))]);
        assert_eq!(telling.tell(&[event(10, Some(20))], Timestamp(40)), []);
    }

    #[test]
    fn what_came_and_went_unseen_is_told_in_order_and_what_was_before_is_not() {
        let past = [event(1, Some(2)), event(3, Some(20))];
        let mut telling = Telling::up_to(&past, Timestamp(10));
        let now = [event(15, Some(18)), event(3, Some(20)), event(1, Some(2))];
        let told = telling.tell(&now, Timestamp(30));
        assert_eq!(told, [event(15, None), event(15, Some(18)), event(3, Some(20))]);
    }

    #[test]
    fn what_is_written_late_is_told_late() {
        let mut telling = Telling::up_to(&[], Timestamp(100));
        assert_eq!(telling.tell(&[event(50, None)], Timestamp(101)), [event(50, None)]);
        telling.keep(&[]);
        assert!(telling.0.is_empty());
    }
}
