//! The API: shapes, pages of lists, forms, errors, conventions of browsers.

use crate::fixture::{HOSTILE_NICKNAME, RELAYS, Server, edition_of, fingerprint};
use allium_model::SourceState;
use std::collections::HashSet;

#[tokio::test]
async fn next_leads_through_all_relays_once() {
    let server = Server::start().await;
    let mut next = Some("/api/v1/relays?limit=50&fields=fingerprint&sort=nickname".to_owned());
    let mut seen = HashSet::new();
    let mut answers = 0;
    while let Some(target) = next {
        let reply = server.get(&target).await;
        let answer = reply.json();
        assert_eq!(answer["meta"]["total"], RELAYS);
        for relay in answer["data"].as_array().unwrap() {
            assert!(seen.insert(relay["fingerprint"].as_str().unwrap().to_owned()));
        }
        next = answer["meta"]["next"].as_str().map(str::to_owned);
        let link = next.as_ref().map(|next| format!("<{next}>; rel=\"next\"")).unwrap_or_default();
        assert_eq!(reply.header("link"), link);
        answers += 1;
    }
    assert_eq!((seen.len(), answers), (RELAYS, 5));
}

#[tokio::test]
async fn next_keeps_the_filters_escaped() {
    let server = Server::start().await;
    let reply = server.get("/api/v1/relays?contact=operator+3&country=de,fr&limit=5&offset=10").await;
    let expected = "/api/v1/relays?contact=operator%203&country=de%2Cfr&limit=5&offset=15";
    assert_eq!(reply.json()["meta"]["next"], expected);
    assert_eq!(server.get(expected).await.json()["data"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn meta_says_where_the_data_come_from_and_how_old_they_are() {
    let server = Server::start().await;
    let answer = server.get("/api/v1/network").await.json();
    assert_eq!(answer["data"]["relays"], 225);
    let source = &answer["meta"]["sources"][0];
    assert_eq!((&source["name"], &source["age_seconds"]), (&"onionoo details".into(), &90.into()));
    assert_eq!(answer["meta"]["generated_at"], "2026-02-22T13:00:00Z");
    assert_eq!(answer["meta"]["method_url"], "/methods/");
    assert!(answer["meta"].get("simulated").is_none() && answer["meta"].get("total").is_none());
}

#[tokio::test]
async fn every_endpoint_of_the_index_answers() {
    let server = crate::consensus::server().await;
    let edition = allium_web::Edition::clone(&server.shared.edition().unwrap());
    let book = crate::invented::book(crate::invented::incidents(3));
    server.shared.publish(std::sync::Arc::new(edition.with_incidents(Some(book))));
    let ids = [
        ("{fingerprint}", fingerprint(2)),
        ("{id}", server.get("/api/v1/operators").await.json()["data"][0]["id"].as_str().unwrap().to_owned()),
        ("{code}", "de".into()),
        ("{number}", "as64496".into()),
        ("{name}", "linux".into()),
        ("{version}", "0.4.8.10".into()),
        ("{flag}", "exit".into()),
        ("{date}", "2026-02-22".into()),
        ("{slug}", "bandwidth".into()),
        ("{incident}", crate::invented::OUTAGE.into()),
        ("{region}", "western-europe".into()),
    ];
    let index = server.get("/api/v1/").await.json();
    for endpoint in index["data"].as_array().unwrap() {
        let path = endpoint["path"].as_str().unwrap().to_owned();
        let path = ids.iter().fold(path, |path, (name, id)| path.replace(name, id));
        let reply = server.get(&path).await;
        assert_eq!(reply.status, 200, "{path}");
        assert!(reply.json()["data"].is_array() || reply.json()["data"].is_object(), "{path}");
    }
}

#[tokio::test]
async fn any_member_names_the_family_and_long_lists_are_for_single_relays() {
    let server = Server::start().await;
    for member in 1..=3 {
        let answer = server.get(&format!("/api/v1/families/{}", fingerprint(member))).await.json();
        assert_eq!(answer["data"]["id"], fingerprint(1));
    }
    assert_eq!(server.get(&format!("/api/v1/families/{}", fingerprint(4))).await.status, 404);
    let listed = &server.get("/api/v1/relays?limit=1").await.json()["data"][0];
    let single = &server.get(&format!("/api/v1/relays/{}", fingerprint(4))).await.json()["data"];
    let lower_case = fingerprint(10).to_lowercase();
    assert_eq!(server.get(&format!("/api/v1/relays/{lower_case}")).await.status, 200);
    assert!(listed.get("contact").is_some() && listed.get("effective_family").is_none());
    assert!(single["effective_family"].is_array() && single["exit_policy"].is_array());
}

#[tokio::test]
async fn problems_say_what_is_wrong_and_what_would_be_right() {
    let server = Server::start().await;
    for (target, status, detail) in [
        ("/api/v1/relays?county=de", 400, "There is no parameter \"county\"; known are country,"),
        ("/api/v1/relays?country=germany", 400, "Country cannot be \"germany\": a country code has"),
        ("/api/v1/relays?fields=nick", 400, "There is no column \"nick\"; known are fingerprint,"),
        ("/api/v1/relays?sort=-nick", 400, "There is no column \"nick\""),
        ("/api/v1/relays?limit=1001", 400, "Limit cannot be \"1001\": one answer has at most 1000 rows"),
        ("/api/v1/relays?format=xml", 400, "Format cannot be \"xml\": json or csv is expected."),
        ("/api/v1/network?country=de", 400, "There is no parameter \"country\"; known are format."),
        ("/api/v1/relays/ABCD", 404, "The current snapshot has no relay \"ABCD\"."),
        ("/api/v1/countries/xq", 404, "The current snapshot has no country \"xq\"."),
        ("/api/v2/relays", 404, "The API has no such path."),
    ] {
        let reply = server.get(target).await;
        let problem = reply.json();
        assert_eq!(reply.header("content-type"), "application/problem+json");
        assert_eq!((reply.status, problem["status"].as_u64()), (status, Some(status.into())), "{target}");
        assert!(problem["detail"].as_str().unwrap().starts_with(detail), "{problem}");
        assert_eq!((&problem["type"], reply.header("cache-control")), (&"about:blank".into(), "no-store"));
        assert_eq!(problem["instance"], target.split('?').next().unwrap());
    }
    let missing = server.get("/api/v1/relays/a%22b%26").await.json();
    assert_eq!(missing["links"][0]["href"], "/search?q=a%22b%26");
}

#[tokio::test]
async fn csv_is_for_those_who_name_it_and_runs_nothing() {
    let server = Server::start().await;
    let by_parameter = server.get("/api/v1/relays?format=csv&fields=nickname,contact&limit=1000").await;
    assert_eq!(by_parameter.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(by_parameter.header("content-disposition"), "attachment; filename=\"allium-relays.csv\"");
    assert!(by_parameter.text().starts_with("nickname,contact\r\n"));
    let hostile = by_parameter.text().lines().find(|line| line.starts_with(HOSTILE_NICKNAME)).unwrap();
    let guarded = "\"'=HYPERLINK(\"\"http://bad.example\"\",\"\"x\"\")<img src=x>[2J\"";
    assert_eq!(hostile, format!("{HOSTILE_NICKNAME},{guarded}"));
    let target = "/api/v1/relays?fields=nickname,contact&limit=1000";
    let by_header = server.get_with(target, &["Accept: text/csv, */*;q=0.1"]).await;
    assert_eq!(by_header.body, by_parameter.body);
    for accept in ["*/*", "text/html, */*;q=0.8", "application/json, text/csv;q=0.5"] {
        let reply = server.get_with(target, &[&format!("Accept: {accept}")]).await;
        assert_eq!(reply.header("content-type"), "application/json", "{accept}");
    }
}

#[tokio::test]
async fn hostile_texts_are_strings_in_json() {
    let server = Server::start().await;
    let data = &server.get(&format!("/api/v1/relays/{}", fingerprint(0))).await.json()["data"];
    assert_eq!(data["nickname"], HOSTILE_NICKNAME);
    assert_eq!(data["contact"], "=HYPERLINK(\"http://bad.example\",\"x\")<img src=x>[2J");
}

#[tokio::test]
async fn tags_of_the_api_are_weak_and_follow_the_edition() {
    let server = Server::start().await;
    let target = "/api/v1/operators?sort=-relays";
    let first = server.get(target).await;
    assert!(first.header("etag").starts_with("W/\""));
    let condition = format!("If-None-Match: {}", first.header("etag"));
    let again = server.get_with(target, &[&condition]).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    let as_csv = server.get_with(target, &[&condition, "Accept: text/csv"]).await;
    assert_eq!(as_csv.status, 200);
    server.shared.publish(edition_of(SourceState::Stale));
    assert_eq!(server.get_with(target, &[&condition]).await.status, 200);
}

#[tokio::test]
async fn pages_of_others_may_read_the_api() {
    let server = Server::start().await;
    let preflight = server.ask("OPTIONS", "/api/v1/relays", &["Origin: https://other.example"]).await;
    assert_eq!((preflight.status, preflight.body.len()), (204, 0));
    assert_eq!(preflight.header("access-control-allow-origin"), "*");
    assert_eq!(preflight.header("access-control-allow-methods"), "GET, HEAD, OPTIONS");
    for target in ["/api/v1/network", "/api/v1/relays/x"] {
        assert_eq!(server.get(target).await.header("access-control-allow-origin"), "*");
    }
    assert_eq!(server.get("/").await.header("access-control-allow-origin"), "");
}
