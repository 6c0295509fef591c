//! Incidents that last, and how they go on and end.

use super::groups::Groups;
use super::impact::Whole;
use super::options::IncidentOptions;
use super::relays::{Place, RelayState, Relays};
use super::{Change, ChangeKind};
use allium_model::{
    CauseGroup, Ending, EventKind, HitRelay, Incident, IncidentKind, IncidentState, IncidentStep, Timestamp,
};

/// By what an incident is seen to last.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Basis {
    /// Relays that are away.
    Away,
    /// Relays that joined and are there.
    Joined,
    /// Relays that come and go.
    Flapping,
    /// A number that a detector judges at every document, against this one.
    Level(f64),
    /// Events of this subject that last: `None` of the network.
    Events(Vec<EventKind>),
    /// What a source says of itself, by its name.
    Source(String),
}

/// An incident that lasts, with what is needed to follow it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Open {
    pub(super) serial: u32,
    pub(super) incident: Incident,
    pub(super) basis: Basis,
    /// What else was seen of it.
    pub(super) symptoms: Vec<IncidentKind>,
    /// Places of the relays hit, in the order of the incident's.
    pub(super) members: Vec<Place>,
    /// The network before.
    pub(super) whole: Whole,
    /// The document that first showed it.
    pub(super) opened: Timestamp,
    /// Documents that were taken since, the first one counted.
    pub(super) documents: u32,
    /// Documents in a row in which it looked over, and the first of them.
    pub(super) over: u32,
    pub(super) over_since: Timestamp,
}

/// What a document says of an open incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// It is as it was.
    Lasts,
    /// It does not show any more, though it may be too early to say that it is over.
    Gone,
}

/// Documents in a row after which what is gone is over.
const OVER_DOCUMENTS: u32 = 2;
/// Share of those hit that must show it again for an incident to be confirmed.
const CONFIRMING_RATIO: f64 = 0.5;
/// Seconds without a departure after which a relay no longer flaps.
pub(super) const CALM_SECONDS: i64 = 6 * 3600;

impl Open {
    /// The group that explains it best.
    pub(super) fn cause(&self) -> Option<&CauseGroup> {
        self.incident.causes.first().map(|cause| &cause.group)
    }

    /// Whether its relays are away or flapping, so that no other incident of loss counts them.
    pub(super) fn is_loss(&self) -> bool {
        matches!(self.basis, Basis::Away | Basis::Flapping)
    }

    /// Notes what was seen.
    pub(super) fn note(&mut self, at: Timestamp, text: String) {
        self.incident.steps.push(IncidentStep { at, text });
    }

    /// Notes for each relay whether it is back (of those who joined: gone again), and says how many
    /// are not.
    pub(super) fn look_at_members(&mut self, relays: &Relays, at: Timestamp) -> u32 {
        let mut left = 0;
        for (hit, place) in self.incident.hit.relays.iter_mut().zip(&self.members) {
            let is_over = is_over(&self.basis, relays.get(*place), at);
            hit.returned = if is_over { hit.returned.or(Some(at)) } else { None };
            left += u32::from(!is_over);
        }
        left
    }

    /// What a document says of it, by its relays.
    pub(super) fn look(&mut self, relays: &Relays, options: &IncidentOptions, at: Timestamp) -> Look {
        let left = self.look_at_members(relays, at);
        let share = f64::from(left) / self.members.len().max(1) as f64;
        let limit = match (self.incident.state, &self.basis) {
            // Those who joined were there, whether they stayed or not.
            (IncidentState::Unverified, Basis::Joined) => 0.0,
            (IncidentState::Unverified, _) => CONFIRMING_RATIO,
            _ => 1.0 - options.recovered_ratio + 1e-9,
        };
        let is_gone = if limit > 0.0 { share <= limit } else { false };
        if is_gone { Look::Gone } else { Look::Lasts }
    }

    /// Goes on by one document. `None` when nothing changed but time.
    pub(super) fn go_on(&mut self, look: Look, options: &IncidentOptions, at: Timestamp) -> Option<Change> {
        self.documents += 1;
        match (self.incident.state, look) {
            (IncidentState::Unverified, Look::Gone) => Some(self.end(Ending::NotConfirmed, at, at)),
            (IncidentState::Unverified, Look::Lasts) => Some(self.confirm(at)),
            _ => self.wait_for_end(look, options, at),
        }
    }

