//! The table of facts of simulated networks, and how much of it a decision looks at.

use super::*;
use crate::facts::measure::looks;
use crate::{
    Digest, Inputs, ReceiverId, Repeat, States, Subscription, SubscriptionId, Watch, Watches, decide,
};
use allium_analysis::Snapshot;
use allium_documents::Limits as DocumentLimits;
use allium_documents::onionoo::{BuildInputs, build_network, read_uptime_table};
use allium_model::{Flag, Histories, Network};
use allium_sim::{SimOptions, Simulation};
use std::sync::Arc;

fn simulated() -> (Network, Histories) {
    let options = SimOptions { relays: 400, days: 40, seed: 7, end: Timestamp(1_769_904_000) };
    let simulation = Simulation::run(&options);
    let (mut details, mut uptime) = (Vec::new(), Vec::new());
    simulation.write_details(&mut details).unwrap();
    simulation.write_uptime(&mut uptime).unwrap();
    let (table, _) = read_uptime_table(&uptime, &DocumentLimits::default()).unwrap();
    let network = build_network(&details, &BuildInputs::default()).unwrap().network;
    (network, Histories { uptime: Some(Arc::new(table)), ..Histories::default() })
}

#[test]
fn the_table_says_what_the_snapshot_says() {
    let (network, histories) = simulated();
    let snapshot = Snapshot::with_histories(network, histories);
    let facts = Facts::new(&snapshot, None);
    let network = &snapshot.network;
    assert_eq!((facts.data_time, facts.relays().len()), (network.published(), network.relays().len()));
    for (relay, known) in network.relays().iter().zip(facts.relays()) {
        assert_eq!(
            (relay.fingerprint, relay.running),
            (known.fingerprint, known.presence == Presence::Present)
        );
        assert_eq!((relay.asn, relay.country), (known.as_number, known.country));
    }
    let known = facts.relays().iter().filter(|relay| relay.usual_flags.is_some()).count();
    assert!(10 * known > 9 * facts.relays().len(), "{known}");
    // Most relays have the flags that are usual for them.
    let odd = facts
        .relays()
        .iter()
        .filter(|relay| relay.lost_flags().is_some_and(|lost| lost.contains(Flag::Fast)));
    assert!(5 * odd.count() < facts.relays().len());
    let german = facts.place(&Target::Country("DE".parse().unwrap())).unwrap();
    let expected = network.relays().iter().filter(|relay| relay.country == "DE".parse().ok()).count();
    assert_eq!(facts.members(german).len(), expected);
}

#[test]
fn a_relay_that_a_newer_network_does_not_hold_is_absent_for_a_week() {
    let (network, _) = simulated();
    let published = network.published();
    let gone = |hours: i64| RelayFacts {
        last_seen: published.plus_seconds(-hours * 3600),
        ..RelayFacts::new(Fingerprint([hours as u8; 20]))
    };
    let before = Facts::of_relays(published, vec![gone(3), gone(169)]);
    let facts = Facts::new(&Snapshot::new(network), Some(&before));
    let presence = |hours: u8| facts.relay(Fingerprint([hours; 20])).map(|relay| relay.presence);
    assert_eq!((presence(3), presence(169)), (Some(Presence::Absent { hours: 3 }), None));
}

/// 2,000 relays, every hundredth away, a quarter of them of AS1.
fn table() -> Facts {
    let relay = |number: u32| {
        let mut bytes = [0; 20];
        bytes[16..].copy_from_slice(&number.to_be_bytes());
        let is_away = number.is_multiple_of(100);
        RelayFacts {
            presence: if is_away { Presence::Absent { hours: 5 } } else { Presence::Present },
            as_number: Some(AsNumber(number % 4)),
            ..RelayFacts::new(Fingerprint(bytes))
        }
    };
    Facts::of_relays(Timestamp(3600), (0..2000).map(relay).collect())
}

#[test]
fn a_decision_looks_at_few_relays_however_many_there_are() {
    let facts = table();
    let fingerprint = facts.relays()[0].fingerprint;
    let targets =
        [Target::Relay(fingerprint), Target::Network, Target::As(AsNumber(0)), Target::As(AsNumber(9))];
    let of = |(id, target): (u64, &Target)| Subscription {
        id: SubscriptionId(id),
        target: target.clone(),
        watches: Watches::new([Watch::Absent { hours: 3 }, Watch::Overloaded]),
        receiver: ReceiverId(1),
        digest: Digest::AtOnce,
        repeat: Repeat::default(),
    };
    let subscriptions: Vec<_> = (0..).zip(targets.iter().cycle().take(400)).map(of).collect();
    let before = looks();
    let outcome = decide(&Inputs {
        now: Timestamp(3600),
        facts: &facts,
        incidents: &[],
        subscriptions: &subscriptions,
        states: &States::default(),
        silences: &[],
        maintenance: &[],
        receivers: &[],
        sent: &[],
    });
    // Twenty are away, all of AS0: a relay is looked at twice for each alert, and never for those that are well.
    assert_eq!(
        outcome.deliveries().map(|delivery| delivery.alerts.len()).sum::<usize>(),
        100 * (1 + 20 + 20)
    );
    assert_eq!(looks() - before, 100 * 2 * (1 + 20 + 20));
}
