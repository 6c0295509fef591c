//! What a group's relays add up to, beyond its tiles.

use crate::format;
use allium_analysis::Aggregate;
use allium_model::{Group, GroupKind};

/// The facts of a group.
pub(in crate::pages) fn all(group: Group<'_>, sum: &Aggregate) -> Vec<(&'static str, String)> {
    let bandwidth = |bytes: u64| {
        let shown = format::bandwidth(bytes);
        format!("{} {}", shown.number, shown.unit)
    };
    let part =
        |part: usize| format!("{} ({} %)", format::count(part), format::percent_of(part, sum.relays.total));
    let mut facts = vec![
        ("Guards and exits at once", format::count(sum.guard_and_exit_relays)),
        ("Exit bandwidth", bandwidth(sum.observed_bandwidth.exit)),
        ("Guard bandwidth", bandwidth(sum.observed_bandwidth.guard)),
        ("Middle bandwidth", bandwidth(sum.observed_bandwidth.middle)),
        ("Chosen as middle", format!("{} %", format::percent(sum.middle_probability))),
        ("Measured", part(sum.measured_relays)),
        ("On a recommended version", part(sum.recommended_version_relays)),
        ("With IPv6", part(sum.ipv6_relays)),
        ("Domain verified", part(sum.verified_relays)),
    ];
    let kind = group.key.kind();
    let uniques = [
        (GroupKind::Operator, "Operators", sum.operators),
        (GroupKind::Family, "Families", sum.families),
        (GroupKind::Country, "Countries", sum.countries),
        (GroupKind::As, "ASes", sum.ases),
        (GroupKind::Version, "Versions", sum.versions),
    ];
    facts.extend(
        uniques
            .into_iter()
            .filter(|(of, _, _)| *of != kind)
            .map(|(_, label, number)| (label, format::count(number))),
    );
    facts.extend(
        sum.first_seen
            .filter(|_| kind != GroupKind::FirstSeen)
            .map(|time| ("Oldest relay since", time.date().to_string())),
    );
    facts
}
