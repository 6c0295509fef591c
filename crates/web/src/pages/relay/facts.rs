//! The facts of a relay's page: labels and values, of which a part are links.

use crate::format;
use crate::pages::Site;
use crate::rows::{Named, country_of, operator_of};
use allium_analysis::Ladder;
use allium_model::{
    AroiState, GroupKey, GroupKind, PolicySummary, Relay, RelayPosition, TextId, Timestamp, printable,
};
use std::borrow::Cow;
use std::net::SocketAddr;

/// A label and its value, of which a part may be a link.
pub(super) struct Fact<'a> {
    pub(in crate::pages) label: &'static str,
    pub(in crate::pages) values: Vec<Named<'a>>,
    pub(in crate::pages) is_code: bool,
}

pub(super) fn plain<'a>(label: &'static str, value: impl Into<Cow<'a, str>>) -> Fact<'a> {
    Fact { label, values: vec![Named { name: value.into(), href: None }], is_code: false }
}

fn linked<'a>(label: &'static str, value: Option<Named<'a>>) -> Fact<'a> {
    let value = value.unwrap_or_else(|| Named { name: "not known".into(), href: None });
    Fact { label, values: vec![value], is_code: false }
}

fn codes<'a>(label: &'static str, values: impl IntoIterator<Item: Into<Cow<'a, str>>>) -> Option<Fact<'a>> {
    let values: Vec<Named<'a>> =
        values.into_iter().map(|name| Named { name: name.into(), href: None }).collect();
    (!values.is_empty()).then_some(Fact { label, values, is_code: true })
}

pub(super) fn addresses(addresses: &[SocketAddr]) -> Vec<String> {
    addresses.iter().map(ToString::to_string).collect()
}

pub(super) fn connectivity<'a>(site: Site<'a>, relay: &'a Relay) -> Vec<Fact<'a>> {
    let network = site.network();
    let host_names =
        |names: &[TextId]| names.iter().map(|name| printable(network.text(*name))).collect::<Vec<_>>();
    let asn =
        relay.asn.map(|asn| Named { name: asn.to_string().into(), href: site.group_link(GroupKey::As(asn)) });
    let place: Vec<_> = [relay.city_name, relay.region_name]
        .into_iter()
        .flatten()
        .map(|text| printable(network.text(text)))
        .collect();
    let mut facts = Vec::new();
    facts.extend(codes("OR addresses", addresses(&relay.or_addresses)));
    facts.extend(codes("Exit addresses", relay.exit_addresses.iter().map(ToString::to_string)));
    facts.extend(codes("Directory address", relay.dir_address.map(|address| address.to_string())));
    facts.extend(codes("Verified host names", host_names(&relay.verified_host_names)));
    facts.extend(codes("Unverified host names", host_names(&relay.unverified_host_names)));
    facts.push(linked("Country", country_of(site, relay)));
    if !place.is_empty() {
        facts.push(plain("Place", place.join(", ")));
    }
    if let Some((latitude, longitude)) = relay.coordinates {
        facts.push(plain("Coordinates", format!("{latitude:.2}°, {longitude:.2}°, by address")));
    }
    let mut network_fact = linked("AS", asn);
    if let Some(name) = network.optional_text(relay.as_name) {
        network_fact.values.push(Named { name: printable(name), href: None });
    }
    facts.push(network_fact);
    if let Some(group) = relay.asn.and_then(|asn| network.group(GroupKey::As(asn))) {
        let sum = &site.snapshot().group_report(GroupKind::As, group.position).aggregate;
        let rarity = site.snapshot().report.as_rarity(sum).name();
        facts.push(plain(
            "AS rarity",
            format!(
                "{rarity}, {} % of the network's weight",
                format::percent(sum.consensus_weight_fraction.total)
            ),
        ));
    }
    facts
}

pub(super) fn weight<'a>(site: Site<'a>, relay: &'a Relay) -> Vec<Fact<'a>> {
    let report = &site.snapshot().report;
    let running = |value: Option<f64>| value.filter(|_| relay.running);
    let probability = |value: Option<f64>, ladder: &Ladder| match running(value) {
        None => "not known".to_owned(),
        Some(0.0) => "0 %".to_owned(),
        Some(value) => {
            let place =
                ladder.percentile(value).map(|place| format::place(place, ladder.len(), "such relays"));
            format!("{} % ({})", format::percent(value), place.unwrap_or_default())
        }
    };
    let bandwidth = |value: Option<u64>| match value.map(format::bandwidth) {
        Some(shown) => format!("{} {}", shown.number, shown.unit),
        None => "not known".into(),
    };
    let rank =
        running(relay.consensus_weight_fraction).map(|weight| report.weight_ladder.rank_from_top(weight));
    vec![
        plain(
            "Consensus weight",
            relay
                .consensus_weight
                .map_or_else(|| "not known".into(), |weight| format::count(weight as usize)),
        ),
        plain(
            "Rank by weight",
            rank.map_or_else(
                || "none while offline".into(),
                |rank| format!("{} of {}", format::count(rank), format::count(report.weight_ladder.len())),
            ),
        ),
        plain("Guard probability", probability(relay.guard_probability, &report.guard_ladder)),
        plain("Middle probability", probability(relay.middle_probability, &report.middle_ladder)),
        plain("Exit probability", probability(relay.exit_probability, &report.exit_ladder)),
        plain("Observed", bandwidth(relay.observed_bandwidth)),
        plain("Advertised", bandwidth(relay.advertised_bandwidth)),
        plain("Rate limit", bandwidth(relay.bandwidth_rate)),
        plain("Burst limit", bandwidth(relay.bandwidth_burst)),
        plain(
            "Measured",
            match relay.measured {
                Some(true) => "yes, by three authorities or more",
                Some(false) => "no",
                None => "not known",
            },
        ),
    ]
}

