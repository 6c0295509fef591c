//! Incidents: the list with its filters, and one of them.

use super::super::answer::Answer;
use super::super::problem::Problem;
use super::list::{DEFAULT_LIMIT, MAX_LIMIT, with_next};
use super::{Call, item};
use crate::IncidentBook;
use allium_model::Incident;
use allium_views::{IncidentFilter, QueryError, hit_rows, incident_rows, write_incident};

/// What is asked of a list.
struct Asked {
    filter: IncidentFilter,
    limit: usize,
    offset: usize,
}

/// The list, the newest first. Empty where incidents are not looked for, which `meta` does not tell: the
/// state of the service is at `/api/v2/summary.json`.
pub(super) fn list(call: Call<'_>) -> Result<Answer, Problem> {
    let asked = read(&call.asked.query).map_err(|error| Problem::BadQuery(error.to_string()))?;
    let all = book(call).map_or(&[][..], IncidentBook::all);
    let found: Vec<&Incident> = all.iter().filter(|one| asked.filter.takes(one)).collect();
    let page = found.iter().skip(asked.offset).take(asked.limit).copied();
    let rows = incident_rows(page, found.len());
    with_next(call, &rows, asked.offset, asked.limit, "incidents")
}

/// One incident with all its parts; as CSV the relays that it hit.
pub(super) fn one(call: Call<'_>, id: &str) -> Result<Answer, Problem> {
    item::only_format(&call.asked.query)?;
    let incident = id.parse().ok().and_then(|id| book(call)?.get(id));
    let incident = incident.ok_or_else(|| Problem::NoSuchThing { kind: "incident", id: id.to_owned() })?;
    let meta = call.meta();
    call.form.nested(&hit_rows(incident), &format!("incident-{}", incident.id), |bytes| {
        write_incident(bytes, incident, &meta)
    })
}

fn book(call: Call<'_>) -> Option<&IncidentBook> {
    call.published.edition.incidents.as_deref()
}

fn read(pairs: &[(String, String)]) -> Result<Asked, QueryError> {
    let mut asked = Asked { filter: IncidentFilter::default(), limit: DEFAULT_LIMIT, offset: 0 };
    for (name, value) in pairs {
        match name.as_str() {
            "limit" if !value.is_empty() => asked.limit = number("limit", value, 1, MAX_LIMIT)?,
            "offset" if !value.is_empty() => asked.offset = number("offset", value, 0, usize::MAX)?,
            "format" | "limit" | "offset" => {}
            _ if asked.filter.take(name, value)? => {}
            _ => {
                let known = format!("{}, limit, offset, format", IncidentFilter::PARAMETERS.join(", "));
                return Err(QueryError::UnknownParameter { name: name.clone(), known });
            }
        }
    }
    Ok(asked)
}

fn number(name: &'static str, value: &str, least: usize, most: usize) -> Result<usize, QueryError> {
    value.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(|| {
        let reason = if most == usize::MAX {
            format!("a number of {least} or more is expected")
        } else {
            format!("a number of {least} to {most} is expected")
        };
        QueryError::BadValue { name, value: value.chars().take(40).collect(), reason }
    })
}
