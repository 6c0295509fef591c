//! Mail, as a mail server gets it.

use super::smtp_server::{Offer, SmtpServer};
use super::support::{NOW, Office, delivery, outcome_of, smtp};
use allium_alert::{MessageEvent, ReceiverId};
use allium_notify::{ChannelConfig, SmtpConfig, SmtpSecurity};
use std::collections::BTreeMap;
use std::path::PathBuf;

async fn office(config: SmtpConfig) -> Office {
    Office::open(|options| {
        options.channels = BTreeMap::from([("mail".to_owned(), ChannelConfig::Smtp(config))]);
    })
    .await
}

#[tokio::test]
async fn a_team_gets_mail_that_programs_can_sort() {
    let server = SmtpServer::start(Offer::Plain).await;
    let office = office(smtp(server.port, &["noc@example.org", "ops@example.org"])).await;
    let receiver = ReceiverId::of_name("mail");
    let raised = delivery(receiver, "a", MessageEvent::Raised);
    let ended = delivery(receiver, "a", MessageEvent::Resolved);
    office.desk.commit(&outcome_of(vec![raised.clone(), ended]), NOW).await.unwrap();
    assert_eq!(office.deliver().await, (2, 0, 0));
    let mails = server.mails();
    let mail = &mails[0];
    assert_eq!(mail.to, ["noc@example.org", "ops@example.org"]);
    assert_eq!(mail.header("message-id"), Some(format!("<{}@allium.example>", raised.id).as_str()));
    assert_eq!(mail.header("auto-submitted"), Some("auto-generated"));
    assert_eq!(mail.header("list-unsubscribe"), None);
    assert_eq!(mail.header("references"), mails[1].header("references"));
    assert_ne!(mail.header("message-id"), mails[1].header("message-id"));
    assert_eq!(mail.header("date"), Some("Sun, 22 Feb 2026 13:05:00 +0000"));
    assert!(mail.body.contains("It is absent for 6 hours."), "{}", mail.body);
    // What a relay wrote begins no line of the head.
    assert_eq!(mail.header("bcc"), None);
    assert!(mail.header("subject").unwrap().starts_with("[Allium warning] Relay"), "{}", mail.head);
}

#[tokio::test]
async fn mail_goes_over_tls_to_a_server_that_is_trusted() {
    let server = SmtpServer::start(Offer::StartTls).await;
    let ca_file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/delivery/loopback.crt");
    let config = SmtpConfig {
        security: SmtpSecurity::Starttls,
        host: "localhost".into(),
        ca_file: Some(ca_file),
        ..smtp(server.port, &["noc@example.org"])
    };
    let office = office(config).await;
    office.commit("mail", "a").await;
    assert_eq!(office.deliver().await, (1, 0, 0));
    assert!(server.mails()[0].is_encrypted);
}

#[tokio::test]
async fn without_tls_or_with_a_stranger_no_mail_is_handed_over() {
    for offer in [Offer::Plain, Offer::StartTls] {
        let server = SmtpServer::start(offer).await;
        let config =
            SmtpConfig { security: SmtpSecurity::Starttls, ..smtp(server.port, &["noc@example.org"]) };
        let office = office(config).await;
        office.commit("mail", "a").await;
        assert_eq!(office.deliver().await, (0, 1, 0), "{offer:?}");
        assert!(server.mails().is_empty());
    }
}

#[tokio::test]
async fn a_mailbox_that_is_unknown_is_given_up_and_one_that_is_full_is_tried_again() {
    let server = SmtpServer::start(Offer::Plain).await;
    server.answer("gone@example.org", "550 no such mailbox");
    server.answer("full@example.org", "452 mailbox is full");
    let gone = smtp(server.port, &["gone@example.org"]);
    let full = smtp(server.port, &["full@example.org"]);
    let office = Office::open(|options| {
        options.channels = BTreeMap::from([
            ("gone".to_owned(), ChannelConfig::Smtp(gone)),
            ("full".to_owned(), ChannelConfig::Smtp(full)),
        ]);
    })
    .await;
    office.commit("gone", "a").await;
    office.commit("full", "b").await;
    assert_eq!(office.deliver().await, (0, 1, 1));
    server.accept("full@example.org");
    office.hands.step(60);
    assert_eq!(office.deliver().await, (1, 0, 0));
    let log = office.desk.deliveries(2).await.unwrap();
    assert_eq!((log[1].result.as_str(), log[0].result.as_str()), ("refused", "delivered"));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_waited_for() {
    let office = office(smtp(1, &["noc@example.org"])).await;
    office.commit("mail", "a").await;
    assert_eq!(office.deliver().await, (0, 1, 0));
}

#[test]
fn a_server_elsewhere_is_not_spoken_to_in_the_clear() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = SmtpConfig { host: "mail.example".into(), ..smtp(25, &["noc@example.org"]) };
    let folder = tempfile::tempdir().unwrap();
    let mut options = allium_notify::DeskOptions::new(folder.path());
    options.channels = BTreeMap::from([("mail".to_owned(), ChannelConfig::Smtp(config))]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let opened = runtime.block_on(allium_notify::Desk::open(options, allium_notify::Making::IfMissing));
    assert!(opened.unwrap_err().to_string().contains("without TLS"));
}
