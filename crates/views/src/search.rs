//! Search over a snapshot: what a person types into the one search box.
//!
//! A term is read as everything it could be (fingerprint, address, AS, country, name), the results are
//! grouped by what was found, and within a group the best come first: exact before prefix before part,
//! and then by consensus weight. E-mail addresses that operators obfuscated are found and not shown.

use crate::fold::{find_folded, holds_folded};
use crate::{group_id, group_name};
use allium_analysis::Snapshot;
use allium_model::{
    AsNumber, CountryCode, Date, Fingerprint, Group, GroupKey, GroupKind, RelayPosition, TextId, printable,
};
use ipnet::IpNet;
use std::net::IpAddr;

/// A search text, read as everything it could be.
#[derive(Debug, Clone)]
pub(crate) struct SearchTerm {
    lower: String,
    fingerprint_prefix: Option<String>,
    addresses: Option<IpNet>,
    asn: Option<AsNumber>,
    date: Option<Date>,
}

/// Shortest part of a fingerprint that is searched for, in hex digits.
const MIN_FINGERPRINT_DIGITS: usize = 4;

impl SearchTerm {
    /// Reads a text. Any text is a term.
    pub(crate) fn parse(text: &str) -> Self {
        let text = text.trim();
        let compact: String =
            text.trim_start_matches('$').chars().filter(|character| !character.is_whitespace()).collect();
        let is_hex = (MIN_FINGERPRINT_DIGITS..=40).contains(&compact.len())
            && compact.bytes().all(|byte| byte.is_ascii_hexdigit());
        Self {
            lower: text.to_lowercase(),
            fingerprint_prefix: is_hex.then(|| compact.to_ascii_uppercase()),
            addresses: parse_addresses(text),
            asn: text.parse().ok(),
            date: text.parse().ok(),
        }
    }

    /// The Tor version that the text is, when some relay runs it. A version such as `0.4.9.5` could be
    /// read as an address too, and never is meant as one.
    fn version(&self, snapshot: &Snapshot) -> Option<TextId> {
        let text = snapshot.network.find_text(&self.lower)?;
        snapshot.network.group(GroupKey::Version(text)).map(|_| text)
    }

    /// The relay of which the text is the whole fingerprint.
    fn relay(&self, snapshot: &Snapshot) -> Option<RelayPosition> {
        snapshot.network.find(self.fingerprint_prefix.as_ref()?.parse::<Fingerprint>().ok()?)
    }

    /// How well a relay fits; none when it does not. Smaller is better.
    fn relay_fit(&self, snapshot: &Snapshot, position: RelayPosition, contacts: &ContactHits) -> Option<Fit> {
        let network = &snapshot.network;
        let relay = network.relay(position);
        if let Some(prefix) = &self.fingerprint_prefix {
            let hex = relay.fingerprint.to_hex();
            if hex.starts_with(prefix.as_bytes()) {
                return Some(if prefix.len() == 40 { Fit::Exact } else { Fit::Prefix });
            }
        }
        if let Some(addresses) = self.addresses.filter(|_| self.version(snapshot).is_none()) {
            let of_relay = relay
                .or_addresses
                .iter()
                .map(std::net::SocketAddr::ip)
                .chain(relay.exit_addresses.iter().copied());
            return of_relay.into_iter().any(|address| addresses.contains(&address)).then_some(Fit::Exact);
        }
        let by_name = fit(network.text(relay.nickname), &self.lower);
        let by_contact = || {
            let holds = |text: Option<TextId>| text.is_some_and(|text| contacts.holds(text));
            (holds(relay.contact) || holds(relay.email)).then_some(Fit::Contact)
        };
        let by_host = || {
            let names = relay.verified_host_names.iter().chain(&relay.unverified_host_names);
            let holds = |name: &TextId| holds_folded(network.text(*name), &self.lower);
            (self.lower.contains('.') && names.into_iter().any(holds)).then_some(Fit::Part)
        };
        by_name.or_else(by_host).or_else(by_contact)
    }

    /// Whether a relay fits at all.
    pub(crate) fn matches(
        &self,
        snapshot: &Snapshot,
        position: RelayPosition,
        contacts: &ContactHits,
    ) -> bool {
        let relay = snapshot.network.relay(position);
        let country = is_country(&self.lower, relay.country);
        let version = || relay.version.is_some() && relay.version == self.version(snapshot);
        self.relay_fit(snapshot, position, contacts).is_some()
            || (self.asn.is_some() && relay.asn == self.asn)
            || country
            || version()
    }
}

/// The contacts and addresses in which a term stands. Relays share them, so each is looked through once.
#[derive(Debug, Default)]
pub(crate) struct ContactHits(Vec<TextId>);

