//! The written documents are read back with the crates that read the real ones.

#![expect(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use allium_documents::onionoo::{
    BuildInputs, BuiltNetwork, build_network, earliest_presence, read_uptime, read_uptime_table,
};
use allium_documents::{Limits, read_aroi};
use allium_model::{AroiState, Fingerprint, History, Relay, Role, Timestamp};
use allium_sim::{SimOptions, Simulation};
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

const OPTIONS: SimOptions = SimOptions { relays: 1000, days: 90, seed: 42, end: Timestamp(1_771_765_200) };

struct Documents {
    details: Vec<u8>,
    uptime: Vec<u8>,
    aroi: Vec<u8>,
    truth: Vec<u8>,
}

fn documents(options: SimOptions) -> Documents {
    let simulation = Simulation::run(&options);
    let mut documents =
        Documents { details: Vec::new(), uptime: Vec::new(), aroi: Vec::new(), truth: Vec::new() };
    simulation.write_details(&mut documents.details).unwrap();
    simulation.write_uptime(&mut documents.uptime).unwrap();
    simulation.write_aroi(&mut documents.aroi).unwrap();
    simulation.write_truth(&mut documents.truth).unwrap();
    documents
}

fn build(documents: &Documents) -> BuiltNetwork {
    let limits = Limits::default();
    let aroi = read_aroi(&documents.aroi, &limits).unwrap();
    assert_eq!(aroi.warnings, []);
    let (table, envelope) = read_uptime_table(&documents.uptime, &limits).unwrap();
    let earliest = earliest_presence(&table);
    assert_eq!(envelope.warnings, []);
    let inputs =
        BuildInputs { aroi: Some(&aroi), earliest: Some(&earliest), limits, ..BuildInputs::default() };
    build_network(&documents.details, &inputs).unwrap()
}

/// The network of the details document alone, which takes less time than all documents.
fn build_details(options: SimOptions) -> BuiltNetwork {
    let simulation = Simulation::run(&options);
    let (mut details, mut aroi) = (Vec::new(), Vec::new());
    simulation.write_details(&mut details).unwrap();
    simulation.write_aroi(&mut aroi).unwrap();
    let aroi = read_aroi(&aroi, &Limits::default()).unwrap();
    build_network(&details, &BuildInputs { aroi: Some(&aroi), ..BuildInputs::default() }).unwrap()
}

fn share(relays: &[Relay], is_counted: impl Fn(&Relay) -> bool) -> f64 {
    relays.iter().filter(|relay| is_counted(relay)).count() as f64 / relays.len() as f64
}

#[test]
fn the_same_options_give_the_same_bytes_and_another_seed_others() {
    let options = SimOptions { relays: 200, days: 30, ..OPTIONS };
    let (first, second) = (documents(options), documents(options));
    assert!(first.details == second.details && first.uptime == second.uptime);
    assert!(first.aroi == second.aroi && first.truth == second.truth);
    let other = documents(SimOptions { seed: 43, ..options });
    assert!(first.details != other.details && first.uptime != other.uptime);
}

#[test]
fn documents_of_any_size_are_read_back_without_a_warning() {
    for (relays, days, seed) in [(1, 1, 1), (7, 3, 2), (60, 400, 3), (300, 90, 4), (1000, 35, 5)] {
        let built = build(&documents(SimOptions { relays, days, seed, ..OPTIONS }));
        assert_eq!(built.report.warnings, []);
        assert_eq!(built.report.envelope.relays, relays);
        assert_eq!(built.report.first_seen.corrected, 0);
    }
}

#[test]
fn shares_of_the_running_network_sum_to_one() {
    let built = build_details(OPTIONS);
    let sum =
        |value: fn(&Relay) -> Option<f64>| -> f64 { built.network.relays().iter().filter_map(value).sum() };
    for value in [
        |relay: &Relay| relay.consensus_weight_fraction,
        |relay: &Relay| relay.guard_probability,
        |relay: &Relay| relay.middle_probability,
        |relay: &Relay| relay.exit_probability,
    ] {
        assert!((sum(value) - 1.0).abs() < 1e-6, "{}", sum(value));
    }
}

