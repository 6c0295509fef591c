//! What explains those hit, ranked.

use super::words::{badge, named, share};
use crate::format;
use crate::html::Html;
use crate::pages::Site;
use crate::pages::study::section::Section;
use crate::pages::study::table::{Cell, Head, Table, number, text};
use allium_model::{Cause, Incident};

const HEADS: &[Head] = &[
    ("Group", false),
    ("Kind", false),
    ("Of those hit", true),
    ("Of the group", true),
    ("Both multiplied", true),
    ("By chance", true),
];

/// Most causes that a page shows.
const MOST: usize = 20;

/// The section; that there is no common cause is an answer too. None for what hits no relay.
pub(super) fn section(site: Site<'_>, incident: &Incident) -> Option<Section> {
    let section = Section::new("What explains it").method_of(site, "attribution");
    if incident.causes.is_empty() {
        let words = "No common cause was found: no AS, prefix, country, operator, family, version or operating system is among those hit more than chance explains.";
        return (!incident.hit.relays.is_empty()).then(|| section.text(words));
    }
    let rows = incident.causes.iter().take(MOST).map(|cause| row(site, cause));
    Some(section.table(Table::new("Groups that explain who was hit", HEADS).rows(rows)).remark(
        "A group explains those hit when many of them are its relays and many of its relays were hit. That is what documents show; what happened inside the group is not known here.",
    ))
}

fn row(site: Site<'_>, cause: &Cause) -> Vec<Cell> {
    let (href, name) = named(site, &cause.group);
    let of = |part: u32, whole: u32, ratio: f64| {
        number(format!(
            "{} of {}, {}",
            format::count(part as usize),
            format::count(whole as usize),
            share(ratio)
        ))
    };
    vec![
        group(href.as_deref(), &name, cause),
        text(cause.group.kind_name()),
        of(cause.hit_in_group, cause.hit, cause.coverage_ratio()),
        of(cause.hit_in_group, cause.group_relays, cause.depth_ratio()),
        number(share(cause.score_ratio())),
        number(chance(cause.chance_log10)),
    ]
}

fn group(href: Option<&str>, name: &str, cause: &Cause) -> Cell {
    let mut html = Html::default();
    html.link(href, name);
    if cause.is_containing {
        html.markup(" ").html(&badge("", "holds a better explanation"));
    }
    Cell::Html(html)
}

/// A chance as one in a power of ten.
pub(super) fn chance(log10: f64) -> String {
    let power = (-log10).floor();
    if !power.is_finite() || power < 1.0 {
        return "not unlikely".into();
    }
    let digits = format!("{power:.0}");
    let raised: String = digits.chars().filter_map(raised).collect();
    format!("under 1 in 10{raised}")
}

const fn raised(digit: char) -> Option<char> {
    Some(match digit {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_powers_of_ten_that_are_never_said_to_be_smaller_than_they_are() {
        assert_eq!(chance(-12.7), "under 1 in 10¹²");
        assert_eq!(chance(-1.0), "under 1 in 10¹");
        assert_eq!([chance(-0.3), chance(0.0), chance(f64::NAN)], ["not unlikely"; 3]);
    }
}
