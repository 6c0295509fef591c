//! The detection over a store: it goes on where it was last written, and keeps what it finds.

use allium_analysis::incidents::{Change, IncidentOptions, IncidentWatch, SourceReport, Telling};
use allium_model::{Event, Incident, IncidentId, IncidentState, TimeRange, Timestamp};
use allium_store::{EventQuery, IncidentQuery, Store, StoreError, WatchState};
use allium_web::IncidentBook;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Documents after which what was found is written. What is lost with the process is found again.
const WRITTEN_EVERY: u64 = 48;
/// Incidents that are shown, the newest first; the store keeps all.
const SHOWN_INCIDENTS: u32 = 1000;
/// Seconds that may be left to look at where it is to be done in no time.
const NEAR_SECONDS: i64 = 6 * 3600;
/// Seconds before the newest document of which events are looked at: what is written late is told late.
const EVENT_SECONDS: i64 = 7 * 86_400;
/// Seconds before the newest document in which a document that was missing begins the detection anew.
const LATE_SECONDS: i64 = 90 * 86_400;

/// Searches a store for incidents, and knows those that were found.
#[derive(Debug)]
pub struct Detection {
    store: Arc<Store>,
    watch: IncidentWatch,
    telling: Telling,
    /// Documents up to the newest one that was looked at.
    documents: usize,
    incidents: BTreeMap<IncidentId, Incident>,
    /// Changed and not written yet.
    changed: BTreeMap<IncidentId, Incident>,
    book: Arc<IncidentBook>,
}

