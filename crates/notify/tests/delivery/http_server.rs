//! A receiver of webhooks: answers as it is told, and keeps what came.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A request that came.
#[derive(Debug, Clone)]
pub struct Request {
    pub line: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// What the receiver does with a request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Answers with a status and lines of a head.
    Status(u16, &'static str),
    /// Reads, and never answers.
    Hang,
    /// Answers with more than anybody wants to read.
    Flood,
    /// Closes the connection.
    Close,
}

/// A receiver.
#[derive(Clone)]
pub struct HttpServer {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    requests: Vec<Request>,
    replies: VecDeque<Reply>,
}

impl HttpServer {
    pub async fn start(replies: Vec<Reply>) -> Self {
        Self::listen(replies, None).await
    }

    /// With a certificate that nobody knows.
    pub async fn start_tls() -> Self {
        Self::listen(Vec::new(), Some(acceptor())).await
    }

    async fn listen(replies: Vec<Reply>, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State { requests: Vec::new(), replies: replies.into() }));
        let server = Self { port, state: Arc::clone(&state) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (state, tls) = (Arc::clone(&state), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => answer(stream, &state).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                answer(stream, &state).await;
                            }
                        }
                    }
                });
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.state.lock().unwrap().requests.clone()
    }
}

/// A server's side of TLS with the key of the tests.
pub fn acceptor() -> TlsAcceptor {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let _ = rustls::crypto::ring::default_provider().install_default();
    let certificate = CertificateDer::from_pem_slice(include_bytes!("loopback.crt")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("loopback.key")).unwrap();
    let config = rustls::ServerConfig::builder().with_no_client_auth();
    TlsAcceptor::from(Arc::new(config.with_single_cert(vec![certificate], key).unwrap()))
}

/// One connection, and as many requests as come over it.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, state: &Mutex<State>) {
    while let Some(request) = read_request(&mut stream).await {
        let reply = {
            let mut state = state.lock().unwrap();
            state.requests.push(request);
            state.replies.pop_front().unwrap_or(Reply::Status(200, ""))
        };
        match reply {
            Reply::Status(status, head) => {
                let answer = format!("HTTP/1.1 {status} x\r\n{head}content-length: 2\r\n\r\nok");
                if stream.write_all(answer.as_bytes()).await.is_err() {
                    return;
                }
            }
            Reply::Hang => std::future::pending().await,
            Reply::Close => return,
            Reply::Flood => {
                let _ = stream.write_all(b"HTTP/1.1 200 x\r\n\r\n").await;
                while stream.write_all(&[b'x'; 8192]).await.is_ok() {}
            }
        }
    }
}

async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<Request> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let text = String::from_utf8(head).unwrap();
    let mut lines = text.lines();
    let line = lines.next()?.to_owned();
    let pairs = lines.filter_map(|line| line.split_once(": "));
    let headers: BTreeMap<String, String> =
        pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Request { line, headers, body: String::from_utf8(body).unwrap() })
}
