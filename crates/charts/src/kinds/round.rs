//! What the round kinds share: parts of a ring, the place of the circle, and the list beside it where the
//! width is known.

use crate::canvas::{Anchor, Canvas};
use crate::figure::LegendEntry;
use crate::markup::{push_attribute, push_escaped, push_number, shortened};

/// From this width on, a drawing of a known width has its list beside the circle.
const WIDTH_FOR_LIST: f64 = 400.0;
/// Below this width nothing is written in the middle.
const LEAST_ROOM: f64 = 44.0;
/// Height of a line of the list where there is room.
const LIST_LINE: f64 = 22.0;
const LEAST_LIST_LINE: f64 = 14.0;

/// Whether a drawing of this width holds its list itself.
pub(crate) fn holds_list(width: f64) -> bool {
    width >= WIDTH_FOR_LIST
}

/// A ring or a full circle (inner radius 0) around the middle of a square.
pub(crate) struct Ring {
    /// Half of the square's side.
    pub(crate) middle: f64,
    /// Radii.
    pub(crate) inner: f64,
    pub(crate) outer: f64,
}

impl Ring {
    /// The place at a part of the turn, 0 at the top and clockwise.
    pub(crate) fn place(&self, turn: f64, radius: f64) -> (f64, f64) {
        let (sine, cosine) = (turn * std::f64::consts::TAU).sin_cos();
        (self.middle + radius * sine, self.middle - radius * cosine)
    }

    /// The coordinates of the part of the ring from one part of the turn to another.
    pub(crate) fn part(&self, from: f64, to: f64) -> String {
        let mut out = String::with_capacity(120);
        if to - from > 0.9999 {
            // An arc that ends where it began is none: two halves.
            self.push_part(&mut out, from, from + 0.5);
            self.push_part(&mut out, from + 0.5, from + 1.0);
        } else {
            self.push_part(&mut out, from, to);
        }
        out
    }

    fn push_part(&self, out: &mut String, from: f64, to: f64) {
        push_point(out, "M", self.place(from, self.outer));
        push_arc(out, self.outer, to - from, true, self.place(to, self.outer));
        push_point(out, "L", self.place(to, self.inner));
        push_arc(out, self.inner, to - from, false, self.place(from, self.inner));
        out.push('Z');
    }
}

fn push_point(out: &mut String, command: &str, (x, y): (f64, f64)) {
    out.push_str(command);
    push_number(out, x);
    out.push(' ');
    push_number(out, y);
}

fn push_arc(out: &mut String, radius: f64, turn: f64, clockwise: bool, end: (f64, f64)) {
    push_point(out, "A", (radius, radius));
    out.push_str(if turn > 0.5 { " 0 1 " } else { " 0 0 " });
    push_point(out, if clockwise { "1 " } else { "0 " }, end);
}

/// A part of the drawing with its colour and the text that tells what it is.
pub(crate) fn push_path(out: &mut String, class: &str, data: &str, name: &str, value: &str, path: &str) {
    out.push_str("<path class=\"");
    out.push_str(class);
    out.push_str("\" data-name=\"");
    push_escaped(out, name);
    out.push_str("\" data-value=\"");
    push_escaped(out, value);
    out.push('"');
    out.push_str(data);
    out.push_str(" d=\"");
    out.push_str(path);
    out.push_str("\"><title>");
    push_escaped(out, name);
    out.push_str(": ");
    push_escaped(out, value);
    out.push_str("</title></path>");
}

/// Draws a square, as large as fits, in the middle; beside it, where the width is known and there is
/// room, the list of `entries`. `square` draws on a canvas of the square's size.
pub(crate) fn draw_square(canvas: &mut Canvas, entries: &[LegendEntry], square: impl Fn(&mut Canvas)) {
    let listed = canvas.width().filter(|width| holds_list(*width));
    let width = listed.map_or(canvas.least_width(), |width| (width * 0.4).min(canvas.height));
    let side = canvas.height.min(width);
    let mut inner = Canvas::new(Some(side), side);
    square(&mut inner);
    canvas.push("<svg");
    match canvas.width() {
        None => canvas.push(" width=\"100%\""),
        Some(full) => {
            push_attribute(&mut canvas.out, "width", if listed.is_some() { width } else { full });
        }
    }
    let height = canvas.height;
    push_attribute(&mut canvas.out, "height", height);
    canvas.push(" viewBox=\"0 0 ");
    push_number(&mut canvas.out, side);
    canvas.push(" ");
    push_number(&mut canvas.out, side);
    canvas.push("\">");
    canvas.push(&inner.out);
    canvas.push("</svg>");
    if listed.is_some() {
        let gap = 24.0 + canvas.plot_width() / 100.0;
        draw_list(canvas, entries, width + gap);
    }
}

