//! The part of the live loop that decides about alerts and has them sent.
//!
//! It runs beside the keeper, so that neither pages nor documents wait for it. Of several snapshots that come
//! while it is at work the newest counts. It also decides when only time went by: repeats and digests are due
//! by the clock.

use super::board::Boards;
use super::commands::DeskCommands;
use super::open_desk;
use crate::config::Config;
use crate::failure::Failure;
use allium_alert::{Facts, Inputs, Outcome, decide};
use allium_analysis::Snapshot;
use allium_model::Timestamp;
use allium_notify::{Clock, Committed, Courier, Desk, Heartbeat, Making, NotifyError};
use allium_web::server::Shared;
use allium_web::{Commands, IncidentBook};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::Instant;

/// What is to be looked at: a snapshot, and the incidents; none where they are not looked for.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The snapshot.
    pub snapshot: Arc<Snapshot>,
    /// The incidents.
    pub incidents: Arc<IncidentBook>,
}

/// Where scenes are handed in; the newest counts.
pub type Scenes = watch::Sender<Option<Scene>>;

/// Alerts at work, for those who serve.
#[derive(Debug)]
pub struct Alerts {
    /// What is kept of them.
    pub desk: Arc<Desk>,
    /// Where new snapshots are handed in.
    pub scenes: Scenes,
    /// Does what forms ask for.
    pub commands: Arc<dyn Commands>,
    boards: Arc<Boards>,
    clock: fn() -> Timestamp,
}

impl Alerts {
    /// What readers share, with the forms and the board of alerts where there are any.
    pub async fn share(alerts: Option<&Self>) -> Arc<Shared> {
        let Some(alerts) = alerts else { return Arc::new(Shared::default()) };
        let shared = Arc::new(Shared::default().with_commands(Arc::clone(&alerts.commands)));
        alerts.boards.show_on(&shared);
        alerts.boards.show((alerts.clock)()).await;
        shared
    }
}

/// Decides about alerts.
#[derive(Debug)]
pub struct AlertWatch {
    desk: Arc<Desk>,
    boards: Arc<Boards>,
    heartbeat: Option<Arc<Heartbeat>>,
    facts: Option<Arc<Facts>>,
    /// The snapshot that the facts are of.
    seen: Option<Arc<Snapshot>>,
}

/// How often a decision is made without a new snapshot.
const LOOK_AGAIN: Duration = Duration::from_mins(5);
/// How often the figures of what waits and was delivered are taken.
const COUNT_AGAIN: Duration = Duration::from_secs(10);
/// How often is erased what is over.
const PRUNE_SECONDS: i64 = 3600;

impl AlertWatch {
    /// Opens the desk and starts deciding, delivering and giving signs of life inside a tokio runtime; `None`
    /// when alerts are not enabled.
    pub async fn start(config: &Config, clock: fn() -> Timestamp) -> Result<Option<Alerts>, Failure> {
        if !config.alerts.enabled {
            return Ok(None);
        }
        let desk = Arc::new(open_desk(config, Making::IfMissing).await?);
        let boards = Arc::new(Boards::new(Arc::clone(&desk), config.alerts.budget.into()));
        let commands = DeskCommands::new(Arc::clone(&desk), Arc::clone(&boards), Handle::current());
        let scenes = Self::spawn(config, &desk, &boards, Arc::new(clock))?;
        Ok(Some(Alerts { desk, scenes, commands: Arc::new(commands), boards, clock }))
    }

    /// Starts everything that goes on beside the pages.
    fn spawn(
        config: &Config,
        desk: &Arc<Desk>,
        boards: &Arc<Boards>,
        clock: Clock,
    ) -> Result<Scenes, Failure> {
        let http = super::options(config)?.http;
        let heartbeat = Heartbeat::open(Arc::clone(desk), &config.alerts.heartbeat, &http)?.map(Arc::new);
        if let Some(heartbeat) = &heartbeat {
            tokio::spawn(Arc::clone(heartbeat).run(Arc::clone(&clock)));
        }
        tokio::spawn(Courier::new(Arc::clone(desk), Arc::clone(&clock)).run());
        tokio::spawn(count(Arc::clone(boards), Arc::clone(&clock)));
        let (sender, receiver) = watch::channel(None);
        let (desk, boards) = (Arc::clone(desk), Arc::clone(boards));
        let watch = Self { desk, boards, heartbeat, facts: None, seen: None };
        tokio::spawn(watch.run(receiver, clock));
        Ok(sender)
    }

