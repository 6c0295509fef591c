//! What a subscription, a silence or a maintenance window is about.
//!
//! A target names a group and not its members: whoever joins the group later is watched from then on.

use allium_model::{AsNumber, CauseGroup, CountryCode, Domain, Fingerprint, OperatorId};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// What is watched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// One relay.
    Relay(Fingerprint),
    /// The family that a relay is in, whichever of its members is named.
    Family(Fingerprint),
    /// The operator of a domain (AROI).
    Domain(Domain),
    /// An operator by id, for those without a domain.
    Operator(OperatorId),
    /// An autonomous system.
    As(AsNumber),
    /// A country.
    Country(CountryCode),
    /// Every relay.
    Network,
}

/// A text that names no target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a target is written relay:FINGERPRINT, family:FINGERPRINT, aroi:DOMAIN, operator:ID, as:NUMBER, country:CODE or network"
)]
pub struct ParseTargetError;

/// Longest text of a target in bytes: `aroi:` and a host name.
const LONGEST_TEXT: usize = 260;

impl Target {
    /// The group of an incident's cause that is this target; none for single relays and the network.
    pub fn is_cause(&self, group: &CauseGroup) -> bool {
        match (self, group) {
            (Self::As(mine), CauseGroup::As(theirs)) => mine == theirs,
            (Self::Country(mine), CauseGroup::Country(theirs)) => mine == theirs,
            (Self::Operator(mine), CauseGroup::Operator(theirs)) => mine == theirs,
            (Self::Domain(mine), CauseGroup::Operator(theirs)) => {
                OperatorId::of_domain(mine.as_str()) == *theirs
            }
            (Self::Family(mine), CauseGroup::Family(theirs)) => mine == theirs,
            _ => false,
        }
    }
}

impl Display for Target {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relay(fingerprint) => write!(formatter, "relay:{fingerprint}"),
            Self::Family(fingerprint) => write!(formatter, "family:{fingerprint}"),
            Self::Domain(domain) => write!(formatter, "aroi:{domain}"),
            Self::Operator(id) => write!(formatter, "operator:{id}"),
            Self::As(number) => write!(formatter, "as:{}", number.0),
            Self::Country(code) => write!(formatter, "country:{code}"),
            Self::Network => formatter.write_str("network"),
        }
    }
}

impl FromStr for Target {
    type Err = ParseTargetError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "network" {
            return Ok(Self::Network);
        }
        let (kind, name) = text.split_once(':').ok_or(ParseTargetError)?;
        if text.len() > LONGEST_TEXT {
            return Err(ParseTargetError);
        }
        let target = match kind {
            "relay" => name.parse().ok().map(Self::Relay),
            "family" => name.parse().ok().map(Self::Family),
            "aroi" => Domain::of_url(name).map(Self::Domain),
            "operator" => name.parse().ok().map(Self::Operator),
            "as" => name.parse().ok().map(Self::As),
            "country" => name.parse().ok().map(Self::Country),
            _ => None,
        };
        target.ok_or(ParseTargetError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_as_they_are_written() {
        let texts = [
            "relay:000A10D43011EA4928A35F610405F92B4433B4DC",
            "family:000A10D43011EA4928A35F610405F92B4433B4DC",
            "aroi:example.org",
            "operator:d41d8cd98f00b204e9800998ecf8427e",
            "as:24940",
            "country:DE",
            "network",
        ];
        for text in texts {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
        assert_eq!("aroi:Example.ORG".parse(), Ok(Target::Domain(Domain::of_url("example.org").unwrap())));
        assert_eq!("as:AS24940".parse(), Ok(Target::As(AsNumber(24_940))));
    }

    #[test]
    fn what_names_no_group_is_refused() {
        let long = format!("aroi:{}.org", "a".repeat(300));
        for text in
            ["", "relay", "relay:", "relay:12", "as:0", "country:DEU", "aroi:localhost", "bridge:1", &long]
        {
            assert_eq!(text.parse::<Target>(), Err(ParseTargetError), "{text}");
        }
    }

    #[test]
    fn the_domain_of_an_operator_is_its_cause() {
        let target: Target = "aroi:example.org".parse().unwrap();
        assert!(target.is_cause(&CauseGroup::Operator(OperatorId::of_domain("example.org"))));
        assert!(!target.is_cause(&CauseGroup::Operator(OperatorId::of_domain("example.com"))));
        assert!(!Target::Network.is_cause(&CauseGroup::As(AsNumber(1))));
    }
}
