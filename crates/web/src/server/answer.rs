//! An answer before it is sent, and the headers that every one carries.
//!
//! What is decided in one place for all: 304 for what the client has, no body for HEAD but its
//! length, the security headers, and no word about the software that answers.

use super::asked::Asked;
use super::body_cache::Body as KeptBody;
use super::cache_policy::CachePolicy;
use super::encoding::Encoding;
use super::etag::ETag;
use allium_model::Timestamp;
use axum::body::Body;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use std::time::{Duration, UNIX_EPOCH};

pub(crate) const HTML: &str = "text/html; charset=utf-8";
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    policy: CachePolicy,
    encoding: Encoding,
    etag: Option<ETag>,
    bytes: Bytes,
    headers: HeaderMap,
}

/// Which rules of the browser an answer is under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// People: only our own pages may use it.
    Site,
    /// Programs, also those on pages of others.
    Api,
}

const SECURITY: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

impl Answer {
    pub(crate) fn new(status: StatusCode, media_type: &'static str, bytes: impl Into<Bytes>) -> Self {
        let content_type = (header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        Self {
            status,
            policy: CachePolicy::NoStore,
            encoding: Encoding::Identity,
            etag: None,
            bytes: bytes.into(),
            headers: HeaderMap::from_iter([content_type]),
        }
    }

    /// A short text.
    pub(crate) fn text(status: StatusCode, text: impl Into<Bytes>) -> Self {
        Self::new(status, TEXT, text)
    }

    /// A body that is kept: with its strong tag.
    pub(crate) fn of_body(media_type: &'static str, body: KeptBody, policy: CachePolicy) -> Self {
        let etag = ETag::of_body(&body);
        let mut answer = Self::new(StatusCode::OK, media_type, body.bytes).with_policy(policy);
        answer.encoding = body.encoding;
        answer.etag = Some(etag);
        answer
    }

    /// Sends the reader elsewhere.
    pub(crate) fn redirect(status: StatusCode, location: &str, policy: CachePolicy) -> Self {
        let text = format!("See {location}\n");
        Self::text(status, text).with_policy(policy).with(header::LOCATION, location)
    }

    pub(crate) fn with_policy(self, policy: CachePolicy) -> Self {
        Self { policy, ..self }
    }

    pub(crate) fn with_etag(self, etag: ETag) -> Self {
        Self { etag: Some(etag), ..self }
    }

    /// Adds a header. A value that cannot be one is left out; all of them are made here.
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.append(name, value);
        }
        self
    }

    /// Adds `Last-Modified`: the time of the data.
    pub(crate) fn modified(self, time: Timestamp) -> Self {
        let time = UNIX_EPOCH + Duration::from_secs(time.0.max(0).unsigned_abs());
        self.with(header::LAST_MODIFIED, &httpdate::fmt_http_date(time))
    }

    /// Encodes a body that is made for this one answer.
    pub(crate) fn encoded(mut self, wanted: Encoding) -> Self {
        (self.bytes, self.encoding) = wanted.encode(self.bytes);
        self
    }

    pub(crate) fn media_type(&self) -> Option<&str> {
        self.headers.get(header::CONTENT_TYPE)?.to_str().ok()
    }

    /// The response, with its size as sent.
    pub(crate) fn into_response(mut self, asked: &Asked, audience: Audience) -> (Response, usize) {
        let is_known = self.etag.as_ref().is_some_and(|etag| etag.is_known_to(&asked.headers));
        if self.status == StatusCode::OK && is_known {
            self.become_not_modified();
        }
        self.add_headers(audience);
        let is_bodiless = asked.method == Method::HEAD || self.status == StatusCode::NOT_MODIFIED;
        let bytes = if is_bodiless { Bytes::new() } else { self.bytes };
        let size = bytes.len();
        let mut response = Response::new(bytes.into());
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        (response, size)
    }

    /// The response with a body that comes little by little.
    pub(crate) fn into_stream(mut self, body: Body) -> Response {
        self.add_headers(Audience::Site);
        self.headers.remove(header::CONTENT_LENGTH);
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }

    /// The answer to a client that has it already (RFC 9110, section 15.4.5).
    fn become_not_modified(&mut self) {
        self.status = StatusCode::NOT_MODIFIED;
        for name in [header::CONTENT_TYPE, header::CONTENT_DISPOSITION, header::LAST_MODIFIED] {
            self.headers.remove(name);
        }
    }

    fn add_headers(&mut self, audience: Audience) {
        let headers = &mut self.headers;
        for (name, value) in SECURITY {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        let (resource_policy, vary) = match audience {
            Audience::Site => ("same-origin", "accept-encoding"),
            Audience::Api => ("cross-origin", "accept, accept-encoding"),
        };
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static(resource_policy));
        headers.insert(header::VARY, HeaderValue::from_static(vary));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.policy.header_value()));
        if let Some(etag) = self.etag.as_ref().and_then(ETag::header_value) {
            headers.insert(header::ETAG, etag);
        }
        if audience == Audience::Api {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag, link"));
        }
        if matches!(self.status, StatusCode::NOT_MODIFIED | StatusCode::NO_CONTENT) {
            return;
        }
        headers.insert(header::CONTENT_LENGTH, self.bytes.len().into());
        if let Some(name) = self.encoding.name() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
    }
}
