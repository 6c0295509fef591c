//! Requests to channels: to checked addresses, with time-outs, without redirects, with bounded answers.

mod guard;
mod names;

pub use guard::{AddressClass, Reach};
pub use names::Names;

use crate::{Attempt, NotifyError};
use names::GuardedNames;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Url, redirect};
use std::net::IpAddr;
use std::time::Duration;

/// How requests are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpOptions {
    /// `User-Agent`.
    pub user_agent: String,
    /// Longest time of an attempt, answer included. Default 20 s.
    pub timeout: Duration,
    /// Where names are looked up.
    pub names: Names,
}

impl Default for HttpOptions {
    fn default() -> Self {
        let user_agent = format!("Allium/{}", env!("CARGO_PKG_VERSION"));
        Self { user_agent, timeout: Duration::from_secs(20), names: Names::System }
    }
}

/// Most bytes that are read of an answer.
const MOST_BYTES: usize = 16 * 1024;

/// An address that requests go to, and a client that reaches nothing else than is allowed.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    url: Url,
    client: Client,
}

impl Endpoint {
    /// Checks an address; `what` is whose it is. The address itself may be a secret and is in no error.
    pub(crate) fn new(
        what: &str,
        url: &str,
        reach: Reach,
        options: &HttpOptions,
    ) -> Result<Self, NotifyError> {
        let refused = |reason: &dyn std::fmt::Display| NotifyError::configuration(what, reason);
        let url = Url::parse(url).map_err(|error| refused(&error))?;
        check_url(&url, reach).map_err(|reason| refused(&reason))?;
        let client = client(reach, options).map_err(|error| refused(&error))?;
        Ok(Self { url, client })
    }

    /// A request by POST.
    pub(crate) fn post(&self) -> RequestBuilder {
        self.client.post(self.url.clone())
    }

    /// A request by GET.
    pub(crate) fn get(&self) -> RequestBuilder {
        self.client.get(self.url.clone())
    }

    /// A request by PUT to a path below the address, by its segments.
    pub(crate) fn put(&self, segments: &[&str]) -> Option<RequestBuilder> {
        let mut url = self.url.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend(segments);
        Some(self.client.put(url))
    }
}

/// Sends a request and says what came of it.
pub(crate) async fn send(request: RequestBuilder) -> Attempt {
    match request.send().await {
        Ok(mut response) => {
            let attempt = Attempt::of_status(response.status().as_u16(), retry_after(response.headers()));
            // The connection can be used again when the answer was read; a long one ends with it.
            let mut left = MOST_BYTES;
            while let Ok(Some(chunk)) = response.chunk().await {
                match left.checked_sub(chunk.len()) {
                    Some(rest) => left = rest,
                    None => break,
                }
            }
            attempt
        }
        Err(error) => Attempt::unreachable(root_cause(&error)),
    }
}

/// Seconds that an answer asks to wait; dates are not used by any of the channels and are left alone.
fn retry_after(headers: &HeaderMap) -> Option<u32> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse::<f64>().ok().map(|seconds| seconds.ceil() as u32)
}

/// TLS everywhere, but for this machine where that is allowed; addresses in place of names are checked here,
/// since nobody looks them up.
fn check_url(url: &Url, reach: Reach) -> Result<(), String> {
    let host = url.host_str().ok_or("the address has no host")?;
    let literal: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    if let Some(address) = literal.filter(|address| !reach.allows(*address)) {
        return Err(format!("{} addresses are not allowed", AddressClass::of(address).name()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address holds a user name or a password".into());
    }
    let is_loopback = host == "localhost"
        || literal.is_some_and(|address| AddressClass::of(address) == AddressClass::Loopback);
    match url.scheme() {
        "https" => Ok(()),
        "http" if reach == Reach::Private && is_loopback => Ok(()),
        _ => Err("the address must begin with https://".into()),
    }
}

fn client(reach: Reach, options: &HttpOptions) -> Result<Client, String> {
    // reqwest panics without a provider; say it instead.
    if rustls_is_missing() {
        return Err("no rustls crypto provider is installed".to_owned());
    }
    Client::builder()
        .user_agent(&options.user_agent)
        .connect_timeout(options.timeout / 2)
        .timeout(options.timeout)
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .dns_resolver(GuardedNames { names: options.names.clone(), reach })
        .build()
        .map_err(|error| root_cause(&error))
}

fn rustls_is_missing() -> bool {
    rustls::crypto::CryptoProvider::get_default().is_none()
}

/// What lies at the bottom of an error, without the address, which may be a secret.
fn root_cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "there was no answer in time".into();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let is_own = cause.is::<reqwest::Error>();
    let text = if is_own { "the request failed".to_owned() } else { cause.to_string() };
    allium_model::printable(&text).chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, reach: Reach) -> Result<(), String> {
        check_url(&Url::parse(url).unwrap(), reach)
    }

    #[test]
    fn addresses_are_public_and_encrypted() {
        for url in ["https://hooks.example/x", "https://1.1.1.1/", "https://[2a01::1]/", "https://localhost/"]
        {
            assert_eq!(check(url, Reach::Public), Ok(()), "{url}");
        }
        for url in [
            "http://hooks.example/",
            "http://1.1.1.1/",
            "ftp://hooks.example/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://10.0.0.1/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/",
            "https://[64:ff9b::a00:1]/",
            "https://100.64.0.1/",
            "https://user:word@hooks.example/",
            "https://0.0.0.0/",
            "http://localhost/",
        ] {
            assert!(check(url, Reach::Public).is_err(), "{url}");
        }
    }

    #[test]
    fn without_tls_only_this_machine_is_reached_and_only_when_that_is_said() {
        for url in ["http://127.0.0.1:80/", "http://[::1]/", "http://localhost/", "https://10.0.0.1/"] {
            assert_eq!(check(url, Reach::Private), Ok(()), "{url}");
        }
        for url in ["http://10.0.0.1/", "http://intern.example/", "https://169.254.169.254/"] {
            assert!(check(url, Reach::Private).is_err(), "{url}");
        }
    }

    #[test]
    fn seconds_to_wait_are_read_and_dates_are_not() {
        let asked =
            |text: &'static str| retry_after(&HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]));
        assert_eq!((asked("120"), asked("0.4"), asked("-5")), (Some(120), Some(1), Some(0)));
        assert_eq!(asked("Wed, 21 Oct 2026 07:28:00 GMT"), None);
    }
}
