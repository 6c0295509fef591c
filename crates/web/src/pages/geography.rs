//! The world: a map by relays, weight, uptime or tier, and the countries and regions as tables.

use super::{Site, finish, place_words as words};
use crate::figures::{FigureKey, Subject, embed};
use crate::frame::{Frame, Section};
use crate::html::Html;
use crate::list::ListSort;
use crate::rows::{Named, Tile};
use crate::{MapMeasure, Page, PlacesPage, format};
use allium_analysis::places::{Area, AreaReport, FEWEST_RELAYS, UNDERSERVED_RELAYS};
use allium_model::{CountryGroup, CountryTier, Group, GroupKind, GroupPosition};
use allium_views::ListKind;
use askama::Template;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "geography.html")]
struct GeographyPage<'a> {
    frame: Frame<'a>,
    sentence: String,
    tiles: Vec<Tile>,
    tabs: Vec<(&'static str, String, bool)>,
    map: Option<Html>,
    no_map: &'static str,
    tiers: Vec<(&'static str, &'static str, String, String)>,
    areas: Vec<AreaRow>,
    underserved: String,
    unusual: Vec<(Named<'a>, String)>,
    tested: String,
    countries: Vec<CountryRow<'a>>,
}

/// A row of the areas.
pub(super) struct AreaRow {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) href: String,
    pub(super) relays: String,
    pub(super) operators: String,
    pub(super) weight: String,
    pub(super) uptime: String,
    pub(super) change: String,
}

/// A row of the countries.
pub(super) struct CountryRow<'a> {
    pub(super) named: Named<'a>,
    pub(super) tier: &'static str,
    pub(super) relays: String,
    pub(super) weight: String,
    pub(super) uptime: String,
    pub(super) change: String,
    pub(super) operator: Option<Named<'a>>,
    pub(super) operator_relays: String,
}

/// Rows of the list of countries; the list of all is a link away.
const COUNTRY_ROWS: usize = 120;

pub(super) fn render(site: Site<'_>, page: &Page, measure: MapMeasure) -> Option<String> {
    let map = embed(site, &FigureKey { subject: Subject::Network, name: measure.figure() });
    let title = format!("World map of Tor relays: {}", measure.label().to_lowercase());
    let frame = Frame::new(site, page, title, Section::Countries)
        .described("Where the relays of the Tor network are: countries, regions, tiers, uptime.")
        .crumb("Countries", &Page::List(ListKind::Groups(GroupKind::Country), ListSort::ConsensusWeight, 1))
        .here("Geography")
        .data_at("/api/v1/regions");
    finish(&GeographyPage {
        frame,
        sentence: sentence(site),
        tiles: tiles(site),
        tabs: tabs(site, measure),
        map,
        no_map: "No relay of a known country runs.",
        tiers: tiers(site),
        areas: Area::all().filter_map(|area| area_row(site, area)).collect(),
        underserved: underserved(site),
        unusual: unusual(site),
        tested: tested(site),
        countries: order(site, measure)
            .into_iter()
            .take(COUNTRY_ROWS)
            .filter_map(|at| country_row(site, at))
            .collect(),
    })
}

fn tabs(site: Site<'_>, current: MapMeasure) -> Vec<(&'static str, String, bool)> {
    let tab = |measure: MapMeasure| {
        let page = Page::Places(PlacesPage::Geography(measure));
        (measure.label(), site.links().page(&page), measure == current)
    };
    MapMeasure::ALL.map(tab).into()
}

fn sentence(site: Site<'_>) -> String {
    let report = &site.snapshot().report;
    let unknown = report.groups(GroupKind::Country).rest.relays.total;
    let unknown = match unknown {
        0 => String::new(),
        relays => format!(" Of {} the country is not known.", format::counted(relays, "relay", "relays")),
    };
    format!(
        "{} in {}, by the address that each relay publishes.{unknown}",
        format::counted(
            report.totals.relays.total - report.groups(GroupKind::Country).rest.relays.total,
            "running relay",
            "running relays"
        ),
        format::counted(report.totals.countries, "country", "countries"),
    )
}

fn tiles(site: Site<'_>) -> Vec<Tile> {
    let report = &site.snapshot().report;
    let union = report.places.area(Area::Group(CountryGroup::Eu27)).map(|area| &area.aggregate);
    let (relays, weight) =
        union.map_or((0, 0.0), |sum| (sum.relays.total, sum.consensus_weight_fraction.total));
    let known = report.totals.relays.total - report.groups(GroupKind::Country).rest.relays.total;
    let spread = &report.groups(GroupKind::Country).concentration;
    vec![
        Tile::new(
            "Countries with relays",
            format::count(report.totals.countries),
            "",
            "of 250 that are known",
        ),
        Tile::new(
            "In the European Union",
            format::percent_of(relays, known),
            "% of relays",
            format!("{} % of weight", format::percent(weight)),
        ),
        Tile::new(
            "Outside of it",
            format::percent_of(known - relays, known),
            "% of relays",
            "of those whose country is known",
        ),
        Tile::new(
            "As if equally large",
            spread.effective_number().map_or_else(|| "-".into(), |number| format!("{number:.1}")),
            "countries",
            format!("the largest holds {} % of weight", format::percent(spread.top_share(1))),
        ),
    ]
}

