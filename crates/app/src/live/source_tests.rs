//! A source that hangs, lies, answers with a web page, goes back in time or is gone for a day: whatever it
//! does, the last good state is served, and the pages say so. Requests are real ones to a server on
//! loopback; the clock is a number.

use super::Event;
use super::feed::{Feed, Origin};
use super::keeper::Keeper;
use crate::config::Config;
use crate::load::fetcher_of;
use allium_collect::{Document, FetchOptions, Fetcher, ScheduleOptions, Url};
use allium_model::{SourceState, Timestamp};
use allium_sim::{SimOptions, Simulation};
use allium_web::server::Shared;
use allium_web::{Mode, Page, Settings};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// 2026-02-22 13:00.
const NOON: Timestamp = Timestamp(1_771_765_200);
const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

/// What the server does with a request.
#[derive(Debug, Clone)]
enum Manner {
    /// It answers with this document.
    Gives(Vec<u8>),
    /// It takes the connection and says nothing.
    Hangs,
    /// It begins an answer and says no more.
    StopsInTheMiddle,
    /// It answers with this status and nothing else.
    Refuses(&'static str),
    /// It closes the connection.
    IsGone,
}

/// A source whose manner can be changed.
struct Server {
    address: SocketAddr,
    manner: Arc<Mutex<Manner>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let manner = Arc::new(Mutex::new(Manner::IsGone));
        let shared = Arc::clone(&manner);
        std::thread::spawn(move || {
            // Connections that hang stay open as long as the test lives.
            let mut hanging = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                let manner = shared.lock().unwrap().clone();
                hanging.extend(answer(stream, &manner));
            }
        });
        Self { address, manner }
    }

    fn set(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }
}

/// Answers a request; a connection that is to hang is handed back.
fn answer(mut stream: TcpStream, manner: &Manner) -> Option<TcpStream> {
    let mut head = [0; 4096];
    // What the request says does not matter, and a client that left is none of the test's business.
    let _ = stream.read(&mut head);
    let response = match manner {
        Manner::Gives(body) => {
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            [head.as_bytes(), body].concat()
        }
        Manner::Hangs => return Some(stream),
        Manner::StopsInTheMiddle => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{\"version\":");
            return Some(stream);
        }
        Manner::Refuses(status) => {
            format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
        }
        Manner::IsGone => return None,
    };
    let _ = stream.write_all(&response);
    None
}

fn details(relays: usize, end: Timestamp) -> Vec<u8> {
    let simulation = Simulation::run(&SimOptions { relays, days: 3, seed: 1, end });
    let mut bytes = Vec::new();
    simulation.write_details(&mut bytes).unwrap();
    bytes
}

/// A program that follows the server, with a clock of its own.
struct Program {
    server: Server,
    feed: Feed,
    keeper: Keeper,
    shared: Arc<Shared>,
    fetcher: Fetcher,
    now: Timestamp,
}

impl Program {
    fn start() -> Self {
        let server = Server::start();
        let url: Url = format!("http://{}/details", server.address).parse().unwrap();
        let patience = Duration::from_millis(300);
        let options = FetchOptions {
            retries: 0,
            read_timeout: patience,
            total_timeout: patience * 4,
            ..Default::default()
        };
        let shared = Arc::new(Shared::default());
        Self {
            server,
            feed: Feed::new(Document::Details, Origin::url(url, None)),
            keeper: Keeper::start(Config::default(), Arc::clone(&shared), None, NOON),
            shared,
            fetcher: fetcher_of(options).unwrap(),
            now: NOON.plus_seconds(MINUTE),
        }
    }

    /// Lets time go by and asks the source.
    async fn ask(&mut self, manner: Manner, seconds: i64) {
        self.server.set(manner);
        self.now = self.now.plus_seconds(seconds);
        let schedule = ScheduleOptions { interval: Duration::from_mins(10), ..ScheduleOptions::default() };
        let answer = self.feed.ask(&self.fetcher, self.now).await.expect("the source is due");
        if let Some(event) = self.feed.note(answer, &schedule, 0.0, self.now) {
            self.keeper.handle(event, self.now);
        }
        self.keeper.handle(Event::Tick, self.now);
    }

