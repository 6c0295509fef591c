//! The stream that tells open pages of new editions.

use crate::client::Reply;
use crate::fixture::{Server, edition, options};
use allium_web::server::{Limits, Shared};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A reader of events.
struct Reader(TcpStream, Vec<u8>);

impl Reader {
    async fn open(server: &Server) -> Self {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(b"GET /live HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        Self(stream, Vec::new())
    }

    /// Reads until a text has come.
    async fn until(&mut self, text: &str) {
        while !String::from_utf8_lossy(&self.1).contains(text) {
            let read = tokio::time::timeout(Duration::from_secs(20), self.0.read_buf(&mut self.1)).await;
            assert!(read.unwrap().unwrap() > 0, "it ended: {}", String::from_utf8_lossy(&self.1));
        }
    }

    /// Reads what is left until the end.
    async fn end(mut self) -> Vec<u8> {
        let read = tokio::time::timeout(Duration::from_secs(20), self.0.read_to_end(&mut self.1)).await;
        read.unwrap().unwrap();
        self.1
    }
}

#[tokio::test]
async fn open_pages_are_told_of_each_new_edition() {
    let server = Server::start().await;
    let mut reader = Reader::open(&server).await;
    reader.until("event: edition\ndata: 1\n\n").await;
    server.shared.publish(edition());
    reader.until("event: edition\ndata: 2\n\n").await;
    let reply = Reply::parse(&reader.1);
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/event-stream"));
    assert_eq!((reply.header("cache-control"), reply.header("connection")), ("no-store", "close"));
    assert_eq!(reply.header("content-length"), "");
}

#[tokio::test]
async fn readers_of_events_take_no_connection_from_others() {
    let mut options = options();
    options.limits = Limits { connections: 2, live_readers: 3, ..Limits::default() };
    let server = Server::with(options, Shared::default()).await;
    server.shared.publish(edition());
    let mut readers = Vec::new();
    for _ in 0..3 {
        let mut reader = Reader::open(&server).await;
        reader.until("event: edition").await;
        readers.push(reader);
    }
    assert_eq!(server.get("/").await.status, 200);
    let metrics = server.get("/metrics").await;
    assert!(metrics.text().contains("\nallium_http_live_readers 3\n"), "{}", metrics.text());
    let refused = server.get("/live").await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "60"));
    readers.pop();
    // The place is free as soon as the server has seen that the reader is gone.
    let mut reader = loop {
        let mut reader = Reader::open(&server).await;
        let mut first = [0; 12];
        reader.0.read_exact(&mut first).await.unwrap();
        if first.ends_with(b"200") {
            break reader;
        }
        tokio::task::yield_now().await;
    };
    reader.until("event: edition").await;
}

#[tokio::test]
async fn the_end_of_the_server_ends_the_streams() {
    let server = Server::start().await;
    let mut reader = Reader::open(&server).await;
    reader.until("event: edition").await;
    server.stop.send(()).unwrap();
    assert!(reader.end().await.ends_with(b"0\r\n\r\n"));
    server.running.await.unwrap().unwrap();
}
