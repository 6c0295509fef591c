//! The bandwidth, weights and clients documents are read back and compared with the truth.

#![expect(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use allium_documents::Limits;
use allium_documents::onionoo::{
    BuildInputs, build_network, read_bandwidth_table, read_clients, read_uptime_table, read_weights_table,
};
use allium_model::{
    BridgeClients, Date, Flag, History, HistoryTable, Period, PeriodHistories, RelayBandwidth, RelayWeights,
    Timestamp,
};
use allium_sim::{SimOptions, Simulation};
use std::io;

const OPTIONS: SimOptions = SimOptions { relays: 600, days: 120, seed: 42, end: Timestamp(1_771_765_200) };

fn written(write: &dyn Fn(&mut dyn io::Write) -> io::Result<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    bytes
}

fn documents(options: SimOptions) -> [Vec<u8>; 4] {
    let simulation = Simulation::run(&options);
    [
        written(&|out| simulation.write_bandwidth(out)),
        written(&|out| simulation.write_weights(out)),
        written(&|out| simulation.write_clients(out)),
        written(&|out| simulation.write_truth(out)),
    ]
}

struct Read {
    bandwidth: HistoryTable<RelayBandwidth>,
    weights: HistoryTable<RelayWeights>,
    clients: BridgeClients,
    traffic: serde_json::Value,
}

fn read(options: SimOptions) -> Read {
    let [bandwidth, weights, clients, truth] = documents(options);
    let limits = Limits::default();
    let (bandwidth, bandwidth_envelope) = read_bandwidth_table(&bandwidth, &limits).unwrap();
    let (weights, weights_envelope) = read_weights_table(&weights, &limits).unwrap();
    let (clients, clients_envelope) = read_clients(&clients, &limits).unwrap();
    for envelope in [bandwidth_envelope, weights_envelope, clients_envelope] {
        assert_eq!((envelope.warnings, envelope.relays_published), (vec![], options.end));
    }
    let truth: serde_json::Value = serde_json::from_slice(&truth).unwrap();
    Read { bandwidth, weights, clients, traffic: truth["traffic"].clone() }
}

#[test]
fn the_same_options_give_the_same_bytes_and_another_seed_others() {
    let options = SimOptions { relays: 100, days: 40, ..OPTIONS };
    assert!(documents(options) == documents(options));
    let other = documents(SimOptions { seed: 43, ..options });
    assert!(documents(options).iter().zip(&other).all(|(first, other)| first != other));
}

#[test]
fn documents_of_any_size_are_read_back_without_a_warning() {
    for (relays, days, seed) in [(1, 1, 1), (1, 2, 9), (7, 3, 2), (40, 800, 3), (300, 35, 4)] {
        let read = read(SimOptions { relays, days, seed, ..OPTIONS });
        assert!(read.bandwidth.len() <= relays && read.weights.len() == read.bandwidth.len());
    }
}

fn check_rules(histories: &PeriodHistories, bin_hours: [i64; 4], range: std::ops::RangeInclusive<f64>) {
    for (period, history) in histories.iter() {
        let bin_hours = bin_hours[period as usize];
        assert_eq!(history.interval_seconds, bin_hours * 3600);
        assert_eq!(history.start().0.rem_euclid(bin_hours * 3600), 0);
        assert!(history.end(history.len() - 1) <= OPTIONS.end);
        assert!(history.value(0).is_some() && history.value(history.len() - 1).is_some());
        assert!(history.values().flatten().all(|value| range.contains(&value)));
    }
}

#[test]
fn histories_keep_to_the_rules_of_onionoo() {
    let read = read(SimOptions { relays: 200, days: 400, ..OPTIONS });
    for (_, relay) in read.bandwidth.iter() {
        check_rules(&relay.read, [24, 24, 48, 240], 0.0..=160e6);
        check_rules(&relay.written, [24, 24, 48, 240], 0.0..=180e6);
    }
    for (_, relay) in read.weights.iter() {
        check_rules(&relay.consensus_weight, [4, 24, 48, 240], 0.0..=1e7);
        for shares in [
            &relay.consensus_weight_fraction,
            &relay.guard_probability,
            &relay.middle_probability,
            &relay.exit_probability,
        ] {
            check_rules(shares, [4, 24, 48, 240], 0.0..=1.0);
        }
    }
    let overloads = read.bandwidth.iter().filter(|(_, relay)| relay.rate_limit_overload.is_some()).count();
    assert!((1..30).contains(&overloads), "{overloads}");
}

/// The sum of the known values at a time over relays.
fn sum_at<'t>(histories: impl Iterator<Item = Option<&'t History>>, time: Timestamp) -> f64 {
    let value = |history: &History| {
        let bin = time.seconds_since(history.start()).div_euclid(history.interval_seconds);
        history.value(usize::try_from(bin).ok()?)
    };
    histories.flatten().filter_map(value).sum()
}

/// Noon of the days of half a year that every relay could report on, with their place in the truth.
fn whole_days(traffic: &serde_json::Value) -> Vec<(usize, Timestamp)> {
    let first: Date = traffic["first_day"].as_str().unwrap().parse().unwrap();
    let last = OPTIONS.end.date();
    (first.0 + 1..last.0)
        .map(|day| ((day - first.0) as usize, Date(day).start().plus_seconds(12 * 3600)))
        .collect()
}

