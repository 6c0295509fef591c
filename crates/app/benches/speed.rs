//! Benchmarks: parse, build and render, on a simulated network of 10,000 relays.
//!
//! `cargo bench` prints the figures. Whole-process figures (CPU, peak memory, size of the site) are
//! measured with the commands in `docs/performance.md`, where the results stand.

#![expect(clippy::expect_used, reason = "a benchmark without its input has nothing to measure")]

use allium_analysis::Snapshot;
use allium_documents::Limits;
use allium_documents::onionoo::{
    BuildInputs, build_network, read_bandwidth_table, read_uptime_table, read_weights_table,
};
use allium_model::{GroupKey, GroupKind, Timestamp};
use allium_sim::{SimOptions, Simulation};
use allium_views::{Query, RELAY_DEFAULT_COLUMNS, list_relays, search};
use allium_web::{Edition, Mode, Page, Settings};
use divan::Bencher;
use divan::counter::BytesCount;
use std::io;
use std::sync::{Arc, LazyLock};

/// Relays of the simulated network.
const RELAYS: usize = 10_000;

struct Documents {
    details: Vec<u8>,
    uptime: Vec<u8>,
    bandwidth: Vec<u8>,
    weights: Vec<u8>,
}

static DOCUMENTS: LazyLock<Documents> = LazyLock::new(|| {
    let simulation =
        Simulation::run(&SimOptions { relays: RELAYS, days: 30, seed: 1, end: Timestamp(1_771_765_200) });
    let written = |write: fn(&Simulation, &mut dyn io::Write) -> io::Result<()>| {
        let mut bytes = Vec::new();
        write(&simulation, &mut bytes).expect("memory takes bytes");
        bytes
    };
    Documents {
        details: written(Simulation::write_details),
        uptime: written(Simulation::write_uptime),
        bandwidth: written(Simulation::write_bandwidth),
        weights: written(Simulation::write_weights),
    }
});

static EDITION: LazyLock<Edition> = LazyLock::new(|| {
    let built =
        build_network(&DOCUMENTS.details, &BuildInputs::default()).expect("simulated documents are whole");
    Edition::new(Arc::new(Snapshot::new(built.network)), Vec::new(), Arc::default(), Timestamp(1_771_765_200))
});

fn settings() -> Settings {
    Settings {
        mode: Mode::Served,
        site_url: None,
        base_path: String::new(),
        onion_location: None,
        simulated: true,
    }
}

fn main() {
    divan::main();
}

#[divan::bench]
fn parse_and_build_details(bencher: Bencher<'_, '_>) {
    let details = &DOCUMENTS.details;
    bencher.counter(BytesCount::of_slice(details)).bench(|| build_network(details, &BuildInputs::default()));
}

#[divan::bench]
fn parse_uptime(bencher: Bencher<'_, '_>) {
    let uptime = &DOCUMENTS.uptime;
    bencher.counter(BytesCount::of_slice(uptime)).bench(|| read_uptime_table(uptime, &Limits::default()));
}

#[divan::bench]
fn parse_bandwidth(bencher: Bencher<'_, '_>) {
    let bandwidth = &DOCUMENTS.bandwidth;
    let counter = BytesCount::of_slice(bandwidth);
    bencher.counter(counter).bench(|| read_bandwidth_table(bandwidth, &Limits::default()));
}

#[divan::bench]
fn parse_weights(bencher: Bencher<'_, '_>) {
    let weights = &DOCUMENTS.weights;
    bencher.counter(BytesCount::of_slice(weights)).bench(|| read_weights_table(weights, &Limits::default()));
}

#[divan::bench]
fn report_of_a_network(bencher: Bencher<'_, '_>) {
    let network = || build_network(&DOCUMENTS.details, &BuildInputs::default()).expect("whole").network;
    bencher.with_inputs(network).bench_values(Snapshot::new);
}

/// One page of a type, of the largest thing of its kind.
fn largest(kind: GroupKind) -> Page {
    let snapshot = &EDITION.snapshot;
    let position = snapshot.report.groups(kind).order[0];
    let key: GroupKey = snapshot.network.groups(kind).get(position).expect("the order holds places").key;
    Page::of_group(snapshot, key, 1).expect("simulated names are slugs")
}

#[divan::bench(args = [GroupKind::Operator, GroupKind::Family, GroupKind::Country, GroupKind::As, GroupKind::Flag])]
fn render_group(bencher: Bencher<'_, '_>, kind: GroupKind) {
    let (page, settings) = (largest(kind), settings());
    page.render(&EDITION, &settings);
    bencher.bench(|| page.render(&EDITION, &settings));
}

#[divan::bench]
fn render_relay(bencher: Bencher<'_, '_>) {
    let page = Page::Relay(EDITION.snapshot.network.relays()[0].fingerprint);
    let settings = settings();
    page.render(&EDITION, &settings);
    bencher.bench(|| page.render(&EDITION, &settings));
}

#[divan::bench]
fn render_front(bencher: Bencher<'_, '_>) {
    let settings = settings();
    bencher.bench(|| Page::Front.render(&EDITION, &settings));
}

#[divan::bench(args = ["relay", "AS64500", "198.18.0.0/16", "000", "example"])]
fn search_for(bencher: Bencher<'_, '_>, text: &str) {
    bencher.bench(|| search(&EDITION.snapshot, text, 50));
}

#[divan::bench]
fn list_sorted_by_a_column(bencher: Bencher<'_, '_>) {
    let query = Query::parse([("sort", "-observed_bandwidth_bytes_per_second"), ("limit", "100")])
        .expect("known names");
    bencher.bench(|| list_relays(&EDITION.snapshot, &query, RELAY_DEFAULT_COLUMNS));
}
