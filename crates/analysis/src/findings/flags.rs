//! How much of the time the relays with a flag had it.

use crate::Snapshot;
use crate::metrics::uptime::{ByPeriod, GroupUptime, Window, flag_uptime};
use allium_model::{Flag, FlagUptime, Histories, Network, Period, Relay};

/// Mean time with each flag over each period, in the order of [`Flag::ALL`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FlagTimes([ByPeriod<GroupUptime>; 14]);

impl FlagTimes {
    /// Adds up the relays that have each flag now, each relay's histories once.
    pub(crate) fn new(network: &Network, histories: &Histories, windows: ByPeriod<Option<Window>>) -> Self {
        let mut times = Self::default();
        for relay in network.relays() {
            for flag in relay.flags.iter() {
                times.0[flag as usize].iter_mut().for_each(|group| group.total += 1);
            }
            let Some(entry) = histories.uptime_of(relay.fingerprint) else { continue };
            for history in entry.flags.iter().filter(|history| relay.flags.contains(history.flag)) {
                times.add(relay, history, windows);
            }
        }
        // Sums until here.
        for group in times.0.iter_mut().flatten() {
            group.mean = group.mean.map(|sum| sum / group.eligible as f64);
        }
        times
    }

    fn add(&mut self, relay: &Relay, history: &FlagUptime, windows: ByPeriod<Option<Window>>) {
        for period in Period::ALL {
            let Some(window) = windows[period as usize] else { continue };
            let time = flag_uptime(history, period, window, relay.first_seen);
            if let Some(time) = time.filter(|time| time.is_eligible) {
                let group = &mut self.0[history.flag as usize][period as usize];
                group.mean = Some(group.mean.unwrap_or(0.0) + time.ratio);
                group.eligible += 1;
            }
        }
    }
}

/// Mean time with a flag over each period, of the relays that have the flag now; none without a history of
/// it. Times before a relay got the flag for the first time count as without it.
pub fn flag_times(snapshot: &Snapshot, flag: Flag) -> Option<ByPeriod<GroupUptime>> {
    let times = snapshot.report.flag_times.0[flag as usize];
    times.iter().any(|time| time.mean.is_some()).then_some(times)
}
