//! Once: what `site` shows of the authorities and of the past.

use super::follow::Follower;
use super::origin::{Origin, origin};
use super::past::Past;
use super::reader::StoreReader;
use super::state::DirectoryState;
use super::status::directory_status;
use super::trust::trusted_authorities;
use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use allium_analysis::directory::Directory;
use allium_model::{SourceStatus, Timestamp};
use allium_store::{Store, StoreOptions};
use allium_web::{Edition, HistoryReader};
use std::sync::Arc;
use tokio::runtime::Runtime;

/// Days of history of which every relay's page shows hours.
const BULK_DAYS: i64 = 30;

/// What was loaded. The runtime must live as long as the history is read.
#[derive(Debug)]
pub struct Loaded {
    directory: Option<Arc<Directory>>,
    history: Option<Arc<dyn HistoryReader>>,
    status: Option<SourceStatus>,
    _runtime: Option<Runtime>,
}

impl Loaded {
    /// The state of the source, when one was asked.
    pub fn status(&self) -> Option<&SourceStatus> {
        self.status.as_ref()
    }

    /// The edition with all that was loaded.
    pub fn complete(&self, edition: Edition) -> Edition {
        let mut edition = edition.with_directory(self.directory.clone()).with_history(self.history.clone());
        edition.sources.extend(self.status.clone());
        edition
    }
}

/// Opens the history, gets the documents of the authorities and makes the report. A source that cannot be
/// had costs what it would have shown, and its state says so.
pub fn load_directory(config: &Config, now: Timestamp, step: &dyn Fn(&str)) -> Result<Loaded, Failure> {
    let origin = origin(config)?;
    let store_path = config.store_path().filter(|path| path.exists());
    if origin.is_none() && store_path.is_none() {
        return Ok(Loaded { directory: None, history: None, status: None, _runtime: None });
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime
        .map_err(|error| Failure::new(ExitCode::Failed, format_args!("cannot start the runtime: {error}")))?;
    let guard = runtime.enter();
    let loaded = runtime.block_on(async {
        let store = match store_path {
            Some(path) => Some(Arc::new(Store::open(path, StoreOptions::default()).await?)),
            None => None,
        };
        let past = store.clone().map_or_else(Past::in_memory, Past::Store);
        let mut state = DirectoryState::new(trusted_authorities(config)?, config.limits(), past);
        let status = match origin {
            Some(origin) => Some(gather(config, origin, &mut state, now, step).await?),
            None => None,
        };
        step("judging the authorities");
        let directory = state.directory(now).await?;
        let history = match &store {
            Some(store) => {
                let reader = StoreReader::open_in_bulk(store, BULK_DAYS).await?;
                reader.range().is_some().then(|| Arc::new(reader) as Arc<dyn HistoryReader>)
            }
            None => None,
        };
        Ok::<_, Failure>((directory, history, status))
    });
    drop(guard);
    let (directory, history, status) = loaded?;
    Ok(Loaded { directory, history, status, _runtime: Some(runtime) })
}

async fn gather(
    config: &Config,
    origin: Origin,
    state: &mut DirectoryState,
    now: Timestamp,
    step: &dyn Fn(&str),
) -> Result<SourceStatus, Failure> {
    step("reading documents of the authorities");
    let mut follower = Follower::new(config, origin)?;
    let report = follower.newest(state, now).await;
    let report = report.and(follower.fill(state, now).await);
    let report = report.and(follower.publications(state, now).await);
    let consensus = state.consensus().map(Arc::as_ref);
    let last_success = report.problem.is_none().then_some(now);
    Ok(directory_status(follower.origin(), consensus, &report, last_success, now))
}
