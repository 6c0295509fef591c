//! The health score of a relay, with its parts.

use super::facts::{Fact, plain};
use crate::pages::Site;
use allium_analysis::scores::{HealthClass, HealthPart};
use allium_model::RelayPosition;

pub(super) fn facts<'a>(site: Site<'_>, position: RelayPosition) -> Vec<Fact<'a>> {
    let health = site.snapshot().report.scores.relay(position);
    let score = health.score.map_or_else(
        || "not enough data".into(),
        |score| format!("{score:.1} of 100, {}", HealthClass::of_percent(score).name()),
    );
    let part = |part: HealthPart| {
        let value = health
            .part(part)
            .map_or_else(|| "not known".into(), |value| format!("{:.1} of 100", value * 100.0));
        plain(label(part), value)
    };
    std::iter::once(plain("Score", score)).chain(HealthPart::ALL.map(part)).collect()
}

const fn label(part: HealthPart) -> &'static str {
    match part {
        HealthPart::Uptime => "Uptime over 1 month",
        HealthPart::FlagStability => "Flag stability",
        HealthPart::WeightSteadiness => "Weight steadiness",
        HealthPart::Software => "Software",
    }
}
