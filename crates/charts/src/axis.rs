//! Grids, tick texts and the attributes from which a script reads the axes of a plot.

use crate::canvas::{Anchor, Canvas};
use crate::scale::Scale;
use crate::time_axis::time_ticks;
use crate::unit::Unit;
use std::fmt::Write as _;

/// Space above a plot, for the text on its highest grid line.
pub(crate) const TOP: f64 = 18.0;
/// Space below a plot, for the texts of its horizontal axis.
pub(crate) const BOTTOM: f64 = 22.0;

/// The axis along the width.
pub(crate) enum Across<'a> {
    /// Seconds since the epoch.
    Time { start: i64, end: i64 },
    /// Numbers.
    Number(&'a Scale),
}

impl Across<'_> {
    /// Where a time lies along the width.
    pub(crate) fn time_fraction(start: i64, end: i64, time: i64) -> f64 {
        if end <= start {
            return 0.5;
        }
        ((time - start) as f64 / (end - start) as f64).clamp(0.0, 1.0)
    }

    /// Part of the width and text of each tick.
    fn ticks(&self, count: usize) -> Vec<(f64, String)> {
        match self {
            Self::Time { start, end } => time_ticks(*start, *end, count)
                .into_iter()
                .map(|(time, text)| (Self::time_fraction(*start, *end, time), text))
                .collect(),
            Self::Number(scale) => {
                scale.ticks.iter().map(|(value, text)| (scale.fraction(*value), text.clone())).collect()
            }
        }
    }

    /// Draws the texts below a plot. Of many every other one can be left out where it is narrow.
    pub(crate) fn draw(&self, canvas: &mut Canvas, y: f64) {
        let mut ticks = self.ticks(canvas.ticks_across());
        // A text that is pushed in from the edge would stand on its neighbour.
        if ticks.len() > 3 {
            ticks.retain(|(fraction, _)| {
                !(0.005..0.06).contains(fraction) && !(0.945..0.995).contains(fraction)
            });
        }
        let crowded = ticks.len() > 4;
        let kept = kept_parity(&ticks);
        for (index, (fraction, text)) in ticks.into_iter().enumerate() {
            let class = if crowded && index % 2 != kept { "tick opt" } else { "tick" };
            canvas.text(class, fraction, y, Anchor::at_edge(fraction), &text);
        }
    }
}

/// Whether the texts at even or at odd places stay where it is narrow: those that name more days, because
/// hours alone say little.
fn kept_parity(ticks: &[(f64, String)]) -> usize {
    let days =
        |parity: usize| ticks.iter().skip(parity).step_by(2).filter(|(_, text)| !text.contains(':')).count();
    usize::from(days(1) > days(0) && days(0) == 0)
}

/// The lines at the ticks of a vertical axis, and their texts where wanted.
pub(crate) fn draw_grid(canvas: &mut Canvas, scale: &Scale, top: f64, height: f64) {
    for (value, _) in &scale.ticks {
        let part = scale.fraction(*value);
        let y = top + height * (1.0 - part);
        let is_base = part == 0.0 || *value == 0.0;
        canvas.segment(if is_base { "axis" } else { "gridl" }, (0.0, y), (1.0, y));
    }
}

/// The texts of a vertical axis: each stands on its grid line, at the left within the plot.
pub(crate) fn draw_tick_texts(canvas: &mut Canvas, scale: &Scale, top: f64, height: f64) {
    for (value, text) in &scale.ticks {
        let y = top + height * (1.0 - scale.fraction(*value));
        canvas.text("tick", 0.0, y - 4.0, Anchor::Start, text);
    }
}

/// The vertical lines at the ticks of an axis along the width.
pub(crate) fn draw_upright_grid(canvas: &mut Canvas, scale: &Scale, top: f64, height: f64) {
    for (value, _) in &scale.ticks {
        let x = scale.fraction(*value);
        canvas.segment(if *value == 0.0 { "axis" } else { "gridl" }, (x, top), (x, top + height));
    }
}

/// A dashed line at a value of the axis along the width, with its name at the upper end.
pub(crate) fn draw_upright_reference(
    canvas: &mut Canvas,
    scale: &Scale,
    down: (f64, f64),
    value: f64,
    text: &str,
) {
    if !value.is_finite() {
        return;
    }
    let x = scale.fraction(value);
    canvas.segment("ref", (x, down.0), (x, down.1));
    let (anchor, dx) = if x > 0.5 { (Anchor::End, -4.0) } else { (Anchor::Start, 4.0) };
    canvas.text_beside("tick", (x, down.0 - 4.0), dx, anchor, text);
}

/// The attributes from which a script finds the value under a pointer.
pub(crate) fn plot_data(across: &Across<'_>, scale: &Scale, unit: Unit) -> String {
    let mut out = String::new();
    let _ = match across {
        Across::Time { start, end } => write!(out, " data-x=\"{start} {end}\" data-xkind=\"time\""),
        Across::Number(x) => {
            let kind = if x.is_logarithmic() { "log" } else { "number" };
            write!(out, " data-x=\"{} {}\" data-xkind=\"{kind}\"", x.low, x.high)
        }
    };
    let _ = write!(out, " data-y=\"{} {}\" data-unit=\"{}\"", scale.low, scale.high, unit.symbol());
    if scale.is_logarithmic() {
        out.push_str(" data-ykind=\"log\"");
    }
    out
}

/// Moves texts of one column apart so that they do not cover each other. In and out: base lines.
pub(crate) fn spread(places: &mut [f64], low: f64, high: f64) {
    const LINE: f64 = 14.0;
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|left, right| places[*left].total_cmp(&places[*right]));
    let mut least = low;
    for index in &order {
        places[*index] = places[*index].max(least);
        least = places[*index] + LINE;
    }
    let mut most = high;
    for index in order.iter().rev() {
        places[*index] = places[*index].min(most);
        most = places[*index] - LINE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_stay_where_hours_go() {
        let ticks = |texts: [&str; 5]| texts.map(|text| (0.0, text.to_owned()));
        assert_eq!(kept_parity(&ticks(["12:00", "20 Feb", "12:00", "21 Feb", "12:00"])), 1);
        assert_eq!(kept_parity(&ticks(["19 Feb", "20 Feb", "21 Feb", "22 Feb", "23 Feb"])), 0);
    }

    #[test]
    fn texts_that_would_cover_each_other_move_apart() {
        let mut places = [50.0, 52.0, 10.0, 99.0];
        spread(&mut places, 12.0, 100.0);
        assert_eq!(places.map(|place| place as i32), [50, 64, 12, 99]);
        let mut crowded = [100.0, 100.0, 100.0];
        spread(&mut crowded, 12.0, 100.0);
        assert_eq!(crowded.map(|place| place as i32), [72, 86, 100]);
    }
}
