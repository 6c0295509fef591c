//! How long decisions take for 10,000 relays and 10,000 subscriptions: a table of facts, an hour in which
//! nothing is new, an hour in which an AS of 1,000 relays vanishes, and the same with the widest targets.

use allium_alert::{
    Digest, Facts, Figure, Inputs, Outcome, Presence, ReceiverId, RelayFacts, Repeat, States, Subscription,
    SubscriptionId, Target, VersionLimit, Watch, Watches, decide,
};
use allium_model::{
    AsNumber, Cause, CauseGroup, CountryCode, Fingerprint, Flag, Hit, HitRelay, Incident, IncidentId,
    IncidentKind, IncidentState, OperatorId, Role, Severity, Timestamp, VersionStatus,
};
use divan::Bencher;

const RELAYS: u32 = 10_000;
const SUBSCRIPTIONS: u64 = 10_000;
const START: i64 = 1_769_904_000;
/// The AS that vanishes: every tenth relay.
const LARGE_AS: u32 = 10;

fn main() {
    divan::main();
}

/// Spreads numbers without chance (the finaliser of MurmurHash3).
fn mix(number: u32) -> u32 {
    let number = (number ^ number >> 16).wrapping_mul(0x85eb_ca6b);
    let number = (number ^ number >> 13).wrapping_mul(0xc2b2_ae35);
    number ^ number >> 16
}

fn fingerprint(number: u32) -> Fingerprint {
    let mut bytes = [0; 20];
    for (chunk, salt) in bytes.chunks_mut(4).zip(0..) {
        let word = mix(number.wrapping_add(salt)).to_be_bytes();
        chunk.copy_from_slice(&word[..chunk.len()]);
    }
    bytes[16..].copy_from_slice(&number.to_be_bytes());
    Fingerprint(bytes)
}

fn operator(number: u32) -> OperatorId {
    OperatorId::of_domain(&format!("operator{}.example", mix(number) % 1500))
}

fn country(number: u32) -> Option<CountryCode> {
    ["DE", "US", "FR", "NL", "FI", "CH", "SE", "CA"][(mix(number) % 8) as usize].parse().ok()
}

fn relay(number: u32, is_away: bool, hour: i64) -> RelayFacts {
    let usual = [Flag::Fast, Flag::Guard, Flag::Stable].into_iter().collect();
    let odd = mix(number + 7) % 100;
    RelayFacts {
        nickname: format!("relay{number}").into(),
        operator: Some(operator(number)),
        family: Some(fingerprint(mix(number) % 1500)),
        as_number: Some(AsNumber(if number.is_multiple_of(10) { LARGE_AS } else { 100 + mix(number) % 300 })),
        country: country(number),
        presence: if is_away { Presence::Absent { hours: 2 + hour as u32 } } else { Presence::Present },
        last_seen: Timestamp(START),
        advertised_bandwidth: Some(u64::from(mix(number)) % 50_000_000),
        weight: Figure { now: Some(u64::from(mix(number)) % 20_000), norm: Some(10_000) },
        flags: if odd < 2 { [Flag::Fast].into_iter().collect() } else { usual },
        usual_flags: Some(usual),
        version_status: Some(if odd < 5 { VersionStatus::Obsolete } else { VersionStatus::Recommended }),
        is_overloaded: Some(odd > 96),
        ..RelayFacts::new(fingerprint(number))
    }
}

/// An hour of the network: 3 of 100 relays are always away, and those of the large AS from hour 1 on if asked.
fn relays(hour: i64, is_out: impl Fn(u32) -> bool) -> Vec<RelayFacts> {
    (0..RELAYS).map(|number| relay(number, mix(number + 3) % 100 < 3 || is_out(number), hour)).collect()
}

fn facts(hour: i64, is_out: impl Fn(u32) -> bool) -> Facts {
    Facts::of_relays(Timestamp(START + hour * 3600), relays(hour, is_out))
}

/// Of 1,000 subscriptions 700 watch a relay, 140 each a family or an operator, 12 an AS (every second one
/// the large one), 5 a country, 3 the network.
fn usual_target(number: u32) -> Target {
    match mix(number + 11) % 1000 {
        0..700 => Target::Relay(fingerprint(mix(number) % RELAYS)),
        700..840 => Target::Family(fingerprint(mix(number) % RELAYS)),
        840..980 => Target::Operator(operator(number)),
        980..986 => Target::As(AsNumber(LARGE_AS)),
        986..992 => Target::As(AsNumber(100 + mix(number) % 300)),
        992..997 => country(number).map_or(Target::Network, Target::Country),
        _ => Target::Network,
    }
}

