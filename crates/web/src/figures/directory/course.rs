//! What authorities did over time: votes and signatures, answers, and one authority's own course.

use super::directory;
use crate::Edition;
use allium_analysis::directory::{Directory, DirectoryInputs};
use allium_charts::{
    Chart, Colour, Figure, Line, LineChart, Panel, Reference, SmallMultiples, TimeSeries, Unit,
};
use allium_model::{AuthorityRecord, Fingerprint, Timestamp};

/// How far figures look back, in seconds.
const MONTH_SECONDS: i64 = 30 * 86_400;
const WEEK_SECONDS: i64 = 7 * 86_400;

/// Bins of a figure over a month and over a week, in seconds.
const MONTH_BIN: i64 = 6 * 3600;
const WEEK_BIN: i64 = 3 * 3600;

/// Votes counted and signatures that hold in each consensus.
pub(in crate::figures) fn participation(edition: &Edition) -> Option<Figure> {
    let directory = directory(edition)?;
    let hours = &directory.inputs.network;
    let (first, last) = (hours.first()?.valid_after, hours.last()?.valid_after);
    let step = directory.inputs.interval_seconds();
    let start = first.max(last.plus_seconds(-MONTH_SECONDS));
    let count = (last.seconds_since(start) / step) as usize + 1;
    let series = |value: fn(&allium_model::NetworkRecord) -> u32| {
        let mut values = vec![None; count];
        for hour in hours.iter().filter(|hour| hour.valid_after >= start) {
            let at = (hour.valid_after.seconds_since(start) / step) as usize;
            values[at] = Some(f64::from(value(hour))).filter(|value| *value > 0.0);
        }
        TimeSeries { start, interval_seconds: step, values }
    };
    let line = |name: &str, colour, value| Line { name: name.into(), colour, series: series(value) };
    let majority = (!directory.inputs.trusted.is_empty()).then(|| directory.inputs.majority() as f64);
    let chart = LineChart {
        unit: Unit::Count,
        lines: vec![
            line("Votes counted", Colour::S1, |hour| hour.authorities),
            line("Signatures", Colour::S2, |hour| hour.signatures),
        ],
        references: majority.map(|value| Reference { label: "Majority".into(), value }).into_iter().collect(),
        ..LineChart::default()
    };
    let title = "Votes and signatures of each consensus";
    let note = "A gap is a round that nothing is stored of, or a document that does not tell.";
    Some(Figure::new(title, Chart::Line(chart)).with_note(note))
}

/// Median time of each authority to answer our probes.
pub(in crate::figures) fn responses(edition: &Edition) -> Option<Figure> {
    let directory = directory(edition)?;
    let panels = directory.report.authorities.iter().filter_map(|authority| {
        let series = answer_seconds(&directory.inputs, authority.identity)?;
        Some(Panel { name: authority.nickname.clone(), colour: Colour::S1, series })
    });
    let chart = SmallMultiples { unit: Unit::Seconds, panels: panels.collect() };
    let note = "Median of three hours, seen from where this site runs; elsewhere it is another number.";
    (!chart.panels.is_empty())
        .then(|| Figure::new("Time to answer over 7 days", Chart::SmallMultiples(chart)).with_note(note))
}

fn answer_seconds(inputs: &DirectoryInputs, identity: Fingerprint) -> Option<TimeSeries> {
    let own = inputs.probes.iter().filter(|probe| probe.identity == identity);
    let values = own.filter_map(|probe| Some((probe.at, f64::from(probe.answer_ms?) / 1000.0)));
    binned(values, inputs.judged_at, WEEK_SECONDS, WEEK_BIN)
}

