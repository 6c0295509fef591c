//! Who takes mail and webhooks: a process of its own, so that both are read by the code of others.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use allium_testnet::wait_for;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::LIMIT;

/// Secret of the webhook.
pub(crate) const SECRET: &str = "a secret of the tests";

/// A mail server and a receiver of webhooks; they end with this.
#[derive(Debug)]
pub(crate) struct Receivers {
    child: Child,
    folder: TempDir,
    pub(crate) mail_port: u16,
    pub(crate) hook_port: u16,
}

impl Receivers {
    /// Starts both; `None` when the mail server is missing at a desk.
    pub(crate) fn start() -> Result<Option<Self>> {
        let Some(python) = python() else {
            ensure!(std::env::var_os("CI").is_none(), "aiosmtpd is missing: install python3-aiosmtpd");
            eprintln!("left out: no aiosmtpd for python3 (Debian: apt install python3-aiosmtpd)");
            return Ok(None);
        };
        let folder = tempfile::tempdir()?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/alerting/receivers.py");
        let mut command = Command::new(python);
        command.arg(script).arg(folder.path()).arg(SECRET).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let ports: Vec<u16> = line.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let [mail_port, hook_port] = ports[..] else { anyhow::bail!("no ports in {line:?}") };
        Ok(Some(Self { child, folder, mail_port, hook_port }))
    }

    /// From now on nothing is accepted, and nobody is told so.
    pub(crate) fn hold(&self) -> Result<()> {
        Ok(fs::write(self.folder.path().join("hold"), "")?)
    }

    /// Everything that waits is accepted.
    pub(crate) fn release(&self) -> Result<()> {
        Ok(fs::remove_file(self.folder.path().join("hold"))?)
    }

    /// What came so far, oldest first: `mail` or `hook`.
    pub(crate) fn came(&self, kind: &str) -> Result<Vec<Value>> {
        let entries = fs::read_dir(self.folder.path())?.collect::<Result<Vec<_>, _>>()?;
        let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
        paths.retain(|path| {
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with(kind) && path.extension().is_some_and(|extension| extension == "json")
        });
        paths.sort();
        paths.iter().map(|path| Ok(serde_json::from_slice(&fs::read(path)?)?)).collect()
    }

    /// The first one that fits, when it came.
    pub(crate) fn wait_for(&self, kind: &str, what: &str, fits: impl Fn(&Value) -> bool) -> Result<Value> {
        let look = || self.came(kind).ok()?.into_iter().find(&fits);
        wait_for(what, LIMIT, look).with_context(|| format!("what came: {:#?}", self.came(kind)))
    }

    /// A mail to an address with these words in its text.
    pub(crate) fn mail(&self, to: &str, words: &str) -> Result<Value> {
        let what = format!("a mail to {to} with {words:?}");
        self.wait_for("mail", &what, |mail| mail["to"][0] == to && text(&mail["body"]).contains(words))
    }
}

impl Drop for Receivers {
    fn drop(&mut self) {
        // Nothing can be done about a process that is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A value that is a text; empty when it is none.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The token of a link in a text.
pub(crate) fn token_in(text: &str, path: &str) -> Result<String> {
    let (_, rest) =
        text.split_once(&format!("{path}?token=")).with_context(|| format!("no link in {text}"))?;
    Ok(rest.chars().take_while(char::is_ascii_alphanumeric).collect())
}

/// A Python that has the mail server: the system's, else the first in PATH.
fn python() -> Option<&'static str> {
    let has_it = |python: &&str| {
        let mut command = Command::new(python);
        command.args(["-c", "import aiosmtpd.smtp"]).stdin(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    ["/usr/bin/python3", "python3"].into_iter().find(has_it)
}
