//! Directory requests that authorities say they answered (`docs/methods/authority-load.md`).
//!
//! Relays may publish `dirreq-v3-*` statistics in their extra-info documents. Most authorities do not;
//! nothing is estimated for them.

use super::{AuthorityReport, DirectoryInputs};
use allium_model::{Fingerprint, Timestamp};

/// What an extra-info document says of directory requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryRequests {
    /// Fingerprint of the relay that published it.
    pub relay: Fingerprint,
    /// End of the interval (`dirreq-stats-end`).
    pub until: Timestamp,
    /// Its length in seconds.
    pub interval_seconds: u32,
    /// Sum of `dirreq-v3-reqs`, rounded up by the relay to multiples of 8 per country.
    pub requests: Option<u64>,
    /// `ok` of `dirreq-v3-resp`.
    pub answered: Option<u64>,
    /// `busy` of `dirreq-v3-resp`: turned away for load.
    pub busy: Option<u64>,
    /// Bytes written to answer directory requests in the newest interval of `dirreq-write-history`.
    pub written_bytes: Option<u64>,
}

/// What is known of the request load of an authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestLoad<'a> {
    /// No extra-info document of its relay was read, or its relay is not known.
    NotRead,
    /// Its relay published an extra-info document without statistics of directory requests.
    NotPublished {
        /// When that document was published.
        extra_info: Timestamp,
    },
    /// Its newest statistics.
    Published(&'a DirectoryRequests),
}

/// The newest statistics of an authority's relay.
pub fn load<'a>(inputs: &'a DirectoryInputs, authority: &AuthorityReport) -> RequestLoad<'a> {
    let Some(relay) = authority.trusted.as_ref().and_then(|trusted| trusted.relay) else {
        return RequestLoad::NotRead;
    };
    let own = inputs.requests.iter().filter(|requests| requests.relay == relay);
    let read = inputs.extra_infos.iter().filter(|(of, _)| *of == relay).map(|(_, published)| *published);
    match (own.max_by_key(|requests| requests.until), read.max()) {
        (Some(requests), _) => RequestLoad::Published(requests),
        (None, Some(extra_info)) => RequestLoad::NotPublished { extra_info },
        (None, None) => RequestLoad::NotRead,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Directory, example};
    use super::*;

    #[test]
    fn what_was_not_read_and_what_was_not_published_are_two_things() {
        let mut inputs = example::inputs();
        let relay = |place: usize| example::inputs().trusted[place].relay.unwrap();
        let requests = |until| DirectoryRequests {
            relay: relay(0),
            until: Timestamp(until),
            interval_seconds: 86_400,
            requests: Some(8),
            answered: None,
            busy: None,
            written_bytes: None,
        };
        inputs.requests = vec![requests(1), requests(3), requests(2)];
        inputs.extra_infos = vec![(relay(0), Timestamp(4)), (relay(1), Timestamp(5))];
        let directory = Directory::new(inputs);
        let of = |place: usize| {
            let is_meant = |known: &&AuthorityReport| {
                known.trusted.as_ref().is_some_and(|trusted| trusted.relay == Some(relay(place)))
            };
            load(&directory.inputs, directory.report.authorities.iter().find(is_meant).unwrap())
        };
        assert!(matches!(of(0), RequestLoad::Published(found) if found.until == Timestamp(3)));
        assert_eq!(of(1), RequestLoad::NotPublished { extra_info: Timestamp(5) });
        assert_eq!(of(2), RequestLoad::NotRead);
    }
}
