//! Alerts by cause, without any receiver.

use super::super::answer::Answer;
use super::super::problem::Problem;
use super::{Call, item};
use crate::{AlertBoard, AlertCause, BoardAlert};
use allium_views::{Align, Row, RowHead, Rows, Value};

const COLUMNS: [RowHead; 6] = [
    RowHead { name: "incident", head: "Incident", align: Align::Left },
    RowHead { name: "kind", head: "Kind", align: Align::Left },
    RowHead { name: "phase", head: "Phase", align: Align::Left },
    RowHead { name: "severity", head: "Severity", align: Align::Left },
    RowHead { name: "since", head: "Since", align: Align::Left },
    RowHead { name: "relays", head: "Relays", align: Align::Right },
];

/// The list; empty where there are no alerts.
pub(super) fn answer(call: Call<'_>) -> Result<Answer, Problem> {
    item::only_format(&call.asked.query)?;
    let rows = rows(call.published.edition.alerts.as_deref());
    let mut meta = call.meta();
    meta.total = Some(rows.total);
    call.form.list(&rows, &meta, "alerts")
}

fn rows(board: Option<&AlertBoard>) -> Rows<'static> {
    let rows: Vec<Row<'static>> = board.into_iter().flat_map(|board| &board.alerts).map(row).collect();
    Rows { columns: COLUMNS.to_vec(), total: rows.len(), rows }
}

fn row(alert: &BoardAlert) -> Row<'static> {
    let (incident, kind) = match alert.cause {
        AlertCause::Incident(id) => (Value::display(id), Value::Text("incident".into())),
        AlertCause::Kind(kind) => (Value::Null, Value::Text(kind.name().into())),
    };
    let relays = Some(alert.relays as u64).filter(|relays| *relays > 0);
    Row {
        values: vec![
            incident,
            kind,
            Value::Text(alert.phase.name().into()),
            Value::Text(alert.severity.name().into()),
            Value::Time(alert.since),
            Value::integer(relays),
        ],
    }
}
