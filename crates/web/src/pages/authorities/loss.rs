//! What depends on the authorities: reliability, redundancy, and what the loss of some would mean.

use super::scores::title;
use super::words::percent;
use crate::pages::study::section::Section;
use crate::pages::study::table::{Cell, Head, Table, number, text};
use crate::pages::{Method, Site};
use allium_analysis::directory::Directory;
use allium_analysis::directory::impact::{FailureRisk, LossScenario, MIN_SCANNERS, Redundancy, Reliability};

const LOSS: &[Head] = &[
    ("Authorities", false),
    ("Voters left", true),
    ("Consensus", false),
    ("Scanners left at worst", true),
    ("3 scanners left", true),
    ("IPv6 testers left at worst", true),
    ("An IPv6 tester left", true),
];

/// What the loss of authorities would mean.
pub(super) fn losses(site: Site<'_>, directory: &Directory) -> Section {
    let impact = &directory.report.impact;
    let section = Section::new("When authorities are lost").method(site, Method::AuthorityLoss);
    if impact.losses.is_empty() {
        return section.text("No votes were read, so it is not known who measures and who tests IPv6.");
    }
    let words = format!(
        "Of {} trusted authorities {} measure bandwidth and {} test IPv6 in the newest round. A consensus needs {} votes and signatures; weights count as measured where {MIN_SCANNERS} authorities measured.",
        impact.trusted,
        impact.scanners.unwrap_or_default(),
        impact.ipv6_testers.unwrap_or_default(),
        impact.majority,
    );
    let rows = impact.losses.iter().take(impact.trusted.min(12)).map(loss_row);
    section
        .text(words)
        .table(Table::new("When authorities are lost", LOSS).rows(rows))
        .remark("Shares are over all sets of so many authorities, each as likely as the other. They say what would remain, not how likely a loss is.")
}

fn loss_row(scenario: &LossScenario) -> Vec<Cell> {
    let consensus = if scenario.is_majority { "possible" } else { "not possible" };
    vec![
        text(match scenario.lost {
            0 => "none".into(),
            lost => format!("{lost} lost"),
        }),
        number(scenario.voters.to_string()),
        text(consensus),
        number(scenario.fewest_scanners.to_string()),
        number(format!("{} of cases", percent(scenario.enough_scanners_ratio))),
        number(scenario.fewest_ipv6_testers.to_string()),
        number(format!("{} of cases", percent(scenario.any_ipv6_tester_ratio))),
    ]
}

const IMPACT: &[Head] = &[
    ("Period", false),
    ("Mean score", true),
    ("Authorities with a score", true),
    ("Below 90", true),
    ("Risk of failures", false),
];

/// Reliability of the authorities together.
pub(super) fn reliability(site: Site<'_>, directory: &Directory) -> Section {
    let impact = &directory.report.impact;
    let redundancy = impact.redundancy.map_or("not known", Redundancy::name);
    let rows = impact.reliability.iter().map(reliability_row);
    Section::new("Reliability of the authorities together")
        .text(format!(
            "Redundancy is {redundancy}: {} of {} trusted authorities are counted, {} are needed.",
            impact.counted.map_or_else(|| "an unknown number".into(), |counted| counted.to_string()),
            impact.trusted,
            impact.majority,
        ))
        .table(Table::new("Reliability by period", IMPACT).rows(rows))
        .method(site, Method::AuthorityLoss)
}

fn reliability_row(reliability: &Reliability) -> Vec<Cell> {
    vec![
        text(title(reliability.period)),
        number(reliability.mean_score.map_or_else(|| "no score".into(), |mean| format!("{mean:.1}"))),
        number(reliability.scored.to_string()),
        number(if reliability.scored == 0 { "not known".into() } else { reliability.below_90.to_string() }),
        text(reliability.failure_risk.map_or("not known", FailureRisk::name)),
    ]
}
