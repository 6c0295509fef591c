//! An operator among others: its score, operators of its size, its ranks and achievements.

use super::Link;
use crate::Page;
use crate::format;
use crate::pages::Site;
use crate::pages::leaderboards::value_with_unit;
use crate::prepared::meter;
use crate::rows::Tile;
use allium_analysis::operator::{Award, OperatorReport, PeerMeasure};
use allium_analysis::scores::{Added, HealthClass, HealthPart, Pick};
use allium_analysis::{Percentile, Snapshot};
use allium_model::Group;

/// The score and the comparisons.
pub(super) struct Comparison {
    pub(super) score: Option<String>,
    pub(super) score_sentence: String,
    pub(super) parts: Vec<Part>,
    pub(super) diversity: Option<String>,
    pub(super) diversity_parts: Vec<Part>,
    pub(super) what_ifs: Vec<(&'static str, String, String)>,
    pub(super) class: Option<&'static str>,
    pub(super) peers: Vec<PeerRow>,
    pub(super) places: Vec<PlaceRow>,
    pub(super) awards: Vec<(String, String)>,
}

/// A part of a score.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) meter: Option<String>,
    pub(super) weight: String,
}

pub(super) struct PeerRow {
    pub(super) measure: &'static str,
    pub(super) own: String,
    pub(super) median: String,
    pub(super) operators: String,
}

pub(super) struct PlaceRow {
    pub(super) board: Link,
    pub(super) rank: String,
    pub(super) value: String,
}

const NOT_KNOWN: &str = "not known";

impl Comparison {
    pub(super) fn of(site: Site<'_>, group: Group<'_>, report: &OperatorReport) -> Self {
        Self {
            score: report.score.score.map(|score| format!("{score:.1}")),
            score_sentence: score_sentence(report),
            parts: parts(report),
            diversity: report.diversity.map(|diversity| format!("{:.1}", diversity.score)),
            diversity_parts: diversity_parts(report),
            what_ifs: what_ifs(report),
            class: report.score.class.map(allium_analysis::scores::SizeClass::name),
            peers: peers(site.snapshot(), group, report),
            places: report.places.iter().map(|place| place_row(site, place)).collect(),
            awards: report.awards.iter().map(award).collect(),
        }
    }
}

fn percentile(place: Option<(Percentile, usize)>, others: &str) -> Option<String> {
    let (place, of) = place?;
    Some(format!("{} among {} {others}", ordinal(place.percent), format::count(of)))
}

/// A percentile in words: `92.4th percentile`.
fn ordinal(percent: f64) -> String {
    format!("percentile {percent:.1}")
}

/// The score as the first tile.
pub(super) fn score_tile(report: &OperatorReport) -> Tile {
    let Some(score) = report.score.score else {
        return Tile::new("Score", "not enough data", "", "less than half of it is known".to_owned());
    };
    let class = HealthClass::of_percent(score).name();
    let place = report.score_among_similar.map(|(place, _)| format!(", {}", ordinal(place.percent)));
    Tile::new("Score", format!("{score:.1}"), "of 100", format!("{class}{}", place.unwrap_or_default()))
}

/// The best rank.
pub(super) fn rank_tile(report: &OperatorReport) -> Tile {
    match report.best_place {
        Some(place) => Tile::new(
            "Best rank",
            format::count(place.rank),
            format!("of {}", format::count(place.ranked)),
            place.category.title(),
        ),
        None => Tile::new("Best rank", "none", "", "in no leaderboard"),
    }
}

