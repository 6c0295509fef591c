//! Table rows, tiles and other parts that several pages share.

use crate::format;
use crate::pages::Site;
use crate::prepared::{Columns, MAX_NAME, Prepared, RelayRows, country_name, meter};
use allium_analysis::Aggregate;
use allium_model::{GroupKey, GroupKind, GroupPosition, Relay, RelayPosition};
use allium_views::{ListKind, group_name};
use std::borrow::Cow;

/// A name with the link to its page, where it has one.
pub(crate) struct Named<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) href: Option<&'a str>,
}

/// A table of relays. The column that all rows would share is left out.
pub(crate) struct RelayTable<'a> {
    pub(crate) label: String,
    pub(crate) columns: Columns,
    /// Rank of the first row; none when the rows are not ranked.
    pub(crate) first_rank: Option<usize>,
    relays: Vec<RelayPosition>,
    prepared: &'a Prepared,
}

impl<'a> RelayTable<'a> {
    /// A table of the given relays; `of` is the group that the page is about.
    pub(crate) fn new(
        site: Site<'a>,
        label: impl Into<String>,
        relays: &[RelayPosition],
        of: Option<GroupKind>,
    ) -> Self {
        Self {
            label: label.into(),
            columns: Columns::without(of),
            first_rank: None,
            relays: relays.to_vec(),
            prepared: site.prepared(),
        }
    }

    /// The rows as HTML.
    pub(crate) fn rows(&self) -> RelayRows<'_> {
        RelayRows {
            prepared: self.prepared,
            relays: &self.relays,
            columns: self.columns,
            first_rank: self.first_rank,
        }
    }
}

/// The operator of a relay with the link to its page.
pub(crate) fn operator_of(site: Site<'_>, position: RelayPosition) -> Option<Named<'_>> {
    let group = site.network().groups(GroupKind::Operator).of_relay(position)?;
    let name = format::shortened(&group_name(site.snapshot(), group), MAX_NAME);
    Some(Named { name: name.into(), href: site.group_link(group.key) })
}

/// The country of a relay with the link to its page.
pub(crate) fn country_of<'a>(site: Site<'a>, relay: &Relay) -> Option<Named<'a>> {
    let code = relay.country?;
    Some(Named { name: country_name(site.snapshot(), relay), href: site.group_link(GroupKey::Country(code)) })
}

/// One of the first rows of a list.
pub(crate) struct TopRow<'a> {
    pub(crate) named: Named<'a>,
    pub(crate) weight_percent: String,
    /// Length of the meter, 0 to 100 of the largest group of the list.
    pub(crate) meter: String,
}

/// A short row for a group; `largest` is the largest weight share of the list.
pub(crate) fn top_row(
    site: Site<'_>,
    kind: GroupKind,
    position: GroupPosition,
    largest: f64,
) -> Option<TopRow<'_>> {
    let snapshot = site.snapshot();
    let group = snapshot.network.groups(kind).get(position)?;
    let share = snapshot.group_report(kind, position).aggregate.consensus_weight_fraction.total;
    let name = format::shortened(&group_name(snapshot, group), MAX_TOP_NAME).into();
    Some(TopRow {
        named: Named { name, href: site.group_link(group.key) },
        weight_percent: format::percent(share),
        meter: meter(share, largest),
    })
}

/// Longest name of a short row, in characters.
const MAX_TOP_NAME: usize = 36;

/// How the status of a version looks.
pub(crate) const fn status_look(status: allium_model::VersionStatus) -> &'static str {
    use allium_model::VersionStatus;
    match status {
        VersionStatus::Recommended => "good",
        VersionStatus::Experimental | VersionStatus::NewInSeries => "info",
        VersionStatus::Unrecommended => "fair",
        VersionStatus::Obsolete => "poor",
    }
}

/// A tile: label, value with unit, and one line that makes the value mean something.
pub(crate) struct Tile {
    pub(crate) label: &'static str,
    pub(crate) value: String,
    pub(crate) unit: Cow<'static, str>,
    pub(crate) detail: String,
}

impl Tile {
    pub(crate) fn new(
        label: &'static str,
        value: impl Into<String>,
        unit: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Self {
        Self { label, value: value.into(), unit: unit.into(), detail: detail.into() }
    }
}

/// Consensus weight by role, for the share bar and its legend.
pub(crate) struct RoleShares {
    /// Role, percent of the whole as a length, where it starts, and the words of the legend.
    pub(crate) parts: Vec<RoleShare>,
}

/// One role's part.
pub(crate) struct RoleShare {
    pub(crate) role: &'static str,
    pub(crate) title: &'static str,
    pub(crate) start: String,
    pub(crate) length: String,
    pub(crate) percent: String,
    pub(crate) relays: String,
}

impl RoleShares {
    /// The shares of a set of relays among themselves; none without weight.
    pub(crate) fn of(sum: &Aggregate) -> Option<Self> {
        let fraction = &sum.consensus_weight_fraction;
        let parts = [
            ("guard", "Guard", fraction.guard, sum.relays.guard),
            ("middle", "Middle", fraction.middle, sum.relays.middle),
            ("exit", "Exit", fraction.exit, sum.relays.exit),
        ];
        let mut start = 0.0;
        let mut shares = Vec::new();
        for (role, title, value, relays) in parts {
            let share = if fraction.total > 0.0 { value / fraction.total } else { 0.0 };
            shares.push(RoleShare {
                role,
                title,
                start: format!("{:.2}", start * 100.0),
                length: format!("{:.2}", share * 100.0),
                percent: format::percent(share),
                relays: format::counted(relays, "relay", "relays"),
            });
            start += share;
        }
        (fraction.total > 0.0).then_some(Self { parts: shares })
    }
}

/// The pager below a table.
pub(crate) struct Pager {
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) range: String,
}

impl Pager {
    /// The pager of a page of so many rows; none when there is only one page.
    pub(crate) fn new(total: usize, page: usize, link: impl Fn(usize) -> String) -> Option<Self> {
        Self::of_rows(crate::list::PAGE_ROWS, total, page, link)
    }

    /// The same where a page has another number of rows.
    pub(crate) fn of_rows(
        rows: usize,
        total: usize,
        page: usize,
        link: impl Fn(usize) -> String,
    ) -> Option<Self> {
        let pages = total.div_ceil(rows);
        if pages <= 1 {
            return None;
        }
        let first = (page - 1) * rows + 1;
        let last = total.min(page * rows);
        Some(Self {
            previous: (page > 1).then(|| link(page - 1)),
            next: (page < pages).then(|| link(page + 1)),
            range: format!("{} to {} of {}", format::count(first), format::count(last), format::count(total)),
        })
    }
}

/// What a list is called: in titles, and for one of its things.
pub(crate) const fn list_titles(kind: ListKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        ListKind::Relays => ("Relays", "relay", "relays"),
        ListKind::Groups(GroupKind::Operator) => ("Operators", "operator", "operators"),
        ListKind::Groups(GroupKind::Family) => ("Families", "family", "families"),
        ListKind::Groups(GroupKind::Country) => ("Countries", "country", "countries"),
        ListKind::Groups(GroupKind::As) => ("Networks (AS)", "AS", "ASes"),
        ListKind::Groups(GroupKind::Platform) => ("Platforms", "operating system", "operating systems"),
        ListKind::Groups(GroupKind::Version) => ("Versions", "Tor version", "Tor versions"),
        ListKind::Groups(GroupKind::Flag) => ("Flags", "flag", "flags"),
        ListKind::Groups(GroupKind::FirstSeen) => ("First seen", "day", "days"),
    }
}
