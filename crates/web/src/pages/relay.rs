//! A relay: what it is, how it is, what its operator should know, and what belongs with it.

use super::{Site, finish};
use crate::frame::{Frame, Section};
use crate::rows::{Named, RelayTable, Tile, country_of, operator_of, status_look, weight_percent};
use crate::{Page, format};
use crate::list::ListSort;
use allium_model::{
    AroiState, Fingerprint, Flag, GroupKey, GroupKind, PolicySummary, Relay, RelayPosition, TextId, Timestamp, printable,
};
use allium_views::ListKind;
use askama::Template;
use std::borrow::Cow;
use std::net::SocketAddr;

#[derive(Template)]
#[template(path = "relay.html")]
struct RelayPage<'a> {
    frame: Frame<'a>,
    nickname: Cow<'a, str>,
    fingerprint: Fingerprint,
    sentence: Sentence,
    running: bool,
    family: Option<(String, usize)>,
    version_badge: Option<(&'static str, &'static str)>,
    flags: Vec<Named>,
    tiles: Vec<Tile>,
    notices: Vec<Notice>,
    connectivity: Vec<Fact>,
    weight: Vec<Fact>,
    times: Vec<Fact>,
    operator: Vec<Fact>,
    software: Vec<Fact>,
    policy: Vec<Fact>,
    policy_rules: Option<Cow<'a, str>>,
    related: Option<Related<'a>>,
}

/// One sentence that says what the relay is.
struct Sentence {
    role: &'static str,
    country: Option<(String, String)>,
    operator: Option<Named>,
    since: String,
}

/// A label and its value, of which a part may be a link.
struct Fact {
    label: &'static str,
    values: Vec<Named>,
    is_code: bool,
}

/// What happened, and what follows.
struct Notice {
    look: &'static str,
    what: String,
    why: &'static str,
    method: Option<String>,
}

/// Relays of the same operator or family.
struct Related<'a> {
    title: &'static str,
    count: String,
    href: Option<String>,
    all: String,
    table: RelayTable<'a>,
}

/// Rows of the table of related relays.
const RELATED_ROWS: usize = 10;

pub(super) fn render(site: Site<'_>, fingerprint: Fingerprint) -> Option<String> {
    let position = site.network().find(fingerprint)?;
    finish(&page(site, position))
}

fn page(site: Site<'_>, position: RelayPosition) -> RelayPage<'_> {
    let network = site.network();
    let relay = network.relay(position);
    let nickname = printable(network.text(relay.nickname));
    let sentence = sentence(site, position);
    let families = network.groups(GroupKind::Family);
    let family = families.of_relay(position).and_then(|group| Some((site.group_link(group.key)?, group.members.len())));
    let frame = Frame::new(site, &Page::Relay(relay.fingerprint), format!("{nickname} - Tor relay"), Section::Relays)
        .crumb("Relays", &Page::List(ListKind::Relays, ListSort::ConsensusWeight, 1))
        .here(nickname.clone())
        .described(description(&nickname, &sentence))
        .data_at(format!("/api/v1/relays/{}", relay.fingerprint));
    RelayPage {
        frame,
        fingerprint: relay.fingerprint,
        nickname,
        sentence,
        running: relay.running,
        family,
        version_badge: version_badge(relay),
        flags: flags(site, relay),
        tiles: tiles(site, relay),
        notices: notices(site, relay),
        connectivity: connectivity(site, relay),
        weight: weight(site, relay),
        times: times(site, relay),
        operator: operator(site, position),
        software: software(site, relay),
        policy: policy(site, relay),
        policy_rules: network.optional_text(relay.exit_policy).map(printable_lines),
        related: related(site, position),
    }
}

fn description(nickname: &str, sentence: &Sentence) -> String {
    let place = sentence.country.as_ref().map(|(name, _)| format!(" in {name}")).unwrap_or_default();
    format!("{nickname}: Tor {} relay{place}, known since {}.", sentence.role.to_lowercase(), sentence.since)
}

/// Rules of a policy, each line printable.
fn printable_lines(rules: &str) -> Cow<'_, str> {
    Cow::Owned(rules.lines().map(printable).collect::<Vec<_>>().join("\n"))
}

fn sentence(site: Site<'_>, position: RelayPosition) -> Sentence {
    let relay = site.network().relay(position);
    let role = if relay.is_guard_and_exit() {
        "Guard and exit"
    } else {
        match relay.role() {
            allium_model::Role::Exit => "Exit",
            allium_model::Role::Guard => "Guard",
            allium_model::Role::Middle => "Middle",
        }
    };
    let country = country_of(site, relay).zip(relay.country);
    Sentence {
        role,
        country: country.and_then(|(named, code)| Some((format::in_country(&named.name, code), named.href?))),
        operator: operator_of(site, position),
        since: relay.first_seen.date().to_string(),
    }
}

