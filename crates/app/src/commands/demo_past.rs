//! The past of a simulated network: its authorities, and months of its history in a store of its own.
//!
//! The newest rounds go through the documents and checks of real ones; what was before comes as records,
//! which a test of the simulator compares with its documents.

use super::say;
use crate::directory::{DirectoryState, Past, RoundBytes, history_reader};
use crate::load::source_status;
use allium_analysis::directory::Directory as Report;
use allium_analysis::health::{HealthFold, Utilisation};
use allium_collect::source_state;
use allium_consensus::TrustedAuthorities;
use allium_documents::Limits;
use allium_model::{HealthComponent, HealthRecord, HourRecord, SourceStatus, Timestamp};
use allium_sim::{Directory, DirectoryDocument, DirectoryOptions, RoundExtent, Simulation};
use allium_store::{HealthOrigin, Store, StoreOptions};
use allium_web::Edition;
use allium_web::server::Shared;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Everything that fails here is told in one line and ends nothing.
type Filled<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Days of hourly history.
const HISTORY_DAYS: usize = 30;
/// Seconds between two looks of the simulated monitor at the authorities.
const PROBED_EVERY_SECONDS: i64 = 1800;

/// What the past is added to.
#[derive(Debug)]
pub struct Demo {
    pub simulation: Simulation,
    pub edition: Edition,
    pub shared: Arc<Shared>,
    pub limits: Limits,
    pub now: Timestamp,
    /// File of the store.
    pub store: PathBuf,
}

impl Demo {
    /// Shows the authorities at once, then fills the history and shows everything.
    pub async fn add_past(self) {
        match self.fill().await {
            Ok(hours) => say(format_args!("the history of the simulated network is complete: {hours} hours")),
            Err(error) => say(format_args!("the simulated history is not shown: {error}")),
        }
    }

    async fn fill(&self) -> Filled<usize> {
        let simulated =
            tokio::task::block_in_place(|| self.simulation.directory(&DirectoryOptions::default()))?;
        let rounds = newest_rounds(&simulated);
        self.publish(&simulated, &rounds, Past::in_memory(), self.now).await?;
        let store = Arc::new(Store::open(&self.store, StoreOptions::default()).await?);
        let hours = self.append(&simulated, &store, &rounds).await?;
        // Another time of judgement makes other ETags, so that browsers ask for the pages anew.
        self.publish(&simulated, &rounds, Past::Store(store), self.now.plus_seconds(1)).await?;
        Ok(hours + rounds.len())
    }

    /// Publishes an edition with the newest rounds on top of a past.
    async fn publish(
        &self,
        simulated: &Directory<'_>,
        rounds: &[Timestamp],
        past: Past,
        judged_at: Timestamp,
    ) -> Filled<()> {
        let trusted = TrustedAuthorities::parse(&simulated.authority_lines())?;
        let mut state = DirectoryState::new(trusted, self.limits, past);
        let mut bytes = in_places(simulated.certificates()?);
        for round in rounds {
            for document in simulated.documents(*round, RoundExtent::Everything)? {
                bytes.put(document.text.into_bytes());
            }
            state.take(&bytes, self.now).await?;
            bytes = RoundBytes::default();
        }
        let history = match state.past().store() {
            Some(store) => history_reader(store).await?,
            None => None,
        };
        let directory = state.directory(judged_at).await?;
        let mut edition = self.edition.clone();
        edition.sources.extend(directory.as_deref().and_then(|directory| self.status(directory)));
        self.shared.publish(Arc::new(edition.with_directory(directory).with_history(history)));
        Ok(())
    }

    /// What the page of sources says of the documents of the authorities.
    fn status(&self, directory: &Report) -> Option<SourceStatus> {
        let consensus = directory.inputs.consensus.as_deref()?;
        let data_time = Some(consensus.valid_after);
        let interval = Duration::from_secs(directory.inputs.interval_seconds().unsigned_abs());
        Some(SourceStatus {
            data_time,
            state: source_state(data_time, interval, self.now),
            entries: consensus.relays as usize,
            bytes: consensus.bytes as usize,
            last_success: Some(self.now),
            ..source_status("Directory documents", "simulated", self.now)
        })
    }

