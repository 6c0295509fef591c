//! How the health changed: against 24 hours, 7 days and a year before.

use allium_model::{CountryCode, HealthComponent, HealthRecord, TimeRange, Timestamp};

/// A stretch of time that the present is compared over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 365 days.
    Year,
}

impl Span {
    /// Every span.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Year];

    /// Its length in seconds.
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Day => 86_400,
            Self::Week => 7 * 86_400,
            Self::Year => 365 * 86_400,
        }
    }

    /// How far from it the record of that time may lie, in seconds.
    const fn tolerance_seconds(self) -> i64 {
        match self {
            Self::Day => 2 * 3600,
            Self::Week => 6 * 3600,
            Self::Year => 3 * 86_400,
        }
    }

    /// Its name in words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "24 hours",
            Self::Week => "7 days",
            Self::Year => "a year",
        }
    }
}

/// Changes over a span, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// When the record that is compared with was made.
    pub since: Timestamp,
    /// Of the score, over the components known at both times.
    pub score: Option<f64>,
    /// Of each component, in the order of [`HealthComponent::ALL`].
    pub components: [Option<f64>; 5],
    /// Of the capacity of exits: now / then - 1.
    pub exit_capacity_ratio: Option<f64>,
    /// The same of guards.
    pub guard_capacity_ratio: Option<f64>,
}

/// A change of less than this is none to speak of, in points.
pub const STEADY_POINTS: f64 = 0.5;

/// Which way something goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// Better by [`STEADY_POINTS`] or more.
    Improving,
    /// Nearly as it was.
    Stable,
    /// Worse by as much.
    Declining,
}

impl Trend {
    /// The trend of a change in points.
    pub fn of(points: f64) -> Self {
        match points {
            points if points >= STEADY_POINTS => Self::Improving,
            points if points <= -STEADY_POINTS => Self::Declining,
            _ => Self::Stable,
        }
    }

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Improving => "improving",
            Self::Stable => "stable",
            Self::Declining => "declining",
        }
    }

    /// The arrow for it.
    pub const fn arrow(self) -> &'static str {
        match self {
            Self::Improving => "↑",
            Self::Stable => "→",
            Self::Declining => "↓",
        }
    }
}

/// The change of `now` over a span; none when no record of that time is at hand.
pub(super) fn change(now: &HealthRecord, past: &[HealthRecord], span: Span) -> Option<Change> {
    let wanted = now.at.plus_seconds(-span.seconds());
    let distance = |record: &&HealthRecord| record.at.seconds_since(wanted).abs();
    let before = past.iter().filter(|record| record.at < now.at).min_by_key(distance)?;
    let growth =
        |now: Option<u64>, then: Option<u64>| Some(now? as f64 / then.filter(|then| *then > 0)? as f64 - 1.0);
    (distance(&before) <= span.tolerance_seconds()).then(|| Change {
        since: before.at,
        score: now.change_since(before),
        components: HealthComponent::ALL.map(|component| now.component_change(component, before)),
        exit_capacity_ratio: growth(
            now.exit_capacity_bytes_per_second,
            before.exit_capacity_bytes_per_second,
        ),
        guard_capacity_ratio: growth(
            now.guard_capacity_bytes_per_second,
            before.guard_capacity_bytes_per_second,
        ),
    })
}

/// Countries that came and went over a quarter of a year, or since the history begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountryChange {
    /// When the record that is compared with was made.
    pub since: Timestamp,
    /// Countries with a running relay now and none then.
    pub gained: Vec<CountryCode>,
    /// Countries with a running relay then and none now.
    pub lost: Vec<CountryCode>,
}

/// A quarter of a year in seconds: 91 days.
const QUARTER_SECONDS: i64 = 91 * 86_400;

/// The change of the countries; none without a record of the past that knows them.
pub(super) fn country_change(now: &HealthRecord, past: &[HealthRecord]) -> Option<CountryChange> {
    let from = now.at.plus_seconds(-QUARTER_SECONDS);
    let countries = now.countries?;
    let known = past.iter().filter(|record| record.at >= from && record.at < now.at);
    let (since, then) =
        known.filter_map(|record| Some((record.at, record.countries?))).min_by_key(|(at, _)| *at)?;
    Some(CountryChange {
        since,
        gained: countries.without(&then).collect(),
        lost: then.without(&countries).collect(),
    })
}

/// The stretches of the past that are compared with a moment: a quarter, and the time a year before.
pub fn wanted(now: Timestamp) -> [TimeRange; 2] {
    let (year, tolerance) = (Span::Year.seconds(), Span::Year.tolerance_seconds());
    [
        TimeRange {
            from: now.plus_seconds(-year - tolerance),
            until: now.plus_seconds(-year + tolerance + 1),
        },
        TimeRange { from: now.plus_seconds(-QUARTER_SECONDS), until: now },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::CountrySet;

    fn record(at: i64, availability: f64) -> HealthRecord {
        HealthRecord {
            at: Timestamp(at),
            components: [Some(availability), Some(1.0), None, None, None],
            exit_capacity_bytes_per_second: Some(at.unsigned_abs() + 100),
            ..HealthRecord::default()
        }
    }

    #[test]
    fn the_nearest_record_within_two_hours_of_a_day_ago_counts() {
        let past = [record(-86_400 - 3600, 0.5), record(-86_400 + 1800, 0.7), record(-3600, 0.1)];
        let found = change(&record(0, 0.9), &past, Span::Day).unwrap();
        assert_eq!(found.since, Timestamp(-84_600));
        // 0.25 of 0.5 of the weight, and the component itself.
        assert!((found.score.unwrap() - 10.0).abs() < 1e-9);
        assert!((found.components[0].unwrap() - 20.0).abs() < 1e-9 && found.components[2].is_none());
        assert!((found.exit_capacity_ratio.unwrap() - (100.0 / 84_700.0 - 1.0)).abs() < 1e-9);
        assert_eq!(change(&record(0, 0.9), &past, Span::Week), None);
        assert_eq!(change(&record(0, 0.9), &[], Span::Day), None);
    }

    #[test]
    fn countries_are_compared_with_the_oldest_record_of_the_quarter() {
        let set = |codes: &[&str]| codes.iter().filter_map(|code| code.parse().ok()).collect::<CountrySet>();
        let with = |days: i64, codes: &[&str]| HealthRecord {
            at: Timestamp(-days * 86_400),
            countries: Some(set(codes)),
            ..HealthRecord::default()
        };
        let past = [with(100, &["US"]), with(90, &["DE", "FR"]), with(10, &["DE"])];
        let found = country_change(&with(0, &["DE", "SE"]), &past).unwrap();
        assert_eq!(found.since, Timestamp(-90 * 86_400));
        assert_eq!((found.gained.len(), found.gained[0].as_str()), (1, "SE"));
        assert_eq!((found.lost.len(), found.lost[0].as_str()), (1, "FR"));
        assert_eq!(country_change(&with(0, &["DE"]), &past[..1]), None);
    }

    #[test]
    fn small_changes_are_stable() {
        let trends = [0.49, 0.5, -0.49, -0.5].map(|points| Trend::of(points).name());
        assert_eq!(trends, ["stable", "improving", "stable", "declining"]);
    }
}
