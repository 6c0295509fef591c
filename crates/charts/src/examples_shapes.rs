//! Examples of the kinds that have a shape of their own: rings, ladders, meters and maps.

use crate::examples::{END, NOTE, wobble};
use crate::kinds::{
    DonutChart, DonutPart, LadderChart, LadderMarker, MapScale, MapView, Meter, MeterChart, OtherCountries,
    Rung, Track, TracksChart, WheelChart, WheelSegment, WorldMap,
};
use crate::{Chart, Colour, Figure, TimeSeries, Unit};
use allium_model::{CountryCode, Timestamp};

pub(crate) fn donut() -> Figure {
    let parts = [
        ("example.org", 12.4),
        ("relays.example.net", 8.1),
        ("quiet.example", 6.6),
        ("onions.example.com", 3.2),
        ("north.example", 2.9),
        ("No contact", 41.3),
        ("campus.example.edu", 0.7),
        ("small.example", 0.4),
    ];
    let mut parts: Vec<DonutPart> =
        parts.map(|(label, value)| DonutPart { label: label.into(), value: Some(value) }).into();
    parts.extend((1..=40).map(|index| DonutPart { label: format!("operator {index}"), value: Some(0.61) }));
    let chart = DonutChart {
        unit: Unit::Percent,
        thing: "Operator".into(),
        measure: "Consensus weight".into(),
        parts,
        centre: Some("48".into()),
        centre_note: "operators".into(),
    };
    Figure::new("Consensus weight by operator", Chart::Donut(chart)).with_note(NOTE)
}

pub(crate) fn wheel() -> Figure {
    let segments = [
        ("Bandwidth", Some("example.org"), "28.4 Gbit/s"),
        ("Consensus weight", Some("example.org"), "4.1 %"),
        ("Exit bandwidth", Some("relays.example.net"), "19.7 Gbit/s"),
        ("Exit relays", Some("relays.example.net"), "214 relays"),
        ("Guard relays", Some("north.example"), "131 relays"),
        ("Diversity", Some("campus.example.edu"), "81 of 100"),
        ("Platforms", Some("bsd.example"), "36 relays"),
        ("Outside the EU", Some("south.example"), "58 relays"),
        ("Rare countries", None, ""),
        ("Veterans", Some("quiet.example"), "14.2 years"),
        ("Uptime, 6 months", Some("onions.example.com"), "99.97 %"),
        ("Uptime, 5 years", Some("quiet.example"), "99.4 %"),
    ];
    let segments = segments.map(|(category, champion, value)| WheelSegment {
        category: category.into(),
        champion: champion.map(Into::into),
        value: value.into(),
    });
    let chart =
        WheelChart { segments: segments.into(), centre: "11".into(), centre_note: "champions".into() };
    Figure::new("Champions of the twelve categories", Chart::Wheel(chart)).with_note(NOTE)
}

pub(crate) fn ladder() -> Figure {
    let rungs = [
        (1.0, 41.2),
        (5.0, 72.9),
        (25.0, 93.6),
        (50.0, 98.4),
        (75.0, 99.7),
        (90.0, 99.9),
        (95.0, 99.97),
        (99.0, 100.0),
    ];
    let chart = LadderChart {
        unit: Unit::Percent,
        measure: "Uptime over six months".into(),
        rungs: rungs.map(|(percentile, value)| Rung { percentile, value }).into(),
        marker: Some(LadderMarker { label: "This relay".into(), value: 95.8, percentile: Some(33.1) }),
    };
    Figure::new("Uptime among all relays", Chart::Ladder(chart)).with_note(NOTE)
}

