//! A relay: what it is, how it is, what its operator should know, and what belongs with it.

mod facts;
mod health;
mod hours;
mod notices;
mod traffic;
mod uptime;
mod votes;
pub(super) mod words;

use super::{Site, finish};
use crate::frame::{Frame, Section};
use crate::list::ListSort;
use crate::prepared::weight_percent;
use crate::rows::{Named, RelayTable, Tile, country_of, operator_of, status_look};
use crate::{Page, format};
use allium_alert::Target;
use allium_model::{
    Fingerprint, GroupKey, GroupKind, Period, Relay, RelayPosition, TextId, Timestamp, printable,
};
use allium_views::ListKind;
use askama::Template;
use facts::Fact;
use hours::HoursBlock;
use notices::Notice;
use std::borrow::Cow;
use traffic::{TrafficBlock, WeightBlock};
use uptime::UptimeBlock;

#[derive(Template)]
#[template(path = "relay.html")]
struct RelayPage<'a> {
    frame: Frame<'a>,
    nickname: Cow<'a, str>,
    fingerprint: Fingerprint,
    sentence: Sentence<'a>,
    running: bool,
    family: Option<(&'a str, usize)>,
    version_badge: Option<(&'static str, &'static str)>,
    flags: Vec<Named<'a>>,
    tiles: Vec<Tile>,
    notices: Vec<Notice>,
    connectivity: Vec<Fact<'a>>,
    weight: Vec<Fact<'a>>,
    times: Vec<Fact<'a>>,
    operator: Vec<Fact<'a>>,
    software: Vec<Fact<'a>>,
    policy: Vec<Fact<'a>>,
    policy_rules: Option<Cow<'a, str>>,
    health: Vec<Fact<'a>>,
    uptime: UptimeBlock<'a>,
    traffic: TrafficBlock<'a>,
    overload: Vec<Fact<'a>>,
    weight_history: WeightBlock<'a>,
    hours: HoursBlock<'a>,
    votes: Vec<super::study::section::Section>,
    related: Option<Related<'a>>,
}

/// One sentence that says what the relay is.
struct Sentence<'a> {
    role: &'static str,
    country: Option<(String, &'a str)>,
    operator: Option<Named<'a>>,
    since: String,
}

/// Relays of the same operator or family.
struct Related<'a> {
    title: &'static str,
    count: String,
    href: Option<&'a str>,
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
    let family = families
        .of_relay(position)
        .and_then(|group| Some((site.group_link(group.key)?, group.members.len())));
    let frame =
        Frame::new(site, &Page::Relay(relay.fingerprint), format!("{nickname} - Tor relay"), Section::Relays)
            .crumb("Relays", &Page::List(ListKind::Relays, ListSort::ConsensusWeight, 1))
            .here(nickname.clone())
            .described(description(&nickname, &sentence))
            .data_at(format!("/api/v1/relays/{}", relay.fingerprint))
            .watched(Some(Target::Relay(relay.fingerprint)));
    RelayPage {
        frame,
        fingerprint: relay.fingerprint,
        nickname,
        sentence,
        running: relay.running,
        family,
        version_badge: version_badge(relay),
        flags: flags(site, relay),
        tiles: tiles(site, position),
        notices: notices::all(site, relay),
        connectivity: facts::connectivity(site, relay),
        weight: facts::weight(site, relay),
        times: facts::times(site, relay),
        operator: facts::operator(site, position),
        software: facts::software(site, relay),
        policy: facts::policy(site, relay),
        policy_rules: network.optional_text(relay.exit_policy).map(printable_lines),
        health: health::facts(site, position),
        uptime: uptime::block(site, position),
        traffic: traffic::block(site, relay),
        overload: traffic::overload(site, relay),
        weight_history: traffic::weight_block(site, relay),
        hours: hours::block(site, relay),
        votes: votes::sections(site, relay.fingerprint),
        related: related(site, position),
    }
}

fn description(nickname: &str, sentence: &Sentence<'_>) -> String {
    let place = sentence.country.as_ref().map(|(name, _)| format!(" in {name}")).unwrap_or_default();
    format!("{nickname}: Tor {} relay{place}, known since {}.", sentence.role.to_lowercase(), sentence.since)
}

/// Rules of a policy, each line printable.
fn printable_lines(rules: &str) -> Cow<'_, str> {
    Cow::Owned(rules.lines().map(printable).collect::<Vec<_>>().join("\n"))
}

