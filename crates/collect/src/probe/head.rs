//! What the first lines of a document of an authority say.

use allium_model::{Fingerprint, Timestamp};

/// The times of a consensus or vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DocumentHead {
    /// Start of validity.
    pub(super) valid_after: Timestamp,
    /// When the next one is due.
    fresh_until: Option<Timestamp>,
}

impl DocumentHead {
    /// Reads the times; `None` when the bytes do not begin as such a document does.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let text = readable(bytes);
        if !text.starts_with("network-status-version 3") {
            return None;
        }
        let valid_after = time(text, "valid-after ")?;
        Some(Self { valid_after, fresh_until: time(text, "fresh-until ") })
    }

    /// Seconds from one consensus to the next, where the document says something that can be.
    pub(super) fn interval_seconds(&self) -> Option<i64> {
        let interval = self.fresh_until?.seconds_since(self.valid_after);
        (1..=86_400).contains(&interval).then_some(interval)
    }
}

/// The authorities whose votes a consensus counts: those listed with the digest of a vote. One that renews
/// its identity is listed a second time, without one. A line that is cut is not read.
pub(super) fn voters(bytes: &[u8]) -> Vec<Fingerprint> {
    let text = readable(bytes);
    let mut voters = Vec::new();
    let mut listed: Option<Fingerprint> = None;
    for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
        let mut words = line.split_ascii_whitespace();
        match words.next() {
            Some("dir-source") => listed = words.nth(1).and_then(|identity| identity.parse().ok()),
            Some("vote-digest") => voters.extend(listed.take()),
            Some("r" | "directory-footer") => break,
            _ => {}
        }
    }
    voters.sort_unstable();
    voters.dedup();
    voters
}

/// The identity that a key certificate is for.
pub(super) fn certificate_identity(bytes: &[u8]) -> Option<Fingerprint> {
    let text = readable(bytes);
    if !text.starts_with("dir-key-certificate-version 3") {
        return None;
    }
    value(text, "fingerprint ")?.parse().ok()
}

/// The part of the bytes that is text; a character may be cut at the end.
fn readable(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

fn time(text: &str, keyword: &str) -> Option<Timestamp> {
    value(text, keyword)?.parse().ok()
}

/// The rest of the first line with a keyword, if the line is whole.
fn value<'a>(text: &'a str, keyword: &str) -> Option<&'a str> {
    let line = text.split_inclusive('\n').find_map(|line| line.strip_prefix(keyword))?;
    line.strip_suffix('\n').map(str::trim_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "network-status-version 3 microdesc\nvote-status consensus\nconsensus-method 35\n\
                        valid-after 2026-11-20 13:18:00\nfresh-until 2026-11-20 13:18:20\nvalid-until";

    #[test]
    fn times_are_read_from_the_first_lines() {
        let head = DocumentHead::read(HEAD.as_bytes()).unwrap();
        assert_eq!(head.valid_after, "2026-11-20 13:18:00".parse().unwrap());
        assert_eq!(head.interval_seconds(), Some(20));
    }

    #[test]
    fn a_line_that_is_cut_is_not_believed() {
        let cut = HEAD.find("fresh-until").unwrap() + 25;
        let head = DocumentHead::read(&HEAD.as_bytes()[..cut]).unwrap();
        assert_eq!(head.interval_seconds(), None);
        assert_eq!(DocumentHead::read(b"network-status-version 3\nvalid-after 2026-11-20 13:18:00"), None);
    }

    #[test]
    fn other_documents_and_odd_intervals_are_refused() {
        assert_eq!(DocumentHead::read(b"<!doctype html>"), None);
        assert_eq!(DocumentHead::read(b"\xff\xfe"), None);
        let backwards = HEAD.replace("13:18:20", "13:17:20");
        assert_eq!(DocumentHead::read(backwards.as_bytes()).unwrap().interval_seconds(), None);
    }

    #[test]
    fn a_certificate_names_its_identity() {
        let text = "dir-key-certificate-version 3\ndir-address 127.0.0.1:80\n\
                    fingerprint 472350B2073447F4A0342254518E9D5D5D1B4005\n";
        assert_eq!(
            certificate_identity(text.as_bytes()).unwrap().to_string(),
            "472350B2073447F4A0342254518E9D5D5D1B4005"
        );
        assert_eq!(certificate_identity(b"dir-key-certificate-version 3\nfingerprint 4723\n"), None);
        assert_eq!(certificate_identity(b"fingerprint 472350B2073447F4A0342254518E9D5D5D1B4005\n"), None);
    }

    #[test]
    fn voters_are_those_with_a_vote() {
        let (first, second) = ("AB".repeat(20), "CD".repeat(20));
        let text = format!(
            "network-status-version 3\ndir-source alder {first} a 127.0.0.1 1 2\ncontact x\nvote-digest EF\n\
             dir-source birch-legacy {second} a 127.0.0.1 1 2\ncontact x\n\
             dir-source birch {second} a 127.0.0.1 1 2\nvote-digest 12\ndir-source cedar {first} a\nvote-dig"
        );
        assert_eq!(voters(text.as_bytes()), [Fingerprint([0xAB; 20]), Fingerprint([0xCD; 20])]);
        assert_eq!(voters(b"dir-source"), []);
    }
}
