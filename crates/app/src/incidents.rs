//! The incidents of the history: the detection goes on where it stopped, over all that was stored since.

use allium_analysis::incidents::{Change, IncidentOptions, IncidentWatch};
use allium_model::{Event, Incident, IncidentId, IncidentState, TimeRange, Timestamp};
use allium_store::{EventQuery, IncidentQuery, Store, StoreError, WatchState};
use std::collections::BTreeMap;

/// Documents after which what was found is written. What is lost with the process is found again.
const WRITTEN_EVERY: u64 = 48;

/// A detection that knows all of a history.
#[derive(Debug)]
pub struct CaughtUp {
    /// The detection, ready for the next document.
    pub watch: IncidentWatch,
    /// Documents that it had not seen.
    pub documents: u64,
}

/// Goes on with the detection over what was stored since it was last written, and writes what it finds.
/// A state of another version, or a damaged one, begins anew: the same history gives the same incidents.
pub async fn catch_up(store: &Store, options: IncidentOptions) -> Result<CaughtUp, StoreError> {
    let mut watch = resume(store, options).await?;
    let from = watch.last().map_or(Timestamp(0), |last| last.plus_seconds(1));
    let range = TimeRange { from, until: Timestamp(i64::MAX) };
    let events = store.events(EventQuery { range, subject: None, limit: u32::MAX }).await?;
    let mut replay = store.replay(range).await?;
    let mut found = Found::default();
    let mut documents = 0;
    while let Some(hour) = replay.next_hour().await? {
        let before = watch.last().unwrap_or(Timestamp(0));
        found.take(watch.take_events(&told_between(&events, before, hour.valid_after)));
        found.take(watch.take(&hour));
        documents += 1;
        if documents % WRITTEN_EVERY == 0 {
            found.write(store, &watch).await?;
        }
    }
    if documents > 0 {
        found.write(store, &watch).await?;
    }
    Ok(CaughtUp { watch, documents })
}

/// The detection as it was last written; a new one when there is none.
async fn resume(store: &Store, options: IncidentOptions) -> Result<IncidentWatch, StoreError> {
    let Some(state) = store.watch_state().await? else { return Ok(IncidentWatch::new(options)) };
    let mut open = Vec::new();
    for state in [IncidentState::Unverified, IncidentState::Ongoing] {
        open.extend(store.incidents(IncidentQuery::open(state, u32::MAX)).await?);
    }
    Ok(IncidentWatch::from_bytes(options, &state.bytes, &open).unwrap_or_else(|error| {
        tracing::warn!(%error, "the history is searched for incidents from its beginning");
        IncidentWatch::new(options)
    }))
}

/// The events that began or ended after one document and up to another, as they were known then.
fn told_between(events: &[Event], before: Timestamp, at: Timestamp) -> Vec<Event> {
    let is_then = |time: Timestamp| before < time && time <= at;
    let mut told: Vec<(Timestamp, Event)> = Vec::new();
    for event in events {
        if is_then(event.from) {
            told.push((event.from, Event { until: None, ..event.clone() }));
        }
        if let Some(until) = event.until.filter(|until| is_then(*until)) {
            told.push((until, event.clone()));
        }
    }
    told.sort_by_key(|(time, event)| (*time, event.until, event.kind, event.subject));
    told.into_iter().map(|(_, event)| event).collect()
}

/// Incidents that changed and are not written yet.
#[derive(Debug, Default)]
struct Found(BTreeMap<IncidentId, Incident>);

impl Found {
    fn take(&mut self, changes: Vec<Change>) {
        self.0.extend(changes.into_iter().map(|change| (change.incident.id, change.incident)));
    }

    async fn write(&mut self, store: &Store, watch: &IncidentWatch) -> Result<(), StoreError> {
        // Open incidents note who is back without a change of their own.
        self.0.extend(watch.open().map(|incident| (incident.id, incident.clone())));
        let incidents: Vec<Incident> = std::mem::take(&mut self.0).into_values().collect();
        let state = watch.last().map(|at| WatchState { at, bytes: watch.to_bytes() });
        store.put_incidents(&incidents, state.as_ref()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::HourRecord;
    use allium_sim::{DirectoryOptions, FaultPlan, FaultRate, SimOptions, Simulation};
    use allium_store::StoreOptions;

    const END: Timestamp = Timestamp(1_771_765_200);

    #[tokio::test]
    async fn a_detection_that_stops_and_goes_on_finds_what_one_that_never_stopped_finds() {
        let options = SimOptions { relays: 150, days: 14, seed: 3, end: END };
        let simulation = Simulation::run_with(&options, FaultPlan::Labelled);
        let options = DirectoryOptions { faults: FaultRate::None, ..DirectoryOptions::default() };
        let directory = simulation.directory(&options).unwrap();
        let faults = directory.labelled_faults();
        assert!(!faults.is_empty());
        let stops: Vec<Timestamp> = faults.iter().map(|fault| fault.from.plus_seconds(3600)).collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        let mut straight = IncidentWatch::new(IncidentOptions::default());
        let mut expected = Found::default();
        let mut store = Store::open(&path, StoreOptions::default()).await.unwrap();
        for hour in directory.plain_hours() {
            // The store takes no worse source in place of a better one; all are of one here.
            let hour = HourRecord { source: allium_model::RecordSource::Consensus, ..hour };
            expected.take(straight.take(&hour));
            store.append(&hour).await.unwrap();
            if stops.contains(&hour.valid_after) {
                catch_up(&store, IncidentOptions::default()).await.unwrap();
                store.close().await.unwrap();
                store = Store::open(&path, StoreOptions::default()).await.unwrap();
            }
        }
        let caught_up = catch_up(&store, IncidentOptions::default()).await.unwrap();
        assert!(caught_up.documents > 0);
        expected.0.extend(straight.open().map(|incident| (incident.id, incident.clone())));
        let mut found = store.incidents(IncidentQuery::all(1000)).await.unwrap();
        found.sort_by_key(|incident| incident.id);
        assert!(!found.is_empty());
        assert_eq!(found, expected.0.into_values().collect::<Vec<_>>());
        let again = catch_up(&store, IncidentOptions::default()).await.unwrap();
        assert_eq!(again.documents, 0);
    }
}
