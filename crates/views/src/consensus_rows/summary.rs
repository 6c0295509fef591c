//! A consensus as a whole, in one row.

use super::{number, rows, text};
use crate::Value;
use crate::rows::{RowHead, Rows};
use allium_model::{ConsensusSummary, Flag};

const COLUMNS: [RowHead; 24] = [
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
];

/// Everything of a consensus but its relays.
pub fn consensus_row(consensus: &ConsensusSummary) -> Rows<'_> {
    let list = |texts: Vec<String>| Value::List(texts.into_iter().map(Into::into).collect());
    let pairs =
        |pairs: &[(String, i32)]| list(pairs.iter().map(|(key, value)| format!("{key}={value}")).collect());
    let signatures = |is_counted: fn(&allium_model::ConsensusSignature) -> bool| {
        Value::Integer(consensus.signatures.iter().filter(|one| is_counted(one)).count() as u64)
    };
    let counts = Flag::ALL.into_iter().map(|flag| format!("{flag}={}", consensus.flag_count(flag)));
    let counted = consensus.authorities.iter().filter(|authority| authority.vote_digest.is_some());
    let values = vec![
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
        Value::display(consensus.digest_hex()),
        Value::Integer(consensus.bytes),
    ];
    rows(&COLUMNS, vec![values])
}
