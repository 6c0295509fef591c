//! The figures of the visual page: a metric over a time range, as a chart or a map.
//!
//! Uptime and bandwidth have histories. Of flags the documents tell sums over whole periods, and of the
//! spread over operators, networks and countries only what is now; the notes say so.

use super::percent;
use crate::Edition;
use crate::figures::lines;
use allium_analysis::findings::flag_times;
use allium_analysis::metrics::series::TimeSeries;
use allium_analysis::network_history::bandwidth_history;
use allium_charts::{
    Bar, BarChart, Chart, Colour, Figure, LineChart, MapScale, OtherCountries, Unit, WorldMap,
};
use allium_model::{CountryCode, Date, Flag, GroupKey, GroupKind, Timestamp};
use allium_views::{VisualMetric, VisualRange};

/// A metric over a range as a chart; none when its data are not at hand.
pub(crate) fn chart(edition: &Edition, metric: VisualMetric, range: VisualRange) -> Option<Figure> {
    match metric {
        VisualMetric::Uptime => uptime(edition, range),
        VisualMetric::Flags => flags(edition, range),
        VisualMetric::Bandwidth => bandwidth(edition, range),
        VisualMetric::Diversity => diversity(edition),
    }
}

/// The day on which the data end.
fn last_day(edition: &Edition) -> Date {
    edition.snapshot.network.published().date()
}

/// The bins of a series that lie within a range.
fn cut(series: &TimeSeries, range: VisualRange) -> TimeSeries {
    let last = series.midpoint(series.values.len().saturating_sub(1));
    let end = last.plus_seconds(series.interval_seconds / 2);
    let (from, to) = match range {
        VisualRange::Custom(from, to) => (from.start(), to.start().plus_seconds(86_400)),
        _ => (range.days().map_or(Timestamp(i64::MIN), |days| end.plus_seconds(-days * 86_400)), end),
    };
    let after = series.since(from);
    let count = (0..after.values.len()).take_while(|bin| after.midpoint(*bin) < to).count();
    TimeSeries { values: after.values[..count].to_vec(), ..after }
}

fn uptime(edition: &Edition, range: VisualRange) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let period = range.period(last_day(edition));
    let series = snapshot.report.uptime.network_series(&snapshot.network, &snapshot.histories, period)?;
    let lines = vec![lines::line("Mean uptime", Colour::S1, 100.0, &cut(series, range))];
    let chart = LineChart { unit: Unit::Percent, lines, ..LineChart::default() };
    let note = format!("{} Cut from the histories of {}.", super::reliability::SURVIVORS, period.name());
    super::shown(Figure::new(titled("Mean uptime of the network", range), Chart::Line(chart)).with_note(note))
}

fn titled(what: &str, range: VisualRange) -> String {
    format!("{what}, {}", range.label())
}

fn bandwidth(edition: &Edition, range: VisualRange) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let period = range.period(last_day(edition));
    let history = bandwidth_history(&snapshot.network, &snapshot.histories, period)?;
    let line = |name, colour, series: &TimeSeries| lines::line(name, colour, 8.0, &cut(series, range));
    let lines = vec![
        line("Read", Colour::S2, &history.read.series),
        line("Written", Colour::S1, &history.written.series),
    ];
    let chart = LineChart { unit: Unit::BitsPerSecond, lines, ..LineChart::default() };
    let note = format!("Sums over the relays that reported; cut from the histories of {}.", period.name());
    super::shown(
        Figure::new(titled("Read and written by the network", range), Chart::Line(chart)).with_note(note),
    )
}

fn flags(edition: &Edition, range: VisualRange) -> Option<Figure> {
    let period = range.period(last_day(edition));
    let bar = |flag: Flag| {
        let times = flag_times(&edition.snapshot, flag)?;
        let time = times[period as usize].mean?;
        Some(Bar { label: flag.name().into(), value: Some(percent(time)), colour: Colour::S1 })
    };
    let chart = BarChart {
        unit: Unit::Percent,
        thing: "Flag".into(),
        measure: format!("Mean time with the flag over {}", period.name()),
        bars: Flag::ALL.into_iter().filter_map(bar).collect(),
        full: Some(100.0),
    };
    let title = format!("Time with a flag over {}", period.name());
    let note = "Of the relays that have the flag now. The documents tell sums over whole periods, so shorter ranges show the period that they lie in.";
    super::shown(Figure::new(title, Chart::Bars(chart)).with_note(note))
}

