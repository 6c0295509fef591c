//! Places of relays: ASes, countries and sets of countries, with uptime, its change, and what is unusual.
//!
//! Uptimes are those of the last month and of eligible relays (`docs/methods/uptime.md`). A place is
//! ranked, tested and given an interval from five eligible relays on; fewer are shown with their mean
//! and their number, and nothing is concluded from them.

mod affected;
mod anomaly;
mod area;
mod arrivals;
mod as_profile;
mod change;
mod estimate;
mod false_discovery;
mod findings;
mod owner;
mod student;

pub use affected::{Affected, LargestPart};
pub use anomaly::{Anomaly, FEWEST_PLACES, LEAST_GAP};
pub use area::{Area, UNDERSERVED_RELAYS};
pub use arrivals::{Arrivals, MONTHS, arrivals};
pub use as_profile::{
    HIGH_RISK, MEDIUM_RISK, Risk, STAR_LIMITS, TOP_TEN_LIMIT, exit_policies, mean_age_years, stars,
};
pub use change::{Direction, SPAN_DAYS, STABLE_WITHIN, relay_change};
pub use estimate::{Estimate, FEWEST_OWNERS, FEWEST_RELAYS};
pub use false_discovery::{RATE as FALSE_DISCOVERY_RATE, adjusted};
pub use findings::AsConcentration;

use crate::metrics::uptime::UptimeReport;
use crate::{Aggregate, Ladder, aggregate};
use allium_model::{
    CountryCode, GroupKey, GroupKind, GroupPosition, Histories, Network, Period, Region, RelayPosition,
};
use anomaly::Tested;
use owner::{Owned, Owner};
use std::cmp::Reverse;

/// What is measured of any place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlaceReport {
    /// Mean uptime over the last month; none without an eligible relay.
    pub uptime: Option<Estimate>,
    /// Rank by this among places of the kind with at least [`FEWEST_RELAYS`] eligible relays, equal ones
    /// sharing the best; none for a place with fewer.
    pub rank: Option<usize>,
    /// Mean change of the relays' uptimes from the 30 days before to the last 30; none when no relay has
    /// both.
    pub change: Option<Estimate>,
    /// Whether the uptime is unusually low; none where it is not tested.
    pub anomaly: Option<Anomaly>,
}

impl PlaceReport {
    /// The mean uptime when it rests on enough relays, 0 to 1.
    pub fn ranked_uptime(&self) -> Option<f64> {
        self.uptime.filter(|uptime| uptime.relays >= FEWEST_RELAYS).map(|uptime| uptime.mean)
    }

    /// What the change amounts to; none without an interval.
    pub fn direction(&self) -> Option<Direction> {
        self.change.as_ref().and_then(Direction::of)
    }
}

/// What is measured of an AS.
#[derive(Debug, Clone, PartialEq)]
pub struct AsReport {
    /// Uptime, change and anomaly; the comparison is with all ASes.
    pub place: PlaceReport,
    /// Stars by uptime, 1 to 5; none with fewer than [`FEWEST_RELAYS`] eligible relays.
    pub stars: Option<u8>,
    /// How much of the network depends on it.
    pub risk: Risk,
    /// Diversity of its relays over owners and platforms, 0 to 10; none without weight.
    pub diversity: Option<f64>,
    /// Country of most of its running relays.
    pub main_country: Option<CountryCode>,
}

/// What is measured of a country.
#[derive(Debug, Clone, PartialEq)]
pub struct CountryReport {
    /// Uptime, change and anomaly; the comparison is with the countries of its UN M49 region.
    pub place: PlaceReport,
    /// What its badly reachable relays have in common, where the anomaly is a finding.
    pub affected: Option<Affected>,
}

/// What is measured of a set of countries.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaReport {
    /// Which.
    pub area: Area,
    /// Its relays, running or not, country by country.
    pub members: Vec<RelayPosition>,
    /// What they add up to.
    pub aggregate: Aggregate,
    /// Uptime and change; areas overlap and are neither ranked nor tested.
    pub place: PlaceReport,
}

