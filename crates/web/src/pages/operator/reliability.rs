//! How much of the time the relays of an operator were there.

use super::Link;
use crate::figures::{FigureKey, FigureName, Subject, embed};
use crate::format;
use crate::html::Html;
use crate::pages::Site;
use crate::pages::course::{self, Said};
use crate::rows::Tile;
use allium_analysis::Percentile;
use allium_analysis::metrics::absence::LastAbsence;
use allium_analysis::operator::{FlagReliability, OperatorReport, PortfolioPeriod};
use allium_model::{Group, Period};

/// Uptime over the periods, the ladder, outliers and flags.
pub(super) struct Reliability {
    pub(super) is_known: bool,
    pub(super) periods: Vec<PeriodRow>,
    pub(super) ladder: Vec<LadderRow>,
    pub(super) outliers: Vec<OutlierRow>,
    pub(super) outlier_sentence: &'static str,
    pub(super) flags: Vec<FlagRow>,
    pub(super) course: Vec<Said>,
}

pub(super) struct PeriodRow {
    pub(super) period: &'static str,
    pub(super) mean: String,
    pub(super) weighted: String,
    pub(super) relays: String,
    pub(super) among_all: String,
    pub(super) among_similar: String,
}

/// A step of the ladder, or the operator between two steps.
pub(super) struct LadderRow {
    pub(super) label: String,
    pub(super) uptime: String,
    pub(super) distance: String,
    pub(super) is_own: bool,
}

pub(super) struct OutlierRow {
    pub(super) relay: Link,
    pub(super) period: &'static str,
    pub(super) uptime: String,
    pub(super) others: String,
    pub(super) sigmas: String,
    pub(super) robust: String,
}

pub(super) struct FlagRow {
    pub(super) flag: &'static str,
    pub(super) relays: String,
    pub(super) periods: Vec<String>,
}

/// A point of percent: from here on the mean by weight is told beside the plain one.
const TOLD_APART: f64 = 0.01;

const NOT_KNOWN: &str = "not known";

impl Reliability {
    pub(super) fn of(site: Site<'_>, operator: Group<'_>, report: &OperatorReport) -> Self {
        Self {
            is_known: report.portfolio.iter().any(|period| period.uptime.mean.is_some()),
            periods: report.portfolio.iter().map(period_row).collect(),
            ladder: ladder(report),
            outliers: outliers(site, report),
            outlier_sentence: outlier_sentence(report),
            flags: report.flags.iter().map(flag_row).collect(),
            course: course::said(&course::of_members(site, operator.members)),
        }
    }
}

fn period_row(period: &PortfolioPeriod) -> PeriodRow {
    let uptime = &period.uptime;
    let weighted = uptime.weighted_mean.zip(uptime.mean);
    let weighted = weighted.filter(|(weighted, mean)| (weighted - mean).abs() >= TOLD_APART);
    PeriodRow {
        period: period.period.name(),
        mean: uptime.mean.map_or_else(|| NOT_KNOWN.into(), format::uptime),
        weighted: match (uptime.mean, weighted) {
            (None, _) => NOT_KNOWN.into(),
            (Some(_), None) => "alike".into(),
            (Some(_), Some((weighted, _))) => format::uptime(weighted),
        },
        relays: format!("{} of {}", format::count(uptime.eligible), format::count(uptime.total)),
        among_all: place(period.among_all),
        among_similar: place(period.among_similar),
    }
}

fn place(place: Option<Percentile>) -> String {
    let equal = |place: &Percentile| match place.equal_with {
        0 => String::new(),
        others => format!(" (equal with {})", format::count(others)),
    };
    place.map_or_else(|| "no place".into(), |place| format!("{:.1}{}", place.percent, equal(&place)))
}

