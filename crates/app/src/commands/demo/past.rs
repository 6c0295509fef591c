//! The past of a simulated network: its authorities, and months of its history in a store of its own.
//!
//! The newest rounds go through the documents and checks of real ones; what was before comes as records,
//! which a test of the simulator compares with its documents.

use super::Filled;
use super::era::Demo;
use crate::alerts::Scene;
use crate::commands::say;
use crate::directory::{DirectoryState, Past, RoundBytes, history_reader};
use crate::incidents::Detection;
use crate::load::source_status;
use allium_analysis::directory::Directory as Report;
use allium_analysis::health::{HealthFold, Utilisation};
use allium_analysis::incidents::IncidentOptions;
use allium_collect::source_state;
use allium_consensus::TrustedAuthorities;
use allium_model::{Event, HealthComponent, HealthRecord, HourRecord, SourceStatus, Timestamp};
use allium_sim::{Directory, DirectoryDocument, RoundExtent};
use allium_store::{HealthOrigin, Store, StoreOptions};
use allium_web::{Edition, IncidentBook};
use std::sync::Arc;
use std::time::Duration;

/// Days of hourly history.
const HISTORY_DAYS: usize = 30;
/// Seconds between two looks of the simulated monitor at the authorities.
pub const PROBED_EVERY_SECONDS: i64 = 1800;

/// What is remembered of a simulated network.
#[derive(Debug)]
pub struct History {
    pub store: Arc<Store>,
    pub state: DirectoryState,
    pub detection: Detection,
}

impl Demo {
    /// Shows the authorities at once, then fills the history and shows everything.
    pub async fn add_past(&self, simulated: &Directory<'_>) -> Filled<History> {
        let rounds = newest_rounds(simulated, self.now);
        let state = self.take_rounds(simulated, &rounds, Past::in_memory()).await?;
        self.publish(self.edition.clone(), &state, None, self.now).await?;
        let store = Arc::new(Store::open(&self.store_path(), StoreOptions::default()).await?);
        let hours = self.append(simulated, &store, &rounds).await?;
        // Another time of judgement makes other ETags, so that browsers ask for the pages anew.
        let judged_at = self.now.plus_seconds(1);
        let state = self.take_rounds(simulated, &rounds, Past::Store(Arc::clone(&store))).await?;
        self.publish(self.edition.clone(), &state, None, judged_at).await?;
        let mut detection = Detection::open(Arc::clone(&store), IncidentOptions::default()).await?;
        detection.advance(judged_at).await?;
        self.publish(self.edition.clone(), &state, Some(detection.book()), judged_at).await?;
        let hours = hours + rounds.len();
        say(format_args!("the history of the simulated network is complete: {hours} hours"));
        Ok(History { store, state, detection })
    }

    /// The newest rounds on top of a past.
    async fn take_rounds(
        &self,
        simulated: &Directory<'_>,
        rounds: &[Timestamp],
        past: Past,
    ) -> Filled<DirectoryState> {
        let trusted = TrustedAuthorities::parse(&simulated.authority_lines())?;
        let mut state = DirectoryState::new(trusted, self.config.limits(), past);
        state.know(Arc::clone(&self.edition.snapshot));
        let mut bytes = in_places(simulated.certificates()?);
        for round in rounds {
            add(&mut bytes, simulated.documents(*round, RoundExtent::Everything)?);
            state.take(&bytes, self.now).await?;
            bytes = RoundBytes::default();
        }
        Ok(state)
    }

