//! A figure within a page: its words, the drawing, what its colours mean, and its data as a table.
//!
//! Everything is there without a script. The attributes of the element (`data-csv`, `data-start` and so
//! on) are read by `static/chart.js`, which adds a crosshair, zoom and the like.

use super::{FigureForm, FigureKey, figure};
use crate::Mode;
use crate::html::Html;
use crate::pages::Site;
use allium_charts::{Cell, Column, DataTable, Figure, Style, Unit};
use allium_model::printable;
use std::borrow::Cow;

/// Most rows of the table below a drawing; the complete data are in the CSV.
const TABLE_ROWS: usize = 20;

/// A figure to put into a page.
pub(crate) struct Embedding<'a> {
    /// The figure.
    pub(crate) figure: &'a Figure,
    /// The id of the element: once a page.
    pub(crate) id: Cow<'a, str>,
    /// Where its files are; none for a figure that only a page has.
    pub(crate) key: Option<&'a FigureKey>,
    /// The figure whose first series a reader may compare with: over time and in the same unit. Only a
    /// server has what this needs.
    pub(crate) compare: Option<&'a FigureKey>,
}

/// The figure with a key as a page shows it; none when its subject lacks the data.
pub(crate) fn embed(site: Site<'_>, key: &FigureKey) -> Option<Html> {
    let figure = figure(site.edition, key)?;
    Some(Embedding::of(&figure, key).html(site))
}

impl<'a> Embedding<'a> {
    /// A figure that has files, under the id of its name.
    pub(crate) fn of(figure: &'a Figure, key: &'a FigureKey) -> Self {
        Self { figure, id: format!("figure-{}", key.name.slug()).into(), key: Some(key), compare: None }
    }

    /// A figure that only the page has.
    pub(crate) fn without_files(figure: &'a Figure, id: impl Into<Cow<'a, str>>) -> Self {
        Self { figure, id: id.into(), key: None, compare: None }
    }

    /// The element, complete.
    pub(crate) fn html(&self, site: Site<'_>) -> Html {
        let table = self.figure.table();
        let mut html = Html::with_capacity(8 << 10);
        self.open(&mut html, site, &table);
        push_words(&mut html, self.figure);
        html.drawing(&self.figure.svg(Style::Inline, &self.id));
        push_legend(&mut html, self.figure);
        push_table(&mut html, &table, &self.figure.title);
        if let Some(key) = self.files(site) {
            push_links(&mut html, site, key);
        }
        html.markup("</figure>");
        html
    }

    /// The key of the figure where its files are served.
    fn files(&self, site: Site<'_>) -> Option<&'a FigureKey> {
        self.key.filter(|_| site.settings.mode == Mode::Served)
    }

    fn open(&self, html: &mut Html, site: Site<'_>, table: &DataTable) {
        html.markup("<figure class=\"figure\" id=\"").text(&self.id).markup("\"");
        if let Some(key) = self.files(site) {
            for (name, form) in [
                (" data-csv=\"", FigureForm::Csv),
                (" data-svg=\"", FigureForm::Svg),
                (" data-png=\"", FigureForm::Png),
            ] {
                html.markup(name).text(&site.links().to(key.path(form))).markup("\"");
            }
            if let Some(other) = self.compare {
                html.markup(" data-compare=\"")
                    .text(&site.links().to(other.path(FigureForm::Csv)))
                    .markup("\"");
            }
        }
        if let Some((start, step)) = time_grid(table) {
            html.markup(" data-start=\"").text(&start.to_string());
            html.markup("\" data-step=\"").text(&step.to_string()).markup("\"");
        }
        html.markup(">");
    }
}

/// First time and the step on which all times of the first column lie, in seconds.
fn time_grid(table: &DataTable) -> Option<(i64, i64)> {
    let times = table.rows.iter().filter_map(|row| match row.first() {
        Some(Cell::Time(time)) => Some(time.0),
        _ => None,
    });
    let mut ends: Option<(i64, i64)> = None;
    let mut step = 0;
    for time in times {
        let (start, last) = ends.unwrap_or((time, time));
        // Almost always the next bin: no division then.
        if time - last != step {
            step = greatest_divisor(step, time - start);
        }
        ends = Some((start, time));
    }
    ends.filter(|_| step > 0).map(|(start, _)| (start, step))
}

/// The greatest common divisor; of 0 and a number that number.
fn greatest_divisor(mut left: i64, mut right: i64) -> i64 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left.abs()
}

