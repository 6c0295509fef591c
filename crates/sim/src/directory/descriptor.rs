//! What relays publish of themselves, as far as votes and consensuses need it: times and digests of
//! server descriptors, and microdescriptors.
//!
//! Server descriptors are not written; their digests are invented.

use super::Directory;
use crate::data::policies::{EXITS, NO_EXIT};
use crate::dice::{Dice, Subject};
use crate::time::clock::Hour;
use crate::world::relay::{Judgement, Relay};
use allium_model::Timestamp;
use data_encoding::{BASE64, BASE64_NOPAD};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Seconds after which a relay publishes a new descriptor.
const RENEWED_SECONDS: i64 = 17 * 3600;
/// Age of a descriptor that should have been renewed, in seconds.
const STALE_SECONDS: i64 = 22 * 3600;
/// Seconds before a round at which authorities take what they have.
const TAKEN_SECONDS: i64 = 900;

/// The keys of a relay, which never change: its ed25519 identity and its onion key.
pub(crate) struct RelayKeys {
    /// Base64 without padding.
    pub(crate) ed25519: String,
    ntor: String,
}

impl Directory<'_> {
    /// When a relay published the descriptor that votes of an hour are made from.
    pub(crate) fn published(&self, position: usize, hour: Hour) -> Timestamp {
        let clock = self.simulation.clock;
        let (relay, life) = (&self.simulation.world.relays[position], &self.simulation.lives[position]);
        let shift = position as i64 * 4271 % RENEWED_SECONDS;
        let taken = clock.time(hour).0 - TAKEN_SECONDS;
        if relay.judgement == Some(Judgement::StaleDesc) {
            return Timestamp(taken - STALE_SECONDS - shift % 3600);
        }
        let regular = taken - (taken + shift).rem_euclid(RENEWED_SECONDS);
        let runs = life.presence.runs();
        let run = runs.partition_point(|run| run.start <= hour).checked_sub(1).map(|at| runs[at]);
        let began = run.map_or(regular, |run| clock.time(run.start).0 - TAKEN_SECONDS - shift % 1800);
        let ended = run.map_or(regular, |run| clock.time(run.end).0 - TAKEN_SECONDS);
        let last = ended - (ended + shift).rem_euclid(RENEWED_SECONDS);
        Timestamp(regular.min(last).max(began))
    }

    /// The keys of a relay.
    pub(crate) fn relay_keys(&self, position: usize) -> RelayKeys {
        let mut dice = Dice::new(self.simulation.options.seed, Subject::Descriptors, position);
        let (ed25519, ntor): ([u8; 32], [u8; 32]) = (dice.bytes(), dice.bytes());
        RelayKeys { ed25519: BASE64_NOPAD.encode(&ed25519), ntor: BASE64.encode(&ntor) }
    }

    /// The microdescriptor of a relay, with ids of families (consensus method 35) or without.
    pub(crate) fn microdescriptor(&self, position: usize, keys: &RelayKeys, with_family_ids: bool) -> String {
        let world = &self.simulation.world;
        let relay = &world.relays[position];
        let mut text = format!("onion-key\nntor-onion-key {}\n", keys.ntor);
        if let Some(id) = world.operator(relay).family_id.as_ref().filter(|_| with_family_ids) {
            let _ = writeln!(text, "family-ids {id}");
        }
        if relay.exit_policy.is_some() {
            let _ = writeln!(text, "p {}", port_summary(relay));
        }
        if relay.exits_ipv6 {
            let _ = writeln!(text, "p6 {}", port_summary(relay));
        }
        text + &format!("id ed25519 {}\n", keys.ed25519)
    }

    /// Whether the microdescriptor depends on the consensus method.
    pub(crate) fn has_family_id(&self, position: usize) -> bool {
        let world = &self.simulation.world;
        world.operator(&world.relays[position]).family_id.is_some()
    }
}

/// SHA-1 of a server descriptor, in base64.
pub(crate) fn descriptor_digest(relay: &Relay, published: Timestamp) -> String {
    let hash = Sha1::new().chain_update(relay.fingerprint.0).chain_update(published.0.to_be_bytes());
    BASE64_NOPAD.encode(&hash.finalize())
}

/// SHA-256 of a microdescriptor, in base64.
pub(crate) fn microdescriptor_digest(text: &str) -> String {
    BASE64_NOPAD.encode(&Sha256::digest(text.as_bytes()))
}

/// The ports of a relay's exit policy, as `p` lines have them.
pub(crate) fn port_summary(relay: &Relay) -> String {
    let policy = relay.exit_policy.map_or(&NO_EXIT, |position| &EXITS[usize::from(position)]);
    match policy.accepted {
        Some(ports) => format!("accept {}", ports.join(",")),
        None => format!("reject {}", policy.rejected.join(",")),
    }
}
