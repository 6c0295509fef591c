//! Donuts: a few parts of a whole, the largest first, the small ones together.

use crate::canvas::{Anchor, Canvas};
use crate::chart::Draw;
use crate::figure::LegendEntry;
use crate::kinds::round::{Ring, draw_centre, draw_square, holds_list, push_path};
use crate::palette::Colour;
use crate::table::{Cell, Column, DataTable};
use crate::unit::Unit;

/// Parts of a whole as parts of a ring.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DonutChart {
    /// Unit of every value.
    pub unit: Unit,
    /// What a part is, head of the table's first column: `Operator`.
    pub thing: String,
    /// What is measured, head of the column of values: `Consensus weight`.
    pub measure: String,
    /// The parts. They are drawn from the largest; beyond eight, and below a hundredth of the whole, they
    /// are drawn together as "other".
    pub parts: Vec<DonutPart>,
    /// Large text in the middle, up to about eight letters; the sum of the values when `None`.
    pub centre: Option<String>,
    /// Small text below it.
    pub centre_note: String,
}

/// A part of the whole.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DonutPart {
    /// Name.
    pub label: String,
    /// Its amount, not below zero; `None` when it is not known, and then not drawn.
    pub value: Option<f64>,
}

/// The most parts that have a name of their own.
const MOST_PARTS: usize = 8;
/// Smaller parts of the whole are not drawn alone.
const LEAST_SHARE: f64 = 0.01;
/// From this share on, a part says its share within itself.
const SHARE_WITH_TEXT: f64 = 0.07;
const SIDE: f64 = 220.0;

/// What is drawn: a part, or several of them together.
struct Drawn {
    label: String,
    value: f64,
    colour: Colour,
}

impl DonutChart {
    /// The parts that can be drawn, the largest first; equal ones by name.
    fn sorted(&self) -> Vec<(&str, f64)> {
        let known = |part: &DonutPart| part.value.filter(|value| value.is_finite() && *value > 0.0);
        let mut parts: Vec<(&str, f64)> =
            self.parts.iter().filter_map(|part| Some((part.label.as_str(), known(part)?))).collect();
        parts.sort_by(|left, right| right.1.total_cmp(&left.1).then_with(|| left.0.cmp(right.0)));
        parts
    }

    fn whole(&self) -> f64 {
        self.sorted().iter().map(|part| part.1).sum()
    }

    fn drawn(&self) -> Vec<Drawn> {
        let (parts, whole) = (self.sorted(), self.whole());
        let large = parts.iter().take_while(|part| part.1 >= LEAST_SHARE * whole).count();
        // A single small part keeps its name: "other" would say less.
        let alone = if parts.len() <= MOST_PARTS && parts.len() - large <= 1 {
            parts.len()
        } else {
            large.min(MOST_PARTS - 1)
        };
        let mut drawn: Vec<Drawn> = parts
            .iter()
            .take(alone)
            .enumerate()
            .map(|(index, (label, value))| Drawn {
                label: (*label).to_owned(),
                value: *value,
                colour: Colour::series(index),
            })
            .collect();
        let rest: f64 = parts.iter().skip(alone).map(|part| part.1).sum();
        if rest > 0.0 {
            let label = format!("{} others", Unit::Count.format((parts.len() - alone) as f64));
            drawn.push(Drawn { label, value: rest, colour: Colour::S8 });
        }
        drawn
    }

    /// `12.3 %, 1,234`; only the share where values are shares already.
    fn told(&self, value: f64) -> String {
        let share = Unit::Percent.format(100.0 * value / self.whole());
        if self.unit == Unit::Percent { share } else { format!("{share}, {}", self.unit.format(value)) }
    }

    fn draw_ring(&self, canvas: &mut Canvas) {
        let (whole, middle) = (self.whole(), canvas.height / 2.0);
        let ring = Ring { middle, inner: middle * 0.58, outer: middle - 2.0 };
        let mut from = 0.0;
        let mut texts = Vec::new();
        for part in self.drawn() {
            let to = from + part.value / whole;
            let class = format!("fill {} seg", part.colour.class());
            push_path(&mut canvas.out, &class, "", &part.label, &self.told(part.value), &ring.part(from, to));
            if to - from >= SHARE_WITH_TEXT {
                texts.push((f64::midpoint(from, to), to - from));
            }
            from = to;
        }
        for (turn, share) in texts {
            let (x, y) = ring.place(turn, f64::midpoint(ring.inner, ring.outer));
            let text = format!("{:.0} %", share * 100.0);
            canvas.text("strong", x / canvas.height, y + 4.0, Anchor::Middle, &text);
        }
        let centre = self.centre.clone().unwrap_or_else(|| self.unit.format(whole));
        draw_centre(canvas, &centre, &self.centre_note, ring.inner * 1.6);
    }
}

