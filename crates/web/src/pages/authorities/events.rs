//! What happened to the authorities and the consensus, the newest first, with filters by address.

use super::Content;
use super::event_choice::{self, EventChoice};
use super::words::{authority_href, event_title, severity_class, subject_name};
use crate::authorities_page::event_filters;
use crate::html::Html;
use crate::list::{PAGE_ROWS, page_of};
use crate::pages::study::section::Section;
use crate::pages::{Method, Site};
use crate::rows::Pager;
use crate::{AuthoritiesPage, EventFilter, Page, format};
use allium_analysis::directory::Directory;
use allium_model::{Event, EventSubject, Severity, printable};
use std::cmp::Reverse;

/// The events that a filter takes, the newest first.
pub(super) fn newest(directory: &Directory, filter: EventFilter) -> Vec<&Event> {
    let mut events: Vec<&Event> =
        directory.inputs.events.iter().filter(|event| filter.takes(event)).collect();
    events.sort_by_key(|event| (Reverse(event.from), event.kind, event.subject));
    events
}

pub(super) fn content(
    site: Site<'_>,
    directory: &Directory,
    filter: EventFilter,
    number: usize,
) -> Option<Content> {
    let events = newest(directory, filter);
    if events.is_empty() && number > 1 {
        return None;
    }
    let page = page_of(&events, number)?;
    let title = title(filter);
    let open = events.iter().filter(|event| event.until.is_none()).count();
    let sentence = if events.is_empty() {
        "Nothing of this kind is stored. Events are found from documents and probes from the time on at which this site keeps a history.".to_owned()
    } else {
        format!(
            "{}, {open} of them open. Times are those of the data.",
            format::counted(events.len(), "event", "events")
        )
    };
    let mut section = Section::new("Timeline")
        .html(&filters(site, directory, filter))
        .method(site, Method::DirectoryFaults);
    if let Some(form) = event_choice::form(site, directory, filter, &EventChoice::default()) {
        section = section.html(&form);
    }
    if !page.is_empty() {
        section = section.html(&list(site, directory, page));
    }
    let link = |number| site.links().page(&Page::Authorities(AuthoritiesPage::Events(filter, number)));
    Some(Content {
        sections: vec![section],
        pager: (events.len() > PAGE_ROWS).then(|| Pager::new(events.len(), number, link)).flatten(),
        ..Content::new(title, DESCRIPTION, sentence)
    })
}

const DESCRIPTION: &str = "What happened to the directory authorities and the consensus of the Tor network.";

fn title(filter: EventFilter) -> String {
    match filter {
        EventFilter::All => "Events".to_owned(),
        EventFilter::Kind(kind) => format!("Events: {}", event_title(kind)),
        EventFilter::Severity(severity) => format!("Events: {}", severity.name()),
    }
}

/// The events that a reader chose by authority and days, and whether the choice names something.
pub(super) fn chosen(
    site: Site<'_>,
    directory: &Directory,
    filter: EventFilter,
    choice: Result<EventChoice, String>,
) -> (Content, bool) {
    let shown = choice.clone().unwrap_or_default();
    let found = choice.and_then(|choice| choice.of(directory, newest(directory, filter)));
    let mut section = Section::new("Timeline")
        .html(&filters(site, directory, filter))
        .method(site, Method::DirectoryFaults);
    if let Some(form) = event_choice::form(site, directory, filter, &shown) {
        section = section.html(&form);
    }
    let is_right = found.is_ok();
    let sentence = match found {
        Err(problem) => problem,
        Ok(events) if events.is_empty() => format!("No event{} is stored.", shown.words(directory)),
        Ok(events) => {
            let page = &events[..events.len().min(PAGE_ROWS)];
            section = section.html(&list(site, directory, page));
            if events.len() > page.len() {
                section = section.remark(format!(
                    "The newest {} of {}; choose fewer days to see others.",
                    page.len(),
                    events.len()
                ));
            }
            format!("{}{}.", format::counted(events.len(), "event", "events"), shown.words(directory))
        }
    };
    (Content { sections: vec![section], ..Content::new(title(filter), DESCRIPTION, sentence) }, is_right)
}

/// Links to the filters that have events.
fn filters(site: Site<'_>, directory: &Directory, current: EventFilter) -> Html {
    let mut html = Html::with_capacity(2048);
    html.markup("<nav class=\"tabs\" aria-label=\"Kinds of events\">");
    for filter in event_filters() {
        let count = directory.inputs.events.iter().filter(|event| filter.takes(event)).count();
        if count == 0 && filter != EventFilter::All && filter != current {
            continue;
        }
        let href = site.links().page(&Page::Authorities(AuthoritiesPage::Events(filter, 1)));
        html.markup("<a href=\"").text(&href).markup("\"");
        html.markup(if filter == current { " aria-current=\"page\">" } else { ">" });
        html.text(&format!("{} {count}", filter_words(filter))).markup("</a>");
    }
    html.markup("</nav>");
    html
}

fn filter_words(filter: EventFilter) -> &'static str {
    match filter {
        EventFilter::All => "All",
        EventFilter::Kind(kind) => event_title(kind),
        EventFilter::Severity(Severity::Critical) => "Critical",
        EventFilter::Severity(Severity::Warning) => "Warnings",
        EventFilter::Severity(Severity::Notice) => "Notices",
    }
}

/// Events as a list.
pub(super) fn list(site: Site<'_>, directory: &Directory, events: &[&Event]) -> Html {
    let mut html = Html::with_capacity(events.len() * 300);
    html.markup("<ol class=\"log happened\">");
    for event in events {
        item(&mut html, site, directory, event);
    }
    html.markup("</ol>");
    html
}

fn item(html: &mut Html, site: Site<'_>, directory: &Directory, event: &Event) {
    html.markup("<li><time datetime=\"").text(&event.from.to_rfc3339()).markup("\">");
    html.text(&format::minute(event.from)).markup("</time><div><p><span class=\"badge ");
    html.markup(severity_class(event.severity)).markup("\">").text(event.severity.name());
    html.markup("</span> <b>").text(event_title(event.kind)).markup("</b>, ");
    let name = subject_name(directory, event);
    let href =
        matches!(event.subject, EventSubject::Authority(_)).then(|| authority_href(site, &name)).flatten();
    html.link(href.as_deref(), &name).markup(", ").text(&span(event)).markup("</p><p><bdi>");
    html.text(&printable(&event.evidence)).markup("</bdi></p></div></li>");
}

/// How long an event lasted.
fn span(event: &Event) -> String {
    match event.until {
        None => "open".into(),
        Some(until) if until <= event.from => "over at once".into(),
        Some(until) => format!("for {}", format::duration(until.seconds_since(event.from))),
    }
}
