//! Fetching from a server on loopback that behaves, lies, hangs or breaks off.

use crate::TestResult;
use crate::server::{Reply, Server, reply};
use allium_collect::{
    CollectError, Download, FetchOptions, Fetched, Fetcher, Jitter, Pause, Url, Validators, user_agent,
};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const JSON: &[u8] = br#"{"version":"8.0","relays":[]}"#;
const MODIFIED: &str = "Sun, 22 Feb 2026 13:00:00 GMT";

/// Notes the pauses and does not wait.
#[derive(Clone, Default)]
struct NotedPauses(Arc<Mutex<Vec<Duration>>>);

impl Pause for NotedPauses {
    fn pause(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(duration);
        Box::pin(std::future::ready(()))
    }
}

impl NotedPauses {
    fn whole_seconds(&self) -> Vec<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(Duration::as_secs).collect()
    }
}

fn fetcher(options: FetchOptions, pauses: &NotedPauses) -> Result<Fetcher, CollectError> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Fetcher::new(options, pauses.clone(), Jitter::seeded(1))
}

async fn fetch_once(url: &Url, options: FetchOptions) -> Result<Fetched, CollectError> {
    let options = FetchOptions { retries: 0, ..options };
    fetcher(options, &NotedPauses::default())?.fetch(url, &Validators::default()).await
}

fn download(fetched: Fetched) -> Result<Download, &'static str> {
    match fetched {
        Fetched::New(download) => Ok(download),
        Fetched::NotModified => Err("not modified"),
    }
}

/// The error that one prepared answer leads to.
async fn error_of(answer: Reply) -> Result<CollectError, Box<dyn std::error::Error>> {
    let server = Server::start(vec![answer]).await?;
    match fetch_once(&server.url, FetchOptions::default()).await {
        Err(error) => Ok(error),
        Ok(fetched) => Err(format!("{fetched:?}").into()),
    }
}

#[tokio::test]
async fn a_document_is_fetched_once_and_then_not_modified() -> TestResult {
    let modified = format!("Last-Modified: {MODIFIED}");
    let server = Server::start(vec![
        reply("200 OK", &[&modified, "ETag: \"a1\"", "Content-Type: application/json"], JSON),
        reply("304 Not Modified", &[], b""),
    ])
    .await?;
    let options =
        FetchOptions { user_agent: user_agent(Some("https://allium.example/")), ..FetchOptions::default() };
    let fetcher = fetcher(options, &NotedPauses::default())?;

    let first = download(fetcher.fetch(&server.url, &Validators::default()).await?)?;
    assert_eq!((first.bytes.as_slice(), first.content_length), (JSON, Some(JSON.len() as u64)));
    let expected = Validators { last_modified: Some(MODIFIED.to_owned()), etag: Some("\"a1\"".to_owned()) };
    assert_eq!(first.validators, expected);
    assert_eq!(fetcher.fetch(&server.url, &first.validators).await?, Fetched::NotModified);

    let [unconditional, conditional] = &server.requests()[..] else { return Err("two requests".into()) };
    assert!(unconditional.starts_with("GET /details HTTP/1.1\r\n"), "{unconditional}");
    assert!(unconditional.contains("accept-encoding: zstd, gzip\r\n"), "{unconditional}");
    assert!(unconditional.contains(" (+https://allium.example/)\r\n"), "{unconditional}");
    assert!(!unconditional.contains("if-"), "{unconditional}");
    assert!(conditional.contains(&format!("if-modified-since: {MODIFIED}\r\n")), "{conditional}");
    assert!(conditional.contains("if-none-match: \"a1\"\r\n"), "{conditional}");
    Ok(())
}

