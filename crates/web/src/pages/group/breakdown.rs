//! What a group's running relays are spread over: the largest parts by other properties.

use crate::format;
use crate::pages::Site;
use crate::rows::Named;
use allium_model::{Group, GroupKey, GroupKind};
use allium_views::group_name;

/// The largest parts of a group by another property.
pub(in crate::pages) struct Breakdown<'a> {
    pub(in crate::pages) title: &'static str,
    pub(in crate::pages) rows: Vec<BreakdownRow<'a>>,
    pub(in crate::pages) others: Option<String>,
}

pub(in crate::pages) struct BreakdownRow<'a> {
    pub(in crate::pages) named: Named<'a>,
    pub(in crate::pages) relays: String,
    pub(in crate::pages) meter: String,
}

/// Rows of a breakdown.
const BREAKDOWN_ROWS: usize = 5;

pub(in crate::pages) fn all<'a>(site: Site<'a>, group: Group<'_>) -> Vec<Breakdown<'a>> {
    let kinds = [
        (GroupKind::Country, "Countries"),
        (GroupKind::As, "Networks (AS)"),
        (GroupKind::Operator, "Operators"),
        (GroupKind::Version, "Versions"),
    ];
    let own = group.key.kind();
    let shown = kinds.into_iter().filter(|(kind, _)| *kind != own).take(3);
    shown.filter_map(|(kind, title)| breakdown(site, group, kind, title)).collect()
}

/// The parts of a group's running relays by another kind, largest first.
fn breakdown<'a>(
    site: Site<'a>,
    group: Group<'_>,
    kind: GroupKind,
    title: &'static str,
) -> Option<Breakdown<'a>> {
    let network = site.network();
    let index = network.groups(kind);
    let running = group.members.iter().filter(|member| network.relay(**member).running);
    let mut places: Vec<_> = running.filter_map(|member| index.position_of_relay(*member)).collect();
    places.sort_unstable();
    let mut counts: Vec<_> =
        places.chunk_by(|left, right| left == right).map(|chunk| (chunk.len(), chunk[0])).collect();
    counts.sort_by_key(|(count, place)| (std::cmp::Reverse(*count), *place));
    let largest = counts.first()?.0;
    let row = |(count, place): &(usize, allium_model::GroupPosition)| {
        let part = index.get(*place)?;
        let name = match part.key {
            GroupKey::As(number) => format!("{number} {}", group_name(site.snapshot(), part)),
            _ => group_name(site.snapshot(), part).into_owned(),
        };
        Some(BreakdownRow {
            named: Named { name: format::shortened(&name, 32).into(), href: site.group_link(part.key) },
            relays: format::count(*count),
            meter: crate::prepared::meter(*count as f64, largest as f64),
        })
    };
    let others = counts.len().saturating_sub(BREAKDOWN_ROWS);
    Some(Breakdown {
        title,
        rows: counts.iter().take(BREAKDOWN_ROWS).filter_map(row).collect(),
        others: (others > 0).then(|| format!("and {} more", format::count(others))),
    })
}
