//! Weight of operators for the bandwidth that they claim.

use super::Content;
use super::reliability::operator_cell;
use super::section::Section;
use super::table::{Head, Table, number};
use crate::figures::FigureName;
use crate::format;
use crate::pages::{Method, Site};
use crate::rows::Tile;
use allium_analysis::efficiency::{BandwidthClaim, Efficiency, EfficiencyPoint, LITTLE_WEIGHT, Quadrant};

const HEADS: &[Head] = &[
    ("Operator", false),
    ("Relays", true),
    ("Observed, Mbit/s", true),
    ("Consensus weight", true),
    ("Ratio to the network", true),
    ("Relays not measured", true),
];

/// So many operators are listed.
const MOST_ROWS: usize = 25;
/// Operators with fewer relays are not listed.
const FEWEST_RELAYS: usize = 3;

pub(super) fn content(site: Site<'_>) -> Content {
    let observed = Efficiency::new(site.snapshot(), BandwidthClaim::Observed);
    Content {
        title: "Weight for bandwidth",
        description: "Consensus weight of relay operators against their observed and advertised bandwidth.",
        sentence: format!(
            "{} operators with bandwidth and weight. The network has a consensus weight of {} for each observed Mbit/s; a ratio of 1 is as much.",
            format::count(observed.points.len()),
            observed.network_weight_per_mbit.map_or_else(|| "-".into(), |ratio| format!("{ratio:.1}")),
        ),
        tiles: tiles(&observed),
        form: None,
        sections: vec![
            Section::new("Observed bandwidth and weight")
                .figure(site, FigureName::EfficiencyObserved)
                .remark(format!(
                    "{} operators with running relays lack one of both and are left out.",
                    format::count(observed.left_out)
                ))
                .method(site, Method::Efficiency),
            Section::new("Advertised bandwidth and weight")
                .figure(site, FigureName::EfficiencyAdvertised)
                .method(site, Method::Efficiency),
            little(site, &observed),
        ],
    }
}

fn tiles(observed: &Efficiency) -> Vec<Tile> {
    let count =
        |quadrant| observed.points.iter().filter(|point| observed.quadrant(point) == quadrant).count();
    let tile = |label: &'static str, quadrant, detail: &str| {
        Tile::new(label, format::count(count(quadrant)), "operators", detail)
    };
    vec![
        tile("Much of both", Quadrant::MuchOfBoth, "at or over both medians"),
        tile("More weight", Quadrant::MoreWeight, "weight over, bandwidth under"),
        tile("More bandwidth", Quadrant::MoreBandwidth, "bandwidth over, weight under"),
        tile("Little of both", Quadrant::LittleOfBoth, "under both medians"),
    ]
}

fn little(site: Site<'_>, observed: &Efficiency) -> Section {
    let found = observed.with_little_weight(FEWEST_RELAYS);
    let row = |point: &&EfficiencyPoint| {
        vec![
            operator_cell(site, point.operator),
            number(format::count(point.relays)),
            number(format::mbit(point.bandwidth)),
            number(format::count(point.weight as usize)),
            number(format!("{:.2}", point.ratio)),
            number(format::count(point.unmeasured_relays)),
        ]
    };
    Section::new("Little weight for their bandwidth")
        .text(format!(
            "{} operators with at least {FEWEST_RELAYS} relays have less than {LITTLE_WEIGHT} times the weight that the network has for the same observed bandwidth. Observed bandwidth is what a relay once carried by its own account; weight is what the authorities measured lately, and a relay that fewer than three of them measured is held low. Which of these it is, and why, is not known here.",
            format::count(found.len())
        ))
        .table(Table::new("Operators with little weight", HEADS).rows(found.iter().take(MOST_ROWS).map(row)))
        .remark(format!("By falling bandwidth, the first {MOST_ROWS} at most."))
        .method(site, Method::Efficiency)
}
