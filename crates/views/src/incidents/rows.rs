//! Incidents one a row, and the relays of one.

use crate::column::Align;
use crate::rows::{Row, RowHead};
use crate::{Rows, Value};
use allium_model::{Cause, CauseGroup, HitRelay, Impact, Incident, printable};

type OfIncident = for<'a> fn(&'a Incident) -> Value<'a>;

const fn text(name: &'static str, head: &'static str) -> RowHead {
    RowHead { name, head, align: Align::Left }
}

const fn number(name: &'static str, head: &'static str) -> RowHead {
    RowHead { name, head, align: Align::Right }
}

static COLUMNS: &[(RowHead, OfIncident)] = &[
    (text("id", "Incident"), |one| Value::display(one.id)),
    (text("kind", "Kind"), |one| Value::Text(one.id.kind.name().into())),
    (text("class", "Class"), |one| Value::Text(one.class().name().into())),
    (text("state", "State"), |one| Value::Text(one.state.name().into())),
    (text("severity", "Severity"), |one| Value::Text(one.severity.name().into())),
    (text("started", "From"), |one| Value::Time(one.id.from)),
    (text("confirmed", "Confirmed"), |one| Value::time(one.confirmed)),
    (text("ended", "Until"), |one| Value::time(one.until)),
    (text("ending", "Ending"), |one| Value::text(one.ending.map(allium_model::Ending::name))),
    (number("duration_seconds", "Seconds"), |one| Value::integer(duration_seconds(one))),
    (number("relays", "Relays"), |one| Value::integer(relays(one))),
    (number("relays_away", "Away"), |one| Value::integer(relays(one).map(|_| one.hit.away().count() as u64))),
    (number("relays_ratio", "Of relays"), |one| share(one, |impact| impact.relays_ratio)),
    (number("weight_ratio", "Of weight"), |one| share(one, |impact| impact.weight_ratio)),
    (number("guard_ratio", "Of guards"), |one| share(one, |impact| impact.guard_ratio)),
    (number("middle_ratio", "Of middles"), |one| share(one, |impact| impact.middle_ratio)),
    (number("exit_ratio", "Of exits"), |one| share(one, |impact| impact.exit_ratio)),
    (text("cause_kind", "Cause"), |one| Value::text(cause(one).map(|cause| cause.group.kind_name()))),
    (text("cause", "Group"), |one| {
        cause(one).map_or(Value::Null, |cause| Value::Text(cause_id(&cause.group).into()))
    }),
    (number("cause_coverage_ratio", "Coverage"), |one| Value::number(cause(one).map(Cause::coverage_ratio))),
    (number("cause_depth_ratio", "Depth"), |one| Value::number(cause(one).map(Cause::depth_ratio))),
    (number("cause_chance_log10", "Chance"), |one| Value::number(cause(one).map(|cause| cause.chance_log10))),
    (text("evidence", "Evidence"), |one| Value::Text(printable(&one.evidence))),
];

/// Seconds from the first document that shows it to the first in which it was over.
fn duration_seconds(incident: &Incident) -> Option<u64> {
    incident.until.and_then(|until| u64::try_from(until.seconds_since(incident.id.from)).ok())
}

/// Relays that were hit; none for faults that hit no relay.
fn relays(incident: &Incident) -> Option<u64> {
    Some(incident.hit.relays.len() as u64).filter(|relays| *relays > 0)
}

/// A share that was lost, where relays were hit at all.
fn share(incident: &Incident, of: fn(&Impact) -> f64) -> Value<'_> {
    Value::number(relays(incident).map(|_| of(&incident.hit.impact)))
}

fn cause(incident: &Incident) -> Option<&Cause> {
    incident.causes.first()
}

