//! Each check at its limits, and the example of authorities judged.

use super::*;
use crate::Snapshot;
use crate::directory::{DirectoryInputs, example};
use crate::fixture::{network, relay};
use crate::health::{Beside, KnownShare, NetworkHealth};
use serde_json::json;

fn snapshot() -> Snapshot {
    Snapshot::new(network(&[relay(1, &json!({ "consensus_weight_fraction": 1.0, "measured": true }))]))
}

/// The outcome of a check with some sums, on a network of one relay.
fn with_sums(name: HealthCheckName, sums: &Sums) -> Outcome {
    let snapshot = snapshot();
    name.run(Subject { report: &snapshot.report, sums, directory: None, churn: None })
}

fn state(name: HealthCheckName, change: impl Fn(&mut Sums)) -> CheckState {
    let mut sums = Sums::default();
    sums.relays.running = 10_000;
    change(&mut sums);
    with_sums(name, &sums).state
}

/// The outcome of a check of the authorities of the example, with some of it changed.
fn of_authorities(name: HealthCheckName, change: impl Fn(&mut DirectoryInputs)) -> Outcome {
    let mut inputs = example::inputs();
    change(&mut inputs);
    let directory = Directory::new(inputs);
    let snapshot = snapshot();
    name.run(Subject {
        report: &snapshot.report,
        sums: &Sums::default(),
        directory: Some(&directory),
        churn: None,
    })
}

#[test]
fn there_are_fifteen_and_each_says_what_it_saw() {
    let found = NetworkHealth::new(&snapshot(), Beside::NOTHING).checks;
    assert_eq!(found.len(), 15);
    assert!(found.iter().all(|check| check.outcome.evidence.ends_with('.')));
}

#[test]
fn floors_pass_at_the_limit_and_fail_at_seven_tenths() {
    use CheckState::{Fail, Pass, Unknown, Warn};
    let exits = |count| state(HealthCheckName::EnoughExits, |sums| sums.exits = count);
    assert_eq!([1600, 1599, 1120, 1119].map(exits), [Pass, Warn, Warn, Fail]);
    let guards = |count| state(HealthCheckName::EnoughGuards, |sums| sums.guards = count);
    assert_eq!([3000, 2999, 2100, 2099].map(guards), [Pass, Warn, Warn, Fail]);
    let few = state(HealthCheckName::EnoughExits, |sums| sums.relays.running = PUBLIC_RELAYS - 1);
    assert_eq!(few, Unknown);
}

#[test]
fn shares_have_their_limits() {
    use CheckState::{Fail, Pass, Unknown, Warn};
    let measured = |holds| {
        state(HealthCheckName::RelaysMeasured, |sums| sums.unmeasured = KnownShare { holds, known: 1000 })
    };
    assert_eq!([49, 50, 99, 100].map(measured), [Pass, Warn, Warn, Fail]);
    let lost = |lost| {
        state(HealthCheckName::WeightKept, |sums| {
            sums.weight_lost_day = lost;
            sums.weight.running = 1000 - lost;
        })
    };
    assert_eq!([19, 20, 49, 50].map(lost), [Pass, Warn, Warn, Fail]);
    let versions = |holds| {
        state(HealthCheckName::VersionsRecommended, |sums| {
            sums.recommended = KnownShare { holds, known: 1000 }
        })
    };
    assert_eq!([900, 899, 800, 799].map(versions), [Pass, Warn, Warn, Fail]);
    let overloaded = |holds| {
        state(HealthCheckName::RelaysNotOverloaded, |sums| {
            sums.overloaded = KnownShare { holds, known: 1000 }
        })
    };
    assert_eq!([50, 51, 100, 101].map(overloaded), [Pass, Warn, Warn, Fail]);
    for name in
        [HealthCheckName::RelaysMeasured, HealthCheckName::WeightKept, HealthCheckName::VersionsRecommended]
    {
        assert_eq!(state(name, |_| {}), Unknown, "{name:?}");
    }
}

