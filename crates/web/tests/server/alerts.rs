//! Pages and forms of alerts: what they show, what they refuse, and that nothing changes without a button.

use crate::fixture::{Server, edition, edition_of, fingerprint, now, options};
use crate::forms::{OPERATOR, TOKEN, board, post, server, server_with, with};
use crate::invented::OUTAGE;
use allium_alert::Phase;
use allium_web::server::{Limits, Shared};
use allium_web::{AlertBoard, AlertFigures, Decisions, Mode, Page, Settings};
use std::collections::BTreeMap;
use std::sync::Arc;

const FORMS: [&str; 6] = [
    "/alerts/new/",
    "/alerts/confirm/",
    "/alerts/unsubscribe/",
    "/alerts/silence/",
    "/alerts/maintenance/",
    "/alerts/test/",
];

#[tokio::test]
async fn the_board_shows_causes_and_no_receiver_with_texts_escaped() {
    let (server, _) = server().await;
    let reply = server.get("/alerts/").await;
    assert_eq!(reply.status, 200);
    let page = reply.text();
    for words in [
        &format!("/incidents/{OUTAGE}/"),
        "Relays of one group vanished together",
        "2026022103-relays-lost-7",
        "firing",
        "pending",
        "resolved",
        "as:64496",
        "95 % within 10 minutes",
        "over 2.00 %",
        "every 4 hours",
        "12 in 24 hours",
        "silence begun",
        "Begin or end a silence",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("<script>alert") && !page.contains('\u{202e}') && !page.contains('\u{1b}'));
    assert!(page.len() < 150_000);
    let rows = server.get("/api/v1/alerts").await.json();
    assert_eq!((&rows["data"][0]["incident"], &rows["data"][0]["relays"]), (&OUTAGE.into(), &38.into()));
    assert_eq!(rows["data"][1]["kind"], "overloaded");
}

#[tokio::test]
async fn a_form_that_is_sent_leads_to_a_page_and_the_same_one_for_known_addresses() {
    let (server, notes) = server().await;
    let body = |address: &str| {
        format!("address={address}%40example.org&target=as%3A64496&absent=6&bandwidth=&overloaded=on&digest=")
    };
    let known = post(&server, "/alerts/new/", &body("known"), &[]).await;
    let new = post(&server, "/alerts/new/", &body("new"), &[]).await;
    assert_eq!((known.status, known.header("location")), (303, "/alerts/sent/"));
    assert_eq!((new.status, new.header("location"), &new.body), (303, "/alerts/sent/", &known.body));
    assert_eq!(known.header("cache-control"), "no-store");
    let expected = "subscribe target=as:64496&absent=6&overloaded=on from None";
    assert_eq!(notes.all(), [expected, expected]);
    assert!(server.get("/alerts/sent/").await.text().contains("Look into your mail"));
}

#[tokio::test]
async fn what_is_wrong_is_said_with_what_was_typed() {
    let (server, notes) = server().await;
    for (body, status, words) in [
        ("address=x&target=network&absent=6", 400, "This is no e-mail address"),
        ("address=new%40example.org&target=moon&absent=6", 400, "A target is written relay:FINGERPRINT"),
        ("address=new%40example.org&target=network&absent=1", 400, "hours, 2 to 168"),
        ("address=new%40example.org&target=network", 400, "at least one kind must be chosen"),
        ("address=new%40example.org&target=network&absent=6&absent=7", 400, "stands twice"),
        ("address=new%40example.org&target=network&%3Cscript%3E=1", 400, "There is no watch"),
        ("address=busy%40example.org&target=network&absent=6", 429, "Too many requests"),
        ("address=fault%40example.org&target=network&absent=6", 500, "has been logged"),
        ("", 400, "There is no target"),
    ] {
        let reply = post(&server, "/alerts/new/", body, &[]).await;
        assert_eq!(reply.status, status, "{body}");
        assert!(reply.text().contains(words), "{body}: {}", reply.text());
        assert!(!reply.text().contains("<script>"));
    }
    let reply = post(&server, "/alerts/new/", "address=%22%3E%3Cb%3E&target=network&absent=12", &[]).await;
    assert!(
        reply.text().contains("value=\"&#34;&#62;&#60;b&#62;\"") && reply.text().contains("value=\"12\"")
    );
    assert!(notes.all().is_empty());
}

