//! Extra-info documents (dir-spec, "Extra-info document format"): what relays publish of their traffic.
//!
//! Histories, spans and lists of counts have closed lists of kinds; every other value is a [`Fact`] under
//! its own keyword.

use super::entries::{Entry, entries};
use super::fields::{decimal, fingerprint, key_value, time_of_words};
use super::kind::check_label;
use super::server_descriptor::{first_line, signed_digest};
use super::{BandwidthHistory, HistoryKind, Item, Notes, Object, Parsed, Scanner, StatisticsSpan};
use crate::{DocumentError, Limits};
use allium_model::{Fingerprint, Timestamp};

/// Lines of one document that are kept at most.
const MAX_LINES: usize = 500;

/// Pairs of one line of counts at most.
const MAX_COUNTS: usize = 1000;

/// Which statistics a span is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatisticsKind {
    /// `dirreq-stats-end`: directory requests.
    Dirreq,
    /// `entry-stats-end`: clients of guards.
    Entry,
    /// `cell-stats-end`: queues of cells.
    Cell,
    /// `conn-bi-direct`: connections in both directions; the span stands in the line itself.
    ConnBiDirect,
    /// `ipv6-conn-bi-direct`.
    Ipv6ConnBiDirect,
    /// `exit-stats-end`: streams of exits.
    Exit,
    /// `hidserv-stats-end`: onion services of version 2.
    Hidserv,
    /// `hidserv-v3-stats-end`: onion services of version 3.
    HidservV3,
    /// `padding-counts`; the span stands in the line itself.
    Padding,
    /// `bridge-stats-end`: clients of bridges.
    Bridge,
}

impl StatisticsKind {
    fn of_keyword(keyword: &str) -> Option<Self> {
        Some(match keyword {
            "dirreq-stats-end" => Self::Dirreq,
            "entry-stats-end" => Self::Entry,
            "cell-stats-end" => Self::Cell,
            "conn-bi-direct" => Self::ConnBiDirect,
            "ipv6-conn-bi-direct" => Self::Ipv6ConnBiDirect,
            "exit-stats-end" => Self::Exit,
            "hidserv-stats-end" => Self::Hidserv,
            "hidserv-v3-stats-end" => Self::HidservV3,
            "padding-counts" => Self::Padding,
            "bridge-stats-end" => Self::Bridge,
            _ => return None,
        })
    }
}

/// A line of `key=value` pairs with commas or spaces between, or of plain values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts<'a> {
    /// The keyword of the line, such as `dirreq-v3-resp`.
    pub keyword: &'a str,
    /// Its pairs; a value without a key has an empty one.
    pub pairs: Vec<(&'a str, &'a str)>,
}

impl<'a> Counts<'a> {
    /// The value of a key as a number; `None` when it is not there or none.
    pub fn get(&self, key: &str) -> Option<f64> {
        let (_, value) = self.pairs.iter().find(|(name, _)| *name == key)?;
        decimal(value)
    }

    /// Sum of the values that are numbers.
    pub fn sum(&self) -> f64 {
        self.pairs.iter().filter_map(|(_, value)| decimal(value)).sum()
    }

    fn of(keyword: &'a str, text: &'a str) -> Self {
        let words = text.split([',', ' ', '\t']).filter(|word| !word.is_empty());
        let pair = |word: &'a str| if word.contains('=') { key_value(word) } else { ("", word) };
        Self { keyword, pairs: words.take(MAX_COUNTS).map(pair).collect() }
    }
}

/// Keywords whose lines are lists of counts.
const COUNTS: [&str; 34] = [
    "bridge-ip-transports",
    "bridge-ip-versions",
    "bridge-ips",
    "cell-circuits-per-decile",
    "cell-processed-cells",
    "cell-queued-cells",
    "cell-time-in-queue",
    "circuit-created-cells",
    "conn-bi-direct",
    "dirreq-v2-direct-dl",
    "dirreq-v2-ips",
    "dirreq-v2-reqs",
    "dirreq-v2-resp",
    "dirreq-v2-share",
    "dirreq-v2-tunneled-dl",
    "dirreq-v3-direct-dl",
    "dirreq-v3-ips",
    "dirreq-v3-reqs",
    "dirreq-v3-resp",
    "dirreq-v3-share",
    "dirreq-v3-tunneled-dl",
    "entry-ips",
    "exit-kibibytes-read",
    "exit-kibibytes-written",
    "exit-streams-opened",
    "geoip-client-origins",
    "hidserv-dir-onions-seen",
    "hidserv-dir-v3-onions-seen",
    "hidserv-rend-relayed-cells",
    "hidserv-rend-v3-relayed-cells",
    "ipv6-conn-bi-direct",
    "padding-counts",
    "transport",
    "transport-info",
];

