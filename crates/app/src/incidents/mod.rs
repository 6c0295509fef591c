//! The incidents of the history: the detection goes on where it stopped, over all that was stored since.

mod detection;
mod sources;

pub use detection::Detection;
pub use sources::report;

#[cfg(test)]
mod tests {
    use super::*;
    use allium_analysis::incidents::{IncidentOptions, IncidentWatch};
    use allium_model::{
        Event, EventKind, EventSubject, Fingerprint, HourRecord, Incident, Severity, Timestamp,
    };
    use allium_sim::{DirectoryOptions, FaultPlan, FaultRate, SimOptions, Simulation};
    use allium_store::{IncidentQuery, Store, StoreOptions};
    use std::collections::BTreeMap;
    use std::path::Path;
    use std::sync::Arc;

    const END: Timestamp = Timestamp(1_771_765_200);

    fn labelled() -> Simulation {
        Simulation::run_with(&SimOptions { relays: 150, days: 14, seed: 3, end: END }, FaultPlan::Labelled)
    }

    async fn open(path: &Path) -> Arc<Store> {
        Arc::new(Store::open(path, StoreOptions::default()).await.unwrap())
    }

    async fn detection(store: &Arc<Store>) -> Detection {
        Detection::open(Arc::clone(store), IncidentOptions::default()).await.unwrap()
    }

    async fn written(store: &Store) -> Vec<Incident> {
        let mut found = store.incidents(IncidentQuery::all(1000)).await.unwrap();
        found.sort_by_key(|incident| incident.id);
        found
    }

    /// The store takes no worse source in place of a better one; all are of one here.
    fn signed(hour: HourRecord<'_>) -> HourRecord<'_> {
        HourRecord { source: allium_model::RecordSource::Consensus, ..hour }
    }

    #[tokio::test]
    async fn a_detection_that_stops_and_goes_on_finds_what_one_that_never_stopped_finds() {
        let simulation = labelled();
        let options = DirectoryOptions { faults: FaultRate::None, ..DirectoryOptions::default() };
        let directory = simulation.directory(&options).unwrap();
        let faults = directory.labelled_faults();
        assert!(!faults.is_empty());
        let stops: Vec<Timestamp> = faults.iter().map(|fault| fault.from.plus_seconds(3600)).collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        let mut straight = IncidentWatch::new(IncidentOptions::default());
        let mut expected: BTreeMap<_, Incident> = BTreeMap::new();
        let mut store = open(&path).await;
        for hour in directory.plain_hours().map(signed) {
            let changes = straight.take(&hour);
            expected.extend(changes.into_iter().map(|change| (change.incident.id, change.incident)));
            store.append(&hour).await.unwrap();
            if stops.contains(&hour.valid_after) {
                detection(&store).await.advance(END).await.unwrap();
                Arc::into_inner(store).unwrap().close().await.unwrap();
                store = open(&path).await;
            }
        }
        assert!(detection(&store).await.advance(END).await.unwrap() > 0);
        expected.extend(straight.open().map(|incident| (incident.id, incident.clone())));
        let found = written(&store).await;
        assert!(!found.is_empty());
        assert_eq!(found, expected.into_values().collect::<Vec<_>>());
        let mut again = detection(&store).await;
        assert_eq!(again.advance(END).await.unwrap(), 0);
        let shown: Vec<_> = again.book().all().iter().rev().cloned().collect();
        assert_eq!(shown.len(), found.len());
        assert_eq!(again.book().watched_from(), straight.first());
    }

    #[tokio::test]
    async fn documents_that_come_late_are_looked_at_as_if_they_had_been_in_time() {
        let simulation = labelled();
        let options = DirectoryOptions { faults: FaultRate::None, ..DirectoryOptions::default() };
        let directory = simulation.directory(&options).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let late = open(&folder.path().join("late.db")).await;
        let timely = open(&folder.path().join("timely.db")).await;
        let (first, last): (Vec<_>, Vec<_>) =
            directory.plain_hours().map(signed).partition(|hour| hour.valid_after.0 < END.0 - 3 * 86_400);
        let mut anew = detection(&late).await;
        for hour in &last {
            late.append(hour).await.unwrap();
        }
        anew.advance(END).await.unwrap();
        for hour in &first {
            late.append(hour).await.unwrap();
            timely.append(hour).await.unwrap();
        }
        for hour in &last {
            timely.append(hour).await.unwrap();
        }
        assert_eq!(anew.advance(END).await.unwrap() as usize, first.len() + last.len());
        detection(&timely).await.advance(END).await.unwrap();
        assert_eq!(written(&late).await, written(&timely).await);
    }

    #[tokio::test]
    async fn events_between_documents_are_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder.path().join("history.db")).await;
        let mut watching = detection(&store).await;
        let mut event = Event {
            kind: EventKind::AuthorityOffline,
            subject: EventSubject::Authority(Fingerprint([1; 20])),
            severity: Severity::Warning,
            from: END,
            until: None,
            evidence: "no answer".into(),
        };
        store.put_events(&[event.clone()]).await.unwrap();
        for _ in 0..2 {
            watching.advance(END.plus_seconds(60)).await.unwrap();
            assert_eq!(watching.open_count(), 1);
        }
        event.until = Some(END.plus_seconds(120));
        store.put_events(&[event]).await.unwrap();
        for _ in 0..2 {
            watching.advance(END.plus_seconds(180)).await.unwrap();
            assert_eq!((watching.open_count(), watching.book().all().len()), (0, 1));
        }
    }
}
