//! Pages and answers about the directory authorities: with made-up ones, and without any.

use crate::fixture::{Server, edition};
use allium_analysis::directory::bandwidth_files::{FileOrigin, PublishedBandwidthFile};
use allium_analysis::directory::load::DirectoryRequests;
use allium_analysis::directory::{Directory, DirectoryInputs, example};
use allium_model::{Event, EventKind, EventSubject, Severity};
use allium_web::{AuthoritiesPage, Edition, Page};
use std::sync::Arc;

const HOSTILE: &str = "<script>alert(1)</script>\u{202e}";

fn with(inputs: DirectoryInputs) -> Edition {
    let mut edition = Edition::clone(&edition());
    edition.directory = Some(Arc::new(Directory::new(inputs)));
    edition
}

async fn server(inputs: DirectoryInputs) -> Server {
    let server = Server::start().await;
    server.shared.publish(Arc::new(with(inputs)));
    server
}

/// Paths of all pages of the authorities of an edition.
fn paths(edition: &Edition) -> Vec<String> {
    let pages = Page::all(edition).into_iter();
    pages.filter(|page| matches!(page, Page::Authorities(_))).map(|page| page.path()).collect()
}

#[tokio::test]
async fn every_page_answers_within_its_budget_and_links_to_pages_that_exist() {
    let server = server(example::inputs()).await;
    let edition = server.shared.edition().unwrap();
    let paths = paths(&edition);
    assert!(paths.len() > 15, "{paths:?}");
    for path in &paths {
        let reply = server.get(path).await;
        assert_eq!(reply.status, 200, "{path}");
        let text = reply.text();
        assert!(text.len() < 150_000, "{path} has {} bytes", text.len());
        for link in text.split("href=\"").skip(1).filter_map(|rest| rest.split(['"', '?']).next()) {
            if link.starts_with("/authorities/") {
                assert!(paths.iter().any(|known| known == link), "{path} links to {link}");
            }
        }
    }
}

