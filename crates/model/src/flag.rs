//! Router status flags (dir-spec, "known-flags").

use std::fmt;
use std::str::FromStr;

/// A flag that the directory authorities vote on. Flags that this list does not know are kept as
/// text beside a relay's [`FlagSet`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Flag {
    /// A directory authority.
    Authority,
    /// Judged useless or harmful as an exit.
    BadExit,
    /// Allows exits to at least one /8 on ports 80 and 443.
    Exit,
    /// Fast enough for circuits that need bandwidth.
    Fast,
    /// Suitable as an entry guard.
    Guard,
    /// Onion-service directory.
    HSDir,
    /// To be used in the middle of circuits only.
    MiddleOnly,
    /// Its ed25519 identity is not agreed on.
    NoEdConsensus,
    /// Reachable for the authorities.
    Running,
    /// Suitable for long-lived circuits.
    Stable,
    /// Its descriptor is too old.
    StaleDesc,
    /// Dropped as one of too many relays of an address.
    Sybil,
    /// Answers directory requests.
    V2Dir,
    /// Allowed on the network.
    Valid,
}

impl Flag {
    /// Every known flag, in the alphabetical order of the consensus.
    pub const ALL: [Self; 14] = [
        Self::Authority,
        Self::BadExit,
        Self::Exit,
        Self::Fast,
        Self::Guard,
        Self::HSDir,
        Self::MiddleOnly,
        Self::NoEdConsensus,
        Self::Running,
        Self::Stable,
        Self::StaleDesc,
        Self::Sybil,
        Self::V2Dir,
        Self::Valid,
    ];

    /// The flag's name as documents write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authority => "Authority",
            Self::BadExit => "BadExit",
            Self::Exit => "Exit",
            Self::Fast => "Fast",
            Self::Guard => "Guard",
            Self::HSDir => "HSDir",
            Self::MiddleOnly => "MiddleOnly",
            Self::NoEdConsensus => "NoEdConsensus",
            Self::Running => "Running",
            Self::Stable => "Stable",
            Self::StaleDesc => "StaleDesc",
            Self::Sybil => "Sybil",
            Self::V2Dir => "V2Dir",
            Self::Valid => "Valid",
        }
    }

    /// What the flag says of a relay, in one sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Authority => "The relay is a directory authority.",
            Self::BadExit => {
                "The authorities judge the relay useless or harmful as an exit; clients do not exit through it."
            }
            Self::Exit => "The relay lets circuits out to the Internet on ports 80 and 443.",
            Self::Fast => "The relay has enough bandwidth to be used for any circuit.",
            Self::Guard => "The relay may be the first hop that a client keeps for months.",
            Self::HSDir => "The relay stores descriptors of onion services.",
            Self::MiddleOnly => "The authorities allow the relay in the middle of circuits only.",
            Self::NoEdConsensus => "The authorities do not agree on the relay's ed25519 identity.",
            Self::Running => "The authorities reached the relay within the last 45 minutes.",
            Self::Stable => "The relay stays up long enough for long-lived circuits.",
            Self::StaleDesc => "The relay's descriptor is too old and should have been renewed.",
            Self::Sybil => "The relay was dropped as one of too many on its address.",
            Self::V2Dir => "The relay answers directory requests.",
            Self::Valid => "The authorities have not excluded the relay from the network.",
        }
    }
}

/// A text is not the name of a known flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this flag is not known")]
pub struct UnknownFlag;

impl FromStr for Flag {
    type Err = UnknownFlag;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|flag| flag.name() == text).ok_or(UnknownFlag)
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A set of known flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FlagSet(u16);

impl FlagSet {
    /// Adds a flag.
    pub fn insert(&mut self, flag: Flag) {
        self.0 |= 1 << flag as u8;
    }

    /// Whether the flag is in the set.
    pub fn contains(self, flag: Flag) -> bool {
        self.0 & (1 << flag as u8) != 0
    }

    /// The flags in alphabetical order.
    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.into_iter().filter(move |flag| self.contains(*flag))
    }
}

impl FromIterator<Flag> for FlagSet {
    fn from_iter<I: IntoIterator<Item = Flag>>(flags: I) -> Self {
        let mut set = Self::default();
        flags.into_iter().for_each(|flag| set.insert(flag));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let set: FlagSet = [Flag::Valid, Flag::Exit].into_iter().collect();
        assert!(set.contains(Flag::Exit) && !set.contains(Flag::BadExit));
        assert_eq!(set.iter().collect::<Vec<_>>(), [Flag::Exit, Flag::Valid]);
    }

    #[test]
    fn names_are_read_back_and_listed_alphabetically() {
        for pair in Flag::ALL.windows(2) {
            assert!(pair[0] < pair[1]);
            assert_eq!(pair[0].name().parse(), Ok(pair[0]));
        }
    }
}
