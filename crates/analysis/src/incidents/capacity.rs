//! ASes that lost half of their exit capacity within a day.

use super::Change;
use super::groups::{self, AS, GroupNumber};
use super::open::Basis;
use super::relays::Place;
use super::step::Step;
use super::watch::{Found, IncidentWatch};
use allium_model::{Cause, CauseGroup, IncidentKind, Timestamp};
use std::collections::{BTreeMap, VecDeque};

/// Exit capacity of the larger ASes, document by document, for a day and a little.
pub(super) type CapacityMemory = VecDeque<(Timestamp, Vec<AsExits>)>;

/// The exits of an AS in a document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct AsExits {
    pub(super) group: GroupNumber,
    pub(super) weight: u64,
    pub(super) relays: u32,
    /// Share of the exit weight of the network, 0 to 1.
    pub(super) share: f64,
}

const DAY_SECONDS: i64 = 86_400;
/// Seconds beyond a day for which documents are remembered.
const SPARE_SECONDS: i64 = 6 * 3600;
/// Least share of the exit weight that an AS must have had.
const MIN_SHARE: f64 = 0.01;
/// Fewest exits; of fewer it is a matter of single relays.
const MIN_EXITS: u32 = 5;
/// Fewest exits that must be away for their absence to be the cause.
const MIN_AWAY: usize = 3;
/// Share of the capacity of a day ago that is half.
const HALF: f64 = 0.5;
/// Share at which it is over.
const OVER: f64 = 0.6;

impl IncidentWatch {
    /// Compares the exit capacity of ASes with that of a day ago.
    pub(super) fn detect_capacity(&mut self, step: &Step, changes: &mut Vec<Change>) {
        let now = self.exits_by_as();
        self.go_on_capacity(&now, step, changes);
        for before in self.a_day_ago(step.at) {
            let left = now.get(&before.group).map_or(0, |exits| exits.weight);
            if before.share >= MIN_SHARE
                && before.relays >= MIN_EXITS
                && left as f64 <= HALF * before.weight as f64
            {
                self.capacity_halved(before, left, step, changes);
            }
        }
        let kept = now.into_values().filter(|exits| exits.share >= MIN_SHARE).collect();
        self.capacity.push_back((step.at, kept));
        let is_old = |at: Timestamp| step.at.seconds_since(at) > DAY_SECONDS + SPARE_SECONDS;
        while self.capacity.front().is_some_and(|(at, _)| is_old(*at)) {
            self.capacity.pop_front();
        }
    }

    fn exits_by_as(&self) -> BTreeMap<GroupNumber, AsExits> {
        let mut all: BTreeMap<GroupNumber, AsExits> = BTreeMap::new();
        let exits = self.relays.running().iter().map(|place| self.relays.get(*place));
        for relay in exits.filter(|relay| relay.is_exit()) {
            let group = relay.membership[AS];
            if group == groups::NONE {
                continue;
            }
            let exits = all.entry(group).or_insert(AsExits { group, weight: 0, relays: 0, share: 0.0 });
            exits.weight += relay.counted_weight();
            exits.relays += 1;
            exits.share = exits.weight as f64 / self.whole.exit_weight.max(1) as f64;
        }
        all
    }

    /// The ASes in the newest document that is a day old.
    fn a_day_ago(&self, at: Timestamp) -> Vec<AsExits> {
        let old = self.capacity.iter().rev().find(|(then, _)| at.seconds_since(*then) >= DAY_SECONDS);
        old.map(|(_, exits)| exits.clone()).unwrap_or_default()
    }

