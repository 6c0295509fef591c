//! What changed since the consensus before.

use super::Content;
use crate::Page;
use crate::format;
use crate::pages::study::section::{Section, Width};
use crate::pages::study::table::{Cell, Head, Table, number, text};
use crate::pages::{Method, Site};
use crate::rows::Tile;
use allium_analysis::directory::{ConsensusDiff, DiffRelay, Directory, RelayChange};
use allium_model::{FlagSet, printable};

/// Rows of each list; the API has all.
const ROWS: usize = 100;

pub(super) fn content(site: Site<'_>, directory: &Directory) -> Content {
    match directory.inputs.diff.as_deref() {
        Some(diff) => of(site, diff),
        None => without(directory),
    }
}

/// What is shown of a difference.
pub(super) fn of(site: Site<'_>, diff: &ConsensusDiff) -> Content {
    Content {
        title: "What changed",
        sentence: format!(
            "From the consensus of {} to that of {}.",
            format::minute(diff.before),
            format::minute(diff.after)
        ),
        tiles: tiles(diff),
        sections: sections(site, diff),
    }
}

fn without(directory: &Directory) -> Content {
    let what = match directory.inputs.consensus {
        Some(_) => "Only one consensus was read so far. The next one brings the difference.",
        None => "No consensus was read yet.",
    };
    Content {
        title: "What changed",
        sentence: "Two consensuses make a difference.".into(),
        tiles: Vec::new(),
        sections: vec![Section::new("Nothing to compare yet").text(what)],
    }
}

fn tiles(diff: &ConsensusDiff) -> Vec<Tile> {
    let share = |weight: u64, of: u64| {
        if of == 0 {
            "-".to_owned()
        } else {
            format!("{} % of the weight", format::percent(weight as f64 / of as f64))
        }
    };
    let flag_changes = diff.changed.iter().filter(|change| change.has_flag_change()).count();
    vec![
        Tile::new("Relays", format::count(diff.relays[1] as usize), "", before(diff.relays[0].into())),
        Tile::new(
            "Joined",
            format::count(diff.joined.len()),
            "",
            share(diff.gained_weight(), diff.weight[1]),
        ),
        Tile::new("Left", format::count(diff.left.len()), "", share(diff.lost_weight(), diff.weight[0])),
        Tile::new("Flags changed", format::count(flag_changes), "", "relays that won or lost a flag"),
        Tile::new(
            "Weight changed",
            format::count(diff.reweighted()),
            "",
            "relays in both with another weight",
        ),
        Tile::new(
            "Versions changed",
            format::count(diff.version_changes().count()),
            "",
            "relays with another version of tor",
        ),
    ]
}

fn before(count: u64) -> String {
    format!("{} before", format::count(count as usize))
}

fn sections(site: Site<'_>, diff: &ConsensusDiff) -> Vec<Section> {
    vec![
        by_flag(site, diff),
        items(diff),
        relays(site, "Relays that joined", &diff.joined),
        relays(site, "Relays that left", &diff.left),
        flags(site, diff),
        versions(site, diff),
        weights(site, diff),
    ]
}

const FLAG_HEADS: [Head; 3] = [("Flag", false), ("Won by", true), ("Lost by", true)];

fn by_flag(site: Site<'_>, diff: &ConsensusDiff) -> Section {
    let rows = diff.flag_changes().into_iter().map(|(flag, won, lost)| {
        vec![text(flag.name()), number(format::count(won as usize)), number(format::count(lost as usize))]
    });
    Section::new("Flags won and lost")
        .width(Width::Half)
        .method(site, Method::ConsensusDiff)
        .table(Table::new("Flags won and lost", &FLAG_HEADS).rows(rows))
        .remark("Of relays that stand in both. Those that joined or left are counted there.")
}

const ITEM_HEADS: [Head; 3] = [("Item", false), ("Before", false), ("After", false)];

fn items(diff: &ConsensusDiff) -> Section {
    let section = Section::new("Head and foot").width(Width::Half);
    if !diff.has_items {
        return section.text(
            "History keeps the relays of an hour, not its head: parameters and versions are not compared.",
        );
    }
    let shown = |value: &Option<String>| {
        text(value.as_deref().map_or_else(|| "not there".into(), |value| format::shortened(value, 120)))
    };
    let rows = diff
        .items
        .iter()
        .take(ROWS)
        .map(|change| vec![text(change.item.clone()), shown(&change.before), shown(&change.after)]);
    section.table(Table::new("Items that changed", &ITEM_HEADS).rows(rows))
}

