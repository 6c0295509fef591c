//! What a relay read and wrote, and its share of weight over time.

use super::facts::{Fact, plain};
use super::words;
use crate::figures::{Embedding, FigureKey, FigureName, Subject, figure, relay as figures};
use crate::format;
use crate::html::Html;
use crate::pages::Site;
use allium_analysis::metrics::bandwidth::{
    Flow, Steadiness, Traffic, relay_traffic, traffic_trend, utilisation,
};
use allium_analysis::metrics::overload::OverloadStates;
use allium_analysis::metrics::series::TimeSeries;
use allium_analysis::metrics::weights::{FEWEST_BINS, WeightHistory};
use allium_model::{Period, Relay, RelayBandwidth};

/// The block of a relay's traffic.
#[derive(Default)]
pub(super) struct TrafficBlock<'a> {
    /// Why there is none.
    pub(in crate::pages) absent: Option<&'static str>,
    pub(in crate::pages) periods: Vec<TrafficRow>,
    pub(in crate::pages) facts: Vec<Fact<'a>>,
    pub(in crate::pages) drawings: Vec<(&'static str, Html)>,
}

/// A period in the table of traffic.
pub(super) struct TrafficRow {
    pub(in crate::pages) period: &'static str,
    pub(in crate::pages) read: String,
    pub(in crate::pages) written: String,
    pub(in crate::pages) total_read: String,
    pub(in crate::pages) total_written: String,
    pub(in crate::pages) peak: String,
}

/// The block of a relay's share of weight over time.
#[derive(Default)]
pub(super) struct WeightBlock<'a> {
    /// Why there is none.
    pub(in crate::pages) absent: Option<&'static str>,
    pub(in crate::pages) facts: Vec<Fact<'a>>,
    pub(in crate::pages) drawings: Vec<(&'static str, Html)>,
}

/// Periods of traffic that are drawn: one month has the same bins as six.
const TRAFFIC: [Period; 3] = [Period::SixMonths, Period::OneYear, Period::FiveYears];
/// Periods of weight that are drawn: the others are parts of these.
const WEIGHT: [Period; 2] = [Period::SixMonths, Period::FiveYears];

/// The drawings of periods; of a relay too young for any of them, that of one month.
fn drawings(
    site: Site<'_>,
    relay: &Relay,
    names: [FigureName; 4],
    periods: &[Period],
) -> Vec<(&'static str, Html)> {
    let drawing = |period: Period| {
        let key = FigureKey { subject: Subject::Relay(relay.fingerprint), name: names[period as usize] };
        Some((period.name(), Embedding::of(&figure(site.edition, &key)?, &key).html(site)))
    };
    let drawn: Vec<_> = periods.iter().copied().filter_map(drawing).collect();
    if drawn.is_empty() { drawing(Period::OneMonth).into_iter().collect() } else { drawn }
}

pub(super) fn block<'a>(site: Site<'_>, relay: &Relay) -> TrafficBlock<'a> {
    let absent = |why| TrafficBlock { absent: Some(why), ..TrafficBlock::default() };
    let histories = &site.snapshot().histories;
    if histories.bandwidth.is_none() {
        return absent("No bandwidth document was read, so what it read and wrote is not known.");
    }
    let Some(bandwidth) =
        histories.bandwidth_of(relay.fingerprint).filter(|bandwidth| has_history(bandwidth))
    else {
        return absent("The source has no bandwidth history of this relay.");
    };
    TrafficBlock {
        absent: None,
        periods: Period::ALL.into_iter().filter_map(|period| row(bandwidth, period)).collect(),
        facts: facts(relay, bandwidth),
        drawings: drawings(site, relay, figures::BANDWIDTH, &TRAFFIC),
    }
}

fn has_history(bandwidth: &RelayBandwidth) -> bool {
    !bandwidth.read.is_empty() || !bandwidth.written.is_empty()
}

/// The row of a period that has a history of its own.
fn row(bandwidth: &RelayBandwidth, period: Period) -> Option<TrafficRow> {
    bandwidth.read.get(period).or(bandwidth.written.get(period))?;
    let traffic = relay_traffic(bandwidth, period)?;
    let rate = |flow: &Option<Flow>| flow.as_ref().map_or_else(unknown, |flow| words::rate(flow.average));
    let total =
        |flow: &Option<Flow>| flow.as_ref().map_or_else(unknown, |flow| words::volume(flow.total_bytes));
    Some(TrafficRow {
        period: period.name(),
        read: rate(&traffic.read),
        written: rate(&traffic.written),
        total_read: total(&traffic.read),
        total_written: total(&traffic.written),
        peak: traffic
            .peak_served
            .map_or_else(unknown, |(time, rate)| format!("{} on {}", words::rate(rate), time.date())),
    })
}

