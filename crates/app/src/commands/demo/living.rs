//! The time of a simulated network goes on: hour by hour its documents are written, read, judged and shown, as
//! `serve` does with real ones.

use super::era::Demo;
use super::past::{History, PROBED_EVERY_SECONDS, in_places};
use super::{Filled, additions, clock, edition};
use crate::additions::Additions;
use allium_model::Timestamp;
use allium_sim::{Directory, RoundExtent, Simulation};
use allium_store::HealthOrigin;
use allium_web::Edition;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// Seconds from a consensus to the time when its documents are shown.
const SHOWN_AFTER_SECONDS: i64 = 300;
/// Hours between two documents of histories: they cost the most and say the least that is new.
const HISTORIES_EVERY: u32 = 2;
/// Hours between two looks for what is kept no longer.
const PRUNED_EVERY: u32 = 24;

/// A network whose time goes on.
#[derive(Debug)]
pub struct Living<'d> {
    demo: &'d Demo,
    simulated: &'d Directory<'d>,
    /// The same network once more, which is moved through its future.
    stage: Simulation,
    additions: Additions,
    history: History,
    /// Time of the last look at the authorities.
    probed: Timestamp,
    hours: u32,
}

impl<'d> Living<'d> {
    /// Begins where the history of a network ends.
    pub fn new(demo: &'d Demo, simulated: &'d Directory<'d>, stage: Simulation, history: History) -> Self {
        let (additions, probed) = (Additions::default(), demo.now);
        Self { demo, simulated, stage, additions, history, probed, hours: 0 }
    }

    /// Shows one hour after the other until there are no more.
    pub async fn run(mut self, pace: NonZeroU32) -> Filled<()> {
        let future = self.simulated.rounds().filter(|round| *round > self.demo.now);
        let mut due = tokio::time::interval(Duration::from_secs(u64::from(pace.get())));
        // Where an hour takes longer to compute than to go by, time goes slower.
        due.set_missed_tick_behavior(MissedTickBehavior::Delay);
        due.tick().await;
        for valid_after in future {
            due.tick().await;
            self.step(valid_after).await?;
        }
        Ok(())
    }

    /// Shows the network of an hour.
    async fn step(&mut self, valid_after: Timestamp) -> Filled<()> {
        let now = valid_after.plus_seconds(SHOWN_AFTER_SECONDS).max(clock::clock());
        let edition = tokio::task::block_in_place(|| self.look(valid_after, now))?;
        self.take(&edition, valid_after, now).await?;
        self.history.detection.advance(now).await?;
        clock::reach(now);
        let incidents = Some(self.history.detection.book());
        let edition = self.demo.publish(edition, &self.history.state, incidents, now).await?;
        let record = tokio::task::block_in_place(|| edition.health().record);
        self.history.store.put_health(HealthOrigin::Snapshot, &[record]).await?;
        self.hours += 1;
        if self.hours.is_multiple_of(PRUNED_EVERY) {
            self.history.store.prune(self.demo.config.history.retention(), |_| {}).await?;
        }
        Ok(())
    }

    /// The relays of an hour.
    fn look(&mut self, valid_after: Timestamp, now: Timestamp) -> Filled<Edition> {
        self.stage.set_present(valid_after);
        if self.hours.is_multiple_of(HISTORIES_EVERY) {
            self.additions = additions(&self.demo.config, &self.stage, now)?;
        }
        Ok(edition(&self.demo.config, &self.stage, &self.additions, now)?)
    }

    /// What the authorities made of it, and how they were reached.
    async fn take(&mut self, edition: &Edition, valid_after: Timestamp, now: Timestamp) -> Filled<()> {
        self.history.state.know(Arc::clone(&edition.snapshot));
        let documents =
            tokio::task::block_in_place(|| self.simulated.documents(valid_after, RoundExtent::Everything))?;
        self.history.state.take(&in_places(documents), now).await?;
        let from = self.probed.plus_seconds(1);
        let probes = self.simulated.probes(from, PROBED_EVERY_SECONDS).take_while(|probe| probe.at <= now);
        let probes: Vec<_> = probes.collect();
        self.probed = probes.last().map_or(self.probed, |probe| probe.at);
        self.history.state.take_probes(&probes).await?;
        Ok(())
    }
}
