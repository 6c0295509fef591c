//! What charts draw on: shapes placed by parts of the width, so that one drawing code serves the fluid
//! inline form (percent) and the forms of a known width (pixels).

use crate::markup::{push_attribute, push_escaped, push_number, text_width};

/// Width of a plot's own coordinates where the width in pixels is not known.
const FLUID_WIDTH: f64 = 640.0;

/// The narrowest place for a fluid drawing: a phone of 320 px.
pub(crate) const LEAST_WIDTH: f64 = 288.0;

/// Letters of a name that can be seen in the widest drawing.
const LONGEST_NAME: usize = 120;

/// Which end of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    /// For a text below a place on the axis: it must not leave the drawing at the ends.
    pub(crate) fn at_edge(fraction: f64) -> Self {
        if fraction < 0.05 {
            Self::Start
        } else if fraction > 0.95 {
            Self::End
        } else {
            Self::Middle
        }
    }

    fn attribute(self) -> &'static str {
        match self {
            Self::Start => "",
            Self::Middle => " text-anchor=\"middle\"",
            Self::End => " text-anchor=\"end\"",
        }
    }
}

/// A drawing in progress. Parts of the width are 0 (left) to 1 (right); heights are pixels from the top.
pub(crate) struct Canvas {
    pub(crate) out: String,
    /// Width in pixels; `None` where the place decides.
    width: Option<f64>,
    least: f64,
    /// Begins the ids of the drawing.
    pub(crate) id: String,
    /// Height in pixels that the chart may use.
    pub(crate) height: f64,
}

impl Canvas {
    pub(crate) fn new(width: Option<f64>, height: f64) -> Self {
        let least = width.unwrap_or(LEAST_WIDTH);
        Self { out: String::with_capacity(4096), width, least, id: String::new(), height }
    }

    /// The width in pixels, where it is known.
    pub(crate) fn width(&self) -> Option<f64> {
        self.width
    }

    /// A drawing of its own for a part of the width.
    pub(crate) fn part(&self, wide: f64, height: f64) -> Self {
        Self { least: self.least * wide, ..Self::new(self.width.map(|width| width * wide), height) }
    }

    /// The width in a plot's own coordinates.
    pub(crate) fn plot_width(&self) -> f64 {
        self.width.unwrap_or(FLUID_WIDTH)
    }

    /// The width that can be counted on, in pixels.
    pub(crate) fn least_width(&self) -> f64 {
        self.least
    }

    /// How many ticks an axis along the width should have.
    pub(crate) fn ticks_across(&self) -> usize {
        (self.plot_width() / 105.0).clamp(2.0, 10.0) as usize
    }

