//! The health of a group of relays as a section of its page, and of the largest groups as tables.

use super::network::{component_title, evidence, name_of, score_cells};
use super::study::section::{Section, Width};
use super::study::table::{Cell, Head, Table, number};
use super::{Method, Site};
use crate::list::ListSort;
use crate::{Page, format};
use allium_analysis::health::{Component, GroupHealth};
use allium_analysis::places::Area;
use allium_model::{Group, GroupKind};
use allium_views::ListKind;

const HEADS: &[Head] = &[
    ("Component", false),
    ("Weight,\u{a0}%", true),
    ("Score", true),
    ("Class", false),
    ("Behind it", false),
];

/// The section of a group; none for kinds whose relays have nothing in common that could be well or not.
pub(super) fn of_group(site: Site<'_>, group: Group<'_>) -> Option<Section> {
    let kind = group.key.kind();
    let has_health =
        matches!(kind, GroupKind::Operator | GroupKind::Family | GroupKind::As | GroupKind::Country);
    has_health.then(|| section(site, &GroupHealth::of_group(site.snapshot(), group)))
}

/// The section of a set of countries.
pub(super) fn of_area(site: Site<'_>, area: Area) -> Option<Section> {
    GroupHealth::of_area(site.snapshot(), area).map(|health| section(site, &health))
}

fn section(site: Site<'_>, health: &GroupHealth) -> Section {
    let title = match (health.score, health.class()) {
        (Some(score), Some(class)) => format!("Health {score:.1} of 100, {}", class.name()),
        _ => "Health not known".into(),
    };
    let rows = health.components.iter().map(|component| row(site, component));
    let section = Section::new(title)
        .table(Table::new("Components of the health", HEADS).rows(rows))
        .method(site, Method::GroupHealth);
    match health.score {
        Some(_) => section
            .remark("Components without data are left out, and the weights of the others are scaled up."),
        None => section.remark("Fewer than half of the weights of the components have data."),
    }
}

fn row(site: Site<'_>, component: &Component) -> Vec<Cell> {
    let mut cells = vec![
        Cell::Text(component_title(component.kind).into()),
        number(format!("{:.0}", 100.0 * component.kind.weight())),
    ];
    cells.extend(score_cells(component.ratio));
    cells.push(Cell::Wide(evidence(site, &component.evidence)));
    cells
}

const LARGEST: &[Head] = &[("Name", false), ("Weight,\u{a0}%", true), ("Health", true), ("Class", false)];

/// Groups that are told of a kind.
const TOLD: usize = 6;

/// The largest groups of a kind with their health, each with its page.
pub(super) fn largest(site: Site<'_>, kind: GroupKind, title: &'static str) -> Section {
    let snapshot = site.snapshot();
    let order = snapshot.report.groups(kind).order.iter().take(TOLD);
    let groups = order.filter_map(|position| snapshot.network.groups(kind).get(*position));
    let row = |group: Group<'_>| {
        let share = snapshot.group_report(kind, group.position).aggregate.consensus_weight_fraction.total;
        let href = site.group_link(group.key).map(ToOwned::to_owned);
        let mut cells = vec![Cell::Link(href, name_of(site, group.key)), number(format::percent(share))];
        cells.extend(score_cells(GroupHealth::of_group(snapshot, group).score.map(|score| score / 100.0)));
        cells
    };
    let all = site.links().page(&Page::List(ListKind::Groups(kind), ListSort::ConsensusWeight, 1));
    Section::new(title)
        .width(Width::Half)
        .table(Table::new(title, LARGEST).rows(groups.map(row)))
        .link(&all, "All of them")
        .method(site, Method::GroupHealth)
}
