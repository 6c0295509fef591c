//! Desks in folders of their own, clocks that are set by hand, and decisions to be delivered.

use allium_alert::{
    AlertKey, AlertNews, AlertState, Decision, Delivery, DeliveryId, Draft, Line, LineRole, Link, LinkTarget,
    Message, MessageEvent, Outcome, Phase, ReceiverId, Subject, SubscriptionId, SubscriptionState, Text,
    ThreadId, WatchKind,
};
use allium_model::{Fingerprint, Severity, Timestamp};
use allium_notify::{
    ChannelConfig, Clock, Courier, Desk, DeskOptions, HttpOptions, Making, SecretPlace, SlackConfig,
    SmtpConfig, SmtpSecurity, WebhookConfig,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// 2026-02-22 13:05.
pub const NOW: Timestamp = Timestamp(1_771_765_500);
/// Time of the data, five minutes earlier.
pub const DATA_TIME: Timestamp = Timestamp(1_771_765_200);
/// Secret of webhooks.
pub const SECRET: &str = "a secret of the tests";

/// A clock that stands still until it is set.
#[derive(Debug, Clone)]
pub struct Hands(Arc<AtomicI64>);

impl Hands {
    pub fn new() -> Self {
        Self(Arc::new(AtomicI64::new(NOW.0)))
    }

    pub fn step(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }

    pub fn clock(&self) -> Clock {
        let hands = self.clone();
        Arc::new(move || hands.now())
    }
}

/// A desk with its courier.
pub struct Office {
    pub desk: Arc<Desk>,
    pub courier: Courier,
    pub hands: Hands,
    pub folder: PathBuf,
    _kept: Option<TempDir>,
}

impl Office {
    pub async fn open(change: impl FnOnce(&mut DeskOptions)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        Self::open_kept(&path, Some(folder), change).await
    }

    pub async fn open_in(folder: &Path, change: impl FnOnce(&mut DeskOptions)) -> Self {
        Self::open_kept(folder, None, change).await
    }

    async fn open_kept(folder: &Path, kept: Option<TempDir>, change: impl FnOnce(&mut DeskOptions)) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut options = DeskOptions::new(folder);
        options.http = HttpOptions { timeout: Duration::from_secs(2), ..HttpOptions::default() };
        options.site.url = "https://allium.example".into();
        options.site.path = |target| match target {
            LinkTarget::NetworkHealth => Some("/network-health.html".into()),
            LinkTarget::Relay(fingerprint) => Some(format!("/relay/{fingerprint}/")),
            _ => None,
        };
        change(&mut options);
        let desk = Arc::new(Desk::open(options, Making::IfMissing).await.unwrap());
        let hands = Hands::new();
        let courier = Courier::new(Arc::clone(&desk), hands.clock());
        Self { desk, courier, hands, folder: folder.to_owned(), _kept: kept }
    }

    /// Commits one message to a channel.
    pub async fn commit(&self, channel: &str, name: &str) {
        let committed = self.desk.commit(&outcome(channel, name), self.hands.now()).await.unwrap();
        assert_eq!(committed.queued, 1);
    }

    /// A round of deliveries as (delivered, waiting, lost).
    pub async fn deliver(&self) -> (u32, u32, u32) {
        let round = self.courier.deliver_due().await.unwrap();
        (round.delivered, round.waiting, round.lost)
    }

    /// Everything that lies in the files of the store.
    pub fn bytes(&self) -> Vec<u8> {
        let read = |suffix: &str| {
            std::fs::read(self.folder.join(format!("alerts.sqlite{suffix}"))).unwrap_or_default()
        };
        [read(""), read("-wal")].concat()
    }
}

/// A secret in a file.
pub fn secret(folder: &Path, text: &str) -> SecretPlace {
    let file = folder.join(format!("secret-{}", text.len()));
    std::fs::write(&file, text).unwrap();
    SecretPlace { file: Some(file), env: None }
}

/// A signed webhook on this machine.
pub fn webhook(folder: &Path, url: String) -> ChannelConfig {
    ChannelConfig::Webhook(WebhookConfig { url, secret: secret(folder, SECRET), allow_private: true })
}

/// A webhook for Slack's messages on this machine.
pub fn slack(folder: &Path, url: &str) -> ChannelConfig {
    ChannelConfig::Slack(SlackConfig { url: secret(folder, url), allow_private: true })
}

/// A mail server on this machine.
pub fn smtp(port: u16, to: &[&str]) -> SmtpConfig {
    SmtpConfig {
        host: "127.0.0.1".into(),
        port: Some(port),
        security: SmtpSecurity::None,
        user: None,
        password: SecretPlace::default(),
        from: "Allium <alerts@allium.example>".into(),
        to: to.iter().map(|text| (*text).to_owned()).collect(),
        ca_file: None,
    }
}

/// A relay of the tests.
pub const RELAY: Fingerprint = Fingerprint([7; 20]);

fn news(subscription: SubscriptionId) -> AlertNews {
    AlertNews {
        key: AlertKey { subscription, kind: WatchKind::Absent, subject: Subject::Relay(RELAY) },
        phase: Phase::Firing,
        since: DATA_TIME,
        severity: Severity::Warning,
        cause: None,
        evidence: Text::ours("It is absent for 6 hours."),
    }
}

/// A message of a name to somebody.
pub fn delivery(receiver: ReceiverId, name: &str, event: MessageEvent) -> Delivery {
    let data = vec![news(SubscriptionId::of_name("team"))];
    Delivery {
        id: DeliveryId::of_parts([name, event.name()]),
        receiver,
        thread: ThreadId::of_parts([name]),
        alerts: data.iter().map(|news| news.key).collect(),
        message: Message {
            title: Text::ours("Relay ").foreign("<!channel> a\r\nBcc: evil@example.org").and(" is absent"),
            event,
            severity: Severity::Warning,
            data_time: DATA_TIME,
            lines: vec![Line { role: LineRole::Evidence, text: Text::ours("It is absent for 6 hours.") }],
            links: vec![Link { label: "The relay".into(), target: LinkTarget::Relay(RELAY) }],
            data,
        },
    }
}

/// What a decision leaves: a state, and messages.
pub fn outcome_of(deliveries: Vec<Delivery>) -> Outcome {
    let state = AlertState {
        phase: Phase::Firing,
        since: DATA_TIME,
        streak: 2,
        severity: Severity::Warning,
        closing: None,
        told: None,
        raises: std::iter::once(DATA_TIME).collect(),
    };
    let alerts = vec![((WatchKind::Absent, Subject::Relay(RELAY)), state)];
    let state = SubscriptionState { digested: None, alerts };
    Outcome {
        counted: DATA_TIME,
        changes: vec![(SubscriptionId::of_name("team"), Some(state))],
        decisions: deliveries.into_iter().map(|delivery| Decision::Send(Box::new(delivery))).collect(),
    }
}

/// One message of a name to a channel.
pub fn outcome(channel: &str, name: &str) -> Outcome {
    outcome_of(vec![delivery(ReceiverId::of_name(channel), name, MessageEvent::Raised)])
}

/// What somebody may ask for.
pub fn draft() -> Draft {
    Draft::of_query("target=network&incident=warning&absent=6").unwrap()
}
