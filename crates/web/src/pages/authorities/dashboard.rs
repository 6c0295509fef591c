//! The dashboard: what is wrong now, the numbers, the table, and the parts below.

use super::published::load_words;
use super::words::{event_title, percent, severity_class, subject_name};
use super::{Content, checks, data_time, events, facts, keys, loss, relays, scores, states, tiles};
use crate::figures::FigureName;
use crate::pages::study::section::{Section, Width};
use crate::pages::{Method, Site};
use crate::{AuthoritiesPage, EventFilter, Page, format};
use allium_analysis::directory::checks::CheckState;
use allium_analysis::directory::load::{RequestLoad, load as request_load};
use allium_analysis::directory::{Directory, relay_of};
use allium_model::{Event, Severity, printable};

/// Open events that stand above the dashboard, and newest ones that stand in it.
const NOTES: usize = 4;
const RECENT: usize = 8;

pub(super) fn content(site: Site<'_>, directory: &Directory) -> Content {
    let title = "Directory authorities";
    let description = "State of the directory authorities of the Tor network: votes, signatures, measurements, scorecards and events.";
    Content {
        notes: notes(directory),
        tiles: tiles::tiles(directory),
        sections: vec![
            states::section(site, directory),
            Section::new("What is missing now")
                .width(Width::Half)
                .html(&states::facts(directory))
                .method(site, Method::AuthorityState),
            quality(site, directory),
            recent(site, directory),
            scores::section(site, directory),
            loss::reliability(site, directory),
            loss::losses(site, directory),
            Section::new("Answers to probes")
                .figure(site, FigureName::AuthorityResponses)
                .method(site, Method::AuthorityProbes),
            Section::new("Where they are")
                .figure(site, FigureName::WorldAuthorities)
                .text(places(site, directory)),
            keys::certificates(site, directory),
            load(site, directory),
            relays::section(site),
        ],
        api_path: Some("/api/v1/authorities"),
        ..Content::new(title, description, sentence(directory))
    }
}

fn sentence(directory: &Directory) -> String {
    let trusted = directory.inputs.trusted.len();
    let history = directory.inputs.network.first().map_or_else(
        || "No history is stored yet.".to_owned(),
        |first| {
            format!(
                "{} consensuses are stored from {} on.",
                format::count(directory.inputs.network.len()),
                format::minute(first.valid_after)
            )
        },
    );
    format!(
        "{} vote on what the Tor network is. State of {}. {history}",
        format::counted(trusted, "trusted authority", "trusted authorities"),
        data_time(directory)
    )
}

/// What is open now, the worst first.
fn notes(directory: &Directory) -> Vec<(&'static str, String, String)> {
    let open = events::newest(directory, EventFilter::All).into_iter();
    let open = open.filter(|event| event.until.is_none() && event.severity > Severity::Notice);
    let mut open: Vec<&Event> = open.collect();
    open.sort_by_key(|event| std::cmp::Reverse(event.severity));
    let more = open.len().saturating_sub(NOTES);
    let note = |event: &Event| {
        let words =
            format!("{}: {}.", subject_name(directory, event), event_title(event.kind).to_lowercase());
        (severity_class(event.severity), words, printable(&event.evidence).into_owned())
    };
    let mut notes: Vec<_> = open.into_iter().take(NOTES).map(note).collect();
    if more > 0 {
        notes.push(("info", format!("And {more} more."), "The list of events has them all.".into()));
    }
    notes
}

