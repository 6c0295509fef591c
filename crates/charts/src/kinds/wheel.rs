//! The wheel: segments of one size, each a category with its champion. The segments carry numbers and the
//! list carries the words, so that it can be read on a phone.

use crate::canvas::{Anchor, Canvas};
use crate::chart::Draw;
use crate::figure::LegendEntry;
use crate::kinds::round::{Ring, draw_centre, draw_square, holds_list, push_path};
use crate::palette::Colour;
use crate::table::{Cell, Column, DataTable};
use crate::unit::Unit;

/// Categories around a centre, clockwise from the top. Made for twelve; up to 24 are drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WheelChart {
    /// The segments.
    pub segments: Vec<WheelSegment>,
    /// Large text in the middle, up to about eight letters.
    pub centre: String,
    /// Small text below it.
    pub centre_note: String,
}

/// A category and who leads it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WheelSegment {
    /// Name of the category.
    pub category: String,
    /// Who leads it; `None` when nobody qualifies.
    pub champion: Option<String>,
    /// The champion's value, with its unit.
    pub value: String,
}

const MOST_SEGMENTS: usize = 24;
const SIDE: f64 = 280.0;
/// From this radius on, and for twelve segments, numbers are large.
const ROOM_FOR_LARGE: f64 = 90.0;
const NOBODY: &str = "nobody qualifies";
/// Neighbours differ, and so do the ends of twelve.
const COLOURS: [Colour; 6] = [Colour::S1, Colour::S2, Colour::S3, Colour::S4, Colour::S5, Colour::S6];

impl WheelSegment {
    fn told(&self) -> String {
        match &self.champion {
            None => NOBODY.to_owned(),
            Some(champion) if self.value.is_empty() => champion.clone(),
            Some(champion) => format!("{champion}, {}", self.value),
        }
    }

    fn class(&self, index: usize) -> &'static str {
        if self.champion.is_some() { COLOURS[index % COLOURS.len()].class() } else { "none" }
    }
}

impl WheelChart {
    fn shown(&self) -> &[WheelSegment] {
        self.segments.get(..MOST_SEGMENTS).unwrap_or(&self.segments)
    }

    fn draw_wheel(&self, canvas: &mut Canvas) {
        let (middle, count) = (canvas.height / 2.0, self.shown().len() as f64);
        let ring = Ring { middle, inner: middle * 0.45, outer: middle - 2.0 };
        for (index, segment) in self.shown().iter().enumerate() {
            let (from, to) = (index as f64 / count, (index + 1) as f64 / count);
            let class = format!("fill {} seg", segment.class(index));
            let path = ring.part(from, to);
            push_path(&mut canvas.out, &class, "", &segment.category, &segment.told(), &path);
            let (x, y) = ring.place(f64::midpoint(from, to), middle * 0.74);
            let class = match segment.champion {
                Some(_) if middle >= ROOM_FOR_LARGE => "big strong",
                Some(_) => "strong",
                None => "name",
            };
            let number = (index + 1).to_string();
            canvas.text(class, x / canvas.height, y + 6.0, Anchor::Middle, &number);
        }
        draw_centre(canvas, &self.centre, &self.centre_note, ring.inner * 1.6);
    }
}

impl Draw for WheelChart {
    fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    fn height(&self, _width: Option<f64>) -> f64 {
        SIDE
    }

    fn draw(&self, canvas: &mut Canvas) {
        draw_square(canvas, &self.legend(), |square| self.draw_wheel(square));
    }

    fn table(&self) -> DataTable {
        let heads = ["Number", "Category", "Champion", "Value"];
        let mut table = DataTable::new(heads.map(|head| Column::new(head, Unit::Number)).into());
        let row = |(index, segment): (usize, &WheelSegment)| {
            let champion = segment.champion.clone().map_or(Cell::Unknown, Cell::Text);
            let value =
                if segment.champion.is_some() { Cell::Text(segment.value.clone()) } else { Cell::Unknown };
            vec![Cell::Number((index + 1) as f64), Cell::Text(segment.category.clone()), champion, value]
        };
        table.rows = self.segments.iter().enumerate().map(row).collect();
        table
    }

    fn legend(&self) -> Vec<LegendEntry> {
        let entry = |(index, segment): (usize, &WheelSegment)| LegendEntry {
            label: format!("{} {}", index + 1, segment.category),
            class: segment.class(index).to_owned(),
            value: Some(segment.told()),
        };
        self.shown().iter().enumerate().map(entry).collect()
    }

    fn holds_legend(&self, width: f64) -> bool {
        holds_list(width)
    }

    fn describe(&self) -> String {
        let told: Vec<String> =
            self.segments.iter().map(|segment| format!("{}: {}", segment.category, segment.told())).collect();
        format!("{} categories and their champions. {}.", self.segments.len(), told.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(category: &str, champion: Option<&str>) -> WheelSegment {
        WheelSegment {
            category: category.into(),
            champion: champion.map(Into::into),
            value: "28 Gbit/s".into(),
        }
    }

    fn wheel() -> WheelChart {
        let segments = vec![segment("Bandwidth", Some("example.org")), segment("Veterans", None)];
        WheelChart { segments, centre: "2".into(), centre_note: "categories".into() }
    }

    #[test]
    fn a_category_without_a_champion_says_so() {
        let told: Vec<_> =
            wheel().legend().into_iter().map(|entry| (entry.class, entry.value.unwrap())).collect();
        assert_eq!(
            told,
            [("s1".to_owned(), "example.org, 28 Gbit/s".to_owned()), ("none".to_owned(), NOBODY.to_owned())]
        );
        assert_eq!(wheel().table().rows[1][2..], [Cell::Unknown, Cell::Unknown]);
    }
}