#[tokio::test]
async fn only_the_button_confirms_and_unsubscribes() {
    let (server, notes) = server().await;
    for (path, words) in
        [("/alerts/confirm/", "All relays of the Tor network"), ("/alerts/unsubscribe/", "Relays in AS64496")]
    {
        let target = format!("{path}?token={TOKEN}");
        for method in ["GET", "HEAD"] {
            let reply = server.ask(method, &target, &[]).await;
            assert_eq!((reply.status, reply.header("cache-control")), (200, "no-store"), "{method}");
        }
        let page = server.get(&target).await;
        assert!(page.text().contains(words) && page.text().contains("method=\"post\""), "{path}");
        assert!(page.text().contains("name=\"robots\" content=\"noindex\""));
        assert_eq!(page.header("referrer-policy"), "same-origin");
        let unknown = server.get(&format!("{path}?token=%3Cscript%3E")).await;
        assert_eq!(unknown.status, 404);
        assert!(unknown.text().contains("This link does nothing") && !unknown.text().contains("<script>"));
    }
    assert!(notes.all().is_empty(), "reading changes nothing");
    let body = format!("token={TOKEN}");
    let confirmed = post(&server, "/alerts/confirm/", &body, &[]).await;
    assert_eq!((confirmed.status, confirmed.header("location")), (303, "/alerts/confirmed/"));
    assert_eq!(post(&server, "/alerts/confirm/", "token=x", &[]).await.status, 404);
    let ended = post(&server, "/alerts/unsubscribe/", &body, &[]).await;
    assert_eq!((ended.status, ended.header("location")), (303, "/alerts/unsubscribed/"));
    let again = post(&server, "/alerts/unsubscribe/", "token=x", &[]).await;
    assert_eq!((again.status, &again.body), (303, &ended.body), "an unknown token gets the same answer");
    assert_eq!(notes.all(), ["confirm", "unsubscribe true", "unsubscribe false"]);
}

#[tokio::test]
async fn a_mail_program_unsubscribes_by_one_click_and_is_sent_nowhere() {
    let (server, notes) = server().await;
    let target = format!("/alerts/unsubscribe/?token={TOKEN}");
    let reply = post(&server, &target, "List-Unsubscribe=One-Click", &[]).await;
    assert_eq!((reply.status, reply.header("location")), (200, ""));
    let parts =
        "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    let reply = post(&server, &target, parts, &["Content-Type: multipart/form-data; boundary=b"]).await;
    assert_eq!(reply.status, 200);
    assert_eq!(notes.all(), ["unsubscribe true", "unsubscribe true"]);
    let elsewhere = format!("/alerts/confirm/?token={TOKEN}");
    let reply = post(&server, &elsewhere, parts, &["Content-Type: multipart/form-data; boundary=b"]).await;
    assert_eq!(reply.status, 415);
}

