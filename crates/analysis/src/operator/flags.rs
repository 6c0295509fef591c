//! How much of the time an operator's relays had the flags that they have now.

use crate::metrics::uptime::{ByPeriod, UptimeReport, flag_uptime};
use allium_model::{Flag, Group, Histories, Network, Period};

/// The mean time with a flag, of the relays that have it now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FlagReliability {
    /// The flag.
    pub flag: Flag,
    /// Running relays with the flag.
    pub relays: usize,
    /// By period: the plain mean over the eligible relays, 0 to 1, and their number.
    pub periods: ByPeriod<Option<(f64, usize)>>,
}

/// The flags in the order in which they matter, the others after them.
const ORDER: [Flag; 9] = [
    Flag::Exit,
    Flag::Guard,
    Flag::Fast,
    Flag::Running,
    Flag::Stable,
    Flag::HSDir,
    Flag::V2Dir,
    Flag::Valid,
    Flag::Authority,
];

/// The reliability of every flag with a history; nothing without flag histories.
pub fn flag_reliability(
    network: &Network,
    histories: &Histories,
    uptime: &UptimeReport,
    operator: Group<'_>,
) -> Vec<FlagReliability> {
    let running = operator.members.iter().map(|position| network.relay(*position));
    let entries: Vec<_> = running
        .filter(|relay| relay.running)
        .map(|relay| (relay, histories.uptime_of(relay.fingerprint)))
        .collect();
    let of_flag = |flag: Flag| {
        let relays: Vec<_> = entries.iter().filter(|(relay, _)| relay.flags.contains(flag)).collect();
        let mean = |period: Period| {
            let window = uptime.window(period)?;
            let values = relays.iter().filter_map(|(relay, entry)| {
                let entry = (*entry)?;
                let of_flag = entry.flags.iter().find(|uptime| uptime.flag == flag)?;
                flag_uptime(of_flag, period, window, relay.first_seen).filter(|value| value.is_eligible)
            });
            let (count, sum) = values.fold((0, 0.0), |(count, sum), value| (count + 1, sum + value.ratio));
            (count > 0).then(|| (sum / f64::from(count), count as usize))
        };
        FlagReliability { flag, relays: relays.len(), periods: Period::ALL.map(mean) }
    };
    let all = ORDER.into_iter().map(of_flag);
    all.filter(|found| found.periods.iter().any(Option::is_some)).collect()
}
