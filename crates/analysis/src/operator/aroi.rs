//! The domain claims of an operator's relays, and what is wrong with those that were not verified
//! (`docs/methods/aroi-hints.md`).

use allium_model::{AroiState, Network, Relay, RelayPosition};
use std::collections::BTreeMap;

/// What the check of a proof ran into, by the validator's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AroiFault {
    /// The list or record was read and does not name the relay.
    FingerprintMissing,
    /// There is no file at the address.
    FileMissing,
    /// The server refuses to give the file.
    Forbidden,
    /// The server answered with an error of its own.
    ServerError,
    /// Another HTTP status.
    OtherHttpStatus,
    /// No answer in time.
    TimedOut,
    /// The server refused the connection.
    Refused,
    /// No connection after several attempts.
    Unreachable,
    /// The host name could not be resolved.
    NameNotResolved,
    /// The certificate is not valid for the host.
    Certificate,
    /// TLS could not be agreed on.
    TlsHandshake,
    /// There is no such domain.
    NoSuchDomain,
    /// The name servers of the domain failed.
    NameServerFailed,
    /// There is no TXT record for the relay.
    TxtMissing,
    /// There is a TXT record with other contents.
    TxtWrong,
    /// The DNS gave no answer to the question.
    LookupFailed,
    /// Words that are not known.
    Unrecognised,
}

/// Words of validators, in lower case, and what they mean; the first that is found decides.
const WORDS: [(&str, AroiFault); 26] = [
    ("fingerprint not found", AroiFault::FingerprintMissing),
    ("fingerprint mismatch", AroiFault::FingerprintMissing),
    ("not in proof", AroiFault::FingerprintMissing),
    ("http error 404", AroiFault::FileMissing),
    ("http error 410", AroiFault::FileMissing),
    ("http error 401", AroiFault::Forbidden),
    ("http error 403", AroiFault::Forbidden),
    ("http error 525", AroiFault::TlsHandshake),
    ("http error 526", AroiFault::Certificate),
    ("http error 5", AroiFault::ServerError),
    ("name resolution failed", AroiFault::NameNotResolved),
    ("certificate", AroiFault::Certificate),
    ("handshake", AroiFault::TlsHandshake),
    ("ssl", AroiFault::TlsHandshake),
    ("timed out", AroiFault::TimedOut),
    ("timeout", AroiFault::TimedOut),
    ("refused", AroiFault::Refused),
    ("max retries", AroiFault::Unreachable),
    ("unreachable", AroiFault::Unreachable),
    ("connection", AroiFault::Unreachable),
    ("nxdomain", AroiFault::NoSuchDomain),
    ("servfail", AroiFault::NameServerFailed),
    ("txt record not found", AroiFault::TxtMissing),
    ("invalid proof content", AroiFault::TxtWrong),
    ("lookup failed", AroiFault::LookupFailed),
    ("http error", AroiFault::OtherHttpStatus),
];

impl AroiFault {
    /// What a validator's words mean. Where a text tells of several attempts, the first one counts.
    pub fn of_error(error: &str) -> Self {
        let lower = error.to_ascii_lowercase();
        let first = lower.split("; ").next().unwrap_or_default();
        let found = WORDS.into_iter().find(|(word, _)| first.contains(word));
        found.map_or(Self::Unrecognised, |(_, fault)| fault)
    }

