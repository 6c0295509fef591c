//! Pages, feeds and answers about incidents: with invented ones, and where they are not looked for.

use crate::fixture::{PUBLISHED, Server, options};
use crate::invented::{OUTAGE, incidents, server, with};
use allium_web::server::Shared;
use allium_web::{Mode, Page, Settings};
use std::sync::Arc;

#[tokio::test]
async fn the_list_names_what_is_active_first_and_all_below() {
    let server = server(incidents(40)).await;
    let reply = server.get("/incidents/").await;
    assert_eq!(reply.status, 200);
    let page = reply.text();
    for words in [
        "<span class=\"badge poor\">Critical</span>",
        "1 confirmed incident is active.",
        "Relays of one group vanished together: AS64496 Example AS, 40 relays",
        "not confirmed",
        "unverified",
        "2026-02-21 03:00 UTC",
        "7 hours",
        "3.21 %",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let active = page.find("Active now").unwrap();
    assert!(active < page.find("History").unwrap());
    assert!(!page.contains("<script>alert"));
}

#[tokio::test]
async fn incidents_are_chosen_by_what_they_are() {
    let server = server(incidents(40)).await;
    let chosen = async |query: &str| {
        let reply = server.get(&format!("/incidents/?{query}")).await;
        (reply.status, reply.text().contains(OUTAGE), reply.text().to_owned())
    };
    let (status, found, page) = chosen("class=provider&severity=critical&kind=&state=ongoing").await;
    assert_eq!((status, found), (200, true));
    assert!(page.contains("1 incident.") && page.contains("value=\"provider\" selected"));
    let (status, found, page) = chosen("state=resolved").await;
    assert_eq!((status, found), (200, false));
    assert!(page.contains("2 incidents."));
    let (status, _, page) = chosen("state=over").await;
    assert_eq!(status, 400);
    assert!(page.contains("known are unverified, ongoing, resolved"));
    assert_eq!(chosen("x=%3Cscript%3Ealert(1)").await.0, 400);
}

#[tokio::test]
async fn an_incident_says_what_was_seen_whom_it_hit_and_what_explains_it() {
    let server = server(incidents(40)).await;
    let reply = server.get(&format!("/incidents/{OUTAGE}/")).await;
    assert_eq!(reply.status, 200);
    let page = reply.text();
    for words in [
        "40 relays vanished within an hour.",
        "AS64496 Example AS",
        "38 of 40",
        "under 1 in 10",
        "holds a better explanation",
        "39 away now",
        "12.5",
        "Poland",
        "Germany",
        "First seen.",
        "class: provider",
        "2 hours so far",
        "What you can do",
        "Nothing is sent to them from here.",
        "operator 1",
        "back since 2026-02-22 12:00 UTC",
        &format!("/api/v1/incidents/{OUTAGE}?format=csv"),
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("<script>alert") && !page.contains('\u{202e}') && !page.contains('\u{1b}'));
}

#[tokio::test]
async fn no_common_cause_is_an_answer_and_a_fault_of_a_source_hits_no_relay() {
    let server = server(incidents(40)).await;
    let lost = server.get("/incidents/2026022103-relays-lost-1/").await;
    assert!(lost.text().contains("No common cause was found"));
    let source = server.get("/incidents/2026022213-source-fault-1/").await;
    assert!(source.text().contains("hit no relay"));
    assert!(!source.text().contains("What explains it"));
    for path in ["/incidents/2026022103-relays-lost-2/", "/incidents/x/", "/incidents/page-2/"] {
        assert_eq!(server.get(path).await.status, 404, "{path}");
    }
    assert_eq!(server.get(&format!("/incidents/{OUTAGE}")).await.status, 308);
}

#[tokio::test]
async fn a_large_incident_stays_within_the_budget_of_a_page() {
    let mut many = incidents(40);
    let largest = many.first().cloned().unwrap();
    many[0].hit.relays = (0..9000)
        .map(|number| {
            let mut relay = largest.hit.relays[number % 40];
            relay.fingerprint = crate::fixture::fingerprint(number).parse().unwrap();
            relay
        })
        .collect();
    for number in 2..400 {
        let mut other = many[1].clone();
        other.id.number = number;
        many.push(other);
    }
    let server = server(many).await;
    for path in [
        "/incidents/",
        "/incidents/page-2/",
        "/incidents/page-3/",
        "/incidents/page-4/",
        &format!("/incidents/{OUTAGE}/"),
    ] {
        let reply = server.get(path).await;
        let status = if path.ends_with("page-4/") { 404 } else { 200 };
        assert_eq!(reply.status, status, "{path}");
        assert!(reply.text().len() < 150_000, "{path} has {} bytes", reply.text().len());
    }
}

#[tokio::test]
async fn where_incidents_are_not_looked_for_pages_say_so() {
    let server = Server::start().await;
    let page = server.get("/incidents/").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("does not look for incidents") && !page.text().contains("Operational"));
    for path in ["/incidents/feed.atom", "/api/v2/summary.json", &format!("/incidents/{OUTAGE}/")] {
        assert_eq!(server.get(path).await.status, 404, "{path}");
    }
    assert_eq!(server.get("/api/v1/incidents").await.json()["data"], serde_json::json!([]));
}

