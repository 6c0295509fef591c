//! One question to a DirPort, timed, with no more of the answer read than is wanted.
//!
//! This is HTTP/1.0 by hand, for two reasons: the time until the connection stands is wanted by itself,
//! and of megabytes only the first lines are. A small receive buffer keeps the other side from sending
//! much that nobody reads.

use super::{ProbeOptions, proxy};
use allium_model::Timestamp;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, timeout};

/// More than any head of an answer.
const MAX_HEAD_BYTES: usize = 8 << 10;

/// Bytes that the other side may send ahead.
const RECEIVE_BUFFER_BYTES: u32 = 16 << 10;

/// What was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heard {
    /// HTTP status.
    pub(super) status: u16,
    /// The other side's clock.
    pub(super) date: Option<Timestamp>,
    /// The beginning of the document, or all of it.
    pub(super) body: Vec<u8>,
    /// Until the connection stood.
    pub(super) connected_in: Duration,
    /// From the beginning until what is wanted was there.
    pub(super) answered_in: Duration,
}

/// Why nothing was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Time ran out.
    TimedOut {
        /// While waiting for what.
        doing: &'static str,
    },
    /// No connection, or one that broke.
    Refused {
        /// In the words of the system.
        reason: String,
    },
    /// The proxy between failed, which says nothing of the other side.
    Proxy {
        /// In plain words.
        reason: String,
    },
    /// An answer that is not HTTP.
    Garbled,
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::TimedOut {
            return Self::TimedOut { doing: "connecting" };
        }
        Self::Refused { reason: error.to_string().to_lowercase() }
    }
}

/// Asks for a path and reads at most `bytes` of the document.
pub(super) async fn ask(
    address: SocketAddr,
    path: &str,
    bytes: usize,
    options: &ProbeOptions,
) -> Result<Heard, Trouble> {
    let started = Instant::now();
    let connecting = timeout(options.connect_timeout, connect(address, options));
    let stream = connecting.await.map_err(|_| Trouble::TimedOut { doing: "connecting" })??;
    let connected_in = started.elapsed();
    let request = format!(
        "GET {path} HTTP/1.0\r\nHost: {address}\r\nUser-Agent: {}\r\nAccept-Encoding: identity\r\n\r\n",
        options.user_agent
    );
    let talking = async {
        write_all(&stream, request.as_bytes()).await?;
        read(&stream, bytes).await
    };
    let (head, body) = timeout(options.answer_timeout, talking)
        .await
        .map_err(|_| Trouble::TimedOut { doing: "waiting for the answer" })??;
    let (status, date) = parse_head(&head).ok_or(Trouble::Garbled)?;
    Ok(Heard { status, date, body, connected_in, answered_in: started.elapsed() })
}

async fn connect(address: SocketAddr, options: &ProbeOptions) -> Result<TcpStream, Trouble> {
    match &options.socks_proxy {
        Some(proxy) => proxy::connect(proxy, address).await,
        None => Ok(connect_directly(address).await?),
    }
}

async fn connect_directly(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES)?;
    socket.connect(address).await
}

pub(super) async fn write_all(stream: &TcpStream, mut bytes: &[u8]) -> Result<(), Trouble> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Reads the head and so much of the body as is wanted, or until the other side closes.
async fn read(stream: &TcpStream, wanted_bytes: usize) -> Result<(Vec<u8>, Vec<u8>), Trouble> {
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    let mut body_start = None;
    loop {
        if body_start.is_none() {
            body_start = end_of_head(&received);
        }
        match body_start {
            Some(start) if received.len() - start >= wanted_bytes => break,
            None if received.len() > MAX_HEAD_BYTES => return Err(Trouble::Garbled),
            _ => {}
        }
        stream.readable().await?;
        match stream.try_read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => received.extend_from_slice(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
    }
    let Some(start) = body_start else {
        let reason = "it closed the connection without an answer".to_owned();
        return Err(if received.is_empty() { Trouble::Refused { reason } } else { Trouble::Garbled });
    };
    let mut body = received.split_off(start);
    body.truncate(wanted_bytes);
    Ok((received, body))
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|place| place + 4)
}

/// Status and date.
fn parse_head(head: &[u8]) -> Option<(u16, Option<Timestamp>)> {
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    let date =
        lines.filter_map(|line| line.split_once(':')).find(|(name, _)| name.eq_ignore_ascii_case("date"));
    Some((status, date.and_then(|(_, value)| http_date(value.trim()))))
}

fn http_date(text: &str) -> Option<Timestamp> {
    let date = httpdate::parse_http_date(text).ok()?;
    let since_1970 = date.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since_1970.as_secs()).ok().map(Timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_and_date_are_read_and_other_lines_are_not_needed() {
        let head = b"HTTP/1.0 200 OK\r\ndate: Fri, 20 Nov 2026 13:18:02 GMT\r\nX: y\r\n\r\n";
        assert_eq!(parse_head(head), Some((200, "2026-11-20 13:18:02".parse().ok())));
        assert_eq!(parse_head(b"HTTP/1.0 404 Not found\r\n\r\n"), Some((404, None)));
        assert_eq!(parse_head(b"HTTP/1.0 200 OK\r\nDate: soon\r\n\r\n"), Some((200, None)));
    }

    #[test]
    fn what_is_not_http_is_refused() {
        for head in
            [&b"SSH-2.0-OpenSSH\r\n\r\n"[..], b"HTTP/1.0\r\n\r\n", b"HTTP/1.0 ok\r\n\r\n", b"\xff\r\n\r\n"]
        {
            assert_eq!(parse_head(head), None);
        }
    }
}
