//! The columns of the one row that is the network.

use crate::column::{Align, Column};
use crate::{Value, uptime_columns};
use allium_analysis::distribution::ClassCounts;
use allium_analysis::platforms::PlatformReport;
use allium_analysis::scores::HealthClass;
use allium_analysis::statistics::Moments;
use allium_analysis::{Concentration, Snapshot};
use allium_model::{AroiState, GroupKind, Period, VersionStatus};

const fn number(
    name: &'static str,
    head: &'static str,
    value: for<'a> fn(&'a Snapshot, ()) -> Value<'a>,
) -> Column<()> {
    Column { name, head, align: Align::Right, value }
}

fn count(number: usize) -> Value<'static> {
    Value::Integer(number as u64)
}

fn spread(snapshot: &Snapshot, kind: GroupKind) -> &Concentration {
    &snapshot.report.groups(kind).concentration
}

/// The spread over the groups of a kind, when any of them has weight.
fn weighed(snapshot: &Snapshot, kind: GroupKind) -> Option<&Concentration> {
    Some(spread(snapshot, kind)).filter(|spread| spread.groups() > 0)
}

/// Eligible relays by health class; unknown without an uptime document.
fn in_class(snapshot: &Snapshot, class: HealthClass) -> Value<'static> {
    let uptimes = &snapshot.report.uptime.relay_ladders[Period::OneMonth as usize];
    let counts = ClassCounts::of(uptimes.values().iter().copied());
    if uptimes.is_empty() { Value::Null } else { count(counts.of_class(class)) }
}

