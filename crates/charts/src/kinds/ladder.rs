//! Percentile ladders: the values at the rungs of a distribution, and where one value stands among them.

use crate::canvas::{Anchor, Canvas};
use crate::chart::Draw;
use crate::markup::shortened;
use crate::scale::{Baseline, Scale, extent};
use crate::table::{Cell, Column, DataTable};
use crate::unit::Unit;

/// Rungs from the best, and a marker between them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LadderChart {
    /// Unit of every value.
    pub unit: Unit,
    /// What is measured, head of the column of values: `Uptime over six months`.
    pub measure: String,
    /// The rungs, in any order: 1, 5, 25, 50, 75, 90, 95 and 99 usually.
    pub rungs: Vec<Rung>,
    /// The value that is compared.
    pub marker: Option<LadderMarker>,
}

/// A value of a distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rung {
    /// Which percentile, 0 to 100.
    pub percentile: f64,
    /// The value there; what is not finite is not known.
    pub value: f64,
}

/// The value that is compared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LadderMarker {
    /// Whose value it is: `This relay`.
    pub label: String,
    /// The value.
    pub value: f64,
    /// Its percentile as it was computed, 0 to 100, where it is known; the place among the rungs says
    /// only between which of them it lies.
    pub percentile: Option<f64>,
}

const ROW: f64 = 26.0;
const LEAST_ROW: f64 = 15.0;
/// Parts of the width for names and for values.
const NAMES: f64 = 0.3;
const VALUES: f64 = 0.76;

/// A row of the drawing.
struct Row<'a> {
    label: String,
    value: f64,
    marker: Option<&'a LadderMarker>,
}

/// `1st`, `22nd`, `95th`; `99.9th`.
fn ordinal(number: f64) -> String {
    let whole = number as u64;
    let ending = match (whole % 10, whole % 100) {
        _ if number.fract() != 0.0 => "th",
        (1, last) if last != 11 => "st",
        (2, last) if last != 12 => "nd",
        (3, last) if last != 13 => "rd",
        _ => "th",
    };
    format!("{}{ending}", Unit::Number.format(number))
}

impl LadderChart {
    /// The rungs with a known value, from the highest percentile.
    fn known(&self) -> Vec<Rung> {
        let mut rungs: Vec<Rung> = self.rungs.iter().copied().filter(|rung| rung.value.is_finite()).collect();
        rungs.sort_by(|left, right| right.percentile.total_cmp(&left.percentile));
        rungs
    }

    fn marker(&self) -> Option<&LadderMarker> {
        self.marker.as_ref().filter(|marker| marker.value.is_finite())
    }

    /// The rows from the top. The marker stands below the last rung that is above it.
    fn rows(&self) -> Vec<Row<'_>> {
        let rung = |rung: Rung| Row {
            label: format!("{} pct.", ordinal(rung.percentile)),
            value: rung.value,
            marker: None,
        };
        let mut rows: Vec<Row<'_>> = self.known().into_iter().map(rung).collect();
        if let Some(marker) = self.marker() {
            let place = rows.iter().position(|row| row.value <= marker.value).unwrap_or(rows.len());
            rows.insert(
                place,
                Row { label: marker.label.clone(), value: marker.value, marker: Some(marker) },
            );
        }
        rows
    }

    fn scale(&self) -> Scale {
        let values = self.rows().into_iter().map(|row| row.value);
        Scale::linear(extent(values), self.unit, Baseline::Free, 3)
    }

    fn draw_row(&self, canvas: &mut Canvas, row: &Row<'_>, scale: &Scale, middle: f64, height: f64) {
        let at = |value: f64| NAMES + (VALUES - NAMES) * scale.fraction(value);
        let text = if row.marker.is_some() { "label" } else { "name" };
        if row.marker.is_some() {
            let half = (height / 2.0 - 1.0).min(11.0);
            canvas.rect("track", "", (0.0, 1.0), (middle - half, middle + half), "");
        }
        let room = canvas.least_width() * NAMES - 8.0;
        canvas.text_beside(text, (0.0, middle + 4.0), 4.0, Anchor::Start, &shortened(&row.label, room));
        canvas.text_beside(text, (1.0, middle + 4.0), -4.0, Anchor::End, &self.unit.format(row.value));
        canvas.segment("gridl", (NAMES, middle), (VALUES, middle));
        let class = if row.marker.is_some() { "line s3" } else { "line s1" };
        canvas.segment(class, (NAMES, middle), (at(row.value), middle));
        let colour = if row.marker.is_some() { "s3" } else { "s1" };
        canvas.dot(colour, (at(row.value), middle), if row.marker.is_some() { 6.0 } else { 4.0 }, "");
    }
}

