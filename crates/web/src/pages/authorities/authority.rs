//! The page of one authority.

use super::words::{badge, count, milliseconds, state_class};
use super::{Content, event_choice, events, facts, keys, published, scores};
use crate::figures::Embedding;
use crate::figures::directory::{Quantity, authority_course};
use crate::html::Html;
use crate::pages::consensus::span;
use crate::pages::study::section::{Section, Width};
use crate::pages::study::table::{Head, Table, number, text};
use crate::pages::{Method, Site};
use crate::rows::Tile;
use crate::{EventFilter, Page, format};
use allium_analysis::directory::certificates::{Expiry, certificate_expires};
use allium_analysis::directory::responses::responses;
use allium_analysis::directory::{AuthorityReport, Directory, ScorePeriod, relay_of, tests_ipv6};
use allium_model::{Event, EventSubject, Flag, Slug, VoteSummary, printable};

/// Events that the page lists.
const EVENTS: usize = 20;

/// What the page of an authority shows; none when nobody names it.
pub(super) fn content(site: Site<'_>, directory: &Directory, slug: &str) -> Option<Content> {
    let is_meant = |authority: &&AuthorityReport| {
        Slug::of(&authority.nickname).is_some_and(|nickname| nickname.as_str() == slug)
    };
    let authority = directory.report.authorities.iter().find(is_meant)?;
    let vote = authority.vote_column.and_then(|column| directory.inputs.votes.authorities().get(column));
    let mut sections = vec![scores_section(site, authority), newest(site, directory, authority, vote)];
    sections.push(address(site, directory, authority, vote));
    sections.extend(published::file_section(site, directory, authority));
    sections.extend(published::load_section(site, directory, authority));
    sections.extend(courses(site, directory, authority));
    sections.extend(vote.map(|vote| thresholds(site, vote)));
    sections.extend(authority.vote_column.map(|column| flags(site, directory, column)));
    sections.push(own_events(site, directory, authority));
    let title = printable(&authority.nickname).into_owned();
    Some(Content {
        badges: Some(badges(authority)),
        tiles: tiles(directory, authority),
        sections,
        ..Content::new(
            title,
            "A directory authority of the Tor network: votes, signatures, measurements, scorecard and events.",
            sentence(directory, authority),
        )
    })
}

fn sentence(directory: &Directory, authority: &AuthorityReport) -> String {
    let trust = if authority.trusted.is_some() {
        "A directory authority that this site trusts"
    } else {
        "Documents name this authority; it is not on the trusted list, and what it signs counts for nothing here"
    };
    format!("{trust}. State of {}.", super::data_time(directory))
}

fn badges(authority: &AuthorityReport) -> Html {
    let mut html = badge(state_class(authority.state), authority.state.name());
    let trust =
        if authority.trusted.is_some() { badge("good", "trusted") } else { badge("poor", "not trusted") };
    html.html(&trust);
    for (fact, yes, no) in [
        (authority.participation.is_counted, "vote counted", "no vote"),
        (authority.participation.is_signed, "signed", "no signature"),
        (authority.participation.is_measuring, "measuring", "not measuring"),
    ] {
        match fact {
            Some(true) => html.html(&badge("good", yes)),
            Some(false) => html.html(&badge("fair", no)),
            None => &mut html,
        };
    }
    html
}

