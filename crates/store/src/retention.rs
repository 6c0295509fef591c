//! What is kept for how long: a pure plan, made from what is there.
//!
//! Ages count from the newest record and not from a clock, so that a clock that is wrong, or a source
//! that is silent, loses nothing.

use crate::time::DAY_SECONDS;
use allium_model::{Date, Timestamp};

/// How long what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Days of which every hour is kept, the newest included; older days keep daily values for ever.
    pub hourly_days: u32,
    /// Days that a contact text is kept after the last of its relays was seen with it; its hash stays.
    pub contact_days: u32,
    /// Days that a probe is kept.
    pub probe_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { hourly_days: 90, contact_days: 90, probe_days: 90 }
    }
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionPlan {
    /// Days whose hours become daily values, ascending.
    pub fold: Vec<Date>,
    /// Contact texts that no relay was seen with since are given up.
    pub contacts_before: Timestamp,
    /// Probes before this are dropped.
    pub probes_before: Timestamp,
}

/// Plans for a store whose newest record is `newest` and which keeps hours of `hourly` days.
pub fn plan_retention(retention: Retention, newest: Timestamp, hourly: &[Date]) -> RetentionPlan {
    let first_kept = Date(newest.date().0.saturating_sub_unsigned(retention.hourly_days.saturating_sub(1)));
    let mut fold: Vec<Date> = hourly.iter().copied().filter(|day| *day < first_kept).collect();
    fold.sort_unstable();
    let before = |days: u32| newest.plus_seconds(-(i64::from(days) * DAY_SECONDS));
    RetentionPlan {
        fold,
        contacts_before: before(retention.contact_days),
        probes_before: before(retention.probe_days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(hourly_days: u32, newest: &str) -> RetentionPlan {
        let days: Vec<Date> = (1..=28).map(|day| format!("2026-02-{day:02}").parse().unwrap()).collect();
        let retention = Retention { hourly_days, ..Retention::default() };
        plan_retention(retention, newest.parse().unwrap(), &days)
    }

    #[test]
    fn the_newest_day_counts_among_those_that_are_kept() {
        let fold = plan(3, "2026-02-05 23:00:00").fold;
        assert_eq!(fold.iter().map(Date::to_string).collect::<Vec<_>>(), ["2026-02-01", "2026-02-02"]);
    }

    #[test]
    fn nothing_is_given_up_while_everything_is_young() {
        assert_eq!(plan(90, "2026-02-28 00:00:00").fold, []);
        assert_eq!(plan(u32::MAX, "2026-02-28 00:00:00").fold, []);
    }

    #[test]
    fn texts_and_probes_age_with_the_data() {
        let plan = plan(90, "2026-06-01 12:00:00");
        assert_eq!(plan.contacts_before.to_string(), "2026-03-03 12:00:00");
        assert_eq!(plan.probes_before, plan.contacts_before);
    }

    #[test]
    fn the_newest_day_is_kept_always() {
        let fold = plan(0, "2026-02-02 05:00:00").fold;
        assert_eq!(fold.iter().map(Date::to_string).collect::<Vec<_>>(), ["2026-02-01"]);
    }
}
