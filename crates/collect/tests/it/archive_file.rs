//! Archives of a service: fetched whole into a folder, or not there.

use crate::TestResult;
use crate::server::{Reply, Server, reply};
use allium_collect::{CollectError, ExpectedFile, FetchOptions, Fetcher, Jitter, TokioPause};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::time::Duration;

const ARCHIVE: &[u8] = b"a month of consensuses";

async fn fetch(
    replies: Vec<Reply>,
    folder: &Path,
) -> Result<(Result<PathBuf, CollectError>, usize), Box<dyn std::error::Error>> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let server = Server::start(replies).await?;
    let options = FetchOptions {
        retries: 1,
        base_backoff: Duration::ZERO,
        read_timeout: Duration::from_millis(300),
        ..FetchOptions::default()
    };
    let fetcher = Fetcher::new(options, TokioPause, Jitter::seeded(1))?;
    let expected = ExpectedFile { max_bytes: 100, sha256: Sha256::digest(ARCHIVE).into() };
    let fetched = fetcher.fetch_file(&server.url, folder, "x.tar.xz", expected).await;
    Ok((fetched, server.requests().len()))
}

fn half() -> Reply {
    Reply::Close([b"HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n", &ARCHIVE[..9]].concat())
}

#[tokio::test(start_paused = true)]
async fn an_archive_that_broke_off_is_fetched_again_from_its_start() -> TestResult {
    let folder = tempfile::tempdir()?;
    let (path, requests) = fetch(vec![half(), reply("200 OK", &[], ARCHIVE)], folder.path()).await?;
    assert_eq!((std::fs::read(path?)?, requests), (ARCHIVE.to_vec(), 2));
    Ok(())
}

#[tokio::test]
async fn other_bytes_too_many_and_errors_leave_no_file() -> TestResult {
    let folder = tempfile::tempdir()?;
    let (got, _) = fetch(vec![reply("200 OK", &[], b"another month of them!")], folder.path()).await?;
    assert!(matches!(got, Err(CollectError::Digest { .. })), "{got:?}");
    let (got, _) = fetch(vec![reply("200 OK", &[], &[b'a'; 101])], folder.path()).await?;
    assert!(matches!(got, Err(CollectError::TooLarge { .. })), "{got:?}");
    let (got, _) = fetch(vec![reply("404 Not Found", &[], b"")], folder.path()).await?;
    assert!(matches!(got, Err(CollectError::Status { status: 404, .. })), "{got:?}");
    assert!(std::fs::read_dir(folder.path())?.next().is_none());
    Ok(())
}