fn tiles(directory: &Directory, authority: &AuthorityReport) -> Vec<Tile> {
    let card = &authority.scorecards[ScorePeriod::Month as usize];
    let answers = responses(&directory.inputs, authority.identity, 86_400);
    let expires = certificate_expires(&directory.inputs, authority.identity);
    let now = directory.inputs.data_time().unwrap_or(directory.inputs.judged_at);
    vec![
        Tile::new(
            "Score, 30 days",
            card.score.map_or_else(|| "no score".into(), |score| score.to_string()),
            if card.score.is_some() { "of 100" } else { "" },
            card.word().map_or("fewer than 24 rounds", |word| word.name()),
        ),
        Tile::new(
            "Median answer, 24 h",
            milliseconds(answers.median_answer_ms),
            "",
            format!("{} of {} probes answered", answers.answered, answers.probes),
        ),
        Tile::new(
            "Clock",
            answers.median_clock_skew_seconds.map_or_else(|| "not known".into(), clock_words),
            "",
            "compared with ours, median of 24 h",
        ),
        Tile::new(
            "Certificate",
            expires.map_or_else(
                || "not known".into(),
                |at| format!("{} days", at.seconds_since(now).div_euclid(86_400)),
            ),
            "",
            expires.map_or_else(String::new, |at| {
                format!("{}, until {}", keys::expiry_words(Expiry::of(at, now)).1, format::minute(at))
            }),
        ),
    ]
}

/// `right` where no second differs, else how far it is ahead or behind.
fn clock_words(skew_seconds: f64) -> String {
    match skew_seconds.round() {
        0.0 => "right".into(),
        skew if skew > 0.0 => format!("{skew:.0} s ahead"),
        skew => format!("{:.0} s behind", -skew),
    }
}

const SCORES: &[Head] = &scores::heads("Period");

fn scores_section(site: Site<'_>, authority: &AuthorityReport) -> Section {
    let rows = ScorePeriod::ALL.map(|period| {
        let mut cells = vec![text(scores::title(period))];
        cells.extend(scores::values(authority, period));
        cells
    });
    Section::new("Scorecard")
        .table(Table::new("Scorecard", SCORES).rows(rows))
        .method(site, Method::AuthorityScore)
}

/// Its vote and its measurements in the newest round.
fn newest(
    site: Site<'_>,
    directory: &Directory,
    authority: &AuthorityReport,
    vote: Option<&VoteSummary>,
) -> Section {
    let section = Section::new("Newest vote").width(Width::Half).method(site, Method::AuthorityState);
    let Some(vote) = vote else {
        let words = if directory.inputs.votes.authorities().is_empty() {
            "No votes were read."
        } else {
            "Votes of the round were read, and its vote is not among them."
        };
        return section.text(words);
    };
    let scanner = directory.report.scanners.scanners.iter().find(|one| one.identity == authority.identity);
    let mut lines = vec![
        ("For", format::minute(vote.valid_after)),
        ("Published", format!("{} UTC", vote.published)),
        ("Relays", count(Some(vote.relays))),
        (
            "Measured relays",
            if authority.is_scanner { count(Some(vote.measured_relays)) } else { "never measures".into() },
        ),
        (
            "Relays reached over IPv6",
            if tests_ipv6(vote) { count(Some(vote.ipv6_relays)) } else { "does not test".into() },
        ),
        ("Methods", method_range(&vote.methods)),
        ("Size", format!("{:.1} MB", vote.bytes as f64 / 1e6)),
        (
            "Signature and certificate",
            if vote.is_verified { "hold" } else { "were not checked or do not hold" }.into(),
        ),
        ("Takes part in the shared random value", if vote.is_in_shared_random { "yes" } else { "no" }.into()),
    ];
    if let Some(ratio) = scanner.and_then(|scanner| scanner.ratio) {
        lines.push(("Measurement / consensus weight, median", format!("{:.2}", ratio.median)));
    }
    section.html(&facts::list(lines))
}

fn method_range(methods: &[u32]) -> String {
    match (methods.first(), methods.last()) {
        (Some(first), Some(last)) if first != last => format!("{first} to {last}"),
        (Some(first), _) => first.to_string(),
        _ => "none".into(),
    }
}

