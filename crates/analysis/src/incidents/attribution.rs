//! Which groups explain those hit (`docs/methods/attribution.md`).
//!
//! Of the groups that hold more of those hit than chance puts there, the one with the best score, coverage
//! times depth, explains them; within 5 % of it the smallest does, and the others are named as containing
//! it. Its relays are taken out, and the rest is looked at again.

use super::chance::{hypergeometric_log10, poisson_log10};
use super::groups::{GroupNumber, Groups, Membership, NONE, SLOTS};
use super::options::IncidentOptions;
use allium_model::Cause;

/// A relay that may have been hit, as attribution sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject {
    pub(super) membership: Membership,
    pub(super) is_hit: bool,
    pub(super) weight: u64,
    /// How often it goes of itself, in any unit; equal for all where that plays no part.
    pub(super) unrest: f64,
}

/// What a group must be to count as a cause, beyond what chance allows.
pub(super) type Standard<'a> = &'a dyn Fn(GroupNumber, &Tally) -> bool;

/// Numbers of a group among the subjects.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) relays: u32,
    pub(super) hit: u32,
    pub(super) hit_weight: u64,
    pub(super) unrest: f64,
}

impl Tally {
    /// Share of the group that was hit, 0 to 1.
    pub(super) fn depth(&self) -> f64 {
        f64::from(self.hit) / f64::from(self.relays.max(1))
    }
}

/// A group that explains some of those hit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Explanation {
    /// The group and others that explain nearly as much, best first.
    pub(super) causes: Vec<Cause>,
    /// Places of its hit relays among the subjects, ascending.
    pub(super) hit: Vec<usize>,
}

/// A group with its numbers, on its way to be a cause.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    group: GroupNumber,
    slot: usize,
    tally: Tally,
    chance_log10: f64,
    score: f64,
}

/// Fewest relays of a group that is looked at.
const MIN_LOOKED_AT: u32 = 3;
/// Most explanations of one moment.
const MAX_EXPLANATIONS: usize = 64;
/// Most causes of one explanation.
const MAX_CAUSES: usize = 6;

/// Explains those hit, the best explanation first. What no group explains is in none of them. `expected` is
/// how many of the subjects are hit as a rule.
pub(super) fn explain(
    subjects: &mut [Subject],
    groups: &Groups,
    options: &IncidentOptions,
    expected: f64,
    standard: Standard<'_>,
) -> Vec<Explanation> {
    let mut explanations = Vec::new();
    while explanations.len() < MAX_EXPLANATIONS {
        let candidates = candidates(subjects, groups.len(), options, expected, standard);
        let Some(best) = choose(&candidates, options) else { break };
        let hit = hit_in(subjects, best);
        let causes = causes(subjects, groups, &candidates, best, &hit);
        let hit = with_those_around(subjects, &candidates, best, hit, options);
        // Those explained are neither hit nor spared when the rest is looked at.
        for at in &hit {
            subjects[*at] =
                Subject { is_hit: false, membership: [NONE; SLOTS], unrest: 0.0, ..subjects[*at] };
        }
        explanations.push(Explanation { causes, hit });
    }
    explanations
}

/// The hit relays of a group.
fn hit_in(subjects: &[Subject], group: Candidate) -> Vec<usize> {
    let is_meant = |at: &usize| {
        let subject = &subjects[*at];
        subject.is_hit && subject.membership[group.slot] == group.group
    };
    (0..subjects.len()).filter(is_meant).collect()
}

/// The same with the few that groups around it explain beyond it, where those are nearly as good: one
/// cause is told of once.
fn with_those_around(
    subjects: &[Subject],
    candidates: &[Candidate],
    best: Candidate,
    hit: Vec<usize>,
    options: &IncidentOptions,
) -> Vec<usize> {
    let is_around = |candidate: &&Candidate| {
        candidate.score >= best.score * options.tie_ratio
            && hit.iter().all(|at| subjects[*at].membership[candidate.slot] == candidate.group)
    };
    let around = candidates.iter().filter(is_around).map(|candidate| hit_in(subjects, *candidate));
    around.max_by_key(Vec::len).unwrap_or(hit)
}

