//! From a wish to the erased address.

use super::smtp_server::{Mail, Offer, SmtpServer};
use super::support::{NOW, Office, delivery, draft, outcome_of, smtp};
use allium_alert::{MessageEvent, ReceiverId};
use allium_notify::{Ask, ChannelConfig, MailAddress, SubscribeError, TokenError};
use std::collections::BTreeMap;

const ADDRESS: &str = "relay.operator@example.org";

async fn office() -> (Office, SmtpServer) {
    let server = SmtpServer::start(Offer::Plain).await;
    let config = smtp(server.port, &[]);
    let office = Office::open(|options| {
        options.channels = BTreeMap::from([("mail".to_owned(), ChannelConfig::Smtp(config))]);
        options.mail_channel = Some("mail".into());
        options.limits.per_service_per_hour = 50;
    })
    .await;
    (office, server)
}

fn ask(address: &str) -> Ask {
    Ask { address: address.into(), draft: draft(), from: None }
}

/// Subscribes and gives the mail that asks whether it is meant.
async fn question(office: &Office, server: &SmtpServer) -> Mail {
    office.desk.subscribe(&ask(ADDRESS), office.hands.now()).await.unwrap();
    assert_eq!(office.deliver().await, (1, 0, 0));
    server.mails().last().unwrap().clone()
}

/// Sends an alert to everybody who is subscribed.
async fn alert(office: &Office, name: &str) -> usize {
    let kept = office.desk.kept(office.hands.now()).await.unwrap();
    let mut receivers: Vec<ReceiverId> =
        kept.subscriptions.iter().map(|subscription| subscription.receiver).collect();
    receivers.dedup();
    let deliveries =
        receivers.iter().map(|receiver| delivery(*receiver, name, MessageEvent::Raised)).collect();
    office.desk.commit(&outcome_of(deliveries), office.hands.now()).await.unwrap().queued
}

fn holds(office: &Office, what: &[u8]) -> bool {
    office.bytes().windows(what.len()).any(|window| window == what)
}

#[tokio::test]
async fn from_the_wish_to_the_erased_address() {
    let (office, server) = office().await;
    let mail = question(&office, &server).await;
    assert_eq!(mail.to, [ADDRESS]);
    assert_eq!(mail.header("list-unsubscribe"), None);
    assert!(
        mail.body.contains("Of: network") && mail.body.contains("Absent from the consensus: 6"),
        "{}",
        mail.body
    );
    let token = mail.token("/alerts/confirm/");
    // A mail scanner that follows the link changes nothing.
    assert_eq!(office.desk.pending(&token, NOW).await.unwrap(), Some(draft()));
    assert_eq!(alert(&office, "too early").await, 0);
    assert_eq!(office.desk.confirm(&token, NOW).await.unwrap().draft, draft());
    assert!(matches!(office.desk.confirm(&token, NOW).await, Err(TokenError::Unknown)));

    assert_eq!(alert(&office, "a").await, 1);
    assert_eq!(office.deliver().await, (1, 0, 0));
    let mail = server.mails().last().unwrap().clone();
    let unsubscribe = mail.token("/alerts/unsubscribe/");
    let link = format!("<https://allium.example/alerts/unsubscribe/?token={unsubscribe}>");
    assert_eq!(mail.header("list-unsubscribe"), Some(link.as_str()));
    assert_eq!(mail.header("list-unsubscribe-post"), Some("List-Unsubscribe=One-Click"));
    assert_eq!(office.desk.subscribed(&unsubscribe).await.unwrap(), Some(vec![draft()]));

    assert!(holds(&office, ADDRESS.as_bytes()), "it is there while it is subscribed");
    assert_eq!(alert(&office, "on its way").await, 1);
    assert!(office.desk.unsubscribe(&unsubscribe, NOW).await.unwrap());
    assert!(!office.desk.unsubscribe(&unsubscribe, NOW).await.unwrap());
    assert_eq!(office.deliver().await, (0, 0, 0), "what was on its way is not sent");
    assert!(!holds(&office, ADDRESS.as_bytes()), "the address is in no file");
    assert_eq!(office.desk.status(NOW).await.unwrap().addresses, 0);
    assert_eq!(office.desk.deliveries(10).await.unwrap().len(), 2, "the log stays, without an address");
}

#[tokio::test]
async fn no_token_lies_in_the_store() {
    let (office, server) = office().await;
    let confirm = question(&office, &server).await.token("/alerts/confirm/");
    office.desk.confirm(&confirm, NOW).await.unwrap();
    alert(&office, "a").await;
    office.deliver().await;
    let unsubscribe = server.mails().last().unwrap().token("/alerts/unsubscribe/");
    for token in [confirm, unsubscribe] {
        let bytes = data_encoding::HEXLOWER.decode(token.as_bytes()).unwrap();
        assert!(!holds(&office, token.as_bytes()) && !holds(&office, &bytes));
    }
}

#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answer() {
    let (office, server) = office().await;
    let token = question(&office, &server).await.token("/alerts/confirm/");
    office.desk.confirm(&token, NOW).await.unwrap();
    for address in [ADDRESS, "RELAY.operator@Example.org", "stranger@example.org"] {
        assert!(office.desk.subscribe(&ask(address), NOW).await.is_ok());
    }
    // And the mail to both is the same but for its token.
    assert_eq!(office.deliver().await, (3, 0, 0));
    let bodies: Vec<String> = server.mails()[1..]
        .iter()
        .map(|mail| mail.body.replace(&mail.token("/alerts/confirm/"), "TOKEN"))
        .collect();
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    // The same wish of the same address is there once.
    let token = server.mails()[1].token("/alerts/confirm/");
    office.desk.confirm(&token, NOW).await.unwrap();
    assert_eq!(office.desk.kept(NOW).await.unwrap().subscriptions.len(), 1);
}

