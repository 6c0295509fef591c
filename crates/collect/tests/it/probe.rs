//! Looks at authorities that answer, lie, hang and are gone.

use crate::TestResult;
use crate::server::{Reply, Server, reply};
use allium_collect::{ProbeOptions, ProbeTarget, Prober};
use allium_model::{AuthorityProbe, Fingerprint, ProbeOutcome, Timestamp};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;

const IDENTITY: &str = "472350B2073447F4A0342254518E9D5D5D1B4005";

/// 2026-11-20 13:18:10.
const NOW: Timestamp = Timestamp(1_795_180_690);

fn options() -> ProbeOptions {
    ProbeOptions {
        connect_timeout: Duration::from_millis(500),
        answer_timeout: Duration::from_millis(500),
        ..ProbeOptions::default()
    }
}

fn address(server: &Server) -> Result<SocketAddr, Box<dyn std::error::Error>> {
    let port = server.url.port().ok_or("no port")?;
    Ok(SocketAddr::from(([127, 0, 0, 1], port)))
}

fn identity() -> Result<Fingerprint, Box<dyn std::error::Error>> {
    Ok(IDENTITY.parse()?)
}

async fn look(server: &Server) -> Result<AuthorityProbe, Box<dyn std::error::Error>> {
    let target = ProbeTarget { identity: identity()?, address: address(server)? };
    let mut probes = Prober::new(options()).look(&[target], NOW).await;
    Ok(probes.pop().ok_or("no probe")?)
}

fn certificate() -> Reply {
    let text = format!("dir-key-certificate-version 3\nfingerprint {IDENTITY}\n");
    reply("200 OK", &["Date: Fri, 20 Nov 2026 13:18:52 GMT"], text.as_bytes())
}

fn document(valid_after: &str) -> Reply {
    let text = format!(
        "network-status-version 3\nvote-status consensus\nvalid-after {valid_after}\n\
         fresh-until 2026-11-20 13:18:20\n{}",
        "r relay\n".repeat(10_000)
    );
    reply("200 OK", &[], text.as_bytes())
}

#[tokio::test]
async fn a_sound_authority_is_looked_at_whole() -> TestResult {
    let server =
        Server::start(vec![certificate(), document("2026-11-20 13:18:00"), document("2026-11-20 13:17:40")])
            .await?;
    let probe = look(&server).await?;
    assert_eq!((probe.outcome, probe.problem), (ProbeOutcome::Answered, None));
    assert_eq!(probe.consensus_valid_after, Some("2026-11-20 13:18:00".parse()?));
    assert_eq!(probe.vote_valid_after, Some("2026-11-20 13:17:40".parse()?));
    assert!((41..=43).contains(&probe.clock_skew_seconds.ok_or("no skew")?));
    assert!(probe.connect_ms <= probe.answer_ms && probe.answer_ms.is_some());
    let requests = server.requests();
    assert!(requests[0].starts_with("GET /tor/keys/authority HTTP/1.0\r\n"), "{}", requests[0]);
    assert!(requests[0].contains("User-Agent: Allium/"), "{}", requests[0]);
    Ok(())
}

#[tokio::test]
async fn documents_are_looked_at_once_a_round() -> TestResult {
    let replies = vec![
        certificate(),
        document("2026-11-20 13:18:00"),
        document("2026-11-20 13:17:40"),
        certificate(),
        document("2026-11-20 13:18:00"),
        certificate(),
    ];
    let server = Server::start(replies).await?;
    let targets = [ProbeTarget { identity: identity()?, address: address(&server)? }];
    let mut prober = Prober::new(options());
    prober.look(&targets, NOW).await;
    assert_eq!(prober.interval_seconds(), 20);
    // The vote was stale, so it is looked at again, and the consensus is not.
    let probe = &prober.look(&targets, NOW).await[0];
    assert_eq!(probe.consensus_valid_after, None);
    assert!(probe.vote_valid_after.is_some());
    prober.look(&targets, NOW).await;
    let asked: Vec<String> =
        server.requests().iter().filter_map(|head| head.split(' ').nth(1).map(str::to_owned)).collect();
    assert_eq!(asked.len(), 6);
    assert!(asked[4].ends_with("current/authority") && asked[5].ends_with("keys/authority"));
    Ok(())
}

#[tokio::test]
async fn one_that_accepts_and_is_silent_has_timed_out() -> TestResult {
    let server = Server::start(vec![Reply::Hang(Vec::new())]).await?;
    assert_eq!(look(&server).await?.outcome, ProbeOutcome::TimedOut);
    let server = Server::start(vec![Reply::Hang(b"HTTP/1.0 200 OK\r\nDa".to_vec())]).await?;
    assert_eq!(look(&server).await?.outcome, ProbeOutcome::TimedOut);
    // It may also fall silent after the first answer.
    let server = Server::start(vec![certificate(), Reply::Hang(Vec::new())]).await?;
    assert_eq!(look(&server).await?.outcome, ProbeOutcome::TimedOut);
    Ok(())
}

#[tokio::test]
async fn one_that_is_gone_has_refused() -> TestResult {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    drop(listener);
    let targets = [ProbeTarget { identity: identity()?, address }];
    let probe = Prober::new(options()).look(&targets, NOW).await.remove(0);
    assert_eq!((probe.outcome, probe.connect_ms), (ProbeOutcome::Refused, None));
    let server = Server::start(vec![Reply::Close(Vec::new())]).await?;
    assert_eq!(look(&server).await?.outcome, ProbeOutcome::Refused);
    Ok(())
}

#[tokio::test]
async fn answers_that_cannot_be_read_have_failed() -> TestResult {
    let impostor = IDENTITY.replace("4723", "FFFF");
    let replies = [
        Reply::Close(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec()),
        Reply::Close(vec![b'x'; 100_000]),
        reply("503 Directory busy", &[], b""),
        reply("200 OK", &[], b"<!doctype html>"),
        reply("200 OK", &[], format!("dir-key-certificate-version 3\nfingerprint {impostor}\n").as_bytes()),
    ];
    for one in replies {
        let server = Server::start(vec![one]).await?;
        let probe = look(&server).await?;
        assert_eq!(probe.outcome, ProbeOutcome::Failed, "{probe:?}");
        assert!(probe.problem.is_some());
    }
    Ok(())
}

#[tokio::test]
async fn a_document_that_is_not_there_is_told() -> TestResult {
    let missing = || reply("404 Not found", &[], b"");
    let server = Server::start(vec![certificate(), document("2026-11-20 13:18:00"), missing()]).await?;
    let probe = look(&server).await?;
    assert_eq!(probe.outcome, ProbeOutcome::Answered);
    assert_eq!(probe.problem.as_deref(), Some("it has no vote of its own"));
    Ok(())
}

#[tokio::test]
async fn nobody_is_accused_when_our_own_network_is_down() -> TestResult {
    let gone = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
    let targets = [ProbeTarget { identity: identity()?, address: gone }];
    let down = ProbeOptions { control: vec![gone.to_string()], ..options() };
    let probe = Prober::new(down).look(&targets, NOW).await.remove(0);
    assert_eq!(probe.outcome, ProbeOutcome::NotMeasured);
    let control = TcpListener::bind("127.0.0.1:0").await?;
    let up = ProbeOptions { control: vec![control.local_addr()?.to_string()], ..options() };
    let probe = Prober::new(up).look(&targets, NOW).await.remove(0);
    assert_eq!(probe.outcome, ProbeOutcome::Refused);
    Ok(())
}
