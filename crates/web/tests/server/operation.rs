//! Operation: health, metrics, sitemap, base path, sockets, the beginning and the end.

use crate::client::Reply;
use crate::fixture::{Server, edition, options};
use allium_web::server::{BindError, Listener, Shared, serve};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

#[tokio::test]
async fn before_the_first_edition_the_server_says_so() {
    let server = Server::with(options(), Shared::default()).await;
    let page = server.get("/").await;
    assert_eq!((page.status, page.header("retry-after")), (503, "5"));
    assert!(page.text().contains("The first data are still being read."));
    let problem = server.get("/api/v1/relays").await;
    assert_eq!((problem.status, problem.header("content-type")), (503, "application/problem+json"));
    assert_eq!(server.get("/readyz").await.status, 503);
    assert_eq!(server.get("/healthz").await.status, 200);
    assert_eq!(server.get("/metrics").await.status, 200);
    server.shared.publish(edition());
    assert_eq!(server.get("/").await.status, 200);
    assert_eq!(server.get("/readyz").await.status, 200);
}

#[tokio::test]
async fn metrics_are_what_prometheus_reads() {
    let server = Server::start().await;
    for target in ["/", "/", "/nothing-here", "/api/v1/relays?limit=0"] {
        server.get(target).await;
    }
    let reply = server.get("/metrics").await;
    assert_eq!(reply.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let lines: Vec<&str> = reply.text().lines().collect();
    for line in &lines {
        let sample = line.starts_with("# ") || line.rsplit_once(' ').unwrap().1.parse::<f64>().is_ok();
        assert!(sample, "{line}");
    }
    for expected in [
        "allium_http_requests_total{route=\"front\",status=\"200\"} 2",
        "allium_http_requests_total{route=\"unknown\",status=\"404\"} 1",
        "allium_http_requests_total{route=\"api_relays\",status=\"400\"} 1",
        "allium_http_request_duration_seconds_bucket{route=\"front\",le=\"+Inf\"} 2",
        "allium_source_up{source=\"onionoo details\"} 1",
        "allium_source_data_age_seconds{source=\"onionoo details\"} 90",
        "allium_snapshot_relays{state=\"running\"} 225",
        "allium_snapshot_relays{state=\"offline\"} 25",
        "allium_http_connections 1",
    ] {
        assert!(lines.contains(&expected), "{expected} is not in\n{}", reply.text());
    }
}

#[tokio::test]
async fn the_sitemap_lists_pages_that_are_there() {
    let server = Server::start().await;
    assert!(server.get("/robots.txt").await.text().contains("Sitemap: https://allium.example/sitemap.xml"));
    let index = server.get("/sitemap.xml").await;
    assert_eq!(index.header("content-type"), "application/xml; charset=utf-8");
    assert!(index.text().contains("<loc>https://allium.example/sitemap-1.xml</loc>"));
    let part = server.get("/sitemap-1.xml").await;
    let locations =
        part.text().lines().filter_map(|line| line.strip_prefix("<url><loc>https://allium.example"));
    let paths: Vec<&str> = locations.filter_map(|rest| rest.split('<').next()).collect();
    assert!(paths.len() > 250, "{}", paths.len());
    for path in paths.iter().step_by(7) {
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn without_an_address_of_the_site_there_is_no_sitemap() {
    let mut options = options();
    options.settings.site_url = None;
    let server = Server::with(options, Shared::default()).await;
    server.shared.publish(edition());
    assert_eq!(server.get("/sitemap.xml").await.status, 404);
    assert!(!server.get("/robots.txt").await.text().contains("Sitemap"));
}

#[tokio::test]
async fn below_a_base_path_links_and_redirects_keep_it() {
    let mut options = options();
    options.settings.base_path = "/tor".into();
    let server = Server::with(options, Shared::default()).await;
    server.shared.publish(edition());
    assert_eq!(server.get("/tor/country/de/").await.header("location"), "/tor/country/DE/");
    assert_eq!(server.get("/tor/country/DE/").await.status, 200);
    let answer = server.get("/tor/api/v1/relays?limit=1").await.json();
    assert_eq!(answer["meta"]["next"], "/tor/api/v1/relays?limit=1&offset=1");
}

#[tokio::test]
async fn the_end_closes_idle_connections_and_frees_the_port() {
    let server = Server::start().await;
    let mut kept = TcpStream::connect(server.address).await.unwrap();
    kept.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    assert!(kept.read(&mut [0; 1024]).await.unwrap() > 0);
    server.stop.send(()).unwrap();
    server.running.await.unwrap().unwrap();
    assert_eq!(kept.read(&mut [0; 1024]).await.unwrap(), 0);
    Listener::bind(&server.address.to_string()).await.unwrap();
}

#[tokio::test]
async fn an_address_that_cannot_be_listened_on_says_what_to_do() {
    let taken = Listener::bind("127.0.0.1:0").await.unwrap();
    let Listener::Tcp(tcp) = &taken else { panic!("a TCP address gives a TCP listener") };
    let address = tcp.local_addr().unwrap().to_string();
    let error = Listener::bind(&address).await.unwrap_err();
    assert_eq!(error.to_string(), format!("{address} is in use; choose another with --listen"));
    for bad in ["", "8080", "example.org:80", "127.0.0.1", "unix:", "127.0.0.1:99999"] {
        assert!(matches!(Listener::bind(bad).await, Err(BindError::BadAddress(_))), "{bad}");
    }
}

#[tokio::test]
async fn a_unix_socket_replaces_only_what_nobody_listens_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("allium.sock");
    let address = format!("unix:{}", path.display());
    std::fs::write(&path, "a file").unwrap();
    assert!(matches!(Listener::bind(&address).await, Err(BindError::NotASocket(_))));
    std::fs::remove_file(&path).unwrap();
    // A socket whose listener is gone: stale.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let listener = Listener::bind(&address).await.unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660);
    assert!(matches!(Listener::bind(&address).await, Err(BindError::InUse(_))));
    let shared = Arc::new(Shared::default());
    let running = tokio::spawn(serve(listener, shared, options(), std::future::pending()));
    let mut stream = UnixStream::connect(&path).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(Reply::parse(&bytes).text(), "ok\n");
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    assert!(!path.exists());
}
