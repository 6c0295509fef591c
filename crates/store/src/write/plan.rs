//! What a record changes: computed before anything is written.

use super::state::{RelayState, State, value_hash};
use crate::attribute::{CONTACT, KINDS, number, stored, visit};
use crate::codec::{GROUP_COLUMNS, RunningHour, Segment, SegmentRow, flag_bits};
use crate::group::groups_of;
use allium_model::{Fingerprint, Flag, HourRecord, RelayAttributes, RelayRecord};

/// An attribute that has another value than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) relay: u32,
    pub(super) kind: u8,
    pub(super) value: Vec<u8>,
}

/// A relay that was seen before it was known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Earlier {
    pub(super) relay: u32,
    /// First moment as it was known until now.
    pub(super) before: i64,
}

/// What is to be written.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) new_relays: Vec<(u32, Fingerprint)>,
    pub(super) earlier: Vec<Earlier>,
    pub(super) changes: Vec<Change>,
    /// Contact texts by hash.
    pub(super) contacts: Vec<(Vec<u8>, String)>,
    pub(super) new_groups: Vec<(u32, u8, Vec<u8>)>,
    /// Running relays.
    pub(super) segment: Segment,
    /// Ids of running relays that no record before shows, ascending.
    pub(super) never_seen: Vec<u32>,
}

impl Plan {
    /// Plans a record and takes it into the state.
    pub(super) fn make(state: &mut State, record: &HourRecord<'_>) -> Self {
        let mut plan = Self::default();
        plan.segment.rows.reserve(record.relays.len());
        for relay in &record.relays {
            plan.add(state, relay, record.valid_after.0);
        }
        plan.segment.rows.sort_unstable_by_key(|row| row.relay);
        plan.never_seen.sort_unstable();
        plan
    }

    fn add(&mut self, state: &mut State, record: &RelayRecord<'_>, at: i64) {
        let known = state.relays.get(&record.fingerprint).copied();
        let mut relay = known.unwrap_or_else(|| self.new_relay(state, record.fingerprint, at));
        if relay.first_seen > at {
            self.earlier.push(Earlier { relay: relay.id, before: relay.first_seen });
            relay.first_seen = at;
        }
        let changed = self.compare(&mut relay, &record.attributes);
        self.regroup(state, &mut relay, &record.attributes, changed);
        if known != Some(relay) {
            state.relays.insert(record.fingerprint, relay);
        }
        if record.flags.contains(Flag::Running) {
            let hour = RunningHour {
                flags: flag_bits(record.flags),
                is_measured: record.is_measured,
                weight: record.weight,
            };
            self.segment.rows.push(SegmentRow { relay: relay.id, hour, groups: relay.groups });
            if relay.first_seen == at {
                self.never_seen.push(relay.id);
            }
        }
    }

    fn new_relay(&mut self, state: &mut State, fingerprint: Fingerprint, at: i64) -> RelayState {
        let id = state.next_relay;
        state.next_relay += 1;
        self.new_relays.push((id, fingerprint));
        RelayState { id, first_seen: at, attributes: [0; KINDS], groups: [0; GROUP_COLUMNS] }
    }

    /// Notes attributes that differ from what is known, and says which as bits by place.
    fn compare(&mut self, relay: &mut RelayState, attributes: &RelayAttributes<'_>) -> u16 {
        let mut changed = 0;
        visit(attributes, |place, bytes| {
            let hash = value_hash(bytes);
            if relay.attributes[place] == hash {
                return;
            }
            relay.attributes[place] = hash;
            changed |= 1 << place;
            let value = stored(place, bytes);
            if place == CONTACT {
                self.contacts.push((value.clone(), String::from_utf8_lossy(bytes).into_owned()));
            }
            self.changes.push(Change { relay: relay.id, kind: number(place), value });
        });
        changed
    }

    /// Finds the groups of a relay whose attributes changed.
    fn regroup(
        &mut self,
        state: &mut State,
        relay: &mut RelayState,
        attributes: &RelayAttributes<'_>,
        changed: u16,
    ) {
        let decisive = crate::attribute::OF_GROUPS.map(|place| changed & (1 << place) != 0);
        if !decisive.contains(&true) {
            return;
        }
        for (column, group) in groups_of(attributes).into_iter().enumerate() {
            if !decisive[column] {
                continue;
            }
            relay.groups[column] = group.map_or(0, |group| {
                let key = (group.kind(), group.key());
                let next = state.next_group;
                let id = *state.groups.entry(key.clone()).or_insert(next);
                if id == next {
                    state.next_group += 1;
                    self.new_groups.push((id, key.0, key.1));
                }
                id
            });
        }
    }
}