impl Detection {
    /// Goes on where it stopped. A state of another version, or a damaged one, begins anew: the same history
    /// gives the same incidents.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(store: Arc<Store>, options: IncidentOptions) -> Result<Self, StoreError> {
        let watch = resume(&store, options).await?;
        let incidents = store.incidents(IncidentQuery::all(SHOWN_INCIDENTS)).await?;
        let mut detection = Self {
            telling: Telling::default(),
            documents: 0,
            incidents: incidents.into_iter().map(|incident| (incident.id, incident)).collect(),
            changed: BTreeMap::new(),
            book: Arc::default(),
            store,
            watch,
        };
        if let Some(last) = detection.watch.last() {
            detection.telling = Telling::up_to(&detection.events().await?, last);
            detection.documents = detection.documents_up_to(last).await?;
        }
        detection.rebind();
        Ok(detection)
    }

    /// The incidents that were found, as pages show them; the same value until one changes.
    pub fn book(&self) -> Arc<IncidentBook> {
        Arc::clone(&self.book)
    }

    /// Incidents that are not over.
    pub fn open_count(&self) -> usize {
        self.watch.open().count()
    }

    /// Whether few documents are left to look at, so that it is done in no time.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn is_near(&self) -> Result<bool, StoreError> {
        let Some(last) = self.watch.last() else { return Ok(false) };
        let span = self.store.span().await?;
        Ok(span.is_none_or(|span| span.until.seconds_since(last) <= NEAR_SECONDS))
    }

    /// Looks at the documents and events that are new up to `now`; answers with the number of documents.
    /// A document from before the newest one that was looked at begins the detection anew, since what follows
    /// looks different with it.
    ///
    /// # Errors
    /// When the store cannot be read or written; what was found is kept for the next time.
    pub async fn advance(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        if let Some(last) = self.watch.last()
            && self.documents_up_to(last).await? > self.documents
        {
            tracing::info!(
                "older documents came into the history: it is searched for incidents from its beginning"
            );
            self.begin_anew().await?;
        }
        let events = self.events().await?;
        let documents = self.replay(&events).await?;
        let told = self.telling.tell(&events, now);
        self.telling.keep(&events);
        let changes = self.watch.take_events(&told);
        self.note(changes);
        self.write(documents > 0).await?;
        if let Some(last) = self.watch.last().filter(|_| documents > 0) {
            self.documents = self.documents_up_to(last).await?;
        }
        self.rebind();
        Ok(documents)
    }

    /// Takes what is known of sources; whether that changed an incident.
    ///
    /// # Errors
    /// When the store cannot be written; what was found is kept for the next time.
    pub async fn take_sources(&mut self, reports: &[SourceReport]) -> Result<bool, StoreError> {
        for report in reports {
            let changes = self.watch.take_source(report);
            self.note(changes);
        }
        if self.changed.is_empty() {
            return Ok(false);
        }
        self.write(false).await?;
        self.rebind();
        Ok(true)
    }

    async fn begin_anew(&mut self) -> Result<(), StoreError> {
        let (store, options) = (Arc::clone(&self.store), self.watch.options());
        // Those that last would last for ever if the new detection did not find them.
        let over = self.watch.open().map(|incident| (incident.id, withdrawn(incident)));
        let over: BTreeMap<IncidentId, Incident> = over.collect();
        self.watch = IncidentWatch::new(options);
        self.telling = Telling::default();
        self.documents = 0;
        self.incidents.extend(over.clone());
        store.put_incidents(&over.into_values().collect::<Vec<_>>(), None).await
    }

    /// Events of the time that is looked at, and all that last.
    async fn events(&self) -> Result<Vec<Event>, StoreError> {
        let from = self.watch.last().map_or(Timestamp(0), |last| last.plus_seconds(-EVENT_SECONDS));
        let range = TimeRange { from, until: Timestamp(i64::MAX) };
        self.store.events(EventQuery { range, subject: None, limit: u32::MAX }).await
    }

    async fn documents_up_to(&self, last: Timestamp) -> Result<usize, StoreError> {
        let range = TimeRange { from: last.plus_seconds(-LATE_SECONDS), until: last.plus_seconds(1) };
        Ok(self.store.network_series(range).await?.len())
    }

    /// Takes the documents after the last one, each with what was known of events at its time.
    async fn replay(&mut self, events: &[Event]) -> Result<u64, StoreError> {
        let from = self.watch.last().map_or(Timestamp(0), |last| last.plus_seconds(1));
        let store = Arc::clone(&self.store);
        let mut replay = store.replay(TimeRange { from, until: Timestamp(i64::MAX) }).await?;
        let mut documents = 0;
        while let Some(hour) = replay.next_hour().await? {
            let told = self.telling.tell(events, hour.valid_after);
            let mut changes = self.watch.take_events(&told);
            changes.extend(self.watch.take(&hour));
            self.note(changes);
            documents += 1;
            if documents % WRITTEN_EVERY == 0 {
                self.write(true).await?;
            }
            // A search over months leaves its thread to others between two documents.
            tokio::task::yield_now().await;
        }
        Ok(documents)
    }

    fn note(&mut self, changes: Vec<Change>) {
        self.changed.extend(changes.into_iter().map(|change| (change.incident.id, change.incident)));
    }

    /// Writes what changed and, where documents were taken, those that last: who is back is noted in them
    /// without a change of their own.
    async fn write(&mut self, with_open: bool) -> Result<(), StoreError> {
        if with_open {
            self.changed.extend(self.watch.open().map(|incident| (incident.id, incident.clone())));
        } else if self.changed.is_empty() {
            return Ok(());
        }
        let state = self.watch.last().map(|at| WatchState { at, bytes: self.watch.to_bytes() });
        let incidents: Vec<Incident> = self.changed.values().cloned().collect();
        self.store.put_incidents(&incidents, state.as_ref()).await?;
        self.incidents.append(&mut self.changed);
        Ok(())
    }

    fn rebind(&mut self) {
        while self.incidents.len() > SHOWN_INCIDENTS as usize {
            self.incidents.pop_first();
        }
        let incidents = self.incidents.values().cloned().collect();
        let book = IncidentBook::new(incidents, self.watch.options(), self.watch.first());
        if book != *self.book {
            self.book = Arc::new(book);
        }
    }
}

/// An incident that a new search of the history did not find again.
fn withdrawn(incident: &Incident) -> Incident {
    let until = incident.until.unwrap_or(incident.id.from);
    Incident {
        state: IncidentState::Resolved,
        until: Some(until),
        ending: Some(allium_model::Ending::NotConfirmed),
        ..incident.clone()
    }
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
