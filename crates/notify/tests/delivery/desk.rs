//! What is committed is there, once, and whole.

use super::http_server::{HttpServer, Reply};
use super::support::{NOW, Office, delivery, outcome, outcome_of, webhook};
use allium_alert::{Matcher, MessageEvent, Phase, ReceiverId, SubscriptionId, SubscriptionTable, WatchKind};
use allium_model::Timestamp;
use allium_notify::{
    Backlog, ChannelKind, Desk, DeskOptions, Making, NewMaintenance, NewSilence, NotifyError, ResultCount,
    TokenHash,
};
use std::collections::BTreeMap;

fn team() -> SubscriptionTable {
    SubscriptionTable {
        name: "team".into(),
        target: "network".into(),
        receiver: "hook".into(),
        ..SubscriptionTable::default()
    }
}

async fn office() -> Office {
    Office::open(|options| {
        let hook = webhook(&options.folder, "http://127.0.0.1:1/".into());
        options.channels = BTreeMap::from([("hook".to_owned(), hook)]);
        options.subscriptions = vec![team()];
    })
    .await
}

#[tokio::test]
async fn a_decision_is_there_once_and_comes_back() {
    let office = office().await;
    let outcome = outcome("hook", "a");
    for expected in [(1, 0), (0, 1)] {
        let committed = office.desk.commit(&outcome, NOW).await.unwrap();
        assert_eq!((committed.queued, committed.known), expected);
    }
    let kept = office.desk.kept(NOW).await.unwrap();
    let state = kept.states.get(SubscriptionId::of_name("team")).unwrap();
    assert_eq!(Some(state), outcome.changes[0].1.as_ref());
    assert_eq!(state.alerts[0].1.phase, Phase::Firing);
    assert_eq!(kept.states.counted(), super::support::DATA_TIME);
    assert_eq!(kept.subscriptions.len(), 1);
    assert_eq!((kept.sent.len(), kept.sent[0].at), (1, NOW));
    assert_eq!(kept.receivers[0].id, ReceiverId::of_name("hook"));
    // After the time of a budget nothing counts any more, and a clock that was set back counts nothing ahead.
    for now in [NOW.plus_seconds(86_400), NOW.plus_seconds(-86_400)] {
        assert_eq!(office.desk.kept(now).await.unwrap().sent, []);
    }
}

#[tokio::test]
async fn figures_say_what_waits_and_what_became_of_the_rest() {
    let receiver = HttpServer::start(vec![Reply::Status(200, ""), Reply::Status(410, "")]).await;
    let office = Office::open(|options| {
        let hook = webhook(&options.folder, receiver.url());
        options.channels = BTreeMap::from([("hook".to_owned(), hook)]);
    })
    .await;
    assert_eq!(office.desk.backlog().await.unwrap(), Backlog::default());
    for name in ["a", "b"] {
        office.commit("hook", name).await;
    }
    assert_eq!(office.desk.backlog().await.unwrap(), Backlog { messages: 2, oldest: Some(NOW) });
    assert_eq!(office.deliver().await, (1, 0, 1));
    assert_eq!(office.desk.backlog().await.unwrap(), Backlog::default());
    let count =
        |result: &str| ResultCount { kind: Some(ChannelKind::Webhook), result: result.into(), messages: 1 };
    assert_eq!(office.desk.results(NOW).await.unwrap(), [count("delivered"), count("refused")]);
    assert_eq!(office.desk.results(NOW.plus_seconds(86_400)).await.unwrap(), []);
}

#[tokio::test]
async fn what_everybody_may_read_of_changes_names_no_channel() {
    let office = office().await;
    office.desk.queue_test("hook", "ops", NOW).await.unwrap().unwrap();
    let changes = office.desk.changes(10).await.unwrap();
    let told: Vec<_> = changes.iter().map(|entry| (&*entry.action, &*entry.detail)).collect();
    assert_eq!(told, [("channel-tested", "webhook")]);
}

