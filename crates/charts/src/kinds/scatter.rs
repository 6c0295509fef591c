//! Scatter plots: two measures of many things, with quadrants by medians and logarithmic axes.

use crate::axis::{Across, draw_grid, draw_tick_texts, draw_upright_grid, plot_data};
use crate::canvas::{Anchor, Canvas};
use crate::chart::Draw;
use crate::figure::LegendEntry;
use crate::palette::Colour;
use crate::scale::{Baseline, Scale, extent};
use crate::table::{Cell, Column, DataTable};
use crate::unit::Unit;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Points of two measures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScatterChart {
    /// What a point is, head of the table's first column: `Operator`.
    pub thing: String,
    /// The measure along the width.
    pub x: ScatterAxis,
    /// The measure upwards.
    pub y: ScatterAxis,
    /// The groups by which points are coloured; one at least, or nothing is drawn.
    pub groups: Vec<ScatterGroup>,
    /// Lines that divide the field in four.
    pub quadrants: Option<Quadrants>,
}

/// A measure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScatterAxis {
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: Unit,
    /// How values are spaced.
    pub spacing: Spacing,
}

/// How the values of an axis are spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spacing {
    /// By difference.
    #[default]
    Linear,
    /// By ratio; values of zero and less have no place, and are counted in a remark.
    Logarithmic,
}

/// Points of one colour.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScatterGroup {
    /// Name.
    pub name: String,
    /// Colour.
    pub colour: Colour,
    /// The points.
    pub points: Vec<ScatterPoint>,
}

/// A point.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScatterPoint {
    /// Name of the thing.
    pub label: String,
    /// Value along the width.
    pub x: Option<f64>,
    /// Value upwards.
    pub y: Option<f64>,
    /// Whether its name is written beside it; for few.
    pub is_named: bool,
}

/// Lines at a value of each axis, and a word for each corner.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Quadrants {
    /// Value along the width, such as the median.
    pub x: f64,
    /// Value upwards.
    pub y: f64,
    /// Words for the corners: upper left, upper right, lower left, lower right.
    pub corners: [String; 4],
}

const TOP: f64 = 34.0;
const BOTTOM: f64 = 38.0;
const PLOT_HEIGHT: f64 = 260.0;
/// More dots than this are brought together on a coarser grid.
const MOST_DOTS: usize = 3_000;
/// Names beside points.
const MOST_NAMES: usize = 12;

impl ScatterAxis {
    fn scale(&self, extent: Option<(f64, f64)>) -> Scale {
        match self.spacing {
            Spacing::Linear => Scale::linear(extent, self.unit, Baseline::Free, 5),
            Spacing::Logarithmic => Scale::logarithmic(extent, self.unit),
        }
    }

    fn has_place(&self, value: f64) -> bool {
        value.is_finite() && (self.spacing == Spacing::Linear || value > 0.0)
    }
}

impl ScatterChart {
    fn place(&self, point: &ScatterPoint) -> Option<(f64, f64)> {
        let (x, y) = point.x.zip(point.y)?;
        (self.x.has_place(x) && self.y.has_place(y)).then_some((x, y))
    }

    fn places(&self) -> impl Iterator<Item = (f64, f64)> {
        self.groups.iter().flat_map(|group| &group.points).filter_map(|point| self.place(point))
    }

    /// The dots of a group on a grid of `step` pixels, each place once.
    fn dots(&self, group: &ScatterGroup, field: &Field<'_>, step: f64) -> BTreeSet<(i32, i32)> {
        let dots = group.points.iter().filter_map(|point| self.place(point)).map(|place| {
            let (x, y) = field.project(place);
            ((x / step).round() as i32, (y / step).round() as i32)
        });
        dots.collect()
    }

    fn draw_dots(&self, canvas: &mut Canvas, field: &Field<'_>) {
        let at_step = |step: f64| -> Vec<BTreeSet<(i32, i32)>> {
            self.groups.iter().map(|group| self.dots(group, field, step)).collect()
        };
        let (mut step, mut dots) = (1.0, at_step(1.0));
        while dots.iter().map(BTreeSet::len).sum::<usize>() > MOST_DOTS && step < 16.0 {
            step += 1.0;
            dots = at_step(step);
        }
        for (group, dots) in self.groups.iter().zip(&dots) {
            let class = if group.points.len() > 60 { "dots many" } else { "dots" };
            canvas.open_path(class, group.colour.class(), Some(&group.name));
            for (x, y) in dots {
                canvas.point('M', f64::from(*x) * step, f64::from(*y) * step);
                canvas.push("h0");
            }
            canvas.close_path();
        }
    }

    fn draw_names(&self, canvas: &mut Canvas, field: &Field<'_>) {
        let named = self.groups.iter().flat_map(|group| &group.points).filter(|point| point.is_named);
        for point in named.take(MOST_NAMES) {
            if let Some(place) = self.place(point) {
                let (x, y) = field.project(place);
                let x = x / field.width;
                let (anchor, dx) = if x > 0.6 { (Anchor::End, -6.0) } else { (Anchor::Start, 6.0) };
                canvas.text_beside("label", (x, TOP + y + 4.0), dx, anchor, &point.label);
            }
        }
    }