fn push_words(html: &mut Html, figure: &Figure) {
    html.markup("<figcaption><b>").text(&printable(&figure.title)).markup("</b>");
    if let Some(note) = &figure.note {
        html.markup(" <span>").text(&printable(note)).markup("</span>");
    }
    html.markup("</figcaption>");
}

fn push_legend(html: &mut Html, figure: &Figure) {
    if !figure.needs_legend() {
        return;
    }
    html.markup("<ul class=\"legend\">");
    for entry in figure.legend() {
        html.markup("<li><i class=\"").text(&entry.class).markup("\"></i><bdi>");
        html.text(&printable(&entry.label)).markup("</bdi>");
        if let Some(value) = &entry.value {
            html.markup(" ").text(value);
        }
        html.markup("</li>");
    }
    html.markup("</ul>");
}

fn push_table(html: &mut Html, table: &DataTable, title: &str) {
    let table = table.thinned(TABLE_ROWS);
    html.markup("<details><summary>Data</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Data: ");
    html.text(&printable(title)).markup("\"><table><caption>").text(&printable(title));
    if let Some(sentence) = table.thinned_sentence() {
        html.markup(". ").text(&sentence);
    }
    html.markup("</caption><thead><tr>");
    let numeric: Vec<bool> = (0..table.columns.len()).map(|place| is_numeric(&table, place)).collect();
    for (column, is_numeric) in table.columns.iter().zip(&numeric) {
        push_head(html, column, *is_numeric);
    }
    html.markup("</tr></thead><tbody>");
    for row in &table.rows {
        push_row(html, &table, &numeric, row);
    }
    html.markup("</tbody></table></div></details>");
}

/// A head with the unit, but for units whose prefix changes from cell to cell.
fn push_head(html: &mut Html, column: &Column, is_numeric: bool) {
    html.markup("<th scope=\"col\"").markup(if is_numeric { " class=\"n\"" } else { "" });
    html.markup(" data-name=\"").text(&printable(&column.name)).markup("\"");
    let unit = unit_in_head(column.unit);
    if !unit.is_empty() {
        html.markup(" data-unit=\"").text(unit).markup("\"");
    }
    html.markup(">").text(&printable(&column.name));
    if !unit.is_empty() {
        html.markup(", ").text(unit);
    }
    html.markup("</th>");
}

/// A row; its first cell names it, and tells the script which place it is.
fn push_row(html: &mut Html, table: &DataTable, numeric: &[bool], row: &[Cell]) {
    match row.first() {
        Some(Cell::Time(time)) => html.markup("<tr data-x=\"").text(&time.0.to_string()).markup("\">"),
        Some(Cell::Number(value)) => html.markup("<tr data-x=\"").text(&value.to_string()).markup("\">"),
        _ => html.markup("<tr>"),
    };
    for (place, ((cell, column), is_numeric)) in row.iter().zip(&table.columns).zip(numeric).enumerate() {
        let class = if *is_numeric { " class=\"n\"" } else { "" };
        let (open, close) = if place == 0 { ("<th scope=\"row\"", "</th>") } else { ("<td", "</td>") };
        html.markup(open)
            .markup(class)
            .markup("><bdi>")
            .text(&printable(&shown(cell, column.unit)))
            .markup("</bdi>")
            .markup(close);
    }
    html.markup("</tr>");
}

