//! The fold over history.

use super::capacity::CapacityMemory;
use super::decline::GroupMemory;
use super::groups::Groups;
use super::impact::Whole;
use super::norms::{Norms, Sample};
use super::open::{Basis, Look, Open};
use super::relays::{Moves, Place, RelayState, Relays};
use super::step::{Distance, Step};
use super::{Change, ChangeKind, IncidentOptions};
use allium_model::{
    Cause, Flag, Hit, HourRecord, Incident, IncidentId, IncidentKind, IncidentState, IncidentStep, Severity,
    Timestamp,
};

/// Follows history and says what befell the network.
#[derive(Debug, Clone)]
pub struct IncidentWatch {
    pub(super) options: IncidentOptions,
    pub(super) groups: Groups,
    pub(super) relays: Relays,
    pub(super) norms: Norms,
    /// The network in the newest document.
    pub(super) whole: Whole,
    /// Time of the newest document.
    pub(super) last: Option<Timestamp>,
    /// Time of the first document.
    pub(super) first: Option<Timestamp>,
    pub(super) open: Vec<Open>,
    pub(super) serial: u32,
    /// The ids that were given for the newest hours.
    pub(super) given: Vec<IncidentId>,
    pub(super) group_counts: GroupMemory,
    pub(super) capacity: CapacityMemory,
}

/// Seconds for which ids are remembered, so that none is given twice.
const GIVEN_SECONDS: i64 = 3 * 86_400;

/// Something that was found and is to become an incident.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) kind: IncidentKind,
    pub(super) severity: Severity,
    pub(super) evidence: String,
    pub(super) basis: Basis,
    pub(super) places: Vec<Place>,
    pub(super) causes: Vec<Cause>,
    /// What those hit are measured against.
    pub(super) whole: Whole,
}

impl IncidentWatch {
    /// Begins without a past.
    pub fn new(options: IncidentOptions) -> Self {
        Self {
            options,
            groups: Groups::default(),
            relays: Relays::default(),
            norms: Norms::default(),
            whole: Whole::default(),
            last: None,
            first: None,
            open: Vec::new(),
            serial: 0,
            given: Vec::new(),
            group_counts: GroupMemory::new(),
            capacity: CapacityMemory::new(),
        }
    }

    /// The incidents that last, in the order in which they were found.
    pub fn open(&self) -> impl Iterator<Item = &Incident> {
        self.open.iter().map(|open| &open.incident)
    }

    /// The thresholds.
    pub fn options(&self) -> IncidentOptions {
        self.options
    }

    /// Time of the first document that was taken.
    pub fn first(&self) -> Option<Timestamp> {
        self.first
    }

    /// Time of the newest document that was taken.
    pub fn last(&self) -> Option<Timestamp> {
        self.last
    }

    /// Takes the next document and answers with what changed. One that is not newer than the last one
    /// changes nothing.
    pub fn take(&mut self, hour: &HourRecord<'_>) -> Vec<Change> {
        let at = hour.valid_after;
        if self.last.is_some_and(|last| at <= last) {
            return Vec::new();
        }
        let mut changes = Vec::new();
        if !self.is_believed(hour, &mut changes) {
            return changes;
        }
        let step = Step::to(at, self.last, &self.norms);
        self.begin(&step);
        let moves = self.relays.advance(hour, &mut self.groups);
        let (before, now) = (self.whole, self.measure_network());
        self.whole = now;
        let back = self.back(&moves);
        self.go_on(at, &mut changes);
        let explained = Explained { back, ..self.detect(&step, &moves, before, &mut changes) };
        self.learn(&step, &moves, &explained, before);
        self.last = Some(at);
        changes
    }

    fn begin(&mut self, step: &Step) {
        self.first = self.first.or(Some(step.at));
        let Some(before) = step.before else { return };
        self.norms.note_spacing(step.at.seconds_since(before));
        if step.distance == Distance::Apart {
            // What was before a gap is no measure for what comes after it.
            self.group_counts.clear();
            self.capacity.clear();
        }
        let days = step.at.date().0 - before.date().0;
        if days > 0 {
            // A departure counts for about a month.
            self.relays.age((-f64::from(days) / 30.0).exp() as f32, step.at);
        }
    }

    /// How many of those who joined were away in an incident.
    fn back(&self, moves: &Moves) -> u32 {
        moves.joined.iter().filter(|place| self.relays.get(**place).incident != 0).count() as u32
    }

    fn measure_network(&self) -> Whole {
        Whole::of(self.relays.running().iter().map(|place| self.relays.get(*place)))
    }

    /// Lets the incidents that rest on relays go on by a document.
    fn go_on(&mut self, at: Timestamp, changes: &mut Vec<Change>) {
        for open in &mut self.open {
            let look = match open.basis {
                Basis::Away | Basis::Joined | Basis::Flapping => open.look(&self.relays, &self.options, at),
                // What others find begins before the document of its time is taken.
                Basis::Events(_) if open.opened < at => Look::Lasts,
                _ => continue,
            };
            changes.extend(open.go_on(look, &self.options, at));
        }
        self.close();
    }

    /// Forgets incidents that are over and frees their relays.
    pub(super) fn close(&mut self) {
        let (over, open) = std::mem::take(&mut self.open)
            .into_iter()
            .partition(|open| open.incident.state == IncidentState::Resolved);
        self.open = open;
        for open in Vec::<Open>::into_iter(over) {
            for place in open.members {
                let relay = self.relays.get_mut(place);
                relay.incident = if relay.incident == open.serial { 0 } else { relay.incident };
                relay.joins = if relay.joins == open.serial { 0 } else { relay.joins };
            }
        }
    }

