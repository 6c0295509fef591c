//! Pages and answers about the consensus, and what votes say of a relay.

use crate::fixture::{RELAYS, Server, edition, fingerprint, options};
use allium_analysis::directory::{Directory, DirectoryInputs, example};
use allium_model::{Fingerprint, VoteBook, VoteEntry};
use allium_web::Edition;
use allium_web::server::Shared;
use std::sync::Arc;

/// The votes of the example over the relays of the fixture: every relay has the entries of one of the
/// example's.
fn votes(inputs: &DirectoryInputs) -> VoteBook {
    let of_example: Vec<Vec<Option<VoteEntry>>> =
        inputs.votes.rows().map(|(_, entries)| entries.to_vec()).collect();
    let column = |column: usize| -> Vec<(Fingerprint, VoteEntry)> {
        let relays = (0..RELAYS).map(|number| (fingerprint(number), of_example[number][column]));
        relays.filter_map(|(relay, entry)| Some((relay.parse().ok()?, entry?))).collect()
    };
    let mut authorities = inputs.votes.authorities().to_vec();
    authorities[0].nickname = "<script>alert(2)</script>".into();
    let votes = authorities.into_iter().enumerate().map(|(number, summary)| (summary, column(number)));
    VoteBook::new(votes.collect())
}

fn edition_with_votes() -> Arc<Edition> {
    let inputs = example::inputs();
    let votes = Arc::new(votes(&inputs));
    let directory = Directory::new(DirectoryInputs { votes, ..inputs });
    let mut edition = Edition::clone(&edition());
    edition.directory = Some(Arc::new(directory));
    Arc::new(edition)
}

/// A server whose edition has a consensus and votes.
pub(crate) async fn server() -> Server {
    let server = Server::with(options(), Shared::default()).await;
    server.shared.publish(edition_with_votes());
    server
}

#[tokio::test]
async fn pages_of_the_consensus_show_what_is_at_hand() {
    let server = server().await;
    for (path, expected) in [
        ("/consensus/", ["Flag distribution", "Bars for flags", "Now and a week before"]),
        ("/consensus/diff/", ["Relays that joined: 1", "Relays that left: 1", "Flags won and lost"]),
        ("/consensus/replay/", ["necessary conditions only", "Within rounding", "What this shows"]),
    ] {
        let reply = server.get(path).await;
        let page = reply.text();
        assert_eq!(reply.status, 200, "{path}");
        assert!(page.len() < 150_000, "{path} has {} bytes", page.len());
        assert!(!page.contains("<script>alert") && !page.contains("style=\""), "{path}");
        for words in expected {
            assert!(page.contains(words), "{path} lacks {words:?}");
        }
    }
}

#[tokio::test]
async fn a_relay_page_says_what_each_authority_thinks() {
    let server = server().await;
    let reply = server.get(&format!("/relay/{}/", fingerprint(12))).await;
    let page = reply.text();
    for words in ["Flags and votes", "Conditions of flags", "Authority by authority", "votes list it"] {
        assert!(page.contains(words), "{words:?} is missing");
    }
    assert!(!page.contains("<script>alert(2)"));
}

#[tokio::test]
async fn without_documents_the_pages_say_so() {
    let server = Server::start().await;
    for path in ["/consensus/", "/consensus/diff/", "/consensus/replay/"] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, 200, "{path}");
        assert!(reply.text().contains("Nothing to show yet"), "{path}");
    }
    let page = server.get(&format!("/relay/{}/", fingerprint(12))).await;
    assert!(!page.text().contains("Flags and votes"));
    for path in ["consensus", "consensus/diff", "consensus/replay"] {
        assert_eq!(server.get(&format!("/api/v1/{path}")).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn answers_about_the_consensus_are_those_of_the_pages() {
    let server = server().await;
    let consensus = server.get("/api/v1/consensus").await.json();
    assert_eq!(consensus["data"]["valid_after"], "2026-02-22 13:00:00");
    let diff = server.get("/api/v1/consensus/diff").await.json();
    let changes: Vec<&str> =
        diff["data"].as_array().unwrap().iter().map(|row| row["change"].as_str().unwrap()).collect();
    assert_eq!((changes[0], changes[1]), ("joined", "left"));
    let replay = server.get("/api/v1/consensus/replay").await.json();
    assert!(replay["data"].as_array().unwrap().len() >= 9);
    let flags = server.get(&format!("/api/v1/relays/{}/flags", fingerprint(12))).await.json();
    assert!(flags["data"].as_array().unwrap().iter().any(|row| row["flag"] == "Guard"));
    let votes = server.get(&format!("/api/v1/relays/{}/votes?format=csv", fingerprint(12))).await;
    assert!(votes.text().starts_with("authority,flag,given,verdict,requirement"));
    assert_eq!(server.get("/api/v1/relays/AB/flags").await.status, 404);
    assert_eq!(server.get("/api/v1/consensus?limit=3").await.status, 400);
}
