//! What everybody may read of alerts.

use super::thresholds;
use crate::html::Html;
use crate::pages::Site;
use crate::pages::incident_heading;
use crate::pages::incidents::{badge, severity_class};
use crate::pages::sheet::Sheet;
use crate::pages::study::section::{Section, Width};
use crate::pages::study::table::{Cell, Head, Table, number, text};
use crate::rows::Tile;
use crate::{AlertBoard, AlertCause, AlertsPage, BoardAlert, IncidentsPage, Page, format};
use allium_alert::{Maintenance, Phase, Silence};
use allium_model::{Timestamp, printable};

const ALERT_HEADS: &[Head] =
    &[("Cause", false), ("Severity", false), ("State", false), ("Since", false), ("Relays", true)];
const SILENCE_HEADS: &[Head] = &[
    ("Silence", false),
    ("Relays", false),
    ("Kinds", false),
    ("From", false),
    ("Until", false),
    ("By", false),
    ("Why", false),
];
const WINDOW_HEADS: &[Head] = &[
    ("Window", false),
    ("Relays", false),
    ("From", false),
    ("Until", false),
    ("By", false),
    ("What is done", false),
];
const DELIVERY_HEADS: &[Head] = &[("Channel", false), ("Result", false), ("Messages", true)];
const CHANGE_HEADS: &[Head] = &[("When", false), ("By", false), ("What", false), ("Of", false)];

/// Most rows of any table here.
const MOST: usize = 100;

/// The page.
pub(super) fn sheet(site: Site<'_>, board: &AlertBoard) -> Sheet {
    let (lasting, over): (Vec<_>, Vec<_>) =
        board.alerts.iter().partition(|alert| matches!(alert.phase, Phase::Firing | Phase::Pending));
    let mut sections = vec![
        Section::new("Active alerts")
            .table(alerts(site, "Active alerts", &lasting))
            .remark("By cause and without any receiver. Which relays somebody watches is told nobody, so they are counted.")
            .method_of(site, "alerts"),
        Section::new("Lately over")
            .table(alerts(site, "Alerts that are over", &over))
            .link(&incidents_href(site), "All incidents of the past"),
        silences(site, &board.silences),
        windows(site, &board.maintenance),
    ];
    sections.extend(thresholds::incidents(site));
    sections.push(thresholds::defaults(site, board));
    sections.push(deliveries(site, board));
    sections.push(changes(board));
    Sheet {
        title: "Alerts".into(),
        description: "Alerts that are active, what is silenced, and from when on something is told.".into(),
        sentence: format!("As of {}.", format::minute(board.made_at)),
        tiles: tiles(board, &lasting),
        sections,
        api_path: Some("/api/v1/alerts".into()),
        ..Sheet::default()
    }
}

fn tiles(board: &AlertBoard, lasting: &[&BoardAlert]) -> Vec<Tile> {
    let of = |phase: Phase| lasting.iter().filter(|alert| alert.phase == phase).count();
    let delays = board.delays;
    let median = delays.map_or_else(|| "-".into(), |delays| format::duration(delays.median_seconds));
    let detail = delays.map_or_else(
        || "no alert was delivered within 24 hours".into(),
        |delays| {
            let many = usize::try_from(delays.count).unwrap_or(usize::MAX);
            format!(
                "median of {}; 95 % within {}",
                format::counted(many, "alert", "alerts"),
                format::duration(delays.p95_seconds)
            )
        },
    );
    vec![
        Tile::new("Firing", format::count(of(Phase::Firing)), "", "confirmed and told"),
        Tile::new("Pending", format::count(of(Phase::Pending)), "", "not confirmed yet"),
        Tile::new("Silences", format::count(board.silences.len()), "", "in force or to come"),
        Tile::new("From data to delivery", median, "", detail),
    ]
}

fn incidents_href(site: Site<'_>) -> String {
    site.links().page(&Page::Incidents(IncidentsPage::List(1)))
}

fn alerts(site: Site<'_>, label: &str, alerts: &[&BoardAlert]) -> Table {
    Table::new(label, ALERT_HEADS).rows(alerts.iter().take(MOST).map(|alert| {
        vec![
            cause(site, alert.cause),
            Cell::Html(badge(severity_class(alert.severity), alert.severity.name())),
            Cell::Html(badge(phase_class(alert.phase), alert.phase.name())),
            text(format::minute(alert.since)),
            number(if alert.relays == 0 { "-".into() } else { format::count(alert.relays) }),
        ]
    }))
}

