//! More cards of facts: uptime, places, providers, use of bandwidth, systems, and how far families went
//! over to the new way of saying who they are.

use super::cards::{Card, card, part};
use crate::format;
use crate::pages::Site;
use allium_analysis::platforms::PlatformReport;
use allium_analysis::{Aggregate, ClassReport, RelayClass};
use allium_model::{CountryGroup, Flag, GroupKind, Period, Role, TorVersion, printable};
use std::borrow::Cow;

type Facts = Vec<(Cow<'static, str>, String)>;

const NOT_KNOWN: &str = "not known";

fn percent(share: f64) -> String {
    format!("{} %", format::percent(share))
}

fn uptime(ratio: Option<f64>) -> String {
    ratio.map_or_else(|| NOT_KNOWN.into(), |ratio| format!("{} %", format::uptime(ratio)))
}

fn class(site: Site<'_>, class: RelayClass) -> Option<&ClassReport> {
    site.snapshot().report.classes.iter().find(|report| report.class == class)
}

/// Mean uptime of relays by role and flag over a month, and of all over longer.
pub(super) fn uptime_card(site: Site<'_>) -> Card {
    let classes = [
        ("Exits, 1 month", RelayClass::InRole(Role::Exit)),
        ("Guards, 1 month", RelayClass::InRole(Role::Guard)),
        ("Middles, 1 month", RelayClass::InRole(Role::Middle)),
        ("V2Dir, 1 month", RelayClass::WithFlag(Flag::V2Dir)),
        ("HSDir, 1 month", RelayClass::WithFlag(Flag::HSDir)),
        ("Authorities, 1 month", RelayClass::WithFlag(Flag::Authority)),
    ];
    let network = &site.snapshot().report.uptime.network;
    let mut facts: Facts = Period::ALL
        .map(|period| (format!("All, {}", period.name()).into(), uptime(network[period as usize].mean)))
        .into();
    facts
        .extend(classes.map(|(label, of)| {
            (label.into(), uptime(class(site, of).and_then(|report| report.uptime.mean)))
        }));
    card(site, "Uptime, mean", "uptime", "How uptime is computed", facts)
}

/// Names and shares of the largest groups of a kind.
fn largest(site: Site<'_>, kind: GroupKind, count: usize) -> Facts {
    let snapshot = site.snapshot();
    let order = snapshot.report.groups(kind).order.iter().take(count);
    let groups = order.filter_map(|position| snapshot.network.groups(kind).get(*position));
    let fact = |group: allium_model::Group<'_>| {
        let name = printable(&allium_views::group_name(snapshot, group)).into_owned();
        let share = snapshot.group_report(kind, group.position).aggregate.consensus_weight_fraction.total;
        (format::shortened(&name, 30).into(), percent(share))
    };
    groups.map(fact).collect()
}

/// Where the weight is.
pub(super) fn countries_card(site: Site<'_>) -> Card {
    let snapshot = site.snapshot();
    let mut facts: Facts = vec![("Countries".into(), format::count(snapshot.report.totals.countries))];
    facts.extend(largest(site, GroupKind::Country, 3));
    let weight_in = |group: CountryGroup| {
        let is_area = |area| matches!(area, allium_analysis::places::Area::Group(of) if of == group);
        let report = snapshot.report.places.areas.iter().find(|report| is_area(report.area));
        report.map_or_else(
            || NOT_KNOWN.into(),
            |report| percent(report.aggregate.consensus_weight_fraction.total),
        )
    };
    facts.extend(CountryGroup::ALL.map(|group| (group.name().into(), weight_in(group))));
    let few = |sum: &Aggregate| (1..=5).contains(&sum.relays.total);
    let reports = &snapshot.report.groups(GroupKind::Country).groups;
    let rare = reports.iter().filter(|report| few(&report.aggregate)).count();
    facts.push(("Countries with 5 relays or fewer".into(), format::count(rare)));
    card(site, "Countries", "regions", "Which countries are where", facts)
}

/// On whose networks the weight is.
pub(super) fn providers_card(site: Site<'_>) -> Card {
    let report = &site.snapshot().report;
    let spread = &report.groups(GroupKind::As).concentration;
    let (ases, operators) = (report.totals.ases, report.totals.operators);
    let mut facts: Facts = vec![("ASes".into(), format::count(ases))];
    facts.extend(largest(site, GroupKind::As, 3));
    facts.extend(
        [3, 5, 10].map(|count| (format!("Largest {count}").into(), percent(spread.top_share(count)))),
    );
    let each = |count: usize, of: usize| format!("{:.1}", count as f64 / of.max(1) as f64);
    facts.push(("ASes for each country, mean".into(), each(ases, report.totals.countries)));
    facts.push(("Operators for each AS, mean".into(), each(operators, ases)));
    facts.push(("Families for each AS, mean".into(), each(report.totals.families, ases)));
    card(site, "Networks (AS)", "concentration", "How concentration is measured", facts)
}

