//! Table rows, tiles and other parts that several pages share.

use crate::format;
use crate::link::RelayLink;
use crate::pages::Site;
use allium_analysis::Aggregate;
use allium_model::{Flag, GroupKey, GroupKind, GroupPosition, Relay, RelayPosition, printable};
use allium_views::{ListKind, group_id, group_name};
use std::borrow::Cow;
use std::fmt::Write;

/// A name with the link to its page, where it has one.
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) href: Option<String>,
}

/// One relay of a table.
pub(crate) struct RelayRow<'a> {
    pub(crate) link: RelayLink<'a>,
    pub(crate) nickname: Cow<'a, str>,
    pub(crate) running: bool,
    pub(crate) operator: Option<Named>,
    pub(crate) country: Option<Named>,
    pub(crate) asn: Option<Named>,
    pub(crate) as_name: String,
    pub(crate) observed_mbit: String,
    pub(crate) weight_percent: String,
    pub(crate) flags: String,
}

/// A table of relays. The column that all rows would share is left out.
pub(crate) struct RelayTable<'a> {
    pub(crate) label: String,
    pub(crate) rows: Vec<RelayRow<'a>>,
    pub(crate) has_operator: bool,
    pub(crate) has_country: bool,
    pub(crate) has_as: bool,
    /// Rank of the first row; none when the rows are not ranked.
    pub(crate) first_rank: Option<usize>,
}

/// Longest operator or AS name of a table row, in characters.
const MAX_NAME: usize = 28;

impl<'a> RelayTable<'a> {
    /// A table of the given relays; `of` is the group that the page is about.
    pub(crate) fn new(site: Site<'a>, label: impl Into<String>, relays: &[RelayPosition], of: Option<GroupKind>) -> Self {
        Self {
            label: label.into(),
            rows: relays.iter().map(|position| relay_row(site, *position)).collect(),
            has_operator: of != Some(GroupKind::Operator),
            has_country: of != Some(GroupKind::Country),
            has_as: of != Some(GroupKind::As),
            first_rank: None,
        }
    }
}

fn relay_row(site: Site<'_>, position: RelayPosition) -> RelayRow<'_> {
    let network = site.network();
    let relay = network.relay(position);
    RelayRow {
        link: site.links().relay(relay.fingerprint),
        nickname: printable(network.text(relay.nickname)),
        running: relay.running,
        operator: operator_of(site, position),
        country: country_of(site, relay),
        asn: relay.asn.map(|asn| Named { name: asn.to_string(), href: site.group_link(GroupKey::As(asn)) }),
        as_name: format::shortened(&network.optional_text(relay.as_name).map(printable).unwrap_or_default(), MAX_NAME),
        observed_mbit: relay.observed_bandwidth.map_or_else(|| "not known".into(), format::mbit),
        weight_percent: weight_percent(relay),
        flags: shown_flags(relay),
    }
}

/// The operator of a relay with the link to its page.
pub(crate) fn operator_of(site: Site<'_>, position: RelayPosition) -> Option<Named> {
    let group = site.network().groups(GroupKind::Operator).of_relay(position)?;
    let name = format::shortened(&group_name(site.snapshot(), group), MAX_NAME);
    Some(Named { name, href: site.group_link(group.key) })
}

/// The country of a relay with the link to its page.
pub(crate) fn country_of(site: Site<'_>, relay: &Relay) -> Option<Named> {
    let code = relay.country?;
    let name = site.network().optional_text(relay.country_name).map_or_else(|| code.to_string(), |name| printable(name).into_owned());
    Some(Named { name, href: site.group_link(GroupKey::Country(code)) })
}

/// A relay's share of consensus weight in percent; of one that is not running nothing is said.
pub(crate) fn weight_percent(relay: &Relay) -> String {
    match relay.consensus_weight_fraction.filter(|_| relay.running) {
        Some(fraction) => format::percent(fraction),
        None => "-".into(),
    }
}

/// The flags that tell relays apart: not those that all running relays have.
fn shown_flags(relay: &Relay) -> String {
    const COMMON: [Flag; 3] = [Flag::Running, Flag::Valid, Flag::V2Dir];
    let mut shown = String::new();
    for flag in relay.flags.iter().filter(|flag| !COMMON.contains(flag)) {
        let separator = if shown.is_empty() { "" } else { ", " };
        let _ = write!(shown, "{separator}{flag}");
    }
    shown
}

/// One group of a list.
pub(crate) struct GroupRow {
    pub(crate) rank: usize,
    pub(crate) href: Option<String>,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) note: Option<(&'static str, &'static str)>,
    pub(crate) relays: String,
    pub(crate) exits: String,
    pub(crate) guards: String,
    pub(crate) middles: String,
    pub(crate) weight_percent: String,
    /// Length of the meter, 0 to 100 of the largest group of the list.
    pub(crate) meter: String,
    pub(crate) exit_percent: String,
    pub(crate) observed_mbit: String,
    pub(crate) ases: usize,
    pub(crate) countries: usize,
    pub(crate) operators: String,
    pub(crate) first_seen: String,
}

