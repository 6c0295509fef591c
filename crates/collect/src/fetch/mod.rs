//! Conditional requests for one URL at a time.
//!
//! [`Fetcher::fetch`] asks with what the caller already has ([`Validators`]), repeats what may pass
//! and gives up on the rest. The body is kept as it was sent, so a compressed document stays
//! compressed; the caller decodes it by its magic bytes. Nothing is kept between calls but open
//! connections. Proxies of the environment are not used; only the configured one is.

mod body;
mod failure;
mod file;
mod options;
mod pause;
mod redirect;
mod retry;

pub use file::ExpectedFile;
pub use options::{FetchOptions, user_agent};
pub use pause::{Jitter, Pause, TokioPause};

use crate::CollectError;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};
use std::time::Duration;
use tokio::time::Instant;

/// Longest `Last-Modified` or `ETag` that is kept, in bytes; a longer one is dropped.
const MAX_VALIDATOR_BYTES: usize = 256;

/// What a server gave to recognise a document by, to be sent back with the next request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// `Last-Modified` as sent, an HTTP date.
    pub last_modified: Option<String>,
    /// `ETag` as sent, quotes included.
    pub etag: Option<String>,
}

/// A document that arrived whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// The body as sent, compressed or not.
    pub bytes: Vec<u8>,
    /// What to send back with the next request.
    pub validators: Validators,
    /// `Content-Encoding`, where the server gave one: one of those that were asked for.
    pub content_encoding: Option<String>,
    /// `Content-Length`, in bytes, where the server gave one.
    pub content_length: Option<u64>,
    /// Time from the request to the last byte, without earlier attempts.
    pub fetched_in: Duration,
}

/// The answer to a conditional request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The caller has the newest document.
    NotModified,
    /// A document that differs from the caller's.
    New(Download),
}

/// Fetches documents over HTTP.
pub struct Fetcher {
    client: Client,
    options: FetchOptions,
    pause: Box<dyn Pause>,
    jitter: Jitter,
}

impl Fetcher {
    /// Sets up the client; nothing is sent yet.
    ///
    /// # Errors
    /// [`CollectError::Client`] when no rustls crypto provider is installed in the process, or when
    /// the user agent or the proxy of the options is malformed.
    pub fn new(
        options: FetchOptions,
        pause: impl Pause + 'static,
        jitter: Jitter,
    ) -> Result<Self, CollectError> {
        let client = options.client()?;
        Ok(Self { client, options, pause: Box::new(pause), jitter })
    }

    /// Asks for the document at `url`, unless it is the one that `validators` describe.
    ///
    /// Transient failures are repeated up to `options.retries` times, each time after a longer
    /// pause. Dropping the future cancels the fetch.
    ///
    /// # Errors
    /// The failure of the last attempt; see [`CollectError::is_transient`] for which were repeated.
    pub async fn fetch(&self, url: &Url, validators: &Validators) -> Result<Fetched, CollectError> {
        let mut attempt = 0;
        loop {
            match self.attempt(url, validators).await {
                Ok(fetched) => return Ok(fetched),
                Err(error) => self.rest(error, &mut attempt).await?,
            }
        }
    }

    /// The pause after a failed attempt; the failure itself when it will not pass or there were enough.
    async fn rest(&self, error: CollectError, attempt: &mut u32) -> Result<(), CollectError> {
        let Some(wait) = retry::wait(&error, *attempt, &self.options, self.jitter.next_fraction()) else {
            return Err(error);
        };
        tracing::debug!(attempt, wait_ms = wait.as_millis() as u64, "{error}; asking again");
        self.pause.pause(wait).await;
        *attempt += 1;
        Ok(())
    }

    async fn attempt(&self, url: &Url, validators: &Validators) -> Result<Fetched, CollectError> {
        let started = Instant::now();
        let request = conditional(self.client.get(url.clone()), validators, &self.options);
        let response = request.send().await;
        let response = response.map_err(|error| failure::of_request(url, &error))?;
        match response.status() {
            StatusCode::NOT_MODIFIED if *validators != Validators::default() => Ok(Fetched::NotModified),
            StatusCode::OK => self.download(url, response, started).await.map(Fetched::New),
            _ => Err(failure::of_status(url, &response)),
        }
    }

    async fn download(
        &self,
        url: &Url,
        response: Response,
        started: Instant,
    ) -> Result<Download, CollectError> {
        let content_encoding = failure::check_headers(url, response.headers(), self.options.accept_encoding)?;
        let validators = validators_of(response.headers());
        let content_length = response.content_length();
        let bytes = body::read(url, response, self.options.max_bytes).await?;
        crate::content::check(&bytes).map_err(CollectError::not_a_document(url.to_string()))?;
        Ok(Download { bytes, validators, content_encoding, content_length, fetched_in: started.elapsed() })
    }
}

fn conditional(request: RequestBuilder, validators: &Validators, options: &FetchOptions) -> RequestBuilder {
    let request = request.header(ACCEPT, options.accept).header(ACCEPT_ENCODING, options.accept_encoding);
    [(IF_MODIFIED_SINCE, &validators.last_modified), (IF_NONE_MATCH, &validators.etag)]
        .into_iter()
        .filter_map(|(name, value)| value.as_ref().map(|value| (name, value)))
        .fold(request, |request, (name, value)| request.header(name, value))
}

fn validators_of(headers: &HeaderMap) -> Validators {
    let last_modified = short_text(headers, &LAST_MODIFIED);
    Validators {
        last_modified: last_modified.filter(|text| httpdate::parse_http_date(text).is_ok()),
        etag: short_text(headers, &ETAG),
    }
}

fn short_text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    (text.len() <= MAX_VALIDATOR_BYTES).then(|| text.to_owned())
}
