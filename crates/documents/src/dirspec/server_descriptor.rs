//! Server descriptors (dir-spec, "Server descriptor format"): what a relay says of itself.

use super::entries::{Entry, entries};
use super::fields::{fingerprint, ipv4, number, time_of_words};
use super::kind::check_label;
use super::{BandwidthHistory, HistoryKind, Item, Notes, Object, Parsed, Scanner};
use crate::{DocumentError, Limits};
use allium_model::{Fingerprint, Timestamp};
use sha1::{Digest, Sha1};
use std::net::Ipv4Addr;

/// Lines of a repeated kind in one descriptor at most; exit policies are the longest.
const MAX_REPEATED: usize = 10_000;

/// The `bandwidth` line, in bytes per second. All three are claims of the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DescriptorBandwidth {
    /// What it gives on average.
    pub average_bytes_per_second: u64,
    /// What it gives in bursts.
    pub burst_bytes_per_second: u64,
    /// The most that it has seen itself give over ten seconds.
    pub observed_bytes_per_second: u64,
}

/// Whether a rule of an exit policy lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyAction {
    /// `accept`.
    Accept,
    /// `reject`.
    Reject,
}

/// The `ntor-onion-key-crosscert` item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NtorCrosscert<'a> {
    /// The sign bit of the converted key, 0 or 1.
    pub sign_bit: u8,
    /// The certificate.
    pub certificate: Object<'a>,
}

/// A server descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a line that is there or not")]
pub struct ServerDescriptor<'a> {
    /// Nickname, not escaped.
    pub nickname: &'a str,
    /// IPv4 address.
    pub address: Ipv4Addr,
    /// Port for the Tor protocol.
    pub or_port: u16,
    /// Port for SOCKS, 0 today.
    pub socks_port: u16,
    /// Port for directory requests, 0 for none.
    pub dir_port: u16,
    /// The relay: from the `fingerprint` line, else computed from `signing-key`.
    pub fingerprint: Fingerprint,
    /// `identity-ed25519`.
    pub identity_certificate: Option<Object<'a>>,
    /// `master-key-ed25519` in base64.
    pub master_key_ed25519: Option<&'a str>,
    /// `bandwidth`.
    pub bandwidth: Option<DescriptorBandwidth>,
    /// `platform`, such as `Tor 0.4.9.11 on Linux`.
    pub platform: Option<&'a str>,
    /// `published`.
    pub published: Option<Timestamp>,
    /// `hibernating 1`.
    pub is_hibernating: bool,
    /// `uptime`.
    pub uptime_seconds: Option<u64>,
    /// `extra-info-digest`: SHA-1 in hex, and SHA-256 in base64 of newer relays.
    pub extra_info_digest: Option<(&'a str, Option<&'a str>)>,
    /// `onion-key`.
    pub onion_key: Option<Object<'a>>,
    /// `onion-key-crosscert`.
    pub onion_key_crosscert: Option<Object<'a>>,
    /// `ntor-onion-key` in base64.
    pub ntor_onion_key: Option<&'a str>,
    /// `ntor-onion-key-crosscert`.
    pub ntor_onion_key_crosscert: Option<NtorCrosscert<'a>>,
    /// `signing-key`: the RSA identity key.
    pub signing_key: Option<Object<'a>>,
    /// `accept` and `reject` lines in their order, with their patterns.
    pub exit_policy: Vec<(PolicyAction, &'a str)>,
    /// `ipv6-policy`, such as `accept 80,443`.
    pub ipv6_policy: Option<&'a str>,
    /// `overload-general`: since when it says that it is overloaded.
    pub overload_general: Option<Timestamp>,
    /// `contact`, up to the first byte that is not UTF-8.
    pub contact: Option<&'a str>,
    /// `bridge-distribution-request`.
    pub bridge_distribution_request: Option<&'a str>,
    /// `family` members as written.
    pub family: Vec<&'a str>,
    /// `family-cert`: proofs that it belongs to families with keys.
    pub family_certificates: Vec<Object<'a>>,
    /// `or-address` lines as written: further addresses with ports.
    pub or_addresses: Vec<&'a str>,
    /// `proto`.
    pub protocols: Option<&'a str>,
    /// `protocols`, of old relays.
    pub old_protocols: Option<&'a str>,
    /// `read-history` and `write-history`, which stand here in old descriptors.
    pub histories: Vec<(HistoryKind, BandwidthHistory)>,
    /// `caches-extra-info`.
    pub caches_extra_info: bool,
    /// `eventdns`, of old relays.
    pub uses_eventdns: Option<bool>,
    /// `hidden-service-dir`.
    pub is_hidden_service_dir: bool,
    /// `allow-single-hop-exits`, of old relays.
    pub allows_single_hop_exits: bool,
    /// `tunnelled-dir-server`: answers directory requests over the Tor protocol.
    pub is_tunnelled_dir_server: bool,
    /// `router-sig-ed25519` in base64.
    pub ed25519_signature: Option<&'a str>,
    /// `router-signature`.
    pub signature: Option<Object<'a>>,
    /// The bytes of the whole descriptor.
    pub text: &'a [u8],
}