#[tokio::test]
async fn the_operator_silences_announces_and_tries_with_a_token() {
    let (server, notes) = server().await;
    let token = OPERATOR.replace(' ', "+").replace('\'', "%27");
    let word = format!("author=me&operator={token}");
    let silence = format!(
        "do=begin&target=as%3A64496&kind=absent&kind=back&kind=absent&from=2026-02-22T14%3A00&hours=2&reason=known&{word}"
    );
    let reply = post(&server, "/alerts/silence/", &silence, &[]).await;
    assert_eq!((reply.status, reply.header("location")), (303, "/alerts/saved/"));
    let window = format!("do=begin&target=network&hours=1&note=&{word}");
    assert_eq!(post(&server, "/alerts/maintenance/", &window, &[]).await.status, 303);
    for (path, body) in [
        ("/alerts/silence/", format!("do=end&number=7&{word}")),
        ("/alerts/maintenance/", format!("do=end&number=8&{word}")),
        ("/alerts/test/", format!("channel=team&{word}")),
    ] {
        assert_eq!(post(&server, path, &body, &[]).await.status, 303, "{path}");
    }
    let done = notes.all();
    assert_eq!(done.len(), 5);
    assert!(done[0].starts_with("me Silence(") && done[0].contains("kinds: [Absent, Back]"), "{}", done[0]);
    assert!(
        done[0].contains(&format!(
            "from: {:?}",
            "2026-02-22 14:00:00".parse::<allium_model::Timestamp>().unwrap()
        ))
    );
    assert_eq!(&done[2..], ["me EndSilence(7)", "me EndMaintenance(8)", "me Test(\"team\")"]);
    let unknown = post(&server, "/alerts/silence/", &format!("do=end&number=99&{word}"), &[]).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn without_the_right_token_and_complete_fields_nothing_changes() {
    let (server, notes) = server().await;
    let silence = "do=begin&target=network&reason=known&author=me&operator=guess";
    for (rest, status, words) in [
        ("&hours=2", 403, "token is not the right one"),
        ("&hours=2161", 400, "90 days"),
        ("&hours=0", 400, "the end must come after"),
        ("&hours=x", 400, "the hours are no number"),
        ("&hours=2&kind=wind", 400, "one of the kinds is none"),
        ("&hours=2&from=tomorrow", 400, "2026-02-22T13:00"),
    ] {
        let reply = post(&server, "/alerts/silence/", &format!("{silence}{rest}"), &[]).await;
        assert_eq!(reply.status, status, "{rest}");
        assert!(reply.text().to_lowercase().contains(&words.to_lowercase()), "{rest}");
        assert!(!reply.text().contains("guess"), "a token is never sent back");
    }
    assert!(notes.all().is_empty());
}

#[tokio::test]
async fn only_forms_take_a_body_and_only_post() {
    let (server, notes) = server().await;
    for path in FORMS {
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
            let reply = server.ask(method, path, &[]).await;
            assert_eq!((reply.status, reply.header("allow")), (405, "GET, HEAD, POST"), "{method} {path}");
        }
    }
    for path in ["/alerts/", "/alerts/sent/", "/incidents/", "/", "/search"] {
        let reply = post(&server, path, "a=b", &[]).await;
        assert_eq!((reply.status, reply.header("allow")), (405, "GET, HEAD"), "{path}");
    }
    assert!(notes.all().is_empty());
}

#[tokio::test]
async fn bodies_that_are_no_forms_are_refused_before_they_are_read() {
    let (server, notes) = server().await;
    let body = format!("token={TOKEN}");
    let refused =
        async |headers: &[&str], body: &str| post(&server, "/alerts/confirm/", body, headers).await.status;
    assert_eq!(refused(&["Content-Length: 8193"], "").await, 413);
    assert_eq!(refused(&["Content-Length: 99999999999999999999"], "").await, 400, "no HTTP at all");
    assert_eq!(refused(&["Transfer-Encoding: chunked"], "5\r\ntoken\r\n0\r\n\r\n").await, 411);
    assert_eq!(refused(&["Content-Type: application/json"], &body).await, 415);
    assert_eq!(refused(&["Content-Type: text/plain"], &body).await, 415);
    let cross = ["cross-site", "same-site", "x"].map(|site| format!("Sec-Fetch-Site: {site}"));
    for header in &cross {
        assert_eq!(refused(&[header], &body).await, 403, "{header}");
    }
    for origin in ["https://evil.example", "null", "https://allium.example.evil.example", "x"] {
        assert_eq!(refused(&[&format!("Origin: {origin}")], &body).await, 403, "{origin}");
    }
    assert!(notes.all().is_empty());
    let own = ["Origin: https://allium.example", "Sec-Fetch-Site: same-origin"];
    assert_eq!(refused(&own, &body).await, 303);
    assert_eq!(refused(&["Origin: null", "Sec-Fetch-Site: same-origin"], &body).await, 303);
    assert_eq!(
        refused(&["Content-Type: application/x-www-form-urlencoded; charset=UTF-8"], &body).await,
        303
    );
}