pub(super) fn times<'a>(site: Site<'a>, relay: &'a Relay) -> Vec<Fact<'a>> {
    let first_seen = Named {
        name: relay.first_seen.to_minute().into(),
        href: site.group_link(GroupKey::FirstSeen(relay.first_seen.date())),
    };
    let mut facts = vec![linked("First seen", Some(first_seen))];
    if relay.first_seen != relay.first_seen_reported {
        facts.push(plain(
            "First seen, as reported",
            format!("{}, later than its uptime history", relay.first_seen_reported.to_minute()),
        ));
    }
    let optional = |time: Option<Timestamp>| time.map_or_else(|| "not known".into(), Timestamp::to_minute);
    facts.push(plain("Last seen", relay.last_seen.to_minute()));
    facts.push(plain("Last restarted", optional(relay.last_restarted)));
    facts.push(plain("Address changed", optional(relay.last_changed_address_or_port)));
    facts.push(plain(
        "Hibernating",
        match relay.hibernating {
            Some(true) => "yes",
            Some(false) => "no",
            None => "not known",
        },
    ));
    facts
}

pub(super) fn operator(site: Site<'_>, position: RelayPosition) -> Vec<Fact<'_>> {
    let network = site.network();
    let relay = network.relay(position);
    let contact = network.optional_text(relay.contact).map(printable).filter(|text| !text.trim().is_empty());
    let mut facts = vec![
        linked(
            "Operator",
            operator_of(site, position)
                .or_else(|| Some(Named { name: "none: no contact".into(), href: None })),
        ),
        plain("Contact", contact.unwrap_or("none given".into())),
    ];
    if let Some(domain) = network.optional_text(relay.claimed_domain) {
        let proof = network.optional_text(relay.proof_type).unwrap_or_default();
        facts.push(plain("Claimed domain", format!("{}, proof {}", printable(domain), printable(proof))));
    }
    facts.push(plain("Domain proof", aroi_words(relay.aroi)));
    if let Some(error) = network.optional_text(relay.aroi_error) {
        facts.push(plain("What the check said", printable(error)));
    }
    let list = |label, list| {
        let members = network.family_list(list);
        let others = members.iter().filter(|member| **member != relay.fingerprint).count();
        (others > 0).then(|| plain(label, format::counted(others, "other relay", "other relays")))
    };
    facts.extend(list("Family, mutual", relay.family.effective));
    facts.extend(list("Family, one-sided", relay.family.alleged));
    facts.extend(list("Family, indirect", relay.family.indirect));
    facts.extend(codes("Family ids", relay.family_ids.iter().map(|id| printable(network.text(*id)))));
    facts
}

/// The state of a domain claim in words.
const fn aroi_words(state: AroiState) -> &'static str {
    match state {
        AroiState::NotConfigured => "not configured",
        AroiState::Unchecked => "configured, unchecked",
        AroiState::Invalid => "checked, wrong",
        AroiState::Valid => "checked, right",
    }
}

pub(super) fn software<'a>(site: Site<'a>, relay: &'a Relay) -> Vec<Fact<'a>> {
    let network = site.network();
    let group = |text: Option<TextId>, key: fn(TextId) -> GroupKey| {
        text.map(|text| Named { name: printable(network.text(text)), href: site.group_link(key(text)) })
    };
    vec![
        linked("Version", group(relay.version, GroupKey::Version)),
        plain("Status", relay.version_status.map_or("not known", allium_model::VersionStatus::name)),
        linked("Operating system", group(relay.operating_system, GroupKey::Platform)),
        plain(
            "Platform line",
            network.optional_text(relay.platform).map_or_else(|| "not known".into(), |text| printable(text)),
        ),
    ]
}

pub(super) fn policy<'a>(site: Site<'a>, relay: &'a Relay) -> Vec<Fact<'a>> {
    let words = |summary: Option<PolicySummary>| match summary {
        None => "not known".to_owned(),
        Some(PolicySummary::Reject(ports)) if site.network().text(ports) == "1-65535" => {
            "lets nothing out".into()
        }
        Some(PolicySummary::Reject(ports)) => {
            format!("everything but ports {}", printable(site.network().text(ports)))
        }
        Some(PolicySummary::Accept(ports)) if site.network().text(ports) == "1-65535" => "every port".into(),
        Some(PolicySummary::Accept(ports)) => format!("ports {}", printable(site.network().text(ports))),
    };
    let v6 = match relay.exit_policy_v6_summary {
        None => "lets nothing out".into(),
        summary => words(summary),
    };
    vec![plain("IPv4", words(relay.exit_policy_summary)), plain("IPv6", v6)]
}
