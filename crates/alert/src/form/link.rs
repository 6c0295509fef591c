//! The query of a pre-filled link: `target=as:24940&absent=6&version=end-of-life`.

use super::{Draft, DraftError};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Longest query in bytes.
const LONGEST: usize = 2048;

/// What is written as it is in a value, beside letters and digits.
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b':').remove(b'.').remove(b'-').remove(b',');

impl Draft {
    /// Reads the query of a link, without the question mark. A key without a value counts as `on`.
    pub fn of_query(query: &str) -> Result<Self, DraftError> {
        if query.len() > LONGEST {
            return Err(DraftError::TooLong(LONGEST));
        }
        let decode =
            |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let pairs: Vec<(String, String)> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "on")))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect();
        Self::of_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// The query that [`Self::of_query`] reads.
    pub fn to_query(&self) -> String {
        let write = |(name, value): (&str, String)| format!("{name}={}", utf8_percent_encode(&value, &PLAIN));
        self.pairs().into_iter().map(write).collect::<Vec<_>>().join("&")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Digest, WatchError};

    #[test]
    fn a_link_is_read_as_it_is_written() {
        let queries = [
            "",
            "target=network",
            "target=as:24940&absent=6",
            "target=aroi:example.org&digest=daily-07&repeat-critical=2&repeat-warning=never&incident=warning&absent=6&flag-lost=Exit,Guard&overloaded=on",
        ];
        for query in queries {
            assert_eq!(Draft::of_query(query).unwrap().to_query(), query);
        }
        let draft = Draft::of_query("target=aroi%3Aexample.org&overloaded&digest=at-once").unwrap();
        assert_eq!(draft.to_query(), "target=aroi:example.org&overloaded=on");
        assert_eq!(draft.digest, Digest::AtOnce);
    }

    #[test]
    fn what_is_unknown_doubled_or_out_of_bounds_is_refused() {
        let refused = [
            "targets=network",
            "absent=6&absent=12",
            "target=network&target=network",
            "digest=weekly",
            "digest=daily-7",
            "digest=daily-24",
            "repeat-warning=0",
            "repeat-warning=",
            "=",
            "absent=%ff",
        ];
        for query in refused {
            assert!(Draft::of_query(query).is_err(), "{query}");
        }
        assert_eq!(Draft::of_query(&"a".repeat(3000)), Err(DraftError::TooLong(2048)));
        let unknown = Draft::of_query("wind=3").unwrap_err();
        assert!(matches!(unknown, DraftError::Watch(WatchError::Unknown { .. })));
    }
}