impl ContactHits {
    /// Looks through the contacts of a network; terms of one or two characters are looked for in none.
    pub(crate) fn of(snapshot: &Snapshot, term: &SearchTerm) -> Self {
        if term.lower.len() <= 2 {
            return Self::default();
        }
        let network = &snapshot.network;
        let mut texts: Vec<TextId> =
            network.relays().iter().flat_map(|relay| relay.contact.into_iter().chain(relay.email)).collect();
        texts.sort_unstable();
        texts.dedup();
        texts.retain(|text| holds_folded(network.text(*text), &term.lower));
        Self(texts)
    }

    fn holds(&self, text: TextId) -> bool {
        self.0.binary_search(&text).is_ok()
    }
}

/// Whether a text is the code of a country.
fn is_country(lower: &str, code: Option<CountryCode>) -> bool {
    lower.len() == 2 && code.is_some_and(|code| code.as_str().eq_ignore_ascii_case(lower))
}

/// An address, an address in brackets, or a CIDR block.
fn parse_addresses(text: &str) -> Option<IpNet> {
    let text = text.trim_start_matches('[').trim_end_matches(']');
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// How well something fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Exact,
    Prefix,
    Part,
    Contact,
}

fn fit(text: &str, lower: &str) -> Option<Fit> {
    if lower.is_empty() {
        return None;
    }
    match find_folded(text, lower)? {
        0 if text.chars().count() == lower.chars().count() => Some(Fit::Exact),
        0 => Some(Fit::Prefix),
        _ => Some(Fit::Part),
    }
}

/// Something found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchHit {
    /// A relay.
    Relay(RelayPosition),
    /// A group.
    Group(GroupKind, allium_model::GroupPosition),
}

/// What was found, grouped, each group best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchResults {
    /// Relays.
    pub relays: Vec<SearchHit>,
    /// Relays found in all, also beyond those listed.
    pub relays_total: usize,
    /// Groups found, by kind.
    pub groups: Vec<(GroupKind, Vec<SearchHit>, usize)>,
    /// The relay of which the text is the whole fingerprint.
    pub by_fingerprint: Option<RelayPosition>,
}

impl SearchResults {
    /// The one thing to show at once: the relay of a whole fingerprint, whatever else was found, or
    /// else what was found, when it is the only thing.
    pub fn only_hit(&self) -> Option<SearchHit> {
        if let Some(relay) = self.by_fingerprint {
            return Some(SearchHit::Relay(relay));
        }
        match (self.relays.as_slice(), self.groups.as_slice()) {
            ([hit], []) => Some(*hit),
            ([], [(_, hits, 1)]) => hits.first().copied(),
            _ => None,
        }
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.relays.is_empty() && self.groups.is_empty()
    }
}

/// Searches a snapshot, listing at most `limit` things of each kind.
pub fn search(snapshot: &Snapshot, text: &str, limit: usize) -> SearchResults {
    let term = SearchTerm::parse(&printable(text));
    if term.lower.is_empty() {
        return SearchResults::default();
    }
    let contacts = ContactHits::of(snapshot, &term);
    let order = snapshot.network.default_order().iter();
    let mut relays: Vec<_> = order
        .filter_map(|position| Some((term.relay_fit(snapshot, *position, &contacts)?, *position)))
        .collect();
    relays.sort_by_key(|(fit, _)| *fit);
    let mut results = SearchResults {
        relays_total: relays.len(),
        by_fingerprint: term.relay(snapshot),
        ..SearchResults::default()
    };
    results.relays = relays.into_iter().take(limit).map(|(_, position)| SearchHit::Relay(position)).collect();
    for kind in GroupKind::ALL {
        let hits = search_groups(snapshot, kind, &term);
        if !hits.is_empty() {
            let total = hits.len();
            results.groups.push((kind, hits.into_iter().take(limit).collect(), total));
        }
    }
    results
}

fn search_groups(snapshot: &Snapshot, kind: GroupKind, term: &SearchTerm) -> Vec<SearchHit> {
    let index = snapshot.network.groups(kind);
    let order = &snapshot.report.groups(kind).order;
    let mut found: Vec<_> = order
        .iter()
        .filter_map(|position| Some((group_fit(snapshot, index.get(*position)?, term)?, *position)))
        .collect();
    found.sort_by_key(|(fit, _)| *fit);
    found.into_iter().map(|(_, position)| SearchHit::Group(kind, position)).collect()
}

fn group_fit(snapshot: &Snapshot, group: Group<'_>, term: &SearchTerm) -> Option<Fit> {
    // Made only where it is compared: there are thousands of days and families.
    let id = || group_id(snapshot, group);
    match group.key {
        GroupKey::As(number) => match term.asn {
            Some(asn) => (number == asn).then_some(Fit::Exact),
            None => fit(&group_name(snapshot, group), &term.lower),
        },
        GroupKey::Country(_) if term.lower.len() == 2 => {
            fit(&id(), &term.lower).filter(|fit| *fit == Fit::Exact)
        }
        GroupKey::Country(_) | GroupKey::Operator(_) => {
            fit(&group_name(snapshot, group), &term.lower).or_else(|| exact(&id(), term))
        }
        GroupKey::Family(_) => {
            let smallest = term.fingerprint_prefix.as_ref()?;
            id().starts_with(smallest.as_str()).then_some(Fit::Prefix)
        }
        GroupKey::Platform(_) | GroupKey::Version(_) | GroupKey::Flag(_) => {
            fit(&id(), &term.lower).filter(|fit| *fit < Fit::Part)
        }
        GroupKey::FirstSeen(date) => (term.date == Some(date)).then_some(Fit::Exact),
    }
}