#[test]
fn the_network_looks_like_the_real_one() {
    for seed in [1, 2, 3] {
        let built = build_details(SimOptions { seed, relays: 2000, ..OPTIONS });
        let relays = built.network.relays();
        let expected = [
            ("running", share(relays, |relay| relay.running), 0.88..0.95),
            ("exits", share(relays, |relay| relay.role() == Role::Exit), 0.15..0.40),
            ("guards", share(relays, |relay| relay.role() == Role::Guard), 0.25..0.65),
            ("IPv6", share(relays, |relay| relay.or_addresses.len() > 1), 0.42..0.68),
            ("valid proofs", share(relays, |relay| relay.aroi == AroiState::Valid), 0.22..0.38),
            ("no contact", share(relays, |relay| relay.contact.is_none()), 0.09..0.17),
            ("recommended", share(relays, |relay| relay.recommended_version == Some(true)), 0.65..0.93),
        ];
        for (name, share, range) in expected {
            assert!(range.contains(&share), "{name}: {share} with seed {seed}");
        }
    }
}

#[test]
fn families_are_symmetric_and_have_at_most_500_members() {
    let built = build_details(SimOptions { relays: 8000, days: 2, ..OPTIONS });
    let network = &built.network;
    let effective = |member: &Fingerprint| network.relay(network.find(*member).unwrap()).family.effective;
    let (mut largest, mut alleged) = (0, 0);
    for relay in network.relays() {
        let members = network.family_list(relay.family.effective);
        assert!(members.contains(&relay.fingerprint));
        assert!(members.iter().all(|member| effective(member) == relay.family.effective));
        for claimed in network.family_list(relay.family.alleged) {
            alleged += 1;
            assert!(!network.family_list(effective(claimed)).contains(&relay.fingerprint));
        }
        largest = largest.max(members.len());
    }
    assert!((100..=500).contains(&largest) && alleged > 0, "{largest}, {alleged}");
    assert!(network.relays().iter().any(|relay| !relay.family_ids.is_empty()));
}

#[test]
fn addresses_are_reserved_ones_and_hold_at_most_eight_relays() {
    let built = build_details(OPTIONS);
    let mut relays_by_address: HashMap<IpAddr, usize> = HashMap::new();
    let mut sockets = HashSet::new();
    for relay in built.network.relays() {
        let exits = relay.exit_addresses.iter().copied();
        let addresses = relay.or_addresses.iter().map(std::net::SocketAddr::ip).chain(exits);
        for address in addresses {
            assert!(is_reserved(address), "{address}");
        }
        *relays_by_address.entry(relay.or_addresses[0].ip()).or_default() += 1;
        assert!(relay.or_addresses.iter().all(|socket| sockets.insert(*socket)));
        assert!(relay.asn.is_some_and(|asn| asn.0 >= 64_496));
    }
    assert!(relays_by_address.values().all(|count| *count <= 8));
}

#[test]
fn some_relays_carry_the_texts_of_attackers() {
    let built = build_details(OPTIONS);
    let network = &built.network;
    let has = |needle: &str| {
        let contacts = network.relays().iter().filter_map(|relay| network.optional_text(relay.contact));
        contacts.into_iter().any(|contact| contact.contains(needle))
    };
    for needle in ["<script>", "=cmd|", "\u{202e}", "\u{1b}[31m", "verylongcontactverylong", "{{7*7}}"] {
        assert!(has(needle), "{needle:?}");
    }
}

