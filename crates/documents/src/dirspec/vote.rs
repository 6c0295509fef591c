//! Bytes to a vote.

use super::entry::{SeenFlags, Taken, router, take_vote_line, warn_of_order};
use super::fields::{fingerprint, number, time_of_words};
use super::header::{HeaderReader, dir_source, pairs};
use super::status::StatusReader;
use super::{DirSource, Ed25519Listing, Flavor, Item, Parsed, SharedRandomCommit, Vote, VoteRouter, Words};
use crate::{DocumentError, Limits};
use allium_model::{Fingerprint, Timestamp};

/// Reads a vote (dir-spec, "Vote and consensus status document formats"). A relay whose `r` line cannot
/// be read is left out with a warning; without the times of its validity, its voter or a signature and
/// over [`Limits::max_relays`] the document is refused.
pub fn parse_vote<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Parsed<Vote<'a>>, DocumentError> {
    let mut reader = StatusReader::open(bytes, limits, "vote")?;
    let head = read_head(&mut reader)?;
    let routers = read_routers(&mut reader)?;
    while let Some(item) = reader.next_of_footer()? {
        if item.keyword != "directory-footer" {
            reader.notes.count_unknown(item.keyword);
        }
    }
    let (signatures, signed) = reader.signatures()?;
    warn_of_order(routers.iter().map(|entry| entry.router.fingerprint), &mut reader.notes);
    let mut header = head.header.finish()?;
    header.version = reader.version;
    let document = Vote {
        header,
        methods: head.methods,
        published: head.published,
        flag_thresholds: head.flag_thresholds,
        bandwidth_file_headers: head.bandwidth_file_headers,
        bandwidth_file_digests: head.bandwidth_file_digests,
        authority: head.authority.ok_or_else(|| DocumentError::Schema("it has no dir-source".into()))?,
        legacy_identity: head.legacy_identity,
        is_in_shared_random: head.is_in_shared_random,
        shared_random_commits: head.shared_random_commits,
        certificate: head.certificate,
        routers,
        signatures,
        signed,
    };
    Ok(reader.notes.finish(document))
}

/// The head of a vote while it is read.
#[derive(Default)]
struct Head<'a> {
    header: HeaderReader<'a>,
    methods: Vec<u32>,
    published: Timestamp,
    flag_thresholds: Vec<(&'a str, &'a str)>,
    bandwidth_file_headers: Option<Vec<(&'a str, &'a str)>>,
    bandwidth_file_digests: Vec<(&'a str, &'a str)>,
    authority: Option<DirSource<'a>>,
    legacy_identity: Option<Fingerprint>,
    is_in_shared_random: bool,
    shared_random_commits: Vec<SharedRandomCommit<'a>>,
    certificate: Option<&'a str>,
    /// Where a certificate has started.
    certificate_start: Option<usize>,
}

fn read_head<'a>(reader: &mut StatusReader<'a>) -> Result<Head<'a>, DocumentError> {
    let mut head = Head::default();
    while let Some(item) = reader.next_of_head()? {
        if head.is_of_certificate(&item) {
            if let (Some(start), "dir-key-certification") = (head.certificate_start, item.keyword) {
                head.certificate.get_or_insert(reader.scanner.text(start, item.end));
            }
            continue;
        }
        let taken = head.take(&item);
        reader.settle(&item, taken, &mut head.header);
    }
    Ok(head)
}

impl<'a> Head<'a> {
    /// Whether an item belongs to the certificate, which has a parser of its own.
    fn is_of_certificate(&mut self, item: &Item<'a>) -> bool {
        if item.keyword == "dir-key-certificate-version" {
            self.certificate_start = Some(item.start);
        }
        self.certificate_start.is_some()
            && (item.keyword.starts_with("dir-key-")
                || matches!(
                    item.keyword,
                    "dir-address" | "dir-identity-key" | "dir-signing-key" | "fingerprint"
                ))
    }

    fn take(&mut self, item: &Item<'a>) -> Taken {
        let mut words = item.words();
        match item.keyword {
            "consensus-methods" => {
                words.map(number).collect::<Option<Vec<u32>>>().map(|methods| self.methods = methods).into()
            }
            "published" => time_of_words(&mut words).map(|published| self.published = published).into(),
            "flag-thresholds" => {
                self.flag_thresholds = pairs(words);
                Taken::Yes
            }
            "bandwidth-file-headers" => {
                self.bandwidth_file_headers = Some(pairs(words));
                Taken::Yes
            }
            "bandwidth-file-digest" => {
                self.bandwidth_file_digests = pairs(words);
                Taken::Yes
            }
            "dir-source" if self.authority.is_none() => {
                self.authority = dir_source(item);
                self.authority.as_ref().map(|_| ()).into()
            }
            "contact" => {
                self.authority.as_mut().map(|authority| authority.contact = Some(item.arguments)).into()
            }
            "legacy-dir-key" => {
                self.legacy_identity = words.next().and_then(fingerprint);
                self.legacy_identity.map(|_| ()).into()
            }
            "shared-rand-participate" => {
                self.is_in_shared_random = true;
                Taken::Yes
            }
            "shared-rand-commit" => {
                commit(words).map(|commit| self.shared_random_commits.push(commit)).into()
            }
            _ => Taken::Unknown,
        }
    }
}

fn commit(mut words: Words<'_>) -> Option<SharedRandomCommit<'_>> {
    Some(SharedRandomCommit {
        version: number(words.next()?)?,
        algorithm: words.next()?,
        identity: words.next()?,
        commit: words.next()?,
        reveal: words.next(),
    })
}

fn read_routers<'a>(reader: &mut StatusReader<'a>) -> Result<Vec<VoteRouter<'a>>, DocumentError> {
    let mut routers: Vec<VoteRouter<'a>> = reader.room_for_relays();
    let mut seen = SeenFlags::default();
    let mut is_in_entry = false;
    while let Some(item) = reader.next_of_relays()? {
        if item.keyword == "r" {
            reader.check_relays(routers.len())?;
            // Votes have the digest of the descriptor, like the ns flavour.
            let entry = router(&item, Flavor::Ns);
            is_in_entry = entry.is_some();
            match entry {
                Some(router) => routers.push(VoteRouter {
                    router,
                    ed25519: Ed25519Listing::Missing,
                    stats: None,
                    microdescriptors: Vec::new(),
                }),
                None => reader.warn_of_item(&item),
            }
        } else if let Some(router) = routers.last_mut().filter(|_| is_in_entry) {
            let taken = take_vote_line(router, &item, &mut seen);
            reader.note(&item, taken);
        }
    }
    Ok(routers)
}
