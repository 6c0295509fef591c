//! Hand-worked hours, and bounds that always hold.

use super::*;
use allium_model::{FlagSet, NetworkRecord, RecordSource, RelayAttributes};
use proptest::prelude::*;

const GUARD: &[Flag] = &[Flag::Running, Flag::Guard];
const EXIT: &[Flag] = &[Flag::Running, Flag::Exit];

struct Made {
    number: u8,
    flags: &'static [Flag],
    weight: u32,
    asn: u32,
    country: &'static str,
}

fn relay(number: u8, flags: &'static [Flag], weight: u32, asn: u32, country: &'static str) -> Made {
    Made { number, flags, weight, asn, country }
}

fn hour(at: i64, relays: &[Made]) -> HourRecord<'static> {
    let record = |made: &Made| RelayRecord {
        fingerprint: Fingerprint([made.number; 20]),
        flags: made.flags.iter().copied().collect::<FlagSet>(),
        weight: Some(made.weight),
        is_measured: Some(true),
        attributes: RelayAttributes {
            as_number: Some(AsNumber(made.asn)),
            country: made.country.parse().ok(),
            platform: Some("Tor 0.4.8.10 on Linux"),
            operator: Some(OperatorId::of_domain(&format!("{}.example", made.asn))),
            ..RelayAttributes::default()
        },
    };
    HourRecord {
        valid_after: Timestamp(at * 3600),
        source: RecordSource::Consensus,
        digest: [0; 32],
        relays: relays.iter().map(record).collect(),
        network: NetworkRecord::default(),
        authorities: Vec::new(),
    }
}

#[test]
fn hand_worked_spread_of_one_hour() {
    let relays = [
        relay(1, GUARD, 30, 1, "DE"),
        relay(2, GUARD, 10, 2, "DE"),
        relay(3, EXIT, 40, 2, "FR"),
        relay(4, EXIT, 20, 1, "DE"),
    ];
    let found = HealthFold::default().take(&hour(0, &relays)).unwrap();
    // ASes and operators 50, 50: 2 of 50; countries 60, 40: 1 / 0.52 of 20; one platform of 3.
    let diversity = (2.0 / 50.0 + 2.0 / 50.0 + 1.0 / 0.52 / 20.0 + 1.0 / 3.0) / 4.0;
    assert!((found.components[2].unwrap() - diversity).abs() < 1e-9);
    // Guards: AS 30 of 40, country 40 of 40; exits: AS 40 of 60, country 40 of 60; operators are as ASes.
    let resilience = (0.25 + 1.0 / 3.0 + 0.0 + 1.0 / 3.0 + 0.25 + 1.0 / 3.0) / 6.0;
    assert!((found.components[3].unwrap() - resilience).abs() < 1e-9);
    assert_eq!((found.components[0], found.components[1], found.components[4]), (None, None, None));
    assert_eq!(found.countries.map(|countries| countries.len()), Some(2));
}

#[test]
fn weight_that_left_counts_for_seven_days() {
    let mut fold = HealthFold::default();
    let both = [relay(1, GUARD, 30, 1, "DE"), relay(2, GUARD, 10, 2, "DE")];
    for at in 0..=168 {
        let found = fold.take(&hour(at, &both)).unwrap();
        assert_eq!(found.components[0], (at >= 168).then_some(1.0), "{at}");
    }
    let alone = |fold: &mut HealthFold, at| fold.take(&hour(at, &both[..1])).unwrap().components[0];
    assert_eq!(alone(&mut fold, 169), Some(0.75));
    assert_eq!(alone(&mut fold, 168 + 168), Some(0.75));
    assert_eq!(alone(&mut fold, 168 + 169), Some(1.0));
}

#[test]
fn uptime_counts_known_hours_only() {
    let mut fold = HealthFold::default();
    let both = [relay(1, GUARD, 30, 1, "DE"), relay(2, GUARD, 10, 2, "DE")];
    let mut last = None;
    // Every second hour is a gap; relay 2 is there in half of the known ones.
    for at in (0..=720).step_by(2) {
        let count = if at % 4 == 0 { 2 } else { 1 };
        last = fold.take(&hour(at, &both[..count]));
        assert_eq!(last.unwrap().components[1].is_some(), at >= 360, "{at}");
    }
    // The window holds the hours 2 to 720 of which 360 are known: 1.0 of 30, 0.5 of 10.
    assert!((last.unwrap().components[1].unwrap() - 0.875).abs() < 1e-6);
}

#[test]
fn hours_that_are_no_later_change_nothing() {
    let mut fold = HealthFold::default();
    let relays = [relay(1, GUARD, 30, 1, "DE")];
    assert!(fold.take(&hour(5, &relays)).is_some());
    assert!(fold.take(&hour(5, &relays)).is_none() && fold.take(&hour(4, &relays)).is_none());
    assert!(fold.take(&hour(6, &[])).is_some_and(|found| found.components == [None; 5]));
}

#[test]
fn what_a_document_does_not_say_goes_on() {
    let mut fold = HealthFold::default();
    let told = hour(0, &[relay(1, EXIT, 30, 1, "DE")]);
    let before = fold.take(&told).unwrap();
    let mut silent = hour(1, &[relay(1, EXIT, 30, 1, "DE")]);
    silent.relays[0].attributes = RelayAttributes::default();
    let after = fold.take(&silent).unwrap();
    assert_eq!((before.components, before.countries), (after.components, after.countries));
}

proptest! {
    #[test]
    fn components_are_shares_and_do_not_depend_on_the_order_of_relays(
        hours in prop::collection::vec(prop::collection::vec((1..20_u8, 0..1000_u32, 1..5_u32), 0..12), 1..40),
    ) {
        let (mut forwards, mut backwards) = (HealthFold::default(), HealthFold::default());
        for (at, relays) in (0..).map(|at| at * 20).zip(hours) {
            let made = |(number, weight, asn): &(u8, u32, u32)| {
                relay(*number, if number % 2 == 0 { GUARD } else { EXIT }, *weight, *asn, "DE")
            };
            let mut record = hour(at, &relays.iter().map(made).collect::<Vec<_>>());
            record.relays.sort_by_key(|relay| relay.fingerprint);
            record.relays.dedup_by_key(|relay| relay.fingerprint);
            let found = forwards.take(&record).unwrap();
            record.relays.reverse();
            let other = backwards.take(&record).unwrap();
            for (left, right) in found.components.iter().zip(other.components) {
                prop_assert!(left.is_none_or(|ratio| (0.0..=1.0).contains(&ratio)), "{:?}", found);
                prop_assert!((left.unwrap_or(-1.0) - right.unwrap_or(-1.0)).abs() < 1e-9);
            }
        }
    }
}
