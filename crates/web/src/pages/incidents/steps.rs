//! When what was seen, and how long it lasted.

use crate::format;
use crate::html::Html;
use crate::pages::Site;
use crate::pages::study::section::Section;
use allium_model::{Ending, Incident, IncidentState, IncidentStep, printable};

/// Most steps that a page shows.
const MOST: usize = 100;

/// How long an incident lasted, or lasts by the time of the data, in words that tell which.
pub(super) fn lasted(site: Site<'_>, incident: &Incident) -> String {
    let lasts = incident.until.is_none() && !has_just_begun(site, incident);
    format!("{}{}", duration(site, incident), if lasts { " so far" } else { "" })
}

/// Whether the newest document is the first that shows it.
fn has_just_begun(site: Site<'_>, incident: &Incident) -> bool {
    incident.until.is_none() && site.network().published() <= incident.id.from
}

/// The same without those words.
pub(super) fn duration(site: Site<'_>, incident: &Incident) -> String {
    if has_just_begun(site, incident) {
        return "just begun".to_owned();
    }
    let until = incident.until.unwrap_or_else(|| site.network().published());
    format::duration(until.seconds_since(incident.id.from))
}

/// The state of an incident in a sentence.
pub(super) fn state_sentence(incident: &Incident) -> &'static str {
    match (incident.state, incident.ending) {
        (IncidentState::Unverified, _) => "One consensus shows it; the next one confirms it or not.",
        (IncidentState::Ongoing, _) => "It was confirmed and lasts.",
        (IncidentState::Resolved, Some(Ending::NotConfirmed)) => {
            "It was not confirmed: the next consensus did not show it."
        }
        (IncidentState::Resolved, Some(Ending::Permanent)) => {
            "It is closed: what went away stayed away so long that it counts as gone for good."
        }
        (IncidentState::Resolved, Some(Ending::Recovered) | None) => "It is over.",
    }
}

/// What was observed and sent, oldest first.
pub(super) fn section(incident: &Incident) -> Section {
    let section = Section::new("What was observed and sent");
    if incident.steps.is_empty() {
        return section.text("Nothing was noted beside the times above.");
    }
    let shown = &incident.steps[..incident.steps.len().min(MOST)];
    let mut html = Html::with_capacity(shown.len() * 160);
    html.markup("<ol class=\"log happened\">");
    for step in shown {
        item(&mut html, step);
    }
    html.markup("</ol>");
    let section = section.html(&html);
    match incident.steps.len() - shown.len() {
        0 => section,
        more => section.remark(format!("and {} more", format::counted(more, "step", "steps"))),
    }
}

fn item(html: &mut Html, step: &IncidentStep) {
    html.markup("<li><time datetime=\"").text(&step.at.to_rfc3339()).markup("\">");
    html.text(&format::minute(step.at)).markup("</time><div><p><bdi>");
    html.text(&printable(&step.text)).markup("</bdi></p></div></li>");
}
