//! The visual page: metric, time range and display by choice.
//!
//! A server reads the choices from the query; a site of files shows every range below each other.

use super::section::Section;
use super::table::{Head, Table, number};
use super::{Content, Study, StudyPage, page_parts};
use crate::figures::FigureName;
use crate::figures::network::visual::{chart, map};
use crate::html::Html;
use crate::pages::{Method, Site};
use crate::{Mode, Page, format};
use allium_charts::Figure;
use allium_views::{QueryError, VisualDisplay, VisualMetric, VisualQuery, VisualRange};

pub(super) fn content(site: Site<'_>) -> Content {
    match site.settings.mode {
        Mode::Served => chosen(site, VisualQuery::default()),
        Mode::Files => everything(site),
    }
}

/// The page for choices of a reader, or for those that cannot be.
pub(crate) fn visual_page(site: Site<'_>, asked: &Result<VisualQuery, QueryError>) -> Option<String> {
    let content = match asked {
        Ok(query) => chosen(site, *query),
        Err(error) => refused(site, error),
    };
    let mut page: StudyPage<'_> = page_parts(site, Study::Visual, content);
    let canonical = asked.as_ref().map(VisualQuery::canonical).unwrap_or_default();
    if let (Some(url), false) = (&mut page.frame.canonical, canonical.is_empty()) {
        url.push('?');
        url.push_str(&canonical);
    }
    page.frame.is_indexed = asked.is_ok();
    crate::pages::finish(&page)
}

fn refused(site: Site<'_>, error: &QueryError) -> Content {
    let sections = vec![
        Section::new("This cannot be shown")
            .text(format!("The address asks for what is not there: {error}.")),
    ];
    head(
        "Choose what is shown, over which time and in which form.".to_owned(),
        Some(form(site, VisualQuery::default())),
        sections,
    )
}

fn head(sentence: String, form: Option<Html>, sections: Vec<Section>) -> Content {
    Content {
        title: "Visualisation",
        description: "Uptime, flags, bandwidth and diversity of the Tor network over the time that you choose.",
        sentence,
        tiles: Vec::new(),
        form,
        sections,
    }
}

fn chosen(site: Site<'_>, query: VisualQuery) -> Content {
    let what = format!("{}, {}", query.metric.label(), query.range.label());
    let mut sections = vec![shown(site, query, what)];
    if query.metric == VisualMetric::Flags {
        sections.push(
            Section::new("Flags now").figure(site, FigureName::Flags).method(site, Method::RunningNetwork),
        );
    }
    sections.extend([operators(site), ladder(site)]);
    let sentence = "Choose what is shown, over which time and in which form. The address of the page holds the choice, so it can be shared.".to_owned();
    head(sentence, Some(form(site, query)), sections)
}

fn shown(site: Site<'_>, query: VisualQuery, title: String) -> Section {
    let section = Section::new(title).method(site, method(query.metric));
    let figure = match query.display {
        VisualDisplay::Map => map(site.edition, query.metric, query.range),
        _ => chart(site.edition, query.metric, query.range),
    };
    let Some(figure) = figure.filter(|figure| !figure.is_empty()) else {
        return section.drawn(site, None, "visual");
    };
    match query.display {
        VisualDisplay::Chart | VisualDisplay::Map => section.drawn(site, Some(&figure), "visual"),
        VisualDisplay::Table => table(section, &figure),
        VisualDisplay::RawData => raw(section, &figure),
    }
}

const fn method(metric: VisualMetric) -> Method {
    match metric {
        VisualMetric::Uptime | VisualMetric::Bandwidth => Method::NetworkHistory,
        VisualMetric::Flags => Method::Uptime,
        VisualMetric::Diversity => Method::Concentration,
    }
}

/// Most rows of the table and of the raw data.
const MOST_ROWS: usize = 200;

