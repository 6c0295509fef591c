//! Carrying out a plan of retention. Each day is one transaction; stopped at any moment, the rest is
//! planned again the next time.

use crate::codec::{
    DayEntry, GroupBlock, GroupHours, RelayHours, decode_day_entries, decode_group_day, encode_day_entries,
};
use crate::retention::{Retention, plan_retention};
use crate::time::month_of;
use crate::write::{insert_all, read_relay_blocks, sum_members};
use crate::{Store, StoreError};
use allium_model::{Date, Timestamp};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, HashMap};

/// What was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pruned {
    /// Days whose hours became daily values.
    pub days: u32,
    /// Contact texts.
    pub contacts: u64,
    /// Probes.
    pub probes: u64,
}

impl Store {
    /// Gives up what is older than it is to be kept. `step` hears of each day that is done.
    pub async fn prune(
        &self,
        retention: Retention,
        mut step: impl FnMut(Date),
    ) -> Result<Pruned, StoreError> {
        let mut pruned = Pruned::default();
        let Some(newest) = self.newest().await? else { return Ok(pruned) };
        let hourly = self.hourly_dates().await?;
        let plan = plan_retention(retention, newest.valid_after, &hourly);
        for date in &plan.fold {
            self.fold(*date).await?;
            pruned.days += 1;
            step(*date);
        }
        pruned.contacts = self.forget_contacts(plan.contacts_before).await?;
        pruned.probes = self.drop_probes(plan.probes_before).await?;
        Ok(pruned)
    }

    /// Sealed days of which hours are kept and to which no new hours wait to be added.
    async fn hourly_dates(&self) -> Result<Vec<Date>, StoreError> {
        let days: Vec<i32> = sqlx::query_scalar(
            "SELECT day FROM day WHERE is_folded = 0
                AND day NOT IN (SELECT DISTINCT valid_after / 86400 FROM segment) ORDER BY day",
        )
        .fetch_all(self.readers())
        .await?;
        Ok(days.into_iter().map(Date).collect())
    }