/// Reads the plain bytes of a file of server descriptors.
///
/// # Errors
/// When it is empty, a web page, or a limit is passed.
pub fn parse_server_descriptors<'a>(
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Parsed<Vec<ServerDescriptor<'a>>>, DocumentError> {
    let mut notes = Notes::new("server descriptor");
    check_label(bytes, &mut notes)?;
    let mut descriptors = Vec::new();
    for entry in entries(bytes, "router", "server descriptor", limits)? {
        match read(entry, limits, &mut notes) {
            Ok(descriptor) => descriptors.push(descriptor),
            Err(error) => notes.warn(first_line(entry.body), error.to_string()),
        }
    }
    Ok(notes.finish(descriptors))
}

/// What names an entry that could not be read.
pub(super) fn first_line(text: &[u8]) -> String {
    String::from_utf8_lossy(text.split(|byte| *byte == b'\n').next().unwrap_or_default()).into_owned()
}

fn read<'a>(
    entry: Entry<'a>,
    limits: &Limits,
    notes: &mut Notes,
) -> Result<ServerDescriptor<'a>, DocumentError> {
    let mut scanner = Scanner::new(entry.body, limits)?;
    let head = scanner.next_item()?.ok_or(DocumentError::Empty)?;
    let mut descriptor = ServerDescriptor::of_router_line(&head, entry.body)
        .ok_or_else(|| DocumentError::Schema("the router line is not understood".into()))?;
    let mut identity = None;
    while let Some(item) = scanner.next_item()? {
        if item.keyword == "fingerprint" {
            identity = spaced_fingerprint(item.arguments);
        } else if !descriptor.take(&item, limits, notes) {
            notes.warn(descriptor.nickname, format!("the {} line is not understood", item.keyword));
        }
    }
    descriptor.fingerprint = identity
        .or_else(|| key_fingerprint(descriptor.signing_key?))
        .ok_or_else(|| DocumentError::Schema("neither fingerprint nor signing-key is there".into()))?;
    Ok(descriptor)
}

/// Ten groups of four hex digits.
fn spaced_fingerprint(text: &str) -> Option<Fingerprint> {
    let hex: String = text.split_ascii_whitespace().take(40).collect();
    fingerprint(&hex)
}

/// The fingerprint is the SHA-1 of the identity key in ASN.1.
fn key_fingerprint(key: Object<'_>) -> Option<Fingerprint> {
    Some(Fingerprint(Sha1::digest(key.decode()?).into()))
}

impl<'a> ServerDescriptor<'a> {
    fn of_router_line(item: &Item<'a>, text: &'a [u8]) -> Option<Self> {
        let mut words = item.words();
        let nickname = words.next()?;
        let address = ipv4(words.next()?)?;
        let mut port = || number(words.next()?);
        Some(Self {
            nickname,
            address,
            or_port: port()?,
            socks_port: port()?,
            dir_port: port()?,
            fingerprint: Fingerprint([0; 20]),
            identity_certificate: None,
            master_key_ed25519: None,
            bandwidth: None,
            platform: None,
            published: None,
            is_hibernating: false,
            uptime_seconds: None,
            extra_info_digest: None,
            onion_key: None,
            onion_key_crosscert: None,
            ntor_onion_key: None,
            ntor_onion_key_crosscert: None,
            signing_key: None,
            exit_policy: Vec::new(),
            ipv6_policy: None,
            overload_general: None,
            contact: None,
            bridge_distribution_request: None,
            family: Vec::new(),
            family_certificates: Vec::new(),
            or_addresses: Vec::new(),
            protocols: None,
            old_protocols: None,
            histories: Vec::new(),
            caches_extra_info: false,
            uses_eventdns: None,
            is_hidden_service_dir: false,
            allows_single_hop_exits: false,
            is_tunnelled_dir_server: false,
            ed25519_signature: None,
            signature: None,
            text,
        })
    }