fn address(
    site: Site<'_>,
    directory: &Directory,
    authority: &AuthorityReport,
    vote: Option<&VoteSummary>,
) -> Section {
    let mut lines = vec![("v3 identity", authority.identity.to_string())];
    if let Some(trusted) = &authority.trusted {
        lines.extend(trusted.dir_address.map(|address| ("DirPort, trusted list", address.to_string())));
        lines.extend(trusted.or_port.map(|port| ("ORPort, trusted list", port.to_string())));
        lines.extend(trusted.ipv6_address.map(|address| ("IPv6, trusted list", address.to_string())));
    }
    if let Some(listed) = &authority.listed {
        let address = printable(&listed.address);
        lines.push((
            "In the consensus",
            format!("{address}, DirPort {}, ORPort {}", listed.dir_port, listed.or_port),
        ));
    }
    let contact = vote.and_then(|vote| vote.contact.as_deref());
    lines.extend(contact.map(|contact| ("Contact", format::shortened(&printable(contact), 200))));
    let differences =
        directory.report.list_differences.iter().filter(|one| one.nickname == authority.nickname);
    let mut section =
        Section::new("Address and identity").width(Width::Half).method(site, Method::AuthorityList);
    section = section.html(&facts::list(lines));
    for difference in differences {
        section = section.text(format!("Differs: {}.", printable(&difference.text)));
    }
    match relay_of(site.network(), authority).map(|at| site.network().relay(at).fingerprint) {
        Some(relay) => section.link(&site.links().page(&Page::Relay(relay)), "Its relay"),
        None => section,
    }
}

fn courses(site: Site<'_>, directory: &Directory, authority: &AuthorityReport) -> Vec<Section> {
    let figures = Quantity::ALL.into_iter().filter_map(|quantity| {
        let figure = authority_course(directory, authority.identity, quantity)?;
        Some(Embedding::without_files(&figure, quantity.id()).html(site))
    });
    let figures: Vec<Html> = figures.collect();
    if figures.is_empty() {
        return vec![Section::new("Over time").text("No history of this authority is stored yet.")];
    }
    let mut section = Section::new("Over time").method(site, Method::AuthorityAgreement);
    for figure in &figures {
        section = section.html(figure);
    }
    vec![section]
}

/// The thresholds as the vote writes them.
fn thresholds(site: Site<'_>, vote: &VoteSummary) -> Section {
    const HEADS: &[Head] = &[("Threshold", false), ("Value", true), ("In words", false)];
    let section = Section::new("Flag thresholds").width(Width::Half).method(site, Method::AuthorityAgreement);
    if vote.flag_thresholds.is_empty() {
        return section.text("The vote publishes no thresholds.");
    }
    let known = vote.flag_thresholds.iter().take(40).map(|(name, value)| {
        let words = text(threshold_words(name, value));
        vec![text(printable(name).into_owned()), number(printable(value).into_owned()), words]
    });
    let is_lacking = |name: &&&str| vote.flag_thresholds.iter().all(|(known, _)| known != **name);
    let lacking = THRESHOLDS.iter().filter(is_lacking);
    let rows = known.chain(lacking.map(|name| vec![text(*name), number("not published"), text("")]));
    section.table(Table::new("Flag thresholds", HEADS).rows(rows))
}

/// Thresholds that tor knows; not every authority publishes all of them.
const THRESHOLDS: [&str; 11] = [
    "stable-uptime",
    "stable-mtbf",
    "fast-speed",
    "guard-wfu",
    "guard-tk",
    "guard-bw-inc-exits",
    "guard-bw-exc-exits",
    "enough-mtbf",
    "ignoring-advertised-bws",
    "hsdir-wfu",
    "hsdir-tk",
];

/// A threshold with its unit: seconds as a length of time, bytes per second as a bandwidth.
fn threshold_words(name: &str, value: &str) -> String {
    let number: Option<u64> = value.parse().ok();
    match (name, number) {
        ("stable-uptime" | "stable-mtbf" | "guard-tk" | "hsdir-tk", Some(seconds)) => span(seconds),
        ("fast-speed" | "guard-bw-inc-exits" | "guard-bw-exc-exits", Some(bytes)) => {
            let bandwidth = format::bandwidth(bytes);
            format!("{} {}", bandwidth.number, bandwidth.unit)
        }
        ("enough-mtbf" | "ignoring-advertised-bws", Some(flag)) => {
            if flag == 0 { "no" } else { "yes" }.into()
        }
        ("guard-wfu" | "hsdir-wfu", _) => "share of time, the recent past counts more".into(),
        _ => String::new(),
    }
}

