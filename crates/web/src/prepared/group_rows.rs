//! Rows of the lists of groups. A group stands in one list for each order that has a meaning; its row
//! is the same in all of them but for the rank.

use super::Prepared;
use crate::format;
use crate::html::Html;
use crate::list::GROUP_PERIOD;
use allium_analysis::Aggregate;
use allium_model::{Group, GroupKind, GroupPosition, OperatorKey};
use allium_views::{group_id, group_name};
use askama::filters::HtmlSafe;
use std::fmt::{self, Write};

/// The rows of a page of a list: prints `<tr>…</tr>` for each group.
pub(crate) struct GroupRows<'a> {
    pub(crate) prepared: &'a Prepared,
    pub(crate) kind: GroupKind,
    pub(crate) groups: &'a [GroupPosition],
    pub(crate) first_rank: usize,
}

/// Longest name of a row, in characters.
const MAX_NAME: usize = 36;

/// Room for a row; most take about 650 bytes.
const ROW_BYTES: usize = 704;

/// The row of every group of a kind without its rank, by position.
pub(super) fn all(prepared: &Prepared, kind: GroupKind) -> Vec<Html> {
    let reports = prepared.snapshot.report.groups(kind);
    let shares = reports.groups.iter().map(|group| group.aggregate.consensus_weight_fraction.total);
    let largest = shares.fold(0.0, f64::max);
    prepared.snapshot.network.groups(kind).iter().map(|group| row(prepared, group, largest)).collect()
}

fn row(prepared: &Prepared, group: Group<'_>, largest: f64) -> Html {
    let kind = group.key.kind();
    let snapshot = &prepared.snapshot;
    let sum = &snapshot.group_report(kind, group.position).aggregate;
    let mut html = Html::with_capacity(ROW_BYTES);
    name_cell(&mut html, prepared, group, sum);
    count_cells(&mut html, sum);
    weight_cells(&mut html, sum, largest);
    let uptime = snapshot.report.uptime.group(kind, group.position, GROUP_PERIOD).mean;
    let uptime = uptime.map_or_else(|| "-".into(), format::uptime);
    html.markup("<td class=\"n\" data-label=\"Uptime, %\">").text(&uptime).markup("</td>");
    spread_cells(&mut html, kind, sum);
    if shows_since(kind) {
        let since = sum.first_seen.map_or_else(String::new, |time| time.date().to_string());
        html.markup("<td class=\"n\" data-label=\"Since\">").text(&since).markup("</td>");
    }
    html
}

fn name_cell(html: &mut Html, prepared: &Prepared, group: Group<'_>, sum: &Aggregate) {
    let snapshot = &prepared.snapshot;
    let kind = group.key.kind();
    let name = format::shortened(&group_name(snapshot, group), MAX_NAME);
    html.markup("<th scope=\"row\">").link(prepared.href_at(kind, group.position), &name);
    if matches!(kind, GroupKind::As | GroupKind::Country) {
        html.markup(" <span class=\"muted\">").text(&group_id(snapshot, group)).markup("</span>");
    }
    if let Some((word, look)) = note_of(prepared, group, sum) {
        html.markup(" <span class=\"badge ").markup(look).markup("\">").markup(word).markup("</span>");
    }
    html.markup("</th>");
}

fn count_cells(html: &mut Html, sum: &Aggregate) {
    html.markup("<td class=\"n\" data-label=\"Relays\">")
        .text(&format::count(sum.relays.total))
        .markup("</td>");
    for part in [sum.relays.exit, sum.relays.guard, sum.relays.middle] {
        optional_count(html, part);
    }
}

/// A count in a column that phones leave out, which needs no label.
fn optional_count(html: &mut Html, number: usize) {
    html.markup("<td class=\"n opt\">").text(&format::count(number)).markup("</td>");
}

fn weight_cells(html: &mut Html, sum: &Aggregate, largest: f64) {
    let share = sum.consensus_weight_fraction.total;
    html.markup("<td class=\"n m\" data-label=\"Weight, %\"><svg class=\"meter\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"fill s1\" width=\"");
    html.text(&meter(share, largest)).markup("\" height=\"8\"/></svg>").text(&format::percent(share));
    html.markup("</td><td class=\"n\" data-label=\"Exit, %\">").text(&format::percent(sum.exit_probability));
    html.markup("</td><td class=\"n\" data-label=\"Mbit/s\">")
        .text(&format::mbit(sum.observed_bandwidth.total))
        .markup("</td>");
}

fn spread_cells(html: &mut Html, kind: GroupKind, sum: &Aggregate) {
    if shows_operators(kind) {
        optional_count(html, sum.operators);
    }
    if shows_spread(kind) {
        optional_count(html, sum.countries);
        optional_count(html, sum.ases);
    }
}

/// Whether a list has a column of operators.
pub(crate) fn shows_operators(kind: GroupKind) -> bool {
    kind != GroupKind::Operator
}

/// Whether a list has columns of countries and ASes.
pub(crate) fn shows_spread(kind: GroupKind) -> bool {
    !matches!(kind, GroupKind::As | GroupKind::Country)
}

/// Whether a list says since when its groups are there; days say so by their name.
pub(crate) fn shows_since(kind: GroupKind) -> bool {
    kind != GroupKind::FirstSeen
}

/// The length of a meter of 100 for a value of a largest one.
pub(crate) fn meter(value: f64, largest: f64) -> String {
    if largest > 0.0 { format!("{:.1}", (100.0 * value / largest).clamp(0.0, 100.0)) } else { "0".into() }
}

/// A badge that tells groups of a kind apart: its word and its look.
fn note_of(prepared: &Prepared, group: Group<'_>, sum: &Aggregate) -> Option<(&'static str, &'static str)> {
    let snapshot = &prepared.snapshot;
    match group.key.kind() {
        GroupKind::Operator => match snapshot.network.operator(group.position) {
            OperatorKey::VerifiedDomain(_) => Some(("verified", "good")),
            OperatorKey::ClaimedDomain(_) => Some(("unchecked", "")),
            OperatorKey::Contact(_) => None,
        },
        GroupKind::Country => snapshot.report.country_tier(sum).map(|tier| (tier.name(), "")),
        GroupKind::As => Some((snapshot.report.as_rarity(sum).name(), "")),
        GroupKind::Version => {
            let status = snapshot.network.relay(*group.members.first()?).version_status?;
            Some((status.name(), crate::rows::status_look(status)))
        }
        GroupKind::Family | GroupKind::Platform | GroupKind::Flag | GroupKind::FirstSeen => None,
    }
}

impl GroupRows<'_> {
    fn write(&self, dest: &mut dyn Write) -> fmt::Result {
        let rows = self.prepared.group_rows(self.kind);
        for (index, position) in self.groups.iter().enumerate() {
            write!(dest, "<tr><td class=\"rank\">{}</td>", self.first_rank + index)?;
            dest.write_str(rows[position.index()].as_str())?;
            dest.write_str("</tr>")?;
        }
        Ok(())
    }
}

impl fmt::Display for GroupRows<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(formatter)
    }
}

impl askama::FastWritable for GroupRows<'_> {
    fn write_into(&self, dest: &mut dyn Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(self.write(dest)?)
    }
}

impl HtmlSafe for GroupRows<'_> {}
