//! The incidents as decisions look at them: what each touches, and which of them explains which relay.

use crate::{Facts, Place, Target};
use allium_model::{
    Ending, Fingerprint, Incident, IncidentClass, IncidentId, IncidentKind, IncidentState, Severity,
};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// What goes before what when several incidents explain the same: source, network, then AS, country,
/// software and authorities, then operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Source,
    Network,
    Group,
    Operator,
}

impl Rank {
    fn of(incident: &Incident) -> Self {
        match (incident.id.kind, incident.class()) {
            (IncidentKind::SourceFault, _) => Self::Source,
            (IncidentKind::ConsensusFault, _) | (_, IncidentClass::Network) => Self::Network,
            (_, IncidentClass::Operator) => Self::Operator,
            _ => Self::Group,
        }
    }
}

/// An incident and where those are that it hit.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    pub(crate) incident: &'a Incident,
    pub(crate) rank: Rank,
    /// Those that it hit by the groups that they are in, ascending.
    places: HashMap<Place, Vec<Fingerprint>, RandomState>,
}

impl Known<'_> {
    /// Whether it lasts and is believed. A missing consensus and a fault of a source need no second look.
    pub(crate) fn is_active(&self) -> bool {
        match self.incident.state {
            IncidentState::Ongoing => true,
            IncidentState::Unverified => {
                matches!(self.incident.id.kind, IncidentKind::ConsensusFault | IncidentKind::SourceFault)
            }
            IncidentState::Resolved => false,
        }
    }

    /// Whether it turned out to be nothing.
    pub(crate) fn is_nothing(&self) -> bool {
        self.incident.ending == Some(Ending::NotConfirmed)
    }

    /// Whether it took relays away, so that it explains their absence.
    fn is_loss(&self) -> bool {
        use IncidentKind::{
            ExitCapacityHalved, ExitsLow, Flapping, GroupDecline, GroupOutage, GuardsLow, RelaysLost,
            VersionFailure,
        };
        matches!(
            self.incident.id.kind,
            RelaysLost
                | GroupOutage
                | GroupDecline
                | Flapping
                | VersionFailure
                | ExitCapacityHalved
                | ExitsLow
                | GuardsLow
        )
    }

    pub(crate) fn hits(&self, relay: Fingerprint) -> bool {
        self.incident.hit.relays.binary_search_by_key(&relay, |hit| hit.fingerprint).is_ok()
    }

    /// Those that it hit of a group.
    pub(crate) fn hit_of(&self, place: Place) -> &[Fingerprint] {
        self.places.get(&place).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether it touches a target: its relays were hit, or it is the group that explains those hit.
    pub(crate) fn touches(&self, target: &Target, place: Option<Place>) -> bool {
        let explains = || self.incident.causes.first().is_some_and(|cause| target.is_cause(&cause.group));
        match (target, place) {
            (Target::Network, _) => true,
            (Target::Relay(relay), _) => self.hits(*relay),
            (_, Some(place)) => self.places.contains_key(&place) || explains(),
            (_, None) => explains(),
        }
    }

    /// Whether most of those that another one hit were hit by this one as well.
    fn holds(&self, other: &Incident) -> bool {
        let shared = other.hit.relays.iter().filter(|relay| self.hits(relay.fingerprint)).count();
        !other.hit.relays.is_empty() && 5 * shared >= 4 * other.hit.relays.len()
    }
}

/// The incidents of the moment.
#[derive(Debug)]
pub(crate) struct Book<'a> {
    /// Ascending by id.
    known: Vec<Known<'a>>,
    by_relay: HashMap<Fingerprint, IncidentId, RandomState>,
    overlaps: Vec<(IncidentId, IncidentId)>,
}

impl<'a> Book<'a> {
    pub(crate) fn new(incidents: &'a [Incident], facts: &Facts) -> Self {
        let mut known: Vec<Known<'a>> = incidents.iter().map(|incident| read(incident, facts)).collect();
        known.sort_by_key(|known| known.incident.id);
        known.dedup_by_key(|known| known.incident.id);
        let mut book = Self { known, by_relay: HashMap::default(), overlaps: Vec::new() };
        book.by_relay = book.explanations();
        book.overlaps = book.find_overlaps();
        book
    }

    /// The incidents, ascending by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Known<'a>> {
        self.known.iter()
    }

    pub(crate) fn get(&self, id: IncidentId) -> Option<&Known<'a>> {
        let found = self.known.binary_search_by_key(&id, |known| known.incident.id);
        found.ok().map(|index| &self.known[index])
    }

    /// The incident that explains why a relay is away.
    pub(crate) fn explanation(&self, relay: Fingerprint) -> Option<IncidentId> {
        self.by_relay.get(&relay).copied()
    }

    /// An incident of some kinds that lasts, of a severity at least.
    pub(crate) fn active_of(&self, kinds: &[IncidentKind], least: Severity) -> Option<IncidentId> {
        let is_one = |known: &&Known<'_>| {
            known.is_active() && kinds.contains(&known.incident.id.kind) && known.incident.severity >= least
        };
        self.known.iter().find(is_one).map(|known| known.incident.id)
    }

    /// The incidents that come before another one and hit most of the same relays.
    pub(crate) fn above(&self, id: IncidentId) -> impl Iterator<Item = &Known<'a>> {
        self.overlaps.iter().filter(move |(_, below)| *below == id).filter_map(|(above, _)| self.get(*above))
    }

    /// For each relay that is away the incident that goes first: by rank, then the larger one, then by id.
    fn explanations(&self) -> HashMap<Fingerprint, IncidentId, RandomState> {
        let mut losses: Vec<_> =
            self.known.iter().filter(|known| known.is_active() && known.is_loss()).collect();
        losses.sort_by_key(|known| {
            (known.rank, std::cmp::Reverse(known.incident.hit.relays.len()), known.incident.id)
        });
        let mut found = HashMap::default();
        for known in losses {
            for relay in known.incident.hit.away() {
                found.entry(relay.fingerprint).or_insert(known.incident.id);
            }
        }
        found
    }

    fn find_overlaps(&self) -> Vec<(IncidentId, IncidentId)> {
        let active: Vec<_> = self.known.iter().filter(|known| known.is_active()).collect();
        let mut overlaps = Vec::new();
        for above in &active {
            let below = active.iter().filter(|below| above.rank < below.rank && above.holds(below.incident));
            overlaps.extend(below.map(|below| (above.incident.id, below.incident.id)));
        }
        overlaps
    }
}

fn read<'a>(incident: &'a Incident, facts: &Facts) -> Known<'a> {
    let mut places: HashMap<Place, Vec<Fingerprint>, RandomState> = HashMap::default();
    for relay in incident.hit.relays.iter().filter_map(|hit| facts.relay(hit.fingerprint)) {
        for place in relay.places() {
            places.entry(place).or_default().push(relay.fingerprint);
        }
    }
    Known { incident, rank: Rank::of(incident), places }
}