/// An item that is neither history nor statistics: digests of GeoIP files, overload, signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact<'a> {
    /// The keyword, such as `overload-ratelimits` or `geoip-db-digest`.
    pub keyword: &'a str,
    /// The rest of the line.
    pub arguments: &'a str,
    /// The object below it.
    pub object: Option<Object<'a>>,
}

/// Keywords of facts.
const FACTS: [&str; 10] = [
    "geoip-db-digest",
    "geoip6-db-digest",
    "geoip-start-time",
    "identity-ed25519",
    "master-key-ed25519",
    "overload-fd-exhausted",
    "overload-ratelimits",
    "router-digest",
    "router-digest-sha256",
    "router-sig-ed25519",
];

/// An extra-info document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtraInfo<'a> {
    /// Nickname, not escaped.
    pub nickname: &'a str,
    /// The relay.
    pub fingerprint: Fingerprint,
    /// `published`.
    pub published: Option<Timestamp>,
    /// Histories of bytes.
    pub histories: Vec<(HistoryKind, BandwidthHistory)>,
    /// Which spans the statistics cover.
    pub spans: Vec<(StatisticsKind, StatisticsSpan)>,
    /// Counts.
    pub counts: Vec<Counts<'a>>,
    /// Everything else that is known.
    pub facts: Vec<Fact<'a>>,
    /// `router-signature`.
    pub signature: Option<Object<'a>>,
    /// The bytes of the whole document.
    pub text: &'a [u8],
}

/// Reads the plain bytes of a file of extra-infos.
///
/// # Errors
/// When it is empty, a web page, or a limit is passed.
pub fn parse_extra_infos<'a>(
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Parsed<Vec<ExtraInfo<'a>>>, DocumentError> {
    let mut notes = Notes::new("extra-info");
    check_label(bytes, &mut notes)?;
    let mut extra_infos = Vec::new();
    for entry in entries(bytes, "extra-info", "extra-info", limits)? {
        match read(entry, limits, &mut notes) {
            Ok(extra_info) => extra_infos.push(extra_info),
            Err(error) => notes.warn(first_line(entry.body), error.to_string()),
        }
    }
    Ok(notes.finish(extra_infos))
}

fn read<'a>(entry: Entry<'a>, limits: &Limits, notes: &mut Notes) -> Result<ExtraInfo<'a>, DocumentError> {
    let mut scanner = Scanner::new(entry.body, limits)?;
    let head = scanner.next_item()?.ok_or(DocumentError::Empty)?;
    let mut words = head.words();
    let (Some(nickname), Some(fingerprint)) = (words.next(), words.next().and_then(fingerprint)) else {
        return Err(DocumentError::Schema("the extra-info line is not understood".into()));
    };
    let mut extra_info = ExtraInfo {
        nickname,
        fingerprint,
        published: None,
        histories: Vec::new(),
        spans: Vec::new(),
        counts: Vec::new(),
        facts: Vec::new(),
        signature: None,
        text: entry.body,
    };
    let mut lines = 0;
    while let Some(item) = scanner.next_item()? {
        lines += 1;
        if lines > MAX_LINES {
            notes.warn(fingerprint, format!("lines after the first {MAX_LINES} are left out"));
            break;
        }
        if !extra_info.take(&item, notes) {
            notes.warn(fingerprint, format!("the {} line is not understood", item.keyword));
        }
    }
    Ok(extra_info)
}

impl<'a> ExtraInfo<'a> {
    /// Takes an item; `false` when its value is not understood.
    fn take(&mut self, item: &Item<'a>, notes: &mut Notes) -> bool {
        match item.keyword {
            "published" => {
                self.published = time_of_words(&mut item.words());
                return self.published.is_some();
            }
            "router-signature" => self.signature = item.object,
            keyword if FACTS.contains(&keyword) => {
                self.facts.push(Fact { keyword, arguments: item.arguments, object: item.object });
            }
            keyword => return self.take_statistics(keyword, item, notes),
        }
        true
    }

    fn take_statistics(&mut self, keyword: &'a str, item: &Item<'a>, notes: &mut Notes) -> bool {
        if let Some(kind) = HistoryKind::of_keyword(keyword) {
            let history = BandwidthHistory::parse(item.arguments);
            let understood = history.is_some();
            self.histories.extend(history.map(|history| (kind, history)));
            return understood;
        }
        let mut counts = item.arguments;
        let kind = StatisticsKind::of_keyword(keyword);
        if let Some(kind) = kind {
            let Some((span, rest)) = StatisticsSpan::parse(item.arguments) else { return false };
            self.spans.push((kind, span));
            counts = rest;
        }
        if COUNTS.binary_search(&keyword).is_ok() {
            self.counts.push(Counts::of(keyword, counts));
        } else if kind.is_none() {
            notes.count_unknown(keyword);
        }
        true
    }