    fn relays(&self) -> usize {
        self.shared.edition().unwrap().snapshot.report.totals.relays.total
    }

    fn page(&self, page: &Page) -> String {
        let edition = self.shared.edition().unwrap();
        let settings = Settings {
            mode: Mode::Served,
            site_url: None,
            base_path: String::new(),
            onion_location: None,
            simulated: false,
        };
        page.render(&edition, &settings).unwrap()
    }

    /// That `relays` of `data_time` are still served, and that the page of sources says why nothing newer is.
    fn check(&self, relays: usize, data_time: Timestamp, words: &str) {
        assert_eq!(self.relays(), relays, "{words}");
        let edition = self.shared.edition().unwrap();
        assert_eq!(edition.snapshot.network.published(), data_time, "{words}");
        let sources = self.page(&Page::Sources);
        assert!(sources.contains("Last problem."), "{words}");
        let problem = edition.sources[0].problem.clone().unwrap_or_default();
        assert!(problem.contains(words), "{words} in {problem}");
    }
}

#[tokio::test]
async fn whatever_a_source_does_the_last_good_state_is_served_and_the_page_says_so() {
    let mut program = Program::start();
    program.ask(Manner::Gives(details(120, NOON)), 0).await;
    let relays = program.relays();
    assert!(!program.page(&Page::Sources).contains("Last problem."));
    let html = b"<!doctype html><title>Maintenance</title>".to_vec();
    let older = details(120, NOON.plus_seconds(-2 * HOUR));
    let ahead = details(120, NOON.plus_seconds(9 * HOUR));
    let lies = b"{\"relays_published\":\"2026-02-22 14:00:00\",\"relays\":{}}".to_vec();
    let half = details(60, NOON.plus_seconds(HOUR));
    for (manner, words) in [
        (Manner::Hangs, "took too long"),
        (Manner::StopsInTheMiddle, "took too long"),
        (Manner::Gives(html), "HTML page"),
        (Manner::Gives(Vec::new()), "is empty"),
        (Manner::Gives(lies), "form"),
        (Manner::Gives(older), "is older than the one in use"),
        (Manner::Gives(ahead), "ahead of this machine's clock"),
        (Manner::Refuses("503 Service Unavailable"), "503"),
        (Manner::Refuses("404 Not Found"), "404"),
        (Manner::Gives(half), "held back"),
    ] {
        program.ask(manner, 31 * MINUTE).await;
        program.check(relays, NOON, words);
    }
}

#[tokio::test]
async fn a_source_that_is_gone_for_a_day_makes_every_page_say_that_its_numbers_are_old() {
    use SourceState::{Critical, Degraded, Fresh, Stale};
    let mut program = Program::start();
    program.ask(Manner::Gives(details(60, NOON)), 0).await;
    let relays = program.relays();
    let banner = "Numbers below are old";
    assert!(!program.page(&Page::Front).contains(banner));
    let mut states = Vec::new();
    for _ in 0..24 {
        program.ask(Manner::IsGone, HOUR).await;
        assert_eq!(program.relays(), relays);
        states.push(program.shared.edition().unwrap().state());
    }
    states.dedup();
    assert_eq!(states, [Fresh, Degraded, Stale, Critical]);
    for page in [Page::Front, Page::Sources] {
        let html = program.page(&page);
        assert!(html.contains(banner) && html.contains("State of the sources"), "{}", page.path());
    }
    let edition = program.shared.edition().unwrap();
    assert!(edition.sources[0].problem.is_some());
    // It comes back, and nothing of it stays.
    let back = details(60, program.now);
    program.ask(Manner::Gives(back), 31 * MINUTE).await;
    assert_eq!(program.shared.edition().unwrap().state(), Fresh);
    for page in [Page::Front, Page::Sources] {
        let html = program.page(&page);
        assert!(!html.contains(banner) && !html.contains("Last problem."), "{}", page.path());
    }
}
