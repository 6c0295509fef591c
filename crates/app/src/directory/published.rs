//! Bandwidth files and extra-infos of the authorities: what is read of them and kept in memory.

use super::state::DirectoryState;
use allium_analysis::directory::bandwidth_files::{FileOrigin, PublishedBandwidthFile};
use allium_analysis::directory::load::DirectoryRequests;
use allium_documents::dirspec::{
    BandwidthFile, ExtraInfo, HistoryKind, StatisticsKind, parse_bandwidth_file, parse_extra_infos,
};
use allium_documents::{DocumentError, Limits};
use allium_model::{Fingerprint, Timestamp, printable};
use data_encoding::BASE64_NOPAD;
use std::collections::{BTreeMap, BTreeSet};

/// How far ahead of the clock a document may be, in seconds.
const MAX_AHEAD_SECONDS: i64 = 600;

/// Relays publish anew after 18 hours at the latest (dir-spec); so long nothing newer is looked for.
const RENEWAL_SECONDS: i64 = 18 * 3600;

/// How far back an extra-info is looked for: a day.
const EXTRA_INFO_SECONDS: i64 = 86_400;

/// Largest extra-info of one relay that is kept, in bytes.
const MAX_EXTRA_INFO_BYTES: usize = 128 << 10;

/// Longest text of a header that is kept.
const MAX_HEADER_CHARACTERS: usize = 80;

/// A bandwidth file that a vote names and that was not read yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WantedFile {
    /// SHA-1 of the v3 identity key of the voter.
    pub identity: Fingerprint,
    /// The round of the vote.
    pub valid_after: Timestamp,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
}

/// An extra-info of an authority's relay.
#[derive(Debug, Clone)]
struct ReadExtraInfo {
    published: Timestamp,
    requests: Option<DirectoryRequests>,
    text: Vec<u8>,
}

/// What was read, by authority and by relay.
#[derive(Debug, Default)]
pub(super) struct Published {
    bandwidth_files: BTreeMap<Fingerprint, PublishedBandwidthFile>,
    extra_infos: BTreeMap<Fingerprint, ReadExtraInfo>,
}

impl Published {
    pub(super) fn bandwidth_files(&self) -> Vec<PublishedBandwidthFile> {
        self.bandwidth_files.values().cloned().collect()
    }

    pub(super) fn requests(&self) -> Vec<DirectoryRequests> {
        self.extra_infos.values().filter_map(|read| read.requests.clone()).collect()
    }

    pub(super) fn extra_infos(&self) -> Vec<(Fingerprint, Timestamp)> {
        self.extra_infos.iter().map(|(relay, read)| (*relay, read.published)).collect()
    }

    fn texts(&self) -> Vec<u8> {
        self.extra_infos.values().flat_map(|read| read.text.iter().copied().chain(*b"\n")).collect()
    }

    /// Relays that may have published since, with the time after which.
    fn due(&self, relays: &BTreeSet<Fingerprint>, now: Timestamp) -> BTreeMap<Fingerprint, Timestamp> {
        let oldest = now.plus_seconds(-EXTRA_INFO_SECONDS);
        let since = |relay: &Fingerprint| match self.extra_infos.get(relay) {
            Some(read) if read.published.plus_seconds(RENEWAL_SECONDS) > now => None,
            Some(read) => Some((*relay, read.published.max(oldest))),
            None => Some((*relay, oldest)),
        };
        relays.iter().filter_map(since).collect()
    }
}

impl DirectoryState {
    /// The relays of the authorities that are trusted at a time.
    pub fn authority_relays(&self, now: Timestamp) -> BTreeSet<Fingerprint> {
        self.trusted().trusted_at(now).filter_map(|entry| entry.relay).collect()
    }

    /// Relays of authorities of which a newer extra-info may be had, with the time after which.
    pub fn due_extra_infos(&self, now: Timestamp) -> BTreeMap<Fingerprint, Timestamp> {
        self.published.due(&self.authority_relays(now), now)
    }

    /// Bandwidth files that votes of the newest round name, as far as they were not read.
    pub fn wanted_bandwidth_files(&self) -> Vec<WantedFile> {
        let wanted = self.newest_votes().filter_map(|vote| {
            let sha256 = sha256_of(vote.bandwidth_file_digest.as_deref()?)?;
            let known = self.published.bandwidth_files.get(&vote.identity);
            let is_known = known.is_some_and(|file| file.sha256 == BASE64_NOPAD.encode(&sha256));
            (!is_known).then_some(WantedFile {
                identity: vote.identity,
                valid_after: vote.valid_after,
                sha256,
            })
        });
        wanted.collect()
    }

