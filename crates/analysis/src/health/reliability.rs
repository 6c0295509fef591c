//! Reliability: how much of the last 30 days relays were there, by weight.

use super::evidence::{Component, Evidence, Quantity};
use crate::metrics::uptime::GroupUptime;
use allium_model::HealthComponent;

/// The component from the mean uptime of a set of relays over a month.
pub(super) fn reliability(month: &GroupUptime) -> Component {
    let ratio = month.weighted_mean.map(|mean| mean.clamp(0.0, 1.0));
    let evidence = vec![
        Evidence::known("Uptime over 30 days, weighted", ratio.map(Quantity::Ratio)),
        Evidence::known("Plain mean of the same", month.mean.map(Quantity::Ratio)),
        Evidence::of("Relays that count", Quantity::Count(month.eligible as u64)),
        Evidence::of("Relays seen in 7 days", Quantity::Count(month.total as u64)),
        Evidence::known("Share of the time that is known", month.coverage.map(Quantity::Ratio)),
    ];
    Component { kind: HealthComponent::Reliability, ratio, evidence }
}
