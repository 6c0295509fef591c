//! Lists of Tor versions, in tor's own order of versions.

use allium_documents::dirspec::Vote;
use std::cmp::Ordering;

/// Tor's order of version texts: by numbers and then by status tag; texts that are no versions come
/// first, in the order of their bytes. `Tor ` before a version does not matter.
pub fn compare_versions(a: &str, b: &str) -> Ordering {
    match (parse(a), parse(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (None, None) => a.cmp(b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

/// Major, minor, micro; 0 for `pre`, 1 for `rc`, 2 for a release; patch level; status tag and the rest.
type Key<'a> = (u32, u32, u32, u8, u32, &'a str, &'a str);

fn parse(text: &str) -> Option<Key<'_>> {
    let has_prefix = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("tor "));
    let text = if has_prefix { &text[4..] } else { text };
    let (major, rest) = number(text)?;
    let (minor, rest) = number(rest.strip_prefix('.')?)?;
    let Some(rest) = rest.strip_prefix('.') else {
        return rest.is_empty().then_some((major, minor, 0, 2, 0, "", ""));
    };
    let (micro, rest) = number(rest)?;
    let (status, patch, rest) = if rest.is_empty() || rest.starts_with('-') {
        (2, 0, rest)
    } else {
        let forms = [("pre", 0), ("rc", 1), (".", 2)];
        let (status, rest) =
            forms.into_iter().find_map(|(form, status)| Some((status, rest.strip_prefix(form)?)))?;
        let (patch, rest) = number(rest)?;
        (status, patch, rest)
    };
    let rest = rest.strip_prefix(['-', '.']).unwrap_or(rest);
    let (tag, rest) = rest.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((rest, ""));
    Some((major, minor, micro, status, patch, tag, rest))
}

fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// The versions that more than half of the votes with a list recommend, in tor's order.
pub(super) fn recommended<'a>(votes: &[&Vote<'a>], list: impl Fn(&Vote<'a>) -> Option<&'a str>) -> String {
    let mut versions = Vec::new();
    let mut voters = 0;
    for text in votes.iter().filter_map(|vote| list(vote)) {
        let mut own: Vec<&str> =
            text.split(',').map(str::trim).filter(|version| !version.is_empty()).collect();
        own.sort_by(|a, b| compare_versions(a, b));
        own.dedup_by(|a, b| compare_versions(a, b).is_eq());
        versions.extend(own);
        voters += 1;
    }
    versions.sort_by(|a, b| compare_versions(a, b));
    let frequent = versions.chunk_by(|a, b| a == b).filter(|same| same.len() > voters / 2);
    frequent.map(|same| same[0]).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_stand_in_tors_order() {
        let ordered = [
            "x",
            "0.2",
            "0.2.0",
            "0.4.5.9",
            "0.4.5.10",
            "0.4.6.1",
            "0.4.6.1-alpha",
            "0.4.6.1-alpha-dev",
            "0.4.6.1-rc",
            "0.4.6.2",
        ];
        for pair in ordered.windows(2) {
            let expected = if pair[0] == "0.2" { Ordering::Equal } else { Ordering::Less };
            assert_eq!(compare_versions(pair[0], pair[1]), expected, "{pair:?}");
            assert_eq!(compare_versions(pair[1], pair[0]), expected.reverse(), "{pair:?}");
        }
    }

    #[test]
    fn the_name_before_a_version_does_not_matter() {
        assert_eq!(compare_versions("Tor 0.4.9.11", "0.4.9.11"), Ordering::Equal);
        assert_eq!(compare_versions("Tor 0.4.9.9 (git-12)", "Tor 0.4.9.11"), Ordering::Less);
    }
}
