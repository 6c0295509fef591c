//! The incidents that an edition shows.

use allium_analysis::incidents::IncidentOptions;
use allium_model::{Incident, IncidentId, Severity, Timestamp};
use std::cmp::Reverse;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Incidents, the newest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IncidentBook {
    incidents: Vec<Incident>,
    options: IncidentOptions,
    watched_from: Option<Timestamp>,
    tag: u64,
}

type Key = (Reverse<Timestamp>, allium_model::IncidentKind, u16);

impl IncidentBook {
    /// A book of incidents that were found with these thresholds; `watched_from` is the first document that
    /// was looked at. Of two with one id the first counts.
    pub fn new(
        mut incidents: Vec<Incident>,
        options: IncidentOptions,
        watched_from: Option<Timestamp>,
    ) -> Self {
        incidents.sort_by_key(|incident| key(incident.id));
        incidents.dedup_by_key(|incident| incident.id);
        let tag = tag_of(&incidents, watched_from);
        Self { incidents, options, watched_from, tag }
    }

    /// All of them, the newest first.
    pub fn all(&self) -> &[Incident] {
        &self.incidents
    }

    /// Those that last and were confirmed, the worst first and then the newest.
    pub fn active(&self) -> Vec<&Incident> {
        let mut active: Vec<&Incident> = self.incidents.iter().filter(|one| one.is_active()).collect();
        active.sort_by_key(|incident| Reverse(incident.severity));
        active
    }

    /// The incident of an id.
    pub fn get(&self, id: IncidentId) -> Option<&Incident> {
        let found = self.incidents.binary_search_by_key(&key(id), |incident| key(incident.id));
        found.ok().and_then(|place| self.incidents.get(place))
    }

    /// The worst severity of what is active; `None` when nothing is.
    pub fn worst(&self) -> Option<Severity> {
        self.incidents.iter().filter(|one| one.is_active()).map(|one| one.severity).max()
    }

    /// The thresholds in force.
    pub fn options(&self) -> &IncidentOptions {
        &self.options
    }

    /// The first document that was looked at.
    pub fn watched_from(&self) -> Option<Timestamp> {
        self.watched_from
    }

    /// What tells the book from others.
    pub(crate) fn tag(&self) -> u64 {
        self.tag
    }
}

/// When something of an incident was last seen to change, in the time of the data.
pub(crate) fn updated(incident: &Incident) -> Timestamp {
    let steps = incident.steps.iter().map(|step| step.at);
    let times = [incident.confirmed, incident.until].into_iter().flatten();
    times.chain(steps).fold(incident.id.from, Timestamp::max)
}

const fn key(id: IncidentId) -> Key {
    (Reverse(id.from), id.kind, id.number)
}

fn tag_of(incidents: &[Incident], watched_from: Option<Timestamp>) -> u64 {
    let mut hasher = DefaultHasher::new();
    watched_from.hash(&mut hasher);
    for one in incidents {
        (one.id, one.state, one.severity, one.until, one.steps.len()).hash(&mut hasher);
        (one.hit.relays.len(), one.hit.away().count(), one.causes.len(), &one.evidence).hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::{Hit, IncidentKind, IncidentState};

    fn incident(hours: i64, number: u16, severity: Severity, state: IncidentState) -> Incident {
        Incident {
            id: IncidentId { from: Timestamp(hours * 3600), kind: IncidentKind::GroupOutage, number },
            state,
            severity,
            confirmed: None,
            until: None,
            ending: None,
            evidence: String::new(),
            hit: Hit::default(),
            causes: Vec::new(),
            steps: Vec::new(),
        }
    }

    fn book(incidents: Vec<Incident>) -> IncidentBook {
        IncidentBook::new(incidents, IncidentOptions::default(), None)
    }

    #[test]
    fn the_newest_are_first_and_all_are_found() {
        let ongoing = IncidentState::Ongoing;
        let one = |hours, number| incident(hours, number, Severity::Warning, ongoing);
        let book = book(vec![one(1, 1), one(3, 2), one(3, 1), one(2, 1), one(3, 1)]);
        let order: Vec<_> = book.all().iter().map(|one| (one.id.from.0 / 3600, one.id.number)).collect();
        assert_eq!(order, [(3, 1), (3, 2), (2, 1), (1, 1)]);
        assert!(book.all().iter().all(|one| book.get(one.id) == Some(one)));
        assert_eq!(book.get(one(4, 1).id), None);
    }

    #[test]
    fn only_what_is_confirmed_and_lasts_is_active() {
        let book = book(vec![
            incident(4, 1, Severity::Critical, IncidentState::Unverified),
            incident(3, 1, Severity::Critical, IncidentState::Resolved),
            incident(2, 1, Severity::Notice, IncidentState::Ongoing),
            incident(1, 1, Severity::Warning, IncidentState::Ongoing),
        ]);
        assert_eq!(book.worst(), Some(Severity::Warning));
        let active: Vec<_> = book.active().iter().map(|one| one.severity).collect();
        assert_eq!(active, [Severity::Warning, Severity::Notice]);
        assert_eq!(IncidentBook::default().worst(), None);
    }
}
