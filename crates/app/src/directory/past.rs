//! Where rounds are remembered: the store, or memory when none is kept.

use allium_model::{
    AuthorityProbe, AuthorityRecord, Event, Fingerprint, HourRecord, NetworkRecord, TimeRange, Timestamp,
};
use allium_store::{Appended, EventQuery, Store, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Events read at most.
const MAX_EVENTS: u32 = 5000;

/// Seconds that are read back, and remembered without a store: 90 days.
const SECONDS: i64 = 90 * 86_400;

/// What was before the newest round.
#[derive(Debug, Default)]
pub struct Remembered {
    /// The network hour by hour.
    pub network: Vec<NetworkRecord>,
    /// Authorities round by round.
    pub rounds: Vec<AuthorityRecord>,
    /// Stretches without a record.
    pub gaps: Vec<TimeRange>,
    /// Own probes.
    pub probes: Vec<AuthorityProbe>,
    /// Events.
    pub events: Vec<Event>,
}

/// Rounds in memory, for as long as the process runs.
#[derive(Debug, Default)]
pub struct Memory {
    network: BTreeMap<Timestamp, NetworkRecord>,
    rounds: BTreeMap<(Timestamp, Fingerprint), AuthorityRecord>,
    probes: Vec<AuthorityProbe>,
    events: Vec<Event>,
}

/// Where rounds are remembered.
#[derive(Debug)]
pub enum Past {
    /// On disk.
    Store(Arc<Store>),
    /// Until the process ends.
    Memory(Memory),
}

impl Past {
    /// Nothing on disk.
    pub fn in_memory() -> Self {
        Self::Memory(Memory::default())
    }

    /// The store, where there is one.
    pub fn store(&self) -> Option<&Arc<Store>> {
        match self {
            Self::Store(store) => Some(store),
            Self::Memory(_) => None,
        }
    }

    /// Times since `since` of which there is the record of a consensus.
    pub async fn known(&self, since: Timestamp) -> Result<BTreeSet<Timestamp>, StoreError> {
        let of_consensus = |record: &NetworkRecord| (record.method > 0).then_some(record.valid_after);
        Ok(match self {
            Self::Store(store) => {
                let range = TimeRange { from: since, until: Timestamp(i64::MAX) };
                store.network_series(range).await?.iter().filter_map(of_consensus).collect()
            }
            Self::Memory(memory) => memory.network.range(since..).map(|(time, _)| *time).collect(),
        })
    }

    /// Takes in the record of a consensus.
    pub async fn append(&mut self, record: &HourRecord<'_>) -> Result<Appended, StoreError> {
        match self {
            Self::Store(store) => store.append(record).await,
            Self::Memory(memory) => Ok(memory.append(record)),
        }
    }

    /// Takes in what is known of authorities in a round.
    pub async fn put_authorities(&mut self, records: &[AuthorityRecord]) -> Result<(), StoreError> {
        match self {
            Self::Store(store) => store.put_authorities(records).await,
            Self::Memory(memory) => {
                memory
                    .rounds
                    .extend(records.iter().map(|record| ((record.valid_after, record.identity), *record)));
                Ok(())
            }
        }
    }

    /// Takes in events; one that is known is changed.
    pub async fn put_events(&mut self, events: &[Event]) -> Result<(), StoreError> {
        match self {
            Self::Store(store) => store.put_events(events).await,
            Self::Memory(memory) => {
                allium_analysis::directory::faults::merge(&mut memory.events, events.to_vec());
                Ok(())
            }
        }
    }

    /// Takes in own probes.
    pub async fn put_probes(&mut self, probes: &[AuthorityProbe]) -> Result<(), StoreError> {
        match self {
            Self::Store(store) => store.put_probes(probes).await,
            Self::Memory(memory) => {
                memory.probes.extend_from_slice(probes);
                Ok(())
            }
        }
    }

    /// Time of the newest record.
    pub async fn newest(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(match self {
            Self::Store(store) => store.newest().await?.map(|newest| newest.valid_after),
            Self::Memory(memory) => memory.network.keys().next_back().copied(),
        })
    }

    /// From 90 days before `data_time` until `now`.
    pub async fn remembered(
        &self,
        data_time: Timestamp,
        now: Timestamp,
        authorities: &[Fingerprint],
    ) -> Result<Remembered, StoreError> {
        let range = TimeRange {
            from: data_time.plus_seconds(-SECONDS),
            until: now.max(data_time).plus_seconds(3600),
        };
        match self {
            Self::Store(store) => read(store, range, authorities).await,
            Self::Memory(memory) => Ok(memory.remembered(range)),
        }
    }
}

async fn read(
    store: &Store,
    range: TimeRange,
    authorities: &[Fingerprint],
) -> Result<Remembered, StoreError> {
    let mut probes = Vec::new();
    for identity in authorities {
        probes.extend(store.probes(*identity, range).await?);
    }
    probes.sort_by_key(|probe| probe.at);
    Ok(Remembered {
        network: store.network_series(range).await?,
        rounds: store.authorities(range).await?,
        gaps: store.gaps(range).await?,
        probes,
        events: store.events(EventQuery { range, subject: None, limit: MAX_EVENTS }).await?,
    })
}

impl Memory {
    fn append(&mut self, record: &HourRecord<'_>) -> Appended {
        let appended = match self.network.insert(record.valid_after, record.network) {
            None => Appended::Added,
            Some(_) => Appended::Known,
        };
        let authorities = record.authorities.iter();
        self.rounds.extend(authorities.map(|round| ((round.valid_after, round.identity), *round)));
        self.forget(record.valid_after.plus_seconds(-SECONDS));
        appended
    }

    fn forget(&mut self, oldest: Timestamp) {
        self.network = self.network.split_off(&oldest);
        self.rounds = self.rounds.split_off(&(oldest, Fingerprint([0; 20])));
        self.probes.retain(|probe| probe.at >= oldest);
        self.events.retain(|event| event.until.is_none_or(|until| until >= oldest));
    }

    fn remembered(&self, range: TimeRange) -> Remembered {
        let network: Vec<NetworkRecord> =
            self.network.range(range.from..).map(|(_, record)| *record).collect();
        let gap = |pair: &[NetworkRecord]| {
            let due = pair[0].valid_after.plus_seconds(3600);
            (due < pair[1].valid_after).then_some(TimeRange { from: due, until: pair[1].valid_after })
        };
        Remembered {
            gaps: network.windows(2).filter_map(gap).collect(),
            network,
            rounds: self.rounds.values().copied().collect(),
            probes: self.probes.clone(),
            events: self.events.clone(),
        }
    }
}
