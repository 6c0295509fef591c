//! What the blocks of the periods must say: sentences, dips and the data of drawings.

use crate::documents::{Bins, Documents};
use crate::numbers::{hours, means, minute, uptime};

pub(crate) fn is_full(bins: &Bins) -> bool {
    bins.known().all(|(_, value)| value > 1.0 - 1e-9)
}

fn mean(bins: &Bins) -> f64 {
    bins.known().map(|(_, value)| value).sum::<f64>() / bins.known().count() as f64
}

fn dips(bins: &Bins) -> Vec<(usize, usize)> {
    let mean = mean(bins);
    bins.runs(|value| mean - value >= 0.1)
}

fn bin_words(interval: i64) -> String {
    if interval % 86_400 == 0 {
        format!("{} days", interval / 86_400)
    } else {
        format!("{} hours", interval / 3600)
    }
}

fn missing(bins: &Bins, run: (usize, usize)) -> f64 {
    (run.0..=run.1).map(|bin| bins.missing(Some(bin))).sum()
}

/// The sentence above a drawing.
pub(crate) fn summary(bins: &Bins) -> String {
    let (known, all) = (bins.known().count(), bins.values.len());
    let known = format!("{known} of {all} bins known, each {} long", bin_words(bins.interval));
    if is_full(bins) {
        return format!("Listed as running the whole time in every bin that is known ({known}).");
    }
    let noun = |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    let found = dips(bins);
    let lost: f64 = found.iter().map(|run| missing(bins, *run)).sum();
    let words = match found.len() {
        0 => "No dip".to_owned(),
        number => format!("{} with {} hours missing", noun(number, "dip"), hours(lost)),
    };
    format!("{words}, {} ({known}).", noun(bins.runs(|value| value <= 0.0).len(), "outage"))
}

/// The latest eight dips.
pub(crate) fn dip_rows(bins: &Bins) -> Vec<Vec<String>> {
    let row = |run: &(usize, usize)| {
        let lowest = bins.values[run.0..=run.1].iter().flatten().copied().fold(f64::INFINITY, f64::min);
        vec![
            minute(bins.middle(run.0) - bins.interval / 2),
            minute(bins.middle(run.1) + bins.interval / 2),
            uptime(lowest),
            format!("{:.1}", 100.0 * (mean(bins) - lowest)),
            hours(missing(bins, *run)),
        ]
    };
    dips(bins).iter().rev().take(8).map(row).collect()
}

/// Times, means of the network's relays and values of the relay, as the table of a drawing shows them.
pub(crate) fn data_rows(documents: &Documents, period: usize, bins: &Bins) -> Vec<Vec<String>> {
    let on_grid = |middle: i64| (middle - bins.first + bins.interval / 2).div_euclid(bins.interval);
    // The finer bins of a young relay are averaged into each bin first.
    let of_network = documents.relays.keys().filter_map(|relay| documents.longest(relay, period));
    let of_relay = |own: &Bins| means(own.known().map(|(middle, value)| (on_grid(middle), value)));
    let network =
        means(of_network.flat_map(|own| of_relay(own).into_iter().map(|(bin, (mean, _))| (bin, mean))));
    let shown = |value: Option<f64>| value.map_or("not known".into(), |value| three_digits(100.0 * value));
    let row = |bin: usize| {
        vec![
            minute(bins.middle(bin)).trim_end_matches(" 00:00").to_owned(),
            shown(network.get(&(bin as i64)).map(|mean| mean.0)),
            shown(bins.values[bin]),
        ]
    };
    (0..bins.values.len()).map(row).collect()
}

/// A percentage in three digits, without zeros that say nothing.
fn three_digits(percent: f64) -> String {
    let decimals = if percent >= 99.95 {
        0
    } else if percent >= 9.995 {
        1
    } else {
        2
    };
    let text = format!("{percent:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}
