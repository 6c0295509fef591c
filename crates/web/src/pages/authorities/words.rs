//! Words, badges and links that the pages of the authorities share.

use crate::html::Html;
use crate::pages::Site;
use crate::pages::study::table::Cell;
use crate::{AuthoritiesPage, Page};
use allium_analysis::directory::checks::CheckState;
use allium_analysis::directory::state::AuthorityState;
use allium_analysis::directory::{Directory, ScorePart, Scorecard};
use allium_model::{Event, EventKind, EventSubject, Severity, printable};

/// A badge of a class.
pub(super) fn badge(class: &'static str, word: &str) -> Html {
    let mut html = Html::default();
    html.markup("<span class=\"badge ").markup(class).markup("\">").text(word).markup("</span>");
    html
}

/// A cell with a badge.
pub(in crate::pages) fn badge_cell(class: &'static str, word: &str) -> Cell {
    Cell::Html(badge(class, word))
}

/// The class of a state.
pub(super) const fn state_class(state: AuthorityState) -> &'static str {
    match state {
        AuthorityState::Online => "good",
        AuthorityState::Slow | AuthorityState::Degraded => "fair",
        AuthorityState::Timeout | AuthorityState::Offline => "poor",
        AuthorityState::NotMeasured => "",
    }
}

/// The class of a check.
pub(in crate::pages) const fn check_class(state: CheckState) -> &'static str {
    match state {
        CheckState::Pass => "good",
        CheckState::Warn => "fair",
        CheckState::Fail => "poor",
        CheckState::Unknown => "",
    }
}

/// The class of a severity.
pub(in crate::pages) const fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Notice => "info",
        Severity::Warning => "fair",
        Severity::Critical => "poor",
    }
}

/// A fact that may not be known, as a badge.
pub(super) fn fact_cell(fact: Option<bool>, yes: &str, no: &str) -> Cell {
    match fact {
        Some(true) => badge_cell("good", yes),
        Some(false) => badge_cell("fair", no),
        None => Cell::Text("not known".into()),
    }
}

/// An event in words that begin in upper case.
pub(super) const fn event_title(kind: EventKind) -> &'static str {
    match kind {
        EventKind::ConsensusMissing => "No consensus",
        EventKind::MajorityMissing => "No majority of signatures",
        EventKind::AuthoritiesApart => "Authorities fell apart",
        EventKind::AuthorityListChanged => "List of authorities differs",
        EventKind::MethodChanged => "Consensus method changed",
        EventKind::VersionsChanged => "Recommended versions changed",
        EventKind::ParamsChanged => "Parameters changed",
        EventKind::SharedRandomMissing => "No shared random value",
        EventKind::AuthorityOffline => "Offline",
        EventKind::AuthorityTimeout => "Does not answer",
        EventKind::AuthoritySlow => "Answers slowly",
        EventKind::AuthorityDegraded => "Degraded",
        EventKind::ClockSkewed => "Clock is wrong",
        EventKind::VoteMissing => "No vote",
        EventKind::SignatureMissing => "No signature",
        EventKind::SignatureInvalid => "Signature does not hold",
        EventKind::BandwidthFileStale => "Stale bandwidth file",
        EventKind::NotMeasuring => "Not measuring",
        EventKind::ScannerSkewed => "Scanner is skewed",
        EventKind::CertificateExpiring => "Certificate expires",
    }
}

/// The nickname of the subject of an event, or the network.
pub(super) fn subject_name(directory: &Directory, event: &Event) -> String {
    match event.subject {
        EventSubject::Network => "Network".into(),
        EventSubject::Relay(fingerprint) => fingerprint.to_string(),
        EventSubject::Authority(identity) => {
            let known = directory.report.authorities.iter().find(|known| known.identity == identity);
            known.map_or_else(|| identity.to_string(), |known| printable(&known.nickname).into_owned())
        }
    }
}

/// The link to the page of an authority; none when its nickname cannot stand in an address, or when no
/// authority goes by it: a vote may give itself another name than the trusted list.
pub(super) fn authority_href(site: Site<'_>, nickname: &str) -> Option<String> {
    let page = AuthoritiesPage::of_nickname(nickname)?;
    let directory = site.edition.directory.as_deref()?;
    let is_it = |known: &str| AuthoritiesPage::of_nickname(known).is_some_and(|other| other == page);
    directory.report.authorities.iter().any(|known| is_it(&known.nickname)).then_some(())?;
    Some(site.links().page(&Page::Authorities(page)))
}

/// The page of an authority and its nickname, by its v3 identity; none for one that is not known.
pub(in crate::pages) fn authority_link(
    site: Site<'_>,
    identity: allium_model::Fingerprint,
) -> Option<(Option<String>, String)> {
    let directory = site.edition.directory.as_deref()?;
    let known = directory.report.authorities.iter().find(|known| known.identity == identity)?;
    Some((authority_href(site, &known.nickname), printable(&known.nickname).into_owned()))
}

/// A cell with the name of an authority and the link to its page.
pub(in crate::pages) fn authority_cell(site: Site<'_>, nickname: &str) -> Cell {
    Cell::Link(authority_href(site, nickname), printable(nickname).into_owned())
}

/// A part of a score in percent.
pub(super) fn part(part: ScorePart) -> String {
    match part {
        ScorePart::Unknown => "not known".into(),
        ScorePart::NotApplicable => "not applicable".into(),
        ScorePart::Share { ratio, .. } => percent(ratio),
    }
}

/// A share with one decimal; only what is whole is 100.
pub(in crate::pages) fn percent(ratio: f64) -> String {
    match 100.0 * ratio {
        percent if ratio < 1.0 && percent >= 99.95 => "99.9 %".into(),
        percent => format!("{percent:.1} %"),
    }
}

/// The stars of a score, with their number in words for those who do not see them.
pub(super) fn stars(card: &Scorecard) -> Html {
    let mut html = Html::default();
    let Some(word) = card.word() else {
        html.markup("<span class=\"muted\">no score</span>");
        return html;
    };
    let stars = usize::from(word.stars());
    html.markup("<span class=\"stars\" aria-hidden=\"true\">");
    html.text(&"★".repeat(stars)).text(&"☆".repeat(5 - stars)).markup("</span> ");
    html.markup("<span class=\"vh\">").text(&format!("{stars} of 5 stars, ")).markup("</span>");
    html.text(word.name());
    html
}

/// Milliseconds that may not be known.
pub(super) fn milliseconds(value: Option<f64>) -> String {
    value.map_or_else(|| "not known".into(), |value| format!("{value:.0} ms"))
}

/// A number that may not be known.
pub(super) fn count(value: Option<u32>) -> String {
    value.map_or_else(|| "not known".into(), |value| crate::format::count(value as usize))
}