fn version_badge(relay: &Relay) -> Option<(&'static str, &'static str)> {
    let status = relay.version_status?;
    Some((status.name(), status_look(status)))
}

fn flags(site: Site<'_>, relay: &Relay) -> Vec<Named> {
    let network = site.network();
    let known = relay.flags.iter().filter_map(|flag| network.find_text(flag.name()));
    let named = |flag: TextId| Named { name: printable(network.text(flag)).into_owned(), href: site.group_link(GroupKey::Flag(flag)) };
    known.chain(relay.other_flags.iter().copied()).map(named).collect()
}

fn tiles(site: Site<'_>, relay: &Relay) -> Vec<Tile> {
    let report = &site.snapshot().report;
    let observed = relay.observed_bandwidth.map(format::bandwidth);
    let advertised = relay.advertised_bandwidth.map(format::bandwidth);
    let place = relay.consensus_weight_fraction.filter(|_| relay.running).and_then(|weight| report.weight_ladder.percentile(weight));
    let position = match relay.role() {
        allium_model::Role::Exit => ("Chosen as exit", relay.exit_probability),
        allium_model::Role::Guard => ("Chosen as guard", relay.guard_probability),
        allium_model::Role::Middle => ("Chosen as middle", relay.middle_probability),
    };
    let published = site.network().published();
    vec![
        Tile::new(
            "Consensus weight",
            weight_percent(relay),
            if relay.running { "%" } else { "" },
            place.map_or_else(|| "counts only while running".into(), |place| format!("{} of relays", format::percentile(place.percent))),
        ),
        Tile::new(
            "Observed bandwidth",
            observed.as_ref().map_or_else(|| "not known".into(), |shown| shown.number.clone()),
            observed.map_or("", |shown| shown.unit),
            advertised.map_or_else(|| "advertised: not known".into(), |shown| format!("advertises {} {}", shown.number, shown.unit)),
        ),
        Tile::new(position.0, position.1.map_or_else(|| "-".into(), format::percent), position.1.map_or("", |_| "%"), "of circuits"),
        Tile::new("Known for", format::duration(published.seconds_since(relay.first_seen)), "", format!("since {}", relay.first_seen.date())),
        up_tile(relay, published),
    ]
}

fn up_tile(relay: &Relay, published: Timestamp) -> Tile {
    if !relay.running {
        let seen = format::duration(published.seconds_since(relay.last_seen));
        return Tile::new("Last seen", format!("{seen} ago"), "", format::minute(relay.last_seen));
    }
    match relay.last_restarted {
        Some(start) => Tile::new("Since restart", format::duration(published.seconds_since(start)), "", format!("on {}", start.date())),
        None => Tile::new("Since restart", "not known", "", "no fresh descriptor"),
    }
}

fn notices(site: Site<'_>, relay: &Relay) -> Vec<Notice> {
    let method = |slug: &str| Some(site.links().to(format_args!("/methods/{slug}/")));
    let mut notices = Vec::new();
    let mut say = |applies: bool, look, what: String, why, method| {
        if applies {
            notices.push(Notice { look, what, why, method });
        }
    };
    say(
        !relay.running,
        "poor",
        format!("This relay is offline: the consensus last listed it at {}.", format::minute(relay.last_seen)),
        "Its weight and flags below are the last known ones and count in no total.",
        method("offline-relays"),
    );
    say(
        relay.flags.contains(Flag::BadExit),
        "poor",
        "The authorities gave it BadExit.".into(),
        "Clients do not use it as an exit. It is counted as no exit here.",
        method("role"),
    );
    say(
        relay.flags.contains(Flag::MiddleOnly),
        "poor",
        "The authorities allow it in the middle of circuits only.".into(),
        "It gets no Guard, Exit, HSDir or V2Dir flag while this lasts.",
        method("role"),
    );
    say(
        relay.flags.contains(Flag::StaleDesc),
        "fair",
        "Its descriptor is stale.".into(),
        "A relay renews its descriptor at least every 18 hours; one that does not may have lost its way to the authorities.",
        None,
    );
    say(
        relay.version_status == Some(allium_model::VersionStatus::Obsolete),
        "fair",
        "Its Tor version is obsolete.".into(),
        "Obsolete versions miss security fixes and are removed from the network in time. An update cures this.",
        method("version-status"),
    );
    let overloaded = relay.overload_general.filter(|time| site.network().published().seconds_since(*time) < 72 * 3600);
    say(
        overloaded.is_some(),
        "fair",
        format!("It reported overload at {}.", overloaded.map(format::minute).unwrap_or_default()),
        "A report counts for 72 hours. It can mean too little memory, CPU, file descriptors or ports.",
        method("overload"),
    );
    say(
        relay.running && relay.measured == Some(false),
        "fair",
        "Fewer than three authorities measure its bandwidth.".into(),
        "An unmeasured relay is given a weight of at most 20 and sees almost no traffic. New relays wait some days for it.",
        method("measured"),
    );
    say(
        relay.aroi == AroiState::Invalid,
        "fair",
        "The proof of its domain is wrong.".into(),
        "The domain that its contact names does not name this relay back, so it is not counted to that domain.",
        method("aroi-state"),
    );
    say(
        !site.network().family_list(relay.family.alleged).is_empty(),
        "info",
        format!("{} that it lists as family.", one_sided(site.network().family_list(relay.family.alleged).len())),
        "A family counts only when both sides list each other, or share a family id.",
        method("family"),
    );
    say(
        !relay.unreachable_or_addresses.is_empty(),
        "fair",
        format!("The authorities cannot reach {}.", addresses(&relay.unreachable_or_addresses).join(", ")),
        "An address that is published and not reachable costs the relay connections.",
        method("ipv6"),
    );
    notices
}

