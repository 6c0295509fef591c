//! Pages: encodings, tags, redirects, headers, hostile texts.

use crate::fixture::{HOSTILE_NICKNAME, ONION, Server, edition_of, fingerprint};
use allium_model::SourceState;

#[tokio::test]
async fn encoded_bodies_are_the_same_page_with_tags_of_their_own() {
    let server = Server::start().await;
    let path = format!("/relay/{}/", fingerprint(5));
    let plain = server.get(&path).await;
    assert_eq!((plain.status, plain.header("content-encoding")), (200, ""));
    let mut tags = vec![plain.header("etag").to_owned()];
    for encoding in ["gzip", "zstd"] {
        // The second answer comes from the cache.
        for _ in 0..2 {
            let reply = server.get_with(&path, &[&format!("Accept-Encoding: {encoding}")]).await;
            assert_eq!(reply.header("content-encoding"), encoding);
            assert_eq!(reply.header("content-length"), reply.body.len().to_string());
            assert_eq!(reply.header("vary"), "accept-encoding");
            assert_eq!(reply.decoded(), plain.body);
            assert!(reply.body.len() < plain.body.len() / 2);
            tags.push(reply.header("etag").to_owned());
        }
    }
    tags.dedup();
    assert_eq!(tags.len(), 3, "{tags:?}");
    assert!(tags.iter().all(|tag| tag.starts_with('"')), "{tags:?}");
}

#[tokio::test]
async fn a_page_that_the_client_has_is_not_sent_again() {
    let server = Server::start().await;
    let first = server.get("/").await;
    assert_eq!(first.header("last-modified"), "Sun, 22 Feb 2026 13:00:00 GMT");
    assert_eq!(first.header("cache-control"), "public, max-age=60, must-revalidate");
    let condition = format!("If-None-Match: \"other\", {}", first.header("etag"));
    let again = server.get_with("/", &[&condition]).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), first.header("etag"));
    assert_eq!((again.header("content-type"), again.header("content-length")), ("", ""));
    server.shared.publish(edition_of(SourceState::Critical));
    assert_eq!(server.get_with("/", &[&condition]).await.status, 200);
}

