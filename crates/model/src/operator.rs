//! Who runs a relay: verified domains (AROI), contact texts and the ids of both.

use crate::TextId;
use md5::{Digest, Md5};
use std::fmt;
use std::str::FromStr;

/// An operator's id: the MD5 that the Python Allium's URLs carry, of `aroi_domain:` and the domain,
/// or of the contact text. A contact text that begins with `aroi_domain:` itself is hashed apart, so
/// that no relay joins a domain by what it writes. Printed as 32 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperatorId([u8; 16]);

/// A text is not an operator id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an operator id has 32 hex digits")]
pub struct ParseOperatorIdError;

/// What the text begins with whose hash is a domain's id.
const DOMAIN_PREFIX: &str = "aroi_domain:";

/// What goes before contact texts that begin like a domain's.
const CONTACT_PREFIX: &str = "contact:";

impl OperatorId {
    /// The id of an operator known by a domain.
    pub fn of_domain(domain: &str) -> Self {
        Self(Md5::new().chain_update(DOMAIN_PREFIX).chain_update(domain).finalize().into())
    }

    /// The id of an operator known by a contact text, as the relay publishes it.
    pub fn of_contact(contact: &str) -> Self {
        let apart = if contact.starts_with(DOMAIN_PREFIX) { CONTACT_PREFIX } else { "" };
        Self(Md5::new().chain_update(apart).chain_update(contact).finalize().into())
    }

    /// The id of sixteen bytes, as [`Self::to_bytes`] gives them.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The sixteen bytes of the hash.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

impl FromStr for OperatorId {
    type Err = ParseOperatorIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ParseOperatorIdError);
        }
        u128::from_str_radix(text, 16)
            .map(|number| Self(number.to_be_bytes()))
            .map_err(|_| ParseOperatorIdError)
    }
}

impl fmt::Display for OperatorId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for OperatorId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A host name in its checked form: lower case, IDNA-mapped to ASCII, with a dot, at most 253 bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(Box<str>);

impl Domain {
    /// Reads a host name, or the host of a URL: the scheme, a leading `www.`, a port, a path and a
    /// trailing dot or comma are taken off (features.md B.4). None when what stays is no host name.
    pub fn of_url(url: &str) -> Option<Self> {
        let host = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = host.split(['/', '?', '#']).next()?;
        let host = host
            .rsplit_once(':')
            .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
            .map_or(host, |(h, _)| h);
        let host = host.trim_end_matches(['.', ',', ';']);
        let ascii = idna::domain_to_ascii_cow(host.as_bytes(), idna::AsciiDenyList::URL).ok()?;
        let ascii = ascii.strip_prefix("www.").unwrap_or(&ascii);
        is_host_name(ascii).then(|| Self(ascii.into()))
    }

    /// The checked text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_host_name(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    host.len() <= 253
        && host.contains('.')
        && host.split('.').all(is_label)
        && host.parse::<std::net::IpAddr>().is_err()
}

impl fmt::Display for Domain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What makes an operator one: see the house definition in `docs/methods/operator.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperatorKey {
    /// A domain that at least one relay proved.
    VerifiedDomain(TextId),
    /// A domain that relays claim, none of whose claims was checked.
    ClaimedDomain(TextId),
    /// A contact text.
    Contact(TextId),
}

/// State of a relay's claim to belong to a domain (AROI).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum AroiState {
    /// The contact carries no complete claim.
    #[default]
    NotConfigured,
    /// A claim, but no result of a check, or one that failed for a reason that says nothing of the claim.
    Unchecked,
    /// A claim whose proof is wrong.
    Invalid,
    /// A claim whose proof is right.
    Valid,
}

impl AroiState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::NotConfigured, Self::Unchecked, Self::Invalid, Self::Valid];

    /// The state's name in the API and in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotConfigured => "not_configured",
            Self::Unchecked => "configured_unchecked",
            Self::Invalid => "configured_checked_invalid",
            Self::Valid => "configured_checked_valid",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_the_python_allium() {
        // printf 'aroi_domain:1aeo.com' | md5sum; printf '' | md5sum
        assert_eq!(OperatorId::of_contact("").to_string(), "d41d8cd98f00b204e9800998ecf8427e");
        let id = OperatorId::of_domain("1aeo.com");
        assert_eq!(id.to_string(), "592c6ac73b6520aabeaed46dacbbb914");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn no_contact_text_has_the_id_of_a_domain() {
        let domain = OperatorId::of_domain("example.org");
        assert_ne!(OperatorId::of_contact("aroi_domain:example.org"), domain);
        assert_ne!(OperatorId::of_contact("contact:aroi_domain:example.org"), domain);
    }

    #[test]
    fn ids_of_other_shapes_are_refused() {
        for text in ["", "d41d8cd98f00b204e9800998ecf8427", "+41d8cd98f00b204e9800998ecf8427e"] {
            assert_eq!(text.parse::<OperatorId>(), Err(ParseOperatorIdError), "{text}");
        }
    }

    #[test]
    fn domains_are_cut_out_of_urls_and_lower_cased() {
        let expected = [
            ("https://www.Example.org/path", Some("example.org")),
            ("example.org:443", Some("example.org")),
            ("Example.ORG.", Some("example.org")),
            ("http://bücher.example", Some("xn--bcher-kva.example")),
            ("localhost", None),
            ("192.0.2.1", None),
            ("a b.example", None),
            ("-a.example", None),
            ("../etc.example", None),
            ("", None),
        ];
        for (url, domain) in expected {
            assert_eq!(Domain::of_url(url).as_ref().map(Domain::as_str), domain, "{url}");
        }
    }
}
