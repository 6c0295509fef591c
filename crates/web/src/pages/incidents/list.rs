//! The list of incidents: what is active first, then all of them, the newest first.

use super::words::{badge, heading, severity_class, share, state_badge, status};
use super::{choice, steps};
use crate::html::Html;
use crate::incidents_page::listed;
use crate::list::{PAGE_ROWS, page_of};
use crate::pages::Site;
use crate::pages::sheet::{Sheet, Visibility};
use crate::pages::study::section::Section;
use crate::pages::study::table::{Cell, Head, Table, number, text};
use crate::rows::{Pager, Tile};
use crate::{IncidentBook, IncidentsPage, Page, format};
use allium_model::{Incident, IncidentState, Severity};
use allium_views::IncidentFilter;

const HEADS: &[Head] = &[
    ("Incident", false),
    ("Severity", false),
    ("State", false),
    ("Class", false),
    ("From", false),
    ("Lasted", false),
    ("Relays", true),
    ("Of weight", true),
];

const DESCRIPTION: &str =
    "Incidents of the Tor network: what was observed, whom it hit, and what explains it.";

/// The page without a choice; none when there is no such page.
pub(super) fn sheet(site: Site<'_>, book: Option<&IncidentBook>, number: usize) -> Option<Sheet> {
    let all: Vec<&Incident> =
        book.map_or(&[][..], |book| book.all()).iter().take(listed(site.settings)).collect();
    let page = page_of(&all, number)?;
    let mut sheet = head(site, book);
    if let Some(book) = book {
        if number == 1 {
            sheet.sections.push(active(site, book));
        }
        let history = Section::new("History").method_of(site, "incidents");
        let history = match choice::form(site, IncidentFilter::default()) {
            Some(form) => history.html(&form),
            None => history,
        };
        sheet.sections.push(history.table(table(site, "Incidents", page)));
    }
    let link = |number| site.links().page(&Page::Incidents(IncidentsPage::List(number)));
    sheet.pager = (all.len() > PAGE_ROWS).then(|| Pager::new(all.len(), number, link)).flatten();
    Some(sheet)
}

/// The page with a choice, and whether it names something.
pub(super) fn chosen<'q>(site: Site<'_>, pairs: impl Iterator<Item = (&'q str, &'q str)>) -> (Sheet, bool) {
    let book = site.edition.incidents.as_deref();
    let filter = IncidentFilter::parse(pairs);
    let shown = filter.as_ref().copied().unwrap_or_default();
    let mut sheet = Sheet { visibility: Visibility::Unlisted, ..head(site, book) };
    let mut section = Section::new("Chosen incidents").method_of(site, "incidents");
    if let Some(form) = choice::form(site, shown) {
        section = section.html(&form);
    }
    let is_right = filter.is_ok();
    match (filter, book) {
        (Err(error), _) => {
            sheet.notes.push(("poor", "This choice is not understood.".into(), error.to_string()));
        }
        (Ok(filter), Some(book)) => {
            let found: Vec<&Incident> = book.all().iter().filter(|one| filter.takes(one)).collect();
            let rows = &found[..found.len().min(PAGE_ROWS)];
            section = section.text(format!("{}.", format::counted(found.len(), "incident", "incidents")));
            section = section.table(table(site, "Chosen incidents", rows));
            if found.len() > rows.len() {
                section = section.remark("The newest are shown. The API gives all of them.");
            }
        }
        (Ok(_), None) => {}
    }
    sheet.sections.push(section);
    (sheet, is_right)
}

/// What stands above the lists.
fn head(site: Site<'_>, book: Option<&IncidentBook>) -> Sheet {
    let (class, word, why) = status(book);
    let since = book.and_then(IncidentBook::watched_from);
    let since = since.map_or_else(String::new, |from| format!(" Looked for since {}.", format::minute(from)));
    Sheet {
        title: "Incidents".into(),
        description: DESCRIPTION.into(),
        sentence: format!(
            "{why}{since} Incidents are found in consensuses, so nothing is known before the hour that shows it."
        ),
        badges: Some(badge(class, word)),
        tiles: book.map(tiles).unwrap_or_default(),
        tabs: crate::pages::alerts::tabs(site, crate::pages::alerts::Tab::Incidents),
        api_path: book.map(|_| "/api/v1/incidents".to_owned()),
        notes: without(book),
        ..Sheet::default()
    }
}

fn without(book: Option<&IncidentBook>) -> Vec<(&'static str, String, String)> {
    let note = || {
        let why = "That there is none listed says nothing about the network.".to_owned();
        ("info", "This site does not look for incidents.".to_owned(), why)
    };
    if book.is_none() { vec![note()] } else { Vec::new() }
}

fn tiles(book: &IncidentBook) -> Vec<Tile> {
    let active = book.active();
    let of = |severity: Severity| active.iter().filter(|one| one.severity == severity).count();
    let unverified = book.all().iter().filter(|one| one.state == IncidentState::Unverified).count();
    let away: usize = active.iter().map(|one| one.hit.away().count()).sum();
    vec![
        Tile::new("Critical", format::count(of(Severity::Critical)), "", "active now"),
        Tile::new("Warnings", format::count(of(Severity::Warning)), "", "active now"),
        Tile::new("Notices", format::count(of(Severity::Notice)), "", "active now"),
        Tile::new("Unverified", format::count(unverified), "", "one consensus shows them; nobody is told"),
        Tile::new("Relays away", format::count(away), "", "in active incidents"),
    ]
}

fn active(site: Site<'_>, book: &IncidentBook) -> Section {
    let active = book.active();
    let section = Section::new("Active now").method_of(site, "detection");
    if active.is_empty() {
        return section.text("No confirmed incident is active.");
    }
    let shown = &active[..active.len().min(ACTIVE_ROWS)];
    let section = section.table(table(site, "Active incidents", shown));
    match active.len() - shown.len() {
        0 => section,
        more => section.remark(format!("{} more are in the history.", format::count(more))),
    }
}

/// Most rows of what is active.
const ACTIVE_ROWS: usize = 50;

fn table(site: Site<'_>, label: &str, incidents: &[&Incident]) -> Table {
    Table::new(label, HEADS).rows(incidents.iter().map(|incident| row(site, incident)))
}

fn row(site: Site<'_>, incident: &Incident) -> Vec<Cell> {
    let href = site.links().page(&Page::Incidents(IncidentsPage::Incident(incident.id)));
    let (class, state) = state_badge(incident);
    let relays = incident.hit.relays.len();
    let measured = |words: String| if relays == 0 { "-".to_owned() } else { words };
    vec![
        Cell::Link(Some(href), heading(site, incident)),
        Cell::Html(badge(severity_class(incident.severity), incident.severity.name())),
        Cell::Html(badge(class, state)),
        text(incident.class().name()),
        Cell::Html(time(incident)),
        text(steps::lasted(site, incident)),
        number(measured(format::count(relays))),
        number(measured(share(incident.hit.impact.weight_ratio))),
    ]
}

fn time(incident: &Incident) -> Html {
    let mut html = Html::default();
    html.markup("<time datetime=\"").text(&incident.id.from.to_rfc3339()).markup("\">");
    html.text(&format::minute(incident.id.from)).markup("</time>");
    html
}
