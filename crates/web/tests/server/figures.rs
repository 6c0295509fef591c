//! Files of figures: their types, looks, tags and refusals.

use crate::fixture::{Server, options};
use allium_web::server::Shared;

const SVG: &str = "/figures/first-seen.svg";

#[tokio::test]
async fn a_figure_has_three_files_that_say_what_they_are() {
    let server = Server::start().await;
    for (path, media_type, placement, begin) in [
        (SVG, "image/svg+xml", "inline; filename=\"allium-network-first-seen.svg\"", &b"<svg xmlns"[..]),
        (
            "/country/DE/figures/first-seen.png",
            "image/png",
            "inline; filename=\"allium-country-de-first-seen.png\"",
            b"\x89PNG",
        ),
        (
            "/as/AS64496/figures/first-seen.csv",
            "text/csv; charset=utf-8; header=present",
            "attachment; filename=\"allium-as-as64496-first-seen.csv\"",
            b"Time (UTC),Relays\r\n",
        ),
    ] {
        // The second answer comes from the cache.
        for _ in 0..2 {
            let reply = server.get(path).await;
            assert_eq!((reply.status, reply.header("content-type")), (200, media_type), "{path}");
            assert_eq!(reply.header("content-disposition"), placement);
            assert_eq!(reply.header("cache-control"), "public, max-age=60, must-revalidate");
            assert_eq!(reply.header("cross-origin-resource-policy"), "cross-origin");
            assert!(reply.body.starts_with(begin), "{path}");
        }
    }
}

#[tokio::test]
async fn a_drawing_may_use_its_own_style_sheet_and_nothing_else() {
    let server = Server::start().await;
    let policy = server.get(SVG).await.header("content-security-policy").to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline';"), "{policy}");
    assert!(policy.contains("sandbox") && !policy.contains("script-src"), "{policy}");
}

#[tokio::test]
async fn a_look_is_part_of_the_answer_and_not_of_the_order_of_its_parameters() {
    let server = Server::start().await;
    let own = server.get(SVG).await;
    let dark = server.get(&format!("{SVG}?theme=dark&width=640&height=300")).await;
    assert_eq!(dark.status, 200);
    assert_ne!(own.header("etag"), dark.header("etag"));
    let other_order = server.get(&format!("{SVG}?height=300&width=640&theme=dark")).await;
    assert_eq!(other_order.header("etag"), dark.header("etag"));
    let condition = format!("If-None-Match: {}", dark.header("etag"));
    let again = server.get_with(&format!("{SVG}?theme=dark&width=640&height=300"), &[&condition]).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(server.get_with(SVG, &[&condition]).await.status, 200);
}

#[tokio::test]
async fn what_is_no_look_is_refused_with_what_would_be_one() {
    let server = Server::start().await;
    for (query, words) in [
        ("colour=red", "theme, width and height"),
        ("theme=", "light or dark"),
        ("width=100000", "160 to 1200"),
        ("height=1e3", "120 to 1200"),
    ] {
        let reply = server.get(&format!("{SVG}?{query}")).await;
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (400, "application/problem+json"),
            "{query}"
        );
        assert!(reply.text().contains(words), "{}", reply.text());
    }
    assert_eq!(server.get("/figures/first-seen.csv?theme=dark").await.status, 400);
}

#[tokio::test]
async fn what_has_no_figure_is_not_found() {
    let server = Server::start().await;
    for path in [
        "/country/XQ/figures/first-seen.svg",
        "/as/AS1/figures/first-seen.png",
        "/figures/no-such-figure.svg",
        "/figures/first-seen.gif",
        "/first_seen/2026-02-22/figures/first-seen.svg",
        "/country/de/figures/first-seen.svg",
        "/sources/figures/first-seen.svg",
    ] {
        assert_eq!(server.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_files_that_a_page_names_are_there_below_a_base_path() {
    let mut options = options();
    options.settings.base_path = "/tor".into();
    let server = Server::with(options, Shared::default()).await;
    server.shared.publish(crate::fixture::edition());
    let page = server.get("/tor/network-health.html").await;
    let text = page.text();
    for name in ["data-csv", "data-svg", "data-png"] {
        let path = text.split(&format!(" {name}=\"")).nth(1).unwrap().split('"').next().unwrap();
        assert!(path.starts_with("/tor/figures/"), "{path}");
        assert!(text.contains(&format!("<a href=\"{path}\">")), "{path} is not linked");
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
}
