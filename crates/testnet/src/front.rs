//! A door in front of a DirPort that can misbehave where the daemon behind it is sound: it holds
//! connections without an answer, or tells another time of day.

use crate::clock::{http_date, now_seconds};
use anyhow::{Context, Result};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Longest head of a request.
const MAX_HEAD_BYTES: usize = 8 << 10;

/// More than any document of a private network.
const MAX_BYTES: u64 = 16 << 20;

/// Who keeps silent for so long has left.
const LIMIT: Duration = Duration::from_secs(30);

/// How a door behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Manner {
    /// Everything goes through as it is.
    #[default]
    Open,
    /// Connections are accepted, and nothing is answered.
    Hanging,
    /// `Date` is so many seconds ahead (negative: behind).
    ClockAhead(i64),
}

/// A door; it closes when this is dropped.
#[derive(Debug)]
pub struct Front {
    port: u16,
    manner: Arc<Mutex<Manner>>,
    is_closed: Arc<AtomicBool>,
}

impl Front {
    /// Opens a door on loopback in front of a port of loopback.
    pub fn start(target: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port for a door")?;
        let port = listener.local_addr()?.port();
        let front = Self { port, manner: Arc::default(), is_closed: Arc::default() };
        let (manner, is_closed) = (Arc::clone(&front.manner), Arc::clone(&front.is_closed));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if is_closed.load(Ordering::Relaxed) {
                    return;
                }
                let manner = *manner.lock().unwrap_or_else(PoisonError::into_inner);
                // What goes wrong with one connection its client sees.
                std::thread::spawn(move || serve(stream, target, manner));
            }
        });
        Ok(front)
    }

    /// Where it is.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Behaves in this manner from the next connection on.
    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap_or_else(PoisonError::into_inner) = manner;
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.is_closed.store(true, Ordering::Relaxed);
        // Wakes the listener, which then ends.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

fn serve(mut client: TcpStream, target: u16, manner: Manner) -> Result<()> {
    client.set_read_timeout(Some(LIMIT))?;
    let request = read_head(&mut client)?;
    if manner == Manner::Hanging {
        // Until the client loses patience.
        let _ = client.read(&mut [0])?;
        return Ok(());
    }
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, target));
    let mut daemon = TcpStream::connect_timeout(&address, LIMIT)?;
    daemon.set_read_timeout(Some(LIMIT))?;
    daemon.write_all(&request)?;
    let mut answer = Vec::new();
    daemon.take(MAX_BYTES).read_to_end(&mut answer)?;
    if let Manner::ClockAhead(seconds) = manner {
        answer = with_date(&answer, &http_date(now_seconds() as i64 + seconds));
    }
    Ok(client.write_all(&answer)?)
}

fn read_head(client: &mut TcpStream) -> Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && head.len() < MAX_HEAD_BYTES {
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(head)
}

/// The answer with another value of its first line `Date`; unchanged without one.
fn with_date(answer: &[u8], date: &str) -> Vec<u8> {
    let place = |of: &[u8], what: &[u8]| of.windows(what.len()).position(|window| window == what);
    let value = place(answer, b"\r\nDate: ").map(|start| start + 8);
    let end = value.and_then(|start| Some(start + place(&answer[start..], b"\r\n")?));
    match (value, end) {
        (Some(start), Some(end)) => [&answer[..start], date.as_bytes(), &answer[end..]].concat(),
        _ => answer.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::get;

    /// A daemon that answers everybody alike, for as long as the test runs.
    fn daemon() -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let _ = read_head(&mut stream);
                let _ = stream.write_all(b"HTTP/1.0 200 OK\r\nDate: now\r\n\r\nDate: of the document\r\n");
            }
        });
        port
    }

    #[test]
    fn a_door_lets_through_holds_and_opens_again() {
        let front = Front::start(daemon()).unwrap();
        let body = || get(front.port(), "/").map(|answer| answer.body);
        assert_eq!(body().unwrap(), b"Date: of the document\r\n");
        front.behave(Manner::Hanging);
        assert!(body().is_err());
        front.behave(Manner::Open);
        assert!(body().is_ok());
    }

    #[test]
    fn only_the_date_of_the_head_is_changed() {
        let answer = b"HTTP/1.0 200 OK\r\nDate: now\r\nX: y\r\n\r\n\r\nDate: z\r\n";
        let changed = with_date(answer, &http_date(0));
        let expected =
            b"HTTP/1.0 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nX: y\r\n\r\n\r\nDate: z\r\n";
        assert_eq!(changed, expected);
        assert_eq!(with_date(b"SSH-2.0\r\n", "x"), b"SSH-2.0\r\n");
    }
}
