//! Incidents, and what the detection knows.

use super::event::severity_number;
use super::insert_all;
use crate::cause::key_text;
use crate::group::bounded;
use crate::{Store, StoreError};
use allium_model::{Ending, HitRelay, Incident, IncidentState, Role, Timestamp};
use sqlx::SqliteConnection;

/// What the detection knows after a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchState {
    /// Time of the newest document that is in it.
    pub at: Timestamp,
    /// As the detection writes it.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Writes incidents, and the state of the detection that belongs to them; all or nothing. An incident
    /// with the id of an earlier one takes its place.
    pub async fn put_incidents(
        &self,
        incidents: &[Incident],
        state: Option<&WatchState>,
    ) -> Result<(), StoreError> {
        let mut writer = self.writer()?.lock().await;
        let mut transaction = writer.begin().await?;
        for incident in incidents {
            put_incident(&mut transaction, incident).await?;
        }
        if let Some(state) = state {
            sqlx::query("INSERT OR REPLACE INTO incident_watch (id, at, state) VALUES (1, ?, ?)")
                .bind(state.at.0)
                .bind(&state.bytes)
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }
}

async fn put_incident(connection: &mut SqliteConnection, incident: &Incident) -> Result<(), StoreError> {
    let id = put_head(connection, incident).await?;
    for table in ["incident_relay", "incident_cause", "incident_step"] {
        let clear = sqlx::AssertSqlSafe(format!("DELETE FROM {table} WHERE incident = ?"));
        sqlx::query(clear).bind(id).execute(&mut *connection).await?;
    }
    put_relays(connection, id, &incident.hit.relays).await?;
    put_causes(connection, id, incident).await?;
    put_steps(connection, id, incident).await
}

/// Writes the row of an incident and answers with its number in the store.
async fn put_head(connection: &mut SqliteConnection, incident: &Incident) -> Result<i64, StoreError> {
    let impact = incident.hit.impact;
    let id = sqlx::query_scalar(
        "INSERT INTO incident (from_time, kind, number, state, severity, confirmed, until_time, ending,
            evidence, relays_share, weight_share, guard_share, middle_share, exit_share)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (from_time, kind, number) DO UPDATE SET state = excluded.state,
            severity = excluded.severity, confirmed = excluded.confirmed, until_time = excluded.until_time,
            ending = excluded.ending, evidence = excluded.evidence, relays_share = excluded.relays_share,
            weight_share = excluded.weight_share, guard_share = excluded.guard_share,
            middle_share = excluded.middle_share, exit_share = excluded.exit_share
         RETURNING id",
    )
    .bind(incident.id.from.0)
    .bind(incident.id.kind.name())
    .bind(incident.id.number)
    .bind(state_number(incident.state))
    .bind(severity_number(incident.severity))
    .bind(incident.confirmed.map(|at| at.0))
    .bind(incident.until.map(|at| at.0))
    .bind(incident.ending.map(ending_number))
    .bind(bounded(&incident.evidence))
    .bind(impact.relays_ratio)
    .bind(impact.weight_ratio)
    .bind(impact.guard_ratio)
    .bind(impact.middle_ratio)
    .bind(impact.exit_ratio)
    .fetch_one(connection)
    .await?;
    Ok(id)
}

async fn put_relays(
    connection: &mut SqliteConnection,
    id: i64,
    relays: &[HitRelay],
) -> Result<(), StoreError> {
    let head = "INSERT INTO incident_relay (incident, fingerprint, role, weight, country, returned)";
    insert_all(connection, head, "", relays, |row, relay| {
        row.push_bind(id)
            .push_bind(relay.fingerprint.0.to_vec())
            .push_bind(role_number(relay.role))
            .push_bind(relay.weight)
            .push_bind(relay.country.map(|country| country.as_str().to_owned()))
            .push_bind(relay.returned.map(|at| at.0));
    })
    .await
}

async fn put_causes(
    connection: &mut SqliteConnection,
    id: i64,
    incident: &Incident,
) -> Result<(), StoreError> {
    let head = "INSERT INTO incident_cause (incident, place, kind, key, hit_in_group, hit, group_relays,
        chance, is_containing)";
    let causes: Vec<_> = (0_u32..).zip(&incident.causes).collect();
    insert_all(connection, head, "", &causes, |row, (place, cause)| {
        row.push_bind(id)
            .push_bind(*place)
            .push_bind(cause.group.kind_name())
            .push_bind(key_text(&cause.group))
            .push_bind(cause.hit_in_group)
            .push_bind(cause.hit)
            .push_bind(cause.group_relays)
            .push_bind(cause.chance_log10)
            .push_bind(cause.is_containing);
    })
    .await
}

async fn put_steps(
    connection: &mut SqliteConnection,
    id: i64,
    incident: &Incident,
) -> Result<(), StoreError> {
    let head = "INSERT INTO incident_step (incident, place, at, text)";
    let steps: Vec<_> = (0_u32..).zip(&incident.steps).collect();
    insert_all(connection, head, "", &steps, |row, (place, step)| {
        row.push_bind(id).push_bind(*place).push_bind(step.at.0).push_bind(bounded(&step.text).to_owned());
    })
    .await
}

pub(crate) const fn state_number(state: IncidentState) -> u8 {
    match state {
        IncidentState::Unverified => 1,
        IncidentState::Ongoing => 2,
        IncidentState::Resolved => 3,
    }
}

const fn ending_number(ending: Ending) -> u8 {
    match ending {
        Ending::Recovered => 1,
        Ending::Permanent => 2,
        Ending::NotConfirmed => 3,
    }
}

const fn role_number(role: Role) -> u8 {
    match role {
        Role::Exit => 1,
        Role::Guard => 2,
        Role::Middle => 3,
    }
}
