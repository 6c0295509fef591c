//! A figure: a chart with its words, drawn in each of the styles.

use crate::canvas::{Anchor, Canvas};
use crate::chart::Chart;
use crate::markup::{push_attribute, push_escaped, push_number, text_width};
use crate::style::{Style, style_sheet};
use crate::table::DataTable;

/// A chart with its title.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What is shown, in a few words.
    pub title: String,
    /// Where the values come from, or what to mind; stands below a drawing that stands alone.
    pub note: Option<String>,
    /// The chart.
    pub chart: Chart,
}

/// What a colour of a drawing means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegendEntry {
    /// Name of the series or class.
    pub label: String,
    /// CSS classes of its swatch: that of its colour, with `line` or `area` before it where the mark is one.
    pub class: String,
    /// Its value with the unit, when one value stands for it: the last one of a series.
    pub value: Option<String>,
}

/// Width of a drawing that is a file of its own.
const STANDALONE_WIDTH: f64 = 800.0;
/// Space around a drawing that stands alone.
const PADDING: f64 = 16.0;
const TITLE_LINE: f64 = 20.0;
const TEXT_LINE: f64 = 18.0;

impl Figure {
    /// A figure without a note.
    pub fn new(title: impl Into<String>, chart: Chart) -> Self {
        Self { title: title.into(), note: None, chart }
    }

    /// This figure with a note.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Every value of the figure.
    pub fn table(&self) -> DataTable {
        self.chart.kind().table()
    }

    /// What the colours mean, in the order of drawing.
    pub fn legend(&self) -> Vec<LegendEntry> {
        self.chart.kind().legend()
    }

    /// Whether an inline drawing wants its legend beside it: several colours that it does not name itself.
    pub fn needs_legend(&self) -> bool {
        !self.is_empty() && !self.chart.kind().labels_itself() && self.legend().len() > 1
    }

    /// Whether there is no known value.
    pub fn is_empty(&self) -> bool {
        self.chart.kind().is_empty()
    }

    /// What there is to see, in words.
    pub fn described(&self) -> String {
        if self.is_empty() { "No value is known.".to_owned() } else { self.chart.kind().describe() }
    }

    /// The drawing as an `svg` element. `id_prefix` makes its ids unique within a page; of it letters,
    /// digits, `-` and `_` are used.
    pub fn svg(&self, style: Style, id_prefix: &str) -> String {
        match style {
            Style::Inline => match &self.chart {
                Chart::Sparkline(sparkline) => {
                    sparkline.inline(&format!("{}. {}", self.title, self.described()))
                }
                _ => self.inline(id_prefix),
            },
            Style::Standalone => self.alone(style, id_prefix, STANDALONE_WIDTH, None),
            Style::Fixed { width, height, .. } => {
                let (width, height) = (f64::from(width.clamp(160, 8192)), f64::from(height.clamp(120, 8192)));
                self.alone(style, id_prefix, width, Some(height))
            }
        }
    }

    fn inline(&self, id_prefix: &str) -> String {
        let mut canvas = Canvas::new(None, self.natural_height(None));
        canvas.id = clean_id(id_prefix);
        canvas.push("<svg class=\"chart\" width=\"100%\"");
        if let Some(view_box) = self.chart.kind().view_box().filter(|_| !self.is_empty()) {
            push_view_box(&mut canvas.out, view_box);
        } else {
            let height = canvas.height;
            push_attribute(&mut canvas.out, "height", height);
        }
        self.push_words(&mut canvas.out, id_prefix);
        self.draw_body(&mut canvas);
        canvas.push("</svg>");
        canvas.out
    }

    /// Role, title and description; closes the opening tag.
    fn push_words(&self, out: &mut String, id_prefix: &str) {
        let id = clean_id(id_prefix);
        out.push_str(" role=\"img\" aria-labelledby=\"");
        for part in [&id, "-t ", &id, "-d\"><title id=\"", &id, "-t\">"] {
            out.push_str(part);
        }
        push_escaped(out, &self.title);
        out.push_str("</title><desc id=\"");
        out.push_str(&id);
        out.push_str("-d\">");
        push_escaped(out, &self.described());
        out.push_str("</desc>");
    }

    fn natural_height(&self, width: Option<f64>) -> f64 {
        if self.is_empty() { 72.0 } else { self.chart.kind().height(width) }
    }

    fn draw_body(&self, canvas: &mut Canvas) {
        if self.is_empty() {
            let middle = canvas.height / 2.0 + 4.0;
            canvas.text("name", 0.5, middle, Anchor::Middle, "No data");
        } else {
            self.chart.kind().draw(canvas);
        }
    }