#[tokio::test]
async fn compressed_bodies_are_kept_as_sent() -> TestResult {
    for (coding, body) in [("gzip", b"\x1f\x8b\x08\x00<".as_slice()), ("zstd", b"\x28\xb5\x2f\xfd<")] {
        let header = format!("Content-Encoding: {coding}");
        let server = Server::start(vec![reply("200 OK", &[&header], body)]).await?;
        let download = download(fetch_once(&server.url, FetchOptions::default()).await?)?;
        assert_eq!(download.bytes, body, "{coding}");
    }
    Ok(())
}

#[tokio::test]
async fn validators_that_cannot_be_sent_back_are_dropped() -> TestResult {
    let long = format!("ETag: \"{}\"", "x".repeat(300));
    let server = Server::start(vec![reply("200 OK", &["Last-Modified: yesterday", &long], JSON)]).await?;
    let download = download(fetch_once(&server.url, FetchOptions::default()).await?)?;
    assert_eq!(download.validators, Validators::default());
    Ok(())
}

#[tokio::test]
async fn a_missing_document_is_not_asked_for_again() -> TestResult {
    let server = Server::start(vec![reply("404 Not Found", &[], b"<h1>no</h1>")]).await?;
    let pauses = NotedPauses::default();
    let fetched = fetcher(FetchOptions::default(), &pauses)?.fetch(&server.url, &Validators::default()).await;
    assert!(matches!(fetched, Err(CollectError::Status { status: 404, .. })), "{fetched:?}");
    assert!(pauses.whole_seconds().is_empty());
    Ok(())
}

