//! The entry of one relay.

use super::collate::Listed;
use super::head::Head;
use super::median::{most_frequent, most_frequent_sorted};
use super::tally::Tally;
use super::{BandwidthTotals, Body, compare_versions, low_median};
use allium_documents::dirspec::{Flavor, Router, Vote, VoteRouter};
use allium_model::{Flag, Timestamp};
use data_encoding::{BASE64, BASE64_NOPAD};
use std::cmp::{Ordering, Reverse};
use std::net::SocketAddrV6;

/// From this method on MiddleOnly takes other flags away.
const METHOD_OF_MIDDLE_ONLY: u32 = 32;
/// From this method on the microdesc flavour does not say when descriptors were published.
const METHOD_WITHOUT_PUBLICATION: u32 = 33;
/// The time that stands in its place: 2038-01-01 00:00:00.
const NO_PUBLICATION: Timestamp = Timestamp(2_145_916_800);
/// Measurements of a relay, and measuring authorities, that it takes.
const ENOUGH_MEASUREMENTS: usize = 3;
/// Votes with a `GuardFraction` for a guard that it takes.
const ENOUGH_GUARD_FRACTIONS: usize = 3;
/// Bandwidth that a relay without measurements has at most, in kB/s.
const DEFAULT_MAX_UNMEASURED: i32 = 20;

/// What holds for all entries of a consensus.
pub(super) struct EntryRules<'a> {
    flavor: Flavor,
    method: u32,
    tally: Tally<'a>,
    has_bad_exit: bool,
    is_capped: bool,
    max_unmeasured_kilobytes_per_second: u32,
}

/// The bandwidth of the `w` line.
struct Bandwidth {
    kilobytes_per_second: u32,
    is_measured: bool,
    /// How much of a guard counts as one (`GuardFraction`).
    guard_percent: Option<u8>,
}

impl Bandwidth {
    /// Adds it up where it counts: what of a guard is no guard yet counts as such.
    fn add_to(&self, totals: &mut BandwidthTotals, is_exit: bool, is_guard: bool) {
        let whole = u64::from(self.kilobytes_per_second);
        match self.guard_percent {
            None => totals.add(is_exit, is_guard, whole),
            Some(percent) => {
                // Rounded half up, as tor rounds.
                let guard = (whole * u64::from(percent) + 50) / 100;
                totals.add(is_exit, true, guard);
                totals.add_beside_guard(is_exit, whole - guard);
            }
        }
    }
}

impl<'a> EntryRules<'a> {
    pub(super) fn new(votes: &[&Vote<'a>], head: &Head<'a>, flavor: Flavor) -> Self {
        let measures =
            |vote: &Vote<'_>| vote.routers.iter().any(|entry| entry.router.weight.measured.is_some());
        let measuring = votes.iter().filter(|vote| measures(vote)).count();
        let max_unmeasured = head.param("maxunmeasuredbw", DEFAULT_MAX_UNMEASURED).max(1);
        Self {
            flavor,
            method: head.method,
            tally: Tally::new(votes, &head.known_flags),
            has_bad_exit: head.known_flags.contains(&Flag::BadExit.name()),
            is_capped: measuring >= ENOUGH_MEASUREMENTS,
            max_unmeasured_kilobytes_per_second: max_unmeasured as u32,
        }
    }

    /// Writes the entry of a relay and adds up its bandwidth. False when it has none.
    pub(super) fn write(
        &self,
        body: &mut Body,
        listed: &Listed<'_, 'a>,
        totals: &mut BandwidthTotals,
    ) -> bool {
        let flags = self.flags(listed);
        let has = |flag: Flag| flags.contains(&flag.name());
        if !has(Flag::Running) || !has(Flag::Valid) {
            return false;
        }
        let winner = winner(listed);
        let bandwidth = self.bandwidth(listed, has(Flag::Guard));
        if let Some(bandwidth) = &bandwidth {
            bandwidth.add_to(totals, has(Flag::Exit) && !has(Flag::BadExit), has(Flag::Guard));
        }
        let microdescriptor = microdescriptor(listed, winner, self.method);
        if self.flavor == Flavor::Microdesc && microdescriptor.is_none() {
            return false;
        }
        self.write_identity(body, listed, winner, microdescriptor);
        body.line(format_args!("s {}", flags.join(" ")));
        if let Some(version) = version(listed) {
            body.line(format_args!("v {version}"));
        }
        let protocols = listed.entries.iter().filter_map(|(_, entry)| entry.router.protocols).collect();
        if let Some(protocols) = most_frequent::<&str>(protocols) {
            body.line(format_args!("pr {protocols}"));
        }
        if let Some(Bandwidth { kilobytes_per_second, is_measured, guard_percent }) = bandwidth {
            let mark = if is_measured { "" } else { " Unmeasured=1" };
            let fraction =
                guard_percent.map(|percent| format!(" GuardFraction={percent}")).unwrap_or_default();
            body.line(format_args!("w Bandwidth={kilobytes_per_second}{mark}{fraction}"));
        }
        if let Some(ports) = exit_ports(listed, winner).filter(|_| self.flavor == Flavor::Ns) {
            body.line(format_args!("p {ports}"));
        }
        true
    }

    fn flags(&self, listed: &Listed<'_, 'a>) -> Vec<&'a str> {
        let mut flags = self.tally.flags(listed);
        if self.method >= METHOD_OF_MIDDLE_ONLY && flags.contains(&Flag::MiddleOnly.name()) {
            let lost = [Flag::Exit, Flag::V2Dir, Flag::Guard, Flag::HSDir].map(Flag::name);
            flags.retain(|flag| !lost.contains(flag));
            let bad_exit = Flag::BadExit.name();
            if self.has_bad_exit && !flags.contains(&bad_exit) {
                flags.push(bad_exit);
                flags.sort_unstable();
            }
        }
        flags
    }

