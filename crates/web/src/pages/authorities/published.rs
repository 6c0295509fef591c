//! What an authority publishes beside its vote: its bandwidth file and statistics of directory requests.

use super::facts;
use super::words::count;
use crate::format;
use crate::pages::study::section::{Section, Width};
use crate::pages::{Method, Site};
use allium_analysis::directory::bandwidth_files::{FileOrigin, PublishedBandwidthFile, bandwidth_file};
use allium_analysis::directory::load::{DirectoryRequests, RequestLoad, load};
use allium_analysis::directory::{AuthorityReport, Directory};

/// The bandwidth file of one authority; none for an authority that never measures and has none.
pub(super) fn file_section(
    site: Site<'_>,
    directory: &Directory,
    authority: &AuthorityReport,
) -> Option<Section> {
    let file = bandwidth_file(&directory.inputs, authority.identity);
    if file.is_none() && !authority.is_scanner {
        return None;
    }
    let section = Section::new("Bandwidth file").width(Width::Half).method(site, Method::BandwidthFiles);
    Some(match file {
        Some(file) => section.html(&facts::list(file_facts(file))),
        None => section.text("No bandwidth file of this authority was read."),
    })
}

fn file_facts(file: &PublishedBandwidthFile) -> Vec<(&'static str, String)> {
    let mut lines = vec![("Newest measurement", format!("{} UTC", file.timestamp))];
    lines.extend(file.created.map(|created| ("Written", format!("{created} UTC"))));
    lines.extend(file.software.clone().map(|software| ("Software", software)));
    lines.push(("Format", file.version.clone().unwrap_or_else(|| "1.0, which has no headers".into())));
    lines.extend(file.scanner_country.clone().map(|country| ("Country of the scanner, as written", country)));
    lines.push(("Relays in it", count(Some(file.relays))));
    lines.push(("Relays that tor votes on", count(Some(file.voted_relays))));
    lines.extend(file.eligible_relays.map(|relays| ("Eligible relays, as written", whole(relays))));
    lines.push(("Sum of its weights", format!("{} kB/s", whole(file.sum_kilobytes_per_second))));
    lines.push(("Size", format!("{:.1} MB", file.bytes as f64 / 1e6)));
    lines.push(("SHA-256", file.sha256.clone()));
    lines.push((
        "Belongs to it",
        match file.origin {
            FileOrigin::Vote(time) => format!("its vote for {} names this digest", format::minute(time)),
            FileOrigin::DirPort => "it handed the file out itself, without a signature".into(),
        },
    ));
    lines
}

fn whole(value: u64) -> String {
    format::count(value as usize)
}

/// Directory requests of one authority.
pub(super) fn load_section(
    site: Site<'_>,
    directory: &Directory,
    authority: &AuthorityReport,
) -> Option<Section> {
    authority.trusted.as_ref()?;
    let section = Section::new("Request load").width(Width::Half).method(site, Method::AuthorityLoad);
    Some(match load(&directory.inputs, authority) {
        RequestLoad::Published(requests) => section.html(&facts::list(load_facts(requests))),
        other => section.text(format!("{}.", load_words(other))),
    })
}

fn load_facts(requests: &DirectoryRequests) -> Vec<(&'static str, String)> {
    let number = |value: Option<u64>| value.map_or_else(|| "not published".into(), whole);
    vec![
        ("Until", format!("{} UTC", requests.until)),
        ("Interval", format!("{:.0} h", f64::from(requests.interval_seconds) / 3600.0)),
        ("Requests for a consensus", number(requests.requests)),
        ("Answered", number(requests.answered)),
        ("Turned away for load", number(requests.busy)),
        ("Bytes sent as answers, newest interval", number(requests.written_bytes)),
    ]
}

/// One line about the requests of an authority, without a full stop.
pub(super) fn load_words(load: RequestLoad<'_>) -> String {
    match load {
        RequestLoad::NotRead => "No extra-info document of its relay was read".into(),
        RequestLoad::NotPublished { extra_info } => {
            format!(
                "Not published: the extra-info document of {} has no such statistics",
                format::minute(extra_info)
            )
        }
        RequestLoad::Published(requests) => {
            let number = requests.requests.map_or_else(|| "an unknown number of".into(), whole);
            let hours = requests.interval_seconds / 3600;
            format!("{number} requests in {hours} h until {}", format::minute(requests.until))
        }
    }
}
