//! The achievement wheel: twelve categories of the leaderboards with their champions.

use super::diversity::name_of;
use crate::{Edition, Page, format};
use allium_analysis::leaderboard::Category;
use allium_charts::{Chart, Figure, WheelChart, WheelSegment};
use allium_model::GroupKind;

/// The twelve categories, clockwise.
pub(crate) const CATEGORIES: [Category; 12] = [
    Category::Bandwidth,
    Category::ConsensusWeight,
    Category::ExitAuthority,
    Category::ExitOperators,
    Category::GuardOperators,
    Category::MostDiverse,
    Category::PlatformDiversity,
    Category::NonEuLeaders,
    Category::FrontierBuilders,
    Category::NetworkVeterans,
    Category::ReliabilityMasters,
    Category::LegacyTitans,
];

/// The path of a category's board; none while there is no such page.
pub(crate) fn board_path(category: Category) -> Option<String> {
    let path = format!("/leaderboards/{}/", category.slug());
    Page::parse(&path).map(|_| path)
}

/// A value of a category with its unit, as the boards show it.
pub(crate) fn value_text(category: Category, value: f64) -> String {
    let (number, unit) = crate::pages::leaderboards::value_text(category, value);
    format!("{number} {unit}")
}

/// The wheel.
pub(crate) fn wheel(edition: &Edition) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let boards = &snapshot.report.leaderboards;
    let segment = |category: &Category| {
        let champion = boards.champion(*category);
        WheelSegment {
            category: category.title().into(),
            champion: champion.map(|standing| {
                format::shortened(&name_of(snapshot, GroupKind::Operator, standing.operator), 30)
            }),
            value: champion.map(|standing| value_text(*category, standing.value)).unwrap_or_default(),
        }
    };
    let operators = snapshot.report.totals.operators;
    let chart = WheelChart {
        segments: CATEGORIES.iter().map(segment).collect(),
        centre: format::count(operators),
        centre_note: "operators".into(),
    };
    super::shown(Figure::new("The first of twelve leaderboards", Chart::Wheel(chart)))
}