#[tokio::test]
async fn a_message_to_nobody_is_not_queued() {
    let office = office().await;
    let lost = outcome_of(vec![delivery(ReceiverId(1), "a", MessageEvent::Raised)]);
    let committed = office.desk.commit(&lost, NOW).await.unwrap();
    assert_eq!((committed.queued, committed.gone, committed.states), (0, 1, 1));
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_written_by_halves() {
    let office = office().await;
    office.commit("hook", "before").await;
    office.desk.set_pragma_for_tests("max_page_count = 1").await.unwrap();
    let many = (0..500).map(|number| {
        delivery(ReceiverId::of_name("hook"), &format!("message {number}"), MessageEvent::Raised)
    });
    let many = outcome_of(many.collect());
    let failed = office.desk.commit(&many, NOW).await;
    assert!(matches!(failed, Err(NotifyError::Full)), "{failed:?}");
    assert_eq!(office.desk.outbox(1000).await.unwrap().len(), 1);
    office.desk.set_pragma_for_tests("max_page_count = 1000000").await.unwrap();
    assert_eq!(office.desk.commit(&many, NOW).await.unwrap().queued, 500);
}

fn silence(reason: &str) -> NewSilence {
    NewSilence {
        matcher: Matcher {
            target: "as:24940".parse().unwrap(),
            kinds: vec![WatchKind::Absent],
            receiver: None,
        },
        author: "ops".into(),
        reason: reason.into(),
        from: NOW,
        until: NOW.plus_seconds(3600),
    }
}

#[tokio::test]
async fn silences_and_windows_are_kept_ended_and_noted() {
    let office = office().await;
    let desk = &office.desk;
    assert!(desk.add_silence(silence(""), NOW).await.is_err());
    let id = desk.add_silence(silence("a known fault"), NOW).await.unwrap();
    let kept = desk.silences(NOW).await.unwrap();
    assert_eq!((kept[0].id, &kept[0].matcher), (id, &silence("").matcher));
    let window = NewMaintenance {
        target: "country:DE".parse().unwrap(),
        receiver: Some(ReceiverId(u64::MAX)),
        author: "ops".into(),
        note: "new disks".into(),
        from: NOW,
        until: NOW.plus_seconds(60),
    };
    let number = desk.add_maintenance(window.clone(), NOW).await.unwrap();
    assert_eq!(desk.maintenance(NOW).await.unwrap()[0].receiver, window.receiver);
    assert!(desk.end_silence(id, "ops", NOW.plus_seconds(5)).await.unwrap());
    assert!(!desk.end_silence(id, "ops", NOW.plus_seconds(6)).await.unwrap());
    assert!(desk.end_maintenance(number, "ops", NOW.plus_seconds(6)).await.unwrap());
    assert_eq!(desk.silences(NOW.plus_seconds(5)).await.unwrap(), []);
    let actions: Vec<String> = desk
        .audit(10)
        .await
        .unwrap()
        .into_iter()
        .map(|entry| format!("{} {}", entry.author, entry.action))
        .collect();
    assert_eq!(
        actions,
        ["ops maintenance-ended", "ops silence-ended", "ops maintenance-added", "ops silence-added"]
    );
}

#[tokio::test]
async fn two_processes_share_the_file() {
    let office = office().await;
    let other = Office::open_in(&office.folder, |_| ()).await;
    let id = other.desk.add_silence(silence("seen by both"), NOW).await.unwrap();
    assert_eq!(office.desk.silences(NOW).await.unwrap()[0].id, id);
}

#[tokio::test]
async fn what_is_configured_wrongly_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let open = async |change: &dyn Fn(&mut DeskOptions)| {
        let mut options = DeskOptions::new(folder.path());
        change(&mut options);
        Desk::open(options, Making::IfMissing).await.unwrap_err().to_string()
    };
    let _ = rustls::crypto::ring::default_provider().install_default();
    let hook = webhook(folder.path(), "http://127.0.0.1:1/".into());
    let error = open(&|options| options.subscriptions = vec![team()]).await;
    assert!(error.contains("hook"), "{error}");
    let error = open(&|options| {
        options.channels = BTreeMap::from([("hook".to_owned(), hook.clone())]);
        options.subscriptions = vec![team(), team()];
    })
    .await;
    assert!(error.contains("one name"), "{error}");
    let error = open(&|options| options.mail_channel = Some("mail".into())).await;
    assert!(error.contains("no channel \"mail\""), "{error}");
    let error = open(&|options| {
        options.channels = BTreeMap::from([("Hook!".to_owned(), hook.clone())]);
    })
    .await;
    assert!(error.contains("[channels.Hook!]"), "{error}");
    let error = open(&|options| {
        let public = webhook(&options.folder, "http://hooks.example/secret-path".into());
        options.channels = BTreeMap::from([("hook".to_owned(), public)]);
    })
    .await;
    assert!(error.contains("https://") && !error.contains("secret-path"), "{error}");
}

#[tokio::test]
async fn the_operator_is_known_by_the_token() {
    let office = Office::open(|options| options.operator = Some(TokenHash::of_text("open sesame"))).await;
    assert!(office.desk.is_operator("open sesame") && !office.desk.is_operator("open"));
    let nobody = Office::open(|_| ()).await;
    assert!(!nobody.desk.is_operator("") && !nobody.desk.is_open());
}

#[tokio::test]
async fn ten_thousand_states_are_kept() {
    let office = office().await;
    let one = outcome("hook", "a").changes[0].1.clone();
    let mut outcome = outcome_of(Vec::new());
    outcome.changes = (0..10_000).map(|id| (SubscriptionId(id), one.clone())).collect();
    assert_eq!(office.desk.commit(&outcome, NOW).await.unwrap().states, 10_000);
    let kept = office.desk.kept(Timestamp(NOW.0)).await.unwrap();
    assert_eq!(kept.states.iter().count(), 10_000);
    outcome.changes = (0..10_000).map(|id| (SubscriptionId(id), None)).collect();
    office.desk.commit(&outcome, NOW).await.unwrap();
    assert_eq!(office.desk.kept(NOW).await.unwrap().states.iter().count(), 0);
}
