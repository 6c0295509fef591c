//! Lists of everything of a kind: their names, the orders that have a meaning, and their pages.

use allium_analysis::{Aggregate, Snapshot};
use allium_model::{GroupKind, GroupPosition, Period, Relay, RelayPosition, Timestamp};
use allium_views::ListKind;
use std::cmp::Reverse;

/// Rows of one page of a list.
pub(crate) const PAGE_ROWS: usize = 200;

/// An order of a list. Orders fall from the largest or newest, except by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListSort {
    /// Consensus weight.
    ConsensusWeight,
    /// Observed bandwidth.
    Bandwidth,
    /// Observed bandwidth of exits.
    ExitBandwidth,
    /// Observed bandwidth of guards.
    GuardBandwidth,
    /// Observed bandwidth of middles.
    MiddleBandwidth,
    /// Consensus weight of exits.
    ExitConsensusWeight,
    /// Consensus weight of guards.
    GuardConsensusWeight,
    /// Consensus weight of middles.
    MiddleConsensusWeight,
    /// Running relays.
    RelayCount,
    /// Exits.
    ExitCount,
    /// Guards.
    GuardCount,
    /// Middles.
    MiddleCount,
    /// Countries.
    UniqueCountryCount,
    /// ASes.
    UniqueAsCount,
    /// Operators.
    UniqueContactCount,
    /// Families.
    UniqueFamilyCount,
    /// Uptime: of relays over one month, of groups over six.
    Uptime,
    /// First seen, oldest first.
    FirstSeen,
    /// Name, from A.
    Name,
}

impl ListSort {
    /// Every order, the default one first.
    pub(crate) const ALL: [Self; 19] = [
        Self::ConsensusWeight,
        Self::Bandwidth,
        Self::ExitBandwidth,
        Self::GuardBandwidth,
        Self::MiddleBandwidth,
        Self::ExitConsensusWeight,
        Self::GuardConsensusWeight,
        Self::MiddleConsensusWeight,
        Self::RelayCount,
        Self::ExitCount,
        Self::GuardCount,
        Self::MiddleCount,
        Self::UniqueCountryCount,
        Self::UniqueAsCount,
        Self::UniqueContactCount,
        Self::UniqueFamilyCount,
        Self::Uptime,
        Self::FirstSeen,
        Self::Name,
    ];

    /// The order's part of the file name, as the Python Allium has it.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::ConsensusWeight => "by-consensus-weight",
            Self::Bandwidth => "by-bandwidth",
            Self::ExitBandwidth => "by-exit-bandwidth",
            Self::GuardBandwidth => "by-guard-bandwidth",
            Self::MiddleBandwidth => "by-middle-bandwidth",
            Self::ExitConsensusWeight => "by-exit-consensus-weight",
            Self::GuardConsensusWeight => "by-guard-consensus-weight",
            Self::MiddleConsensusWeight => "by-middle-consensus-weight",
            Self::RelayCount => "by-relay-count",
            Self::ExitCount => "by-exit-count",
            Self::GuardCount => "by-guard-count",
            Self::MiddleCount => "by-middle-count",
            Self::UniqueCountryCount => "by-unique-country-count",
            Self::UniqueAsCount => "by-unique-as-count",
            Self::UniqueContactCount => "by-unique-contact-count",
            Self::UniqueFamilyCount => "by-unique-family-count",
            Self::Uptime => "by-uptime",
            Self::FirstSeen => "by-first-seen",
            Self::Name => "by-name",
        }
    }

    /// The order in words: "sorted by …".
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::ConsensusWeight => "consensus weight",
            Self::Bandwidth => "observed bandwidth",
            Self::ExitBandwidth => "exit bandwidth",
            Self::GuardBandwidth => "guard bandwidth",
            Self::MiddleBandwidth => "middle bandwidth",
            Self::ExitConsensusWeight => "exit weight",
            Self::GuardConsensusWeight => "guard weight",
            Self::MiddleConsensusWeight => "middle weight",
            Self::RelayCount => "relays",
            Self::ExitCount => "exits",
            Self::GuardCount => "guards",
            Self::MiddleCount => "middles",
            Self::UniqueCountryCount => "countries",
            Self::UniqueAsCount => "ASes",
            Self::UniqueContactCount => "operators",
            Self::UniqueFamilyCount => "families",
            Self::Uptime => "uptime",
            Self::FirstSeen => "first seen",
            Self::Name => "name",
        }
    }

    /// Whether the order says something about a kind of thing.
    pub(crate) fn has_meaning(self, kind: ListKind) -> bool {
        match (self, kind) {
            (Self::ConsensusWeight | Self::Bandwidth | Self::Uptime | Self::FirstSeen | Self::Name, _) => {
                true
            }
            (_, ListKind::Relays) | (Self::UniqueCountryCount, ListKind::Groups(GroupKind::Country)) => false,
            (Self::UniqueAsCount, ListKind::Groups(kind)) => kind != GroupKind::As,
            (Self::UniqueContactCount, ListKind::Groups(kind)) => kind != GroupKind::Operator,
            (Self::UniqueFamilyCount, ListKind::Groups(kind)) => kind != GroupKind::Family,
            (_, ListKind::Groups(GroupKind::FirstSeen | GroupKind::Flag)) => self == Self::RelayCount,
            _ => true,
        }
    }

    /// The orders of a kind of list, the default one first.
    pub(crate) fn of(kind: ListKind) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |sort| sort.has_meaning(kind))
    }
}

/// The period of the uptimes in lists of relays.
pub(crate) const RELAY_PERIOD: Period = Period::OneMonth;