    /// Publishes an edition with what is known of the authorities, the past and its incidents. Gives what was
    /// published.
    pub async fn publish(
        &self,
        mut edition: Edition,
        state: &DirectoryState,
        incidents: Option<Arc<IncidentBook>>,
        judged_at: Timestamp,
    ) -> Filled<Arc<Edition>> {
        let history = match state.past().store() {
            Some(store) => history_reader(store).await?,
            None => None,
        };
        let directory = state.directory(judged_at).await?;
        edition.sources.extend(directory.as_deref().and_then(|directory| status(directory, judged_at)));
        edition.judged_at = judged_at;
        let edition = edition.with_directory(directory).with_history(history).with_incidents(incidents);
        let edition = Arc::new(edition.with_hour_seconds(self.pace));
        self.shared.publish(Arc::clone(&edition));
        self.show_alerts(&edition);
        Ok(edition)
    }

    /// Lets alerts be decided about what is published, once the past was searched for incidents.
    fn show_alerts(&self, edition: &Edition) {
        if let (Some(alerts), Some(book)) = (&self.alerts, &edition.incidents) {
            let snapshot = Arc::clone(&edition.snapshot);
            alerts.send_replace(Some(Scene { snapshot, incidents: Arc::clone(book) }));
        }
    }

    /// Writes the hours before the newest rounds into the store, and what else is known of that time.
    async fn append(&self, simulated: &Directory<'_>, store: &Store, rounds: &[Timestamp]) -> Filled<usize> {
        let past = || simulated.rounds().take_while(|round| *round <= self.now);
        let before = past().skip(past().count().saturating_sub(HISTORY_DAYS * 24));
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
        self.append_authorities(simulated, store, first).await?;
        Ok(appended)
    }

    /// Writes what is known of the authorities beside the hours since `first`.
    async fn append_authorities(
        &self,
        simulated: &Directory<'_>,
        store: &Store,
        first: Timestamp,
    ) -> Filled<()> {
        let failed = simulated.failed_rounds().into_iter().filter(|record| record.valid_after >= first);
        store.put_authorities(&failed.collect::<Vec<_>>()).await?;
        let events = simulated.events().into_iter().filter(|event| event.from >= first);
        let known: Vec<Event> = events.filter_map(|event| known_at(self.now, event)).collect();
        store.put_events(&known).await?;
        let probes = simulated.probes(first, PROBED_EVERY_SECONDS).take_while(|probe| probe.at <= self.now);
        store.put_probes(&probes.collect::<Vec<_>>()).await?;
        Ok(())
    }
}

/// An event as it is known at a time; nothing of one that is still to come.
fn known_at(now: Timestamp, event: Event) -> Option<Event> {
    let until = event.until.filter(|until| *until <= now);
    (event.from <= now).then_some(Event { until, ..event })
}

/// What the page of sources says of the documents of the authorities.
fn status(directory: &Report, now: Timestamp) -> Option<SourceStatus> {
    let consensus = directory.inputs.consensus.as_deref()?;
    let data_time = Some(consensus.valid_after);
    let interval = Duration::from_secs(directory.inputs.interval_seconds().unsigned_abs());
    Some(SourceStatus {
        data_time,
        state: source_state(data_time, interval, now),
        entries: consensus.relays as usize,
        bytes: consensus.bytes as usize,
        last_success: Some(now),
        ..source_status("Directory documents", "simulated", now)
    })
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

/// The two newest rounds up to `now` that made a consensus, the older first.
fn newest_rounds(simulated: &Directory<'_>, now: Timestamp) -> Vec<Timestamp> {
    let gaps = simulated.gaps();
    let is_made =
        |round: &Timestamp| *round <= now && !gaps.iter().any(|gap| gap.from <= *round && *round < gap.until);
    let mut rounds: Vec<Timestamp> = simulated.rounds().rev().filter(is_made).take(2).collect();
    rounds.reverse();
    rounds
}

/// The documents of a round, each where it belongs.
pub fn in_places(documents: Vec<DirectoryDocument>) -> RoundBytes {
    let mut bytes = RoundBytes::default();
    add(&mut bytes, documents);
    bytes
}

fn add(bytes: &mut RoundBytes, documents: Vec<DirectoryDocument>) {
    for document in documents {
        bytes.put(document.text.into_bytes());
    }
}
