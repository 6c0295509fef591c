//! How much a relay was there: four periods, with flags, statistics and drawings.

use super::facts::{Fact, plain};
use super::words;
use crate::figures::{Embedding, FigureKey, Subject, figure, relay as figures};
use crate::format;
use crate::html::Html;
use crate::pages::Site;
use crate::pages::course;
use allium_analysis::metrics::absence::{Absence, LastAbsence, last_absence, longest_absence};
use allium_analysis::metrics::dips::{self, Dip};
use allium_analysis::metrics::series::TimeSeries;
use allium_analysis::metrics::uptime::{Uptime, flag_uptime, leading_flag};
use allium_model::{FlagUptime, Period, PeriodHistories, Relay, RelayPosition, RelayUptime};

/// The block of a relay's uptime.
#[derive(Default)]
pub(super) struct UptimeBlock<'a> {
    /// Why there is none.
    pub(in crate::pages) absent: Option<&'static str>,
    pub(in crate::pages) periods: Vec<PeriodRow>,
    pub(in crate::pages) flags: Vec<FlagRow>,
    pub(in crate::pages) facts: Vec<Fact<'a>>,
    pub(in crate::pages) histories: Vec<PeriodHistory>,
}

/// A period in the table.
pub(super) struct PeriodRow {
    pub(in crate::pages) period: &'static str,
    /// The value in percent and its class.
    pub(in crate::pages) value: Option<(String, &'static str)>,
    pub(in crate::pages) coverage: String,
    pub(in crate::pages) since: String,
    pub(in crate::pages) place: String,
    pub(in crate::pages) missing: String,
}

/// A flag in the table: its time over each period, in percent.
pub(super) struct FlagRow {
    pub(in crate::pages) flag: &'static str,
    pub(in crate::pages) is_leading: bool,
    pub(in crate::pages) values: [String; 4],
}

/// A period with a history of its own: its drawing and its dips.
pub(super) struct PeriodHistory {
    pub(in crate::pages) period: &'static str,
    /// Whether it is shown without being asked for: up to the shortest period with a drawing.
    pub(in crate::pages) is_open: bool,
    /// Length of a bin in words.
    pub(in crate::pages) bin: String,
    /// The drawing; none where every known bin is full.
    pub(in crate::pages) drawing: Option<Html>,
    pub(in crate::pages) summary: String,
    pub(in crate::pages) dips: Vec<DipRow>,
    /// Dips that are not in the table.
    pub(in crate::pages) more_dips: usize,
}

/// A dip in the table.
pub(super) struct DipRow {
    pub(in crate::pages) start: String,
    pub(in crate::pages) end: String,
    pub(in crate::pages) lowest: String,
    pub(in crate::pages) depth: String,
    pub(in crate::pages) missing: String,
}

/// Dips of a period in its table, the latest first.
const DIP_ROWS: usize = 8;

pub(super) fn block(site: Site<'_>, position: RelayPosition) -> UptimeBlock<'_> {
    let snapshot = site.snapshot();
    let relay = snapshot.network.relay(position);
    if snapshot.histories.uptime.is_none() {
        return absent("No uptime document was read, so uptime is not known.");
    }
    let Some(entry) = snapshot.histories.uptime_of(relay.fingerprint) else {
        return absent("The source has no uptime history of this relay.");
    };
    UptimeBlock {
        absent: None,
        periods: Period::ALL.map(|period| period_row(site, position, period)).into(),
        flags: entry.flags.iter().map(|flag| flag_row(site, relay, entry, flag)).collect(),
        facts: facts(site, relay, &entry.overall),
        histories: histories(site, position, entry),
    }
}

fn absent<'a>(why: &'static str) -> UptimeBlock<'a> {
    UptimeBlock { absent: Some(why), ..UptimeBlock::default() }
}

fn period_row(site: Site<'_>, position: RelayPosition, period: Period) -> PeriodRow {
    let report = &site.snapshot().report.uptime;
    let uptime = report.relay(position, period);
    let place = uptime.filter(|uptime| uptime.is_eligible).and_then(|uptime| {
        let ladder = &report.relay_ladders[period as usize];
        Some(format::place(ladder.percentile(uptime.ratio)?, ladder.len(), "relays"))
    });
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".into());
    PeriodRow {
        period: period.name(),
        value: uptime.map(|uptime| (format::uptime(uptime.ratio), look(uptime.ratio))),
        coverage: or_dash(uptime.map(|uptime| format!("{:.0} %", uptime.coverage_ratio() * 100.0))),
        since: or_dash(uptime.and_then(|uptime| uptime.since).map(|time| time.date().to_string())),
        place: place
            .unwrap_or_else(|| if uptime.is_some() { "none: too little is known" } else { "-" }.into()),
        missing: or_dash(uptime.map(|uptime| words::hours(uptime.missing_seconds()))),
    }
}

/// The class of a percentage: excellent and good, fair, poor.
fn look(ratio: f64) -> &'static str {
    match ratio {
        ratio if ratio >= 0.9 => "good",
        ratio if ratio >= 0.8 => "fair",
        _ => "poor",
    }
}

