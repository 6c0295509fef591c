//! The boards of small networks, worked by hand, and what holds for every network.

use super::*;
use crate::Snapshot;
use crate::fixture::{network, relay, uptimes};
use allium_model::{OperatorKey, Period};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Names, ranks and values of a board.
fn board(snapshot: &Snapshot, category: Category) -> Vec<(String, usize, f64)> {
    let name = |operator| match snapshot.network.operator(operator) {
        OperatorKey::VerifiedDomain(text) | OperatorKey::ClaimedDomain(text) | OperatorKey::Contact(text) => {
            snapshot.network.text(text).to_owned()
        }
    };
    let standings = snapshot.report.leaderboards.board(category).standings().iter();
    standings.map(|standing| (name(standing.operator), standing.rank, standing.value)).collect()
}

#[track_caller]
fn check(snapshot: &Snapshot, category: Category, expected: &[(&str, usize, f64)]) {
    let found = board(snapshot, category);
    assert_eq!(found.len(), expected.len(), "{category:?}: {found:?}");
    for ((name, rank, value), (expected_name, expected_rank, expected_value)) in found.iter().zip(expected) {
        assert_eq!((name.as_str(), rank), (*expected_name, expected_rank), "{category:?}: {found:?}");
        assert!((value - expected_value).abs() < 1e-9, "{category:?}: {found:?}");
    }
}

/// ann: an exit in Germany, a guard on FreeBSD in Japan. bob: two middles in Japan, one with IPv6.
/// eve: not running. Nobody: one relay without contact.
fn small() -> Snapshot {
    let exit = json!(["Exit", "Fast", "Running"]);
    let guard = json!(["Guard", "Fast", "Running"]);
    let relays = [
        relay(
            1,
            &json!({"contact": "ann", "flags": exit, "consensus_weight": 400, "observed_bandwidth": 10}),
        ),
        relay(
            2,
            &json!({"contact": "ann", "flags": guard, "country": "jp", "as": "AS64501", "observed_bandwidth": 20,
                "platform": "Tor 0.4.8.21 on FreeBSD", "first_seen": "2025-02-01 00:00:00"}),
        ),
        relay(3, &json!({"contact": "bob", "country": "jp", "observed_bandwidth": 15})),
        relay(
            4,
            &json!({"contact": "bob", "country": "jp", "observed_bandwidth": 15,
                "or_addresses": ["192.0.2.3:9002", "[2001:db8::1]:9002"]}),
        ),
        relay(5, &json!({"contact": "eve", "running": false, "flags": ["Fast"]})),
        relay(6, &json!({"contact": null, "flags": exit, "consensus_weight": 400, "observed_bandwidth": 99})),
    ];
    Snapshot::new(network(&relays))
}

#[test]
fn counts_and_shares_are_those_worked_by_hand() {
    let snapshot = small();
    check(&snapshot, Category::Bandwidth, &[("ann", 1, 30.0), ("bob", 1, 30.0)]);
    check(&snapshot, Category::ConsensusWeight, &[("ann", 1, 500.0 / 1100.0), ("bob", 2, 200.0 / 1100.0)]);
    check(&snapshot, Category::ExitAuthority, &[("ann", 1, 0.5)]);
    check(&snapshot, Category::GuardAuthority, &[("ann", 1, 1.0)]);
    check(&snapshot, Category::ExitOperators, &[("ann", 1, 1.0)]);
    check(&snapshot, Category::GuardOperators, &[("ann", 1, 1.0)]);
    check(&snapshot, Category::PlatformDiversity, &[("ann", 1, 1.0)]);
    check(&snapshot, Category::NonEuLeaders, &[("bob", 1, 2.0), ("ann", 2, 1.0)]);
    check(&snapshot, Category::FrontierBuilders, &[("ann", 1, 2.0), ("bob", 2, 1.0)]);
    check(&snapshot, Category::NetworkVeterans, &[("ann", 1, 730.0), ("bob", 1, 730.0)]);
    check(&snapshot, Category::Ipv4Leaders, &[("ann", 1, 2.0), ("bob", 2, 1.0)]);
    check(&snapshot, Category::Ipv6Leaders, &[("bob", 1, 1.0)]);
}