/// The steps of the ladder with the operator where it belongs, the best first.
fn ladder(report: &OperatorReport) -> Vec<LadderRow> {
    let half_year = &report.portfolio[Period::SixMonths as usize];
    let Some(own) = half_year.uptime.mean.filter(|_| !report.ladder.is_empty()) else { return Vec::new() };
    let step = |step: &allium_analysis::operator::LadderStep| LadderRow {
        label: format!("{}th percentile", step.percentile).replace("1th", "1st"),
        uptime: format::uptime(step.uptime),
        distance: format!("{:+.2}", step.distance_points),
        is_own: false,
    };
    let mut rows: Vec<LadderRow> = report.ladder.iter().map(step).collect();
    let above = report.ladder.iter().filter(|step| step.uptime > own).count();
    let own = LadderRow {
        label: "This operator".into(),
        uptime: format::uptime(own),
        distance: "-".into(),
        is_own: true,
    };
    rows.insert(above, own);
    rows
}

fn outliers(site: Site<'_>, report: &OperatorReport) -> Vec<OutlierRow> {
    let network = site.network();
    let mut rows = Vec::new();
    for (period, found) in Period::ALL.into_iter().zip(&report.outliers) {
        for (position, outlier) in found.iter().flatten().take(OUTLIER_ROWS) {
            let relay = network.relay(*position);
            rows.push(OutlierRow {
                relay: Link {
                    name: super::called(site, *position),
                    href: site.links().page(&crate::Page::Relay(relay.fingerprint)),
                },
                period: period.name(),
                uptime: format::uptime(outlier.value),
                others: format::uptime(outlier.mean_of_others),
                sigmas: outlier.sigmas_below().map_or_else(|| "all equal".into(), |z| format!("{z:.1}")),
                robust: outlier.robust_z.map_or_else(|| "not defined".into(), |z| format!("{z:.1}")),
            });
        }
    }
    rows
}

/// Outliers of a period that are listed.
const OUTLIER_ROWS: usize = 3;

fn outlier_sentence(report: &OperatorReport) -> &'static str {
    let is_told = report.outliers.iter().any(Option::is_some);
    let is_found = report.outliers.iter().flatten().any(|found| !found.is_empty());
    match (is_told, is_found) {
        (false, _) => "Too few relays with enough history to tell outliers: six are needed.",
        (true, false) => "No relay is far below the others.",
        (true, true) => {
            "Relays at least two standard deviations and one point below the others, the lowest three of each period."
        }
    }
}

fn flag_row(flag: &FlagReliability) -> FlagRow {
    let mean = |value: &Option<(f64, usize)>| {
        value.map_or_else(
            || NOT_KNOWN.into(),
            |(mean, relays)| format!("{} ({})", format::uptime(mean), format::count(relays)),
        )
    };
    FlagRow {
        flag: flag.flag.name(),
        relays: format::count(flag.relays),
        periods: flag.periods.iter().map(mean).collect(),
    }
}

/// Days since one of the relays was last missing for a day.
pub(super) fn issue_tile(report: &OperatorReport) -> Tile {
    let date = |time: allium_model::Timestamp| time.date().to_string();
    let (value, detail) = match (report.last_absence, report.days_since_issue) {
        (LastAbsence::Now, _) => ("0".to_owned(), "a relay is missing now".to_owned()),
        (LastAbsence::Ended(time), Some(days)) => {
            (format::count(days as usize), format!("ended {}", date(time)))
        }
        (LastAbsence::NoneSince(time), Some(days)) => {
            (format!("over {}", format::count(days as usize)), format!("none since {}", date(time)))
        }
        _ => (NOT_KNOWN.to_owned(), "no uptime history".to_owned()),
    };
    Tile::new("Days since issue", value, "", detail)
}

/// The operator's uptime over time, where histories were read.
pub(super) fn figures(site: Site<'_>, group: Group<'_>) -> Vec<Html> {
    let Some(subject) = Subject::of_group(site.snapshot(), group) else { return Vec::new() };
    let key = |name| FigureKey { subject: subject.clone(), name };
    let names = [FigureName::UptimeSixMonths, FigureName::FirstSeen].map(key);
    names.iter().filter_map(|key| embed(site, key)).collect()
}