/// What is measured of all places.
#[derive(Debug, Default)]
pub struct PlacesReport {
    /// ASes by place in the index.
    pub ases: Vec<AsReport>,
    /// Ranked ASes, the best uptime first, of equal ones those with more relays.
    pub as_ranking: Vec<GroupPosition>,
    /// Countries by place in the index.
    pub countries: Vec<CountryReport>,
    /// Ranked countries, the best uptime first.
    pub country_ranking: Vec<GroupPosition>,
    /// Sets of countries, in the order of [`Area::all`].
    pub areas: Vec<AreaReport>,
    /// All relays.
    pub network: PlaceReport,
}

impl PlacesReport {
    /// Measures the places of a network.
    pub(crate) fn new(network: &Network, histories: &Histories, uptime: &UptimeReport) -> Self {
        let relays = Relays::new(network, histories, uptime);
        let mut ases = relays.places(GroupKind::As);
        let mut countries = relays.places(GroupKind::Country);
        let anomalies = anomaly::test(&[relays.tested(GroupKind::As, |_| true)]);
        for (place, anomaly) in ases.iter_mut().zip(anomalies.into_iter().flatten()) {
            place.anomaly = anomaly;
        }
        relays.test_countries(&mut countries);
        Self {
            as_ranking: ranking(&ases),
            country_ranking: ranking(&countries),
            countries: relays.country_reports(uptime, countries),
            ases: relays.as_reports(ases),
            areas: Area::all().map(|area| relays.area_report(area)).collect(),
            network: relays.place(network.default_order()),
        }
    }

    /// The report of an area.
    pub fn area(&self, area: Area) -> Option<&AreaReport> {
        self.areas.iter().find(|report| report.area == area)
    }
}

/// What places are made of: the values of each relay.
struct Relays<'a> {
    network: &'a Network,
    owners: Vec<Owner>,
    uptimes: Vec<Option<f64>>,
    changes: Vec<Option<f64>>,
}

impl<'a> Relays<'a> {
    fn new(network: &'a Network, histories: &Histories, uptime: &UptimeReport) -> Self {
        let positions = || (0..network.relays().len() as u32).map(RelayPosition);
        let end = uptime.window(Period::SixMonths).map(|window| window.end);
        let change = |position| {
            let entry = histories.uptime_of(network.relay(position).fingerprint)?;
            relay_change(entry.overall.get(Period::SixMonths)?, end?)
        };
        let ratio = |position| {
            let uptime = uptime.relay(position, Period::OneMonth)?;
            uptime.is_eligible.then_some(uptime.ratio)
        };
        Self {
            owners: positions().map(|position| Owner::of(network, position)).collect(),
            uptimes: positions().map(ratio).collect(),
            changes: positions().map(change).collect(),
            network,
        }
    }

    fn owned(&self, values: &[Option<f64>], members: &[RelayPosition]) -> Vec<Owned> {
        let one = |relay: &RelayPosition| Some((self.owners[relay.index()], values[relay.index()]?));
        members.iter().filter_map(one).collect()
    }

    fn place(&self, members: &[RelayPosition]) -> PlaceReport {
        PlaceReport {
            uptime: Estimate::of(self.owned(&self.uptimes, members)),
            change: Estimate::of(self.owned(&self.changes, members)),
            ..PlaceReport::default()
        }
    }

    /// The places of a kind, ranked.
    fn places(&self, kind: GroupKind) -> Vec<PlaceReport> {
        let groups = self.network.groups(kind).iter();
        let mut places: Vec<PlaceReport> = groups.map(|group| self.place(group.members)).collect();
        // What differs by the rounding of sums only is equal.
        let value = |place: &PlaceReport| place.ranked_uptime().map(|uptime| (uptime * 1e9).round());
        let ladder = Ladder::of(places.iter().filter_map(value));
        for place in &mut places {
            place.rank = value(place).map(|uptime| ladder.rank_from_top(uptime));
        }
        places
    }