/// A row for a group; `largest` is the largest weight share of the list.
pub(crate) fn group_row(site: Site<'_>, kind: GroupKind, position: GroupPosition, rank: usize, largest: f64) -> Option<GroupRow> {
    let snapshot = site.snapshot();
    let group = snapshot.network.groups(kind).get(position)?;
    let sum = &snapshot.group_report(kind, position).aggregate;
    let share = sum.consensus_weight_fraction.total;
    Some(GroupRow {
        rank,
        href: site.group_link(group.key),
        id: group_id(snapshot, group).into_owned(),
        name: format::shortened(&group_name(snapshot, group), 48),
        note: note_of(site, kind, position, sum),
        relays: format::count(sum.relays.total),
        exits: format::count(sum.relays.exit),
        guards: format::count(sum.relays.guard),
        middles: format::count(sum.relays.middle),
        weight_percent: format::percent(share),
        meter: meter(share, largest),
        exit_percent: format::percent(sum.exit_probability),
        observed_mbit: format::mbit(sum.observed_bandwidth.total),
        ases: sum.ases,
        countries: sum.countries,
        operators: format::count(sum.operators),
        first_seen: sum.first_seen.map_or_else(String::new, |time| time.date().to_string()),
    })
}

/// The length of a meter of 100 for a value of a largest one.
pub(crate) fn meter(value: f64, largest: f64) -> String {
    if largest > 0.0 { format!("{:.1}", (100.0 * value / largest).clamp(0.0, 100.0)) } else { "0".into() }
}

/// A badge that tells groups of a kind apart: its word and its look.
fn note_of(site: Site<'_>, kind: GroupKind, position: GroupPosition, sum: &Aggregate) -> Option<(&'static str, &'static str)> {
    let snapshot = site.snapshot();
    match kind {
        GroupKind::Operator => match snapshot.network.operator(position) {
            allium_model::OperatorKey::VerifiedDomain(_) => Some(("verified", "good")),
            allium_model::OperatorKey::ClaimedDomain(_) => Some(("unchecked", "")),
            allium_model::OperatorKey::Contact(_) => None,
        },
        GroupKind::Country => snapshot.report.country_tier(sum).map(|tier| (tier.name(), "")),
        GroupKind::As => Some((snapshot.report.as_rarity(sum).name(), "")),
        GroupKind::Version => {
            let group = snapshot.network.groups(kind).get(position)?;
            let status = snapshot.network.relay(*group.members.first()?).version_status?;
            Some((status.name(), status_look(status)))
        }
        GroupKind::Family | GroupKind::Platform | GroupKind::Flag | GroupKind::FirstSeen => None,
    }
}

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
    pub(crate) unit: &'static str,
    pub(crate) detail: String,
}

impl Tile {
    pub(crate) fn new(label: &'static str, value: impl Into<String>, unit: &'static str, detail: impl Into<String>) -> Self {
        Self { label, value: value.into(), unit, detail: detail.into() }
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
        let pages = crate::list::page_count(total);
        if pages == 1 {
            return None;
        }
        let first = (page - 1) * crate::list::PAGE_ROWS + 1;
        let last = total.min(page * crate::list::PAGE_ROWS);
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