pub(crate) fn tracks() -> Figure {
    let hours = 24 * 30;
    let is_gap = |hour: u32| (400..418).contains(&hour);
    let track = |label: &str, colour, has: fn(u32) -> bool| Track {
        label: label.into(),
        colour,
        series: TimeSeries {
            start: Timestamp(END - 3_600 * i64::from(hours) + 1_800),
            interval_seconds: 3_600,
            values: (0..hours)
                .map(|hour| (!is_gap(hour)).then(|| if has(hour) { 100.0 } else { 0.0 }))
                .collect(),
        },
    };
    let chart = TracksChart {
        counted: "hours".into(),
        tracks: vec![
            track("Running", Colour::S1, |hour| !(500..509).contains(&hour)),
            track("Guard", Colour::S2, |hour| hour > 200 && !(500..620).contains(&hour)),
            track("Stable", Colour::S3, |hour| hour > 90 && !(300..330).contains(&hour)),
        ],
    };
    Figure::new("Flags over one month", Chart::Tracks(chart)).with_note(NOTE)
}

pub(crate) fn meter() -> Figure {
    let meter = |label: &str, value, target: f64, colour| Meter {
        label: label.into(),
        value,
        target: Some(("Target".into(), target)),
        colour,
    };
    let chart = MeterChart {
        unit: Unit::Number,
        thing: "Effective number of".into(),
        limits: (0.0, 60.0),
        meters: vec![
            meter("Operators", Some(31.4), 50.0, Colour::S1),
            meter("ASes", Some(17.2), 50.0, Colour::S1),
            meter("Countries", Some(8.3), 20.0, Colour::S1),
            meter("Platforms", None, 3.0, Colour::S1),
        ],
    };
    Figure::new("Diversity against its targets", Chart::Meter(chart)).with_note(NOTE)
}

/// Made-up numbers of relays: many in some countries, few in others.
const COUNTS: [(&str, f64); 40] = [
    ("US", 2_900.0),
    ("DE", 1_900.0),
    ("NL", 1_000.0),
    ("SE", 520.0),
    ("PL", 450.0),
    ("FR", 430.0),
    ("GB", 260.0),
    ("CA", 220.0),
    ("FI", 210.0),
    ("AT", 200.0),
    ("CH", 185.0),
    ("RO", 150.0),
    ("LU", 124.0),
    ("NO", 115.0),
    ("IT", 114.0),
    ("SG", 112.0),
    ("ES", 98.0),
    ("CZ", 94.0),
    ("AU", 89.0),
    ("BG", 85.0),
    ("MD", 76.0),
    ("JP", 70.0),
    ("AR", 70.0),
    ("HU", 67.0),
    ("UA", 58.0),
    ("BR", 47.0),
    ("IS", 37.0),
    ("ZA", 32.0),
    ("CL", 31.0),
    ("IN", 30.0),
    ("MX", 29.0),
    ("HK", 19.0),
    ("MY", 16.0),
    ("NZ", 13.0),
    ("ID", 10.0),
    ("SC", 2.0),
    ("MT", 1.0),
    ("KZ", 3.0),
    ("NG", 4.0),
    ("EG", 0.0),
];

fn by_country(value: impl Fn(usize, f64) -> Option<f64>) -> Vec<(CountryCode, Option<f64>)> {
    let known = COUNTS
        .iter()
        .enumerate()
        .filter_map(|(index, (code, count))| Some((code.parse().ok()?, value(index, *count))));
    known.collect()
}

pub(crate) fn map() -> Figure {
    let values = by_country(|_, count| Some(count));
    let chart = WorldMap {
        unit: Unit::Count,
        measure: "Relays".into(),
        scale: MapScale::of_values(values.iter().filter_map(|value| value.1), Unit::Count),
        values,
        others: OtherCountries::Zero,
        view: MapView::World,
    };
    Figure::new("Relays by country", Chart::Map(chart)).with_note(NOTE)
}

pub(crate) fn map_of_health() -> Figure {
    let values = by_country(|index, count| {
        let points = 24.0 * wobble(31, u32::try_from(index).unwrap_or_default());
        (count >= 5.0).then(|| ((100.0 - points) * 10.0).round() / 10.0)
    });
    let chart = WorldMap {
        unit: Unit::Percent,
        measure: "Uptime over one month".into(),
        scale: MapScale::health(),
        values,
        others: OtherCountries::NotKnown,
        view: MapView::Europe,
    };
    Figure::new("Uptime of relays by country, Europe", Chart::Map(chart)).with_note(NOTE)
}
