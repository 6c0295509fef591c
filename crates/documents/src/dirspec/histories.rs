//! Histories and statistics in the forms in which relays write them into extra-infos.

use super::Words;
use super::fields::{number, time_of_words};
use allium_model::Timestamp;

/// Values of a history at most.
const MAX_VALUES: usize = 1000;

/// Which bytes a history counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HistoryKind {
    /// `read-history`.
    Read,
    /// `write-history`.
    Write,
    /// `ipv6-read-history`.
    Ipv6Read,
    /// `ipv6-write-history`.
    Ipv6Write,
    /// `dirreq-read-history`: for directory requests.
    DirreqRead,
    /// `dirreq-write-history`.
    DirreqWrite,
}

impl HistoryKind {
    /// The kind of a keyword.
    pub fn of_keyword(keyword: &str) -> Option<Self> {
        Some(match keyword {
            "read-history" => Self::Read,
            "write-history" => Self::Write,
            "ipv6-read-history" => Self::Ipv6Read,
            "ipv6-write-history" => Self::Ipv6Write,
            "dirreq-read-history" => Self::DirreqRead,
            "dirreq-write-history" => Self::DirreqWrite,
            _ => return None,
        })
    }
}

/// The span that statistics cover: so many seconds up to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatisticsSpan {
    /// Its end.
    pub end: Timestamp,
    /// Its length.
    pub interval_seconds: u64,
}

impl StatisticsSpan {
    /// Reads `YYYY-MM-DD hh:mm:ss (NSEC s)`, and gives what stands behind it.
    pub(super) fn parse(text: &str) -> Option<(Self, &str)> {
        let mut words = Words::of(text);
        let end = time_of_words(&mut words)?;
        let interval_seconds = number(words.next()?.strip_prefix('(')?)?;
        (words.next()? == "s)").then(|| (Self { end, interval_seconds }, words.rest()))
    }
}

/// Bytes by interval, the newest interval last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BandwidthHistory {
    /// End of the newest interval, and the length of each.
    pub span: StatisticsSpan,
    /// Bytes of each interval.
    pub values: Vec<u64>,
}

impl BandwidthHistory {
    /// Reads `YYYY-MM-DD hh:mm:ss (NSEC s) NUM,NUM,...`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (span, values) = StatisticsSpan::parse(text)?;
        let values = values.trim_end();
        if values.is_empty() {
            return Some(Self { span, values: Vec::new() });
        }
        let values: Option<Vec<u64>> = values.split(',').take(MAX_VALUES).map(number).collect();
        values.map(|values| Self { span, values })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_has_an_end_an_interval_and_values() {
        let history = BandwidthHistory::parse("2016-10-02 04:35:05 (14400 s) 164505600,0,7").unwrap();
        assert_eq!(history.span.end.to_string(), "2016-10-02 04:35:05");
        assert_eq!((history.span.interval_seconds, history.values), (14_400, vec![164_505_600, 0, 7]));
        assert!(BandwidthHistory::parse("2016-10-02 04:35:05 (900 s) ").unwrap().values.is_empty());
    }

    #[test]
    fn other_forms_are_none() {
        for text in [
            "",
            "2016-10-02 04:35:05",
            "2016-10-02 04:35:05 (x s) 1",
            "2016-10-02 04:35:05 (9 s) 1,x",
            "2016-10-02 04:35:05 (9 s) 1,,2",
            "2016-10-02 04:35:05 (9 s) -1",
        ] {
            assert_eq!(BandwidthHistory::parse(text), None, "{text}");
        }
    }
}
