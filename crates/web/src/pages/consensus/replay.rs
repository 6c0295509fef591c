//! Votes replayed: how far flags follow from what each vote itself says.

use super::Content;
use crate::Page;
use crate::format;
use crate::html::Html;
use crate::pages::authorities::authority_cell;
use crate::pages::study::section::Section;
use crate::pages::study::table::{Cell, Head, Table, number, text};
use crate::pages::{Method, Site};
use allium_analysis::directory::flags::{Coverage, JUDGED_FLAGS, coverage};
use allium_analysis::directory::{Directory, FlagReplay, VoteReplay};

const HEADS: [Head; 7] = [
    ("Authority", false),
    ("Agreement, %", true),
    ("Agree", true),
    ("Expected, not given", true),
    ("Given, not expected", true),
    ("Within rounding", true),
    ("Not evaluated", true),
];

pub(super) fn content(site: Site<'_>, directory: &Directory) -> Content {
    let replays = &directory.report.replays;
    let time = replays.first().map(|replay| format::minute(replay.valid_after));
    let mut by_name: Vec<&VoteReplay> = replays.iter().collect();
    by_name.sort_by_key(|replay| replay.nickname.to_lowercase());
    let mut sections = vec![introduction(site)];
    if !by_name.is_empty() {
        sections.extend([agreement(site, &by_name), counts(&by_name)]);
    }
    sections.extend(examples(site, replays));
    Content {
        title: "Votes replayed",
        sentence: time.map_or_else(
            || "No votes are at hand.".into(),
            |time| format!("Flags computed from the votes for {time}, against the flags in them."),
        ),
        tiles: Vec::new(),
        sections,
    }
}

fn introduction(site: Site<'_>) -> Section {
    Section::new("What this shows")
        .method(site, Method::VoteReplay)
        .text(
            "Each vote carries what its authority recorded of a relay, what it measured and where its bars are. From \
             these the flags are computed by the rules of tor and compared with the flags in the same vote. It is the \
             proof that the explanations on the pages of relays are right.",
        )
        .text(
            "HSDir, Running, Valid, V2Dir and Exit depend on what votes do not carry: there only the conditions \
             without which the flag is never given are checked, for relays that have it.",
        )
}

/// Heads of the table of all flags, in the order of [`JUDGED_FLAGS`].
const AGREEMENT_HEADS: [Head; 10] = [
    ("Authority", false),
    ("Running", true),
    ("Valid", true),
    ("V2Dir", true),
    ("Fast", true),
    ("Stable", true),
    ("Guard", true),
    ("HSDir", true),
    ("Exit", true),
    ("StaleDesc", true),
];

/// How far each flag of each vote follows from the vote, at one glance.
fn agreement(site: Site<'_>, replays: &[&VoteReplay]) -> Section {
    let rows = replays.iter().map(|replay| {
        let cells = JUDGED_FLAGS.into_iter().map(|flag| {
            let found = replay.flags.iter().find(|one| one.flag == flag);
            number(found.map_or_else(|| "does not vote on it".into(), ratio))
        });
        std::iter::once(authority_cell(site, &replay.nickname)).chain(cells).collect()
    });
    Section::new("Agreement by authority and flag, %")
        .table(Table::new("Agreement by authority and flag, percent", &AGREEMENT_HEADS).rows(rows))
        .remark("Of the decisions that could be evaluated; what lies within the rounding of votes counts on neither side.")
}

/// The counts behind it, a table for each flag, folded away.
fn counts(replays: &[&VoteReplay]) -> Section {
    let mut html = Html::with_capacity(32 << 10);
    for flag in JUDGED_FLAGS {
        let rows = replays.iter().filter_map(|replay| {
            let found = replay.flags.iter().find(|one| one.flag == flag)?;
            Some(row(&replay.nickname, found))
        });
        let title = match coverage(flag) {
            Coverage::Whole => flag.name().to_owned(),
            Coverage::NecessaryOnly => format!("{} (necessary conditions only)", flag.name()),
        };
        html.markup("<details><summary>").text(&title).markup("</summary>");
        html.html(&Table::new(flag.name(), &HEADS).rows(rows).finish()).markup("</details>");
    }
    Section::new("Counts by flag").html(&html)
}

fn ratio(flag: &FlagReplay) -> String {
    flag.ratio().map_or_else(|| "not known".into(), percent)
}

fn row(nickname: &str, flag: &FlagReplay) -> Vec<Cell> {
    let count = |count: u32| number(format::count(count as usize));
    vec![
        text(nickname),
        number(ratio(flag)),
        count(flag.agreeing),
        count(flag.expected),
        count(flag.unexpected),
        count(flag.near),
        count(flag.unevaluated),
    ]
}

/// Two decimals, and 100 only for all.
fn percent(ratio: f64) -> String {
    if ratio >= 1.0 { "100".into() } else { format!("{:.2}", (100.0 * ratio).min(99.99)) }
}

const EXAMPLE_HEADS: [Head; 3] = [("Authority", false), ("Flag", false), ("Relay", false)];

/// Rows of relays that disagree.
const EXAMPLE_ROWS: usize = 50;

fn examples(site: Site<'_>, replays: &[VoteReplay]) -> Option<Section> {
    let rows: Vec<Vec<Cell>> = replays
        .iter()
        .flat_map(|replay| replay.flags.iter().map(move |flag| (replay, flag)))
        .flat_map(|(replay, flag)| flag.examples.iter().map(move |relay| (replay, flag, *relay)))
        .take(EXAMPLE_ROWS)
        .map(|(replay, flag, relay)| {
            let href = site.network().find(relay).map(|_| site.links().page(&Page::Relay(relay)));
            vec![text(replay.nickname.clone()), text(flag.flag.name()), Cell::Link(href, relay.to_string())]
        })
        .collect();
    (!rows.is_empty()).then(|| {
        Section::new("Relays that disagree")
            .table(Table::new("Relays that disagree", &EXAMPLE_HEADS).rows(rows))
            .remark("At most twenty of each flag and authority, and fifty in all.")
    })
}
