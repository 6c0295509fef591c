//! Everything by way of a SOCKS proxy: documents of a DirPort, and looks at an authority.

use crate::TestResult;
use crate::server::{Server, reply};
use allium_collect::{
    DirPortDocument, FetchOptions, Fetcher, Jitter, ProbeOptions, ProbeTarget, Prober, TokioPause,
    ask_dir_port, dir_port_options,
};
use allium_model::{AuthorityProbe, Fingerprint, ProbeOutcome, Timestamp};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const CONSENSUS: &[u8] = b"network-status-version 3 microdesc\nvote-status consensus\n";

/// What a proxy says to a request.
#[derive(Clone, Copy)]
enum Manner {
    /// It connects to IPv4 addresses.
    Connect,
    /// It answers with this code.
    Refuse(u8),
}

/// A proxy without a password; its address, and how many connections it made.
async fn proxy(manner: Manner) -> io::Result<(String, Arc<AtomicUsize>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("socks5h://{}", listener.local_addr()?);
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, manner, Arc::clone(&count)));
        }
    });
    Ok((address, made))
}

async fn serve(mut client: TcpStream, manner: Manner, made: Arc<AtomicUsize>) -> io::Result<()> {
    let methods = [client.read_u8().await?, client.read_u8().await?][1];
    client.read_exact(&mut vec![0; usize::from(methods)]).await?;
    client.write_all(&[5, 0]).await?;
    let mut request = [0; 4];
    client.read_exact(&mut request).await?;
    assert_eq!(request, [5, 1, 0, 1], "a connection to an IPv4 address is asked for");
    let mut ip = [0; 4];
    client.read_exact(&mut ip).await?;
    let port = client.read_u16().await?;
    let code = if let Manner::Refuse(code) = manner { code } else { 0 };
    client.write_all(&[5, code, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    if code == 0 {
        made.fetch_add(1, Ordering::Relaxed);
        let mut server = TcpStream::connect(SocketAddr::from((ip, port))).await?;
        tokio::io::copy_bidirectional(&mut client, &mut server).await?;
    }
    Ok(())
}

fn address(server: &Server) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], server.url.port().unwrap_or_default()))
}

#[tokio::test]
async fn a_consensus_of_a_dir_port_comes_through_the_proxy() -> TestResult {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let server = Server::start(vec![reply("200 OK", &[], CONSENSUS)]).await?;
    let (socks_proxy, made) = proxy(Manner::Connect).await?;
    let options = FetchOptions { socks_proxy: Some(socks_proxy), ..FetchOptions::default() };
    let fetcher =
        Fetcher::new(dir_port_options(options, Duration::from_secs(20)), TokioPause, Jitter::seeded(1))?;
    let got = ask_dir_port(&fetcher, address(&server), DirPortDocument::MicrodescConsensus, 1 << 16).await?;
    assert_eq!((got.as_slice(), made.load(Ordering::Relaxed)), (CONSENSUS, 1));
    Ok(())
}

async fn look(server: &Server, socks_proxy: String, control: Vec<String>) -> Option<AuthorityProbe> {
    let options = ProbeOptions { socks_proxy: Some(socks_proxy), control, ..ProbeOptions::default() };
    let target = ProbeTarget { identity: Fingerprint([0xAB; 20]), address: address(server) };
    Prober::new(options).look(&[target], Timestamp(1_795_180_690)).await.pop()
}

fn certificate() -> String {
    format!("dir-key-certificate-version 3\nfingerprint {}\n", "AB".repeat(20))
}

#[tokio::test]
async fn an_authority_is_looked_at_through_the_proxy_without_times() -> TestResult {
    let date = "Date: Fri, 20 Nov 2026 13:18:52 GMT";
    let replies = vec![reply("200 OK", &[date], certificate().as_bytes())];
    let missing = || reply("404 Not found", &[], b"");
    let server = Server::start(replies.into_iter().chain([missing(), missing()]).collect()).await?;
    let (socks_proxy, made) = proxy(Manner::Connect).await?;
    let probe = look(&server, socks_proxy, Vec::new()).await.ok_or("a probe")?;
    assert_eq!((probe.outcome, probe.connect_ms, probe.answer_ms), (ProbeOutcome::Answered, None, None));
    assert!(probe.clock_skew_seconds.is_some_and(|skew| (40..=43).contains(&skew)), "{probe:?}");
    assert_eq!(made.load(Ordering::Relaxed), 3);
    Ok(())
}

#[tokio::test]
async fn a_proxy_that_fails_accuses_no_authority() -> TestResult {
    let server = Server::start(Vec::new()).await?;
    let gone = TcpListener::bind("127.0.0.1:0").await?;
    let closed = format!("socks5h://{}", gone.local_addr()?);
    drop(gone);
    let probe = look(&server, closed, Vec::new()).await.ok_or("a probe")?;
    assert_eq!(probe.outcome, ProbeOutcome::NotMeasured, "{probe:?}");
    let (socks_proxy, _) = proxy(Manner::Refuse(5)).await?;
    let probe = look(&server, socks_proxy.clone(), Vec::new()).await.ok_or("a probe")?;
    assert_eq!(probe.outcome, ProbeOutcome::Refused);
    assert_eq!(probe.problem.as_deref(), Some("it refused the connection of the proxy"));
    Ok(())
}