    fn draw_quadrants(&self, canvas: &mut Canvas, field: &Field<'_>) {
        let Some(quadrants) = &self.quadrants else { return };
        if !(quadrants.x.is_finite() && quadrants.y.is_finite()) {
            return;
        }
        let (x, y) = field.project((quadrants.x, quadrants.y));
        let (x, bottom) = (x / field.width, TOP + field.height);
        canvas.segment("ref", (x, TOP), (x, bottom));
        canvas.segment("ref", (0.0, TOP + y), (1.0, TOP + y));
        let [upper_left, upper_right, lower_left, lower_right] = &quadrants.corners;
        for (text, at, down) in [
            (upper_left, 0.0, TOP + 14.0),
            (upper_right, 1.0, TOP + 14.0),
            (lower_left, 0.0, bottom - 22.0),
            (lower_right, 1.0, bottom - 8.0),
        ] {
            let anchor = if at > 0.5 { Anchor::End } else { Anchor::Start };
            let dx = if at > 0.5 { -4.0 } else { 4.0 };
            if !text.is_empty() {
                canvas.text_beside("tick", (at, down), dx, anchor, text);
            }
        }
    }
}

/// The plot and its two scales.
struct Field<'a> {
    across: &'a Scale,
    up: &'a Scale,
    width: f64,
    height: f64,
}

impl Field<'_> {
    fn project(&self, place: (f64, f64)) -> (f64, f64) {
        (self.across.fraction(place.0) * self.width, (1.0 - self.up.fraction(place.1)) * self.height)
    }
}

impl Draw for ScatterChart {
    fn is_empty(&self) -> bool {
        self.places().next().is_none()
    }

    fn height(&self, _width: Option<f64>) -> f64 {
        TOP + PLOT_HEIGHT + BOTTOM
    }

    fn draw(&self, canvas: &mut Canvas) {
        let across = self.x.scale(extent(self.places().map(|place| place.0)));
        let up = self.y.scale(extent(self.places().map(|place| place.1)));
        let height = canvas.height - TOP - BOTTOM;
        let field = Field { across: &across, up: &up, width: canvas.plot_width(), height };
        draw_grid(canvas, &up, TOP, height);
        draw_upright_grid(canvas, &across, TOP, height);
        canvas.open_plot(TOP, height, &plot_data(&Across::Number(&across), &up, self.y.unit));
        self.draw_dots(canvas, &field);
        canvas.close_plot();
        self.draw_quadrants(canvas, &field);
        draw_tick_texts(canvas, &up, TOP, height);
        Across::Number(&across).draw(canvas, TOP + height + 16.0);
        canvas.text("name", 0.0, 11.0, Anchor::Start, &self.y.name);
        canvas.text("name", 1.0, TOP + height + 33.0, Anchor::End, &self.x.name);
        self.draw_names(canvas, &field);
    }

    fn table(&self) -> DataTable {
        let thing = if self.thing.is_empty() { "Name" } else { &self.thing };
        let mut table = DataTable::new(vec![
            Column::new(thing, Unit::Number),
            Column::new("Group", Unit::Number),
            Column::new(&self.x.name, self.x.unit),
            Column::new(&self.y.name, self.y.unit),
        ]);
        for group in &self.groups {
            table.rows.extend(group.points.iter().map(|point| {
                let names = [&point.label, &group.name].map(|name| Cell::Text(name.clone()));
                names.into_iter().chain([Cell::number(point.x), Cell::number(point.y)]).collect()
            }));
        }
        table
    }

    fn legend(&self) -> Vec<LegendEntry> {
        let entry = |group: &ScatterGroup| LegendEntry {
            label: group.name.clone(),
            class: group.colour.class().to_owned(),
            value: Some(Unit::Count.format(group.points.len() as f64)),
        };
        self.groups.iter().map(entry).collect()
    }

    fn describe(&self) -> String {
        let shown = self.places().count();
        let all: usize = self.groups.iter().map(|group| group.points.len()).sum();
        let range = |axis: &ScatterAxis, extent: Option<(f64, f64)>| {
            let (low, high) = extent.unwrap_or_default();
            format!("{} from {} to {}", axis.name, axis.unit.format(low), axis.unit.format(high))
        };
        let mut text = format!(
            "{} points: {}, {}.",
            Unit::Count.format(shown as f64),
            range(&self.x, extent(self.places().map(|place| place.0))),
            range(&self.y, extent(self.places().map(|place| place.1)))
        );
        if shown < all {
            let _ = write!(
                text,
                " {} have no place: a value is not known, or not above zero on a logarithmic axis.",
                all - shown
            );
        }
        if let Some(quadrants) = &self.quadrants {
            let _ = write!(
                text,
                " Divided at {} and {}.",
                self.x.unit.format(quadrants.x),
                self.y.unit.format(quadrants.y)
            );
        }
        text
    }
}
