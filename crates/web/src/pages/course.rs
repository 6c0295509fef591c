//! What is said of uptime over time, alike for relays and for groups of them: the four periods, the best and
//! the worst month, the trend and the stability.

use super::Site;
use super::relay::words;
use crate::format;
use allium_analysis::metrics::months::{best_and_worst, months};
use allium_analysis::metrics::series::{TimeSeries, mean_uptime, uptime_entries};
use allium_analysis::metrics::stability::{FEWEST_DAYS, Stability};
use allium_analysis::metrics::trend::{Trend, weekly_means};
use allium_model::{Group, Period, RelayPosition};

/// A label and what is said.
pub(super) type Said = (&'static str, String);

/// Series of one month, six months and one year, where they are known.
pub(super) type Course = [Option<TimeSeries>; 3];

/// A row of the table of periods of a group.
pub(super) struct GroupPeriod {
    pub(super) period: &'static str,
    pub(super) mean: String,
    pub(super) weighted: String,
    pub(super) relays: String,
    pub(super) place: String,
}

/// Months, trends and stability.
pub(super) fn said([month, half_year, year]: &Course) -> Vec<Said> {
    let trend = |series: &Option<TimeSeries>| {
        let trend = series.as_ref().and_then(|series| Trend::of(&weekly_means(series)));
        words::trend(trend, words::points)
    };
    let mut said = ends_of_year(year.as_ref());
    said.push(("Trend over 6 months", trend(half_year)));
    said.push(("Trend over 1 year", trend(year)));
    said.push(("Stability over 1 month", stability(month.as_ref())));
    said.push(("Stability over 6 months", stability(half_year.as_ref())));
    said
}

fn ends_of_year(year: Option<&TimeSeries>) -> Vec<Said> {
    let Some(ends) = year.and_then(|series| best_and_worst(&months(series))) else {
        return vec![("Best and worst month", "not known: fewer than two months are known by half".into())];
    };
    let as_good = if ends.as_good > 1 {
        format!(" (so were {} of {})", ends.as_good, ends.months)
    } else {
        String::new()
    };
    vec![
        ("Best month of a year", words::month(&ends.best) + &as_good),
        ("Worst month of a year", words::month(&ends.worst)),
    ]
}

fn stability(series: Option<&TimeSeries>) -> String {
    match series.and_then(Stability::of) {
        Some(found) => format!(
            "{}: days differ by {} ({})",
            found.grade().name(),
            words::points(found.deviation),
            format::counted(found.days, "day", "days"),
        ),
        None => format!("not known: fewer than {FEWEST_DAYS} days, or bins longer than a day"),
    }
}

/// The mean series of a set of relays; each counts in the bins that it knows.
pub(super) fn of_members(site: Site<'_>, members: &[RelayPosition]) -> Course {
    let snapshot = site.snapshot();
    let entries = uptime_entries(&snapshot.network, &snapshot.histories, members);
    [Period::OneMonth, Period::SixMonths, Period::OneYear].map(|period| mean_uptime(&entries, period))
}

/// The four periods of a group; nothing where no uptime document was read.
pub(super) fn periods(site: Site<'_>, group: Group<'_>) -> Vec<GroupPeriod> {
    let report = &site.snapshot().report.uptime;
    let kind = group.key.kind();
    let row = |period: Period| {
        let uptime = report.group(kind, group.position, period);
        let shown = |ratio: Option<f64>| ratio.map_or_else(|| "not known".into(), format::uptime);
        let ladder = &report.group_ladders[kind as usize][period as usize];
        let has_place = uptime.eligible >= allium_analysis::metrics::uptime::FEWEST_ELIGIBLE;
        let place = uptime.mean.filter(|_| has_place).and_then(|mean| ladder.percentile(mean));
        GroupPeriod {
            period: period.name(),
            mean: shown(uptime.mean),
            weighted: shown(uptime.weighted_mean),
            relays: format!("{} of {}", format::count(uptime.eligible), format::count(uptime.total)),
            place: place
                .map_or_else(|| "no place".into(), |place| format::place(place, ladder.len(), "such groups")),
        }
    };
    report.window(Period::OneMonth).map(|_| Period::ALL.map(row).into()).unwrap_or_default()
}