fn sentence(site: Site<'_>, position: RelayPosition) -> Sentence<'_> {
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

fn flags<'a>(site: Site<'a>, relay: &Relay) -> Vec<Named<'a>> {
    let network = site.network();
    let known = relay.flags.iter().filter_map(|flag| network.find_text(flag.name()));
    let named = |flag: TextId| Named {
        name: printable(network.text(flag)),
        href: site.group_link(GroupKey::Flag(flag)),
    };
    known.chain(relay.other_flags.iter().copied()).map(named).collect()
}

fn tiles(site: Site<'_>, position: RelayPosition) -> Vec<Tile> {
    let relay = site.network().relay(position);
    let report = &site.snapshot().report;
    let observed = relay.observed_bandwidth.map(format::bandwidth);
    let advertised = relay.advertised_bandwidth.map(format::bandwidth);
    let ladder = &report.weight_ladder;
    let place = relay
        .consensus_weight_fraction
        .filter(|_| relay.running)
        .and_then(|weight| ladder.percentile(weight));
    let chosen = match relay.role() {
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
            place.map_or_else(
                || "counts only while running".into(),
                |place| format::place(place, ladder.len(), "relays"),
            ),
        ),
        Tile::new(
            "Observed bandwidth",
            observed.as_ref().map_or_else(|| "not known".into(), |shown| shown.number.clone()),
            observed.map_or("", |shown| shown.unit),
            advertised.map_or_else(
                || "advertised: not known".into(),
                |shown| format!("advertises {} {}", shown.number, shown.unit),
            ),
        ),
        Tile::new(
            chosen.0,
            chosen.1.map_or_else(|| "-".into(), format::percent),
            chosen.1.map_or("", |_| "%"),
            "of circuits",
        ),
        uptime_tile(site, position),
        duration_tile(
            "Known for",
            published.seconds_since(relay.first_seen),
            "",
            format!("since {}", relay.first_seen.date()),
        ),
        up_tile(relay, published),
    ]
}

fn uptime_tile(site: Site<'_>, position: RelayPosition) -> Tile {
    let uptimes = &site.snapshot().report.uptime;
    let over = |period| uptimes.relay(position, period).map(|uptime| format::uptime(uptime.ratio));
    Tile::new(
        "Uptime, 1 month",
        over(Period::OneMonth).unwrap_or_else(|| "not known".into()),
        if over(Period::OneMonth).is_some() { "%" } else { "" },
        over(Period::SixMonths)
            .map_or_else(|| "6 months: not known".into(), |shown| format!("{shown} % over 6 months")),
    )
}

fn up_tile(relay: &Relay, published: Timestamp) -> Tile {
    if !relay.running {
        return duration_tile(
            "Last seen",
            published.seconds_since(relay.last_seen),
            " ago",
            format::minute(relay.last_seen),
        );
    }
    match relay.last_restarted {
        Some(start) => {
            duration_tile("Since restart", published.seconds_since(start), "", format!("on {}", start.date()))
        }
        None => Tile::new("Since restart", "not known", "", "no fresh descriptor"),
    }
}

/// A tile of a length of time: its first number is the value, the rest is the unit.
fn duration_tile(label: &'static str, seconds: i64, after: &str, detail: String) -> Tile {
    let words = format!("{}{after}", format::duration(seconds));
    match words.split_once(' ').filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit())) {
        Some((number, unit)) => Tile::new(label, number, unit.to_owned(), detail),
        None => Tile::new(label, words, "", detail),
    }
}

fn related(site: Site<'_>, position: RelayPosition) -> Option<Related<'_>> {
    let network = site.network();
    let operators =
        network.groups(GroupKind::Operator).of_relay(position).filter(|group| group.members.len() > 1);
    let families = || network.groups(GroupKind::Family).of_relay(position);
    let (title, kind, group) = match operators {
        Some(group) => ("Same operator", GroupKind::Operator, group),
        None => ("Same family", GroupKind::Family, families()?),
    };
    let others: Vec<RelayPosition> =
        group.members.iter().copied().filter(|member| *member != position).take(RELATED_ROWS).collect();
    Some(Related {
        title,
        count: format::count(group.members.len()),
        href: site.group_link(group.key),
        all: format!("All {}", format::counted(group.members.len(), "relay", "relays")),
        table: RelayTable::new(site, title, &others, Some(kind)),
    })
}