    async fn run(mut self, mut scenes: watch::Receiver<Option<Scene>>, clock: Clock) {
        let mut pruned = None;
        loop {
            let scene = scenes.borrow_and_update().clone();
            if let Some(scene) = scene {
                self.look_and_tell(&scene, clock()).await;
            }
            self.boards.show(clock()).await;
            let now = clock();
            if pruned.is_none_or(|time| !(0..PRUNE_SECONDS).contains(&now.seconds_since(time))) {
                pruned = Some(now);
                if let Err(error) = self.desk.prune(now).await {
                    tracing::warn!("what is over could not be erased: {error}");
                }
            }
            // Nobody hands anything in any more: the process ends.
            if let Ok(Err(_)) = tokio::time::timeout(LOOK_AGAIN, scenes.changed()).await {
                return;
            }
        }
    }

    /// Decides, and says in the log and the figures what came of it.
    async fn look_and_tell(&mut self, scene: &Scene, now: Timestamp) {
        let begun = Instant::now();
        match self.look(scene, now).await {
            Ok(committed) => {
                self.boards.decided(scene.snapshot.network.published(), now, begun.elapsed());
                if committed.queued > 0 {
                    tracing::info!(messages = committed.queued, "alerts are on their way");
                }
            }
            // States and messages are as before: the same is decided again.
            Err(error) => tracing::error!("alerts could not be decided: {error}"),
        }
    }

    /// Decides what a scene means and has it sent.
    pub async fn look(&mut self, scene: &Scene, now: Timestamp) -> Result<Committed, NotifyError> {
        let facts = self.facts_of(scene).await?;
        let kept = self.desk.kept(now).await?;
        let incidents = Arc::clone(&scene.incidents);
        let outcome = of_blocking(move || -> Outcome {
            decide(&Inputs {
                now,
                facts: &facts,
                incidents: incidents.all(),
                subscriptions: &kept.subscriptions,
                states: &kept.states,
                silences: &kept.silences,
                maintenance: &kept.maintenance,
                receivers: &kept.receivers,
                sent: &kept.sent,
            })
        })
        .await?;
        let committed = self.desk.commit(&outcome, now).await?;
        if let Some(heartbeat) = &self.heartbeat {
            heartbeat.decided(now);
        }
        Ok(committed)
    }

    /// The facts of a snapshot; they are made once.
    async fn facts_of(&mut self, scene: &Scene) -> Result<Arc<Facts>, NotifyError> {
        if let (Some(facts), Some(seen)) = (&self.facts, &self.seen)
            && Arc::ptr_eq(seen, &scene.snapshot)
        {
            return Ok(Arc::clone(facts));
        }
        let (snapshot, before) = (Arc::clone(&scene.snapshot), self.facts.clone());
        let facts = Arc::new(of_blocking(move || Facts::new(&snapshot, before.as_deref())).await?);
        self.facts = Some(Arc::clone(&facts));
        self.seen = Some(Arc::clone(&scene.snapshot));
        Ok(facts)
    }
}

/// Takes the figures at regular times. Ends with the runtime.
async fn count(boards: Arc<Boards>, clock: Clock) {
    let mut interval = tokio::time::interval(COUNT_AGAIN);
    loop {
        interval.tick().await;
        boards.show_figures(clock()).await;
    }
}