    /// The low median of the measurements if there are three, else of what the relay says, capped.
    fn bandwidth(&self, listed: &Listed<'_, 'a>, is_guard: bool) -> Option<Bandwidth> {
        let weights = || listed.entries.iter().map(|(_, entry)| entry.router.weight);
        let guard_percent = if is_guard { guard_percent(listed) } else { None };
        let measured: Vec<u32> = weights().filter_map(|weight| weight.measured).collect();
        if measured.len() >= ENOUGH_MEASUREMENTS {
            let kilobytes_per_second = low_median(&measured)?;
            return Some(Bandwidth { kilobytes_per_second, is_measured: true, guard_percent });
        }
        let claimed: Vec<u32> = weights().filter_map(|weight| weight.bandwidth).collect();
        let claimed = low_median(&claimed)?;
        let cap = if self.is_capped { self.max_unmeasured_kilobytes_per_second } else { u32::MAX };
        Some(Bandwidth { kilobytes_per_second: claimed.min(cap), is_measured: false, guard_percent })
    }

    /// The `r`, `a` and `m` lines.
    fn write_identity(
        &self,
        body: &mut Body,
        listed: &Listed<'_, 'a>,
        winner: &Router<'a>,
        microdescriptor: Option<[u8; 32]>,
    ) {
        let Router { nickname, address, or_port, dir_port, .. } = winner;
        let identity = BASE64_NOPAD.encode(&winner.fingerprint.0);
        let published = match self.flavor {
            Flavor::Microdesc if self.method >= METHOD_WITHOUT_PUBLICATION => NO_PUBLICATION,
            _ => winner.published,
        };
        match self.flavor {
            Flavor::Ns => {
                let digest = BASE64_NOPAD.encode(&winner.descriptor_digest.unwrap_or_default());
                body.line(format_args!(
                    "r {nickname} {identity} {digest} {published} {address} {or_port} {dir_port}"
                ));
            }
            Flavor::Microdesc => {
                body.line(format_args!("r {nickname} {identity} {published} {address} {or_port} {dir_port}"));
            }
        }
        if let Some(address) = ipv6(listed, winner) {
            body.line(format_args!("a {address}"));
        }
        if let Some(digest) = microdescriptor.filter(|_| self.flavor == Flavor::Microdesc) {
            body.line(format_args!("m {}", BASE64_NOPAD.encode(&digest)));
        }
    }
}

/// The low median of the `GuardFraction` values if there are three; what is no percentage does not count.
fn guard_percent(listed: &Listed<'_, '_>) -> Option<u8> {
    let values = listed.entries.iter().filter_map(|(_, entry)| entry.router.weight.guard_fraction_percent);
    let values: Vec<u8> = values.filter(|percent| *percent <= 100).collect();
    if values.len() >= ENOUGH_GUARD_FRACTIONS { low_median(&values) } else { None }
}

