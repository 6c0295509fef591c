//! Consensus diffs (dir-spec, "Limited ed diff format"): parsed, applied and checked.
//!
//! The commands run from the last line of the base to the first, so that no line number moves.
//! Whatever does not fit the base exactly is refused; nothing is guessed.

use super::kind::mismatch;
use crate::{DocumentError, Limits};
use memchr::memchr;
use sha3::{Digest, Sha3_256};

/// Commands of a diff at most.
const MAX_COMMANDS: usize = 1_000_000;

/// A diff between two consensuses of one flavour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsensusDiff<'a> {
    /// SHA3-256 of the base, up to and including `directory-signature ` with its space.
    pub from_digest: [u8; 32],
    /// SHA3-256 of the whole result.
    pub to_digest: [u8; 32],
    commands: Vec<Command<'a>>,
}

/// Replaces lines `first..=last` of the base (from 1) by `added`; nothing is taken out when `last` is
/// smaller than `first`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Command<'a> {
    first: usize,
    last: usize,
    added: &'a [u8],
}

fn refuse<T>(reason: impl Into<String>) -> Result<T, DocumentError> {
    Err(DocumentError::Schema(reason.into()))
}

/// Reads the plain bytes of a diff.
///
/// # Errors
/// When the head is missing, a command is not one, or the commands do not go backwards.
pub fn parse_consensus_diff<'a>(
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<ConsensusDiff<'a>, DocumentError> {
    if bytes.len() > limits.max_document_bytes {
        return Err(DocumentError::Limit { name: "max_document_bytes", limit: limits.max_document_bytes });
    }
    let mut lines = Lines { rest: bytes };
    match lines.next() {
        None => return Err(DocumentError::Empty),
        Some(b"network-status-diff-version 1") => {}
        Some(_) => return Err(mismatch(bytes, "consensus diff")),
    }
    let Some((from_digest, to_digest)) = lines.next().and_then(digests) else {
        return refuse("the second line of a diff has two SHA3-256 digests");
    };
    let commands = commands(&mut lines)?;
    Ok(ConsensusDiff { from_digest, to_digest, commands })
}

/// Lines without their ends; a carriage return stays, since a digest counts it.
struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr(b'\n', self.rest).unwrap_or(self.rest.len());
        let line = self.rest.get(..end)?;
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        Some(line)
    }

    /// The lines before a lone `.`, with their ends.
    fn block(&mut self) -> Option<&'a [u8]> {
        let whole = self.rest;
        loop {
            let before = whole.len() - self.rest.len();
            if self.next()? == b"." {
                return whole.get(..before);
            }
        }
    }
}

fn digests(line: &[u8]) -> Option<([u8; 32], [u8; 32])> {
    let (from, to) = std::str::from_utf8(line).ok()?.strip_prefix("hash ")?.split_once(' ')?;
    Some((digest(from)?, digest(to)?))
}

fn digest(hex: &str) -> Option<[u8; 32]> {
    data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok()?.try_into().ok()
}

fn commands<'a>(lines: &mut Lines<'a>) -> Result<Vec<Command<'a>>, DocumentError> {
    let mut commands: Vec<Command<'a>> = Vec::new();
    while let Some(line) = lines.next() {
        let Some(command) = command(line, lines) else {
            return refuse(format!("command {} of the diff is not one", commands.len() + 1));
        };
        let ceiling = commands.last().map_or(usize::MAX, |command| command.first);
        if command.last.max(command.first) >= ceiling && command.last != usize::MAX || ceiling == 0 {
            return refuse("the commands of the diff do not go backwards");
        }
        if commands.len() >= MAX_COMMANDS {
            return Err(DocumentError::Limit { name: "commands of a diff", limit: MAX_COMMANDS });
        }
        commands.push(command);
    }
    Ok(commands)
}

