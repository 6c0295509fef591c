//! The report of an operator: how its relays are, what they are spread over, what is wrong with their
//! configuration, and what would help.
//!
//! What compares operators with each other is computed once a snapshot ([`Operators`]); the report of one
//! operator is computed when it is asked for.

mod aroi;
mod award;
mod candidates;
mod family;
mod flags;
mod insight;
mod peers;
mod recommendation;
mod traffic;

pub use aroi::{AroiFault, AroiReport, ClaimField, FaultyClaims};
pub use award::Award;
pub use candidates::Candidates;
pub use family::FamilyState;
pub use flags::{FlagReliability, flag_reliability};
pub use insight::Insight;
pub use peers::{PeerMeasure, Peers};
pub use recommendation::{Action, Examples, Quantity, Recommendation, recommendations};
pub use traffic::{GroupUtilisation, NetworkTraffic, OperatorTraffic, TRAFFIC_PERIODS, TrafficPeriod};

use crate::leaderboard::Place;
use crate::metrics::absence::{LastAbsence, last_absence_of};
use crate::metrics::outliers::{Outlier, Outliers, outliers};
use crate::metrics::uptime::{ByPeriod, FEWEST_ELIGIBLE, GroupUptime};
use crate::scores::{Diversity, OperatorScore, Spread};
use crate::{Ladder, Percentile, Report, Snapshot};
use allium_model::{Group, GroupKey, GroupKind, GroupPosition, Histories, Network, Period, RelayPosition};

/// What compares all operators.
#[derive(Debug, Default)]
pub struct Operators {
    /// Values by size class.
    pub peers: Peers,
    /// Places where others run relays.
    pub candidates: Candidates,
    /// What the whole network read and wrote.
    pub traffic: NetworkTraffic,
    /// Operators with a running relay.
    pub active: usize,
    /// Of these, operators with at least one recommendation.
    pub with_recommendation: usize,
}

impl Operators {
    /// Compares the operators of a network. `report` holds everything else.
    pub(crate) fn new(network: &Network, histories: &Histories, report: &Report) -> Self {
        let candidates = Candidates::new(network, report);
        let operators = network.groups(GroupKind::Operator).iter();
        let active: Vec<_> =
            operators.filter(|group| report.scores.operator(group.position).running_relays > 0).collect();
        let is_advised = |group: &&Group<'_>| {
            let state = OperatorState::of(network, **group);
            !recommendations(network, histories, &candidates, **group, &state).is_empty()
        };
        Self {
            peers: Peers::new(network, report),
            traffic: NetworkTraffic::new(network, histories),
            with_recommendation: active.iter().filter(is_advised).count(),
            active: active.len(),
            candidates,
        }
    }
}

/// The relays of an operator that do not run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OfflineRelays {
    /// The relays, the last to be seen first.
    pub relays: Vec<RelayPosition>,
    /// Their share of the operator's weight by last known weights, in percent.
    pub weight_percent: f64,
}

/// The uptime of an operator over a period, with its places.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PortfolioPeriod {
    /// The period.
    pub period: Period,
    /// The means, and of how many relays.
    pub uptime: GroupUptime,
    /// Place among all operators with at least three eligible relays; none for one with fewer.
    pub among_all: Option<Percentile>,
    /// Place among those of the same size class.
    pub among_similar: Option<Percentile>,
}

/// A step of the ladder of operators by uptime.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LadderStep {
    /// The percentile, 0 to 100.
    pub percentile: u8,
    /// The uptime at it, 0 to 1.
    pub uptime: f64,
    /// The operator's uptime less that, in points of percent.
    pub distance_points: f64,
}

