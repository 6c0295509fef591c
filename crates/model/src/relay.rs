//! One relay of a snapshot.

use crate::{
    AroiState, AsNumber, CountryCode, Fingerprint, Flag, FlagSet, PolicySummary, TextId, Timestamp,
    VersionStatus,
};
use std::net::{IpAddr, SocketAddr};

/// A relay's place in its [`crate::Network`], which is sorted by fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelayPosition(pub u32);

impl RelayPosition {
    /// The place as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A relay's exclusive role (house definition): a relay with Exit and without BadExit is an exit,
/// else one with Guard is a guard, else it is a middle relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Lets circuits out to the Internet.
    Exit,
    /// May be a client's entry guard.
    Guard,
    /// Neither.
    Middle,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Exit, Self::Guard, Self::Middle];

    /// The role's name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exit => "exit",
            Self::Guard => "guard",
            Self::Middle => "middle",
        }
    }
}

/// The three family lists that Onionoo gives a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FamilyLists {
    /// Relays that this one lists and that list it.
    pub effective: Option<FamilyListId>,
    /// Relays that this one lists and that do not list it.
    pub alleged: Option<FamilyListId>,
    /// Relays that are reached only through other members.
    pub indirect: Option<FamilyListId>,
}

/// A list of fingerprints, kept once for all relays that publish the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FamilyListId(pub(crate) u32);

/// A relay as one snapshot knows it. What the documents do not say is `None`, never zero.
#[derive(Debug, Clone)]
pub struct Relay {
    /// The identity fingerprint.
    pub fingerprint: Fingerprint,
    /// The nickname, 1 to 19 letters and digits in a well-formed descriptor.
    pub nickname: TextId,
    /// Addresses for onion-routing connections; the first is the primary one.
    pub or_addresses: Box<[SocketAddr]>,
    /// Addresses that exits were seen to use and that are not OR addresses.
    pub exit_addresses: Box<[IpAddr]>,
    /// Directory address.
    pub dir_address: Option<SocketAddr>,
    /// Addresses that the authorities could not reach.
    pub unreachable_or_addresses: Box<[SocketAddr]>,
    /// Host names that resolve back to the address.
    pub verified_host_names: Box<[TextId]>,
    /// Host names that do not.
    pub unverified_host_names: Box<[TextId]>,
    /// Whether the newest consensus lists it as Running.
    pub running: bool,
    /// Whether it says that it hibernates.
    pub hibernating: Option<bool>,
    /// Known flags; those of a relay that is not running are its last known ones, without Running.
    pub flags: FlagSet,
    /// Flags that [`Flag`] does not know.
    pub other_flags: Box<[TextId]>,
    /// First time in a consensus, mended where the source reset it (see `docs/methods/first-seen.md`).
    pub first_seen: Timestamp,
    /// First time in a consensus as the source gives it.
    pub first_seen_reported: Timestamp,
    /// Last time in a consensus.
    pub last_seen: Timestamp,
    /// Last change of an address or port.
    pub last_changed_address_or_port: Option<Timestamp>,
    /// Last start of the tor process.
    pub last_restarted: Option<Timestamp>,
    /// Country of the primary address.
    pub country: Option<CountryCode>,
    /// English name of the country.
    pub country_name: Option<TextId>,
    /// Region of the primary address.
    pub region_name: Option<TextId>,
    /// City of the primary address.
    pub city_name: Option<TextId>,
    /// Latitude and longitude in degrees.
    pub coordinates: Option<(f32, f32)>,
    /// AS of the primary address.
    pub asn: Option<AsNumber>,
    /// Name of the AS.
    pub as_name: Option<TextId>,
    /// Consensus weight, without unit.
    pub consensus_weight: Option<u64>,
    /// Share of the sum of consensus weights of running relays, 0 to 1.
    pub consensus_weight_fraction: Option<f64>,
    /// Probability of being chosen as guard, 0 to 1.
    pub guard_probability: Option<f64>,
    /// Probability of being chosen as middle, 0 to 1.
    pub middle_probability: Option<f64>,
    /// Probability of being chosen as exit, 0 to 1.
    pub exit_probability: Option<f64>,
    /// Configured average limit in bytes per second.
    pub bandwidth_rate: Option<u64>,
    /// Configured burst limit in bytes per second.
    pub bandwidth_burst: Option<u64>,
    /// Bandwidth that the relay says it sustained, in bytes per second.
    pub observed_bandwidth: Option<u64>,
    /// The least of rate, burst and observed bandwidth, in bytes per second.
    pub advertised_bandwidth: Option<u64>,
    /// Whether at least three authorities measured it.
    pub measured: Option<bool>,
    /// When it last said that it was overloaded.
    pub overload_general: Option<Timestamp>,
    /// Exit policy rules, one a line.
    pub exit_policy: Option<TextId>,
    /// Port summary for IPv4.
    pub exit_policy_summary: Option<PolicySummary>,
    /// Port summary for IPv6.
    pub exit_policy_v6_summary: Option<PolicySummary>,
    /// Contact text as published.
    pub contact: Option<TextId>,
    /// E-mail address found in the contact, de-obfuscated: for grouping and search, never printed.
    pub email: Option<TextId>,
    /// Platform line as published.
    pub platform: Option<TextId>,
    /// Operating system named by the platform line.
    pub operating_system: Option<TextId>,
    /// Tor version.
    pub version: Option<TextId>,
    /// What the authorities say of the version.
    pub version_status: Option<VersionStatus>,
    /// Whether the version is recommended.
    pub recommended_version: Option<bool>,
    /// Family lists by fingerprint (MyFamily).
    pub family: FamilyLists,
    /// Family ids (Happy Families).
    pub family_ids: Box<[TextId]>,
    /// Domain that the contact claims (AROI), lower case.
    pub claimed_domain: Option<TextId>,
    /// Kind of proof that the contact names, such as `uri-rsa`.
    pub proof_type: Option<TextId>,
    /// State of the claim.
    pub aroi: AroiState,
    /// Why the check did not succeed.
    pub aroi_error: Option<TextId>,
}

impl Relay {
    /// The exclusive role.
    pub fn role(&self) -> Role {
        if self.flags.contains(Flag::Exit) && !self.flags.contains(Flag::BadExit) {
            Role::Exit
        } else if self.flags.contains(Flag::Guard) {
            Role::Guard
        } else {
            Role::Middle
        }
    }

    /// Whether it is both guard and exit, which is counted beside the exclusive roles.
    pub fn is_guard_and_exit(&self) -> bool {
        self.role() == Role::Exit && self.flags.contains(Flag::Guard)
    }

    /// Share of consensus weight while running; 0 for a relay that is not running.
    pub fn running_weight_fraction(&self) -> f64 {
        if self.running { self.consensus_weight_fraction.unwrap_or(0.0) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(flags: &[Flag], role: Role) {
        let mut relay = crate::network::tests::relay("00000000000000000000000000000000000000AA");
        relay.flags = flags.iter().copied().collect();
        assert_eq!(relay.role(), role, "{flags:?}");
    }

    #[test]
    fn a_bad_exit_is_no_exit() {
        check(&[Flag::Exit], Role::Exit);
        check(&[Flag::Exit, Flag::Guard], Role::Exit);
        check(&[Flag::Exit, Flag::BadExit], Role::Middle);
        check(&[Flag::Exit, Flag::BadExit, Flag::Guard], Role::Guard);
        check(&[Flag::Guard], Role::Guard);
        check(&[], Role::Middle);
    }
}