#[tokio::test]
async fn forms_are_bounded_by_the_hour() {
    let (server, notes) = server_with(Limits { forms_unknown: 2, ..Limits::default() }).await;
    let body = format!("token={TOKEN}");
    let mut replies = Vec::new();
    for _ in 0..3 {
        replies.push(post(&server, "/alerts/confirm/", &body, &[]).await);
    }
    assert_eq!(replies.iter().map(|reply| reply.status).collect::<Vec<_>>(), [303, 303, 429]);
    let wait: u32 = replies[2].header("retry-after").parse().unwrap();
    assert!((1..=3600).contains(&wait));
    assert_eq!(notes.all().len(), 2);
    assert_eq!(server.get("/alerts/").await.status, 200, "reading is not counted");
}

#[tokio::test]
async fn links_fill_the_form_in_and_an_address_is_never_taken_from_one() {
    let (server, _) = server().await;
    let page = server.get("/alerts/new/?target=as:64496").await.text().to_owned();
    for part in ["<option value=\"as\" selected>", "value=\"64496\"", "name=\"absent\"", "value=\"6\""] {
        assert!(page.contains(part), "{part}");
    }
    let short = server.get("/alerts/new?target=as:64496&absent=24").await;
    assert_eq!(short.header("location"), "/alerts/new/?target=as:64496&absent=24");
    let page = server.get("/alerts/new/?target=as:64496&absent=24&address=me%40example.org").await;
    assert!(page.text().contains("value=\"24\"") && !page.text().contains("me@example.org"));
    let others = |page: &str| page.contains("<details open><summary>Bandwidth");
    assert!(!others(page.text()), "what is not asked for is folded away");
    assert!(others(server.get("/alerts/new/?target=as:64496&overloaded=on").await.text()));
    let end = server.get("/alerts/silence/?number=7").await.text().to_owned();
    assert!(end.find("End a silence") < end.find("A new silence") && end.contains("value=\"7\""));
    let wrong = server.get("/alerts/new/?target=%22%3E%3Cscript%3E").await;
    assert_eq!(wrong.status, 400);
    assert!(!wrong.text().contains("<script>"));
    let relay = fingerprint(2);
    let operator = operator(&server);
    for (path, target) in [
        (format!("/relay/{relay}/"), format!("relay:{relay}")),
        ("/as/AS64496/".to_owned(), "as:64496".to_owned()),
        ("/country/DE/".to_owned(), "country:DE".to_owned()),
        (format!("/family/{}/", fingerprint(1)), format!("family:{}", fingerprint(1))),
        (format!("/contact/{operator}/"), format!("operator:{operator}")),
    ] {
        let page = server.get(&path).await.text().to_owned();
        let link = |form: &str| format!("href=\"/alerts/{form}/?target={target}\"");
        assert!(page.contains(&link("new")) && page.contains(&link("maintenance")), "{path}");
        assert_eq!(server.get(&format!("/alerts/new/?target={target}")).await.status, 200);
    }
    let page = server.get("/platform/linux/").await.text().to_owned();
    assert!(!page.contains("/alerts/new/?"));
}

/// The id of an operator without a domain.
fn operator(server: &Server) -> allium_model::OperatorId {
    let edition = server.shared.edition().unwrap();
    let network = &edition.snapshot.network;
    let keys = network.groups(allium_model::GroupKind::Operator).iter().map(|group| group.key);
    let ids = keys.filter_map(|key| match key {
        allium_model::GroupKey::Operator(id) => Some(id),
        _ => None,
    });
    ids.max().unwrap()
}

