//! The bandwidth scanners compared with each other, with the consensus and with their own past.

use super::words::{authority_cell, count, percent};
use super::{Content, data_time};
use crate::figures::FigureName;
use crate::format;
use crate::pages::study::section::Section;
use crate::pages::study::table::{Cell, Head, Table, number, text};
use crate::pages::{Method, Site};
use crate::rows::Tile;
use allium_analysis::directory::Directory;
use allium_analysis::directory::scanners::{OUTLIER_FACTOR, ScannerReport, Scanners};
use allium_model::printable;

pub(super) fn content(site: Site<'_>, directory: &Directory) -> Content {
    let scanners = &directory.report.scanners;
    let sentence = if scanners.scanners.is_empty() {
        "No votes with measurements were read.".to_owned()
    } else {
        format!(
            "Weights of the consensus come from measurements of {} authorities: the low median of those that measured a relay. Votes for {}.",
            scanners.scanners.len(),
            data_time(directory)
        )
    };
    let title = "Bandwidth scanners";
    let description = "Bandwidth scanners of the directory authorities: measurements against the consensus, each other and their own past.";
    Content {
        tiles: if scanners.scanners.is_empty() { Vec::new() } else { tiles(scanners) },
        sections: vec![
            comparison(site, scanners),
            Section::new("Measurements against the consensus")
                .figure(site, FigureName::ScannerRatios)
                .method(site, Method::BandwidthScanners),
            Section::new("Measured relays over time")
                .figure(site, FigureName::MeasuredRelays)
                .method(site, Method::BandwidthScanners),
            software(site, scanners),
        ],
        ..Content::new(title, description, sentence)
    }
}

fn tiles(scanners: &Scanners) -> Vec<Tile> {
    let spread = scanners.spread_quartiles;
    let of = |at: usize| spread.map_or_else(|| "not known".into(), |quartiles| percent(quartiles[at]));
    let outliers: u32 = scanners.scanners.iter().map(|scanner| scanner.outliers).sum();
    vec![
        Tile::new(
            "Relays measured by three",
            format::count(scanners.relays_by_three as usize),
            "",
            "so many have measured weights",
        ),
        Tile::new(
            "Spread of measurements",
            of(1),
            "",
            format!("(largest - smallest) / median; half of the relays between {} and {}", of(0), of(2)),
        ),
        Tile::new(
            "Outliers",
            format::count(outliers as usize),
            "",
            format!("more than {OUTLIER_FACTOR} times off the median of all scanners"),
        ),
    ]
}

const HEADS: &[Head] = &[
    ("Scanner", false),
    ("Relays", true),
    ("Sum", true),
    ("Median ratio to consensus", true),
    ("Quartiles", true),
    ("Outliers", true),
    ("Relays against own 30 days", true),
    ("Sum against own 30 days", true),
    ("Age of file", true),
];

fn comparison(site: Site<'_>, scanners: &Scanners) -> Section {
    let rows = scanners.scanners.iter().map(|scanner| row(site, scanner));
    Section::new("Comparison")
        .table(Table::new("Scanners compared", HEADS).rows(rows))
        .remark(
            "Against its own 30 days, 1 is the median of its rounds in that time; with fewer than 24 rounds it is not known.",
        )
        .method(site, Method::BandwidthScanners)
}

fn row(site: Site<'_>, scanner: &ScannerReport) -> Vec<Cell> {
    let ratio = |value: Option<f64>| value.map_or_else(|| "not known".into(), |value| format!("{value:.2}"));
    let sum = format::bandwidth(scanner.sum_kilobytes_per_second.saturating_mul(1000));
    let quartiles =
        scanner.ratio.map(|ratio| format!("{:.2} to {:.2}", ratio.lower_quartile, ratio.upper_quartile));
    let outliers = if scanner.compared_with_others == 0 {
        "not known".to_owned()
    } else {
        format!("{} of {}", scanner.outliers, format::count(scanner.compared_with_others as usize))
    };
    vec![
        authority_cell(site, &scanner.nickname),
        number(count(Some(scanner.measured_relays))),
        number(format!("{} {}", sum.number, sum.unit)),
        number(ratio(scanner.ratio.map(|ratio| ratio.median))),
        number(quartiles.unwrap_or_else(|| "not known".into())),
        number(outliers),
        number(ratio(scanner.relays_to_own_median)),
        number(ratio(scanner.sum_to_own_median)),
        number(
            scanner
                .file_age_seconds
                .map_or_else(|| "not known".into(), |age| format::duration(i64::from(age))),
        ),
    ]
}

/// A time of a bandwidth file as this site writes times; what is no time stays as it is.
fn utc(written: &str) -> String {
    match written.split_once('T') {
        Some((date, time)) if written.len() == 19 => format!("{date} {time} UTC"),
        _ => written.to_owned(),
    }
}

/// What the bandwidth files say of themselves.
fn software(site: Site<'_>, scanners: &Scanners) -> Section {
    const HEADS: &[Head] = &[
        ("Scanner", false),
        ("Software", false),
        ("Newest measurements", false),
        ("Digest of the file", false),
    ];
    let header = |scanner: &ScannerReport, name: &str| {
        let found = scanner.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| printable(value).into_owned())
    };
    let rows = scanners.scanners.iter().map(|scanner| {
        let parts = [header(scanner, "software"), header(scanner, "software_version")];
        let software = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let software = if software.is_empty() { "not told".into() } else { software };
        let latest = header(scanner, "latest_bandwidth").map_or_else(|| "not told".into(), |time| utc(&time));
        let digest =
            scanner.file_digest.as_deref().map_or("not told".into(), |digest| printable(digest).into_owned());
        vec![authority_cell(site, &scanner.nickname), text(software), text(latest), Cell::Long(digest)]
    });
    Section::new("Bandwidth files")
        .table(Table::new("Bandwidth files", HEADS).rows(rows))
        .remark("As the headers of each vote give them.")
}