    /// The fault in a few words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FingerprintMissing => "The proof does not name the relay",
            Self::FileMissing => "The proof file does not exist",
            Self::Forbidden => "The proof file may not be read",
            Self::ServerError => "The web server failed",
            Self::OtherHttpStatus => "The web server gave another answer",
            Self::TimedOut => "The web server did not answer in time",
            Self::Refused => "The web server refused the connection",
            Self::Unreachable => "The web server could not be reached",
            Self::NameNotResolved => "The host name could not be resolved",
            Self::Certificate => "The certificate is not accepted",
            Self::TlsHandshake => "TLS could not be agreed on",
            Self::NoSuchDomain => "The domain does not exist",
            Self::NameServerFailed => "The name servers failed",
            Self::TxtMissing => "The TXT record does not exist",
            Self::TxtWrong => "The TXT record says something else",
            Self::LookupFailed => "The DNS gave no answer",
            Self::Unrecognised => "The check failed for another reason",
        }
    }

    /// What to do about it, in one sentence.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::FingerprintMissing => {
                "Add the relay's fingerprint, 40 hex digits on a line of its own, to /.well-known/tor-relay/rsa-fingerprint.txt on the domain."
            }
            Self::FileMissing => {
                "Put the list of fingerprints at /.well-known/tor-relay/rsa-fingerprint.txt on exactly the domain that the contact names."
            }
            Self::Forbidden => {
                "Let everybody read /.well-known/tor-relay/rsa-fingerprint.txt, without a login or a check for browsers."
            }
            Self::ServerError => {
                "Look into the log of the web server for requests of /.well-known/tor-relay/rsa-fingerprint.txt."
            }
            Self::OtherHttpStatus => {
                "Let the server answer /.well-known/tor-relay/rsa-fingerprint.txt with status 200."
            }
            Self::TimedOut => {
                "See whether the proof file is answered within five seconds from other networks, and whether a firewall drops requests."
            }
            Self::Refused => {
                "See whether the web server listens on port 443 of every address that the domain resolves to, IPv6 included."
            }
            Self::Unreachable => {
                "See whether the web server can be reached on port 443 from other networks, over IPv4 and IPv6."
            }
            Self::NameNotResolved => {
                "See whether the host name in the contact's url field has an address record, and whether it is spelled right."
            }
            Self::Certificate => {
                "Renew the certificate, or get one for exactly the host name in the contact's url field, and send the whole chain."
            }
            Self::TlsHandshake => "Let the web server offer TLS 1.2 or 1.3 with a common cipher on port 443.",
            Self::NoSuchDomain => {
                "See whether the domain in the contact's url field is registered and spelled right."
            }
            Self::NameServerFailed => {
                "See whether the domain's name servers answer and whether DNSSEC signatures are current."
            }
            Self::TxtMissing => "Add a TXT record at <fingerprint>.<domain> that says we-run-this-tor-relay.",
            Self::TxtWrong => {
                "Let the TXT record at <fingerprint>.<domain> say we-run-this-tor-relay and nothing else; a wildcard record may answer in its place."
            }
            Self::LookupFailed => {
                "Add a TXT record at <fingerprint>.<domain>, and see whether the domain's name servers answer for it."
            }
            Self::Unrecognised => "The words of the check are given below.",
        }
    }
}

/// Relays with the same fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultyClaims {
    /// The fault.
    pub fault: AroiFault,
    /// The relays.
    pub relays: Vec<RelayPosition>,
}

/// A field of a claim that a contact does not carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClaimField {
    /// `ciissversion:`.
    Version,
    /// `proof:`.
    Proof,
    /// `url:`.
    Url,
}

impl ClaimField {
    /// Every field.
    pub const ALL: [Self; 3] = [Self::Version, Self::Proof, Self::Url];

    /// The key in the contact, with its colon.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Version => "ciissversion:",
            Self::Proof => "proof:",
            Self::Url => "url:",
        }
    }
}

/// The domain claims of an operator.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AroiReport {
    /// Running relays by state of their claim, in the order of [`AroiState::ALL`], those included that claim
    /// the operator's domain and are not counted to it.
    pub states: [usize; 4],
    /// Unverified claims by what went wrong, most relays first.
    pub faults: Vec<FaultyClaims>,
    /// Running relays whose contact begins a claim and leaves fields out, by what is missing.
    pub incomplete: Vec<(Vec<ClaimField>, Vec<RelayPosition>)>,
}

impl AroiReport {
    /// The claims of the running ones of some relays.
    pub fn of(network: &Network, members: impl Iterator<Item = RelayPosition>) -> Self {
        let mut report = Self::default();
        let mut faults: BTreeMap<AroiFault, Vec<RelayPosition>> = BTreeMap::new();
        let mut incomplete: BTreeMap<Vec<ClaimField>, Vec<RelayPosition>> = BTreeMap::new();
        for position in members {
            let relay = network.relay(position);
            if !relay.running {
                continue;
            }
            report.states[relay.aroi as usize] += 1;
            if let Some(fault) = fault_of(network, relay) {
                faults.entry(fault).or_default().push(position);
            }
            if let Some(missing) = missing_fields(network, relay) {
                incomplete.entry(missing).or_default().push(position);
            }
        }
        report.faults = faults.into_iter().map(|(fault, relays)| FaultyClaims { fault, relays }).collect();
        report.faults.sort_by_key(|claims| (std::cmp::Reverse(claims.relays.len()), claims.fault));
        report.incomplete = incomplete.into_iter().collect();
        report
    }

    /// Running relays with a claim, whatever its state.
    pub fn claims(&self) -> usize {
        AroiState::ALL
            .into_iter()
            .filter(|state| *state != AroiState::NotConfigured)
            .map(|s| self.count(s))
            .sum()
    }

