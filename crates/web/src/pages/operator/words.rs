//! Whole sentences about an operator.

use crate::format;
use crate::pages::leaderboards::value_with_unit;
use allium_analysis::operator::{Insight, OperatorReport};
use allium_analysis::scores::HealthClass;

/// The one thing to know, as a sentence.
pub(super) fn insight(report: &OperatorReport) -> String {
    match report.insight {
        Insight::NoneRunning => "None of these relays runs now.".into(),
        Insight::WeightAway { relays, percent } => format!(
            "{} with {percent:.1} % of the operator's weight do not run.",
            format::counted(relays, "relay", "relays")
        )
        .replace("1 relay with", "One relay with")
        .replace("do not run", if relays == 1 { "does not run" } else { "do not run" }),
        Insight::Outdated { relays, of } => format!(
            "{} of {} running relays are not on a recommended version of Tor.",
            format::count(relays),
            format::count(of)
        ),
        Insight::Costly { part, points } => {
            format!("What costs these relays most of their score is {}: {points:.1} points.", part.name())
        }
        Insight::Leading(place) => {
            format!(
                "Rank {} of {} in {}, with {}.",
                place.rank,
                format::count(place.ranked),
                place.category.title().to_lowercase().replace("ipv", "IPv").replace("eu ", "EU "),
                value_with_unit(place.category, place.value)
            )
        }
        Insight::Steady { days } => format!(
            "No relay was missing for a day in the last {}.",
            format::counted(usize::try_from(days).unwrap_or(0), "day", "days")
        ),
        Insight::Well => {
            let class = report.score.score.map_or("", |score| HealthClass::of_percent(score).name());
            format!("The relays are {class} as far as it is measured, and nothing stands out.")
        }
        Insight::TooLittle => "Too little is known of these relays for a score.".into(),
    }
}

/// A name in a list of names: at most so many, and how many more.
pub(super) fn listed(names: &[String], most: usize) -> String {
    let shown = names.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {} more", format::count(more)),
    }
}
