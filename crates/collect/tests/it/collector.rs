//! CollecTor as a server on loopback that behaves, lies and breaks off, and as a folder.

use crate::TestResult;
use crate::server::{Reply, Server, reply};
use allium_collect::{
    ArchiveKind, CollectError, Collector, CollectorLimits, CollectorSource, FetchOptions, Fetcher,
    FolderLimits, Jitter, PlanOptions, TokioPause, Url, archives, list_folder, plan,
};
use allium_documents::dirspec::IndexedFile;
use allium_model::Timestamp;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs;
use std::time::Duration;

const CONSENSUS: &[u8] = b"@type network-status-consensus-3 1.0\nnetwork-status-version 3\n";
const NAME: &str = "2026-03-22-05-00-00-consensus";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// An index with one consensus.
fn index(sha256: &str, size: usize) -> Vec<u8> {
    format!(
        r#"{{"index_created":"2026-03-22 05:48","path":"x","directories":[{{"path":"recent","directories":[
           {{"path":"relay-descriptors","directories":[{{"path":"consensuses","files":[
           {{"path":"{NAME}","size":{size},"last_modified":"2026-03-22 05:05","sha256":"{sha256}"}}]}}]}}]}}]}}"#
    )
    .into_bytes()
}

fn sound_index() -> Vec<u8> {
    index(&hex(&Sha256::digest(CONSENSUS)), CONSENSUS.len())
}

fn fetcher(options: FetchOptions) -> Result<Fetcher, CollectError> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Fetcher::new(FetchOptions { retries: 0, ..options }, TokioPause, Jitter::seeded(1))
}

/// A collector of a server with these answers, refreshed once.
async fn refreshed(replies: Vec<Reply>) -> Result<(Server, Collector, Fetcher), Box<dyn std::error::Error>> {
    let server = Server::start(replies).await?;
    let mut collector = collector(&server.url)?;
    let fetcher =
        fetcher(FetchOptions { read_timeout: Duration::from_millis(300), ..FetchOptions::default() })?;
    collector.refresh(&fetcher).await?;
    Ok((server, collector, fetcher))
}

fn collector(url: &Url) -> Result<Collector, CollectError> {
    let base = url.as_str().trim_end_matches("details");
    let limits = CollectorLimits { max_index_bytes: 1 << 20, max_file_bytes: 1 << 16 };
    Ok(Collector::new(CollectorSource::parse(base)?, limits))
}

/// What comes of one file behind a sound index.
async fn file_of(answer: Reply) -> Result<Result<Vec<u8>, CollectError>, Box<dyn std::error::Error>> {
    let (_server, collector, fetcher) = refreshed(vec![reply("200 OK", &[], &sound_index()), answer]).await?;
    let file = collector.files().first().ok_or("one file")?;
    Ok(collector.get(file, &fetcher).await)
}

