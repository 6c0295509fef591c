//! An incident in words.

use super::Text;
use allium_model::{CauseGroup, Ending, Incident, IncidentKind, country_name};

/// What happened, in a few words.
pub const fn label(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::SourceFault => "A source of data is at fault",
        IncidentKind::ConsensusFault => "No valid consensus",
        IncidentKind::AuthorityFault => "Directory authorities are at fault",
        IncidentKind::ScannerFault => "A bandwidth scanner is at fault",
        IncidentKind::RelaysLost => "Many relays vanished at once",
        IncidentKind::GroupOutage => "Relays of one group vanished together",
        IncidentKind::GroupDecline => "A group loses its relays",
        IncidentKind::Flapping => "Relays of one group come and go",
        IncidentKind::VersionFailure => "Relays of one version vanished together",
        IncidentKind::Joins => "Many new relays joined at once",
        IncidentKind::ExitsLow => "Fewer exits than usual",
        IncidentKind::GuardsLow => "Fewer guards than usual",
        IncidentKind::ExitCapacityHalved => "An AS lost half of its exit capacity",
        IncidentKind::ChurnHigh => "Relays come and go faster than usual",
    }
}

/// A group that explains something, by name.
pub fn group(group: &CauseGroup) -> Text {
    let short = |text: String| text.chars().take(8).collect::<String>();
    match group {
        CauseGroup::As(number) => Text::ours(number.to_string()),
        CauseGroup::Prefix(prefix) => Text::ours(prefix.to_string()),
        CauseGroup::Country(code) => Text::ours(country_name(*code).unwrap_or(code.as_str())),
        CauseGroup::Operator(id) => Text::ours(format!("operator {}", short(id.to_string()))),
        CauseGroup::Family(id) => Text::ours(format!("the family of {}", short(id.to_string()))),
        CauseGroup::Version(version) => Text::ours("tor ").foreign(version),
        CauseGroup::Platform(platform) => Text::default().foreign(platform),
        CauseGroup::Authority(id) => Text::ours(format!("authority {}", short(id.to_string()))),
    }
}

/// The incident in one line: what, where, how large.
pub(super) fn title(incident: &Incident) -> Text {
    let mut title = Text::ours(label(incident.id.kind));
    if let Some(cause) = incident.causes.first() {
        title = title.and(": ").then(group(&cause.group));
    }
    match incident.hit.relays.len() {
        0 => title,
        1 => title.and(", 1 relay"),
        relays => title.and(format!(", {relays} relays")),
    }
}

/// What was observed, and what explains it.
pub(super) fn evidence(incident: &Incident) -> Vec<Text> {
    let mut lines = vec![Text::default().foreign(&incident.evidence)];
    let impact = &incident.hit.impact;
    if !incident.hit.relays.is_empty() {
        let percent = |ratio: f64| format!("{:.1} %", 100.0 * ratio);
        lines.push(Text::ours(format!(
            "Of the network: {} of relays, {} of consensus weight, {} of guard and {} of exit probability.",
            percent(impact.relays_ratio),
            percent(impact.weight_ratio),
            percent(impact.guard_ratio),
            percent(impact.exit_ratio),
        )));
        lines.push(explained(incident));
    }
    lines
}

fn explained(incident: &Incident) -> Text {
    let Some(cause) = incident.causes.first() else {
        return Text::ours("No common cause was found.");
    };
    let (hit, of_group, all) = (cause.hit_in_group, cause.group_relays, cause.hit);
    Text::ours("Best explanation: ")
        .then(group(&cause.group))
        .and(format!(", with {hit} of the {all} relays hit and {hit} of its {of_group} relays."))
}

/// How it ended.
pub(super) const fn ending(ending: Option<Ending>) -> &'static str {
    match ending {
        Some(Ending::Permanent) => "It is closed: what went away did not come back within a week.",
        Some(Ending::NotConfirmed) => "It was not confirmed.",
        Some(Ending::Recovered) | None => "It is over.",
    }
}