fn score_sentence(report: &OperatorReport) -> String {
    let Some(score) = report.score.score else {
        return "Not enough data: parts with less than half of the weight are known.".into();
    };
    let class = HealthClass::of_percent(score).name();
    let places = [
        percentile(report.score_among_similar, "operators of its size"),
        percentile(report.score_among_all, "operators in all"),
    ];
    let places: Vec<String> = places.into_iter().flatten().collect();
    let relays = format!(
        "{} of {} running relays",
        format::count(report.score.scored_relays),
        format::count(report.score.running_relays)
    );
    format!("{}, from {relays}: {}.", capitalised(class), places.join(", "))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn parts(report: &OperatorReport) -> Vec<Part> {
    let part = |part: HealthPart| {
        let value = report.score.parts[part as usize];
        Part {
            name: part.name(),
            value: value.map_or_else(|| NOT_KNOWN.into(), |value| format!("{:.1}", 100.0 * value)),
            meter: value.map(|value| meter(value, 1.0)),
            weight: format!("{:.0}", 100.0 * part.weight()),
        }
    };
    HealthPart::ALL.map(part).into()
}

fn diversity_parts(report: &OperatorReport) -> Vec<Part> {
    let Some(diversity) = report.diversity else { return Vec::new() };
    let part = |name, value: Option<f64>, number: usize| Part {
        name,
        value: value.map_or_else(|| NOT_KNOWN.into(), |value| format!("{:.1}", 100.0 * value)),
        meter: value.map(|value| meter(value, 1.0)),
        weight: format::count(number),
    };
    vec![
        part("countries", diversity.country, report.spread.countries.len()),
        part("ASes", diversity.asn, report.spread.ases.len()),
        part("operating systems", diversity.platform, report.spread.platforms.len()),
    ]
}

/// What one relay more of the median weight would do.
fn what_ifs(report: &OperatorReport) -> Vec<(&'static str, String, String)> {
    let Some(now) = report.diversity else { return Vec::new() };
    let options = [
        ("like most", Added::LIKE_MOST),
        ("in a new country", Added { country: Pick::New, ..Added::LIKE_MOST }),
        ("in a new AS", Added { asn: Pick::New, ..Added::LIKE_MOST }),
        ("on a new operating system", Added { platform: Pick::New, ..Added::LIKE_MOST }),
        ("new in all three", Added { country: Pick::New, asn: Pick::New, platform: Pick::New }),
    ];
    let effect = |(words, added)| {
        let after = report.spread.what_if(added)?.score;
        Some((words, format!("{after:.1}"), format!("{:+.1}", after - now.score)))
    };
    options.into_iter().filter_map(effect).collect()
}

fn peers(snapshot: &Snapshot, group: Group<'_>, report: &OperatorReport) -> Vec<PeerRow> {
    let Some(class) = report.score.class else { return Vec::new() };
    let row = |measure: PeerMeasure| {
        let ladder = snapshot.report.operators.peers.ladder(class, measure);
        let own = measure.value(&snapshot.network, &snapshot.report, group);
        let words = |value: Option<f64>| value.map_or_else(|| NOT_KNOWN.into(), |value| peer(measure, value));
        PeerRow {
            measure: measure.name(),
            own: words(own),
            median: words(ladder.quantile(0.5)),
            operators: format::count(ladder.len()),
        }
    };
    PeerMeasure::ALL.map(row).into()
}

/// A value of a comparison with its unit.
fn peer(measure: PeerMeasure, value: f64) -> String {
    match measure {
        PeerMeasure::Score | PeerMeasure::Diversity => format!("{value:.1}"),
        PeerMeasure::Uptime => format!("{} %", format::uptime(value)),
        PeerMeasure::Relays | PeerMeasure::Countries | PeerMeasure::Ases => {
            if value.fract() == 0.0 {
                format::count(value as usize)
            } else {
                format!("{value:.1}")
            }
        }
        PeerMeasure::ConsensusWeight => format!("{} %", format::percent(value)),
        PeerMeasure::Bandwidth => {
            let shown = format::bandwidth(value as u64);
            format!("{} {}", shown.number, shown.unit)
        }
        PeerMeasure::RecommendedVersions | PeerMeasure::Ipv6 => format!("{:.1} %", 100.0 * value),
    }
}

fn place_row(site: Site<'_>, place: &allium_analysis::leaderboard::Place) -> PlaceRow {
    let page = (place.rank - 1) / 50 + 1;
    PlaceRow {
        board: Link {
            name: place.category.title().to_owned(),
            href: site.links().page(&Page::Leaderboard(place.category, page)),
        },
        rank: format!("{} of {}", format::count(place.rank), format::count(place.ranked)),
        value: value_with_unit(place.category, place.value),
    }
}

/// An achievement with what it is for.
fn award(award: &Award) -> (String, String) {
    let detail = match award {
        Award::Board(place) => {
            let title = place.title().map_or("", allium_analysis::leaderboard::Title::name);
            let rank = format!("rank {} of {}", format::count(place.rank), format::count(place.ranked));
            let value = value_with_unit(place.category, place.value);
            return (title.to_owned(), format!("{}: {rank}, {value}.", place.category.title()));
        }
        Award::ReliabilityChampion => String::new(),
        Award::AllVerified(relays) | Award::AllRecommended(relays) | Award::AllIpv6(relays) => {
            format!(" {} of them.", format::count(*relays))
        }
        Award::Steady(days) => format!(" {} by now.", format::counted(*days as usize, "day", "days")),
        Award::Years(years) => format!(" {} by now.", format::counted(*years as usize, "year", "years")),
        Award::Countries(countries) => format!(" {} by now.", format::count(*countries)),
    };
    (award.name().to_owned(), format!("{}{detail}", award.rule()))
}
