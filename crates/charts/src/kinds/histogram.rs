//! Histograms: how many values lie in each bin.

use super::line::Reference;
use crate::axis::{Across, BOTTOM, draw_grid, draw_tick_texts, draw_upright_reference};
use crate::canvas::{Anchor, Canvas};
use crate::chart::Draw;
use crate::palette::Colour;
use crate::scale::{Baseline, Scale, extent};
use crate::table::{Cell, Column, DataTable};
use crate::unit::Unit;

/// Counts of values in bins along an axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Histogram {
    /// What is measured, below the axis: `Uptime over one month`.
    pub measure: String,
    /// Unit of the measure.
    pub unit: Unit,
    /// What is counted, above the axis: `Relays`.
    pub counted: String,
    /// The bins, rising and side by side.
    pub bins: Vec<Bin>,
    /// Colour of the bars.
    pub colour: Colour,
    /// Values to compare with, such as the median.
    pub references: Vec<Reference>,
}

/// A bin from `low` (inclusive) to `high` (exclusive; the last one inclusive).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How many values it holds.
    pub count: f64,
}

const TOP: f64 = 38.0;
const PLOT_HEIGHT: f64 = 180.0;
/// Space below the texts of the axis, for the measure.
const MEASURE: f64 = 16.0;

impl Histogram {
    /// `number` equally wide bins from `low` to `high`. Finite values beyond the ends count in the bins at
    /// the ends; others are left out.
    pub fn binned(values: impl IntoIterator<Item = f64>, low: f64, high: f64, number: usize) -> Vec<Bin> {
        let number = number.clamp(1, 1000);
        if !(low.is_finite() && high.is_finite() && high > low) {
            return Vec::new();
        }
        let end = |index: usize| low + (high - low) * (index as f64 / number as f64);
        let mut bins: Vec<Bin> =
            (0..number).map(|index| Bin { low: end(index), high: end(index + 1), count: 0.0 }).collect();
        for value in values.into_iter().filter(|value| value.is_finite()) {
            let place =
                ((value - low) / (high - low) * number as f64).floor().clamp(0.0, number as f64 - 1.0);
            if let Some(bin) = bins.get_mut(place as usize) {
                bin.count += 1.0;
            }
        }
        bins
    }

    fn known(&self) -> impl Iterator<Item = &Bin> {
        self.bins.iter().filter(|bin| bin.low.is_finite() && bin.high.is_finite() && bin.count.is_finite())
    }

    fn total(&self) -> f64 {
        self.known().map(|bin| bin.count).sum()
    }

    fn scale_across(&self) -> Scale {
        let (low, high) = extent(self.known().flat_map(|bin| [bin.low, bin.high])).unwrap_or((0.0, 1.0));
        let baseline = if low >= 0.0 && low < 0.3 * high { Baseline::Zero } else { Baseline::Free };
        let fine = Scale::linear(Some((low, high)), Unit::Number, baseline, 6);
        fine.labelled(self.unit).cut(low, high)
    }

    fn range(&self, bin: &Bin) -> String {
        format!("{} to {}", self.unit.format(bin.low), self.unit.format(bin.high))
    }
}

impl Draw for Histogram {
    fn is_empty(&self) -> bool {
        self.known().all(|bin| bin.count <= 0.0)
    }

    fn height(&self, _width: Option<f64>) -> f64 {
        TOP + PLOT_HEIGHT + BOTTOM + MEASURE
    }

    fn draw(&self, canvas: &mut Canvas) {
        let across = self.scale_across();
        let counts = extent(self.known().map(|bin| bin.count));
        let scale = Scale::linear(counts, Unit::Count, Baseline::Zero, 4);
        let height = canvas.height - TOP - BOTTOM - MEASURE;
        draw_grid(canvas, &scale, TOP, height);
        for bin in self.known().filter(|bin| bin.count > 0.0) {
            let top = TOP + height * (1.0 - scale.fraction(bin.count));
            let told = format!("{}: {}", self.range(bin), Unit::Count.format(bin.count));
            let sides = (across.fraction(bin.low), across.fraction(bin.high));
            canvas.rect("fill seg", self.colour.class(), sides, (top, TOP + height), &told);
        }
        draw_tick_texts(canvas, &scale, TOP, height);
        for (index, reference) in self.references.iter().enumerate() {
            let text = format!("{} {}", reference.label, self.unit.format(reference.value));
            let top = TOP - 14.0 * ((index % 2) as f64);
            draw_upright_reference(canvas, &across, (top, TOP + height), reference.value, &text);
        }
        Across::Number(&across).draw(canvas, TOP + height + 16.0);
        canvas.text("name", 0.0, 11.0, Anchor::Start, &self.counted);
        canvas.text("name", 1.0, TOP + height + BOTTOM + 12.0, Anchor::End, &self.measure);
    }

    fn table(&self) -> DataTable {
        let counted = if self.counted.is_empty() { "Count" } else { &self.counted };
        let mut table = DataTable::new(vec![
            Column::new("From", self.unit),
            Column::new("To", self.unit),
            Column::new(counted, Unit::Count),
        ]);
        let row = |bin: &Bin| [bin.low, bin.high, bin.count].map(|value| Cell::number(Some(value))).to_vec();
        table.rows = self.bins.iter().map(row).collect();
        table
    }

    fn describe(&self) -> String {
        let total = self.total();
        let Some(fullest) = self.known().max_by(|left, right| left.count.total_cmp(&right.count)) else {
            return String::new();
        };
        format!(
            "{} values in {} bins. The fullest, {}, holds {} of them ({}).",
            Unit::Count.format(total),
            self.bins.len(),
            self.range(fullest),
            Unit::Count.format(fullest.count),
            Unit::Percent.format(fullest.count / total * 100.0),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finite_value_is_counted_once() {
        let bins = Histogram::binned([0.0, 1.0, 9.99, 10.0, -5.0, 99.0, f64::NAN], 0.0, 10.0, 2);
        assert_eq!(bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [3.0, 3.0]);
        assert!(Histogram::binned([1.0], 5.0, 5.0, 3).is_empty());
    }
}