/// How many more or fewer relays the vote gives a flag than the consensus, with the share.
fn difference_words(own: u32, agreed: u32) -> String {
    let (more, sign) = if own > agreed { (own - agreed, '+') } else { (agreed - own, '\u{2212}') };
    if more == 0 {
        return "none".into();
    }
    let share = 100.0 * f64::from(more) / f64::from(agreed);
    format!("{sign}{} ({sign}{share:.1} %)", format::count(more as usize))
}

/// Flags in the vote beside those of the consensus.
fn flags(site: Site<'_>, directory: &Directory, column: usize) -> Section {
    const HEADS: &[Head] =
        &[("Flag", false), ("In the vote", true), ("In the consensus", true), ("Difference", true)];
    let mut counts = [0_u32; Flag::ALL.len()];
    for (_, row) in directory.inputs.votes.rows() {
        for flag in row[column].iter().flat_map(|entry| entry.flags.iter()) {
            counts[flag as usize] += 1;
        }
    }
    let consensus = directory.inputs.consensus.as_deref();
    let known = &directory.inputs.votes.authorities()[column].known_flags;
    let voted = Flag::ALL.into_iter().filter(|flag| known.iter().any(|name| name == flag.name()));
    let rows = voted.map(|flag| {
        let own = counts[flag as usize];
        let agreed = consensus.map(|consensus| consensus.flag_count(flag));
        let difference = agreed
            .filter(|agreed| *agreed > 0)
            .map_or_else(|| "-".to_owned(), |agreed| difference_words(own, agreed));
        vec![text(flag.name()), number(count(Some(own))), number(count(agreed)), number(difference)]
    });
    Section::new("Flags")
        .width(Width::Half)
        .table(Table::new("Flags", HEADS).rows(rows))
        .method(site, Method::AuthorityAgreement)
}

fn own_events(site: Site<'_>, directory: &Directory, authority: &AuthorityReport) -> Section {
    let own = events::newest(directory, EventFilter::All).into_iter();
    let own = own.filter(|event| event.subject == EventSubject::Authority(authority.identity));
    let own: Vec<&Event> = own.collect();
    let section = Section::new("Events").method(site, Method::DirectoryFaults);
    if own.is_empty() {
        return section.text("No event of this authority is stored.");
    }
    let shown = &own[..own.len().min(EVENTS)];
    let section = section.html(&events::list(site, directory, shown));
    if own.len() > EVENTS {
        let words = format!("The newest {EVENTS} of {}.", own.len());
        let Some(href) = event_choice::href(site, authority.identity) else { return section.remark(words) };
        let mut html = Html::default();
        html.markup("<p class=\"sub\">").text(&words).markup(" ");
        html.link(Some(&href), "All of them, by days").markup("</p>");
        return section.html(&html);
    }
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_right_ahead_or_behind() {
        assert_eq!(clock_words(-0.4), "right");
        assert_eq!(clock_words(12.0), "12 s ahead");
        assert_eq!(clock_words(-3600.0), "3600 s behind");
    }

    #[test]
    fn differences_of_flags_are_counted_and_shared() {
        assert_eq!(difference_words(9, 9), "none");
        assert_eq!(difference_words(12, 5), "+7 (+140.0 %)");
        assert_eq!(difference_words(909, 910), "\u{2212}1 (\u{2212}0.1 %)");
    }

    #[test]
    fn thresholds_have_their_units() {
        assert_eq!(threshold_words("guard-tk", "691200"), "8.0 days");
        assert_eq!(threshold_words("fast-speed", "102000"), "816 kbit/s");
        assert_eq!(threshold_words("enough-mtbf", "0"), "no");
        assert_eq!(threshold_words("stable-mtbf", "2744197"), "31.8 days");
        assert_eq!(threshold_words("what-is-this", "7"), "");
    }
}
