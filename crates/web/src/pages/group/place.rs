//! What is measured of an AS or a country as a place for relays.

use super::notices::Notice;
use crate::Page;
use crate::figures::{FigureKey, FigureName, Subject, embed};
use crate::format;
use crate::html::Html;
use crate::pages::{Site, place_words as words};
use crate::places_page::PlacesPage;
use crate::rows::Named;
use allium_analysis::places::{Area, AsReport, PlaceReport, arrivals, exit_policies, mean_age_years};
use allium_analysis::{Aggregate, PolicyCounts};
use allium_model::{Group, GroupKey, GroupKind, GroupPosition};

/// The section of a place.
pub(super) struct Place<'a> {
    pub(in crate::pages) facts: Vec<(&'static str, String)>,
    /// What an AS is as a place for relays; empty for a country.
    pub(in crate::pages) profile: Vec<(&'static str, String)>,
    pub(in crate::pages) chart: Option<Html>,
    /// ASes in the same country with a better uptime and a smaller share; only for an AS.
    pub(in crate::pages) alternatives: Option<Alternatives<'a>>,
    /// The areas of a country.
    pub(in crate::pages) areas: Vec<(&'static str, String)>,
    pub(in crate::pages) arrivals: Vec<words::ArrivalRow>,
}

pub(super) struct Alternatives<'a> {
    pub(in crate::pages) title: String,
    pub(in crate::pages) rows: Vec<Alternative<'a>>,
}

pub(super) struct Alternative<'a> {
    pub(in crate::pages) named: Named<'a>,
    pub(in crate::pages) uptime: String,
    pub(in crate::pages) weight: String,
}

/// The section of a group; none for what is no place.
pub(super) fn section<'a>(site: Site<'a>, group: Group<'_>, sum: &Aggregate) -> Option<Place<'a>> {
    let places = &site.snapshot().report.places;
    let index = group.position.index();
    Some(match group.key {
        GroupKey::As(_) => {
            let asn = &places.ases[index];
            Place {
                facts: facts(site, &asn.place, GroupKind::As, Some(asn)),
                profile: profile(site, group, sum, asn),
                chart: chart(site, group, &asn.place),
                alternatives: alternatives(site, group.position, asn),
                areas: Vec::new(),
                arrivals: Vec::new(),
            }
        }
        GroupKey::Country(code) => {
            let place = &places.countries[index].place;
            let within = Area::all().filter(|area| area.contains(code));
            let link = |area: Area| (area.name(), site.links().page(&Page::Places(PlacesPage::Area(area))));
            Place {
                facts: facts(site, place, GroupKind::Country, None),
                profile: Vec::new(),
                chart: chart(site, group, place),
                alternatives: None,
                areas: within.map(link).collect(),
                arrivals: words::arrival_rows(&arrivals(site.network(), group.members)),
            }
        }
        _ => return None,
    })
}

fn facts(
    site: Site<'_>,
    place: &PlaceReport,
    kind: GroupKind,
    asn: Option<&AsReport>,
) -> Vec<(&'static str, String)> {
    let places = &site.snapshot().report.places;
    let ranked = match kind {
        GroupKind::As => places.as_ranking.len(),
        _ => places.country_ranking.len(),
    };
    let mut facts = vec![("Mean uptime, 1 month", words::uptime_sentence(place))];
    facts.extend(place.uptime.as_ref().and_then(words::uptime_interval).map(|text| ("95 % interval", text)));
    if let Some(network) = places.network.uptime {
        facts.push(("Network", format!("{} %", format::uptime(network.mean))));
    }
    facts.extend(asn.and_then(|asn| asn.stars).map(|stars| ("Stars", words::stars(Some(stars)))));
    let rank = |rank| format!("{} of {}", format::count(rank), format::count(ranked));
    facts.extend(place.rank.map(|place| ("Rank by uptime", rank(place))));
    facts.push(("Change to the 30 days before", words::change_sentence(place)));
    facts
}

fn profile(site: Site<'_>, group: Group<'_>, sum: &Aggregate, asn: &AsReport) -> Vec<(&'static str, String)> {
    let network = site.network();
    let age = mean_age_years(network, group.members);
    let exits = exit_words(sum.relays.exit, exit_policies(network, group.members));
    let share = sum.consensus_weight_fraction.total;
    vec![
        ("Risk by share of weight", format!("{} ({} %)", asn.risk.name(), format::percent(share))),
        ("Diversity", asn.diversity.map_or_else(|| "not known".into(), |score| format!("{score:.1} of 10"))),
        ("Mean age of relays", age.map_or_else(|| "-".into(), |years| format!("{years:.1} years"))),
        ("Exit policies", exits),
        ("Countries", spread(network, group, sum)),
    ]
}

