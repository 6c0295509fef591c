//! The folder that the program follows: documents of `allium simulate`, and the same network hours later with a
//! relay that vanishes and comes back.

use std::fs;
use std::path::{Path, PathBuf};

use allium_model::Timestamp;
use anyhow::{Context, Result};
use serde_json::Value;

use crate::program::run;

/// Hours before now at which the simulation ends: as many as follow. A source that is further behind is not
/// believed.
const HOURS_BACK: i64 = 4;

/// The documents in a folder.
#[derive(Debug)]
pub(crate) struct Network {
    path: PathBuf,
    details: Value,
    published: Timestamp,
    /// The relay that will vanish.
    pub(crate) relay: String,
}

/// Whether the relay is in the consensus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    There,
    Gone,
}

impl Network {
    /// Simulates a network into a folder.
    pub(crate) fn simulate(folder: &Path) -> Result<Self> {
        let now = Timestamp(allium_testnet::now_seconds() as i64 / 3600 * 3600);
        let end = now.plus_seconds(-HOURS_BACK * 3600).to_rfc3339();
        run(folder, &["simulate", "--out", "documents", "--relays", "60", "--days", "3", "--now", &end], 0)?;
        let path = folder.join("documents/details.json");
        let details: Value = serde_json::from_slice(&fs::read(&path)?)?;
        let published = details["relays_published"].as_str().context("no time")?.parse()?;
        let relays = details["relays"].as_array().context("no relays")?;
        let running = relays.iter().find(|relay| relay["running"] == true).context("nobody runs")?;
        let relay = running["fingerprint"].as_str().context("no fingerprint")?.to_owned();
        Ok(Self { path, details, published, relay })
    }

    /// Publishes the next hour and gives its time.
    pub(crate) fn publish(&mut self, presence: Presence) -> Result<Timestamp> {
        self.published = self.published.plus_seconds(3600);
        let time = Value::from(self.published.to_string());
        self.details["relays_published"] = time.clone();
        for relay in self.details["relays"].as_array_mut().context("no relays")? {
            if relay["fingerprint"] == self.relay.as_str() {
                set_presence(relay, presence)?;
            }
            if relay["running"] == true {
                relay["last_seen"] = time.clone();
            }
        }
        let part = self.path.with_extension("part");
        fs::write(&part, serde_json::to_vec(&self.details)?)?;
        fs::rename(part, &self.path)?;
        Ok(self.published)
    }
}

fn set_presence(relay: &mut Value, presence: Presence) -> Result<()> {
    let flags = relay["flags"].as_array_mut().context("no flags")?;
    flags.retain(|flag| flag != "Running");
    if presence == Presence::There {
        flags.push("Running".into());
    }
    relay["running"] = (presence == Presence::There).into();
    Ok(())
}
