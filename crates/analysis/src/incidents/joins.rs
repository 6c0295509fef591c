//! Many relays that were never seen before and join at once.

use super::Change;
use super::attribution::{Subject, Tally, explain};
use super::loss::severity;
use super::open::Basis;
use super::relays::{Moves, Place};
use super::step::Step;
use super::watch::{ExplainedJoins, Found, IncidentWatch};
use super::{IncidentOptions, groups};
use allium_model::{Cause, IncidentKind, Severity};

/// Seconds of history without which nobody is called new.
const MIN_KNOWN_SECONDS: i64 = 86_400;
/// Seconds for which an incident takes in who else joins in masses.
const GROWING_SECONDS: i64 = 86_400;
/// Fewest relays of a group that is named.
const MIN_NAMED: u32 = 5;
/// Most groups that are named.
const MAX_CAUSES: usize = 8;

impl IncidentWatch {
    /// Finds masses of new relays; says how many of those who joined are one.
    pub(super) fn detect_joins(
        &mut self,
        step: &Step,
        moves: &Moves,
        changes: &mut Vec<Change>,
    ) -> ExplainedJoins {
        let new = &moves.never_seen;
        if !self.are_many(new.len(), step) {
            return ExplainedJoins::default();
        }
        let lasting = self.open.iter().position(|open| {
            open.basis == Basis::Joined && step.at.seconds_since(open.opened) <= GROWING_SECONDS
        });
        match lasting {
            Some(number) => self.grow(number, new, step.at, changes),
            None => self.found(self.joined(new, step), step.at, changes),
        }
        let count = new.len() as u32;
        ExplainedJoins { never_seen: count }
    }

    fn are_many(&self, count: usize, step: &Step) -> bool {
        let Some(times) = step.times_usual() else { return false };
        let floor = IncidentOptions::scaled(self.options.joins, self.relays.running().len()) * times;
        let count = count as f64;
        self.known_seconds(step.at) >= MIN_KNOWN_SECONDS
            && count >= floor
            && count
                > self.norms.high(|sample| f64::from(sample.never_seen))
                    * self.options.joins_norm_factor
                    * times
    }

    fn joined(&self, new: &[Place], step: &Step) -> Found {
        let causes = self.causes_of_joins(new);
        let weight = new.iter().map(|place| self.relays.get(*place).counted_weight()).sum();
        let share = self.whole.share(new.len() as u32, weight);
        let main = causes.first().map_or_else(String::new, |cause| {
            format!(", {} of them of {}", cause.hit_in_group, groups::words(&cause.group))
        });
        Found {
            kind: IncidentKind::Joins,
            severity: severity(new.len(), share, &self.options).max(Severity::Warning),
            evidence: format!(
                "{} relays that were never seen before joined {}{main}",
                new.len(),
                step.between()
            ),
            basis: Basis::Joined,
            places: new.to_vec(),
            causes,
            whole: self.whole,
        }
    }

    /// The groups that those who joined have in common; a large group may have only a few of them.
    fn causes_of_joins(&self, new: &[Place]) -> Vec<Cause> {
        let mut places = self.relays.running().to_vec();
        places.sort_unstable();
        let mut sorted = new.to_vec();
        sorted.sort_unstable();
        let mut subjects: Vec<Subject> = places
            .iter()
            .map(|place| {
                let relay = self.relays.get(*place);
                let is_hit = sorted.binary_search(place).is_ok();
                Subject { membership: relay.membership, is_hit, weight: relay.counted_weight(), unrest: 1.0 }
            })
            .collect();
        let options = IncidentOptions { min_depth_ratio: 0.0, ..self.options };
        let standard = |_: u32, tally: &Tally| tally.hit >= MIN_NAMED;
        let explanations = explain(&mut subjects, &self.groups, &options, 0.0, &standard);
        let mut causes: Vec<Cause> = Vec::new();
        for (number, explanation) in explanations.into_iter().enumerate() {
            let named = if number == 0 { explanation.causes.len() } else { 1 };
            for cause in explanation.causes.into_iter().take(named) {
                if !causes.iter().any(|known| known.group == cause.group) {
                    causes.push(Cause { hit: new.len() as u32, ..cause });
                }
            }
        }
        causes.truncate(MAX_CAUSES);
        causes
    }
}