/// A relay with its page, where the snapshot knows it.
fn named(site: Site<'_>, relay: &DiffRelay) -> Cell {
    let known = site.network().find(relay.fingerprint);
    let href = known.map(|_| site.links().page(&Page::Relay(relay.fingerprint)));
    let network = site.network();
    let name = relay.nickname.clone().or_else(|| {
        known.map(|position| printable(network.text(network.relay(position).nickname)).into_owned())
    });
    Cell::Link(href, name.unwrap_or_else(|| relay.fingerprint.to_string()))
}

fn flag_names(flags: FlagSet) -> String {
    flags.iter().map(allium_model::Flag::name).collect::<Vec<_>>().join(" ")
}

fn shown_weight(weight: Option<u32>) -> String {
    weight.map_or_else(|| "not known".into(), |weight| format::count(weight as usize))
}

/// A section of rows, of which the first hundred are shown.
fn listed(title: &str, heads: &'static [Head], rows: Vec<Vec<Cell>>) -> Section {
    let total = rows.len();
    let section = Section::new(format!("{title}: {}", format::count(total)))
        .table(Table::new(title, heads).rows(rows.into_iter().take(ROWS)));
    if total > ROWS {
        section.remark(format!("The first {ROWS} are shown; the data have all."))
    } else {
        section
    }
}

const RELAY_HEADS: [Head; 4] = [("Relay", false), ("Fingerprint", false), ("Flags", false), ("Weight", true)];

/// The heaviest first.
fn relays(site: Site<'_>, title: &'static str, relays: &[DiffRelay]) -> Section {
    let mut heaviest: Vec<&DiffRelay> = relays.iter().collect();
    heaviest.sort_by_key(|relay| std::cmp::Reverse(relay.weight));
    let row = |relay: &DiffRelay| {
        vec![
            named(site, relay),
            text(relay.fingerprint.to_string()),
            text(flag_names(relay.flags)),
            number(shown_weight(relay.weight)),
        ]
    };
    listed(title, &RELAY_HEADS, heaviest.into_iter().map(row).collect())
}

const CHANGE_HEADS: [Head; 4] = [("Relay", false), ("Won", false), ("Lost", false), ("Weight", true)];

fn flags(site: Site<'_>, diff: &ConsensusDiff) -> Section {
    let row = |change: &RelayChange| {
        vec![
            named(site, &change.relay),
            text(flag_names(change.won)),
            text(flag_names(change.lost)),
            number(shown_weight(change.relay.weight)),
        ]
    };
    let mut changes: Vec<&RelayChange> =
        diff.changed.iter().filter(|change| change.has_flag_change()).collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.relay.weight));
    listed("Relays that won or lost a flag", &CHANGE_HEADS, changes.into_iter().map(row).collect())
}

const VERSION_HEADS: [Head; 3] = [("Relay", false), ("Before", false), ("After", false)];

fn versions(site: Site<'_>, diff: &ConsensusDiff) -> Section {
    let rows = diff.version_changes().map(|change| {
        let shown = |version: &Option<String>| text(version.clone().unwrap_or_default());
        vec![named(site, &change.relay), shown(&change.version_before), shown(&change.relay.version)]
    });
    listed("Relays with another version", &VERSION_HEADS, rows.collect())
}

const WEIGHT_HEADS: [Head; 4] = [("Relay", false), ("Before", true), ("After", true), ("Change", true)];

/// Largest changes of weight shown.
const WEIGHT_ROWS: usize = 20;

fn weights(site: Site<'_>, diff: &ConsensusDiff) -> Section {
    let mut changes: Vec<(&RelayChange, i64)> = diff
        .changed
        .iter()
        .filter_map(|change| Some((change, change.weight_change()?)))
        .filter(|(_, by)| *by != 0)
        .collect();
    changes.sort_by_key(|(_, by)| std::cmp::Reverse(by.abs()));
    let row = |(change, by): &(&RelayChange, i64)| {
        let sign = if *by < 0 { "\u{2212}" } else { "+" };
        vec![
            named(site, &change.relay),
            number(shown_weight(change.weight_before)),
            number(shown_weight(change.relay.weight)),
            number(format!("{sign}{}", format::count(by.unsigned_abs() as usize))),
        ]
    };
    Section::new("Largest changes of weight").table(
        Table::new("Largest changes of weight", &WEIGHT_HEADS)
            .rows(changes.iter().take(WEIGHT_ROWS).map(row)),
    )
}