    /// The groups of a kind as the test wants them.
    fn tested(&self, kind: GroupKind, is_wanted: impl Fn(GroupKey) -> bool) -> Vec<Tested> {
        let groups = self.network.groups(kind).iter().filter(|group| is_wanted(group.key));
        let tested = |group: allium_model::Group<'_>| Tested {
            seed: seed(group.key),
            values: self.owned(&self.uptimes, group.members),
        };
        groups.map(tested).collect()
    }

    /// Tests each country against the others of its region.
    fn test_countries(&self, countries: &mut [PlaceReport]) {
        let is_within =
            |region| move |key| matches!(key, GroupKey::Country(code) if region_of(code) == Some(region));
        let sets = Region::ALL.map(|region| self.tested(GroupKind::Country, is_within(region)));
        let found = anomaly::test(&sets);
        for (region, anomalies) in Region::ALL.into_iter().zip(found) {
            let groups = self.network.groups(GroupKind::Country).iter();
            let own = groups.filter(|group| is_within(region)(group.key));
            for (group, anomaly) in own.zip(anomalies) {
                countries[group.position.index()].anomaly = anomaly;
            }
        }
    }

    fn as_reports(&self, places: Vec<PlaceReport>) -> Vec<AsReport> {
        let report = |(group, place): (allium_model::Group<'_>, PlaceReport)| {
            let shares =
                group.members.iter().map(|relay| self.network.relay(*relay).running_weight_fraction());
            AsReport {
                stars: place.ranked_uptime().map(stars),
                risk: Risk::of_share(shares.sum()),
                diversity: as_profile::diversity(self.network, group.members),
                main_country: as_profile::main_country(self.network, group.members),
                place,
            }
        };
        self.network.groups(GroupKind::As).iter().zip(places).map(report).collect()
    }

    fn country_reports(&self, uptime: &UptimeReport, places: Vec<PlaceReport>) -> Vec<CountryReport> {
        let report = |(group, place): (allium_model::Group<'_>, PlaceReport)| {
            let is_found = place.anomaly.is_some_and(|anomaly| anomaly.is_found());
            let region = match group.key {
                GroupKey::Country(code) if is_found => region_of(code),
                _ => None,
            };
            let compared = region.map(|region| Area::Region(region).members(self.network));
            let affected =
                compared.and_then(|compared| Affected::of(self.network, uptime, group.members, &compared));
            CountryReport { place, affected }
        };
        self.network.groups(GroupKind::Country).iter().zip(places).map(report).collect()
    }

    fn area_report(&self, area: Area) -> AreaReport {
        let members = area.members(self.network);
        AreaReport {
            area,
            aggregate: aggregate(self.network, &members),
            place: self.place(&members),
            members,
        }
    }
}

fn region_of(code: CountryCode) -> Option<Region> {
    code.subregion().map(allium_model::Subregion::region)
}

/// A number of a place that stays the same from snapshot to snapshot.
fn seed(key: GroupKey) -> u64 {
    match key {
        GroupKey::As(number) => u64::from(number.0),
        GroupKey::Country(code) => code.as_str().bytes().fold(0, |sum, byte| sum << 8 | u64::from(byte)),
        _ => 0,
    }
}

/// The ranked places, the best uptime first; of equal ones those with more relays.
fn ranking(places: &[PlaceReport]) -> Vec<GroupPosition> {
    let key = |(place, index): (&PlaceReport, u32)| {
        Some((place.rank?, Reverse(place.uptime?.relays), GroupPosition(index)))
    };
    let mut ranked: Vec<_> = places.iter().zip(0..).filter_map(key).collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, _, position)| position).collect()
}

#[cfg(test)]
mod tests;