/// Groups that could explain something.
fn candidates(
    subjects: &[Subject],
    groups: usize,
    options: &IncidentOptions,
    expected: f64,
    standard: Standard<'_>,
) -> Vec<Candidate> {
    let whole = whole(subjects);
    if whole.hit < MIN_LOOKED_AT {
        return Vec::new();
    }
    let tallies = tallies(subjects, groups);
    let looked_at = tallies.iter().filter(|(_, tally)| tally.relays >= MIN_LOOKED_AT).count();
    let hypotheses = (looked_at.max(1) as f64).log10();
    let met = (0..).zip(&tallies).filter(|(group, (_, tally))| {
        tally.hit >= MIN_LOOKED_AT && is_deep(tally, &whole, options) && standard(*group, tally)
    });
    met.filter_map(|(group, (slot, tally))| {
        let chance = chance_log10(tally, &whole, expected) + hypotheses;
        (chance <= options.max_chance_log10).then_some(Candidate {
            group,
            slot: usize::from(*slot),
            tally: *tally,
            chance_log10: chance,
            score: tally.depth() * f64::from(tally.hit) / f64::from(whole.hit),
        })
    })
    .collect()
}

/// Numbers of all subjects together.
fn whole(subjects: &[Subject]) -> Tally {
    let mut whole = Tally::default();
    for subject in subjects.iter().filter(|subject| subject.is_hit || subject.unrest > 0.0) {
        whole.add(subject);
    }
    whole
}

/// Numbers of every group, with the slot in which it stands.
fn tallies(subjects: &[Subject], groups: usize) -> Vec<(u8, Tally)> {
    let mut tallies = vec![(0, Tally::default()); groups];
    for subject in subjects {
        for (slot, group) in subject.membership.iter().enumerate() {
            if let Some((known, tally)) = tallies.get_mut(*group as usize) {
                *known = slot as u8;
                tally.add(subject);
            }
        }
    }
    tallies
}

impl Tally {
    fn add(&mut self, subject: &Subject) {
        self.relays += 1;
        self.unrest += subject.unrest;
        if subject.is_hit {
            self.hit += 1;
            self.hit_weight += subject.weight;
        }
    }
}

/// Whether enough of the group was hit, and far more than of the others.
fn is_deep(group: &Tally, whole: &Tally, options: &IncidentOptions) -> bool {
    let outside = f64::from(whole.hit - group.hit) / f64::from((whole.relays - group.relays).max(1));
    group.depth() >= options.min_depth_ratio && group.depth() >= options.min_lift * outside
}

/// The larger of two chances: that a draw among all alike finds as many of the group, and that relays
/// as restless as these go of themselves.
fn chance_log10(group: &Tally, whole: &Tally, expected: f64) -> f64 {
    let drawn = hypergeometric_log10(whole.relays, group.relays, whole.hit, group.hit);
    let hit_outside = f64::from(whole.hit - group.hit).max(expected);
    let own = hit_outside * group.unrest / (whole.unrest - group.unrest).max(f64::MIN_POSITIVE);
    drawn.max(poisson_log10(own.min(f64::from(group.relays)), group.hit))
}

/// The best score, or the smallest group of those that are nearly as good.
fn choose(candidates: &[Candidate], options: &IncidentOptions) -> Option<Candidate> {
    let best = candidates.iter().map(|candidate| candidate.score).fold(0.0, f64::max);
    let near = candidates.iter().filter(|candidate| candidate.score >= best * options.tie_ratio);
    near.min_by(|a, b| {
        let size = |candidate: &Candidate| (candidate.tally.relays, candidate.slot, candidate.group);
        size(a).cmp(&size(b))
    })
    .copied()
}

