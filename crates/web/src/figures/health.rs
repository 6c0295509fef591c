//! The health of the network over time: the score and its components.

use super::directory::binned;
use super::network::reliability::class_colour;
use crate::Edition;
use allium_analysis::scores::HealthClass;
use allium_charts::{Bar, BarChart, Chart, Colour, Figure, Line, LineChart, Unit};
use allium_model::{HealthComponent, HealthRecord, TimeRange};

/// A stretch of time that ends with the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HealthStretch {
    Day,
    Week,
    Month,
    Quarter,
    Everything,
}

impl HealthStretch {
    const fn title(self) -> &'static str {
        match self {
            Self::Day => "Health of the network over 24 hours",
            Self::Week => "Health of the network over 7 days",
            Self::Month => "Health of the network over 30 days",
            Self::Quarter => "Health of the network over 90 days",
            Self::Everything => "Health of the network since the history begins",
        }
    }

    /// Its length and that of a bin, in seconds, for a history of so many seconds. No figure has more than
    /// 120 bins.
    fn seconds(self, all: i64) -> (i64, i64) {
        const HOUR: i64 = 3600;
        const DAY: i64 = 24 * HOUR;
        match self {
            Self::Day => (DAY, HOUR),
            Self::Week => (7 * DAY, 3 * HOUR),
            Self::Month => (30 * DAY, 6 * HOUR),
            Self::Quarter => (90 * DAY, DAY),
            Self::Everything => {
                let bin = (all / 120 / HOUR + 1) * HOUR;
                ((all / bin + 1) * bin, bin)
            }
        }
    }
}

/// Name and colour of the line of a component.
const fn look(component: HealthComponent) -> (&'static str, Colour) {
    match component {
        HealthComponent::Availability => ("Availability", Colour::S2),
        HealthComponent::Reliability => ("Reliability", Colour::S3),
        HealthComponent::Diversity => ("Diversity", Colour::S4),
        HealthComponent::Resilience => ("Resilience", Colour::S5),
        HealthComponent::Capacity => ("Capacity", Colour::S6),
    }
}

/// The score and its components over a stretch; none without a history of them.
pub(super) fn health(edition: &Edition, stretch: HealthStretch) -> Option<Figure> {
    let now = edition.health().record;
    let history = edition.history.as_ref()?;
    let kept = history.range()?;
    let until = now.at.plus_seconds(1);
    let (seconds, bin) = stretch.seconds(now.at.seconds_since(kept.from).max(3600));
    let range = TimeRange { from: now.at.plus_seconds(-seconds), until };
    let mut records = history.health(range).ok()?;
    if records.last().is_none_or(|last| last.at < now.at) {
        records.push(now);
    }
    let line = |name: &str, colour, value: &dyn Fn(&HealthRecord) -> Option<f64>| {
        let values = records.iter().filter_map(|record| Some((record.at, value(record)?)));
        let series = binned(values, now.at, seconds, bin)?;
        Some(Line { name: name.into(), colour, series })
    };
    let components = HealthComponent::ALL.into_iter().filter_map(|component| {
        let (name, colour) = look(component);
        line(name, colour, &|record| Some(100.0 * record.component(component)?))
    });
    let mut lines: Vec<Line> = components.collect();
    lines.extend(line("Score", Colour::S1, &HealthRecord::score));
    let has_past = lines.iter().any(|line| line.series.known_values().nth(1).is_some());
    let chart = LineChart { unit: Unit::Number, lines, ..LineChart::default() };
    let note = "Points of 100. A component begins once the stretch that it looks back on is known; the score is over those that are known.";
    has_past.then(|| Figure::new(stretch.title(), Chart::Line(chart)).with_note(note))
}

/// Running relays by class of their health.
pub(super) fn distribution(edition: &Edition) -> Option<Figure> {
    let scores = &edition.snapshot.report.scores;
    let scored: usize = scores.health_classes.iter().sum();
    let bars = HealthClass::ALL.map(|class| {
        let relays = scores.health_classes[class as usize];
        Bar {
            label: format!("{} ({}), {relays}", class.name(), class.range()),
            value: (scored > 0).then(|| 100.0 * relays as f64 / scored as f64),
            colour: class_colour(class),
        }
    });
    let chart = BarChart {
        unit: Unit::Percent,
        thing: "Class".into(),
        measure: "Running relays with a score".into(),
        bars: bars.into(),
        full: Some(100.0),
    };
    (scored > 0).then(|| Figure::new("Running relays by health", Chart::Bars(chart)))
}