    fn wait_for_end(&mut self, look: Look, options: &IncidentOptions, at: Timestamp) -> Option<Change> {
        if look == Look::Gone {
            self.over_since = if self.over == 0 { at } else { self.over_since };
            self.over += 1;
            if self.over >= OVER_DOCUMENTS {
                return Some(self.end(Ending::Recovered, self.over_since, at));
            }
        } else {
            self.over = 0;
        }
        let is_old = at.seconds_since(self.opened) >= options.permanent_seconds;
        (is_old && self.may_be_permanent()).then(|| self.end(Ending::Permanent, at, at))
    }

    /// Faults of sources and authorities last until they are mended.
    fn may_be_permanent(&self) -> bool {
        !matches!(self.basis, Basis::Events(_) | Basis::Source(_))
    }

    pub(super) fn confirm(&mut self, at: Timestamp) -> Change {
        self.incident.state = IncidentState::Ongoing;
        self.incident.confirmed = Some(at);
        self.note(at, "a second document confirmed it".to_owned());
        self.change(ChangeKind::Confirmed)
    }

    pub(super) fn end(&mut self, ending: Ending, until: Timestamp, at: Timestamp) -> Change {
        self.incident.state = IncidentState::Resolved;
        self.incident.ending = Some(ending);
        self.incident.until = Some(until);
        self.note(at, self.ending_words(ending));
        self.change(ChangeKind::Resolved)
    }

    fn ending_words(&self, ending: Ending) -> String {
        let hit = self.members.len();
        let back = hit - self.incident.hit.away().count();
        match (ending, &self.basis) {
            (Ending::NotConfirmed, _) => "the next document did not show it".to_owned(),
            (Ending::Recovered, Basis::Away) => format!("{back} of {hit} relays are back"),
            (Ending::Recovered, Basis::Joined) => format!("{back} of {hit} relays are gone again"),
            (Ending::Recovered, Basis::Flapping) => format!("{back} of {hit} relays have been steady"),
            (Ending::Recovered, _) => "it is over".to_owned(),
            (Ending::Permanent, Basis::Joined) => format!("{} of {hit} relays stayed", hit - back),
            (Ending::Permanent, Basis::Away) => format!("{} of {hit} relays stayed away", hit - back),
            (Ending::Permanent, _) => "it has lasted so long that it is the rule now".to_owned(),
        }
    }

    /// The incident as it is now, as a change.
    pub(super) fn change(&self, kind: ChangeKind) -> Change {
        Change { kind, incident: self.incident.clone() }
    }

    /// Adds relays that it hit as well.
    pub(super) fn grow(&mut self, places: &[Place], relays: &Relays, groups: &Groups, at: Timestamp) {
        let mut all: Vec<(HitRelay, Place)> =
            self.incident.hit.relays.drain(..).zip(self.members.drain(..)).collect();
        all.extend(places.iter().map(|place| (hit_relay(relays.get(*place), groups), *place)));
        all.sort_by_key(|(hit, _)| hit.fingerprint);
        all.dedup_by_key(|(hit, _)| hit.fingerprint);
        (self.incident.hit.relays, self.members) = all.into_iter().unzip();
        if at > self.opened {
            let more = places.len();
            self.note(at, format!("{more} more {}", if more == 1 { "relay" } else { "relays" }));
        }
        self.measure(relays);
    }

    /// Measures what its relays that are not back are to the network, and keeps the worst.
    pub(super) fn measure(&mut self, relays: &Relays) {
        let hit = self.incident.hit.relays.iter().zip(&self.members);
        let away = hit.filter(|(hit, _)| hit.returned.is_none()).map(|(_, place)| relays.get(*place));
        let impact = self.whole.impact(away);
        let is_worse = impact.weight_ratio >= self.incident.hit.impact.weight_ratio;
        if is_worse || self.incident.hit.impact.relays_ratio < impact.relays_ratio {
            self.incident.hit.impact = impact;
        }
    }

    /// Whether a relay is of the group that explains it best.
    pub(super) fn explains(&self, relay: &RelayState, groups: &Groups) -> bool {
        let cause = self.cause();
        cause.is_some() && relay.membership.iter().any(|number| groups.get(*number) == cause)
    }
}

/// Whether a relay no longer shows what befell it.
fn is_over(basis: &Basis, relay: &RelayState, at: Timestamp) -> bool {
    match basis {
        Basis::Joined => !relay.is_running,
        Basis::Flapping => relay.is_running && at.seconds_since(relay.departures[0]) > CALM_SECONDS,
        _ => relay.is_running,
    }
}

/// A relay at its last known values.
fn hit_relay(relay: &RelayState, groups: &Groups) -> HitRelay {
    HitRelay {
        fingerprint: relay.fingerprint,
        role: relay.role(),
        weight: relay.weight,
        country: groups.country(&relay.membership),
        returned: None,
    }
}
