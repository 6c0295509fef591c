//! The table behind a drawing: every value, for assistive technology, for readers and for CSV.

use crate::series::TimeSeries;
use crate::time_axis::time_text;
use crate::unit::Unit;
use allium_model::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A column: what it holds, and in which unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Name without the unit.
    pub name: String,
    /// Unit of its numbers.
    pub unit: Unit,
}

/// A value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A text, as it was given; escaping is the reader's task.
    Text(String),
    /// A finite number in the unit of its column.
    Number(f64),
    /// A time.
    Time(Timestamp),
    /// Not known.
    Unknown,
}

/// Columns and rows; every row has a cell for every column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DataTable {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, in the order of the drawing.
    pub rows: Vec<Vec<Cell>>,
    /// How many rows there were before the table was thinned.
    pub thinned_from: Option<usize>,
}

impl Column {
    /// A column of a name and a unit.
    pub fn new(name: impl Into<String>, unit: Unit) -> Self {
        Self { name: name.into(), unit }
    }

    /// The name with its unit: `Uptime (%)`.
    pub fn heading(&self) -> String {
        match self.unit.symbol() {
            "" => self.name.clone(),
            symbol => format!("{} ({symbol})", self.name),
        }
    }
}

impl Cell {
    /// A number, or unknown when it is not there or not finite.
    pub fn number(value: Option<f64>) -> Self {
        value.filter(|value| value.is_finite()).map_or(Self::Unknown, Self::Number)
    }

    /// The cell as a reader's table shows it. Numbers come with their unit.
    pub fn shown(&self, unit: Unit) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(value) => unit.format(*value),
            Self::Time(time) => time_text(*time),
            Self::Unknown => "not known".to_owned(),
        }
    }

    fn as_number(&self) -> Option<f64> {
        if let Self::Number(value) = self { Some(*value) } else { None }
    }
}

impl DataTable {
    /// A table without rows.
    pub(crate) fn new(columns: Vec<Column>) -> Self {
        Self { columns, rows: Vec::new(), thinned_from: None }
    }

    /// A table of times, with a column for each series. Series of one grid share its rows; others are
    /// brought together in the order of time.
    pub(crate) fn of_times(series: &[(Column, &TimeSeries)]) -> Self {
        let mut columns = vec![Column::new("Time (UTC)", Unit::Number)];
        columns.extend(series.iter().map(|(column, _)| column.clone()));
        let mut table = Self::new(columns);
        table.rows = if share_a_grid(series) { rows_of_grid(series) } else { rows_of_grids(series) };
        table
    }

    /// At most `most` rows: the first, the last, those with the extremes of a column, and others at even
    /// distances. What is left out is still in the complete table.
    #[must_use]
    pub fn thinned(&self, most: usize) -> Self {
        if self.rows.len() <= most {
            return self.clone();
        }
        let mut kept = self.telling_rows(most);
        let last = self.rows.len().saturating_sub(1);
        let mut parts = most.saturating_sub(kept.len()) + 1;
        while kept.len() < most && parts <= 2 * self.rows.len() {
            let room = most - kept.len();
            let between: Vec<usize> = (1..parts)
                .map(|part| part * last / parts)
                .filter(|row| !kept.contains(row))
                .take(room)
                .collect();
            kept.extend(between);
            parts *= 2;
        }
        let rows = kept.into_iter().filter_map(|row| self.rows.get(row).cloned()).collect();
        Self { columns: self.columns.clone(), rows, thinned_from: Some(self.rows.len()) }
    }

    /// The ends and the extremes, as many as there is room for.
    fn telling_rows(&self, most: usize) -> BTreeSet<usize> {
        let mut telling = vec![0, self.rows.len().saturating_sub(1)];
        for column in 0..self.columns.len() {
            let known = || {
                let value = |row: &Vec<Cell>| row.get(column).and_then(Cell::as_number);
                self.rows.iter().enumerate().filter_map(move |(index, row)| Some((index, value(row)?)))
            };
            telling.extend(known().min_by(|left, right| left.1.total_cmp(&right.1)).map(|found| found.0));
            telling.extend(known().max_by(|left, right| left.1.total_cmp(&right.1)).map(|found| found.0));
        }
        let mut kept = BTreeSet::new();
        for row in telling {
            if kept.len() < most {
                kept.insert(row);
            }
        }
        kept
    }

    /// A sentence for below the table, when it is thinned.
    pub fn thinned_sentence(&self) -> Option<String> {
        let all = self.thinned_from?;
        Some(format!(
            "{} of {} rows: the first, the last, the extremes, and others at even distances.",
            Unit::Count.format(self.rows.len() as f64),
            Unit::Count.format(all as f64)
        ))
    }
}