    /// ` name="…"` for a part of the width.
    pub(crate) fn across(&mut self, name: &str, fraction: f64) {
        if let Some(width) = self.width {
            push_attribute(&mut self.out, name, fraction * width);
            return;
        }
        // Hundredths of a percent: a tenth of a pixel at 1,000 px.
        let hundredths = (fraction.clamp(-10.0, 10.0) * 10_000.0).round() as i64;
        self.push(" ");
        self.push(name);
        self.push("=\"");
        if hundredths % 10 == 0 {
            push_number(&mut self.out, hundredths as f64 / 100.0);
        } else {
            push_number(&mut self.out, (hundredths / 100) as f64);
            self.push(".");
            let rest = (hundredths % 100).unsigned_abs();
            self.push(if rest < 10 { "0" } else { "" });
            push_number(&mut self.out, rest as f64);
        }
        self.push("%\"");
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// ` class="…"`, and a second class behind it when there is one.
    fn class(&mut self, class: &str, colour: &str) {
        self.push(" class=\"");
        self.push(class);
        if !colour.is_empty() {
            self.push(" ");
            self.push(colour);
        }
        self.push("\"");
    }

    /// A text with its base line at `y`.
    pub(crate) fn text(&mut self, class: &str, fraction: f64, y: f64, anchor: Anchor, text: &str) {
        self.push("<text");
        self.class(class, "");
        self.across("x", fraction);
        push_attribute(&mut self.out, "y", y);
        self.push(anchor.attribute());
        self.push(">");
        push_escaped(&mut self.out, text);
        self.push("</text>");
    }

    /// A text beside a place: `dx` pixels to the right of it.
    pub(crate) fn text_beside(
        &mut self,
        class: &str,
        place: (f64, f64),
        dx: f64,
        anchor: Anchor,
        text: &str,
    ) {
        self.push("<text");
        self.class(class, "");
        self.across("x", place.0);
        push_attribute(&mut self.out, "y", place.1);
        push_attribute(&mut self.out, "dx", dx);
        self.push(anchor.attribute());
        self.push(">");
        push_escaped(&mut self.out, text);
        self.push("</text>");
    }

    /// A name at the left that may be longer than its place: what does not fit into `room` pixels of the
    /// narrowest drawing is clipped at a part of the width, and told in full as a title.
    pub(crate) fn name(&mut self, class: &str, y: f64, room: f64, text: &str) {
        if text_width(text) <= room {
            self.text(class, 0.0, y, Anchor::Start, text);
            return;
        }
        self.push("<svg overflow=\"hidden\"");
        self.across("width", room / self.least);
        push_attribute(&mut self.out, "height", y + 5.0);
        self.push("><title>");
        push_escaped(&mut self.out, text);
        self.push("</title>");
        let cut: String = text.chars().take(LONGEST_NAME).collect();
        self.text(class, 0.0, y, Anchor::Start, &cut);
        self.push("</svg>");
    }

    /// A straight line between two places.
    pub(crate) fn segment(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        self.push("<line");
        self.class(class, "");
        self.across("x1", from.0);
        self.across("x2", to.0);
        push_attribute(&mut self.out, "y1", from.1);
        push_attribute(&mut self.out, "y2", to.1);
        self.push("/>");
    }

    /// A rectangle from a part of the width to another, with a text that tells what it is.
    pub(crate) fn rect(
        &mut self,
        class: &str,
        colour: &str,
        across: (f64, f64),
        down: (f64, f64),
        told: &str,
    ) {
        self.push("<rect");
        self.class(class, colour);
        self.across("x", across.0);
        self.across("width", (across.1 - across.0).max(0.0));
        push_attribute(&mut self.out, "y", down.0);
        push_attribute(&mut self.out, "height", (down.1 - down.0).max(0.0));
        if told.is_empty() {
            self.push("/>");
            return;
        }
        self.push("><title>");
        push_escaped(&mut self.out, told);
        self.push("</title></rect>");
    }

    /// A dot, with a text that tells what it is.
    pub(crate) fn dot(&mut self, colour: &str, place: (f64, f64), radius: f64, told: &str) {
        self.push("<circle");
        self.class("fill", colour);
        self.across("cx", place.0);
        push_attribute(&mut self.out, "cy", place.1);
        push_attribute(&mut self.out, "r", radius);
        if told.is_empty() {
            self.push("/>");
            return;
        }
        self.push("><title>");
        push_escaped(&mut self.out, told);
        self.push("</title></circle>");
    }

    /// Stripes for what is not known; [`Canvas::hatch_fill`] uses them.
    pub(crate) fn define_hatch(&mut self, size: f64) {
        self.push("<pattern id=\"");
        self.out.push_str(&self.id);
        self.push("-n\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"");
        push_attribute(&mut self.out, "width", size);
        push_attribute(&mut self.out, "height", size);
        self.push("><rect class=\"hatch\"");
        push_attribute(&mut self.out, "width", size * 0.4);
        push_attribute(&mut self.out, "height", size);
        self.push("/></pattern>");
    }

    /// The attribute that fills a shape with the stripes.
    pub(crate) fn hatch_fill(&mut self) {
        self.push(" fill=\"url(#");
        self.out.push_str(&self.id);
        self.push("-n)\"");
    }

    /// Opens the stretched part of the drawing; `attributes` begins with a space or is empty.
    pub(crate) fn open_plot(&mut self, top: f64, height: f64, attributes: &str) {
        self.push("<svg class=\"plot\"");
        push_attribute(&mut self.out, "y", top);
        match self.width {
            None => self.push(" width=\"100%\""),
            Some(width) => push_attribute(&mut self.out, "width", width),
        }
        push_attribute(&mut self.out, "height", height);
        self.push(" viewBox=\"0 0 ");
        push_number(&mut self.out, self.width.unwrap_or(FLUID_WIDTH));
        self.push(" ");
        push_number(&mut self.out, height);
        self.push("\" preserveAspectRatio=\"none\" overflow=\"visible\"");
        self.push(attributes);
        self.push(">");
    }

    pub(crate) fn close_plot(&mut self) {
        self.push("</svg>");
    }

    /// Opens a path up to its coordinates.
    pub(crate) fn open_path(&mut self, class: &str, colour: &str, name: Option<&str>) {
        self.push("<path");
        self.class(class, colour);
        if let Some(name) = name {
            self.push(" data-name=\"");
            push_escaped(&mut self.out, name);
            self.push("\"");
        }
        self.push(" d=\"");
    }

    pub(crate) fn close_path(&mut self) {
        self.push("\"/>");
    }

    /// A command and its point within a path.
    pub(crate) fn point(&mut self, command: char, x: f64, y: f64) {
        self.out.push(command);
        push_number(&mut self.out, x);
        self.out.push(' ');
        push_number(&mut self.out, y);
    }
}