fn subscriptions(target: impl Fn(u32) -> Target) -> Vec<Subscription> {
    let usual = Watches::usual();
    let more = [
        Watch::Overloaded,
        Watch::WeightBelowNorm { percent: 10 },
        Watch::Version(VersionLimit::NotRecommended),
        Watch::BandwidthBelow { bytes_per_second: 100_000 },
    ];
    let of = |id: u64| Subscription {
        id: SubscriptionId(id),
        target: target(id as u32),
        watches: Watches::new(usual.iter().copied().chain(more)),
        receiver: ReceiverId(id % 5000),
        digest: if id.is_multiple_of(4) { Digest::Daily { hour: 7 } } else { Digest::AtOnce },
        repeat: Repeat::default(),
    };
    (0..SUBSCRIPTIONS).map(of).collect()
}

fn outage() -> Incident {
    let mut relays: Vec<HitRelay> = (0..RELAYS)
        .filter(|number| number.is_multiple_of(10))
        .map(|number| HitRelay {
            fingerprint: fingerprint(number),
            role: Role::Middle,
            weight: None,
            country: None,
            returned: None,
        })
        .collect();
    relays.sort_by_key(|hit| hit.fingerprint);
    let hit = relays.len() as u32;
    let cause = Cause {
        group: CauseGroup::As(AsNumber(LARGE_AS)),
        hit_in_group: hit,
        hit,
        group_relays: hit,
        chance_log10: -300.0,
        is_containing: false,
    };
    Incident {
        id: IncidentId { from: Timestamp(START + 9 * 3600), kind: IncidentKind::GroupOutage, number: 1 },
        state: IncidentState::Ongoing,
        severity: Severity::Critical,
        confirmed: None,
        until: None,
        ending: None,
        evidence: "1000 relays vanished at once".into(),
        hit: Hit { relays, ..Hit::default() },
        causes: vec![cause],
        steps: Vec::new(),
    }
}

fn decided(
    facts: &Facts,
    subscriptions: &[Subscription],
    states: &States,
    incidents: &[Incident],
) -> Outcome {
    decide(&Inputs {
        now: facts.data_time,
        facts,
        incidents,
        subscriptions,
        states,
        silences: &[],
        maintenance: &[],
        receivers: &[],
        sent: &[],
    })
}

/// The states after some quiet hours.
fn lived(subscriptions: &[Subscription]) -> States {
    let mut states = States::default();
    for hour in 0..3 {
        let outcome = decided(&facts(hour, |_| false), subscriptions, &states, &[]);
        states.apply(outcome.counted, outcome.changes);
    }
    states
}

#[divan::bench]
fn table_of_facts(bencher: Bencher<'_, '_>) {
    bencher
        .with_inputs(|| relays(10, |_| false))
        .bench_values(|relays| Facts::of_relays(Timestamp(START), relays));
}

#[divan::bench]
fn quiet_hour(bencher: Bencher<'_, '_>) {
    let subscriptions = subscriptions(usual_target);
    let (states, facts) = (lived(&subscriptions), facts(10, |_| false));
    bencher.bench(|| decided(&facts, &subscriptions, &states, &[]));
}

#[divan::bench]
fn an_as_of_1000_relays_vanishes(bencher: Bencher<'_, '_>) {
    let subscriptions = subscriptions(usual_target);
    let (states, facts) = (lived(&subscriptions), facts(10, |number| number.is_multiple_of(10)));
    let incidents = [outage()];
    bencher.bench(|| decided(&facts, &subscriptions, &states, &incidents));
}

#[divan::bench(sample_count = 5)]
fn everybody_watches_a_country_and_an_as_vanishes(bencher: Bencher<'_, '_>) {
    let subscriptions = subscriptions(|number| country(number).map_or(Target::Network, Target::Country));
    let (states, facts) = (lived(&subscriptions), facts(10, |number| number.is_multiple_of(10)));
    let incidents = [outage()];
    bencher.bench(|| decided(&facts, &subscriptions, &states, &incidents));
}
