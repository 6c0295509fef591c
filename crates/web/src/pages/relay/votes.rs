//! What the authorities say of the relay: each one's opinion, and for each flag what it asks, what the
//! relay has, and what would help.

use super::super::consensus::{amount, requirement_label};
use super::super::study::section::Section;
use super::super::study::table::{Cell, Head, Table, number, text};
use super::super::{Method, Site};
use crate::format;
use allium_analysis::directory::flags::{Quantity, Requirement, RequirementKind, State, Value};
use allium_analysis::directory::{
    Directory, Explanation, FlagExplanation, Opinion, Share, explain, measures, tests_ipv6,
};
use allium_model::{Fingerprint, Flag, FlagSet, VoteEntry, VoteSummary};

/// Sections about votes; none when no votes are at hand, words when no vote lists the relay.
pub(super) fn sections(site: Site<'_>, fingerprint: Fingerprint) -> Vec<Section> {
    let Some(directory) = site.edition.directory.as_deref() else { return Vec::new() };
    if directory.inputs.votes.authorities().is_empty() {
        return Vec::new();
    }
    let Some(explanation) =
        explain(&directory.inputs.votes, fingerprint, in_consensus(directory, fingerprint))
    else {
        let words = "No vote of the newest round lists this relay, so no authority knows a descriptor of it.";
        return vec![Section::new("Flags and votes").text(words)];
    };
    let time = directory.inputs.votes.authorities().iter().map(|vote| vote.valid_after).max();
    vec![
        flags(site, &explanation).remark(format!(
            "From the votes for {}.",
            time.map_or_else(|| "an unknown time".into(), format::minute)
        )),
        conditions(&explanation),
        authorities(directory, &explanation),
    ]
}

/// The relay's flags in the consensus; empty when it is not in it, none without a consensus.
fn in_consensus(directory: &Directory, fingerprint: Fingerprint) -> Option<FlagSet> {
    directory.inputs.consensus.as_ref()?;
    let relays = &directory.inputs.relays;
    let found = relays.binary_search_by_key(&fingerprint, |relay| relay.fingerprint).ok();
    Some(found.map(|at| relays[at].flags).unwrap_or_default())
}

const FLAG_HEADS: [Head; 5] = [
    ("Flag", false),
    ("Votes", true),
    ("Conditions met or open", true),
    ("Consensus", false),
    ("Next step", false),
];

fn flags(site: Site<'_>, explanation: &Explanation) -> Section {
    let rows = explanation.flags.iter().filter(|flag| flag.given.of > 0).map(|flag| {
        vec![
            text(flag.flag.name()),
            number(of(flag.given)),
            number(of(flag.eligible)),
            text(match flag.in_consensus {
                Some(true) => "yes",
                Some(false) => "no",
                None => "not known",
            }),
            Cell::Long(next_step(flag)),
        ]
    });
    Section::new("Flags and votes")
        .method(site, Method::FlagRules)
        .text(standing(explanation))
        .table(Table::new("Flags of this relay", &FLAG_HEADS).rows(rows))
}

fn of(share: Share) -> String {
    format!("{} of {}", share.count, share.of)
}

/// Listed, reached, measured: each with its own denominator.
fn standing(explanation: &Explanation) -> String {
    let missing = explanation.running.short_of_majority();
    let majority = match (explanation.running.is_majority(), missing) {
        (true, _) => "a majority, as the consensus needs".to_owned(),
        (false, missing) => format!("{missing} short of a majority"),
    };
    let of_some = |share: Share, words: &str| {
        if share.of == 0 { format!("no vote at hand {words}") } else { format!("{} that {words}", of(share)) }
    };
    format!(
        "{} votes list it and {} found it running: {majority}. Reached over IPv6 by {}; measured by {}.",
        of(explanation.listed),
        of(explanation.running),
        of_some(explanation.ipv6, "test IPv6"),
        of_some(explanation.measured, "measure bandwidth"),
    )
}

fn next_step(flag: &FlagExplanation) -> String {
    if flag.given.is_majority() {
        return "Nothing: a majority gives it.".into();
    }
    if flag.flag == Flag::StaleDesc {
        return "Nothing: the descriptor is not too old.".into();
    }
    let Some(step) = flag.next_step else {
        return "Every condition that votes show is met, and it is not given.".into();
    };
    let missing = step.missing.filter(|missing| !matches!(missing, Quantity::Is(_)));
    let missing = missing
        .map_or_else(String::new, |missing| format!(" At the nearest, {} are missing.", amount(missing)));
    format!(
        "{} {} more needed. In the way at {}: {}. {}{missing}",
        flag.given.short_of_majority(),
        if flag.given.short_of_majority() == 1 { "vote" } else { "votes" },
        of(step.authorities),
        lower(&requirement_label(step.kind)),
        step.advice(),
    )
}

