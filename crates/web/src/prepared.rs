//! What an edition's pages share, made once instead of once a page: the rows of tables as escaped
//! HTML, the links of groups, and the orders of lists.
//!
//! Each part is made when it is first asked for, so a server that is asked for one page pays for no
//! other. Rows hold links, so an edition is published below one base path.

mod group_rows;
mod relay_rows;

pub(crate) use group_rows::{GroupRows, meter, shows_operators, shows_since, shows_spread};
pub(crate) use relay_rows::{Columns, MAX_NAME, RelayRows, country_name, weight_percent};

use crate::Page;
use crate::html::Html;
use crate::link::Links;
use crate::list::{ListSort, sorted_groups, sorted_relays};
use allium_analysis::Snapshot;
use allium_model::{GroupKey, GroupKind, GroupPosition, RelayPosition};
use relay_rows::RelayCells;
use std::sync::{Arc, OnceLock};

const KINDS: usize = GroupKind::ALL.len();
const SORTS: usize = ListSort::ALL.len();

/// The shared parts of an edition's pages.
#[derive(Debug)]
pub(crate) struct Prepared {
    snapshot: Arc<Snapshot>,
    base_path: String,
    relay_cells: OnceLock<Vec<RelayCells>>,
    group_rows: [OnceLock<Vec<Html>>; KINDS],
    group_hrefs: [OnceLock<Vec<Option<Box<str>>>>; KINDS],
    relay_orders: [OnceLock<Vec<RelayPosition>>; SORTS],
    group_orders: [[OnceLock<Vec<GroupPosition>>; SORTS]; KINDS],
}

impl Prepared {
    /// Nothing made yet.
    pub(crate) fn new(snapshot: Arc<Snapshot>, base_path: &str) -> Self {
        Self {
            snapshot,
            base_path: base_path.to_owned(),
            relay_cells: OnceLock::new(),
            group_rows: [const { OnceLock::new() }; KINDS],
            group_hrefs: [const { OnceLock::new() }; KINDS],
            relay_orders: [const { OnceLock::new() }; SORTS],
            group_orders: [const { [const { OnceLock::new() }; SORTS] }; KINDS],
        }
    }

    /// The base path of the links.
    pub(crate) fn base_path(&self) -> &str {
        &self.base_path
    }

    /// All relays in an order.
    pub(crate) fn relay_order(&self, sort: ListSort) -> &[RelayPosition] {
        self.relay_orders[sort as usize].get_or_init(|| sorted_relays(&self.snapshot, sort))
    }

    /// All groups of a kind in an order.
    pub(crate) fn group_order(&self, kind: GroupKind, sort: ListSort) -> &[GroupPosition] {
        self.group_orders[kind as usize][sort as usize]
            .get_or_init(|| sorted_groups(&self.snapshot, kind, sort))
    }

    /// The link to a group's page; none when it has no page.
    pub(crate) fn group_href(&self, key: GroupKey) -> Option<&str> {
        let group = self.snapshot.network.group(key)?;
        self.href_at(key.kind(), group.position)
    }

    /// The link to the page of a group at a place.
    pub(crate) fn href_at(&self, kind: GroupKind, position: GroupPosition) -> Option<&str> {
        let hrefs = self.group_hrefs[kind as usize].get_or_init(|| self.group_hrefs_of(kind));
        hrefs.get(position.index())?.as_deref()
    }

    fn group_hrefs_of(&self, kind: GroupKind) -> Vec<Option<Box<str>>> {
        let links = Links { base_path: &self.base_path };
        let href = |key| Page::of_group(&self.snapshot, key, 1).map(|page| links.page(&page).into());
        self.snapshot.network.groups(kind).iter().map(|group| href(group.key)).collect()
    }

    /// The row cells of every relay, by position.
    fn relay_cells(&self) -> &[RelayCells] {
        self.relay_cells.get_or_init(|| relay_rows::all(self))
    }

    /// The row of every group of a kind but for the rank, by position.
    fn group_rows(&self, kind: GroupKind) -> &[Html] {
        self.group_rows[kind as usize].get_or_init(|| group_rows::all(self, kind))
    }
}