    /// Runs the detectors. Answers with relays that came or went for a reason that was found.
    fn detect(&mut self, step: &Step, moves: &Moves, before: Whole, changes: &mut Vec<Change>) -> Explained {
        for place in &moves.lost {
            self.relays.get_mut(*place).note_departure(step.at);
        }
        self.detect_flapping(step, moves, changes);
        let lost = self.detect_losses(step, moves, before, changes);
        let joined = self.detect_joins(step, moves, changes);
        self.detect_decline(step, changes);
        self.detect_capacity(step, changes);
        self.detect_levels(step, changes);
        self.detect_churn(step, changes);
        Explained { lost, joined, back: 0 }
    }

    /// Remembers what this document showed.
    fn learn(&mut self, step: &Step, moves: &Moves, explained: &Explained, before: Whole) {
        for place in &explained.lost.unexplained {
            self.relays.get_mut(*place).unrest += 1.0;
        }
        if step.distance == Distance::Usual {
            let sample = self.sample(step.at, moves, explained, before);
            self.norms.add(sample);
        }
    }

    fn sample(&self, at: Timestamp, moves: &Moves, explained: &Explained, before: Whole) -> Sample {
        let lost = || explained.lost.unexplained.iter().map(|place| self.relays.get(*place));
        let weight = lost().map(RelayState::counted_weight).sum();
        let lost_count = explained.lost.unexplained.len() as u32;
        Sample {
            at,
            lost: lost_count,
            lost_exits: lost().filter(|relay| relay.is_exit()).count() as u32,
            lost_weight_ratio: before.share(lost_count, weight) as f32,
            never_seen: (moves.never_seen.len() as u32).saturating_sub(explained.joined.never_seen),
            moved: lost_count + (moves.joined.len() as u32).saturating_sub(explained.known()),
            relays: self.relays.running().len() as u32,
            levels: [self.with_flag(Flag::Exit), self.with_flag(Flag::Guard)],
        }
    }

    /// Opens an incident.
    pub(super) fn found(&mut self, found: Found, at: Timestamp, changes: &mut Vec<Change>) {
        self.serial += 1;
        let id = self.new_id(found.kind, at);
        let steps = vec![IncidentStep { at, text: found.evidence.clone() }];
        let incident = Incident {
            id,
            state: IncidentState::Unverified,
            severity: found.severity,
            confirmed: None,
            until: None,
            ending: None,
            evidence: found.evidence,
            hit: Hit::default(),
            causes: found.causes,
            steps,
        };
        let mut open = Open {
            serial: self.serial,
            incident,
            basis: found.basis,
            symptoms: Vec::new(),
            members: Vec::new(),
            whole: found.whole,
            opened: at,
            documents: 1,
            over: 0,
            over_since: at,
        };
        open.grow(&found.places, &self.relays, &self.groups, at);
        self.mark(&open, &found.places);
        changes.push(open.change(ChangeKind::Opened));
        self.open.push(open);
    }

    /// Marks relays as counted by an incident.
    fn mark(&mut self, open: &Open, places: &[Place]) {
        for place in places {
            let relay = self.relays.get_mut(*place);
            match open.basis {
                Basis::Joined => relay.joins = open.serial,
                _ => relay.incident = open.serial,
            }
        }
    }

    /// Adds relays to an open incident.
    pub(super) fn grow(
        &mut self,
        at_place: usize,
        places: &[Place],
        at: Timestamp,
        changes: &mut Vec<Change>,
    ) {
        let mut open = self.open.remove(at_place);
        open.grow(places, &self.relays, &self.groups, at);
        self.mark(&open, places);
        // A confirmation or an end of the same document says what there is to say.
        changes.push(open.change(ChangeKind::Grew));
        self.open.insert(at_place, open);
    }

    fn new_id(&mut self, kind: IncidentKind, at: Timestamp) -> IncidentId {
        let from = Timestamp(at.0 - at.0.rem_euclid(3600));
        // Events may tell of what began some hours ago.
        self.given.retain(|id| from.seconds_since(id.from) < GIVEN_SECONDS);
        let number = self.given.iter().filter(|id| (id.from, id.kind) == (from, kind)).count() as u16 + 1;
        let id = IncidentId { from, kind, number };
        self.given.push(id);
        id
    }

    /// The places of open incidents of loss, the largest first.
    pub(super) fn losses(&self) -> impl Iterator<Item = (usize, &Open)> {
        self.open.iter().enumerate().filter(|(_, open)| open.is_loss())
    }

    /// How long documents have been known.
    pub(super) fn known_seconds(&self, at: Timestamp) -> i64 {
        self.first.map_or(0, |first| at.seconds_since(first))
    }
}

/// What was explained of a step.
#[derive(Debug, Clone, Default)]
pub(super) struct Explained {
    pub(super) lost: ExplainedLoss,
    pub(super) joined: ExplainedJoins,
    /// Relays that came back from an incident.
    pub(super) back: u32,
}

impl Explained {
    /// Relays that joined for a known reason.
    fn known(&self) -> u32 {
        self.back + self.joined.never_seen
    }
}

/// Of those lost, the ones that no incident counts.
#[derive(Debug, Clone, Default)]
pub(super) struct ExplainedLoss {
    pub(super) unexplained: Vec<Place>,
}

/// How many of those who joined an incident accounts for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ExplainedJoins {
    pub(super) never_seen: u32,
}
