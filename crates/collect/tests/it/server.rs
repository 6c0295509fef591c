//! A server that gives prepared answers, one connection each, and keeps what it was asked.

use allium_collect::Url;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One prepared answer.
pub(crate) enum Reply {
    /// These bytes, then the end of the connection.
    Close(Vec<u8>),
    /// These bytes, then silence.
    Hang(Vec<u8>),
}

/// An answer of a status line, header lines and a body with its `Content-Length`.
pub(crate) fn reply(status: &str, headers: &[&str], body: &[u8]) -> Reply {
    let length = format!("Content-Length: {}", body.len());
    let lines: Vec<&str> = headers.iter().copied().chain([length.as_str(), "Connection: close"]).collect();
    let head = format!("HTTP/1.1 {status}\r\n{}\r\n\r\n", lines.join("\r\n"));
    Reply::Close([head.as_bytes(), body].concat())
}

/// A running server; it ends with the test's runtime.
pub(crate) struct Server {
    /// `http://127.0.0.1:<port>/details`.
    pub(crate) url: Url,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Gives the answers in order; after the last one, connections are refused.
    pub(crate) async fn start(replies: Vec<Reply>) -> Result<Self, Box<dyn std::error::Error>> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = Url::parse(&format!("http://{}/details", listener.local_addr()?))?;
        let requests = Arc::new(Mutex::new(Vec::new()));
        tokio::spawn(serve(listener, replies, Arc::clone(&requests)));
        Ok(Self { url, requests })
    }

    /// The heads of the requests so far, header names in lower case.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn serve(
    listener: TcpListener,
    replies: Vec<Reply>,
    requests: Arc<Mutex<Vec<String>>>,
) -> io::Result<()> {
    let mut silent = Vec::new();
    for reply in replies {
        let (mut stream, _) = listener.accept().await?;
        let head = read_head(&mut stream).await?;
        requests.lock().unwrap_or_else(PoisonError::into_inner).push(head);
        match reply {
            // A client may stop reading early; that is its right.
            Reply::Close(bytes) => drop(stream.write_all(&bytes).await),
            Reply::Hang(bytes) => {
                stream.write_all(&bytes).await?;
                silent.push(stream);
            }
        }
    }
    if silent.is_empty() { Ok(()) } else { std::future::pending().await }
}

async fn read_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