/// The period of the uptimes in lists of groups.
pub(crate) const GROUP_PERIOD: Period = Period::SixMonths;

/// The larger value first, what is not known last.
fn falling(left: Option<f64>, right: Option<f64>) -> std::cmp::Ordering {
    right.unwrap_or(-1.0).total_cmp(&left.unwrap_or(-1.0))
}

/// The stem of a list's file name, as the Python Allium has it.
pub(crate) const fn list_stem(kind: ListKind) -> &'static str {
    match kind {
        ListKind::Relays => "all",
        ListKind::Groups(GroupKind::Operator) => "contacts",
        ListKind::Groups(GroupKind::Family) => "families",
        ListKind::Groups(GroupKind::Country) => "countries",
        ListKind::Groups(GroupKind::As) => "networks",
        ListKind::Groups(GroupKind::Platform) => "platforms",
        ListKind::Groups(GroupKind::Version) => "versions",
        ListKind::Groups(GroupKind::Flag) => "flags",
        ListKind::Groups(GroupKind::FirstSeen) => "first-seen",
    }
}

/// The relays in an order.
pub(crate) fn sorted_relays(snapshot: &Snapshot, sort: ListSort) -> Vec<RelayPosition> {
    let network = &snapshot.network;
    let mut order = network.default_order().to_vec();
    let relay = |position: &RelayPosition| network.relay(*position);
    match sort {
        ListSort::Bandwidth => order.sort_by_key(|position| {
            let relay: &Relay = relay(position);
            (Reverse(relay.running), Reverse(relay.observed_bandwidth.unwrap_or(0)))
        }),
        ListSort::Uptime => order.sort_by(|left, right| {
            let ratio =
                |position| snapshot.report.uptime.relay(position, RELAY_PERIOD).map(|uptime| uptime.ratio);
            falling(ratio(*left), ratio(*right))
        }),
        ListSort::FirstSeen => order.sort_by_key(|position| Reverse(relay(position).first_seen)),
        ListSort::Name => {
            order.sort_by_cached_key(|position| network.text(relay(position).nickname).to_lowercase());
        }
        _ => {}
    }
    order
}

/// The groups of a kind in an order; equal ones keep the order by consensus weight.
pub(crate) fn sorted_groups(snapshot: &Snapshot, kind: GroupKind, sort: ListSort) -> Vec<GroupPosition> {
    let mut order = snapshot.report.groups(kind).order.clone();
    let sum = |position: &GroupPosition| &snapshot.group_report(kind, *position).aggregate;
    match sort {
        ListSort::Name => order.sort_by_cached_key(|position| name_of(snapshot, kind, *position)),
        ListSort::FirstSeen => order.sort_by_key(|position| first_seen_key(kind, sum(position))),
        ListSort::Uptime => order.sort_by(|left, right| {
            let mean = |position| snapshot.report.uptime.group(kind, position, GROUP_PERIOD).mean;
            falling(mean(*left), mean(*right))
        }),
        _ => order.sort_by(|left, right| measure(sum(right), sort).total_cmp(&measure(sum(left), sort))),
    }
    order
}

/// Oldest first; the list of first-seen days itself starts with the newest day.
fn first_seen_key(kind: GroupKind, sum: &Aggregate) -> i64 {
    let time = sum.first_seen.unwrap_or(Timestamp(i64::MAX)).0;
    if kind == GroupKind::FirstSeen { -time } else { time }
}

fn name_of(snapshot: &Snapshot, kind: GroupKind, position: GroupPosition) -> String {
    let group = snapshot.network.groups(kind).get(position);
    group.map(|group| allium_views::group_name(snapshot, group).to_lowercase()).unwrap_or_default()
}

fn measure(sum: &Aggregate, sort: ListSort) -> f64 {
    match sort {
        ListSort::Bandwidth => sum.observed_bandwidth.total as f64,
        ListSort::ExitBandwidth => sum.observed_bandwidth.exit as f64,
        ListSort::GuardBandwidth => sum.observed_bandwidth.guard as f64,
        ListSort::MiddleBandwidth => sum.observed_bandwidth.middle as f64,
        ListSort::ExitConsensusWeight => sum.consensus_weight_fraction.exit,
        ListSort::GuardConsensusWeight => sum.consensus_weight_fraction.guard,
        ListSort::MiddleConsensusWeight => sum.consensus_weight_fraction.middle,
        ListSort::RelayCount => sum.relays.total as f64,
        ListSort::ExitCount => sum.relays.exit as f64,
        ListSort::GuardCount => sum.relays.guard as f64,
        ListSort::MiddleCount => sum.relays.middle as f64,
        ListSort::UniqueCountryCount => sum.countries as f64,
        ListSort::UniqueAsCount => sum.ases as f64,
        ListSort::UniqueContactCount => sum.operators as f64,
        ListSort::UniqueFamilyCount => sum.families as f64,
        ListSort::ConsensusWeight | ListSort::Uptime | ListSort::FirstSeen | ListSort::Name => {
            sum.consensus_weight_fraction.total
        }
    }
}

/// Number of pages for so many rows; an empty list has one page.
pub(crate) fn page_count(rows: usize) -> usize {
    rows.div_ceil(PAGE_ROWS).max(1)
}

/// The rows of a page, from 1; none beyond the last.
pub(crate) fn page_of<T>(rows: &[T], page: usize) -> Option<&[T]> {
    if page == 0 || page > page_count(rows.len()) {
        return None;
    }
    let start = (page - 1) * PAGE_ROWS;
    Some(&rows[start..rows.len().min(start + PAGE_ROWS)])
}