impl Draw for DonutChart {
    fn is_empty(&self) -> bool {
        self.sorted().is_empty()
    }

    fn height(&self, _width: Option<f64>) -> f64 {
        SIDE
    }

    fn draw(&self, canvas: &mut Canvas) {
        draw_square(canvas, &self.legend(), |square| self.draw_ring(square));
    }

    fn table(&self) -> DataTable {
        let whole = self.whole();
        let mut table = DataTable::new(vec![
            Column::new(&self.thing, Unit::Number),
            Column::new(&self.measure, self.unit),
            Column::new("Share", Unit::Percent),
        ]);
        let mut rows: Vec<&DonutPart> = self.parts.iter().collect();
        let key =
            |part: &DonutPart| part.value.filter(|value| value.is_finite()).unwrap_or(f64::NEG_INFINITY);
        rows.sort_by(|left, right| {
            key(right).total_cmp(&key(left)).then_with(|| left.label.cmp(&right.label))
        });
        table.rows = rows
            .into_iter()
            .map(|part| {
                let share = part.value.filter(|value| *value >= 0.0).map(|value| 100.0 * value / whole);
                vec![Cell::Text(part.label.clone()), Cell::number(part.value), Cell::number(share)]
            })
            .collect();
        table
    }

    fn legend(&self) -> Vec<LegendEntry> {
        let entry = |part: Drawn| LegendEntry {
            value: Some(self.told(part.value)),
            class: part.colour.class().to_owned(),
            label: part.label,
        };
        self.drawn().into_iter().map(entry).collect()
    }

    fn holds_legend(&self, width: f64) -> bool {
        holds_list(width)
    }

    fn describe(&self) -> String {
        let drawn = self.drawn();
        let parts: Vec<String> =
            drawn.iter().map(|part| format!("{} {}", part.label, self.told(part.value))).collect();
        format!("{} parts of {}: {}.", self.sorted().len(), self.unit.format(self.whole()), parts.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn donut(values: &[Option<f64>]) -> DonutChart {
        let part = |(index, value): (usize, &Option<f64>)| DonutPart {
            label: format!("part {index}"),
            value: *value,
        };
        DonutChart {
            unit: Unit::Count,
            parts: values.iter().enumerate().map(part).collect(),
            ..DonutChart::default()
        }
    }

    fn labels(values: &[f64]) -> Vec<String> {
        let values: Vec<_> = values.iter().copied().map(Some).collect();
        donut(&values).drawn().into_iter().map(|part| part.label).collect()
    }

    #[test]
    fn small_parts_are_drawn_together_and_the_largest_first() {
        assert_eq!(labels(&[100.0, 400.0, 2.0, 3.0]), ["part 1", "part 0", "2 others"]);
        assert_eq!(
            labels(&[100.0, 400.0, 2.0]),
            ["part 1", "part 0", "part 2"],
            "one small part keeps its name"
        );
        let nine = labels(&[1.0; 9]);
        assert_eq!((nine.len(), nine[7].as_str()), (8, "2 others"));
        assert_eq!(labels(&[1.0; 8]).len(), 8);
    }

    #[test]
    fn shares_are_of_the_known_values() {
        let chart = donut(&[Some(30.0), None, Some(10.0), Some(f64::NAN), Some(-5.0)]);
        assert_eq!(chart.told(30.0), "75 %, 30");
        assert_eq!(chart.describe(), "2 parts of 40: part 0 75 %, 30; part 2 25 %, 10.");
        let unknown: Vec<_> = chart.table().rows.iter().map(|row| row[1].clone()).collect();
        assert_eq!(unknown.iter().filter(|cell| **cell == Cell::Unknown).count(), 2);
    }

    #[test]
    fn nothing_known_is_empty() {
        assert!(donut(&[None, Some(0.0), Some(f64::INFINITY)]).is_empty());
        assert!(donut(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn what_is_drawn_adds_up_to_the_whole(values in proptest::collection::vec(proptest::option::of(0.0_f64..1e6), 0..40)) {
            let chart = donut(&values);
            let drawn: f64 = chart.drawn().iter().map(|part| part.value).sum();
            prop_assert!((drawn - chart.whole()).abs() <= 1e-9 * chart.whole().max(1.0));
            prop_assert!(chart.drawn().len() <= MOST_PARTS);
        }
    }
}
