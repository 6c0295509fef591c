//! The numbers on the pages of three real operators, against values taken straight from the documents.
//!
//! Nothing of the analysis is used for the expected values: the documents are read as plain JSON here.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "what tests share fails as tests do, and says when it cannot run"
)]

use allium_analysis::Snapshot;
use allium_documents::onionoo::{BuildInputs, build_network, read_uptime_table};
use allium_documents::{Limits, decompress, read_aroi};
use allium_model::{Histories, OperatorId, Timestamp};
use allium_web::{Edition, Mode, Page, Settings};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// Operators by verified domain.
const OPERATORS: [&str; 3] = ["nothingtohide.nl", "prsv.ch", "nos-oignons.net"];

/// A document of 2026-02-22; without the data the test says so and ends.
fn real(name: &str) -> Option<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/onionoo/2026-02-22");
    let path = folder.join(name);
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    };
    Some(decompress(&bytes, &Limits::default()).unwrap().into_owned())
}

/// The three documents as bytes.
struct Documents {
    details: Vec<u8>,
    uptime: Vec<u8>,
    aroi: Vec<u8>,
}

impl Documents {
    fn read() -> Option<Self> {
        Some(Self {
            details: real("details.json.zst")?,
            uptime: real("uptime.json.zst")?,
            aroi: real("aroi.json.zst")?,
        })
    }

    fn edition(&self) -> Edition {
        let aroi = read_aroi(&self.aroi, &Limits::default()).unwrap();
        let inputs = BuildInputs { aroi: Some(&aroi), ..BuildInputs::default() };
        let network = build_network(&self.details, &inputs).unwrap().network;
        let published = network.published();
        let table = read_uptime_table(&self.uptime, &Limits::default()).unwrap().0;
        let histories = Histories { uptime: Some(Arc::new(table)), ..Histories::default() };
        let snapshot = Snapshot::with_histories(network, histories);
        Edition::new(Arc::new(snapshot), Vec::new(), Arc::default(), published)
    }
}

fn time(value: &Value) -> i64 {
    value.as_str().unwrap().parse::<Timestamp>().unwrap().0
}

/// What the documents say of an operator, added up by hand.
struct Expected<'a> {
    members: Vec<&'a Value>,
    uptimes: HashMap<&'a str, &'a Value>,
    /// Start of each period and the common end.
    starts: [i64; 4],
    end: i64,
}

const PERIODS: [&str; 4] = ["1_month", "6_months", "1_year", "5_years"];

impl<'a> Expected<'a> {
    fn of(domain: &str, details: &'a Value, uptime: &'a Value, aroi: &Value) -> Self {
        let results = aroi["results"].as_array().unwrap().iter();
        let valid: HashSet<&str> = results
            .filter(|result| result["valid"] == true && result["domain"] == domain)
            .map(|result| result["fingerprint"].as_str().unwrap())
            .collect();
        let oldest = time(&details["relays_published"]) - 7 * 86_400;
        let is_kept = |relay: &&Value| relay["running"] == true || time(&relay["last_seen"]) >= oldest;
        let is_member = |relay: &&Value| {
            let contact = relay["contact"].as_str().unwrap_or_default();
            valid.contains(relay["fingerprint"].as_str().unwrap()) && contact.contains(domain)
        };
        let entries = uptime["relays"].as_array().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap().0;
        Self {
            members: details["relays"].as_array().unwrap().iter().filter(is_kept).filter(is_member).collect(),
            uptimes: entries.iter().map(|entry| (entry["fingerprint"].as_str().unwrap(), entry)).collect(),
            starts: [
                "2026-01-22 12:00:00",
                "2025-08-22 12:00:00",
                "2025-02-22 12:00:00",
                "2021-02-22 12:00:00",
            ]
            .map(at),
            end: at("2026-02-22 12:00:00"),
        }
    }