fn table(mut section: Section, figure: &Figure) -> Section {
    let data = figure.table().thinned(MOST_ROWS);
    let html = &mut section.body;
    html.markup("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"").text(&figure.title);
    html.markup("\"><table><caption>").text(&figure.title).markup("</caption><thead><tr>");
    for (place, column) in data.columns.iter().enumerate() {
        html.markup(if place == 0 { "<th scope=\"col\">" } else { "<th scope=\"col\" class=\"n\">" });
        html.text(&column.name).markup("</th>");
    }
    html.markup("</tr></thead><tbody>");
    for row in &data.rows {
        html.markup("<tr>");
        for (place, (cell, column)) in row.iter().zip(&data.columns).enumerate() {
            html.markup(if place == 0 { "<th scope=\"row\"><bdi>" } else { "<td class=\"n\"><bdi>" });
            html.text(&cell.shown(column.unit)).markup("</bdi>");
            html.markup(if place == 0 { "</th>" } else { "</td>" });
        }
        html.markup("</tr>");
    }
    html.markup("</tbody></table></div>");
    with_remark(section, figure, data.thinned_sentence())
}

fn raw(mut section: Section, figure: &Figure) -> Section {
    let data = figure.table().thinned(MOST_ROWS);
    section
        .body
        .markup("<pre class=\"policy\" tabindex=\"0\"><code>")
        .text(&data.csv())
        .markup("</code></pre>");
    with_remark(section, figure, data.thinned_sentence())
}

fn with_remark(section: Section, figure: &Figure, thinned: Option<String>) -> Section {
    let section = section.remark(figure.note.clone().unwrap_or_default());
    match thinned {
        Some(sentence) => section.remark(sentence),
        None => section,
    }
}

/// The choices as a form, which works without a script.
fn form(site: Site<'_>, query: VisualQuery) -> Html {
    let mut html = Html::with_capacity(2048);
    html.markup("<form class=\"choice\" action=\"")
        .text(&site.links().page(&Page::Study(Study::Visual)))
        .markup("\">");
    let metrics =
        VisualMetric::ALL.map(|metric| (metric.name(), metric.label().to_owned(), metric == query.metric));
    select(&mut html, "metric", "Metric", &metrics);
    let is_custom = matches!(query.range, VisualRange::Custom(..));
    let mut ranges: Vec<_> =
        VisualRange::FIXED.map(|range| (range.name(), range.label(), range == query.range)).into();
    ranges.push(("custom", "Days below".to_owned(), is_custom));
    select(&mut html, "range", "Time", &ranges);
    let displays = VisualDisplay::ALL
        .map(|display| (display.name(), display.label().to_owned(), display == query.display));
    select(&mut html, "display", "Display", &displays);
    let (from, to) = match query.range {
        VisualRange::Custom(from, to) => (from.to_string(), to.to_string()),
        _ => (String::new(), String::new()),
    };
    day(&mut html, "from", "From", &from);
    day(&mut html, "to", "To", &to);
    html.markup("<button>Show</button></form>");
    html
}

fn select(html: &mut Html, name: &'static str, label: &'static str, options: &[(&str, String, bool)]) {
    html.markup("<label>").markup(label).markup(" <select name=\"").markup(name).markup("\">");
    for (value, words, is_chosen) in options {
        html.markup("<option value=\"").text(value).markup("\"");
        html.markup(if *is_chosen { " selected>" } else { ">" }).text(words).markup("</option>");
    }
    html.markup("</select></label>");
}

fn day(html: &mut Html, name: &'static str, label: &'static str, value: &str) {
    html.markup("<label>").markup(label).markup(" <input type=\"date\" name=\"").markup(name);
    html.markup("\" value=\"").text(value).markup("\"></label>");
}

/// Every metric with every range.
fn everything(site: Site<'_>) -> Content {
    let mut sections: Vec<_> = VisualMetric::ALL.map(|metric| of_metric(site, metric)).into();
    sections.extend([operators(site), ladder(site)]);
    let sentence = "Uptime, flags, bandwidth and diversity of the network over 7 days to 5 years. Each figure has its data as a table.".to_owned();
    head(sentence, None, sections)
}

fn of_metric(site: Site<'_>, metric: VisualMetric) -> Section {
    let mut section = Section::new(metric.label()).method(site, method(metric));
    let ranges: &[VisualRange] = match metric {
        VisualMetric::Diversity => &[VisualRange::ThirtyDays],
        VisualMetric::Flags => {
            &[VisualRange::ThirtyDays, VisualRange::NinetyDays, VisualRange::OneYear, VisualRange::FiveYears]
        }
        _ => &VisualRange::FIXED,
    };
    if metric == VisualMetric::Flags {
        section = section.figure(site, FigureName::Flags);
    }
    if ranges.iter().all(|range| chart(site.edition, metric, *range).is_none()) {
        return section.drawn(site, None, "visual");
    }
    for range in ranges {
        let figure = chart(site.edition, metric, *range).filter(|figure| !figure.is_empty());
        let id = format!("{}-{}", metric.name(), range.name());
        section =
            section.folded(site, &range.label(), figure.as_ref(), &id, *range == VisualRange::ThirtyDays);
    }
    // A map is large: a site of files has the one of the metric that has no other.
    if metric != VisualMetric::Uptime {
        return section;
    }
    let figure = map(site.edition, metric, VisualRange::ThirtyDays).filter(|figure| !figure.is_empty());
    section.folded(site, "Map", figure.as_ref(), "uptime-map", false)
}

fn operators(site: Site<'_>) -> Section {
    Section::new("Operators compared").figure(site, FigureName::TopOperators).method(site, Method::Uptime)
}

fn step_name(probability: f64) -> String {
    let step = format!("{:.0}", probability * 100.0);
    let ending = if step == "1" { "st" } else { "th" };
    format!("{step}{ending} percentile")
}

const LADDER_HEADS: &[Head] =
    &[("Step", false), ("Uptime of operators, 6 months", true), ("Of relays, 6 months", true)];

fn ladder(site: Site<'_>) -> Section {
    let uptime = &site.snapshot().report.uptime;
    let half_year = allium_model::Period::SixMonths as usize;
    let operators = &uptime.group_ladders[allium_model::GroupKind::Operator as usize][half_year];
    let relays = &uptime.relay_ladders[half_year];
    let row = |probability: f64| {
        let value = |ladder: &allium_analysis::Ladder| {
            number(super::reliability::percent_or_unknown(ladder.quantile(probability)))
        };
        vec![super::table::text(step_name(probability)), value(operators), value(relays)]
    };
    let rows = [0.99, 0.95, 0.9, 0.75, 0.5, 0.25, 0.05, 0.01].map(row);
    Section::new("Percentile ladder")
        .table(Table::new("Percentile ladder", LADDER_HEADS).rows(rows))
        .remark(format!(
            "{} operators with at least three eligible relays, {} eligible relays.",
            format::count(operators.len()),
            format::count(relays.len())
        ))
        .method(site, Method::Percentile)
}