fn unknown() -> String {
    "not known".into()
}

fn facts<'a>(relay: &Relay, bandwidth: &RelayBandwidth) -> Vec<Fact<'a>> {
    let month = relay_traffic(bandwidth, Period::OneMonth);
    let half_year = relay_traffic(bandwidth, Period::SixMonths);
    let served = |traffic: &Option<Traffic>| traffic.as_ref().and_then(|traffic| traffic.average_served);
    vec![
        plain("Served over 1 month", served(&month).map_or_else(unknown, words::rate)),
        plain("Share of what it advertises", used(served(&month), relay)),
        plain(
            "Steadiness over 6 months",
            words::steadiness(half_year.as_ref().and_then(|traffic| Steadiness::of(&traffic.served))),
        ),
        plain(
            "Trend over 6 months",
            words::trend(half_year.and_then(|traffic| traffic_trend(&traffic.served)), words::rate),
        ),
    ]
}

fn used(served: Option<f64>, relay: &Relay) -> String {
    served
        .and_then(|served| utilisation(served, relay.advertised_bandwidth))
        .map_or_else(unknown, |share| format!("{} %", format::percent(share)))
}

/// What the relay reported of being overloaded.
pub(super) fn overload<'a>(site: Site<'_>, relay: &Relay) -> Vec<Fact<'a>> {
    let states = states(site, relay);
    let mut facts = vec![
        plain("General overload", words::overload(states.general)),
        plain("Rate limits", words::overload(states.rate_limits)),
        plain("File descriptors", words::overload(states.file_descriptors)),
    ];
    facts.extend(states.rate_limit_report.map(|report| {
        plain(
            "Rate limit, burst",
            format!(
                "{}, {}; hit {} reading and {} writing",
                words::rate(report.rate_limit as f64),
                words::rate(report.burst_limit as f64),
                format::counted(report.read_count as usize, "time", "times"),
                format::counted(report.write_count as usize, "time", "times"),
            ),
        )
    }));
    facts
}

/// The states of overload at the time of the data.
pub(super) fn states(site: Site<'_>, relay: &Relay) -> OverloadStates {
    let histories = &site.snapshot().histories;
    let bandwidth = histories.bandwidth_of(relay.fingerprint);
    OverloadStates::of(relay, bandwidth, histories.bandwidth.is_some(), site.network().published())
}

pub(super) fn weight_block<'a>(site: Site<'_>, relay: &Relay) -> WeightBlock<'a> {
    let absent = |why| WeightBlock { absent: Some(why), ..WeightBlock::default() };
    let histories = &site.snapshot().histories;
    if histories.weights.is_none() {
        return absent("No weights document was read, so its share over time is not known.");
    }
    let weights = histories.weights_of(relay.fingerprint);
    let Some((_, history)) =
        weights.and_then(|weights| weights.consensus_weight_fraction.longest(Period::SixMonths))
    else {
        return absent("The source has no weight history of this relay.");
    };
    WeightBlock {
        absent: None,
        facts: weight_facts(relay, WeightHistory::of(&TimeSeries::of(history))),
        drawings: drawings(site, relay, figures::WEIGHT, &WEIGHT),
    }
}

fn weight_facts<'a>(relay: &Relay, usual: Option<WeightHistory>) -> Vec<Fact<'a>> {
    let Some(usual) = usual else {
        return vec![plain("Usual share", format!("not known: fewer than {FEWEST_BINS} bins"))];
    };
    let now = relay.consensus_weight_fraction.filter(|_| relay.running);
    let compared = now.and_then(|share| usual.now_ratio(share));
    vec![
        plain("Usual share over 6 months", format!("{} %", format::percent(usual.median))),
        plain(
            "Now",
            match (now, compared) {
                (None, _) => "none while offline".into(),
                (Some(share), Some(ratio)) => {
                    format!("{} %, {ratio:.2} times the usual", format::percent(share))
                }
                (Some(share), None) => format!("{} %", format::percent(share)),
            },
        ),
        plain(
            "Spread",
            usual
                .spread_ratio
                .map_or_else(unknown, |spread| format!("{} % of the usual share", format::percent(spread))),
        ),
    ]
}
