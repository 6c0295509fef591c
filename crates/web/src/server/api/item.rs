//! Single things, with every value that is known of them.

use super::super::answer::Answer;
use super::super::problem::Problem;
use super::{Call, find};
use allium_analysis::health::GroupHealth;
use allium_analysis::places::Area;
use allium_model::GroupKind;
use allium_views::{
    QueryError, Rows, group_health_rows, health_rows, operator_report_rows, write_group_health, write_health,
};

/// The network as a whole.
pub(super) fn network(call: Call<'_>) -> Result<Answer, Problem> {
    answer(call, &Rows::of_network(&call.published.edition.snapshot), "network")
}

/// The health of the network.
pub(super) fn health(call: Call<'_>) -> Result<Answer, Problem> {
    only_format(&call.asked.query)?;
    let edition = &call.published.edition;
    let (health, meta) = (edition.health(), call.meta());
    let rows = health_rows(&edition.snapshot, health);
    call.form.nested(&rows, "network-health", |bytes| write_health(bytes, &edition.snapshot, health, &meta))
}

/// A relay.
pub(super) fn relay(call: Call<'_>, id: &str) -> Result<Answer, Problem> {
    let snapshot = &call.published.edition.snapshot;
    let position = id.parse().ok().and_then(|fingerprint| snapshot.network.find(fingerprint));
    let position = position.ok_or_else(|| missing("relay", id))?;
    answer(call, &Rows::of_relay(snapshot, position), &format!("relay-{id}"))
}

/// The report of an operator, one fact a row.
pub(super) fn operator_report(call: Call<'_>, id: &str) -> Result<Answer, Problem> {
    only_format(&call.asked.query)?;
    let snapshot = &call.published.edition.snapshot;
    let group = find::group(snapshot, GroupKind::Operator, id);
    let rows = group.and_then(|group| operator_report_rows(snapshot, group.position));
    let rows = rows.ok_or_else(|| missing("operator", id))?;
    call.form.list(&rows, &call.meta(), &format!("operator-{id}-report"))
}

/// A group.
pub(super) fn group(call: Call<'_>, kind: GroupKind, id: &str) -> Result<Answer, Problem> {
    let snapshot = &call.published.edition.snapshot;
    let group = find::group(snapshot, kind, id).ok_or_else(|| missing(noun(kind), id))?;
    answer(call, &Rows::of_group(snapshot, kind, group.position), &format!("{}-{id}", noun(kind)))
}

/// The health of a group.
pub(super) fn group_health(call: Call<'_>, kind: GroupKind, id: &str) -> Result<Answer, Problem> {
    let snapshot = &call.published.edition.snapshot;
    let group = find::group(snapshot, kind, id).ok_or_else(|| missing(noun(kind), id))?;
    answer_health(call, &GroupHealth::of_group(snapshot, group), &format!("{}-{id}-health", noun(kind)))
}

/// The health of a region.
pub(super) fn region_health(call: Call<'_>, name: &str) -> Result<Answer, Problem> {
    let slug = name.to_lowercase();
    let area = Area::of_slug(&slug);
    let health = area.and_then(|area| GroupHealth::of_area(&call.published.edition.snapshot, area));
    answer_health(call, &health.ok_or_else(|| missing("region", name))?, &format!("region-{slug}-health"))
}

fn answer_health(call: Call<'_>, health: &GroupHealth, file_name: &str) -> Result<Answer, Problem> {
    only_format(&call.asked.query)?;
    let (snapshot, meta) = (&call.published.edition.snapshot, call.meta());
    call.form.nested(&group_health_rows(health), file_name, |bytes| {
        write_group_health(bytes, snapshot, health, &meta)
    })
}

/// Every region, in one answer.
pub(super) fn regions(call: Call<'_>) -> Result<Answer, Problem> {
    only_format(&call.asked.query)?;
    let rows = Rows::of_regions(&call.published.edition.snapshot);
    let mut meta = call.meta();
    meta.total = Some(rows.total);
    call.form.list(&rows, &meta, "regions")
}

/// A region.
pub(super) fn region(call: Call<'_>, name: &str) -> Result<Answer, Problem> {
    let slug = name.to_lowercase();
    let rows = Rows::of_region(&call.published.edition.snapshot, &slug);
    answer(call, &rows.ok_or_else(|| missing("region", name))?, &format!("region-{slug}"))
}

fn answer(call: Call<'_>, rows: &Rows<'_>, file_name: &str) -> Result<Answer, Problem> {
    only_format(&call.asked.query)?;
    call.form.item(rows, &call.meta(), file_name)
}

/// A single thing has no filter, order or page.
pub(super) fn only_format(pairs: &[(String, String)]) -> Result<(), Problem> {
    match pairs.iter().find(|(name, _)| name != "format") {
        None => Ok(()),
        Some((name, _)) => {
            let error = QueryError::UnknownParameter { name: name.clone(), known: "format".into() };
            Err(Problem::BadQuery(error.to_string()))
        }
    }
}

fn missing(kind: &'static str, id: &str) -> Problem {
    Problem::NoSuchThing { kind, id: id.to_owned() }
}

fn noun(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Operator => "operator",
        GroupKind::Family => "family",
        GroupKind::Country => "country",
        GroupKind::As => "AS",
        GroupKind::Platform => "platform",
        GroupKind::Version => "version",
        GroupKind::Flag => "flag",
        GroupKind::FirstSeen => "first-seen day",
    }
}
