//! Groups whose relays come and go: three departures of the same relays within a day.

use super::Change;
use super::attribution::{Subject, Tally, explain};
use super::groups;
use super::loss::severity;
use super::open::{Basis, CALM_SECONDS};
use super::relays::{DEPARTURES, Moves, Place};
use super::step::Step;
use super::watch::{Found, IncidentWatch};
use allium_model::{Cause, Ending, IncidentKind};

/// Within how many seconds departures are counted.
const WITHIN_SECONDS: i64 = 86_400;
/// Fewest relays of a group that flaps.
const MIN_RELAYS: u32 = 5;
/// Least share of the group that does.
const MIN_DEPTH: f64 = 0.5;
/// Seconds between documents beyond which coming and going cannot be seen.
const MAX_SPACING_SECONDS: i64 = 3 * 3600;

impl IncidentWatch {
    /// Finds groups that flap. Departures of this document must have been noted.
    pub(super) fn detect_flapping(&mut self, step: &Step, moves: &Moves, changes: &mut Vec<Change>) {
        let is_seen =
            self.norms.usual_spacing_seconds().is_some_and(|seconds| seconds <= MAX_SPACING_SECONDS);
        let is_again = |place: &&Place| self.flaps(**place, step);
        if !is_seen || moves.lost.iter().filter(is_again).count() < 2 {
            return;
        }
        let is_lately =
            |place: &Place| step.at.seconds_since(self.relays.get(*place).last_seen) <= WITHIN_SECONDS;
        let places: Vec<Place> = (0..self.relays.all().len() as Place).filter(is_lately).collect();
        let subject = |place: &Place| {
            let relay = self.relays.get(*place);
            let is_hit = self.flaps(*place, step) && !self.is_flapping_already(*place);
            Subject { membership: relay.membership, is_hit, weight: relay.counted_weight(), unrest: 1.0 }
        };
        let mut subjects: Vec<Subject> = places.iter().map(subject).collect();
        let standard = |_: u32, tally: &Tally| tally.hit >= MIN_RELAYS && tally.depth() >= MIN_DEPTH;
        let found = explain(&mut subjects, &self.groups, &self.options, 0.0, &standard);
        for explanation in found {
            let hit: Vec<Place> = explanation.hit.iter().map(|at| places[*at]).collect();
            self.flapping(explanation.causes, hit, step, changes);
        }
    }

    fn flaps(&self, place: Place, step: &Step) -> bool {
        let which = self.options.flapping_departures.clamp(1, DEPARTURES) - 1;
        let departures = &self.relays.get(place).departures;
        step.at.seconds_since(departures[which]) <= WITHIN_SECONDS
            && step.at.seconds_since(departures[0]) <= CALM_SECONDS
    }

    fn is_flapping_already(&self, place: Place) -> bool {
        let serial = self.relays.get(place).incident;
        self.open.iter().any(|open| open.serial == serial && open.basis == Basis::Flapping)
    }

    fn flapping(&mut self, causes: Vec<Cause>, hit: Vec<Place>, step: &Step, changes: &mut Vec<Change>) {
        let Some(cause) = causes.first() else { return };
        let weight = hit.iter().map(|place| self.relays.get(*place).counted_weight()).sum();
        let share = self.whole.share(hit.len() as u32, weight);
        let evidence = format!(
            "{} of {} relays of {} left {} times or more within 24 hours",
            cause.hit_in_group,
            cause.group_relays,
            groups::words(&cause.group),
            self.options.flapping_departures,
        );
        let before = self.open.len();
        let found = Found {
            kind: IncidentKind::Flapping,
            severity: severity(hit.len(), share, &self.options),
            evidence,
            basis: Basis::Flapping,
            places: hit,
            causes,
            whole: self.whole,
        };
        self.found(found, step.at, changes);
        self.take_over(before, step, changes);
    }

    /// Ends the losses whose relays the newest incident counts now.
    fn take_over(&mut self, before: usize, step: &Step, changes: &mut Vec<Change>) {
        let Some(newest) = self.open.last().map(|open| open.incident.id) else { return };
        for open in self.open[..before].iter_mut().filter(|open| open.basis == Basis::Away) {
            let taken = open.members.iter().filter(|place| self.relays.get(**place).incident != open.serial);
            if taken.count() * 2 > open.members.len() {
                open.note(step.at, format!("its relays come and go: it goes on as {newest}"));
                changes.push(open.end(Ending::Recovered, step.at, step.at));
            }
        }
        self.close();
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Story, hour};
    use super::*;
    use allium_model::{AsNumber, CauseGroup, IncidentState};

    #[test]
    fn a_group_that_comes_and_goes_is_one_incident() {
        let mut story = Story::new();
        story.tell(0..100, |_, _| false);
        // Two hours away, two hours there, for a day.
        story.tell(100..150, |at, number| at < 124 && at % 4 < 2 && (500..550).contains(&number));
        let flapping: Vec<_> = story
            .incidents()
            .into_iter()
            .filter(|incident| incident.id.kind == IncidentKind::Flapping)
            .collect();
        assert_eq!(flapping.len(), 1);
        assert_eq!(flapping[0].causes[0].group, CauseGroup::As(AsNumber(1010)));
        // The third departure is that of hour 108.
        assert_eq!(flapping[0].id.from, hour(108));
        assert_eq!(
            (flapping[0].ending, flapping[0].state),
            (Some(Ending::Recovered), IncidentState::Resolved)
        );
        let losses = story.incidents().len() - 1;
        assert!(losses <= 2, "the losses before it flapped, and none after: {losses}");
    }
}