    /// Takes in the bandwidth file that a vote names; whether it is the one.
    pub fn take_voted_bandwidth_file(&mut self, bytes: &[u8], wanted: WantedFile) -> bool {
        let origin = FileOrigin::Vote(wanted.valid_after);
        self.take_file(bytes, wanted.identity, origin, |file| file.sha256 == wanted.sha256)
    }

    /// Takes in what an authority handed out as its bandwidth file; whether it is one.
    pub fn take_handed_bandwidth_file(
        &mut self,
        bytes: &[u8],
        identity: Fingerprint,
        now: Timestamp,
    ) -> bool {
        let votes: Vec<WantedFile> =
            self.wanted_bandwidth_files().into_iter().filter(|wanted| wanted.identity == identity).collect();
        if votes.into_iter().any(|wanted| self.take_voted_bandwidth_file(bytes, wanted)) {
            return true;
        }
        let latest = now.plus_seconds(MAX_AHEAD_SECONDS);
        self.take_file(bytes, identity, FileOrigin::DirPort, |file| file.timestamp <= latest)
    }

    fn take_file(
        &mut self,
        bytes: &[u8],
        identity: Fingerprint,
        origin: FileOrigin,
        is_meant: impl Fn(&BandwidthFile<'_>) -> bool,
    ) -> bool {
        let limits = *self.limits();
        match tokio::task::block_in_place(|| file_facts(bytes, identity, origin, &limits, is_meant)) {
            Ok(Some(facts)) => {
                self.published.bandwidth_files.insert(identity, facts);
                true
            }
            Ok(None) => false,
            Err(error) => {
                self.note(format!("the bandwidth file of {identity} is not used: {error}"));
                false
            }
        }
    }

    /// Takes in those extra-infos that are of these relays and newer than what is known; how many.
    pub fn take_extra_infos(
        &mut self,
        bytes: &[u8],
        relays: &BTreeSet<Fingerprint>,
        now: Timestamp,
    ) -> usize {
        let limits = *self.limits();
        let read = match tokio::task::block_in_place(|| read_extra_infos(bytes, relays, &limits)) {
            Ok(read) => read,
            Err(error) => {
                self.note(format!("extra-infos are not used: {error}"));
                return 0;
            }
        };
        let known = &mut self.published.extra_infos;
        let mut taken = 0;
        for (relay, read) in read {
            let is_newer = known.get(&relay).is_none_or(|known| known.published < read.published);
            if is_newer && read.published <= now.plus_seconds(MAX_AHEAD_SECONDS) {
                known.insert(relay, read);
                taken += 1;
            }
        }
        if let Some(kept) = self.kept.as_ref().filter(|_| taken > 0) {
            kept.keep_extra_infos(&self.published.texts());
        }
        taken
    }
}

/// The digest as votes write it: base64 without padding, with or without the name of the algorithm.
fn sha256_of(digest: &str) -> Option<[u8; 32]> {
    let digest = digest.strip_prefix("sha256=").unwrap_or(digest).trim_end_matches('=');
    BASE64_NOPAD.decode(digest.as_bytes()).ok()?.try_into().ok()
}

fn file_facts(
    bytes: &[u8],
    identity: Fingerprint,
    origin: FileOrigin,
    limits: &Limits,
    is_meant: impl Fn(&BandwidthFile<'_>) -> bool,
) -> Result<Option<PublishedBandwidthFile>, DocumentError> {
    let file = parse_bandwidth_file(bytes, limits)?.document;
    if !is_meant(&file) {
        return Ok(None);
    }
    let text = |key: &str| file.header(key).map(shown);
    let software = match (text("software"), text("software_version")) {
        (Some(software), Some(version)) => Some(format!("{software} {version}")),
        (software, _) => software,
    };
    let voted = || file.relays.iter().filter(|relay| relay.is_voted);
    Ok(Some(PublishedBandwidthFile {
        identity,
        origin,
        timestamp: file.timestamp,
        created: file.header_time("file_created"),
        version: file.version.map(shown),
        software,
        scanner_country: text("scanner_country"),
        relays: file.relays.len() as u32,
        voted_relays: voted().count() as u32,
        eligible_relays: file.header_number("number_eligible_relays"),
        sum_kilobytes_per_second: voted()
            .map(|relay| relay.bandwidth_kilobytes_per_second)
            .fold(0, u64::saturating_add),
        bytes: bytes.len() as u64,
        sha256: BASE64_NOPAD.encode(&file.sha256),
    }))
}

fn shown(text: &str) -> String {
    let start: String = text.chars().take(MAX_HEADER_CHARACTERS).collect();
    printable(&start).into_owned()
}

fn read_extra_infos(
    bytes: &[u8],
    relays: &BTreeSet<Fingerprint>,
    limits: &Limits,
) -> Result<Vec<(Fingerprint, ReadExtraInfo)>, DocumentError> {
    let parsed = parse_extra_infos(bytes, limits)?;
    let own = parsed
        .document
        .iter()
        .filter(|info| relays.contains(&info.fingerprint) && info.text.len() <= MAX_EXTRA_INFO_BYTES);
    let read = own.filter_map(|info| {
        let published = info.published?;
        let read = ReadExtraInfo { published, requests: requests(info), text: info.text.to_vec() };
        Some((info.fingerprint, read))
    });
    Ok(read.collect())
}

/// The statistics of directory requests; `None` without their end.
fn requests(info: &ExtraInfo<'_>) -> Option<DirectoryRequests> {
    let span = info.span(StatisticsKind::Dirreq)?;
    let response = |key| info.counts("dirreq-v3-resp").and_then(|counts| counts.get(key)).map(whole);
    let history = info.history(HistoryKind::DirreqWrite);
    Some(DirectoryRequests {
        relay: info.fingerprint,
        until: span.end,
        interval_seconds: u32::try_from(span.interval_seconds).unwrap_or(u32::MAX),
        requests: info.counts("dirreq-v3-reqs").map(|counts| whole(counts.sum())),
        answered: response("ok"),
        busy: response("busy"),
        written_bytes: history.and_then(|history| history.values.last().copied()),
    })
}

/// A count as a whole number; what is below 0 or no number is 0, what is too large is the largest.
fn whole(count: f64) -> u64 {
    count as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELAY: &str = "23DE2F1A3CB09B85EF8DF94099CE2B496D9C6563";

    fn infos(text: &str) -> Vec<(Fingerprint, ReadExtraInfo)> {
        let relays = BTreeSet::from([RELAY.parse().unwrap()]);
        read_extra_infos(text.as_bytes(), &relays, &Limits::default()).unwrap()
    }

    #[test]
    fn statistics_of_the_relays_of_authorities_are_read_and_no_others() {
        let text = format!(
            "extra-info x {RELAY}\npublished 2026-10-02 07:01:04\n\
             dirreq-write-history 2026-10-02 04:35:05 (900 s) 7,9\n\
             dirreq-stats-end 2026-10-01 08:19:32 (86400 s)\ndirreq-v3-reqs de=16,us=8\n\
             dirreq-v3-resp ok=24,not-enough-sigs=0,busy=4\n\
             extra-info y {}\npublished 2026-10-02 07:01:04\n",
            "0".repeat(40)
        );
        let found = infos(&text);
        assert_eq!(found.len(), 1);
        let requests = found[0].1.requests.as_ref().unwrap();
        assert_eq!((requests.requests, requests.answered, requests.busy), (Some(24), Some(24), Some(4)));
        assert_eq!((requests.interval_seconds, requests.written_bytes), (86_400, Some(9)));
        assert_eq!(requests.until.to_minute(), "2026-10-01 08:19");
    }

    #[test]
    fn what_an_authority_leaves_out_is_unknown_and_no_zero() {
        let head = format!("extra-info x {RELAY}\npublished 2026-10-02 07:01:04\n");
        assert!(infos(&head)[0].1.requests.is_none());
        let text = format!("{head}dirreq-stats-end 2026-10-01 08:19:32 (86400 s)\n");
        let found = infos(&text);
        let requests = found[0].1.requests.as_ref().unwrap();
        assert_eq!((requests.requests, requests.answered, requests.written_bytes), (None, None, None));
        assert_eq!([whole(-8.0), whole(f64::NAN), whole(1e300)], [0, 0, u64::MAX]);
    }

    #[test]
    fn a_newer_one_is_looked_for_after_eighteen_hours() {
        let now = Timestamp(100 * 3600);
        let relays: BTreeSet<_> = [1, 2, 3].map(|byte| Fingerprint([byte; 20])).into();
        let read = |hours: i64| ReadExtraInfo {
            published: now.plus_seconds(-hours * 3600),
            requests: None,
            text: Vec::new(),
        };
        let extra_infos = [(Fingerprint([1; 20]), read(17)), (Fingerprint([2; 20]), read(19))].into();
        let published = Published { extra_infos, ..Published::default() };
        let due = published.due(&relays, now);
        let hours = due.iter().map(|(relay, since)| (relay.0[0], now.seconds_since(*since) / 3600));
        assert_eq!(hours.collect::<Vec<_>>(), [(2, 19), (3, 24)]);
    }

    #[test]
    fn a_digest_of_a_vote_is_read_with_and_without_its_name() {
        let text = "PUzC8m5/hCdPriqDklEyWI24Q+4x0ozCiwn7arXakrM";
        assert!(sha256_of(text).is_some() && sha256_of(&format!("sha256={text}")) == sha256_of(text));
        assert_eq!(sha256_of("PUzC8m5"), None);
    }
}
