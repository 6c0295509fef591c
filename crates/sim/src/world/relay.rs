//! One relay before anything happens to it.

use super::bandwidth::Bandwidth;
use super::family::Membership;
use super::software::Software;
use allium_model::{Fingerprint, Timestamp};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A relay.
#[derive(Debug)]
pub(crate) struct Relay {
    pub(crate) fingerprint: Fingerprint,
    pub(crate) nickname: Box<str>,
    /// Position of its operator.
    pub(crate) operator: u32,
    /// Position of its autonomous system.
    pub(crate) network: u32,
    pub(crate) ipv4: Ipv4Addr,
    pub(crate) ipv6: Option<Ipv6Addr>,
    pub(crate) port: u16,
    /// Address it exits from, where that is another one.
    pub(crate) exit_address: Option<Ipv4Addr>,
    pub(crate) first_seen: Timestamp,
    pub(crate) last_changed: Timestamp,
    pub(crate) software: Software,
    pub(crate) system: &'static str,
    pub(crate) bandwidth: Bandwidth,
    /// Position in the table of exit policies; none for a relay that is no exit.
    pub(crate) exit_policy: Option<u8>,
    pub(crate) exits_ipv6: bool,
    pub(crate) membership: Membership,
    pub(crate) judgement: Option<Judgement>,
    pub(crate) host_name: HostName,
    /// Whether it answers directory requests.
    pub(crate) is_directory: bool,
    pub(crate) is_authority: bool,
    /// Hours before the end at which it last said that it was overloaded.
    pub(crate) overloaded_hours_ago: Option<u32>,
    /// Mean number of days between two outages of its own.
    pub(crate) days_between_outages: f64,
}

impl Relay {
    /// The bandwidth that measuring authorities believe in at the end, in kB/s: what they measured,
    /// nothing where they did not. Of a relay of an authority it never becomes the weight.
    pub(crate) fn credible_kilobytes_per_second(&self) -> u64 {
        match self.bandwidth.measured {
            _ if self.is_authority => self.bandwidth.advertised() / 1000,
            true => self.bandwidth.weight,
            false => 0,
        }
    }
}

/// A flag by which the authorities restrict a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judgement {
    BadExit,
    MiddleOnly,
    StaleDesc,
}

/// What its address resolves to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostName {
    Verified,
    Unverified,
    Hostile(u8),
    Nothing,
}
