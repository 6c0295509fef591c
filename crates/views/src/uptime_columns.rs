//! The columns of uptime, alike for relays, groups and the network: for each of the four periods the
//! ratio and the coverage beside it, for sets of relays also how many of them count.

use crate::Value;
use crate::column::{Align, Column};
use allium_analysis::Snapshot;
use allium_analysis::metrics::uptime::{GroupUptime, Uptime};
use allium_model::{GroupKind, GroupPosition, Period, RelayPosition};

/// A value of a row of kind `K`.
type Of<K> = for<'a> fn(&'a Snapshot, K) -> Value<'a>;

const fn right<K>(name: &'static str, head: &'static str, value: Of<K>) -> Column<K> {
    Column { name, head, align: Align::Right, value }
}

/// The columns of a period in a row of relays; `P` is the place in [`Period::ALL`].
const fn of_relay<const P: usize>(
    names: [&'static str; 2],
    heads: [&'static str; 2],
) -> [Column<RelayPosition>; 2] {
    [
        right(names[0], heads[0], |s, p| Value::number(relay::<P>(s, p).map(|uptime| uptime.ratio))),
        right(names[1], heads[1], |s, p| Value::number(relay::<P>(s, p).map(Uptime::coverage_ratio))),
    ]
}

fn relay<const P: usize>(snapshot: &Snapshot, position: RelayPosition) -> Option<&Uptime> {
    snapshot.report.uptime.relay(position, Period::ALL[P])
}

/// A row that is a set of relays.
pub(crate) trait SetOfRelays: Copy + 'static {
    /// Its mean uptime over a period.
    fn uptime(self, snapshot: &Snapshot, period: Period) -> &GroupUptime;
}

impl SetOfRelays for (GroupKind, GroupPosition) {
    fn uptime(self, snapshot: &Snapshot, period: Period) -> &GroupUptime {
        snapshot.report.uptime.group(self.0, self.1, period)
    }
}

impl SetOfRelays for () {
    fn uptime(self, snapshot: &Snapshot, period: Period) -> &GroupUptime {
        &snapshot.report.uptime.network[period as usize]
    }
}

/// The columns of a period in a row that is a set of relays.
const fn of_set<K: SetOfRelays, const P: usize>(
    names: [&'static str; 3],
    heads: [&'static str; 3],
) -> [Column<K>; 3] {
    [
        right(names[0], heads[0], |s, k: K| Value::number(k.uptime(s, Period::ALL[P]).mean)),
        right(names[1], heads[1], |s, k: K| Value::number(k.uptime(s, Period::ALL[P]).coverage)),
        right(names[2], heads[2], |s, k: K| Value::Integer(k.uptime(s, Period::ALL[P]).eligible as u64)),
    ]
}

const NAMES: [[&str; 3]; 4] = [
    ["uptime_ratio_1_month", "uptime_coverage_ratio_1_month", "uptime_eligible_relays_1_month"],
    ["uptime_ratio_6_months", "uptime_coverage_ratio_6_months", "uptime_eligible_relays_6_months"],
    ["uptime_ratio_1_year", "uptime_coverage_ratio_1_year", "uptime_eligible_relays_1_year"],
    ["uptime_ratio_5_years", "uptime_coverage_ratio_5_years", "uptime_eligible_relays_5_years"],
];

const HEADS: [[&str; 3]; 4] = [
    ["Uptime 1 m", "Coverage 1 m", "Eligible 1 m"],
    ["Uptime 6 m", "Coverage 6 m", "Eligible 6 m"],
    ["Uptime 1 y", "Coverage 1 y", "Eligible 1 y"],
    ["Uptime 5 y", "Coverage 5 y", "Eligible 5 y"],
];

const fn two(names: [&'static str; 3]) -> [&'static str; 2] {
    [names[0], names[1]]
}

/// Of relays, by period.
pub(crate) static RELAY: [[Column<RelayPosition>; 2]; 4] = [
    of_relay::<0>(two(NAMES[0]), two(HEADS[0])),
    of_relay::<1>(two(NAMES[1]), two(HEADS[1])),
    of_relay::<2>(two(NAMES[2]), two(HEADS[2])),
    of_relay::<3>(two(NAMES[3]), two(HEADS[3])),
];

const fn sets<K: SetOfRelays>() -> [[Column<K>; 3]; 4] {
    [
        of_set::<K, 0>(NAMES[0], HEADS[0]),
        of_set::<K, 1>(NAMES[1], HEADS[1]),
        of_set::<K, 2>(NAMES[2], HEADS[2]),
        of_set::<K, 3>(NAMES[3], HEADS[3]),
    ]
}

/// Of groups of any kind, by period.
pub(crate) static GROUP: [[Column<(GroupKind, GroupPosition)>; 3]; 4] = sets();
/// Of the network, by period.
pub(crate) static NETWORK: [[Column<()>; 3]; 4] = sets();

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::{Histories, History, HistoryTable, PeriodHistories, RelayUptime, Timestamp};
    use std::sync::Arc;

    /// Two relays of one country; the first was there for half of the month, of the second nothing is known.
    fn snapshot() -> Snapshot {
        let relay = |last: &str| {
            format!(
                "{{\"fingerprint\":\"{}{last}\",\"first_seen\":\"2020-01-01 00:00:00\",\
                 \"running\":true,\"country\":\"se\",\"last_seen\":\"2026-02-22 13:00:00\"}}",
                "0".repeat(39)
            )
        };
        let document = format!(
            "{{\"relays_published\":\"2026-02-22 13:00:00\",\"relays\":[{},{}]}}",
            relay("1"),
            relay("2")
        );
        let inputs = allium_documents::onionoo::BuildInputs::default();
        let network = allium_documents::onionoo::build_network(document.as_bytes(), &inputs).unwrap().network;
        let last = "2026-02-22 00:00:00".parse::<Timestamp>().unwrap();
        let values = (0..31).map(|bin| Some(999 * (bin % 2)));
        let history =
            History::new(last.plus_seconds(-30 * 86_400), last, 86_400, 1.0 / 999.0, None, values).unwrap();
        let mut overall = PeriodHistories::default();
        overall.set(Period::OneMonth, history);
        let entry = RelayUptime { overall, flags: [].into() };
        let table = HistoryTable::new(network.published(), vec![(network.relays()[0].fingerprint, entry)]);
        let histories = Histories { uptime: Some(Arc::new(table)), ..Histories::default() };
        Snapshot::with_histories(network, histories)
    }

    #[test]
    fn unknown_is_null_and_a_set_says_how_many_relays_it_rests_on() {
        let snapshot = snapshot();
        let of_relay = |position: u32| {
            RELAY[0]
                .each_ref()
                .map(|column| (column.value)(&snapshot, RelayPosition(position)).plain().into_owned())
        };
        assert_eq!(of_relay(0), ["0.483870968", "1"]);
        assert_eq!(of_relay(1), ["", ""]);
        let country = (GroupKind::Country, GroupPosition(0));
        let of_country =
            GROUP[0].each_ref().map(|column| (column.value)(&snapshot, country).plain().into_owned());
        assert_eq!(of_country, ["0.483870968", "1", "1"]);
        let of_network =
            NETWORK[3].each_ref().map(|column| (column.value)(&snapshot, ()).plain().into_owned());
        assert_eq!(of_network, ["", "", "0"]);
    }
}
