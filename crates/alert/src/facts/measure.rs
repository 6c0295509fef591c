//! One number per relay and kind of watch, the lower the worse, and the limits that a watch sets it.
//!
//! The limit to raise is below the limit to resolve, so that a value near either does not make an alert
//! come and go.

use super::{Figure, Ipv6, Presence, RelayFacts};
use crate::{VersionLimit, Watch, WatchKind};
use allium_model::{AroiState, FlagSet, VersionStatus};

/// The measure of a relay that is present, to which absence is counted down from.
const PRESENT: u64 = 1 << 32;

/// From where on a measure raises an alert, and from where on it lets one go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A measure below this raises.
    pub raise_below: u64,
    /// A measure of at least this resolves; never less than `raise_below`.
    pub clear_from: u64,
}

impl Limits {
    /// Limits of what is a fault or none.
    const FAULT: Self = Self { raise_below: 1, clear_from: 1 };

    /// The limits that a watch sets; none for incidents, which are no measure.
    pub fn of(watch: &Watch) -> Option<Self> {
        Some(match watch {
            Watch::Incident { .. } => return None,
            Watch::Absent { hours } | Watch::Back { after_hours: hours } => {
                Self { raise_below: PRESENT - u64::from(*hours) + 1, clear_from: PRESENT }
            }
            Watch::BandwidthBelow { bytes_per_second: figure } | Watch::WeightBelow { weight: figure } => {
                Self { raise_below: *figure, clear_from: figure.saturating_mul(11).div_ceil(10) }
            }
            Watch::BandwidthBelowNorm { percent } | Watch::WeightBelowNorm { percent } => {
                let raise_below = u64::from(*percent) * 10;
                Self { raise_below, clear_from: (raise_below * 12 / 10).min(950) }
            }
            Watch::Version(VersionLimit::NotRecommended) => Self { raise_below: 2, clear_from: 2 },
            Watch::UptimeBelowNorm { points } => {
                let loss = u64::from(*points) * 10;
                Self { raise_below: 1000 - loss + 1, clear_from: 1000 - loss * 8 / 10 }
            }
            Watch::FlagLost(_)
            | Watch::FlagGained(_)
            | Watch::Version(VersionLimit::EndOfLife)
            | Watch::Overloaded
            | Watch::Ipv6Unreachable
            | Watch::AroiFault
            | Watch::FamilyFault => Self::FAULT,
        })
    }
}

impl RelayFacts {
    /// The measure that a watch looks at; none where it is not known or does not apply.
    pub fn measure(&self, watch: &Watch) -> Option<u64> {
        #[cfg(test)]
        LOOKS.with(|looks| looks.set(looks.get() + 1));
        match watch {
            Watch::FlagLost(flags) => self.lost_flags().map(|lost| fault(meet(lost, *flags))),
            Watch::FlagGained(flags) => self.gained_flags().map(|gained| fault(meet(gained, *flags))),
            _ => self.measure_of(watch.kind()),
        }
    }

