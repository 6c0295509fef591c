//! A consensus as a whole, in one row.

use super::{number, rows, text};
use crate::Value;
use crate::rows::{RowHead, Rows};
use allium_analysis::diversity::{Diversity, Spread};
use allium_model::{ConsensusSummary, Flag, Region};

const COLUMNS: [RowHead; 30] = [
    text("valid_after", "Valid after"),
    text("fresh_until", "Fresh until"),
    text("valid_until", "Valid until"),
    text("flavor", "Flavour"),
    number("consensus_method", "Method"),
    number("vote_delay_seconds", "Time for votes, s"),
    number("dist_delay_seconds", "Time for signatures, s"),
    number("relays", "Relays"),
    number("unmeasured_relays", "Not measured"),
    number("total_weight", "Sum of weights"),
    text("flag_counts", "Relays by flag"),
    text("known_flags", "Known flags"),
    text("client_versions", "Versions for clients"),
    text("server_versions", "Versions for relays"),
    text("protocols", "Protocols"),
    text("params", "Parameters"),
    text("bandwidth_weights", "Bandwidth weights"),
    text("authorities", "Votes counted"),
    number("signatures_present", "Signatures"),
    number("signatures_verified", "Signatures checked"),
    number("signatures_trusted", "Signatures trusted"),
    text("shared_random_current", "Shared random"),
    text("digest_sha3_256", "SHA3-256"),
    number("bytes", "Bytes"),
    text("region_weight_ratios", "Weight by region"),
    number("region_effective_number", "Equal regions"),
    number("region_unknown_weight_ratio", "In no region"),
    number("exit_policies", "Exit policies"),
    number("exit_policy_effective_number", "Equal exit policies"),
    number("exit_policy_largest_weight_ratio", "Largest exit policy"),
];

/// Everything of a consensus but its relays, and how diverse these are. What is not known of regions and
/// policies is null.
pub fn consensus_row<'a>(consensus: &'a ConsensusSummary, diversity: &Diversity) -> Rows<'a> {
    let list = |texts: Vec<String>| Value::List(texts.into_iter().map(Into::into).collect());
    let pairs =
        |pairs: &[(String, i32)]| list(pairs.iter().map(|(key, value)| format!("{key}={value}")).collect());
    let signatures = |is_counted: fn(&allium_model::ConsensusSignature) -> bool| {
        Value::Integer(consensus.signatures.iter().filter(|one| is_counted(one)).count() as u64)
    };
    let counts = Flag::ALL.into_iter().map(|flag| format!("{flag}={}", consensus.flag_count(flag)));
    let counted = consensus.authorities.iter().filter(|authority| authority.vote_digest.is_some());
    let mut values = vec![
        Value::Time(consensus.valid_after),
        Value::Time(consensus.fresh_until),
        Value::Time(consensus.valid_until),
        Value::Text(consensus.flavor.into()),
        Value::Integer(u64::from(consensus.method)),
        Value::Integer(u64::from(consensus.vote_delay_seconds)),
        Value::Integer(u64::from(consensus.dist_delay_seconds)),
        Value::Integer(u64::from(consensus.relays)),
        Value::Integer(u64::from(consensus.unmeasured_relays)),
        Value::Integer(consensus.total_weight),
        list(counts.collect()),
        list(consensus.known_flags.clone()),
        list(consensus.client_versions.clone()),
        list(consensus.server_versions.clone()),
        list(consensus.protocols.iter().map(|(name, text)| format!("{name}: {text}")).collect()),
        pairs(&consensus.params),
        list(consensus.bandwidth_weights.iter().map(|one| format!("{}={}", one.name, one.value)).collect()),
        list(counted.map(|authority| authority.nickname.clone()).collect()),
        signatures(|_| true),
        signatures(|one| one.is_verified),
        signatures(|one| one.is_verified && one.is_trusted),
        Value::text(consensus.shared_random.current.as_ref().map(|(_, value)| value.as_str())),
        consensus.digest_hex().map_or(Value::Null, Value::display),
        Value::Integer(consensus.bytes),
    ];
    values.extend(of_regions(diversity.regions.as_ref()));
    values.extend(of_policies(diversity.exit_policies.as_ref()));
    rows(&COLUMNS, vec![values])
}

fn of_regions(regions: Option<&Spread<Region>>) -> [Value<'static>; 3] {
    let Some(regions) = regions else { return [Value::Null, Value::Null, Value::Null] };
    let share = |(region, share): &(Region, f64)| format!("{}={share:.6}", region.name()).into();
    [
        Value::List(regions.shares.iter().map(share).collect()),
        Value::number(regions.concentration.effective_number()),
        Value::Number(regions.unknown),
    ]
}

fn of_policies(policies: Option<&Spread<String>>) -> [Value<'static>; 3] {
    let Some(policies) = policies else { return [Value::Null, Value::Null, Value::Null] };
    [
        Value::Integer(policies.shares.len() as u64),
        Value::number(policies.concentration.effective_number()),
        Value::number(policies.largest().map(|(_, share)| share)),
    ]
}