const KINDS: [(GroupKind, &str); 6] = [
    (GroupKind::Operator, "Operators"),
    (GroupKind::Family, "Families"),
    (GroupKind::As, "ASes"),
    (GroupKind::Country, "Countries"),
    (GroupKind::Platform, "Operating systems"),
    (GroupKind::Version, "Tor versions"),
];

fn diversity(edition: &Edition) -> Option<Figure> {
    let bar = |(kind, name): (GroupKind, &str)| Bar {
        label: name.into(),
        value: edition.snapshot.report.groups(kind).concentration.effective_number(),
        colour: Colour::S4,
    };
    let chart = BarChart {
        unit: Unit::Number,
        thing: "Spread over".into(),
        measure: "As if so many had equal weight".into(),
        bars: KINDS.map(bar).into(),
        full: None,
    };
    let note = "1 / HHI of consensus weight. Known of this snapshot only, so the time range changes nothing.";
    super::shown(Figure::new("Diversity of the network", Chart::Bars(chart)).with_note(note))
}

/// A metric by country as a map.
pub(crate) fn map(edition: &Edition, metric: VisualMetric, range: VisualRange) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let period = range.period(last_day(edition));
    let groups = snapshot.network.groups(GroupKind::Country);
    let values = |value: &dyn Fn(allium_model::Group<'_>) -> Option<f64>| -> Vec<(CountryCode, Option<f64>)> {
        let of = |group: allium_model::Group<'_>| match group.key {
            GroupKey::Country(code) => Some((code, value(group))),
            _ => None,
        };
        groups.iter().filter_map(of).collect()
    };
    let sum =
        |group: allium_model::Group<'_>| &snapshot.group_report(GroupKind::Country, group.position).aggregate;
    let (title, measure, unit, values, others) = match metric {
        VisualMetric::Uptime => {
            let mean = |group: allium_model::Group<'_>| {
                let uptime = snapshot.report.uptime.group(GroupKind::Country, group.position, period);
                uptime.mean.filter(|_| uptime.eligible >= 3).map(percent)
            };
            let title = format!("Mean uptime by country over {}", period.name());
            (title, "Mean uptime", Unit::Percent, values(&mean), OtherCountries::NotKnown)
        }
        VisualMetric::Flags => {
            let exits = |group: allium_model::Group<'_>| Some(sum(group).relays.exit as f64);
            ("Exits by country".into(), "Exits", Unit::Count, values(&exits), OtherCountries::Zero)
        }
        VisualMetric::Bandwidth => {
            let capacity =
                |group: allium_model::Group<'_>| Some(sum(group).advertised_bandwidth.total as f64 * 8.0);
            let title = "Advertised bandwidth by country".to_owned();
            (title, "Advertised bandwidth", Unit::BitsPerSecond, values(&capacity), OtherCountries::Zero)
        }
        VisualMetric::Diversity => {
            let operators = |group: allium_model::Group<'_>| Some(sum(group).operators as f64);
            (
                "Operators by country".into(),
                "Operators",
                Unit::Count,
                values(&operators),
                OtherCountries::Zero,
            )
        }
    };
    let scale = match metric {
        VisualMetric::Uptime => MapScale::health(),
        _ => MapScale::of_values(values.iter().filter_map(|(_, value)| *value), unit),
    };
    let chart = WorldMap { unit, measure: measure.into(), scale, values, others, ..WorldMap::default() };
    let note = match metric {
        VisualMetric::Uptime => "Countries with at least three eligible relays.",
        _ => "Running relays of this snapshot; the time range changes nothing.",
    };
    super::shown(Figure::new(title, Chart::Map(chart)).with_note(note))
}
