//! From when on something is told: the thresholds in force.

use super::fields::threshold;
use crate::AlertBoard;
use crate::format;
use crate::pages::Site;
use crate::pages::study::section::{Section, Width};
use crate::pages::study::table::{Head, Table, number, text};
use allium_alert::{Repeat, Watches};
use allium_analysis::incidents::IncidentOptions;
use allium_model::Severity;

const HEADS: &[Head] = &[("What", false), ("Threshold", true)];

/// Thresholds of incidents; none where they are not looked for.
pub(super) fn incidents(site: Site<'_>) -> Option<Section> {
    let options = site.edition.incidents.as_deref()?.options();
    let rows = rows(options).into_iter().map(|(what, value)| vec![text(what), number(value)]);
    let table = Table::new("Thresholds of incidents", HEADS).rows(rows);
    Some(
        Section::new("From when on something is an incident")
            .width(Width::Half)
            .table(table)
            .remark("Counts of relays are for a network of 10,000 and shrink with a smaller one. Whoever runs this site sets them.")
            .method_of(site, "detection"),
    )
}

fn rows(options: &IncidentOptions) -> Vec<(&'static str, String)> {
    let percent = |ratio: f64| format!("{} %", format::percent(ratio));
    let count = |number: u32| format::count(number as usize);
    let [warning, critical] = options.level_ratios;
    let [exits, guards] = options.level_floors;
    vec![
        ("Weight lost at once, warning", format!("over {}", percent(options.warning_weight_ratio))),
        ("Weight lost at once, critical", format!("over {}", percent(options.critical_weight_ratio))),
        ("Relays lost at once", format!("over {}", count(options.lost_relays))),
        ("Exits lost at once", format!("over {}", count(options.lost_exits))),
        (
            "Relays of one group lost, warning",
            format!(
                "{} or {} of weight",
                count(options.network_relays),
                percent(options.network_weight_ratio)
            ),
        ),
        ("Exits or guards against their 30 days, warning", format!("under {}", percent(warning))),
        ("Exits or guards against their 30 days, critical", format!("under {}", percent(critical))),
        ("Exits until 7 days are known", format!("under {}", count(exits))),
        ("Guards until 7 days are known", format!("under {}", count(guards))),
        ("New relays within an hour", format!("{} or more", count(options.joins))),
        ("Churn against its 30 days", format!("over {} times", options.churn_factor)),
        ("Resolved when of those hit are back", percent(options.recovered_ratio)),
    ]
}

/// What is told when a subscription does not say otherwise, and how many messages a receiver gets.
pub(super) fn defaults(site: Site<'_>, board: &AlertBoard) -> Section {
    let usual = Watches::usual();
    let watches = usual.iter().map(|watch| (watch.kind().label().to_owned(), threshold(watch)));
    let repeats = [Severity::Critical, Severity::Warning, Severity::Notice].map(|severity| {
        let hours = Repeat::default().seconds(severity).map(|seconds| seconds / 3600);
        let words = hours.map_or_else(|| "not repeated".to_owned(), |hours| format!("every {hours} hours"));
        (format!("What lasts: {}", severity.name()), words)
    });
    let budget = board.budget;
    let hours = budget.period_seconds / 3600;
    let messages = [
        ("Messages to a receiver".to_owned(), format!("{} in {hours} hours", budget.messages)),
        ("Of these for what is critical".to_owned(), budget.reserved_for_critical.to_string()),
    ];
    let rows = watches.chain(repeats).chain(messages).map(|(what, value)| vec![text(what), number(value)]);
    Section::new("What is usual for a subscription")
        .width(Width::Half)
        .table(Table::new("What is usual for a subscription", HEADS).rows(rows))
        .remark("Every subscription sets its own.")
        .method_of(site, "alerts")
}