    /// A drawing with its words, legend and colours within.
    fn alone(&self, style: Style, id_prefix: &str, width: f64, height: Option<f64>) -> String {
        let inner = width - 2.0 * PADDING;
        let title = wrapped(&self.title, inner / 1.35);
        let note = self.note.as_deref().map(|note| wrapped(note, inner)).unwrap_or_default();
        let mut legend = Canvas::new(Some(inner), 0.0);
        let legend_lines = if self.needs_legend() && !self.chart.kind().holds_legend(inner) {
            draw_legend(&self.legend(), &mut legend)
        } else {
            0
        };
        let above = PADDING + TITLE_LINE * title.len() as f64 + TEXT_LINE * f64::from(legend_lines) + 4.0;
        let below = TEXT_LINE * note.len() as f64 + PADDING;
        let body_height = height
            .map_or_else(|| self.natural_height(Some(inner)), |height| (height - above - below).max(40.0));
        let mut body = Canvas::new(Some(inner), body_height);
        body.id = clean_id(id_prefix);
        self.draw_body(&mut body);

        let height = height.unwrap_or(above + body_height + below);
        let mut out = String::with_capacity(body.out.len() + 6000);
        out.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\"");
        push_attribute(&mut out, "width", width);
        push_attribute(&mut out, "height", height);
        out.push_str(" viewBox=\"0 0 ");
        push_number(&mut out, width);
        out.push(' ');
        push_number(&mut out, height);
        out.push('"');
        self.push_words(&mut out, id_prefix);
        out.push_str("<style>");
        out.push_str(&style_sheet(style, &format!("{}{}", legend.out, body.out)));
        out.push_str("</style><rect class=\"ground\" width=\"100%\" height=\"100%\"/>");
        push_lines(&mut out, "title", &title, PADDING + 14.0, TITLE_LINE);
        push_group(&mut out, PADDING + TITLE_LINE * title.len() as f64, &legend.out);
        push_group(&mut out, above, &body.out);
        push_lines(&mut out, "note", &note, above + body_height + TEXT_LINE, TEXT_LINE);
        out.push_str("</svg>");
        out
    }
}

/// The letters of an id that need no care.
fn clean_id(id_prefix: &str) -> String {
    id_prefix.chars().filter(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_')).collect()
}

/// ` viewBox="…"`.
pub(crate) fn push_view_box(out: &mut String, [left, top, width, height]: [f64; 4]) {
    out.push_str(" viewBox=\"");
    for (number, behind) in [(left, " "), (top, " "), (width, " "), (height, "\"")] {
        push_number(out, number);
        out.push_str(behind);
    }
}

fn push_group(out: &mut String, top: f64, body: &str) {
    if body.is_empty() {
        return;
    }
    out.push_str("<g transform=\"translate(16 ");
    push_number(out, top);
    out.push_str(")\">");
    out.push_str(body);
    out.push_str("</g>");
}

fn push_lines(out: &mut String, class: &str, lines: &[String], first: f64, line_height: f64) {
    for (index, line) in lines.iter().enumerate() {
        out.push_str("<text class=\"");
        out.push_str(class);
        out.push_str("\" x=\"16\"");
        push_attribute(out, "y", first + index as f64 * line_height);
        out.push('>');
        push_escaped(out, line);
        out.push_str("</text>");
    }
}

/// A text in lines of at most this width at 12 px, five lines at most.
fn wrapped(text: &str, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if text_width(line) + text_width(word) + 6.9 <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(crate::markup::shortened(word, width)),
        }
    }
    lines.truncate(5);
    lines
}

fn draw_swatch(canvas: &mut Canvas, class: &str, across: (f64, f64), top: f64) {
    if class.starts_with("line") {
        canvas.segment(class, (across.0, top + 10.0), (across.1, top + 10.0));
    } else {
        let mark = if class.starts_with("area") { "swatch" } else { "fill" };
        canvas.rect(mark, class, across, (top + 5.0, top + 15.0), "");
    }
}

/// Draws swatches and names in lines; gives the number of lines.
fn draw_legend(entries: &[LegendEntry], canvas: &mut Canvas) -> u32 {
    let width = canvas.plot_width();
    let (mut x, mut line) = (0.0, 0_u32);
    for entry in entries {
        let text = entry
            .value
            .as_ref()
            .map_or_else(|| entry.label.clone(), |value| format!("{} {value}", entry.label));
        let text = crate::markup::shortened(&text, width - 20.0);
        let wide = 16.0 + text_width(&text) + 14.0;
        if x > 0.0 && x + wide > width {
            (x, line) = (0.0, line + 1);
        }
        let top = f64::from(line) * TEXT_LINE;
        draw_swatch(canvas, &entry.class, (x / width, (x + 10.0) / width), top);
        canvas.text("name", (x + 16.0) / width, top + 14.0, Anchor::Start, &text);
        x += wide;
    }
    line + 1
}
