//! Rows of relay tables. A relay stands in some thirty tables; its cells are made once, and a row is
//! the cells that its table shows, one after the other.

use super::Prepared;
use crate::format;
use crate::html::Html;
use crate::list::RELAY_PERIOD;
use allium_analysis::Snapshot;
use allium_analysis::metrics::uptime::Uptime;
use allium_model::{Flag, GroupKey, GroupKind, Relay, RelayPosition, printable};
use allium_views::group_name;
use askama::filters::HtmlSafe;
use rayon::prelude::*;
use std::fmt::{self, Write};

/// The cells of one relay, one after the other, and where each ends.
#[derive(Debug)]
pub(super) struct RelayCells {
    html: Html,
    name_end: usize,
    operator_end: usize,
    country_end: usize,
    as_end: usize,
}

/// Which of the columns that a page's subject may make superfluous are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) operator: bool,
    pub(crate) country: bool,
    pub(crate) asn: bool,
}

/// The rows of a table: prints `<tr>…</tr>` for each relay.
pub(crate) struct RelayRows<'a> {
    pub(crate) prepared: &'a Prepared,
    pub(crate) relays: &'a [RelayPosition],
    pub(crate) columns: Columns,
    /// Rank of the first row; none when the rows are not ranked.
    pub(crate) first_rank: Option<usize>,
}

/// Longest operator or AS name of a row, in characters.
pub(crate) const MAX_NAME: usize = 28;

/// Room for the cells of a relay; most take about 700 bytes.
const CELL_BYTES: usize = 768;

/// The cells of every relay, by position.
pub(super) fn all(prepared: &Prepared) -> Vec<RelayCells> {
    let relays = prepared.snapshot.network.relays().len() as u32;
    (0..relays).into_par_iter().with_min_len(256).map(|index| cells(prepared, RelayPosition(index))).collect()
}

fn cells(prepared: &Prepared, position: RelayPosition) -> RelayCells {
    let snapshot = &prepared.snapshot;
    let relay = snapshot.network.relay(position);
    let mut html = Html::with_capacity(CELL_BYTES);
    name_cell(&mut html, prepared, relay);
    let name_end = html.len();
    operator_cell(&mut html, prepared, position);
    let operator_end = html.len();
    country_cell(&mut html, prepared, relay);
    let country_end = html.len();
    as_cell(&mut html, prepared, relay);
    let as_end = html.len();
    last_cells(&mut html, relay, snapshot.report.uptime.relay(position, RELAY_PERIOD));
    RelayCells { html, name_end, operator_end, country_end, as_end }
}

fn name_cell(html: &mut Html, prepared: &Prepared, relay: &Relay) {
    let nickname = printable(prepared.snapshot.network.text(relay.nickname));
    let fingerprint = relay.fingerprint.to_hex();
    html.markup("<th scope=\"row\"><a href=\"").text(prepared.base_path()).markup("/relay/");
    html.text(std::str::from_utf8(&fingerprint).unwrap_or_default())
        .markup("/\"><bdi>")
        .text(&nickname)
        .markup("</bdi></a>");
    if !relay.running {
        html.markup(" <span class=\"badge poor\">offline</span>");
    }
    html.markup("</th>");
}

fn operator_cell(html: &mut Html, prepared: &Prepared, position: RelayPosition) {
    html.markup("<td class=\"opt\">");
    match prepared.snapshot.network.groups(GroupKind::Operator).of_relay(position) {
        Some(group) => {
            let name = group_name(&prepared.snapshot, group);
            html.link(
                prepared.href_at(GroupKind::Operator, group.position),
                &format::shortened(&name, MAX_NAME),
            );
        }
        None => not_known(html),
    }
    html.markup("</td>");
}

fn country_cell(html: &mut Html, prepared: &Prepared, relay: &Relay) {
    html.markup("<td data-label=\"Country\">");
    match relay.country {
        Some(code) => {
            html.link(prepared.group_href(GroupKey::Country(code)), &country_name(&prepared.snapshot, relay));
        }
        None => not_known(html),
    }
    html.markup("</td>");
}

/// The name of a relay's country, else its code.
pub(crate) fn country_name<'a>(snapshot: &'a Snapshot, relay: &Relay) -> std::borrow::Cow<'a, str> {
    let code = || relay.country.map(|code| code.to_string()).unwrap_or_default();
    snapshot.network.optional_text(relay.country_name).map_or_else(|| code().into(), printable)
}

