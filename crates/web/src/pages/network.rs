//! The health of the network, and its counts, capacity, spread and software.

mod cards;
mod classes;
mod health;
mod more_cards;
mod status;

pub(super) use health::{evidence, name_of, score_cells, title as component_title};

use super::study::section::Section as Part;
use super::{Site, finish, study};
use crate::figures::{FigureKey, FigureName, Subject, embed};
use crate::frame::{Frame, Section};
use crate::html::Html;
use crate::list::ListSort;
use crate::rows::{RoleShares, Tile};
use crate::{Page, format};
use allium_model::{Flag, GroupKey, GroupKind};
use allium_views::ListKind;
use askama::Template;
use cards::Card;
use classes::ClassRow;
use status::Note;

#[derive(Template)]
#[template(path = "network.html")]
struct NetworkPage<'a> {
    frame: Frame<'a>,
    sentence: String,
    tabs: Vec<study::Tab>,
    note: Note,
    tiles: Vec<Tile>,
    sections: Vec<Part>,
    shares: Option<RoleShares>,
    flags: Vec<FlagRow<'a>>,
    spreads: Vec<Spread>,
    classes: Vec<ClassRow>,
    cards: Vec<Card>,
    growth: Option<Html>,
}

/// A flag, its page, its relays and their share of all in percent.
type FlagRow<'a> = (&'static str, Option<&'a str>, String, String);

/// Concentration of one kind.
struct Spread {
    title: &'static str,
    href: String,
    groups: String,
    effective: String,
    largest: String,
    ten: String,
    gini: String,
}

pub(super) fn render(site: Site<'_>) -> Option<String> {
    let report = &site.snapshot().report;
    let frame = Frame::new(site, &Page::NetworkOverview, "Health of the network", Section::Network)
        .described(
            "The health of the Tor network: score, components, checks, capacity, concentration, software.",
        )
        .here("Network")
        .data_at("/api/v1/network/health");
    let health = site.edition.health();
    finish(&NetworkPage {
        frame,
        sentence: sentence(site, health::year(health)),
        tabs: study::tabs(site, None),
        note: status::note(site, health),
        tiles: status::tiles(health),
        sections: health::sections(site, health),
        shares: RoleShares::of(&report.totals),
        flags: flags(site),
        spreads: spreads(site),
        classes: classes::rows(site),
        cards: cards::all(site),
        growth: embed(site, &FigureKey { subject: Subject::Network, name: FigureName::FirstSeen }),
    })
}

fn sentence(site: Site<'_>, year: Option<String>) -> String {
    let sum = &site.snapshot().report.totals;
    let words = format!(
        "{} in {} and {}, run by {}, half of them known for more than {}.",
        format::counted(sum.relays.total, "running relay", "running relays"),
        format::counted(sum.countries, "country", "countries"),
        format::counted(sum.ases, "AS", "ASes"),
        format::counted(sum.operators, "operator", "operators"),
        site.snapshot()
            .report
            .overview
            .median_age_days
            .map_or_else(|| "-".into(), |days| format::duration((days * 86_400.0) as i64)),
    );
    year.map_or(words.clone(), |year| format!("{words} The score: {year}."))
}

fn flags(site: Site<'_>) -> Vec<FlagRow<'_>> {
    let overview = &site.snapshot().report.overview;
    let relays = site.snapshot().report.totals.relays.total;
    let row = |flag: Flag| {
        let count = overview.flag(flag);
        let href =
            site.network().find_text(flag.name()).and_then(|text| site.group_link(GroupKey::Flag(text)));
        (flag.name(), href.filter(|_| count > 0), format::count(count), format::percent_of(count, relays))
    };
    Flag::ALL.into_iter().map(row).collect()
}

fn spreads(site: Site<'_>) -> Vec<Spread> {
    let kinds = [
        (GroupKind::Operator, "Operators"),
        (GroupKind::Family, "Families"),
        (GroupKind::As, "Networks (AS)"),
        (GroupKind::Country, "Countries"),
        (GroupKind::Platform, "Platforms"),
        (GroupKind::Version, "Versions"),
    ];
    let spread = |(kind, title): (GroupKind, &'static str)| {
        let measured = &site.snapshot().report.groups(kind).concentration;
        Spread {
            title,
            href: site.links().page(&Page::List(ListKind::Groups(kind), ListSort::ConsensusWeight, 1)),
            groups: format::count(measured.groups()),
            effective: measured
                .effective_number()
                .map_or_else(|| "-".into(), |number| format!("{number:.1}")),
            largest: format::percent(measured.top_share(1)),
            ten: format::percent(measured.top_share(10)),
            gini: format!("{:.2}", measured.gini),
        }
    };
    kinds.into_iter().map(spread).collect()
}
