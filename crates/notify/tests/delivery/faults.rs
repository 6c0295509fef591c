//! Receivers that fail, hang, lie and wait, and clocks that jump.

use super::http_server::{HttpServer, Reply};
use super::support::{NOW, Office, RELAY, SECRET, delivery, outcome_of, slack, webhook};
use allium_alert::{MessageEvent, ReceiverId};
use allium_notify::{ChannelConfig, Names, WebhookConfig};
use ring::hmac;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An office with a webhook that answers as told, then with 200.
async fn office(replies: Vec<Reply>) -> (Office, HttpServer) {
    let server = HttpServer::start(replies).await;
    let url = server.url();
    let office = Office::open(|options| {
        let hook = webhook(&options.folder, url);
        options.channels = BTreeMap::from([("hook".to_owned(), hook)]);
    })
    .await;
    (office, server)
}

/// The problem of the only message in the outbox.
async fn problem(office: &Office) -> String {
    let waiting = office.desk.outbox(2).await.unwrap();
    assert_eq!(waiting.len(), 1);
    waiting[0].problem.clone().unwrap()
}

#[tokio::test]
async fn a_signed_message_arrives_and_its_time_is_measured() {
    let (office, server) = office(Vec::new()).await;
    office.commit("hook", "a").await;
    office.hands.step(7);
    assert_eq!(office.deliver().await, (1, 0, 0));
    let request = &server.requests()[0];
    let header = |name: &str| request.headers[name].as_str();
    assert_eq!(request.line, "POST /hook HTTP/1.1");
    assert_eq!(header("webhook-id"), header("idempotency-key"));
    assert_eq!(header("webhook-timestamp"), (NOW.0 + 7).to_string());
    let signed = format!("{}.{}.{}", header("webhook-id"), header("webhook-timestamp"), request.body);
    let tag = header("webhook-signature").strip_prefix("v1,").unwrap();
    let tag = data_encoding::BASE64.decode(tag.as_bytes()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    assert!(hmac::verify(&key, signed.as_bytes(), &tag).is_ok());
    let later = signed.replacen(header("webhook-timestamp"), "1", 1);
    assert!(hmac::verify(&key, later.as_bytes(), &tag).is_err(), "the time is signed too");
    let json: serde_json::Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(json["alerts"][0]["subject"], RELAY.to_string());
    assert_eq!(json["links"][0]["url"], format!("https://allium.example/relay/{RELAY}/"));
    assert_eq!(json["data_time"], "2026-02-22T13:00:00Z");
    let log = office.desk.deliveries(10).await.unwrap();
    assert_eq!((log[0].result.as_str(), log[0].seconds_since_publication()), ("delivered", Some(307)));
    let delays = office.desk.status(office.hands.now()).await.unwrap().delays.unwrap();
    assert_eq!((delays.median_seconds, delays.median_seconds_since_decision), (307, 7));
}

#[tokio::test]
async fn a_failed_message_comes_again_with_the_same_id_when_its_pause_is_over() {
    let (office, server) = office(vec![Reply::Status(500, ""), Reply::Close]).await;
    office.commit("hook", "a").await;
    assert_eq!(office.deliver().await, (0, 1, 0));
    assert_eq!(problem(&office).await, "the answer is 500");
    assert_eq!(office.deliver().await, (0, 0, 0), "its pause is not over");
    office.hands.step(40);
    assert_eq!(office.deliver().await, (0, 1, 0));
    office.hands.step(80);
    assert_eq!(office.deliver().await, (1, 0, 0));
    let ids: Vec<String> =
        server.requests().iter().map(|request| request.headers["webhook-id"].clone()).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!(office.desk.deliveries(1).await.unwrap()[0].attempts, 3);
}

#[tokio::test]
async fn a_receiver_that_asks_to_wait_is_obeyed() {
    let (office, server) = office(vec![Reply::Status(429, "retry-after: 600\r\n")]).await;
    office.commit("hook", "a").await;
    assert_eq!(office.deliver().await, (0, 1, 0));
    office.hands.step(599);
    assert_eq!(office.deliver().await, (0, 0, 0));
    office.hands.step(1);
    assert_eq!(office.deliver().await, (1, 0, 0));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn what_is_refused_for_good_is_noted_and_not_tried_again() {
    let (office, server) = office(vec![Reply::Status(404, "")]).await;
    office.commit("hook", "a").await;
    assert_eq!(office.deliver().await, (0, 0, 1));
    office.hands.step(1_000_000);
    assert_eq!(office.deliver().await, (0, 0, 0));
    assert_eq!(server.requests().len(), 1);
    let log = office.desk.deliveries(1).await.unwrap();
    assert_eq!((log[0].result.as_str(), log[0].problem.as_deref()), ("refused", Some("the answer is 404")));
}

#[tokio::test]
async fn after_a_day_a_message_is_given_up_with_an_entry() {
    let (office, _) = office(vec![Reply::Status(503, ""); 60]).await;
    office.commit("hook", "a").await;
    let mut sums = (0, 0, 0);
    for _ in 0..60 {
        let round = office.deliver().await;
        sums = (sums.0 + round.0, sums.1 + round.1, sums.2 + round.2);
        office.hands.step(4600);
    }
    assert_eq!((sums.0, sums.2), (0, 1));
    let log = office.desk.deliveries(1).await.unwrap();
    assert_eq!(log[0].result, "given-up");
    assert!(log[0].ended.seconds_since(NOW) >= 86_400);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = HttpServer::start(Vec::new()).await;
    let head: &'static str = Box::leak(format!("location: {}\r\n", other.url()).into_boxed_str());
    let (office, _) = office(vec![Reply::Status(307, head)]).await;
    office.commit("hook", "a").await;
    assert_eq!(office.deliver().await, (0, 1, 0));
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn a_receiver_that_hangs_holds_up_nobody_else() {
    let hanging = HttpServer::start(vec![Reply::Hang]).await;
    let quick = HttpServer::start(Vec::new()).await;
    let (hanging_url, quick_url) = (hanging.url(), quick.url());
    let office = Office::open(|options| {
        let folder = options.folder.clone();
        options.channels = BTreeMap::from([
            ("hanging".to_owned(), webhook(&folder, hanging_url)),
            ("quick".to_owned(), slack(&folder, &quick_url)),
        ]);
    })
    .await;
    office.commit("hanging", "a").await;
    office.commit("quick", "b").await;
    assert_eq!(office.deliver().await, (1, 1, 0));
    assert_eq!(problem(&office).await, "there was no answer in time");
    let done = office.desk.deliveries(1).await.unwrap();
    assert_eq!(done[0].channel.as_deref(), Some("quick"));
}

#[tokio::test]
async fn an_answer_without_end_is_cut() {
    let (office, _) = office(vec![Reply::Flood]).await;
    office.commit("hook", "a").await;
    assert_eq!(office.deliver().await, (1, 0, 0));
}

#[tokio::test]
async fn a_channel_that_cannot_be_reached_is_asked_once_a_round() {
    let (office, server) = office(vec![Reply::Status(503, "")]).await;
    office.commit("hook", "a").await;
    office.commit("hook", "b").await;
    assert_eq!(office.deliver().await, (0, 1, 0));
    assert_eq!(server.requests().len(), 1);
    assert_eq!(office.deliver().await, (1, 0, 0), "the other one was not tried yet");
}

#[tokio::test]
async fn the_end_of_a_thing_never_comes_before_its_beginning() {
    let (office, server) = office(vec![Reply::Status(503, "")]).await;
    office.commit("hook", "a").await;
    assert_eq!(office.deliver().await, (0, 1, 0));
    let end = delivery(ReceiverId::of_name("hook"), "a", MessageEvent::Resolved);
    office.desk.commit(&outcome_of(vec![end]), NOW).await.unwrap();
    assert_eq!(office.deliver().await, (0, 0, 0), "the beginning waits");
    office.hands.step(60);
    assert_eq!(office.deliver().await, (2, 0, 0));
    let events: Vec<bool> =
        server.requests().iter().map(|request| request.body.contains("\"resolved\"")).collect();
    assert_eq!(events, [false, false, true]);
}

#[tokio::test]
async fn a_clock_that_is_set_back_or_ahead_loses_nothing() {
    let (office, server) = office(vec![Reply::Status(503, ""); 3]).await;
    office.commit("hook", "a").await;
    assert_eq!(office.deliver().await, (0, 1, 0));
    office.hands.step(-86_400);
    assert_eq!(office.deliver().await, (0, 1, 0), "a pause does not last until the clock is where it was");
    assert_eq!(office.deliver().await, (0, 0, 0), "and there is a pause again");
    office.hands.step(10 * 86_400);
    assert_eq!(office.deliver().await, (0, 1, 0), "a jump ahead gives nothing up");
    office.hands.step(3600);
    assert_eq!(office.deliver().await, (1, 0, 0));
    assert_eq!(server.requests().len(), 4);
}

/// An office with a webhook under a name that leads to some addresses.
async fn named_office(url: String, allow_private: bool, addresses: &[&str]) -> Office {
    let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
    Office::open(|options| {
        let ChannelConfig::Webhook(config) = webhook(&options.folder, url) else { unreachable!() };
        let hook = ChannelConfig::Webhook(WebhookConfig { allow_private, ..config });
        options.channels = BTreeMap::from([("hook".to_owned(), hook)]);
        options.http.names = Names::Fixed(Arc::new(BTreeMap::from([("hook.example".to_owned(), addresses)])));
    })
    .await
}

#[tokio::test]
async fn a_certificate_that_nobody_knows_is_not_believed() {
    let server = HttpServer::start_tls().await;
    let url = format!("https://hook.example:{}/secret-path", server.port);
    let office = named_office(url, true, &["127.0.0.1"]).await;
    office.commit("hook", "a").await;
    assert_eq!(office.deliver().await, (0, 1, 0));
    let problem = problem(&office).await;
    assert!(problem.contains("certificate") && !problem.contains("secret-path"), "{problem}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_before_a_connection_is_made() {
    let server = HttpServer::start_tls().await;
    let url = format!("https://hook.example:{}/", server.port);
    for (addresses, class) in [
        (vec!["127.0.0.1"], "loopback"),
        (vec!["1.1.1.1", "10.0.0.1"], "private"),
        (vec!["169.254.169.254"], "link-local"),
        (vec!["100.64.0.1"], "shared"),
        (vec!["::ffff:127.0.0.1"], "embedded"),
        (vec!["64:ff9b::7f00:1"], "embedded"),
        (vec!["fd00::1"], "private"),
        (vec!["::"], "unspecified"),
        (vec!["ff02::1"], "multicast"),
    ] {
        let office = named_office(url.clone(), false, &addresses).await;
        office.commit("hook", "a").await;
        assert_eq!(office.deliver().await, (0, 1, 0));
        let problem = problem(&office).await;
        assert!(problem.contains(&format!("a {class} address")), "{addresses:?}: {problem}");
    }
}

#[tokio::test]
async fn what_was_accepted_and_could_not_be_written_down_is_not_sent_anew() {
    let (office, server) = office(Vec::new()).await;
    office.commit("hook", "a").await;
    office.desk.set_pragma_for_tests("query_only = ON").await.unwrap();
    for _ in 0..3 {
        assert!(office.courier.deliver_due().await.is_err());
    }
    office.desk.set_pragma_for_tests("query_only = OFF").await.unwrap();
    assert_eq!(office.deliver().await, (1, 0, 0));
    assert_eq!(server.requests().len(), 1);
    assert_eq!(office.deliver().await, (0, 0, 0));
}

#[tokio::test]
async fn a_message_that_cannot_be_read_holds_up_no_other() {
    let (office, server) = office(Vec::new()).await;
    office.commit("hook", "a").await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(office.folder.join("alerts.sqlite"));
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query("UPDATE outbox SET parcel = '{\"later\":1}'").execute(&pool).await.unwrap();
    sqlx::query("UPDATE alert_state SET state = '{\"later\":1}'").execute(&pool).await.unwrap();
    assert_eq!(office.desk.outbox(9).await.unwrap()[0].kind, "unreadable");
    assert_eq!(office.desk.kept(NOW).await.unwrap().states.iter().count(), 0);
    office.commit("hook", "b").await;
    assert_eq!(office.deliver().await, (1, 0, 1));
    assert_eq!(server.requests().len(), 1);
    assert_eq!(office.desk.deliveries(9).await.unwrap()[1].kind, "unreadable");
}

#[tokio::test]
async fn the_courier_wakes_when_something_is_decided() {
    let (office, server) = office(Vec::new()).await;
    let running = tokio::spawn(office.courier.clone().run());
    office.commit("hook", "a").await;
    let arrived = async {
        while server.requests().is_empty() || !office.desk.outbox(1).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), arrived).await.unwrap();
    running.abort();
}