/// The list, from `left` on, in the middle of the height; what does not fit is counted.
fn draw_list(canvas: &mut Canvas, entries: &[LegendEntry], left: f64) {
    let width = canvas.plot_width();
    let line = (canvas.height / entries.len().max(1) as f64).clamp(LEAST_LIST_LINE, LIST_LINE);
    let fitting = ((canvas.height / line) as usize).max(1);
    let shown = if entries.len() > fitting { fitting.saturating_sub(1) } else { entries.len() };
    let top = (canvas.height - line * shown as f64).max(0.0) / 2.0;
    for (index, entry) in entries.iter().take(shown).enumerate() {
        let y = top + line * index as f64;
        canvas.rect("fill", &entry.class, (left / width, (left + 10.0) / width), (y + 2.0, y + 12.0), "");
        let text = entry
            .value
            .as_ref()
            .map_or_else(|| entry.label.clone(), |value| format!("{}: {value}", entry.label));
        let text = shortened(&text, width - left - 18.0);
        canvas.text("name", (left + 18.0) / width, y + 11.0, Anchor::Start, &text);
    }
    if shown < entries.len() {
        let text = format!("and {} more", entries.len() - shown);
        let y = top + line * shown as f64 + 11.0;
        canvas.text("name", (left + 18.0) / width, y, Anchor::Start, &text);
    }
}

/// One or two lines in the middle of a square: a large one and a small one below it.
pub(crate) fn draw_centre(canvas: &mut Canvas, large: &str, small: &str, room: f64) {
    let middle = canvas.height / 2.0;
    if room < LEAST_ROOM {
        return;
    }
    // Large texts have a size of 20 px.
    let class = if crate::markup::text_width(large) * 20.0 / 12.0 > room { "label" } else { "big" };
    let large = shortened(large, if class == "big" { room } else { room.max(20.0) });
    let y = if small.is_empty() { middle + 6.0 } else { middle + 1.0 };
    canvas.text(class, 0.5, y, Anchor::Middle, &large);
    if !small.is_empty() {
        canvas.text("name", 0.5, middle + 18.0, Anchor::Middle, &shortened(small, room));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RING: Ring = Ring { middle: 100.0, inner: 50.0, outer: 100.0 };

    #[test]
    fn a_turn_begins_at_the_top_and_goes_clockwise() {
        let rounded = |turn| {
            let (x, y) = RING.place(turn, 100.0);
            (x.round(), y.round())
        };
        assert_eq!(
            [0.0, 0.25, 0.5, 0.75].map(rounded),
            [(100.0, 0.0), (200.0, 100.0), (100.0, 200.0), (0.0, 100.0)]
        );
    }

    #[test]
    fn the_list_stands_beside_the_circle_where_there_is_room() {
        let entry = LegendEntry { label: "A name".into(), class: "s1".into(), value: None };
        let drawn = |width| {
            let mut canvas = Canvas::new(Some(width), 300.0);
            draw_square(&mut canvas, std::slice::from_ref(&entry), |_| {});
            canvas.out
        };
        let wide = drawn(600.0);
        assert!(
            wide.contains("<svg width=\"240\"") && wide.contains("<text class=\"name\" x=\"288\""),
            "{wide}"
        );
        assert!(!drawn(300.0).contains("<text"));
    }

    #[test]
    fn parts_are_closed_and_a_whole_ring_is_two_halves() {
        assert_eq!(RING.part(0.0, 0.25), "M100 0A100 100 0 0 1 200 100L150 100A50 50 0 0 0 100 50Z");
        assert!(RING.part(0.0, 0.75).contains(" 0 1 1 0 100"), "more than half is the large arc");
        assert_eq!(RING.part(0.0, 1.0).matches('Z').count(), 2);
    }
}