    fn running(&self) -> Vec<&'a Value> {
        self.members.iter().copied().filter(|relay| relay["running"] == true).collect()
    }

    fn sum(&self, field: &str) -> f64 {
        self.running().iter().map(|relay| relay[field].as_f64().unwrap_or(0.0)).sum()
    }

    fn distinct(&self, field: &str) -> usize {
        self.running().iter().filter_map(|relay| relay[field].as_str()).collect::<HashSet<_>>().len()
    }

    /// Weight by the value of something.
    fn weights(&self, key: impl Fn(&Value) -> Option<String>) -> Vec<f64> {
        let mut weights: BTreeMap<String, f64> = BTreeMap::new();
        for relay in self.running() {
            if let Some(key) = key(relay) {
                *weights.entry(key).or_default() += relay["consensus_weight"].as_f64().unwrap_or(0.0);
            }
        }
        weights.into_values().collect()
    }

    /// Uptime of a relay over a period with whether it counts.
    fn uptime(&self, relay: &Value, period: usize) -> Option<(f64, f64, bool)> {
        let entry = &self.uptimes.get(relay["fingerprint"].as_str()?)?["uptime"];
        let history = PERIODS[..=period].iter().rev().map(|name| &entry[*name]).find(|h| h.is_object())?;
        let (first, interval) = (time(&history["first"]), history["interval"].as_i64()?);
        let factor = history["factor"].as_f64()?;
        let values = history["values"].as_array()?.iter().enumerate();
        let within = |bin: usize| {
            let midpoint = first + bin as i64 * interval;
            midpoint >= self.starts[period] && midpoint <= self.end
        };
        let known: Vec<f64> =
            values.filter(|(bin, _)| within(*bin)).filter_map(|(_, value)| value.as_f64()).collect();
        if known.is_empty() {
            return None;
        }
        let ratio = (known.iter().sum::<f64>() * factor / known.len() as f64).min(1.0);
        let known_for = self.end - self.starts[period].max(time(&relay["first_seen"]));
        let expected = (known_for.max(0) as f64 / interval as f64).ceil().max(1.0);
        let coverage = (known.len() as f64 / expected).min(1.0);
        let is_old_enough = 2 * known_for >= self.end - self.starts[period];
        Some((ratio, coverage, is_old_enough && coverage >= 0.5))
    }

    /// Mean over the relays that count, and their number.
    fn mean_uptime(&self, period: usize) -> (Option<f64>, usize) {
        let found = self.members.iter().filter_map(|relay| self.uptime(relay, period));
        let counted: Vec<f64> = found.filter(|(_, _, counts)| *counts).map(|(ratio, _, _)| ratio).collect();
        let mean = counted.iter().sum::<f64>() / counted.len() as f64;
        ((!counted.is_empty()).then_some(mean), counted.len())
    }

    /// The weighted mean of health of uptime (5/6) and software (1/6) over running relays.
    fn score(&self) -> f64 {
        let (mut sum, mut weights) = (0.0, 0.0);
        let at = self.end + 3600;
        for relay in self.running() {
            let month = self.uptime(relay, 0).filter(|(_, coverage, _)| *coverage >= 0.5);
            let (Some((uptime, _, _)), Some(recommended)) = (month, relay["recommended_version"].as_bool())
            else {
                continue;
            };
            let overloaded = relay["overload_general_timestamp"]
                .as_i64()
                .is_some_and(|milliseconds| at - milliseconds / 1000 < 72 * 3600);
            let software = (f64::from(u8::from(recommended)) + f64::from(u8::from(!overloaded))) / 2.0;
            let weight = relay["consensus_weight"].as_f64().unwrap_or(0.0);
            sum += weight * 100.0 * (0.5 * uptime + 0.1 * software) / 0.6;
            weights += weight;
        }
        sum / weights
    }
}

fn evenness(weights: &[f64]) -> f64 {
    let total: f64 = weights.iter().sum();
    1.0 - weights.iter().map(|weight| (weight / total).powi(2)).sum::<f64>()
}

/// The text between two marks.
fn between<'h>(html: &'h str, start: &str, end: &str) -> &'h str {
    let rest = html.split_once(start).unwrap_or_else(|| panic!("{start:?} is not on the page")).1;
    rest.split_once(end).unwrap().0
}

/// The value of a tile, without its unit.
fn tile<'h>(html: &'h str, label: &str) -> &'h str {
    let value = between(html, &format!("<div class=\"k\">{label}</div><p class=\"v\">"), "</p>");
    value.split(" <small>").next().unwrap()
}

/// The number of a text with thousands apart.
fn number(text: &str) -> f64 {
    text.replace(',', "").parse().unwrap_or_else(|_| panic!("{text:?} is no number"))
}

#[track_caller]
fn close(what: &str, found: &str, expected: f64, half_unit: f64) {
    let found = number(found);
    assert!(
        (found - expected).abs() <= half_unit * 1.0001,
        "{what}: {found} on the page, {expected} expected"
    );
}

fn check_tiles(html: &str, expected: &Expected<'_>) {
    let running = expected.running().len();
    close("relays", tile(html, "Relays running"), running as f64, 0.0);
    let weight = 100.0 * expected.sum("consensus_weight_fraction");
    close("weight", tile(html, "Consensus weight"), weight, 0.005);
    let gigabits = expected.sum("observed_bandwidth") * 8.0 / 1e9;
    close("bandwidth", tile(html, "Observed bandwidth"), gigabits, 0.05);
    close("countries", tile(html, "Countries"), expected.distinct("country") as f64, 0.0);
    let ases = between(html, "<div class=\"k\">Countries</div>", "</div>");
    assert!(ases.contains(&format!("in {} AS", expected.distinct("as"))), "{ases}");
    close("score", tile(html, "Score"), expected.score(), 0.05);
}

