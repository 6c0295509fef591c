//! Incidents.

use super::fingerprint;
use crate::write::state_number;
use crate::{Store, StoreError, WatchState, cause};
use allium_model::{
    Cause, Ending, Fingerprint, Hit, HitRelay, Impact, Incident, IncidentId, IncidentKind, IncidentState,
    IncidentStep, Role, Severity, TimeRange, Timestamp,
};
use sqlx::SqliteConnection;

/// Which incidents are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncidentQuery {
    /// Incidents that lasted at any moment of it.
    pub range: TimeRange,
    /// In this state only.
    pub state: Option<IncidentState>,
    /// That hit this relay only.
    pub relay: Option<Fingerprint>,
    /// At most so many, the newest first.
    pub limit: u32,
}

impl IncidentQuery {
    /// All incidents, the newest first.
    pub const fn all(limit: u32) -> Self {
        let range = TimeRange { from: Timestamp(i64::MIN), until: Timestamp(i64::MAX) };
        Self { range, state: None, relay: None, limit }
    }

    /// Those that are not over.
    pub fn open(state: IncidentState, limit: u32) -> Self {
        Self { state: Some(state), ..Self::all(limit) }
    }
}

/// Columns by place: number in the store, id, state, severity, times, ending, evidence, shares.
type HeadRow =
    (i64, i64, String, u16, u8, u8, Option<i64>, Option<i64>, Option<u8>, String, f64, f64, f64, f64, f64);
type RelayRow = (Vec<u8>, u8, Option<u32>, Option<String>, Option<i64>);
type CauseRow = (String, String, u32, u32, u32, f64, bool);

impl Store {
    /// Incidents, newest first.
    pub async fn incidents(&self, query: IncidentQuery) -> Result<Vec<Incident>, StoreError> {
        let mut transaction = self.readers().begin().await?;
        let heads: Vec<HeadRow> = sqlx::query_as(
            "SELECT * FROM incident
             WHERE from_time < ?1 AND (until_time IS NULL OR until_time > ?2 OR from_time >= ?2)
                AND (?3 IS NULL OR state = ?3)
                AND (?4 IS NULL OR id IN (SELECT incident FROM incident_relay WHERE fingerprint = ?4))
             ORDER BY from_time DESC, kind, number LIMIT ?5",
        )
        .bind(query.range.until.0)
        .bind(query.range.from.0)
        .bind(query.state.map(state_number))
        .bind(query.relay.map(|relay| relay.0.to_vec()))
        .bind(query.limit)
        .fetch_all(&mut *transaction)
        .await?;
        let mut incidents = Vec::with_capacity(heads.len());
        for head in heads {
            incidents.extend(whole(&mut transaction, head).await?);
        }
        Ok(incidents)
    }

    /// The incident of an id; `None` when there is none.
    pub async fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError> {
        let mut transaction = self.readers().begin().await?;
        let head: Option<HeadRow> =
            sqlx::query_as("SELECT * FROM incident WHERE from_time = ? AND kind = ? AND number = ?")
                .bind(id.from.0)
                .bind(id.kind.name())
                .bind(id.number)
                .fetch_optional(&mut *transaction)
                .await?;
        match head {
            Some(head) => whole(&mut transaction, head).await,
            None => Ok(None),
        }
    }

    /// What the detection knew when incidents were last written; `None` before that.
    pub async fn watch_state(&self) -> Result<Option<WatchState>, StoreError> {
        let row: Option<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT at, state FROM incident_watch").fetch_optional(self.readers()).await?;
        Ok(row.map(|(at, bytes)| WatchState { at: Timestamp(at), bytes }))
    }
}

/// An incident with all that belongs to it; `None` for a kind that a later version wrote.
async fn whole(connection: &mut SqliteConnection, head: HeadRow) -> Result<Option<Incident>, StoreError> {
    let (id, from, kind, number, state, severity, confirmed, until, ending, evidence, ..) = head;
    let (.., relays_ratio, weight_ratio, guard_ratio, middle_ratio, exit_ratio) = head;
    let Some(kind) = IncidentKind::from_name(&kind) else { return Ok(None) };
    let impact = Impact { relays_ratio, weight_ratio, guard_ratio, middle_ratio, exit_ratio };
    Ok(Some(Incident {
        id: IncidentId { from: Timestamp(from), kind, number },
        state: match state {
            1 => IncidentState::Unverified,
            2 => IncidentState::Ongoing,
            _ => IncidentState::Resolved,
        },
        severity: match severity {
            1 => Severity::Notice,
            2 => Severity::Warning,
            _ => Severity::Critical,
        },
        confirmed: confirmed.map(Timestamp),
        until: until.map(Timestamp),
        ending: ending.map(|ending| match ending {
            1 => Ending::Recovered,
            2 => Ending::Permanent,
            _ => Ending::NotConfirmed,
        }),
        hit: Hit { relays: relays(connection, id).await?, impact },
        causes: causes(connection, id).await?,
        steps: steps(connection, id).await?,
        evidence,
    }))
}

async fn relays(connection: &mut SqliteConnection, id: i64) -> Result<Vec<HitRelay>, StoreError> {
    let rows: Vec<RelayRow> = sqlx::query_as(
        "SELECT fingerprint, role, weight, country, returned FROM incident_relay
         WHERE incident = ? ORDER BY fingerprint",
    )
    .bind(id)
    .fetch_all(connection)
    .await?;
    let relay = |(name, role, weight, country, returned): RelayRow| {
        Ok(HitRelay {
            fingerprint: fingerprint(&name)?,
            role: match role {
                1 => Role::Exit,
                2 => Role::Guard,
                _ => Role::Middle,
            },
            weight,
            country: country.and_then(|code| code.parse().ok()),
            returned: returned.map(Timestamp),
        })
    };
    rows.into_iter().map(relay).collect()
}

async fn causes(connection: &mut SqliteConnection, id: i64) -> Result<Vec<Cause>, StoreError> {
    let rows: Vec<CauseRow> = sqlx::query_as(
        "SELECT kind, key, hit_in_group, hit, group_relays, chance, is_containing FROM incident_cause
         WHERE incident = ? ORDER BY place",
    )
    .bind(id)
    .fetch_all(connection)
    .await?;
    let cause = |(kind, key, hit_in_group, hit, group_relays, chance_log10, is_containing): CauseRow| {
        let group = cause::group(&kind, &key)?;
        Some(Cause { group, hit_in_group, hit, group_relays, chance_log10, is_containing })
    };
    Ok(rows.into_iter().filter_map(cause).collect())
}

async fn steps(connection: &mut SqliteConnection, id: i64) -> Result<Vec<IncidentStep>, StoreError> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT at, text FROM incident_step WHERE incident = ? ORDER BY place")
            .bind(id)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(at, text)| IncidentStep { at: Timestamp(at), text }).collect())
}
