//! Which redirects are followed: few, on the same host, never away from TLS.

use reqwest::Url;
use reqwest::redirect::Policy;

/// Redirects that one request follows at most.
const MAX_REDIRECTS: usize = 5;

/// Why a redirect is not followed, as a phrase behind "redirects ".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("more than 5 times")]
    TooMany,
    #[error("to another host")]
    OtherHost,
    #[error("from https to http")]
    Downgrade,
}

pub(super) fn policy() -> Policy {
    Policy::custom(|attempt| match judge(attempt.previous(), attempt.url()) {
        Ok(()) => attempt.follow(),
        Err(refusal) => attempt.error(refusal),
    })
}

/// Judges the step to `next` after the URLs already asked, the configured one first.
fn judge(previous: &[Url], next: &Url) -> Result<(), Refusal> {
    let Some(last) = previous.last() else { return Ok(()) };
    match () {
        () if next.host() != last.host() => Err(Refusal::OtherHost),
        () if last.scheme() == "https" && next.scheme() != "https" => Err(Refusal::Downgrade),
        () if previous.len() > MAX_REDIRECTS => Err(Refusal::TooMany),
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, to: &str, hops: usize) -> Option<Result<(), Refusal>> {
        let previous = vec![Url::parse(from).ok()?; hops];
        Some(judge(&previous, &Url::parse(to).ok()?))
    }

    #[test]
    fn redirects_stay_on_the_host_and_on_tls() {
        for (from, to, expected) in [
            ("https://a.example/details", "https://a.example/v2/details", Ok(())),
            ("http://a.example/details", "https://a.example/details", Ok(())),
            ("https://a.example/details", "http://a.example/details", Err(Refusal::Downgrade)),
            ("https://a.example/details", "https://b.example/details", Err(Refusal::OtherHost)),
            ("https://a.example/details", "https://a.example.evil/details", Err(Refusal::OtherHost)),
        ] {
            assert_eq!(check(from, to, 1), Some(expected), "{from} -> {to}");
        }
    }

    #[test]
    fn five_redirects_are_followed_and_no_sixth() {
        let url = "http://a.example/";
        assert_eq!(check(url, url, 5), Some(Ok(())));
        assert_eq!(check(url, url, 6), Some(Err(Refusal::TooMany)));
    }
}
