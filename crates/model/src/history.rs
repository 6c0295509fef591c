//! Onionoo graph histories: a run of equally long bins, each with a value or unknown.
//!
//! `first` and `last` are the mid-points of the first and last bin; the value of a bin is its
//! stored integer times `factor` (field.md 3.2). Unknown bins are not zero.

use crate::Timestamp;

/// The period that a history covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// One month.
    OneMonth,
    /// Six months.
    SixMonths,
    /// One year.
    OneYear,
    /// Five years.
    FiveYears,
}

impl Period {
    /// Every period, from the shortest.
    pub const ALL: [Self; 4] = [Self::OneMonth, Self::SixMonths, Self::OneYear, Self::FiveYears];

    /// Onionoo's key of the period.
    pub const fn key(self) -> &'static str {
        match self {
            Self::OneMonth => "1_month",
            Self::SixMonths => "6_months",
            Self::OneYear => "1_year",
            Self::FiveYears => "5_years",
        }
    }

    /// The period's length in calendar months.
    pub const fn months(self) -> u32 {
        match self {
            Self::OneMonth => 1,
            Self::SixMonths => 6,
            Self::OneYear => 12,
            Self::FiveYears => 60,
        }
    }

    /// The period in words: `6 months`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OneMonth => "1 month",
            Self::SixMonths => "6 months",
            Self::OneYear => "1 year",
            Self::FiveYears => "5 years",
        }
    }
}

/// One history, checked: at least one bin, an interval of 1 s to 31 d, a finite factor of at least 0,
/// and values of 0 to 999.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Mid-point of the first bin.
    pub first: Timestamp,
    /// Length of a bin in seconds.
    pub interval_seconds: i64,
    /// What a stored integer is multiplied with.
    pub factor: f64,
    values: Box<[u16]>,
}

/// How an unknown bin is stored.
const UNKNOWN: u16 = History::UNKNOWN;

/// Why numbers make no history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// The interval is out of range.
    #[error("the interval is not between 1 second and 31 days")]
    Interval,
    /// The factor is negative or no number.
    #[error("the factor is not a number of at least 0")]
    Factor,
    /// A value is out of range.
    #[error("a value is not between 0 and 999")]
    Value,
    /// The number of values does not fit the other fields.
    #[error("count, first, last and the number of values do not agree")]
    Count,
}

impl History {
    /// How [`History::from_stored`] takes an unknown bin.
    pub const UNKNOWN: u16 = u16::MAX;

    /// Checks and makes a history; `last` and `count` must agree with the number of values.
    pub fn new(
        first: Timestamp,
        last: Timestamp,
        interval_seconds: i64,
        factor: f64,
        count: Option<usize>,
        values: impl Iterator<Item = Option<i64>>,
    ) -> Result<Self, HistoryError> {
        let mut stored = Vec::with_capacity(values.size_hint().0);
        for value in values {
            stored.push(match value {
                None => UNKNOWN,
                Some(value) if (0..=999).contains(&value) => value as u16,
                Some(_) => return Err(HistoryError::Value),
            });
        }
        Self::from_stored(first, last, interval_seconds, factor, count, stored)
    }

    /// The same of values as they are stored: 0 to 999, or [`History::UNKNOWN`].
    pub fn from_stored(
        first: Timestamp,
        last: Timestamp,
        interval_seconds: i64,
        factor: f64,
        count: Option<usize>,
        values: impl Into<Box<[u16]>>,
    ) -> Result<Self, HistoryError> {
        if !(1..=31 * 86_400).contains(&interval_seconds) {
            return Err(HistoryError::Interval);
        }
        if !factor.is_finite() || factor < 0.0 {
            return Err(HistoryError::Factor);
        }
        let values = values.into();
        // Counted without a way out in between, which the machine does for many at a time.
        let beyond = values.iter().filter(|value| **value > 999 && **value != UNKNOWN).count();
        if beyond > 0 {
            return Err(HistoryError::Value);
        }
        let spanned = last.seconds_since(first) / interval_seconds + 1;
        if values.is_empty()
            || spanned != values.len() as i64
            || count.is_some_and(|count| count != values.len())
        {
            return Err(HistoryError::Count);
        }
        Ok(Self { first, interval_seconds, factor, values })
    }