#[tokio::test]
async fn nobody_is_flooded_through_us() {
    let (office, server) = office().await;
    for _ in 0..9 {
        assert!(office.desk.subscribe(&ask(ADDRESS), NOW).await.is_ok(), "the answer tells nothing");
    }
    assert_eq!(office.deliver().await, (5, 0, 0));
    assert!(office.desk.subscribe(&ask(ADDRESS), NOW).await.is_ok());
    assert_eq!(office.deliver().await, (0, 0, 0), "those that went count too");
    office.hands.step(86_401);
    office.desk.subscribe(&ask(ADDRESS), office.hands.now()).await.unwrap();
    assert_eq!(office.deliver().await, (1, 0, 0));
    assert_eq!(server.mails().len(), 6);
}

#[tokio::test]
async fn networks_and_the_service_have_limits() {
    let (office, _) = office().await;
    let from = |number: usize, network: &str| Ask {
        address: format!("a{number}@example.org"),
        draft: draft(),
        from: network.parse().ok(),
    };
    for number in 0..20 {
        let address = format!("192.0.2.{number}");
        assert!(office.desk.subscribe(&from(number, &address), NOW).await.is_ok());
    }
    let busy = office.desk.subscribe(&from(20, "192.0.2.200"), NOW).await;
    assert!(matches!(busy, Err(SubscribeError::Busy)));
    for number in 20..50 {
        // An onion service cannot tell its visitors apart.
        assert!(office.desk.subscribe(&from(number, "onion"), NOW).await.is_ok());
    }
    let busy = office.desk.subscribe(&from(50, "198.51.100.1"), NOW).await;
    assert!(matches!(busy, Err(SubscribeError::Busy)));
    let later = NOW.plus_seconds(3600);
    assert!(office.desk.subscribe(&from(50, "192.0.2.200"), later).await.is_ok());
}

#[tokio::test]
async fn what_is_not_confirmed_is_erased_after_two_days() {
    let (office, server) = office().await;
    let token = question(&office, &server).await.token("/alerts/confirm/");
    office.hands.step(48 * 3600);
    assert!(matches!(office.desk.confirm(&token, office.hands.now()).await, Err(TokenError::Unknown)));
    assert_eq!(office.desk.pending(&token, office.hands.now()).await.unwrap(), None);
    assert!(holds(&office, ADDRESS.as_bytes()));
    office.desk.prune(office.hands.now()).await.unwrap();
    assert!(!holds(&office, ADDRESS.as_bytes()));
}

#[tokio::test]
async fn the_log_is_kept_for_thirty_days_and_a_forgotten_address_leaves_none() {
    let (office, server) = office().await;
    question(&office, &server).await;
    let day = |number: i64| NOW.plus_seconds(number * 86_400);
    office.desk.prune(day(29)).await.unwrap();
    assert_eq!(office.desk.deliveries(9).await.unwrap().len(), 1);
    let address = MailAddress::parse("Relay.Operator@example.org").unwrap();
    assert!(office.desk.forget(&address, "ops", day(29)).await.unwrap());
    assert!(!office.desk.forget(&address, "ops", day(29)).await.unwrap());
    assert_eq!(office.desk.changes(9).await.unwrap(), [], "of subscribers everybody reads nothing");
    assert_eq!(office.desk.deliveries(9).await.unwrap(), []);
    question(&office, &server).await;
    office.desk.prune(day(31)).await.unwrap();
    assert_eq!(office.desk.deliveries(9).await.unwrap(), []);
    let noted: Vec<String> =
        office.desk.audit(9).await.unwrap().into_iter().map(|entry| entry.action).collect();
    assert_eq!(noted, ["address-forgotten"]);
}

#[tokio::test]
async fn wishes_that_make_no_sense_are_refused() {
    let (office, _) = office().await;
    let refused = office.desk.subscribe(&ask("a@b\r\nBcc: c@example.org"), NOW).await;
    assert!(matches!(refused, Err(SubscribeError::Address(_))));
    let empty = Ask { draft: allium_alert::Draft::default(), ..ask(ADDRESS) };
    assert!(matches!(office.desk.subscribe(&empty, NOW).await, Err(SubscribeError::Draft(_))));
    for token in ["", "00", &"0".repeat(32), &"g".repeat(32)] {
        assert!(matches!(office.desk.confirm(token, NOW).await, Err(TokenError::Unknown)));
        assert!(!office.desk.unsubscribe(token, NOW).await.unwrap());
        assert_eq!(office.desk.subscribed(token).await.unwrap(), None);
    }
    let closed = Office::open(|_| ()).await;
    assert!(matches!(closed.desk.subscribe(&ask(ADDRESS), NOW).await, Err(SubscribeError::Closed)));
}

#[tokio::test]
async fn an_address_has_so_many_subscriptions_and_no_more() {
    let (office, server) = office().await;
    let wish = |number: u32| allium_alert::Draft::of_query(&format!("target=as:{number}&absent=6")).unwrap();
    for number in 1..=21 {
        office.hands.step(86_401);
        let ask = Ask { draft: wish(number), ..ask(ADDRESS) };
        office.desk.subscribe(&ask, office.hands.now()).await.unwrap();
        assert_eq!(office.deliver().await, (1, 0, 0));
        let token = server.mails().last().unwrap().token("/alerts/confirm/");
        let confirmed = office.desk.confirm(&token, office.hands.now()).await;
        assert_eq!(confirmed.is_ok(), number <= 20, "{number}");
    }
    assert_eq!(office.desk.subscriptions().await.unwrap().len(), 21);
}
