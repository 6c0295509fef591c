//! What a relay was hour by hour: its flags, what it won and lost, its weight.

use super::facts::{Fact, plain};
use crate::figures::history::{Stretch, flags_of, series, weight_of};
use crate::figures::{Embedding, FigureKey, FigureName, Subject};
use crate::format;
use crate::html::Html;
use crate::pages::Site;
use allium_analysis::metrics::hourly::{FlagChange, HourlyFacts};
use allium_charts::Figure;
use allium_model::{Flag, HourState, Relay};

/// The block of a relay's hours.
#[derive(Default)]
pub(super) struct HoursBlock<'a> {
    /// Why there is none.
    pub(in crate::pages) absent: Option<&'static str>,
    pub(in crate::pages) facts: Vec<Fact<'a>>,
    pub(in crate::pages) changes: Vec<ChangeRow>,
    /// How many changes there were, when not all are listed.
    pub(in crate::pages) more_changes: Option<String>,
    pub(in crate::pages) flags: Vec<(&'static str, Html)>,
    pub(in crate::pages) weight: Vec<(&'static str, Html)>,
    /// Where the hours are in full; only a server has them.
    pub(in crate::pages) data: Option<String>,
}

/// A flag that was won or lost.
pub(super) struct ChangeRow {
    pub(in crate::pages) at: String,
    pub(in crate::pages) flag: &'static str,
    pub(in crate::pages) what: String,
}

/// Changes that the page lists.
const LISTED_CHANGES: usize = 10;

/// The stretches that are drawn.
const STRETCHES: [(Stretch, FigureName, FigureName); 2] = [
    (Stretch::ThirtyDays, FigureName::FlagHoursThirtyDays, FigureName::WeightHoursThirtyDays),
    (Stretch::NinetyDays, FigureName::FlagHoursNinetyDays, FigureName::WeightHoursNinetyDays),
];

pub(super) fn block<'a>(site: Site<'_>, relay: &Relay) -> HoursBlock<'a> {
    let absent = |why| HoursBlock { absent: Some(why), ..HoursBlock::default() };
    let Some(kept) = site.edition.history.as_ref().and_then(|history| history.range()) else {
        return absent("No consensus was kept yet, so what it was hour by hour is not known.");
    };
    // Read once: the shorter stretch is the end of the longer one.
    let quarter = series(site.edition, relay, Stretch::NinetyDays);
    let month = quarter.as_ref().map(|quarter| quarter.hours_in(Stretch::ThirtyDays.of(kept)));
    let is_running = |state: &HourState| matches!(state, HourState::Running { .. });
    let Some(month) = month.filter(|month| month.hours.iter().any(is_running)) else {
        return absent(
            "Among the hours of the last 30 days that could be read there is none in which it ran.",
        );
    };
    let facts = HourlyFacts::of(&month);
    let mut block = HoursBlock {
        facts: rows(&facts),
        changes: facts.changes.iter().take(LISTED_CHANGES).map(row).collect(),
        more_changes: (facts.changes.len() > LISTED_CHANGES)
            .then(|| format!("{} changes in 30 days; the latest {LISTED_CHANGES}:", facts.changes.len())),
        data: (site.settings.mode == crate::Mode::Served)
            .then(|| site.links().to(format!("/api/v1/relays/{}/history?format=csv", relay.fingerprint))),
        ..HoursBlock::default()
    };
    for (stretch, flags, weight) in STRETCHES {
        // Where no more is kept, the longer stretch shows the same.
        if stretch == Stretch::NinetyDays && stretch.of(kept) == Stretch::ThirtyDays.of(kept) {
            continue;
        }
        let hours = match stretch {
            Stretch::ThirtyDays => &month,
            Stretch::NinetyDays => quarter.as_ref().unwrap_or(&month),
        };
        let drawn = |name, figure: Figure| {
            let key = FigureKey { subject: Subject::Relay(relay.fingerprint), name };
            (stretch.name(), Embedding::of(&figure, &key).html(site))
        };
        block.flags.push(drawn(flags, flags_of(site.edition, relay, hours, stretch)));
        let weights = weight_of(site.edition, relay, hours, stretch);
        block.weight.extend((!weights.is_empty()).then(|| drawn(weight, weights)));
    }
    block
}

fn share(ratio: Option<f64>) -> String {
    ratio.map_or_else(|| "not known".into(), |ratio| format!("{} %", format::percent(ratio)))
}

fn rows<'a>(facts: &HourlyFacts) -> Vec<Fact<'a>> {
    let mut rows = vec![
        plain("Hours with a consensus", format::count(facts.known_hours)),
        plain("Running", share(facts.running_ratio())),
    ];
    let shown =
        [("Guard", Flag::Guard), ("Exit", Flag::Exit), ("Stable", Flag::Stable), ("HSDir", Flag::HSDir)];
    let had = shown.into_iter().filter(|(_, flag)| facts.flag_ratio(*flag).is_some_and(|ratio| ratio > 0.0));
    rows.extend(had.map(|(name, flag)| plain(name, share(facts.flag_ratio(flag)))));
    if let (Some(median), Some((low, high))) = (facts.median_weight, facts.weight_range) {
        let integer = |weight: u32| format::count(weight as usize);
        rows.push(plain(
            "Median weight",
            format!("{} (from {} to {})", integer(median), integer(low), integer(high)),
        ));
    }
    if let Some((unmeasured @ 1.., of)) = facts.unmeasured_hours {
        rows.push(plain("Not measured", format!("{unmeasured} of {of} hours")));
    }
    if facts.gap_hours > 0 {
        rows.push(plain("Hours without one", format::count(facts.gap_hours)));
    }
    rows
}

fn row(change: &FlagChange) -> ChangeRow {
    ChangeRow { at: change.at.to_minute(), flag: change.flag.name(), what: what(change) }
}

/// Won or lost; also when that was seen after hours in which it did not run or nothing is kept of.
fn what(change: &FlagChange) -> String {
    let what = if change.is_won { "won" } else { "lost" };
    match change.away_hours {
        0 => what.into(),
        hours => format!("{what}, seen after {} away", format::counted(hours, "hour", "hours")),
    }
}
