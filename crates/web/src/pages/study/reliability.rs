//! The reliability of the network: uptime now and over a month, classes, champions, flow, dips.

use super::Content;
use super::section::{Section, Width};
use super::table::{Cell, Head, Table, number, text};
use crate::figures::FigureName;
use crate::pages::value_with_unit;
use crate::pages::{Method, Site};
use crate::rows::Tile;
use crate::{Page, format};
use allium_analysis::distribution::ClassCounts;
use allium_analysis::findings::{eligible, flag_times};
use allium_analysis::flow::ClassFlow;
use allium_analysis::leaderboard::Category;
use allium_analysis::metrics::uptime::GroupUptime;
use allium_analysis::network_dips::{NetworkDip, network_dips};
use allium_analysis::scores::HealthClass;
use allium_model::{Flag, GroupKind, Period, Role, SourceStatus};

pub(super) fn content(site: Site<'_>) -> Content {
    Content {
        title: "Reliability of the network",
        description: "Uptime of the Tor network: now, over a month and longer, by role, flag and class.",
        sentence: sentence(site),
        tiles: tiles(site),
        form: None,
        sections: vec![
            classes(site),
            roles(site),
            champions(site),
            Section::new("Uptime over time")
                .figure(site, FigureName::UptimeSixMonths)
                .method(site, Method::NetworkHistory),
            other_periods(site),
            flow(site),
            dips(site),
            Section::new("Percentile ladder")
                .figure(site, FigureName::UptimeLadder)
                .method(site, Method::Uptime),
            bandwidth(site),
            Section::new("Clients of bridges")
                .figure(site, FigureName::BridgeClients)
                .method(site, Method::NetworkHistory),
            sources(site),
        ],
    }
}

/// A ratio as `98.7 %`.
pub(super) fn percent(ratio: f64) -> String {
    format!("{} %", format::uptime(ratio))
}

/// A mean of the whole network with two decimals, since its dips are small.
fn fine_percent(ratio: f64) -> String {
    format!("{:.2} %", ratio * 100.0)
}

/// A ratio that may not be known.
pub(super) fn percent_or_unknown(ratio: Option<f64>) -> String {
    ratio.map_or_else(|| "not known".into(), percent)
}

fn sentence(site: Site<'_>) -> String {
    let uptime = &site.snapshot().report.uptime;
    let month = &uptime.network[Period::OneMonth as usize];
    let Some(window) = uptime.window(Period::OneMonth) else {
        return "No uptime document was read, so nothing is known of the past.".into();
    };
    format!(
        "Uptime is the share of consensuses that listed a relay as running. {} of {} relays are eligible: half of the month from {} to {} is known of them.",
        format::count(month.eligible),
        format::count(month.total),
        window.start.date(),
        window.end.date(),
    )
}

fn tiles(site: Site<'_>) -> Vec<Tile> {
    let snapshot = site.snapshot();
    let report = &snapshot.report;
    let sum = &report.totals;
    let listed = sum.relays.total + sum.offline_relays;
    let month = &report.uptime.network[Period::OneMonth as usize];
    let counts = ClassCounts::of(eligible(snapshot, Period::OneMonth).map(|(_, ratio)| ratio));
    let excellent = counts.of_class(HealthClass::Excellent);
    let last = report.uptime.network_history(&snapshot.network, &snapshot.histories, Period::OneMonth);
    let (last, detail) = last.and_then(allium_analysis::network_history::NetworkSeries::last).map_or_else(
        || ("not known".to_owned(), "no uptime document".to_owned()),
        |(time, value, relays)| {
            (
                percent(value),
                format!("around {}, {} relays", format::minute(time), format::count(relays as usize)),
            )
        },
    );
    vec![
        Tile::new(
            "Running now",
            format!("{} %", format::percent_of(sum.relays.total, listed)),
            "",
            format!("{} of {} relays seen in 7 days", format::count(sum.relays.total), format::count(listed)),
        ),
        Tile::new("Mean uptime, newest bin", last, "", detail),
        Tile::new(
            "Mean uptime, 1 month",
            percent_or_unknown(month.mean),
            "",
            format!("{} eligible relays", format::count(month.eligible)),
        ),
        Tile::new(
            "Weighted with consensus weight",
            percent_or_unknown(month.weighted_mean),
            "",
            "last known weights",
        ),
        Tile::new(
            "Excellent relays",
            format!("{} %", format::percent_of(excellent, counts.total())),
            "",
            format!("{} over 95 % in 1 month", format::count(excellent)),
        ),
    ]
}

