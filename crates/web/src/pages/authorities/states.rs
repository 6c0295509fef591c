//! The table of the authorities: state, vote, signature, measurements, answers.

use super::words::{authority_cell, badge_cell, count, fact_cell, milliseconds, state_class};
use crate::html::Html;
use crate::pages::study::section::Section;
use crate::pages::study::table::{Cell, Head, Table, number, text};
use crate::pages::{Method, Site};
use allium_analysis::directory::responses::responses;
use allium_analysis::directory::{AuthorityReport, Directory};
use allium_model::{Event, EventKind, EventSubject};

const HEADS: &[Head] = &[
    ("Authority", false),
    ("State", false),
    ("Vote", false),
    ("Signature", false),
    ("Bandwidth", false),
    ("IPv6", false),
    ("Median answer, 24 h", true),
    ("Relays in vote", true),
    ("Measured", true),
];

/// The table with what it means.
pub(super) fn section(site: Site<'_>, directory: &Directory) -> Section {
    let rows = directory.report.authorities.iter().map(|authority| row(site, directory, authority));
    Section::new("Authorities now")
        .table(Table::new("Authorities now", HEADS).rows(rows))
        .remark(probe_words(directory))
        .method(site, Method::AuthorityState)
}

fn probe_words(directory: &Directory) -> &'static str {
    if directory.inputs.probes.is_empty() {
        "Not probed from here (switched off, or documents come through a proxy): states and answers are not known. Votes and signatures are those of the newest consensus."
    } else {
        "States and answers are seen from where this site runs; elsewhere they may differ. Votes and signatures are those of the newest consensus. What an authority never does is no fault."
    }
}

fn row(site: Site<'_>, directory: &Directory, authority: &AuthorityReport) -> Vec<Cell> {
    let participation = authority.participation;
    let answers = responses(&directory.inputs, authority.identity, 86_400);
    let vote = authority.vote_column.and_then(|column| directory.inputs.votes.authorities().get(column));
    vec![
        authority_cell(site, &authority.nickname),
        badge_cell(state_class(authority.state), authority.state.name()),
        fact_cell(participation.is_counted, "counted", "no vote"),
        fact_cell(participation.is_signed, "signed", "no signature"),
        measuring(authority, vote.is_some()),
        match participation.is_testing_ipv6 {
            Some(true) => text("tests"),
            Some(false) => text("does not test"),
            None => text("not known"),
        },
        number(milliseconds(answers.median_answer_ms)),
        number(count(vote.map(|vote| vote.relays))),
        number(match vote {
            Some(_) if !authority.is_scanner => "never".into(),
            vote => count(vote.map(|vote| vote.measured_relays)),
        }),
    ]
}

fn measuring(authority: &AuthorityReport, has_vote: bool) -> Cell {
    match authority.participation.is_measuring {
        Some(true) => badge_cell("good", "measuring"),
        Some(false) => badge_cell("fair", "not measuring"),
        None if has_vote => text("never measures"),
        None => text("not known"),
    }
}

/// Facts of the newest round that are apart from each other, one line each.
pub(super) fn facts(directory: &Directory) -> Html {
    let names = |is_so: &dyn Fn(&AuthorityReport) -> bool| {
        let trusted = directory.report.authorities.iter().filter(|authority| authority.trusted.is_some());
        let names: Vec<&str> =
            trusted.filter(|one| is_so(one)).map(|authority| authority.nickname.as_str()).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let has_open = |authority: &AuthorityReport, kind: EventKind| {
        let subject = EventSubject::Authority(authority.identity);
        let is_it = |event: &&Event| event.kind == kind && event.subject == subject;
        directory.inputs.events.iter().filter(is_it).any(|event| event.until.is_none())
    };
    let stale = |authority: &AuthorityReport| has_open(authority, EventKind::BandwidthFileStale);
    // In a round without a consensus only the votes that others hold tell who was missing.
    let no_vote = |authority: &AuthorityReport| {
        authority.participation.is_counted == Some(false) || has_open(authority, EventKind::VoteMissing)
    };
    let has_consensus = directory.inputs.consensus.is_some();
    let has_votes = !directory.inputs.votes.authorities().is_empty();
    let or_unknown = |is_known: bool, names: String| if is_known { names } else { "not known".into() };
    let lines = [
        ("No vote", or_unknown(has_consensus, names(&no_vote))),
        ("No signature", or_unknown(has_consensus, names(&|a| a.participation.is_signed == Some(false)))),
        ("Stale bandwidth file", or_unknown(has_votes, names(&stale))),
        (
            "Not measuring",
            or_unknown(has_votes, names(&|a| a.participation.is_measuring == Some(false) && !stale(a))),
        ),
        ("Never measures", or_unknown(has_votes, names(&|a| !a.is_scanner && a.vote_column.is_some()))),
        (
            "Does not test IPv6",
            or_unknown(has_votes, names(&|a| a.participation.is_testing_ipv6 == Some(false))),
        ),
    ];
    super::facts::list(lines)
}
