//! ASes compared: how the weight is spread over them, which are better or worse, and which changed.

mod findings;

use super::{Site, finish, place_words as words};
use crate::frame::{Frame, Section};
use crate::list::{ListSort, PAGE_ROWS, page_of};
use crate::rows::{Named, Pager, Tile};
use crate::{Page, PlacesPage, format};
use allium_analysis::places::{
    AsConcentration, Direction, FEWEST_RELAYS, HIGH_RISK, STAR_LIMITS, TOP_TEN_LIMIT,
};
use allium_model::{GroupKind, GroupPosition};
use allium_views::ListKind;
use askama::Template;
use findings::Finding;

#[derive(Template)]
#[template(path = "as_intelligence.html")]
struct AsPage<'a> {
    frame: Frame<'a>,
    sentence: String,
    tiles: Vec<Tile>,
    findings: Vec<Finding>,
    lists: Vec<ChangeList<'a>>,
    unclear: String,
    compared: String,
    by_chance: String,
    below: Vec<BelowRow<'a>>,
    rows: Vec<Row<'a>>,
    stars: String,
    pager: Option<Pager>,
    is_first_page: bool,
}

/// ASes whose uptime went one way.
struct ChangeList<'a> {
    title: &'static str,
    empty: &'static str,
    count: String,
    rows: Vec<ChangeRow<'a>>,
}

struct ChangeRow<'a> {
    named: Named<'a>,
    change: String,
    interval: String,
}

/// An AS below the network, with the first of its alternatives.
struct BelowRow<'a> {
    named: Named<'a>,
    uptime: String,
    interval: String,
    relays: String,
    is_unusual: bool,
    alternative: Option<Named<'a>>,
}

/// An AS of the ranking.
struct Row<'a> {
    rank: String,
    named: Named<'a>,
    stars: String,
    uptime: String,
    relays: String,
    change: String,
    weight: String,
    risk: &'static str,
    diversity: String,
    country: Option<String>,
}

/// Rows of a list of changes.
const CHANGE_ROWS: usize = 8;
/// ASes that are named as below the network.
const BELOW_ROWS: usize = 15;

pub(super) fn render(site: Site<'_>, page: &Page, number: usize) -> Option<String> {
    let places = &site.snapshot().report.places;
    let ranked = page_of(&places.as_ranking, number)?;
    let is_first_page = number == 1;
    let title = if is_first_page { "ASes compared".into() } else { format!("ASes compared, page {number}") };
    let offset = (number - 1) * PAGE_ROWS;
    let frame = Frame::new(site, page, title, Section::Ases)
        .described(
            "Autonomous systems of Tor relays compared by uptime, change, share of weight and diversity.",
        )
        .crumb("Networks (AS)", &Page::List(ListKind::Groups(GroupKind::As), ListSort::ConsensusWeight, 1))
        .here("Compared")
        .data_at(format!("/api/v1/ases?sort=uptime_rank&limit={PAGE_ROWS}&offset={offset}"));
    let going = [Direction::Improving, Direction::Declining, Direction::Stable, Direction::Unclear];
    let compared: usize = going.into_iter().map(|direction| places.ases_going(direction).len()).sum();
    finish(&AsPage {
        frame,
        sentence: sentence(site),
        tiles: tiles(site),
        findings: if is_first_page { findings::all(site) } else { Vec::new() },
        lists: if is_first_page { lists(site) } else { Vec::new() },
        unclear: format::count(places.ases_going(Direction::Unclear).len()),
        compared: format::count(compared),
        by_chance: format::count((compared as f64 / 20.0).round() as usize),
        below: if is_first_page { below(site) } else { Vec::new() },
        rows: ranked.iter().filter_map(|position| row(site, *position)).collect(),
        stars: star_words(),
        pager: Pager::new(places.as_ranking.len(), number, |number| {
            site.links().page(&Page::Places(PlacesPage::AsIntelligence(number)))
        }),
        is_first_page,
    })
}

fn sentence(site: Site<'_>) -> String {
    let places = &site.snapshot().report.places;
    format!(
        "{} with running relays, {} of them ranked: those with at least {FEWEST_RELAYS} relays that were known for long enough in the last month.",
        format::counted(site.snapshot().report.totals.ases, "AS", "ASes"),
        format::count(places.as_ranking.len()),
    )
}

