//! The eleven claims, each with what is measured and what to mind.

use super::super::reliability::percent;
use super::super::section::Section;
use super::super::table::{Cell, Head, Table, text};
use crate::format;
use crate::pages::{Method, Site};
use allium_analysis::findings::{
    CompleteCountries, PeriodPair, PeriodSpread, SameRelays, complete_countries, large_groups,
    period_correlations, period_spreads, same_relays,
};
use allium_model::{GroupKind, Period};

/// What the claims are measured by.
pub(super) struct Measured {
    pub(super) spreads: [Option<PeriodSpread>; 4],
    correlations: Vec<PeriodPair>,
    same: Option<SameRelays>,
    countries: CompleteCountries,
}

const HEADS: &[Head] = &[("Claim", false), ("Measured here", false), ("What to mind", false)];

const UNKNOWN: &str = "Not known: no uptime document was read.";

impl Measured {
    pub(super) fn of(site: Site<'_>) -> Self {
        let snapshot = site.snapshot();
        Self {
            spreads: period_spreads(snapshot),
            correlations: period_correlations(snapshot),
            same: same_relays(snapshot),
            countries: complete_countries(snapshot),
        }
    }

    /// Claim by claim.
    pub(super) fn claims(&self, site: Site<'_>) -> Section {
        let rows = [
            (
                "9,494 relays in several periods",
                self.dataset(site),
                "A period needs half of its time and of its bins; the study took every relay with 30 bins, which are 5 days in one period and 300 in another.",
            ),
            (
                "The average uptime is 96.0 %",
                self.means(),
                "The mean is pulled down by few relays, so the median stands beside it. Relays that left within the period are not counted: the true mean was lower.",
            ),
            (
                "Uptimes of periods correlate with r = 0.746 to 0.873",
                self.correlation(),
                "The periods overlap, which raises both numbers. Pearson's r is decided by the few relays far below; among the ranks many are ties at 100 %. The table below also has windows that share no hour.",
            ),
            (
                "Bimodal: most relays over 95 %",
                self.distribution(),
                "There is one high peak and a long tail towards 0, and no second peak of its own; limits of so many standard deviations do not fit such values.",
            ),
            (
                "54 and more countries with complete data",
                self.geography(),
                "A country counts with one eligible relay in each of the four periods.",
            ),
            (
                "nothingtohide.nl 100 % and 1aeo 99.6 % over one month",
                families(site),
                "Two chosen families tell nothing of the others; the table below has all large ones.",
            ),
            (
                "2,763 anomalous patterns",
                self.anomalies(),
                "The study asked its method to call a tenth of all relays anomalous in each period, so the number follows from the question. Counted here are relays beyond fixed limits.",
            ),
            (
                "75 % of relays over 98 %",
                self.above_98(),
                "Over one month. Longer periods have other relays and a smaller share.",
            ),
            (
                "Recent uptime is better than the historical average",
                self.trend(),
                "Relays that failed for good have left and do not count, so the past of the survivors is compared with their present. The same relays are compared here; that relays still run today remains a condition.",
            ),
            (
                "Longer periods are more variable",
                self.variance(),
                "Compared over the same relays, so that a period with more young relays is not more variable for that.",
            ),
            (
                "Four charts",
                "Below: box plots, one month in classes, uptime against its variance, the network over time."
                    .to_owned(),
                "Each with its data as a table and, on a server, as CSV.",
            ),
        ];
        let row = |(claim, measured, mind): (&str, String, &str)| {
            vec![text(claim), Cell::Long(measured), Cell::Long(mind.to_owned())]
        };
        let table = Table::new("Claims", HEADS).rows(rows.map(row));
        Section::new("Claim by claim").table(table).method(site, Method::Findings)
    }

    fn period(&self, period: Period) -> Option<&PeriodSpread> {
        self.spreads[period as usize].as_ref()
    }

    /// A value for each period that has one.
    fn each(&self, value: impl Fn(&PeriodSpread) -> String) -> String {
        let parts = Period::ALL
            .into_iter()
            .filter_map(|period| Some(format!("{}: {}", period.name(), value(self.period(period)?))));
        let joined = parts.collect::<Vec<_>>().join("; ");
        if joined.is_empty() { UNKNOWN.into() } else { format!("{joined}.") }
    }

