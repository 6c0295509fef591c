//! How much of the time the relays with a flag had it.

use crate::Snapshot;
use crate::metrics::uptime::{ByPeriod, GroupUptime, flag_uptime};
use allium_model::{Flag, Period};

/// Mean time with a flag over each period, of the relays that have the flag now; none without a history of
/// it. Times before a relay got the flag for the first time count as without it.
pub fn flag_times(snapshot: &Snapshot, flag: Flag) -> Option<ByPeriod<GroupUptime>> {
    let relays: Vec<_> =
        snapshot.network.relays().iter().filter(|relay| relay.flags.contains(flag)).collect();
    let times = Period::ALL.map(|period| {
        let mut group = GroupUptime { total: relays.len(), ..GroupUptime::default() };
        let Some(window) = snapshot.report.uptime.window(period) else { return group };
        let mut sum = 0.0;
        for relay in &relays {
            let entry = snapshot.histories.uptime_of(relay.fingerprint);
            let history = entry.and_then(|entry| entry.flags.iter().find(|history| history.flag == flag));
            let time = history.and_then(|history| flag_uptime(history, period, window, relay.first_seen));
            if let Some(time) = time.filter(|time| time.is_eligible) {
                sum += time.ratio;
                group.eligible += 1;
            }
        }
        group.mean = (group.eligible > 0).then(|| sum / group.eligible as f64);
        group
    });
    times.iter().any(|time| time.mean.is_some()).then_some(times)
}
