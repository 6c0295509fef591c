//! Sets of countries: UN M49 regions and subregions, the European Union and the "Eyes".

use allium_model::{
    CountryCode, CountryGroup, GroupKey, GroupKind, Network, Region, RelayPosition, Subregion,
};

/// A set of countries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// A UN M49 region.
    Region(Region),
    /// A UN M49 subregion.
    Subregion(Subregion),
    /// A group of countries by treaty.
    Group(CountryGroup),
}

/// A subregion with no more running relays than this is underserved: no more than an epic country has.
pub const UNDERSERVED_RELAYS: usize = 20;

impl Area {
    /// Every area that has a page of its own: regions, subregions, then groups. Antarctica is a region and
    /// its own only subregion; it is listed once.
    pub fn all() -> impl Iterator<Item = Self> {
        let subregions = Subregion::ALL.into_iter().filter(|part| *part != Subregion::Antarctica);
        let regions = Region::ALL.into_iter().map(Self::Region);
        regions.chain(subregions.map(Self::Subregion)).chain(CountryGroup::ALL.into_iter().map(Self::Group))
    }

    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Region(region) => region.name(),
            Self::Subregion(subregion) => subregion.name(),
            Self::Group(group) => group.name(),
        }
    }

    /// The name in addresses: lower case letters and hyphens.
    pub fn slug(self) -> String {
        self.name().to_lowercase().replace(' ', "-")
    }

    /// The area with a slug.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::all().find(|area| area.slug() == slug)
    }

    /// What kind of area it is, in lower case.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Region(_) => "region",
            Self::Subregion(_) => "subregion",
            Self::Group(_) => "group",
        }
    }

    /// Whether a country lies in it.
    pub fn contains(self, code: CountryCode) -> bool {
        match self {
            Self::Region(region) => code.subregion().is_some_and(|part| part.region() == region),
            Self::Subregion(subregion) => code.subregion() == Some(subregion),
            Self::Group(group) => group.contains(code),
        }
    }

    /// The relays of the area, country by country.
    pub fn members(self, network: &Network) -> Vec<RelayPosition> {
        let is_within = |key| matches!(key, GroupKey::Country(code) if self.contains(code));
        let countries = network.groups(GroupKind::Country).iter().filter(|group| is_within(group.key));
        countries.flat_map(|group| group.members.iter().copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_path_segments_and_are_read_back() {
        let all: Vec<Area> = Area::all().collect();
        assert_eq!(all.len(), 6 + 22 + 4);
        for area in all {
            assert!(allium_model::is_slug(&area.slug()), "{}", area.slug());
            assert_eq!(Area::of_slug(&area.slug()), Some(area));
        }
        assert_eq!(Area::of_slug("atlantis"), None);
    }

    #[test]
    fn regions_split_the_countries() {
        for country in &allium_model::COUNTRIES {
            let code: CountryCode = country.alpha2.parse().unwrap();
            let regions = Area::all().filter(|area| matches!(area, Area::Region(_)) && area.contains(code));
            assert_eq!(regions.count(), 1, "{code}");
        }
    }
}
