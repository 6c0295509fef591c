//! Relays that were lost at once: by the groups that explain them, and what is left.

use super::attribution::{Explanation, Subject, Tally, explain};
use super::groups;
use super::impact::Whole;
use super::norms::Sample;
use super::open::{Basis, Open};
use super::relays::{Moves, Place, RelayState};
use super::step::Step;
use super::watch::{ExplainedLoss, Found, IncidentWatch};
use super::{Change, IncidentOptions};
use allium_model::{Cause, CauseGroup, IncidentKind, Severity, Timestamp};

/// Documents after its first in which an incident takes in whoever of its group is lost.
const GROWING_DOCUMENTS: u32 = 3;
/// Fewest relays that make an incident of the network by their weight alone.
const MIN_HEAVY_RELAYS: usize = 5;

impl IncidentWatch {
    /// Finds incidents in those lost. `before` is the network that they were lost from.
    pub(super) fn detect_losses(
        &mut self,
        step: &Step,
        moves: &Moves,
        before: Whole,
        changes: &mut Vec<Change>,
    ) -> ExplainedLoss {
        let Some(times) = step.times_usual() else { return ExplainedLoss::default() };
        let is_free = |place: &Place| {
            let relay = self.relays.get(*place);
            relay.incident == 0 && relay.joins == 0
        };
        let mut fresh: Vec<Place> = moves.lost.iter().copied().filter(is_free).collect();
        self.feed_open(&mut fresh, step.at, changes);
        for (explanation, hit) in self.explanations(&fresh, moves, before, times) {
            fresh.retain(|place| !hit.contains(place));
            self.group_lost(&explanation, hit, step, before, changes);
        }
        if let Some(found) = self.unexplained(&fresh, step, before, times) {
            self.found(found, step.at, changes);
            fresh.clear();
        }
        ExplainedLoss { unexplained: fresh }
    }

    /// Gives relays to open incidents whose group they are of.
    fn feed_open(&mut self, fresh: &mut Vec<Place>, at: Timestamp, changes: &mut Vec<Change>) {
        for number in 0..self.open.len() {
            let open = &self.open[number];
            if !takes_in(open) {
                continue;
            }
            let (own, rest) = std::mem::take(fresh)
                .into_iter()
                .partition(|place| open.explains(self.relays.get(*place), &self.groups));
            *fresh = rest;
            let own: Vec<Place> = own;
            if !own.is_empty() {
                self.grow(number, &own, at, changes);
            }
        }
    }

    /// What explains those lost, each with the places of its relays.
    fn explanations(
        &self,
        fresh: &[Place],
        moves: &Moves,
        before: Whole,
        times: f64,
    ) -> Vec<(Explanation, Vec<Place>)> {
        let stayed = self.stayed(moves);
        let places: Vec<Place> = fresh.iter().copied().chain(stayed).collect();
        let calm = self.usual_unrest();
        let mut subjects: Vec<Subject> = (0..places.len())
            .map(|number| {
                let relay = self.relays.get(places[number]);
                Subject {
                    membership: relay.membership,
                    is_hit: number < fresh.len(),
                    weight: relay.counted_weight(),
                    unrest: f64::from(relay.unrest) + calm,
                }
            })
            .collect();
        let expected = self.norms.median(|sample| f64::from(sample.lost)) * times;
        let options = self.options;
        let standard = |_: u32, tally: &Tally| is_an_outage(tally, before, &options);
        let found = explain(&mut subjects, &self.groups, &options, expected, &standard);
        let hit = |explanation: &Explanation| explanation.hit.iter().map(|at| places[*at]).collect();
        found
            .into_iter()
            .map(|explanation| {
                let hit = hit(&explanation);
                (explanation, hit)
            })
            .collect()
    }

    /// Those that ran before and still do, and that no incident counts.
    fn stayed(&self, moves: &Moves) -> impl Iterator<Item = Place> {
        let mut joined = moves.joined.iter().peekable();
        self.relays.running().iter().copied().filter(move |place| {
            let has_joined = joined.next_if(|joined| *joined == place).is_some();
            !has_joined && self.relays.get(*place).incident == 0
        })
    }

    /// Mean unrest of the running relays, and a little, so that nobody is thought to stay for ever.
    fn usual_unrest(&self) -> f64 {
        let running = self.relays.running();
        let sum: f64 = running.iter().map(|place| f64::from(self.relays.get(*place).unrest)).sum();
        sum / running.len().max(1) as f64 + 0.1
    }

