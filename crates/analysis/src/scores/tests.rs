//! Scores of small networks, worked by hand.

use super::*;
use crate::Snapshot;
use crate::fixture::{network, relay, uptimes};
use allium_model::{GroupKind, Histories, Period};
use serde_json::json;

/// ann: two relays, of 100 % with weight 300 and of 50 % with weight 100; bob: one of 100 %, outdated, and
/// one not running; eve: none running.
fn snapshot() -> Snapshot {
    let relays = [
        relay(1, &json!({"contact": "ann", "consensus_weight": 300})),
        relay(2, &json!({"contact": "ann", "consensus_weight": 100})),
        relay(3, &json!({"contact": "bob", "recommended_version": false})),
        relay(4, &json!({"contact": "bob", "running": false})),
        relay(5, &json!({"contact": "eve", "running": false})),
        relay(6, &json!({"contact": "new", "recommended_version": null})),
    ];
    let half = [vec![Some(999); 16], vec![Some(0); 16]].concat();
    let days = |values: Vec<_>| values[values.len() - 31..].to_vec();
    let histories = [
        (1, vec![Some(999); 31]),
        (2, days(half.iter().rev().copied().collect())),
        (3, vec![Some(999); 31]),
        (4, vec![Some(0); 31]),
    ];
    let uptime = Some(uptimes(Period::OneMonth, &histories));
    Snapshot::with_histories(network(&relays), Histories { uptime, ..Histories::default() })
}

fn score(snapshot: &Snapshot, contact: &str) -> OperatorScore {
    let id = allium_model::OperatorId::of_contact(contact);
    let group = snapshot.network.group(allium_model::GroupKey::Operator(id)).unwrap();
    *snapshot.report.scores.operator(group.position)
}

#[test]
fn operators_are_as_their_running_relays_by_weight() {
    let snapshot = snapshot();
    // Uptime 1 and 16/31; software 1: (0.5 x + 0.1) / 0.6.
    let second = 100.0 * (0.5 * 16.0 / 31.0 + 0.1) / 0.6;
    let ann = score(&snapshot, "ann");
    assert!((ann.score.unwrap() - (300.0 * 100.0 + 100.0 * second) / 400.0).abs() < 1e-9, "{ann:?}");
    assert_eq!((ann.scored_relays, ann.running_relays, ann.class), (2, 2, Some(SizeClass::UpTo5)));
    // The outdated relay has half of the software part.
    let bob = score(&snapshot, "bob");
    assert!((bob.score.unwrap() - 100.0 * 0.55 / 0.6).abs() < 1e-9, "{bob:?}");
    assert_eq!((bob.running_relays, bob.parts[3]), (1, Some(0.5)));
}

#[test]
fn without_data_or_running_relays_there_is_no_score() {
    let snapshot = snapshot();
    let eve = score(&snapshot, "eve");
    assert_eq!((eve.score, eve.class), (None, None));
    assert_eq!((score(&snapshot, "new").score, score(&snapshot, "new").scored_relays), (None, 0));
    let report = &snapshot.report.scores;
    assert_eq!((report.operator_ladder.len(), report.without_health), (2, 1));
    assert_eq!(report.health_classes.iter().sum::<usize>(), 3);
}

#[test]
fn places_are_among_those_with_a_score() {
    let snapshot = snapshot();
    let operators = snapshot.network.groups(GroupKind::Operator);
    let scored = operators.iter().filter_map(|group| {
        let scores = &snapshot.report.scores;
        Some((
            scores.operator(group.position).score?,
            scores.percentile_among_similar(group.position)?.percent,
        ))
    });
    let mut scored: Vec<_> = scored.collect();
    scored.sort_by(|left, right| left.0.total_cmp(&right.0));
    assert_eq!(scored.iter().map(|(_, percent)| *percent).collect::<Vec<_>>(), [25.0, 75.0]);
}
