//! The program under test: its commands, and `serve` beside a private network.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use allium_testnet::{TorNetwork, wait_for};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;
use ureq::Agent;

/// Longer than the program needs to start on a slow machine.
const START_LIMIT: Duration = Duration::from_secs(60);

/// Seconds between two looks at the authorities. Two looks in succession make a fault.
const LOOK_SECONDS: u32 = 2;

/// The program.
pub(crate) fn allium() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allium"));
    command.stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(crate) fn run(arguments: &[&str]) -> Result<Output> {
    allium().args(arguments).output().with_context(|| format!("failed to run {arguments:?}"))
}

/// `serve`, following a private network; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Service {
    child: Child,
    address: String,
    agent: Agent,
    folder: TempDir,
}

/// An event as the API has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SeenEvent {
    /// Name of the fault.
    pub(crate) kind: String,
    /// Name of the authority, or `network`.
    pub(crate) subject: String,
    /// Whether it lasts.
    pub(crate) is_open: bool,
    /// The evidence.
    pub(crate) evidence: String,
}

impl Service {
    /// Starts `serve` with the authorities of `network` as the only trusted ones, and waits until it serves.
    pub(crate) fn start(network: &TorNetwork) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("authorities"), network.authorities_text())?;
        std::fs::write(path("allium.toml"), configuration())?;
        let relays = path("onionoo");
        let simulated = allium()
            .args(["simulate", "--relays", "50", "--days", "2", "--out"])
            .arg(&relays)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        ensure!(simulated.success(), "no relays to serve: {simulated}");
        let mut child = allium()
            .arg("--config")
            .arg(path("allium.toml"))
            .args(["serve", "--listen", "127.0.0.1:0", "--simulated", "--monitor", "on"])
            .args(["--collector", "authorities", "--onionoo"])
            .arg(&relays)
            .arg("--authorities")
            .arg(path("authorities"))
            .arg("--store")
            .arg(path("history.db"))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let address = address_of(&mut child)?;
        let config = Agent::config_builder().timeout_global(Some(Duration::from_secs(20))).build();
        let service = Self { child, address, agent: config.into(), folder };
        wait_for("a site that is ready", START_LIMIT, || service.text("/readyz").ok())?;
        Ok(service)
    }

    /// The file with the trusted authorities.
    pub(crate) fn authorities_file(&self) -> PathBuf {
        self.folder.path().join("authorities")
    }

    /// A file of its own.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Gets a page or an answer; anything but 200 is an error.
    pub(crate) fn text(&self, path: &str) -> Result<String> {
        let url = format!("http://{}{path}", self.address);
        Ok(self.agent.get(&url).call()?.body_mut().read_to_string()?)
    }

    /// Rows of an answer of the API.
    pub(crate) fn rows(&self, path: &str) -> Result<Vec<Value>> {
        let answer: Value = serde_json::from_str(&self.text(path)?)?;
        Ok(answer["data"].as_array().with_context(|| format!("{path} has no list"))?.clone())
    }

    /// The events so far.
    pub(crate) fn events(&self, network: &TorNetwork) -> Result<Vec<SeenEvent>> {
        let authorities = network.authorities();
        let name = |identity: &str| {
            let mut found = authorities.iter().filter(|authority| authority.v3_identity == identity);
            found.next().map_or_else(|| "network".to_owned(), |authority| authority.name.clone())
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let rows = self.rows("/api/v1/authorities/events")?;
        Ok(rows
            .iter()
            .map(|row| SeenEvent {
                kind: text(&row["kind"]),
                subject: name(&text(&row["v3_identity"])),
                is_open: row["until"].is_null(),
                evidence: text(&row["evidence"]),
            })
            .collect())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn configuration() -> String {
    format!(
        "[monitor]\ninterval_seconds = {LOOK_SECONDS}\ntimeout_seconds = 2\ncontrol = []\n\
         [collector]\ninterval_seconds = 2\n"
    )
}

/// Reads where the program listens; what it says later goes to the terminal of the test.
fn address_of(child: &mut Child) -> Result<String> {
    let stream = child.stderr.take().context("no standard error")?;
    let (sender, address) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let listening = line.split_once("listening on ").and_then(|(_, rest)| rest.split(',').next());
            if let Some(address) = listening {
                let _ = sender.send(address.to_owned());
            }
            eprintln!("{line}");
        }
    });
    address.recv_timeout(START_LIMIT).context("the program does not listen")
}

/// Writes bytes into a file of the service's folder.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("failed to write {}", path.display()))
}