#[test]
fn diversity_points_follow_the_formula() {
    // AS64500 holds 1000 of 1100 (dominant) with two operators: score 0 + 1. AS64501 holds 100 of 1100;
    // with two ASes every threshold is the largest share, so base 3, and one operator: 3 + 2.
    let snapshot = small();
    let ann = 3.0 * 2.0 + (1.0 + 5.0) / 2.5 + 2.0;
    let bob = 3.0 + 1.0 / 2.5 + 1.0;
    check(&snapshot, Category::MostDiverse, &[("ann", 1, ann), ("bob", 2, bob)]);
}

#[test]
fn boards_without_their_document_say_so() {
    let snapshot = small();
    let missing = |category| snapshot.report.leaderboards.board(category).missing;
    assert_eq!(missing(Category::ReliabilityMasters), Some(MissingData::Uptime));
    assert_eq!(missing(Category::BandwidthLegends), Some(MissingData::Bandwidth));
    assert_eq!(missing(Category::ValidatedRelays), Some(MissingData::Proofs));
    assert_eq!(missing(Category::Bandwidth), None);
    check(&snapshot, Category::ValidatedRelays, &[]);
}

/// Operators by name with so many relays of so much uptime each, over six months.
fn with_uptimes(operators: &[(&str, u32, i64)]) -> Snapshot {
    let (mut relays, mut histories) = (Vec::new(), Vec::new());
    for (name, count, value) in operators {
        for _ in 0..*count {
            let number = relays.len() as u32 + 1;
            relays.push(relay(number, &json!({"contact": name})));
            histories.push((number, vec![Some(*value); 184]));
        }
    }
    let uptime = Some(uptimes(Period::SixMonths, &histories));
    Snapshot::with_histories(network(&relays), Histories { uptime, ..Histories::default() })
}

#[test]
fn masters_need_25_relays_and_champions_95_percent() {
    let snapshot = with_uptimes(&[("ann", 25, 999), ("bob", 24, 999), ("cat", 26, 900), ("dan", 30, 999)]);
    let expected = [("ann", 1, 1.0), ("dan", 1, 1.0), ("cat", 3, 900.0 / 999.0)];
    check(&snapshot, Category::ReliabilityMasters, &expected);
    check(&snapshot, Category::LegacyTitans, &[]);
    let boards = &snapshot.report.leaderboards;
    assert_eq!(boards.reliability_champions().count(), 2);
    assert_eq!(boards.board(Category::LegacyTitans).missing, None);
    let cat = boards.board(Category::ReliabilityMasters).standings()[2].operator;
    let place = boards.board(Category::ReliabilityMasters).place(cat).unwrap();
    assert_eq!((place.rank, place.ranked, place.title()), (3, 3, Some(Title::Podium("Reliability hero"))));
}

#[test]
fn veterans_of_many_relays_get_the_documented_factor() {
    let expected =
        [(1, 1.0), (9, 1.0), (10, 1.05), (20, 1.1), (50, 1.15), (100, 1.2), (200, 1.25), (300, 1.3)];
    for (relays, factor) in expected {
        assert!((veteran_factor(relays) - factor).abs() < 1e-12, "{relays}");
    }
}

fn any_relay() -> impl Strategy<Value = Value> {
    let contact = prop::sample::select(vec!["ann", "bob", "cat", "dan", ""]);
    let country = prop::sample::select(vec!["de", "jp", "us"]);
    (contact, country, 0..5_u32, any::<bool>()).prop_map(|(contact, country, weight, running)| {
        json!({"contact": contact, "country": country, "consensus_weight": weight * 10,
            "observed_bandwidth": weight, "running": running, "as": format!("AS{}", 64_500 + weight)})
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_the_document_changes_no_board_and_ranks_are_competition_ranks(
        fields in prop::collection::vec(any_relay(), 1..24),
        seed in any::<u64>(),
    ) {
        let relays: Vec<Value> =
            fields.iter().enumerate().map(|(number, fields)| relay(number as u32 + 1, fields)).collect();
        let mut shuffled = relays.clone();
        shuffled.rotate_left((seed % relays.len() as u64) as usize);
        let (left, right) = (Snapshot::new(network(&relays)), Snapshot::new(network(&shuffled)));
        for category in Category::ALL {
            let rows = board(&left, category);
            prop_assert_eq!(&rows, &board(&right, category));
            for (_, rank, value) in &rows {
                prop_assert!(*value > 0.0);
                prop_assert_eq!(*rank, 1 + rows.iter().filter(|row| row.2 - value > 1e-8).count());
            }
            prop_assert!(rows.iter().all(|(name, _, _)| !name.is_empty()));
        }
    }
}
