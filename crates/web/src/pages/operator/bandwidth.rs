//! What the relays of an operator served over time.

use crate::figures::{FigureKey, FigureName, Subject, embed};
use crate::format;
use crate::html::Html;
use crate::pages::Site;
use crate::pages::relay::words;
use allium_analysis::operator::{GroupUtilisation, OperatorReport, OperatorTraffic, TrafficPeriod};
use allium_model::Group;

/// The section of bandwidth.
#[derive(Default)]
pub(super) struct Bandwidth {
    /// Why there is none.
    pub(super) absent: Option<&'static str>,
    pub(super) periods: Vec<TrafficRow>,
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) figure: Option<Html>,
}

pub(super) struct TrafficRow {
    pub(super) period: &'static str,
    pub(super) served: String,
    pub(super) total: String,
    pub(super) share: String,
    pub(super) relays: String,
    pub(super) since: String,
}

/// Figures by preference: of a young operator only one month is known.
const FIGURES: [FigureName; 2] = [FigureName::BandwidthSixMonths, FigureName::BandwidthOneMonth];

impl Bandwidth {
    pub(super) fn of(site: Site<'_>, group: Group<'_>, report: &OperatorReport) -> Self {
        let absent = |why| Self { absent: Some(why), ..Self::default() };
        match &report.traffic {
            None => absent("No bandwidth document was read, so what these relays served is not known."),
            Some(traffic) if traffic.periods.is_empty() => {
                absent("The source has no bandwidth history of these relays.")
            }
            Some(traffic) => Self {
                absent: None,
                periods: traffic.periods.iter().map(|period| row(period, group.members.len())).collect(),
                facts: facts(traffic),
                figure: figure(site, group),
            },
        }
    }
}

fn row(period: &TrafficPeriod, members: usize) -> TrafficRow {
    TrafficRow {
        period: period.period.name(),
        served: period.average_served.map_or_else(unknown, words::rate),
        total: words::volume(period.total_bytes),
        share: period.network_share.map_or_else(unknown, format::percent),
        relays: format!("{} of {}", format::count(period.relays), format::count(members)),
        since: period.since.date().to_string(),
    }
}

fn unknown() -> String {
    "not known".into()
}

fn facts(traffic: &OperatorTraffic) -> Vec<(&'static str, String)> {
    vec![
        ("Steadiness over 6 months", words::steadiness(traffic.steadiness)),
        ("Trend over 6 months", words::trend(traffic.trend, words::rate)),
        ("Utilisation over 1 month", traffic.utilisation.as_ref().map_or_else(unknown, utilisation)),
    ]
}

fn utilisation(found: &GroupUtilisation) -> String {
    format!(
        "{} % of what {} advertise",
        format::percent(found.ratio),
        format::counted(found.relays, "running relay", "running relays")
    )
    .replace("1 running relay advertise", "one running relay advertises")
}

fn figure(site: Site<'_>, group: Group<'_>) -> Option<Html> {
    let subject = Subject::of_group(site.snapshot(), group)?;
    FIGURES.into_iter().find_map(|name| embed(site, &FigureKey { subject: subject.clone(), name }))
}