    async fn fold(&self, date: Date) -> Result<(), StoreError> {
        let day = i64::from(date.0);
        let mut writer = self.writer()?.lock().await;
        let mut transaction = writer.begin().await?;
        let relays = read_relay_blocks(&mut transaction, day).await?;
        let groups = group_blocks(&mut transaction, day, &relays).await?;
        let (month, of_month) = month_of(day);
        let relays: Vec<(u32, DayEntry)> =
            relays.iter().filter_map(|(id, hours)| Some((*id, relay_entry(of_month, hours)?))).collect();
        let groups: Vec<(u32, DayEntry)> =
            groups.iter().filter_map(|(id, hours)| Some((*id, group_entry(of_month, hours)?))).collect();
        write_months(&mut transaction, RELAY_MONTHS, month, &relays).await?;
        write_months(&mut transaction, GROUP_MONTHS, month, &groups).await?;
        for statement in [
            "DELETE FROM relay_day WHERE day = ?",
            "DELETE FROM group_day WHERE day = ?",
            "UPDATE day SET is_folded = 1 WHERE day = ?",
        ] {
            sqlx::query(statement).bind(day).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Gives up texts that no relay had at this moment or later: the relay is gone since, or has another text.
    async fn forget_contacts(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut writer = self.writer()?.lock().await;
        let mut transaction = writer.begin().await?;
        let done = sqlx::query(
            "UPDATE contact SET text = NULL WHERE text IS NOT NULL AND hash NOT IN (
                SELECT value FROM attribute AS own JOIN relay ON relay.id = own.relay
                WHERE own.kind = 5 AND relay.last_seen >= ?1 AND NOT EXISTS (
                    SELECT 1 FROM attribute AS later WHERE later.relay = own.relay AND later.kind = 5
                        AND later.from_time > own.from_time AND later.from_time <= ?1))",
        )
        .bind(before.0)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        writer.forget();
        Ok(done.rows_affected())
    }

    async fn drop_probes(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut writer = self.writer()?.lock().await;
        let mut transaction = writer.begin().await?;
        let done =
            sqlx::query("DELETE FROM probe WHERE at < ?").bind(before.0).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(done.rows_affected())
    }
}

async fn group_blocks(
    connection: &mut SqliteConnection,
    day: i64,
    relays: &BTreeMap<u32, RelayHours>,
) -> Result<BTreeMap<u32, GroupHours>, StoreError> {
    let rows: Vec<(u32, Vec<u8>)> = sqlx::query_as("SELECT grp, hours FROM group_day WHERE day = ?")
        .bind(day)
        .fetch_all(connection)
        .await?;
    let hours = |block: &[u8]| -> Result<GroupHours, StoreError> {
        Ok(match decode_group_day(block)? {
            GroupBlock::Hours(hours) => *hours,
            GroupBlock::Members(ids) => sum_members(ids.iter().filter_map(|id| relays.get(id))),
        })
    };
    rows.into_iter().map(|(id, block)| Ok((id, hours(&block)?))).collect()
}

/// The mean, rounded to the nearest; `None` of nothing.
fn mean(values: impl Iterator<Item = u64>) -> Option<u64> {
    let (count, sum) =
        values.fold((0_u128, 0_u128), |(count, sum), value| (count + 1, sum + u128::from(value)));
    (count > 0).then(|| ((sum + count / 2) / count) as u64)
}

/// A relay's day: mean weight over its running hours, and the flags of more than half of them.
fn relay_entry(day: u8, hours: &RelayHours) -> Option<DayEntry> {
    let running: Vec<_> = hours.iter().flatten().collect();
    let is_frequent =
        |bit: &u32| running.iter().filter(|hour| hour.flags & (1 << bit) != 0).count() * 2 > running.len();
    let weight = mean(running.iter().filter_map(|hour| hour.weight).map(u64::from));
    (!running.is_empty()).then(|| DayEntry {
        day,
        running_hours: running.len() as u8,
        class: (0..24).filter(is_frequent).map(|bit| 1 << bit).sum(),
        weights: [weight, None, None],
    })
}

/// A group's day: means over the hours in which it had running relays.
fn group_entry(day: u8, hours: &GroupHours) -> Option<DayEntry> {
    let running: Vec<_> = hours.iter().flatten().collect();
    let relays = mean(running.iter().map(|slot| u64::from(slot.relays)))?;
    Some(DayEntry {
        day,
        running_hours: running.len() as u8,
        class: u32::try_from(relays).unwrap_or(u32::MAX),
        weights: [
            mean(running.iter().map(|slot| slot.weight)),
            mean(running.iter().map(|slot| slot.exit_weight)),
            mean(running.iter().map(|slot| slot.guard_weight)),
        ],
    })
}

/// How the months of a table are read and written.
#[derive(Clone, Copy)]
struct MonthTable {
    read: &'static str,
    write: &'static str,
}

const RELAY_MONTHS: MonthTable = MonthTable {
    read: "SELECT relay, days FROM relay_month WHERE month = ?",
    write: "INSERT OR REPLACE INTO relay_month (month, relay, days)",
};

const GROUP_MONTHS: MonthTable = MonthTable {
    read: "SELECT grp, days FROM group_month WHERE month = ?",
    write: "INSERT OR REPLACE INTO group_month (month, grp, days)",
};

/// Adds a day's entries to their month.
async fn write_months(
    connection: &mut SqliteConnection,
    table: MonthTable,
    month: i64,
    entries: &[(u32, DayEntry)],
) -> Result<(), StoreError> {
    let rows: Vec<(u32, Vec<u8>)> =
        sqlx::query_as(table.read).bind(month).fetch_all(&mut *connection).await?;
    let before: HashMap<u32, Vec<u8>> = rows.into_iter().collect();
    let mut blocks = Vec::with_capacity(entries.len());
    for (id, entry) in entries {
        let known = before.get(id).map(|block| decode_day_entries(block)).transpose()?;
        let mut days = known.unwrap_or_default();
        days.retain(|known| known.day != entry.day);
        let place = days.partition_point(|known| known.day < entry.day);
        days.insert(place, *entry);
        blocks.push((*id, encode_day_entries(&days)));
    }
    insert_all(connection, table.write, "", &blocks, |row, (id, days)| {
        row.push_bind(month).push_bind(*id).push_bind(days.clone());
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{GroupSlot, RunningHour};

    #[test]
    fn a_relays_day_has_its_mean_weight_and_its_usual_flags() {
        let hour = |flags, weight| Some(RunningHour { flags, is_measured: None, weight });
        let mut hours: RelayHours = [None; 24];
        (hours[3], hours[4], hours[9]) = (hour(0b11, Some(10)), hour(0b01, Some(21)), hour(0b01, None));
        let entry = relay_entry(6, &hours).unwrap();
        let expected = DayEntry { day: 6, running_hours: 3, class: 0b01, weights: [Some(16), None, None] };
        assert_eq!(entry, expected);
        assert_eq!(relay_entry(6, &[None; 24]), None);
    }

    #[test]
    fn a_groups_day_has_means_of_its_running_hours() {
        let slot = |relays, weight| Some(GroupSlot { relays, weight, exit_weight: 2, guard_weight: 0 });
        let mut hours = GroupHours::default();
        (hours[0], hours[23]) = (slot(4, 100), slot(6, 201));
        let entry = group_entry(0, &hours).unwrap();
        assert_eq!((entry.class, entry.running_hours), (5, 2));
        assert_eq!(entry.weights, [Some(151), Some(2), Some(0)]);
    }
}
