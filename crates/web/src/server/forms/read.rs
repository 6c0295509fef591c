//! Whether a form may be read, and what it says.

use super::super::app::App;
use super::super::asked::{Asked, query_pairs};
use super::super::problem::Problem;
use crate::alerts_page::AlertForm;
use crate::pages::Typed;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, ORIGIN};
use axum::http::{HeaderName, Uri};

/// Most bytes of a form.
const MAX_BYTES: usize = 8192;

const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// What mail programs send for their users (RFC 8058, section 3.1).
const ONE_CLICK: (&str, &str) = ("List-Unsubscribe", "One-Click");

/// Refuses what cannot be a form of ours, before any of its body is read.
pub(super) fn check(asked: &Asked, form: AlertForm) -> Result<(), Problem> {
    if is_from_elsewhere(asked) {
        return Err(Problem::FromElsewhere);
    }
    let length = asked.headers.get(CONTENT_LENGTH).ok_or(Problem::LengthNeeded)?;
    let length: usize =
        length.to_str().ok().and_then(|length| length.parse().ok()).ok_or(Problem::LengthNeeded)?;
    if length > MAX_BYTES {
        return Err(Problem::FormTooLarge);
    }
    let is_taken = media_type(asked).eq_ignore_ascii_case(FORM) || is_multipart(asked, form);
    if is_taken { Ok(()) } else { Err(Problem::NoForm) }
}

fn media_type(asked: &Asked) -> &str {
    let value = asked.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

/// Mail programs may unsubscribe with a body in parts, of which nothing is needed: the token is in the address.
fn is_multipart(asked: &Asked, form: AlertForm) -> bool {
    form == AlertForm::Unsubscribe && media_type(asked).eq_ignore_ascii_case(MULTIPART)
}

/// Whether a browser says that another site sent the form. Programs say nothing.
fn is_from_elsewhere(asked: &Asked) -> bool {
    const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    let header = |name: HeaderName| asked.headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let site = header(FETCH_SITE);
    if site.is_some_and(|site| site != "same-origin" && site != "none") {
        return true;
    }
    match header(ORIGIN) {
        None => false,
        // What a browser says of the site itself is better than an origin that it hides.
        Some("null") => site.is_none(),
        Some(origin) => !is_own(origin, asked.host.as_deref()),
    }
}

fn is_own(origin: &str, host: Option<&str>) -> bool {
    let authority = origin.parse::<Uri>().ok().and_then(|origin| origin.authority().cloned());
    match (authority, host) {
        (Some(authority), Some(host)) => authority.as_str().eq_ignore_ascii_case(host),
        _ => false,
    }
}

/// Reads the fields. Those of an address count where a mail program unsubscribes with its link.
pub(super) async fn pairs(
    app: &App,
    asked: &Asked,
    form: AlertForm,
    body: Body,
) -> Result<Vec<(String, String)>, Problem> {
    let reading = tokio::time::timeout(app.options.limits.header_time, to_bytes(body, MAX_BYTES));
    let bytes = reading.await.map_err(|_| Problem::TooSlow)?.map_err(|_| Problem::NoForm)?;
    let one_click = (ONE_CLICK.0.to_owned(), ONE_CLICK.1.to_owned());
    let mut pairs = if is_multipart(asked, form) {
        vec![one_click]
    } else {
        query_pairs(&String::from_utf8_lossy(&bytes))
    };
    if form == AlertForm::Unsubscribe {
        let token = asked.parameter("token").map(|token| ("token".to_owned(), token.to_owned()));
        pairs.splice(0..0, token);
    }
    Ok(pairs)
}

/// Whether a mail program unsubscribes for its user.
pub(super) fn is_one_click(typed: &Typed) -> bool {
    typed.get(ONE_CLICK.0) == ONE_CLICK.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_ours_when_it_names_the_host_that_was_asked() {
        for (origin, host, is_ours) in [
            ("https://allium.example", Some("allium.example"), true),
            ("http://Allium.example:8080", Some("allium.example:8080"), true),
            ("https://allium.example:8080", Some("allium.example"), false),
            ("https://allium.example.evil.example", Some("allium.example"), false),
            ("https://evil.example", Some("allium.example"), false),
            ("https://allium.example", None, false),
            ("null", Some("allium.example"), false),
            ("", Some(""), false),
        ] {
            assert_eq!(is_own(origin, host), is_ours, "{origin} {host:?}");
        }
    }
}
