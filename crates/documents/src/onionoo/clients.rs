//! Onionoo clients documents: the average number of clients of each bridge, in bins.
//!
//! Bridges are not listed in public, so nothing of one bridge is kept, not even in a warning: bins are
//! added up over all of them, on one grid of bins for each period.

use super::envelope::{Envelope, List, Text};
use super::table::{Entry, Place, read_entries};
use super::wire::WireHistories;
use crate::{DocumentError, Limits};
use allium_model::{BridgeClients, ClientSums, Fingerprint, History, Period, PeriodHistories, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// One bridge of a clients document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClientsBridge<'a> {
    /// Hash of its fingerprint.
    #[serde(borrow)]
    pub fingerprint: Text<'a>,
    /// Histories of the average number of clients, by period.
    #[serde(borrow, default)]
    pub average_clients: WireHistories<'a>,
}

#[derive(Default)]
struct BridgeEntry {
    clients: PeriodHistories,
}

impl Entry for BridgeEntry {
    const DOCUMENT: &'static str = "clients";
    const QUANTITIES: &'static [(&'static str, Place<Self>)] =
        &[("average_clients", |entry| &mut entry.clients)];
}

/// Most bins of a sum, back from the time of the document: five years of days.
const MAX_BINS: i64 = 1830;

/// Sums over bridges on the grid of bins that begin at multiples of their length since 1970.
#[derive(Debug, Default)]
struct Grid {
    bridges: usize,
    clients: BTreeMap<i64, f64>,
}

impl Grid {
    fn add(&mut self, history: &History) {
        self.bridges += 1;
        for (bin, value) in history.values().enumerate() {
            let Some(value) = value else { continue };
            let position = history.midpoint(bin).0.div_euclid(history.interval_seconds);
            *self.clients.entry(position).or_default() += value;
        }
    }

    /// The sums up to `published`, which no bin may begin behind.
    fn finish(&self, interval_seconds: i64, published: Timestamp) -> Option<ClientSums> {
        let newest = published.0.div_euclid(interval_seconds);
        let mut known = self.clients.range(newest - MAX_BINS + 1..=newest);
        let first = *known.clone().next()?.0;
        let last = *known.next_back()?.0;
        Some(ClientSums {
            start: Timestamp(first * interval_seconds),
            interval_seconds,
            clients: (first..=last).map(|bin| self.clients.get(&bin).copied()).collect(),
        })
    }
}

/// The grids of a period by the length of their bins. Onionoo uses one length; of several the one that
/// most bridges have counts.
#[derive(Debug, Default)]
struct Grids(BTreeMap<i64, Grid>);

impl Grids {
    fn finish(&self, published: Timestamp) -> Option<ClientSums> {
        let (interval_seconds, grid) = self.0.iter().max_by_key(|(_, grid)| grid.bridges)?;
        grid.finish(*interval_seconds, published)
    }
}

