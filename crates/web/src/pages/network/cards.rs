//! Cards of facts about the network.

use super::more_cards;
use crate::format;
use crate::pages::Site;
use allium_analysis::{Aggregate, ProofCounts};
use allium_model::{AroiState, Flag, GroupKind, Role, TextId, VersionStatus, printable};
use std::borrow::Cow;

/// A card of facts with the method behind it.
pub(super) struct Card {
    pub(super) title: &'static str,
    pub(super) facts: Vec<(Cow<'static, str>, String)>,
    pub(super) method: String,
    pub(super) method_name: &'static str,
}

/// Kinds of proof that are shown.
const SHOWN_PROOFS: usize = 6;

fn age(days: Option<f64>) -> String {
    days.map_or_else(|| "-".into(), |days| format::duration((days * 86_400.0) as i64))
}

/// Every card.
pub(super) fn all(site: Site<'_>) -> Vec<Card> {
    vec![
        relays_card(site),
        capacity_card(site),
        more_cards::uptime_card(site),
        operators_card(site),
        proofs_card(site),
        more_cards::countries_card(site),
        more_cards::providers_card(site),
        more_cards::use_card(site),
        software_card(site),
        more_cards::systems_card(site),
        more_cards::migration_card(site),
        exits_card(site),
        places_card(site),
    ]
}

pub(super) fn card(
    site: Site<'_>,
    title: &'static str,
    slug: &str,
    method_name: &'static str,
    facts: Vec<(impl Into<Cow<'static, str>>, String)>,
) -> Card {
    let facts = facts.into_iter().map(|(label, value)| (label.into(), value)).collect();
    Card { title, facts, method: site.links().to(format_args!("/methods/{slug}/")), method_name }
}

pub(super) fn part(part: usize, whole: usize) -> String {
    format!("{} ({} %)", format::count(part), format::percent_of(part, whole))
}

fn shown_bandwidth(bytes_per_second: u64) -> String {
    let shown = format::bandwidth(bytes_per_second);
    format!("{} {}", shown.number, shown.unit)
}

fn relays_card(site: Site<'_>) -> Card {
    let report = &site.snapshot().report;
    let (sum, overview) = (&report.totals, &report.overview);
    let relays = sum.relays.total;
    let facts = vec![
        ("Running", format::count(relays)),
        ("Exits", part(sum.relays.exit, relays)),
        ("Guards", part(sum.relays.guard, relays)),
        ("Middles", part(sum.relays.middle, relays)),
        ("Guards and exits at once", part(sum.guard_and_exit_relays, relays)),
        ("Measured", part(sum.measured_relays, relays)),
        ("With IPv6", part(sum.ipv6_relays, relays)),
        ("Offline, seen in 7 days", format::count(sum.offline_relays)),
        ("First seen in 24 hours", format::count(overview.new_relays.day)),
        ("First seen in 30 days", format::count(overview.new_relays.month)),
        ("First seen in half a year", format::count(overview.new_relays_half_year)),
        ("First seen in a year", format::count(overview.new_relays.year)),
        ("Mean age", age(overview.mean_age_days)),
        ("Median age", age(overview.median_age_days)),
        ("Reported overload in 72 hours", part(overview.overloaded_relays, relays)),
    ];
    card(site, "Relays", "running-network", "Which relays count", facts)
}

fn capacity_card(site: Site<'_>) -> Card {
    let sum = &site.snapshot().report.totals;
    let mut facts = vec![
        ("Observed", shown_bandwidth(sum.observed_bandwidth.total)),
        ("Advertised", shown_bandwidth(sum.advertised_bandwidth.total)),
    ];
    let labels = ["Observed, exits", "Observed, guards", "Observed, middles"];
    facts.extend(
        Role::ALL
            .iter()
            .zip(labels)
            .map(|(role, label)| (label, shown_bandwidth(sum.observed_bandwidth.of(*role)))),
    );
    let means = ["Mean of exits", "Mean of guards", "Mean of middles"];
    let mean = |role: &Role| match sum.relays.of(*role) {
        0 => "-".to_owned(),
        relays => shown_bandwidth(sum.observed_bandwidth.of(*role) / relays as u64),
    };
    facts.extend(Role::ALL.iter().zip(means).map(|(role, label)| (label, mean(role))));
    let median = site
        .snapshot()
        .report
        .observed_ladder
        .quantile(0.5)
        .map_or_else(|| "-".into(), |value| shown_bandwidth(value as u64));
    facts.push(("Median relay", median));
    card(site, "Bandwidth", "bandwidth", "What these claims are worth", facts)
}

fn software_card(site: Site<'_>) -> Card {
    let report = &site.snapshot().report;
    let relays = report.totals.relays.total;
    let labels = ["Recommended", "Experimental", "New in series", "Unrecommended", "Obsolete"];
    let statuses = VersionStatus::ALL.into_iter().zip(labels);
    let mut facts: Vec<_> = statuses
        .map(|(status, label)| (label, part(report.overview.version_status(status), relays)))
        .collect();
    facts.push(("Status not known", part(report.overview.version_status_unknown, relays)));
    facts.push(("Different versions", format::count(report.totals.versions)));
    facts.push(("Operating systems", format::count(report.totals.platforms)));
    card(site, "Software", "version-status", "How versions are judged", facts)
}

fn operators_card(site: Site<'_>) -> Card {
    let report = &site.snapshot().report;
    let relays = report.totals.relays.total;
    let overview = &report.overview;
    let facts = vec![
        ("Operators", format::count(report.totals.operators)),
        ("With a verified domain", format::count(overview.verified_operators)),
        ("Relays with a right proof", part(overview.aroi_state(AroiState::Valid), relays)),
        ("Relays with a wrong proof", part(overview.aroi_state(AroiState::Invalid), relays)),
        ("Relays with an unchecked claim", part(overview.aroi_state(AroiState::Unchecked), relays)),
        ("Different contacts", format::count(overview.contacts)),
        ("Relays without a contact", part(overview.no_contact, relays)),
        ("Their share of weight", format!("{} %", format::percent(overview.no_contact_weight_fraction))),
    ];
    card(site, "Operators", "operator", "What makes an operator", facts)
}

/// What became of each kind of proof; the kinds are texts of relays, so few are shown.
fn proofs_card(site: Site<'_>) -> Card {
    let overview = &site.snapshot().report.overview;
    let mut kinds: Vec<_> = overview.proofs.iter().collect();
    kinds.sort_by_key(|(_, proofs)| std::cmp::Reverse(proofs.claims));
    let fact = |(kind, proofs): (&TextId, &ProofCounts)| {
        let name = printable(site.network().text(*kind)).into_owned();
        let valid = format!(
            "{} of {} valid",
            format::count(proofs.valid),
            format::counted(proofs.claims, "claim", "claims")
        );
        (Cow::<'static, str>::from(name), valid)
    };
    let facts = kinds.into_iter().take(SHOWN_PROOFS).map(fact).collect();
    card(site, "Proofs of domains", "aroi-state", "How proofs are judged", facts)
}

/// Where most relays of a kind of address are.
fn places_card(site: Site<'_>) -> Card {
    let most = |kind, count: fn(&Aggregate) -> usize| {
        let groups = &site.snapshot().report.groups(kind).groups;
        let largest = site.network().groups(kind).iter().max_by_key(|group| {
            (count(&groups[group.position.index()].aggregate), std::cmp::Reverse(group.position))
        });
        largest.map_or_else(
            || "-".to_owned(),
            |group| {
                let relays = count(&groups[group.position.index()].aggregate);
                let name = allium_views::group_name(site.snapshot(), group);
                format!("{} ({})", printable(&name), format::counted(relays, "relay", "relays"))
            },
        )
    };
    let dual = |sum: &Aggregate| sum.ipv6_relays;
    let single = |sum: &Aggregate| sum.relays.total - sum.ipv6_relays;
    let report = &site.snapshot().report;
    let per_country = report.totals.ases as f64 / report.totals.countries.max(1) as f64;
    let facts = vec![
        ("Country with most IPv6 relays", most(GroupKind::Country, dual)),
        ("Country with most without", most(GroupKind::Country, single)),
        ("AS with most IPv6 relays", most(GroupKind::As, dual)),
        ("AS with most without", most(GroupKind::As, single)),
        ("ASes for each country, mean", format!("{per_country:.1}")),
    ];
    card(site, "Where IPv6 is", "ipv6", "What counts as IPv6", facts)
}

fn exits_card(site: Site<'_>) -> Card {
    let report = &site.snapshot().report;
    let exits = report.totals.relays.exit;
    let policies = &report.overview.exit_policies;
    let facts = vec![
        ("Exits", format::count(exits)),
        ("Every port", part(policies.every_port, exits)),
        ("Ports 80 and 443, not every port", part(policies.web, exits)),
        ("Not both of 80 and 443", part(policies.other, exits)),
        ("Port 80 or 443", part(policies.either_web_port, exits)),
        ("Refuse some public address", part(policies.refuses_public_address, exits)),
        ("No restriction", part(policies.unrestricted, exits)),
        ("IPv6 exits", part(policies.ipv6, exits)),
        ("BadExit", format::count(report.overview.flag(Flag::BadExit))),
    ];
    card(site, "Exit policies", "exit-policy", "How policies are read", facts)
}
