//! What happened to a relay, in words.

use super::Text;
use crate::decide::NewsEvent;
use crate::{AlertState, Closing, Figure, Presence, RelayFacts, VersionLimit, Watch, WatchKind};
use allium_model::{Fingerprint, Flag, FlagSet};

/// A relay by name: nickname and the first eight digits of its fingerprint.
pub(super) fn name(fingerprint: Fingerprint, relay: Option<&RelayFacts>) -> Text {
    let short: String = fingerprint.to_string().chars().take(8).collect();
    match relay.map(|relay| &*relay.nickname).filter(|nickname| !nickname.is_empty()) {
        Some(nickname) => Text::default().foreign(nickname).and(format!(" ({short})")),
        None => Text::ours(short),
    }
}

/// What happened to a relay, without its name: goes on after it.
pub(super) fn evidence(
    watch: &Watch,
    relay: Option<&RelayFacts>,
    state: &AlertState,
    event: NewsEvent,
) -> Text {
    let Some(relay) = relay else { return Text::ours(gone(state)) };
    if event == NewsEvent::Over {
        return over(watch, relay, state);
    }
    match watch {
        Watch::Incident { .. } => Text::default(),
        Watch::Absent { .. } | Watch::Back { .. } => absent(relay),
        Watch::BandwidthBelow { bytes_per_second } => Text::ours(format!(
            "advertises {}, below {}",
            rate(relay.advertised_bandwidth),
            rate(Some(*bytes_per_second))
        )),
        Watch::BandwidthBelowNorm { percent } => norm("carries", relay.traffic, *percent, rate),
        Watch::WeightBelow { weight } => {
            Text::ours(format!("has a consensus weight of {}, below {weight}", plain(relay.weight.now)))
        }
        Watch::WeightBelowNorm { percent } => {
            norm("has a consensus weight of", relay.weight, *percent, plain)
        }
        Watch::FlagLost(flags) => Text::ours(format!("lost {}", names(relay.lost_flags(), *flags))),
        Watch::FlagGained(flags) => Text::ours(format!("has {} now", names(relay.gained_flags(), *flags))),
        Watch::Version(limit) => version(relay, *limit),
        Watch::Overloaded => Text::ours("says that it is overloaded"),
        Watch::Ipv6Unreachable => Text::ours("is not reached by the authorities over IPv6"),
        Watch::AroiFault => Text::ours("has a proof of its domain (AROI) that is wrong"),
        Watch::FamilyFault => {
            let count = relay.one_sided_family.unwrap_or_default();
            Text::ours(format!("names {count} family members that do not name it"))
        }
        Watch::UptimeBelowNorm { .. } => Text::ours(format!(
            "was up {} of the last month, {} of the last six",
            permille(relay.uptime_permille.now),
            permille(relay.uptime_permille.norm)
        )),
    }
}

fn absent(relay: &RelayFacts) -> Text {
    let hours = match relay.presence {
        Presence::Absent { hours: 1 } => "1 hour".to_owned(),
        Presence::Absent { hours } => format!("{hours} hours"),
        Presence::Present | Presence::Hibernating => return Text::ours("was missing"),
    };
    Text::ours(format!("absent for {hours}, last seen {} UTC", relay.last_seen.to_minute()))
}

fn gone(state: &AlertState) -> &'static str {
    match state.closing {
        Some(Closing::Gone) => "was not seen for a week; this is the last message about it",
        Some(Closing::LeftTarget) => "no longer belongs to what is watched",
        Some(Closing::Recovered) | None => "is not in the data at hand",
    }
}

fn over(watch: &Watch, relay: &RelayFacts, state: &AlertState) -> Text {
    if state.closing != Some(Closing::Recovered) {
        return Text::ours(gone(state));
    }
    let has = |flags: &FlagSet| flags.iter().any(|flag| relay.flags.contains(flag));
    Text::ours(match watch {
        Watch::Absent { .. } | Watch::Back { .. } => "is back in the consensus",
        Watch::FlagLost(flags) if flags.iter().all(|flag| !relay.flags.contains(flag)) => {
            "has been without the flag for so long that this is usual now"
        }
        Watch::FlagLost(_) => "has what it had lost again",
        Watch::FlagGained(flags) if has(flags) => "has had the flag for so long that it is usual now",
        Watch::FlagGained(_) => "no longer has the flag",
        Watch::Version(_) => "runs a version that is fine",
        Watch::Overloaded => "no longer says that it is overloaded",
        Watch::Ipv6Unreachable => "is reached over IPv6 again",
        Watch::AroiFault => "has a proof that is no longer wrong",
        Watch::FamilyFault => "names no member that does not name it",
        _ => "is back to what is usual",
    })
}

fn version(relay: &RelayFacts, limit: VersionLimit) -> Text {
    let text = Text::ours("runs tor ").foreign(relay.version.as_deref().unwrap_or("of an unknown version"));
    match limit {
        VersionLimit::NotRecommended => text.and(", which is not recommended"),
        VersionLimit::EndOfLife => text.and(", which is older than every recommended version"),
    }
}

fn norm(verb: &str, figure: Figure, percent: u8, write: fn(Option<u64>) -> String) -> Text {
    let share = figure.permille().map_or(0, |permille| permille / 10);
    Text::ours(format!(
        "{verb} {}, {share} % of its norm of {} and below {percent} %",
        write(figure.now),
        write(figure.norm)
    ))
}

/// The flags of one set that another one holds.
fn names(changed: Option<FlagSet>, watched: FlagSet) -> String {
    let changed = changed.unwrap_or_default();
    let names: Vec<&str> = changed.iter().filter(|flag| watched.contains(*flag)).map(Flag::name).collect();
    if names.is_empty() { "a flag".into() } else { names.join(" and ") }
}

/// A rate in Mbit/s, from bytes per second.
fn rate(bytes_per_second: Option<u64>) -> String {
    bytes_per_second
        .map_or_else(|| "an unknown rate".into(), |bytes| format!("{:.1} Mbit/s", bytes as f64 * 8.0 / 1e6))
}

fn plain(value: Option<u64>) -> String {
    value.map_or_else(|| "unknown".into(), |value| value.to_string())
}

fn permille(value: Option<u64>) -> String {
    value.map_or_else(|| "an unknown part".into(), |value| format!("{}.{} %", value / 10, value % 10))
}

/// The head of a list of relays.
pub(super) fn heading(kind: WatchKind, event: NewsEvent, count: usize) -> String {
    let relays = if count == 1 { "1 relay".into() } else { format!("{count} relays") };
    match event {
        NewsEvent::Raised | NewsEvent::Worse => format!("{}: {relays}", kind.label()),
        NewsEvent::Lasts => format!("{}, still: {relays}", kind.label()),
        NewsEvent::Over if kind == WatchKind::Back => format!("{}: {relays}", kind.label()),
        NewsEvent::Over => format!("{}, over: {relays}", kind.label()),
    }
}
