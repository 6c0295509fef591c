//! What the authorities say of the relay: each one's opinion, and for each flag what it asks, what the
//! relay has, and what would help.

use super::super::authorities::authority_cell;
use super::super::consensus::{amount, requirement_label};
use super::super::study::section::Section;
use super::super::study::table::{Cell, Head, Table, number, text};
use super::super::{Method, Site};
use crate::format;
use allium_analysis::directory::flags::{Quantity, Requirement, RequirementKind, State, Value};
use allium_analysis::directory::{
    Directory, Explanation, FlagExplanation, Opinion, Share, explain, measures, tests_ipv6,
};
use allium_model::{Fingerprint, Flag, FlagSet, Relay, VoteEntry, VoteSummary};
use std::net::SocketAddr;

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
    let ipv6 = Ipv6::of(site, fingerprint);
    vec![
        flags(site, &explanation, ipv6).remark(format!(
            "From the votes for {}.",
            time.map_or_else(|| "an unknown time".into(), format::minute)
        )),
        conditions(&explanation),
        authorities(site, directory, &explanation, ipv6),
    ]
}

/// Whether the relay has an IPv6 address for authorities to test. A vote leaves the address out when it
/// was not reached and when there is none; the relay documents tell which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ipv6 {
    Announced,
    NotAnnounced,
}

impl Ipv6 {
    fn of(site: Site<'_>, fingerprint: Fingerprint) -> Self {
        let relay = site.network().find(fingerprint).map(|at| site.network().relay(at));
        let addresses = |relay: &'_ Relay| {
            relay.or_addresses.iter().chain(&relay.unreachable_or_addresses).any(SocketAddr::is_ipv6)
        };
        if relay.is_some_and(addresses) { Self::Announced } else { Self::NotAnnounced }
    }

    /// What an authority found.
    const fn found(self, vote: Ipv6Vote) -> &'static str {
        match (vote, self) {
            (Ipv6Vote::NotTested, _) => "not tested",
            (Ipv6Vote::Listed, _) => "reached",
            (Ipv6Vote::NotListed, Self::Announced) => "not reached",
            (Ipv6Vote::NotListed, Self::NotAnnounced) => "no address",
        }
    }
}

/// What a vote has of the relay's IPv6 address.
#[derive(Debug, Clone, Copy)]
enum Ipv6Vote {
    NotTested,
    Listed,
    NotListed,
}

