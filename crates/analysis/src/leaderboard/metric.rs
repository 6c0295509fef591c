//! The value of an operator in each category.

use super::served::Served;
use super::{Category, MissingData};
use crate::{Aggregate, Report};
use allium_model::{
    AroiState, AsNumber, CountryGroup, CountryTier, Group, GroupKey, GroupKind, Network, Period, Relay,
};
use std::net::IpAddr;

/// What the values are computed from.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) network: &'a Network,
    pub(super) report: &'a Report,
    /// Bandwidth served; none when no bandwidth document was read.
    pub(super) served: Option<&'a Served>,
}

/// Fewest eligible relays of an operator in a board of means over time.
const FEWEST_RELAYS: usize = 25;

impl<'a> Context<'a> {
    /// The value of an operator; none when it is not eligible or the value is not known.
    pub(super) fn value(self, category: Category, operator: Group<'a>) -> Option<f64> {
        let sum = &self.report.groups(GroupKind::Operator).groups[operator.position.index()].aggregate;
        let totals = &self.report.totals;
        match category {
            Category::Bandwidth => Some(sum.observed_bandwidth.total as f64),
            Category::ConsensusWeight => Some(sum.consensus_weight_fraction.total),
            Category::ExitAuthority => {
                part(sum.consensus_weight_fraction.exit, totals.consensus_weight_fraction.exit)
            }
            Category::GuardAuthority => {
                part(sum.consensus_weight_fraction.guard, totals.consensus_weight_fraction.guard)
            }
            Category::ExitOperators => Some(sum.relays.exit as f64),
            Category::GuardOperators => Some(sum.relays.guard as f64),
            Category::ReliabilityMasters => self.uptime(operator, Period::SixMonths),
            Category::LegacyTitans => self.uptime(operator, Period::FiveYears),
            Category::BandwidthMasters => self.served?.mean(operator, Period::SixMonths, FEWEST_RELAYS),
            Category::BandwidthLegends => self.served?.mean(operator, Period::FiveYears, FEWEST_RELAYS),
            Category::MostDiverse => Some(self.diversity_points(operator, sum)),
            Category::PlatformDiversity => {
                Some(self.count_running(operator, |relay| self.is_not_on_linux(relay)))
            }
            Category::NonEuLeaders => Some(self.count_running(operator, is_outside_the_eu)),
            Category::FrontierBuilders => Some(self.frontier_countries(operator) as f64),
            Category::NetworkVeterans => self.veteran_points(operator),
            Category::Ipv4Leaders => Some(self.addresses(operator, IpAddr::is_ipv4) as f64),
            Category::Ipv6Leaders => Some(self.addresses(operator, IpAddr::is_ipv6) as f64),
            Category::ValidatedRelays => Some(sum.verified_relays as f64),
            Category::TotalDataChampions => Some(self.served?.bytes(operator)),
        }
    }

    /// The document without which a category ranks nobody; none when it is there.
    pub(super) fn missing(self, category: Category) -> Option<MissingData> {
        match category {
            Category::ReliabilityMasters | Category::LegacyTitans => {
                let has_uptime =
                    Period::ALL.iter().any(|period| self.report.uptime.window(*period).is_some());
                (!has_uptime).then_some(MissingData::Uptime)
            }
            Category::BandwidthMasters | Category::BandwidthLegends | Category::TotalDataChampions => {
                self.served.is_none().then_some(MissingData::Bandwidth)
            }
            Category::ValidatedRelays => (!self.has_checked_claims()).then_some(MissingData::Proofs),
            _ => None,
        }
    }

    fn has_checked_claims(self) -> bool {
        let states = &self.report.overview.aroi_states;
        states[AroiState::Valid as usize] + states[AroiState::Invalid as usize] > 0
    }

    fn uptime(self, operator: Group<'a>, period: Period) -> Option<f64> {
        let uptime = self.report.uptime.group(GroupKind::Operator, operator.position, period);
        uptime.mean.filter(|_| uptime.eligible >= FEWEST_RELAYS)
    }

    fn running(self, operator: Group<'a>) -> impl Iterator<Item = &'a Relay> {
        let relays = operator.members.iter().map(|position| self.network.relay(*position));
        relays.filter(|relay| relay.running)
    }

    fn count_running(self, operator: Group<'a>, is_counted: impl Fn(&Relay) -> bool) -> f64 {
        self.running(operator).filter(|relay| is_counted(relay)).count() as f64
    }

    fn is_not_on_linux(self, relay: &Relay) -> bool {
        relay.operating_system.is_some_and(|text| !self.network.text(text).starts_with("Linux"))
    }

    /// 3 x countries + the sum of AS rarity scores / 2.5 + platforms.
    fn diversity_points(self, operator: Group<'a>, sum: &Aggregate) -> f64 {
        let mut ases: Vec<AsNumber> = self.running(operator).filter_map(|relay| relay.asn).collect();
        ases.sort_unstable();
        ases.dedup();
        let rarity: u32 = ases.into_iter().map(|number| u32::from(self.rarity_score(number))).sum();
        3.0 * sum.countries as f64 + f64::from(rarity) / 2.5 + sum.platforms as f64
    }

    fn rarity_score(self, number: AsNumber) -> u8 {
        let Some(group) = self.network.group(GroupKey::As(number)) else { return 0 };
        self.report
            .as_rarity_score(&self.report.groups(GroupKind::As).groups[group.position.index()].aggregate)
    }

    /// Countries of the operator's running relays that have at most 49 running relays of anybody.
    fn frontier_countries(self, operator: Group<'a>) -> usize {
        let mut countries: Vec<_> = self.running(operator).filter_map(|relay| relay.country).collect();
        countries.sort_unstable();
        countries.dedup();
        let tier = |code| {
            let group = self.network.group(GroupKey::Country(code))?;
            let sums = &self.report.groups(GroupKind::Country).groups;
            self.report.country_tier(&sums[group.position.index()].aggregate)
        };
        countries.into_iter().filter(|code| tier(*code).is_some_and(|tier| tier >= CountryTier::Rare)).count()
    }

    /// Days since the first running relay was first seen, times the factor of the number of running relays.
    fn veteran_points(self, operator: Group<'a>) -> Option<f64> {
        let first = self.running(operator).map(|relay| relay.first_seen).min()?;
        let days = self.network.published().days_since(first);
        Some(days as f64 * veteran_factor(self.running(operator).count()))
    }

    fn addresses(self, operator: Group<'a>, is_counted: fn(&IpAddr) -> bool) -> usize {
        let addresses = self.running(operator).flat_map(|relay| relay.or_addresses.iter());
        let mut addresses: Vec<IpAddr> = addresses.map(std::net::SocketAddr::ip).filter(is_counted).collect();
        addresses.sort_unstable();
        addresses.dedup();
        addresses.len()
    }
}

/// What the days of a veteran are multiplied with, by running relays.
pub const fn veteran_factor(relays: usize) -> f64 {
    match relays {
        300.. => 1.3,
        200..300 => 1.25,
        100..200 => 1.2,
        50..100 => 1.15,
        20..50 => 1.1,
        10..20 => 1.05,
        _ => 1.0,
    }
}

fn is_outside_the_eu(relay: &Relay) -> bool {
    relay.country.is_some_and(|code| !code.is_unknown() && !CountryGroup::Eu27.contains(code))
}

fn part(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}