    /// Writes the hours before the newest rounds into the store, and what else is known of that time.
    async fn append(&self, simulated: &Directory<'_>, store: &Store, rounds: &[Timestamp]) -> Filled<usize> {
        let all = simulated.rounds().count();
        let before = simulated.rounds().skip(all.saturating_sub(HISTORY_DAYS * 24));
        let before: Vec<Timestamp> = before.filter(|round| !rounds.contains(round)).collect();
        let Some(first) = before.first().copied() else { return Ok(0) };
        let mut health = tokio::task::block_in_place(|| PastHealth::before(simulated, first));
        let mut appended = 0;
        for (at, round) in before.iter().enumerate() {
            if let Some(hour) = tokio::task::block_in_place(|| simulated.hour(*round)) {
                store.append(&hour).await?;
                tokio::task::block_in_place(|| health.take(&hour));
                appended += 1;
            }
            if at > 0 && at.is_multiple_of(7 * 24) {
                say(format_args!("simulated history: {at} of {} hours", before.len()));
            }
        }
        for round in rounds {
            if let Some(hour) = tokio::task::block_in_place(|| simulated.hour(*round)) {
                health.take(&hour);
            }
        }
        let now = tokio::task::block_in_place(|| self.edition.health());
        store.put_health(HealthOrigin::Hours, &health.records(&now.utilisation)).await?;
        store.put_health(HealthOrigin::Snapshot, &[now.record]).await?;
        let failed = simulated.failed_rounds().into_iter().filter(|record| record.valid_after >= first);
        store.put_authorities(&failed.collect::<Vec<_>>()).await?;
        let events = simulated.events().into_iter().filter(|event| event.from >= first);
        store.put_events(&events.collect::<Vec<_>>()).await?;
        let probes = simulated.probes(first, PROBED_EVERY_SECONDS).filter(|probe| probe.at <= self.now);
        store.put_probes(&probes.collect::<Vec<_>>()).await?;
        Ok(appended)
    }
}

/// Hours between the records by which the fold learns of the time before the history.
const LEARNT_EVERY: usize = 6;

/// The health of the hours that are written.
#[derive(Debug, Default)]
struct PastHealth {
    fold: HealthFold,
    records: Vec<HealthRecord>,
}

impl PastHealth {
    /// Knows the month before the first hour, by some of its hours.
    fn before(simulated: &Directory<'_>, first: Timestamp) -> Self {
        let mut health = Self::default();
        let from = first.plus_seconds(-(HISTORY_DAYS as i64) * 86_400);
        let month = simulated.rounds().filter(|round| (from..first).contains(round)).step_by(LEARNT_EVERY);
        for hour in month.filter_map(|round| simulated.hour(round)) {
            health.fold.take(&hour);
        }
        health
    }

    fn take(&mut self, hour: &HourRecord<'_>) {
        self.records.extend(self.fold.take(hour));
    }

    /// The records, with the capacity that was free on each day.
    fn records(self, utilisation: &Utilisation) -> Vec<HealthRecord> {
        let with_capacity = |mut record: HealthRecord| {
            record.components[HealthComponent::Capacity as usize] = utilisation.free_ratio_at(record.at);
            record
        };
        self.records.into_iter().map(with_capacity).collect()
    }
}

/// The two newest rounds that made a consensus, the older first.
fn newest_rounds(simulated: &Directory<'_>) -> Vec<Timestamp> {
    let gaps = simulated.gaps();
    let is_made = |round: &Timestamp| !gaps.iter().any(|gap| gap.from <= *round && *round < gap.until);
    let mut rounds: Vec<Timestamp> = simulated.rounds().rev().filter(is_made).take(2).collect();
    rounds.reverse();
    rounds
}

fn in_places(documents: Vec<DirectoryDocument>) -> RoundBytes {
    let mut bytes = RoundBytes::default();
    for document in documents {
        bytes.put(document.text.into_bytes());
    }
    bytes
}