#[test]
fn what_relays_read_on_a_day_is_what_was_simulated() {
    let read = read(OPTIONS);
    let days = whole_days(&read.traffic);
    assert!(days.len() > 100);
    for (position, noon) in days {
        let histories = read
            .bandwidth
            .iter()
            .map(|(_, relay)| relay.read.longest(Period::SixMonths).map(|(_, history)| history));
        let (sum, truth) =
            (sum_at(histories, noon), read.traffic["read_bytes_per_second"][position].as_f64().unwrap());
        // Values are cut to thousandths of the largest, and a relay of one day has no history.
        assert!((sum / truth - 1.0).abs() < 0.01, "{sum} for {truth} at {noon}");
    }
}

#[test]
fn the_week_and_the_growth_can_be_found_again() {
    let traffic = read(SimOptions { relays: 2000, ..OPTIONS }).traffic;
    let days = whole_days(&traffic);
    let bytes = |position: usize| traffic["read_bytes_per_second"][position].as_f64().unwrap();
    let mut sums = [(0.0, 0); 7];
    for (position, noon) in &days {
        let sum = &mut sums[(noon.0.div_euclid(86_400) + 3).rem_euclid(7) as usize];
        *sum = (sum.0 + bytes(*position), sum.1 + 1);
    }
    let means = sums.map(|(sum, count)| sum / f64::from(count));
    let expected: Vec<f64> =
        traffic["week_from_monday"].as_array().unwrap().iter().map(|day| day.as_f64().unwrap()).collect();
    let weekend = (means[5] + means[6]) / (means[1] + means[2]);
    let expected = (expected[5] + expected[6]) / (expected[1] + expected[2]);
    assert!((weekend - expected).abs() < 0.02, "{weekend} for {expected}");
    assert!(bytes(days[days.len() - 1].0) > bytes(days[0].0));
}

#[test]
fn shares_of_a_day_sum_to_one() {
    let read = read(OPTIONS);
    let noon = OPTIONS.end.plus_seconds(-20 * 86_400);
    let pick: [fn(&RelayWeights) -> &PeriodHistories; 4] = [
        |relay| &relay.consensus_weight_fraction,
        |relay| &relay.guard_probability,
        |relay| &relay.middle_probability,
        |relay| &relay.exit_probability,
    ];
    for quantity in pick {
        let histories = read
            .weights
            .iter()
            .map(|(_, relay)| quantity(relay).longest(Period::SixMonths).map(|(_, history)| history));
        let sum = sum_at(histories, noon);
        assert!((0.98..1.05).contains(&sum), "{sum}");
    }
}

#[test]
fn the_newest_weight_is_that_of_the_details_document() {
    let simulation = Simulation::run(&OPTIONS);
    let details = written(&|out| simulation.write_details(out));
    let network = build_network(&details, &BuildInputs::default()).unwrap().network;
    let read = read(OPTIONS);
    let mut compared = 0;
    for relay in network.relays().iter().filter(|relay| relay.running) {
        let Some(weights) = read.weights.get(relay.fingerprint) else { continue };
        let Some(history) = weights.consensus_weight.get(Period::OneMonth) else { continue };
        let newest = history.value(history.len() - 1).unwrap();
        let weight = relay.consensus_weight.unwrap() as f64;
        assert!((newest - weight).abs() <= history.factor + 1e-6 * weight, "{newest} for {weight}");
        compared += 1;
    }
    assert!(compared > 400, "{compared}");
}

#[test]
fn clients_of_all_bridges_are_what_was_simulated() {
    let read = read(OPTIONS);
    let bridges = read.traffic["bridges"].as_u64().unwrap() as usize;
    // A bridge of the last days has no history yet.
    assert!((bridges - 5..=bridges).contains(&read.clients.bridges));
    let month = read.clients.periods[Period::OneMonth as usize].as_ref().unwrap();
    let first: Date = read.traffic["first_day"].as_str().unwrap().parse().unwrap();
    assert_eq!((month.interval_seconds, month.start.0 % 86_400), (86_400, 0));
    for (bin, clients) in month.clients.iter().enumerate() {
        let day = (month.start.date().0 - first.0) as usize + bin;
        let truth = read.traffic["bridge_clients"][day].as_f64();
        let (Some(clients), Some(truth)) = (*clients, truth) else { panic!("{clients:?} for {truth:?}") };
        assert!((clients / truth - 1.0).abs() < 0.01, "{clients} for {truth}");
    }
}

#[test]
fn every_flag_that_counts_has_uptime_histories() {
    let simulation = Simulation::run(&OPTIONS);
    let uptime = written(&|out| simulation.write_uptime(out));
    let (table, _) = read_uptime_table(&uptime, &Limits::default()).unwrap();
    for flag in [Flag::Exit, Flag::Guard, Flag::Fast, Flag::Running, Flag::Stable, Flag::HSDir, Flag::V2Dir] {
        let with = table.iter().filter(|(_, uptime)| uptime.flags.iter().any(|uptime| uptime.flag == flag));
        assert!(with.count() > 50, "{flag}");
    }
}