#[test]
fn times_of_a_relay_are_in_order() {
    for seed in 1..6 {
        for relay in build_details(SimOptions { seed, days: 40, ..OPTIONS }).network.relays() {
            assert!(relay.first_seen <= relay.last_seen && relay.last_seen <= OPTIONS.end);
            assert!(relay.last_changed_address_or_port.is_some_and(|time| time >= relay.first_seen));
            assert_eq!(relay.running, relay.last_seen == OPTIONS.end);
        }
    }
}

fn is_reserved(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => matches!(
            address.octets(),
            [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [198, 18 | 19, ..] | [10, ..]
        ),
        IpAddr::V6(address) => address.segments()[..2] == [0x2001, 0xdb8],
    }
}

#[test]
fn histories_keep_to_the_rules_of_onionoo() {
    let documents = documents(SimOptions { relays: 300, days: 400, ..OPTIONS });
    let mut with_year = 0;
    read_uptime(&documents.uptime, &Limits::default(), &mut |relay| {
        for (period, bin_hours) in [("1_month", 4), ("6_months", 12), ("1_year", 48), ("5_years", 240)] {
            let Some(wire) = relay.uptime.get(period) else { continue };
            let history = wire.check()?;
            assert_eq!((Some(history.len()), history.interval_seconds), (wire.count, bin_hours * 3600));
            assert_eq!((history.midpoint(0).0 - bin_hours * 1800).rem_euclid(bin_hours * 3600), 0);
            assert!(wire.values.first().unwrap().is_some() && wire.values.last().unwrap().is_some());
            assert!(history.values().flatten().all(|value| (0.0..=1.000_001).contains(&value)));
            assert!(history.end(history.len() - 1) <= OPTIONS.end);
            with_year += usize::from(period == "1_year");
        }
        assert!(relay.uptime.contains_key("1_month") && relay.flags.contains_key("Running"));
        Ok(())
    })
    .unwrap();
    assert!(with_year > 50, "{with_year}");
}

#[test]
fn a_relay_in_an_incident_is_absent_in_its_hours() {
    let documents = documents(SimOptions { relays: 1500, days: 90, ..OPTIONS });
    let truth: serde_json::Value = serde_json::from_slice(&documents.truth).unwrap();
    let histories = month_histories(&documents.uptime);
    let mut kinds = HashSet::new();
    let mut bins = 0;
    for event in truth["events"].as_array().unwrap() {
        let time = |field: &str| event[field].as_str().map(|text| text.parse::<Timestamp>().unwrap());
        let (start, end) = (time("start").unwrap(), time("end").unwrap_or(OPTIONS.end.plus_seconds(3600)));
        kinds.insert(event["kind"].as_str().unwrap().to_owned());
        for fingerprint in event["fingerprints"].as_array().into_iter().flatten() {
            let Some(history) = histories.get(fingerprint.as_str().unwrap()) else { continue };
            bins += absent_bins(history, start, end);
        }
    }
    assert!(bins > 1000, "{bins}");
    for kind in ["outage", "update", "departure", "as_outage", "operator_outage", "version_outage"] {
        assert!(kinds.contains(kind), "{kind} is missing");
    }
}

fn month_histories(uptime: &[u8]) -> HashMap<String, History> {
    let mut histories = HashMap::new();
    read_uptime(uptime, &Limits::default(), &mut |relay| {
        histories.insert(relay.fingerprint.0.into_owned(), relay.uptime["1_month"].check()?);
        Ok(())
    })
    .unwrap();
    histories
}

/// Number of bins that lie wholly between two times, in which the relay must be absent.
fn absent_bins(history: &History, start: Timestamp, end: Timestamp) -> usize {
    let half = history.interval_seconds / 2;
    let mut bins = 0;
    for (bin, value) in history.values().enumerate() {
        let middle = history.midpoint(bin);
        if middle.plus_seconds(-half) >= start && middle.plus_seconds(half) <= end {
            assert!(value.is_none_or(|value| value == 0.0), "{value:?} at {middle}");
            bins += 1;
        }
    }
    bins
}
