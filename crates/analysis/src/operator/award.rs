//! What an operator has achieved, each with its rule (`docs/methods/achievements.md`).

use crate::leaderboard::Place;
use crate::metrics::absence::LastAbsence;
use crate::{Aggregate, Snapshot};
use allium_model::{Group, GroupKind};

/// An achievement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Award {
    /// Among the first 25 of a leaderboard.
    Board(Place),
    /// Among the reliability champions.
    ReliabilityChampion,
    /// Every running relay verified.
    AllVerified(usize),
    /// Every running relay on a recommended version.
    AllRecommended(usize),
    /// Every running relay with IPv6.
    AllIpv6(usize),
    /// So many whole days without an absence of a day.
    Steady(i64),
    /// A running relay that was first seen so many years ago.
    Years(i64),
    /// Relays in so many countries.
    Countries(usize),
}

/// Fewest running relays for an award of which every relay is a part.
const FEWEST_RELAYS: usize = 3;

/// Fewest days without an absence.
const STEADY_DAYS: i64 = 180;

/// Fewest years.
const LONG_YEARS: i64 = 5;

/// Fewest countries.
const MANY_COUNTRIES: usize = 5;

impl Award {
    /// The name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Board(_) => "Leaderboard",
            Self::ReliabilityChampion => "Reliability champion",
            Self::AllVerified(_) => "Every relay verified",
            Self::AllRecommended(_) => "Every relay up to date",
            Self::AllIpv6(_) => "Every relay on IPv6",
            Self::Steady(_) => "Steady",
            Self::Years(_) => "Long service",
            Self::Countries(_) => "At home in many countries",
        }
    }

    /// The rule, as a sentence.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Board(_) => "Among the first 25 of a leaderboard.",
            Self::ReliabilityChampion => {
                "Among the first ten reliability masters, with at least 95 % uptime over six months."
            }
            Self::AllVerified(_) => "At least three running relays, all with a verified domain.",
            Self::AllRecommended(_) => "At least three running relays, all on a recommended version.",
            Self::AllIpv6(_) => "At least three running relays, all with an IPv6 address.",
            Self::Steady(_) => {
                "At least three running relays, none of which was missing for 24 hours in the last 180 days."
            }
            Self::Years(_) => "A running relay that was first seen at least five years ago.",
            Self::Countries(_) => "Running relays in at least five countries.",
        }
    }

    /// The achievements of an operator.
    pub fn of(snapshot: &Snapshot, operator: Group<'_>, absence: LastAbsence) -> Vec<Self> {
        let sum = &snapshot.group_report(GroupKind::Operator, operator.position).aggregate;
        let boards = &snapshot.report.leaderboards;
        let mut champions = boards.reliability_champions();
        let is_champion = champions.any(|standing| standing.operator == operator.position);
        let places = boards.places(operator.position).filter(|place| place.title().is_some());
        let mut awards: Vec<Self> = places.map(Self::Board).collect();
        awards.sort_by_key(|award| if let Self::Board(place) = award { place.rank } else { 0 });
        awards.extend(is_champion.then_some(Self::ReliabilityChampion));
        awards.extend(of_relays(sum));
        let days = absence.days_before(snapshot.network.published()).map(|days| days as i64);
        let steady = days.filter(|days| *days >= STEADY_DAYS && sum.relays.total >= FEWEST_RELAYS);
        awards.extend(steady.map(Self::Steady));
        awards.extend(years(snapshot, operator).filter(|years| *years >= LONG_YEARS).map(Self::Years));
        awards
    }
}

fn of_relays(sum: &Aggregate) -> Vec<Award> {
    let relays = sum.relays.total;
    let whole = |part: usize| part == relays && relays >= FEWEST_RELAYS;
    [
        whole(sum.verified_relays).then_some(Award::AllVerified(relays)),
        whole(sum.recommended_version_relays).then_some(Award::AllRecommended(relays)),
        whole(sum.ipv6_relays).then_some(Award::AllIpv6(relays)),
        (sum.countries >= MANY_COUNTRIES).then_some(Award::Countries(sum.countries)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whole years of 365.25 days since the first running relay was first seen.
fn years(snapshot: &Snapshot, operator: Group<'_>) -> Option<i64> {
    let relays = operator.members.iter().map(|position| snapshot.network.relay(*position));
    let first = relays.filter(|relay| relay.running).map(|relay| relay.first_seen).min()?;
    Some(snapshot.network.published().seconds_since(first) / 31_557_600)
}
