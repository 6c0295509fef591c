//! What is read from history.

use crate::{Date, FlagSet, GroupKey, Timestamp};

/// A stretch of time: from (inclusive) to until (exclusive).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// First moment.
    pub from: Timestamp,
    /// First moment after.
    pub until: Timestamp,
}

/// A relay in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HourState {
    /// There is no consensus of that hour in the store.
    Gap,
    /// The relay was not in the consensus, or not running.
    Absent,
    /// It was running.
    Running {
        /// Its flags.
        flags: FlagSet,
        /// Its consensus weight.
        weight: Option<u32>,
        /// Whether the weight was measured.
        is_measured: Option<bool>,
    },
}

/// A day of a relay whose hours are no longer kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RelayDay {
    /// The day.
    pub date: Date,
    /// Hours with a consensus.
    pub known_hours: u8,
    /// Hours in which it was running.
    pub running_hours: u8,
    /// Mean weight over the hours in which it ran.
    pub mean_weight: Option<u32>,
    /// Flags that it had in more than half of the hours in which it ran.
    pub flags: FlagSet,
}

/// The history of a relay in a range: days where only they are kept, then hours.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RelaySeries {
    /// Days, ascending.
    pub days: Vec<RelayDay>,
    /// First hour of `hours`.
    pub first_hour: Timestamp,
    /// Every hour from `first_hour` on, without holes.
    pub hours: Vec<HourState>,
}

/// A group in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GroupHour {
    /// When.
    pub valid_after: Timestamp,
    /// Its running relays.
    pub relays: u32,
    /// Sum of their consensus weights.
    pub weight: u64,
    /// Of those with Exit and without BadExit.
    pub exit_weight: u64,
    /// Of those with Guard.
    pub guard_weight: u64,
}

/// The history of a group; hours without a consensus are absent.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupSeries {
    /// Which group.
    pub key: GroupKey,
    /// Its hours, ascending.
    pub hours: Vec<GroupHour>,
}