#[tokio::test]
async fn what_an_authority_publishes_is_shown_escaped_and_what_it_does_not_is_said() {
    let mut inputs = example::inputs();
    let relay = |place: usize| example::inputs().trusted[place].relay.unwrap();
    inputs.extra_infos = vec![(relay(0), example::NOW), (relay(1), example::NOW)];
    inputs.requests = vec![DirectoryRequests {
        relay: relay(0),
        until: example::NOW,
        interval_seconds: 86_400,
        requests: Some(123_456),
        answered: None,
        busy: Some(8),
        written_bytes: None,
    }];
    inputs.bandwidth_files = vec![PublishedBandwidthFile {
        identity: inputs.trusted[0].identity,
        origin: FileOrigin::Vote(example::NOW),
        timestamp: example::NOW,
        created: None,
        version: Some("1.9.0".into()),
        software: Some(HOSTILE.into()),
        scanner_country: None,
        relays: 7_001,
        voted_relays: 6_543,
        eligible_relays: None,
        sum_kilobytes_per_second: 9_876_543,
        bytes: 5_000_000,
        sha256: "digest".into(),
    }];
    let names: Vec<String> = inputs.trusted.iter().map(|one| one.nickname.to_lowercase()).collect();
    let server = server(inputs).await;
    let page = server.get("/authorities/").await.text().to_owned();
    assert!(page.contains("123,456 requests in 24 h") && page.contains("has no such statistics"));
    assert!(page.contains("No extra-info document of its relay was read"));
    let page = server.get(&format!("/authorities/{}/", names[0])).await.text().to_owned();
    for words in ["6,543", "9,876,543 kB/s", "names this digest", "Turned away for load", "not published"] {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"));
    assert!(!page.contains("<script>alert") && !page.contains('\u{202e}'));
    let page = server.get(&format!("/authorities/{}/", names[1])).await.text().to_owned();
    assert!(page.contains("Not published: the extra-info document of"));
    assert!(page.contains("No bandwidth file of this authority was read."));
}

#[tokio::test]
async fn the_old_address_stays_and_names_the_new_one_as_its_own() {
    let server = server(example::inputs()).await;
    let reply = server.get("/misc/authorities.html").await;
    assert_eq!(reply.status, 200);
    assert!(reply.text().contains("rel=\"canonical\" href=\"https://allium.example/authorities/\""));
}

#[tokio::test]
async fn the_dashboard_says_what_is_wrong_and_calls_nothing_a_fault_that_never_was() {
    let server = server(example::inputs()).await;
    let page = server.get("/authorities/").await.text().to_owned();
    for words in [
        "maatuska: not measuring.",
        "bastet: certificate expires.",
        "no signature",
        "never measures",
        "not measuring",
        "valid after 2026-02-22 13:00 UTC",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("longclaw: not measuring"));
}

#[tokio::test]
async fn events_are_chosen_by_authority_and_days() {
    let trusted = example::inputs().trusted;
    let event = |authority: usize, day: &str, evidence: &str| Event {
        kind: EventKind::ALL[0],
        subject: EventSubject::Authority(trusted[authority].identity),
        severity: Severity::Warning,
        from: format!("{day} 12:00:00").parse().unwrap(),
        until: Some(format!("{day} 13:00:00").parse().unwrap()),
        evidence: evidence.to_owned(),
    };
    let events = vec![
        event(0, "2026-02-20", "first evidence"),
        event(0, "2026-02-21", "second evidence"),
        event(1, "2026-02-21", HOSTILE),
    ];
    let nickname = &trusted[0].nickname;
    let server = server(DirectoryInputs { events, ..example::inputs() }).await;
    let shown = async |query: &str| {
        let reply = server.get(&format!("/authorities/events/{query}")).await;
        let text = reply.text();
        let found = ["first evidence", "second evidence", "&#60;script&#62;"].map(|one| text.contains(one));
        (reply.status, found, text.to_owned())
    };
    let (status, found, text) = shown("").await;
    assert_eq!((status, found), (200, [true, true, true]));
    assert!(text.contains("<select name=\"authority\">") && text.contains("type=\"date\""));
    let (status, found, text) = shown(&format!("?authority={nickname}&from=2026-02-21&until=")).await;
    assert_eq!((status, found), (200, [false, true, false]), "{text}");
    assert!(text.contains(&format!("1 event of {nickname} from 2026-02-21.")), "{text}");
    assert!(text.contains("value=\"2026-02-21\"") && text.contains("selected"), "the form says the choice");
    let (status, found, _) = shown("warning/?until=2026-02-20").await;
    assert_eq!((status, found), (200, [true, false, false]), "with the filter of the path");
    let (status, found, text) = shown("?from=2027-01-01").await;
    assert_eq!((status, found), (200, [false; 3]));
    assert!(text.contains("No event from 2027-01-01 is stored."));
    for wrong in ["?from=x", "?authority=nobody", "?from=2026-02-22&until=2026-02-21"] {
        assert_eq!(shown(wrong).await.0, 400, "{wrong}");
    }
    let (status, _, text) = shown("?authority=%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert_eq!(status, 400);
    assert!(!text.contains("<script>alert"));
    let without = Server::start().await;
    assert_eq!(without.get("/authorities/events/?from=2026-02-21").await.status, 200);
}

#[tokio::test]
async fn without_documents_pages_say_so_and_show_no_number() {
    let server = Server::start().await;
    let page = server.get("/authorities/").await.text().to_owned();
    assert!(page.contains("No consensus and no vote was read"));
    assert!(!page.contains("class=\"tiles\""));
    assert_eq!(server.get("/authorities/moria1/").await.status, 404);
    assert_eq!(server.get("/authorities/events/page-2/").await.status, 404);
    let list = server.get("/api/v1/authorities").await.json();
    assert_eq!(list["data"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn without_history_there_is_no_score_and_no_empty_panel() {
    let inputs = DirectoryInputs {
        network: Vec::new(),
        rounds: Vec::new(),
        probes: Vec::new(),
        events: Vec::new(),
        ..example::inputs()
    };
    let server = server(inputs).await;
    let page = server.get("/authorities/").await.text().to_owned();
    for words in ["No round is stored yet", "No event is stored", "No history is stored yet", "not measured"]
    {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("<table class=\"cards\"><tbody></tbody>"));
    assert_eq!(server.get("/authorities/moria1/").await.status, 200);
}

#[tokio::test]
async fn hostile_texts_of_authorities_stay_texts() {
    let mut inputs = example::inputs();
    let consensus = Arc::make_mut(inputs.consensus.as_mut().unwrap());
    consensus.authorities[0].address = HOSTILE.into();
    consensus.authorities[0].nickname = HOSTILE.into();
    inputs.trusted[1].nickname = HOSTILE.into();
    inputs.events.push(Event {
        kind: EventKind::ClockSkewed,
        subject: EventSubject::Network,
        severity: Severity::Critical,
        from: example::NOW,
        until: None,
        evidence: HOSTILE.into(),
    });
    let server = server(inputs).await;
    let edition = server.shared.edition().unwrap();
    for path in paths(&edition) {
        let text = server.get(&path).await.text().to_owned();
        assert!(!text.contains("<script>alert"), "{path}");
        assert!(!text.contains('\u{202e}'), "{path}");
    }
}

#[tokio::test]
async fn filters_of_events_are_addresses() {
    let server = server(example::inputs()).await;
    let critical = server.get("/authorities/events/critical/").await.text().to_owned();
    assert!(critical.contains("No consensus was made for two hours."));
    assert!(!critical.contains("The certificate of bastet"));
    let kind = server.get("/authorities/events/certificate-expiring/").await.text().to_owned();
    assert!(kind.contains("The certificate of bastet") && !kind.contains("No consensus was made"));
    assert_eq!(server.get("/authorities/events/nothing/").await.status, 404);
}

#[tokio::test]
async fn the_api_has_authorities_checks_and_events() {
    let server = server(example::inputs()).await;
    let list = server.get("/api/v1/authorities").await.json();
    assert_eq!(list["data"].as_array().map(Vec::len), Some(9));
    assert_eq!(list["data"][0]["nickname"], "bastet");
    assert_eq!(list["data"][6]["nickname"], "maatuska");
    assert_eq!(list["data"][6]["is_measuring"], false);
    assert!(list["data"][5]["is_measuring"].is_null(), "longclaw never measures");
    assert!(server.get("/api/v1/authorities?format=csv").await.text().starts_with("nickname,v3_identity,"));
    let checks = server.get("/api/v1/authorities/checks").await.json();
    assert!(checks["data"].as_array().unwrap().iter().any(|check| check["check"] == "has_all_signatures"));
    let events = server.get("/api/v1/authorities/events").await.json();
    assert_eq!(events["meta"]["total"], 6);
    assert_eq!(server.get("/api/v1/authorities?limit=1").await.status, 400);
    assert_eq!(server.get("/api/v1/authorities/nothing").await.status, 404);
}

/// Names of authorities in the order in which they stand in the first table after a heading.
fn names_below<'a>(page: &'a str, heading: &str) -> Vec<&'a str> {
    let table = page.split_once(heading).unwrap().1.split_once("<tbody>").unwrap().1;
    let table = table.split_once("</tbody>").unwrap().0;
    let cells = table.split("<th scope=\"row\">").skip(1).map(|cell| cell.split_once("</bdi>").unwrap().0);
    cells.map(|cell| cell.rsplit('>').next().unwrap()).collect()
}

#[tokio::test]
async fn authorities_stand_in_the_order_of_their_names() {
    let server = server(example::inputs()).await;
    for (path, heading) in [
        ("/authorities/", "Authorities now"),
        ("/consensus/", "Bars for flags"),
        ("/consensus/", "Votes and signatures"),
        ("/consensus/replay/", "Agreement by authority and flag"),
    ] {
        let page = server.get(path).await.text().to_owned();
        let names = names_below(&page, heading);
        assert_eq!((names.len(), names[0]), (9, "bastet"), "{path}, {heading}: {names:?}");
        assert!(names.is_sorted(), "{path}, {heading}: {names:?}");
    }
}

#[tokio::test]
async fn what_an_authority_never_does_is_not_called_unknown_or_zero() {
    let mut inputs = example::inputs();
    inputs.probes.clear();
    let server = server(inputs).await;
    let dashboard = server.get("/authorities/").await.text().to_owned();
    let row = dashboard.split_once("<bdi>longclaw</bdi></a>").unwrap().1.split_once("</tr>").unwrap().0;
    assert!(row.contains("data-label=\"Measured\"><bdi>never</bdi>"), "{row}");
    let page = server.get("/authorities/longclaw/").await.text().to_owned();
    assert!(page.contains("Relays reached over IPv6</dt><dd><bdi>does not test</bdi>"));
}

#[test]
fn authorities_of_any_name_get_a_page_or_none() {
    let mut inputs = example::inputs();
    inputs.trusted[0].nickname = "events".into();
    inputs.trusted[1].nickname = "tor26".into();
    inputs.trusted[2].nickname = "TOR26".into();
    let edition = with(inputs);
    let pages = Page::all(&edition);
    let own = |page: &&Page| matches!(page, Page::Authorities(AuthoritiesPage::Authority(_)));
    assert_eq!(pages.iter().filter(own).count(), 7, "one name is taken, two are the same");
}
