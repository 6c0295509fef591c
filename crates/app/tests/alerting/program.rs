//! `allium serve` with alerts, as a process that may be killed, and the commands beside it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use allium_testnet::wait_for;
use anyhow::{Context, Result, ensure};
use ureq::Agent;

use crate::LIMIT;
use crate::receivers::{Receivers, SECRET};

/// The operator's token.
pub(crate) const TOKEN: &str = "the token of the operator of the tests";

/// An answer of the site.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: String,
    pub(crate) body: String,
}

/// The program at work in a folder; it ends with this.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    folder: PathBuf,
    agent: Agent,
    port: u16,
    starts: usize,
}

fn configuration(receivers: &Receivers, relay: &str) -> String {
    let (mail, hook) = (receivers.mail_port, receivers.hook_port);
    format!(
        r#"
[source]
onionoo = "documents"
[site]
site_url = "https://allium.example"
[server]
listen = "127.0.0.1:0"
data_dir = "data"
[alerts]
enabled = true
mail = "mail"
operator_token_file = "token"
[channels.mail]
kind = "smtp"
host = "127.0.0.1"
port = {mail}
security = "none"
from = "Allium <alerts@allium.example>"
[channels.hook]
kind = "webhook"
url = "http://127.0.0.1:{hook}/hook"
secret = {{ file = "secret" }}
allow_private = true
[[alerts.subscription]]
name = "one relay"
target = "relay:{relay}"
receiver = "hook"
watch = {{ absent = 2 }}
"#
    )
}

impl Program {
    /// Starts it in a folder with documents, and waits until it serves them.
    pub(crate) fn start(folder: &Path, receivers: &Receivers, relay: &str) -> Result<Self> {
        fs::write(folder.join("allium.toml"), configuration(receivers, relay))?;
        fs::write(folder.join("token"), TOKEN)?;
        fs::write(folder.join("secret"), SECRET)?;
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        let folder = folder.to_owned();
        let child = spawn(&folder, 0)?;
        let mut program = Self { child, folder, agent: agent.into(), port: 0, starts: 0 };
        program.wait_until_ready()?;
        Ok(program)
    }

    /// Kills it at once, as `kill -9` does, and starts it again.
    pub(crate) fn kill_and_start(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        self.starts += 1;
        self.child = spawn(&self.folder, self.starts)?;
        self.wait_until_ready()
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let listens = || {
            let log = self.log();
            let (_, address) = log.split_once("listening on http://127.0.0.1:")?;
            address.split('/').next()?.parse().ok()
        };
        self.port = wait_for("the program to listen", LIMIT, listens).with_context(|| self.log())?;
        let serves = || self.get("/readyz").ok().filter(|answer| answer.status == 200);
        wait_for("an edition", LIMIT, serves).map(drop).with_context(|| self.log())
    }

    /// What it logged since it was started last.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join(log_name(self.starts))).unwrap_or_default()
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The answer to a GET.
    pub(crate) fn get(&self, path: &str) -> Result<Answer> {
        answer(self.agent.get(self.url(path)).call()?)
    }

    /// The answer to a form.
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        answer(self.agent.post(self.url(path)).send_form(fields.iter().copied())?)
    }

    /// The value of a series of `/metrics`; `None` while it is not there.
    pub(crate) fn metric(&self, series: &str) -> Option<f64> {
        let metrics = self.get("/metrics").ok()?.body;
        let value = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        value?.parse().ok()
    }

    /// Waits until a series has a value.
    pub(crate) fn wait_for_metric(&self, series: &str, value: f64) -> Result<()> {
        let what = format!("{series} to be {value}");
        let is_there = || self.metric(series).filter(|seen| (seen - value).abs() < 0.5);
        wait_for(&what, LIMIT, is_there).map(drop).with_context(|| self.log())
    }

    /// Runs `allium alerts`, and gives its output.
    pub(crate) fn alerts(&self, arguments: &[&str], code: i32) -> Result<String> {
        run(&self.folder, &[&["alerts", "--data-dir", "data"], arguments].concat(), code)
    }

    /// Whether the files of the alerts hold a text anywhere.
    pub(crate) fn holds(&self, text: &str) -> Result<bool> {
        let mut holds = false;
        for name in ["alerts.sqlite", "alerts.sqlite-wal"] {
            let path = self.folder.join("data").join(name);
            let bytes = if path.exists() { fs::read(path)? } else { Vec::new() };
            holds |= bytes.windows(text.len()).any(|window| window == text.as_bytes());
        }
        Ok(holds)
    }

    /// Nothing that it could not do is in its log, and nobody's address.
    pub(crate) fn expect_clean_log(&self, addresses: &[&str]) -> Result<()> {
        let logs = (0..=self.starts).map(|start| fs::read_to_string(self.folder.join(log_name(start))));
        let log = logs.collect::<Result<Vec<_>, _>>()?.concat();
        let bad: Vec<&str> =
            log.lines().filter(|line| line.contains("ERROR") || line.contains("panicked")).collect();
        ensure!(bad.is_empty(), "in the log: {bad:#?}");
        for text in addresses.iter().chain([&TOKEN, &SECRET]) {
            ensure!(!log.contains(*text), "{text} is in the log");
        }
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Nothing can be done about a program that is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn log_name(start: usize) -> String {
    format!("log-{start}")
}

fn spawn(folder: &Path, start: usize) -> Result<Child> {
    let log = File::create(folder.join(log_name(start)))?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_allium"));
    command.arg("serve").current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    Ok(command.spawn()?)
}

/// Runs a command of the program to its end, and gives its output.
pub(crate) fn run(folder: &Path, arguments: &[&str], code: i32) -> Result<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allium"));
    let output = command.args(arguments).current_dir(folder).stdin(Stdio::null()).output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.code() == Some(code), "{arguments:?}: {:?} {errors}", output.status.code());
    Ok(String::from_utf8(output.stdout)?)
}

fn answer(mut response: ureq::http::Response<ureq::Body>) -> Result<Answer> {
    let location = response.headers().get("location").and_then(|value| value.to_str().ok());
    let location = location.unwrap_or_default().to_owned();
    Ok(Answer { status: response.status().as_u16(), location, body: response.body_mut().read_to_string()? })
}