fn star_words() -> String {
    let [five, four, three, two] = STAR_LIMITS.map(|limit| format!("{:.0}", 100.0 * limit));
    format!(
        "Stars go by the mean uptime of the last month: five from {five} %, four from {four} %, three from {three} %, two from {two} %, else one."
    )
}

fn tiles(site: Site<'_>) -> Vec<Tile> {
    let measured = AsConcentration::of(site.snapshot());
    let network = site.snapshot().report.places.network.uptime;
    let verdict = |is_over: bool, limit: f64| {
        format!(
            "{} the {:.0} % that would be wished at most",
            if is_over { "above" } else { "within" },
            100.0 * limit
        )
    };
    vec![
        Tile::new(
            "Ten largest ASes",
            format::percent(measured.top_ten),
            "% of weight",
            verdict(measured.is_top_heavy(), TOP_TEN_LIMIT),
        ),
        Tile::new(
            "Largest AS",
            format::percent(measured.largest),
            "% of weight",
            verdict(measured.is_dominated(), HIGH_RISK),
        ),
        Tile::new(
            "As if equally large",
            measured.effective_number.map_or_else(|| "-".into(), |number| format!("{number:.1}")),
            "ASes",
            "effective number, 1 / HHI",
        ),
        Tile::new(
            "Mean uptime, 1 month",
            network.map_or_else(|| "-".into(), |uptime| format::uptime(uptime.mean)),
            "%",
            network.map_or_else(
                || "no uptime document".into(),
                |uptime| format!("of {}", format::counted(uptime.relays, "relay", "relays")),
            ),
        ),
    ]
}

fn lists(site: Site<'_>) -> Vec<ChangeList<'_>> {
    let list = |title, empty, direction| {
        let all = site.snapshot().report.places.ases_going(direction);
        ChangeList {
            title,
            empty,
            count: format::count(all.len()),
            rows: all.iter().take(CHANGE_ROWS).filter_map(|position| change_row(site, *position)).collect(),
        }
    };
    vec![
        list("Improving", "No AS improved measurably.", Direction::Improving),
        list("Declining", "No AS declined measurably.", Direction::Declining),
        list("Stable", "Of no AS it can be said that it is stable.", Direction::Stable),
    ]
}

fn change_row(site: Site<'_>, position: GroupPosition) -> Option<ChangeRow<'_>> {
    let place = &site.snapshot().report.places.ases[position.index()].place;
    Some(ChangeRow {
        named: words::named(site, GroupKind::As, position)?,
        change: words::change(place),
        interval: words::change_interval(place),
    })
}

fn below(site: Site<'_>) -> Vec<BelowRow<'_>> {
    let places = &site.snapshot().report.places;
    let row = |position: &GroupPosition| {
        let place = &places.ases[position.index()].place;
        let best = places.alternatives(site.snapshot(), *position).first().copied();
        Some(BelowRow {
            named: words::named(site, GroupKind::As, *position)?,
            uptime: words::uptime(place),
            interval: place.uptime.as_ref().and_then(words::uptime_interval)?,
            relays: words::eligible(place),
            is_unusual: place.anomaly.is_some_and(|anomaly| anomaly.is_found()),
            alternative: best.and_then(|best| words::named(site, GroupKind::As, best)),
        })
    };
    places.ases_below_network().iter().take(BELOW_ROWS).filter_map(row).collect()
}

fn row(site: Site<'_>, position: GroupPosition) -> Option<Row<'_>> {
    let report = &site.snapshot().report.places.ases[position.index()];
    let sum = &site.snapshot().group_report(GroupKind::As, position).aggregate;
    Some(Row {
        rank: format::count(report.place.rank?),
        named: words::named(site, GroupKind::As, position)?,
        stars: words::stars(report.stars),
        uptime: words::uptime(&report.place),
        relays: words::eligible(&report.place),
        change: words::change(&report.place),
        weight: format::percent(sum.consensus_weight_fraction.total),
        risk: report.risk.name(),
        diversity: report.diversity.map_or_else(|| "-".into(), |score| format!("{score:.1}")),
        country: report.main_country.map(|code| code.to_string()),
    })
}
