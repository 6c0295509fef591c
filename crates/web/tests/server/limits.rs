//! What a client may not do, and what it costs nobody else.

use crate::client::{Reply, exchange};
use crate::fixture::{Server, edition, options};
use allium_web::server::{Limits, Shared};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn only_reading_methods_are_answered() {
    let server = Server::start().await;
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW", "OPTIONS"] {
        let reply = server.ask(method, "/", &[]).await;
        assert_eq!((reply.status, reply.header("allow")), (405, "GET, HEAD"), "{method}");
    }
    let reply = server.ask("POST", "/api/v1/relays", &["Content-Length: 0"]).await;
    assert_eq!((reply.status, reply.header("allow")), (405, "GET, HEAD, OPTIONS"));
    assert_eq!(reply.json()["title"], "Method Not Allowed");
}

#[tokio::test]
async fn a_head_beyond_its_bound_is_refused() {
    let server = Server::start().await;
    let long = "x".repeat(9000);
    let by_target = server.get(&format!("/search?q={long}")).await;
    assert!(matches!(by_target.status, 414 | 431), "{}", by_target.status);
    let by_header = server.get_with("/", &[&format!("X-Long: {long}")]).await;
    assert_eq!(by_header.status, 431);
    let many: Vec<String> = (0..500).map(|number| format!("X-{number}: {number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(server.get_with("/", &many).await.status, 431);
    assert_eq!(server.get("/").await.status, 200);
}

#[tokio::test]
async fn a_body_is_ignored() {
    let server = Server::start().await;
    let request = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello";
    assert_eq!(exchange(server.address, request).await.text(), "ok\n");
}

#[tokio::test]
async fn a_head_that_does_not_come_ends_the_connection() {
    let limits = Limits { header_time: Duration::from_millis(50), ..Limits::default() };
    let mut options = options();
    options.limits = limits;
    let server = Server::with(options, Shared::default()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a").await.unwrap();
    let mut bytes = Vec::new();
    let end = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes)).await;
    assert_eq!(end.unwrap().unwrap(), 0);
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let mut options = options();
    // Without a turn for anybody nothing is ever computed.
    options.limits.renders = 0;
    options.limits.handler_time = Duration::from_millis(20);
    let server = Server::with(options, Shared::default()).await;
    server.shared.publish(edition());
    let page = server.get("/").await;
    assert_eq!((page.status, page.header("retry-after")), (503, "5"));
    assert!(page.text().contains("could not answer in time"));
    assert_eq!(server.get("/api/v1/network").await.json()["status"], 503);
    assert_eq!(server.get("/favicon.ico").await.status, 200);
}

#[tokio::test]
async fn above_the_cap_a_connection_waits_for_its_turn() {
    let mut options = options();
    options.limits.connections = 1;
    let server = Server::with(options, Shared::default()).await;
    let mut first = TcpStream::connect(server.address).await.unwrap();
    first.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    assert!(first.read(&mut [0; 1024]).await.unwrap() > 0);
    let mut second = TcpStream::connect(server.address).await.unwrap();
    second.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    let waited = tokio::time::timeout(Duration::from_millis(50), second.read(&mut [0; 1])).await;
    assert!(waited.is_err());
    drop(first);
    let mut bytes = Vec::new();
    second.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(Reply::parse(&bytes).status, 200);
}

#[tokio::test]
async fn bodies_are_kept_within_their_bytes() {
    let server = Server::with(options(), Shared::with_body_cache(100_000)).await;
    server.shared.publish(edition());
    for number in 0..60 {
        let path = format!("/relay/{}/", crate::fixture::fingerprint(number));
        assert_eq!(server.get(&path).await.status, 200);
    }
    let metrics = server.get("/metrics").await;
    let line = metrics.text().lines().find(|line| line.starts_with("allium_body_cache_bytes ")).unwrap();
    let bytes: usize = line.split(' ').nth(1).unwrap().parse().unwrap();
    assert!((50_000..=100_000).contains(&bytes), "{bytes}");
}