fn classes(site: Site<'_>) -> Section {
    Section::new("Health classes")
        .text("Eligible relays by their uptime. The scale is the same on the whole site: excellent over 95 %, good 90 to 95 %, fair 80 to under 90 %, poor under 80 %.")
        .figure(site, FigureName::HealthClasses)
        .method(site, Method::HealthClasses)
}

const ROLE_HEADS: &[Head] = &[
    ("Relays", false),
    ("1 month", true),
    ("6 months", true),
    ("1 year", true),
    ("5 years", true),
    ("Eligible, 1 month", true),
];

fn roles(site: Site<'_>) -> Section {
    let uptime = &site.snapshot().report.uptime;
    let row = |name: &str, periods: &[GroupUptime; 4]| {
        let mut cells = vec![text(name)];
        cells.extend(periods.iter().map(|period| number(percent_or_unknown(period.mean))));
        let month = &periods[0];
        cells.push(number(format!("{} of {}", format::count(month.eligible), format::count(month.total))));
        cells
    };
    let mut table = Table::new("Mean uptime by role", ROLE_HEADS);
    table.row(row("All relays", &uptime.network));
    for (role, name) in Role::ALL.iter().zip(["Exits", "Guards that are no exits", "Middles"]) {
        table.row(row(name, &uptime.roles[*role as usize]));
    }
    for flag in Flag::ALL {
        if let Some(periods) = flag_times(site.snapshot(), flag) {
            table.row(row(&format!("Time with the flag {}", flag.name()), &periods));
        }
    }
    Section::new("By role and flag")
        .text("Plain means over the eligible relays. A row with a flag is the share of consensuses in which the relays that have the flag now had it then; it counts from a relay's first consensus, not from the first time with the flag.")
        .table(table)
        .method(site, Method::Uptime)
}

const CHAMPION_HEADS: &[Head] = &[
    ("Operator", false),
    ("Rank", true),
    ("Uptime, 6 months", true),
    ("Eligible relays", true),
    ("Badge", false),
];

fn champions(site: Site<'_>) -> Section {
    let snapshot = site.snapshot();
    let row = |standing: &allium_analysis::leaderboard::Standing| {
        let uptime = snapshot.report.uptime.group(GroupKind::Operator, standing.operator, Period::SixMonths);
        vec![
            operator_cell(site, standing.operator),
            number(standing.rank.to_string()),
            number(value_with_unit(Category::ReliabilityMasters, standing.value)),
            number(format!("{} of {}", format::count(uptime.eligible), format::count(uptime.total))),
            text("Reliability master"),
        ]
    };
    let rows: Vec<_> = snapshot.report.leaderboards.reliability_champions().map(row).collect();
    Section::new("Reliability champions")
        .text("Operators with at least 25 eligible relays and a mean uptime of at least 95 % over six months: the first ten.")
        .table(Table::new("Reliability champions", CHAMPION_HEADS).rows(rows))
        .method(site, Method::LeaderboardReliabilityMasters)
}

/// An operator with its page.
pub(super) fn operator_cell(site: Site<'_>, operator: allium_model::GroupPosition) -> Cell {
    group_cell(site, GroupKind::Operator, operator)
}

/// A group with its page.
pub(super) fn group_cell(site: Site<'_>, kind: GroupKind, position: allium_model::GroupPosition) -> Cell {
    let Some(group) = site.network().groups(kind).get(position) else { return text("") };
    let name = format::shortened(&allium_views::group_name(site.snapshot(), group), 48);
    Cell::Link(site.group_link(group.key).map(str::to_owned), name)
}

