//! Flows: how many things move from class to class between one time and the next.

use crate::axis::spread;
use crate::canvas::{Anchor, Canvas};
use crate::chart::Draw;
use crate::palette::Colour;
use crate::table::{Cell, Column, DataTable};
use crate::unit::Unit;

/// Things in classes at two or more stages.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FlowChart {
    /// Unit of the numbers, mostly counts.
    pub unit: Unit,
    /// Names of the stages, from the left: `1 year ago`, `now`.
    pub stages: Vec<String>,
    /// The classes, from the top, the same at every stage.
    pub classes: Vec<FlowClass>,
    /// For each pair of neighbouring stages: how many went from a class (row) to a class (column).
    /// What is missing, negative or not finite counts as none.
    pub moves: Vec<Vec<Vec<f64>>>,
}

/// A class.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlowClass {
    /// Name.
    pub name: String,
    /// Colour.
    pub colour: Colour,
}

const TOP: f64 = 22.0;
const PLOT_HEIGHT: f64 = 240.0;
/// Between the classes of a stage.
const GAP: f64 = 12.0;
/// Width of a class's bar, as part of the width.
const BAR: f64 = 0.014;

/// Amounts up to this are none.
const LEAST: f64 = 1e-9;

/// The bar of a class at a stage.
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    amount: f64,
    top: f64,
    bottom: f64,
}

impl FlowChart {
    fn amount(&self, step: usize, from: usize, to: usize) -> f64 {
        let amount =
            self.moves.get(step).and_then(|rows| rows.get(from)).and_then(|row| row.get(to)).copied();
        amount.filter(|amount| amount.is_finite() && *amount > LEAST).unwrap_or(0.0).min(1e150)
    }

    fn steps(&self) -> usize {
        self.stages.len().saturating_sub(1)
    }

    /// How many a class holds at a stage: the larger of what came and what goes.
    fn held(&self, stage: usize, class: usize) -> f64 {
        let classes = 0..self.classes.len();
        let goes: f64 = classes.clone().map(|to| self.amount(stage, class, to)).sum();
        let came: f64 =
            stage.checked_sub(1).map_or(0.0, |step| classes.map(|from| self.amount(step, from, class)).sum());
        if stage < self.steps() { goes.max(came) } else { came }
    }

    fn nodes(&self, height: f64) -> Vec<Vec<Node>> {
        let held: Vec<Vec<f64>> = (0..self.stages.len())
            .map(|stage| (0..self.classes.len()).map(|class| self.held(stage, class)).collect())
            .collect();
        let largest = held.iter().map(|stage| stage.iter().sum::<f64>()).fold(0.0, f64::max);
        let room = (height - GAP * self.classes.len().saturating_sub(1) as f64).max(1.0);
        let scale = if largest > 0.0 { room / largest } else { 0.0 };
        held.into_iter().map(|stage| stack(&stage, scale)).collect()
    }

    fn draw_step(&self, canvas: &mut Canvas, step: usize, nodes: &[Vec<Node>]) {
        let (Some(left), Some(right)) = (nodes.get(step), nodes.get(step + 1)) else { return };
        let width = canvas.plot_width();
        let (from_x, to_x) = (width * (self.x(step) + BAR), width * self.x(step + 1));
        let mut ends: Vec<f64> = right.iter().map(|node| node.top).collect();
        for (from, (class, source)) in self.classes.iter().zip(left).enumerate() {
            let mut start = source.top;
            for (to, (end, target)) in ends.iter_mut().zip(right).enumerate() {
                let amount = self.amount(step, from, to);
                if amount <= 0.0 {
                    continue;
                }
                let thick = |node: &Node| {
                    if node.amount > 0.0 { (node.bottom - node.top) * (amount / node.amount) } else { 0.0 }
                };
                let thickness = thick(source).max(thick(target).min(thick(source)));
                Self::draw_move(canvas, class.colour, (from_x, start), (to_x, *end), thickness);
                start += thickness;
                *end += thickness;
            }
        }
    }

    fn draw_move(canvas: &mut Canvas, colour: Colour, from: (f64, f64), to: (f64, f64), thickness: f64) {
        let middle = f64::midpoint(from.0, to.0);
        canvas.open_path("fill flow", colour.class(), None);
        canvas.point('M', from.0, from.1);
        for (command, x, y) in [('C', middle, from.1), (' ', middle, to.1), (' ', to.0, to.1)] {
            canvas.point(command, x, y);
        }
        canvas.point('L', to.0, to.1 + thickness);
        for (command, x, y) in [
            ('C', middle, to.1 + thickness),
            (' ', middle, from.1 + thickness),
            (' ', from.0, from.1 + thickness),
        ] {
            canvas.point(command, x, y);
        }
        canvas.push("Z");
        canvas.close_path();
    }

