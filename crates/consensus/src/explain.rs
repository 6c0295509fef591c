//! Why a relay has a flag or not: every authority's opinion with its conditions, the votes that are
//! missing, and the one thing that would help next.
//!
//! A flag needs more than half of the authorities that vote on it; those that do not (no bandwidth
//! scanner, no IPv6, no opinion on exits) are not in the denominator.

mod advice;

use crate::flags::{
    JUDGED_FLAGS, Judgement, Quantity, Requirement, RequirementKind, State, Thresholds, Verdict, judge_all,
};
use allium_model::{Fingerprint, Flag, FlagSet, VoteBook, VoteEntry, VoteSummary};

/// Some of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many.
    pub count: u32,
    /// Of how many.
    pub of: u32,
}

impl Share {
    /// Whether these are more than half.
    pub const fn is_majority(self) -> bool {
        self.count * 2 > self.of
    }

    /// How many more make a majority.
    pub const fn short_of_majority(self) -> u32 {
        (self.of / 2 + 1).saturating_sub(self.count)
    }
}

impl FromIterator<bool> for Share {
    fn from_iter<I: IntoIterator<Item = bool>>(answers: I) -> Self {
        answers.into_iter().fold(Self::default(), |share, is_counted| Self {
            count: share.count + u32::from(is_counted),
            of: share.of + 1,
        })
    }
}

/// What one authority says of the relay.
#[derive(Debug, Clone, PartialEq)]
pub struct Opinion {
    /// Position in [`VoteBook::authorities`].
    pub column: usize,
    /// Its bars.
    pub thresholds: Thresholds,
    /// The entry; none when the vote does not list the relay.
    pub entry: Option<VoteEntry>,
    /// Its judgements in the order of [`JUDGED_FLAGS`]; empty without an entry.
    pub judgements: Vec<Judgement>,
}

impl Opinion {
    /// Its judgement of a flag.
    pub fn judgement(&self, flag: Flag) -> Option<&Judgement> {
        self.judgements.iter().find(|judgement| judgement.flag == flag)
    }
}

/// What would bring a flag that too few authorities give.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextStep {
    /// The condition that stands in the way at most authorities.
    pub kind: RequirementKind,
    /// Authorities at which it is missed (or, where votes do not show it, that do not give the flag
    /// though nothing visible is missed), of those that vote on the flag and list the relay.
    pub authorities: Share,
    /// What is missing, where it is an amount, at the last of those of them that it takes for a majority, the nearest
    /// first: with less, too few would give the flag.
    pub missing: Option<Quantity>,
    /// Whether votes show it; else it is what remains when everything visible is met.
    pub is_visible: bool,
}

/// A flag of the relay over all authorities.
#[derive(Debug, Clone, PartialEq)]
pub struct FlagExplanation {
    /// The flag.
    pub flag: Flag,
    /// Authorities that give it, of those that vote on it.
    pub given: Share,
    /// Authorities whose conditions are met or open, of those that vote on it.
    pub eligible: Share,
    /// Whether the consensus has it; none without a consensus.
    pub in_consensus: Option<bool>,
    /// What would bring it; none when it has a majority.
    pub next_step: Option<NextStep>,
}

/// Everything the votes of a round say of a relay.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The relay.
    pub fingerprint: Fingerprint,
    /// Votes that list it, of all at hand.
    pub listed: Share,
    /// Votes that give it Running, of all at hand.
    pub running: Share,
    /// Votes with an IPv6 address of it, of those of authorities that test IPv6.
    pub ipv6: Share,
    /// Votes with a measurement of it, of those of authorities that measure.
    pub measured: Share,
    /// Each authority, in the order of [`VoteBook::authorities`].
    pub opinions: Vec<Opinion>,
    /// Each flag, in the order of [`JUDGED_FLAGS`].
    pub flags: Vec<FlagExplanation>,
}

/// Explains a relay from the votes of a round; `consensus` are its flags in the consensus, when there
/// is one (none of the relay in it: an empty set). `None`: no vote lists the relay.
pub fn explain(book: &VoteBook, fingerprint: Fingerprint, consensus: Option<FlagSet>) -> Option<Explanation> {
    let entries = book.of(fingerprint)?;
    let authorities = book.authorities();
    let opinions: Vec<Opinion> = authorities
        .iter()
        .zip(entries)
        .enumerate()
        .map(|(column, (summary, entry))| opinion(column, summary, *entry))
        .collect();
    let share = |is_asked: fn(&VoteSummary) -> bool, is_counted: fn(&VoteEntry) -> bool| {
        let asked = authorities.iter().zip(entries).filter(|(summary, _)| is_asked(summary));
        asked.map(|(_, entry)| entry.as_ref().is_some_and(is_counted)).collect::<Share>()
    };
    Some(Explanation {
        fingerprint,
        listed: share(|_| true, |_| true),
        running: share(|_| true, |entry| entry.flags.contains(Flag::Running)),
        ipv6: share(tests_ipv6, |entry| entry.has_ipv6),
        measured: share(measures, |entry| entry.measured_kilobytes_per_second.is_some()),
        flags: JUDGED_FLAGS
            .into_iter()
            .map(|flag| explain_flag(flag, authorities, &opinions, consensus))
            .collect(),
        opinions,
    })
}

