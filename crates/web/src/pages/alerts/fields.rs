//! Fields of subscriptions: one for each kind of watch, and how often messages come.

use super::Typed;
use super::field::{Field, Kind, Need};
use crate::html::Html;
use allium_alert::{Watch, WatchKind, Watches};

const SEVERITIES: &[(&str, &str)] = &[
    ("", "not told"),
    ("notice", "all, notices too"),
    ("warning", "warnings and worse"),
    ("critical", "critical ones"),
];

const VERSIONS: &[(&str, &str)] = &[
    ("", "not told"),
    ("end-of-life", "older than every recommended version"),
    ("not-recommended", "not recommended"),
];

/// What the field of a kind takes.
const fn kind_of(kind: WatchKind) -> Kind<'static> {
    match kind {
        WatchKind::Incident => Kind::Choice(SEVERITIES),
        WatchKind::Version => Kind::Choice(VERSIONS),
        WatchKind::Absent | WatchKind::Back => Kind::Number(2, 168),
        WatchKind::BandwidthBelow => Kind::Number(1, 1_000_000_000_000),
        WatchKind::WeightBelow => Kind::Number(1, 1_000_000_000),
        WatchKind::BandwidthBelowNorm | WatchKind::WeightBelowNorm => Kind::Number(10, 90),
        WatchKind::UptimeBelowNorm => Kind::Number(1, 50),
        WatchKind::FlagLost | WatchKind::FlagGained => Kind::Line(200),
        WatchKind::Overloaded
        | WatchKind::Ipv6Unreachable
        | WatchKind::AroiFault
        | WatchKind::FamilyFault => Kind::Switch,
    }
}

/// A threshold in words.
pub(super) fn threshold(watch: &Watch) -> String {
    let value = watch.value();
    match watch.kind() {
        WatchKind::Absent | WatchKind::Back => format!("{value} hours"),
        WatchKind::BandwidthBelow => format!("below {value} bytes per second"),
        WatchKind::WeightBelow => format!("below {value}"),
        WatchKind::BandwidthBelowNorm | WatchKind::WeightBelowNorm => format!("below {value} % of its norm"),
        WatchKind::UptimeBelowNorm => format!("{value} percentage points below its norm"),
        WatchKind::Incident => format!("{value} or worse"),
        WatchKind::FlagLost | WatchKind::FlagGained => value.replace(',', ", "),
        WatchKind::Version => value.replace('-', " "),
        WatchKind::Overloaded
        | WatchKind::Ipv6Unreachable
        | WatchKind::AroiFault
        | WatchKind::FamilyFault => value,
    }
}

/// Writes a field for each kind of watch: those that are usual, and the others folded away as long as nothing
/// stands in them.
pub(super) fn watches(html: &mut Html, typed: &Typed) {
    let usual = Watches::usual();
    let is_usual = |kind: &WatchKind| usual.iter().any(|watch| watch.kind() == *kind);
    let (usual, others): (Vec<_>, Vec<_>) = WatchKind::ALL.into_iter().partition(is_usual);
    for kind in usual {
        watch(html, typed, kind);
    }
    let is_open = others.iter().any(|kind| !typed.get(kind.name()).is_empty());
    html.markup(if is_open { "<details open>" } else { "<details>" });
    html.markup("<summary>Bandwidth, weight, uptime, overload and more</summary>");
    for kind in others {
        watch(html, typed, kind);
    }
    html.markup("</details>");
}

fn watch(html: &mut Html, typed: &Typed, watch: WatchKind) {
    let kind = kind_of(watch);
    let hint = match kind {
        Kind::Choice(_) | Kind::Switch => "",
        _ => watch.value_hint(),
    };
    let value = typed.get(watch.name());
    Field { name: watch.name(), label: watch.label(), hint, kind, need: Need::Optional, value }.write(html);
}

/// Writes when and how often messages come.
pub(super) fn times(html: &mut Html, typed: &Typed) {
    let hours: Vec<(String, String)> = (0..24)
        .map(|hour| (format!("daily-{hour:02}"), format!("once a day, at {hour:02}:00 UTC")))
        .collect();
    let mut digests = vec![("", "at once, one message for each cause")];
    digests.extend(hours.iter().map(|(value, words)| (value.as_str(), words.as_str())));
    Field {
        name: "digest",
        label: "How soon",
        hint: "What is critical comes at once in any case.",
        kind: Kind::Choice(&digests),
        need: Need::Optional,
        value: typed.get("digest"),
    }
    .write(html);
    for (name, label, hint) in [
        ("repeat-critical", "Repeat what is critical", "hours, 1 to 720, or never; 4 when empty"),
        ("repeat-warning", "Repeat warnings", "hours, 1 to 720, or never; 24 when empty"),
        ("repeat-notice", "Repeat notices", "hours, 1 to 720, or never; never when empty"),
    ] {
        let value = typed.get(name);
        Field { name, label, hint, kind: Kind::Line(5), need: Need::Optional, value }.write(html);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fields_let_through_is_what_watches_read() {
        for watch in WatchKind::ALL {
            let good =
                |value: &str| assert!(Watch::parse(watch.name(), value).is_ok(), "{} {value}", watch.name());
            let bad =
                |value: &str| assert!(Watch::parse(watch.name(), value).is_err(), "{} {value}", watch.name());
            match kind_of(watch) {
                Kind::Number(least, most) => {
                    good(&least.to_string());
                    good(&most.to_string());
                    bad(&(most + 1).to_string());
                }
                Kind::Choice(choices) => choices.iter().skip(1).for_each(|(value, _)| good(value)),
                Kind::Switch => good("on"),
                _ => good("Guard,Exit"),
            }
        }
    }
}
