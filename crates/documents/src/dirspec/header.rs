//! Items of the heads of consensuses and votes, and of their ends.

use super::entry::Taken;
use super::fields::{fingerprint, key_value, number, signed_number, time_of_words};
use super::{DirSource, Item, Notes, SharedRandomValue, Signature, StatusHeader, VotingDelay, Words};
use crate::DocumentError;

/// The head while it is read.
#[derive(Debug, Default)]
pub(super) struct HeaderReader<'a> {
    pub(super) header: StatusHeader<'a>,
    seen: Vec<&'a str>,
}

impl<'a> HeaderReader<'a> {
    /// Takes an item that consensuses and votes have alike. What comes a second time is passed over.
    pub(super) fn take(&mut self, item: &Item<'a>, notes: &mut Notes) -> Taken {
        if item.keyword == "package" {
            self.header.packages.push(item.arguments);
            return Taken::Yes;
        }
        if self.is_repeated(item.keyword) {
            notes.warn(item.keyword, "comes twice; the first counts");
            return Taken::Yes;
        }
        let taken = self.take_single(item, notes);
        if taken == Taken::Yes {
            self.seen.push(item.keyword);
        }
        taken
    }

    fn is_repeated(&self, keyword: &str) -> bool {
        self.seen.contains(&keyword)
    }

    fn take_single(&mut self, item: &Item<'a>, notes: &mut Notes) -> Taken {
        let header = &mut self.header;
        let arguments = Some(item.arguments);
        let mut words = item.words();
        match item.keyword {
            "valid-after" => set(&mut header.valid_after, time_of_words(&mut words)),
            "fresh-until" => set(&mut header.fresh_until, time_of_words(&mut words)),
            "valid-until" => set(&mut header.valid_until, time_of_words(&mut words)),
            "voting-delay" => set(&mut header.voting_delay, voting_delay(words)),
            "client-versions" => set(&mut header.client_versions, Some(arguments)),
            "server-versions" => set(&mut header.server_versions, Some(arguments)),
            "known-flags" => set(&mut header.known_flags, Some(words.collect())),
            "recommended-client-protocols" => set(&mut header.recommended_client_protocols, Some(arguments)),
            "recommended-relay-protocols" => set(&mut header.recommended_relay_protocols, Some(arguments)),
            "required-client-protocols" => set(&mut header.required_client_protocols, Some(arguments)),
            "required-relay-protocols" => set(&mut header.required_relay_protocols, Some(arguments)),
            "params" => set(&mut header.params, Some(integers(item, notes))),
            "shared-rand-previous-value" => {
                set(&mut header.shared_random_previous, random_value(words).map(Some))
            }
            "shared-rand-current-value" => {
                set(&mut header.shared_random_current, random_value(words).map(Some))
            }
            _ => Taken::Unknown,
        }
    }

    /// The head, when it has what no document can be without.
    pub(super) fn finish(self) -> Result<StatusHeader<'a>, DocumentError> {
        for keyword in ["valid-after", "fresh-until", "valid-until"] {
            if !self.is_repeated(keyword) {
                return Err(DocumentError::Schema(format!("it has no {keyword}")));
            }
        }
        let header = self.header;
        if header.valid_after >= header.fresh_until || header.fresh_until > header.valid_until {
            return Err(DocumentError::Schema("its times are not in order".into()));
        }
        Ok(header)
    }
}

fn set<T>(field: &mut T, value: Option<T>) -> Taken {
    value.map(|value| *field = value).into()
}

fn voting_delay(mut words: Words<'_>) -> Option<VotingDelay> {
    Some(VotingDelay { vote_seconds: number(words.next()?)?, dist_seconds: number(words.next()?)? })
}

fn random_value(mut words: Words<'_>) -> Option<SharedRandomValue<'_>> {
    Some(SharedRandomValue { reveals: number(words.next()?)?, value: words.next()? })
}

/// `key=number` words, as in `params` and `bandwidth-weights`; others are warned of and left out.
pub(super) fn integers<'a>(item: &Item<'a>, notes: &mut Notes) -> Vec<(&'a str, i32)> {
    let read = |word: &'a str| {
        let (key, value) = key_value(word);
        let number = signed_number(value);
        if number.is_none() {
            notes.warn(item.keyword, format!("{} is no key with a number", super::notes::shown(word)));
        }
        Some((key, number?))
    };
    item.words().filter_map(read).collect()
}

/// `key=value` words.
pub(super) fn pairs(words: Words<'_>) -> Vec<(&str, &str)> {
    words.map(key_value).collect()
}

/// A `dir-source` line; `contact` and `vote-digest` come in lines of their own.
pub(super) fn dir_source<'a>(item: &Item<'a>) -> Option<DirSource<'a>> {
    let mut words = item.words();
    Some(DirSource {
        nickname: words.next()?,
        identity: fingerprint(words.next()?)?,
        hostname: words.next()?,
        address: words.next()?,
        dir_port: number(words.next()?)?,
        or_port: number(words.next()?)?,
        contact: None,
        vote_digest: None,
    })
}

/// A `directory-signature` item. The name of the algorithm is left out for SHA-1.
pub(super) fn signature<'a>(item: &Item<'a>) -> Option<Signature<'a>> {
    let words: Vec<_> = item.words().take(4).collect();
    let (algorithm, identity, digest) = match words[..] {
        [identity, digest] => ("sha1", identity, digest),
        [algorithm, identity, digest, ..] => (algorithm, identity, digest),
        _ => return None,
    };
    Some(Signature {
        algorithm,
        identity: fingerprint(identity)?,
        signing_key_digest: fingerprint(digest)?,
        bytes: item.decode_object("SIGNATURE")?,
    })
}