/// Every value of the network, in the order of the JSON object.
pub static NETWORK_COLUMNS: &[&Column<()>] = &[
    &number("relays_published", "Data time", |s, ()| Value::Time(s.network.published())),
    &number("relays", "Running relays", |s, ()| count(s.report.totals.relays.total)),
    &number("exit_relays", "Exit relays", |s, ()| count(s.report.totals.relays.exit)),
    &number("guard_relays", "Guard relays", |s, ()| count(s.report.totals.relays.guard)),
    &number("middle_relays", "Middle relays", |s, ()| count(s.report.totals.relays.middle)),
    &number("guard_and_exit_relays", "Guard and exit", |s, ()| count(s.report.totals.guard_and_exit_relays)),
    &number("offline_relays", "Offline, listed", |s, ()| count(s.report.totals.offline_relays)),
    &number("measured_relays", "Measured relays", |s, ()| count(s.report.totals.measured_relays)),
    &number("recommended_version_relays", "On a recommended version", |s, ()| {
        count(s.report.totals.recommended_version_relays)
    }),
    &number("obsolete_version_relays", "On an obsolete version", |s, ()| {
        count(s.report.overview.version_status(VersionStatus::Obsolete))
    }),
    &number("ipv6_relays", "With IPv6", |s, ()| count(s.report.totals.ipv6_relays)),
    &number("overloaded_relays", "Overloaded in the last 72 h", |s, ()| {
        count(s.report.overview.overloaded_relays)
    }),
    &number("consensus_weight", "Consensus weight", |s, ()| Value::Integer(s.report.totals.consensus_weight)),
    &number("observed_bandwidth_bytes_per_second", "Observed bandwidth, B/s", |s, ()| {
        Value::Integer(s.report.totals.observed_bandwidth.total)
    }),
    &number("exit_observed_bandwidth_bytes_per_second", "of exits, B/s", |s, ()| {
        Value::Integer(s.report.totals.observed_bandwidth.exit)
    }),
    &number("guard_observed_bandwidth_bytes_per_second", "of guards, B/s", |s, ()| {
        Value::Integer(s.report.totals.observed_bandwidth.guard)
    }),
    &number("middle_observed_bandwidth_bytes_per_second", "of middles, B/s", |s, ()| {
        Value::Integer(s.report.totals.observed_bandwidth.middle)
    }),
    &number("advertised_bandwidth_bytes_per_second", "Advertised bandwidth, B/s", |s, ()| {
        Value::Integer(s.report.totals.advertised_bandwidth.total)
    }),
    &number("active_operators", "Operators running relays", |s, ()| count(s.report.operators.active)),
    &number("operators_with_recommendation", "With a recommendation", |s, ()| {
        count(s.report.operators.with_recommendation)
    }),
    &uptime_columns::NETWORK[0][0],
    &uptime_columns::NETWORK[0][1],
    &uptime_columns::NETWORK[0][2],
    &uptime_columns::NETWORK[1][0],
    &uptime_columns::NETWORK[1][1],
    &uptime_columns::NETWORK[1][2],
    &uptime_columns::NETWORK[2][0],
    &uptime_columns::NETWORK[2][1],
    &uptime_columns::NETWORK[2][2],
    &uptime_columns::NETWORK[3][0],
    &uptime_columns::NETWORK[3][1],
    &uptime_columns::NETWORK[3][2],
    &number("countries", "Countries", |s, ()| count(s.report.totals.countries)),
    &number("ases", "ASes", |s, ()| count(s.report.totals.ases)),
    &number("operators", "Operators", |s, ()| count(s.report.totals.operators)),
    &number("families", "Families", |s, ()| count(s.report.totals.families)),
    &number("platforms", "Operating systems", |s, ()| count(s.report.totals.platforms)),
    &number("versions", "Versions", |s, ()| count(s.report.totals.versions)),
    &number("verified_operators", "Operators with a verified domain", |s, ()| {
        count(s.report.overview.verified_operators)
    }),
    &number("verified_relays", "Relays with a verified domain", |s, ()| {
        count(s.report.overview.aroi_state(AroiState::Valid))
    }),
    &number("no_contact_relays", "Relays without contact", |s, ()| count(s.report.overview.no_contact)),
    &number("no_contact_consensus_weight_fraction", "Their share of weight", |s, ()| {
        let share = s.report.overview.no_contact_weight_fraction;
        Value::number((s.report.totals.consensus_weight_fraction.total > 0.0).then_some(share))
    }),
    &number("family_relays", "Relays in a family", |s, ()| count(s.report.overview.family_relays)),
    &number("family_id_relays", "Relays with a family id", |s, ()| count(s.report.overview.family_id_relays)),
    &number("new_relays_1_day", "First seen in the last 24 h", |s, ()| {
        count(s.report.overview.new_relays.day)
    }),
    &number("new_relays_7_days", "in the last 7 days", |s, ()| count(s.report.overview.new_relays.week)),
    &number("new_relays_30_days", "in the last 30 days", |s, ()| count(s.report.overview.new_relays.month)),
    &number("median_age_days", "Median age, days", |s, ()| Value::number(s.report.overview.median_age_days)),
    &number("country_hhi", "HHI of countries", |s, ()| {
        Value::number(weighed(s, GroupKind::Country).map(|spread| spread.hhi))
    }),
    &number("as_hhi", "HHI of ASes", |s, ()| {
        Value::number(weighed(s, GroupKind::As).map(|spread| spread.hhi))
    }),
    &number("operator_hhi", "HHI of operators", |s, ()| {
        Value::number(weighed(s, GroupKind::Operator).map(|spread| spread.hhi))
    }),
    &number("country_effective_number", "Effective number of countries", |s, ()| {
        Value::number(spread(s, GroupKind::Country).effective_number())
    }),
    &number("as_effective_number", "Effective number of ASes", |s, ()| {
        Value::number(spread(s, GroupKind::As).effective_number())
    }),
    &number("operator_effective_number", "Effective number of operators", |s, ()| {
        Value::number(spread(s, GroupKind::Operator).effective_number())
    }),
    &number("largest_country_consensus_weight_fraction", "Largest country's share", |s, ()| {
        Value::number(weighed(s, GroupKind::Country).map(|spread| spread.top_share(1)))
    }),
    &number("largest_as_consensus_weight_fraction", "Largest AS's share", |s, ()| {
        Value::number(weighed(s, GroupKind::As).map(|spread| spread.top_share(1)))
    }),
    &number("largest_operator_consensus_weight_fraction", "Largest operator's share", |s, ()| {
        Value::number(weighed(s, GroupKind::Operator).map(|spread| spread.top_share(1)))
    }),
    &number("top_10_as_consensus_weight_fraction", "Share of the ten largest ASes", |s, ()| {
        Value::number(weighed(s, GroupKind::As).map(|spread| spread.top_share(10)))
    }),
    &number("not_linux_relays", "Relays not on Linux", |s, ()| {
        count(PlatformReport::new(s).not_linux.relays)
    }),
    &number("platform_shannon_bits", "Shannon index of systems, relays", |s, ()| {
        Value::number(Some(PlatformReport::new(s).shannon.relays))
    }),
    &number("platform_shannon_weight_bits", "by consensus weight", |s, ()| {
        Value::number(Some(PlatformReport::new(s).shannon.weight))
    }),
    &number("platform_shannon_capacity_bits", "by advertised bandwidth", |s, ()| {
        Value::number(Some(PlatformReport::new(s).shannon.capacity))
    }),
    &number("excellent_relays_1_month", "Over 95 % in 1 month", |s, ()| in_class(s, HealthClass::Excellent)),
    &number("good_relays_1_month", "90 to 95 %", |s, ()| in_class(s, HealthClass::Good)),
    &number("fair_relays_1_month", "80 to under 90 %", |s, ()| in_class(s, HealthClass::Fair)),
    &number("poor_relays_1_month", "Under 80 %", |s, ()| in_class(s, HealthClass::Poor)),
    &number("uptime_median_ratio_1_month", "Median uptime, 1 month", |s, ()| {
        Value::number(s.report.uptime.relay_ladders[Period::OneMonth as usize].quantile(0.5))
    }),
    &number("uptime_skewness_1_month", "Skewness of uptime, 1 month", |s, ()| {
        let values = s.report.uptime.relay_ladders[Period::OneMonth as usize].values().iter().copied();
        Value::number(Moments::of(values).and_then(|moments| moments.skewness))
    }),
];