#[tokio::test]
async fn not_modified_without_a_condition_is_an_error() -> TestResult {
    let error = error_of(reply("304 Not Modified", &[], b"")).await?;
    assert!(matches!(error, CollectError::Status { status: 304, .. }), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_failing_server_is_asked_again_after_growing_pauses() -> TestResult {
    let busy = || reply("500 Internal Server Error", &[], b"");
    let server = Server::start(vec![busy(), busy(), reply("200 OK", &[], JSON)]).await?;
    let pauses = NotedPauses::default();
    let fetched =
        fetcher(FetchOptions::default(), &pauses)?.fetch(&server.url, &Validators::default()).await?;
    assert_eq!(download(fetched)?.bytes, JSON);
    assert_eq!(pauses.whole_seconds(), [2, 4]);
    Ok(())
}

#[tokio::test]
async fn a_long_retry_after_is_left_to_the_schedule() -> TestResult {
    let server = Server::start(vec![reply("429 Too Many Requests", &["Retry-After: 3600"], b"")]).await?;
    let pauses = NotedPauses::default();
    let fetched = fetcher(FetchOptions::default(), &pauses)?.fetch(&server.url, &Validators::default()).await;
    assert_eq!(fetched.err().and_then(|error| error.retry_after()), Some(Duration::from_hours(1)));
    assert!(pauses.whole_seconds().is_empty());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_coming_times_out() -> TestResult {
    let silent = Reply::Hang(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"rel".to_vec());
    let error = error_of(silent).await?;
    assert!(matches!(error, CollectError::Timeout { doing: "reading the document", .. }), "{error:?}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_times_out() -> TestResult {
    let error = error_of(Reply::Hang(Vec::new())).await?;
    assert!(matches!(error, CollectError::Timeout { doing: "waiting for the answer", .. }), "{error:?}");
    Ok(())
}

#[tokio::test]
async fn a_truncated_body_is_an_error_not_a_document() -> TestResult {
    let cut = Reply::Close(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"rel".to_vec());
    let error = error_of(cut).await?;
    let expected =
        matches!(error, CollectError::Truncated { received_bytes: 5, expected_bytes: Some(100), .. });
    assert!(expected, "{error:?}");
    let cut = Reply::Close(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"rel\r\n".to_vec());
    let error = error_of(cut).await?;
    assert!(matches!(error, CollectError::Truncated { expected_bytes: None, .. }), "{error:?}");
    Ok(())
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_announced_or_not() -> TestResult {
    let body = vec![b'x'; 4096];
    let head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".as_slice();
    for answer in [reply("200 OK", &[], &body), Reply::Close([head, &body].concat())] {
        let server = Server::start(vec![answer]).await?;
        let options = FetchOptions { max_bytes: 4095, ..FetchOptions::default() };
        let fetched = fetch_once(&server.url, options).await;
        assert!(matches!(fetched, Err(CollectError::TooLarge { limit_bytes: 4095, .. })), "{fetched:?}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_body_announced_over_the_limit_is_not_waited_for() -> TestResult {
    let announced = Reply::Hang(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".to_vec());
    let error = error_of(announced).await?;
    assert!(matches!(error, CollectError::TooLarge { .. }), "{error:?}");
    Ok(())
}

#[tokio::test]
async fn a_web_page_is_refused_by_its_type_or_its_first_byte() -> TestResult {
    for answer in [
        reply("200 OK", &["Content-Type: Text/HTML; charset=utf-8"], JSON),
        reply("200 OK", &[], b"\n <!DOCTYPE html>"),
    ] {
        let error = error_of(answer).await?;
        assert!(matches!(error, CollectError::Html { .. }), "{error:?}");
    }
    Ok(())
}

#[tokio::test]
async fn an_empty_body_and_an_unknown_coding_are_refused() -> TestResult {
    let error = error_of(reply("200 OK", &[], b"")).await?;
    assert!(matches!(error, CollectError::Empty { .. }), "{error:?}");
    let error = error_of(reply("200 OK", &["Content-Encoding: br"], JSON)).await?;
    assert!(matches!(error, CollectError::Encoding { .. }), "{error:?}");
    Ok(())
}

#[tokio::test]
async fn a_redirect_on_the_same_host_is_followed() -> TestResult {
    let moved = reply("301 Moved Permanently", &["Location: /v2/details"], b"");
    let server = Server::start(vec![moved, reply("200 OK", &[], JSON)]).await?;
    assert_eq!(download(fetch_once(&server.url, FetchOptions::default()).await?)?.bytes, JSON);
    assert!(server.requests()[1].starts_with("GET /v2/details "));
    Ok(())
}

#[tokio::test]
async fn a_redirect_loop_ends_after_five() -> TestResult {
    let moved = || reply("302 Found", &["Location: /details"], b"");
    let server = Server::start((0..10).map(|_| moved()).collect()).await?;
    let error = fetch_once(&server.url, FetchOptions::default()).await.err().ok_or("fetched")?;
    assert!(matches!(&error, CollectError::Redirect { to, .. } if to == "more than 5 times"), "{error:?}");
    assert_eq!(server.requests().len(), 6);
    Ok(())
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed() -> TestResult {
    let error = error_of(reply("302 Found", &["Location: http://localhost:1/details"], b"")).await?;
    assert!(matches!(&error, CollectError::Redirect { to, .. } if to == "to another host"), "{error:?}");
    Ok(())
}

#[tokio::test]
async fn a_refused_connection_is_retried_and_then_told() -> TestResult {
    // Bound but not listening: nobody else gets the port, and it refuses connections.
    let socket = tokio::net::TcpSocket::new_v4()?;
    socket.bind("127.0.0.1:0".parse()?)?;
    let url = Url::parse(&format!("http://{}/details", socket.local_addr()?))?;
    let pauses = NotedPauses::default();
    let fetcher = fetcher(FetchOptions::default(), &pauses)?;
    // Spawned, as a server would: the future is `Send`.
    let fetched = tokio::spawn(async move { fetcher.fetch(&url, &Validators::default()).await }).await?;
    let error = fetched.err().ok_or("fetched")?;
    assert!(matches!(error, CollectError::Connection { .. }), "{error:?}");
    assert!(error.to_string().to_lowercase().contains("connection refused"), "{error}");
    assert_eq!(pauses.whole_seconds(), [2, 4, 8]);
    Ok(())
}
