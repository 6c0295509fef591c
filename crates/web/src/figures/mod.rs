//! The figures of the site: which there are, what they are about, and how they are drawn.
//!
//! A figure is drawn from an [`Edition`] by one function, and is the same inline in a page, as `.svg`,
//! `.png` and `.csv` by address, and from the command line. To add one: a row in the table below and
//! its function in `network`, `relay`, `group`, `operator` or `place`. What a subject has no data for is no figure
//! (`None`) and never an empty one.

mod countries;
pub(crate) mod directory;
mod group;
mod growth;
mod health;
pub(crate) mod history;
mod html;
mod key;
mod lines;
mod look;
pub(crate) mod network;
mod operator;
mod place;
pub(crate) mod relay;

pub(crate) use html::{Embedding, embed};
pub use key::{FigureForm, FigureKey, Subject};
pub use look::{FigureLook, HEIGHTS, LookError, WIDTHS, file, parse_theme};

use crate::Edition;
use allium_analysis::efficiency::BandwidthClaim;
use allium_charts::Figure;
use allium_model::{Group, GroupKind, Period, RelayPosition};
use health::HealthStretch;
use history::Stretch;
use network::weights::WeightBy;

/// Draws a figure of the network.
type OfNetwork = fn(&Edition) -> Option<Figure>;
/// Draws a figure of a relay.
type OfRelay = fn(&Edition, RelayPosition) -> Option<Figure>;
/// Draws a figure of a group.
type OfGroup = fn(&Edition, Group<'_>) -> Option<Figure>;

/// Who can have a figure, and who draws it.
#[derive(Clone, Copy)]
struct Builders {
    network: Option<OfNetwork>,
    relay: Option<OfRelay>,
    group: Option<(&'static [GroupKind], OfGroup)>,
}

const NOBODY: Builders = Builders { network: None, relay: None, group: None };

/// The closed list of figures: name, slug, what it shows, and who draws it for which subjects.
macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $shows:literal, { $($subject:ident: $builder:expr),+ $(,)? };)+) => {
        /// A figure's name. The same name may be drawn for several kinds of subjects.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FigureName { $($(#[$doc])* $name),+ }

        impl FigureName {
            /// Every figure, in the order in which lists show them.
            pub const ALL: [Self; [$($slug),+].len()] = [$(Self::$name),+];

            /// The name in addresses and on the command line.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug),+ }
            }

            /// What it shows, in a few words that begin in lower case.
            pub const fn shows(self) -> &'static str {
                match self { $(Self::$name => $shows),+ }
            }

            const fn builders(self) -> Builders {
                let mut builders = NOBODY;
                match self { $(Self::$name => { $(builders.$subject = Some($builder);)+ }),+ }
                builders
            }
        }
    };
}

/// Kinds of groups whose relays have an owner or a place in common.
const OF_ONE_HAND: &[GroupKind] =
    &[GroupKind::Operator, GroupKind::Family, GroupKind::As, GroupKind::Country];

/// Kinds of groups whose relays can have been first seen on different days.
const OF_MANY_DAYS: &[GroupKind] = &[
    GroupKind::Operator,
    GroupKind::Family,
    GroupKind::Country,
    GroupKind::As,
    GroupKind::Platform,
    GroupKind::Version,
    GroupKind::Flag,
];

/// Kinds of groups whose relays can be in several countries.
const ACROSS_COUNTRIES: &[GroupKind] = &[
    GroupKind::Operator,
    GroupKind::Family,
    GroupKind::As,
    GroupKind::Platform,
    GroupKind::Version,
    GroupKind::Flag,
    GroupKind::FirstSeen,
];