/// `Nd`, `N,Md`, `N,$d`, `Nc`, `N,Mc` with lines and a dot, `Na` with lines and a dot.
fn command<'a>(line: &[u8], lines: &mut Lines<'a>) -> Option<Command<'a>> {
    let (letter, range) = line.split_last()?;
    let range = std::str::from_utf8(range).ok()?;
    let (first, last) = match range.split_once(',') {
        None => (number(range)?, number(range)?),
        Some((first, "$")) => (number(first)?, usize::MAX),
        Some((first, last)) => (number(first)?, number(last)?),
    };
    let is_range = 1 <= first && first <= last;
    match letter {
        b'd' if is_range => Some(Command { first, last, added: b"" }),
        b'c' if is_range && last < usize::MAX => Some(Command { first, last, added: lines.block()? }),
        // Lines behind line N stand before line N + 1.
        b'a' if !range.contains(',') => {
            Some(Command { first: first + 1, last: first, added: lines.block()? })
        }
        _ => None,
    }
}

fn number(text: &str) -> Option<usize> {
    let is_number = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

impl ConsensusDiff<'_> {
    /// Number of commands.
    pub fn len(&self) -> usize {
        self.commands.len()
    }

    /// Whether the diff changes nothing.
    pub fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    /// The consensus that this diff makes of `base`, with both digests checked. A `@type` line of the
    /// base is not counted.
    ///
    /// # Errors
    /// When the base is not the one that the diff was made for, a command is beyond its end, the result
    /// exceeds the limit or has another digest.
    pub fn apply(&self, base: &[u8], limits: &Limits) -> Result<Vec<u8>, DocumentError> {
        let base = without_annotations(base);
        if signed_digest(base) != Some(self.from_digest) {
            return refuse("the diff was made for another consensus");
        }
        let result = self.patched(base, limits)?;
        if <[u8; 32]>::from(Sha3_256::digest(&result)) != self.to_digest {
            return refuse("the consensus that the diff makes has another digest");
        }
        Ok(result)
    }

    fn patched(&self, base: &[u8], limits: &Limits) -> Result<Vec<u8>, DocumentError> {
        let ends: Vec<usize> = memchr::memchr_iter(b'\n', base).map(|end| end + 1).collect();
        // Offset behind line N, for N from 0.
        let behind = |line: usize| line.checked_sub(1).map_or(Some(0), |line| ends.get(line).copied());
        let mut result = Vec::with_capacity(base.len());
        let mut position = 0;
        for command in self.commands.iter().rev() {
            let last = if command.last == usize::MAX { ends.len() } else { command.last };
            let (Some(kept), Some(next)) = (behind(command.first - 1), behind(last)) else {
                return refuse("the diff speaks of lines behind the end of its base");
            };
            let Some(unchanged) = base.get(position..kept).filter(|_| kept <= next) else {
                return refuse("the commands of the diff overlap");
            };
            result.extend_from_slice(unchanged);
            result.extend_from_slice(command.added);
            if result.len() > limits.max_document_bytes {
                return Err(DocumentError::Limit {
                    name: "max_document_bytes",
                    limit: limits.max_document_bytes,
                });
            }
            position = next;
        }
        result.extend_from_slice(base.get(position..).unwrap_or_default());
        Ok(result)
    }
}

/// A document from its `network-status-version` on; annotations and blank lines before it are not part of it.
fn without_annotations(document: &[u8]) -> &[u8] {
    memchr::memmem::find(document, b"network-status-version ")
        .filter(|start| *start < 4096)
        .and_then(|start| document.get(start..))
        .unwrap_or(document)
}

/// SHA3-256 of a consensus up to and including `directory-signature ` with its space, by which
/// diffs are asked for; `None` without a signature.
pub fn consensus_diff_digest(consensus: &[u8]) -> Option<[u8; 32]> {
    signed_digest(without_annotations(consensus))
}

