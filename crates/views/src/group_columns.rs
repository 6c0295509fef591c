//! The columns of groups: what tells a group of its kind, then what its relays add up to.

use crate::column::{Align, Column};
use crate::{Value, group_id, group_name, place_columns, uptime_columns};
use allium_analysis::scores::SizeClass;
use allium_analysis::{Aggregate, Snapshot};
use allium_model::{CountryTier, Group, GroupKind, GroupPosition, OperatorKey, VersionStatus};

/// A row of groups: the kind and the place in its index.
type Key = (GroupKind, GroupPosition);

const fn left(
    name: &'static str,
    head: &'static str,
    value: for<'a> fn(&'a Snapshot, Key) -> Value<'a>,
) -> Column<Key> {
    Column { name, head, align: Align::Left, value }
}

const fn right(
    name: &'static str,
    head: &'static str,
    value: for<'a> fn(&'a Snapshot, Key) -> Value<'a>,
) -> Column<Key> {
    Column { name, head, align: Align::Right, value }
}

fn sum(snapshot: &Snapshot, (kind, position): Key) -> &Aggregate {
    &snapshot.group_report(kind, position).aggregate
}

fn group(snapshot: &Snapshot, (kind, position): Key) -> Option<Group<'_>> {
    snapshot.network.groups(kind).get(position)
}

fn id(snapshot: &Snapshot, key: Key) -> Value<'_> {
    group(snapshot, key).map_or(Value::Null, |group| Value::Text(group_id(snapshot, group)))
}

fn name(snapshot: &Snapshot, key: Key) -> Value<'_> {
    group(snapshot, key).map_or(Value::Null, |group| Value::Text(group_name(snapshot, group)))
}

fn count(number: usize) -> Value<'static> {
    Value::Integer(number as u64)
}

const ID: Column<Key> = left("id", "Id", id);
const NAME: Column<Key> = left("name", "Name", name);

static OPERATOR: &[&Column<Key>] = &[
    &ID,
    &NAME,
    &left("aroi_domain", "Domain", |s, (_, position)| match s.network.operator(position) {
        OperatorKey::VerifiedDomain(domain) | OperatorKey::ClaimedDomain(domain) => {
            Value::text(Some(s.network.text(domain)))
        }
        OperatorKey::Contact(_) => Value::Null,
    }),
    &left("verified", "Verified", |s, (_, position)| {
        Value::Bool(matches!(s.network.operator(position), OperatorKey::VerifiedDomain(_)))
    }),
    &right("verified_relays", "Verified relays", |s, k| count(sum(s, k).verified_relays)),
    &right("score", "Score", |s, (_, position)| Value::number(s.report.scores.operator(position).score)),
    &left("size_class", "Size", |s, (_, position)| {
        Value::text(s.report.scores.operator(position).class.map(SizeClass::name))
    }),
    &right("best_rank", "Best rank", |s, (_, position)| {
        Value::integer(s.report.leaderboards.best_place(position).map(|place| place.rank as u64))
    }),
    &left("best_leaderboard", "Best board", |s, (_, position)| {
        Value::text(s.report.leaderboards.best_place(position).map(|place| place.category.slug()))
    }),
];

/// Columns of one kind that a terminal table leaves out unless they are asked for.
const WIDE: [&str; 4] = ["aroi_domain", "size_class", "best_rank", "best_leaderboard"];

static FAMILY: &[&Column<Key>] = &[&ID, &NAME];

static COUNTRY: &[&Column<Key>] = &[
    &left("country", "Country", id),
    &left("country_name", "Name", name),
    &left("tier", "Tier", |s, k| Value::text(s.report.country_tier(sum(s, k)).map(CountryTier::name))),
];

static AS: &[&Column<Key>] = &[
    &left("as", "AS", id),
    &left("as_name", "Name", name),
    &left("rarity", "Rarity", |s, k| Value::Text(s.report.as_rarity(sum(s, k)).name().into())),
];

static PLATFORM: &[&Column<Key>] = &[&left("operating_system", "System", id)];

static VERSION: &[&Column<Key>] = &[
    &left("version", "Version", id),
    &left("version_status", "Status", |s, k| {
        let status = group(s, k).and_then(|group| s.network.relay(group.members[0]).version_status);
        Value::text(status.map(VersionStatus::name))
    }),
];

static FLAG: &[&Column<Key>] = &[&left("flag", "Flag", id)];

static FIRST_SEEN: &[&Column<Key>] = &[&left("date", "Day", id)];