/// Tor's order of entries of one relay; equal entries come of one descriptor.
fn order(a: &Router<'_>, b: &Router<'_>) -> Ordering {
    let key = |router: &Router<'_>| (router.descriptor_digest, Reverse(router.published));
    let ports = |router: &Router<'_>| (Reverse(router.or_port), Reverse(router.dir_port));
    key(a)
        .cmp(&key(b))
        .then_with(|| b.nickname.cmp(a.nickname))
        .then_with(|| a.address.cmp(&b.address))
        .then_with(|| ports(a).cmp(&ports(b)))
}

/// The descriptor that most votes list; of equally frequent ones the last published, and then the one
/// with the smaller digest.
fn winner<'v, 'a>(listed: &Listed<'v, 'a>) -> &'v Router<'a> {
    let mut routers: Vec<&Router<'_>> = listed.entries.iter().map(|(_, entry)| &entry.router).collect();
    routers.sort_by(|a, b| order(a, b));
    let mut best = (0, Timestamp(0), routers[0]);
    for same in routers.chunk_by(|a, b| order(a, b).is_eq()) {
        let (count, published) = (same.len(), same[0].published);
        if count > best.0 || (count == best.0 && published > best.1) {
            best = (count, published, same[0]);
        }
    }
    best.2
}

/// The entries that list the winning descriptor.
fn of_winner<'l, 'v, 'a>(
    listed: &'l Listed<'v, 'a>,
    winner: &'l Router<'a>,
) -> impl Iterator<Item = &'v VoteRouter<'a>> + use<'l, 'v, 'a> {
    let entries = listed.entries.iter().map(|(_, entry)| *entry);
    entries.filter(move |entry| order(&entry.router, winner).is_eq())
}

/// The IPv6 address that most of them give.
fn ipv6(listed: &Listed<'_, '_>, winner: &Router<'_>) -> Option<SocketAddrV6> {
    let first = |router: &Router<'_>| {
        let address = router.or_addresses.iter().find_map(|text| text.parse::<SocketAddrV6>().ok());
        address.filter(|address| !address.ip().is_unspecified() && address.port() != 0)
    };
    let key = |address: &SocketAddrV6| (*address.ip(), Reverse(address.port()));
    let mut addresses: Vec<_> = listed
        .entries
        .iter()
        .filter(|(_, entry)| order(&entry.router, winner).is_eq())
        .filter_map(|(_, entry)| first(&entry.router))
        .collect();
    addresses.sort_by_key(key);
    most_frequent_sorted(addresses, |a, b| a == b)
}

/// The digest of the microdescriptor for a method that most of them give.
fn microdescriptor<'a>(listed: &Listed<'_, 'a>, winner: &Router<'a>, method: u32) -> Option<[u8; 32]> {
    let digests = of_winner(listed, winner).filter_map(|entry| microdescriptor_of(entry, method)).collect();
    most_frequent::<[u8; 32]>(digests).filter(|digest| *digest != [0; 32])
}

fn microdescriptor_of(entry: &VoteRouter<'_>, method: u32) -> Option<[u8; 32]> {
    let name = method.to_string();
    let line =
        entry.microdescriptors.iter().find(|line| line.methods.split(',').any(|other| other == name))?;
    let digest = line.digests.split(' ').find_map(|digest| digest.strip_prefix("sha256="))?;
    let digest = digest.get(..43)?;
    BASE64.decode(format!("{digest}=").as_bytes()).ok()?.try_into().ok()
}

fn version<'a>(listed: &Listed<'_, 'a>) -> Option<&'a str> {
    let versions = listed.entries.iter().filter_map(|(_, entry)| entry.router.version);
    let mut versions: Vec<&str> = versions.filter(|version| !version.is_empty()).collect();
    versions.sort_by(|a, b| compare_versions(a, b));
    most_frequent_sorted(versions, |a, b| a == b)
}

/// The ports of the winning descriptor as most votes list them; of any descriptor, when none does.
fn exit_ports<'a>(listed: &Listed<'_, 'a>, winner: &Router<'a>) -> Option<&'a str> {
    let routers = || listed.entries.iter().map(|(_, entry)| &entry.router);
    let same = routers().filter(|router| router.descriptor_digest == winner.descriptor_digest);
    let of_winner: Vec<&str> = same.filter_map(|router| router.exit_ports).collect();
    most_frequent(of_winner)
        .or_else(|| most_frequent(routers().filter_map(|router| router.exit_ports).collect()))
}
