//! Box plots: quartiles as a box, whiskers to the last value within 1.5 times the box, outliers as dots
//! (Tukey, Exploratory Data Analysis, 1977). The boxes lie, so that names fit on a phone.

use crate::axis::{Across, BOTTOM, draw_upright_grid};
use crate::canvas::{Anchor, Canvas};
use crate::chart::Draw;
use crate::markup::text_width;
use crate::palette::Colour;
use crate::scale::{Baseline, Scale, extent};
use crate::table::{Cell, Column, DataTable};
use crate::unit::Unit;

/// One box for each group, on one scale.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BoxPlot {
    /// Unit of every value.
    pub unit: Unit,
    /// What a box is, head of the table's first column: `Period`.
    pub thing: String,
    /// The boxes, from the top.
    pub boxes: Vec<BoxSummary>,
    /// Where the axis begins at the latest, so that few far outliers do not squeeze the boxes. How many
    /// values lie lower is written at the left; boxes and whiskers are never cut.
    pub axis_low: Option<f64>,
}

/// The numbers of one group.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BoxSummary {
    /// Name of the group.
    pub label: String,
    /// Colour.
    pub colour: Colour,
    /// How many values there are.
    pub count: usize,
    /// Lower whisker, lower quartile, median, upper quartile and upper whisker, rising; `None` without
    /// values.
    pub five: Option<[f64; 5]>,
    /// The values beyond the whiskers, rising.
    pub outliers: Vec<f64>,
}

const ROW: f64 = 46.0;
const LEAST_ROW: f64 = 34.0;
/// So many outliers of a chart are drawn.
const MOST_OUTLIERS: usize = 200;

/// The value at a part of sorted values, between neighbours by distance (type 7 of Hyndman and Fan).
fn quantile(sorted: &[f64], part: f64) -> Option<f64> {
    let place = part * sorted.len().checked_sub(1)? as f64;
    let below = *sorted.get(place.floor() as usize)?;
    let above = *sorted.get(place.ceil() as usize)?;
    Some(below + (above - below) * place.fract())
}

impl BoxSummary {
    /// The numbers of a group's values. What is not finite is left out.
    pub fn of(label: impl Into<String>, colour: Colour, values: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let mut summary = Self { label: label.into(), colour, count: sorted.len(), ..Self::default() };
        let quartiles = [0.25, 0.5, 0.75].map(|part| quantile(&sorted, part));
        if let [Some(lower), Some(median), Some(upper)] = quartiles {
            let reach = 1.5 * (upper - lower);
            let within = |value: &f64| (lower - reach..=upper + reach).contains(value);
            let low = sorted.iter().copied().find(within).unwrap_or(lower).min(lower);
            let high = sorted.iter().copied().rfind(within).unwrap_or(upper).max(upper);
            summary.five = Some([low, lower, median, upper, high]);
            summary.outliers = sorted.into_iter().filter(|value| !within(value)).collect();
        }
        summary
    }

    /// The five numbers when they can be drawn.
    fn drawable(&self) -> Option<[f64; 5]> {
        self.five.filter(|five| five.iter().all(|value| value.is_finite()))
    }

    fn extremes(&self) -> impl Iterator<Item = f64> {
        let five = self.drawable();
        let outliers = if five.is_some() { self.outliers.as_slice() } else { &[] };
        five.into_iter().flatten().chain(outliers.iter().copied()).filter(|value| value.is_finite())
    }

    /// At most so many outliers: those at the ends, and others at even places.
    fn drawn_outliers(&self, most: usize) -> Vec<f64> {
        let outliers: Vec<f64> = self.outliers.iter().copied().filter(|value| value.is_finite()).collect();
        if outliers.len() <= most {
            return outliers;
        }
        let last = outliers.len() - 1;
        (0..most)
            .filter_map(|place| outliers.get(place * last / most.saturating_sub(1).max(1)).copied())
            .collect()
    }
}

impl BoxPlot {
    fn scale(&self) -> Scale {
        let (low, high) = extent(self.boxes.iter().flat_map(BoxSummary::extremes)).unwrap_or((0.0, 1.0));
        let whiskers = self.boxes.iter().filter_map(BoxSummary::drawable).map(|five| five[0]);
        let lowest_whisker = whiskers.fold(high, f64::min);
        let start = self.axis_low.filter(|start| start.is_finite() && *start > low);
        match start.map(|start| start.min(lowest_whisker)) {
            Some(start) => Scale::linear(Some((start, high)), self.unit, Baseline::Values, 5),
            None => Scale::linear(Some((low, high)), self.unit, Baseline::Free, 5),
        }
    }

    /// The median, and how many outliers lie before the axis begins.
    fn reading(&self, group: &BoxSummary, scale: &Scale) -> String {
        let Some([_, _, median, ..]) = group.drawable() else { return "not known".to_owned() };
        let median = format!("median {}", self.unit.format(median));
        match group.outliers.iter().filter(|value| **value < scale.low).count() {
            0 => median,
            lower => format!("{} lower, {median}", Unit::Count.format(lower as f64)),
        }
    }

