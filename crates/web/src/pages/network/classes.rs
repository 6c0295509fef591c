//! The table of classes of relays on the network overview.

use crate::format;
use crate::pages::Site;
use allium_analysis::{ClassReport, Middle};

/// A class of relays, its numbers shown.
pub(super) struct ClassRow {
    pub(super) name: &'static str,
    pub(super) relays: String,
    pub(super) weight: String,
    pub(super) observed: String,
    pub(super) observed_mean: String,
    pub(super) observed_median: String,
    pub(super) weight_ratio: String,
    pub(super) weight_ratio_median: String,
    pub(super) uptime_mean: String,
    pub(super) uptime_median: String,
}

/// A row for every class.
pub(super) fn rows(site: Site<'_>) -> Vec<ClassRow> {
    site.snapshot().report.classes.iter().map(row).collect()
}

fn row(class: &ClassReport) -> ClassRow {
    let mbit = |value: Option<f64>| shown(value.map(|bytes| bytes * 8e-6));
    let percent = |value: Option<f64>| value.map_or_else(|| "-".into(), format::percent);
    let Middle { mean, median, .. } = class.uptime;
    ClassRow {
        name: class.class.name(),
        relays: format::count(class.relays),
        weight: format::percent(class.consensus_weight_fraction),
        observed: gbit(class.observed_bandwidth),
        observed_mean: mbit(class.observed.mean),
        observed_median: mbit(class.observed.median),
        weight_ratio: shown(class.weight_per_mbit),
        weight_ratio_median: shown(class.relay_weight_per_mbit.median),
        uptime_mean: percent(mean),
        uptime_median: percent(median),
    }
}

/// Gbit/s with one decimal and thousands apart, so that the column adds up to the eye.
fn gbit(bytes_per_second: u64) -> String {
    let tenths = (bytes_per_second as f64 * 8e-8).round() as usize;
    format!("{}.{}", format::count(tenths / 10), tenths % 10)
}

fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "-".into(), |value| format!("{value:.1}"))
}
