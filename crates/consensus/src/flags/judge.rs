//! A relay's entry in a vote against the rules of each flag.

use super::requirement::{
    BandwidthBasis, Bar, Nearness, Quantity, Requirement, RequirementKind, Rounding, State, Value,
};
use super::rule::JUDGED_FLAGS;
use super::thresholds::{RuleEra, Thresholds};
use super::{
    GUARD_GUARANTEE_KILOBYTES_PER_SECOND, HSDIR_UPTIME_SECONDS, STABLE_GUARANTEE_MTBF_SECONDS,
    STABLE_GUARANTEE_UPTIME_SECONDS, STALE_DESCRIPTOR_SECONDS,
};
use allium_model::{Flag, Timestamp, VoteEntry};

/// What the conditions together say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// All are met.
    Met,
    /// None is missed, and some cannot be told from votes.
    Open,
    /// At least one is missed.
    NotMet,
}

impl Verdict {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Open => "open",
            Self::NotMet => "not met",
        }
    }
}

/// A flag, one relay, one authority.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The flag.
    pub flag: Flag,
    /// Whether the vote gives it.
    pub is_given: bool,
    /// Its conditions.
    pub requirements: Vec<Requirement>,
}

impl Judgement {
    /// What the conditions together say.
    pub fn verdict(&self) -> Verdict {
        match self.requirements.iter().map(Requirement::state).max() {
            None | Some(State::Met) => Verdict::Met,
            Some(State::Unknown) => Verdict::Open,
            Some(State::NotMet) => Verdict::NotMet,
        }
    }

    /// Whether rounding could have turned the verdict: something is near, and nothing else decides.
    pub fn nearness(&self, rounding: Rounding) -> Nearness {
        let is_near = |requirement: &&Requirement| requirement.nearness(rounding) == Nearness::WithinRounding;
        let is_decided = self.requirements.iter().any(|r| !is_near(&r) && r.state() == State::NotMet);
        let is_near = !is_decided && self.requirements.iter().any(|r| is_near(&r));
        if is_near { Nearness::WithinRounding } else { Nearness::Clear }
    }

    /// Conditions that are not met.
    pub fn missed(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements.iter().filter(|requirement| requirement.state() == State::NotMet)
    }
}

/// Every judged flag of an entry, in the order of [`JUDGED_FLAGS`]. `valid_after` is the start of the
/// consensus that the vote is for.
pub fn judge_all(entry: &VoteEntry, thresholds: &Thresholds, valid_after: Timestamp) -> Vec<Judgement> {
    JUDGED_FLAGS.into_iter().map(|flag| judge(flag, entry, thresholds, valid_after)).collect()
}

/// One flag of an entry. A flag without a rule here has no conditions.
pub fn judge(flag: Flag, entry: &VoteEntry, thresholds: &Thresholds, valid_after: Timestamp) -> Judgement {
    let mut requirements = match flag {
        Flag::Running => vec![unseen(RequirementKind::Reachable)],
        Flag::Valid => vec![unseen(RequirementKind::Admitted)],
        Flag::V2Dir => vec![unseen(RequirementKind::AnswersDirectory)],
        Flag::Exit => vec![unseen(RequirementKind::ExitPolicy)],
        Flag::Fast => vec![bandwidth(entry, thresholds, published(thresholds.fast_kilobytes_per_second))],
        Flag::Stable => vec![stability(entry, thresholds)],
        Flag::Guard => guard(entry, thresholds),
        Flag::HSDir => hsdir(entry, thresholds.era),
        Flag::StaleDesc => vec![descriptor_age(entry, valid_after)],
        _ => Vec::new(),
    };
    let asks_for_running = thresholds.era == RuleEra::BeforeMethod22;
    if asks_for_running && matches!(flag, Flag::Fast | Flag::Stable) {
        requirements.push(has(entry, Flag::Running));
    }
    requirements.extend(excluded_by(flag).filter(|other| entry.flags.contains(*other)).map(has_not));
    Judgement { flag, is_given: entry.flags.contains(flag), requirements }
}

/// Flags that an authority takes away together with giving another.
fn excluded_by(flag: Flag) -> impl Iterator<Item = Flag> {
    let by_middle_only = matches!(flag, Flag::Exit | Flag::Guard | Flag::HSDir | Flag::V2Dir);
    // A vote clears every opinion of a relay that is one of too many at its address.
    let by_sybil = !matches!(flag, Flag::Sybil | Flag::StaleDesc);
    by_middle_only.then_some(Flag::MiddleOnly).into_iter().chain(by_sybil.then_some(Flag::Sybil))
}

