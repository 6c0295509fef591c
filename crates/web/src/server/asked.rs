//! A request as the server reads it: path and query decoded, the encoding chosen, and what is known
//! of the way it came. A forwarded host counts only from a trusted proxy.

use super::encoding::Encoding;
use super::options::ServerOptions;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, Uri};
use ipnet::IpNet;
use percent_encoding::percent_decode_str;
use std::net::IpAddr;

/// Who is at the other end of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// A client or proxy by TCP.
    Address(IpAddr),
    /// Whoever may open our unix socket.
    Unix,
}

/// A request.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    /// Path below the base path, decoded.
    pub(crate) path: String,
    /// Path and query as they were sent.
    pub(crate) target: String,
    /// Names and values of the query, decoded.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) encoding: Encoding,
    /// Whether the client reached us by an onion service.
    pub(crate) is_by_onion: bool,
    /// The host that was asked.
    pub(crate) host: Option<String>,
    /// The client, where it can be told from others: not behind an onion service or a socket of our own.
    pub(crate) client: Option<IpAddr>,
}

impl Asked {
    pub(crate) fn read(parts: Parts, options: &ServerOptions) -> Self {
        let peer = parts.extensions.get::<Peer>().copied();
        let is_trusted = peer.is_some_and(|peer| peer.is_trusted(&options.trusted_proxies));
        let host = host(&parts.headers, is_trusted).map(str::to_owned);
        let is_by_onion = host.as_deref().is_some_and(is_onion);
        let client = client(peer, &parts.headers, &options.trusted_proxies).filter(|_| !is_by_onion);
        Self {
            path: path_below(&options.settings.base_path, &parts.uri),
            target: parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
            query: query_pairs(parts.uri.query().unwrap_or_default()),
            encoding: Encoding::negotiated(&parts.headers),
            is_by_onion,
            host,
            client,
            method: parts.method,
            headers: parts.headers,
        }
    }

    /// The last value of a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().rfind(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The path as it was sent.
    pub(crate) fn sent_path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }
}

impl Peer {
    fn is_trusted(self, proxies: &[IpNet]) -> bool {
        match self {
            Self::Address(address) => is_in(address, proxies),
            Self::Unix => true,
        }
    }

    const fn address(self) -> Option<IpAddr> {
        match self {
            Self::Address(address) => Some(address),
            Self::Unix => None,
        }
    }
}

/// The decoded path without the base path. Proxies either keep the base path or take it off, and
/// both are understood. A path that is no text stays as it was sent, and so is no page's.
fn path_below(base_path: &str, uri: &Uri) -> String {
    let sent = uri.path();
    let below = sent.strip_prefix(base_path).filter(|below| below.starts_with('/')).unwrap_or(sent);
    percent_decode_str(below).decode_utf8().map_or_else(|_| below.to_owned(), Into::into)
}

pub(super) fn query_pairs(query: &str) -> Vec<(String, String)> {
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(name), decoded(value))
    };
    query.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

/// A name or value as HTML forms send it. What is no UTF-8 becomes the replacement character.
fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// The address of the client: that of the connection, or behind trusted proxies the nearest one that they name
/// and that is none of theirs.
fn client(peer: Option<Peer>, headers: &HeaderMap, proxies: &[IpNet]) -> Option<IpAddr> {
    const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
    let peer = peer?;
    let found = if peer.is_trusted(proxies) {
        let texts = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let named: Vec<&str> = texts.flat_map(|text| text.split(',')).map(str::trim).collect();
        let addresses = named.into_iter().rev().map_while(|text| text.parse::<IpAddr>().ok());
        addresses.map(|address| address.to_canonical()).find(|address| !is_in(*address, proxies))
    } else {
        peer.address()
    };
    found.filter(|address| !address.to_canonical().is_loopback())
}

fn is_in(address: IpAddr, networks: &[IpNet]) -> bool {
    networks.iter().any(|network| network.contains(&address.to_canonical()))
}

fn host(headers: &HeaderMap, is_trusted: bool) -> Option<&str> {
    const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
    let forwarded = headers.get(FORWARDED_HOST).filter(|_| is_trusted);
    forwarded.or_else(|| headers.get(HOST))?.to_str().ok()
}

fn is_onion(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name.trim_end_matches('.').to_ascii_lowercase().ends_with(".onion")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_query_is_decoded_as_forms_send_it() {
        let pairs = query_pairs("search=a+b%26c%2B&&flag&country=");
        let expected = [("search", "a b&c+"), ("flag", ""), ("country", "")];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn the_base_path_is_taken_off_where_it_stands() {
        let below = |base, path: &str| path_below(base, &path.parse().unwrap());
        assert_eq!(below("/tor", "/tor/relay/"), "/relay/");
        assert_eq!(below("/tor", "/relay/"), "/relay/");
        assert_eq!(below("/tor", "/torrent/"), "/torrent/");
        assert_eq!(below("", "/%66lag/%ff"), "/%66lag/%ff");
    }

    #[test]
    fn a_client_is_told_apart_only_by_those_who_may_say_who_it_is() {
        let proxies: Vec<IpNet> = vec!["192.0.2.0/24".parse().unwrap()];
        let named = |peer: Option<Peer>, forwarded: &str| {
            let name = HeaderName::from_static("x-forwarded-for");
            let headers = HeaderMap::from_iter([(name, HeaderValue::from_str(forwarded).unwrap())]);
            client(peer, &headers, &proxies).map(|address| address.to_string())
        };
        let peer = |text: &str| Some(Peer::Address(text.parse().unwrap()));
        let expected = |text: &str| Some(text.to_owned());
        assert_eq!(named(peer("203.0.113.9"), "198.51.100.1"), expected("203.0.113.9"));
        assert_eq!(named(peer("192.0.2.1"), "1.1.1.1, 198.51.100.1, 192.0.2.7"), expected("198.51.100.1"));
        assert_eq!(named(Some(Peer::Unix), "::ffff:198.51.100.1"), expected("198.51.100.1"));
        assert_eq!(named(peer("192.0.2.1"), "198.51.100.1, unknown"), None);
        assert_eq!(named(peer("127.0.0.1"), "198.51.100.1"), None);
        assert_eq!(named(Some(Peer::Unix), ""), None);
        assert_eq!(named(None, "198.51.100.1"), None);
    }

    #[test]
    fn a_forwarded_host_counts_only_from_a_trusted_proxy() {
        let sent = [("host", "allium.example"), ("x-forwarded-host", "abc.onion:80")];
        let sent = sent.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let headers = HeaderMap::from_iter(sent);
        assert_eq!(host(&headers, true).map(is_onion), Some(true));
        assert_eq!(host(&headers, false).map(is_onion), Some(false));
        let proxies = ["192.0.2.0/24".parse().unwrap()];
        assert!(Peer::Address("::ffff:192.0.2.7".parse().unwrap()).is_trusted(&proxies));
        assert!(!Peer::Address("198.51.100.1".parse().unwrap()).is_trusted(&proxies));
        assert!(Peer::Unix.is_trusted(&[]));
    }
}
