//! Whether the file is whole and says nothing that contradicts itself.

use crate::codec::{
    DAY_HOURS, GroupBlock, decode_day_entries, decode_group_day, decode_relay_day, decode_segment,
};
use crate::time::{day_of, slot_of};
use crate::{Store, StoreError};
use allium_model::Date;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, HashSet};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckReport {
    /// Each problem in one lower-case sentence; at most [`CheckReport::MAX_PROBLEMS`].
    pub problems: Vec<String>,
    /// Blocks and segments that were read.
    pub blocks: u64,
}

impl CheckReport {
    /// Most problems that are listed.
    pub const MAX_PROBLEMS: usize = 100;

    fn note(&mut self, problem: impl FnOnce() -> String) {
        if self.problems.len() < Self::MAX_PROBLEMS {
            self.problems.push(problem());
        }
    }
}

/// Invariants that the database can count: the query gives the number of rows that break it.
const COUNTED: [(&str, &str); 6] = [
    (
        "records of open days without a row of the network",
        "SELECT count(*) FROM segment WHERE valid_after NOT IN (SELECT valid_after FROM hour)",
    ),
    (
        "blocks of days that are not listed",
        "SELECT count(*) FROM relay_day WHERE day NOT IN (SELECT day FROM day WHERE is_folded = 0)",
    ),
    (
        "blocks of relays that are not listed",
        "SELECT count(*) FROM relay_day WHERE relay NOT IN (SELECT id FROM relay)",
    ),
    (
        "blocks of groups that are not listed",
        "SELECT count(*) FROM group_day WHERE grp NOT IN (SELECT id FROM grp)",
    ),
    (
        "attributes of relays that are not listed",
        "SELECT count(*) FROM attribute WHERE relay NOT IN (SELECT id FROM relay)",
    ),
    (
        "relays last seen before they were first seen",
        "SELECT count(*) FROM relay WHERE last_seen < first_seen",
    ),
];

impl Store {
    /// Reads the whole file and reports what is wrong with it.
    pub async fn check(&self) -> Result<CheckReport, StoreError> {
        let mut report = CheckReport::default();
        let mut transaction = self.readers().begin().await?;
        let found: Vec<String> =
            sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *transaction).await?;
        for line in found.into_iter().filter(|line| line != "ok") {
            report.note(|| format!("the database says: {line}"));
        }
        for (what, query) in COUNTED {
            let count: i64 = sqlx::query_scalar(query).fetch_one(&mut *transaction).await?;
            if count > 0 {
                report.note(|| format!("{count} {what}"));
            }
        }
        check_segments(&mut transaction, &mut report).await?;
        check_days(&mut transaction, &mut report).await?;
        check_months(&mut transaction, &mut report).await?;
        Ok(report)
    }
}

async fn check_segments(
    connection: &mut SqliteConnection,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    let rows: Vec<(i64, Vec<u8>, u32)> =
        sqlx::query_as("SELECT valid_after, rows, relays FROM segment JOIN hour USING (valid_after)")
            .fetch_all(connection)
            .await?;
    for (at, rows, relays) in rows {
        report.blocks += 1;
        let time = allium_model::Timestamp(at);
        match decode_segment(&rows) {
            Ok(segment) if segment.rows.len() == relays as usize => {}
            Ok(segment) => report.note(|| {
                format!(
                    "the record of {time} has {} running relays, and the network {relays}",
                    segment.rows.len()
                )
            }),
            Err(error) => report.note(|| format!("the record of {time}: {error}")),
        }
    }
    Ok(())
}

/// What the rows of the network say of a day.
#[derive(Default)]
struct KnownDay {
    known: u32,
    /// Running relays by hour, of the record that counts.
    relays: [u32; DAY_HOURS],
    is_open: bool,
}

async fn known_days(connection: &mut SqliteConnection) -> Result<BTreeMap<i64, KnownDay>, StoreError> {
    let rows: Vec<(i64, u32, bool)> = sqlx::query_as(
        "SELECT hour.valid_after, relays, segment.valid_after IS NOT NULL
         FROM hour LEFT JOIN segment USING (valid_after) ORDER BY source DESC, hour.valid_after",
    )
    .fetch_all(connection)
    .await?;
    let mut days: BTreeMap<i64, KnownDay> = BTreeMap::new();
    for (at, relays, is_open) in rows {
        let day = days.entry(day_of(at)).or_default();
        day.known |= 1 << slot_of(at);
        day.relays[slot_of(at)] = relays;
        day.is_open |= is_open;
    }
    Ok(days)
}

async fn check_days(connection: &mut SqliteConnection, report: &mut CheckReport) -> Result<(), StoreError> {
    let days = known_days(connection).await?;
    let sealed: Vec<(i64, u32, bool)> = sqlx::query_as("SELECT day, known, is_folded FROM day ORDER BY day")
        .fetch_all(&mut *connection)
        .await?;
    for (day, known, is_folded) in sealed {
        let Some(expected) = days.get(&day).filter(|day| !day.is_open) else { continue };
        if known != expected.known {
            report.note(|| format!("the hours of {} are not those of the network", Date(day as i32)));
        }
        if !is_folded {
            check_day(connection, report, day, expected).await?;
        }
    }
    Ok(())
}

async fn check_day(
    connection: &mut SqliteConnection,
    report: &mut CheckReport,
    day: i64,
    expected: &KnownDay,
) -> Result<(), StoreError> {
    let date = Date(day as i32);
    let rows: Vec<(u32, Vec<u8>)> = sqlx::query_as("SELECT relay, hours FROM relay_day WHERE day = ?")
        .bind(day)
        .fetch_all(&mut *connection)
        .await?;
    let mut running = [0; DAY_HOURS];
    let mut ids = HashSet::with_capacity(rows.len());
    for (relay, block) in rows {
        report.blocks += 1;
        ids.insert(relay);
        match decode_relay_day(&block) {
            Ok(hours) => {
                running.iter_mut().zip(hours).for_each(|(sum, hour)| *sum += u32::from(hour.is_some()));
            }
            Err(error) => report.note(|| format!("relay {relay} on {date}: {error}")),
        }
    }
    if running != expected.relays {
        report.note(|| format!("the running relays of {date} are not those of the network"));
    }
    check_groups(connection, report, day, &ids).await
}

async fn check_groups(
    connection: &mut SqliteConnection,
    report: &mut CheckReport,
    day: i64,
    relays: &HashSet<u32>,
) -> Result<(), StoreError> {
    let rows: Vec<(u32, Vec<u8>)> = sqlx::query_as("SELECT grp, hours FROM group_day WHERE day = ?")
        .bind(day)
        .fetch_all(connection)
        .await?;
    for (group, block) in rows {
        report.blocks += 1;
        let date = Date(day as i32);
        match decode_group_day(&block) {
            Ok(GroupBlock::Members(ids)) if !ids.iter().all(|id| relays.contains(id)) => {
                report.note(|| format!("group {group} on {date} lists a relay that did not run"));
            }
            Ok(_) => {}
            Err(error) => report.note(|| format!("group {group} on {date}: {error}")),
        }
    }
    Ok(())
}

async fn check_months(connection: &mut SqliteConnection, report: &mut CheckReport) -> Result<(), StoreError> {
    for query in ["SELECT month, days FROM relay_month", "SELECT month, days FROM group_month"] {
        let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(query).fetch_all(&mut *connection).await?;
        for (month, block) in rows {
            report.blocks += 1;
            if let Err(error) = decode_day_entries(&block) {
                report.note(|| format!("daily values of {:04}-{:02}: {error}", month / 12, month % 12 + 1));
            }
        }
    }
    Ok(())
}
