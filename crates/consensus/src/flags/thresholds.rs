//! `flag-thresholds` of a vote, read.

use allium_model::VoteSummary;

/// Which of tor's rules an authority goes by, told from the newest consensus method that it offers.
/// The bounds are where the votes at hand show the difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum RuleEra {
    /// Up to method 21 (tor 0.2.8): Fast and Stable ask for Running; Guard does not ask for Stable and
    /// V2Dir, nor HSDir for Fast.
    BeforeMethod22,
    /// Methods 22 to 25 (tor 0.2.9): Guard does not ask for Stable and V2Dir.
    BeforeMethod26,
    /// The rules of today.
    #[default]
    Today,
}

impl RuleEra {
    /// The era of an authority's consensus methods; today's without any.
    pub fn of_methods(methods: &[u32]) -> Self {
        match methods.iter().max() {
            Some(..=21) => Self::BeforeMethod22,
            Some(22..=25) => Self::BeforeMethod26,
            _ => Self::Today,
        }
    }
}

/// What an authority publishes of its bars. `None` means that its vote does not say it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Thresholds {
    /// `stable-uptime`, in seconds.
    pub stable_uptime_seconds: Option<u64>,
    /// `stable-mtbf`, in seconds.
    pub stable_mtbf_seconds: Option<u64>,
    /// `enough-mtbf`: whether Stable is decided by the time between failures.
    pub has_enough_mtbf: Option<bool>,
    /// `fast-speed`, in kB/s (published in bytes per second).
    pub fast_kilobytes_per_second: Option<u64>,
    /// `guard-wfu`, 0 to 1.
    pub guard_wfu_ratio: Option<f64>,
    /// `guard-tk`, in seconds.
    pub guard_time_known_seconds: Option<u64>,
    /// `guard-bw-inc-exits`, in kB/s.
    pub guard_with_exits_kilobytes_per_second: Option<u64>,
    /// `guard-bw-exc-exits`, in kB/s.
    pub guard_without_exits_kilobytes_per_second: Option<u64>,
    /// `ignoring-advertised-bws`: whether a relay without a measurement counts as having none.
    pub is_ignoring_advertised: Option<bool>,
    /// Its rules.
    pub era: RuleEra,
}

impl Thresholds {
    /// Reads the thresholds of a vote.
    pub fn of(vote: &VoteSummary) -> Self {
        let pairs = vote.flag_thresholds.iter();
        let read = Self::read(pairs.map(|(key, value)| (key.as_str(), value.as_str())));
        Self { era: RuleEra::of_methods(&vote.methods), ..read }
    }

    /// Reads thresholds from keys and values as written, for the rules of today. What cannot be read counts as not published;
    /// the first of two values of a key counts.
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut read = Self::default();
        for (key, value) in pairs {
            match key {
                "stable-uptime" => keep(&mut read.stable_uptime_seconds, value.parse().ok()),
                "stable-mtbf" => keep(&mut read.stable_mtbf_seconds, value.parse().ok()),
                "enough-mtbf" => keep(&mut read.has_enough_mtbf, switch(value)),
                "fast-speed" => keep(&mut read.fast_kilobytes_per_second, kilobytes(value)),
                "guard-wfu" => keep(&mut read.guard_wfu_ratio, percent(value)),
                "guard-tk" => keep(&mut read.guard_time_known_seconds, value.parse().ok()),
                "guard-bw-inc-exits" => {
                    keep(&mut read.guard_with_exits_kilobytes_per_second, kilobytes(value));
                }
                "guard-bw-exc-exits" => {
                    keep(&mut read.guard_without_exits_kilobytes_per_second, kilobytes(value));
                }
                "ignoring-advertised-bws" => keep(&mut read.is_ignoring_advertised, switch(value)),
                _ => {}
            }
        }
        read
    }
}

fn keep<T>(place: &mut Option<T>, value: Option<T>) {
    if place.is_none() {
        *place = value;
    }
}

fn switch(value: &str) -> Option<bool> {
    match value {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

/// Authorities reckon in whole kB/s and publish that times 1,000.
fn kilobytes(value: &str) -> Option<u64> {
    value.parse::<u64>().ok().map(|bytes| bytes / 1000)
}

fn percent(value: &str) -> Option<f64> {
    let percent: f64 = value.strip_suffix('%')?.parse().ok()?;
    (0.0..=100.0).contains(&percent).then_some(percent / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_real_vote_is_read() {
        let line = "stable-uptime=1471801 stable-mtbf=2892124 fast-speed=102000 guard-wfu=98.000% \
                    guard-tk=691200 guard-bw-inc-exits=6010000 guard-bw-exc-exits=5070000 enough-mtbf=1 \
                    ignoring-advertised-bws=1";
        let read = Thresholds::read(line.split_whitespace().filter_map(|pair| pair.split_once('=')));
        let expected = Thresholds {
            stable_uptime_seconds: Some(1_471_801),
            stable_mtbf_seconds: Some(2_892_124),
            has_enough_mtbf: Some(true),
            fast_kilobytes_per_second: Some(102),
            guard_wfu_ratio: Some(0.98),
            guard_time_known_seconds: Some(691_200),
            guard_with_exits_kilobytes_per_second: Some(6010),
            guard_without_exits_kilobytes_per_second: Some(5070),
            is_ignoring_advertised: Some(true),
            era: RuleEra::Today,
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn what_cannot_be_read_is_not_published() {
        let odd = [("guard-wfu", "98"), ("guard-wfu", "NaN%"), ("fast-speed", "-1"), ("enough-mtbf", "yes")];
        assert_eq!(Thresholds::read(odd), Thresholds::default());
        assert_eq!(
            Thresholds::read([("guard-tk", "5"), ("guard-tk", "6")]).guard_time_known_seconds,
            Some(5)
        );
    }
}