#[tokio::test]
async fn the_index_is_asked_for_conditionally_and_files_are_checked() -> TestResult {
    let modified = "Last-Modified: Sun, 22 Mar 2026 05:48:00 GMT";
    let (server, mut collector, fetcher) = refreshed(vec![
        reply("200 OK", &[modified], &sound_index()),
        reply("304 Not Modified", &[], b""),
        reply("200 OK", &[], CONSENSUS),
    ])
    .await?;
    assert!(!collector.refresh(&fetcher).await?);
    let file = collector.files().first().ok_or("one file")?.clone();
    assert_eq!(collector.get(&file, &fetcher).await?, CONSENSUS);
    let requests = server.requests();
    assert!(requests[0].starts_with("GET /index/index.json.xz HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(requests[1].contains("if-modified-since: Sun, 22 Mar 2026 05:48:00 GMT"), "{}", requests[1]);
    let path = format!("GET /recent/relay-descriptors/consensuses/{NAME} HTTP/1.1\r\n");
    assert!(requests[2].starts_with(&path), "{}", requests[2]);
    Ok(())
}

#[tokio::test]
async fn a_service_without_a_compressed_index_is_asked_for_the_plain_one() -> TestResult {
    let (server, collector, _) =
        refreshed(vec![reply("404 Not Found", &[], b""), reply("200 OK", &[], &sound_index())]).await?;
    assert_eq!(collector.files().len(), 1);
    assert!(server.requests()[1].starts_with("GET /index/index.json HTTP/1.1\r\n"));
    Ok(())
}

#[tokio::test]
async fn a_file_compressed_on_its_way_is_checked_unpacked() -> TestResult {
    let packed = zstd::encode_all(CONSENSUS, 1)?;
    let got = file_of(reply("200 OK", &["Content-Encoding: zstd"], &packed)).await?;
    assert_eq!(got?, CONSENSUS);
    Ok(())
}

#[tokio::test]
async fn other_bytes_than_the_index_speaks_of_are_refused() -> TestResult {
    let mut flipped = CONSENSUS.to_vec();
    flipped[40] ^= 1;
    for wrong in [flipped, CONSENSUS[..30].to_vec(), zstd::encode_all(&CONSENSUS[1..], 1)?] {
        let got = file_of(reply("200 OK", &[], &wrong)).await?;
        assert!(matches!(got, Err(CollectError::Digest { .. })), "{got:?}");
    }
    Ok(())
}

#[tokio::test]
async fn web_pages_broken_off_oversized_and_silent_answers_are_errors() -> TestResult {
    let html = file_of(reply("200 OK", &["Content-Type: text/html"], b"<html>")).await?;
    assert!(matches!(html, Err(CollectError::Html { .. })), "{html:?}");
    let half = Reply::Close([b"HTTP/1.1 200 OK\r\nContent-Length: 62\r\n\r\n", &CONSENSUS[..20]].concat());
    let half = file_of(half).await?;
    assert!(matches!(half, Err(CollectError::Truncated { .. })), "{half:?}");
    let silent = file_of(Reply::Hang(b"HTTP/1.1 200 OK\r\nContent-Length: 62\r\n\r\n".to_vec())).await?;
    assert!(matches!(silent, Err(CollectError::Timeout { .. })), "{silent:?}");
    let bomb = zstd::encode_all(&vec![b'a'; 1 << 20][..], 1)?;
    let bomb = file_of(reply("200 OK", &[], &bomb)).await?;
    assert!(matches!(bomb, Err(CollectError::Decode { .. })), "{bomb:?}");
    Ok(())
}

#[tokio::test]
async fn a_file_that_the_index_calls_too_large_is_not_fetched() -> TestResult {
    let index = index(&"0".repeat(64), 1 << 20);
    let (server, collector, fetcher) = refreshed(vec![reply("200 OK", &[], &index)]).await?;
    let file = collector.files().first().ok_or("one file")?;
    let got = collector.get(file, &fetcher).await;
    assert!(matches!(got, Err(CollectError::TooLarge { .. })), "{got:?}");
    assert_eq!(server.requests().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_broken_index_leaves_the_last_one() -> TestResult {
    let (_server, mut collector, fetcher) = refreshed(vec![
        reply("200 OK", &[], &sound_index()),
        reply("200 OK", &[], b"{\"files\":["),
        reply("200 OK", &["Content-Type: text/html"], b"<html>"),
    ])
    .await?;
    let broken = collector.refresh(&fetcher).await;
    assert!(matches!(broken, Err(CollectError::Index { .. })), "{broken:?}");
    assert!(collector.refresh(&fetcher).await.is_err());
    assert_eq!(collector.files().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_folder_is_a_source_like_a_service() -> TestResult {
    let root = tempfile::tempdir()?;
    let folder = root.path().join("recent/relay-descriptors/consensuses");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(format!("{NAME}.zst")), zstd::encode_all(CONSENSUS, 1)?)?;
    fs::write(folder.join(".hidden"), "x")?;
    let source = CollectorSource::Directory(root.path().to_owned());
    let mut collector = Collector::new(source, CollectorLimits::default());
    let fetcher = fetcher(FetchOptions::default())?;
    assert!(collector.refresh(&fetcher).await?);
    assert!(!collector.refresh(&fetcher).await?);
    let rounds = plan(collector.files(), |_| false, &PlanOptions { since: Timestamp(0), max_rounds: 5 });
    let file = rounds[0].consensus.clone().ok_or("a consensus")?;
    assert_eq!(collector.get(&file, &fetcher).await?, CONSENSUS);
    assert!(archives(&[Timestamp(0)], ArchiveKind::Consensuses, collector.files()).is_empty());
    Ok(())
}

#[test]
fn folders_are_bounded_and_links_are_not_followed() -> TestResult {
    let root = tempfile::tempdir()?;
    fs::create_dir_all(root.path().join("a/b"))?;
    for name in ["one", "a/two", "a/b/three"] {
        fs::write(root.path().join(name), "x")?;
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("/", root.path().join("a/root"))?;
    let names = |files: Vec<IndexedFile>| files.iter().map(|file| file.path.to_string()).collect::<Vec<_>>();
    let all = list_folder(root.path(), &FolderLimits::default())?;
    assert_eq!(names(all), ["a/b/three", "a/two", "one"]);
    let shallow = list_folder(root.path(), &FolderLimits { max_depth: 1, ..FolderLimits::default() })?;
    assert_eq!(names(shallow), ["a/two", "one"]);
    let few = list_folder(root.path(), &FolderLimits { max_files: 1, ..FolderLimits::default() });
    assert!(matches!(few, Err(CollectError::TooManyFiles { limit: 1, .. })), "{few:?}");
    let missing = list_folder(&root.path().join("none"), &FolderLimits::default());
    assert!(matches!(missing, Err(CollectError::DirectoryMissing { .. })), "{missing:?}");
    Ok(())
}