figures! {
    /// Running relays by country.
    Countries = "countries", "running relays by country", {
        network: network::countries,
        group: (ACROSS_COUNTRIES, group::countries),
    };
    /// Consensus weight by AS.
    AsWeight = "as-weight", "consensus weight by AS", { network: network::as_weight };
    /// Running relays by the day on which they were first seen.
    FirstSeen = "first-seen", "running relays by when they were first seen", {
        network: network::first_seen,
        group: (OF_MANY_DAYS, group::first_seen),
    };
    /// Uptime over 1 month.
    UptimeOneMonth = "uptime-1-month", "uptime over 1 month", {
        network: |edition| network::uptime(edition, Period::OneMonth),
        relay: |edition, relay| relay::uptime(edition, relay, Period::OneMonth),
        group: (OF_ONE_HAND, |edition, group| operator::uptime(edition, group, Period::OneMonth)),
    };
    /// Uptime over 6 months.
    UptimeSixMonths = "uptime-6-months", "uptime over 6 months", {
        network: |edition| network::uptime(edition, Period::SixMonths),
        relay: |edition, relay| relay::uptime(edition, relay, Period::SixMonths),
        group: (OF_ONE_HAND, |edition, group| operator::uptime(edition, group, Period::SixMonths)),
    };
    /// Uptime over 1 year.
    UptimeOneYear = "uptime-1-year", "uptime over 1 year", {
        network: |edition| network::uptime(edition, Period::OneYear),
        relay: |edition, relay| relay::uptime(edition, relay, Period::OneYear),
        group: (OF_ONE_HAND, |edition, group| operator::uptime(edition, group, Period::OneYear)),
    };
    /// Uptime over 5 years.
    UptimeFiveYears = "uptime-5-years", "uptime over 5 years", {
        network: |edition| network::uptime(edition, Period::FiveYears),
        relay: |edition, relay| relay::uptime(edition, relay, Period::FiveYears),
        group: (OF_ONE_HAND, |edition, group| operator::uptime(edition, group, Period::FiveYears)),
    };
    /// What was read and written over 1 month.
    BandwidthOneMonth = "bandwidth-1-month", "what was read and written over 1 month", {
        network: |edition| network::bandwidth(edition, Period::OneMonth),
        relay: |edition, relay| relay::bandwidth(edition, relay, Period::OneMonth),
        group: (OF_ONE_HAND, |edition, group| operator::bandwidth(edition, group, Period::OneMonth)),
    };
    /// What was read and written over 6 months.
    BandwidthSixMonths = "bandwidth-6-months", "what was read and written over 6 months", {
        network: |edition| network::bandwidth(edition, Period::SixMonths),
        relay: |edition, relay| relay::bandwidth(edition, relay, Period::SixMonths),
        group: (OF_ONE_HAND, |edition, group| operator::bandwidth(edition, group, Period::SixMonths)),
    };
    /// What was read and written over 1 year.
    BandwidthOneYear = "bandwidth-1-year", "what was read and written over 1 year", {
        network: |edition| network::bandwidth(edition, Period::OneYear),
        relay: |edition, relay| relay::bandwidth(edition, relay, Period::OneYear),
        group: (OF_ONE_HAND, |edition, group| operator::bandwidth(edition, group, Period::OneYear)),
    };
    /// What was read and written over 5 years.
    BandwidthFiveYears = "bandwidth-5-years", "what was read and written over 5 years", {
        network: |edition| network::bandwidth(edition, Period::FiveYears),
        relay: |edition, relay| relay::bandwidth(edition, relay, Period::FiveYears),
        group: (OF_ONE_HAND, |edition, group| operator::bandwidth(edition, group, Period::FiveYears)),
    };
    /// Share of consensus weight over 1 month.
    WeightOneMonth = "weight-1-month", "share of consensus weight over 1 month", {
        relay: |edition, relay| relay::weight(edition, relay, Period::OneMonth),
    };
    /// Share of consensus weight over 6 months.
    WeightSixMonths = "weight-6-months", "share of consensus weight over 6 months", {
        relay: |edition, relay| relay::weight(edition, relay, Period::SixMonths),
    };
    /// Share of consensus weight over 1 year.
    WeightOneYear = "weight-1-year", "share of consensus weight over 1 year", {
        relay: |edition, relay| relay::weight(edition, relay, Period::OneYear),
    };
    /// Share of consensus weight over 5 years.
    WeightFiveYears = "weight-5-years", "share of consensus weight over 5 years", {
        relay: |edition, relay| relay::weight(edition, relay, Period::FiveYears),
    };
    /// Flags of a relay, hour by hour, over 30 days.
    FlagHoursThirtyDays = "flag-hours-30-days", "flags hour by hour over 30 days", {
        relay: |edition, relay| history::flags(edition, relay, Stretch::ThirtyDays),
    };
    /// Flags of a relay, hour by hour, over 90 days.
    FlagHoursNinetyDays = "flag-hours-90-days", "flags hour by hour over 90 days", {
        relay: |edition, relay| history::flags(edition, relay, Stretch::NinetyDays),
    };
    /// Consensus weight of a relay, hour by hour, over 30 days.
    WeightHoursThirtyDays = "weight-hours-30-days", "consensus weight hour by hour over 30 days", {
        relay: |edition, relay| history::weight(edition, relay, Stretch::ThirtyDays),
    };
    /// Consensus weight of a relay, hour by hour, over 90 days.
    WeightHoursNinetyDays = "weight-hours-90-days", "consensus weight hour by hour over 90 days", {
        relay: |edition, relay| history::weight(edition, relay, Stretch::NinetyDays),
    };
    /// Health of the network over 24 hours.
    HealthDay = "health-24-hours", "health of the network over 24 hours", {
        network: |edition| health::health(edition, HealthStretch::Day),
    };
    /// Health of the network over 7 days.
    HealthWeek = "health-7-days", "health of the network over 7 days", {
        network: |edition| health::health(edition, HealthStretch::Week),
    };
    /// Health of the network over 30 days.
    HealthMonth = "health-30-days", "health of the network over 30 days", {
        network: |edition| health::health(edition, HealthStretch::Month),
    };
    /// Health of the network over 90 days.
    HealthQuarter = "health-90-days", "health of the network over 90 days", {
        network: |edition| health::health(edition, HealthStretch::Quarter),
    };
    /// Health of the network since the history begins.
    HealthAll = "health-all", "health of the network since the history begins", {
        network: |edition| health::health(edition, HealthStretch::Everything),
    };
    /// Relays by health score.
    RelayHealth = "relay-health", "running relays by class of their health", {
        network: health::distribution,
    };
    /// Relays by health class.
    HealthClasses = "health-classes", "relays by health class", {
        network: network::health_classes,
    };
    /// Relays that moved between health classes.
    ClassFlow = "class-flow", "relays that moved between health classes", {
        network: network::class_flow,
    };
    /// Percentiles of the uptime of relays.
    UptimeLadder = "uptime-ladder", "percentiles of the uptime of relays", {
        network: network::ladder,
    };
    /// Box plots of uptime by period.
    UptimeBoxes = "uptime-boxes", "box plots of uptime by period", {
        network: network::boxes,
    };
    /// Uptime of relays over one month in classes.
    UptimeHistogram = "uptime-histogram", "uptime of relays over one month in classes", {
        network: network::histogram,
    };
    /// The same from 95 % on.
    UptimeHistogramTop = "uptime-histogram-top", "the same from 95 % on", {
        network: network::histogram_top,
    };
    /// Uptime of relays against how much it varies.
    UptimeVariance = "uptime-variance", "uptime of relays against how much it varies", {
        network: network::variance,
    };
    /// Rank correlations between periods.
    UptimeCorrelations = "uptime-correlations", "rank correlations between periods", {
        network: network::correlations,
    };
    /// How much of its capacity the network uses.
    Utilisation = "utilisation", "how much of its capacity the network uses", {
        network: network::utilisation,
    };
    /// Clients of bridges.
    BridgeClients = "bridge-clients", "clients of bridges", {
        network: network::bridge_clients,
    };
    /// Share of running relays with each flag.
    Flags = "flags", "share of running relays with each flag", {
        network: network::flags,
    };
    /// Operating systems by relays, weight and capacity.
    PlatformShares = "platform-shares", "operating systems by relays, weight and capacity", {
        network: network::platform_shares,
    };
    /// Operators with relays that are not on Linux.
    PlatformHeroes = "platform-heroes", "operators with relays that are not on Linux", {
        network: network::platform_heroes,
    };
    /// Weight of the directory authorities.
    WeightAuthorities = "weight-authorities", "weight of the directory authorities", {
        network: |edition| network::weight_parts(edition, WeightBy::Authority),
    };
    /// Weight by role.
    WeightRoles = "weight-roles", "weight by role", {
        network: |edition| network::weight_parts(edition, WeightBy::Role),
    };
    /// Weight by operator.
    WeightOperators = "weight-operators", "weight by operator", {
        network: |edition| network::weight_parts(edition, WeightBy::Groups(GroupKind::Operator)),
    };
    /// Weight by AS.
    WeightAses = "weight-ases", "weight by AS", {
        network: |edition| network::weight_parts(edition, WeightBy::Groups(GroupKind::As)),
    };
    /// Weight by country.
    WeightCountries = "weight-countries", "weight by country", {
        network: |edition| network::weight_parts(edition, WeightBy::Groups(GroupKind::Country)),
    };
    /// Roles of relays by country.
    RolesByCountry = "roles-by-country", "roles of relays by country", {
        network: network::by_country,
    };
    /// Roles of relays by operating system.
    RolesByPlatform = "roles-by-platform", "roles of relays by operating system", {
        network: network::by_platform,
    };
    /// Roles of relays by size of operator.
    RolesBySize = "roles-by-size", "roles of relays by size of operator", {
        network: network::by_size,
    };
    /// Weight of operators for their observed bandwidth.
    EfficiencyObserved = "efficiency-observed", "weight of operators for their observed bandwidth", {
        network: |edition| network::efficiency(edition, BandwidthClaim::Observed),
    };
    /// Weight of operators for their advertised bandwidth.
    EfficiencyAdvertised = "efficiency-advertised", "weight of operators for their advertised bandwidth", {
        network: |edition| network::efficiency(edition, BandwidthClaim::Advertised),
    };
    /// Uptime of large operators.
    TopOperators = "top-operators", "uptime of large operators", {
        network: network::top_operators,
    };
    /// Relays that still run by the year of their start.
    RelaysByYear = "relays-by-year", "relays that still run by the year of their start", {
        network: network::relays_by_month,
    };
    /// Operators by the year of their oldest relay.
    OperatorsByYear = "operators-by-year", "operators by the year of their oldest relay", {
        network: network::operators_by_month,
    };
    /// The first of twelve leaderboards.
    AchievementWheel = "achievement-wheel", "the first of twelve leaderboards", {
        network: network::wheel,
    };
    /// Map of running relays.
    WorldRelays = "world-relays", "map of running relays", { network: place::world_relays };
    /// Map of consensus weight.
    WorldWeight = "world-weight", "map of consensus weight", { network: place::world_weight };
    /// Map of uptime.
    WorldUptime = "world-uptime", "map of uptime over one month", { network: place::world_uptime };
    /// Map of the tiers of countries.
    WorldTiers = "world-tiers", "map of the tiers of countries", { network: place::world_tiers };
    /// Votes and signatures of each consensus.
    ConsensusParticipation = "consensus-participation", "votes and signatures of each consensus", {
        network: directory::participation,
    };
    /// Consensuses made by day of the week.
    ConsensusWeekdays = "consensus-weekdays", "consensuses made by day of the week", {
        network: directory::weekdays,
    };
    /// Time of the authorities to answer.
    AuthorityResponses = "authority-responses", "time of the authorities to answer", {
        network: directory::responses,
    };
    /// Measurements of the scanners against the consensus.
    ScannerRatios = "scanner-ratios", "measurements of the scanners against the consensus", {
        network: directory::scanner_ratios,
    };
    /// Measured relays by scanner.
    MeasuredRelays = "measured-relays", "measured relays by scanner", { network: directory::measured_relays };
    /// Map of the directory authorities.
    WorldAuthorities = "world-authorities", "map of the directory authorities", { network: directory::world };
    /// Uptime of an AS or a country against the network.
    PlaceUptime = "uptime-against-network", "uptime over 6 months, against the network", {
        group: (&[GroupKind::As, GroupKind::Country], place::uptime),
    };
}