/// What every group carries, from its relays.
static COMMON: &[&Column<Key>] = &[
    &right("relays", "Relays", |s, k| count(sum(s, k).relays.total)),
    &right("exit_relays", "Exits", |s, k| count(sum(s, k).relays.exit)),
    &right("guard_relays", "Guards", |s, k| count(sum(s, k).relays.guard)),
    &right("middle_relays", "Middles", |s, k| count(sum(s, k).relays.middle)),
    &right("guard_and_exit_relays", "Guard+exit", |s, k| count(sum(s, k).guard_and_exit_relays)),
    &right("offline_relays", "Offline", |s, k| count(sum(s, k).offline_relays)),
    &right("measured_relays", "Measured", |s, k| count(sum(s, k).measured_relays)),
    &right("recommended_version_relays", "Recommended", |s, k| count(sum(s, k).recommended_version_relays)),
    &right("ipv6_relays", "IPv6", |s, k| count(sum(s, k).ipv6_relays)),
    &right("consensus_weight", "Weight", |s, k| Value::Integer(sum(s, k).consensus_weight)),
    &right("consensus_weight_fraction", "Weight share", |s, k| {
        Value::Number(sum(s, k).consensus_weight_fraction.total)
    }),
    &right("exit_consensus_weight_fraction", "Exit weight share", |s, k| {
        Value::Number(sum(s, k).consensus_weight_fraction.exit)
    }),
    &right("guard_consensus_weight_fraction", "Guard weight share", |s, k| {
        Value::Number(sum(s, k).consensus_weight_fraction.guard)
    }),
    &right("middle_consensus_weight_fraction", "Middle weight share", |s, k| {
        Value::Number(sum(s, k).consensus_weight_fraction.middle)
    }),
    &right("rank", "Rank", |s, (kind, position)| count(s.group_report(kind, position).rank)),
    &right("guard_probability", "Guard prob.", |s, k| Value::Number(sum(s, k).guard_probability)),
    &right("middle_probability", "Middle prob.", |s, k| Value::Number(sum(s, k).middle_probability)),
    &right("exit_probability", "Exit prob.", |s, k| Value::Number(sum(s, k).exit_probability)),
    &right("observed_bandwidth_bytes_per_second", "Observed B/s", |s, k| {
        Value::Integer(sum(s, k).observed_bandwidth.total)
    }),
    &right("exit_observed_bandwidth_bytes_per_second", "Exit B/s", |s, k| {
        Value::Integer(sum(s, k).observed_bandwidth.exit)
    }),
    &right("guard_observed_bandwidth_bytes_per_second", "Guard B/s", |s, k| {
        Value::Integer(sum(s, k).observed_bandwidth.guard)
    }),
    &right("middle_observed_bandwidth_bytes_per_second", "Middle B/s", |s, k| {
        Value::Integer(sum(s, k).observed_bandwidth.middle)
    }),
    &right("advertised_bandwidth_bytes_per_second", "Advertised B/s", |s, k| {
        Value::Integer(sum(s, k).advertised_bandwidth.total)
    }),
    &uptime_columns::GROUP[0][0],
    &uptime_columns::GROUP[0][1],
    &uptime_columns::GROUP[0][2],
    &uptime_columns::GROUP[1][0],
    &uptime_columns::GROUP[1][1],
    &uptime_columns::GROUP[1][2],
    &uptime_columns::GROUP[2][0],
    &uptime_columns::GROUP[2][1],
    &uptime_columns::GROUP[2][2],
    &uptime_columns::GROUP[3][0],
    &uptime_columns::GROUP[3][1],
    &uptime_columns::GROUP[3][2],
    &right("countries", "Countries", |s, k| count(sum(s, k).countries)),
    &right("ases", "ASes", |s, k| count(sum(s, k).ases)),
    &right("operators", "Operators", |s, k| count(sum(s, k).operators)),
    &right("families", "Families", |s, k| count(sum(s, k).families)),
    &right("platforms", "Systems", |s, k| count(sum(s, k).platforms)),
    &right("versions", "Versions", |s, k| count(sum(s, k).versions)),
    &left("first_seen", "First seen", |s, k| Value::time(sum(s, k).first_seen)),
];

fn own_columns(kind: GroupKind) -> &'static [&'static Column<Key>] {
    match kind {
        GroupKind::Operator => OPERATOR,
        GroupKind::Family => FAMILY,
        GroupKind::Country => COUNTRY,
        GroupKind::As => AS,
        GroupKind::Platform => PLATFORM,
        GroupKind::Version => VERSION,
        GroupKind::Flag => FLAG,
        GroupKind::FirstSeen => FIRST_SEEN,
    }
}

/// Every column of a kind of group, in the order of JSON objects and CSV.
pub fn group_columns(kind: GroupKind) -> Vec<&'static Column<Key>> {
    own_columns(kind)
        .iter()
        .copied()
        .chain(place_columns::columns(kind))
        .chain(COMMON.iter().copied())
        .collect()
}

/// The columns that a terminal table shows when none are asked for.
pub fn group_default_columns(kind: GroupKind) -> Vec<&'static str> {
    let own = own_columns(kind).iter().map(|column| column.name).filter(|name| !WIDE.contains(name));
    let common = [
        "relays",
        "exit_relays",
        "guard_relays",
        "middle_relays",
        "offline_relays",
        "consensus_weight_fraction",
        "exit_probability",
        "observed_bandwidth_bytes_per_second",
    ];
    own.chain(common).collect()
}