    /// Number of bins, known and unknown.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Never: a history has at least one bin.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Mid-point of a bin.
    pub fn midpoint(&self, bin: usize) -> Timestamp {
        self.first.plus_seconds(bin as i64 * self.interval_seconds)
    }

    /// Start of the first bin, half an interval before its mid-point.
    pub fn start(&self) -> Timestamp {
        self.first.plus_seconds(-(self.interval_seconds / 2))
    }

    /// End of a bin, half an interval after its mid-point.
    pub fn end(&self, bin: usize) -> Timestamp {
        self.midpoint(bin).plus_seconds(self.interval_seconds / 2)
    }

    /// The true value of a bin; none for an unknown bin or none at all.
    pub fn value(&self, bin: usize) -> Option<f64> {
        let stored = *self.values.get(bin)?;
        (stored != UNKNOWN).then(|| f64::from(stored) * self.factor)
    }

    /// The true values, unknown bins as `None`.
    pub fn values(&self) -> impl ExactSizeIterator<Item = Option<f64>> {
        self.values.iter().map(|value| (*value != UNKNOWN).then(|| f64::from(*value) * self.factor))
    }

    /// The number of known values and their sum, added up before the factor is applied.
    pub fn known_sum(&self) -> (u32, f64) {
        let add = |(known, sum): (u32, u64), value: &u16| {
            let is_known = *value != UNKNOWN;
            (known + u32::from(is_known), sum + if is_known { u64::from(*value) } else { 0 })
        };
        let (known, sum) = self.values.iter().fold((0, 0), add);
        (known, sum as f64 * self.factor)
    }

    /// The first bin with a known value above zero: the relay was there.
    pub fn first_present(&self) -> Option<usize> {
        self.values().position(|value| value.is_some_and(|value| value > 0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(factor: f64, values: &[Option<i64>]) -> Result<History, HistoryError> {
        let last = Timestamp(3600 * (values.len() as i64 - 1));
        History::new(Timestamp(0), last, 3600, factor, Some(values.len()), values.iter().copied())
    }

    #[test]
    fn values_are_integers_times_factor_and_unknown_is_not_zero() {
        let history = history(0.5 / 999.0, &[None, Some(0), Some(999)]).unwrap();
        assert_eq!(history.values().collect::<Vec<_>>(), [None, Some(0.0), Some(0.5)]);
        assert_eq!((history.first_present(), history.known_sum()), (Some(2), (2, 0.5)));
        assert_eq!((history.midpoint(2), history.end(2)), (Timestamp(7200), Timestamp(9000)));
    }

    #[test]
    fn what_does_not_agree_is_refused() {
        assert_eq!(history(f64::NAN, &[Some(1)]), Err(HistoryError::Factor));
        assert_eq!(history(-1.0, &[Some(1)]), Err(HistoryError::Factor));
        assert_eq!(history(1.0, &[Some(1000)]), Err(HistoryError::Value));
        assert_eq!(history(1.0, &[]), Err(HistoryError::Count));
        let wrong_count =
            History::new(Timestamp(0), Timestamp(3600), 3600, 1.0, Some(3), [Some(1), Some(1)].into_iter());
        assert_eq!(wrong_count, Err(HistoryError::Count));
        let stored = |value| History::from_stored(Timestamp(0), Timestamp(0), 60, 1.0, None, [value]);
        assert_eq!((stored(1000), stored(999).map(|_| ())), (Err(HistoryError::Value), Ok(())));
        assert_eq!(stored(History::UNKNOWN).map(|history| history.value(0)), Ok(None));
        let no_interval = History::new(Timestamp(0), Timestamp(0), 0, 1.0, None, [Some(1)].into_iter());
        assert_eq!(no_interval, Err(HistoryError::Interval));
    }
}
