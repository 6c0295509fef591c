//! Thresholds as texts: the same in configuration and links.

use super::{VersionLimit, Watch, WatchKind};
use allium_model::{Flag, FlagSet, Severity};
use std::ops::RangeInclusive;

/// Why a text is no watch. Texts are sentences for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WatchError {
    /// There is no such kind.
    #[error("there is no watch {name:?}; known are {known}")]
    Unknown {
        /// What was given, cut to 40 characters.
        name: String,
        /// What could be.
        known: String,
    },
    /// The value does not fit the kind.
    #[error("{name} cannot be {value:?}: expected is {expected}", name = .kind.name(), expected = .kind.value_hint())]
    Value {
        /// The kind.
        kind: WatchKind,
        /// What was given, cut to 40 characters.
        value: String,
    },
}

const HOURS: RangeInclusive<u64> = 2..=168;
const BYTES_PER_SECOND: RangeInclusive<u64> = 1..=1_000_000_000_000;
const WEIGHT: RangeInclusive<u64> = 1..=1_000_000_000;
const PERCENT: RangeInclusive<u64> = 10..=90;
const POINTS: RangeInclusive<u64> = 1..=50;

impl Watch {
    /// Reads a kind and its value.
    pub fn parse(name: &str, value: &str) -> Result<Self, WatchError> {
        let kind = WatchKind::from_name(name).ok_or_else(|| WatchError::Unknown {
            name: cut(name),
            known: WatchKind::ALL.map(WatchKind::name).join(", "),
        })?;
        Self::of_value(kind, value).ok_or_else(|| WatchError::Value { kind, value: cut(value) })
    }

    /// The threshold as [`Self::parse`] reads it.
    pub fn value(&self) -> String {
        match self {
            Self::Incident { minimum } => minimum.name().into(),
            Self::Absent { hours } | Self::Back { after_hours: hours } => hours.to_string(),
            Self::BandwidthBelow { bytes_per_second: figure } | Self::WeightBelow { weight: figure } => {
                figure.to_string()
            }
            Self::BandwidthBelowNorm { percent } | Self::WeightBelowNorm { percent } => percent.to_string(),
            Self::FlagLost(flags) | Self::FlagGained(flags) => {
                flags.iter().map(Flag::name).collect::<Vec<_>>().join(",")
            }
            Self::Version(limit) => limit.name().into(),
            Self::Overloaded | Self::Ipv6Unreachable | Self::AroiFault | Self::FamilyFault => "on".into(),
            Self::UptimeBelowNorm { points } => points.to_string(),
        }
    }

    fn of_value(kind: WatchKind, value: &str) -> Option<Self> {
        let on = |watch| (value == "on").then_some(watch);
        Some(match kind {
            WatchKind::Incident => Self::Incident { minimum: severity(value)? },
            WatchKind::Absent => Self::Absent { hours: number(value, HOURS)? as u16 },
            WatchKind::Back => Self::Back { after_hours: number(value, HOURS)? as u16 },
            WatchKind::BandwidthBelow => {
                Self::BandwidthBelow { bytes_per_second: number(value, BYTES_PER_SECOND)? }
            }
            WatchKind::BandwidthBelowNorm => {
                Self::BandwidthBelowNorm { percent: number(value, PERCENT)? as u8 }
            }
            WatchKind::WeightBelow => Self::WeightBelow { weight: number(value, WEIGHT)? },
            WatchKind::WeightBelowNorm => Self::WeightBelowNorm { percent: number(value, PERCENT)? as u8 },
            WatchKind::FlagLost => Self::FlagLost(flags(value)?),
            WatchKind::FlagGained => Self::FlagGained(flags(value)?),
            WatchKind::Version => {
                Self::Version(VersionLimit::ALL.into_iter().find(|limit| limit.name() == value)?)
            }
            WatchKind::Overloaded => on(Self::Overloaded)?,
            WatchKind::Ipv6Unreachable => on(Self::Ipv6Unreachable)?,
            WatchKind::AroiFault => on(Self::AroiFault)?,
            WatchKind::FamilyFault => on(Self::FamilyFault)?,
            WatchKind::UptimeBelowNorm => Self::UptimeBelowNorm { points: number(value, POINTS)? as u8 },
        })
    }
}

/// The severity of a word.
fn severity(word: &str) -> Option<Severity> {
    let all = [Severity::Notice, Severity::Warning, Severity::Critical];
    all.into_iter().find(|severity| severity.name() == word)
}

/// A number in its one form (no sign, no leading zero) and within its bounds.
pub(crate) fn number(text: &str, bounds: RangeInclusive<u64>) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text && bounds.contains(&number)).then_some(number)
}

/// At least one flag. Running is no flag to be lost: its loss is absence.
fn flags(text: &str) -> Option<FlagSet> {
    let all: Option<FlagSet> = text.split(',').map(|name| name.trim().parse().ok()).collect();
    all.filter(|flags| !flags.contains(Flag::Running))
}

/// What is repeated of a wrong text.
pub(crate) fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_value_that_is_read_as_it_is_written() {
        let values = [
            ("incident", "warning"),
            ("absent", "6"),
            ("back", "2"),
            ("bandwidth", "1500000"),
            ("bandwidth-norm", "50"),
            ("weight", "1000"),
            ("weight-norm", "40"),
            ("flag-lost", "Exit,Guard"),
            ("flag-gained", "BadExit"),
            ("version", "end-of-life"),
            ("overloaded", "on"),
            ("ipv6", "on"),
            ("aroi", "on"),
            ("family", "on"),
            ("uptime-norm", "3"),
        ];
        assert_eq!(values.map(|(name, _)| name), WatchKind::ALL.map(WatchKind::name));
        for (name, value) in values {
            let watch = Watch::parse(name, value).unwrap();
            assert_eq!((watch.kind().name(), watch.value().as_str()), (name, value));
        }
    }

    #[test]
    fn values_out_of_bounds_are_refused_with_what_is_expected() {
        let values = [
            ("absent", "1"),
            ("absent", "169"),
            ("absent", "06"),
            ("absent", "+6"),
            ("absent", ""),
            ("incident", "bad"),
            ("bandwidth-norm", "100"),
            ("flag-lost", ""),
            ("flag-lost", "Guard,Running"),
            ("flag-lost", "Nothing"),
            ("version", "old"),
            ("overloaded", "1"),
        ];
        for (name, value) in values {
            let error = Watch::parse(name, value).unwrap_err();
            assert!(matches!(error, WatchError::Value { .. }), "{name} {value}");
        }
        let error = Watch::parse("absent", "1").unwrap_err().to_string();
        assert_eq!(error, "absent cannot be \"1\": expected is hours, 2 to 168");
        assert!(matches!(Watch::parse("wind", "1"), Err(WatchError::Unknown { .. })));
    }
}