    /// The measure of a kind; for flags that of any flag.
    fn measure_of(&self, kind: WatchKind) -> Option<u64> {
        let while_present = |value: Option<u64>| value.filter(|_| self.presence == Presence::Present);
        match kind {
            WatchKind::Incident => None,
            WatchKind::Absent | WatchKind::Back => match self.presence {
                Presence::Present => Some(PRESENT),
                Presence::Absent { hours } => Some(PRESENT - u64::from(hours)),
                Presence::Hibernating => None,
            },
            WatchKind::BandwidthBelow => while_present(self.advertised_bandwidth),
            WatchKind::BandwidthBelowNorm => while_present(self.traffic.permille()),
            WatchKind::WeightBelow => while_present(self.weight.now),
            WatchKind::WeightBelowNorm => while_present(self.weight.permille()),
            WatchKind::FlagLost => self.lost_flags().map(|lost| fault(lost != FlagSet::default())),
            WatchKind::FlagGained => self.gained_flags().map(|gained| fault(gained != FlagSet::default())),
            WatchKind::Version => while_present(self.version_status.map(version_measure)),
            WatchKind::Overloaded => while_present(self.is_overloaded.map(fault)),
            WatchKind::Ipv6Unreachable => match self.ipv6 {
                Ipv6::NotApplicable => None,
                Ipv6::Reachable => Some(1),
                Ipv6::Unreachable => Some(0),
            },
            WatchKind::AroiFault => match self.aroi {
                AroiState::Unchecked => None,
                AroiState::Invalid => Some(0),
                AroiState::Valid | AroiState::NotConfigured => Some(1),
            },
            WatchKind::FamilyFault => while_present(self.one_sided_family.map(|count| fault(count > 0))),
            WatchKind::UptimeBelowNorm => uptime_measure(self.uptime_permille),
        }
    }
}