    fn draw_box(&self, canvas: &mut Canvas, group: &BoxSummary, scale: &Scale, top: f64, row: f64) {
        let Some(five) = group.drawable() else {
            return;
        };
        let [low, lower, middle, upper, high] = five.map(|value| scale.fraction(value));
        let (box_top, box_bottom) = (top + 19.0, top + row - 9.0);
        let y = f64::midpoint(box_top, box_bottom);
        let line = format!("line {}", group.colour.class());
        canvas.segment(&line, (low, y), (lower, y));
        canvas.segment(&line, (upper, y), (high, y));
        canvas.segment(&line, (low, box_top + 3.0), (low, box_bottom - 3.0));
        canvas.segment(&line, (high, box_top + 3.0), (high, box_bottom - 3.0));
        let told = format!(
            "{}: {} to {}, quartiles {} and {}, {} outliers",
            group.label,
            self.unit.format(five[0]),
            self.unit.format(five[4]),
            self.unit.format(five[1]),
            self.unit.format(five[3]),
            group.outliers.len()
        );
        canvas.rect(
            "fill",
            group.colour.class(),
            (lower, upper.max(lower + 0.004)),
            (box_top, box_bottom),
            &told,
        );
        canvas.segment("median", (middle, box_top), (middle, box_bottom));
    }

    fn draw_outliers(&self, canvas: &mut Canvas, scale: &Scale, rows: usize, row: f64) {
        let share = MOST_OUTLIERS / rows.max(1);
        let width = canvas.plot_width();
        for (index, group) in self.boxes.iter().take(rows).enumerate() {
            let mut outliers = group.drawn_outliers(share.max(2));
            outliers.retain(|value| *value >= scale.low);
            if outliers.is_empty() || group.drawable().is_none() {
                continue;
            }
            canvas.open_path("dots many", group.colour.class(), None);
            for value in outliers {
                canvas.point(
                    'M',
                    scale.fraction(value) * width,
                    index as f64 * row + f64::midpoint(19.0, row - 9.0),
                );
                canvas.push("h0");
            }
            canvas.close_path();
        }
    }
}

impl Draw for BoxPlot {
    fn is_empty(&self) -> bool {
        self.boxes.iter().all(|group| group.drawable().is_none())
    }

    fn height(&self, _width: Option<f64>) -> f64 {
        self.boxes.len() as f64 * ROW + BOTTOM
    }

    fn draw(&self, canvas: &mut Canvas) {
        let scale = self.scale();
        let height = canvas.height - BOTTOM;
        let rows = ((height / LEAST_ROW).floor().max(1.0) as usize).min(self.boxes.len());
        let row = (height / rows.max(1) as f64).clamp(LEAST_ROW, ROW + 10.0);
        let bottom = row * rows as f64;
        draw_upright_grid(canvas, &scale, 0.0, bottom);
        for (index, group) in self.boxes.iter().take(rows).enumerate() {
            let top = index as f64 * row;
            let label = format!("{} (n {})", group.label, Unit::Count.format(group.count as f64));
            let reading = self.reading(group, &scale);
            canvas.text("value", 1.0, top + 12.0, Anchor::End, &reading);
            let room = canvas.least_width() - text_width(&reading) - 12.0;
            canvas.name("label", top + 12.0, room, &label);
            self.draw_box(canvas, group, &scale, top, row);
        }
        canvas.open_plot(0.0, bottom, "");
        self.draw_outliers(canvas, &scale, rows, row);
        canvas.close_plot();
        Across::Number(&scale).draw(canvas, bottom + 16.0);
    }

    fn table(&self) -> DataTable {
        let thing = if self.thing.is_empty() { "Group" } else { &self.thing };
        let mut columns =
            vec![Column::new(thing, Unit::Number), Column::new("Number of values", Unit::Count)];
        for name in [
            "Lowest",
            "Lower whisker",
            "Lower quartile",
            "Median",
            "Upper quartile",
            "Upper whisker",
            "Highest",
        ] {
            columns.push(Column::new(name, self.unit));
        }
        columns.push(Column::new("Outliers", Unit::Count));
        let mut table = DataTable::new(columns);
        for group in &self.boxes {
            let ends = extent(group.extremes());
            let five = group.drawable();
            let mut row = vec![Cell::Text(group.label.clone()), Cell::number(Some(group.count as f64))];
            row.push(Cell::number(ends.map(|ends| ends.0)));
            row.extend((0..5).map(|place| Cell::number(five.and_then(|five| five.get(place).copied()))));
            row.push(Cell::number(ends.map(|ends| ends.1)));
            row.push(Cell::number(Some(group.outliers.len() as f64)));
            table.rows.push(row);
        }
        table
    }

    fn labels_itself(&self) -> bool {
        true
    }

    fn describe(&self) -> String {
        let said = |group: &BoxSummary| match group.drawable() {
            None => format!("{}: no values.", group.label),
            Some([_, lower, median, upper, _]) => format!(
                "{}: median {}, half of {} values between {} and {}, {} outliers.",
                group.label,
                self.unit.format(median),
                Unit::Count.format(group.count as f64),
                self.unit.format(lower),
                self.unit.format(upper),
                group.outliers.len()
            ),
        };
        self.boxes.iter().take(8).map(said).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whiskers_end_at_values_and_outliers_lie_beyond() {
        let group =
            BoxSummary::of("a", Colour::S1, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 100.0, f64::NAN]);
        assert_eq!(group.five, Some([1.0, 3.0, 5.0, 7.0, 8.0]));
        assert_eq!((group.count, group.outliers), (9, vec![100.0]));
        assert_eq!(BoxSummary::of("b", Colour::S1, []).five, None);
        assert_eq!(BoxSummary::of("c", Colour::S1, [4.0]).five, Some([4.0; 5]));
    }

    #[test]
    fn few_of_many_outliers_are_drawn_with_the_ends() {
        let outliers: Vec<f64> = (0..1000).map(f64::from).collect();
        let drawn = BoxSummary { outliers, ..BoxSummary::default() }.drawn_outliers(50);
        assert_eq!((drawn.len(), drawn[0], drawn[49]), (50, 0.0, 999.0));
    }
}