    /// An outage of a group: a new incident, or more of an open one of the same group.
    fn group_lost(
        &mut self,
        explanation: &Explanation,
        hit: Vec<Place>,
        step: &Step,
        before: Whole,
        changes: &mut Vec<Change>,
    ) {
        let Some(cause) = explanation.causes.first() else { return };
        // What befalls the same group days later is another incident.
        let is_same = |open: &Open| takes_in(open) && open.cause() == Some(&cause.group);
        let same = self.losses().find(|(_, open)| is_same(open)).map(|(at, _)| at);
        if let Some(same) = same {
            self.grow(same, &hit, step.at, changes);
            return;
        }
        let weight = hit.iter().map(|place| self.relays.get(*place).counted_weight()).sum();
        let share = before.share(hit.len() as u32, weight);
        let found = Found {
            kind: match cause.group {
                CauseGroup::Version(_) => IncidentKind::VersionFailure,
                _ => IncidentKind::GroupOutage,
            },
            severity: severity(hit.len(), share, &self.options),
            evidence: group_evidence(cause, step, before, share),
            basis: Basis::Away,
            places: hit,
            causes: explanation.causes.clone(),
            whole: before,
        };
        self.found(found, step.at, changes);
    }

    /// More relays than chance explains, and no group that does.
    fn unexplained(&self, fresh: &[Place], step: &Step, before: Whole, times: f64) -> Option<Found> {
        let options = &self.options;
        let lost = || fresh.iter().map(|place| self.relays.get(*place));
        let exits = lost().filter(|relay| relay.is_exit()).count();
        let weight = lost().map(RelayState::counted_weight).sum();
        let share = before.share(fresh.len() as u32, weight);
        let scaled = |count| IncidentOptions::scaled(count, before.relays as usize);
        let is_much = self
            .is_much(fresh.len() as f64, scaled(options.lost_relays), times, |sample| f64::from(sample.lost))
            || self.is_much(exits as f64, scaled(options.lost_exits), times, |sample| {
                f64::from(sample.lost_exits)
            });
        let is_heavy = before.weight > 0
            && fresh.len() >= MIN_HEAVY_RELAYS
            && self.is_much(share, options.warning_weight_ratio, times, |sample| {
                f64::from(sample.lost_weight_ratio)
            });
        (is_much || is_heavy).then(|| Found {
            kind: IncidentKind::RelaysLost,
            severity: severity(fresh.len().max(options.network_relays as usize), share, options),
            evidence: format!(
                "{} of {} relays vanished {}{}, and no group explains them",
                fresh.len(),
                before.relays,
                step.between(),
                weight_words(before, share),
            ),
            basis: Basis::Away,
            places: fresh.to_vec(),
            causes: Vec::new(),
            whole: before,
        })
    }

    /// Whether a loss is more than a fixed limit and far more than what was usual for thirty days.
    fn is_much(&self, found: f64, limit: f64, times: f64, usual: impl Fn(&Sample) -> f64) -> bool {
        found > limit * times && found > self.norms.high(usual) * self.options.lost_norm_factor * times
    }
}

/// Whether an incident takes in relays of its group that are lost.
fn takes_in(open: &Open) -> bool {
    match open.basis {
        Basis::Away => {
            open.incident.id.kind == IncidentKind::GroupDecline || open.documents <= GROWING_DOCUMENTS + 1
        }
        Basis::Flapping => true,
        _ => false,
    }
}

/// Whether enough of a group was hit to tell of it.
fn is_an_outage(tally: &Tally, before: Whole, options: &IncidentOptions) -> bool {
    let is_of_network = tally.hit >= options.network_relays
        || before.share(tally.hit, tally.hit_weight) >= options.network_weight_ratio;
    let is_small_and_whole =
        tally.relays >= options.small_group_relays && tally.depth() >= options.small_group_depth_ratio;
    is_of_network || is_small_and_whole
}

/// How bad the loss of so many relays with such a share of the weight is.
pub(super) fn severity(relays: usize, share: f64, options: &IncidentOptions) -> Severity {
    let is_of_network = relays >= options.network_relays as usize || share >= options.network_weight_ratio;
    if share > options.critical_weight_ratio {
        Severity::Critical
    } else if share > options.warning_weight_ratio || is_of_network {
        Severity::Warning
    } else {
        Severity::Notice
    }
}

fn group_evidence(cause: &Cause, step: &Step, before: Whole, share: f64) -> String {
    format!(
        "{} of {} relays of {} vanished {}{}",
        cause.hit_in_group,
        cause.group_relays,
        groups::words(&cause.group),
        step.between(),
        weight_words(before, share),
    )
}

/// The share of the weight in words; nothing where no weight is known.
pub(super) fn weight_words(before: Whole, share: f64) -> String {
    if before.weight == 0 {
        return String::new();
    }
    format!("; they had {:.1} % of the consensus weight", 100.0 * share)
}