fn other_periods(site: Site<'_>) -> Section {
    Section::new("Shorter and longer")
        .figure(site, FigureName::UptimeOneMonth)
        .figure(site, FigureName::UptimeOneYear)
        .figure(site, FigureName::UptimeFiveYears)
        .method(site, Method::NetworkHistory)
}

fn flow(site: Site<'_>) -> Section {
    let section = Section::new("Moving between classes").figure(site, FigureName::ClassFlow);
    let flow = ClassFlow::new(site.network(), &site.snapshot().histories);
    let section = match flow {
        Some(flow) => section.text(format!(
            "Of {} relays known in both windows, {} are in a better class than before and {} in a worse one. {} relays are known only in the last 30 days; most of them are new.",
            format::count(flow.known()),
            format::count(flow.improved()),
            format::count(flow.worsened()),
            format::count(flow.appeared()),
        )),
        None => section,
    };
    section.method(site, Method::ClassFlow)
}

const DIP_HEADS: &[Head] = &[
    ("From", false),
    ("To", false),
    ("Lowest mean", true),
    ("Usual then", true),
    ("Depth, points", true),
    ("Relays missing, about", true),
];

/// Dips that are listed, from the deepest.
const MOST_DIPS: usize = 12;

fn dips(site: Site<'_>) -> Section {
    let snapshot = site.snapshot();
    let history =
        snapshot.report.uptime.network_history(&snapshot.network, &snapshot.histories, Period::SixMonths);
    let mut found = history.map(network_dips).unwrap_or_default();
    found.sort_by(|left, right| right.depth().total_cmp(&left.depth()));
    let all = found.len();
    found.truncate(MOST_DIPS);
    found.sort_by_key(|dip| std::cmp::Reverse(dip.start));
    let row = |dip: &NetworkDip| {
        vec![
            text(format::minute(dip.start)),
            text(format::minute(dip.end)),
            number(fine_percent(dip.lowest)),
            number(fine_percent(dip.usual)),
            number(format!("{:.2}", dip.depth() * 100.0)),
            number(format::count(dip.missing_relays().round() as usize)),
        ]
    };
    let bins = history.map_or_else(String::new, |history| {
        format!(
            " A bin is {} long, so an outage can be shorter than it looks.",
            format::duration(history.series.interval_seconds)
        )
    });
    Section::new("Dips of the whole network")
        .text(format!(
            "Times of the last six months, but for the last seven days, in which the mean uptime was far below that of the week around. {} found{}. What caused them is not known here.{bins}",
            format::counted(all, "dip", "dips"),
            if all > MOST_DIPS { format!(", the {MOST_DIPS} deepest are listed") } else { String::new() },
        ))
        .table(Table::new("Dips of the network", DIP_HEADS).rows(found.iter().map(row)))
        .method(site, Method::NetworkHistory)
}

fn bandwidth(site: Site<'_>) -> Section {
    Section::new("Bandwidth of the network")
        .figure(site, FigureName::BandwidthSixMonths)
        .figure(site, FigureName::Utilisation)
        .method(site, Method::NetworkHistory)
}

const SOURCE_HEADS: &[Head] =
    &[("Source", false), ("State", false), ("Data of", false), ("Entries", true), ("Problem", false)];

fn sources(site: Site<'_>) -> Section {
    let row = |source: &SourceStatus| {
        vec![
            text(source.name),
            text(source.state.name()),
            text(source.data_time.map_or_else(|| "never".into(), format::minute)),
            number(format::count(source.entries)),
            text(source.problem.clone().unwrap_or_else(|| "none".into())),
        ]
    };
    let uptime = &site.snapshot().report.uptime;
    let reach = Period::ALL.iter().rev().find_map(|period| uptime.window(*period));
    let reach = reach.map_or_else(
        || "No histories are at hand.".to_owned(),
        |window| format!("The histories at hand reach back to {}.", window.start.date()),
    );
    Section::new("Where this comes from")
        .width(Width::Whole)
        .text(format!(
            "State of each source when this edition was made, at {}. {reach}",
            format::minute(site.edition.judged_at)
        ))
        .table(Table::new("Sources", SOURCE_HEADS).rows(site.edition.sources.iter().map(row)))
        .link(&site.links().page(&Page::Sources), "All about the sources")
}