impl Ipv6Vote {
    fn of(vote: &VoteSummary, entry: &VoteEntry) -> Self {
        match (tests_ipv6(vote), entry.has_ipv6) {
            (false, _) => Self::NotTested,
            (true, true) => Self::Listed,
            (true, false) => Self::NotListed,
        }
    }
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

fn flags(site: Site<'_>, explanation: &Explanation, ipv6: Ipv6) -> Section {
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
        .text(standing(explanation, ipv6))
        .table(Table::new("Flags of this relay", &FLAG_HEADS).rows(rows))
}

fn of(share: Share) -> String {
    format!("{} of {}", share.count, share.of)
}

/// Listed, reached, measured: each with its own denominator.
fn standing(explanation: &Explanation, ipv6: Ipv6) -> String {
    let missing = explanation.running.short_of_majority();
    let majority = match (explanation.running.is_majority(), missing) {
        (true, _) => "a majority, as the consensus needs".to_owned(),
        (false, missing) => format!("{missing} short of a majority"),
    };
    let of_some = |share: Share, words: &str| {
        if share.of == 0 { format!("no vote at hand {words}") } else { format!("{} that {words}", of(share)) }
    };
    let reached = if ipv6 == Ipv6::NotAnnounced && explanation.ipv6.count == 0 {
        "It announces no IPv6 address".to_owned()
    } else {
        format!("Reached over IPv6 by {}", of_some(explanation.ipv6, "test IPv6"))
    };
    format!(
        "{} votes list it and {} found it running: {majority}. {reached}; measured by {}.",
        of(explanation.listed),
        of(explanation.running),
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
    // The exit policy is all there is to Exit, and who gives the flag has read it.
    if step.kind == RequirementKind::ExitPolicy && flag.given.count == 0 {
        return format!("Not meant to be one, as it seems. {}", step.advice());
    }
    let needed =
        format!("{} more needed.", format::counted(flag.given.short_of_majority() as usize, "vote", "votes"));
    if !step.is_visible {
        return format!("{needed} What votes show is met at {}. {}", of(step.authorities), step.advice());
    }
    let missing = step.missing.filter(|missing| !matches!(missing, Quantity::Is(_)));
    let missing = missing
        .map_or_else(String::new, |missing| format!(" {} are missing for a majority.", amount(missing)));
    format!(
        "{needed} In the way at {}: {}. {}{missing}",
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
        .table(Table::new("Conditions of flags", &CONDITION_HEADS).rows(rows_of(&all)))
        .remark(
            "Smallest and largest value of the authorities. Each decides with its own records and bars; what is \
             always enough for Stable or Guard counts as needed where the published bar is higher. HSDir's uptime \
             and everything about Running, Valid, V2Dir and Exit is not in votes.",
        )
}

/// A row for each condition. Flags that another flag asks for, and that are there at as many authorities,
/// share one.
fn rows_of(conditions: &[Condition]) -> Vec<Vec<Cell>> {
    let is_alike = |one: &Condition, other: &Condition| {
        let is_had = |condition: &Condition| matches!(condition.kind, RequirementKind::Has(_));
        is_had(one) && is_had(other) && one.flag == other.flag && one.met() == other.met()
    };
    conditions.chunk_by(is_alike).filter_map(condition_row).collect()
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

impl Condition {
    /// Authorities at which it is met.
    fn met(&self) -> Share {
        self.requirements.iter().map(|requirement| requirement.state() == State::Met).collect()
    }
}

/// `Flag Fast`, or `Flags Fast, Stable` for several.
fn condition_label(conditions: &[Condition]) -> String {
    match conditions {
        [only] => requirement_label(only.kind),
        several => {
            let names = several.iter().filter_map(|condition| condition.kind.flag()).map(Flag::name);
            format!("Flags {}", names.collect::<Vec<_>>().join(", "))
        }
    }
}

fn condition_row(conditions: &[Condition]) -> Option<Vec<Cell>> {
    let condition = conditions.first()?;
    let values = condition.requirements.iter().filter_map(|requirement| match requirement.value {
        Value::Known(quantity) => Some(quantity),
        Value::NotInVotes | Value::NotPublished => None,
    });
    let is_yes_or_no = condition.kind.flag().is_some();
    let bars = condition.requirements.iter().filter_map(|requirement| requirement.bar.quantity());
    let is_known = condition.requirements.iter().any(|requirement| requirement.state() != State::Unknown);
    Some(vec![
        text(condition.flag.name()),
        text(condition_label(conditions)),
        number(if is_yes_or_no { String::new() } else { range(values, "not in votes") }),
        number(if is_yes_or_no { String::new() } else { range(bars, "not published") }),
        number(if is_known { of(condition.met()) } else { "not known".into() }),
    ])
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

fn authorities(site: Site<'_>, directory: &Directory, explanation: &Explanation, ipv6: Ipv6) -> Section {
    let votes = directory.inputs.votes.authorities();
    let opinions = explanation.opinions.iter();
    let known = opinions.filter_map(|opinion| Some((votes.get(opinion.column)?, opinion)));
    let mut known: Vec<(&VoteSummary, &Opinion)> = known.collect();
    known.sort_by_key(|(vote, _)| vote.nickname.to_lowercase());
    let rows = known.into_iter().map(|(vote, opinion)| authority_row(site, vote, opinion, ipv6));
    Section::new("Authority by authority")
        .table(Table::new("What each authority says of this relay", &AUTHORITY_HEADS).rows(rows))
        .remark(
            "As the votes have it: 1,000 kB/s are 8 Mbit/s. Measurements of scanners differ: each sees the relay \
             from another place.",
        )
}

fn authority_row(site: Site<'_>, vote: &VoteSummary, opinion: &Opinion, ipv6: Ipv6) -> Vec<Cell> {
    let name = authority_cell(site, &vote.nickname);
    let Some(entry) = &opinion.entry else {
        let mut row = vec![name, text("does not list it")];
        row.extend((2..AUTHORITY_HEADS.len()).map(|_| text("")));
        return row;
    };
    let seconds = |seconds: Option<u64>| shown(seconds.map(Quantity::Seconds));
    let kilobytes = |value: Option<u64>| {
        number(value.map_or_else(|| "not published".into(), |value| format::count(value as usize)))
    };
    vec![
        name,
        text(flag_names(entry.flags)),
        text(ipv6.found(Ipv6Vote::of(vote, entry))),
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

/// When the descriptor was published that the authority has.
fn descriptor(entry: &VoteEntry) -> String {
    let stale = if entry.flags.contains(Flag::StaleDesc) { ", stale" } else { "" };
    format!("{}{stale}", entry.published.to_minute())
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_analysis::directory::NextStep;

    fn share(count: u32, of: u32) -> Share {
        Share { count, of }
    }

    /// A flag that nobody gives, with what stands in its way at nine authorities.
    fn lacking(flag: Flag, kind: RequirementKind, missing: Option<Quantity>) -> FlagExplanation {
        let next_step = NextStep { kind, authorities: share(9, 9), missing, is_visible: missing.is_some() };
        FlagExplanation {
            flag,
            given: share(0, 9),
            eligible: share(9, 9),
            in_consensus: Some(false),
            next_step: Some(next_step),
        }
    }

    #[test]
    fn a_relay_that_is_no_exit_is_not_told_to_collect_votes() {
        let words = next_step(&lacking(Flag::Exit, RequirementKind::ExitPolicy, None));
        assert!(words.starts_with("Not meant to be one"), "{words}");
        assert!(!words.contains("vote"), "{words}");
    }

    #[test]
    fn what_votes_do_not_show_is_not_said_to_be_in_the_way() {
        let words = next_step(&lacking(Flag::HSDir, RequirementKind::Uptime, None));
        assert!(words.starts_with("5 votes more needed. What votes show is met at 9 of 9. "), "{words}");
        assert!(!words.contains("In the way"), "{words}");
    }

    #[test]
    fn what_votes_show_is_named_with_what_is_missing() {
        let missing = Some(Quantity::Seconds(3 * 86_400));
        let words = next_step(&lacking(Flag::Guard, RequirementKind::TimeKnown, missing));
        assert!(words.contains("In the way at 9 of 9: weighted time known."), "{words}");
        assert!(words.ends_with("3.0 days are missing for a majority."), "{words}");
    }

    #[test]
    fn no_address_not_reached_and_not_tested_are_told_apart() {
        assert_eq!(Ipv6::Announced.found(Ipv6Vote::NotListed), "not reached");
        assert_eq!(Ipv6::NotAnnounced.found(Ipv6Vote::NotListed), "no address");
        assert_eq!(Ipv6::Announced.found(Ipv6Vote::NotTested), "not tested");
        assert_eq!(Ipv6::NotAnnounced.found(Ipv6Vote::Listed), "reached");
    }
}
