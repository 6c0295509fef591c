//! What follows from the measurements of ASes, by rule and with the numbers.

use crate::format;
use crate::pages::{Site, place_words as words};
use allium_analysis::places::{
    AsConcentration, Direction, FALSE_DISCOVERY_RATE, HIGH_RISK, TOP_TEN_LIMIT, UNDERSERVED_RELAYS,
};
use allium_model::{GroupKind, GroupPosition};

/// A finding: whether it is good, what it says, and what follows from it.
pub(super) struct Finding {
    /// Class of the badge: `good` or `fair`.
    pub(in crate::pages) look: &'static str,
    /// Word of the badge.
    pub(in crate::pages) word: &'static str,
    pub(in crate::pages) text: String,
}

/// Declining ASes that are named.
const NAMED: usize = 3;

pub(super) fn all(site: Site<'_>) -> Vec<Finding> {
    let measured = AsConcentration::of(site.snapshot());
    let mut findings = vec![top_ten(measured), largest(measured)];
    findings.extend(unusual(site));
    findings.extend(declining(site));
    findings.push(underserved(site));
    findings
}

fn finding(is_good: bool, text: String) -> Finding {
    if is_good {
        Finding { look: "good", word: "Within", text }
    } else {
        Finding { look: "fair", word: "Beyond", text }
    }
}

fn top_ten(measured: AsConcentration) -> Finding {
    let share = format::percent(measured.top_ten);
    let limit = 100.0 * TOP_TEN_LIMIT;
    let is_good = !measured.is_top_heavy();
    let text = if is_good {
        format!("The ten largest ASes hold {share} % of the weight, no more than {limit:.0} %.")
    } else {
        format!(
            "The ten largest ASes hold {share} % of the weight, more than {limit:.0} %. A relay in any other AS spreads it."
        )
    };
    finding(is_good, text)
}

fn largest(measured: AsConcentration) -> Finding {
    let share = format::percent(measured.largest);
    let limit = 100.0 * HIGH_RISK;
    let is_good = !measured.is_dominated();
    let text = if is_good {
        format!("No AS holds more than {limit:.0} % of the weight; the largest holds {share} %.")
    } else {
        format!(
            "The largest AS holds {share} % of the weight, more than {limit:.0} %: it could see or lose that much."
        )
    };
    finding(is_good, text)
}

/// The ASes with an anomaly.
fn unusual(site: Site<'_>) -> Option<Finding> {
    let ases = &site.snapshot().report.places.ases;
    let tested = ases.iter().filter(|asn| asn.place.anomaly.is_some()).count();
    let found = ases.iter().filter(|asn| asn.place.anomaly.is_some_and(|anomaly| anomaly.is_found())).count();
    (tested > 0).then(|| Finding {
        look: if found == 0 { "good" } else { "fair" },
        word: if found == 0 { "As usual" } else { "Unusual" },
        text: format!(
            "Of {} tested, {} less there than chance explains, at a false-discovery rate of {:.0} %.",
            format::counted(tested, "AS", "ASes"),
            if found == 0 { "none was".to_owned() } else { format::counted(found, "was", "were") },
            100.0 * FALSE_DISCOVERY_RATE,
        ),
    })
}

/// The declining ASes with the most weight that have alternatives.
fn declining(site: Site<'_>) -> Vec<Finding> {
    let snapshot = site.snapshot();
    let places = &snapshot.report.places;
    let weight = |position: GroupPosition| {
        snapshot.group_report(GroupKind::As, position).aggregate.consensus_weight_fraction.total
    };
    let mut declining = places.ases_going(Direction::Declining);
    declining.sort_by(|left, right| weight(*right).total_cmp(&weight(*left)).then(left.cmp(right)));
    let found = declining.into_iter().filter_map(|position| {
        let better = places.alternatives(snapshot, position);
        let names: Vec<String> = better
            .iter()
            .take(NAMED)
            .filter_map(|other| Some(words::named(site, GroupKind::As, *other)?.name.into_owned()))
            .collect();
        let own = words::named(site, GroupKind::As, position)?.name;
        let place = &places.ases[position.index()].place;
        let text = format!(
            "{own}: {}. With a better uptime and a smaller share in the same country: {}",
            words::change_sentence(place),
            names.join(", "),
        );
        (!names.is_empty()).then_some(Finding { look: "fair", word: "Declining", text })
    });
    found.take(NAMED).collect()
}

fn underserved(site: Site<'_>) -> Finding {
    let few = site.snapshot().report.places.underserved();
    let names: Vec<String> = few
        .iter()
        .map(|report| format!("{} ({})", report.area.name(), report.aggregate.relays.total))
        .collect();
    if names.is_empty() {
        let text = format!("Every subregion has more than {UNDERSERVED_RELAYS} running relays.");
        return Finding { look: "good", word: "Within", text };
    }
    let text = format!(
        "Subregions with no more than {UNDERSERVED_RELAYS} running relays: {}. A relay there adds a place that the network hardly has.",
        names.join(", ")
    );
    Finding { look: "info", word: "Few relays", text }
}