fn signed_digest(document: &[u8]) -> Option<[u8; 32]> {
    const SIGNATURE: &[u8] = b"\ndirectory-signature ";
    let end = memchr::memmem::find(document, SIGNATURE)? + SIGNATURE.len();
    document.get(..end).map(|signed| Sha3_256::digest(signed).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BASE: &[u8] = b"network-status-version 3\nb\nc\nd\ndirectory-signature x\ne\n";

    fn hex(digest: [u8; 32]) -> String {
        data_encoding::HEXUPPER.encode(&digest)
    }

    fn diff(base: &[u8], result: &[u8], commands: &str) -> String {
        let from = hex(signed_digest(base).unwrap());
        let to = hex(Sha3_256::digest(result).into());
        format!("network-status-diff-version 1\nhash {from} {to}\n{commands}")
    }

    fn apply(diff: &str, base: &[u8]) -> Result<Vec<u8>, DocumentError> {
        parse_consensus_diff(diff.as_bytes(), &Limits::default())?.apply(base, &Limits::default())
    }

    #[test]
    fn lines_are_deleted_changed_and_added_backwards() {
        let expected = b"network-status-version 3\nB\nBB\nd\nd2\ndirectory-signature x\n";
        let commands = "6,$d\n4a\nd2\n.\n3d\n2c\nB\nBB\n.\n";
        assert_eq!(apply(&diff(BASE, expected, commands), BASE).unwrap(), expected);
    }

    #[test]
    fn an_annotation_before_the_base_is_not_counted() {
        let base = [b"@type network-status-consensus-3 1.0\n", BASE].concat();
        let expected = b"network-status-version 3\nd\ndirectory-signature x\ne\n";
        assert_eq!(apply(&diff(BASE, expected, "2,3d\n"), &base).unwrap(), expected);
    }

    #[test]
    fn another_base_or_another_result_is_refused() {
        let sound = diff(BASE, b"network-status-version 3\nb\nc\nd\ndirectory-signature x\n", "6d\n");
        assert!(apply(&sound, BASE).is_ok());
        assert!(apply(&sound, b"network-status-version 3\nc\ndirectory-signature x\n").is_err());
        assert!(apply(&sound, b"no signature").is_err());
        assert!(apply(&sound.replace("6d", "5d"), BASE).is_err());
    }

    #[test]
    fn commands_that_do_not_fit_are_refused() {
        for commands in [
            "9d\n",
            "0d\n",
            "3,2d\n",
            "2d\n3d\n",
            "3d\n3d\n",
            "2c\nx\n",
            "2,3a\nx\n.\n",
            "2,$c\nx\n.\n",
            "x\n",
            "2s/a/b/\n",
            "-1d\n",
            "2,99999999999d\n",
            "\n",
            "0a\nx\n.\n0a\ny\n.\n",
            "1,$d\n2,$d\n",
        ] {
            assert!(apply(&diff(BASE, BASE, commands), BASE).is_err(), "{commands:?}");
        }
    }

    #[test]
    fn a_diff_without_its_head_is_refused() {
        for text in ["", "network-status-diff-version 2\n", "network-status-diff-version 1\nhash AB CD\n"] {
            assert!(parse_consensus_diff(text.as_bytes(), &Limits::default()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_result_over_the_limit_is_refused() {
        let text = diff(BASE, BASE, "2c\nlong line that does not fit\n.\n");
        let parsed = parse_consensus_diff(text.as_bytes(), &Limits::default()).unwrap();
        let limits = Limits { max_document_bytes: 10, ..Limits::default() };
        assert!(matches!(parsed.apply(BASE, &limits), Err(DocumentError::Limit { .. })));
    }

    proptest! {
        /// A diff made line by line from the end gives what it was made from.
        #[test]
        fn any_change_of_lines_is_found_again(
            base in proptest::collection::vec("[a-c]{0,2}", 1..12),
            keep in proptest::collection::vec(proptest::option::of("[x-z]{1,2}"), 12),
        ) {
            let document = |lines: &[String]| {
                format!("network-status-version 3\n{}\ndirectory-signature x\n", lines.join("\n")).into_bytes()
            };
            let mut commands = String::new();
            let mut result = base.clone();
            for (index, change) in keep.iter().take(base.len()).enumerate().rev() {
                if let Some(line) = change {
                    commands.extend([(index + 2).to_string().as_str(), "c\n", line, "\n.\n"]);
                    result[index].clone_from(line);
                }
            }
            let (base, result) = (document(&base), document(&result));
            prop_assert_eq!(apply(&diff(&base, &result, &commands), &base).unwrap(), result);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[0-9,$dac.\n]{0,60}") {
            drop(parse_consensus_diff(&bytes, &Limits::default()));
            drop(apply(&diff(BASE, BASE, &text), BASE));
        }
    }
}
