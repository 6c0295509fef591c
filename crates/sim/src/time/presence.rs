//! When something was there, as a sorted list of disjoint runs of hours.

use super::clock::Hour;

/// Hours from `start` up to `end`, `end` excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Run {
    pub(crate) start: Hour,
    pub(crate) end: Hour,
}

impl Run {
    /// Number of hours.
    pub(crate) fn hours(self) -> Hour {
        self.end - self.start
    }
}

/// Sorted, disjoint, non-empty runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Presence(Box<[Run]>);

impl Presence {
    /// What stays of the hours from `from` up to `until` without the gaps, which may overlap.
    pub(crate) fn without(from: Hour, until: Hour, gaps: &mut [Run]) -> Self {
        gaps.sort_unstable();
        let mut runs = Vec::with_capacity(gaps.len() + 1);
        let mut start = from;
        for gap in gaps.iter() {
            if start >= until {
                break;
            }
            if gap.start > start {
                runs.push(Run { start, end: gap.start.min(until) });
            }
            start = start.max(gap.end);
        }
        if start < until {
            runs.push(Run { start, end: until });
        }
        Self(runs.into())
    }

    /// Takes runs that are already sorted and disjoint; empty ones are dropped.
    pub(crate) fn of_runs(runs: impl IntoIterator<Item = Run>) -> Self {
        Self(runs.into_iter().filter(|run| run.start < run.end).collect())
    }

    /// The runs in order.
    pub(crate) fn runs(&self) -> &[Run] {
        &self.0
    }

    /// The parts of the runs from `start` up to `end`, in order.
    pub(crate) fn runs_in(&self, start: Hour, end: Hour) -> impl Iterator<Item = Run> {
        let first = self.0.partition_point(|run| run.end <= start);
        let overlapping = self.0[first..].iter().take_while(move |run| run.start < end);
        overlapping.map(move |run| Run { start: run.start.max(start), end: run.end.min(end) })
    }

    /// Whether this hour is in a run.
    pub(crate) fn contains(&self, hour: Hour) -> bool {
        let after = self.0.partition_point(|run| run.end <= hour);
        self.0.get(after).is_some_and(|run| run.start <= hour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run((start, hours): (Hour, Hour)) -> Run {
        Run { start, end: start + hours }
    }

    proptest! {
        #[test]
        fn an_hour_is_present_exactly_when_no_gap_covers_it(
            gaps in prop::collection::vec((0_u32..60, 1_u32..20), 0..8), from in 0_u32..30, until in 30_u32..60,
        ) {
            let gaps: Vec<Run> = gaps.into_iter().map(run).collect();
            let presence = Presence::without(from, until, &mut gaps.clone());
            for hour in 0..90 {
                let covered = gaps.iter().any(|gap| (gap.start..gap.end).contains(&hour));
                prop_assert_eq!(presence.contains(hour), (from..until).contains(&hour) && !covered);
            }
            prop_assert!(presence.runs().windows(2).all(|pair| pair[0].end < pair[1].start));
        }
    }
}