fn one_sided(count: usize) -> String {
    if count == 1 { "One relay does not list it back".into() } else { format!("{} relays do not list it back", format::count(count)) }
}

fn plain(label: &'static str, value: impl Into<String>) -> Fact {
    Fact { label, values: vec![Named { name: value.into(), href: None }], is_code: false }
}

fn linked(label: &'static str, value: Option<Named>) -> Fact {
    let value = value.unwrap_or_else(|| Named { name: "not known".into(), href: None });
    Fact { label, values: vec![value], is_code: false }
}

fn codes(label: &'static str, values: impl IntoIterator<Item = String>) -> Option<Fact> {
    let values: Vec<Named> = values.into_iter().map(|name| Named { name, href: None }).collect();
    (!values.is_empty()).then_some(Fact { label, values, is_code: true })
}

fn addresses(addresses: &[SocketAddr]) -> Vec<String> {
    addresses.iter().map(ToString::to_string).collect()
}

fn connectivity(site: Site<'_>, relay: &Relay) -> Vec<Fact> {
    let network = site.network();
    let host_names = |names: &[TextId]| names.iter().map(|name| printable(network.text(*name)).into_owned()).collect::<Vec<_>>();
    let asn = relay.asn.map(|asn| Named { name: asn.to_string(), href: site.group_link(GroupKey::As(asn)) });
    let place: Vec<_> = [relay.city_name, relay.region_name].into_iter().flatten().map(|text| printable(network.text(text))).collect();
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
        network_fact.values.push(Named { name: printable(name).into_owned(), href: None });
    }
    facts.push(network_fact);
    if let Some(group) = relay.asn.and_then(|asn| network.group(GroupKey::As(asn))) {
        let sum = &site.snapshot().group_report(GroupKind::As, group.position).aggregate;
        let rarity = site.snapshot().report.as_rarity(sum).name();
        facts.push(plain("AS rarity", format!("{rarity}, {} % of the network's weight", format::percent(sum.consensus_weight_fraction.total))));
    }
    facts
}

