//! The history of a relay, one hour or one day a row.

use crate::column::Align;
use crate::{Row, RowHead, Rows, Value};
use allium_model::{FlagSet, HourState, RelayDay, RelaySeries, Timestamp};
use std::borrow::Cow;

const COLUMNS: [RowHead; 8] = [
    RowHead { name: "from", head: "From", align: Align::Left },
    RowHead { name: "resolution", head: "Resolution", align: Align::Left },
    RowHead { name: "state", head: "State", align: Align::Left },
    RowHead { name: "known_hours", head: "Known hours", align: Align::Right },
    RowHead { name: "running_hours", head: "Running hours", align: Align::Right },
    RowHead { name: "flags", head: "Flags", align: Align::Left },
    RowHead { name: "consensus_weight", head: "Weight", align: Align::Right },
    RowHead { name: "measured", head: "Measured", align: Align::Left },
];

/// Days of which only sums are kept, then every hour. A row of an hour says `gap` (no consensus of that
/// hour is at hand), `absent` (not running) or `running`; flags and weight of the first two are not known,
/// and not none. Of a day the flags are those of more than half of its hours, the weight is the mean.
pub fn relay_history_rows(series: &RelaySeries) -> Rows<'static> {
    let hour = |(index, state): (usize, &HourState)| {
        of_hour(series.first_hour.plus_seconds(index as i64 * 3_600), *state)
    };
    let rows: Vec<Row<'static>> =
        series.days.iter().map(of_day).chain(series.hours.iter().enumerate().map(hour)).collect();
    let total = rows.len();
    Rows { columns: COLUMNS.into(), rows, total }
}

fn text(text: &'static str) -> Value<'static> {
    Value::Text(Cow::Borrowed(text))
}

fn names(flags: FlagSet) -> Value<'static> {
    Value::List(flags.iter().map(|flag| Cow::Borrowed(flag.name())).collect())
}

fn of_hour(from: Timestamp, state: HourState) -> Row<'static> {
    let (state, known, running, flags, weight, measured) = match state {
        HourState::Gap => ("gap", 0, 0, Value::Null, None, None),
        HourState::Absent => ("absent", 1, 0, Value::Null, None, None),
        HourState::Running { flags, weight, is_measured } => {
            ("running", 1, 1, names(flags), weight, is_measured)
        }
    };
    Row {
        values: vec![
            Value::Time(from),
            text("hour"),
            text(state),
            Value::Integer(known),
            Value::Integer(running),
            flags,
            Value::integer(weight.map(u64::from)),
            Value::bool(measured),
        ],
    }
}

fn of_day(day: &RelayDay) -> Row<'static> {
    let state = match (day.known_hours, day.running_hours) {
        (0, _) => "gap",
        (_, 0) => "absent",
        _ => "running",
    };
    Row {
        values: vec![
            Value::Time(day.date.start()),
            text("day"),
            text(state),
            Value::Integer(u64::from(day.known_hours)),
            Value::Integer(u64::from(day.running_hours)),
            if day.running_hours > 0 { names(day.flags) } else { Value::Null },
            Value::integer(day.mean_weight.map(u64::from)),
            Value::Null,
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::{Date, Flag};

    #[test]
    fn gaps_absence_and_days_stay_apart() {
        let flags: FlagSet = [Flag::Running, Flag::Fast].into_iter().collect();
        let series = RelaySeries {
            days: vec![RelayDay {
                date: Date(0),
                known_hours: 24,
                running_hours: 20,
                mean_weight: Some(70),
                flags,
            }],
            first_hour: Timestamp(86_400),
            hours: vec![
                HourState::Gap,
                HourState::Absent,
                HourState::Running { flags, weight: Some(90), is_measured: Some(false) },
            ],
        };
        let rows = relay_history_rows(&series);
        let plain: Vec<String> = rows
            .rows
            .iter()
            .map(|row| {
                row.values.iter().map(|value| value.plain().into_owned()).collect::<Vec<_>>().join("|")
            })
            .collect();
        assert_eq!(
            plain,
            [
                "1970-01-01 00:00:00|day|running|24|20|Fast Running|70|",
                "1970-01-02 00:00:00|hour|gap|0|0|||",
                "1970-01-02 01:00:00|hour|absent|1|0|||",
                "1970-01-02 02:00:00|hour|running|1|1|Fast Running|90|false",
            ]
        );
    }
}
