//! Addresses of people.

use std::fmt::{self, Debug, Formatter};

/// An e-mail address that can stand in a header and in an SMTP command as it is: ASCII, one `@`, at most 254
/// characters, without quotes, comments, address literals and white space. Its domain is lower case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailAddress(String);

/// A text that is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no e-mail address of the form name@example.org")]
pub struct MailAddressError;

/// Longest address and longest name before the `@` (RFC 5321, 4.5.3.1).
const LONGEST: usize = 254;
const LONGEST_NAME: usize = 64;

impl MailAddress {
    /// Reads an address; white space around it does not count.
    pub fn parse(text: &str) -> Result<Self, MailAddressError> {
        let text = text.trim();
        let (name, domain) = text.split_once('@').ok_or(MailAddressError)?;
        let is_good = text.len() <= LONGEST && is_name(name) && is_domain(domain);
        let address = Self(format!("{name}@{}", domain.to_ascii_lowercase()));
        let is_known_to_smtp = address.0.parse::<lettre::Address>().is_ok();
        (is_good && is_known_to_smtp).then_some(address).ok_or(MailAddressError)
    }

    /// The address as it is written to.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two ways to write one mailbox have in common.
    pub(crate) fn mailbox(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl Debug for MailAddress {
    /// Addresses do not get into logs by accident.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("MailAddress(..)")
    }
}

/// A dot-atom of RFC 5322.
fn is_name(name: &str) -> bool {
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    name.len() <= LONGEST_NAME && name.split('.').all(is_atom)
}

/// A host name of two labels or more.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.contains('.') && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn usual_addresses_are_taken() {
        for text in ["a@example.org", " A.b+tor@Relay.Example.ORG\n", "o'x@xn--bcher-kva.example"] {
            assert!(MailAddress::parse(text).is_ok(), "{text}");
        }
        let address = MailAddress::parse("A.B@Example.ORG").unwrap();
        assert_eq!((address.as_str(), address.mailbox().as_str()), ("A.B@example.org", "a.b@example.org"));
        assert_eq!(format!("{address:?}"), "MailAddress(..)");
    }

    #[test]
    fn what_could_mean_something_else_in_a_header_is_refused() {
        let long = format!("{}@example.org", "a".repeat(65));
        for text in [
            "",
            "a",
            "@",
            "a@",
            "@example.org",
            "a@b",
            "a@b@c.org",
            "a b@example.org",
            "a@exa mple.org",
            "a@example.org\r\nBcc: b@example.org",
            "\"a\"@example.org",
            "a@[127.0.0.1]",
            "<a@example.org>",
            "a,b@example.org",
            ".a@example.org",
            "a..b@example.org",
            "a@-b.org",
            "a@b..org",
            "ä@example.org",
            "a@example.org,b@example.org",
            &long,
        ] {
            assert_eq!(MailAddress::parse(text), Err(MailAddressError), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_taken_can_break_a_line(text in "\\PC*|[a-z@.\\r\\n<>, ]{0,40}") {
            if let Ok(address) = MailAddress::parse(&text) {
                let plain = |character: char| character.is_ascii_graphic() && !"<>,;:\"()[]\\".contains(character);
                prop_assert!(address.as_str().chars().all(plain));
                prop_assert_eq!(MailAddress::parse(address.as_str()), Ok(address));
            }
        }
    }
}