fn cause(site: Site<'_>, cause: AlertCause) -> Cell {
    match cause {
        AlertCause::Kind(kind) => text(kind.label()),
        AlertCause::Incident(id) => {
            let known = site.edition.incidents.as_deref().and_then(|book| book.get(id));
            let href = known.map(|_| site.links().page(&Page::Incidents(IncidentsPage::Incident(id))));
            Cell::Link(href, known.map_or_else(|| id.to_string(), |known| incident_heading(site, known)))
        }
    }
}

const fn phase_class(phase: Phase) -> &'static str {
    match phase {
        Phase::Firing => "poor",
        Phase::Pending => "info",
        Phase::Resolved => "good",
        Phase::Ok => "",
    }
}

/// A time as it stands in a cell.
fn time(time: Timestamp) -> Cell {
    text(format::minute(time))
}

/// A text of somebody else.
fn foreign(words: &str) -> String {
    printable(words).into_owned()
}

/// The name of a silence or window, which leads to the form that ends it.
fn numbered(what: &str, number: u64, href: &str) -> Cell {
    Cell::Link(Some(format!("{href}?number={number}")), format!("{what} {number}"))
}

fn silences(site: Site<'_>, silences: &[Silence]) -> Section {
    let href = site.links().page(&Page::Alerts(AlertsPage::Silence));
    let row = |silence: &Silence| {
        let kinds: Vec<&str> = silence.matcher.kinds.iter().map(|kind| kind.name()).collect();
        vec![
            numbered("Silence", silence.id, &href),
            text(silence.matcher.target.to_string()),
            text(if kinds.is_empty() { "all".to_owned() } else { kinds.join(", ") }),
            time(silence.from),
            time(silence.until),
            text(foreign(&silence.author)),
            Cell::Long(foreign(&silence.reason)),
        ]
    };
    let rows = silences.iter().take(MOST).map(row);
    Section::new("Silences")
        .table(Table::new("Silences", SILENCE_HEADS).rows(rows))
        .link(&href, "Begin or end a silence")
}

fn windows(site: Site<'_>, windows: &[Maintenance]) -> Section {
    let href = site.links().page(&Page::Alerts(AlertsPage::Maintenance));
    let row = |window: &Maintenance| {
        vec![
            numbered("Window", window.id, &href),
            text(window.target.to_string()),
            time(window.from),
            time(window.until),
            text(foreign(&window.author)),
            Cell::Long(foreign(&window.note)),
        ]
    };
    let rows = windows.iter().take(MOST).map(row);
    Section::new("Maintenance windows")
        .table(Table::new("Maintenance windows", WINDOW_HEADS).rows(rows))
        .link(&href, "Announce or end a window")
}

fn deliveries(site: Site<'_>, board: &AlertBoard) -> Section {
    let count = |number: u64| format::count(usize::try_from(number).unwrap_or(usize::MAX));
    let row = |delivery: &crate::DeliveryCount| {
        vec![text(foreign(&delivery.channel)), text(foreign(&delivery.result)), number(count(delivery.count))]
    };
    let rows = board.deliveries.iter().take(MOST).map(row);
    let mut section = Section::new("Deliveries of the last 24 hours")
        .width(Width::Half)
        .table(Table::new("Deliveries by channel and result", DELIVERY_HEADS).rows(rows));
    if let Some(delays) = board.delays {
        section = section.text(format!(
            "From the time of the data to the delivery: half within {}, 95 % within {}, the longest {}.",
            format::duration(delays.median_seconds),
            format::duration(delays.p95_seconds),
            format::duration(delays.max_seconds)
        ));
    }
    section.link(&site.links().page(&Page::Alerts(AlertsPage::Test)), "Try a channel")
}

fn changes(board: &AlertBoard) -> Section {
    let row = |change: &crate::BoardChange| {
        let mut when = Html::default();
        when.markup("<time datetime=\"").text(&change.at.to_rfc3339()).markup("\">");
        when.text(&format::minute(change.at)).markup("</time>");
        vec![
            Cell::Html(when),
            text(foreign(&change.author)),
            text(foreign(&change.action)),
            Cell::Long(foreign(&change.detail)),
        ]
    };
    let rows = board.changes.iter().take(MOST).map(row);
    Section::new("Changes by whoever runs this site").table(Table::new("Changes", CHANGE_HEADS).rows(rows))
}