#[test]
fn churn_is_compared_with_its_median() {
    use CheckState::{Fail, Pass, Unknown, Warn};
    let snapshot = snapshot();
    let check = |ratio, median_ratio| {
        let churn = Churn { joined: 1, left: 1, never_seen: 0, ratio, median_ratio, days: 30 };
        let sums = Sums::default();
        let subject = Subject { report: &snapshot.report, sums: &sums, directory: None, churn: Some(&churn) };
        HealthCheckName::ChurnUsual.run(subject).state
    };
    assert_eq!([0.02, 0.021, 0.04, 0.041].map(|ratio| check(ratio, Some(0.01))), [Pass, Warn, Warn, Fail]);
    assert_eq!(check(0.02, None), Unknown);
}

#[test]
fn one_owner_of_everything_is_too_large() {
    for name in [HealthCheckName::LargestOperator, HealthCheckName::LargestAs, HealthCheckName::TopTenAses] {
        assert_eq!(with_sums(name, &Sums::default()).state, CheckState::Fail, "{name:?}");
    }
    let empty = Snapshot::new(network(&[]));
    let found = NetworkHealth::new(&empty, Beside::NOTHING).checks;
    assert!(found.iter().all(|check| check.outcome.state == CheckState::Unknown));
}

#[test]
fn a_consensus_is_fresh_then_late_then_expired() {
    use CheckState::{Fail, Pass, Warn};
    let after = |minutes: i64| {
        of_authorities(HealthCheckName::ConsensusFresh, |inputs| {
            inputs.judged_at = example::NOW.plus_seconds(minutes * 60);
        })
        .state
    };
    assert_eq!([59, 60, 179, 180].map(after), [Pass, Warn, Warn, Fail]);
    let none = of_authorities(HealthCheckName::ConsensusFresh, |inputs| inputs.consensus = None);
    assert_eq!(none.state, CheckState::Unknown);
}

#[test]
fn the_example_of_authorities_is_judged() {
    use HealthCheckName::{AuthoritiesReachable, AuthoritiesVoted, CertificatesValid, ScannersFresh};
    let state = |name| of_authorities(name, |_| {}).state;
    assert_eq!(state(AuthoritiesVoted), CheckState::Pass);
    assert_eq!(state(AuthoritiesReachable), CheckState::Pass);
    assert_eq!(state(ScannersFresh), CheckState::Pass);
    let soon = of_authorities(CertificatesValid, |_| {});
    assert!(soon.evidence.contains("bastet"), "{}", soon.evidence);
}

#[test]
fn authorities_that_are_away_are_counted() {
    use allium_model::ProbeOutcome;
    let away = |count: usize| {
        let found = of_authorities(HealthCheckName::AuthoritiesReachable, |inputs| {
            let identities: Vec<_> =
                inputs.trusted.iter().take(count).map(|trusted| trusted.identity).collect();
            for probe in inputs.probes.iter_mut().filter(|probe| identities.contains(&probe.identity)) {
                probe.outcome = ProbeOutcome::Refused;
            }
        });
        found.state
    };
    assert_eq!([1, 2, 3].map(away), [CheckState::Pass, CheckState::Warn, CheckState::Fail]);
    let unprobed = of_authorities(HealthCheckName::AuthoritiesReachable, |inputs| inputs.probes.clear());
    assert_eq!(unprobed.state, CheckState::Unknown);
}

#[test]
fn votes_and_scanners_may_be_too_few() {
    let voted = |counted: usize| {
        let found = of_authorities(HealthCheckName::AuthoritiesVoted, |inputs| {
            let consensus = inputs.consensus.as_mut().map(std::sync::Arc::make_mut);
            consensus.unwrap().authorities.truncate(counted);
        });
        found.state
    };
    assert_eq!(
        [7, 6, 5, 4].map(voted),
        [CheckState::Pass, CheckState::Warn, CheckState::Warn, CheckState::Fail]
    );
    let none =
        of_authorities(HealthCheckName::ScannersFresh, |inputs| inputs.votes = std::sync::Arc::default());
    assert_eq!(none.state, CheckState::Unknown);
}

#[test]
fn a_certificate_warns_for_two_weeks() {
    let in_days = |days: i64| {
        let found = of_authorities(HealthCheckName::CertificatesValid, |inputs| {
            inputs.votes = std::sync::Arc::default();
            for round in &mut inputs.rounds {
                round.certificate_expires = Some(inputs.judged_at.plus_seconds(days * 86_400));
            }
        });
        found.state
    };
    assert_eq!([15, 14, 0].map(in_days), [CheckState::Pass, CheckState::Warn, CheckState::Fail]);
}
