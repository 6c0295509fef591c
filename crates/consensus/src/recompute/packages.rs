//! Recommended packages, which consensus methods before 34 carry (dir-spec, "package").

use allium_documents::dirspec::Vote;
use std::collections::BTreeMap;

/// From this method on consensuses say nothing of packages.
const METHOD_WITHOUT_PACKAGES: u32 = 34;
/// Votes that it takes for a version of a package.
const ENOUGH_VOTES: usize = 3;

/// The `package` lines without their keyword, in their order: of each version of a package that three
/// votes name the line that more than half of these agree on.
pub(super) fn packages<'a>(votes: &[&Vote<'a>], method: u32) -> Vec<&'a str> {
    if method >= METHOD_WITHOUT_PACKAGES {
        return Vec::new();
    }
    let mut by_version: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for vote in votes {
        for (version, line) in of_vote(vote) {
            by_version.entry(version).or_default().push(line);
        }
    }
    let mut lines: Vec<&str> = by_version.into_values().filter_map(agreed).collect();
    lines.sort_unstable();
    lines
}

/// The last line of a vote for each version of a package.
fn of_vote<'a>(vote: &Vote<'a>) -> BTreeMap<&'a str, &'a str> {
    let lines = vote.header.packages.iter().copied();
    lines.filter_map(|line| Some((version(line)?, line))).collect()
}

/// Name and version at the beginning of `name version url digest=value ...`; `None` of any other form.
fn version(line: &str) -> Option<&str> {
    let mut words = line.split(' ');
    let [name, version, url] = [words.next()?, words.next()?, words.next()?];
    let is_named = [name, version, url].iter().all(|word| !word.is_empty());
    let is_digest = |word: &str| {
        word.split_once('=')
            .is_some_and(|(kind, value)| !kind.is_empty() && !value.is_empty() && !value.contains('='))
    };
    let digests: Vec<&str> = words.collect();
    let is_whole = is_named && !digests.is_empty() && digests.into_iter().all(is_digest);
    is_whole.then(|| &line[..name.len() + 1 + version.len()])
}

/// The line that more than half of at least three votes have.
fn agreed(mut lines: Vec<&str>) -> Option<&str> {
    lines.sort_unstable();
    let most = lines.chunk_by(|one, other| one == other).max_by_key(|same| same.len())?;
    (lines.len() >= ENOUGH_VOTES && most.len() > lines.len() / 2).then_some(most[0])
}
