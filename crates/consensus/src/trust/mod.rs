//! Which v3 identities are trusted, and when.
//!
//! Trust comes from this list alone, never from a document. The built-in list is data
//! (`authorities.txt`); a file replaces it for private networks.

mod parse;

pub use parse::ParseAuthoritiesError;

use allium_model::{Date, Fingerprint, Timestamp};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddrV6};

/// Where an authority can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthorityAddress {
    /// IPv4 address.
    pub address: Ipv4Addr,
    /// Port for directory requests.
    pub dir_port: u16,
    /// Port for the Tor protocol; `None` where the list does not say it.
    pub or_port: Option<u16>,
    /// IPv6 address and port for the Tor protocol.
    pub ipv6: Option<SocketAddrV6>,
}

/// A v3 identity with the days on which it is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedAuthority {
    /// Nickname; identities of one nickname are one authority.
    pub nickname: String,
    /// SHA-1 of the v3 identity key.
    pub identity: Fingerprint,
    /// First day of trust; `None` for ever before.
    pub from: Option<Date>,
    /// Last day of trust; `None` for ever after.
    pub until: Option<Date>,
    /// Where it is today; `None` for identities of the past.
    pub address: Option<AuthorityAddress>,
    /// Fingerprint of its relay.
    pub relay: Option<Fingerprint>,
}

impl TrustedAuthority {
    /// Whether the identity is trusted at a time.
    pub fn is_trusted_at(&self, time: Timestamp) -> bool {
        let day = time.date();
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// The list of identities that are trusted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrustedAuthorities {
    entries: Vec<TrustedAuthority>,
}

const BUILTIN: &str = include_str!("authorities.txt");

impl TrustedAuthorities {
    /// The authorities of the public Tor network since 2007.
    pub fn builtin() -> Self {
        // A test reads the list; without it nothing would be trusted, which fails on the safe side.
        Self::parse(BUILTIN).unwrap_or_default()
    }

    /// A list of given identities. Of an identity that occurs twice the first entry counts.
    pub fn new(entries: Vec<TrustedAuthority>) -> Self {
        let mut seen = BTreeSet::new();
        Self { entries: entries.into_iter().filter(|entry| seen.insert(entry.identity)).collect() }
    }

    /// Every entry, in the order of the list.
    pub fn entries(&self) -> &[TrustedAuthority] {
        &self.entries
    }

    /// The entries that are trusted at a time, in the order of the list.
    pub fn trusted_at(&self, time: Timestamp) -> impl Iterator<Item = &TrustedAuthority> {
        self.entries.iter().filter(move |entry| entry.is_trusted_at(time))
    }

    /// The entry of an identity, trusted or not.
    pub fn find(&self, identity: Fingerprint) -> Option<&TrustedAuthority> {
        self.entries.iter().find(|entry| entry.identity == identity)
    }

    /// The entry of an identity, if it is trusted at a time.
    pub fn find_at(&self, identity: Fingerprint, time: Timestamp) -> Option<&TrustedAuthority> {
        self.find(identity).filter(|entry| entry.is_trusted_at(time))
    }

    /// Authorities that are trusted at a time; identities of one nickname count once.
    pub fn count_at(&self, time: Timestamp) -> usize {
        count_nicknames(self.trusted_at(time))
    }

    /// Whether these identities are more than half of the authorities trusted at a time. Identities
    /// that are not trusted then do not count, and those of one nickname count once.
    pub fn is_majority_at(&self, identities: &[Fingerprint], time: Timestamp) -> bool {
        let signers = self.trusted_at(time).filter(|entry| identities.contains(&entry.identity));
        2 * count_nicknames(signers) > self.count_at(time)
    }
}

fn count_nicknames<'a>(entries: impl Iterator<Item = &'a TrustedAuthority>) -> usize {
    entries.map(|entry| entry.nickname.to_ascii_lowercase()).collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse::<Date>().unwrap().start()
    }

    #[track_caller]
    fn check_count(day: &str, identities: usize, authorities: usize) {
        let list = TrustedAuthorities::builtin();
        assert_eq!(list.trusted_at(at(day)).count(), identities, "{day}");
        assert_eq!(list.count_at(at(day)), authorities, "{day}");
    }

    #[test]
    fn the_built_in_list_has_the_authorities_of_each_time() {
        assert_eq!(TrustedAuthorities::builtin().entries().len(), 15);
        check_count("2016-10-01", 8, 8);
        check_count("2019-12-15", 9, 9);
        check_count("2026-03-22", 9, 9);
        check_count("2006-01-01", 0, 0);
    }

    #[test]
    fn two_identities_of_one_authority_count_once() {
        // moria1 and tor26 changed keys on days that are not known exactly.
        check_count("2022-11-29", 11, 9);
        let list = TrustedAuthorities::builtin();
        let day = at("2022-11-29");
        let twice: Vec<_> = list
            .trusted_at(day)
            .filter(|entry| ["moria1", "tor26"].contains(&entry.nickname.as_str()))
            .collect();
        assert_eq!(twice.len(), 4);
        let mut identities: Vec<_> = twice.iter().map(|entry| entry.identity).collect();
        for nickname in ["dizum", "bastet"] {
            identities.push(list.entries().iter().find(|entry| entry.nickname == nickname).unwrap().identity);
            assert!(!list.is_majority_at(&identities, day), "six identities, but four authorities of nine");
            identities.truncate(5);
        }
        identities.push(list.entries().iter().find(|entry| entry.nickname == "longclaw").unwrap().identity);
        identities.push(list.entries().iter().find(|entry| entry.nickname == "maatuska").unwrap().identity);
        assert!(list.is_majority_at(&identities, day), "five of nine");
    }

    #[test]
    fn an_identity_is_trusted_in_its_time_only() {
        let list = TrustedAuthorities::builtin();
        let old = "D586D18309DED4CD6D57C18FDB97EFA96D330566".parse().unwrap();
        assert!(list.find_at(old, at("2019-12-15")).is_some());
        assert!(list.find_at(old, at("2026-03-22")).is_none());
        assert!(list.find(old).is_some());
    }

    #[test]
    fn every_authority_of_today_can_be_reached() {
        let list = TrustedAuthorities::builtin();
        for entry in list.trusted_at(at("2026-03-22")) {
            assert!(entry.until.is_none(), "{}", entry.nickname);
            assert!(entry.address.is_some_and(|address| address.or_port.is_some()), "{}", entry.nickname);
            assert!(entry.relay.is_some(), "{}", entry.nickname);
        }
    }

    #[test]
    fn no_list_has_no_majority() {
        assert!(!TrustedAuthorities::default().is_majority_at(&[], at("2026-03-22")));
    }
}
