//! One condition of a flag: what is asked, what the relay has, whether that is enough, and how far.

use allium_model::Flag;

/// From where the bandwidth comes that an authority believes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BandwidthBasis {
    /// The authority's own measurement.
    Measured,
    /// What the relay advertises, capped at 10,000 kB/s in votes.
    Advertised,
    /// The authority goes by measurements only and has none of this relay, which counts as 0.
    UnmeasuredCountsAsZero,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequirementKind {
    /// Another flag in the same vote.
    Has(Flag),
    /// That the vote does not give another flag.
    HasNot(Flag),
    /// Believed bandwidth.
    Bandwidth(BandwidthBasis),
    /// Weighted fractional uptime.
    WeightedUptime,
    /// Weighted time known.
    TimeKnown,
    /// Weighted mean time between failures.
    TimeBetweenFailures,
    /// Uptime since the last restart.
    Uptime,
    /// Age of the descriptor at the start of the consensus, which must be above the bar.
    DescriptorAge,
    /// That every announced port was reached within the last 45 minutes.
    Reachable,
    /// That the authority lets the relay into the network.
    Admitted,
    /// That the relay answers directory requests.
    AnswersDirectory,
    /// That the exit policy lets a /8 out on ports 80 and 443.
    ExitPolicy,
}

impl RequirementKind {
    /// Its name in JSON and CSV.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Has(_) => "has_flag",
            Self::HasNot(_) => "has_not_flag",
            Self::Bandwidth(BandwidthBasis::Measured) => "measured_bandwidth",
            Self::Bandwidth(BandwidthBasis::Advertised) => "advertised_bandwidth",
            Self::Bandwidth(BandwidthBasis::UnmeasuredCountsAsZero) => "unmeasured_bandwidth",
            Self::WeightedUptime => "weighted_fractional_uptime",
            Self::TimeKnown => "weighted_time_known",
            Self::TimeBetweenFailures => "weighted_mean_time_between_failures",
            Self::Uptime => "uptime",
            Self::DescriptorAge => "descriptor_age",
            Self::Reachable => "reachable",
            Self::Admitted => "admitted",
            Self::AnswersDirectory => "answers_directory_requests",
            Self::ExitPolicy => "exit_policy",
        }
    }

    /// What is asked, in a few words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Has(_) => "flag",
            Self::HasNot(_) => "without the flag",
            Self::Bandwidth(BandwidthBasis::Measured) => "measured bandwidth",
            Self::Bandwidth(BandwidthBasis::Advertised) => "advertised bandwidth",
            Self::Bandwidth(BandwidthBasis::UnmeasuredCountsAsZero) => "bandwidth, not measured",
            Self::WeightedUptime => "weighted fractional uptime",
            Self::TimeKnown => "weighted time known",
            Self::TimeBetweenFailures => "weighted time between failures",
            Self::Uptime => "uptime since the last restart",
            Self::DescriptorAge => "age of the descriptor",
            Self::Reachable => "all ports reached within 45 minutes",
            Self::Admitted => "admitted to the network",
            Self::AnswersDirectory => "answers directory requests",
            Self::ExitPolicy => "lets a /8 out on ports 80 and 443",
        }
    }

    /// The flag that it is about.
    pub const fn flag(self) -> Option<Flag> {
        match self {
            Self::Has(flag) | Self::HasNot(flag) => Some(flag),
            _ => None,
        }
    }
}

/// An amount in the unit of its kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quantity {
    /// Seconds.
    Seconds(u64),
    /// A share, 0 to 1.
    Ratio(f64),
    /// kB/s (1,000 bytes per second).
    KilobytesPerSecond(u64),
    /// A yes or no.
    Is(bool),
}

impl Quantity {
    /// The amount as a number in its unit; yes is 1.
    pub fn number(self) -> f64 {
        match self {
            Self::Seconds(amount) | Self::KilobytesPerSecond(amount) => amount as f64,
            Self::Ratio(ratio) => ratio,
            Self::Is(is) => f64::from(u8::from(is)),
        }
    }

    /// The unit, as names of columns end.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Seconds(_) => "seconds",
            Self::Ratio(_) => "ratio",
            Self::KilobytesPerSecond(_) => "kilobytes_per_second",
            Self::Is(_) => "bool",
        }
    }

    fn of(self, number: f64) -> Self {
        match self {
            Self::Seconds(_) => Self::Seconds(number.max(0.0) as u64),
            Self::KilobytesPerSecond(_) => Self::KilobytesPerSecond(number.max(0.0) as u64),
            Self::Ratio(_) => Self::Ratio(number),
            Self::Is(_) => Self::Is(number > 0.0),
        }
    }
}

/// What the relay has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// This much.
    Known(Quantity),
    /// Votes never say it.
    NotInVotes,
    /// This vote does not say it.
    NotPublished,
}

