//! The form that chooses incidents by class, kind, severity and state.

use crate::html::Html;
use crate::pages::Site;
use crate::{IncidentsPage, Mode, Page};
use allium_alert::incident_label;
use allium_model::{IncidentClass, IncidentKind, IncidentState, Severity};
use allium_views::IncidentFilter;

/// The form, where a server can answer.
pub(super) fn form(site: Site<'_>, filter: IncidentFilter) -> Option<Html> {
    if site.settings.mode != Mode::Served {
        return None;
    }
    let action = site.links().page(&Page::Incidents(IncidentsPage::List(1)));
    let mut html = Html::with_capacity(4096);
    html.markup("<form class=\"choice\" action=\"").text(&action).markup("\">");
    let classes = IncidentClass::ALL.map(|class| (class.name(), class.name(), filter.class == Some(class)));
    select(&mut html, "class", "Class", &classes);
    let kinds = IncidentKind::ALL.map(|kind| (kind.name(), incident_label(kind), filter.kind == Some(kind)));
    select(&mut html, "kind", "What was observed", &kinds);
    let severities = [Severity::Critical, Severity::Warning, Severity::Notice]
        .map(|severity| (severity.name(), severity.name(), filter.severity == Some(severity)));
    select(&mut html, "severity", "Severity", &severities);
    let states = IncidentState::ALL.map(|state| (state.name(), state.name(), filter.state == Some(state)));
    select(&mut html, "state", "State", &states);
    html.markup("<button>Show</button></form>");
    Some(html)
}

/// A field with a choice of values, their words, and which one was chosen.
fn select(html: &mut Html, name: &'static str, label: &'static str, options: &[(&str, &str, bool)]) {
    html.markup("<label>").text(label).markup(" <select name=\"").text(name);
    html.markup("\"><option value=\"\">all</option>");
    for (value, words, is_chosen) in options {
        html.markup("<option value=\"").text(value);
        html.markup(if *is_chosen { "\" selected>" } else { "\">" }).text(words).markup("</option>");
    }
    html.markup("</select></label> ");
}
