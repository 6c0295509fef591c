//! What is wrong with the configuration of an operator's relays: family, domain claims, and relays that
//! do not run.

use super::Link;
use super::words::listed;
use crate::pages::Site;
use crate::{Page, format};
use allium_analysis::operator::{ClaimField, OperatorReport};
use allium_model::{AroiState, RelayPosition, printable};

/// Faults of the configuration.
pub(super) struct Faults {
    pub(super) offline: Vec<OfflineRow>,
    pub(super) offline_sentence: String,
    pub(super) family: Vec<(&'static str, String)>,
    pub(super) family_sentence: String,
    pub(super) incomplete: Vec<(Link, String)>,
    pub(super) claims: Vec<(&'static str, String)>,
    pub(super) hints: Vec<Hint>,
}

pub(super) struct OfflineRow {
    pub(super) relay: Link,
    pub(super) weight: String,
    pub(super) last_seen: String,
}

/// What went wrong with claims, what to do, and whose they are.
pub(super) struct Hint {
    pub(super) what: String,
    pub(super) hint: String,
    pub(super) relays: String,
    pub(super) words: Option<String>,
}

/// Rows of relays that are listed in a section.
const ROWS: usize = 10;

/// Relays that are named in a sentence.
const NAMED: usize = 8;

impl Faults {
    pub(super) fn of(site: Site<'_>, report: &OperatorReport) -> Self {
        Self {
            offline: offline(site, report),
            offline_sentence: offline_sentence(report),
            family: family(report),
            family_sentence: family_sentence(report),
            incomplete: incomplete(site, report),
            claims: claims(report),
            hints: hints(site, report),
        }
    }
}

fn link(site: Site<'_>, position: RelayPosition) -> Link {
    let relay = site.network().relay(position);
    Link { name: super::called(site, position), href: site.links().page(&Page::Relay(relay.fingerprint)) }
}

fn offline(site: Site<'_>, report: &OperatorReport) -> Vec<OfflineRow> {
    let row = |position: &RelayPosition| {
        let relay = site.network().relay(*position);
        OfflineRow {
            relay: link(site, *position),
            weight: relay
                .consensus_weight
                .map_or_else(|| "not known".into(), |weight| format::count(weight as usize)),
            last_seen: format::minute(relay.last_seen),
        }
    };
    report.offline.relays.iter().take(ROWS).map(row).collect()
}

fn offline_sentence(report: &OperatorReport) -> String {
    let relays = format::counted(report.offline.relays.len(), "relay", "relays");
    let shown = report.offline.relays.len().min(ROWS);
    let more = if shown < report.offline.relays.len() {
        format!(" The first {shown} are listed.")
    } else {
        String::new()
    };
    format!(
        "{relays} seen in the last seven days, with {:.1} % of the operator's weight by last known weights.{more}",
        report.offline.weight_percent
    )
}

fn family(report: &OperatorReport) -> Vec<(&'static str, String)> {
    let family = &report.family;
    let of = |part: usize| format!("{} of {}", format::count(part), format::count(family.relays));
    let mut facts = vec![
        (
            "Pairs that are a family",
            format!("{} of {}", format::count(family.mutual_pairs / 2), format::count(family.pairs / 2)),
        ),
        ("Relays that miss others", of(family.incomplete.len())),
        ("Relays that list others one-sidedly", of(family.one_sided.len())),
        ("Relays with a family id", of(family.with_family_id)),
    ];
    if family.one_sided_outside > 0 {
        facts.push((
            "Listings of relays outside that do not list back",
            format::count(family.one_sided_outside),
        ));
    }
    facts
}

fn family_sentence(report: &OperatorReport) -> String {
    let family = &report.family;
    match (family.relays, family.is_complete()) {
        (0 | 1, _) => "One running relay needs no family.".into(),
        (_, true) => "All running relays list each other or share a family id.".into(),
        (_, false) => {
            "Clients may put two of these relays on one circuit as long as they do not list each other."
                .into()
        }
    }
}

fn incomplete(site: Site<'_>, report: &OperatorReport) -> Vec<(Link, String)> {
    let row = |(position, missing): &(RelayPosition, usize)| {
        (link(site, *position), format!("misses {}", format::count(*missing)))
    };
    report.family.incomplete.iter().take(NAMED).map(row).collect()
}

fn claims(report: &OperatorReport) -> Vec<(&'static str, String)> {
    let state = |state: AroiState| {
        let words = match state {
            AroiState::Valid => "Verified",
            AroiState::Invalid => "Checked, and wrong",
            AroiState::Unchecked => "Claimed, not verified",
            AroiState::NotConfigured => "No claim",
        };
        (words, format::count(report.aroi.count(state)))
    };
    [AroiState::Valid, AroiState::Invalid, AroiState::Unchecked, AroiState::NotConfigured].map(state).into()
}

fn hints(site: Site<'_>, report: &OperatorReport) -> Vec<Hint> {
    let names = |relays: &[RelayPosition]| {
        let names: Vec<String> = relays.iter().map(|position| super::called(site, *position)).collect();
        listed(&names, NAMED)
    };
    let mut hints: Vec<Hint> = Vec::new();
    for claims in &report.aroi.faults {
        let first = claims.relays.first().map(|position| site.network().relay(*position).aroi_error);
        let words = first.flatten().map(|id| printable(site.network().text(id)).into_owned());
        hints.push(Hint {
            what: claims.fault.name().to_owned(),
            hint: claims.fault.hint().to_owned(),
            relays: format!(
                "{}: {}",
                format::counted(claims.relays.len(), "relay", "relays"),
                names(&claims.relays)
            ),
            words,
        });
    }
    for (missing, relays) in &report.aroi.incomplete {
        let keys: Vec<&str> = missing.iter().map(|field| ClaimField::key(*field)).collect();
        hints.push(Hint {
            what: "The claim is not complete".into(),
            hint: format!("Add {} to the contact.", keys.join(" and ")),
            relays: format!("{}: {}", format::counted(relays.len(), "relay", "relays"), names(relays)),
            words: None,
        });
    }
    hints
}