/// Everything that an operator's page says.
#[derive(Debug)]
pub struct OperatorReport {
    /// The score with its parts.
    pub score: OperatorScore,
    /// Place by score among the operators of the same size class, and their number.
    pub score_among_similar: Option<(Percentile, usize)>,
    /// Place by score among all operators with a score, and their number.
    pub score_among_all: Option<(Percentile, usize)>,
    /// Uptime over the four periods.
    pub portfolio: ByPeriod<PortfolioPeriod>,
    /// The ladder of operators by uptime over six months, the best first; empty when the operator has no
    /// place on it.
    pub ladder: Vec<LadderStep>,
    /// Relays far below the operator's others, by period; none where there are too few relays.
    pub outliers: ByPeriod<Option<Vec<(RelayPosition, Outlier)>>>,
    /// What its relays served; none where no bandwidth document was read.
    pub traffic: Option<OperatorTraffic>,
    /// Time with the flags that its relays have now.
    pub flags: Vec<FlagReliability>,
    /// How its weight is spread.
    pub spread: Spread,
    /// The diversity of that.
    pub diversity: Option<Diversity>,
    /// How its relays list each other.
    pub family: FamilyState,
    /// Its domain claims.
    pub aroi: AroiReport,
    /// Running relays that are not on a recommended version.
    pub outdated_relays: usize,
    /// Relays that do not run.
    pub offline: OfflineRelays,
    /// When a relay was last missing for a day.
    pub last_absence: LastAbsence,
    /// Whole days since then, or that are known without one.
    pub days_since_issue: Option<i64>,
    /// Its ranks in the leaderboards, the best first.
    pub places: Vec<Place>,
    /// The best of them.
    pub best_place: Option<Place>,
    /// Achievements.
    pub awards: Vec<Award>,
    /// What would help, the largest effect first.
    pub recommendations: Vec<Recommendation>,
    /// The one thing to know.
    pub insight: Insight,
}

/// Percentiles of the ladder, from the best.
const STEPS: [u8; 8] = [99, 95, 90, 75, 50, 25, 5, 1];

impl OperatorReport {
    /// The report of the operator at a place; none when there is none.
    pub fn of(snapshot: &Snapshot, position: GroupPosition) -> Option<Self> {
        let (network, report) = (&snapshot.network, &snapshot.report);
        let operator = network.groups(GroupKind::Operator).get(position)?;
        let score = *report.scores.operator(position);
        let last_absence = last_absence_of(network, &snapshot.histories, operator.members);
        let days = last_absence.days_before(network.published());
        let state = OperatorState::of(network, operator);
        let mut places: Vec<_> = report.leaderboards.places(position).collect();
        places.sort_by_key(|place| place.rank);
        let mut found = Self {
            score_among_similar: score.class.and_then(|class| {
                Some((
                    report.scores.percentile_among_similar(position)?,
                    report.scores.class_ladders[class as usize].len(),
                ))
            }),
            score_among_all: report
                .scores
                .percentile_among_all(position)
                .map(|place| (place, report.scores.operator_ladder.len())),
            portfolio: Period::ALL.map(|period| portfolio(snapshot, position, period)),
            ladder: ladder(snapshot, position),
            outliers: Period::ALL.map(|period| outlying(snapshot, operator, period)),
            traffic: OperatorTraffic::of(network, &snapshot.histories, &report.operators.traffic, operator),
            flags: flag_reliability(network, &snapshot.histories, &report.uptime, operator),
            diversity: state.spread.diversity(),
            outdated_relays: outdated(network, operator),
            offline: offline(network, operator),
            days_since_issue: days.map(|days| days as i64),
            best_place: places.first().copied(),
            places,
            awards: Award::of(snapshot, operator, last_absence),
            recommendations: recommendations(
                network,
                &snapshot.histories,
                &report.operators.candidates,
                operator,
                &state,
            ),
            spread: state.spread,
            family: state.family,
            aroi: state.aroi,
            insight: Insight::TooLittle,
            last_absence,
            score,
        };
        found.insight = Insight::of(&found);
        Some(found)
    }
}

/// How an operator's relays are spread, related and proven: what its report shows and its
/// recommendations start from.
#[derive(Debug)]
pub struct OperatorState {
    /// Over countries, ASes and platforms.
    pub spread: Spread,
    /// As a family.
    pub family: FamilyState,
    /// Their claims of a domain.
    pub aroi: AroiReport,
}

