//! From a snapshot to the table of facts.

use super::{Facts, Figure, Ipv6, Presence, RelayFacts, usual};
use allium_analysis::Snapshot;
use allium_analysis::metrics::bandwidth::relay_traffic;
use allium_analysis::metrics::overload::is_overloaded;
use allium_analysis::metrics::stability::daily_means;
use allium_analysis::quantile;
use allium_model::{
    Fingerprint, GroupKey, GroupKind, Network, Period, Relay, RelayBandwidth, RelayPosition, RelayWeights,
    Timestamp,
};

/// Seconds of an hour, the distance of consensuses.
const HOUR_SECONDS: i64 = 3600;

/// Days of which the median of traffic is taken.
const TRAFFIC_DAYS: usize = 30;

/// Seconds of which the median of the weight is taken: 14 days.
const WEIGHT_SECONDS: i64 = 14 * 86_400;

/// Fewest values of which a norm is told.
const FEWEST_VALUES: usize = 7;

/// How old the newest day of traffic may be, in seconds: three days, as relays publish it once a day.
const TRAFFIC_AGE_SECONDS: i64 = 3 * 86_400;

/// Seconds for which a relay is remembered that a snapshot no longer holds: seven days.
pub(crate) const REMEMBERED_SECONDS: i64 = 7 * 86_400;

impl Facts {
    /// The facts of a snapshot. Relays of the table before that the snapshot does not hold are taken over
    /// as absent for seven days: a consensus does not say who is away.
    pub fn new(snapshot: &Snapshot, before: Option<&Self>) -> Self {
        let network = &snapshot.network;
        let data_time = network.published();
        let positions = (0..network.relays().len() as u32).map(RelayPosition);
        let mut relays: Vec<RelayFacts> = positions.map(|position| of_relay(snapshot, position)).collect();
        relays.extend(before.into_iter().flat_map(|before| before.missing_from(network)));
        Self::of_relays(data_time, relays)
    }

    /// The relays of this table that are not in a newer network, as absent.
    fn missing_from<'a>(&'a self, network: &'a Network) -> impl Iterator<Item = RelayFacts> + 'a {
        let oldest = network.published().plus_seconds(-REMEMBERED_SECONDS);
        let missing = self
            .relays()
            .iter()
            .filter(move |relay| relay.last_seen >= oldest && network.find(relay.fingerprint).is_none());
        missing.map(|relay| RelayFacts {
            presence: absent_since(relay.last_seen, network.published()),
            ipv6: Ipv6::NotApplicable,
            ..relay.clone()
        })
    }
}

fn of_relay(snapshot: &Snapshot, position: RelayPosition) -> RelayFacts {
    let (network, histories) = (&snapshot.network, &snapshot.histories);
    let relay = network.relay(position);
    let published = network.published();
    let keys = Keys::of(network, position);
    let weights = histories.weights_of(relay.fingerprint);
    // A relay without a descriptor at hand says nothing of itself.
    let is_described = relay.observed_bandwidth.is_some();
    RelayFacts {
        nickname: network.text(relay.nickname).into(),
        operator: keys.operator,
        family: keys.family,
        as_number: relay.asn,
        country: relay.country,
        presence: presence(relay, published),
        last_seen: relay.last_seen,
        advertised_bandwidth: relay.advertised_bandwidth,
        traffic: histories
            .bandwidth_of(relay.fingerprint)
            .map_or_else(Figure::default, |entry| traffic(entry, published)),
        weight: Figure {
            now: relay.consensus_weight,
            norm: weights.and_then(|entry| usual_weight(entry, published)),
        },
        flags: relay.flags,
        usual_flags: histories.uptime_of(relay.fingerprint).and_then(usual::of_month),
        version: network.optional_text(relay.version).map(Into::into),
        version_status: relay.version_status,
        is_overloaded: is_described.then(|| is_overloaded(network, histories, relay)),
        ipv6: ipv6(relay),
        aroi: relay.aroi,
        one_sided_family: is_described.then(|| network.family_list(relay.family.alleged).len() as u32),
        uptime_permille: uptime(snapshot, position),
        ..RelayFacts::new(relay.fingerprint)
    }
}

