//! Recommendations in words: what to do, the evidence, and the effect.

use super::words::listed;
use crate::format;
use crate::pages::Site;
use allium_analysis::operator::{Action, Examples, OperatorReport, Recommendation};
use allium_model::{AsNumber, CountryCode, GroupKey, RelayPosition, printable};
use allium_views::group_name;

/// A recommendation as the page shows it.
pub(super) struct Advice {
    pub(super) what: &'static str,
    pub(super) evidence: String,
    pub(super) effect: String,
}

/// Relays that an evidence names.
const NAMED: usize = 6;

pub(super) fn all(site: Site<'_>, report: &OperatorReport) -> Vec<Advice> {
    let advice = |found: &Recommendation| Advice {
        what: found.action.name(),
        evidence: evidence(site, report, found),
        effect: effect(found),
    };
    report.recommendations.iter().map(advice).collect()
}

fn effect(found: &Recommendation) -> String {
    let (before, after, unit) = (found.before, found.after, found.quantity.unit());
    let quantity = found.quantity.name();
    format!("{}: {before:.1} to {after:.1} {unit}", capitalised(quantity))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn evidence(site: Site<'_>, report: &OperatorReport, found: &Recommendation) -> String {
    let relays = found.relays.len();
    let (count, of) = (format::count(relays), format::count(report.score.running_relays));
    let names = || names(site, &found.relays);
    match found.action {
        Action::BringBack => format!(
            "{} not running, with {:.1} % of the weight: {}.",
            if relays == 1 { "One relay is".to_owned() } else { format!("{count} relays are") },
            report.offline.weight_percent,
            names()
        ),
        Action::UpdateTor => {
            format!("{count} of {of} running relays are on a version that is not recommended: {}.", names())
        }
        Action::EaseOverload => {
            format!("{count} of {of} running relays reported overload in the last 72 hours: {}.", names())
        }
        Action::CompleteFamily => format!(
            "{count} of {of} running relays and another one of the operator do not name each other: {}.",
            names()
        ),
        Action::MendClaims => format!(
            "The checks of {} did not succeed; what to do about each error is said under Domain claims.",
            format::counted(relays, "relay", "relays")
        ),
        Action::AddIpv6 => format!(
            "{count} of {of} running relays have no IPv6 address, in ASes where other relays have one: {}.",
            names()
        ),
        Action::NewCountry | Action::NewAs | Action::NewPlatform => format!(
            "Computed for one more relay of the median weight, otherwise like most. Others run relays in {}.",
            examples(site, &found.examples)
        )
        .replace("in Linux", "on Linux"),
    }
}

fn names(site: Site<'_>, relays: &[RelayPosition]) -> String {
    listed(&relays.iter().map(|position| super::called(site, *position)).collect::<Vec<_>>(), NAMED)
}

fn examples(site: Site<'_>, examples: &Examples) -> String {
    let names: Vec<String> = match examples {
        Examples::None => Vec::new(),
        Examples::Countries(codes) => codes.iter().map(|code| country(site, *code)).collect(),
        Examples::Ases(numbers) => numbers.iter().map(|number| as_name(site, *number)).collect(),
        Examples::Platforms(texts) => {
            texts.iter().map(|text| printable(site.network().text(*text)).into_owned()).collect()
        }
    };
    listed(&names, names.len())
}

fn country(site: Site<'_>, code: CountryCode) -> String {
    allium_model::country_name(code).map_or_else(|| named(site, GroupKey::Country(code)), str::to_owned)
}

fn as_name(site: Site<'_>, number: AsNumber) -> String {
    format!("{number} {}", format::shortened(&named(site, GroupKey::As(number)), 32))
}

fn named(site: Site<'_>, key: GroupKey) -> String {
    let group = site.network().group(key);
    group.map_or_else(String::new, |group| group_name(site.snapshot(), group).into_owned())
}
