//! The thresholds of flags, as an authority computes them from what it knows (dir-spec, "assigning flags").

use super::sight::Sight;

/// What the relays of an hour lead to; each authority publishes it with a small distance of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Thresholds {
    pub(crate) stable_uptime_seconds: u32,
    pub(crate) stable_mtbf_seconds: u32,
    pub(crate) fast_kilobytes_per_second: u32,
    /// In millionths.
    pub(crate) guard_wfu_millionths: u32,
    pub(crate) guard_known_seconds: u32,
    pub(crate) guard_with_exits_kilobytes_per_second: u32,
    pub(crate) guard_without_exits_kilobytes_per_second: u32,
}

/// Mean time between failures that always suffices for Stable: 5 days.
pub(crate) const GUARANTEED_MTBF_SECONDS: u32 = 432_000;
/// Bandwidth that always suffices for Fast: 100 KB, in kB/s as published.
const GUARANTEED_FAST: u32 = 102;
/// Bandwidth that always suffices for Guard: 2 MB, in kB/s.
pub(crate) const GUARANTEED_GUARD: u32 = 2097;
/// Largest threshold of the share of time online, in millionths.
const MAX_WFU: u32 = 980_000;
/// Largest threshold of the time known: 8 days.
const MAX_KNOWN_SECONDS: u32 = 691_200;
/// How far the thresholds of two authorities lie apart, as a share.
const STEP: f64 = 0.012;

impl Thresholds {
    /// The thresholds for the relays that are there.
    pub(crate) fn of(sights: &[Sight]) -> Self {
        let up = || sights.iter().filter(|sight| sight.uptime_hours.is_some());
        let credible = |sight: &Sight| sight.credible_kilobytes_per_second();
        let known_seconds = portion(up().map(Sight::known_seconds), 1, 8).min(MAX_KNOWN_SECONDS);
        let familiar = up().filter(|sight| sight.known_seconds() >= known_seconds);
        Self {
            stable_uptime_seconds: portion(up().map(|sight| sight.uptime_hours.unwrap_or(0) * 3600), 1, 2),
            stable_mtbf_seconds: portion(up().map(|sight| sight.mtbf_seconds(0.0)), 1, 2),
            fast_kilobytes_per_second: portion(up().map(credible), 1, 8).clamp(1, GUARANTEED_FAST),
            guard_wfu_millionths: as_published(portion(
                familiar.map(|sight| sight.wfu_millionths(0.0)),
                1,
                2,
            )),
            guard_known_seconds: known_seconds,
            guard_with_exits_kilobytes_per_second: portion(up().map(credible), 3, 4),
            guard_without_exits_kilobytes_per_second: portion(
                up().filter(|sight| !sight.is_exit()).map(credible),
                3,
                4,
            ),
        }
    }

    /// Those of the authority that lies `rank` steps from the middle one. What is at its bound stays there.
    pub(crate) fn of_authority(self, rank: f64) -> Self {
        let moved = |value: u32| (f64::from(value) * (1.0 + STEP * rank)) as u32;
        Self {
            stable_uptime_seconds: moved(self.stable_uptime_seconds),
            stable_mtbf_seconds: moved(self.stable_mtbf_seconds),
            guard_with_exits_kilobytes_per_second: moved(self.guard_with_exits_kilobytes_per_second),
            guard_without_exits_kilobytes_per_second: moved(self.guard_without_exits_kilobytes_per_second),
            ..self
        }
    }

    /// The least of the bandwidths that suffice for Guard, in kB/s.
    pub(crate) fn guard_kilobytes_per_second(&self) -> u32 {
        GUARANTEED_GUARD
            .min(self.guard_with_exits_kilobytes_per_second)
            .min(self.guard_without_exits_kilobytes_per_second)
    }
}

/// The threshold of the share of time online: with three decimals of a percentage, as it is published.
fn as_published(wfu_millionths: u32) -> u32 {
    wfu_millionths.min(MAX_WFU) / 10 * 10
}

/// The value below which `part` of `parts` of the values lie, 0 of none.
fn portion(values: impl Iterator<Item = u32>, part: usize, parts: usize) -> u32 {
    let mut values: Vec<u32> = values.collect();
    let at = values.len() * part / parts;
    if at >= values.len() { 0 } else { *values.select_nth_unstable(at).1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portion_is_the_value_with_so_many_below() {
        assert_eq!(portion([5, 1, 4, 2, 3, 8, 7, 6].into_iter(), 1, 8), 2);
        assert_eq!(portion([5, 1, 4, 2, 3, 8, 7, 6].into_iter(), 3, 4), 7);
        assert_eq!((portion([9].into_iter(), 1, 2), portion(std::iter::empty(), 1, 2)), (9, 0));
    }
}
