//! Every number on the pages of three relays, computed a second time from the documents of a real day.
//!
//! Two relays are of the operators with the most relays, one is of a middle-sized one. A fact with a
//! digit that this test has no opinion of is a failure. Without the documents the test says so and ends.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::float_cmp,
    reason = "what tests share fails as tests do, and says when it cannot run; ties are exact"
)]

mod documents;
mod facts;
mod histories;
mod numbers;
mod page;

use allium_analysis::Snapshot;
use allium_documents::onionoo::{BuildInputs, EarliestPresence, build_network, read_uptime_table};
use allium_documents::{Limits, read_aroi};
use allium_model::{Histories, Timestamp};
use allium_web::{Edition, Mode, Page, Settings};
use documents::{Documents, PERIODS};
use page::Read;
use std::sync::Arc;

/// Of 1aeo.com, prsv.ch and unredacted.org.
const RELAYS: [&str; 3] = [
    "11D8A1EF78336AB7361101E752BFA55532D5B7ED",
    "FF29828E587AD6847E22D431C142E488822D9534",
    "5139F96FDB9EDD1033B511164A590D5DABD0FE02",
];

fn edition(documents: &Documents) -> Edition {
    let limits = Limits::default();
    let [details, uptime, aroi] = &documents.raw;
    let (table, _) = read_uptime_table(uptime, &limits).unwrap();
    let earliest =
        table.iter().filter_map(|(relay, entry)| Some((relay, EarliestPresence::of(entry)?))).collect();
    let aroi = read_aroi(aroi, &limits).unwrap();
    let inputs = BuildInputs { aroi: Some(&aroi), earliest: Some(&earliest), ..BuildInputs::default() };
    let network = build_network(details, &inputs).unwrap().network;
    let histories = Histories { uptime: Some(Arc::new(table)), ..Histories::default() };
    let snapshot = Arc::new(Snapshot::with_histories(network, histories));
    Edition::new(snapshot, Vec::new(), Arc::default(), Timestamp(documents.published))
}

fn settings() -> Settings {
    Settings {
        mode: Mode::Files,
        site_url: None,
        base_path: String::new(),
        onion_location: None,
        simulated: false,
    }
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

fn check_facts(documents: &Documents, fingerprint: &str, page: &Read) {
    let expected = facts::expected(documents, fingerprint);
    let mut found = page.facts();
    let rarity = found.get_mut("AS rarity").unwrap();
    *rarity = rarity.split_once(", ").unwrap().1.to_owned();
    for (label, value) in &found {
        match expected.get(label.as_str()) {
            Some(expected) => assert_eq!(value, expected, "{fingerprint}: {label}"),
            None => assert!(!has_digit(value), "{fingerprint}: nothing is known of {label}: {value}"),
        }
    }
    for label in expected.keys() {
        assert!(found.contains_key(*label), "{fingerprint}: {label} is not on the page");
    }
}

fn check_tiles(documents: &Documents, fingerprint: &str, page: &Read) {
    let expected = facts::tiles(documents, fingerprint);
    let found = page.tiles();
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (label, value, detail) in expected {
        let tile = found.get(label).expect(label);
        assert_eq!(
            (tile.0.as_str(), tile.1.as_str()),
            (value.as_str(), detail.as_str()),
            "{fingerprint}: {label}"
        );
    }
}

fn check_periods(documents: &Documents, fingerprint: &str, page: &Read) {
    let rows = page.rows("Uptime over four periods");
    let expected: Vec<_> = (0..4).map(|period| facts::period_row(documents, fingerprint, period)).collect();
    assert_eq!(rows, expected, "{fingerprint}");
    let flags = page.rows("Time with each flag");
    assert_eq!(flags, [facts::flag_row(documents, fingerprint)], "{fingerprint}");
}

fn check_histories(documents: &Documents, fingerprint: &str, page: &Read) {
    for (period, (key, _)) in PERIODS.iter().enumerate() {
        let words = key.replace('_', " ");
        let Some(bins) = &documents.histories[fingerprint][period] else {
            assert_eq!(page.summary(&words), None, "{fingerprint}: {words}");
            continue;
        };
        assert_eq!(page.summary(&words).unwrap(), histories::summary(bins), "{fingerprint}: {words}");
        let dips = page.rows(&format!("Dips over {words}"));
        assert_eq!(dips, histories::dip_rows(bins), "{fingerprint}: {words}");
        let nickname = documents.relays[fingerprint]["nickname"].as_str().unwrap();
        let data = page.rows(&format!("Data: {nickname}: uptime over {words}"));
        let expected = histories::data_rows(documents, period, bins);
        assert_eq!(data.is_empty(), histories::is_full(bins), "{fingerprint}: {words}");
        for row in data {
            let same = expected.iter().find(|other| other[0] == row[0]);
            assert_eq!(Some(&row), same, "{fingerprint}: {words}");
        }
    }
}

fn check_related(documents: &Documents, fingerprint: &str, page: &Read) {
    let rows = page.rows("Same operator");
    let related = page.related("Same operator");
    assert_eq!((rows.len(), related.len()), (10, 10));
    for (row, other) in rows.iter().zip(related) {
        let domain = |fingerprint: &str| documents.domains[fingerprint].clone();
        assert_eq!(domain(&other), domain(fingerprint));
        let expected = facts::related_row(documents, &other);
        assert_eq!((&row[0], &row[3..6]), (&expected.0, &expected.1[..]), "{fingerprint}: {other}");
    }
}

#[test]
fn every_number_of_three_relay_pages_is_that_of_the_documents() {
    let Some(documents) = Documents::read() else { return };
    let (edition, settings) = (edition(&documents), settings());
    for fingerprint in RELAYS {
        let html = Page::Relay(fingerprint.parse().unwrap()).render(&edition, &settings).unwrap();
        let page = Read::new(html);
        check_facts(&documents, fingerprint, &page);
        check_tiles(&documents, fingerprint, &page);
        check_periods(&documents, fingerprint, &page);
        check_histories(&documents, fingerprint, &page);
        check_related(&documents, fingerprint, &page);
    }
}
