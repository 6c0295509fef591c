//! Certificates, the shared random value, and the list of authorities against the trusted one.

use super::facts;
use super::words::{authority_cell, badge_cell};
use crate::format;
use crate::pages::study::section::{Section, Width};
use crate::pages::study::table::{Cell, Head, Table, number, text};
use crate::pages::{Method, Site};
use allium_analysis::directory::certificates::{Expiry, certificate_expires};
use allium_analysis::directory::shared_random::SharedRandomState;
use allium_analysis::directory::{AuthorityReport, Directory};
use allium_model::{Timestamp, printable};

const CERTIFICATES: &[Head] = &[("Authority", false), ("Expires", false), ("Left", true), ("State", false)];

/// When certificates expire, the nearest first.
pub(super) fn certificates(site: Site<'_>, directory: &Directory) -> Section {
    let inputs = &directory.inputs;
    let known = directory
        .report
        .authorities
        .iter()
        .filter_map(|authority| Some((certificate_expires(inputs, authority.identity)?, authority)));
    let mut known: Vec<(Timestamp, &AuthorityReport)> = known.collect();
    known.sort_by_key(|(expires, _)| *expires);
    let section = Section::new("Certificates").width(Width::Half).method(site, Method::AuthorityCertificates);
    if known.is_empty() {
        return section.text("No certificate was read.");
    }
    let now = inputs.data_time().unwrap_or(inputs.judged_at);
    let rows = known.into_iter().map(|(expires, authority)| certificate(site, authority, expires, now));
    section.table(Table::new("Certificates", CERTIFICATES).rows(rows))
}

fn certificate(site: Site<'_>, authority: &AuthorityReport, expires: Timestamp, now: Timestamp) -> Vec<Cell> {
    let (class, word) = expiry_words(Expiry::of(expires, now));
    vec![
        authority_cell(site, &authority.nickname),
        text(format::minute(expires)),
        number(format!("{} days", expires.seconds_since(now).div_euclid(86_400))),
        badge_cell(class, word),
    ]
}

/// Class and word of how near the end of a certificate is.
pub(super) const fn expiry_words(expiry: Expiry) -> (&'static str, &'static str) {
    match expiry {
        Expiry::Far => ("good", "valid"),
        Expiry::Notice => ("info", "within 21 days"),
        Expiry::Warning => ("fair", "within 14 days"),
        Expiry::Expired => ("poor", "expired"),
    }
}

/// The shared random value.
pub(super) fn shared_random(site: Site<'_>, directory: &Directory) -> Section {
    let section = Section::new("Shared random value").width(Width::Half).method(site, Method::SharedRandom);
    match &directory.report.shared_random {
        None => section.text("No consensus was read."),
        Some(state) => section.html(&facts::list(random_facts(directory, state))),
    }
}

fn random_facts(directory: &Directory, state: &SharedRandomState) -> Vec<(&'static str, String)> {
    let value = |has_value: bool| if has_value { "in the consensus" } else { "missing" };
    let mut facts = vec![
        ("Phase", format!("{}, round {} of 12", state.phase.name(), state.round)),
        ("Next phase begins", format::minute(state.next_phase)),
        ("Value of this period", value(state.has_current).to_owned()),
        ("Value of the period before", value(state.has_previous).to_owned()),
    ];
    if directory.inputs.votes.authorities().is_empty() {
        facts.push(("Votes that take part", "not known: no votes were read".into()));
        return facts;
    }
    facts.push(("Votes that take part", state.participants.to_string()));
    let range = |value: fn(&(allium_model::Fingerprint, u32, u32)) -> u32| {
        let (least, most) = (state.seen.iter().map(value).min(), state.seen.iter().map(value).max());
        match (least, most) {
            (Some(least), Some(most)) if least == most => format!("{least} by every vote"),
            (Some(least), Some(most)) => format!("{least} to {most} by vote"),
            _ => "none".into(),
        }
    };
    facts.push(("Commitments seen", range(|seen| seen.1)));
    facts.push(("Reveals seen", range(|seen| seen.2)));
    facts
}

/// Differences between the trusted list and the consensus.
pub(super) fn list(site: Site<'_>, directory: &Directory) -> Section {
    let section = Section::new("List of authorities").width(Width::Half).method(site, Method::AuthorityList);
    let differences = &directory.report.list_differences;
    if directory.inputs.trusted.is_empty() {
        return section.text("No trusted authorities are configured, so there is nothing to compare with.");
    }
    if directory.inputs.consensus.is_none() {
        return section.text("No consensus was read.");
    }
    if differences.is_empty() {
        let all = directory.inputs.trusted.len();
        return section.text(format!(
            "The consensus names the {all} trusted authorities with the identities, addresses and ports of the trusted list."
        ));
    }
    let rows = differences.iter().map(|difference| {
        vec![authority_cell(site, &difference.nickname), Cell::Long(printable(&difference.text).into_owned())]
    });
    section
        .text("What documents say of authorities is shown and compared; only the trusted list is believed.")
        .table(Table::new("Differences", &[("Authority", false), ("Difference", false)]).rows(rows))
}