/// Name, limits, countries and relays of each tier.
fn tiers(site: Site<'_>) -> Vec<(&'static str, &'static str, String, String)> {
    let report = &site.snapshot().report;
    let row = |tier: CountryTier| {
        let limits = match tier {
            CountryTier::Common => "more than 200",
            CountryTier::Emerging => "50 to 200",
            CountryTier::Rare => "21 to 49",
            CountryTier::Epic => "6 to 20",
            CountryTier::Legendary => "1 to 5",
        };
        let groups = &report.groups(GroupKind::Country).groups;
        let own = || groups.iter().filter(|group| report.country_tier(&group.aggregate) == Some(tier));
        let relays: usize = own().map(|group| group.aggregate.relays.total).sum();
        (tier.name(), limits, format::count(own().count()), format::count(relays))
    };
    CountryTier::ALL.map(row).into()
}

pub(super) fn area_row(site: Site<'_>, area: Area) -> Option<AreaRow> {
    let report: &AreaReport = site.snapshot().report.places.area(area)?;
    let sum = &report.aggregate;
    Some(AreaRow {
        name: area.name(),
        kind: area.kind(),
        href: site.links().page(&Page::Places(PlacesPage::Area(area))),
        relays: format::count(sum.relays.total),
        operators: format::count(sum.operators),
        weight: format::percent(sum.consensus_weight_fraction.total),
        uptime: report.place.ranked_uptime().map_or_else(|| "-".into(), format::uptime),
        change: words::change(&report.place),
    })
}

fn underserved(site: Site<'_>) -> String {
    let few = site.snapshot().report.places.underserved();
    let names: Vec<String> = few
        .iter()
        .map(|report| format!("{} ({})", report.area.name(), report.aggregate.relays.total))
        .collect();
    if names.is_empty() {
        return format!("Every subregion has more than {UNDERSERVED_RELAYS} running relays.");
    }
    format!("No more than {UNDERSERVED_RELAYS} running relays: {}.", names.join(", "))
}

/// The countries that are less there than chance explains, with the numbers.
fn unusual(site: Site<'_>) -> Vec<(Named<'_>, String)> {
    let places = &site.snapshot().report.places;
    let row = |(index, country): (u32, &allium_analysis::places::CountryReport)| {
        let anomaly = country.place.anomaly.as_ref().filter(|anomaly| anomaly.is_found())?;
        let named = words::named(site, GroupKind::Country, GroupPosition(index))?;
        let affected = country.affected.as_ref().map(|affected| words::affected_sentence(site, affected));
        let text = words::anomaly_sentence(anomaly, "countries of the region");
        Some((named, format!("{text} {}", affected.unwrap_or_default())))
    };
    (0..).zip(&places.countries).filter_map(row).collect()
}

fn tested(site: Site<'_>) -> String {
    let places = &site.snapshot().report.places;
    let tested = places.countries.iter().filter(|country| country.place.anomaly.is_some()).count();
    format!(
        "{} with at least {FEWEST_RELAYS} eligible relays tested, each against the others of its region; where a region has fewer than five such countries, none is.",
        format::counted(tested, "country", "countries")
    )
}

/// Countries in the order of what the map shows.
fn order(site: Site<'_>, measure: MapMeasure) -> Vec<GroupPosition> {
    let report = &site.snapshot().report;
    let mut order = report.groups(GroupKind::Country).order.clone();
    let relays =
        |at: &GroupPosition| report.groups(GroupKind::Country).groups[at.index()].aggregate.relays.total;
    match measure {
        MapMeasure::Weight => {}
        MapMeasure::Relays | MapMeasure::Tiers => order.sort_by_key(|at| std::cmp::Reverse(relays(at))),
        MapMeasure::Uptime => {
            order.sort_by_key(|at| report.places.countries[at.index()].place.rank.unwrap_or(usize::MAX));
        }
    }
    order.retain(|at| relays(at) > 0);
    order
}

pub(super) fn country_row(site: Site<'_>, position: GroupPosition) -> Option<CountryRow<'_>> {
    let report = &site.snapshot().report;
    let sum = &site.snapshot().group_report(GroupKind::Country, position).aggregate;
    let place = &report.places.countries[position.index()].place;
    let group = site.network().groups(GroupKind::Country).get(position)?;
    let top = top_operator(site, group);
    Some(CountryRow {
        named: words::named(site, GroupKind::Country, position)?,
        tier: report.country_tier(sum).map_or("-", CountryTier::name),
        relays: format::count(sum.relays.total),
        weight: format::percent(sum.consensus_weight_fraction.total),
        uptime: place.ranked_uptime().map_or_else(|| "-".into(), format::uptime),
        change: words::change(place),
        operator: top.and_then(|(operator, _)| words::named(site, GroupKind::Operator, operator)),
        operator_relays: top.map_or_else(|| "-".into(), |(_, relays)| format::count(relays)),
    })
}

/// The operator of most running relays of a group, and their number.
fn top_operator(site: Site<'_>, group: Group<'_>) -> Option<(GroupPosition, usize)> {
    let operators = site.network().groups(GroupKind::Operator);
    let running = group.members.iter().filter(|relay| site.network().relay(**relay).running);
    let mut counts: BTreeMap<GroupPosition, usize> = BTreeMap::new();
    for operator in running.filter_map(|relay| operators.position_of_relay(*relay)) {
        *counts.entry(operator).or_default() += 1;
    }
    counts.into_iter().max_by(|left, right| left.1.cmp(&right.1).then(right.0.cmp(&left.0)))
}
