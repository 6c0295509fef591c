//! A simulated network from the first edition to the end of its future, and then the next one.

use super::living::Living;
use super::{Filled, additions, clock, edition, simulate};
use crate::alerts::Scenes;
use crate::cli::NetworkSizeArgs;
use crate::commands::say;
use crate::config::Config;
use crate::live::yield_to_readers;
use allium_model::Timestamp;
use allium_sim::{Directory, DirectoryOptions, FaultPlan, Simulation};
use allium_web::Edition;
use allium_web::server::Shared;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

/// A simulated network, and everything that shows it.
#[derive(Debug)]
pub struct Demo {
    pub size: NetworkSizeArgs,
    pub plan: FaultPlan,
    /// Real seconds of a simulated hour; without them time stands still.
    pub pace: Option<NonZeroU32>,
    pub simulation: Simulation,
    /// Of the relays at `now`.
    pub edition: Edition,
    pub shared: Arc<Shared>,
    /// Who decides about alerts.
    pub alerts: Option<Scenes>,
    pub config: Config,
    /// When the past ends.
    pub now: Timestamp,
    /// Where its history lies.
    pub folder: PathBuf,
    /// How many networks there were before.
    pub number: u32,
}

/// Shows the authorities at once, then fills the history, shows everything, and lets time go on. When the future
/// of a network is over the next one begins where it ended, so that nothing grows without end.
pub async fn go_on(mut demo: Demo) {
    loop {
        match demo.show().await {
            Ok(Ended::StandsStill) => return,
            Ok(Ended::Future) => {}
            Err(error) => {
                say(format_args!("the simulated time stands still: {error}"));
                return;
            }
        }
        match tokio::task::block_in_place(|| demo.next()) {
            Ok(next) => demo = next,
            Err(error) => {
                say(format_args!("no other network could be simulated: {error}"));
                return;
            }
        }
    }
}

/// Why a network is shown no longer.
enum Ended {
    /// It is shown on, and its time stands still.
    StandsStill,
    /// Its future is over.
    Future,
}

impl Demo {
    /// File of the store.
    pub fn store_path(&self) -> PathBuf {
        self.folder.join(format!("history-{}.sqlite", self.number))
    }

    async fn show(&self) -> Filled<Ended> {
        let simulated = tokio::task::block_in_place(|| self.directory())?;
        let history = self.add_past(&simulated).await?;
        let Some(pace) = self.pace else { return Ok(Ended::StandsStill) };
        say(format_args!("simulated time goes on: an hour every {pace} s"));
        // Everything is there: from now on readers come first.
        yield_to_readers();
        let stage = tokio::task::block_in_place(|| simulate(&self.size, self.now, self.plan));
        Living::new(self, &simulated, stage, history).run(pace).await?;
        Ok(Ended::Future)
    }

    fn directory(&self) -> Filled<Directory<'_>> {
        Ok(self.simulation.directory(&DirectoryOptions::default())?)
    }

    /// The network that begins where the future of this one ended.
    fn next(self) -> Filled<Self> {
        // What cannot be removed goes with the folder.
        for suffix in ["", "-shm", "-wal"] {
            let mut path = self.store_path().into_os_string();
            path.push(suffix);
            let _ = std::fs::remove_file(path);
        }
        let now = clock::clock();
        say(format_args!("the simulated future is over; another one begins at {} UTC", now.to_minute()));
        let simulation = simulate(&self.size, now, self.plan);
        let edition = edition(&self.config, &simulation, &additions(&self.config, &simulation, now)?, now)?;
        let edition = edition.with_hour_seconds(self.pace);
        Ok(Self { simulation, edition, now, number: self.number + 1, ..self })
    }
}