    /// Running relays in a state.
    pub fn count(&self, state: AroiState) -> usize {
        self.states[state as usize]
    }
}

fn fault_of(network: &Network, relay: &Relay) -> Option<AroiFault> {
    let is_open = matches!(relay.aroi, AroiState::Invalid | AroiState::Unchecked);
    let error = network.optional_text(relay.aroi_error).filter(|_| is_open)?;
    Some(AroiFault::of_error(error))
}

/// What an unfinished claim lacks. A `url:` alone is no claim.
fn missing_fields(network: &Network, relay: &Relay) -> Option<Vec<ClaimField>> {
    if relay.aroi != AroiState::NotConfigured {
        return None;
    }
    let contact = network.optional_text(relay.contact)?.to_ascii_lowercase();
    let has = |field: ClaimField| contact.split_whitespace().any(|word| word.starts_with(field.key()));
    let missing: Vec<_> = ClaimField::ALL.into_iter().filter(|field| !has(*field)).collect();
    let is_begun = has(ClaimField::Version) || has(ClaimField::Proof);
    (is_begun && !missing.is_empty()).then_some(missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{network, relay};
    use serde_json::json;

    #[test]
    fn the_words_of_validators_are_understood() {
        let url = "https://example.org/.well-known/tor-relay/rsa-fingerprint.txt";
        for (error, fault) in [
            (
                format!("URI-RSA: HTTP error connection timed out after 5s for URL: {url}"),
                AroiFault::TimedOut,
            ),
            (
                format!("URI-RSA: HTTP error connection max retries exceeded for URL: {url}"),
                AroiFault::Unreachable,
            ),
            ("URI-RSA: Fingerprint not found at example.org".into(), AroiFault::FingerprintMissing),
            (
                "DNS-RSA: TXT record has invalid proof content. Expected 'we-run-this-tor-relay', found: x"
                    .into(),
                AroiFault::TxtWrong,
            ),
            ("DNS-RSA: TXT record not found at example.org".into(), AroiFault::TxtMissing),
            (
                format!(
                    "URI-RSA: HTTP error 404 for example.org at URL: {url}; URI-RSA: HTTP error connection max retries exceeded"
                ),
                AroiFault::FileMissing,
            ),
            (
                format!("URI-RSA: HTTP error name resolution failed for example.org at URL: {url}"),
                AroiFault::NameNotResolved,
            ),
            (
                "DNS-RSA: Lookup failed: The DNS response does not contain an answer".into(),
                AroiFault::LookupFailed,
            ),
            (format!("URI-RSA: HTTP error connection refused for URL: {url}"), AroiFault::Refused),
            ("URI-RSA: HTTP error 526 for example.org".into(), AroiFault::Certificate),
            ("URI-RSA: HTTP error 502 for example.org".into(), AroiFault::ServerError),
            ("URI-RSA: HTTP error 403 for example.org".into(), AroiFault::Forbidden),
            ("URI-RSA: HTTP error 418 for example.org".into(), AroiFault::OtherHttpStatus),
            ("SSL: SSLV3_ALERT_HANDSHAKE_FAILURE".into(), AroiFault::TlsHandshake),
            ("DNS-RSA: NXDOMAIN".into(), AroiFault::NoSuchDomain),
            ("DNS-RSA: SERVFAIL".into(), AroiFault::NameServerFailed),
            ("something new".into(), AroiFault::Unrecognised),
        ] {
            assert_eq!(AroiFault::of_error(&error), fault, "{error}");
            assert!(fault.hint().ends_with('.'));
        }
    }

    #[test]
    fn an_unfinished_claim_is_told_what_it_lacks() {
        let relays = [
            relay(1, &json!({"contact": "url:example.org proof:uri-rsa"})),
            relay(2, &json!({"contact": "url:example.org"})),
            relay(3, &json!({"contact": "ciissversion:2 url:example.org"})),
            relay(4, &json!({"contact": "ciissversion:2 url:example.org proof:uri-rsa"})),
        ];
        let network = network(&relays);
        let report = AroiReport::of(&network, network.default_order().iter().copied());
        let lacks: Vec<_> =
            report.incomplete.iter().map(|(missing, relays)| (missing.as_slice(), relays.len())).collect();
        assert_eq!(lacks, [(&[ClaimField::Version][..], 1), (&[ClaimField::Proof][..], 1)]);
        assert_eq!((report.states, report.claims()), ([3, 1, 0, 0], 1));
    }
}
