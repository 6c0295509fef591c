//! The columns of relays. Names are Onionoo's own where Onionoo has the field, with the unit behind
//! where a quantity has one.

use crate::column::{Align, Column};
use crate::{Value, group_id, group_name, uptime_columns};
use allium_analysis::Snapshot;
use allium_model::{FamilyListId, GroupKind, PolicySummary, Relay, RelayPosition, TextId, printable};
use std::borrow::Cow;

/// The columns that a terminal table shows when none are asked for.
pub const RELAY_DEFAULT_COLUMNS: &[&str] = &[
    "nickname",
    "fingerprint",
    "running",
    "role",
    "country",
    "as",
    "consensus_weight_fraction",
    "observed_bandwidth_bytes_per_second",
    "operator_name",
    "version",
    "first_seen",
];

const fn left(
    name: &'static str,
    head: &'static str,
    value: for<'a> fn(&'a Snapshot, RelayPosition) -> Value<'a>,
) -> Column<RelayPosition> {
    Column { name, head, align: Align::Left, value }
}

const fn right(
    name: &'static str,
    head: &'static str,
    value: for<'a> fn(&'a Snapshot, RelayPosition) -> Value<'a>,
) -> Column<RelayPosition> {
    Column { name, head, align: Align::Right, value }
}

fn relay(snapshot: &Snapshot, position: RelayPosition) -> &Relay {
    snapshot.network.relay(position)
}

fn text(snapshot: &Snapshot, id: Option<TextId>) -> Value<'_> {
    Value::text(snapshot.network.optional_text(id))
}

fn texts<'a>(snapshot: &'a Snapshot, ids: &[TextId]) -> Value<'a> {
    Value::List(ids.iter().map(|id| printable(snapshot.network.text(*id))).collect())
}

fn displayed<T: ToString>(items: &[T]) -> Value<'static> {
    Value::List(items.iter().map(|item| Cow::Owned(item.to_string())).collect())
}

fn family(snapshot: &Snapshot, list: Option<FamilyListId>) -> Value<'_> {
    displayed(snapshot.network.family_list(list))
}

fn summary(snapshot: &Snapshot, summary: Option<PolicySummary>) -> Value<'_> {
    match summary {
        None => Value::Null,
        Some(PolicySummary::Accept(ports)) => {
            Value::Text(format!("accept {}", printable(snapshot.network.text(ports))).into())
        }
        Some(PolicySummary::Reject(ports)) => {
            Value::Text(format!("reject {}", printable(snapshot.network.text(ports))).into())
        }
    }
}

fn group(
    snapshot: &Snapshot,
    position: RelayPosition,
    kind: GroupKind,
    of: for<'a> fn(&'a Snapshot, allium_model::Group<'a>) -> Cow<'a, str>,
) -> Value<'_> {
    snapshot
        .network
        .groups(kind)
        .of_relay(position)
        .map_or(Value::Null, |group| Value::Text(of(snapshot, group)))
}

fn percentile(place: Option<allium_analysis::Percentile>) -> Value<'static> {
    Value::number(place.map(|place| (place.percent * 10.0).round() / 10.0))
}