#[cfg(test)]
thread_local! {
    static LOOKS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// How often a relay was measured on this thread, for tests of how the work grows.
#[cfg(test)]
pub(super) fn looks() -> u64 {
    LOOKS.with(std::cell::Cell::get)
}

/// Relays with a measure of a kind, by rising measure, equal ones in order of the table.
pub(super) fn ranked(relays: &[RelayFacts], kind: WatchKind) -> Vec<(u64, u32)> {
    let measured = (0..).zip(relays).filter_map(|(index, relay)| Some((relay.measure_of(kind)?, index)));
    let mut ranked: Vec<(u64, u32)> = measured.collect();
    ranked.sort_unstable();
    ranked
}

fn fault(is_fault: bool) -> u64 {
    u64::from(!is_fault)
}

fn meet(left: FlagSet, right: FlagSet) -> bool {
    left.iter().any(|flag| right.contains(flag))
}

/// 0 at the end of life, 1 when not recommended, 2 otherwise.
fn version_measure(status: VersionStatus) -> u64 {
    match status {
        VersionStatus::Obsolete => 0,
        VersionStatus::Unrecommended => 1,
        VersionStatus::Recommended | VersionStatus::Experimental | VersionStatus::NewInSeries => 2,
    }
}

/// 1000 less what the uptime lost against its norm, in thousandths.
fn uptime_measure(uptime: Figure) -> Option<u64> {
    Some(1000 - uptime.norm?.saturating_sub(uptime.now?).min(1000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::{Fingerprint, Flag};

    fn relay() -> RelayFacts {
        RelayFacts::new(Fingerprint([7; 20]))
    }

    #[track_caller]
    fn check(watch: Watch, relay: &RelayFacts, raises: bool, clears: bool) {
        let (measure, limits) = (relay.measure(&watch).unwrap(), Limits::of(&watch).unwrap());
        assert_eq!(
            (measure < limits.raise_below, measure >= limits.clear_from),
            (raises, clears),
            "{relay:?}"
        );
    }

    #[test]
    fn absence_raises_at_its_hours_and_clears_only_by_presence() {
        let watch = Watch::Absent { hours: 6 };
        let absent = |hours| RelayFacts { presence: Presence::Absent { hours }, ..relay() };
        check(watch, &absent(6), true, false);
        check(watch, &absent(5), false, false);
        check(watch, &absent(1), false, false);
        check(watch, &relay(), false, true);
        assert_eq!(RelayFacts { presence: Presence::Hibernating, ..relay() }.measure(&watch), None);
    }

    #[test]
    fn a_figure_clears_a_tenth_above_where_it_raises() {
        let watch = Watch::WeightBelow { weight: 1000 };
        let weight = |now| RelayFacts { weight: Figure { now: Some(now), norm: None }, ..relay() };
        check(watch, &weight(999), true, false);
        check(watch, &weight(1000), false, false);
        check(watch, &weight(1099), false, false);
        check(watch, &weight(1100), false, true);
    }

    #[test]
    fn a_norm_clears_a_fifth_above_where_it_raises() {
        let watch = Watch::BandwidthBelowNorm { percent: 50 };
        let traffic = |now| RelayFacts { traffic: Figure { now: Some(now), norm: Some(200) }, ..relay() };
        check(watch, &traffic(99), true, false);
        check(watch, &traffic(100), false, false);
        check(watch, &traffic(119), false, false);
        check(watch, &traffic(120), false, true);
        assert_eq!(
            RelayFacts { traffic: Figure { now: Some(1), norm: Some(0) }, ..relay() }.measure(&watch),
            None
        );
        // The largest threshold leaves room up to the norm itself.
        assert_eq!(Limits::of(&Watch::WeightBelowNorm { percent: 90 }).unwrap().clear_from, 950);
    }

    #[test]
    fn uptime_raises_at_its_points() {
        let watch = Watch::UptimeBelowNorm { points: 3 };
        let uptime =
            |now| RelayFacts { uptime_permille: Figure { now: Some(now), norm: Some(990) }, ..relay() };
        check(watch, &uptime(960), true, false);
        check(watch, &uptime(961), false, false);
        check(watch, &uptime(966), false, true);
        check(watch, &uptime(1000), false, true);
    }

    #[test]
    fn only_the_flags_that_are_watched_count() {
        let watch = Watch::FlagLost([Flag::Guard].into_iter().collect());
        let usual = [Flag::Fast, Flag::Guard].into_iter().collect();
        let flags = |now: &[Flag]| RelayFacts {
            usual_flags: Some(usual),
            flags: now.iter().copied().collect(),
            ..relay()
        };
        check(watch, &flags(&[Flag::Fast]), true, false);
        check(watch, &flags(&[Flag::Guard]), false, true);
        assert_eq!(relay().measure(&watch), None);
        let gained = Watch::FlagGained([Flag::BadExit].into_iter().collect());
        check(gained, &flags(&[Flag::BadExit]), true, false);
        check(gained, &flags(&[Flag::Exit]), false, true);
    }

    #[test]
    fn a_claim_that_was_not_checked_says_nothing() {
        let aroi = |aroi| RelayFacts { aroi, ..relay() };
        assert_eq!(aroi(AroiState::Unchecked).measure(&Watch::AroiFault), None);
        check(Watch::AroiFault, &aroi(AroiState::Invalid), true, false);
        check(Watch::AroiFault, &aroi(AroiState::Valid), false, true);
    }

    #[test]
    fn the_end_of_life_is_a_stricter_limit() {
        let version = |status| RelayFacts { version_status: Some(status), ..relay() };
        check(Watch::Version(VersionLimit::EndOfLife), &version(VersionStatus::Unrecommended), false, true);
        check(Watch::Version(VersionLimit::EndOfLife), &version(VersionStatus::Obsolete), true, false);
        check(
            Watch::Version(VersionLimit::NotRecommended),
            &version(VersionStatus::Unrecommended),
            true,
            false,
        );
        check(
            Watch::Version(VersionLimit::NotRecommended),
            &version(VersionStatus::NewInSeries),
            false,
            true,
        );
    }

    #[test]
    fn nothing_is_said_of_the_flags_and_weights_of_a_relay_that_is_away() {
        let away = RelayFacts {
            presence: Presence::Absent { hours: 3 },
            usual_flags: Some([Flag::Guard].into_iter().collect()),
            weight: Figure { now: Some(1), norm: Some(100) },
            is_overloaded: Some(true),
            ..relay()
        };
        let watches = [
            Watch::FlagLost([Flag::Guard].into_iter().collect()),
            Watch::WeightBelow { weight: 50 },
            Watch::WeightBelowNorm { percent: 50 },
            Watch::Overloaded,
        ];
        assert!(watches.iter().all(|watch| away.measure(watch).is_none()));
    }
}