#[tokio::test]
async fn without_scripts_a_kind_and_a_name_say_which_relays() {
    let (server, notes) = server().await;
    let ask = |target: &str| format!("address=new%40example.org&absent=6&{target}");
    for (typed, expected) in [
        ("target-kind=as&target-name=AS64496", "as:64496"),
        ("target-kind=country&target-name=+de+", "country:DE"),
        ("target-kind=network&target-name=", "network"),
    ] {
        assert_eq!(post(&server, "/alerts/new/", &ask(typed), &[]).await.status, 303, "{typed}");
        assert!(notes.all().last().unwrap().starts_with(&format!("subscribe target={expected}&")), "{typed}");
    }
    let token = OPERATOR.replace(' ', "+").replace('\'', "%27");
    let window =
        format!("do=begin&target-kind=as&target-name=AS64496&hours=1&note=&author=me&operator={token}");
    assert_eq!(post(&server, "/alerts/maintenance/", &window, &[]).await.status, 303);
    assert!(notes.all().last().unwrap().contains("target: As("));
    let wrong =
        post(&server, "/alerts/new/", &ask("target-kind=country&target-name=%22%3E%3Cb%3E"), &[]).await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("A country is named by its two letters"));
    assert!(wrong.text().contains("<option value=\"country\" selected>") && !wrong.text().contains("\"><b>"));
}

#[tokio::test]
async fn where_there_are_no_alerts_there_are_no_forms() {
    let server = Server::start().await;
    for path in ["/alerts/", "/alerts/new/", "/alerts/silence/"] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, 200, "{path}");
        assert!(reply.text().contains("offers no alerts") && !reply.text().contains("<form class=\"form\""));
    }
    for path in FORMS {
        let reply = post(&server, path, "a=b", &[]).await;
        assert_eq!((reply.status, reply.header("allow")), (405, "GET, HEAD"), "{path}");
    }
    assert!(!server.get(&format!("/relay/{}/", fingerprint(2))).await.text().contains("/alerts/"));
    assert_eq!(server.get("/api/v1/alerts").await.json()["meta"]["total"], 0);
}

#[tokio::test]
async fn where_strangers_cannot_subscribe_they_are_told_so_and_boards_change_on_their_own() {
    let (server, _) = server().await;
    let etag = server.get("/api/v1/alerts").await.header("etag").to_owned();
    let closed = AlertBoard { subscribing: allium_web::Subscribing::Closed, ..board() };
    server.shared.publish_alerts(Arc::new(closed));
    assert!(server.get("/alerts/new/").await.text().contains("sends no mail to readers"));
    assert!(!server.get("/as/AS64496/").await.text().contains("Alert me"));
    assert_ne!(server.get("/api/v1/alerts").await.header("etag"), etag);
}

#[tokio::test]
async fn the_newest_board_stays_whatever_is_published_around_it() {
    let server = Server::with(options(), Shared::default()).await;
    let titled = |at: i64, id: u64| {
        let mut board = AlertBoard { made_at: now().plus_seconds(at), ..board() };
        board.silences[0].id = id;
        Arc::new(board)
    };
    let shown = async || {
        let page = server.get("/alerts/").await.text().to_owned();
        [41, 42, 43].into_iter().find(|id| page.contains(&format!("Silence {id}")))
    };
    server.shared.publish_alerts(titled(0, 41));
    assert!(server.shared.edition().is_none(), "a board alone is no edition");
    server.shared.publish(edition());
    assert_eq!(shown().await, Some(41));
    server.shared.publish_alerts(titled(60, 42));
    assert_eq!(shown().await, Some(42));
    // The maker of editions knows nothing of boards.
    server.shared.publish(edition_of(allium_model::SourceState::Stale));
    assert_eq!(shown().await, Some(42));
    let before = server.shared.edition().unwrap();
    server.shared.publish_alerts(titled(120, 42));
    assert!(Arc::ptr_eq(&before, &server.shared.edition().unwrap()), "the same again is not published");
    server.shared.publish_alerts(titled(180, 43));
    assert_eq!(shown().await, Some(43));
}

