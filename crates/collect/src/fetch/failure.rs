//! What went wrong, from what reqwest and the headers say.

use super::redirect::Refusal;
use crate::CollectError;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::{Response, Url};
use std::error::Error;
use std::iter;
use std::time::{Duration, SystemTime};

/// The error of a request that brought no answer.
pub(super) fn of_request(url: &Url, error: &reqwest::Error) -> CollectError {
    let url = url.to_string();
    match chain(error).find_map(|cause| cause.downcast_ref::<Refusal>()) {
        Some(refusal) => CollectError::Redirect { url, to: refusal.to_string() },
        None if error.is_timeout() && error.is_connect() => {
            CollectError::Timeout { url, doing: "connecting" }
        }
        None if error.is_timeout() => CollectError::Timeout { url, doing: "waiting for the answer" },
        None if error.is_builder() => CollectError::Client { reason: root_cause(error) },
        None => CollectError::Connection { url, reason: root_cause(error) },
    }
}

/// The error of a body that stopped.
pub(super) fn of_body(
    url: &Url,
    error: &reqwest::Error,
    received_bytes: u64,
    expected_bytes: Option<u64>,
) -> CollectError {
    if error.is_timeout() {
        return CollectError::Timeout { url: url.to_string(), doing: "reading the document" };
    }
    truncated(url, received_bytes, expected_bytes)
}

/// The error of a body that is shorter or longer than announced.
pub(super) fn truncated(url: &Url, received_bytes: u64, expected_bytes: Option<u64>) -> CollectError {
    CollectError::Truncated { url: url.to_string(), received_bytes, expected_bytes }
}

/// The error of an answer that is neither a document nor "not modified".
pub(super) fn of_status(url: &Url, response: &Response) -> CollectError {
    let status = response.status();
    CollectError::Status {
        url: url.to_string(),
        status: status.as_u16(),
        meaning: status.canonical_reason().unwrap_or("(an unknown status)"),
        retry_after: retry_after(response.headers()),
    }
}

/// Refuses an HTML page and a coding that was not asked for; the coding, when there is one.
pub(super) fn check_headers(
    url: &Url,
    headers: &HeaderMap,
    asked: &str,
) -> Result<Option<String>, CollectError> {
    if text(headers, &CONTENT_TYPE).is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html")) {
        return Err(CollectError::Html { what: url.to_string() });
    }
    let encoding = text(headers, &CONTENT_ENCODING).unwrap_or_default().trim();
    let plain_name = encoding.to_ascii_lowercase();
    let plain_name = plain_name.strip_prefix("x-").unwrap_or(&plain_name);
    if !["", "identity"].contains(&plain_name) && !asked.split(", ").any(|asked| asked == plain_name) {
        return Err(CollectError::Encoding {
            url: url.to_string(),
            encoding: CollectError::bounded(encoding),
        });
    }
    Ok((!encoding.is_empty()).then(|| plain_name.to_owned()))
}

/// `Retry-After` (RFC 9110 10.2.3): seconds, or a date, which counts from the answer's own `Date`
/// so that no clock is asked.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let asked = text(headers, &RETRY_AFTER)?.trim();
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = |text: &str| -> Option<SystemTime> { httpdate::parse_http_date(text).ok() };
    date(asked)?.duration_since(date(text(headers, &DATE)?)?).ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The innermost cause, bounded and printable: "connection refused" rather than "error sending".
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    chain(error).last().map_or_else(String::new, |cause| CollectError::bounded(&cause.to_string()))
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&cause: &&'a (dyn Error + 'static)| cause.source())
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_after_the_answers_own() {
        let date = (DATE, "Sun, 22 Feb 2026 12:00:00 GMT");
        let later = "Sun, 22 Feb 2026 12:02:00 GMT";
        for (given, expected) in [
            (headers(&[]), None),
            (headers(&[(RETRY_AFTER, "120")]), Some(120)),
            (headers(&[(RETRY_AFTER, "-1")]), None),
            (headers(&[(RETRY_AFTER, "soon")]), None),
            (headers(&[(RETRY_AFTER, later), date.clone()]), Some(120)),
            (headers(&[(RETRY_AFTER, later)]), None),
        ] {
            assert_eq!(retry_after(&given), expected.map(Duration::from_secs), "{given:?}");
        }
    }

    #[test]
    fn only_codings_that_were_asked_for_pass() {
        let Ok(url) = Url::parse("http://a.example/") else { return };
        for (coding, expected) in
            [("gzip", true), ("ZSTD", true), ("identity", true), ("br", false), ("gzip, gzip", false)]
        {
            assert_eq!(
                check_headers(&url, &headers(&[(CONTENT_ENCODING, coding)]), "zstd, gzip").is_ok(),
                expected,
                "{coding}"
            );
        }
    }
}
