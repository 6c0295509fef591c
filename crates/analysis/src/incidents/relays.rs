//! What is remembered of every relay, and what one document changes about who runs.

use super::groups::{Groups, Membership, NONE, SLOTS};
use allium_model::{Fingerprint, Flag, FlagSet, HourRecord, RelayRecord, Role, Timestamp};
use std::collections::HashMap;

/// Place of a relay in [`Relays`]; it never changes.
pub(super) type Place = u32;

/// Departures of a relay that are remembered by their time.
pub(super) const DEPARTURES: usize = 3;

/// Seconds away after which what a relay was is forgotten.
const FORGOTTEN_SECONDS: i64 = 31 * 86_400;

/// A relay at its last known values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RelayState {
    pub(super) fingerprint: Fingerprint,
    pub(super) membership: Membership,
    pub(super) flags: FlagSet,
    pub(super) weight: Option<u32>,
    pub(super) last_seen: Timestamp,
    pub(super) is_running: bool,
    /// Departures of its own, older ones counting less.
    pub(super) unrest: f32,
    /// Times of its newest departures, the newest first.
    pub(super) departures: [Timestamp; DEPARTURES],
    /// Serial number of the open incident of loss that counts it; 0 for none.
    pub(super) incident: u32,
    /// Serial number of the open incident of joining that counts it; 0 for none.
    pub(super) joins: u32,
}

impl RelayState {
    pub(super) fn new(fingerprint: Fingerprint) -> Self {
        Self {
            fingerprint,
            membership: [NONE; SLOTS],
            flags: FlagSet::default(),
            weight: None,
            last_seen: Timestamp(i64::MIN),
            is_running: false,
            unrest: 0.0,
            departures: [Timestamp(i64::MIN); DEPARTURES],
            incident: 0,
            joins: 0,
        }
    }

    /// Its role by its last flags.
    pub(super) fn role(&self) -> Role {
        if self.is_exit() {
            Role::Exit
        } else if self.flags.contains(Flag::Guard) {
            Role::Guard
        } else {
            Role::Middle
        }
    }

    /// Whether it has Exit and not BadExit.
    pub(super) fn is_exit(&self) -> bool {
        self.flags.contains(Flag::Exit) && !self.flags.contains(Flag::BadExit)
    }

    /// Its last weight; 0 where none is known, so that it adds nothing to a sum.
    pub(super) fn counted_weight(&self) -> u64 {
        u64::from(self.weight.unwrap_or(0))
    }

    /// Whether nothing is known of it any more but when it was last seen.
    pub(super) fn is_forgotten(&self) -> bool {
        *self == Self { last_seen: self.last_seen, ..Self::new(self.fingerprint) }
    }

    /// Notes that it left.
    pub(super) fn note_departure(&mut self, at: Timestamp) {
        self.departures.rotate_right(1);
        self.departures[0] = at;
    }
}

/// Every relay that was ever seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Relays {
    places: HashMap<Fingerprint, Place>,
    states: Vec<RelayState>,
    /// Those running in the newest document, by fingerprint.
    running: Vec<Place>,
}

/// Who came and went from one document to the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Moves {
    /// Running before and not now, by fingerprint.
    pub(super) lost: Vec<Place>,
    /// Running now and not before, by fingerprint.
    pub(super) joined: Vec<Place>,
    /// Of those, relays never seen before.
    pub(super) never_seen: Vec<Place>,
}

impl Relays {
    pub(super) fn get(&self, place: Place) -> &RelayState {
        &self.states[place as usize]
    }

    pub(super) fn get_mut(&mut self, place: Place) -> &mut RelayState {
        &mut self.states[place as usize]
    }

    /// Those running in the newest document.
    pub(super) fn running(&self) -> &[Place] {
        &self.running
    }

    /// Every relay, in the order in which they were first seen.
    pub(super) fn all(&self) -> &[RelayState] {
        &self.states
    }

    /// Takes back what [`Self::all`] gave.
    pub(super) fn restored(states: Vec<RelayState>) -> Self {
        let places = states.iter().zip(0..).map(|(state, place)| (state.fingerprint, place)).collect();
        let mut running: Vec<Place> =
            (0..states.len() as Place).filter(|place| states[*place as usize].is_running).collect();
        running.sort_unstable_by_key(|place| states[*place as usize].fingerprint);
        Self { places, states, running }
    }

    /// Lets every departure count less, and forgets all of relays that have long been away but that they
    /// were there.
    pub(super) fn age(&mut self, factor: f32, at: Timestamp) {
        for state in &mut self.states {
            state.unrest *= factor;
            let is_old = at.seconds_since(state.last_seen) > FORGOTTEN_SECONDS;
            if is_old && !state.is_running && state.incident == 0 && state.joins == 0 {
                *state = RelayState { last_seen: state.last_seen, ..RelayState::new(state.fingerprint) };
            }
        }
    }

    /// Takes in who runs now. Values of relays that do not run stay as they were last known.
    pub(super) fn advance(&mut self, hour: &HourRecord<'_>, groups: &mut Groups) -> Moves {
        let mut moves = Moves::default();
        let before = std::mem::take(&mut self.running);
        let mut running = Vec::with_capacity(before.len() + 64);
        let mut left = before.iter().copied().peekable();
        for record in hour.relays.iter().filter(|record| record.flags.contains(Flag::Running)) {
            while let Some(gone) = left.next_if(|place| self.get(*place).fingerprint < record.fingerprint) {
                moves.lost.push(gone);
            }
            let same = left.next_if(|place| self.get(*place).fingerprint == record.fingerprint);
            let place = same.unwrap_or_else(|| self.arrive(record.fingerprint, &mut moves));
            self.take(place, record, hour.valid_after, groups);
            running.push(place);
        }
        moves.lost.extend(left);
        for place in &moves.lost {
            self.get_mut(*place).is_running = false;
        }
        self.running = running;
        moves
    }

    /// How many of the running relays a document does not have.
    pub(super) fn count_gone(&self, hour: &HourRecord<'_>) -> usize {
        let mut there = hour.relays.iter().filter(|record| record.flags.contains(Flag::Running)).peekable();
        let is_gone = |place: &&Place| {
            let fingerprint = self.get(**place).fingerprint;
            while there.next_if(|record| record.fingerprint < fingerprint).is_some() {}
            there.next_if(|record| record.fingerprint == fingerprint).is_none()
        };
        self.running.iter().filter(is_gone).count()
    }

    /// The place of a relay that did not run before.
    fn arrive(&mut self, fingerprint: Fingerprint, moves: &mut Moves) -> Place {
        let next = self.states.len() as Place;
        let place = *self.places.entry(fingerprint).or_insert(next);
        if place == next {
            self.states.push(RelayState::new(fingerprint));
            moves.never_seen.push(place);
        }
        moves.joined.push(place);
        place
    }

    fn take(&mut self, place: Place, record: &RelayRecord<'_>, at: Timestamp, groups: &mut Groups) {
        let state = &mut self.states[place as usize];
        state.flags = record.flags;
        state.weight = record.weight.or(state.weight);
        state.last_seen = at;
        state.is_running = true;
        groups.update(&mut state.membership, &record.attributes);
    }
}