/// What it needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bar {
    /// This much or more.
    AtLeast(Quantity),
    /// This much or more, by the default of tor; the authority may have set another and does not
    /// publish it.
    AtLeastByDefault(Quantity),
    /// The authority does not publish it.
    NotPublished,
}

impl Bar {
    /// The amount.
    pub fn quantity(self) -> Option<Quantity> {
        match self {
            Self::AtLeast(quantity) | Self::AtLeastByDefault(quantity) => Some(quantity),
            Self::NotPublished => None,
        }
    }
}

/// Whether a condition is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It is.
    Met,
    /// It cannot be told from votes.
    Unknown,
    /// It is not.
    NotMet,
}

impl State {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Unknown => "unknown",
            Self::NotMet => "not met",
        }
    }
}

/// Whether what was rounded could have gone the other way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nearness {
    /// Rounding makes no difference.
    Clear,
    /// Value and bar are closer than they are written.
    WithinRounding,
}

/// Half of the last digit that values are written with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rounding {
    /// Of shares.
    pub ratio: f64,
    /// Of seconds.
    pub seconds: f64,
    /// Of bandwidths, in kB/s.
    pub kilobytes_per_second: f64,
}

impl Rounding {
    /// As votes write them: `wfu` with six decimals, `guard-wfu` as a percentage with three; the rest
    /// in whole units, as it is compared.
    pub const VOTE: Self = Self { ratio: 0.000_005_5, seconds: 0.0, kilobytes_per_second: 0.0 };
}

/// One condition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Requirement {
    /// What is asked.
    pub kind: RequirementKind,
    /// What the relay has.
    pub value: Value,
    /// What it needs.
    pub bar: Bar,
}

impl Requirement {
    /// Whether it is met.
    pub fn state(&self) -> State {
        match (self.value, self.bar.quantity()) {
            (Value::Known(value), Some(bar)) if value.number() >= bar.number() => State::Met,
            (Value::Known(_), Some(_)) => State::NotMet,
            _ => State::Unknown,
        }
    }

    /// How much is missing; none when nothing is, or when it is not known.
    pub fn missing(&self) -> Option<Quantity> {
        match (self.state(), self.value, self.bar.quantity()) {
            (State::NotMet, Value::Known(value), Some(bar)) => Some(bar.of(bar.number() - value.number())),
            _ => None,
        }
    }

    /// How much of what is needed is there, 0 to 1; none when it is not known.
    pub fn progress(&self) -> Option<f64> {
        let (Value::Known(value), Some(bar)) = (self.value, self.bar.quantity()) else { return None };
        let bar = bar.number();
        Some(if bar > 0.0 { (value.number() / bar).clamp(0.0, 1.0) } else { 1.0 })
    }

    /// Whether rounding could have turned the state.
    pub fn nearness(&self, rounding: Rounding) -> Nearness {
        let (Value::Known(value), Some(bar)) = (self.value, self.bar.quantity()) else {
            return Nearness::Clear;
        };
        let margin = match value {
            Quantity::Seconds(_) => rounding.seconds,
            Quantity::Ratio(_) => rounding.ratio,
            Quantity::KilobytesPerSecond(_) => rounding.kilobytes_per_second,
            Quantity::Is(_) => return Nearness::Clear,
        };
        let is_near = margin > 0.0 && (value.number() - bar.number()).abs() <= margin;
        if is_near { Nearness::WithinRounding } else { Nearness::Clear }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time_known(value: u64, bar: u64) -> Requirement {
        Requirement {
            kind: RequirementKind::TimeKnown,
            value: Value::Known(Quantity::Seconds(value)),
            bar: Bar::AtLeast(Quantity::Seconds(bar)),
        }
    }

    #[test]
    fn equal_is_enough_and_less_says_how_much_is_missing() {
        assert_eq!(time_known(10, 10).state(), State::Met);
        assert_eq!(time_known(10, 10).missing(), None);
        assert_eq!(time_known(4, 10).missing(), Some(Quantity::Seconds(6)));
        assert_eq!(time_known(4, 10).progress(), Some(0.4));
        assert_eq!(time_known(0, 0).progress(), Some(1.0));
    }

    #[test]
    fn what_is_not_published_is_neither_met_nor_missed() {
        let requirement = Requirement { bar: Bar::NotPublished, ..time_known(4, 10) };
        assert_eq!((requirement.state(), requirement.progress()), (State::Unknown, None));
    }

    #[test]
    fn nearness_goes_by_the_last_digit_written() {
        let wfu = Requirement {
            kind: RequirementKind::WeightedUptime,
            value: Value::Known(Quantity::Ratio(0.979_996)),
            bar: Bar::AtLeast(Quantity::Ratio(0.98)),
        };
        assert_eq!(wfu.nearness(Rounding::VOTE), Nearness::WithinRounding);
        assert_eq!(time_known(9, 10).nearness(Rounding::VOTE), Nearness::Clear);
    }
}
