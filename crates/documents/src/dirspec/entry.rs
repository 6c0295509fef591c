//! Lines of router status entries, in consensuses and votes.
//!
//! This is where most of the time of a document goes. A line that cannot be read becomes a warning and
//! leaves its field as it was; only a bad `r` line takes the entry with it.

use super::fields::{base64_20, base64_32, decimal, flag, ipv4, key_value, number, time};
use super::{
    Ed25519Listing, Flavor, Item, MicrodescriptorLine, Notes, Router, RouterStats, VoteRouter, WeightLine,
    Words,
};
use allium_model::{Fingerprint, FlagSet};

/// Further addresses, unknown flags or microdescriptor lines of one relay; more are left out.
const MAX_LINES_PER_RELAY: usize = 64;

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It was read.
    Yes,
    /// It is known, and its arguments are not of the known form.
    Malformed,
    /// It is not known here.
    Unknown,
}

impl From<Option<()>> for Taken {
    fn from(read: Option<()>) -> Self {
        if read.is_some() { Self::Yes } else { Self::Malformed }
    }
}

/// The `r` line. In the microdesc flavour it has no digest.
#[inline]
pub(super) fn router<'a>(item: &Item<'a>, flavor: Flavor) -> Option<Router<'a>> {
    let mut words = item.words();
    let nickname = words.next()?;
    let identity = Fingerprint(base64_20(words.next()?)?);
    let descriptor_digest = match flavor {
        Flavor::Ns => Some(base64_20(words.next()?)?),
        Flavor::Microdesc => None,
    };
    Some(Router {
        nickname,
        fingerprint: identity,
        descriptor_digest,
        published: time(words.next()?, words.next()?)?,
        address: ipv4(words.next()?)?,
        or_port: number(words.next()?)?,
        dir_port: number(words.next()?)?,
        or_addresses: Vec::new(),
        microdescriptor_digest: None,
        flags: FlagSet::default(),
        unknown_flags: Vec::new(),
        version: None,
        protocols: None,
        weight: WeightLine::default(),
        exit_ports: None,
    })
}

/// Flags of the `s` lines that came before. Of some ten thousand lines a few dozen differ.
#[derive(Default)]
pub(super) struct SeenFlags<'a> {
    lines: Vec<(&'a str, FlagSet)>,
}

/// Different `s` lines that are kept.
const MAX_SEEN_FLAGS: usize = 64;

impl<'a> SeenFlags<'a> {
    #[inline]
    fn of(&self, line: &str) -> Option<FlagSet> {
        self.lines.iter().find(|(seen, _)| *seen == line).map(|(_, flags)| *flags)
    }

    fn keep(&mut self, line: &'a str, flags: FlagSet) {
        if self.lines.len() < MAX_SEEN_FLAGS {
            self.lines.push((line, flags));
        }
    }
}

/// A line that consensuses and votes have alike.
#[inline]
pub(super) fn take_line<'a>(router: &mut Router<'a>, item: &Item<'a>, seen: &mut SeenFlags<'a>) -> Taken {
    match item.keyword {
        "s" => take_flags(router, item.arguments, seen).into(),
        "v" => {
            router.version = Some(item.arguments);
            Taken::Yes
        }
        "pr" => {
            router.protocols = Some(item.arguments);
            Taken::Yes
        }
        "w" => take_weight(&mut router.weight, item.words()).into(),
        "p" => {
            router.exit_ports = Some(item.arguments);
            Taken::Yes
        }
        "a" => push_bounded(&mut router.or_addresses, item.arguments).into(),
        _ => Taken::Unknown,
    }
}

/// A line of a consensus of the microdesc flavour: the ones above, and `m` with one digest.
#[inline]
pub(super) fn take_consensus_line<'a>(
    router: &mut Router<'a>,
    item: &Item<'a>,
    seen: &mut SeenFlags<'a>,
) -> Taken {
    if item.keyword == "m" {
        let digest = item.words().next().and_then(base64_32);
        router.microdescriptor_digest = digest;
        return digest.map(|_| ()).into();
    }
    take_line(router, item, seen)
}

