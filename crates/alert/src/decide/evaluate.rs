//! What a new document means for the alerts of one subscription.

use super::book::{Book, Known};
use super::transition::{Seen, step};
use crate::facts::REMEMBERED_SECONDS;
use crate::{
    AlertState, Closing, Facts, Limits, Phase, Place, RelayFacts, States, Subject, Subscription,
    SubscriptionState, Told, Watch, WatchKind,
};
use allium_model::{Fingerprint, Flag, Severity, Timestamp};

/// Most alerts that one watch of a subscription raises; the worst come first.
const MOST_ALERTS: usize = 1000;

/// The alerts of a kind, ascending by subject.
type Alerts = Vec<((WatchKind, Subject), AlertState)>;

/// What is looked at.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) now: Timestamp,
    pub(super) facts: &'a Facts,
    pub(super) book: &'a Book<'a>,
}

/// The state of a subscription after the document at hand. Data that are not newer than those that were
/// counted change nothing, so that a replay, a second look or an older document does no harm; only a
/// subscription without a state looks at data that others have counted.
pub(super) fn evaluate(scene: Scene<'_>, subscription: &Subscription, states: &States) -> SubscriptionState {
    let before = states.get(subscription.id);
    let is_new = match before {
        Some(_) => scene.facts.data_time > states.counted(),
        None => scene.facts.data_time >= states.counted(),
    };
    if !is_new {
        return before.cloned().unwrap_or_default();
    }
    let place = scene.facts.place(&subscription.target);
    let mut alerts = Vec::new();
    for watch in subscription.watches.iter() {
        let known = before.map_or(&[][..], |before| of_kind(&before.alerts, watch.kind()));
        match watch {
            Watch::Incident { minimum } => {
                incidents(scene, subscription, place, *minimum, known, &mut alerts);
            }
            _ => relays(scene, watch, place, known, &mut alerts),
        }
    }
    SubscriptionState { digested: before.and_then(|before| before.digested), alerts }
}

/// The alerts of a kind.
fn of_kind(alerts: &Alerts, kind: WatchKind) -> &[((WatchKind, Subject), AlertState)] {
    let start = alerts.partition_point(|((other, _), _)| *other < kind);
    let end = alerts.partition_point(|((other, _), _)| *other <= kind);
    &alerts[start..end]
}

/// Puts the alerts of a watch of relays behind the others: those that are known and the suspects, both
/// ascending by fingerprint.
fn relays(
    scene: Scene<'_>,
    watch: &Watch,
    place: Option<Place>,
    known: &[((WatchKind, Subject), AlertState)],
    alerts: &mut Alerts,
) {
    let Some(limits) = Limits::of(watch) else { return };
    let kind = watch.kind();
    let suspects = place.map(|place| suspects(scene.facts, watch, limits, place)).unwrap_or_default();
    let mut suspects = suspects.into_iter().peekable();
    let mut put = |fingerprint: Fingerprint, relay: Option<&RelayFacts>, before: Option<&AlertState>| {
        let seen = see(scene.facts, watch, limits, place, relay, before);
        let severity = relay.map_or(Severity::Notice, |relay| severity(watch, relay));
        let next = step(kind, before, seen, severity, scene.facts.data_time);
        let next = next.map(|next| quietly_raised(kind, next, scene.now));
        alerts.extend(next.map(|next| ((kind, Subject::Relay(fingerprint)), next)));
    };
    for ((_, subject), before) in known {
        let Subject::Relay(fingerprint) = *subject else { continue };
        while let Some(relay) = suspects.next_if(|relay| relay.fingerprint < fingerprint) {
            put(relay.fingerprint, Some(relay), None);
        }
        let relay = suspects.next_if(|relay| relay.fingerprint == fingerprint);
        put(fingerprint, relay.or_else(|| scene.facts.relay(fingerprint)), Some(before));
    }
    suspects.for_each(|relay| put(relay.fingerprint, Some(relay), None));
}

/// The relays of a place that a watch may be about, ascending by fingerprint; the worst where they are many.
fn suspects<'a>(facts: &'a Facts, watch: &Watch, limits: Limits, place: Place) -> Vec<&'a RelayFacts> {
    let kind = watch.kind();
    let limit = match kind {
        // Relays on their way to the threshold are pending.
        WatchKind::Absent | WatchKind::Back => limits.clear_from,
        _ => limits.raise_below,
    };
    let is_meant = |relay: &&RelayFacts| relay.measure(watch).is_some_and(|measure| measure < limit);
    let (ranked, members) = (facts.below(kind, limit), facts.members(place));
    if ranked.len() >= members.len() {
        return members.filter(is_meant).take(MOST_ALERTS).collect();
    }
    let found = ranked.filter(|relay| facts.is_in(relay, place)).filter(is_meant);
    let mut found: Vec<&RelayFacts> = found.take(MOST_ALERTS).collect();
    found.sort_unstable_by_key(|relay| relay.fingerprint);
    found
}

