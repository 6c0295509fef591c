//! How measurements of places are said, alike on every page.

use super::Site;
use crate::format;
use crate::rows::Named;
use allium_analysis::places::{Affected, Anomaly, Arrivals, Direction, Estimate, FEWEST_RELAYS, PlaceReport};
use allium_model::{CountryCode, GroupKey, GroupKind, GroupPosition};
use allium_views::group_name;

/// Longest name of a place in a table, in characters.
const MAX_NAME: usize = 40;

/// The name of a group with its link; ASes by number and name.
pub(super) fn named(site: Site<'_>, kind: GroupKind, position: GroupPosition) -> Option<Named<'_>> {
    let group = site.network().groups(kind).get(position)?;
    let name = group_name(site.snapshot(), group);
    let name = match group.key {
        GroupKey::As(number) => format!("{number} {name}"),
        GroupKey::Country(code) => country_name(code),
        _ => name.into_owned(),
    };
    Some(Named { name: format::shortened(&name, MAX_NAME).into(), href: site.group_link(group.key) })
}

/// The English name of a country; its code where it has none.
pub(super) fn country_name(code: CountryCode) -> String {
    allium_model::country_name(code).map_or_else(|| code.to_string(), str::to_owned)
}

/// A difference of shares in points with its sign: `+1.2`, `-0.3`, `0.0`.
pub(super) fn points(difference: f64) -> String {
    let shown = format!("{:+.1}", 100.0 * difference);
    if matches!(shown.as_str(), "+0.0" | "-0.0") { "0.0".into() } else { shown }
}

/// The mean uptime of a place for a table; `-` without eligible relays.
pub(super) fn uptime(place: &PlaceReport) -> String {
    place.uptime.map_or_else(|| "-".into(), |uptime| format::uptime(uptime.mean))
}

/// The eligible relays behind it.
pub(super) fn eligible(place: &PlaceReport) -> String {
    format::count(place.uptime.map_or(0, |uptime| uptime.relays))
}

/// The mean uptime with what it rests on: `98.2 %, of 12 relays`.
pub(super) fn uptime_sentence(place: &PlaceReport) -> String {
    match place.uptime {
        None => "no relay was known for long enough".into(),
        Some(uptime) => {
            let few = if uptime.relays < FEWEST_RELAYS { ", too few to rank" } else { "" };
            let relays = format::counted(uptime.relays, "relay", "relays");
            format!("{} %, of {relays}{few}", format::uptime(uptime.mean))
        }
    }
}

/// The change for a table: `+1.2`; `-` when it is not known or of fewer than five relays.
pub(super) fn change(place: &PlaceReport) -> String {
    let change = place.change.filter(|change| change.relays >= FEWEST_RELAYS);
    change.map_or_else(|| "-".into(), |change| points(change.mean))
}

/// The interval of a change for a table: `+0.3 to +2.1`; `-` without one.
pub(super) fn change_interval(place: &PlaceReport) -> String {
    place
        .change
        .and_then(|change| change.interval)
        .map_or_else(|| "-".into(), |(low, high)| format!("{} to {}", points(low), points(high)))
}

/// The change with its uncertainty, in words.
pub(super) fn change_sentence(place: &PlaceReport) -> String {
    let Some(change) = place.change else { return "not known: no relay has both months".into() };
    let relays = format::counted(change.relays, "relay", "relays");
    let mean = points(change.mean);
    match (change.interval, Direction::of(&change)) {
        (Some((low, high)), Some(direction)) => format!(
            "{mean} points, 95 % interval {} to {}, of {relays}: {}",
            points(low),
            points(high),
            direction.name()
        ),
        _ => format!("{mean} points, of {relays}; too few relays or owners for an interval"),
    }
}

/// The 95 % interval of a mean uptime; none without one.
pub(super) fn uptime_interval(uptime: &Estimate) -> Option<String> {
    let (low, high) = uptime.interval?;
    Some(format!("{} to {} %", format::uptime(low.max(0.0)), format::uptime(high.min(1.0))))
}

/// Stars as text: `5 of 5`.
pub(super) fn stars(stars: Option<u8>) -> String {
    stars.map_or_else(|| "-".into(), |stars| format!("{stars} of 5"))
}

/// What the test found, with everything it rests on.
pub(super) fn anomaly_sentence(anomaly: &Anomaly, compared_with: &str) -> String {
    let z = anomaly.robust_z.map_or_else(|| "not defined, most are equal".into(), |z| format!("{z:.1}"));
    format!(
        "{} points against the median of {} {compared_with}; robust z {z}; {} of {}; p {} ({} after correction for the number of tests).",
        points(anomaly.gap),
        anomaly.places,
        format::counted(anomaly.relays, "relay", "relays"),
        format::counted(anomaly.owners, "owner", "owners"),
        p_value(anomaly.p_value),
        p_value(anomaly.adjusted_p_value),
    )
}

fn p_value(p: f64) -> String {
    if p < 0.0005 { format!("{p:.4}") } else { format!("{p:.3}") }
}

/// What the affected relays of a place have in common, as counts.
pub(super) fn affected_sentence(site: Site<'_>, affected: &Affected) -> String {
    let parts: Vec<String> = affected
        .parts
        .iter()
        .filter_map(|part| {
            let group = site.network().groups(part.kind).get(part.group)?;
            let name = group_name(site.snapshot(), group);
            let name = match group.key {
                GroupKey::As(number) => format!("{number} {name}"),
                GroupKey::Version(_) => format!("version {name}"),
                _ => name.into_owned(),
            };
            Some(format!(
                "{} of them in {} (which has {} of the {} here)",
                format::count(part.affected),
                format::shortened(&name, MAX_NAME),
                format::count(part.eligible),
                format::count(affected.eligible),
            ))
        })
        .collect();
    format!(
        "{} of {} relays were there for {} % of the month or less, as the lowest tenth of the region: {}. These are counts and no cause.",
        format::count(affected.relays),
        format::count(affected.eligible),
        format::uptime(affected.limit),
        parts.join("; "),
    )
}

/// A month, its relays and its operators, for a table.
pub(super) type ArrivalRow = (String, String, String);

/// The rows of arrivals, the newest month first.
pub(super) fn arrival_rows(arrivals: &[Arrivals]) -> Vec<ArrivalRow> {
    let row = |month: &Arrivals| (month.label(), format::count(month.relays), format::count(month.operators));
    arrivals.iter().rev().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_have_a_sign_and_zero_has_none() {
        let shown = [0.012, -0.0034, 0.0001, -0.0001, 0.0].map(points);
        assert_eq!(shown, ["+1.2", "-0.3", "0.0", "0.0", "0.0"]);
    }

    #[test]
    fn few_relays_are_said_to_be_few() {
        let uptime = Some(Estimate { mean: 0.982, relays: 3, owners: 3, interval: None });
        let place = PlaceReport { uptime, ..PlaceReport::default() };
        assert_eq!(uptime_sentence(&place), "98.2 %, of 3 relays, too few to rank");
        assert_eq!(uptime_sentence(&PlaceReport::default()), "no relay was known for long enough");
        assert_eq!((change(&place), change_interval(&place)), ("-".into(), "-".into()));
    }
}