fn guard(entry: &VoteEntry, thresholds: &Thresholds) -> Vec<Requirement> {
    let relative = thresholds
        .guard_with_exits_kilobytes_per_second
        .into_iter()
        .chain(thresholds.guard_without_exits_kilobytes_per_second)
        .min();
    let bar = match relative {
        Some(relative) if relative < GUARD_GUARANTEE_KILOBYTES_PER_SECOND => {
            Bar::AtLeast(Quantity::KilobytesPerSecond(relative))
        }
        _ => Bar::AtLeastByDefault(Quantity::KilobytesPerSecond(GUARD_GUARANTEE_KILOBYTES_PER_SECOND)),
    };
    let base: &[Flag] = match thresholds.era {
        RuleEra::Today => &[Flag::Fast, Flag::Stable, Flag::V2Dir],
        RuleEra::BeforeMethod22 | RuleEra::BeforeMethod26 => &[Flag::Fast],
    };
    let own = [
        Requirement {
            kind: RequirementKind::WeightedUptime,
            value: stated(entry.wfu_ratio.map(Quantity::Ratio)),
            bar: thresholds
                .guard_wfu_ratio
                .map_or(Bar::NotPublished, |bar| Bar::AtLeast(Quantity::Ratio(bar))),
        },
        Requirement {
            kind: RequirementKind::TimeKnown,
            value: stated(entry.time_known_seconds.map(Quantity::Seconds)),
            bar: seconds(thresholds.guard_time_known_seconds),
        },
        bandwidth(entry, thresholds, bar),
    ];
    base.iter().map(|flag| has(entry, *flag)).chain(own).collect()
}

fn hsdir(entry: &VoteEntry, era: RuleEra) -> Vec<Requirement> {
    let asks_for_fast = era != RuleEra::BeforeMethod22;
    let base = [Flag::Running, Flag::Valid, Flag::Fast, Flag::Stable, Flag::V2Dir];
    let uptime = Requirement {
        kind: RequirementKind::Uptime,
        value: Value::NotInVotes,
        bar: Bar::AtLeastByDefault(Quantity::Seconds(HSDIR_UPTIME_SECONDS)),
    };
    base.into_iter()
        .filter(|flag| asks_for_fast || *flag != Flag::Fast)
        .map(|flag| has(entry, flag))
        .chain([uptime])
        .collect()
}

/// The bar is never above what is enough whatever the others have.
fn stability(entry: &VoteEntry, thresholds: &Thresholds) -> Requirement {
    let capped = |published: Option<u64>, enough: u64| seconds(published.map(|bar| bar.min(enough)));
    match thresholds.has_enough_mtbf {
        Some(false) => Requirement {
            kind: RequirementKind::Uptime,
            value: Value::NotInVotes,
            bar: capped(thresholds.stable_uptime_seconds, STABLE_GUARANTEE_UPTIME_SECONDS),
        },
        Some(true) => Requirement {
            kind: RequirementKind::TimeBetweenFailures,
            value: stated(entry.mtbf_seconds.map(Quantity::Seconds)),
            bar: capped(thresholds.stable_mtbf_seconds, STABLE_GUARANTEE_MTBF_SECONDS),
        },
        None => Requirement {
            kind: RequirementKind::TimeBetweenFailures,
            value: stated(entry.mtbf_seconds.map(Quantity::Seconds)),
            bar: Bar::NotPublished,
        },
    }
}

fn bandwidth(entry: &VoteEntry, thresholds: &Thresholds, bar: Bar) -> Requirement {
    let (basis, value) = match (entry.measured_kilobytes_per_second, thresholds.is_ignoring_advertised) {
        (Some(measured), _) => (BandwidthBasis::Measured, Some(measured)),
        (None, Some(true)) => (BandwidthBasis::UnmeasuredCountsAsZero, Some(0)),
        (None, _) => (BandwidthBasis::Advertised, entry.bandwidth_kilobytes_per_second),
    };
    let quantity = value.map(|value| Quantity::KilobytesPerSecond(u64::from(value)));
    Requirement { kind: RequirementKind::Bandwidth(basis), value: stated(quantity), bar }
}