fn is_numeric(table: &DataTable, column: usize) -> bool {
    let cells = || table.rows.iter().filter_map(|row| row.get(column));
    cells().any(|cell| matches!(cell, Cell::Number(_))) && !cells().any(|cell| matches!(cell, Cell::Text(_)))
}

/// The cell without the unit that stands in the head.
fn shown(cell: &Cell, unit: Unit) -> String {
    let text = cell.shown(unit);
    match (cell, unit_in_head(unit)) {
        (Cell::Number(_), symbol) if !symbol.is_empty() => {
            text.strip_suffix(symbol).map(|number| number.trim_end().to_owned()).unwrap_or(text)
        }
        _ => text,
    }
}

/// The sign of a unit that has no prefixes; empty for the others.
const fn unit_in_head(unit: Unit) -> &'static str {
    match unit {
        Unit::Percent | Unit::Hours | Unit::Days => unit.symbol(),
        _ => "",
    }
}

/// Links to the figure's files.
fn push_links(html: &mut Html, site: Site<'_>, key: &FigureKey) {
    html.markup("<ul class=\"links files\">");
    for (form, words) in [(FigureForm::Svg, "SVG"), (FigureForm::Png, "PNG"), (FigureForm::Csv, "CSV")] {
        html.markup("<li><a href=\"")
            .text(&site.links().to(key.path(form)))
            .markup("\">")
            .text(words)
            .markup("</a></li>");
    }
    html.markup("</ul>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_charts::{Chart, Line, LineChart, TimeSeries};
    use allium_model::Timestamp;

    fn line(values: Vec<Option<f64>>, unit: Unit) -> Figure {
        let series = TimeSeries { start: Timestamp(86_400), interval_seconds: 3600, values };
        let line = Line { name: "Up & <b>".into(), series, ..Line::default() };
        Figure::new("A \"title\"", Chart::Line(LineChart { unit, lines: vec![line], ..LineChart::default() }))
    }

    fn table_html(figure: &Figure) -> String {
        let mut html = Html::default();
        push_table(&mut html, &figure.table(), &figure.title);
        html.as_str().to_owned()
    }

    #[test]
    fn a_unit_without_prefixes_stands_in_the_head_and_unknown_is_said() {
        let html = table_html(&line(vec![Some(98.74), None, Some(100.0)], Unit::Percent));
        assert!(html.contains("data-unit=\"%\">Up &#38; &#60;b&#62;, %</th>"), "{html}");
        for (time, value) in [(86_400, "98.7"), (90_000, "not known"), (93_600, "100")] {
            let row = html.split(&format!("data-x=\"{time}\">")).nth(1).unwrap();
            assert!(row.contains(&format!("<td class=\"n\"><bdi>{value}</bdi></td>")), "{row}");
        }
    }

    #[test]
    fn a_unit_with_prefixes_stands_in_the_cells() {
        let html = table_html(&line(vec![Some(1.25e9)], Unit::BitsPerSecond));
        assert!(html.contains("<bdi>1.25 Gbit/s</bdi>") && !html.contains("data-unit"), "{html}");
    }

    #[test]
    fn a_long_table_is_thinned_and_says_so() {
        let html = table_html(&line((0..100).map(|value| Some(f64::from(value))).collect(), Unit::Count));
        assert_eq!(html.matches("<tr data-x").count(), TABLE_ROWS);
        assert!(html.contains("20 of 100 rows"), "{html}");
        assert!(html.contains("aria-label=\"Data: A &#34;title&#34;\""), "{html}");
    }

    #[test]
    fn times_lie_on_the_grid_of_the_series() {
        let figure = line(vec![Some(1.0), None, Some(2.0)], Unit::Number);
        assert_eq!(time_grid(&figure.table()), Some((86_400, 3600)));
        assert_eq!(time_grid(&line(vec![Some(1.0)], Unit::Number).table()), None);
    }
}
