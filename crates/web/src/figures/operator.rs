//! Figures over time of operators and of other groups whose relays have something in common.

use super::lines::{line, uptime_beside_network};
use crate::Edition;
use allium_analysis::metrics::bandwidth::{Flow, group_traffic};
use allium_analysis::metrics::series::{mean_uptime, uptime_entries};
use allium_charts::{Chart, Colour, Figure, LineChart, Unit};
use allium_model::{Group, GroupKind, Period};
use allium_views::group_name;

/// The mean uptime of the operator's relays in each bin, in percent, with the mean of the network. Each
/// relay counts in the bins that it knows; one without a history of the period counts in none.
pub(super) fn uptime(edition: &Edition, operator: Group<'_>, period: Period) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let entries = uptime_entries(&snapshot.network, &snapshot.histories, operator.members);
    let own = mean_uptime(&entries, period)?;
    let chart = uptime_beside_network(edition, itself(operator.key.kind()), &own, period);
    let name = crate::format::shortened(&group_name(snapshot, operator), 60);
    Some(Figure::new(format!("{name}: mean uptime over {}", period.name()), chart))
}

/// What the operator's relays read and wrote together, in bits per second; none for a period of which no
/// relay has a history of its own.
pub(super) fn bandwidth(edition: &Edition, operator: Group<'_>, period: Period) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let fingerprints = operator.members.iter().map(|position| snapshot.network.relay(*position).fingerprint);
    let entries: Vec<_> = fingerprints.filter_map(|relay| snapshot.histories.bandwidth_of(relay)).collect();
    entries.iter().find_map(|entry| entry.read.get(period).or(entry.written.get(period)))?;
    let traffic = group_traffic(&entries, period)?;
    let bits =
        |name, colour, flow: &Option<Flow>| flow.as_ref().map(|flow| line(name, colour, 8.0, &flow.series));
    let read = bits("Read", Colour::S2, &traffic.read);
    let lines = read.into_iter().chain(bits("Written", Colour::S1, &traffic.written)).collect();
    let name = crate::format::shortened(&group_name(snapshot, operator), 60);
    let chart = LineChart { unit: Unit::BitsPerSecond, lines, ..LineChart::default() };
    let title = format!("{name}: read and written over {}", period.name());
    let note = "Sums over the relays that are known for that time, so the newest bins may lack some.";
    Some(Figure::new(title, Chart::Line(chart)).with_note(note))
}

/// How a group is named beside the network.
fn itself(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Operator => "This operator",
        GroupKind::Family => "This family",
        GroupKind::As => "This AS",
        GroupKind::Country => "This country",
        _ => "These relays",
    }
}
