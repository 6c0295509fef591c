//! Parameters of the network and the weights of positions.

use crate::pages::study::section::{Section, Width};
use crate::pages::study::table::{Cell, Head, Table, number, text};
use crate::pages::{Method, Site};
use allium_analysis::directory::Directory;
use allium_model::ConsensusSummary;
use std::collections::{BTreeMap, BTreeSet};

const HEADS: [Head; 4] =
    [("Parameter", false), ("Consensus", true), ("Votes for it", true), ("Votes", false)];

/// Parameters of the consensus beside what each value got in the votes. Those that only votes name are
/// listed too.
pub(super) fn section(site: Site<'_>, directory: &Directory, consensus: &ConsensusSummary) -> Section {
    let votes = directory.inputs.votes.authorities();
    let mut names: BTreeSet<&str> = consensus.params.iter().map(|(name, _)| name.as_str()).collect();
    names.extend(votes.iter().flat_map(|vote| &vote.params).map(|(name, _)| name.as_str()));
    let find = |params: &[(String, i32)], name: &str| {
        params.iter().find(|(other, _)| other == name).map(|(_, value)| *value)
    };
    let row = |name: &str| {
        let mut values: BTreeMap<i32, Vec<&str>> = BTreeMap::new();
        for vote in votes {
            if let Some(value) = find(&vote.params, name) {
                values.entry(value).or_default().push(&vote.nickname);
            }
        }
        let named: usize = values.values().map(Vec::len).sum();
        vec![
            text(name),
            number(
                find(&consensus.params, name).map_or_else(|| "not in it".into(), |value| value.to_string()),
            ),
            number(if votes.is_empty() { "not known".into() } else { format!("{named} of {}", votes.len()) }),
            Cell::Long(opinions(&values)),
        ]
    };
    Section::new("Parameters")
        .method(site, Method::ConsensusParameters)
        .table(Table::new("Parameters of the network", &HEADS).rows(names.into_iter().map(row)))
}

/// `all 5` or `10: alder, birch; 20: cedar`.
fn opinions(values: &BTreeMap<i32, Vec<&str>>) -> String {
    match values.len() {
        0 => "in no vote".into(),
        1 => "one value".into(),
        _ => values
            .iter()
            .map(|(value, voters)| format!("{value}: {}", voters.join(", ")))
            .collect::<Vec<_>>()
            .join("; "),
    }
}

const WEIGHT_HEADS: [Head; 3] = [("Weight", false), ("Value", true), ("Share, %", true)];

/// The weights of positions.
pub(super) fn bandwidth_weights(consensus: &ConsensusSummary) -> Section {
    let scale = consensus.params.iter().find(|(name, _)| name == "bwweightscale");
    let scale = scale.map_or(10_000, |(_, value)| *value).max(1);
    let rows = consensus.bandwidth_weights.iter().map(|weight| {
        let share = 100.0 * f64::from(weight.value) / f64::from(scale);
        vec![text(weight.name.clone()), number(weight.value.to_string()), number(format!("{share:.2}"))]
    });
    Section::new("Bandwidth weights")
        .width(Width::Half)
        .table(Table::new("Weights of positions", &WEIGHT_HEADS).rows(rows))
        .remark(
            "The second letter is the position (g guard, m middle, e exit, b directory), the third what the relay is \
             (g guard, e exit, d both, m neither): Wgd is how much a relay that is guard and exit counts as a guard.",
        )
}
