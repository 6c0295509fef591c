//! Following the rounds of simulated authorities with the code that follows real ones: documents and looks
//! become events, and events become incidents.

use super::follow::{Ledger, Story};
use crate::directory::faults::{Watch, merge};
use crate::incidents::{IncidentOptions, IncidentWatch, Telling};
use allium_model::{AuthorityProbe, ConsensusSummary, Event, Fingerprint, HourRecord, Timestamp, VoteBook};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is at hand of a round.
#[derive(Debug, Clone)]
pub struct FollowedRound<'h> {
    /// When its consensus becomes valid.
    pub valid_after: Timestamp,
    /// Its consensus; none when none was made.
    pub consensus: Option<ConsensusSummary>,
    /// Its votes.
    pub votes: VoteBook,
    /// Looks at the authorities from then until the next round, in order of time.
    pub looks: Vec<AuthorityProbe>,
    /// Its relays, for the detection of incidents; none without a consensus.
    pub document: Option<HourRecord<'h>>,
}

/// What was found of authorities.
#[derive(Debug, Clone, Default)]
pub struct AuthorityStory {
    /// The incidents; its documents are the rounds.
    pub story: Story,
    /// The events as they were at last, in the order in which they were found.
    pub events: Vec<Event>,
    /// When each of them was found, in the same order.
    pub found: Vec<Timestamp>,
}

/// Follows rounds as a live process does: a round without a consensus is judged by its votes, and incidents are
/// told of events as they are found.
pub fn follow_authorities<'h>(
    rounds: impl Iterator<Item = FollowedRound<'h>>,
    trusted: Vec<(Fingerprint, String)>,
    options: IncidentOptions,
) -> AuthorityStory {
    let mut watch = Watch::new(trusted, &[], BTreeSet::new());
    let mut incidents = Incidents {
        watch: IncidentWatch::new(options),
        telling: Telling::default(),
        ledger: Ledger::default(),
    };
    let mut story = AuthorityStory::default();
    for round in rounds {
        let at = round.valid_after;
        incidents.ledger.document(at);
        let written = watch.round(at, round.consensus.map(Arc::new), &round.votes);
        story.take(at, written);
        incidents.tell(&story.events, at);
        if let Some(document) = &round.document {
            incidents.take(document);
        }
        for look in round.looks.chunk_by(|one, next| one.at == next.at) {
            let written = watch.look(look);
            story.take(look[0].at, written);
            incidents.tell(&story.events, look[0].at);
        }
    }
    AuthorityStory { story: incidents.ledger.story(), ..story }
}

/// The detection of incidents, with what it was told and what it found.
#[derive(Debug)]
struct Incidents {
    watch: IncidentWatch,
    telling: Telling,
    ledger: Ledger,
}

impl Incidents {
    fn tell(&mut self, events: &[Event], now: Timestamp) {
        let told = self.telling.tell(events, now);
        self.ledger.keep(now, self.watch.take_events(&told));
    }

    fn take(&mut self, document: &HourRecord<'_>) {
        self.ledger.keep(document.valid_after, self.watch.take(document));
    }
}

impl AuthorityStory {
    fn take(&mut self, at: Timestamp, written: Vec<Event>) {
        merge(&mut self.events, written);
        self.found.resize(self.events.len(), at);
    }
}
