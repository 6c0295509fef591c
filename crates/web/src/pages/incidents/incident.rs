//! One incident: what was observed, whom it hit, what explains it, and what a reader can do.

use super::words::{badge, heading, severity_class, share, state_badge};
use super::{causes, contacts, impact, relays, steps};
use crate::format;
use crate::html::Html;
use crate::pages::Site;
use crate::pages::sheet::Sheet;
use crate::pages::study::section::Section;
use crate::rows::Tile;
use allium_model::{Incident, IncidentClass, IncidentKind, printable};

/// What the page shows.
pub(super) fn sheet(site: Site<'_>, incident: &Incident) -> Sheet {
    let title = heading(site, incident);
    let sections = [
        Some(observed(site, incident)),
        causes::section(site, incident),
        impact::roles(site, incident),
        impact::countries(site, incident),
        Some(steps::section(incident)),
        Some(advice(incident)),
        relays::section(site, incident),
        contacts::section(site, incident),
    ];
    Sheet {
        description: format!("{title}, {}.", format::minute(incident.id.from)),
        title,
        sentence: sentence(site, incident),
        badges: Some(badges(incident)),
        tiles: tiles(site, incident),
        sections: sections.into_iter().flatten().collect(),
        api_path: Some(format!("/api/v1/incidents/{}", incident.id)),
        ..Sheet::default()
    }
}

fn sentence(site: Site<'_>, incident: &Incident) -> String {
    let from = format::minute(incident.id.from);
    let lasted = steps::lasted(site, incident);
    let state = steps::state_sentence(incident);
    match incident.until {
        Some(until) => format!("From {from} to {}, {lasted}. {state}", format::minute(until)),
        None => format!("Since {from}, {lasted}. {state}"),
    }
}

fn badges(incident: &Incident) -> Html {
    let (class, state) = state_badge(incident);
    let mut html = badge(severity_class(incident.severity), incident.severity.name());
    html.markup(" ").html(&badge(class, state));
    html.markup(" ").html(&badge("", &format!("class: {}", incident.class().name())));
    html.markup(" ").html(&badge("", &incident.id.to_string()));
    html
}

fn tiles(site: Site<'_>, incident: &Incident) -> Vec<Tile> {
    let confirmed = incident.confirmed;
    let mut tiles = vec![
        Tile::new("Lasted", steps::lasted(site, incident), "", "by the time of the data"),
        Tile::new(
            "Confirmed",
            if confirmed.is_some() { "yes" } else { "no" },
            "",
            confirmed.map_or_else(|| "one consensus shows it".into(), format::minute),
        ),
    ];
    let (hit, away) = (incident.hit.relays.len(), incident.hit.away().count());
    if hit == 0 {
        return tiles;
    }
    let lost = &incident.hit.impact;
    let part =
        |label, ratio: f64, detail: &str| Tile::new(label, format::percent(ratio), "%", detail.to_owned());
    tiles.extend([
        Tile::new("Relays hit", format::count(hit), "", format!("{} away now", format::count(away))),
        part("Of consensus weight", lost.weight_ratio, "at last known values"),
        part("Of guard choice", lost.guard_ratio, "chance to be chosen as guard"),
        part("Of exit choice", lost.exit_ratio, "chance to be chosen as exit"),
    ]);
    tiles
}

fn observed(site: Site<'_>, incident: &Incident) -> Section {
    let section = Section::new("What was observed").method_of(site, "detection");
    let section = section.html(&evidence(incident));
    if incident.hit.relays.is_empty() {
        return section.remark("Faults of sources and authorities hit no relay.");
    }
    let lost = share(incident.hit.impact.relays_ratio);
    section.text(format!(
        "{} of the relays that ran before were hit.",
        lost.strip_prefix('<').map_or_else(|| lost.clone(), |least| format!("Less than {least}"))
    ))
}

fn evidence(incident: &Incident) -> Html {
    let mut html = Html::default();
    html.markup("<p><bdi>").text(&printable(&incident.evidence)).markup("</bdi></p>");
    html
}

/// What a reader can do, by what was observed.
fn advice(incident: &Incident) -> Section {
    let mut html = Html::default();
    html.markup("<ul class=\"advice\">");
    for sentence in sentences(incident) {
        html.markup("<li><p>").text(sentence).markup("</p></li>");
    }
    html.markup("</ul>");
    Section::new("What you can do").html(&html)
}

fn sentences(incident: &Incident) -> Vec<&'static str> {
    let clients = "Users of Tor need not do anything: their client chooses other relays by itself.";
    let mut sentences = match incident.id.kind {
        IncidentKind::SourceFault => vec![
            "Wait for the source: what is shown is older than usual and nothing new is concluded from it.",
        ],
        IncidentKind::ConsensusFault | IncidentKind::AuthorityFault | IncidentKind::ScannerFault => {
            vec!["Operators of relays need not do anything; the pages of the directory authorities say more."]
        }
        IncidentKind::Joins => vec![
            "Relays that join together need not be bad. Who knows what they share that is not said above can write to bad-relays@lists.torproject.org.",
        ],
        IncidentKind::VersionFailure => {
            vec!["Operators can see whether their relays run this version, and whether an update is out."]
        }
        _ => vec![
            "Operators of relays that were hit can see whether their host or provider reports a fault. Restarting a relay does not help while its network is away.",
        ],
    };
    if !matches!(incident.class(), IncidentClass::Source) {
        sentences.push(clients);
    }
    sentences
}
