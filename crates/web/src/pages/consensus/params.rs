//! Parameters of the network and the weights of positions.

use crate::format;
use crate::pages::study::section::Section;
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
            Cell::Long(opinions(&values, votes.len())),
        ]
    };
    Section::new("Parameters")
        .method(site, Method::ConsensusParameters)
        .table(Table::new("Parameters of the network", &HEADS).rows(names.into_iter().map(row)))
}

/// `all alike`, `5: alder; none: 8 votes` or `10: alder, birch; 20: cedar`.
fn opinions(values: &BTreeMap<i32, Vec<&str>>, votes: usize) -> String {
    let named: usize = values.values().map(Vec::len).sum();
    match values.len() {
        _ if votes == 0 => "not known".into(),
        0 => "in no vote".into(),
        1 if named == votes => "all alike".into(),
        _ => {
            let opinions = values.iter().map(|(value, voters)| format!("{value}: {}", names(voters)));
            let none =
                (named < votes).then(|| format!("none: {}", format::counted(votes - named, "vote", "votes")));
            opinions.chain(none).collect::<Vec<_>>().join("; ")
        }
    }
}

/// Voters by name, alphabetically; up to a number that is still read.
fn names(voters: &[&str]) -> String {
    let mut voters = voters.to_vec();
    voters.sort_by_key(|name| name.to_lowercase());
    if voters.len() > 4 { format!("{} votes", voters.len()) } else { voters.join(", ") }
}

const WEIGHT_HEADS: [Head; 5] = [
    ("Position", false),
    ("Guards", true),
    ("Exits", true),
    ("Guards that are exits", true),
    ("Others", true),
];

/// The positions of a circuit with the letter of each in the names of weights.
const POSITIONS: [(&str, char); 4] = [("Guard", 'g'), ("Middle", 'm'), ("Exit", 'e'), ("Directory", 'b')];

/// What a relay is, in the order of the columns: guard, exit, both, neither.
const KINDS: [char; 4] = ['g', 'e', 'd', 'm'];

/// The weights of positions, as a table of position by kind of relay.
pub(super) fn bandwidth_weights(consensus: &ConsensusSummary) -> Section {
    let scale = consensus.params.iter().find(|(name, _)| name == "bwweightscale");
    let scale = scale.map_or(10_000, |(_, value)| *value).max(1);
    let section = Section::new("Bandwidth weights");
    if consensus.bandwidth_weights.is_empty() {
        return section.text("The consensus has none: clients then choose by weight alone.");
    }
    let value = |name: &str| {
        let found = consensus.bandwidth_weights.iter().find(|weight| weight.name == name);
        found.map(|weight| 100.0 * f64::from(weight.value) / f64::from(scale))
    };
    let rows = POSITIONS.map(|(position, letter)| {
        let cell = |kind| number(weight_words(value(&format!("W{letter}{kind}"))));
        std::iter::once(text(position)).chain(KINDS.map(cell)).collect()
    });
    let directory = KINDS.map(|kind| number(weight_words(value(&format!("W{kind}b")))));
    let directory = std::iter::once(text("Any, with directory requests")).chain(directory).collect();
    section
        .table(Table::new("Weights of positions", &WEIGHT_HEADS).rows(rows.into_iter().chain([directory])))
        .remark(format!(
            "How much of its weight a relay counts with in a position, in percent; as in the consensus, where {scale} \
             is the whole. A relay never serves where nothing stands.",
        ))
}

fn weight_words(share: Option<f64>) -> String {
    share.map_or_else(|| "-".into(), |share| format!("{share:.2} %"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::BandwidthWeight;

    #[test]
    fn weights_stand_under_what_the_relay_is() {
        let mut consensus = ConsensusSummary::clone(
            allium_analysis::directory::example::inputs().consensus.as_deref().unwrap(),
        );
        let weight = |name: &str, value| BandwidthWeight { name: name.into(), value };
        consensus.bandwidth_weights = vec![weight("Wgd", 226), weight("Weg", 9547), weight("Wmb", 10_000)];
        let body = bandwidth_weights(&consensus).body.to_string();
        let cell = |head: &str, value: &str| format!("data-label=\"{head}\"><bdi>{value}</bdi>");
        assert!(body.contains(&cell("Guards that are exits", "2.26 %")), "{body}");
        assert!(body.contains(&cell("Guards", "95.47 %")), "{body}");
        assert!(body.contains(&cell("Others", "100.00 %")), "{body}");
        assert_eq!(body.matches("<bdi>-</bdi>").count(), 17, "{body}");
    }

    #[test]
    fn opinions_say_who_differs_and_how_many_say_nothing() {
        let of = |values: &[(i32, &[&'static str])], votes| {
            opinions(&values.iter().map(|(value, voters)| (*value, voters.to_vec())).collect(), votes)
        };
        assert_eq!(of(&[], 3), "in no vote");
        assert_eq!(of(&[], 0), "not known");
        assert_eq!(of(&[(5, &["alder", "birch"])], 2), "all alike");
        assert_eq!(of(&[(5, &["alder"])], 9), "5: alder; none: 8 votes");
        assert_eq!(of(&[(1, &["birch", "alder"]), (2, &["cedar"])], 3), "1: alder, birch; 2: cedar");
        assert_eq!(of(&[(1, &["a", "b", "c", "d", "e"])], 6), "1: 5 votes; none: 1 vote");
    }
}
