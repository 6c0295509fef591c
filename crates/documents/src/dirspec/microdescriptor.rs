//! Microdescriptors (dir-spec, "Computing microdescriptors"): what clients need of a relay. They are
//! known by the SHA-256 of their text, which consensuses name.

use super::entries::{Entry, entries};
use super::fields::time_of_words;
use super::kind::check_label;
use super::{Item, Notes, Object, Parsed, Scanner};
use crate::{DocumentError, Limits};
use allium_model::Timestamp;
use sha2::{Digest, Sha256};

/// Lines of a repeated kind in one microdescriptor at most.
const MAX_REPEATED: usize = 64;

/// A microdescriptor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Microdescriptor<'a> {
    /// SHA-256 of [`text`](Self::text).
    pub digest: [u8; 32],
    /// `@last-listed`: when a cache last saw it in a consensus.
    pub last_listed: Option<Timestamp>,
    /// `onion-key`; the line may stand without a key.
    pub onion_key: Option<Object<'a>>,
    /// `ntor-onion-key` in base64.
    pub ntor_onion_key: Option<&'a str>,
    /// `a` lines as written: further addresses with ports.
    pub or_addresses: Vec<&'a str>,
    /// `family` members as written.
    pub family: Vec<&'a str>,
    /// `family-ids`, such as `ed25519:...`.
    pub family_ids: Vec<&'a str>,
    /// `p` line, such as `accept 80,443`.
    pub exit_ports: Option<&'a str>,
    /// `p6` line.
    pub ipv6_exit_ports: Option<&'a str>,
    /// `pr` line.
    pub protocols: Option<&'a str>,
    /// `id` lines: kind of the key and key in base64.
    pub identities: Vec<(&'a str, &'a str)>,
    /// The bytes of the microdescriptor.
    pub text: &'a [u8],
}

impl<'a> Microdescriptor<'a> {
    /// The Ed25519 identity in base64.
    pub fn ed25519(&self) -> Option<&'a str> {
        self.identities.iter().find(|(kind, _)| *kind == "ed25519").map(|(_, key)| *key)
    }
}

/// Reads the plain bytes of a file of microdescriptors.
///
/// # Errors
/// When it is empty, a web page, or a limit is passed.
pub fn parse_microdescriptors<'a>(
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Parsed<Vec<Microdescriptor<'a>>>, DocumentError> {
    let mut notes = Notes::new("microdescriptor");
    check_label(bytes, &mut notes)?;
    let mut microdescriptors = Vec::new();
    for entry in entries(bytes, "onion-key", "microdescriptor", limits)? {
        match read(entry, limits, &mut notes) {
            Ok(microdescriptor) => microdescriptors.push(microdescriptor),
            Err(error) => notes.warn(name(entry.body), error.to_string()),
        }
    }
    Ok(notes.finish(microdescriptors))
}

/// A microdescriptor has no name but its digest.
fn name(text: &[u8]) -> String {
    data_encoding::BASE64_NOPAD.encode(&Sha256::digest(text))
}

fn read<'a>(
    entry: Entry<'a>,
    limits: &Limits,
    notes: &mut Notes,
) -> Result<Microdescriptor<'a>, DocumentError> {
    let mut microdescriptor = Microdescriptor {
        digest: Sha256::digest(entry.body).into(),
        last_listed: last_listed(entry.annotations, limits),
        text: entry.body,
        ..Microdescriptor::default()
    };
    let mut scanner = Scanner::new(entry.body, limits)?;
    while let Some(item) = scanner.next_item()? {
        microdescriptor.take(&item, limits, notes);
    }
    Ok(microdescriptor)
}

fn last_listed(annotations: &[u8], limits: &Limits) -> Option<Timestamp> {
    let mut scanner = Scanner::new(annotations, limits).ok()?;
    while let Ok(Some(item)) = scanner.next_item() {
        if item.keyword == "@last-listed" {
            return time_of_words(&mut item.words());
        }
    }
    None
}

impl<'a> Microdescriptor<'a> {
    fn take(&mut self, item: &Item<'a>, limits: &Limits, notes: &mut Notes) {
        let mut words = item.words();
        match item.keyword {
            "onion-key" => self.onion_key = item.object,
            "ntor-onion-key" => self.ntor_onion_key = words.next(),
            "a" => self.or_addresses.extend(words.next().filter(|_| self.or_addresses.len() < MAX_REPEATED)),
            "family" => self.family = words.take(limits.max_family_members).collect(),
            "family-ids" => self.family_ids = words.take(MAX_REPEATED).collect(),
            "p" => self.exit_ports = Some(item.arguments),
            "p6" => self.ipv6_exit_ports = Some(item.arguments),
            "pr" => self.protocols = Some(item.arguments),
            "id" => {
                let identity = words.next().zip(words.next());
                self.identities.extend(identity.filter(|_| self.identities.len() < MAX_REPEATED));
            }
            keyword => notes.count_unknown(keyword),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "@last-listed 2019-12-14 21:31:11\nonion-key\n-----BEGIN RSA PUBLIC KEY-----\nMIGJ\n\
        -----END RSA PUBLIC KEY-----\nntor-onion-key +oeyx+QQiHBAldhG3diQzNarVs2XxKBddvXUNYKe028=\n\
        a [2001:db8::1]:443\nfamily $0485027A0A349D454D978F6C1CECDD29EA17769A x\np accept 80,443\n\
        p6 reject 1-65535\npr Cons=1-2\nid rsa1024 AAAA\nid ed25519 nIfONGGaqq8\nfamily-ids ed25519:abc\n\
        @last-listed 2019-12-14 21:31:09\nonion-key\nid ed25519 other\nfuture x\n";

    #[test]
    fn every_line_is_reachable_and_the_digest_is_of_the_text() {
        let parsed = parse_microdescriptors(FILE.as_bytes(), &Limits::default()).unwrap();
        let [first, second] = parsed.document.as_slice() else { unreachable!("two are written") };
        assert_eq!(first.onion_key.unwrap().label, "RSA PUBLIC KEY");
        assert_eq!(first.last_listed.unwrap().to_string(), "2019-12-14 21:31:11");
        assert_eq!((first.or_addresses.len(), first.family.len()), (1, 2));
        assert_eq!(
            (first.exit_ports, first.ipv6_exit_ports),
            (Some("accept 80,443"), Some("reject 1-65535"))
        );
        assert_eq!((first.protocols, first.ed25519()), (Some("Cons=1-2"), Some("nIfONGGaqq8")));
        assert_eq!(first.family_ids, ["ed25519:abc"]);
        let text = FILE.split_once('\n').unwrap().1.split_once("@last").unwrap().0;
        assert_eq!(first.digest, <[u8; 32]>::from(Sha256::digest(text)));
        assert_eq!((second.onion_key, second.ed25519()), (None, Some("other")));
        assert_eq!((parsed.unknown_items["future"], parsed.warnings.len()), (1, 0));
    }

    #[test]
    fn a_cut_one_does_not_lose_the_others() {
        let half = FILE.rsplit_once("id").unwrap().0.to_owned() + "x\n-----BEGIN X-----\nAAAA";
        let parsed = parse_microdescriptors(half.as_bytes(), &Limits::default()).unwrap();
        assert_eq!((parsed.document.len(), parsed.warnings.len()), (1, 1));
    }
}
