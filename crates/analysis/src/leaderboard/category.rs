//! The closed list of categories.

/// What operators are ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Observed bandwidth.
    Bandwidth,
    /// Share of consensus weight.
    ConsensusWeight,
    /// Share of the consensus weight of exits.
    ExitAuthority,
    /// Share of the consensus weight of guards.
    GuardAuthority,
    /// Exits.
    ExitOperators,
    /// Guards.
    GuardOperators,
    /// Mean uptime over six months.
    ReliabilityMasters,
    /// Mean uptime over five years.
    LegacyTitans,
    /// Bandwidth served over six months.
    BandwidthMasters,
    /// Bandwidth served over five years.
    BandwidthLegends,
    /// Countries, ASes and platforms.
    MostDiverse,
    /// Relays on other systems than Linux.
    PlatformDiversity,
    /// Relays outside the European Union.
    NonEuLeaders,
    /// Countries with few relays.
    FrontierBuilders,
    /// Age and number of relays.
    NetworkVeterans,
    /// IPv4 addresses.
    Ipv4Leaders,
    /// IPv6 addresses.
    Ipv6Leaders,
    /// Relays with a valid domain proof.
    ValidatedRelays,
    /// Bytes carried.
    TotalDataChampions,
}

/// What a value of a category is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes per second.
    BytesPerSecond,
    /// Bytes.
    Bytes,
    /// A share, 0 to 1.
    Ratio,
    /// Relays.
    Relays,
    /// Countries.
    Countries,
    /// IP addresses.
    Addresses,
    /// Points of a formula.
    Points,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 19] = [
        Self::Bandwidth,
        Self::ConsensusWeight,
        Self::ExitAuthority,
        Self::GuardAuthority,
        Self::ExitOperators,
        Self::GuardOperators,
        Self::ReliabilityMasters,
        Self::LegacyTitans,
        Self::BandwidthMasters,
        Self::BandwidthLegends,
        Self::MostDiverse,
        Self::PlatformDiversity,
        Self::NonEuLeaders,
        Self::FrontierBuilders,
        Self::NetworkVeterans,
        Self::Ipv4Leaders,
        Self::Ipv6Leaders,
        Self::ValidatedRelays,
        Self::TotalDataChampions,
    ];

    /// The name in paths, the API and on the command line.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Bandwidth => "bandwidth",
            Self::ConsensusWeight => "consensus-weight",
            Self::ExitAuthority => "exit-authority",
            Self::GuardAuthority => "guard-authority",
            Self::ExitOperators => "exit-operators",
            Self::GuardOperators => "guard-operators",
            Self::ReliabilityMasters => "reliability-masters",
            Self::LegacyTitans => "legacy-titans",
            Self::BandwidthMasters => "bandwidth-masters",
            Self::BandwidthLegends => "bandwidth-legends",
            Self::MostDiverse => "most-diverse",
            Self::PlatformDiversity => "platform-diversity",
            Self::NonEuLeaders => "non-eu-leaders",
            Self::FrontierBuilders => "frontier-builders",
            Self::NetworkVeterans => "network-veterans",
            Self::Ipv4Leaders => "ipv4-leaders",
            Self::Ipv6Leaders => "ipv6-leaders",
            Self::ValidatedRelays => "validated-relays",
            Self::TotalDataChampions => "total-data-champions",
        }
    }

    /// The category with a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.slug() == slug)
    }

    /// The title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Bandwidth => "Bandwidth capacity",
            Self::ConsensusWeight => "Network heavyweights",
            Self::ExitAuthority => "Exit authorities",
            Self::GuardAuthority => "Guard authorities",
            Self::ExitOperators => "Exit champions",
            Self::GuardOperators => "Guard gatekeepers",
            Self::ReliabilityMasters => "Reliability masters",
            Self::LegacyTitans => "Legacy titans",
            Self::BandwidthMasters => "Bandwidth served masters",
            Self::BandwidthLegends => "Bandwidth served legends",
            Self::MostDiverse => "Diversity masters",
            Self::PlatformDiversity => "Platform heroes",
            Self::NonEuLeaders => "Global expansion",
            Self::FrontierBuilders => "Frontier builders",
            Self::NetworkVeterans => "Network veterans",
            Self::Ipv4Leaders => "IPv4 leaders",
            Self::Ipv6Leaders => "IPv6 leaders",
            Self::ValidatedRelays => "Validation champions",
            Self::TotalDataChampions => "Total data champions",
        }
    }

    /// What is measured, as the head of a column.
    pub const fn measure(self) -> &'static str {
        match self {
            Self::Bandwidth => "Observed bandwidth",
            Self::ConsensusWeight => "Consensus weight",
            Self::ExitAuthority => "Share of exit weight",
            Self::GuardAuthority => "Share of guard weight",
            Self::ExitOperators => "Exit relays",
            Self::GuardOperators => "Guard relays",
            Self::ReliabilityMasters => "Uptime, 6 months",
            Self::LegacyTitans => "Uptime, 5 years",
            Self::BandwidthMasters => "Served, 6 months",
            Self::BandwidthLegends => "Served, 5 years",
            Self::MostDiverse => "Diversity points",
            Self::PlatformDiversity => "Relays not on Linux",
            Self::NonEuLeaders => "Relays outside the EU",
            Self::FrontierBuilders => "Countries with few relays",
            Self::NetworkVeterans => "Veteran points",
            Self::Ipv4Leaders => "IPv4 addresses",
            Self::Ipv6Leaders => "IPv6 addresses",
            Self::ValidatedRelays => "Verified relays",
            Self::TotalDataChampions => "Data carried",
        }
    }

    /// What a value is.
    pub const fn unit(self) -> Unit {
        match self {
            Self::Bandwidth | Self::BandwidthMasters | Self::BandwidthLegends => Unit::BytesPerSecond,
            Self::ConsensusWeight
            | Self::ExitAuthority
            | Self::GuardAuthority
            | Self::ReliabilityMasters
            | Self::LegacyTitans => Unit::Ratio,
            Self::ExitOperators
            | Self::GuardOperators
            | Self::PlatformDiversity
            | Self::NonEuLeaders
            | Self::ValidatedRelays => Unit::Relays,
            Self::FrontierBuilders => Unit::Countries,
            Self::Ipv4Leaders | Self::Ipv6Leaders => Unit::Addresses,
            Self::MostDiverse | Self::NetworkVeterans => Unit::Points,
            Self::TotalDataChampions => Unit::Bytes,
        }
    }

    /// The slug of the page that explains it.
    pub const fn method(self) -> &'static str {
        match self {
            Self::Bandwidth => "leaderboard-bandwidth",
            Self::ConsensusWeight => "leaderboard-consensus-weight",
            Self::ExitAuthority => "leaderboard-exit-authority",
            Self::GuardAuthority => "leaderboard-guard-authority",
            Self::ExitOperators => "leaderboard-exit-operators",
            Self::GuardOperators => "leaderboard-guard-operators",
            Self::ReliabilityMasters => "leaderboard-reliability-masters",
            Self::LegacyTitans => "leaderboard-legacy-titans",
            Self::BandwidthMasters => "leaderboard-bandwidth-masters",
            Self::BandwidthLegends => "leaderboard-bandwidth-legends",
            Self::MostDiverse => "leaderboard-most-diverse",
            Self::PlatformDiversity => "leaderboard-platform-diversity",
            Self::NonEuLeaders => "leaderboard-non-eu-leaders",
            Self::FrontierBuilders => "leaderboard-frontier-builders",
            Self::NetworkVeterans => "leaderboard-network-veterans",
            Self::Ipv4Leaders => "leaderboard-ipv4-leaders",
            Self::Ipv6Leaders => "leaderboard-ipv6-leaders",
            Self::ValidatedRelays => "leaderboard-validated-relays",
            Self::TotalDataChampions => "leaderboard-total-data-champions",
        }
    }

    /// The titles of the ranks 1, 2 and 3.
    pub const fn podium(self) -> [&'static str; 3] {
        match self {
            Self::Bandwidth => {
                ["Bandwidth capacity king", "Bandwidth capacity warrior", "Bandwidth capacity hero"]
            }
            Self::ConsensusWeight => ["Authority supreme", "Authority commander", "Authority captain"],
            Self::ExitAuthority => {
                ["Exit authority king", "Exit authority commander", "Exit authority captain"]
            }
            Self::GuardAuthority => {
                ["Guard authority king", "Guard authority commander", "Guard authority captain"]
            }
            Self::ExitOperators => ["Exit master", "Exit champion", "Exit hero"],
            Self::GuardOperators => ["Guard commander", "Guard captain", "Guard leader"],
            Self::ReliabilityMasters => ["Reliability king", "Reliability commander", "Reliability hero"],
            Self::LegacyTitans => ["Legacy supreme", "Legacy commander", "Legacy hero"],
            Self::BandwidthMasters => ["Bandwidth king", "Bandwidth commander", "Bandwidth hero"],
            Self::BandwidthLegends => ["Bandwidth legend", "Bandwidth master", "Bandwidth champion"],
            Self::MostDiverse => ["Diversity legend", "Diversity master", "Diversity champion"],
            Self::PlatformDiversity => ["Platform legend", "Platform master", "Platform champion"],
            Self::NonEuLeaders => ["Global pioneer", "Global explorer", "Global ambassador"],
            Self::FrontierBuilders => ["Frontier legend", "Frontier master", "Frontier champion"],
            Self::NetworkVeterans => ["Veteran legend", "Veteran champion", "Veteran hero"],
            Self::Ipv4Leaders => ["IPv4 legend", "IPv4 master", "IPv4 champion"],
            Self::Ipv6Leaders => ["IPv6 legend", "IPv6 master", "IPv6 champion"],
            Self::ValidatedRelays => ["Validation king", "Validation commander", "Validation hero"],
            Self::TotalDataChampions => {
                ["Data transfer legend", "Data transfer master", "Data transfer champion"]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_read_back_and_name_the_method_page() {
        for category in Category::ALL {
            assert_eq!(Category::from_slug(category.slug()), Some(category));
            assert_eq!(category.method().strip_prefix("leaderboard-"), Some(category.slug()));
        }
        assert_eq!(Category::from_slug("authority"), None);
    }
}