fn lower(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

const CONDITION_HEADS: [Head; 5] =
    [("Flag", false), ("Condition", false), ("This relay", true), ("Needed", true), ("Met at", true)];

/// One condition over all authorities that judge by it.
struct Condition {
    flag: Flag,
    kind: RequirementKind,
    requirements: Vec<Requirement>,
}

fn conditions(explanation: &Explanation) -> Section {
    let mut all: Vec<Condition> = Vec::new();
    for opinion in &explanation.opinions {
        for judgement in opinion.judgements.iter().filter(|judgement| is_shown(judgement.flag)) {
            for requirement in &judgement.requirements {
                collect(&mut all, judgement.flag, *requirement);
            }
        }
    }
    // By flag, in the order in which the rule asks.
    all.sort_by_key(|condition| SHOWN.iter().position(|flag| *flag == condition.flag));
    Section::new("Conditions of flags")
        .table(Table::new("Conditions of flags", &CONDITION_HEADS).rows(all.iter().map(condition_row)))
        .remark(
            "Smallest and largest value of the authorities. Each decides with its own records and bars; HSDir's \
             uptime and everything about Running, Valid, V2Dir and Exit is not in votes.",
        )
}

const SHOWN: [Flag; 4] = [Flag::Fast, Flag::Stable, Flag::Guard, Flag::HSDir];

fn is_shown(flag: Flag) -> bool {
    SHOWN.contains(&flag)
}

fn collect(all: &mut Vec<Condition>, flag: Flag, requirement: Requirement) {
    let kind = requirement.kind;
    match all.iter_mut().find(|condition| condition.flag == flag && condition.kind == kind) {
        Some(condition) => condition.requirements.push(requirement),
        None => all.push(Condition { flag, kind, requirements: vec![requirement] }),
    }
}

fn condition_row(condition: &Condition) -> Vec<Cell> {
    let values = condition.requirements.iter().filter_map(|requirement| match requirement.value {
        Value::Known(quantity) => Some(quantity),
        Value::NotInVotes | Value::NotPublished => None,
    });
    let is_yes_or_no = condition.kind.flag().is_some();
    let bars = condition.requirements.iter().filter_map(|requirement| requirement.bar.quantity());
    let states = || condition.requirements.iter().map(Requirement::state);
    let is_known = states().any(|state| state != State::Unknown);
    let met: Share = states().map(|state| state == State::Met).collect();
    vec![
        text(condition.flag.name()),
        text(requirement_label(condition.kind)),
        number(if is_yes_or_no { String::new() } else { range(values, "not in votes") }),
        number(if is_yes_or_no { String::new() } else { range(bars, "not published") }),
        number(if is_known { of(met) } else { "not known".into() }),
    ]
}

/// `8.1 days to 40.8 days`; one amount where all are written alike.
fn range(quantities: impl Iterator<Item = Quantity>, none: &str) -> String {
    let mut all: Vec<Quantity> = quantities.collect();
    all.sort_by(|one, other| one.number().total_cmp(&other.number()));
    match (all.first(), all.last()) {
        (Some(least), Some(most)) if amount(*least) != amount(*most) => {
            format!("{} to {}", amount(*least), amount(*most))
        }
        (Some(only), _) => amount(*only),
        _ => none.into(),
    }
}

const AUTHORITY_HEADS: [Head; 10] = [
    ("Authority", false),
    ("Flags", false),
    ("IPv6", false),
    ("Measured, kB/s", true),
    ("Fast from, kB/s", true),
    ("Weighted uptime", true),
    ("Time known", true),
    ("Between failures", true),
    ("Guard from, kB/s", true),
    ("Descriptor", false),
];

fn authorities(directory: &Directory, explanation: &Explanation) -> Section {
    let votes = directory.inputs.votes.authorities();
    let rows = explanation
        .opinions
        .iter()
        .filter_map(|opinion| Some(authority_row(votes.get(opinion.column)?, opinion)));
    Section::new("Authority by authority")
        .table(Table::new("What each authority says of this relay", &AUTHORITY_HEADS).rows(rows))
        .remark("Measurements of scanners differ: each sees the relay from another place.")
}

fn authority_row(vote: &VoteSummary, opinion: &Opinion) -> Vec<Cell> {
    let Some(entry) = &opinion.entry else {
        let mut row = vec![text(vote.nickname.clone()), text("does not list it")];
        row.extend((2..AUTHORITY_HEADS.len()).map(|_| text("")));
        return row;
    };
    let seconds = |seconds: Option<u64>| shown(seconds.map(Quantity::Seconds));
    let kilobytes = |value: Option<u64>| {
        number(value.map_or_else(|| "not published".into(), |value| format::count(value as usize)))
    };
    vec![
        text(vote.nickname.clone()),
        text(flag_names(entry.flags)),
        text(match (tests_ipv6(vote), entry.has_ipv6) {
            (false, _) => "not tested",
            (true, true) => "reached",
            // A vote leaves the address out when the port was not reached, or when there is none.
            (true, false) => "not listed",
        }),
        number(measured(vote, entry)),
        kilobytes(opinion.thresholds.fast_kilobytes_per_second),
        shown(entry.wfu_ratio.map(Quantity::Ratio)),
        seconds(entry.time_known_seconds),
        seconds(entry.mtbf_seconds),
        kilobytes(guard_bar(opinion)),
        text(descriptor(entry)),
    ]
}

fn shown(quantity: Option<Quantity>) -> Cell {
    number(quantity.map_or_else(|| "not published".into(), amount))
}

fn measured(vote: &VoteSummary, entry: &VoteEntry) -> String {
    match (entry.measured_kilobytes_per_second, measures(vote)) {
        (Some(measured), _) => format::count(measured as usize),
        (None, true) => "not measured".into(),
        (None, false) => "does not measure".into(),
    }
}

/// The bandwidth that Guard asks for at this authority.
fn guard_bar(opinion: &Opinion) -> Option<u64> {
    let guard = opinion.judgement(Flag::Guard)?;
    let bandwidth =
        guard.requirements.iter().find(|one| matches!(one.kind, RequirementKind::Bandwidth(_)))?;
    bandwidth.bar.quantity().map(|bar| bar.number() as u64)
}

fn flag_names(flags: FlagSet) -> String {
    flags.iter().map(Flag::name).collect::<Vec<_>>().join(" ")
}

/// When the descriptor was published that the authority.
fn descriptor(entry: &VoteEntry) -> String {
    let stale = if entry.flags.contains(Flag::StaleDesc) { ", stale" } else { "" };
    format!("{}{stale}", entry.published.to_minute())
}