impl OperatorState {
    /// The state of an operator.
    pub fn of(network: &Network, operator: Group<'_>) -> Self {
        Self {
            spread: Spread::of(network, operator.members),
            family: FamilyState::of(network, operator.members),
            aroi: AroiReport::of(network, with_claims(network, operator)),
        }
    }
}

/// The operator's relays and those that claim its domain and are not counted to it.
pub fn with_claims<'a>(
    network: &'a Network,
    operator: Group<'a>,
) -> impl Iterator<Item = RelayPosition> + 'a {
    let claiming = match operator.key {
        GroupKey::Operator(id) => network.claims(id),
        _ => &[],
    };
    operator.members.iter().chain(claiming).copied()
}

fn portfolio(snapshot: &Snapshot, operator: GroupPosition, period: Period) -> PortfolioPeriod {
    let report = &snapshot.report;
    let uptime = *report.uptime.group(GroupKind::Operator, operator, period);
    let mean = uptime.mean.filter(|_| uptime.eligible >= FEWEST_ELIGIBLE);
    let place = |ladder: &Ladder| mean.and_then(|mean| ladder.percentile(mean));
    let class = report.scores.operator(operator).class;
    PortfolioPeriod {
        period,
        uptime,
        among_all: place(&report.uptime.group_ladders[GroupKind::Operator as usize][period as usize]),
        among_similar: class.and_then(|class| place(report.operators.peers.uptime(class, period))),
    }
}

fn ladder(snapshot: &Snapshot, operator: GroupPosition) -> Vec<LadderStep> {
    let period = Period::SixMonths;
    let uptime = &snapshot.report.uptime;
    let own = uptime.group(GroupKind::Operator, operator, period);
    let Some(own) = own.mean.filter(|_| own.eligible >= FEWEST_ELIGIBLE) else { return Vec::new() };
    let all = &uptime.group_ladders[GroupKind::Operator as usize][period as usize];
    let step = |percentile: u8| {
        let uptime = all.quantile(f64::from(percentile) / 100.0)?;
        Some(LadderStep { percentile, uptime, distance_points: 100.0 * (own - uptime) })
    };
    STEPS.into_iter().filter_map(step).collect()
}

/// The operator's relays with an uptime far below the others, the lowest first.
fn outlying(
    snapshot: &Snapshot,
    operator: Group<'_>,
    period: Period,
) -> Option<Vec<(RelayPosition, Outlier)>> {
    let uptime = |position: &RelayPosition| {
        let uptime = snapshot.report.uptime.relay(*position, period).filter(|uptime| uptime.is_eligible)?;
        Some((*position, uptime.ratio))
    };
    let (positions, values): (Vec<_>, Vec<f64>) = operator.members.iter().filter_map(uptime).unzip();
    match outliers(&values) {
        Outliers::TooFewRelays => None,
        Outliers::Found(found) => {
            Some(found.into_iter().map(|outlier| (positions[outlier.index], outlier)).collect())
        }
    }
}

fn outdated(network: &Network, operator: Group<'_>) -> usize {
    let relays = operator.members.iter().map(|position| network.relay(*position));
    relays.filter(|relay| relay.running && relay.recommended_version == Some(false)).count()
}

fn offline(network: &Network, operator: Group<'_>) -> OfflineRelays {
    let weight = |relays: &[RelayPosition]| -> f64 {
        relays.iter().map(|position| network.relay(*position).consensus_weight.unwrap_or(0) as f64).sum()
    };
    let members = operator.members.iter().copied();
    let relays: Vec<_> = members.filter(|position| !network.relay(*position).running).collect();
    let whole = weight(operator.members);
    let weight_percent = if whole > 0.0 { 100.0 * weight(&relays) / whole } else { 0.0 };
    OfflineRelays { relays, weight_percent }
}

#[cfg(test)]
mod tests;
