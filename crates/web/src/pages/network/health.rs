//! The sections about the health of the network: its components, checks, course, and what would help.

use super::status::{arrow, component_change};
use crate::figures::FigureName;
use crate::html::Html;
use crate::incidents_page::IncidentsPage;
use crate::pages::authorities::words::{badge_cell, check_class, severity_class};
use crate::pages::study::section::{Section, Width};
use crate::pages::study::table::{Cell, Head, Table, number, text};
use crate::pages::{Method, Site, group_health};
use crate::{Page, PlacesPage, format};
use allium_analysis::health::{
    Advice, CheckState, Component, Evidence, GroupHealth, HealthCheck, NetworkHealth, Quantity, Span,
};
use allium_analysis::places::Area;
use allium_analysis::scores::HealthClass;
use allium_model::{CountryCode, GroupKey, GroupKind, HealthComponent, Region, country_name, printable};

/// Every section, in the order of the page.
pub(super) fn sections(site: Site<'_>, health: &NetworkHealth) -> Vec<Section> {
    let mut sections = vec![
        components(site, health),
        checks(site, health),
        Section::new("Health of the relays")
            .width(Width::Half)
            .figure(site, FigureName::RelayHealth)
            .remark(without_health(site))
            .method(site, Method::RelayHealth),
        movement(site, health),
        course(site),
        advice(site, health),
        group_health::largest(site, GroupKind::As, "Health of the largest ASes"),
        group_health::largest(site, GroupKind::Country, "Health of the largest countries"),
        group_health::largest(site, GroupKind::Operator, "Health of the largest operators"),
        regions(site),
    ];
    if !health.status.alerts.is_empty() {
        sections.insert(1, alerts(site, health));
    }
    sections
}

const COMPONENTS: &[Head] = &[
    ("Component", false),
    ("Weight,\u{a0}%", true),
    ("Score", true),
    ("Class", false),
    ("In 24 h", true),
    ("In 7 d", true),
    ("In a year", true),
    ("Behind it", false),
];

fn components(site: Site<'_>, health: &NetworkHealth) -> Section {
    let rows = health.components.iter().map(|component| component_row(site, health, component));
    let missing = health.components.iter().filter(|component| component.ratio.is_none()).count();
    let section = Section::new("Components of the score")
        .table(Table::new("Components of the score", COMPONENTS).rows(rows))
        .method(site, Method::NetworkHealth);
    if missing == 0 {
        return section.remark(TARGETS);
    }
    section.remark(format!(
        "{} no data and left out; the weights of the others are scaled up. {TARGETS}",
        if missing == 1 { "One component has".to_owned() } else { format!("{missing} components have") }
    ))
}

const TARGETS: &str = "Changes are in points. The aims are ambitions, which the network does not meet today.";

/// The method page of a component.
pub(super) const fn method_of(component: HealthComponent) -> Method {
    match component {
        HealthComponent::Availability => Method::HealthAvailability,
        HealthComponent::Reliability => Method::HealthReliability,
        HealthComponent::Diversity => Method::HealthDiversity,
        HealthComponent::Resilience => Method::HealthResilience,
        HealthComponent::Capacity => Method::HealthCapacity,
    }
}

/// The name of a component as words.
pub(in crate::pages) const fn title(component: HealthComponent) -> &'static str {
    match component {
        HealthComponent::Availability => "Availability",
        HealthComponent::Reliability => "Reliability",
        HealthComponent::Diversity => "Diversity",
        HealthComponent::Resilience => "Resilience",
        HealthComponent::Capacity => "Capacity",
    }
}

fn component_row(site: Site<'_>, health: &NetworkHealth, component: &Component) -> Vec<Cell> {
    let place = component.kind as usize;
    let change = |span| number(component_change(health.change(span), place));
    let href = site.links().page(&Page::Method(method_of(component.kind)));
    let mut cells = vec![
        Cell::Link(Some(href), title(component.kind).into()),
        number(format!("{:.0}", 100.0 * component.kind.weight())),
    ];
    cells.extend(score_cells(component.ratio));
    cells.extend(Span::ALL.map(change));
    cells.push(Cell::Wide(evidence(site, &component.evidence)));
    cells
}

/// The score of a component and the badge of its class.
pub(in crate::pages) fn score_cells(ratio: Option<f64>) -> [Cell; 2] {
    match ratio.and_then(|ratio| Some((ratio, HealthClass::of_ratio(ratio)?))) {
        Some((ratio, class)) => {
            [number(format!("{:.1}", 100.0 * ratio)), badge_cell(class_badge(class), class.name())]
        }
        None => [number("not known"), text("")],
    }
}

const fn class_badge(class: HealthClass) -> &'static str {
    match class {
        HealthClass::Excellent | HealthClass::Good => "good",
        HealthClass::Fair => "fair",
        HealthClass::Poor => "poor",
    }
}

