//! `allium serve` on a private network, and what a reader and its keeper see of it: the API, the page of
//! the authorities, the file of the history and the log.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use allium_model::{AuthorityRecord, Event, NetworkRecord, TimeRange, Timestamp};
use allium_store::{EventQuery, Store, StoreOptions};
use allium_testnet::{get, wait_for};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

/// Longer than any machine needs to start the program.
const START_LIMIT: Duration = Duration::from_secs(90);

/// Events that are read at most.
const MAX_EVENTS: u32 = 1000;

/// Nobody listens on the control, so that nobody answering means that this machine was too busy.
const CONFIGURATION: &str = r#"
[source]
onionoo = "off"
[collector]
source = "authorities"
interval_seconds = 5
dir_port_timeout_seconds = 2
[authorities]
file = "authorities"
[server]
listen = "127.0.0.1:0"
data_dir = "data"
[monitor]
interval_seconds = 1
timeout_seconds = 4
control = ["127.0.0.1:1"]
"#;

/// The program at work; it ends with this.
#[derive(Debug)]
pub(crate) struct Served {
    child: Child,
    folder: TempDir,
    port: u16,
}

/// What the store holds.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) events: Vec<Event>,
    pub(crate) network: Vec<NetworkRecord>,
    pub(crate) authorities: Vec<AuthorityRecord>,
}

impl Served {
    /// Starts the program with these trusted authorities and waits until it listens.
    pub(crate) fn start(authorities: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("authorities"), authorities)?;
        std::fs::write(folder.path().join("allium.toml"), CONFIGURATION)?;
        let log = File::create(folder.path().join("log"))?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_allium"));
        command.args(["serve", "--config", "allium.toml"]).current_dir(folder.path());
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()?;
        let mut served = Self { child, folder, port: 0 };
        served.port = wait_for("the program to listen", START_LIMIT, || served.listens_on())
            .with_context(|| served.log())?;
        Ok(served)
    }

    fn listens_on(&self) -> Option<u16> {
        let log = self.log();
        let address = log.split("listening on http://127.0.0.1:").nth(1)?;
        address.split('/').next()?.parse().ok()
    }

    /// What the program logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn ask(&self, path: &str) -> Option<Vec<u8>> {
        get(self.port, path).ok().filter(|answer| answer.status == 200).map(|answer| answer.body)
    }

    /// The `data` of an answer of the API; `None` while there is none.
    pub(crate) fn api(&self, path: &str) -> Option<Value> {
        let mut answer: Value = serde_json::from_slice(&self.ask(path)?).ok()?;
        Some(answer["data"].take())
    }

    /// The HTML of a page; `None` while there is none.
    pub(crate) fn page(&self, path: &str) -> Option<String> {
        String::from_utf8(self.ask(path)?).ok()
    }

    /// What the file of the history holds, read while the program writes.
    pub(crate) fn stored(&self) -> Result<Stored> {
        let path: PathBuf = self.folder.path().join("data/history.db");
        let range = TimeRange { from: Timestamp(0), until: Timestamp(i64::MAX) };
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
            let store = Store::open(path, StoreOptions::default()).await?;
            let query = EventQuery { range, subject: None, limit: MAX_EVENTS };
            let stored = Stored {
                events: store.events(query).await?,
                network: store.network_series(range).await?,
                authorities: store.authorities(range).await?,
            };
            store.close().await?;
            Ok(stored)
        })
    }

    /// The program still runs, and nothing that it could not do is in its log.
    pub(crate) fn expect_health(&mut self) -> Result<()> {
        ensure!(self.child.try_wait()?.is_none(), "the program ended:\n{}", self.log());
        let log = self.log();
        let errors: Vec<&str> =
            log.lines().filter(|line| line.contains(" ERROR ") || line.contains("panicked")).collect();
        ensure!(errors.is_empty(), "in the log: {errors:#?}");
        Ok(())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Nothing can be done about a program that is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