fn exact(id: &str, term: &SearchTerm) -> Option<Fit> {
    id.eq_ignore_ascii_case(&term.lower).then_some(Fit::Exact)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_all_it_could_be() {
        let spaced = SearchTerm::parse("$000A 10D4 3011");
        assert_eq!(spaced.fingerprint_prefix.as_deref(), Some("000A10D43011"));
        assert_eq!(SearchTerm::parse("AS24940").asn, Some(AsNumber(24940)));
        assert_eq!(SearchTerm::parse("192.0.2.0/24").addresses.unwrap().to_string(), "192.0.2.0/24");
        assert_eq!(SearchTerm::parse("[2001:db8::1]").addresses.unwrap().to_string(), "2001:db8::1/128");
        assert_eq!(SearchTerm::parse("abc").fingerprint_prefix, None);
    }

    #[test]
    fn exact_comes_before_prefix_before_part() {
        assert!(
            fit("Relay", "relay") < fit("Relay2", "relay")
                && fit("Relay2", "relay") < fit("MyRelay", "relay")
        );
        assert_eq!(fit("x", ""), None);
    }

    const FINGERPRINT: &str = "00000000000000000000000000000000000000AA";

    /// Two relays of one family, the first on the address that looks like the second's version.
    fn snapshot() -> Snapshot {
        let relay = |fingerprint: &str, address: &str, version: &str| {
            format!(
                "{{\"fingerprint\":\"{fingerprint}\",\"running\":true,\"first_seen\":\"2020-01-01 00:00:00\",\
                 \"last_seen\":\"2026-02-22 13:00:00\",\"or_addresses\":[\"{address}:9001\"],\
                 \"version\":\"{version}\",\"family_ids\":[\"ed25519:x\"],\"contact\":\"see {FINGERPRINT}\",\
                 \"exit_policy_summary\":{{\"reject\":[\"1-\\u001b65535\"]}}}}"
            )
        };
        let relays = [
            relay(FINGERPRINT, "0.4.9.5", "0.4.8.1"),
            relay(&FINGERPRINT.replace("AA", "BB"), "192.0.2.1", "0.4.9.5"),
        ];
        let document =
            format!("{{\"relays_published\":\"2026-02-22 13:00:00\",\"relays\":[{}]}}", relays.join(","));
        let built = allium_documents::onionoo::build_network(
            document.as_bytes(),
            &allium_documents::onionoo::BuildInputs::default(),
        );
        Snapshot::new(built.unwrap().network)
    }

    #[test]
    fn a_version_that_is_run_is_no_address() {
        let snapshot = snapshot();
        let found = search(&snapshot, "0.4.9.5", 10);
        assert_eq!(found.relays, []);
        assert!(matches!(found.only_hit(), Some(SearchHit::Group(GroupKind::Version, _))));
        let (of_version, none) = (SearchTerm::parse("0.4.9.5"), ContactHits::default());
        assert!(
            !of_version.matches(&snapshot, RelayPosition(0), &none)
                && of_version.matches(&snapshot, RelayPosition(1), &none)
        );
        assert_eq!(search(&snapshot, "192.0.2.1", 10).relays, [SearchHit::Relay(RelayPosition(1))]);
    }

    #[test]
    fn a_whole_fingerprint_is_the_only_hit_whatever_else_names_it() {
        let found = search(&snapshot(), &FINGERPRINT.to_lowercase(), 10);
        assert!(found.relays.len() > 1 && !found.groups.is_empty());
        assert_eq!(found.only_hit(), Some(SearchHit::Relay(RelayPosition(0))));
        assert_eq!(search(&snapshot(), &FINGERPRINT[..39], 10).only_hit(), None);
    }

    #[test]
    fn ports_are_printable_and_what_has_no_weight_has_no_share() {
        let snapshot = snapshot();
        let ports = crate::RELAY_COLUMNS.iter().find(|column| column.name == "exit_policy_summary").unwrap();
        assert_eq!((ports.value)(&snapshot, RelayPosition(0)).plain(), "reject 1-65535");
        for name in
            ["country_hhi", "largest_as_consensus_weight_fraction", "no_contact_consensus_weight_fraction"]
        {
            let column = crate::NETWORK_COLUMNS.iter().find(|column| column.name == name).unwrap();
            assert!((column.value)(&snapshot, ()).is_null(), "{name}");
        }
    }
}