    /// Takes an item; `false` when its value is not understood.
    fn take(&mut self, item: &Item<'a>, limits: &Limits, notes: &mut Notes) -> bool {
        let mut words = item.words();
        match item.keyword {
            "identity-ed25519" => self.identity_certificate = item.object,
            "master-key-ed25519" => self.master_key_ed25519 = words.next(),
            "bandwidth" => {
                self.bandwidth = bandwidth(item);
                return self.bandwidth.is_some();
            }
            "platform" => self.platform = Some(item.arguments),
            "published" => {
                self.published = time_of_words(&mut words);
                return self.published.is_some();
            }
            "hibernating" => self.is_hibernating = words.next() == Some("1"),
            "uptime" => {
                self.uptime_seconds = words.next().and_then(number);
                // Relays whose clock was set back say a negative one.
                return self.uptime_seconds.is_some() || item.arguments.starts_with('-');
            }
            "extra-info-digest" => self.extra_info_digest = words.next().map(|sha1| (sha1, words.next())),
            "overload-general" => {
                self.overload_general = words.next().and_then(|_version| time_of_words(&mut words));
                return self.overload_general.is_some();
            }
            "contact" => self.contact = Some(item.arguments),
            "bridge-distribution-request" => self.bridge_distribution_request = words.next(),
            "family" => self.family.extend(words.take(limits.max_family_members - self.family.len())),
            "family-cert" => push(&mut self.family_certificates, item.object),
            "or-address" => push(&mut self.or_addresses, words.next()),
            "proto" => self.protocols = Some(item.arguments),
            "protocols" => self.old_protocols = Some(item.arguments),
            "caches-extra-info" => self.caches_extra_info = true,
            "eventdns" => self.uses_eventdns = words.next().map(|value| value == "1"),
            "hidden-service-dir" => self.is_hidden_service_dir = true,
            "allow-single-hop-exits" => self.allows_single_hop_exits = true,
            "tunnelled-dir-server" => self.is_tunnelled_dir_server = true,
            _ => return self.take_key_or_policy(item, notes),
        }
        true
    }

    fn take_key_or_policy(&mut self, item: &Item<'a>, notes: &mut Notes) -> bool {
        let mut words = item.words();
        match item.keyword {
            "onion-key" => self.onion_key = item.object,
            "onion-key-crosscert" => self.onion_key_crosscert = item.object,
            "ntor-onion-key" => self.ntor_onion_key = words.next(),
            "ntor-onion-key-crosscert" => {
                let sign_bit = words.next().and_then(number).filter(|bit| *bit <= 1);
                let parts = sign_bit.zip(item.object);
                self.ntor_onion_key_crosscert =
                    parts.map(|(sign_bit, certificate)| NtorCrosscert { sign_bit, certificate });
                return parts.is_some();
            }
            "signing-key" => self.signing_key = item.object,
            "accept" => push(&mut self.exit_policy, Some((PolicyAction::Accept, item.arguments))),
            "reject" => push(&mut self.exit_policy, Some((PolicyAction::Reject, item.arguments))),
            "ipv6-policy" => self.ipv6_policy = Some(item.arguments),
            "router-sig-ed25519" => self.ed25519_signature = words.next(),
            "router-signature" => self.signature = item.object,
            keyword => match HistoryKind::of_keyword(keyword) {
                Some(kind) => {
                    let history = BandwidthHistory::parse(item.arguments);
                    let understood = history.is_some();
                    push(&mut self.histories, history.map(|history| (kind, history)));
                    return understood;
                }
                None => notes.count_unknown(keyword),
            },
        }
        true
    }

    /// SHA-1 of the descriptor through `router-signature`, by which consensuses of the flavour `ns`
    /// name it; `None` without that line.
    pub fn digest(&self) -> Option<[u8; 20]> {
        signed_digest(self.text)
    }
}

fn push<T>(list: &mut Vec<T>, value: Option<T>) {
    list.extend(value.filter(|_| list.len() < MAX_REPEATED));
}

fn bandwidth(item: &Item<'_>) -> Option<DescriptorBandwidth> {
    let mut words = item.words();
    let mut next = || number(words.next()?);
    Some(DescriptorBandwidth {
        average_bytes_per_second: next()?,
        burst_bytes_per_second: next()?,
        observed_bytes_per_second: next()?,
    })
}

