//! Cases of the kinds that have a shape of their own.

use allium_charts::{
    Chart, Colour, DonutChart, DonutPart, LadderChart, LadderMarker, MapScale, MapView, Meter, MeterChart,
    OtherCountries, Rung, Track, TracksChart, Unit, WheelChart, WheelSegment, WorldMap,
};

use super::{HOSTILE, series};

fn donut(label: &str) -> Chart {
    let part = |label: &str, value| DonutPart { label: label.into(), value };
    Chart::Donut(DonutChart {
        unit: Unit::Count,
        thing: "Operator".into(),
        measure: "Relays".into(),
        parts: vec![
            part("b", Some(250.0)),
            part(label, Some(740.0)),
            part("tiny", Some(2.0)),
            part("small", Some(8.0)),
            part("unknown", None),
        ],
        centre: None,
        centre_note: "relays".into(),
    })
}

fn wheel(category: &str) -> Chart {
    let segment = |category: &str, champion: Option<&str>| WheelSegment {
        category: category.into(),
        champion: champion.map(Into::into),
        value: "28.4 Gbit/s".into(),
    };
    Chart::Wheel(WheelChart {
        segments: vec![
            segment(category, Some(category)),
            segment("Veterans", None),
            segment("Exits", Some("a.example")),
        ],
        centre: "2".into(),
        centre_note: "champions".into(),
    })
}

fn ladder(label: &str) -> Chart {
    let rung = |percentile, value| Rung { percentile, value };
    Chart::Ladder(LadderChart {
        unit: Unit::Percent,
        measure: "Uptime".into(),
        rungs: vec![rung(5.0, 72.9), rung(50.0, 98.4), rung(95.0, 99.97), rung(99.0, f64::NAN)],
        marker: Some(LadderMarker { label: label.into(), value: 95.8, percentile: Some(33.1) }),
    })
}

fn meter() -> Chart {
    let meter = |label: &str, value, target| Meter { label: label.into(), value, target, colour: Colour::S1 };
    Chart::Meter(MeterChart {
        unit: Unit::Percent,
        thing: "Part".into(),
        limits: (0.0, 100.0),
        meters: vec![
            meter("Availability", Some(99.1), Some(("Target".into(), 95.0))),
            meter("Over the end", Some(140.0), None),
            meter("Nobody asked", None, Some(("At most".into(), 10.0))),
        ],
    })
}

fn tracks(label: &str) -> Chart {
    let track = |label: &str, values: &[Option<f64>]| Track {
        label: label.into(),
        colour: Colour::S1,
        series: series(values),
    };
    Chart::Tracks(TracksChart {
        counted: "days".into(),
        tracks: vec![
            track(label, &[Some(100.0), Some(100.0), None, Some(25.0), Some(0.0)]),
            track("Nobody asked", &[None; 5]),
        ],
    })
}

fn map() -> Chart {
    let values = [("DE", Some(12.0)), ("LU", Some(80.0)), ("FR", Some(0.0)), ("CH", None), ("ZZ", Some(3.0))];
    Chart::Map(WorldMap {
        unit: Unit::Count,
        measure: "Relays".into(),
        scale: MapScale::of_values([12.0, 80.0, 3.0], Unit::Count),
        values: values.into_iter().filter_map(|(code, value)| Some((code.parse().ok()?, value))).collect(),
        others: OtherCountries::NotKnown,
        view: MapView::Europe,
    })
}

/// Every case by its name.
pub(crate) fn all() -> [(&'static str, Chart); 10] {
    [
        ("donut", donut("a")),
        ("donut_hostile", donut(HOSTILE)),
        ("wheel", wheel("Bandwidth")),
        ("wheel_hostile", wheel(HOSTILE)),
        ("ladder", ladder("This relay")),
        ("ladder_hostile", ladder(HOSTILE)),
        ("meter", meter()),
        ("tracks", tracks("Guard")),
        ("tracks_hostile", tracks(HOSTILE)),
        ("map", map()),
    ]
}
