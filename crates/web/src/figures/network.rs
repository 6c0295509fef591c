//! Figures of the network.

pub(crate) mod bandwidth;
pub(crate) mod diversity;
mod findings;
mod growth_months;
mod operators;
mod reliability;
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
use allium_analysis::metrics::series::TimeSeries;
use allium_charts::{Colour, Figure, Line};

/// Running relays by the day on which they were first seen.
pub(super) fn first_seen(edition: &Edition) -> Option<Figure> {
    growth::first_seen(edition, edition.snapshot.network.default_order())
}

/// A line of a series, each value times a factor.
fn line(name: &str, colour: Colour, factor: f64, series: &TimeSeries) -> Line {
    Line { name: name.into(), colour, series: scaled(factor, series) }
}

/// A series for a chart, each value times a factor.
fn scaled(factor: f64, series: &TimeSeries) -> allium_charts::TimeSeries {
    allium_charts::TimeSeries {
        start: series.first,
        interval_seconds: series.interval_seconds,
        values: series.values.iter().map(|value| value.map(|value| value * factor)).collect(),
    }
}

/// A ratio in percent.
fn percent(ratio: f64) -> f64 {
    ratio * 100.0
}

/// A figure that has a value; one without is none.
fn shown(figure: Figure) -> Option<Figure> {
    (!figure.is_empty()).then_some(figure)
}
