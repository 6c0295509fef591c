//! What is published at one moment: a snapshot and the state of its sources.

use crate::history::HistoryReader;
use crate::prepared::Prepared;
use crate::{AlertBoard, IncidentBook, Settings};
use allium_analysis::Snapshot;
use allium_analysis::directory::Directory;
use allium_analysis::health::{Beside, NetworkHealth, Watch, wanted};
use allium_model::{HealthRecord, SourceState, SourceStatus, Timestamp, Warning};
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};

/// A snapshot together with what is known of its sources. Readers share it; a new one replaces it.
#[derive(Debug, Clone)]
pub struct Edition {
    /// The snapshot.
    pub snapshot: Arc<Snapshot>,
    /// State of each source when the edition was made; the first is the one that the snapshot is from.
    pub sources: Vec<SourceStatus>,
    /// What was wrong in the documents.
    pub warnings: Arc<Vec<Warning>>,
    /// The directory authorities and the consensus; `None` when no document of theirs was read.
    pub directory: Option<Arc<Directory>>,
    /// The history of the network; `None` when none is kept.
    pub history: Option<Arc<dyn HistoryReader>>,
    /// Incidents; `None` when they are not looked for here.
    pub incidents: Option<Arc<IncidentBook>>,
    /// Alerts; `None` when this site has none.
    pub alerts: Option<Arc<AlertBoard>>,
    /// When the states were judged.
    pub judged_at: Timestamp,
    /// Real seconds in which an hour of a simulated network goes by; `None` of a real one, and of one that
    /// stands still.
    pub hour_seconds: Option<NonZeroU32>,
    prepared: Arc<OnceLock<Prepared>>,
    health: Arc<OnceLock<NetworkHealth>>,
}

impl Edition {
    /// An edition of a snapshot and the states of its sources, the main one first.
    pub fn new(
        snapshot: Arc<Snapshot>,
        sources: Vec<SourceStatus>,
        warnings: Arc<Vec<Warning>>,
        judged_at: Timestamp,
    ) -> Self {
        Self {
            snapshot,
            sources,
            warnings,
            directory: None,
            history: None,
            incidents: None,
            alerts: None,
            judged_at,
            hour_seconds: None,
            prepared: Arc::default(),
            health: Arc::default(),
        }
    }

    /// The same edition with what is known of the directory authorities.
    #[must_use]
    pub fn with_directory(mut self, directory: Option<Arc<Directory>>) -> Self {
        self.directory = directory;
        self.health = Arc::default();
        self
    }

    /// The same edition with a history to read from.
    #[must_use]
    pub fn with_history(mut self, history: Option<Arc<dyn HistoryReader>>) -> Self {
        self.history = history;
        self.health = Arc::default();
        self
    }

    /// The same edition with the incidents that were found.
    #[must_use]
    pub fn with_incidents(mut self, incidents: Option<Arc<IncidentBook>>) -> Self {
        self.incidents = incidents;
        self.health = Arc::default();
        self
    }

    /// The same edition with what everybody may read of alerts.
    #[must_use]
    pub fn with_alerts(mut self, alerts: Option<Arc<AlertBoard>>) -> Self {
        self.alerts = alerts;
        self
    }

    /// The same edition of a simulated network whose time goes faster than the reader's.
    #[must_use]
    pub fn with_hour_seconds(mut self, hour_seconds: Option<NonZeroU32>) -> Self {
        self.hour_seconds = hour_seconds;
        self
    }

    /// What its pages share, made by the first of them; the first settings say below which base path.
    pub(crate) fn prepared(&self, settings: &Settings) -> &Prepared {
        let prepared =
            self.prepared.get_or_init(|| Prepared::new(Arc::clone(&self.snapshot), &settings.base_path));
        debug_assert_eq!(
            prepared.base_path(),
            settings.base_path,
            "an edition is published below one base path"
        );
        prepared
    }

    /// The health of the network, computed when it is first asked for. That reads the history, so it must
    /// happen where waiting for a disk is allowed.
    pub fn health(&self) -> &NetworkHealth {
        self.health.get_or_init(|| {
            let past = self.past_health();
            let directory = self.directory.as_deref();
            let watch =
                self.incidents.as_deref().map_or(Watch::NotRunning, |book| Watch::Running(book.all()));
            let beside = Beside { directory, past: &past, watch };
            NetworkHealth::new(&self.snapshot, beside)
        })
    }

    /// The health of the network where it was computed before.
    pub fn computed_health(&self) -> Option<&NetworkHealth> {
        self.health.get()
    }

    /// Records of the past that the present is compared with; none of a history that cannot be read.
    fn past_health(&self) -> Vec<HealthRecord> {
        let Some(history) = &self.history else { return Vec::new() };
        let ranges = wanted(self.snapshot.network.published()).into_iter();
        ranges.flat_map(|range| history.health(range).unwrap_or_default()).collect()
    }

    /// State of the main source.
    pub fn state(&self) -> SourceState {
        self.sources.first().map_or(SourceState::Unknown, |source| source.state)
    }

    /// Data time and running relays, by which a newer edition is judged.
    pub fn summary(&self) -> (Timestamp, usize) {
        (self.snapshot.network.published(), self.snapshot.report.totals.relays.total)
    }

    /// What tells this edition from others, for ETags: the time of the data, the states, when the report on the
    /// authorities was made, incidents and alerts.
    pub fn tag(&self) -> String {
        let states: String =
            self.sources.iter().map(|source| source.state.name().as_bytes()[0] as char).collect();
        let problems = self.sources.iter().filter(|source| source.problem.is_some()).count();
        let relays = self.snapshot.network.relays().len();
        let directory = self.directory.as_ref().map_or(0, |directory| directory.inputs.judged_at.0);
        let incidents = self.incidents.as_ref().map_or(0, |book| book.tag());
        let alerts = self.alerts.as_ref().map_or(0, |board| board.tag());
        let published = self.snapshot.network.published().0;
        format!("{published:x}-{relays:x}-{states}{problems}-{directory:x}-{incidents:x}-{alerts:x}")
    }
}