fn flag_row(site: Site<'_>, relay: &Relay, entry: &RelayUptime, flag: &FlagUptime) -> FlagRow {
    let report = &site.snapshot().report.uptime;
    let value =
        |period| -> Option<Uptime> { flag_uptime(flag, period, report.window(period)?, relay.first_seen) };
    let shown = |uptime: Uptime| format::uptime(uptime.ratio);
    FlagRow {
        flag: flag.flag.name(),
        is_leading: leading_flag(entry, relay.flags).is_some_and(|leading| leading.flag == flag.flag),
        values: Period::ALL.map(|period| value(period).map_or_else(|| "-".into(), shown)),
    }
}

fn facts<'a>(site: Site<'_>, relay: &Relay, histories: &PeriodHistories) -> Vec<Fact<'a>> {
    let series = |period| histories.longest(period).map(|(_, history)| TimeSeries::of(history));
    let course = [Period::OneMonth, Period::SixMonths, Period::OneYear].map(series);
    let mut facts = vec![plain("Now", now(relay))];
    facts.extend(course::said(&course).into_iter().map(|(label, said)| plain(label, said)));
    facts.push(plain("Longest absence", longest(longest_absence(histories))));
    facts.push(plain("Last absence of a day", last(site, relay, last_absence(histories))));
    facts
}

fn now(relay: &Relay) -> String {
    if relay.running {
        "running".into()
    } else {
        format!("offline, last seen {}", format::minute(relay.last_seen))
    }
}

fn longest(absence: Option<Absence>) -> String {
    absence.map_or_else(
        || "none that fills a bin".into(),
        |absence| {
            format!("{}, from {}", format::duration(absence.seconds as i64), format::minute(absence.start))
        },
    )
}

fn last(site: Site<'_>, relay: &Relay, absence: LastAbsence) -> String {
    let published = site.network().published();
    let ago = |days: i64| format!("{} ago", format::counted(days.max(0) as usize, "day", "days"));
    match absence {
        _ if !relay.running => "it is away now".into(),
        LastAbsence::Now => "it lasts still".into(),
        LastAbsence::Ended(at) => format!("ended {} ({})", format::minute(at), ago(published.days_since(at))),
        LastAbsence::NoneSince(at) => format!("none since {}", at.date()),
        LastAbsence::NotKnown => "not known".into(),
    }
}

fn histories(site: Site<'_>, position: RelayPosition, entry: &RelayUptime) -> Vec<PeriodHistory> {
    let mut histories: Vec<PeriodHistory> =
        Period::ALL.into_iter().filter_map(|period| history(site, position, entry, period)).collect();
    let drawn = histories.iter().position(|history| history.drawing.is_some()).unwrap_or(0);
    histories.iter_mut().take(drawn + 1).for_each(|history| history.is_open = true);
    histories
}

fn history(
    site: Site<'_>,
    position: RelayPosition,
    entry: &RelayUptime,
    period: Period,
) -> Option<PeriodHistory> {
    let series = TimeSeries::of(entry.overall.get(period)?);
    let mean = dips::mean(&series)?;
    let found = dips::dips(&series);
    let outages = dips::outages(&series);
    let is_full = series.known().all(|(_, value)| value > 1.0 - 1e-9);
    let drawing = || drawing(site, position, period);
    Some(PeriodHistory {
        period: period.name(),
        is_open: false,
        bin: words::bin(series.interval_seconds),
        drawing: if is_full { None } else { drawing() },
        summary: summary(&series, &found, &outages, is_full),
        more_dips: found.len().saturating_sub(DIP_ROWS),
        dips: found.iter().rev().take(DIP_ROWS).map(|dip| dip_row(dip, mean)).collect(),
    })
}

fn drawing(site: Site<'_>, position: RelayPosition, period: Period) -> Option<Html> {
    let fingerprint = site.network().relay(position).fingerprint;
    let key = FigureKey { subject: Subject::Relay(fingerprint), name: figures::UPTIME[period as usize] };
    Some(Embedding::of(&figure(site.edition, &key)?, &key).html(site))
}

fn summary(series: &TimeSeries, dips: &[Dip], outages: &[Dip], is_full: bool) -> String {
    let known = series.known().count();
    let bins = format!(
        "{} of {} known, each {} long",
        format::count(known),
        format::counted(series.values.len(), "bin", "bins"),
        words::bin(series.interval_seconds)
    );
    if is_full {
        return format!("Listed as running the whole time in every bin that is known ({bins}).");
    }
    let missing: f64 = dips.iter().map(|dip| dip.missing_seconds).sum();
    let dips = match dips.len() {
        0 => "No dip".into(),
        count => {
            format!("{} with {} hours missing", format::counted(count, "dip", "dips"), words::hours(missing))
        }
    };
    format!("{dips}, {} ({bins}).", format::counted(outages.len(), "outage", "outages"))
}

fn dip_row(dip: &Dip, mean: f64) -> DipRow {
    DipRow {
        start: dip.start.to_minute(),
        end: dip.end.to_minute(),
        lowest: format::uptime(dip.lowest),
        depth: format!("{:.1}", dip.depth_below(mean) * 100.0),
        missing: words::hours(dip.missing_seconds),
    }
}