    fn go_on_capacity(
        &mut self,
        now: &BTreeMap<GroupNumber, AsExits>,
        step: &Step,
        changes: &mut Vec<Change>,
    ) {
        let is_meant = |kind| kind == IncidentKind::ExitCapacityHalved;
        let serials: Vec<u32> = self
            .open
            .iter()
            .filter(|open| is_meant(open.incident.id.kind) && open.opened < step.at)
            .map(|open| open.serial)
            .collect();
        for serial in serials {
            let Some(place) = self.open.iter().position(|open| open.serial == serial) else { continue };
            let group = self.open[place].cause().cloned();
            let left = now.values().find(|exits| self.groups.get(exits.group) == group.as_ref());
            let left = left.map_or(0.0, |exits| exits.weight as f64);
            self.go_on_level(place, |reference| left < OVER * reference, step.at, changes);
        }
    }

    fn capacity_halved(&mut self, before: AsExits, left: u64, step: &Step, changes: &mut Vec<Change>) {
        let Some(group) = self.groups.get(before.group).cloned() else { return };
        if self.open.iter().any(|open| {
            open.incident.id.kind == IncidentKind::ExitCapacityHalved && open.cause() == Some(&group)
        }) {
            return;
        }
        let words = format!(
            "the exits of {} have {:.0} % of the consensus weight that they had a day ago, when they had {:.1} % of that of all exits",
            groups::words(&group),
            100.0 * left as f64 / before.weight as f64,
            100.0 * before.share
        );
        let (away, counted) = self.exits_away(before.group, step.at);
        let gone: u64 = away.iter().map(|place| self.relays.get(*place).counted_weight()).sum();
        let lost = before.weight.saturating_sub(left);
        if away.len() < MIN_AWAY && gone * 2 >= lost {
            // One or two large exits are a matter of their operator.
            return;
        }
        if counted * 2 >= lost {
            let severity = self.severity_of(0, 0.0);
            self.add_symptom(IncidentKind::ExitCapacityHalved, severity, &words, step.at, changes);
            return;
        }
        let found = Found {
            kind: IncidentKind::ExitCapacityHalved,
            severity: allium_model::Severity::Warning,
            evidence: words,
            basis: Basis::Level(before.weight as f64),
            causes: vec![capacity_cause(group, away.len() as u32, before.relays)],
            places: away,
            whole: self.whole,
        };
        self.found(found, step.at, changes);
    }

    /// The exits of an AS that left within a day: those that no incident counts, and the weight of those
    /// that one does.
    fn exits_away(&self, group: GroupNumber, at: Timestamp) -> (Vec<Place>, u64) {
        let (mut away, mut counted) = (Vec::new(), 0);
        for (place, relay) in (0..).zip(self.relays.all()) {
            let is_away =
                !relay.is_running && at.seconds_since(relay.last_seen) <= DAY_SECONDS + SPARE_SECONDS;
            if is_away && relay.is_exit() && relay.membership[AS] == group {
                match relay.incident {
                    0 => away.push(place),
                    _ => counted += relay.counted_weight(),
                }
            }
        }
        (away, counted)
    }
}

fn capacity_cause(group: CauseGroup, away: u32, relays: u32) -> Cause {
    Cause {
        group,
        hit_in_group: away,
        hit: away,
        group_relays: relays,
        chance_log10: 0.0,
        is_containing: false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Story, document, hour, network};
    use super::*;
    use allium_model::{AsNumber, RelayRecord};

    #[test]
    fn an_as_whose_exits_lost_their_weight_is_told_of() {
        let mut story = Story::new();
        for at in 0..60 {
            let relays = network(at, |_| false).relays.into_iter().map(|relay| {
                let is_low = at >= 40 && relay.attributes.as_number == Some(AsNumber(1010));
                RelayRecord { weight: Some(if is_low { 40 } else { 100 }), ..relay }
            });
            let found = story.watch.take(&document(hour(at), relays.collect()));
            story.changes.extend(found);
        }
        let incident = story.one();
        assert_eq!((incident.id.kind, incident.id.from), (IncidentKind::ExitCapacityHalved, hour(40)));
        assert_eq!(incident.causes[0].group, CauseGroup::As(AsNumber(1010)));
        assert!(incident.is_active());
    }
}