    /// The history of a kind.
    pub fn history(&self, kind: HistoryKind) -> Option<&BandwidthHistory> {
        self.histories.iter().find(|(other, _)| *other == kind).map(|(_, history)| history)
    }

    /// The span of a kind of statistics.
    pub fn span(&self, kind: StatisticsKind) -> Option<StatisticsSpan> {
        self.spans.iter().find(|(other, _)| *other == kind).map(|(_, span)| *span)
    }

    /// The counts under a keyword, such as `dirreq-v3-resp`.
    pub fn counts(&self, keyword: &str) -> Option<&Counts<'a>> {
        self.counts.iter().find(|counts| counts.keyword == keyword)
    }

    /// The fact under a keyword, such as `overload-ratelimits`.
    pub fn fact(&self, keyword: &str) -> Option<&Fact<'a>> {
        self.facts.iter().find(|fact| fact.keyword == keyword)
    }

    /// SHA-1 of the document through `router-signature`, by which server descriptors name it; `None`
    /// without that line.
    pub fn digest(&self) -> Option<[u8; 20]> {
        signed_digest(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "@type extra-info 1.0\nextra-info x 23DE2F1A3CB09B85EF8DF94099CE2B496D9C6563\n\
        identity-ed25519\n-----BEGIN ED25519 CERT-----\nAAEC\n-----END ED25519 CERT-----\n\
        published 2016-10-02 07:01:04\nwrite-history 2016-10-02 04:35:05 (14400 s) 1,2\nread-history odd\n\
        geoip-db-digest 6346E26E2BC96F8511588CE2695E9B0339A75D32\ndirreq-stats-end 2016-10-01 08:19:32 (86400 s)\n\
        dirreq-v3-ips \ndirreq-v3-resp ok=8,not-modified=4\n\
        conn-bi-direct 2016-10-01 08:19:32 (86400 s) 1,2,3,4\n\
        padding-counts 2016-10-01 08:19:32 (86400 s) bin-size=10000 write-total=5\n\
        hidserv-stats-end 2016-10-01 08:19:32 (86400 s)\n\
        hidserv-rend-relayed-cells -3.7 delta_f=2048 epsilon=0.30\noverload-ratelimits 1 2020-02-29 08:00:00 1 2 3 4\n\
        from-the-future 1\nrouter-signature\n-----BEGIN SIGNATURE-----\nAAEC\n-----END SIGNATURE-----\n";

    #[test]
    fn every_line_is_reachable() {
        let parsed = parse_extra_infos(TEXT.as_bytes(), &Limits::default()).unwrap();
        let info = &parsed.document[0];
        assert_eq!(info.history(HistoryKind::Write).unwrap().values, [1, 2]);
        assert_eq!(info.history(HistoryKind::Read), None);
        assert_eq!(info.span(StatisticsKind::Dirreq).unwrap().interval_seconds, 86_400);
        let responses = info.counts("dirreq-v3-resp").unwrap();
        assert_eq!((responses.get("ok"), responses.get("busy"), responses.sum()), (Some(8.0), None, 12.0));
        assert!(info.counts("dirreq-v3-ips").unwrap().pairs.is_empty());
        assert_eq!(info.counts("conn-bi-direct").map(Counts::sum), Some(10.0));
        assert_eq!(info.counts("padding-counts").unwrap().get("write-total"), Some(5.0));
        assert_eq!(info.counts("hidserv-rend-relayed-cells").unwrap().pairs[0], ("", "-3.7"));
        assert!(
            info.fact("overload-ratelimits").is_some()
                && info.fact("identity-ed25519").unwrap().object.is_some()
        );
        assert_eq!((parsed.unknown_items["from-the-future"], parsed.warnings.len()), (1, 1));
        assert!(info.signature.is_some() && info.digest().is_some());
    }

    #[test]
    fn keywords_stand_in_order() {
        assert!(COUNTS.is_sorted());
    }

    #[test]
    fn a_document_without_a_relay_is_left_out() {
        let text = format!("extra-info x\npublished 2016-10-02 07:01:04\n{TEXT}");
        let parsed = parse_extra_infos(text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!((parsed.document.len(), parsed.warnings.len()), (1, 2));
    }
}
