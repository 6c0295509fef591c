//! A question to a DirPort, as plain as it gets: HTTP/1.0, no encoding, the connection closes.

use anyhow::{Context, Result, ensure};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// A daemon on loopback that does not answer within this time is frozen.
const LIMIT: Duration = Duration::from_secs(2);

/// More than any document of a private network.
const MAX_BYTES: u64 = 16 << 20;

/// What a DirPort answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The document.
    pub body: Vec<u8>,
}

/// Asks a port of loopback for a path.
pub fn get(port: u16, path: &str) -> Result<Answer> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n")?;
    let mut bytes = Vec::new();
    stream.take(MAX_BYTES).read_to_end(&mut bytes)?;
    parse(&bytes).with_context(|| format!("failed to read the answer to {path}"))
}

fn parse(bytes: &[u8]) -> Result<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").context("no end of the head")?;
    let head = std::str::from_utf8(&bytes[..end])?;
    ensure!(head.starts_with("HTTP/1."), "not HTTP");
    let status = head.split(' ').nth(1).context("no status")?.parse()?;
    Ok(Answer { status, body: bytes[end + 4..].to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart() {
        let answer = parse(b"HTTP/1.0 200 OK\r\nDate: now\r\n\r\nbody\r\n\r\n").unwrap();
        assert_eq!(answer, Answer { status: 200, body: b"body\r\n\r\n".to_vec() });
        assert!(parse(b"HTTP/1.0 200 OK\r\n").is_err());
        assert!(parse(b"SSH-2.0\r\n\r\n").is_err());
    }
}
