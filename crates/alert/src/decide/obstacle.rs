//! What stands in the way of a message: worse incidents, silences, maintenance.

use super::book::Book;
use super::evaluate::Scene;
use crate::{Facts, Maintenance, Place, Reason, Silence, Subject, Subscription, Target, Watch, WatchKind};
use allium_model::{Fingerprint, IncidentId, IncidentKind, Severity, Timestamp};

/// Silences and windows that are in force, with their targets looked up once.
#[derive(Debug)]
pub(super) struct Quiet<'a> {
    silences: Vec<(&'a Silence, Option<Place>)>,
    windows: Vec<(&'a Maintenance, Option<Place>)>,
}

impl<'a> Quiet<'a> {
    pub(super) fn new(
        now: Timestamp,
        facts: &Facts,
        silences: &'a [Silence],
        maintenance: &'a [Maintenance],
    ) -> Self {
        let silences = silences.iter().filter(|silence| silence.is_active(now));
        let windows = maintenance.iter().filter(|window| window.is_active(now));
        Self {
            silences: silences.map(|silence| (silence, facts.place(&silence.matcher.target))).collect(),
            windows: windows.map(|window| (window, facts.place(&window.target))).collect(),
        }
    }

    /// Why an alert is quiet; the one that ends last counts.
    pub(super) fn reason(
        &self,
        scene: Scene<'_>,
        subscription: &Subscription,
        kind: WatchKind,
        subject: Subject,
    ) -> Option<Reason> {
        let is_covered =
            |target: &Target, place: Option<Place>| covers(scene, subscription, target, place, subject);
        let silenced = self.silences.iter().filter(|(silence, place)| {
            let matcher = &silence.matcher;
            (matcher.kinds.is_empty() || matcher.kinds.contains(&kind))
                && matcher.receiver.is_none_or(|receiver| receiver == subscription.receiver)
                && is_covered(&matcher.target, *place)
        });
        if let Some((silence, _)) = silenced.max_by_key(|(silence, _)| (silence.until, silence.id)) {
            return Some(Reason::Silenced { silence: silence.id, until: silence.until });
        }
        let maintained = self.windows.iter().filter(|(window, place)| {
            window.receiver.is_none_or(|receiver| receiver == subscription.receiver)
                && is_covered(&window.target, *place)
        });
        let (window, _) = maintained.max_by_key(|(window, _)| (window.until, window.id))?;
        Some(Reason::InMaintenance { window: window.id, until: window.until })
    }
}

/// Whether a target covers what an alert is about. It covers an incident that it explains, and one that hit
/// nobody else of what the subscription watches.
fn covers(
    scene: Scene<'_>,
    subscription: &Subscription,
    target: &Target,
    place: Option<Place>,
    subject: Subject,
) -> bool {
    let is_within = |fingerprint: Fingerprint, place: Option<Place>| {
        let relay = scene.facts.relay(fingerprint);
        relay.is_some_and(|relay| place.is_some_and(|place| scene.facts.is_in(relay, place)))
    };
    let id = match subject {
        Subject::Relay(relay) => return is_within(relay, place),
        Subject::Incident(id) => id,
    };
    if *target == Target::Network {
        return true;
    }
    let Some(known) = scene.book.get(id) else { return false };
    if known.incident.causes.first().is_some_and(|cause| target.is_cause(&cause.group)) {
        return true;
    }
    let watched = scene.facts.place(&subscription.target);
    let mut mine =
        known.incident.hit.relays.iter().filter(|hit| is_within(hit.fingerprint, watched)).peekable();
    mine.peek().is_some() && mine.all(|hit| is_within(hit.fingerprint, place))
}

/// The incident that keeps an alert back: source > network > AS, country, software, authority > operator >
/// relay.
pub(super) fn inhibitor(
    book: &Book<'_>,
    subscription: &Subscription,
    place: Option<Place>,
    kind: WatchKind,
    subject: Subject,
) -> Option<IncidentId> {
    match subject {
        Subject::Relay(relay) => of_relay(book, kind, relay),
        Subject::Incident(id) => of_incident(book, subscription, place, id),
    }
}

/// The fault of a source that keeps everything else back. One that is worth a notice takes away nothing that
/// alerts rest on.
fn of_source(book: &Book<'_>) -> Option<IncidentId> {
    book.active_of(&[IncidentKind::SourceFault], Severity::Warning)
}

fn of_relay(book: &Book<'_>, kind: WatchKind, relay: Fingerprint) -> Option<IncidentId> {
    let missing = || book.active_of(&[IncidentKind::ConsensusFault], Severity::Notice);
    if let Some(id) = of_source(book).or_else(missing) {
        return Some(id);
    }
    match kind {
        WatchKind::Absent | WatchKind::Back => None,
        WatchKind::WeightBelow | WatchKind::WeightBelowNorm => {
            let fault = book.active_of(&[IncidentKind::ScannerFault], Severity::Critical);
            fault.or_else(|| book.explanation(relay))
        }
        WatchKind::FlagLost | WatchKind::FlagGained => {
            let fault = book.active_of(&[IncidentKind::AuthorityFault], Severity::Critical);
            fault.or_else(|| book.explanation(relay))
        }
        _ => book.explanation(relay),
    }
}

fn of_incident(
    book: &Book<'_>,
    subscription: &Subscription,
    place: Option<Place>,
    id: IncidentId,
) -> Option<IncidentId> {
    if id.kind == IncidentKind::SourceFault {
        return None;
    }
    if let Some(source) = of_source(book) {
        return Some(source);
    }
    // Only what this subscription is told of may stand in for another.
    let is_told = |severity: Severity| match subscription.watches.get(WatchKind::Incident) {
        Some(Watch::Incident { minimum }) => severity >= *minimum,
        _ => false,
    };
    let above = book
        .above(id)
        .filter(|known| is_told(known.incident.severity) && known.touches(&subscription.target, place));
    above.min_by_key(|known| (known.rank, known.incident.id)).map(|known| known.incident.id)
}
