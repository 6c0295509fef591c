//! The tables that can be exported, as columns of values.

use super::super::Place;
use super::{ExportName, TableWriter, rows};
use crate::failure::Failure;
use allium_model::{
    AuthorityRecord, Event, EventSubject, Flag, FlagSet, NetworkRecord, TimeRange, Timestamp,
};
use allium_store::{EventQuery, FoldedOf, Store};
use std::io;

/// The kind of a column's values; any of them may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// A moment.
    Time,
    /// A whole number.
    Integer,
    /// A number.
    Real,
    /// Yes or no.
    Boolean,
    /// A text.
    Text,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name, with the unit.
    pub name: &'static str,
    /// Of what it is.
    pub kind: ColumnKind,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Not known.
    Missing,
    /// A moment.
    Time(Timestamp),
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// Yes or no.
    Boolean(bool),
    /// A text.
    Text(String),
}

/// Rows, each as long as there are columns.
pub type Batch = Vec<Vec<Value>>;

const fn column(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind }
}

use ColumnKind::{Boolean, Integer, Real, Text, Time};

const NETWORK: [Column; 12] = [
    column("valid_after", Time),
    column("relays", Integer),
    column("weight", Integer),
    column("exit_weight", Integer),
    column("guard_weight", Integer),
    column("measured_relays", Integer),
    column("joined", Integer),
    column("left", Integer),
    column("never_seen", Integer),
    column("consensus_method", Integer),
    column("authorities", Integer),
    column("signatures", Integer),
];

const RELAYS: [Column; 5] = [
    column("valid_after", Time),
    column("fingerprint", Text),
    column("flags", Text),
    column("weight", Integer),
    column("is_measured", Boolean),
];

const GROUPS: [Column; 7] = [
    column("valid_after", Time),
    column("kind", Text),
    column("group", Text),
    column("relays", Integer),
    column("weight", Integer),
    column("exit_weight", Integer),
    column("guard_weight", Integer),
];

const RELAY_DAYS: [Column; 6] = [
    column("day", Time),
    column("fingerprint", Text),
    column("known_hours", Integer),
    column("running_hours", Integer),
    column("mean_weight", Integer),
    column("flags", Text),
];

const GROUP_DAYS: [Column; 9] = [
    column("day", Time),
    column("kind", Text),
    column("group", Text),
    column("known_hours", Integer),
    column("running_hours", Integer),
    column("mean_relays", Integer),
    column("mean_weight", Integer),
    column("mean_exit_weight", Integer),
    column("mean_guard_weight", Integer),
];

const AUTHORITIES: [Column; 13] = [
    column("valid_after", Time),
    column("identity", Text),
    column("is_counted", Boolean),
    column("is_signed", Boolean),
    column("is_vote_seen", Boolean),
    column("relays", Integer),
    column("running_relays", Integer),
    column("measured_relays", Integer),
    column("measured_sum_kilobytes_per_second", Integer),
    column("bandwidth_file_age_seconds", Integer),
    column("has_bandwidth_file", Boolean),
    column("agreement_ratio", Real),
    column("certificate_expires", Time),
];

const EVENTS: [Column; 6] = [
    column("from", Time),
    column("until", Time),
    column("kind", Text),
    column("subject", Text),
    column("severity", Text),
    column("evidence", Text),
];

/// The columns of a table.
pub fn columns(what: ExportName) -> &'static [Column] {
    match what {
        ExportName::Network => &NETWORK,
        ExportName::Relays => &RELAYS,
        ExportName::Groups => &GROUPS,
        ExportName::RelayDays => &RELAY_DAYS,
        ExportName::GroupDays => &GROUP_DAYS,
        ExportName::Authorities => &AUTHORITIES,
        ExportName::Events => &EVENTS,
    }
}

/// Most events of an export.
const MAX_EVENTS: u32 = 10_000_000;

/// Writes a table. The outer failure is one of the store, the inner one of the output.
pub fn write(
    what: ExportName,
    place: &Place,
    store: &Store,
    range: TimeRange,
    mut writer: Box<dyn TableWriter>,
) -> Result<io::Result<()>, Failure> {
    let written = match what {
        ExportName::Network => {
            let rows = place.wait(store.network_series(range))?;
            writer.write(&rows.iter().map(network_row).collect())
        }
        ExportName::Authorities => {
            let rows = place.wait(store.authorities(range))?;
            writer.write(&rows.iter().map(authority_row).collect())
        }
        ExportName::Events => {
            let query = EventQuery { range, subject: None, limit: MAX_EVENTS };
            let rows = place.wait(store.events(query))?;
            writer.write(&rows.iter().rev().map(event_row).collect())
        }
        ExportName::Relays => rows::write_relays(place, store, range, &mut *writer)?,
        ExportName::Groups => rows::write_groups(place, store, range, &mut *writer)?,
        ExportName::RelayDays => rows::write_days(place, store, range, FoldedOf::Relays, &mut *writer)?,
        ExportName::GroupDays => rows::write_days(place, store, range, FoldedOf::Groups, &mut *writer)?,
    };
    Ok(written.and_then(|()| writer.finish()))
}

pub(super) fn integer(value: impl Into<i64>) -> Value {
    Value::Integer(value.into())
}

pub(super) fn sum(value: u64) -> Value {
    Value::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}

pub(super) fn optional<T>(value: Option<T>, of: impl FnOnce(T) -> Value) -> Value {
    value.map_or(Value::Missing, of)
}

/// What a record of the network says; a presence list knows no method, authorities and signatures.
fn network_row(row: &NetworkRecord) -> Vec<Value> {
    let known = |value: u32| if row.method == 0 { Value::Missing } else { integer(value) };
    vec![
        Value::Time(row.valid_after),
        integer(row.relays),
        sum(row.weight),
        sum(row.exit_weight),
        sum(row.guard_weight),
        integer(row.measured_relays),
        integer(row.joined),
        integer(row.left),
        integer(row.never_seen),
        known(row.method),
        known(row.authorities),
        known(row.signatures),
    ]
}

pub(super) fn flags_text(flags: FlagSet) -> String {
    flags.iter().map(Flag::name).collect::<Vec<_>>().join(" ")
}

fn authority_row(row: &AuthorityRecord) -> Vec<Value> {
    vec![
        Value::Time(row.valid_after),
        Value::Text(row.identity.to_string()),
        optional(row.is_counted, Value::Boolean),
        optional(row.is_signed, Value::Boolean),
        optional(row.is_vote_seen, Value::Boolean),
        optional(row.relays, integer),
        optional(row.running_relays, integer),
        optional(row.measured_relays, integer),
        optional(row.measured_sum_kilobytes_per_second, sum),
        optional(row.bandwidth_file_age_seconds, integer),
        optional(row.has_bandwidth_file, Value::Boolean),
        optional(row.agreement_ratio, Value::Real),
        optional(row.certificate_expires, Value::Time),
    ]
}

fn event_row(event: &Event) -> Vec<Value> {
    let subject = match event.subject {
        EventSubject::Network => "network".to_owned(),
        EventSubject::Authority(identity) => format!("authority {identity}"),
        EventSubject::Relay(fingerprint) => format!("relay {fingerprint}"),
    };
    vec![
        Value::Time(event.from),
        optional(event.until, Value::Time),
        Value::Text(event.kind.name().to_owned()),
        Value::Text(subject),
        Value::Text(event.severity.name().to_owned()),
        Value::Text(event.evidence.clone()),
    ]
}
