//! An authority's DirPort on loopback: HTTP/1.0 without lengths, in the codings that tor answers with.

use crate::TestResult;
use crate::server::{Reply, Server};
use allium_collect::{
    CollectError, DirPortDocument, FetchOptions, Fetcher, Jitter, TokioPause, ask_dir_port, dir_port_options,
};
use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

const CONSENSUS: &[u8] = b"network-status-version 3 microdesc\nvote-status consensus\n";

fn answer(head: &str, body: &[u8]) -> Reply {
    Reply::Close([format!("HTTP/1.0 {head}\r\n\r\n").as_bytes(), body].concat())
}

async fn ask(
    reply: Reply,
) -> Result<(Result<Vec<u8>, CollectError>, Vec<String>), Box<dyn std::error::Error>> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let server = Server::start(vec![reply]).await?;
    let address = SocketAddr::from(([127, 0, 0, 1], server.url.port().unwrap_or_default()));
    let options = dir_port_options(FetchOptions::default(), Duration::from_millis(300));
    let fetcher = Fetcher::new(options, TokioPause, Jitter::seeded(1))?;
    let got = ask_dir_port(&fetcher, address, DirPortDocument::MicrodescConsensus, 1 << 16).await;
    Ok((got, server.requests()))
}

fn zlib(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(plain)?;
    encoder.finish()
}

#[tokio::test]
async fn a_document_comes_plain_or_deflated() -> TestResult {
    let (got, requests) = ask(answer("200 OK\r\nContent-Encoding: identity", CONSENSUS)).await?;
    assert_eq!(got?, CONSENSUS);
    assert!(
        requests[0].starts_with("GET /tor/status-vote/current/consensus-microdesc HTTP/1"),
        "{}",
        requests[0]
    );
    assert!(requests[0].contains("accept-encoding: deflate, identity\r\n"), "{}", requests[0]);
    let (got, _) = ask(answer("200 OK\r\nContent-Encoding: deflate", &zlib(CONSENSUS)?)).await?;
    assert_eq!(got?, CONSENSUS);
    Ok(())
}

#[tokio::test]
async fn other_codings_missing_documents_and_silence_are_errors() -> TestResult {
    let (got, _) = ask(answer("200 OK\r\nContent-Encoding: x-tor-lzma", CONSENSUS)).await?;
    assert!(matches!(got, Err(CollectError::Encoding { .. })), "{got:?}");
    let (got, _) = ask(answer("404 Not found", b"")).await?;
    assert!(matches!(got, Err(CollectError::Status { status: 404, .. })), "{got:?}");
    let (got, _) = ask(answer("200 OK\r\nContent-Encoding: deflate", &zlib(CONSENSUS)?[..20])).await?;
    assert!(matches!(got, Err(CollectError::Decode { .. })), "{got:?}");
    let (got, _) = ask(answer("200 OK\r\nContent-Encoding: deflate", &zlib(&vec![b'a'; 1 << 20])?)).await?;
    assert!(matches!(got, Err(CollectError::TooLarge { .. })), "{got:?}");
    let (got, _) = ask(Reply::Hang(Vec::new())).await?;
    assert!(matches!(got, Err(CollectError::Timeout { .. })), "{got:?}");
    Ok(())
}
