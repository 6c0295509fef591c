//! Days of which only daily values are kept, of all relays and groups, a month at a time.

use super::days::Span;
use super::fingerprint;
use super::relay::absent_day;
use crate::codec::{DayEntry, decode_day_entries, flags_of_bits};
use crate::group::StoredGroup;
use crate::time::{month_of, month_start};
use crate::{Store, StoreError};
use allium_model::{Date, Fingerprint, RelayDay, TimeRange};
use std::collections::BTreeMap;

/// Daily values of a group: means over the hours in which it had running relays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupDay {
    /// The day, in UTC.
    pub date: Date,
    /// Hours of the day with a record, 0 to 24.
    pub known_hours: u8,
    /// Hours in which the group had running relays, 1 to 24.
    pub running_hours: u8,
    /// Relays.
    pub relays: u32,
    /// Sum of consensus weights.
    pub weight: u64,
    /// That of relays with the flag Exit.
    pub exit_weight: u64,
    /// That of relays with the flag Guard.
    pub guard_weight: u64,
}

/// Daily values of one month.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FoldedMonth {
    /// Of each relay the days on which it ran, ascending by fingerprint.
    pub relays: Vec<(Fingerprint, Vec<RelayDay>)>,
    /// Of each group, as kind and name, the days on which it had relays.
    pub groups: Vec<(&'static str, String, Vec<GroupDay>)>,
}

/// Which daily values are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldedOf {
    /// Those of relays.
    Relays,
    /// Those of groups.
    Groups,
}

impl Store {
    /// The months of a range that have daily values, as ranges within it, ascending.
    pub async fn folded_months(&self, range: TimeRange) -> Result<Vec<TimeRange>, StoreError> {
        let mut transaction = self.readers().begin().await?;
        let span = Span::read(&mut transaction, range).await?;
        let days: Vec<i64> = span.folded_days().map(|day| day.number).collect();
        let months = days.chunk_by(|one, next| month_of(*one).0 == month_of(*next).0);
        let start = |day: i64| Date(day as i32).start();
        let of_month =
            |days: &[i64]| TimeRange { from: start(days[0]), until: start(days[days.len() - 1] + 1) };
        Ok(months.map(of_month).collect())
    }

    /// The daily values of a range. A month of 10,000 relays takes some 20 MB.
    pub async fn folded_days(&self, range: TimeRange, of: FoldedOf) -> Result<FoldedMonth, StoreError> {
        let mut transaction = self.readers().begin().await?;
        let span = Span::read(&mut transaction, range).await?;
        let known: BTreeMap<i64, u32> = span.folded_days().map(|day| (day.number, day.known)).collect();
        let mut found = FoldedMonth::default();
        let (Some(first), Some(last)) = (known.keys().next(), known.keys().next_back()) else {
            return Ok(found);
        };
        let months = [month_of(*first).0, month_of(*last).0];
        match of {
            FoldedOf::Relays => {
                let rows: Vec<(Vec<u8>, i64, Vec<u8>)> = sqlx::query_as(
                    "SELECT fingerprint, month, days FROM relay_month JOIN relay ON relay.id = relay
                     WHERE month >= ? AND month <= ? ORDER BY fingerprint, month",
                )
                .bind(months[0])
                .bind(months[1])
                .fetch_all(&mut *transaction)
                .await?;
                for (relay, month, block) in rows {
                    let days = entries(&known, month, &block)?.map(|(day, known, entry)| RelayDay {
                        running_hours: entry.running_hours,
                        mean_weight: entry.weights[0].and_then(|weight| u32::try_from(weight).ok()),
                        flags: flags_of_bits(entry.class),
                        ..absent_day(day, known)
                    });
                    found.relays.push((fingerprint(&relay)?, days.collect()));
                }
            }
            FoldedOf::Groups => {
                let rows: Vec<(u8, Vec<u8>, i64, Vec<u8>)> = sqlx::query_as(
                    "SELECT kind, key, month, days FROM group_month JOIN grp ON grp.id = grp
                     WHERE month >= ? AND month <= ? ORDER BY kind, key, month",
                )
                .bind(months[0])
                .bind(months[1])
                .fetch_all(&mut *transaction)
                .await?;
                for (kind, key, month, block) in rows {
                    let Some(group) = StoredGroup::of_row(kind, &key) else { continue };
                    let days = entries(&known, month, &block)?.map(group_day).collect();
                    found.groups.push((group.kind_name(), group.name(), days));
                }
            }
        }
        Ok(found)
    }
}

/// The entries of a block that are of known days, with day and known hours.
fn entries<'k>(
    known: &'k BTreeMap<i64, u32>,
    month: i64,
    block: &[u8],
) -> Result<impl Iterator<Item = (i64, u32, DayEntry)> + use<'k>, StoreError> {
    let start = month_start(month);
    let entries = decode_day_entries(block)?.into_iter();
    Ok(entries.filter_map(move |entry| {
        let day = start + i64::from(entry.day);
        Some((day, *known.get(&day)?, entry))
    }))
}

fn group_day((day, known, entry): (i64, u32, DayEntry)) -> GroupDay {
    let [weight, exit_weight, guard_weight] = entry.weights.map(Option::unwrap_or_default);
    GroupDay {
        date: Date(day as i32),
        known_hours: known.count_ones() as u8,
        running_hours: entry.running_hours,
        relays: entry.class,
        weight,
        exit_weight,
        guard_weight,
    }
}
