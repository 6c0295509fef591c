//! Everything that can go wrong with a request: one enum, shown as a problem document (RFC 9457) by
//! the API and as a plain page elsewhere. What the client reads never holds what the log does.

use super::answer::{Answer, HTML};
use super::asked::Asked;
use axum::http::StatusCode;
use axum::http::header::{ALLOW, RETRY_AFTER};
use serde::Serialize;

/// Why a request gets no good answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// A parameter or value that is not understood; the sentence says what is.
    BadQuery(String),
    /// Nothing has this id.
    NoSuchThing {
        /// What was looked for, such as `relay`.
        kind: &'static str,
        /// The id as it was given.
        id: String,
    },
    /// No endpoint has this path.
    NoSuchEndpoint,
    /// Incidents are not looked for here.
    NotWatched,
    /// The method is not one that the path answers; these are.
    MethodNotAllowed(&'static str),
    /// There is no such form here.
    NoSuchForm,
    /// Another site sent the form.
    FromElsewhere,
    /// The form does not say how long it is.
    LengthNeeded,
    /// The form is too long.
    FormTooLarge,
    /// The body is no form.
    NoForm,
    /// Too many forms came within the hour, which ends in so many seconds.
    TooManyForms(i64),
    /// No edition was published yet.
    NotReady,
    /// More open pages are told of new editions than there may be.
    TooManyReaders,
    /// The answer was not made in time.
    TooSlow,
    /// The server is at fault.
    Failed,
}

/// A link that helps on.
#[derive(Debug, Serialize)]
struct HelpLink {
    href: String,
    title: &'static str,
}

#[derive(Debug, Serialize)]
struct ProblemDocument<'a> {
    #[serde(rename = "type")]
    problem_type: &'static str,
    title: &'a str,
    status: u16,
    detail: String,
    instance: &'a str,
    links: Vec<HelpLink>,
}

/// Seconds after which asking again makes sense.
const RETRY_AFTER_SECONDS: &str = "5";

/// The same where others must close their pages first.
const READERS_RETRY_AFTER_SECONDS: &str = "60";

impl Problem {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::BadQuery(_) => StatusCode::BAD_REQUEST,
            Self::NoSuchThing { .. } | Self::NoSuchEndpoint | Self::NotWatched | Self::NoSuchForm => {
                StatusCode::NOT_FOUND
            }
            Self::FromElsewhere => StatusCode::FORBIDDEN,
            Self::LengthNeeded => StatusCode::LENGTH_REQUIRED,
            Self::FormTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NoForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyForms(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotReady | Self::TooManyReaders | Self::TooSlow => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The sentence for the client.
    fn detail(&self) -> String {
        match self {
            Self::BadQuery(sentence) => capitalized(sentence),
            Self::NoSuchThing { kind, id } => {
                format!("The current snapshot has no {kind} {:?}.", allium_model::printable(id))
            }
            Self::NoSuchEndpoint => "The API has no such path.".into(),
            Self::NotWatched => "Incidents are not looked for here, so the state is not known.".into(),
            Self::NoSuchForm => "This site takes no such form.".into(),
            Self::FromElsewhere => "This form was sent by another site. Please fill it in here.".into(),
            Self::LengthNeeded => "A form has to say how long it is.".into(),
            Self::FormTooLarge => "This form is too long: at most 8192 bytes are read.".into(),
            Self::NoForm => "This is no form as browsers send them.".into(),
            Self::TooManyForms(_) => "Too many forms came within this hour. Please try again later.".into(),
            Self::MethodNotAllowed(allowed) => format!("This path answers {allowed} only."),
            Self::NotReady => "The first data are still being read. Please come back in a moment.".into(),
            Self::TooManyReaders => "Too many pages are open here. Please reload this one by hand.".into(),
            Self::TooSlow => "The server is busy and could not answer in time. Please try again.".into(),
            Self::Failed => "The server failed to make this answer. The fault has been logged.".into(),
        }
    }

    fn links(&self, base_path: &str) -> Vec<HelpLink> {
        let link = |path: String, title| vec![HelpLink { href: format!("{base_path}{path}"), title }];
        match self {
            Self::NoSuchThing { id, .. } => link(format!("/search?q={}", escaped(id)), "Search for it"),
            Self::BadQuery(_) | Self::NoSuchEndpoint => link("/api/v1/".into(), "List of endpoints"),
            _ => Vec::new(),
        }
    }

    fn title(&self) -> &'static str {
        self.status().canonical_reason().unwrap_or("Problem")
    }

    /// The problem document.
    pub(crate) fn document(&self, asked: &Asked, base_path: &str) -> Answer {
        let document = ProblemDocument {
            // No problem of ours says more than its status, which is what about:blank stands for.
            problem_type: "about:blank",
            title: self.title(),
            status: self.status().as_u16(),
            detail: self.detail(),
            instance: asked.sent_path(),
            links: self.links(base_path),
        };
        let bytes = serde_json::to_vec(&document).unwrap_or_default();
        self.with_headers(Answer::new(self.status(), "application/problem+json", bytes))
    }

    /// A page without anything that could fail as well.
    pub(crate) fn page(&self) -> Answer {
        let (title, detail) = (self.title(), self.detail());
        let html = format!(
            "<!doctype html>\n<html lang=\"en\" dir=\"ltr\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
             <h1>{title}</h1>\n<p>{detail}</p>\n</html>\n"
        );
        self.with_headers(Answer::new(self.status(), HTML, html))
    }

    fn with_headers(&self, answer: Answer) -> Answer {
        match self {
            Self::MethodNotAllowed(allowed) => answer.with(ALLOW, allowed),
            Self::TooManyForms(seconds) => answer.with(RETRY_AFTER, &seconds.to_string()),
            Self::NotReady | Self::TooSlow => answer.with(RETRY_AFTER, RETRY_AFTER_SECONDS),
            Self::TooManyReaders => answer.with(RETRY_AFTER, READERS_RETRY_AFTER_SECONDS),
            _ => answer,
        }
    }
}

/// A value as it stands in a query.
pub(crate) fn escaped(text: &str) -> impl std::fmt::Display {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
}

/// The sentence as one that begins a paragraph; errors of the query begin in lower case.
pub(crate) fn capitalized(sentence: &str) -> String {
    let mut characters = sentence.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str().trim_end_matches('.'))
}