    /// The class of a text; where it is narrow there is room for those of the first and last stage only.
    fn class(&self, class: &'static str, stage: usize) -> &'static str {
        match class {
            _ if stage == 0 || stage == self.steps() => class,
            "label" => "label opt",
            _ => "name opt",
        }
    }

    /// Where the bars of a stage begin.
    fn x(&self, stage: usize) -> f64 {
        (1.0 - BAR) * stage as f64 / self.steps().max(1) as f64
    }

    fn draw_stage(&self, canvas: &mut Canvas, stage: usize, nodes: &[Node]) {
        let (x, is_last) = (self.x(stage), stage == self.steps());
        let mut lines: Vec<f64> =
            nodes.iter().map(|node| TOP + f64::midpoint(node.top, node.bottom) + 4.0).collect();
        spread(&mut lines, TOP + 8.0, canvas.height - 4.0);
        for ((class, node), line) in self.classes.iter().zip(nodes).zip(lines) {
            let text = format!("{} {}", class.name, self.unit.format(node.amount));
            let down = (TOP + node.top, TOP + node.bottom.max(node.top + 1.0));
            canvas.rect("fill", class.colour.class(), (x, x + BAR), down, &text);
            let (at, dx, anchor) =
                if is_last { (x, -6.0, Anchor::End) } else { (x + BAR, 6.0, Anchor::Start) };
            canvas.text_beside(self.class("label", stage), (at, line), dx, anchor, &text);
        }
    }
}

/// Bars from the top, with gaps.
fn stack(amounts: &[f64], scale: f64) -> Vec<Node> {
    let mut top = 0.0;
    let mut nodes = Vec::with_capacity(amounts.len());
    for amount in amounts {
        let bottom = top + amount * scale;
        nodes.push(Node { amount: *amount, top, bottom });
        top = bottom + GAP;
    }
    nodes
}

impl Draw for FlowChart {
    fn is_empty(&self) -> bool {
        let classes = 0..self.classes.len();
        self.steps() == 0
            || (0..self.steps()).all(|step| {
                classes.clone().all(|from| classes.clone().all(|to| self.amount(step, from, to) <= 0.0))
            })
    }

    fn height(&self, _width: Option<f64>) -> f64 {
        TOP + PLOT_HEIGHT + 8.0
    }

    fn draw(&self, canvas: &mut Canvas) {
        let height = canvas.height - TOP - 8.0;
        let nodes = self.nodes(height);
        canvas.open_plot(TOP, height, "");
        for step in 0..self.steps() {
            self.draw_step(canvas, step, &nodes);
        }
        canvas.close_plot();
        for (stage, (name, nodes)) in self.stages.iter().zip(&nodes).enumerate() {
            let x = self.x(stage);
            let at = if stage == self.steps() { 1.0 } else { x };
            canvas.text(self.class("name", stage), at, 12.0, Anchor::at_edge(at), name);
            self.draw_stage(canvas, stage, nodes);
        }
    }

    fn table(&self) -> DataTable {
        let mut table = DataTable::new(vec![
            Column::new("From", Unit::Number),
            Column::new("Class before", Unit::Number),
            Column::new("To", Unit::Number),
            Column::new("Class after", Unit::Number),
            Column::new("Moved", self.unit),
        ]);
        for (step, pair) in self.stages.windows(2).enumerate() {
            let [before, after] = pair else { continue };
            for (from, source) in self.classes.iter().enumerate() {
                for (to, target) in self.classes.iter().enumerate() {
                    let texts =
                        [before, &source.name, after, &target.name].map(|text| Cell::Text(text.clone()));
                    let amount = Cell::number(Some(self.amount(step, from, to)));
                    table.rows.push(texts.into_iter().chain([amount]).collect());
                }
            }
        }
        table
    }

    fn labels_itself(&self) -> bool {
        true
    }

    fn describe(&self) -> String {
        let mut sentences = Vec::new();
        for (step, pair) in self.stages.windows(2).enumerate().take(4) {
            let classes = 0..self.classes.len();
            let all: f64 = classes
                .clone()
                .flat_map(|from| classes.clone().map(move |to| (from, to)))
                .map(|(from, to)| self.amount(step, from, to))
                .sum();
            let stayed: f64 = classes.map(|class| self.amount(step, class, class)).sum();
            if let [before, after] = pair {
                sentences.push(format!(
                    "From {before} to {after}: {} of {} stayed in their class.",
                    self.unit.format(stayed),
                    self.unit.format(all)
                ));
            }
        }
        sentences.join(" ")
    }
}