fn as_cell(html: &mut Html, prepared: &Prepared, relay: &Relay) {
    html.markup("<td data-label=\"AS\">");
    match relay.asn {
        Some(asn) => {
            html.link(prepared.group_href(GroupKey::As(asn)), &asn.to_string());
        }
        None => not_known(html),
    }
    if let Some(name) = prepared.snapshot.network.optional_text(relay.as_name) {
        let name = format::shortened(&printable(name), MAX_NAME);
        html.markup(" <span class=\"muted\"><bdi>").text(&name).markup("</bdi></span>");
    }
    html.markup("</td>");
}

fn not_known(html: &mut Html) {
    html.markup("<span class=\"muted\">not known</span>");
}

fn last_cells(html: &mut Html, relay: &Relay, uptime: Option<&Uptime>) {
    html.markup("<td class=\"n\" data-label=\"Mbit/s\">");
    match relay.observed_bandwidth {
        Some(bandwidth) => html.text(&format::mbit(bandwidth)),
        None => html.markup("not known"),
    };
    html.markup("</td><td class=\"n\" data-label=\"Weight, %\">").text(&weight_percent(relay));
    let uptime = uptime.map_or_else(|| "-".into(), |uptime| format::uptime(uptime.ratio));
    html.markup("</td><td class=\"n\" data-label=\"Uptime, %\">").text(&uptime);
    html.markup("</td><td class=\"flags\" data-label=\"Flags\">");
    flags(html, relay);
    html.markup("</td>");
}

/// A relay's share of consensus weight in percent; of one that is not running nothing is said.
pub(crate) fn weight_percent(relay: &Relay) -> String {
    match relay.consensus_weight_fraction.filter(|_| relay.running) {
        Some(fraction) => format::percent(fraction),
        None => "-".into(),
    }
}

/// The flags that tell relays apart: not those that all running relays have.
fn flags(html: &mut Html, relay: &Relay) {
    const COMMON: [Flag; 3] = [Flag::Running, Flag::Valid, Flag::V2Dir];
    let shown = relay.flags.iter().filter(|flag| !COMMON.contains(flag));
    for (index, flag) in shown.enumerate() {
        html.markup(if index == 0 { "" } else { ", " }).text(flag.name());
    }
}

impl RelayCells {
    fn write(&self, columns: Columns, dest: &mut dyn Write) -> fmt::Result {
        let html = self.html.as_str();
        if columns == Columns::ALL {
            return dest.write_str(html);
        }
        let cells = [
            (true, 0, self.name_end),
            (columns.operator, self.name_end, self.operator_end),
            (columns.country, self.operator_end, self.country_end),
            (columns.asn, self.country_end, self.as_end),
            (true, self.as_end, html.len()),
        ];
        let mut shown = cells.into_iter().filter(|(is_shown, _, _)| *is_shown);
        shown.try_for_each(|(_, start, end)| dest.write_str(&html[start..end]))
    }
}

impl Columns {
    /// Every column.
    pub(crate) const ALL: Self = Self { operator: true, country: true, asn: true };

    /// The columns of a table on the page of a kind of group, of which all rows would say the same.
    pub(crate) fn without(kind: Option<GroupKind>) -> Self {
        Self {
            operator: kind != Some(GroupKind::Operator),
            country: kind != Some(GroupKind::Country),
            asn: kind != Some(GroupKind::As),
        }
    }
}

impl RelayRows<'_> {
    fn write(&self, dest: &mut dyn Write) -> fmt::Result {
        let cells = self.prepared.relay_cells();
        for (index, position) in self.relays.iter().enumerate() {
            dest.write_str("<tr>")?;
            if let Some(first) = self.first_rank {
                write!(dest, "<td class=\"rank\">{}</td>", first + index)?;
            }
            cells[position.index()].write(self.columns, dest)?;
            dest.write_str("</tr>")?;
        }
        Ok(())
    }
}

impl fmt::Display for RelayRows<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(formatter)
    }
}

impl askama::FastWritable for RelayRows<'_> {
    fn write_into(&self, dest: &mut dyn Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(self.write(dest)?)
    }
}

impl HtmlSafe for RelayRows<'_> {}
