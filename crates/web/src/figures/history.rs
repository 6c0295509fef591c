//! Figures of what a relay was hour by hour, from the history of consensuses.
//!
//! An hour without a consensus is a gap in every drawing. In an hour in which the relay did not run it had
//! no flag, and its weight is not known.

use crate::Edition;
use allium_charts::{Chart, Colour, Figure, Line, LineChart, TimeSeries, Track, TracksChart, Unit};
use allium_model::{Flag, FlagSet, HourState, Relay, RelayPosition, RelaySeries, TimeRange, printable};

/// Seconds of an hour and of a day.
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// How far back a figure goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stretch {
    /// 30 days.
    ThirtyDays,
    /// 90 days.
    NinetyDays,
}

impl Stretch {
    const fn days(self) -> i64 {
        match self {
            Self::ThirtyDays => 30,
            Self::NinetyDays => 90,
        }
    }

    /// In words.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ThirtyDays => "30 days",
            Self::NinetyDays => "90 days",
        }
    }

    /// The part of what is kept that it covers; ends with the newest hour.
    pub(crate) fn of(self, kept: TimeRange) -> TimeRange {
        let from = kept.until.plus_seconds(-self.days() * DAY);
        TimeRange { from: from.max(kept.from), until: kept.until }
    }
}

/// Flags that are drawn when the relay had them, with their colours; the order of the tracks.
const DRAWN: [(Flag, Colour); 9] = [
    (Flag::Running, Colour::S8),
    (Flag::Guard, Colour::GUARD),
    (Flag::Exit, Colour::EXIT),
    (Flag::Stable, Colour::S4),
    (Flag::Fast, Colour::S5),
    (Flag::HSDir, Colour::S6),
    (Flag::BadExit, Colour::Poor),
    (Flag::MiddleOnly, Colour::Poor),
    (Flag::StaleDesc, Colour::Fair),
];

/// The hours of a relay over a stretch; none without a history, or when it has no hour of this relay.
pub(crate) fn series(edition: &Edition, relay: &Relay, stretch: Stretch) -> Option<RelaySeries> {
    let history = edition.history.as_ref()?;
    let read = history.relay(relay.fingerprint, stretch.of(history.range()?));
    if let Err(error) = &read {
        tracing::warn!(%error, "failed to read the history of a relay");
    }
    let series = read.ok()?;
    series.hours.iter().any(|state| matches!(state, HourState::Running { .. })).then_some(series)
}

/// The flags that the relay had.
pub(super) fn flags(edition: &Edition, position: RelayPosition, stretch: Stretch) -> Option<Figure> {
    let relay = edition.snapshot.network.relay(position);
    Some(flags_of(edition, relay, &series(edition, relay, stretch)?, stretch))
}

/// The same from hours that were read.
pub(crate) fn flags_of(edition: &Edition, relay: &Relay, series: &RelaySeries, stretch: Stretch) -> Figure {
    let tracks = DRAWN.into_iter().filter(|(flag, _)| ever(series, *flag)).map(|(flag, colour)| Track {
        label: flag.name().into(),
        colour,
        series: hourly(series, |state| match state {
            HourState::Gap => None,
            HourState::Absent => Some(0.0),
            HourState::Running { flags, .. } => Some(if has(*flags, flag) { 100.0 } else { 0.0 }),
        }),
    });
    let chart = TracksChart { counted: "hours".into(), tracks: tracks.collect() };
    figure(edition, relay, "flags", stretch, Chart::Tracks(chart))
}

/// The consensus weight that the relay had.
pub(super) fn weight(edition: &Edition, position: RelayPosition, stretch: Stretch) -> Option<Figure> {
    let relay = edition.snapshot.network.relay(position);
    Some(weight_of(edition, relay, &series(edition, relay, stretch)?, stretch))
}

/// The same from hours that were read. Hours that were not measured are a line of their own.
pub(crate) fn weight_of(edition: &Edition, relay: &Relay, series: &RelaySeries, stretch: Stretch) -> Figure {
    let of = |is_unmeasured| {
        hourly(series, |state| match state {
            HourState::Running { weight, is_measured, .. }
                if (*is_measured == Some(false)) == is_unmeasured =>
            {
                weight.map(f64::from)
            }
            _ => None,
        })
    };
    let line = |name: &str, colour, series| Line { name: name.into(), colour, series };
    let lines = [line("Not measured", Colour::S8, of(true)), line("Consensus weight", Colour::S1, of(false))];
    let lines = lines.into_iter().filter(|line| line.series.known_values().next().is_some()).collect();
    let chart = LineChart { unit: Unit::Number, lines, ..LineChart::default() };
    figure(edition, relay, "consensus weight", stretch, Chart::Line(chart))
}

fn ever(series: &RelaySeries, flag: Flag) -> bool {
    series.hours.iter().any(|state| matches!(state, HourState::Running { flags, .. } if has(*flags, flag)))
}

/// Whether a relay that runs has a flag. It has Running also where a source leaves that out.
fn has(flags: FlagSet, flag: Flag) -> bool {
    flag == Flag::Running || flags.contains(flag)
}

/// A series of the hours. Each stands at the start of the validity of its consensus, as everywhere on the
/// site, so that the newest does not lie in the future.
fn hourly(series: &RelaySeries, value: impl Fn(&HourState) -> Option<f64>) -> TimeSeries {
    TimeSeries {
        start: series.first_hour,
        interval_seconds: HOUR,
        values: series.hours.iter().map(value).collect(),
    }
}

fn figure(edition: &Edition, relay: &Relay, what: &str, stretch: Stretch, chart: Chart) -> Figure {
    let nickname = printable(edition.snapshot.network.text(relay.nickname));
    Figure::new(format!("{nickname}: {what} hour by hour over {}", stretch.name()), chart)
}