/// A line of a vote.
#[inline]
pub(super) fn take_vote_line<'a>(
    router: &mut VoteRouter<'a>,
    item: &Item<'a>,
    seen: &mut SeenFlags<'a>,
) -> Taken {
    match item.keyword {
        "m" => take_microdescriptor(&mut router.microdescriptors, item.words()).into(),
        "id" => take_identity(router, item.words()),
        "stats" => {
            router.stats = stats(item.words());
            router.stats.map(|_| ()).into()
        }
        _ => take_line(&mut router.router, item, seen),
    }
}

#[inline]
fn take_flags<'a>(router: &mut Router<'a>, line: &'a str, seen: &mut SeenFlags<'a>) -> Option<()> {
    router.unknown_flags.clear();
    if let Some(flags) = seen.of(line) {
        router.flags = flags;
        return Some(());
    }
    router.flags = FlagSet::default();
    for name in Words::of(line) {
        match flag(name) {
            Some(flag) => router.flags.insert(flag),
            None => push_bounded(&mut router.unknown_flags, name)?,
        }
    }
    if router.unknown_flags.is_empty() {
        seen.keep(line, router.flags);
    }
    Some(())
}

/// Keys that nobody knows are passed over, as dir-spec asks.
#[inline]
fn take_weight(weight: &mut WeightLine, words: Words<'_>) -> Option<()> {
    for word in words {
        match key_value(word) {
            ("Bandwidth", value) => weight.bandwidth = Some(number(value)?),
            ("Measured", value) => weight.measured = Some(number(value)?),
            ("MeasuredButAuthority", value) => weight.measured_but_authority = Some(number(value)?),
            ("Unmeasured", value) => weight.is_unmeasured = number::<u32>(value)? != 0,
            ("GuardFraction", value) => weight.guard_fraction_percent = Some(number(value)?),
            _ => {}
        }
    }
    Some(())
}

fn take_microdescriptor<'a>(lines: &mut Vec<MicrodescriptorLine<'a>>, mut words: Words<'a>) -> Option<()> {
    let methods = words.next()?;
    push_bounded(lines, MicrodescriptorLine { methods, digests: words.rest() })
}

fn take_identity<'a>(router: &mut VoteRouter<'a>, mut words: Words<'a>) -> Taken {
    let (Some("ed25519"), Some(key)) = (words.next(), words.next()) else {
        return Taken::Unknown;
    };
    router.ed25519 = match key {
        "none" => Ed25519Listing::None,
        key => Ed25519Listing::Key(key),
    };
    Taken::Yes
}

fn stats(words: Words<'_>) -> Option<RouterStats> {
    let mut stats = RouterStats { wfu_ratio: 0.0, time_known_seconds: 0, mtbf_seconds: 0 };
    let (mut has_wfu, mut has_time, mut has_mtbf) = (false, false, false);
    for word in words {
        match key_value(word) {
            ("wfu", value) => (stats.wfu_ratio, has_wfu) = (decimal(value)?, true),
            ("tk", value) => (stats.time_known_seconds, has_time) = (number(value)?, true),
            ("mtbf", value) => (stats.mtbf_seconds, has_mtbf) = (number(value)?, true),
            _ => {}
        }
    }
    (has_wfu && has_time && has_mtbf).then_some(stats)
}

fn push_bounded<T>(list: &mut Vec<T>, value: T) -> Option<()> {
    (list.len() < MAX_LINES_PER_RELAY).then(|| list.push(value))
}

/// Warns when relays are not in ascending order of their fingerprints, or come twice. The entries stay
/// as they are: which of two counts is for the reader to decide.
pub(super) fn warn_of_order(fingerprints: impl Iterator<Item = Fingerprint> + Clone, notes: &mut Notes) {
    if fingerprints.clone().is_sorted_by(|one, next| one < next) {
        return;
    }
    notes.warn("r", "relays are not in ascending order of their fingerprints");
    let mut sorted: Vec<_> = fingerprints.collect();
    sorted.sort_unstable();
    for pair in sorted.windows(2).filter(|pair| pair[0] == pair[1]) {
        notes.warn(pair[0], "is listed twice");
    }
}
