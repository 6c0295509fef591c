//! The requests of each channel, tests of channels, and signs of life.

use super::http_server::{HttpServer, Reply};
use super::support::{NOW, Office, delivery, outcome_of, secret, slack, webhook};
use allium_alert::{MessageEvent, ReceiverId};
use allium_notify::{
    Attempt, ChannelConfig, Heartbeat, HeartbeatConfig, HttpOptions, MatrixConfig, PagerDutyConfig, Stopped,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a channel sends for the beginning and the end of a thing.
async fn requests(
    channel: impl FnOnce(&std::path::Path, &HttpServer) -> ChannelConfig,
) -> Vec<(String, Value)> {
    let server = HttpServer::start(Vec::new()).await;
    let office = Office::open(|options| {
        let channel = channel(&options.folder, &server);
        options.channels = BTreeMap::from([("team".to_owned(), channel)]);
    })
    .await;
    let receiver = ReceiverId::of_name("team");
    let both = [MessageEvent::Raised, MessageEvent::Resolved].map(|event| delivery(receiver, "a", event));
    office.desk.commit(&outcome_of(both.into()), NOW).await.unwrap();
    assert_eq!(office.deliver().await, (2, 0, 0));
    let parsed =
        |request: super::http_server::Request| (request.line, serde_json::from_str(&request.body).unwrap());
    server.requests().into_iter().map(parsed).collect()
}

#[tokio::test]
async fn slack_gets_text_in_which_nobody_is_called() {
    let requests = requests(|folder, server| slack(folder, &server.url())).await;
    let text = requests[0].1["text"].as_str().unwrap();
    assert!(text.contains("is absent") && !text.contains("<!channel>"), "{text}");
    assert!(text.contains("<https://allium.example/relay/0707"), "{text}");
}

#[tokio::test]
async fn pagerduty_knows_the_end_by_its_beginning() {
    let requests = requests(|folder, server| {
        let routing_key = secret(folder, "routing key");
        ChannelConfig::PagerDuty(PagerDutyConfig { routing_key, url: server.url(), allow_private: true })
    })
    .await;
    let [(_, first), (_, second)] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!((&first["event_action"], &second["event_action"]), (&"trigger".into(), &"resolve".into()));
    assert_eq!(first["dedup_key"], second["dedup_key"]);
    assert_eq!(first["routing_key"], "routing key");
    assert_eq!(first["payload"]["severity"], "warning");
    assert_eq!(first["payload"]["source"], "allium.example");
    assert!(first["payload"]["summary"].as_str().unwrap().ends_with("is absent"));
}

#[tokio::test]
async fn matrix_gets_each_message_under_its_own_transaction() {
    let requests = requests(|folder, server| {
        ChannelConfig::Matrix(MatrixConfig {
            homeserver: format!("http://127.0.0.1:{}", server.port),
            room: "!abc/..:example.org".into(),
            token: secret(folder, "token"),
            allow_private: true,
        })
    })
    .await;
    let path = "PUT /_matrix/client/v3/rooms/!abc%2F..:example.org/send/m.room.message/";
    assert!(requests[0].0.starts_with(path), "{}", requests[0].0);
    assert_ne!(requests[0].0, requests[1].0);
    let html = requests[0].1["formatted_body"].as_str().unwrap();
    assert!(html.contains("&lt;!channel&gt;"), "{html}");
}

#[tokio::test]
async fn a_channel_is_tried_and_that_is_noted() {
    let server = HttpServer::start(vec![Reply::Status(204, ""), Reply::Status(403, "")]).await;
    let url = server.url();
    let office = Office::open(|options| {
        let hook = webhook(&options.folder, url);
        options.channels = BTreeMap::from([("hook".to_owned(), hook)]);
    })
    .await;
    let desk = &office.desk;
    assert_eq!(desk.test_now("hook", None, "ops", NOW).await.unwrap(), Some(Attempt::Accepted));
    let refused = desk.test_now("hook", None, "ops", NOW).await.unwrap();
    assert_eq!(refused, Some(Attempt::Refused("the answer is 403".into())));
    assert_eq!(desk.test_now("pager", None, "ops", NOW).await.unwrap(), None);
    assert!(desk.queue_test("hook", "ops", NOW).await.unwrap().is_some());
    assert!(desk.queue_test("pager", "ops", NOW).await.unwrap().is_none());
    assert_eq!(office.deliver().await, (1, 0, 0));
    assert!(
        server.requests()[2].body.contains("It is no alert")
            || server.requests()[2].body.contains("\"test\"")
    );
    assert_eq!(desk.audit(10).await.unwrap().len(), 3);
}

#[tokio::test]
async fn signs_of_life_stop_with_the_loop_and_with_the_deliveries() {
    let server = HttpServer::start(Vec::new()).await;
    let broken = HttpServer::start(vec![Reply::Status(503, ""); 9]).await;
    let url = broken.url();
    let office = Office::open(|options| {
        let hook = webhook(&options.folder, url);
        options.channels = BTreeMap::from([("hook".to_owned(), hook)]);
    })
    .await;
    let config = HeartbeatConfig { url: server.url(), allow_private: true, ..HeartbeatConfig::default() };
    let desk = Arc::clone(&office.desk);
    let heartbeat = Heartbeat::open(desk, &config, &HttpOptions::default()).unwrap().unwrap();
    assert_eq!(heartbeat.beat(NOW).await, Err(Stopped::Loop), "nothing was decided yet");
    heartbeat.decided(NOW);
    assert_eq!(heartbeat.beat(NOW).await, Ok(()));
    assert_eq!(heartbeat.beat(NOW.plus_seconds(5401)).await, Err(Stopped::Loop));
    office.commit("hook", "a").await;
    assert_eq!(office.deliver().await, (0, 1, 0));
    assert_eq!(heartbeat.beat(NOW.plus_seconds(3600)).await, Ok(()));
    assert_eq!(heartbeat.beat(NOW.plus_seconds(3601)).await, Err(Stopped::Deliveries));
    assert_eq!(server.requests().len(), 2);
    assert_eq!(server.requests()[0].line, "GET /hook HTTP/1.1");
}