fn check_uptimes(html: &str, expected: &Expected<'_>) {
    for (index, name) in ["1 month", "6 months", "1 year", "5 years"].into_iter().enumerate() {
        let row = between(html, &format!("<tr><th scope=\"row\">{name}</th>"), "</tr>");
        let (mean, eligible) = expected.mean_uptime(index);
        assert!(row.contains(&format!(">{eligible} of {}<", expected.members.len())), "{name}: {row}");
        let shown = between(row, "data-label=\"Mean uptime, %\">", "<");
        match mean {
            Some(mean) => close(name, shown, 100.0 * mean, 0.05),
            None => assert_eq!(shown, "not known", "{name}"),
        }
    }
}

fn check_diversity(html: &str, expected: &Expected<'_>) {
    let field = |name: &'static str| move |relay: &Value| relay[name].as_str().map(str::to_owned);
    let system = |relay: &Value| Some(relay["platform"].as_str()?.split_once(" on ")?.1.to_owned());
    let parts = [expected.weights(field("country")), expected.weights(field("as")), expected.weights(system)];
    let names = ["countries", "ASes", "operating systems"];
    for (name, part) in names.iter().zip(&parts) {
        let section = between(html, "<h2>Diversity", "</section>");
        let row = between(section, &format!("<th scope=\"row\">{name}</th>"), "</tr>");
        assert!(row.contains(&format!("<td class=\"n\">{}</td>", part.len())), "{name}: {row}");
        let value = row.rsplit_once("</svg>").unwrap().1.split('<').next().unwrap();
        close(name, value, 100.0 * evenness(part), 0.05);
    }
    let mean = 100.0 * parts.iter().map(|part| evenness(part)).sum::<f64>() / 3.0;
    close("diversity", between(html, "<h2>Diversity ", "</h2>"), mean, 0.05);
}

fn check_offline(html: &str, expected: &Expected<'_>) {
    let weight = |relays: &[&Value]| -> f64 {
        relays.iter().map(|relay| relay["consensus_weight"].as_f64().unwrap_or(0.0)).sum()
    };
    let away: Vec<&Value> =
        expected.members.iter().copied().filter(|relay| relay["running"] == false).collect();
    if away.is_empty() {
        assert!(!html.contains("<h2>Not running</h2>"));
        return;
    }
    let share = 100.0 * weight(&away) / weight(&expected.members);
    let sentence = between(html, "<h2>Not running</h2>", "</p>");
    let relays = format!("{} relay", away.len());
    assert!(sentence.contains(&relays), "{sentence}");
    close("away", between(sentence, "with ", " %"), share, 0.05);
}

fn check_claims_and_family(html: &str, expected: &Expected<'_>) {
    let claims = between(html, "<h2>Domain claims</h2>", "</dl>");
    close("verified", between(claims, "<dt>Verified</dt><dd>", "<"), expected.running().len() as f64, 0.0);
    let running: HashSet<&str> =
        expected.running().iter().map(|relay| relay["fingerprint"].as_str().unwrap()).collect();
    let mutual = |relay: &&Value| {
        let own = relay["fingerprint"].as_str().unwrap();
        let listed = relay["effective_family"].as_array().into_iter().flatten().filter_map(Value::as_str);
        listed.filter(|other| *other != own && running.contains(other)).count()
    };
    let pairs: usize = expected.running().iter().map(|relay| mutual(relay)).sum();
    let all = running.len() * (running.len() - 1) / 2;
    let shown = between(html, "<dt>Pairs that are a family</dt><dd>", "</dd>");
    let (found, of) = shown.split_once(" of ").unwrap();
    close("pairs", found, (pairs / 2) as f64, 0.0);
    close("all pairs", of, all as f64, 0.0);
}

#[test]
fn every_number_of_three_operators_is_that_of_the_documents() {
    let Some(documents) = Documents::read() else { return };
    let edition = documents.edition();
    let json = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap();
    let (details, uptime, aroi) = (json(&documents.details), json(&documents.uptime), json(&documents.aroi));
    let settings = Settings {
        mode: Mode::Files,
        site_url: None,
        base_path: String::new(),
        onion_location: None,
        simulated: false,
    };
    for domain in OPERATORS {
        let expected = Expected::of(domain, &details, &uptime, &aroi);
        let page = Page::Operator(OperatorId::of_domain(domain), 1);
        let html = page.render(&edition, &settings).unwrap();
        assert!(html.len() < 150_000, "{domain}: {} bytes", html.len());
        check_tiles(&html, &expected);
        check_uptimes(&html, &expected);
        check_diversity(&html, &expected);
        check_offline(&html, &expected);
        check_claims_and_family(&html, &expected);
    }
}