/// The chosen group as a cause, then those that contain it, then the next best.
fn causes(
    subjects: &[Subject],
    groups: &Groups,
    candidates: &[Candidate],
    best: Candidate,
    hit: &[usize],
) -> Vec<Cause> {
    let total = whole(subjects).hit;
    let holds = |candidate: &Candidate| {
        candidate.tally.relays >= best.tally.relays
            && hit.iter().all(|at| subjects[*at].membership[candidate.slot] == candidate.group)
    };
    let mut others: Vec<(bool, &Candidate)> = candidates
        .iter()
        .filter(|candidate| candidate.group != best.group)
        .map(|candidate| (holds(candidate), candidate))
        .collect();
    others.sort_by(|(_, a), (_, b)| {
        let order = b.score.total_cmp(&a.score);
        order.then((a.tally.relays, a.slot, a.group).cmp(&(b.tally.relays, b.slot, b.group)))
    });
    let all = std::iter::once((false, &best)).chain(others).take(MAX_CAUSES);
    all.filter_map(|(is_containing, candidate)| {
        Some(Cause {
            group: groups.get(candidate.group)?.clone(),
            hit_in_group: candidate.tally.hit,
            hit: total,
            group_relays: candidate.tally.relays,
            chance_log10: candidate.chance_log10.clamp(-999.0, 0.0),
            is_containing,
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::{AsNumber, CauseGroup, CountryCode, OperatorId, RelayAttributes};
    use proptest::prelude::*;

    /// A network of 1,000 relays: 40 ASes of 25; every four ASes one country; operators of 5 within ASes.
    fn network(is_hit: impl Fn(u32) -> bool) -> (Vec<Subject>, Groups) {
        let mut groups = Groups::default();
        let subjects = (0..1000_u32).map(|number| {
            let mut membership = [NONE; SLOTS];
            let country = [b"ad", b"ae", b"af", b"ag", b"ai", b"al", b"am", b"ao", b"ar", b"at"];
            let country = std::str::from_utf8(country[(number / 100) as usize]).unwrap();
            groups.update(
                &mut membership,
                &RelayAttributes {
                    as_number: Some(AsNumber(number / 25)),
                    country: Some(country.parse::<CountryCode>().unwrap()),
                    operator: Some(OperatorId::of_contact(&format!("{}", number / 5))),
                    ..RelayAttributes::default()
                },
            );
            Subject { membership, is_hit: is_hit(number), weight: 1, unrest: 1.0 }
        });
        (subjects.collect(), groups)
    }

    fn named(is_hit: impl Fn(u32) -> bool) -> Vec<(CauseGroup, usize)> {
        let (mut subjects, groups) = network(is_hit);
        let explanations = explain(&mut subjects, &groups, &IncidentOptions::default(), 3.0, &|_, _| true);
        explanations.into_iter().map(|one| (one.causes[0].group.clone(), one.hit.len())).collect()
    }

    fn country(code: &str) -> CauseGroup {
        CauseGroup::Country(code.parse().unwrap())
    }

    #[test]
    fn the_group_that_fits_best_explains_and_the_rest_is_looked_at_again() {
        // AS 3 as a whole, and all but a few of the country of numbers 500 to 599, with some others.
        let found = named(|number| {
            (75..100).contains(&number) || (500..595).contains(&number) || (number % 89 == 7 && number > 600)
        });
        assert_eq!(found, [(country("al"), 95), (CauseGroup::As(AsNumber(3)), 25)]);
    }

    #[test]
    fn chance_alone_has_no_common_cause() {
        assert_eq!(named(|number| number % 37 == 5), []);
    }

    #[test]
    fn a_smaller_group_wins_when_it_explains_nearly_as_much() {
        let (mut subjects, mut groups) = network(|number| (75..100).contains(&number));
        // A family of 24 of the 25 relays of the AS.
        let family = groups.number(CauseGroup::Family(allium_model::Fingerprint([7; 20])));
        for subject in &mut subjects[75..99] {
            subject.membership[4] = family;
        }
        let explanations = explain(&mut subjects, &groups, &IncidentOptions::default(), 1.0, &|_, _| true);
        let causes = &explanations[0].causes;
        assert_eq!(causes[0].group, CauseGroup::Family(allium_model::Fingerprint([7; 20])));
        assert_eq!((causes[0].hit_in_group, causes[0].hit, causes[0].group_relays), (24, 25, 24));
        assert_eq!((&causes[1].group, causes[1].is_containing), (&CauseGroup::As(AsNumber(3)), true));
        assert_eq!((&causes[2].group, causes[2].is_containing), (&country("ad"), true));
    }

    #[test]
    fn restless_relays_that_go_again_are_no_cause() {
        let hit = |number: u32| (75..84).contains(&number) || number % 90 == 1;
        assert!(!named(hit).is_empty(), "as if they were like the others");
        let (mut subjects, groups) = network(hit);
        for subject in &mut subjects[75..100] {
            subject.unrest = 40.0;
        }
        let explanations = explain(&mut subjects, &groups, &IncidentOptions::default(), 3.0, &|_, _| true);
        assert_eq!(explanations, []);
    }

    proptest! {
        #[test]
        fn nobody_is_explained_twice_and_only_those_hit_are(seed in prop::collection::vec(any::<bool>(), 1000)) {
            let (mut subjects, groups) = network(|number| seed[number as usize] || number < 50);
            let was_hit: Vec<bool> = subjects.iter().map(|subject| subject.is_hit).collect();
            let options = IncidentOptions { min_lift: 1.1, max_chance_log10: -1.0, ..Default::default() };
            let explanations = explain(&mut subjects, &groups, &options, 3.0, &|_, _| true);
            let mut explained: Vec<usize> = explanations.iter().flat_map(|one| one.hit.clone()).collect();
            prop_assert!(explained.iter().all(|at| was_hit[*at]));
            let count = explained.len();
            explained.sort_unstable();
            explained.dedup();
            prop_assert_eq!(explained.len(), count);
        }
    }
}