/// Numbers behind something, folded away below the first of them.
pub(in crate::pages) fn evidence(site: Site<'_>, evidence: &[Evidence]) -> Html {
    let mut html = Html::default();
    let Some((first, rest)) = evidence.split_first() else { return html };
    html.markup("<details><summary>");
    value(&mut html, first);
    html.markup("</summary><ul>");
    // A summary opens what it heads, so it can hold no link; the group of the first stands below it.
    for part in first.group.map(|_| first).into_iter().chain(rest) {
        html.markup("<li>");
        value(&mut html, part);
        if let Some(key) = part.group {
            html.text(" (").link(site.group_link(key), &name_of(site, key)).text(")");
        }
        html.markup("</li>");
    }
    html.markup("</ul></details>");
    html
}

fn value(html: &mut Html, part: &Evidence) {
    let value = part.value.map_or_else(|| "not known".into(), quantity);
    html.text(part.name).text(": ").text(&value);
    if let Some(target) = part.target {
        html.text(", aim ").text(&quantity(target));
    }
}

/// The name of a group, without control characters.
pub(in crate::pages) fn name_of(site: Site<'_>, key: GroupKey) -> String {
    let group = site.network().group(key);
    let name = group.map(|group| allium_views::group_name(site.snapshot(), group).into_owned());
    printable(&format::shortened(&name.unwrap_or_default(), 40)).into_owned()
}

/// A number with its unit.
fn quantity(quantity: Quantity) -> String {
    match quantity {
        Quantity::Ratio(ratio) => format!("{} %", format::percent(ratio)),
        Quantity::Number(number) => format!("{number:.1}"),
        Quantity::Count(count) | Quantity::Weight(count) => format::count(count as usize),
        Quantity::BytesPerSecond(bytes) => {
            let shown = format::bandwidth(bytes);
            format!("{} {}", shown.number, shown.unit)
        }
        Quantity::Time(time) => format::minute(time),
    }
}

const CHECKS: &[Head] = &[("Check", false), ("State", false), ("Evidence", false)];

fn checks(site: Site<'_>, health: &NetworkHealth) -> Section {
    let mut ordered: Vec<&HealthCheck> = health.checks.iter().collect();
    // What is wrong first, then what passes, then what is not known.
    let rank = |check: &HealthCheck| match check.outcome.state {
        CheckState::Fail => 0,
        CheckState::Warn => 1,
        CheckState::Pass => 2,
        CheckState::Unknown => 3,
    };
    ordered.sort_by_key(|check| rank(check));
    let row = |check: &HealthCheck| {
        vec![
            text(check.name.title()),
            badge_cell(check_class(check.outcome.state), check.outcome.state.name()),
            Cell::Long(printable(&check.outcome.evidence).into_owned()),
        ]
    };
    Section::new("Fifteen checks")
        .table(Table::new("Fifteen checks", CHECKS).rows(ordered.into_iter().map(row)))
        .method(site, Method::NetworkChecks)
}

const ALERTS: &[Head] = &[("Since", false), ("Severity", false), ("What", false)];

/// Alerts that are listed at most.
const LISTED: usize = 20;

fn alerts(site: Site<'_>, health: &NetworkHealth) -> Section {
    let row = |alert: &allium_analysis::health::Alert| {
        let id = alert.incident.as_deref().and_then(|id| id.parse().ok());
        let href = id.map(|id| site.links().page(&Page::Incidents(IncidentsPage::Incident(id))));
        vec![
            Cell::Link(href, format::minute(alert.since)),
            badge_cell(severity_class(alert.severity), alert.severity.name()),
            Cell::Long(printable(&alert.evidence).into_owned()),
        ]
    };
    let rows = health.status.alerts.iter().take(LISTED).map(row);
    Section::new("Wrong right now").table(Table::new("Wrong right now", ALERTS).rows(rows))
}

fn without_health(site: Site<'_>) -> String {
    let scores = &site.snapshot().report.scores;
    match scores.without_health {
        0 => "Every running relay has a health score.".into(),
        count => format!(
            "Of {} too little is known for a score.",
            format::counted(count, "running relay", "running relays")
        ),
    }
}

