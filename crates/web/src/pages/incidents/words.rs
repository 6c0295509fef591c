//! Words, badges and links of incidents.

use crate::html::Html;
use crate::pages::Site;
use crate::pages::authorities::authority_link;
use crate::{IncidentBook, format};
use allium_alert::{cause_name, incident_label};
use allium_model::{CauseGroup, Ending, GroupKey, Incident, IncidentState, Severity};
use allium_views::group_name;

/// A badge of a class.
pub(in crate::pages) fn badge(class: &'static str, word: &str) -> Html {
    let mut html = Html::default();
    html.markup("<span class=\"badge ").markup(class).markup("\">").text(word).markup("</span>");
    html
}

/// The class of a severity.
pub(in crate::pages) const fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Notice => "info",
        Severity::Warning => "fair",
        Severity::Critical => "poor",
    }
}

/// The class of a state, and its word.
pub(super) const fn state_badge(incident: &Incident) -> (&'static str, &'static str) {
    match (incident.state, incident.ending) {
        (IncidentState::Unverified, _) => ("info", "unverified"),
        (IncidentState::Ongoing, _) => ("poor", "ongoing"),
        (IncidentState::Resolved, Some(Ending::NotConfirmed)) => ("", "not confirmed"),
        (IncidentState::Resolved, Some(Ending::Permanent)) => ("", "gone for good"),
        (IncidentState::Resolved, _) => ("good", "resolved"),
    }
}

/// The state of the network as its incidents say: class, words, and why.
pub(in crate::pages) fn status(book: Option<&IncidentBook>) -> (&'static str, &'static str, String) {
    let Some(book) = book else {
        return ("info", "Not known", "Incidents are not looked for here.".into());
    };
    let active = book.active().len();
    let why = match active {
        0 => "No confirmed incident is active.".into(),
        1 => "1 confirmed incident is active.".into(),
        more => format!("{} confirmed incidents are active.", format::count(more)),
    };
    match book.worst() {
        None => ("good", "Operational", why),
        Some(Severity::Notice) => ("info", "Notice", why),
        Some(Severity::Warning) => ("fair", "Warning", why),
        Some(Severity::Critical) => ("poor", "Critical", why),
    }
}

/// Longest name of a group in a heading, in characters.
const MAX_NAME: usize = 60;

/// What an incident is called: what was observed, where, and how large.
pub(super) fn heading(site: Site<'_>, incident: &Incident) -> String {
    let mut heading = incident_label(incident.id.kind).to_owned();
    if let Some(cause) = incident.causes.first() {
        let name = format::shortened(&named(site, &cause.group).1, MAX_NAME);
        heading = format!("{heading}: {name}");
    }
    match incident.hit.relays.len() {
        0 => heading,
        relays => format!("{heading}, {}", format::counted(relays, "relay", "relays")),
    }
}

/// A group that explains something: the link to its page where it has one, and its name.
pub(super) fn named(site: Site<'_>, group: &CauseGroup) -> (Option<String>, String) {
    let plain = || cause_name(group).plain();
    if let CauseGroup::Authority(identity) = group {
        return authority_link(site, *identity).unwrap_or_else(|| (None, plain()));
    }
    let found = key(site, group).and_then(|key| site.network().group(key));
    let Some(found) = found else { return (None, plain()) };
    let name = group_name(site.snapshot(), found);
    let name = match group {
        CauseGroup::As(number) => format!("{number} {name}"),
        CauseGroup::Version(_) => format!("tor {name}"),
        CauseGroup::Family(_) => format!("the family of {name}"),
        _ => name.into_owned(),
    };
    (site.group_link(found.key).map(str::to_owned), name)
}

/// The group of the current network.
fn key(site: Site<'_>, group: &CauseGroup) -> Option<GroupKey> {
    let text = |name: &str| site.network().find_text(name);
    Some(match group {
        CauseGroup::As(number) => GroupKey::As(*number),
        CauseGroup::Country(code) => GroupKey::Country(*code),
        CauseGroup::Operator(id) => GroupKey::Operator(*id),
        CauseGroup::Family(id) => GroupKey::Family(*id),
        CauseGroup::Version(name) => GroupKey::Version(text(name)?),
        CauseGroup::Platform(name) => GroupKey::Platform(text(name)?),
        CauseGroup::Prefix(_) | CauseGroup::Authority(_) => return None,
    })
}

/// A share in percent with its sign.
pub(super) fn share(ratio: f64) -> String {
    format!("{} %", format::percent(ratio))
}