/// Whether an authority tests IPv6: its vote has IPv6 addresses of some relays.
pub fn tests_ipv6(summary: &VoteSummary) -> bool {
    summary.ipv6_relays > 0
}

/// Whether an authority measures bandwidth: its vote has measurements of some relays.
pub fn measures(summary: &VoteSummary) -> bool {
    summary.measured_relays > 0
}

/// Whether an authority votes on a flag.
pub fn votes_on(summary: &VoteSummary, flag: Flag) -> bool {
    summary.known_flags.iter().any(|known| known == flag.name())
}

fn opinion(column: usize, summary: &VoteSummary, entry: Option<VoteEntry>) -> Opinion {
    let thresholds = Thresholds::of(summary);
    let judgements = entry.map(|entry| judge_all(&entry, &thresholds, summary.valid_after));
    Opinion { column, thresholds, entry, judgements: judgements.unwrap_or_default() }
}

fn explain_flag(
    flag: Flag,
    authorities: &[VoteSummary],
    opinions: &[Opinion],
    consensus: Option<FlagSet>,
) -> FlagExplanation {
    let voters = || opinions.iter().filter(|opinion| votes_on(&authorities[opinion.column], flag));
    let share = |is_counted: fn(&Judgement) -> bool| {
        voters().map(|opinion| opinion.judgement(flag).is_some_and(is_counted)).collect::<Share>()
    };
    let given = share(|judgement| judgement.is_given);
    let is_wanted = flag != Flag::StaleDesc;
    let judgements: Vec<&Judgement> = voters().filter_map(|opinion| opinion.judgement(flag)).collect();
    FlagExplanation {
        flag,
        given,
        eligible: share(|judgement| judgement.verdict() != Verdict::NotMet),
        in_consensus: consensus.map(|flags| flags.contains(flag)),
        next_step: (is_wanted && !given.is_majority()).then(|| next_step(&judgements, given)).flatten(),
    }
}

/// The condition that stands in the way at most authorities; of equal ones one that votes show, then
/// the first in the order of the rule. At an authority where nothing visible is missed it is what
/// votes do not show.
fn next_step(judgements: &[&Judgement], given: Share) -> Option<NextStep> {
    let blocking: Vec<&Requirement> = judgements
        .iter()
        .filter(|judgement| !judgement.is_given)
        .flat_map(|judgement| blocking(judgement))
        .collect();
    let count = |kind| blocking.iter().filter(|other| is_same(other.kind, kind)).count();
    let is_visible = |requirement: &Requirement| requirement.state() == State::NotMet;
    // The last of equal ones wins, so the first of the rule comes last.
    let most = blocking.iter().rev().max_by_key(|one| (count(one.kind), is_visible(one)))?;
    let of_kind = || blocking.iter().filter(|other| is_same(other.kind, most.kind));
    let mut missing: Vec<Quantity> = of_kind().filter_map(|other| other.missing()).collect();
    missing.sort_by(|one, other| one.number().total_cmp(&other.number()));
    let deciding = (given.short_of_majority().max(1) as usize).min(missing.len()).checked_sub(1);
    Some(NextStep {
        kind: most.kind,
        authorities: Share { count: of_kind().count() as u32, of: judgements.len() as u32 },
        missing: deciding.map(|place| missing[place]),
        is_visible: is_visible(most),
    })
}

fn blocking(judgement: &Judgement) -> Vec<&Requirement> {
    let wanted = match judgement.verdict() {
        Verdict::NotMet => State::NotMet,
        Verdict::Open => State::Unknown,
        Verdict::Met => return Vec::new(),
    };
    judgement.requirements.iter().filter(|requirement| requirement.state() == wanted).collect()
}

/// Whether two kinds are one condition: bandwidth is, from wherever it comes.
fn is_same(one: RequirementKind, other: RequirementKind) -> bool {
    use RequirementKind::Bandwidth;
    one == other || matches!((one, other), (Bandwidth(_), Bandwidth(_)))
}

#[cfg(test)]
mod tests;