impl Draw for LadderChart {
    fn is_empty(&self) -> bool {
        self.known().is_empty()
    }

    fn height(&self, _width: Option<f64>) -> f64 {
        self.rows().len() as f64 * ROW
    }

    fn draw(&self, canvas: &mut Canvas) {
        let (rows, scale) = (self.rows(), self.scale());
        let height = (canvas.height / rows.len().max(1) as f64).clamp(LEAST_ROW, ROW * 1.4);
        for (index, row) in rows.iter().enumerate() {
            let middle = (index as f64 + 0.5) * height;
            if middle + 6.0 <= canvas.height {
                self.draw_row(canvas, row, &scale, middle, height);
            }
        }
    }

    fn table(&self) -> DataTable {
        let columns = vec![Column::new("Percentile", Unit::Number), Column::new(&self.measure, self.unit)];
        let mut table = DataTable::new(columns);
        table.rows = self
            .rows()
            .into_iter()
            .map(|row| {
                let first = match row.marker {
                    None => row.label.replace("pct.", "percentile"),
                    Some(marker) => match marker.percentile {
                        None => marker.label.clone(),
                        Some(percentile) => format!("{} ({} percentile)", marker.label, ordinal(percentile)),
                    },
                };
                vec![Cell::Text(first), Cell::Number(row.value)]
            })
            .collect();
        table
    }

    fn labels_itself(&self) -> bool {
        true
    }

    fn describe(&self) -> String {
        let rung = |rung: &Rung| format!("{} {}", ordinal(rung.percentile), self.unit.format(rung.value));
        let rungs: Vec<String> = self.known().iter().map(rung).collect();
        let marker = self.marker().map_or_else(String::new, |marker| {
            let place = marker
                .percentile
                .map_or_else(String::new, |percentile| format!(", {} percentile", ordinal(percentile)));
            format!("{}: {}{place}. ", marker.label, self.unit.format(marker.value))
        });
        format!("{marker}Percentiles: {}.", rungs.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ladder(values: &[f64], marker: f64) -> LadderChart {
        let rungs = values
            .iter()
            .zip([1.0, 25.0, 50.0, 99.0])
            .map(|(value, percentile)| Rung { percentile, value: *value });
        LadderChart {
            unit: Unit::Percent,
            measure: "Uptime".into(),
            rungs: rungs.collect(),
            marker: Some(LadderMarker { label: "This relay".into(), value: marker, percentile: Some(31.0) }),
        }
    }

    fn labels(chart: &LadderChart) -> Vec<String> {
        chart.rows().into_iter().map(|row| row.label).collect()
    }

    #[test]
    fn the_marker_stands_between_the_rungs_around_it() {
        let expected = ["99th pct.", "50th pct.", "This relay", "25th pct.", "1st pct."];
        assert_eq!(labels(&ladder(&[40.0, 90.0, 98.0, 100.0], 95.0)), expected);
        assert_eq!(labels(&ladder(&[40.0, 90.0, 98.0, 100.0], 10.0))[4], "This relay");
        assert_eq!(labels(&ladder(&[40.0, 90.0, 98.0, 100.0], 100.0))[0], "This relay", "equal is not below");
    }

    #[test]
    fn the_marker_tells_its_percentile_in_words() {
        let told = ladder(&[40.0, 90.0], 95.0).describe();
        assert_eq!(told, "This relay: 95 %, 31st percentile. Percentiles: 25th 90 %, 1st 40 %.");
    }

    #[test]
    fn ordinals_have_their_endings() {
        let endings = [1.0, 2.0, 3.0, 11.0, 12.0, 13.0, 21.0, 95.0, 99.9].map(ordinal);
        assert_eq!(endings, ["1st", "2nd", "3rd", "11th", "12th", "13th", "21st", "95th", "99.9th"]);
    }

    proptest! {
        #[test]
        fn rows_fall_with_the_marker_among_them(mut values in proptest::collection::vec(0.0_f64..100.0, 4), marker in 0.0_f64..100.0) {
            values.sort_by(f64::total_cmp);
            let chart = ladder(&values, marker);
            prop_assert!(chart.rows().is_sorted_by(|left, right| left.value >= right.value));
        }
    }
}