/// What names a group that explains an incident, as addresses and the API write it.
pub fn cause_id(group: &CauseGroup) -> String {
    match group {
        CauseGroup::As(number) => number.to_string(),
        CauseGroup::Prefix(prefix) => prefix.to_string(),
        CauseGroup::Country(code) => code.to_string(),
        CauseGroup::Operator(id) => id.to_string(),
        CauseGroup::Family(id) | CauseGroup::Authority(id) => id.to_string(),
        CauseGroup::Version(name) | CauseGroup::Platform(name) => printable(name).into_owned(),
    }
}

/// Incidents in the order given; `total` is how many there are on all pages.
pub fn incident_rows<'a>(incidents: impl IntoIterator<Item = &'a Incident>, total: usize) -> Rows<'a> {
    let row = |incident| Row { values: COLUMNS.iter().map(|(_, value)| value(incident)).collect() };
    Rows {
        columns: COLUMNS.iter().map(|(head, _)| *head).collect(),
        rows: incidents.into_iter().map(row).collect(),
        total,
    }
}

/// The relays that an incident hit, at their last known values.
pub fn hit_rows(incident: &Incident) -> Rows<'_> {
    let row = |relay: &HitRelay| Row {
        values: vec![
            Value::display(relay.fingerprint),
            Value::Text(relay.role.name().into()),
            Value::integer(relay.weight.map(u64::from)),
            relay.country.map_or(Value::Null, Value::display),
            Value::time(relay.returned),
        ],
    };
    let columns = vec![
        text("fingerprint", "Relay"),
        text("role", "Role"),
        number("consensus_weight", "Weight"),
        text("country", "Country"),
        text("returned", "Back"),
    ];
    Rows { columns, rows: incident.hit.relays.iter().map(row).collect(), total: incident.hit.relays.len() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::{
        AsNumber, Ending, Fingerprint, Hit, IncidentId, IncidentKind, IncidentState, Role, Severity,
        Timestamp,
    };

    fn incident(hit: usize) -> Incident {
        let relay = |number: usize| HitRelay {
            fingerprint: Fingerprint([number as u8; 20]),
            role: Role::Exit,
            weight: Some(10),
            country: None,
            returned: (number == 0).then_some(Timestamp(7200)),
        };
        Incident {
            id: IncidentId { from: Timestamp(3600), kind: IncidentKind::GroupOutage, number: 1 },
            state: IncidentState::Resolved,
            severity: Severity::Warning,
            confirmed: Some(Timestamp(7200)),
            until: Some(Timestamp(10_800)),
            ending: Some(Ending::Recovered),
            evidence: "a\u{202e}b".into(),
            hit: Hit {
                relays: (0..hit).map(relay).collect(),
                impact: Impact { exit_ratio: 0.25, ..Impact::default() },
            },
            causes: vec![Cause {
                group: CauseGroup::As(AsNumber(64_496)),
                hit_in_group: 3,
                hit: 4,
                group_relays: 6,
                chance_log10: -9.5,
                is_containing: false,
            }],
            steps: Vec::new(),
        }
    }

    fn value(rows: &Rows<'_>, name: &str) -> String {
        let at = rows.columns.iter().position(|column| column.name == name).unwrap();
        rows.rows[0].values[at].plain().into_owned()
    }

    #[test]
    fn a_row_says_how_long_how_large_and_why() {
        let one = incident(4);
        let rows = incident_rows([&one], 1);
        let values = ["id", "duration_seconds", "relays", "relays_away", "exit_ratio", "cause", "evidence"];
        let found = values.map(|name| value(&rows, name));
        assert_eq!(found, ["1970010101-group-outage-1", "7200", "4", "3", "0.25", "AS64496", "ab"]);
        assert_eq!(
            [value(&rows, "cause_coverage_ratio"), value(&rows, "cause_depth_ratio")],
            ["0.75", "0.5"]
        );
        assert_eq!(hit_rows(&one).rows.len(), 4);
    }

    #[test]
    fn what_hits_no_relay_has_no_shares_instead_of_zero() {
        let one = incident(0);
        let rows = incident_rows([&one], 1);
        assert_eq!([value(&rows, "relays"), value(&rows, "exit_ratio")], ["", ""]);
    }
}
