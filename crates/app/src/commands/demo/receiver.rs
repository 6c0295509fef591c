//! Who receives the alerts of a demo: a webhook on loopback that writes each message to the terminal.

use crate::commands::say;
use serde::Deserialize;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// Longest line of a head, and most lines.
const MAX_LINE_BYTES: u64 = 8192;
const MAX_LINES: usize = 64;
/// Longest message that is read; alerts of Allium are shorter.
const MAX_BODY_BYTES: u64 = 2 << 20;
/// How long a sender may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is shown of a message.
#[derive(Debug, Deserialize)]
struct Message {
    event: String,
    severity: String,
    title: String,
}

/// Starts to receive, on a thread of its own that ends with the process.
///
/// # Errors
/// When there is no port or no thread.
pub fn start() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let receive = move || {
        for connection in listener.incoming().flatten() {
            // A sender that breaks off sends it again.
            let _ = answer(connection);
        }
    };
    std::thread::Builder::new().name("receiver".into()).spawn(receive)?;
    Ok(address)
}

/// Reads a request, shows its message and accepts it.
fn answer(connection: TcpStream) -> io::Result<()> {
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(connection);
    let status = match read_body(&mut reader)?.as_deref().and_then(words) {
        Some(words) => {
            say(format_args!("ALERT {words}"));
            "204 No Content"
        }
        None => "400 Bad Request",
    };
    let mut connection = reader.into_inner();
    write!(connection, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

/// The body of a request; `None` of one without or with too long a one.
fn read_body(reader: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut length = None;
    for _ in 0..MAX_LINES {
        let mut line = String::new();
        reader.by_ref().take(MAX_LINE_BYTES).read_line(&mut line)?;
        if line.trim_end().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<u64>().ok();
        }
    }
    let Some(length) = length.filter(|length| *length <= MAX_BODY_BYTES) else { return Ok(None) };
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    Ok((body.len() as u64 == length).then_some(body))
}

/// A message in one line.
fn words(body: &[u8]) -> Option<String> {
    let Message { event, severity, title } = serde_json::from_slice(body).ok()?;
    Some(format!("{event} ({severity}): {title}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(request: &str) -> Option<String> {
        read_body(&mut request.as_bytes()).unwrap().as_deref().and_then(words)
    }

    #[test]
    fn a_message_is_one_line() {
        let body = r#"{"event":"raised","severity":"warning","title":"34 relays of AS64584","more":1}"#;
        let request = format!("POST / HTTP/1.1\r\ncontent-length: {}\r\nhost: x\r\n\r\n{body}", body.len());
        assert_eq!(read(&request).unwrap(), "raised (warning): 34 relays of AS64584");
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let endless = format!("GET / HTTP/1.1\r\n{}", "a: b\r\n".repeat(1000));
        let large = format!("POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n{{}}", MAX_BODY_BYTES + 1);
        let short = "POST / HTTP/1.1\r\nContent-Length: 90\r\n\r\n{}";
        for request in ["", "GET / HTTP/1.1\r\n\r\n", "\r\n\r\n{}", &endless, &large, short] {
            assert_eq!(read(request), None, "{request:.40}");
        }
    }
}