/// Exits by what they let out: `12 exits: 5 every port, 7 web ports`.
fn exit_words(exits: usize, policies: PolicyCounts) -> String {
    let parts =
        [(policies.every_port, "every port"), (policies.web, "web ports"), (policies.other, "other ports")];
    let words: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, ports)| format!("{} {ports}", format::count(count)))
        .collect();
    match exits {
        0 => "no exits".to_owned(),
        _ => format!("{}: {}", format::counted(exits, "exit", "exits"), words.join(", ")),
    }
}

/// How the running relays lie over countries: `3, most in Germany (90.0 %)`.
fn spread(network: &allium_model::Network, group: Group<'_>, sum: &Aggregate) -> String {
    let running = || group.members.iter().map(|relay| network.relay(*relay)).filter(|relay| relay.running);
    let places = running().filter_map(|relay| relay.country);
    let mut counts = std::collections::BTreeMap::new();
    for code in places {
        *counts.entry(code).or_insert(0_usize) += 1;
    }
    match counts.iter().max_by_key(|(code, count)| (**count, std::cmp::Reverse(**code))) {
        None => "not known".into(),
        Some((code, count)) => format!(
            "{}, {} % in {}",
            format::count(counts.len()),
            format::percent_of(*count, sum.relays.total),
            format::in_country(&words::country_name(*code), *code),
        ),
    }
}

/// The chart of a place with relays enough to say something of their mean.
fn chart(site: Site<'_>, group: Group<'_>, place: &PlaceReport) -> Option<Html> {
    place.rank?;
    let subject = Subject::of_group(site.snapshot(), group)?;
    embed(site, &FigureKey { subject, name: FigureName::PlaceUptime })
}

fn alternatives<'a>(site: Site<'a>, position: GroupPosition, asn: &AsReport) -> Option<Alternatives<'a>> {
    let snapshot = site.snapshot();
    let places = &snapshot.report.places;
    let country = asn.main_country?;
    let row = |other: &GroupPosition| {
        let share = snapshot.group_report(GroupKind::As, *other).aggregate.consensus_weight_fraction.total;
        Some(Alternative {
            named: words::named(site, GroupKind::As, *other)?,
            uptime: words::uptime(&places.ases[other.index()].place),
            weight: format::percent(share),
        })
    };
    let rows: Vec<_> = places.alternatives(snapshot, position).iter().filter_map(row).collect();
    let name = words::country_name(country);
    let title = format!("Better uptime and smaller share in {}", format::in_country(&name, country));
    (!rows.is_empty()).then_some(Alternatives { title, rows })
}

/// What a reader of the page of a place should know: that it is measurably less there than others.
pub(super) fn notices(site: Site<'_>, group: Group<'_>) -> Vec<Notice> {
    let places = &site.snapshot().report.places;
    let method = |slug: &str| Some(site.links().to(format_args!("/methods/{slug}/")));
    let mut notices = Vec::new();
    let (place, compared) = match group.key {
        GroupKey::As(_) => (&places.ases[group.position.index()].place, "ASes"),
        GroupKey::Country(_) => (&places.countries[group.position.index()].place, "countries of the region"),
        _ => return notices,
    };
    if let Some(anomaly) = place.anomaly.as_ref().filter(|anomaly| anomaly.is_found()) {
        let mut text = words::anomaly_sentence(anomaly, compared);
        let affected = match group.key {
            GroupKey::Country(_) => places.countries[group.position.index()].affected.as_ref(),
            _ => None,
        };
        if let Some(affected) = affected {
            text = format!("{text} {}", words::affected_sentence(site, affected));
        }
        notices.push((
            "The relays here were away more than chance explains.".into(),
            text,
            method("place-anomaly"),
        ));
    }
    if group.key.kind() == GroupKind::As && places.is_below_network(&places.ases[group.position.index()]) {
        notices.extend(
            below_network(place, places.network.uptime.map(|uptime| uptime.mean)).map(|text| {
                ("The uptime is below that of the network.".to_owned(), text, method("as-profile"))
            }),
        );
    }
    notices
}

fn below_network(place: &PlaceReport, network: Option<f64>) -> Option<String> {
    let (uptime, network) = (place.uptime?, network?);
    Some(format!(
        "{} % (95 % interval {}) against {} %, of {} relays.",
        format::uptime(uptime.mean),
        words::uptime_interval(&uptime)?,
        format::uptime(network),
        format::count(uptime.relays),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exits_are_told_by_what_they_let_out() {
        let policies = PolicyCounts { every_port: 5, web: 7, ..PolicyCounts::default() };
        assert_eq!(exit_words(12, policies), "12 exits: 5 every port, 7 web ports");
        assert_eq!(exit_words(0, PolicyCounts::default()), "no exits");
    }

    #[test]
    fn a_country_of_the_union_is_in_its_areas() {
        let code = "DE".parse().unwrap();
        let within: Vec<&str> = Area::all().filter(|area| area.contains(code)).map(Area::name).collect();
        assert_eq!(within, ["Europe", "Western Europe", "European Union", "Fourteen Eyes"]);
    }
}
