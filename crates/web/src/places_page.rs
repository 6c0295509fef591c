//! The pages of places: ASes compared, the maps, and sets of countries. Their paths are made and read
//! back here.

use crate::figures::FigureName;
use crate::list::page_count;
use allium_analysis::Snapshot;
use allium_analysis::places::Area;

/// A page of places. Page numbers count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlacesPage {
    /// ASes, ranked and compared.
    AsIntelligence(usize),
    /// A map of the world.
    Geography(MapMeasure),
    /// A region, a subregion or a group of countries.
    Area(Area),
}

/// What a map shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MapMeasure {
    /// Running relays.
    Relays,
    /// Consensus weight.
    Weight,
    /// Uptime over a month.
    Uptime,
    /// Tiers by running relays.
    Tiers,
}

impl MapMeasure {
    /// Every measure, in the order of the tabs.
    pub const ALL: [Self; 4] = [Self::Relays, Self::Weight, Self::Uptime, Self::Tiers];

    /// The name in addresses; none for the first map, which stands for all.
    const fn slug(self) -> Option<&'static str> {
        match self {
            Self::Relays => None,
            Self::Weight => Some("weight"),
            Self::Uptime => Some("uptime"),
            Self::Tiers => Some("tiers"),
        }
    }

    /// The word on its tab.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Relays => "Relays",
            Self::Weight => "Weight",
            Self::Uptime => "Uptime",
            Self::Tiers => "Tiers",
        }
    }

    /// The map.
    pub(crate) const fn figure(self) -> FigureName {
        match self {
            Self::Relays => FigureName::WorldRelays,
            Self::Weight => FigureName::WorldWeight,
            Self::Uptime => FigureName::WorldUptime,
            Self::Tiers => FigureName::WorldTiers,
        }
    }
}

impl PlacesPage {
    /// The path, from the root and with a slash before it.
    pub(crate) fn path(self) -> String {
        match self {
            Self::AsIntelligence(1) => "/as-intelligence/".into(),
            Self::AsIntelligence(page) => format!("/as-intelligence/page-{page}/"),
            Self::Geography(measure) => {
                measure.slug().map_or_else(|| "/geography/".into(), |slug| format!("/geography/{slug}/"))
            }
            Self::Area(area) => format!("/region/{}/", area.slug()),
        }
    }

    /// Reads a path; none when it is no page of places.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let mut segments = path.strip_prefix('/')?.strip_suffix('/')?.split('/');
        let (folder, name) = (segments.next()?, segments.next());
        let page = match (folder, name) {
            ("as-intelligence", None) => Self::AsIntelligence(1),
            ("as-intelligence", Some(name)) => {
                Self::AsIntelligence(name.strip_prefix("page-")?.parse().ok()?)
            }
            ("geography", name) => {
                Self::Geography(MapMeasure::ALL.into_iter().find(|measure| measure.slug() == name)?)
            }
            ("region", Some(name)) => Self::Area(Area::of_slug(name)?),
            _ => return None,
        };
        (page.path() == path).then_some(page)
    }

    /// Every page of places.
    pub(crate) fn all(snapshot: &Snapshot) -> impl Iterator<Item = Self> {
        let ranked = snapshot.report.places.as_ranking.len();
        let areas = Area::all().map(Self::Area);
        let maps = MapMeasure::ALL.into_iter().map(Self::Geography);
        (1..=page_count(ranked)).map(Self::AsIntelligence).chain(maps).chain(areas)
    }

    /// The name in metrics and the access log.
    pub(crate) const fn route_name(self) -> &'static str {
        match self {
            Self::AsIntelligence(_) => "as_intelligence",
            Self::Geography(_) => "geography",
            Self::Area(_) => "region",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Page;

    #[test]
    fn paths_are_read_back() {
        let maps = MapMeasure::ALL.into_iter().map(PlacesPage::Geography);
        let lists = [1, 2, 17].map(PlacesPage::AsIntelligence);
        for page in lists.into_iter().chain(maps).chain(Area::all().map(PlacesPage::Area)) {
            assert_eq!(PlacesPage::parse(&page.path()), Some(page));
            assert_eq!(Page::parse(&page.path()), Some(Page::Places(page)));
        }
    }

    #[test]
    fn other_paths_are_no_page() {
        for path in [
            "/as-intelligence",
            "/as-intelligence/page-1/",
            "/as-intelligence/page-02/",
            "/geography/relays/",
            "/geography/x/",
            "/region/",
            "/region/atlantis/",
            "/region/europe/x/",
            "/Region/europe/",
        ] {
            assert_eq!(PlacesPage::parse(path), None, "{path}");
        }
    }
}
