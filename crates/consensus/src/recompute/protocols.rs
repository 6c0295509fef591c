//! Recommended and required protocols (dir-spec, and tor's rules of voting on protocols).

use allium_documents::dirspec::Vote;
use std::collections::BTreeMap;
use std::fmt::Write;

/// One of the four lists: its keyword, how a vote says it, and how many authorities it takes.
pub(super) struct ProtocolList {
    pub keyword: &'static str,
    text: for<'a> fn(&Vote<'a>) -> Option<&'a str>,
    needed: fn(usize) -> usize,
}

/// The lists in their order.
pub(super) const LISTS: [ProtocolList; 4] = [
    ProtocolList {
        keyword: "recommended-client-protocols",
        text: |vote| vote.header.recommended_client_protocols,
        needed: half,
    },
    ProtocolList {
        keyword: "recommended-relay-protocols",
        text: |vote| vote.header.recommended_relay_protocols,
        needed: half,
    },
    ProtocolList {
        keyword: "required-client-protocols",
        text: |vote| vote.header.required_client_protocols,
        needed: two_thirds,
    },
    ProtocolList {
        keyword: "required-relay-protocols",
        text: |vote| vote.header.required_relay_protocols,
        needed: two_thirds,
    },
];

const fn half(authorities: usize) -> usize {
    authorities.div_ceil(2)
}

const fn two_thirds(authorities: usize) -> usize {
    (authorities * 2).div_ceil(3)
}

impl ProtocolList {
    /// What enough of all authorities list, by name and in ranges.
    pub(super) fn agreed(&self, votes: &[&Vote<'_>], authorities: usize) -> String {
        let mut counts: BTreeMap<&str, [u16; 64]> = BTreeMap::new();
        for protocols in votes.iter().filter_map(|vote| parse((self.text)(vote)?)) {
            for (name, versions) in protocols {
                let counts = counts.entry(name).or_insert([0; 64]);
                for (version, count) in counts.iter_mut().enumerate() {
                    *count += (versions >> version & 1) as u16;
                }
            }
        }
        let needed = (self.needed)(authorities);
        let agreed = counts.into_iter().map(|(name, counts)| (name, versions_with(&counts, needed)));
        agreed.filter(|(_, versions)| *versions != 0).map(encode).collect::<Vec<_>>().join(" ")
    }
}

fn versions_with(counts: &[u16; 64], needed: usize) -> u64 {
    let is_agreed = |version: &usize| usize::from(counts[*version]) >= needed;
    (0..64).filter(is_agreed).fold(0, |versions, version| versions | 1 << version)
}

/// Names with the set of their versions, 0 to 63. `None` when any part cannot be read, as tor does it.
/// Of a name that occurs twice the first entry counts.
fn parse(text: &str) -> Option<BTreeMap<&str, u64>> {
    let mut protocols = BTreeMap::new();
    for entry in text.split(' ').filter(|entry| !entry.is_empty()) {
        let (name, ranges) = entry.split_once('=').filter(|(name, _)| !name.is_empty())?;
        let mut versions = 0;
        for range in ranges.split(',').filter(|range| !range.is_empty()) {
            let (low, high) = range.split_once('-').unwrap_or((range, range));
            let (low, high): (u32, u32) = (low.parse().ok()?, high.parse().ok()?);
            if low > high || high > 63 {
                return None;
            }
            versions |= (u64::MAX >> (63 - (high - low))) << low;
        }
        protocols.entry(name).or_insert(versions);
    }
    Some(protocols)
}

fn encode((name, versions): (&str, u64)) -> String {
    let mut text = format!("{name}=");
    let mut version = 0;
    while version < 64 {
        let ones = (versions >> version).trailing_ones();
        if ones == 0 {
            version += 1;
            continue;
        }
        let comma = if text.ends_with('=') { "" } else { "," };
        // Writing to a text cannot fail.
        let _ = match ones {
            1 => write!(text, "{comma}{version}"),
            _ => write!(text, "{comma}{version}-{}", version + ones - 1),
        };
        version += ones;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn round_trip(text: &str, expected: &str) {
        let encoded: Vec<String> = parse(text).unwrap().into_iter().map(encode).collect();
        assert_eq!(encoded.join(" "), expected);
    }

    #[test]
    fn ranges_are_read_and_written_in_the_shortest_form() {
        round_trip("Link=1,2,3-5 Cons=1-2", "Cons=1-2 Link=1-5");
        round_trip("LinkAuth=1,3 Relay=0,63", "LinkAuth=1,3 Relay=0,63");
        round_trip("Relay=0-63", "Relay=0-63");
    }

    #[test]
    fn what_cannot_be_read_counts_as_nothing() {
        for text in ["Link", "=1", "Link=a", "Link=3-1", "Link=64"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn required_takes_two_thirds_and_recommended_half_of_all_authorities() {
        assert_eq!((half(5), half(9), two_thirds(5), two_thirds(9)), (3, 5, 4, 6));
    }
}