/// Means of values in bins that end with `end`; none without a value.
pub(in crate::figures) fn binned(
    values: impl Iterator<Item = (Timestamp, f64)>,
    end: Timestamp,
    seconds: i64,
    bin: i64,
) -> Option<TimeSeries> {
    let count = (seconds / bin) as usize;
    let from = end.plus_seconds(-seconds);
    let mut bins = vec![(0.0, 0_u32); count];
    for (time, value) in values.filter(|(time, _)| *time > from && *time <= end) {
        let at = ((time.seconds_since(from) - 1) / bin) as usize;
        bins[at.min(count - 1)].0 += value;
        bins[at.min(count - 1)].1 += 1;
    }
    let first = bins.iter().position(|(_, count)| *count > 0)?;
    let means = bins[first..].iter().map(|(sum, count)| (*count > 0).then(|| sum / f64::from(*count)));
    let start = from.plus_seconds(first as i64 * bin + bin / 2);
    Some(TimeSeries { start, interval_seconds: bin, values: means.collect() })
}

/// What is drawn of one authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// Relays in its vote and relays that it measured.
    Relays,
    /// Agreement with the consensus.
    Agreement,
    /// Time to answer our probes.
    Answers,
}

impl Quantity {
    /// Every quantity, in the order of the page.
    pub(crate) const ALL: [Self; 3] = [Self::Relays, Self::Agreement, Self::Answers];

    /// The id of the figure in the page.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Relays => "figure-vote-relays",
            Self::Agreement => "figure-agreement",
            Self::Answers => "figure-answers",
        }
    }
}

/// The course of one authority; none without data.
pub(crate) fn authority_course(
    directory: &Directory,
    identity: Fingerprint,
    quantity: Quantity,
) -> Option<Figure> {
    let inputs = &directory.inputs;
    let (title, unit, lines) = match quantity {
        Quantity::Relays => (
            "Relays in its vote, and measured ones, over 30 days",
            Unit::Count,
            vec![
                round_line(inputs, identity, "In the vote", Colour::S1, |round| round.relays.map(f64::from)),
                round_line(inputs, identity, "Measured", Colour::S3, |round| {
                    round.measured_relays.map(f64::from)
                }),
            ],
        ),
        Quantity::Agreement => (
            "Agreement with the consensus over 30 days",
            Unit::Percent,
            vec![round_line(inputs, identity, "Agreement", Colour::S1, |round| {
                round.agreement_ratio.map(|ratio| 100.0 * ratio)
            })],
        ),
        Quantity::Answers => {
            let series = answer_seconds(inputs, identity);
            let line = |series| Line { name: "Time to answer".into(), colour: Colour::S2, series };
            ("Time to answer over 7 days", Unit::Seconds, vec![series.map(line)])
        }
    };
    let lines: Vec<Line> = lines.into_iter().flatten().collect();
    let chart = LineChart { unit, lines, ..LineChart::default() };
    (!chart.lines.is_empty()).then(|| Figure::new(title, Chart::Line(chart)))
}

fn round_line(
    inputs: &DirectoryInputs,
    identity: Fingerprint,
    name: &str,
    colour: Colour,
    value: fn(&AuthorityRecord) -> Option<f64>,
) -> Option<Line> {
    let series = round_series(inputs, identity, value)?;
    Some(Line { name: name.into(), colour, series })
}

/// A value of the rounds of an authority over 30 days; none without one.
pub(super) fn round_series(
    inputs: &DirectoryInputs,
    identity: Fingerprint,
    value: fn(&AuthorityRecord) -> Option<f64>,
) -> Option<TimeSeries> {
    let own = inputs.rounds.iter().filter(|round| round.identity == identity);
    let values = own.filter_map(|round| Some((round.valid_after, value(round)?)));
    binned(values, inputs.data_time()?, MONTH_SECONDS, MONTH_BIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_begin_with_the_first_value_and_keep_their_gaps() {
        let values = [(11, 1.0), (12, 3.0), (35, 5.0), (41, 9.0)].map(|(at, value)| (Timestamp(at), value));
        let series = binned(values.into_iter(), Timestamp(40), 40, 10).unwrap();
        assert_eq!(series.start, Timestamp(15));
        assert_eq!(series.values, [Some(2.0), None, Some(5.0)]);
        assert!(binned(std::iter::empty(), Timestamp(40), 40, 10).is_none());
    }
}