/// Indicators of quality, each computed.
fn quality(site: Site<'_>, directory: &Directory) -> Section {
    let inputs = &directory.inputs;
    let section =
        Section::new("Quality of the consensus").width(Width::Half).method(site, Method::ConsensusChecks);
    let Some(consensus) = inputs.consensus.as_deref() else {
        return section.text("No consensus was read.");
    };
    let (word, detail) = tiles::freshness(consensus, inputs.judged_at);
    let share = |part: usize, whole: usize| {
        if whole == 0 {
            "not known".into()
        } else {
            format!("{part} of {whole} ({})", percent(part as f64 / whole as f64))
        }
    };
    let counted = directory.report.impact.counted.unwrap_or_default();
    let measured = consensus.relays.saturating_sub(consensus.unmeasured_relays);
    let agreement = tiles::newest_agreement(directory);
    let checks = [CheckState::Pass, CheckState::Warn, CheckState::Fail, CheckState::Unknown]
        .map(|state| format!("{} {}", checks::count(directory, state), state.name()));
    let facts = [
        ("Freshness", format!("{}, {detail}", word.to_lowercase())),
        ("Participation", share(counted, inputs.trusted.len())),
        ("Agreement on flags", agreement.map_or_else(|| "not known".into(), |(ratio, _)| percent(ratio))),
        ("Relays with a measured weight", share(measured as usize, consensus.relays as usize)),
        (
            "Method",
            format!("{}, supported by {}", consensus.method, method_support(directory, consensus.method)),
        ),
        ("Unknown items in it", format::count(consensus.unknown_items as usize)),
        ("Checks", checks.join(", ")),
    ];
    let href = site.links().page(&Page::Authorities(AuthoritiesPage::Checks));
    section.html(&facts::list(facts)).link(&href, "Every check with its evidence")
}

fn method_support(directory: &Directory, method: u32) -> String {
    let votes = directory.inputs.votes.authorities();
    if votes.is_empty() {
        return "an unknown number of votes".into();
    }
    let support = votes.iter().filter(|vote| vote.methods.contains(&method)).count();
    format!("{support} of {} votes", votes.len())
}

fn recent(site: Site<'_>, directory: &Directory) -> Section {
    let newest = events::newest(directory, EventFilter::All);
    let section = Section::new("Recent events").method(site, Method::DirectoryFaults);
    if newest.is_empty() {
        return section.text("No event is stored. Events are found from documents and probes from the time on at which this site keeps a history.");
    }
    let shown = &newest[..newest.len().min(RECENT)];
    let href = site.links().page(&Page::Authorities(AuthoritiesPage::Events(EventFilter::All, 1)));
    let words = format!("All {} events", format::count(newest.len()));
    section.html(&events::list(site, directory, shown)).link(&href, &words)
}

/// The countries of the authorities, in words.
fn places(site: Site<'_>, directory: &Directory) -> String {
    let network = site.network();
    let mut countries = std::collections::BTreeMap::<String, u32>::new();
    let mut unknown = 0_u32;
    for authority in directory.report.authorities.iter().filter(|authority| authority.trusted.is_some()) {
        let country = relay_of(network, authority).and_then(|relay| network.relay(relay).country);
        match country.and_then(allium_model::country_name) {
            Some(name) => *countries.entry(name.to_owned()).or_default() += 1,
            None => unknown += 1,
        }
    }
    let Some(most) = countries.values().max().copied() else {
        return "The countries of the authorities are not known: their relays are not in the relay documents.".into();
    };
    let largest: Vec<&str> =
        countries.iter().filter(|(_, count)| **count == most).map(|(name, _)| name.as_str()).collect();
    let rest = directory.inputs.trusted.len().saturating_sub(most as usize);
    let outcome = if rest >= directory.inputs.majority() {
        "could still make a consensus"
    } else {
        "could not make a consensus"
    };
    let unknown =
        if unknown == 0 { String::new() } else { format!(" The country of {unknown} is not known.") };
    format!(
        "They are in {}. Without the {} in {}, the {rest} others {outcome}.{unknown}",
        format::counted(countries.len(), "country", "countries"),
        if most == 1 { "one".to_owned() } else { most.to_string() },
        largest.join(" or in "),
    )
}

/// Directory requests, where they are published.
fn load(site: Site<'_>, directory: &Directory) -> Section {
    let trusted = || directory.report.authorities.iter().filter(|authority| authority.trusted.is_some());
    let known = || trusted().map(|authority| (authority, request_load(&directory.inputs, authority)));
    let section = Section::new("Request load").width(Width::Half).method(site, Method::AuthorityLoad);
    if known().all(|(_, load)| load == RequestLoad::NotRead) {
        return section.text(format!(
            "No extra-info document of the {} was read, so nothing is known of the requests that they answer.",
            format::counted(trusted().count(), "authority", "authorities")
        ));
    }
    let facts = known().map(|(authority, load)| (authority.nickname.clone(), load_words(load)));
    section.html(&facts::list(facts.collect::<Vec<_>>()))
}