#[test]
fn of_editions_and_boards_that_come_at_once_none_is_lost() {
    let shared = Shared::default();
    let board_of = |minute: i64| {
        let mut board = board();
        board.silences[0].id = minute.unsigned_abs();
        Arc::new(board)
    };
    let edition = edition();
    std::thread::scope(|scope| {
        scope.spawn(|| (1..=200).for_each(|minute| shared.publish_alerts(board_of(minute))));
        scope.spawn(|| (0..200).for_each(|_| shared.publish(Arc::clone(&edition))));
    });
    shared.publish(edition);
    let newest = shared.edition().unwrap().alerts.as_ref().unwrap().silences[0].id;
    assert_eq!(newest, 200);
}

#[tokio::test]
async fn metrics_count_alerts_and_name_nobody() {
    let (server, _) = server().await;
    assert!(!server.get("/metrics").await.text().contains("allium_alert_"));
    let board = board();
    server.shared.publish_alert_figures(Arc::new(AlertFigures {
        phases: BTreeMap::from([(Phase::Firing, 38)]),
        waiting: 2,
        oldest_waiting: Some(now().plus_seconds(-75)),
        teams: 1,
        confirmed: 5,
        pending: 3,
        deliveries: board.deliveries,
        delays: board.delays,
        decisions: Decisions {
            count: 4,
            seconds: 0.25,
            last: Some(now()),
            data_time: Some(now().plus_seconds(-90)),
        },
    }));
    let metrics = server.get("/metrics").await.text().to_owned();
    let lines: Vec<&str> = metrics.lines().collect();
    for expected in [
        "allium_alert_states{phase=\"firing\"} 38",
        "allium_alert_states{phase=\"pending\"} 0",
        "allium_alert_subscriptions{state=\"team\"} 1",
        "allium_alert_subscriptions{state=\"confirmed\"} 5",
        "allium_alert_subscriptions{state=\"pending\"} 3",
        "allium_alert_outbox_messages 2",
        "allium_alert_outbox_oldest_age_seconds 75",
        "allium_alert_deliveries{channel=\"smtp\",result=\"delivered\"} 12",
        "allium_alert_delivery_delay_seconds{rank=\"median\"} 95",
        "allium_alert_delivery_delay_seconds{rank=\"max\"} 4000",
        "allium_alert_decision_duration_seconds_sum 0.25",
        "allium_alert_decision_duration_seconds_count 4",
        &format!("allium_alert_last_decision_data_timestamp_seconds {}", now().0 - 90),
    ] {
        assert!(lines.contains(&expected), "{expected} is not in\n{metrics}");
    }
}

#[tokio::test]
async fn what_is_kept_and_how_accurate_detection_is_are_said() {
    let (server, _) = server().await;
    let privacy = server.get("/about/privacy/").await.text().to_owned();
    for words in ["48 hours", "30 days", "no address, no search text"] {
        assert!(privacy.contains(words), "{words}");
    }
    let accuracy = server.get("/about/accuracy/").await;
    assert_eq!(accuracy.status, 200);
    assert!(accuracy.text().contains("The last measurement"));
}

#[test]
fn a_site_of_files_has_no_forms() {
    let edition = with(board());
    let settings = Settings {
        mode: Mode::Files,
        site_url: None,
        base_path: String::new(),
        onion_location: None,
        simulated: false,
    };
    let pages = Page::all(&edition);
    assert!(!pages.iter().any(|page| matches!(page, Page::Alerts(_))));
    assert!(pages.iter().any(|page| page.path() == "/about/accuracy/"));
    let relay = Page::parse(&format!("/relay/{}/", fingerprint(2))).unwrap();
    for page in [relay, Page::parse("/incidents/").unwrap(), Page::parse("/as/AS64496/").unwrap()] {
        assert!(!page.render(&edition, &settings).unwrap().contains("\"/alerts/"), "{}", page.path());
    }
    assert_eq!(Page::parse("/alerts/").unwrap().render(&edition, &settings), None);
}