/// Reads a plain clients document into sums over its bridges. The counts of the envelope are those of
/// bridges. A history that does not check is left out with a warning, and so is a bridge that comes twice.
pub fn read_clients(bytes: &[u8], limits: &Limits) -> Result<(BridgeClients, Envelope), DocumentError> {
    let mut grids: [Grids; 4] = Default::default();
    let mut seen: HashSet<Fingerprint> = HashSet::new();
    let mut bridges = 0;
    let envelope = read_entries(bytes, List::Bridges, limits, &mut |bridge, entry: BridgeEntry| {
        if !seen.insert(bridge) {
            return Err("it repeats a bridge and is left out".into());
        }
        bridges += usize::from(!entry.clients.is_empty());
        for (period, history) in entry.clients.iter() {
            grids[period as usize].0.entry(history.interval_seconds).or_default().add(history);
        }
        Ok(())
    })?;
    let published = envelope.relays_published;
    let periods = Period::ALL.map(|period| grids[period as usize].finish(published));
    Ok((BridgeClients { bridges, periods }, envelope))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(first_day: i64, interval: i64, values: &str) -> String {
        let count = values.split(',').count() as i64;
        let first = Timestamp(1_771_718_400 + first_day * 86_400 + interval / 2);
        let last = first.plus_seconds((count - 1) * interval);
        format!(
            "{{\"1_month\":{{\"first\":\"{first}\",\"last\":\"{last}\",\"interval\":{interval},\
             \"factor\":0.5,\"count\":{count},\"values\":[{values}],\"countries\":{{\"de\":0.5}}}}}}"
        )
    }

    fn document(bridges: &[(u8, String)]) -> String {
        let entry = |(id, history): &(u8, String)| {
            format!("{{\"fingerprint\":\"{id:040X}\",\"average_clients\":{history}}}")
        };
        let bridges: Vec<_> = bridges.iter().map(entry).collect();
        format!(
            "{{\"relays_published\":\"2026-02-22 13:00:00\",\"relays\":[\n],\
             \"bridges_published\":\"2026-02-22 12:41:07\",\"bridges\":[\n{}\n]}}",
            bridges.join(",\n")
        )
    }

    fn read(bridges: &[(u8, String)]) -> (BridgeClients, Envelope) {
        read_clients(document(bridges).as_bytes(), &Limits::default()).unwrap()
    }

    #[test]
    fn bridges_are_added_up_bin_by_bin_and_what_nobody_knows_stays_unknown() {
        let day = 86_400;
        let (clients, envelope) =
            read(&[(1, history(-5, day, "2,null,4")), (2, history(-3, day, "10,null,6")), (3, "{}".into())]);
        let sums = clients.periods[0].as_ref().unwrap();
        assert_eq!(sums.clients, [Some(1.0), None, Some(7.0), None, Some(3.0)]);
        assert_eq!((sums.start.to_string(), sums.interval_seconds), ("2026-02-17 00:00:00".into(), day));
        assert_eq!((clients.bridges, envelope.relays, envelope.warnings), (2, 3, vec![]));
        assert_eq!(envelope.relays_published.to_string(), "2026-02-22 12:41:07");
        assert_eq!(clients.periods[1..], [None, None, None]);
    }

    #[test]
    fn another_length_of_bins_is_never_added_to_the_usual_one() {
        let bridges =
            [(1, history(-2, 86_400, "2,2")), (2, history(-2, 3600, "9,9")), (3, history(-2, 86_400, "2,2"))];
        let sums = read(&bridges).0.periods[0].clone().unwrap();
        assert_eq!((sums.interval_seconds, sums.clients), (86_400, vec![Some(2.0), Some(2.0)]));
    }

    #[test]
    fn a_bridge_that_comes_twice_or_is_broken_is_told_without_its_name() {
        let broken = history(-2, 86_400, "2,2000");
        let (clients, envelope) =
            read(&[(1, history(-2, 86_400, "2,2")), (1, history(-2, 86_400, "2,2")), (2, broken)]);
        assert_eq!((clients.bridges, envelope.broken_relays, envelope.faulty_relays), (1, 1, 1));
        let entries: Vec<_> = envelope.warnings.iter().map(|warning| warning.entry.as_str()).collect();
        assert_eq!(entries, ["entry 1", "entry 2"]);
        assert_eq!(clients.periods[0].as_ref().unwrap().clients, [Some(1.0), Some(1.0)]);
    }

    #[test]
    fn bins_far_from_the_time_of_the_document_cost_no_memory() {
        let (clients, _) = read(&[(1, history(-700_000, 1, "2,2")), (2, history(9000, 1, "2,2"))]);
        assert_eq!(clients.periods[0], None);
        let (clients, _) = read(&[(1, history(-1, 1, "2,2")), (2, history(0, 1, "2,2"))]);
        assert_eq!((clients.bridges, clients.periods[0].as_ref()), (2, None));
    }
}