fn descriptor_age(entry: &VoteEntry, valid_after: Timestamp) -> Requirement {
    let age = u64::try_from(valid_after.seconds_since(entry.published)).unwrap_or(0);
    Requirement {
        kind: RequirementKind::DescriptorAge,
        value: Value::Known(Quantity::Seconds(age)),
        bar: Bar::AtLeast(Quantity::Seconds(STALE_DESCRIPTOR_SECONDS.unsigned_abs() + 1)),
    }
}

fn has(entry: &VoteEntry, flag: Flag) -> Requirement {
    Requirement {
        kind: RequirementKind::Has(flag),
        value: Value::Known(Quantity::Is(entry.flags.contains(flag))),
        bar: Bar::AtLeast(Quantity::Is(true)),
    }
}

/// A condition that is missed because of another flag.
fn has_not(flag: Flag) -> Requirement {
    Requirement {
        kind: RequirementKind::HasNot(flag),
        value: Value::Known(Quantity::Is(false)),
        bar: Bar::AtLeast(Quantity::Is(true)),
    }
}

fn unseen(kind: RequirementKind) -> Requirement {
    Requirement { kind, value: Value::NotInVotes, bar: Bar::AtLeast(Quantity::Is(true)) }
}

fn stated(quantity: Option<Quantity>) -> Value {
    quantity.map_or(Value::NotPublished, Value::Known)
}

fn published(bar: Option<u64>) -> Bar {
    bar.map_or(Bar::NotPublished, |bar| Bar::AtLeast(Quantity::KilobytesPerSecond(bar)))
}

