//! Reports of operators of small networks, worked by hand.

use super::*;
use crate::fixture::{fingerprint, network, relay, uptimes};
use crate::scores::HealthPart;
use allium_model::{Histories, OperatorId};
use serde_json::{Value, json};

fn snapshot(relays: &[Value], days: &[(u32, i64)]) -> Snapshot {
    let histories: Vec<_> = days.iter().map(|(number, value)| (*number, vec![Some(*value); 184])).collect();
    let uptime = (!days.is_empty()).then(|| uptimes(Period::SixMonths, &histories));
    Snapshot::with_histories(network(relays), Histories { uptime, ..Histories::default() })
}

fn report(snapshot: &Snapshot, contact: &str) -> OperatorReport {
    let id = OperatorId::of_contact(contact);
    let group = snapshot.network.group(GroupKey::Operator(id)).unwrap();
    OperatorReport::of(snapshot, group.position).unwrap()
}

fn actions(report: &OperatorReport) -> Vec<(Action, f64, f64)> {
    let round = |value: f64| (value * 1000.0).round() / 1000.0;
    let all = report.recommendations.iter();
    all.map(|found| (found.action, round(found.before), round(found.after))).collect()
}

fn family() -> Value {
    json!((1..9).map(|number| fingerprint(number).to_string()).collect::<Vec<_>>())
}

#[test]
fn recommendations_come_by_effect_with_numbers_that_can_be_checked() {
    // Weight 100 each; one of four does not run, one of three running is outdated, and 3 does not list
    // the others (2 of 6 ordered pairs). AS64500 has an IPv6 relay of bob.
    let relays = [
        relay(1, &json!({"contact": "ann", "effective_family": family()})),
        relay(2, &json!({"contact": "ann", "effective_family": family(), "recommended_version": false})),
        relay(3, &json!({"contact": "ann"})),
        relay(4, &json!({"contact": "ann", "running": false})),
        relay(5, &json!({"contact": "bob", "or_addresses": ["192.0.2.5:1", "[2001:db8::5]:1"]})),
    ];
    let report = report(&snapshot(&relays, &[]), "ann");
    let expected = [
        (Action::AddIpv6, 0.0, 100.0),
        (Action::CompleteFamily, 66.667, 100.0),
        (Action::UpdateTor, 66.667, 100.0),
        (Action::BringBack, 75.0, 100.0),
    ];
    let found = actions(&report);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for expected in expected {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
    assert!(report.recommendations.windows(2).all(|pair| pair[0].effect() >= pair[1].effect()));
    assert_eq!(report.insight, Insight::WeightAway { relays: 1, percent: 25.0 });
}

#[test]
fn a_new_country_is_recommended_with_its_effect_and_places_where_others_are() {
    let mut relays: Vec<_> = (1..3)
        .map(|number| relay(number, &json!({"contact": "ann", "effective_family": family()})))
        .collect();
    for number in 10..13 {
        let contact = format!("other {number}");
        relays.push(relay(number, &json!({"contact": contact, "country": "jp", "as": "AS64501"})));
    }
    let report = report(&snapshot(&relays, &[]), "ann");
    // Weight 200 in one country; with 100 elsewhere 1 - 5/9 in one of three parts.
    let after = (1000.0 * 100.0 * (4.0 / 9.0) / 3.0_f64).round() / 1000.0;
    assert_eq!(actions(&report), [(Action::NewCountry, 0.0, after), (Action::NewAs, 0.0, after)]);
    let examples = &report.recommendations[0].examples;
    assert_eq!(*examples, Examples::Countries(vec!["JP".parse().unwrap()]));
}

#[test]
fn the_ladder_says_how_far_the_operator_is() {
    let (mut relays, mut days) = (Vec::new(), Vec::new());
    for operator in 0..5_u32 {
        for number in operator * 3 + 1..operator * 3 + 4 {
            relays.push(relay(number, &json!({"contact": format!("operator {operator}")})));
            days.push((number, 999 - i64::from(operator) * 111));
        }
    }
    let snapshot = snapshot(&relays, &days);
    let report = report(&snapshot, "operator 1");
    let median = report.ladder.iter().find(|step| step.percentile == 50).unwrap();
    // Uptimes 1, 8/9, 7/9, 6/9, 5/9.
    assert!((median.uptime - 7.0 / 9.0).abs() < 1e-9);
    assert!((median.distance_points - 100.0 / 9.0).abs() < 1e-9);
    let half_year = &report.portfolio[Period::SixMonths as usize];
    assert!((half_year.among_all.unwrap().percent - 70.0).abs() < 1e-9);
    assert_eq!((half_year.uptime.eligible, half_year.uptime.total), (3, 3));
    let similar =
        snapshot.report.operators.peers.ladder(crate::scores::SizeClass::UpTo5, PeerMeasure::Uptime);
    assert!((similar.quantile(0.5).unwrap() - 7.0 / 9.0).abs() < 1e-9);
}

#[test]
fn an_operator_without_running_relays_has_a_report() {
    let relays = [relay(1, &json!({"contact": "ann", "running": false}))];
    let snapshot = snapshot(&relays, &[]);
    let report = report(&snapshot, "ann");
    assert_eq!((report.insight, report.score.score), (Insight::NoneRunning, None));
    assert!(report.ladder.is_empty() && report.diversity.is_none());
    assert_eq!((snapshot.report.operators.active, snapshot.report.operators.with_recommendation), (0, 0));
}

#[test]
fn nothing_is_recommended_where_nothing_was_found() {
    let relays = [relay(1, &json!({"contact": "ann"}))];
    let uptime = Some(uptimes(Period::OneMonth, &[(1, vec![Some(900); 31])]));
    let snapshot = Snapshot::with_histories(network(&relays), Histories { uptime, ..Histories::default() });
    let report = report(&snapshot, "ann");
    assert!(report.recommendations.is_empty());
    let points = 100.0 * 0.5 * (1.0 - 900.0 / 999.0) / 0.6;
    let Insight::Costly { part, points: found } = report.insight else { panic!("{:?}", report.insight) };
    assert!(part == HealthPart::Uptime && (found - points).abs() < 1e-9);
    assert_eq!((snapshot.report.operators.active, snapshot.report.operators.with_recommendation), (1, 0));
}
