//! A relay's entry in a consensus or vote (dir-spec, "Router status entry").

use allium_model::{Fingerprint, FlagSet, Timestamp};
use std::net::Ipv4Addr;

/// The `w` line: bandwidths in units of 1,000 bytes per second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WeightLine {
    /// `Bandwidth=`.
    pub bandwidth: Option<u32>,
    /// `Measured=`, in votes.
    pub measured: Option<u32>,
    /// `MeasuredButAuthority=`, in votes.
    pub measured_but_authority: Option<u32>,
    /// `Unmeasured=1`, in consensuses.
    pub is_unmeasured: bool,
    /// `GuardFraction=`, 0 to 100, in documents of old methods.
    pub guard_fraction_percent: Option<u8>,
}

/// What consensuses and votes say of a relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Router<'a> {
    /// Nickname, not escaped.
    pub nickname: &'a str,
    /// The relay.
    pub fingerprint: Fingerprint,
    /// SHA-1 of its server descriptor; absent in the microdesc flavour.
    pub descriptor_digest: Option<[u8; 20]>,
    /// Publication of its descriptor; 2038-01-01 where the flavour does not say it.
    pub published: Timestamp,
    /// IPv4 address.
    pub address: Ipv4Addr,
    /// Port for the Tor protocol.
    pub or_port: u16,
    /// Port for directory requests, 0 for none.
    pub dir_port: u16,
    /// `a` lines as written: further addresses with ports.
    pub or_addresses: Vec<&'a str>,
    /// SHA-256 of its microdescriptor, in the microdesc flavour.
    pub microdescriptor_digest: Option<[u8; 32]>,
    /// Known flags of the `s` line.
    pub flags: FlagSet,
    /// Flags that nobody knows.
    pub unknown_flags: Vec<&'a str>,
    /// `v` line, such as `Tor 0.4.9.5`.
    pub version: Option<&'a str>,
    /// `pr` line.
    pub protocols: Option<&'a str>,
    /// `w` line.
    pub weight: WeightLine,
    /// `p` line, such as `accept 80,443`.
    pub exit_ports: Option<&'a str>,
}

/// What an authority has recorded of a relay (`stats`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RouterStats {
    /// Weighted fractional uptime, 0 to 1.
    pub wfu_ratio: f64,
    /// Weighted time known, in seconds.
    pub time_known_seconds: u64,
    /// Weighted mean time between failures, in seconds.
    pub mtbf_seconds: u64,
}

/// The `id ed25519` line of a vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ed25519Listing<'a> {
    /// No line.
    Missing,
    /// `none`: the relay has no such key.
    None,
    /// The key in base64.
    Key(&'a str),
}

/// An `m` line of a vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MicrodescriptorLine<'a> {
    /// Consensus methods, with commas between.
    pub methods: &'a str,
    /// The digests as written: `sha256=...`.
    pub digests: &'a str,
}

/// A relay's entry in a vote.
#[derive(Debug, Clone, PartialEq)]
pub struct VoteRouter<'a> {
    /// What consensuses say too.
    pub router: Router<'a>,
    /// Its ed25519 identity.
    pub ed25519: Ed25519Listing<'a>,
    /// What the authority has recorded of it.
    pub stats: Option<RouterStats>,
    /// Its microdescriptors by consensus method.
    pub microdescriptors: Vec<MicrodescriptorLine<'a>>,
}
