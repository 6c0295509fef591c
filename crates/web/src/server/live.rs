//! Open pages are told of new editions: Server-Sent Events (HTML Living Standard, 9.2) at `/live`.
//!
//! A reader of events holds one connection, one place among so many, and no queue: who falls behind
//! gets the newest edition and nothing of those between. What is sent is only that there is something
//! new; the page itself is asked for as ever. Readers that take nothing are given up by
//! [`super::impatient`], and all of them end when the server does.

use super::answer::{Answer, Audience};
use super::app::App;
use super::asked::Asked;
use super::problem::Problem;
use axum::body::Body;
use axum::http::header::CONNECTION;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Frame;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

const EVENT_STREAM: &str = "text/event-stream";

/// How often a quiet stream says that it lives, so that proxies keep it and dead ones are noticed.
const HEARTBEAT: Duration = Duration::from_secs(25);

/// The least and the span of the time after which a reader comes back when its stream broke. Those of a
/// server that starts again must not come at once.
const RETRY_MS: (u64, u64) = (2000, 8000);

/// What the readers of events are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// So many editions were published since the start.
    Published(u64),
    /// The server ends.
    Ending,
}

/// Where new editions are announced.
#[derive(Debug)]
pub(crate) struct Announcer(watch::Sender<Signal>);

impl Default for Announcer {
    fn default() -> Self {
        Self(watch::Sender::new(Signal::Published(0)))
    }
}

impl Announcer {
    /// Tells every reader of events that there is a new edition.
    pub(crate) fn announce(&self) {
        self.0.send_modify(|signal| {
            if let Signal::Published(number) = signal {
                *number += 1;
            }
        });
    }

    /// Ends every stream.
    pub(crate) fn end(&self) {
        self.0.send_replace(Signal::Ending);
    }

    /// Ends when something was published.
    pub(crate) async fn first(&self) {
        let is_there = |signal: &Signal| *signal != Signal::Published(0);
        let _ = self.0.subscribe().wait_for(is_there).await;
    }

    /// Streams that are open.
    pub(crate) fn readers(&self) -> usize {
        self.0.receiver_count()
    }
}

/// The place of a connection among all, which a reader of events gives back: it has one of another kind.
#[derive(Debug, Clone)]
pub(crate) struct Slot(Arc<Mutex<Option<OwnedSemaphorePermit>>>);

impl Slot {
    pub(crate) fn new(permit: OwnedSemaphorePermit) -> Self {
        Self(Arc::new(Mutex::new(Some(permit))))
    }

    fn give_back(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// The readers of events that there may be.
#[derive(Debug)]
pub(crate) struct Readers {
    places: Arc<Semaphore>,
    arrivals: AtomicU64,
}

impl Readers {
    pub(crate) fn new(most: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(most)), arrivals: AtomicU64::new(0) }
    }
}

/// The stream of events, or a refusal when there are too many readers of it.
pub(crate) fn answer(app: &App, asked: &Asked, slot: Option<&Slot>) -> Response {
    let Ok(place) = Arc::clone(&app.readers.places).try_acquire_owned() else {
        return Problem::TooManyReaders.page().into_response(asked, Audience::Site).0;
    };
    // The connection is of no other use afterwards.
    let answer = Answer::new(StatusCode::OK, EVENT_STREAM, Bytes::new()).with(CONNECTION, "close");
    if asked.method == Method::HEAD {
        return answer.into_stream(Body::empty());
    }
    if let Some(slot) = slot {
        slot.give_back();
    }
    let arrival = app.readers.arrivals.fetch_add(1, Ordering::Relaxed);
    let mut receiver = app.shared.announcer.0.subscribe();
    receiver.mark_changed();
    let body = Events { next: Box::pin(next(receiver)), greeting: Some(greeting(arrival)), _place: place };
    answer.into_stream(Body::new(body.map_err(|never| match never {})))
}

/// When to come back, spread evenly over the span for readers that come one after the other.
fn greeting(arrival: u64) -> Bytes {
    let (least, span) = RETRY_MS;
    // Steps of the golden ratio fill a span evenly from any start.
    let part = ((arrival.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) * span) >> 32;
    format!("retry: {}\n\n", least + part).into()
}

type Next = Option<(Bytes, watch::Receiver<Signal>)>;

/// What to send next, when it is time for it; `None` at the end.
async fn next(mut receiver: watch::Receiver<Signal>) -> Next {
    let bytes = match tokio::time::timeout(HEARTBEAT, receiver.changed()).await {
        Err(_quiet) => Bytes::from_static(b":\n\n"),
        Ok(Err(_closed)) => return None,
        Ok(Ok(())) => match *receiver.borrow_and_update() {
            Signal::Ending => return None,
            Signal::Published(number) => format!("event: edition\ndata: {number}\n\n").into(),
        },
    };
    Some((bytes, receiver))
}

/// The body of a stream of events.
struct Events {
    next: Pin<Box<dyn Future<Output = Next> + Send>>,
    greeting: Option<Bytes>,
    _place: OwnedSemaphorePermit,
}

impl hyper::body::Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(greeting) = self.greeting.take() {
            return Poll::Ready(Some(Ok(Frame::data(greeting))));
        }
        let Some((bytes, receiver)) = ready!(self.next.as_mut().poll(context)) else {
            return Poll::Ready(None);
        };
        self.next = Box::pin(next(receiver));
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_come_back_spread_over_the_span() {
        let times: Vec<u64> = (0..1000)
            .map(|arrival| {
                let greeting = greeting(arrival);
                let text = std::str::from_utf8(&greeting).unwrap();
                text.strip_prefix("retry: ").unwrap().trim_end().parse().unwrap()
            })
            .collect();
        assert!(times.iter().all(|time| (2000..10_000).contains(time)));
        for second in 2..10 {
            let within = times.iter().filter(|time| **time / 1000 == second).count();
            assert!((115..=135).contains(&within), "{within} in second {second}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_falls_behind_hears_of_the_newest_only() {
        let announcer = Announcer::default();
        let receiver = announcer.0.subscribe();
        for _ in 0..3 {
            announcer.announce();
        }
        let (bytes, receiver) = next(receiver).await.unwrap();
        assert_eq!(bytes, "event: edition\ndata: 3\n\n");
        let (bytes, receiver) = next(receiver).await.unwrap();
        assert_eq!(bytes, ":\n\n");
        announcer.end();
        assert!(next(receiver).await.is_none());
    }
}