/// Work that keeps a thread busy, beside those that serve.
async fn of_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, NotifyError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| NotifyError::Damaged("a decision failed".into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::additions::Additions;
    use crate::load::{RawDocument, build_edition};
    use allium_alert::{Scalar, SubscriptionTable};
    use allium_notify::{ChannelConfig, SecretPlace, WebhookConfig};
    use allium_web::Edition;
    use std::collections::BTreeMap;
    use std::path::Path;

    /// 2026-02-22 12:00.
    const NOON: Timestamp = Timestamp(1_771_761_600);
    const STEADY: &str = "000A10D43011EA4928A35F610405F92B4433B4DC";
    const FICKLE: &str = "0011BD2485AD45D984EC4159C88FC066E5E3300E";

    fn config(folder: &Path) -> Config {
        let key = folder.join("secret");
        std::fs::write(&key, "sixteen bytes or more").unwrap();
        let hook = WebhookConfig {
            url: "https://hooks.example/".into(),
            secret: SecretPlace { file: Some(key), env: None },
            allow_private: false,
        };
        let subscription = SubscriptionTable {
            name: "ours".into(),
            target: format!("relay:{FICKLE}"),
            receiver: "hook".into(),
            watch: BTreeMap::from([("absent".into(), Scalar::Number(2))]),
            ..SubscriptionTable::default()
        };
        let mut config = Config::default();
        folder.clone_into(&mut config.server.data_dir);
        config.alerts.subscription = vec![subscription];
        config.channels = BTreeMap::from([("hook".to_owned(), ChannelConfig::Webhook(hook))]);
        config
    }

    async fn watch(config: &Config) -> AlertWatch {
        let desk = Arc::new(open_desk(config, Making::IfMissing).await.unwrap());
        let boards = Arc::new(Boards::new(Arc::clone(&desk), config.alerts.budget.into()));
        AlertWatch { desk, boards, heartbeat: None, facts: None, seen: None }
    }

    /// The network of an hour: one relay runs, the other was seen last at some hour.
    fn scene(config: &Config, hour: i64, last_seen: i64) -> Scene {
        let time = |hour: i64| NOON.plus_seconds(hour * 3600).to_string();
        let relay = |fingerprint: &str, seen: i64| {
            let is_running = seen == hour;
            let flags = if is_running { r#""Fast","Running","Valid""# } else { r#""Fast","Valid""# };
            format!(
                r#"{{"nickname":"a","fingerprint":"{fingerprint}","or_addresses":["192.0.2.1:443"],"last_seen":"{}","first_seen":"2020-01-01 00:00:00","running":{is_running},"flags":[{flags}],"consensus_weight":100}}"#,
                time(seen),
            )
        };
        let document = format!(
            "{{\"version\":\"8.0\",\"relays_published\":\"{0}\",\"relays\":[\n{1},\n{2}\n],\"bridges_published\":\"{0}\",\"bridges\":[]}}",
            time(hour),
            relay(STEADY, hour),
            relay(FICKLE, last_seen),
        );
        let raw = RawDocument { location: "test".into(), bytes: document.into_bytes() };
        let now = NOON.plus_seconds(hour * 3600);
        let edition = build_edition(config, &raw, &Additions::default(), now).unwrap();
        Scene { snapshot: edition.snapshot, incidents: Arc::default() }
    }

    /// Messages that a look at an hour leads to.
    async fn look(watch: &mut AlertWatch, scene: &Scene, hour: i64) -> usize {
        watch.look(scene, NOON.plus_seconds(hour * 3600 + 600)).await.unwrap().queued
    }

    #[tokio::test]
    async fn a_relay_that_goes_and_comes_back_is_told_twice_whatever_happens_between() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let mut told = Vec::new();
        for (hour, last_seen) in [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 5), (6, 6), (7, 7)] {
            // The process is started anew for every document, and looks at each twice.
            let mut watch = watch(&config).await;
            let scene = scene(&config, hour, last_seen);
            told.push((look(&mut watch, &scene, hour).await, look(&mut watch, &scene, hour).await));
        }
        let (first, second): (Vec<usize>, Vec<usize>) = told.into_iter().unzip();
        assert_eq!(first.iter().sum::<usize>(), 2, "{first:?}");
        assert_eq!(first[..2], [0, 0], "{first:?}");
        assert_eq!(second.iter().sum::<usize>(), 0, "a document is counted once");
        let waiting = watch(&config).await.desk.outbox(9).await.unwrap();
        assert_eq!(waiting.len(), 2);
    }

    #[tokio::test]
    async fn the_loop_decides_about_the_newest_scene() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(folder.path());
        assert!(AlertWatch::start(&config, || NOON).await.unwrap().is_none());
        config.alerts.enabled = true;
        let alerts = AlertWatch::start(&config, || NOON).await.unwrap().unwrap();
        let shared = Alerts::share(Some(&alerts)).await;
        let scene = scene(&config, 0, 0);
        shared.publish(Arc::new(Edition::new(Arc::clone(&scene.snapshot), Vec::new(), Arc::default(), NOON)));
        assert!(shared.edition().unwrap().alerts.is_some(), "there is a board from the first edition on");
        alerts.scenes.send_replace(Some(scene));
        let decided = async {
            while alerts.desk.kept(NOON).await.unwrap().states.counted() != NOON {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), decided).await.unwrap();
    }
}
