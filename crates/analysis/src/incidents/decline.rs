//! Groups that lose their relays little by little, against their own median of seven days.

use super::Change;
use super::attribution::{Subject, Tally, explain};
use super::groups::{self, GroupNumber};
use super::loss::{severity, weight_words};
use super::open::Basis;
use super::relays::Place;
use super::step::Step;
use super::watch::{Found, IncidentWatch};
use allium_model::{Cause, IncidentKind, Timestamp};
use std::collections::{HashMap, VecDeque};

/// Running relays of the larger groups, every few hours of a week.
pub(super) type GroupMemory = VecDeque<(Timestamp, Vec<(GroupNumber, u32)>)>;

/// Seconds between two looks.
const LOOK_SECONDS: i64 = 6 * 3600;
/// Seconds that are remembered.
const REMEMBERED_SECONDS: i64 = 7 * 86_400;
/// Seconds of history without which nothing declines.
const MIN_KNOWN_SECONDS: i64 = 3 * 86_400;
/// Fewest relays of a group that is remembered.
const MIN_REMEMBERED: u32 = 10;
/// Fewest relays of a group by its median that may be said to decline.
const MIN_MEDIAN: u32 = 20;

impl IncidentWatch {
    /// Looks every few hours for groups that decline.
    pub(super) fn detect_decline(&mut self, step: &Step, changes: &mut Vec<Change>) {
        let newest = self.group_counts.back().map(|(at, _)| *at);
        if newest.is_some_and(|newest| step.at.seconds_since(newest) < LOOK_SECONDS) {
            return;
        }
        let counts = self.count_groups();
        let first = self.group_counts.front().map_or(step.at, |(at, _)| *at);
        if step.at.seconds_since(first) >= MIN_KNOWN_SECONDS {
            let low = self.low_groups(&counts);
            if low.iter().any(|is_low| *is_low) {
                self.find_declines(&low, step, changes);
            }
        }
        let kept = (0..).zip(counts).filter(|(_, count)| *count >= MIN_REMEMBERED).collect();
        self.group_counts.push_back((step.at, kept));
        let is_old = |at: Timestamp| step.at.seconds_since(at) > REMEMBERED_SECONDS;
        while self.group_counts.front().is_some_and(|(at, _)| is_old(*at)) {
            self.group_counts.pop_front();
        }
    }

    /// Running relays by group.
    fn count_groups(&self) -> Vec<u32> {
        let mut counts = vec![0; self.groups.len()];
        for place in self.relays.running() {
            for group in self.relays.get(*place).membership {
                if let Some(count) = counts.get_mut(group as usize) {
                    *count += 1;
                }
            }
        }
        counts
    }

    /// By group, whether it is far below its median.
    fn low_groups(&self, counts: &[u32]) -> Vec<bool> {
        let mut past: HashMap<GroupNumber, Vec<u32>> = HashMap::new();
        for (group, count) in self.group_counts.iter().flat_map(|(_, counts)| counts) {
            past.entry(*group).or_default().push(*count);
        }
        let looks = self.group_counts.len();
        let mut low = vec![false; counts.len()];
        for (group, mut seen) in past {
            // Where it was too small to be remembered it had fewer than those.
            seen.resize(looks, 0);
            seen.sort_unstable();
            let median = seen[looks / 2];
            let now = f64::from(counts[group as usize]);
            low[group as usize] =
                median >= MIN_MEDIAN && now <= f64::from(median) * self.options.decline_ratio;
        }
        low
    }

    fn find_declines(&mut self, low: &[bool], step: &Step, changes: &mut Vec<Change>) {
        let places = self.seen_lately(step.at);
        let subject = |place: &Place| {
            let relay = self.relays.get(*place);
            let weight = relay.counted_weight();
            Subject { membership: relay.membership, is_hit: !relay.is_running, weight, unrest: 1.0 }
        };
        let mut subjects: Vec<Subject> = places.iter().map(subject).collect();
        let options = self.options;
        let standard = |group: GroupNumber, tally: &Tally| {
            low[group as usize]
                && tally.hit >= options.decline_relays
                && tally.depth() >= 1.0 - options.decline_ratio
        };
        for explanation in explain(&mut subjects, &self.groups, &options, 0.0, &standard) {
            let hit: Vec<Place> = explanation.hit.iter().map(|at| places[*at]).collect();
            self.declines(explanation.causes, hit, step, changes);
        }
    }

    /// Relays that run or did so within a week, and that no incident counts.
    fn seen_lately(&self, at: Timestamp) -> Vec<Place> {
        let is_lately = |place: &Place| {
            let relay = self.relays.get(*place);
            relay.incident == 0 && relay.joins == 0 && at.seconds_since(relay.last_seen) <= REMEMBERED_SECONDS
        };
        (0..self.relays.all().len() as Place).filter(is_lately).collect()
    }

    fn declines(&mut self, causes: Vec<Cause>, hit: Vec<Place>, step: &Step, changes: &mut Vec<Change>) {
        let Some(cause) = causes.first() else { return };
        let same = self.losses().find(|(_, open)| open.cause() == Some(&cause.group)).map(|(at, _)| at);
        if let Some(same) = same {
            self.grow(same, &hit, step.at, changes);
            return;
        }
        let weight = hit.iter().map(|place| self.relays.get(*place).counted_weight()).sum();
        let share = self.whole.share(hit.len() as u32, weight);
        let found = Found {
            kind: IncidentKind::GroupDecline,
            severity: severity(hit.len(), share, &self.options),
            evidence: format!(
                "{} of {} relays of {} left one after another within a week{}",
                cause.hit_in_group,
                cause.group_relays,
                groups::words(&cause.group),
                weight_words(self.whole, share),
            ),
            basis: Basis::Away,
            places: hit,
            causes,
            whole: self.whole,
        };
        self.found(found, step.at, changes);
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Story;
    use allium_model::{AsNumber, CauseGroup, IncidentKind};

    #[test]
    fn a_group_that_crumbles_is_found_before_it_is_gone() {
        let mut story = Story::new();
        story.tell(0..120, |_, _| false);
        // One relay every two hours, in no order of operators.
        story.tell(120..200, |at, number| {
            (500..550).contains(&number) && i64::from((number - 500) * 37 % 50) < (at - 120) / 2
        });
        let incident = story.one();
        assert_eq!(incident.id.kind, IncidentKind::GroupDecline);
        assert_eq!(incident.causes[0].group, CauseGroup::As(AsNumber(1010)));
        assert!(
            incident.hit.relays.len() >= 38,
            "those who follow are counted: {}",
            incident.hit.relays.len()
        );
    }
}
