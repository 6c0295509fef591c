//! What the page of a relay must say, by the definitions of `docs/methods/`.

use crate::documents::{Bins, Documents, PERIODS};
use crate::numbers::*;
use allium_analysis::metrics::trend::{Trend, WeeklyMean};
use serde_json::Value;
use std::collections::BTreeMap;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn number(relay: &Value, field: &str) -> f64 {
    relay[field].as_f64().unwrap_or(0.0)
}

fn time(relay: &Value, field: &str) -> i64 {
    seconds(relay[field].as_str().unwrap())
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn probability(documents: &Documents, relay: &Value, field: &str) -> String {
    match number(relay, field) {
        0.0 => "0 %".into(),
        value => {
            format!("{} % ({})", percent(value), place(value, &documents.positive(field), "such relays"))
        }
    }
}

fn shares(documents: &Documents) -> Vec<f64> {
    documents.running().filter_map(|relay| relay["consensus_weight_fraction"].as_f64()).collect()
}

fn count_others(relay: &Value, field: &str) -> Option<String> {
    let others = strings(&relay[field])
        .iter()
        .filter(|other| other.trim_start_matches('$') != relay["fingerprint"])
        .count();
    let noun = if others == 1 { "relay" } else { "relays" };
    (others > 0).then(|| format!("{} other {noun}", count(others as u64)))
}

/// Labels and values of the facts with digits.
pub(crate) fn expected(documents: &Documents, fingerprint: &str) -> BTreeMap<&'static str, String> {
    let relay = &documents.relays[fingerprint];
    let bytes = |field| bandwidth(relay[field].as_u64().unwrap());
    let shares = shares(documents);
    let share = number(relay, "consensus_weight_fraction");
    let larger = shares.iter().filter(|other| **other > share).count();
    let mut facts = BTreeMap::from([
        ("OR addresses", strings(&relay["or_addresses"]).join(" ")),
        ("AS", format!("{} {}", relay["as"].as_str().unwrap(), relay["as_name"].as_str().unwrap())),
        ("AS rarity", as_rarity(documents, relay)),
        ("Consensus weight", count(relay["consensus_weight"].as_u64().unwrap())),
        ("Rank by weight", format!("{} of {}", count(larger as u64 + 1), count(shares.len() as u64))),
        ("Guard probability", probability(documents, relay, "guard_probability")),
        ("Middle probability", probability(documents, relay, "middle_probability")),
        ("Exit probability", probability(documents, relay, "exit_probability")),
        ("Observed", bytes("observed_bandwidth")),
        ("Advertised", bytes("advertised_bandwidth")),
        ("Rate limit", bytes("bandwidth_rate")),
        ("Burst limit", bytes("bandwidth_burst")),
        ("First seen", minute(documents.first_seen(fingerprint))),
        ("Last seen", minute(time(relay, "last_seen"))),
        ("Last restarted", minute(time(relay, "last_restarted"))),
        ("Address changed", minute(time(relay, "last_changed_address_or_port"))),
        ("Version", relay["version"].as_str().unwrap().to_owned()),
        ("Platform line", relay["platform"].as_str().unwrap().to_owned()),
        ("Contact", relay["contact"].as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ")),
    ]);
    let operator = documents.domains[fingerprint].clone();
    // The three give their proofs in the same way.
    facts.insert("Claimed domain", format!("{operator}, proof uri-rsa"));
    facts.insert("Operator", operator);
    facts.extend(count_others(relay, "effective_family").map(|words| ("Family, mutual", words)));
    facts.extend(count_others(relay, "indirect_family").map(|words| ("Family, indirect", words)));
    facts.extend(count_others(relay, "alleged_family").map(|words| ("Family, one-sided", words)));
    facts.extend(names(relay));
    facts.extend(policies(relay));
    facts.extend(health(documents, fingerprint));
    facts.extend(statistics(documents, fingerprint));
    facts
}

/// Host names and a claimed domain, where there are any.
fn names(relay: &Value) -> Vec<(&'static str, String)> {
    let hosts =
        [("Verified host names", "verified_host_names"), ("Unverified host names", "unverified_host_names")];
    let mut found: Vec<_> = hosts.map(|(label, field)| (label, strings(&relay[field]).join(" "))).into();
    found.push(("Exit addresses", strings(&relay["exit_addresses"]).join(" ")));
    found.push(("Directory address", relay["dir_address"].as_str().unwrap_or_default().to_owned()));
    found.retain(|(_, words)| !words.is_empty());
    found
}

/// The ports of exit policies that let something out.
fn policies(relay: &Value) -> Vec<(&'static str, String)> {
    let words = |summary: &Value| {
        let (accepted, rejected) =
            (strings(&summary["accept"]).join(", "), strings(&summary["reject"]).join(", "));
        match (accepted.as_str(), rejected.as_str()) {
            ("", "" | "1-65535") | ("1-65535", _) => None,
            ("", rejected) => Some(format!("everything but ports {rejected}")),
            (accepted, _) => Some(format!("ports {accepted}")),
        }
    };
    let fields = [("IPv4", "exit_policy_summary"), ("IPv6", "exit_policy_v6_summary")];
    fields.into_iter().filter_map(|(label, field)| Some((label, words(&relay[field])?))).collect()
}

/// The share of the AS; the word before it is no number.
fn as_rarity(documents: &Documents, relay: &Value) -> String {
    let same = documents.running().filter(|other| other["as"] == relay["as"]);
    let share: f64 = same.map(|other| number(other, "consensus_weight_fraction")).sum();
    format!("{} % of the network's weight", percent(share))
}

/// Uptime counts half, software a tenth; flags and weights have no history in these documents.
fn health(documents: &Documents, fingerprint: &str) -> Vec<(&'static str, String)> {
    let uptime = documents.uptime(fingerprint, 0).unwrap().ratio;
    let score = 100.0 * (0.5 * uptime + 0.1) / 0.6;
    let class = match score {
        score if score > 95.0 => "excellent",
        score if score >= 90.0 => "good",
        score if score >= 80.0 => "fair",
        _ => "poor",
    };
    vec![
        ("Score", format!("{score:.1} of 100, {class}")),
        ("Uptime over 1 month", format!("{:.1} of 100", 100.0 * uptime)),
        ("Software", "100.0 of 100".into()),
    ]
}

fn statistics(documents: &Documents, fingerprint: &str) -> Vec<(&'static str, String)> {
    let of = |period| documents.longest(fingerprint, period).unwrap();
    let (best, worst) = best_and_worst(of(2));
    vec![
        ("Best month of a year", best),
        ("Worst month of a year", worst),
        ("Trend over 6 months", trend(of(1))),
        ("Trend over 1 year", trend(of(2))),
        ("Stability over 1 month", stability(of(0))),
        ("Stability over 6 months", stability(of(1))),
        ("Longest absence", longest_absence(documents, fingerprint)),
        ("Last absence of a day", last_absence(documents, fingerprint)),
    ]
}

fn best_and_worst(bins: &Bins) -> (String, String) {
    let months = means(bins.known().map(|(middle, value)| ((date(middle).0, date(middle).1), value)));
    let known: Vec<_> = months
        .into_iter()
        .filter(|((year, month), (_, bin))| {
            2 * *bin as i64 * bins.interval >= days_in(*year, *month) * 86_400
        })
        .map(|(month, (mean, _))| (month, mean))
        .collect();
    let best = known
        .iter()
        .rev()
        .fold(known[known.len() - 1], |best, month| if month.1 > best.1 { *month } else { best });
    let worst = known
        .iter()
        .rev()
        .fold(known[known.len() - 1], |worst, month| if month.1 < worst.1 { *month } else { worst });
    let words = |month: ((i64, i64), f64)| {
        format!("{} {}, {} %", MONTHS[(month.0.1 - 1) as usize], month.0.0, uptime(month.1))
    };
    let as_good = known.iter().filter(|month| month.1 >= best.1).count();
    let also = if as_good > 1 { format!(" (so were {as_good} of {})", known.len()) } else { String::new() };
    (words(best) + &also, words(worst))
}

/// The weekly means are made here; slope and interval are those that the independent computation proves.
fn trend(bins: &Bins) -> String {
    let end = bins.first - bins.interval / 2 + bins.interval * bins.values.len() as i64;
    let whole = (bins.interval * bins.values.len() as i64) / 604_800;
    let weeks = means(
        bins.known().map(|(middle, value)| ((middle - end + whole * 604_800).div_euclid(604_800), value)),
    );
    let known: Vec<WeeklyMean> = weeks
        .into_iter()
        .filter(|(week, (_, bin))| *week >= 0 && 2 * *bin as i64 * bins.interval >= 604_800)
        .map(|(week, (mean, _))| WeeklyMean { week: week as usize, mean })
        .collect();
    let trend = Trend::of(&known).unwrap();
    assert!(trend.weeks >= 12);
    let low = points(trend.low).replace(" points", "");
    let interval = format!("95 % interval {low} to {}", points(trend.high));
    match (trend.low, trend.high) {
        (low, _) if low > 0.0 => format!("rising by {} a week ({interval})", points(trend.slope_per_week)),
        (_, high) if high < 0.0 => {
            format!("falling by {} a week ({interval})", points(-trend.slope_per_week))
        }
        (0.0, 0.0) => "none: the slope and its interval are 0".into(),
        _ => format!("none to be told from chance ({interval} a week)"),
    }
}

fn stability(bins: &Bins) -> String {
    let days = means(bins.known().map(|(middle, value)| (middle.div_euclid(86_400), value)));
    let known: Vec<f64> =
        days.values().filter(|(_, bin)| 2 * *bin as i64 * bins.interval >= 86_400).map(|day| day.0).collect();
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    let squares: f64 = known.iter().map(|value| (value - mean) * (value - mean)).sum();
    let deviation = (squares / (known.len() as f64 - 1.0)).sqrt();
    let grade = match 100.0 * deviation {
        points if points < 1.0 => "excellent",
        points if points < 3.0 => "good",
        points if points < 8.0 => "fair",
        _ => "poor",
    };
    format!("{grade}: days differ by {} ({} days)", points(deviation), known.len())
}

/// Start, end and seconds of the times of empty bins.
fn absences(bins: &Bins) -> Vec<(i64, i64, f64)> {
    let around = |(first, last): (usize, usize)| {
        let (before, after) = (bins.missing(first.checked_sub(1)), bins.missing(Some(last + 1)));
        let (start, end) = (bins.middle(first) - bins.interval / 2, bins.middle(last) + bins.interval / 2);
        let seconds = before + (last - first + 1) as f64 * bins.interval as f64 + after;
        (start - before.round() as i64, end + after.round() as i64, seconds)
    };
    bins.runs(|value| value <= 0.0).into_iter().map(around).collect()
}

fn all_absences(documents: &Documents, fingerprint: &str) -> Vec<(i64, i64, f64)> {
    documents.histories[fingerprint].iter().flatten().flat_map(absences).collect()
}

fn longest_absence(documents: &Documents, fingerprint: &str) -> String {
    let all = all_absences(documents, fingerprint);
    let longest = all.iter().fold(None, |longest: Option<&(i64, i64, f64)>, absence| {
        if longest.is_none_or(|longest| absence.2 > longest.2) { Some(absence) } else { longest }
    });
    longest.map_or("none that fills a bin".into(), |absence| {
        format!("{}, from {} UTC", duration(absence.2 as i64), minute(absence.0))
    })
}

fn last_absence(documents: &Documents, fingerprint: &str) -> String {
    let long = all_absences(documents, fingerprint).into_iter().filter(|absence| absence.2 >= 86_400.0);
    let Some(end) = long.map(|absence| absence.1).max() else {
        let start = documents.histories[fingerprint]
            .iter()
            .flatten()
            .map(|bins| bins.first - bins.interval / 2)
            .min();
        return format!("none since {}", day(start.unwrap()));
    };
    let days = (documents.published - end) / 86_400;
    format!("ended {} UTC ({days} day{} ago)", minute(end), if days == 1 { "" } else { "s" })
}

/// Labels, values and details of the tiles.
pub(crate) fn tiles(documents: &Documents, fingerprint: &str) -> Vec<(&'static str, String, String)> {
    let relay = &documents.relays[fingerprint];
    let share = number(relay, "consensus_weight_fraction");
    let has = |flag: &str| strings(&relay["flags"]).contains(&flag);
    let (chosen, field) = match (has("Exit"), has("Guard")) {
        (true, _) => ("Chosen as exit", "exit_probability"),
        (_, true) => ("Chosen as guard", "guard_probability"),
        _ => ("Chosen as middle", "middle_probability"),
    };
    let over = |period| uptime(documents.uptime(fingerprint, period).unwrap().ratio);
    let seen = documents.first_seen(fingerprint);
    let started = time(relay, "last_restarted");
    vec![
        ("Consensus weight", format!("{} %", percent(share)), place(share, &shares(documents), "relays")),
        (
            "Observed bandwidth",
            bandwidth(relay["observed_bandwidth"].as_u64().unwrap()),
            format!("advertises {}", bandwidth(relay["advertised_bandwidth"].as_u64().unwrap())),
        ),
        (chosen, format!("{} %", percent(number(relay, field))), "of circuits".into()),
        ("Uptime, 1 month", format!("{} %", over(0)), format!("{} % over 6 months", over(1))),
        ("Known for", duration(documents.published - seen), format!("since {}", day(seen))),
        ("Since restart", duration(documents.published - started), format!("on {}", day(started))),
    ]
}

/// Period, uptime, coverage, since, missing hours and place.
pub(crate) fn period_row(documents: &Documents, fingerprint: &str, period: usize) -> Vec<String> {
    let found = documents.uptime(fingerprint, period).unwrap();
    let coverage = (found.known as f64 / found.expected as f64).min(1.0);
    let missing = (1.0 - found.ratio) * found.known as f64 * found.interval as f64;
    let place = if found.is_eligible {
        place(found.ratio, &documents.eligible(period), "relays")
    } else {
        "none: too little is known".into()
    };
    vec![
        PERIODS[period].0.replace('_', " "),
        uptime(found.ratio),
        format!("{:.0} %", 100.0 * coverage),
        found.since.map_or("-".into(), day),
        hours(missing),
        place,
    ]
}

/// These documents have histories of Running only, and they are the overall ones.
pub(crate) fn flag_row(documents: &Documents, fingerprint: &str) -> Vec<String> {
    let values = (0..4).map(|period| uptime(documents.uptime(fingerprint, period).unwrap().ratio));
    std::iter::once("Running leading".to_owned()).chain(values).collect()
}

/// Name, observed Mbit/s, weight and uptime of a relay in a table.
pub(crate) fn related_row(documents: &Documents, fingerprint: &str) -> (String, [String; 3]) {
    let relay = &documents.relays[fingerprint];
    let observed = bandwidth(relay["observed_bandwidth"].as_u64().unwrap());
    let (number_of, unit) = observed.split_once(' ').unwrap();
    assert_eq!(unit, "Mbit/s");
    let ratio = documents.uptime(fingerprint, 0).unwrap().ratio;
    let weight = percent(number(relay, "consensus_weight_fraction"));
    (relay["nickname"].as_str().unwrap().to_owned(), [number_of.to_owned(), weight, uptime(ratio)])
}
