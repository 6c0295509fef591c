//! chromedriver, and the sessions it opens.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;

use crate::child::{self, Running};
use crate::session::Session;

/// A browser of its own for each test: headless, and silent towards the outside.
const BROWSER_FLAGS: [&str; 8] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A running chromedriver.
#[derive(Debug)]
pub(crate) struct Driver {
    url: String,
    agent: Agent,
    profile: TempDir,
    _running: Running,
}

impl Driver {
    /// Starts chromedriver on a free port; `None` when it is missing at a desk.
    pub(crate) fn start() -> Result<Option<Self>> {
        if !is_installed("chromedriver") {
            ensure!(std::env::var_os("CI").is_none(), "chromedriver is missing: install chromium-driver");
            eprintln!("left out: no chromedriver in PATH (Debian: apt install chromium-driver)");
            return Ok(None);
        }
        let mut command = Command::new("chromedriver");
        let (running, port) = child::start(command.arg("--port=0"), port_in)?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(1)))
            .build();
        Ok(Some(Self {
            url: format!("http://127.0.0.1:{port}"),
            agent: config.into(),
            profile: tempfile::tempdir()?,
            _running: running,
        }))
    }

    /// Opens a browser with a fresh profile.
    pub(crate) fn open(&self) -> Result<Session> {
        let mut flags = BROWSER_FLAGS.map(str::to_owned).to_vec();
        flags.push(format!("--user-data-dir={}", self.profile.path().display()));
        let options = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": flags },
            "timeouts": { "script": 60_000 },
        } } });
        let url = format!("{}/session", self.url);
        let opened = post(&self.agent, &url, &options).context("failed to open a browser")?;
        let id = opened["sessionId"].as_str().context("chromedriver gave no session")?;
        Ok(Session::new(self.agent.clone(), format!("{url}/{id}")))
    }
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn port_in(line: &str) -> Option<u16> {
    line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
}

/// Sends one WebDriver command and unwraps its answer.
pub(crate) fn post(agent: &Agent, url: &str, body: &Value) -> Result<Value> {
    let mut answer: Value = agent.post(url).send_json(body)?.body_mut().read_json()?;
    let value = answer["value"].take();
    ensure!(value.get("error").is_none_or(|error| !error.is_string()), "WebDriver: {}", value["message"]);
    Ok(value)
}

#[test]
fn the_port_is_read_from_the_words_of_chromedriver() {
    assert_eq!(port_in("ChromeDriver was started successfully on port 40123."), Some(40123));
    assert_eq!(port_in("Starting ChromeDriver 156.0 on port 0"), None);
}
