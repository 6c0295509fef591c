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

impl RelaySeries {
    /// The same with those of its hours that lie in a range.
    #[must_use]
    pub fn hours_in(&self, range: TimeRange) -> Self {
        let places =
            |until: Timestamp| until.seconds_since(self.first_hour).max(0).unsigned_abs().div_ceil(3600);
        let count = self.hours.len();
        let skip = (places(range.from) as usize).min(count);
        let end = (places(range.until) as usize).clamp(skip, count);
        Self {
            days: self.days.clone(),
            first_hour: self.first_hour.plus_seconds(skip as i64 * 3600),
            hours: self.hours[skip..end].to_vec(),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_of_a_range_are_cut_out_and_begin_where_they_are() {
        let hours =
            vec![HourState::Gap, HourState::Absent, HourState::Gap, HourState::Absent, HourState::Absent];
        let series = RelaySeries { days: Vec::new(), first_hour: Timestamp(7200), hours };
        let cut = |from, until| {
            let cut = series.hours_in(TimeRange { from: Timestamp(from), until: Timestamp(until) });
            (cut.first_hour.0, cut.hours.len())
        };
        assert_eq!(cut(0, 100_000), (7200, 5));
        assert_eq!(cut(10_800, 18_000), (10_800, 2));
        assert_eq!(cut(10_801, 18_001), (14_400, 2), "an hour that has begun belongs to the range before");
        assert_eq!(cut(90_000, 100_000), (25_200, 0));
        assert_eq!(cut(0, 10), (7200, 0));
    }
}