fn seconds(bar: Option<u64>) -> Bar {
    bar.map_or(Bar::NotPublished, |bar| Bar::AtLeast(Quantity::Seconds(bar)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(flags: &[Flag]) -> VoteEntry {
        VoteEntry {
            flags: flags.iter().copied().collect(),
            wfu_ratio: Some(0.99),
            time_known_seconds: Some(700_000),
            mtbf_seconds: Some(500_000),
            bandwidth_kilobytes_per_second: Some(5000),
            measured_kilobytes_per_second: Some(4000),
            published: Timestamp(0),
            has_ipv6: false,
        }
    }

    fn thresholds() -> Thresholds {
        Thresholds {
            stable_uptime_seconds: Some(1_471_801),
            stable_mtbf_seconds: Some(2_892_124),
            has_enough_mtbf: Some(true),
            fast_kilobytes_per_second: Some(102),
            guard_wfu_ratio: Some(0.98),
            guard_time_known_seconds: Some(691_200),
            guard_with_exits_kilobytes_per_second: Some(36_000),
            guard_without_exits_kilobytes_per_second: Some(33_000),
            is_ignoring_advertised: Some(true),
            era: RuleEra::Today,
        }
    }

    fn verdict(flag: Flag, entry: &VoteEntry, thresholds: &Thresholds) -> Verdict {
        judge(flag, entry, thresholds, Timestamp(3600)).verdict()
    }

    #[test]
    fn five_weighted_days_are_stable_whatever_the_median_is() {
        let mut relay = entry(&[]);
        assert_eq!(verdict(Flag::Stable, &relay, &thresholds()), Verdict::Met);
        relay.mtbf_seconds = Some(431_999);
        assert_eq!(verdict(Flag::Stable, &relay, &thresholds()), Verdict::NotMet);
        let low = Thresholds { stable_mtbf_seconds: Some(1000), ..thresholds() };
        assert_eq!(verdict(Flag::Stable, &relay, &low), Verdict::Met);
    }

    #[test]
    fn without_enough_records_stable_goes_by_uptime_which_votes_do_not_say() {
        let young = Thresholds { has_enough_mtbf: Some(false), ..thresholds() };
        assert_eq!(verdict(Flag::Stable, &entry(&[]), &young), Verdict::Open);
        let silent = Thresholds { has_enough_mtbf: None, ..thresholds() };
        assert_eq!(verdict(Flag::Stable, &entry(&[]), &silent), Verdict::Open);
    }

    #[test]
    fn an_unmeasured_relay_counts_as_nothing_only_where_measurements_rule() {
        let relay = VoteEntry { measured_kilobytes_per_second: None, ..entry(&[]) };
        assert_eq!(verdict(Flag::Fast, &relay, &thresholds()), Verdict::NotMet);
        let believing = Thresholds { is_ignoring_advertised: Some(false), ..thresholds() };
        assert_eq!(verdict(Flag::Fast, &relay, &believing), Verdict::Met);
    }

    #[test]
    fn a_guard_needs_every_condition() {
        let base = [Flag::Fast, Flag::Stable, Flag::V2Dir];
        assert_eq!(verdict(Flag::Guard, &entry(&base), &thresholds()), Verdict::Met);
        assert_eq!(verdict(Flag::Guard, &entry(&base[..2]), &thresholds()), Verdict::NotMet);
        for spoiled in [
            VoteEntry { wfu_ratio: Some(0.979), ..entry(&base) },
            VoteEntry { time_known_seconds: Some(691_199), ..entry(&base) },
            VoteEntry { measured_kilobytes_per_second: Some(2096), ..entry(&base) },
        ] {
            assert_eq!(verdict(Flag::Guard, &spoiled, &thresholds()), Verdict::NotMet);
        }
    }

    #[test]
    fn a_small_network_has_a_lower_bar_for_guards() {
        let base = [Flag::Fast, Flag::Stable, Flag::V2Dir];
        let slow = VoteEntry { measured_kilobytes_per_second: Some(900), ..entry(&base) };
        let small = Thresholds { guard_without_exits_kilobytes_per_second: Some(800), ..thresholds() };
        assert_eq!(verdict(Flag::Guard, &slow, &small), Verdict::Met);
    }

    #[test]
    fn only_the_middle_means_no_other_position() {
        let flags = [Flag::Fast, Flag::Stable, Flag::V2Dir, Flag::MiddleOnly];
        let judgement = judge(Flag::Guard, &entry(&flags), &thresholds(), Timestamp(0));
        assert_eq!(judgement.verdict(), Verdict::NotMet);
        assert_eq!(judgement.missed().count(), 1);
    }

    #[test]
    fn what_votes_do_not_show_stays_open() {
        let all = [Flag::Fast, Flag::Stable, Flag::V2Dir, Flag::Running, Flag::Valid];
        assert_eq!(verdict(Flag::HSDir, &entry(&all), &thresholds()), Verdict::Open);
        assert_eq!(verdict(Flag::HSDir, &entry(&all[1..]), &thresholds()), Verdict::NotMet);
        assert_eq!(verdict(Flag::Exit, &entry(&all), &thresholds()), Verdict::Open);
    }

    #[test]
    fn older_authorities_had_other_rules() {
        let old = Thresholds { era: RuleEra::of_methods(&[13, 20]), ..thresholds() };
        assert_eq!(verdict(Flag::Fast, &entry(&[]), &old), Verdict::NotMet, "it is not running");
        assert_eq!(verdict(Flag::Guard, &entry(&[Flag::Fast]), &old), Verdict::Met);
        let base = [Flag::Running, Flag::Valid, Flag::Stable, Flag::V2Dir];
        assert_eq!(verdict(Flag::HSDir, &entry(&base), &old), Verdict::Open);
        let middle = Thresholds { era: RuleEra::of_methods(&[22]), ..thresholds() };
        assert_eq!(verdict(Flag::Fast, &entry(&[]), &middle), Verdict::Met);
        assert_eq!(verdict(Flag::HSDir, &entry(&base), &middle), Verdict::NotMet);
    }

    #[test]
    fn a_descriptor_is_stale_after_eighteen_hours() {
        let stale = |age| judge(Flag::StaleDesc, &entry(&[]), &thresholds(), Timestamp(age)).verdict();
        assert_eq!(stale(18 * 3600), Verdict::NotMet);
        assert_eq!(stale(18 * 3600 + 1), Verdict::Met);
    }

    #[test]
    fn near_counts_only_where_nothing_else_decides() {
        let base = [Flag::Fast, Flag::Stable, Flag::V2Dir];
        let near = VoteEntry { wfu_ratio: Some(0.979_999), ..entry(&base) };
        let judged = |relay: &VoteEntry| judge(Flag::Guard, relay, &thresholds(), Timestamp(0));
        assert_eq!(judged(&near).nearness(Rounding::VOTE), Nearness::WithinRounding);
        let short = VoteEntry { time_known_seconds: Some(5), ..near };
        assert_eq!(judged(&short).nearness(Rounding::VOTE), Nearness::Clear);
    }
}
