//! The entries of relays in votes and consensuses.

use super::super::Directory;
use super::super::ballot::Ballot;
use super::super::descriptor::{descriptor_digest, microdescriptor_digest, port_summary};
use super::super::round::Decision;
use super::super::sight::{Sight, bit};
use super::super::versions::relay_protocols;
use super::head::flags_line;
use crate::time::clock::Hour;
use crate::world::relay::Relay;
use allium_documents::dirspec::Flavor;
use allium_model::{Flag, Timestamp};
use data_encoding::BASE64_NOPAD;
use std::fmt::Write;

/// Publication in the flavour that does not say it.
const NEVER: &str = "2038-01-01 00:00:00";

impl Directory<'_> {
    /// An entry of a consensus.
    pub(super) fn consensus_entry(&self, hour: Hour, decision: Decision, flavor: Flavor, out: &mut String) {
        let position = decision.position as usize;
        let relay = &self.simulation.world.relays[position];
        let published = self.published(position, hour);
        match flavor {
            Flavor::Ns => self.router_line(position, &digest_and_time(relay, published), out),
            Flavor::Microdesc => self.router_line(position, NEVER, out),
        }
        if let Some(address) = relay.ipv6 {
            let _ = writeln!(out, "a [{address}]:{}", relay.port);
        }
        if flavor == Flavor::Microdesc {
            let text = self.microdescriptor(position, &self.relay_keys(position), true);
            let _ = writeln!(out, "m {}", microdescriptor_digest(&text));
        }
        *out += &flags_line("s", in_bits(decision.flags));
        self.version_lines(position, published, out);
        let unmeasured = if decision.is_measured { "" } else { " Unmeasured=1" };
        let _ = writeln!(out, "w Bandwidth={}{unmeasured}", decision.weight);
        if flavor == Flavor::Ns {
            let _ = writeln!(out, "p {}", port_summary(relay));
        }
    }

    /// An entry of a vote.
    pub(super) fn vote_entry(
        &self,
        hour: Hour,
        sight: &Sight,
        ballot: &Ballot,
        tests_ipv6: bool,
        out: &mut String,
    ) {
        let position = sight.position as usize;
        let relay = &self.simulation.world.relays[position];
        let published = self.published(position, hour);
        self.router_line(position, &digest_and_time(relay, published), out);
        let is_reached = ballot.flags & bit(Flag::Running) != 0;
        if let Some(address) = relay.ipv6.filter(|_| tests_ipv6 && is_reached) {
            let _ = writeln!(out, "a [{address}]:{}", relay.port);
        }
        *out += &flags_line("s", in_bits(ballot.flags));
        self.version_lines(position, published, out);
        let _ = write!(out, "w Bandwidth={}", sight.advertised_kilobytes_per_second);
        if let Some(measured) = ballot.measured {
            let is_authority = ballot.flags & bit(Flag::Authority) != 0;
            let name = if is_authority { "MeasuredButAuthority" } else { "Measured" };
            let _ = write!(out, " {name}={measured}");
        }
        let keys = self.relay_keys(position);
        let _ = writeln!(out, "\np {}\nid ed25519 {}", port_summary(relay), keys.ed25519);
        let (wfu, millionths) = (ballot.wfu_millionths / 1_000_000, ballot.wfu_millionths % 1_000_000);
        let _ = writeln!(
            out,
            "stats wfu={wfu}.{millionths:06} tk={} mtbf={}",
            ballot.known_seconds, ballot.mtbf_seconds
        );
        let digest = |with_ids| microdescriptor_digest(&self.microdescriptor(position, &keys, with_ids));
        if self.has_family_id(position) {
            let _ = writeln!(out, "m 32,33,34 sha256={}\nm 35 sha256={}", digest(false), digest(true));
        } else {
            let _ = writeln!(out, "m 32,33,34,35 sha256={}", digest(true));
        }
    }

    /// The `r` line; `middle` is what stands between identity and address.
    fn router_line(&self, position: usize, middle: &str, out: &mut String) {
        let relay = &self.simulation.world.relays[position];
        let identity = BASE64_NOPAD.encode(&relay.fingerprint.0);
        let dir_port = if relay.is_authority { 80 } else { 0 };
        let _ = writeln!(
            out,
            "r {} {identity} {middle} {} {} {dir_port}",
            relay.nickname, relay.ipv4, relay.port
        );
    }

    fn version_lines(&self, position: usize, published: Timestamp, out: &mut String) {
        let relay = &self.simulation.world.relays[position];
        let version = relay.software.release_at(self.simulation.clock, relay.first_seen, published).version;
        let _ = writeln!(out, "v Tor {version}\npr {}", relay_protocols(version));
    }
}

fn digest_and_time(relay: &Relay, published: Timestamp) -> String {
    format!("{} {published}", descriptor_digest(relay, published))
}

/// The flags whose bits are set, in their order.
fn in_bits(flags: u16) -> impl Iterator<Item = Flag> {
    Flag::ALL.into_iter().filter(move |flag| flags & bit(*flag) != 0)
}