/// Weight for the bandwidth that relays observed.
pub(super) fn use_card(site: Site<'_>) -> Card {
    let classes = [
        ("network", RelayClass::All),
        ("guards", RelayClass::InRole(Role::Guard)),
        ("exits", RelayClass::InRole(Role::Exit)),
    ];
    let number = |value: Option<f64>| value.map_or_else(|| NOT_KNOWN.into(), |value| format!("{value:.1}"));
    let mut facts: Facts = Vec::new();
    for (name, of) in classes {
        let report = class(site, of);
        let (whole, median) = (
            report.and_then(|report| report.weight_per_mbit),
            report.and_then(|report| report.relay_weight_per_mbit.median),
        );
        facts.push((format!("Weight per Mbit/s, {name}").into(), number(whole)));
        facts.push((format!("Median of {name}").into(), number(median)));
    }
    for part in
        &site.edition.health().components[allium_model::HealthComponent::Capacity as usize].evidence[..2]
    {
        let value = match part.value {
            Some(allium_analysis::health::Quantity::Ratio(ratio)) => percent(ratio),
            _ => NOT_KNOWN.into(),
        };
        facts.push((part.name.into(), value));
    }
    card(site, "Use of bandwidth", "efficiency", "How weight and bandwidth compare", facts)
}

/// Operating systems.
pub(super) fn systems_card(site: Site<'_>) -> Card {
    let snapshot = site.snapshot();
    let report = PlatformReport::new(snapshot);
    let mut facts: Facts =
        vec![("Operating systems".into(), format::count(snapshot.report.totals.platforms))];
    facts.extend(largest(site, GroupKind::Platform, 3));
    facts.push((
        "Relays not on Linux".into(),
        part(report.not_linux.relays, snapshot.report.totals.relays.total),
    ));
    facts.push(("Shannon index by weight, bits".into(), format!("{:.2}", report.shannon.weight)));
    card(site, "Operating systems", "platform-diversity", "How systems are counted", facts)
}

/// The first version that knows family ids.
const FAMILY_IDS_SINCE: &str = "0.4.9.1";

/// How far the network went over to family ids.
pub(super) fn migration_card(site: Site<'_>) -> Card {
    let (network, sum) = (site.network(), &site.snapshot().report.totals);
    let since = TorVersion::parse(FAMILY_IDS_SINCE);
    let knows =
        |text: &str| TorVersion::parse(text).zip(since.as_ref()).map(|(version, since)| version >= *since);
    let running = || network.relays().iter().filter(|relay| relay.running);
    let known =
        |relay: &&allium_model::Relay| relay.version.and_then(|text| knows(network.text(text))) == Some(true);
    let ready = running().filter(known).count();
    let weight: f64 = running().filter(known).map(allium_model::Relay::running_weight_fraction).sum();
    let overview = &site.snapshot().report.overview;
    let relays = sum.relays.total;
    let mut facts: Facts = vec![
        ("Families".into(), format::count(sum.families)),
        ("Relays in a family".into(), part(overview.family_relays, relays)),
        ("Relays with a family id".into(), part(overview.family_id_relays, relays)),
        ("Relays with one-sided listings".into(), part(overview.one_sided_family_relays, relays)),
        (format!("Relays on {FAMILY_IDS_SINCE} or later").into(), part(ready, relays)),
        ("Their share of weight".into(), percent(weight)),
    ];
    facts.extend(of_authorities(site, &knows));
    card(site, "Families and family ids", "family", "What makes a family", facts)
}

/// What the authorities do for family ids: versions, method, parameters.
fn of_authorities(site: Site<'_>, knows: &dyn Fn(&str) -> Option<bool>) -> Facts {
    let Some(directory) = site.edition.directory.as_deref() else { return Facts::new() };
    let inputs = &directory.inputs;
    let mut facts = Facts::new();
    let versions = &inputs.versions;
    if !versions.is_empty() {
        let ready = versions.iter().filter(|(_, version)| knows(version) == Some(true)).count();
        let label = format!("Authorities on {FAMILY_IDS_SINCE} or later");
        facts.push((label.into(), format!("{ready} of {}", versions.len())));
    }
    if let Some(consensus) = inputs.consensus.as_deref() {
        facts.push(("Consensus method".into(), consensus.method.to_string()));
        let votes = inputs.votes.authorities();
        let newest = votes.iter().flat_map(|vote| vote.methods.iter().copied()).max();
        if let Some(newest) = newest {
            let supporting = votes.iter().filter(|vote| vote.methods.contains(&newest)).count();
            let needed = 2 * votes.len() / 3 + 1;
            facts.push((
                format!("Votes that know method {newest}").into(),
                format!("{supporting}, {needed} needed"),
            ));
        }
        for name in ["use-family-ids", "use-family-lists"] {
            let value = consensus.params.iter().find(|(param, _)| param == name);
            facts.push((
                name.into(),
                value.map_or_else(|| "not voted on".into(), |(_, value)| value.to_string()),
            ));
        }
    }
    facts
}