/// SHA-1 from the start through the `router-signature` line.
pub(super) fn signed_digest(text: &[u8]) -> Option<[u8; 20]> {
    const SIGNATURE: &[u8] = b"\nrouter-signature\n";
    let end = memchr::memmem::rfind(text, SIGNATURE)? + SIGNATURE.len();
    Some(Sha1::digest(text.get(..end)?).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "-----BEGIN RSA PUBLIC KEY-----\nAAEC\n-----END RSA PUBLIC KEY-----\n";

    fn descriptor(lines: &str) -> String {
        format!("@type server-descriptor 1.0\nrouter Nick 192.0.2.1 443 0 9030\n{lines}")
    }

    fn parse(text: &str) -> Parsed<Vec<ServerDescriptor<'_>>> {
        parse_server_descriptors(text.as_bytes(), &Limits::default()).unwrap()
    }

    #[test]
    fn every_line_is_reachable() {
        let lines = format!(
            "platform Tor 0.4.9.11 on Linux\nproto Cons=1-2\npublished 2020-02-29 08:38:25\n\
             fingerprint 846B 3EAA F0C0 7FF7 2FC7 9AEB B11F A3AD C58F 240F\nuptime 5000987\n\
             bandwidth 4594304 4594305 3046428\nextra-info-digest 98384C5401BA6AF52C4BB4BA657F3BF4A0FE7D30 eNsv\n\
             onion-key\n{KEY}signing-key\n{KEY}ntor-onion-key-crosscert 1\n{KEY}family $A b\nfamily-cert\n{KEY}\
             overload-general 1 2020-02-29 08:00:00\ncontact a  b\nbridge-distribution-request any\nhibernating 1\n\
             or-address [2001:db8::1]:443\naccept *:80\nreject *:*\nipv6-policy accept 80\nhidden-service-dir\n\
             tunnelled-dir-server\ncaches-extra-info\neventdns 1\nwrite-history 2020-02-29 08:00:00 (900 s) 1,2\n\
             brand-new 1\nrouter-sig-ed25519 abc\nrouter-signature\n{KEY}"
        );
        let text = descriptor(&lines);
        let parsed = parse(&text);
        let relay = &parsed.document[0];
        assert_eq!((relay.or_port, relay.socks_port, relay.dir_port), (443, 0, 9030));
        assert_eq!(relay.fingerprint.to_string(), "846B3EAAF0C07FF72FC79AEBB11FA3ADC58F240F");
        assert_eq!(relay.bandwidth.unwrap().observed_bytes_per_second, 3_046_428);
        assert_eq!((relay.uptime_seconds, relay.is_hibernating), (Some(5_000_987), true));
        assert_eq!(relay.exit_policy, [(PolicyAction::Accept, "*:80"), (PolicyAction::Reject, "*:*")]);
        assert_eq!(relay.overload_general.unwrap().to_string(), "2020-02-29 08:00:00");
        assert_eq!((relay.contact, relay.family.len()), (Some("a  b"), 2));
        assert_eq!(relay.family_certificates[0].decode(), Some(vec![0, 1, 2]));
        assert_eq!(relay.ntor_onion_key_crosscert.unwrap().sign_bit, 1);
        assert_eq!(relay.histories[0].1.values, [1, 2]);
        assert!(relay.is_hidden_service_dir && relay.is_tunnelled_dir_server && relay.signature.is_some());
        assert_eq!(parsed.unknown_items.into_iter().collect::<Vec<_>>(), [("brand-new".to_owned(), 1)]);
        assert!(parsed.warnings.is_empty(), "{:?}", parsed.warnings);
        let signed = text.split_once('\n').unwrap().1.strip_suffix(KEY).unwrap();
        assert_eq!(relay.digest(), Some(Sha1::digest(signed).into()));
    }

    #[test]
    fn a_relay_without_a_fingerprint_line_is_known_by_its_key() {
        let text = descriptor(&format!("signing-key\n{KEY}"));
        assert_eq!(parse(&text).document[0].fingerprint.0, <[u8; 20]>::from(Sha1::digest([0, 1, 2])));
    }

    #[test]
    fn a_bad_descriptor_does_not_lose_the_next() {
        let sound = descriptor(&format!("signing-key\n{KEY}bandwidth 1 2\nuptime -5\n"));
        let text = format!("router x\n{}{sound}", descriptor("platform x\n"));
        let parsed = parse(&text);
        assert_eq!((parsed.document.len(), parsed.warnings.len()), (1, 3));
        assert_eq!(parsed.document[0].uptime_seconds, None);
    }

    #[test]
    fn families_and_policies_are_bounded() {
        let limits = Limits { max_family_members: 3, ..Limits::default() };
        let lines = format!("family a b\nfamily c d e\n{}signing-key\n{KEY}", "accept *:1\n".repeat(20_000));
        let text = descriptor(&lines);
        let parsed = parse_server_descriptors(text.as_bytes(), &limits).unwrap();
        assert_eq!(parsed.document[0].family, ["a", "b", "c"]);
        assert_eq!(parsed.document[0].exit_policy.len(), MAX_REPEATED);
    }
}