    fn dataset(&self, site: Site<'_>) -> String {
        let documents = site.snapshot().histories.uptime.as_ref().map_or(0, |table| table.len());
        format!(
            "{} relays in the uptime document. Eligible - {}",
            format::count(documents),
            self.each(|spread| format::count(spread.moments.count))
        )
    }

    fn means(&self) -> String {
        self.each(|spread| {
            format!("mean {}, median {}", percent(spread.moments.mean), percent(spread.middle.median))
        })
    }

    fn correlation(&self) -> String {
        let pairs = || self.correlations.iter();
        let of_r = range(pairs().filter_map(|pair| pair.pearson));
        let of_rho = range(pairs().map(|pair| pair.correlation.rho));
        of_r.zip(of_rho).map_or_else(
            || UNKNOWN.into(),
            |(r, rho)| format!("Over the pairs of periods Pearson's r is {r}, Spearman's rho {rho}."),
        )
    }

    fn distribution(&self) -> String {
        self.each(|spread| {
            let skewness =
                spread.moments.skewness.map_or_else(|| "none".into(), |value| format!("{value:.2}"));
            format!(
                "{} % over 95 %, {} % under 50 %, skewness {skewness}",
                format::percent(spread.above_95),
                format::percent(spread.under_50)
            )
        })
    }

    fn geography(&self) -> String {
        let [month, half, year, five] = self.countries.by_period;
        format!(
            "{} countries in all four periods; one by one {month}, {half}, {year} and {five}.",
            self.countries.complete
        )
    }

    fn anomalies(&self) -> String {
        self.each(|spread| {
            let fence = format::count(spread.box_plot.below);
            let robust = spread.robust_outliers.map_or_else(|| "not defined".into(), format::count);
            format!(
                "{fence} below the box by 1.5 times its height, {robust} by 3.5 robust standard deviations"
            )
        })
    }

    fn above_98(&self) -> String {
        self.each(|spread| format!("{} %", format::percent(spread.above_98)))
    }

    fn trend(&self) -> String {
        let Some(same) = &self.same else { return UNKNOWN.into() };
        let [month, half, year, five] = same.periods.map(|moments| percent(moments.mean));
        format!(
            "Of the same {} relays: 1 month {month}, 6 months {half}, 1 year {year}, 5 years {five}.",
            format::count(same.periods[0].count)
        )
    }

    fn variance(&self) -> String {
        let Some(same) = &self.same else { return UNKNOWN.into() };
        let points = |deviation: Option<f64>| {
            deviation.map_or_else(|| "-".into(), |value| format!("{:.2}", value * 100.0))
        };
        let [month, half, year, five] = same.periods.map(|moments| points(moments.standard_deviation));
        format!(
            "Standard deviation between the same {} relays in points: 1 month {month}, 6 months {half}, 1 year {year}, 5 years {five}.",
            format::count(same.periods[0].count)
        )
    }
}

/// The least and the largest of some values; none without any.
fn range(values: impl Iterator<Item = f64> + Clone) -> Option<String> {
    let (low, high) = (values.clone().reduce(f64::min)?, values.reduce(f64::max)?);
    Some(format!("{low:.3} to {high:.3}"))
}

/// Operators that the study named, and the range of the large families.
fn families(site: Site<'_>) -> String {
    let snapshot = site.snapshot();
    let operators = snapshot.network.groups(GroupKind::Operator);
    let named = ["nothingtohide.nl", "1aeo.com"].into_iter().filter_map(|domain| {
        let group = operators.iter().find(|group| allium_views::group_name(snapshot, *group) == domain)?;
        let uptime = snapshot.report.uptime.group(GroupKind::Operator, group.position, Period::OneMonth);
        Some(format!("{domain} {} ({} relays)", percent(uptime.mean?), format::count(uptime.eligible)))
    });
    let named: Vec<_> = named.collect();
    let large = large_groups(snapshot, GroupKind::Family, Period::OneMonth, 25);
    let whole = large.iter().filter(|group| group.mean > 0.995).count();
    let all = format!(
        "Of {} families with 25 or more eligible relays, {} have a mean over 99.5 %.",
        format::count(large.len()),
        format::count(whole)
    );
    if named.is_empty() { all } else { format!("{}. {all}", named.join(", ")) }
}