#[tokio::test]
async fn feeds_tell_what_was_confirmed_with_ids_that_hold_and_times_of_the_data() {
    let server = server(incidents(40)).await;
    let atom = server.get("/incidents/feed.atom").await;
    assert_eq!(atom.header("content-type"), "application/atom+xml; charset=utf-8");
    let text = atom.text();
    assert_eq!(text.matches("<entry>").count(), 2, "the unverified and the unconfirmed are not told of");
    assert!(text.contains(&format!("<id>https://allium.example/incidents/{OUTAGE}/</id>")));
    assert!(text.contains("<updated>2026-02-22T12:00:00Z</updated>"));
    assert!(!text.contains("<script>") && !text.contains('\u{1b}') && !text.contains("]]>"));
    let rss = server.get("/incidents/feed.rss").await;
    assert_eq!(rss.header("content-type"), "application/rss+xml; charset=utf-8");
    assert!(rss.text().contains("<pubDate>Sun, 22 Feb 2026 11:00:00 GMT</pubDate>"));
    assert!(rss.text().contains("&#38;#60;script"), "a description is HTML within XML");
    assert_eq!(server.get("/incidents/feed.atom").await.body, atom.body);
}

#[tokio::test]
async fn there_is_no_feed_without_an_address_of_the_site() {
    let mut options = options();
    options.settings.site_url = None;
    let server = Server::with(options, Shared::default()).await;
    server.shared.publish(Arc::new(with(incidents(40))));
    assert_eq!(server.get("/incidents/feed.atom").await.status, 404);
    assert!(!server.get("/incidents/").await.text().contains("feed.atom"));
}

#[tokio::test]
async fn the_api_lists_and_gives_incidents() {
    let server = server(incidents(40)).await;
    let all = server.get("/api/v1/incidents").await.json();
    assert_eq!(all["meta"]["total"], 4);
    assert_eq!(all["data"][1]["id"], OUTAGE);
    assert_eq!(all["data"][0]["relays"], serde_json::Value::Null);
    let some = server.get("/api/v1/incidents?class=provider&limit=1").await.json();
    assert_eq!((&some["meta"]["total"], &some["data"][0]["cause"]), (&1.into(), &"AS64496".into()));
    let next = server.get("/api/v1/incidents?limit=1").await;
    assert_eq!(next.header("link"), "</api/v1/incidents?limit=1&offset=1>; rel=\"next\"");
    for query in ["class=x", "limit=0", "limit=1001", "offset=-1", "colour=red"] {
        assert_eq!(server.get(&format!("/api/v1/incidents?{query}")).await.status, 400, "{query}");
    }
    let one = server.get(&format!("/api/v1/incidents/{OUTAGE}")).await.json();
    assert_eq!(one["data"]["causes"][1]["contains_a_better_one"], true);
    assert_eq!(one["data"]["relays"].as_array().unwrap().len(), 40);
    let csv = server.get(&format!("/api/v1/incidents/{OUTAGE}?format=csv")).await;
    assert_eq!(csv.text().lines().count(), 41);
    assert_eq!(
        csv.header("content-disposition"),
        format!("attachment; filename=\"allium-incident-{OUTAGE}.csv\"")
    );
    assert_eq!(server.get("/api/v1/incidents/x").await.status, 404);
}

#[tokio::test]
async fn the_summary_speaks_the_language_of_status_pages() {
    let server = server(incidents(40)).await;
    let summary = server.get("/api/v2/summary.json").await.json();
    assert_eq!(summary["status"]["indicator"], "critical");
    let relays = summary["components"].as_array().unwrap().iter().find(|one| one["id"] == "relays").unwrap();
    assert_eq!(relays["status"], "major_outage");
    assert_eq!(summary["components"][0]["status"], "operational");
    assert_eq!(summary["incidents"].as_array().unwrap().len(), 1);
    assert_eq!(summary["incidents"][0]["status"], "identified");
    assert_eq!(summary["incidents"][0]["incident_updates"].as_array().unwrap().len(), 2);
    let quiet = crate::invented::server(Vec::new()).await;
    let summary = quiet.get("/api/v2/summary.json").await.json();
    assert_eq!(summary["status"]["indicator"], "none");
    assert_eq!(summary["page"]["updated_at"], PUBLISHED.replace(' ', "T") + "Z");
}

#[tokio::test]
async fn a_change_of_incidents_changes_the_answers() {
    let server = server(incidents(40)).await;
    let before = server.get("/api/v1/incidents").await.header("etag").to_owned();
    server.shared.publish(Arc::new(with(incidents(39))));
    assert_ne!(server.get("/api/v1/incidents").await.header("etag"), before);
}

#[test]
fn a_site_of_files_has_the_pages_of_incidents_and_nothing_that_needs_a_server() {
    let edition = with(incidents(40));
    let settings = Settings {
        mode: Mode::Files,
        site_url: None,
        base_path: "/tor".into(),
        onion_location: None,
        simulated: false,
    };
    let pages: Vec<Page> =
        Page::all(&edition).into_iter().filter(|page| matches!(page, Page::Incidents(_))).collect();
    assert_eq!(pages.len(), 5);
    for page in pages {
        let html = page.render(&edition, &settings).unwrap();
        assert!(!html.contains("/api/") && !html.contains("<form class=\"choice\""), "{}", page.path());
    }
}