/// The groups of a relay that have keys of their own.
struct Keys {
    operator: Option<allium_model::OperatorId>,
    family: Option<Fingerprint>,
}

impl Keys {
    fn of(network: &Network, position: RelayPosition) -> Self {
        let key = |kind| network.groups(kind).of_relay(position).map(|group| group.key);
        let operator = match key(GroupKind::Operator) {
            Some(GroupKey::Operator(id)) => Some(id),
            _ => None,
        };
        let family = match key(GroupKind::Family) {
            Some(GroupKey::Family(id)) => Some(id),
            _ => None,
        };
        Self { operator, family }
    }
}

fn presence(relay: &Relay, published: Timestamp) -> Presence {
    match relay.running {
        true => Presence::Present,
        false if relay.hibernating == Some(true) => Presence::Hibernating,
        false => absent_since(relay.last_seen, published),
    }
}

/// Consensuses since the last one that lists it, at least one.
fn absent_since(last_seen: Timestamp, published: Timestamp) -> Presence {
    let hours = published.seconds_since(last_seen) / HOUR_SECONDS;
    Presence::Absent { hours: hours.clamp(1, i64::from(u32::MAX)) as u32 }
}

/// Mean of read and written over the newest known day, and the median of the 30 days before.
fn traffic(entry: &RelayBandwidth, published: Timestamp) -> Figure {
    let Some(traffic) = relay_traffic(entry, Period::OneMonth) else { return Figure::default() };
    let newest = traffic.served.known().last().map(|(time, _)| time);
    let is_recent = newest.is_some_and(|time| published.seconds_since(time) <= TRAFFIC_AGE_SECONDS);
    let days = daily_means(&traffic.served);
    let Some((now, past)) = days.split_last() else { return Figure::default() };
    let past = &past[past.len().saturating_sub(TRAFFIC_DAYS)..];
    Figure { now: is_recent.then_some(*now as u64), norm: median(past.to_vec()) }
}

/// The median of the weight over the last 14 days.
fn usual_weight(entry: &RelayWeights, published: Timestamp) -> Option<u64> {
    let (_, history) = entry.consensus_weight.longest(Period::OneMonth)?;
    let oldest = published.plus_seconds(-WEIGHT_SECONDS);
    let bins = (0..history.len()).filter(|bin| history.midpoint(*bin) >= oldest);
    median(bins.filter_map(|bin| history.value(bin)).collect())
}

/// The median of at least [`FEWEST_VALUES`] values, rounded down.
pub(super) fn median(mut values: Vec<f64>) -> Option<u64> {
    if values.len() < FEWEST_VALUES {
        return None;
    }
    values.sort_unstable_by(f64::total_cmp);
    quantile(&values, 0.5).map(|median| median as u64)
}

fn ipv6(relay: &Relay) -> Ipv6 {
    if !relay.running {
        return Ipv6::NotApplicable;
    }
    if relay.unreachable_or_addresses.iter().any(std::net::SocketAddr::is_ipv6) {
        return Ipv6::Unreachable;
    }
    let has_address = relay.or_addresses.iter().any(std::net::SocketAddr::is_ipv6);
    if has_address { Ipv6::Reachable } else { Ipv6::NotApplicable }
}

/// Uptime over a month and over six, in thousandths, where each rests on enough.
fn uptime(snapshot: &Snapshot, position: RelayPosition) -> Figure {
    let of = |period| {
        let uptime = snapshot.report.uptime.relay(position, period).filter(|uptime| uptime.is_eligible)?;
        Some((uptime.ratio * 1000.0).round() as u64)
    };
    Figure { now: of(Period::OneMonth), norm: of(Period::SixMonths) }
}