/// What the document shows of a relay.
fn see(
    facts: &Facts,
    watch: &Watch,
    limits: Limits,
    place: Option<Place>,
    relay: Option<&RelayFacts>,
    before: Option<&AlertState>,
) -> Seen {
    let Some(relay) = relay else {
        let since = before.map_or(facts.data_time, |before| before.since);
        let is_gone = facts.data_time.seconds_since(since) >= REMEMBERED_SECONDS;
        return if is_gone { Seen::Closed(Closing::Gone) } else { Seen::Unknown };
    };
    if place.is_none_or(|place| !facts.is_in(relay, place)) {
        return Seen::Closed(Closing::LeftTarget);
    }
    match relay.measure(watch) {
        None => Seen::Unknown,
        Some(measure) if measure < limits.raise_below => Seen::Raise,
        Some(measure) if measure >= limits.clear_from => Seen::Clear,
        Some(_) if matches!(watch.kind(), WatchKind::Absent | WatchKind::Back) => Seen::Building,
        Some(_) => Seen::Between,
    }
}

/// Who only wants to hear that a relay is back counts as told that it is away.
fn quietly_raised(kind: WatchKind, mut next: AlertState, now: Timestamp) -> AlertState {
    if kind != WatchKind::Back {
        return next;
    }
    if next.phase == Phase::Firing && next.told.is_none() {
        next.told = Some(Told { at: now, severity: next.severity, times: 0, cause: None });
    }
    if next.closing.is_some_and(|closing| closing != Closing::Recovered) {
        next.told = None;
    }
    next
}

/// How bad it is when a watch of a relay fires.
pub(super) fn severity(watch: &Watch, relay: &RelayFacts) -> Severity {
    let any = |flags: &[Flag], of: allium_model::FlagSet| flags.iter().any(|flag| of.contains(*flag));
    let is_warning = match watch {
        Watch::Absent { .. } | Watch::AroiFault | Watch::Ipv6Unreachable | Watch::Overloaded => true,
        Watch::FlagLost(_) => {
            any(&[Flag::Guard, Flag::Exit, Flag::Valid], relay.lost_flags().unwrap_or_default())
        }
        Watch::FlagGained(_) => any(
            &[Flag::BadExit, Flag::MiddleOnly, Flag::StaleDesc, Flag::Sybil],
            relay.gained_flags().unwrap_or_default(),
        ),
        Watch::Version(_) => relay.version_status == Some(allium_model::VersionStatus::Obsolete),
        _ => false,
    };
    if is_warning { Severity::Warning } else { Severity::Notice }
}

/// Puts the alerts about incidents behind the others.
fn incidents(
    scene: Scene<'_>,
    subscription: &Subscription,
    place: Option<Place>,
    minimum: Severity,
    known: &[((WatchKind, Subject), AlertState)],
    alerts: &mut Alerts,
) {
    let touching = scene
        .book
        .iter()
        .filter(|known| known.incident.severity >= minimum && known.touches(&subscription.target, place));
    let mut subjects: Vec<Subject> = touching.map(|known| Subject::Incident(known.incident.id)).collect();
    subjects.extend(known.iter().map(|((_, subject), _)| *subject));
    subjects.sort_unstable();
    subjects.dedup();
    for subject in subjects {
        let Subject::Incident(id) = subject else { continue };
        let before = known.binary_search_by_key(&subject, |((_, subject), _)| *subject);
        let before = before.ok().map(|index| &known[index].1);
        let incident = scene.book.get(id);
        let severity = incident.map_or(minimum, |known| known.incident.severity);
        let next = step(WatchKind::Incident, before, see_incident(incident), severity, scene.facts.data_time);
        alerts.extend(next.map(|next| ((WatchKind::Incident, subject), next)));
    }
}

fn see_incident(incident: Option<&Known<'_>>) -> Seen {
    match incident {
        None => Seen::Closed(Closing::Gone),
        Some(known) if known.is_nothing() => Seen::Closed(Closing::Gone),
        Some(known) if known.is_active() => Seen::Raise,
        Some(known) if known.incident.until.is_some() || known.incident.ending.is_some() => Seen::Clear,
        Some(known) if known.incident.state == allium_model::IncidentState::Resolved => Seen::Clear,
        Some(_) => Seen::Building,
    }
}
