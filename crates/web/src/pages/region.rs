//! A region, a subregion or a group of countries, with its countries.

use super::geography::{AreaRow, CountryRow, area_row, country_row};
use super::study::section::Section as Part;
use super::{Site, finish, group_health, place_words as words};
use crate::frame::{Frame, Section};
use crate::rows::{RoleShares, Tile};
use crate::{MapMeasure, Page, PlacesPage, format};
use allium_analysis::places::{Area, AreaReport, arrivals};
use allium_model::{GroupKey, GroupKind};
use askama::Template;

#[derive(Template)]
#[template(path = "region.html")]
struct RegionPage<'a> {
    frame: Frame<'a>,
    name: &'static str,
    sentence: String,
    tiles: Vec<Tile>,
    health: Option<Part>,
    shares: Option<RoleShares>,
    facts: Vec<(&'static str, String)>,
    areas: Vec<AreaRow>,
    arrivals: Vec<words::ArrivalRow>,
    countries: Vec<CountryRow<'a>>,
}

pub(super) fn render(site: Site<'_>, page: &Page, area: Area) -> Option<String> {
    let report = site.snapshot().report.places.area(area)?;
    let name = area.name();
    let geography = Page::Places(PlacesPage::Geography(MapMeasure::Relays));
    let mut frame = Frame::new(site, page, format!("{name} - Tor relays by region"), Section::Countries)
        .described(format!("Relays of the Tor network in {name}: countries, weight, uptime and its change."))
        .crumb("Geography", &geography);
    if let Area::Subregion(part) = area {
        let whole = Area::Region(part.region());
        frame = frame.crumb(whole.name(), &Page::Places(PlacesPage::Area(whole)));
    }
    finish(&RegionPage {
        frame: frame.here(name).data_at(format!("/api/v1/regions/{}", area.slug())),
        name,
        sentence: sentence(report),
        tiles: tiles(report),
        health: group_health::of_area(site, area),
        shares: RoleShares::of(&report.aggregate),
        facts: facts(site, report),
        areas: parts(site, area),
        arrivals: words::arrival_rows(&arrivals(site.network(), &report.members)),
        countries: countries(site, area),
    })
}

fn sentence(report: &AreaReport) -> String {
    let sum = &report.aggregate;
    let what = match report.area {
        Area::Region(_) => "A region of the United Nations' list M49",
        Area::Subregion(_) => "A subregion of the United Nations' list M49",
        Area::Group(_) => "A group of countries with an arrangement between them",
    };
    format!(
        "{what}: {} in {}, run by {}.",
        format::counted(sum.relays.total, "running relay", "running relays"),
        format::counted(sum.countries, "country", "countries"),
        format::counted(sum.operators, "operator", "operators"),
    )
}

fn tiles(report: &AreaReport) -> Vec<Tile> {
    let sum = &report.aggregate;
    let observed = format::bandwidth(sum.observed_bandwidth.total);
    let uptime = report.place.ranked_uptime().map_or_else(|| "-".into(), format::uptime);
    vec![
        Tile::new(
            "Relays running",
            format::count(sum.relays.total),
            "",
            format!("{} offline", format::count(sum.offline_relays)),
        ),
        Tile::new(
            "Consensus weight",
            format::percent(sum.consensus_weight_fraction.total),
            "%",
            format!("{} % of exit choice", format::percent(sum.exit_probability)),
        ),
        Tile::new("Observed bandwidth", observed.number, observed.unit, "what relays say they sustained"),
        Tile::new(
            "Mean uptime, 1 month",
            uptime,
            "%",
            format!("of {} relays", words::eligible(&report.place)),
        ),
    ]
}

fn facts(site: Site<'_>, report: &AreaReport) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Mean uptime, 1 month", words::uptime_sentence(&report.place))];
    facts.extend(
        report.place.uptime.as_ref().and_then(words::uptime_interval).map(|text| ("95 % interval", text)),
    );
    if let Some(network) = site.snapshot().report.places.network.uptime {
        facts.push(("Network", format!("{} %", format::uptime(network.mean))));
    }
    facts.push(("Change to the 30 days before", words::change_sentence(&report.place)));
    facts
}

/// The subregions of a region.
fn parts(site: Site<'_>, area: Area) -> Vec<AreaRow> {
    let Area::Region(region) = area else { return Vec::new() };
    let is_part = |part: &Area| matches!(part, Area::Subregion(part) if part.region() == region);
    Area::all().filter(is_part).filter_map(|part| area_row(site, part)).collect()
}

/// The countries with running relays, by weight.
fn countries(site: Site<'_>, area: Area) -> Vec<CountryRow<'_>> {
    let groups = site.network().groups(GroupKind::Country);
    let is_within = |key| matches!(key, GroupKey::Country(code) if area.contains(code));
    let order = site.snapshot().report.groups(GroupKind::Country).order.iter();
    let own = order.filter(|at| groups.get(**at).is_some_and(|group| is_within(group.key)));
    own.filter_map(|at| country_row(site, *at)).collect()
}