/// What came and went: relays, countries, capacity.
fn movement(site: Site<'_>, health: &NetworkHealth) -> Section {
    let new = &site.snapshot().report.overview.new_relays;
    let mut facts = vec![
        ("Relays first seen in 24 hours", format::count(new.day)),
        ("Running within 24 hours and gone now", format::count(health.sums.relays_lost_day as usize)),
    ];
    if let Some(churn) = &health.churn {
        let percent = |ratio| format!("{} %", format::percent(ratio));
        facts.push(("Joined in 24 hours", format::count(churn.joined as usize)));
        facts.push(("Left in 24 hours", format::count(churn.left as usize)));
        facts.push(("Churn, an hour", percent(churn.ratio)));
        let median = churn.median_ratio.map_or_else(|| "not known".into(), percent);
        facts.push(("Its median over 30 days", median));
    }
    let week = health.change(Span::Week);
    let growth = [
        ("Capacity of exits in 7 days", week.and_then(|change| change.exit_capacity_ratio)),
        ("Capacity of guards in 7 days", week.and_then(|change| change.guard_capacity_ratio)),
    ];
    facts.extend(
        growth.into_iter().filter_map(|(what, ratio)| Some((what, format!("{:+.1} %", 100.0 * ratio?)))),
    );
    Section::new("Coming and going")
        .width(Width::Half)
        .facts(&facts)
        .text(countries(health))
        .method(site, Method::NetworkChecks)
}

fn countries(health: &NetworkHealth) -> String {
    let Some(change) = &health.countries else {
        return "Countries gained and lost this quarter: no history to compare with.".into();
    };
    format!(
        "Countries since {}: {} gained{}, {} lost{}.",
        change.since.date(),
        change.gained.len(),
        named(&change.gained),
        change.lost.len(),
        named(&change.lost)
    )
}

/// ` (Sweden, Chile)`, or nothing.
fn named(codes: &[CountryCode]) -> String {
    let names =
        codes.iter().map(|code| country_name(*code).map_or_else(|| code.to_string(), ToOwned::to_owned));
    let names = names.collect::<Vec<_>>().join(", ");
    if names.is_empty() { names } else { format!(" ({names})") }
}

/// The stretches of the past, the one of 30 days in view.
const STRETCHES: [(&str, FigureName, bool); 5] = [
    ("24 hours", FigureName::HealthDay, false),
    ("7 days", FigureName::HealthWeek, false),
    ("30 days", FigureName::HealthMonth, true),
    ("90 days", FigureName::HealthQuarter, false),
    ("Everything that is kept", FigureName::HealthAll, false),
];

fn course(site: Site<'_>) -> Section {
    let section = Section::new("Over time").method(site, Method::NetworkHealth);
    let figures = STRETCHES.map(|(summary, name, is_open)| {
        let key = crate::figures::FigureKey { subject: crate::figures::Subject::Network, name };
        (summary, crate::figures::embed(site, &key), is_open)
    });
    if figures.iter().all(|(_, figure, _)| figure.is_none()) {
        return section
            .text("No history of the health is kept yet; it begins with the first snapshot that is stored.");
    }
    let drawn =
        figures.into_iter().filter_map(|(summary, figure, is_open)| Some((summary, figure?, is_open)));
    drawn.fold(section, |section, (summary, figure, is_open)| section.folded_html(summary, &figure, is_open))
}

const REGIONS: &[Head] = &[("Region", false), ("Relays", true), ("Health", true), ("Class", false)];

/// The regions of the world with their health.
fn regions(site: Site<'_>) -> Section {
    let snapshot = site.snapshot();
    let row = |region: Region| {
        let area = Area::Region(region);
        let health = GroupHealth::of_area(snapshot, area).filter(|health| health.sums.relays.running > 0)?;
        let href = site.links().page(&Page::Places(PlacesPage::Area(area)));
        let relays = format::count(health.sums.relays.running as usize);
        let mut cells = vec![Cell::Link(Some(href), area.name().into()), number(relays)];
        cells.extend(score_cells(health.score.map(|score| score / 100.0)));
        Some(cells)
    };
    let rows = Region::ALL.into_iter().filter_map(row);
    Section::new("Health of the regions")
        .width(Width::Half)
        .table(Table::new("Health of the regions", REGIONS).rows(rows))
        .method(site, Method::GroupHealth)
}

const ADVICE: &[Head] = &[("What would help", false), ("When", false), ("What was measured", false)];

fn advice(site: Site<'_>, health: &NetworkHealth) -> Section {
    let row = |advice: &Advice| {
        let mut measured = Html::default();
        measured.text(&printable(&advice.evidence));
        if let Some(key) = advice.group {
            measured.text(" The largest is ").link(site.group_link(key), &name_of(site, key)).text(".");
        }
        vec![text(advice.order), text(advice.horizon.name()), Cell::Wide(measured)]
    };
    Section::new("What would help")
        .table(Table::new("What would help", ADVICE).rows(health.advice.iter().map(row)))
        .method(site, Method::NetworkRecommendations)
}

/// The change of the score over a year, in words; nothing where the history does not reach.
pub(super) fn year(health: &NetworkHealth) -> Option<String> {
    let points = health.change(Span::Year)?.score?;
    Some(format!("{} points against a year ago", arrow(points)))
}
