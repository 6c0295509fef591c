//! Figures of the network.

pub(crate) mod bandwidth;
pub(crate) mod diversity;
mod findings;
mod growth_months;
mod operators;
pub(super) mod reliability;
mod roles;
mod spread;
pub(crate) mod visual;
pub(crate) mod weights;
pub(crate) mod wheel;

pub(super) use bandwidth::{bandwidth, bridge_clients, utilisation};
pub(super) use diversity::{flags, platform_heroes, platform_shares};
pub(super) use findings::{boxes, correlations, histogram, histogram_top, variance};
pub(super) use growth_months::{operators_by_month, relays_by_month};
pub(super) use operators::{efficiency, top_operators};
pub(super) use reliability::{class_flow, health_classes, ladder, uptime};
pub(crate) use roles::row_name;
pub(super) use roles::{by_country, by_platform, by_size};
pub(super) use spread::{as_weight, countries};
pub(super) use weights::weight_parts;
pub(super) use wheel::wheel;

use super::growth;
use crate::Edition;
use allium_charts::Figure;

/// Running relays by the day on which they were first seen.
pub(super) fn first_seen(edition: &Edition) -> Option<Figure> {
    growth::first_seen(edition, edition.snapshot.network.default_order())
}

/// A ratio in percent.
pub(super) fn percent(ratio: f64) -> f64 {
    ratio * 100.0
}

/// A figure that has a value; one without is none.
fn shown(figure: Figure) -> Option<Figure> {
    (!figure.is_empty()).then_some(figure)
}