/// Whether bins of the series meet in time, wherever the series begin.
fn share_a_grid(series: &[(Column, &TimeSeries)]) -> bool {
    let Some((_, first)) = series.first() else { return true };
    let step = first.interval_seconds;
    series.iter().all(|(_, other)| {
        let apart = other.start.seconds_since(first.start);
        other.interval_seconds == step && step > 0 && apart % step == 0
    })
}

/// Rows of series with one grid.
fn rows_of_grid(series: &[(Column, &TimeSeries)]) -> Vec<Vec<Cell>> {
    let filled = || series.iter().map(|(_, series)| *series).filter(|series| !series.values.is_empty());
    let Some(step) = filled().next().map(|series| series.interval_seconds) else { return Vec::new() };
    let Some(start) = filled().map(|series| series.start).min() else { return Vec::new() };
    let offset = |series: &TimeSeries| usize::try_from(series.start.seconds_since(start) / step).ok();
    let end = |series: &TimeSeries| Some(offset(series)? + series.values.len());
    let count = filled().filter_map(end).max().unwrap_or(0);
    let offsets: Vec<Option<usize>> = series.iter().map(|(_, series)| offset(series)).collect();
    let row = |index: usize| {
        let mut row = Vec::with_capacity(series.len() + 1);
        row.push(Cell::Time(start.plus_seconds(index as i64 * step)));
        row.extend(series.iter().zip(&offsets).map(|((_, series), offset)| {
            let place = offset.and_then(|offset| index.checked_sub(offset));
            Cell::number(place.and_then(|place| series.known(place)))
        }));
        row
    };
    (0..count).map(row).collect()
}

/// Rows of series with different grids, in the order of time.
fn rows_of_grids(series: &[(Column, &TimeSeries)]) -> Vec<Vec<Cell>> {
    let mut rows: BTreeMap<Timestamp, Vec<Cell>> = BTreeMap::new();
    for (place, (_, values)) in series.iter().enumerate() {
        for index in 0..values.values.len() {
            let time = values.time(index);
            let row = rows.entry(time).or_insert_with(|| {
                std::iter::once(Cell::Time(time)).chain(series.iter().map(|_| Cell::Unknown)).collect()
            });
            if let Some(cell) = row.get_mut(place + 1) {
                *cell = Cell::number(values.known(index));
            }
        }
    }
    rows.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(values: &[Option<f64>]) -> DataTable {
        let mut table = DataTable::new(vec![Column::new("Uptime", Unit::Percent)]);
        table.rows = values.iter().map(|value| vec![Cell::number(*value)]).collect();
        table
    }

    #[test]
    fn thinning_keeps_the_ends_and_the_extremes() {
        let mut values: Vec<Option<f64>> = (0..100).map(|index| Some(50.0 + f64::from(index % 5))).collect();
        values[37] = Some(1.0);
        values[61] = Some(99.0);
        let thin = table(&values).thinned(10);
        let numbers: Vec<f64> = thin.rows.iter().filter_map(|row| row[0].as_number()).collect();
        assert_eq!((numbers.len(), thin.thinned_from), (10, Some(100)));
        assert!(numbers.contains(&1.0) && numbers.contains(&99.0) && numbers[0] < 50.1 && numbers[9] > 53.9);
        assert!(thin.thinned_sentence().unwrap().starts_with("10 of 100 rows"));
    }

    #[test]
    fn series_of_different_grids_share_rows_where_they_meet() {
        let day = TimeSeries {
            start: Timestamp(0),
            interval_seconds: 86_400,
            values: vec![Some(1.0), None, Some(3.0)],
        };
        let two_days =
            TimeSeries { start: Timestamp(0), interval_seconds: 172_800, values: vec![Some(7.0), Some(8.0)] };
        let columns = [(Column::new("a", Unit::Number), &day), (Column::new("b", Unit::Number), &two_days)];
        let rows = DataTable::of_times(&columns).rows;
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[1], [Cell::Time(Timestamp(86_400)), Cell::Unknown, Cell::Unknown]);
        assert_eq!(rows[2], [Cell::Time(Timestamp(172_800)), Cell::Number(3.0), Cell::Number(8.0)]);
    }

    proptest! {
        #[test]
        fn a_thinned_table_has_as_many_rows_as_asked(
            values in proptest::collection::vec(proptest::option::of(0.0_f64..9.0), 0..200), most in 0_usize..40,
        ) {
            let whole = table(&values);
            prop_assert_eq!(whole.thinned(most).rows.len(), most.min(values.len()));
        }
    }
}
