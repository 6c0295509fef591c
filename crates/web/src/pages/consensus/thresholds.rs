//! The bars for flags, as each authority publishes them and as they work.

use super::words::{amount, span};
use crate::pages::authorities::authority_cell;
use crate::pages::study::section::Section;
use crate::pages::study::table::{Head, Table, number, text};
use crate::pages::{Method, Site};
use allium_analysis::directory::Directory;
use allium_analysis::directory::flags::{
    GUARD_GUARANTEE_KILOBYTES_PER_SECOND, Quantity, STABLE_GUARANTEE_MTBF_SECONDS,
    STABLE_GUARANTEE_UPTIME_SECONDS, Thresholds,
};
use allium_model::VoteSummary;

const HEADS: [Head; 10] = [
    ("Authority", false),
    ("fast-speed", true),
    ("Stable by", false),
    ("stable-mtbf", true),
    ("stable-uptime", true),
    ("guard-wfu", true),
    ("guard-tk", true),
    ("guard-bw-inc-exits", true),
    ("guard-bw-exc-exits", true),
    ("Unmeasured count", false),
];

/// A row for each vote; what a vote does not say is not published.
pub(super) fn section(site: Site<'_>, directory: &Directory) -> Section {
    let votes = directory.inputs.votes.authorities();
    let mut votes: Vec<&VoteSummary> = votes.iter().collect();
    votes.sort_by_key(|vote| vote.nickname.to_lowercase());
    let rows = votes.iter().map(|vote| {
        let bars = Thresholds::of(vote);
        let bandwidth = |bar: Option<u64>| number(shown(bar.map(Quantity::KilobytesPerSecond)));
        let time = |bar: Option<u64>| number(bar.map_or_else(not_published, span));
        vec![
            authority_cell(site, &vote.nickname),
            bandwidth(bars.fast_kilobytes_per_second),
            text(match bars.has_enough_mtbf {
                Some(true) => "stable-mtbf",
                Some(false) => "stable-uptime",
                None => "not published",
            }),
            time(bars.stable_mtbf_seconds),
            time(bars.stable_uptime_seconds),
            number(shown(bars.guard_wfu_ratio.map(Quantity::Ratio))),
            time(bars.guard_time_known_seconds),
            bandwidth(bars.guard_with_exits_kilobytes_per_second),
            bandwidth(bars.guard_without_exits_kilobytes_per_second),
            text(match bars.is_ignoring_advertised {
                Some(true) => "as 0",
                Some(false) => "as advertised",
                None => "not published",
            }),
        ]
    });
    let section = Section::new("Bars for flags").method(site, Method::FlagRules);
    if votes.is_empty() {
        return section.text("No votes are at hand; only votes say the bars.");
    }
    section.table(Table::new("Bars for flags by authority", &HEADS).rows(rows)).remark(format!(
        "These are the published numbers. A relay is stable with {} of weighted time between failures (or {} of \
         uptime, where an authority goes by that) even where the published bar is higher, and fast enough for a guard \
         with {} by default.",
        span(STABLE_GUARANTEE_MTBF_SECONDS),
        span(STABLE_GUARANTEE_UPTIME_SECONDS),
        amount(Quantity::KilobytesPerSecond(GUARD_GUARANTEE_KILOBYTES_PER_SECOND)),
    ))
}

fn shown(quantity: Option<Quantity>) -> String {
    quantity.map_or_else(not_published, amount)
}

fn not_published() -> String {
    "not published".into()
}
