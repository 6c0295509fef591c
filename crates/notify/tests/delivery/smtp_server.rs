//! A mail server that speaks as much SMTP as a client needs, and keeps what came.

use super::http_server::acceptor;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// A mail that came.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: Vec<String>,
    /// Whether it came over TLS.
    pub is_encrypted: bool,
    /// Head and body, lines ending with a line feed, folded lines of the head joined.
    pub head: String,
    pub body: String,
}

impl Mail {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let line = self
            .head
            .lines()
            .find(|line| line.to_lowercase().starts_with(&format!("{}:", name.to_lowercase())));
        line.map(|line| line[name.len() + 1..].trim())
    }

    /// The token of a link in the body.
    pub fn token(&self, path: &str) -> String {
        let start = self.body.find(path).unwrap() + path.len();
        let rest = self.body[start..].strip_prefix("?token=").unwrap();
        rest.chars().take_while(char::is_ascii_hexdigit).collect()
    }
}

/// Whether the server offers TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    Plain,
    StartTls,
}

/// A mail server.
#[derive(Clone)]
pub struct SmtpServer {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    mails: Vec<Mail>,
    /// Answers to RCPT by mailbox.
    refused: HashMap<String, &'static str>,
}

impl SmtpServer {
    pub async fn start(offer: Offer) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let server = Self { port, state: Arc::clone(&state) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&state);
                tokio::spawn(async move {
                    let mut session =
                        Session { stream: BufReader::new(stream), state: &state, is_encrypted: false };
                    if session.say("220 mail.example ESMTP").await.is_none() {
                        return;
                    }
                    if session.talk(offer).await == Some(End::StartTls) {
                        let stream = acceptor().accept(session.stream.into_inner()).await;
                        if let Ok(stream) = stream {
                            let stream = BufReader::new(stream);
                            Session { stream, state: &state, is_encrypted: true }.talk(Offer::Plain).await;
                        }
                    }
                });
            }
        });
        server
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.state.lock().unwrap().mails.clone()
    }

    /// From now on a mailbox is answered so.
    pub fn answer(&self, mailbox: &str, answer: &'static str) {
        self.state.lock().unwrap().refused.insert(mailbox.to_owned(), answer);
    }

    pub fn accept(&self, mailbox: &str) {
        self.state.lock().unwrap().refused.remove(mailbox);
    }
}

struct Session<'a, S> {
    stream: BufReader<S>,
    state: &'a Mutex<State>,
    is_encrypted: bool,
}

#[derive(PartialEq, Eq)]
enum End {
    Quit,
    StartTls,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<'_, S> {
    async fn talk(&mut self, offer: Offer) -> Option<End> {
        let mut to = Vec::new();
        loop {
            let line = self.hear().await?;
            let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match word.as_str() {
                "EHLO" if offer == Offer::StartTls => self.say("250-mail.example\r\n250 STARTTLS").await?,
                "EHLO" => self.say("250-mail.example\r\n250 8BITMIME").await?,
                "STARTTLS" => {
                    self.say("220 go ahead").await?;
                    return Some(End::StartTls);
                }
                "RCPT" => {
                    let mailbox = line.split(['<', '>']).nth(1)?.to_owned();
                    let refused = self.state.lock().unwrap().refused.get(&mailbox).copied();
                    if refused.is_none() {
                        to.push(mailbox);
                    }
                    self.say(refused.unwrap_or("250 ok")).await?;
                }
                "DATA" => {
                    self.say("354 go ahead").await?;
                    let mail = self.hear_mail(std::mem::take(&mut to)).await?;
                    self.state.lock().unwrap().mails.push(mail);
                    self.say("250 queued").await?;
                }
                "QUIT" => {
                    self.say("221 bye").await?;
                    return Some(End::Quit);
                }
                _ => self.say("250 ok").await?,
            }
        }
    }

    async fn say(&mut self, line: &str) -> Option<()> {
        self.stream.write_all(format!("{line}\r\n").as_bytes()).await.ok()?;
        self.stream.flush().await.ok()
    }

    async fn hear(&mut self) -> Option<String> {
        let mut line = String::new();
        let length = self.stream.read_line(&mut line).await.ok()?;
        (length > 0).then(|| line.trim_end_matches("\r\n").to_owned())
    }

    async fn hear_mail(&mut self, to: Vec<String>) -> Option<Mail> {
        let mut lines = Vec::new();
        loop {
            let line = self.hear().await?;
            if line == "." {
                break;
            }
            lines.push(line.strip_prefix('.').map_or(line.clone(), str::to_owned));
        }
        let text = lines.join("\n");
        let (head, body) = text.split_once("\n\n").unwrap();
        let head = head.replace("\n ", " ").replace("\n\t", " ");
        let is_quoted = head.contains("quoted-printable");
        let body = if is_quoted { unquote(body) } else { body.to_owned() };
        Some(Mail { to, is_encrypted: self.is_encrypted, head, body })
    }
}

/// Quoted-printable.
fn unquote(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, after) {
            (b'=', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
                rest = after;
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).unwrap()
}