/// Every column of relays, in the order of JSON objects and CSV.
pub static RELAY_COLUMNS: &[&Column<RelayPosition>] = &[
    &left("fingerprint", "Fingerprint", |s, p| Value::display(relay(s, p).fingerprint)),
    &left("nickname", "Nickname", |s, p| text(s, Some(relay(s, p).nickname))),
    &left("running", "Running", |s, p| Value::Bool(relay(s, p).running)),
    &left("role", "Role", |s, p| Value::Text(relay(s, p).role().name().into())),
    &left("flags", "Flags", |s, p| {
        let known = relay(s, p).flags.iter().map(|flag| Cow::Borrowed(flag.name()));
        let others = relay(s, p).other_flags.iter().map(|flag| printable(s.network.text(*flag)));
        Value::List(known.chain(others).collect())
    }),
    &left("country", "Country", |s, p| relay(s, p).country.map_or(Value::Null, Value::display)),
    &left("country_name", "Country name", |s, p| text(s, relay(s, p).country_name)),
    &left("region_name", "Region", |s, p| text(s, relay(s, p).region_name)),
    &left("city_name", "City", |s, p| text(s, relay(s, p).city_name)),
    &right("latitude_degrees", "Latitude °", |s, p| {
        Value::number(relay(s, p).coordinates.map(|(latitude, _)| f64::from(latitude)))
    }),
    &right("longitude_degrees", "Longitude °", |s, p| {
        Value::number(relay(s, p).coordinates.map(|(_, longitude)| f64::from(longitude)))
    }),
    &left("as", "AS", |s, p| relay(s, p).asn.map_or(Value::Null, Value::display)),
    &left("as_name", "AS name", |s, p| text(s, relay(s, p).as_name)),
    &left("or_addresses", "OR addresses", |s, p| displayed(&relay(s, p).or_addresses)),
    &left("exit_addresses", "Exit addresses", |s, p| displayed(&relay(s, p).exit_addresses)),
    &left("dir_address", "Directory address", |s, p| {
        relay(s, p).dir_address.map_or(Value::Null, Value::display)
    }),
    &left("unreachable_or_addresses", "Unreachable addresses", |s, p| {
        displayed(&relay(s, p).unreachable_or_addresses)
    }),
    &left("verified_host_names", "Verified host names", |s, p| texts(s, &relay(s, p).verified_host_names)),
    &left("unverified_host_names", "Unverified host names", |s, p| {
        texts(s, &relay(s, p).unverified_host_names)
    }),
    &right("consensus_weight", "Weight", |s, p| Value::integer(relay(s, p).consensus_weight)),
    &right("consensus_weight_fraction", "Weight share", |s, p| {
        Value::number(relay(s, p).consensus_weight_fraction)
    }),
    &right("consensus_weight_percentile", "Weight percentile", |s, p| {
        let weight = relay(s, p).consensus_weight_fraction.filter(|_| relay(s, p).running);
        percentile(weight.and_then(|weight| s.report.weight_ladder.percentile(weight)))
    }),
    &right("guard_probability", "Guard prob.", |s, p| Value::number(relay(s, p).guard_probability)),
    &right("middle_probability", "Middle prob.", |s, p| Value::number(relay(s, p).middle_probability)),
    &right("exit_probability", "Exit prob.", |s, p| Value::number(relay(s, p).exit_probability)),
    &left("measured", "Measured", |s, p| Value::bool(relay(s, p).measured)),
    &right("observed_bandwidth_bytes_per_second", "Observed B/s", |s, p| {
        Value::integer(relay(s, p).observed_bandwidth)
    }),
    &right("advertised_bandwidth_bytes_per_second", "Advertised B/s", |s, p| {
        Value::integer(relay(s, p).advertised_bandwidth)
    }),
    &right("bandwidth_rate_bytes_per_second", "Rate B/s", |s, p| Value::integer(relay(s, p).bandwidth_rate)),
    &right("bandwidth_burst_bytes_per_second", "Burst B/s", |s, p| {
        Value::integer(relay(s, p).bandwidth_burst)
    }),
    &left("overload_general_at", "Overloaded", |s, p| Value::time(relay(s, p).overload_general)),
    &right("health_score", "Health", |s, p| Value::number(s.report.scores.relay(p).score)),
    &uptime_columns::RELAY[0][0],
    &uptime_columns::RELAY[0][1],
    &uptime_columns::RELAY[1][0],
    &uptime_columns::RELAY[1][1],
    &uptime_columns::RELAY[2][0],
    &uptime_columns::RELAY[2][1],
    &uptime_columns::RELAY[3][0],
    &uptime_columns::RELAY[3][1],
    &left("operator", "Operator", |s, p| group(s, p, GroupKind::Operator, group_id)),
    &left("operator_name", "Operator", |s, p| group(s, p, GroupKind::Operator, group_name)),
    &left("contact", "Contact", |s, p| text(s, relay(s, p).contact)),
    &left("aroi_domain", "Claimed domain", |s, p| text(s, relay(s, p).claimed_domain)),
    &left("aroi_state", "Domain proof", |s, p| Value::Text(relay(s, p).aroi.name().into())),
    &left("aroi_proof_type", "Proof type", |s, p| text(s, relay(s, p).proof_type)),
    &left("aroi_error", "Proof error", |s, p| text(s, relay(s, p).aroi_error)),
    &left("family", "Family", |s, p| group(s, p, GroupKind::Family, group_id)),
    &left("effective_family", "Effective family", |s, p| family(s, relay(s, p).family.effective)),
    &left("alleged_family", "Alleged family", |s, p| family(s, relay(s, p).family.alleged)),
    &left("indirect_family", "Indirect family", |s, p| family(s, relay(s, p).family.indirect)),
    &left("family_ids", "Family ids", |s, p| texts(s, &relay(s, p).family_ids)),
    &left("platform", "Platform", |s, p| text(s, relay(s, p).platform)),
    &left("operating_system", "System", |s, p| text(s, relay(s, p).operating_system)),
    &left("version", "Version", |s, p| text(s, relay(s, p).version)),
    &left("version_status", "Version status", |s, p| {
        Value::text(relay(s, p).version_status.map(allium_model::VersionStatus::name))
    }),
    &left("recommended_version", "Recommended", |s, p| Value::bool(relay(s, p).recommended_version)),
    &left("hibernating", "Hibernating", |s, p| Value::bool(relay(s, p).hibernating)),
    &left("first_seen", "First seen", |s, p| Value::Time(relay(s, p).first_seen)),
    &left("first_seen_reported", "First seen, reported", |s, p| Value::Time(relay(s, p).first_seen_reported)),
    &left("last_seen", "Last seen", |s, p| Value::Time(relay(s, p).last_seen)),
    &left("last_restarted", "Last restarted", |s, p| Value::time(relay(s, p).last_restarted)),
    &left("last_changed_address_or_port", "Address changed", |s, p| {
        Value::time(relay(s, p).last_changed_address_or_port)
    }),
    &left("exit_policy_summary", "Exit policy, IPv4", |s, p| summary(s, relay(s, p).exit_policy_summary)),
    &left("exit_policy_v6_summary", "Exit policy, IPv6", |s, p| {
        summary(s, relay(s, p).exit_policy_v6_summary)
    }),
    &left("exit_policy", "Exit policy", |s, p| {
        let rules = s.network.optional_text(relay(s, p).exit_policy).unwrap_or_default();
        Value::List(rules.lines().map(printable).collect())
    }),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_the_default_ones_exist() {
        let mut names: Vec<_> = RELAY_COLUMNS.iter().map(|column| column.name).collect();
        assert!(RELAY_DEFAULT_COLUMNS.iter().all(|name| names.contains(name)));
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
