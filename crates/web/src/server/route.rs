//! What a path means: the closed list of everything that the server answers. Metrics and the access
//! log name routes by it, so that they hold no path of anyone's making.

use super::api::ApiRoute;
use crate::Page;
use crate::assets::{self, Asset};
use crate::feeds::Feed;
use crate::figures::{FigureForm, FigureKey};

/// What answers a path.
#[derive(Debug, Clone)]
pub(crate) enum Route {
    /// A page; whether it exists is for the rendering to say.
    Page(Page),
    /// A file of a figure; whether there is one is for the drawing to say.
    Figure(FigureKey, FigureForm),
    /// A feed of incidents.
    Feed(Feed),
    /// The search.
    Search,
    /// A file of the program.
    Asset(Asset),
    /// What crawlers may read.
    Robots,
    /// The sitemap or a part of it.
    Sitemap,
    /// Whether the process lives.
    Healthz,
    /// Whether an edition is published.
    Readyz,
    /// Measurements for Prometheus.
    Metrics,
    /// The stream that tells open pages of new editions.
    Live,
    /// The API.
    Api(ApiRoute),
    /// Nothing, or an old path of a page.
    Unknown,
}

impl Route {
    /// Reads a decoded path below the base path.
    pub(crate) fn parse(path: &str) -> Self {
        match path {
            "/search" => return Self::Search,
            "/robots.txt" => return Self::Robots,
            "/sitemap.xml" => return Self::Sitemap,
            "/healthz" => return Self::Healthz,
            "/readyz" => return Self::Readyz,
            "/metrics" => return Self::Metrics,
            "/live" => return Self::Live,
            "/favicon.ico" | "/favicon.svg" => return Self::Asset(assets::ICON),
            _ => {}
        }
        if path == "/api" || path.starts_with("/api/") {
            return Self::Api(ApiRoute::parse(path));
        }
        if path.starts_with("/static/") {
            let asset = assets::ALL.into_iter().find(|asset| asset.path().to_string() == path);
            return asset.map_or(Self::Unknown, Self::Asset);
        }
        if let Some(feed) = Feed::ALL.into_iter().find(|feed| feed.path() == path) {
            return Self::Feed(feed);
        }
        if is_sitemap_part(path) {
            return Self::Sitemap;
        }
        if let Some((key, form)) = FigureKey::parse(path) {
            return Self::Figure(key, form);
        }
        Page::parse(path).map_or(Self::Unknown, Self::Page)
    }

    /// The route's name in metrics and the access log.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Page(page) => page_name(page),
            Self::Figure(_, FigureForm::Svg) => "figure_svg",
            Self::Figure(_, FigureForm::Png) => "figure_png",
            Self::Figure(_, FigureForm::Csv) => "figure_csv",
            Self::Feed(_) => "feed",
            Self::Search => "search",
            Self::Asset(_) => "asset",
            Self::Robots => "robots",
            Self::Sitemap => "sitemap",
            Self::Healthz => "healthz",
            Self::Readyz => "readyz",
            Self::Metrics => "metrics",
            Self::Live => "live",
            Self::Api(route) => route.name(),
            Self::Unknown => "unknown",
        }
    }
}

/// Whether a path names a numbered part of the sitemap, which need not exist.
fn is_sitemap_part(path: &str) -> bool {
    let number = path.strip_prefix("/sitemap-").and_then(|rest| rest.strip_suffix(".xml"));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn page_name(page: &Page) -> &'static str {
    match page {
        Page::Front => "front",
        Page::NetworkOverview => "network",
        Page::Relay(_) => "relay",
        Page::Operator(..) | Page::OperatorDomain(_) => "operator",
        Page::OperatorReport(_) => "operator_report",
        Page::Leaderboards | Page::Leaderboard(..) => "leaderboard",
        Page::Family(..) => "family",
        Page::As(..) => "as",
        Page::Country(..) => "country",
        Page::Platform(..) => "platform",
        Page::Version(..) => "version",
        Page::Flag(..) => "flag",
        Page::FirstSeen(..) => "first_seen",
        Page::List(..) => "list",
        Page::TopRelays(_) => "top_relays",
        Page::Study(_) => "study",
        Page::Places(page) => page.route_name(),
        Page::Consensus(page) => page.route_name(),
        Page::Authorities(page) => page.route_name(),
        Page::Incidents(page) => page.route_name(),
        Page::Sources => "sources",
        Page::About(_) | Page::Design | Page::Charts(_) => "about",
        Page::Methods | Page::Method(_) => "methods",
        Page::Search => "search",
        Page::NotFound => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, name: &str) {
        assert_eq!(Route::parse(path).name(), name, "{path}");
    }

    #[test]
    fn every_path_has_one_meaning() {
        check("/", "front");
        check("/favicon.ico", "asset");
        check(&assets::STYLE_SHEET.path().to_string(), "asset");
        check("/static/other.css", "unknown");
        check("/sitemap-1.xml", "sitemap");
        check("/sitemap-.xml", "unknown");
        check("/sitemap-x.xml", "unknown");
        check("/example.org/", "operator");
        check("/incidents/feed.atom", "feed");
        check("/incidents/feed.json", "unknown");
        check("/api", "api_index");
        check("/api/v2/relays", "api_unknown");
        check("/apiary/", "unknown");
        check("/search/", "unknown");
        check("/figures/first-seen.svg", "figure_svg");
        check("/as/AS64496/figures/first-seen.png", "figure_png");
        check("/figures/first-seen.gif", "unknown");
        check("/figures/", "unknown");
        check("*", "unknown");
        check("", "unknown");
    }
}