#[tokio::test]
async fn head_has_the_length_and_no_body() {
    let server = Server::start().await;
    for target in ["/", "/api/v1/relays", "/healthz", "/no-such-page/", "/robots.txt"] {
        let get = server.get(target).await;
        let head = server.ask("HEAD", target, &[]).await;
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{target}");
        assert_eq!(head.header("content-length"), get.body.len().to_string(), "{target}");
        assert_eq!(head.header("etag"), get.header("etag"), "{target}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let server = Server::start().await;
    for target in
        ["/", "/nothing", "/api/v1/network", "/api/v1/nothing", "/metrics", "/healthz", "/static/x.css"]
    {
        let reply = server.get(target).await;
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{target}");
        assert!(policy.contains("connect-src 'self'") && !policy.contains("unsafe"), "{target}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin");
        let resource_policy = if target.starts_with("/api/") { "cross-origin" } else { "same-origin" };
        assert_eq!(reply.header("cross-origin-resource-policy"), resource_policy);
        for absent in ["server", "strict-transport-security", "set-cookie", "x-powered-by"] {
            assert_eq!(reply.header(absent), "", "{target} {absent}");
        }
    }
}

#[tokio::test]
async fn onion_location_is_for_pages_that_did_not_come_by_onion() {
    let server = Server::start().await;
    let reply = server.get("/sources/?a=b").await;
    assert_eq!(reply.header("onion-location"), format!("{ONION}/sources/?a=b"));
    let by_onion = server.get_with("/sources/", &["Host: abc.onion"]).await;
    assert_eq!(by_onion.header("onion-location"), "");
    // Nobody made this client a proxy, so what it says was forwarded does not count.
    let untrusted = server.get_with("/sources/", &["X-Forwarded-Host: abc.onion"]).await;
    assert_ne!(untrusted.header("onion-location"), "");
    for target in ["/api/v1/network", "/robots.txt", "/nothing"] {
        assert_eq!(server.get(target).await.header("onion-location"), "", "{target}");
    }
}

#[tokio::test]
async fn old_and_differently_written_paths_lead_to_the_page() {
    let server = Server::start().await;
    let family = format!("/family/{}/", fingerprint(1));
    for (from, status, to) in [
        (format!("/family/{}/", fingerprint(3)), 308, family.as_str()),
        ("/country/de/".into(), 308, "/country/DE/"),
        ("/as/64496".into(), 308, "/as/AS64496/"),
        ("/index.html".into(), 302, "/"),
        (format!("/search?q={}", fingerprint(7)), 302, &format!("/relay/{}/", fingerprint(7))),
    ] {
        let reply = server.get(&from).await;
        assert_eq!((reply.status, reply.header("location")), (status, to), "{from}");
    }
    assert_eq!(server.get(&family).await.status, 200);
}

#[tokio::test]
async fn what_is_not_there_is_404_with_suggestions() {
    let server = Server::start().await;
    for target in [
        "/relay/relay17/",
        "/relay/FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF/",
        "/country/XQ/",
        "/static/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/%ff/",
        "/misc/all-page-99.html",
        "/sitemap-2.xml",
    ] {
        let reply = server.get(target).await;
        assert_eq!((reply.status, reply.header("cache-control")), (404, "no-store"), "{target}");
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    }
    let suggested = server.get("/relay/relay17/").await;
    assert!(suggested.text().contains(&format!("/relay/{}/", fingerprint(17))));
}

#[tokio::test]
async fn files_of_the_program_are_kept_for_ever_at_their_own_path_only() {
    let server = Server::start().await;
    let front = server.get("/").await;
    let start = front.text().find("/static/allium-").unwrap();
    let path = front.text()[start..].split('"').next().unwrap();
    let style = server.get_with(path, &["Accept-Encoding: gzip"]).await;
    assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(style.header("content-encoding"), "gzip");
    let script = front.text().split("type=\"module\" src=\"").nth(1).unwrap().split('"').next().unwrap();
    let script = server.get(script).await;
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    let icon = server.get("/favicon.ico").await;
    assert_eq!(icon.header("content-type"), "image/svg+xml");
    assert_eq!(icon.header("cache-control"), "public, max-age=60, must-revalidate");
}

#[tokio::test]
async fn hostile_texts_are_text_on_every_page() {
    let server = Server::start().await;
    let relay = format!("/relay/{}/", fingerprint(0));
    for target in
        [&relay, "/misc/all.html", "/search?q=script", "/search?q=%3Cscript%3Ealert(1)%3C/script%3E"]
    {
        let reply = server.get(target).await;
        let body = reply.text();
        assert_eq!(reply.status, 200, "{target}");
        assert!(!body.contains(HOSTILE_NICKNAME) && !body.contains("<img"), "{target}");
        assert!(!body.contains('\u{202e}') && !body.contains('\u{1b}'), "{target}");
    }
    assert!(server.get(&relay).await.text().contains("&#60;script&#62;alert(1)"));
}

#[tokio::test]
async fn a_search_is_not_kept_by_anybody() {
    let server = Server::start().await;
    let reply = server.get("/search?q=relay1").await;
    assert_eq!((reply.status, reply.header("cache-control")), (200, "no-store"));
    assert!(reply.text().contains("relay198"));
    assert_eq!(server.get("/search").await.status, 200);
}

#[tokio::test]
async fn the_visual_page_reads_its_choices_and_refuses_what_is_none() {
    let server = Server::start().await;
    let plain = server.get("/visual/").await;
    assert_eq!(plain.status, 200);
    for (query, status, holds) in [
        ("metric=flags&range=90d&display=table", 200, "value=\"flags\" selected"),
        ("metric=diversity&display=raw", 200, "Spread over,"),
        ("metric=bandwidth&display=map&range=5y", 200, "Advertised bandwidth by country"),
        ("range=custom&from=2026-02-01&to=2026-02-20", 200, "value=\"2026-02-01\""),
        ("range=custom&from=2026-02-21&to=2026-02-20", 400, "at or after the first one"),
        ("metric=%3Cscript%3E", 400, "&#60;script&#62;"),
        ("other=1", 400, "there is no parameter"),
    ] {
        let reply = server.get(&format!("/visual/?{query}")).await;
        assert_eq!(reply.status, status, "{query}");
        assert!(reply.text().contains(holds), "{query}: {holds}");
        assert!(!reply.text().contains("<script>"), "{query}");
    }
    assert_eq!(server.get("/visual/").await.text(), plain.text(), "choices are not kept");
}
