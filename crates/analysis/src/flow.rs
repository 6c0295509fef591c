//! Relays that moved from one health class to another within two months (`docs/methods/class-flow.md`).

use crate::metrics::uptime::Window;
use crate::scores::HealthClass;
use allium_model::{Histories, History, Network, Period};

/// Length of each of the two windows: 30 days.
pub const FLOW_WINDOW_SECONDS: i64 = 30 * 86_400;

/// How relays moved between health classes, from the 30 days before the last ones to the last 30 days.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassFlow {
    /// The earlier 30 days.
    pub before: Window,
    /// The last 30 days.
    pub after: Window,
    /// Uptimes of the relays known in both windows: earlier and last, 0 to 1.
    pub pairs: Vec<(f64, f64)>,
    counts: [[usize; CLASSES]; CLASSES],
}

/// The health classes, and at last "not known".
const CLASSES: usize = HealthClass::ALL.len() + 1;

impl ClassFlow {
    /// The flow of the relays of a network; none without histories of six months.
    pub fn new(network: &Network, histories: &Histories) -> Option<Self> {
        let table = histories.uptime.as_ref()?;
        let all = table.iter().filter_map(|(_, entry)| entry.overall.get(Period::SixMonths));
        let end = all.map(|history| history.end(history.len() - 1)).max()?;
        let middle = end.plus_seconds(-FLOW_WINDOW_SECONDS);
        let start = middle.plus_seconds(-FLOW_WINDOW_SECONDS);
        let mut flow = Self {
            before: Window { start, end: middle },
            after: Window { start: middle, end },
            pairs: Vec::new(),
            counts: [[0; CLASSES]; CLASSES],
        };
        for relay in network.relays() {
            let entry = table.get(relay.fingerprint);
            if let Some((_, history)) = entry.and_then(|entry| entry.overall.longest(Period::SixMonths)) {
                flow.add(history);
            }
        }
        Some(flow)
    }

    fn add(&mut self, history: &History) {
        let (before, after) = (uptime_within(history, self.before), uptime_within(history, self.after));
        if let (Some(before), Some(after)) = (before, after) {
            self.pairs.push((before, after));
        }
        let place = |ratio: Option<f64>| {
            ratio.and_then(HealthClass::of_ratio).map_or(CLASSES - 1, |class| class as usize)
        };
        self.counts[place(before)][place(after)] += 1;
    }

    /// Relays that were in one class and are in another; `None` is not known.
    pub fn moved(&self, from: Option<HealthClass>, to: Option<HealthClass>) -> usize {
        let place = |class: Option<HealthClass>| class.map_or(CLASSES - 1, |class| class as usize);
        self.counts[place(from)][place(to)]
    }

    /// Relays known in both windows.
    pub fn known(&self) -> usize {
        self.pairs.len()
    }

    /// Relays that are in a better class than before.
    pub fn improved(&self) -> usize {
        self.sum(|from, to| to < from)
    }

    /// Relays that are in a worse class than before.
    pub fn worsened(&self) -> usize {
        self.sum(|from, to| to > from)
    }

    /// Relays known only in the last window: most of them are new.
    pub fn appeared(&self) -> usize {
        HealthClass::ALL.iter().map(|class| self.moved(None, Some(*class))).sum()
    }

    fn sum(&self, counts: impl Fn(HealthClass, HealthClass) -> bool) -> usize {
        let to_all = |from| HealthClass::ALL.map(|to| (from, to));
        let pairs = HealthClass::ALL.into_iter().flat_map(to_all).filter(|(from, to)| counts(*from, *to));
        pairs.map(|(from, to)| self.moved(Some(from), Some(to))).sum()
    }
}

/// Mean of the known bins with mid-points in a window (its end included, its start not); none unless they
/// cover at least half of it.
fn uptime_within(history: &History, window: Window) -> Option<f64> {
    let (mut known, mut sum) = (0_u32, 0.0);
    for (bin, value) in history.values().enumerate() {
        let midpoint = history.midpoint(bin);
        if let Some(value) = value.filter(|_| midpoint > window.start && midpoint <= window.end) {
            known += 1;
            sum += value.min(1.0);
        }
    }
    let known_seconds = i64::from(known) * history.interval_seconds;
    let is_enough = 2 * known_seconds >= window.end.seconds_since(window.start);
    (known > 0 && is_enough).then(|| sum / f64::from(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{network, relay, uptimes};
    use serde_json::json;

    /// Sixty days: so much in the earlier thirty, so much in the last thirty.
    fn days(before: Option<i64>, after: Option<i64>) -> Vec<Option<i64>> {
        [vec![before; 30], vec![after; 30]].concat()
    }

    fn flow(relays: &[(u32, Vec<Option<i64>>)]) -> ClassFlow {
        let details: Vec<_> = relays.iter().map(|(number, _)| relay(*number, &json!({}))).collect();
        let histories =
            Histories { uptime: Some(uptimes(Period::SixMonths, relays)), ..Histories::default() };
        ClassFlow::new(&network(&details), &histories).unwrap()
    }

    #[test]
    fn relays_move_between_classes() {
        let found = flow(&[
            (1, days(Some(999), Some(999))),
            (2, days(Some(999), Some(500))),
            (3, days(Some(700), Some(930))),
            (4, days(None, Some(999))),
            (5, days(Some(999), None)),
        ]);
        let moved = |from, to| found.moved(Some(from), Some(to));
        assert_eq!(moved(HealthClass::Excellent, HealthClass::Excellent), 1);
        assert_eq!(moved(HealthClass::Excellent, HealthClass::Poor), 1);
        assert_eq!(moved(HealthClass::Poor, HealthClass::Good), 1);
        assert_eq!((found.known(), found.improved(), found.worsened(), found.appeared()), (3, 1, 1, 1));
        assert_eq!(found.moved(Some(HealthClass::Excellent), None), 1);
        assert_eq!(found.after.end.seconds_since(found.before.start), 2 * FLOW_WINDOW_SECONDS);
    }

    #[test]
    fn half_of_a_window_must_be_known() {
        let mut values = days(Some(999), Some(999));
        values[..15].fill(None);
        assert_eq!(flow(&[(1, values.clone()), (2, days(Some(999), Some(999)))]).known(), 2);
        values[15] = None;
        assert_eq!(flow(&[(1, values), (2, days(Some(999), Some(999)))]).known(), 1);
    }

    #[test]
    fn without_histories_there_is_no_flow() {
        assert_eq!(ClassFlow::new(&network(&[relay(1, &json!({}))]), &Histories::default()), None);
    }
}
