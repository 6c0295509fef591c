//! Which flags have a rule here, and how much of it votes show.

use allium_model::Flag;

/// The flags that are judged, in the order in which they build on each other.
pub const JUDGED_FLAGS: [Flag; 9] = [
    Flag::Running,
    Flag::Valid,
    Flag::V2Dir,
    Flag::Fast,
    Flag::Stable,
    Flag::Guard,
    Flag::HSDir,
    Flag::Exit,
    Flag::StaleDesc,
];

/// How much of a rule can be told from a vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coverage {
    /// All of it, where the vote carries statistics and thresholds.
    Whole,
    /// Only conditions without which the flag is not given.
    NecessaryOnly,
}

impl Coverage {
    /// The words for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole rule",
            Self::NecessaryOnly => "necessary conditions",
        }
    }
}

/// How much of a flag's rule can be told from a vote.
pub const fn coverage(flag: Flag) -> Coverage {
    match flag {
        Flag::Fast | Flag::Stable | Flag::Guard | Flag::StaleDesc => Coverage::Whole,
        _ => Coverage::NecessaryOnly,
    }
}