fn weight(site: Site<'_>, relay: &Relay) -> Vec<Fact> {
    let report = &site.snapshot().report;
    let running = |value: Option<f64>| value.filter(|_| relay.running);
    let probability = |value: Option<f64>, ladder: &allium_analysis::Ladder| match running(value) {
        None => "not known".to_owned(),
        Some(0.0) => "0 %".to_owned(),
        Some(value) => {
            let place = ladder.percentile(value).map(|place| format!(", {}", format::percentile(place.percent))).unwrap_or_default();
            format!("{} %{place}", format::percent(value))
        }
    };
    let bandwidth = |value: Option<u64>| match value.map(format::bandwidth) {
        Some(shown) => format!("{} {}", shown.number, shown.unit),
        None => "not known".into(),
    };
    let rank = running(relay.consensus_weight_fraction).map(|weight| report.weight_ladder.rank_from_top(weight));
    vec![
        plain("Consensus weight", relay.consensus_weight.map_or_else(|| "not known".into(), |weight| format::count(weight as usize))),
        plain("Rank by weight", rank.map_or_else(|| "none while offline".into(), |rank| format!("{} of {}", format::count(rank), format::count(report.weight_ladder.len())))),
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

fn times(site: Site<'_>, relay: &Relay) -> Vec<Fact> {
    let first_seen = Named {
        name: relay.first_seen.to_minute(),
        href: site.group_link(GroupKey::FirstSeen(relay.first_seen.date())),
    };
    let mut facts = vec![linked("First seen", Some(first_seen))];
    if relay.first_seen != relay.first_seen_reported {
        facts.push(plain("First seen, as reported", format!("{}, later than its uptime history", relay.first_seen_reported.to_minute())));
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

fn operator(site: Site<'_>, position: RelayPosition) -> Vec<Fact> {
    let network = site.network();
    let relay = network.relay(position);
    let contact = network.optional_text(relay.contact).map(printable).filter(|text| !text.trim().is_empty());
    let mut facts = vec![
        linked("Operator", operator_of(site, position).or_else(|| Some(Named { name: "none: no contact".into(), href: None }))),
        plain("Contact", contact.map_or_else(|| "none given".into(), Cow::into_owned)),
    ];
    if let Some(domain) = network.optional_text(relay.claimed_domain) {
        let proof = network.optional_text(relay.proof_type).unwrap_or_default();
        facts.push(plain("Claimed domain", format!("{domain}, proof {proof}")));
    }
    facts.push(plain("Domain proof", aroi_words(relay.aroi)));
    if let Some(error) = network.optional_text(relay.aroi_error) {
        facts.push(plain("What the check said", printable(error)));
    }
    let list = |label, list| {
        let members = network.family_list(list);
        let others = members.iter().filter(|member| **member != relay.fingerprint).count();
        (others > 0).then(|| plain(label, format::counted(others, "relay", "relays")))
    };
    facts.extend(list("Family, mutual", relay.family.effective));
    facts.extend(list("Family, one-sided", relay.family.alleged));
    facts.extend(list("Family, indirect", relay.family.indirect));
    facts.extend(codes("Family ids", relay.family_ids.iter().map(|id| printable(network.text(*id)).into_owned())));
    facts
}

/// The state of a domain claim in words.
pub(super) const fn aroi_words(state: AroiState) -> &'static str {
    match state {
        AroiState::NotConfigured => "not configured",
        AroiState::Unchecked => "configured, unchecked",
        AroiState::Invalid => "checked, wrong",
        AroiState::Valid => "checked, right",
    }
}

fn software(site: Site<'_>, relay: &Relay) -> Vec<Fact> {
    let network = site.network();
    let group = |text: Option<TextId>, key: fn(TextId) -> GroupKey| {
        text.map(|text| Named { name: printable(network.text(text)).into_owned(), href: site.group_link(key(text)) })
    };
    vec![
        linked("Version", group(relay.version, GroupKey::Version)),
        plain("Status", relay.version_status.map_or("not known", allium_model::VersionStatus::name)),
        linked("Operating system", group(relay.operating_system, GroupKey::Platform)),
        plain("Platform line", network.optional_text(relay.platform).map_or_else(|| "not known".into(), |text| printable(text).into_owned())),
    ]
}

fn policy(site: Site<'_>, relay: &Relay) -> Vec<Fact> {
    let words = |summary: Option<PolicySummary>| match summary {
        None => "not known".to_owned(),
        Some(PolicySummary::Reject(ports)) if site.network().text(ports) == "1-65535" => "lets nothing out".into(),
        Some(PolicySummary::Reject(ports)) => format!("everything but ports {}", site.network().text(ports)),
        Some(PolicySummary::Accept(ports)) if site.network().text(ports) == "1-65535" => "every port".into(),
        Some(PolicySummary::Accept(ports)) => format!("ports {}", site.network().text(ports)),
    };
    let v6 = match relay.exit_policy_v6_summary {
        None => "lets nothing out".into(),
        summary => words(summary),
    };
    vec![plain("IPv4", words(relay.exit_policy_summary)), plain("IPv6", v6)]
}

fn related(site: Site<'_>, position: RelayPosition) -> Option<Related<'_>> {
    let network = site.network();
    let operators = network.groups(GroupKind::Operator).of_relay(position).filter(|group| group.members.len() > 1);
    let families = || network.groups(GroupKind::Family).of_relay(position);
    let (title, kind, group) = match operators {
        Some(group) => ("Same operator", GroupKind::Operator, group),
        None => ("Same family", GroupKind::Family, families()?),
    };
    let others: Vec<RelayPosition> = group.members.iter().copied().filter(|member| *member != position).take(RELATED_ROWS).collect();
    Some(Related {
        title,
        count: format::count(group.members.len()),
        href: site.group_link(group.key),
        all: format!("All {}", format::counted(group.members.len(), "relay", "relays")),
        table: RelayTable::new(site, title, &others, Some(kind)),
    })
}