impl FigureName {
    /// The figure with a slug.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.slug() == slug)
    }

    /// Whether a subject can have the figure. It may still lack the data for it.
    pub fn is_of(self, subject: &Subject) -> bool {
        let builders = self.builders();
        match (subject, subject.group_kind()) {
            (Subject::Network, _) => builders.network.is_some(),
            (Subject::Relay(_), _) => builders.relay.is_some(),
            (_, Some(kind)) => builders.group.is_some_and(|(kinds, _)| kinds.contains(&kind)),
            (_, None) => false,
        }
    }

    /// The kinds of subjects that can have the figure, as the command line calls them.
    pub fn subject_kinds(self) -> Vec<&'static str> {
        let builders = self.builders();
        let network = builders.network.map(|_| "network");
        let relay = builders.relay.map(|_| "relay");
        let groups = builders.group.map(|(kinds, _)| kinds).unwrap_or_default();
        network.into_iter().chain(relay).chain(groups.iter().map(|kind| kind_name(*kind))).collect()
    }

    /// The figures that a subject can have.
    pub fn of(subject: &Subject) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|name| name.is_of(subject))
    }
}

/// A kind of group in the words of the command line.
const fn kind_name(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Operator => "operator",
        GroupKind::Family => "family",
        GroupKind::Country => "country",
        GroupKind::As => "as",
        GroupKind::Platform => "platform",
        GroupKind::Version => "version",
        GroupKind::Flag => "flag",
        GroupKind::FirstSeen => "first-seen",
    }
}

/// The figure with a key; none when its subject is not in the edition or lacks the data.
pub fn figure(edition: &Edition, key: &FigureKey) -> Option<Figure> {
    let builders = key.name.builders();
    let snapshot = &edition.snapshot;
    let figure = match &key.subject {
        Subject::Network => builders.network?(edition),
        Subject::Relay(fingerprint) => builders.relay?(edition, snapshot.network.find(*fingerprint)?),
        subject => {
            let (kinds, draw) = builders.group?;
            let group = subject.group(snapshot).filter(|group| kinds.contains(&group.key.kind()))?;
            draw(edition, group)
        }
    };
    figure.filter(|figure| !figure.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_slugs_and_each_is_one_figures() {
        for name in FigureName::ALL {
            assert!(allium_model::is_slug(name.slug()), "{}", name.slug());
            assert_eq!(FigureName::of_slug(name.slug()), Some(name));
            assert!(!name.subject_kinds().is_empty(), "{} is of nothing", name.slug());
            assert!(name.shows().starts_with(char::is_lowercase), "{}", name.slug());
        }
    }
}
