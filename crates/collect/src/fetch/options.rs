//! How patiently and how much to fetch, and the client that follows from it.

use super::redirect;
use crate::CollectError;
use reqwest::{Client, ClientBuilder, Proxy};
use std::time::Duration;

/// Limits and manners of a [`Fetcher`](super::Fetcher).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchOptions {
    /// Longest wait for a connection, TLS included. Default 10 s.
    pub connect_timeout: Duration,
    /// Longest silence of the server, before and within the answer. Default 30 s.
    pub read_timeout: Duration,
    /// Longest time of one attempt from start to last byte. Default 5 min.
    pub total_timeout: Duration,
    /// Largest body, in bytes as sent. Default 512 MiB.
    pub max_bytes: u64,
    /// Attempts after the first one. Default 3.
    pub retries: u32,
    /// Pause before the second attempt; each further one doubles. Default 2 s.
    pub base_backoff: Duration,
    /// Longest pause, also when the server asks for one: a longer `Retry-After` ends the fetch and
    /// is left to the schedule. Default 1 min.
    pub max_backoff: Duration,
    /// `User-Agent`; see [`user_agent`].
    pub user_agent: String,
    /// `Accept` of a request. Default `application/json`.
    pub accept: &'static str,
    /// `Accept-Encoding` of a request; an answer in another coding is refused. Default `zstd, gzip`.
    pub accept_encoding: &'static str,
    /// SOCKS proxy, such as `socks5h://127.0.0.1:9050` for Tor. Default none.
    pub socks_proxy: Option<String>,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            total_timeout: Duration::from_mins(5),
            max_bytes: 512 << 20,
            retries: 3,
            base_backoff: Duration::from_secs(2),
            max_backoff: Duration::from_mins(1),
            user_agent: user_agent(None),
            accept: "application/json",
            accept_encoding: "zstd, gzip",
            socks_proxy: None,
        }
    }
}

/// The honest `User-Agent`: name and version, and where the operator of this site is found.
pub fn user_agent(site_url: Option<&str>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    site_url.map_or_else(|| format!("Allium/{version}"), |site_url| format!("Allium/{version} (+{site_url})"))
}

impl FetchOptions {
    pub(super) fn client(&self) -> Result<Client, CollectError> {
        // reqwest panics without a provider; say it instead.
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(CollectError::Client { reason: "no rustls crypto provider is installed".to_owned() });
        }
        let builder = Client::builder()
            .user_agent(&self.user_agent)
            .connect_timeout(self.connect_timeout)
            .read_timeout(self.read_timeout)
            .timeout(self.total_timeout)
            .redirect(redirect::policy())
            .referer(false)
            .no_proxy();
        self.with_proxy(builder)?.build().map_err(|error| client_error(&error))
    }

    fn with_proxy(&self, builder: ClientBuilder) -> Result<ClientBuilder, CollectError> {
        match self.socks_proxy.as_deref() {
            None => Ok(builder),
            Some(proxy) if proxy.starts_with("socks5://") || proxy.starts_with("socks5h://") => {
                Ok(builder.proxy(Proxy::all(proxy).map_err(|error| client_error(&error))?))
            }
            Some(_) => Err(CollectError::Client {
                reason: "the proxy must be written socks5h://host:port or socks5://host:port".to_owned(),
            }),
        }
    }
}

fn client_error(error: &reqwest::Error) -> CollectError {
    CollectError::Client { reason: super::failure::root_cause(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_names_the_site_when_there_is_one() {
        assert!(user_agent(None).starts_with("Allium/") && !user_agent(None).contains(' '));
        assert!(user_agent(Some("https://allium.example/")).ends_with(" (+https://allium.example/)"));
    }

    #[test]
    fn malformed_options_are_errors_not_panics() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let with = |change: fn(&mut FetchOptions)| {
            let mut options = FetchOptions::default();
            change(&mut options);
            options.client().is_ok()
        };
        assert!(with(|_| ()));
        assert!(with(|options| options.socks_proxy = Some("socks5h://127.0.0.1:9050".to_owned())));
        assert!(!with(|options| options.socks_proxy = Some("127.0.0.1:9050".to_owned())));
        assert!(!with(|options| options.user_agent = "two\nlines".to_owned()));
    }
}
