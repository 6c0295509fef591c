//! Pages that are texts: about Allium, and the methods behind the numbers. The texts are the Markdown
//! files of `docs/`, built into the program.

use super::{Site, finish};
use crate::Page;
use crate::frame::{Frame, Section};
use crate::markdown;
use askama::Template;

/// A closed list of documents: variants, paths and sources from one table.
macro_rules! documents {
    ($(#[$doc:meta])* $name:ident in $folder:literal { $($(#[$variant_doc:meta])* $variant:ident = $slug:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every document, in reading order.
            pub const ALL: [Self; [$($slug),+].len()] = [$(Self::$variant),+];

            /// The name in the path and of the file.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),+ }
            }

            const fn source(self) -> &'static str {
                match self { $(Self::$variant => include_str!(concat!("../../../../docs/", $folder, "/", $slug, ".md"))),+ }
            }
        }
    };
}

documents! {
    /// How a number is made.
    Method in "methods" {
        /// Which relays count.
        RunningNetwork = "running-network",
        /// Classes of relays.
        RelayClasses = "relay-classes",
        /// Exit, guard or middle.
        Role = "role",
        /// Relays that do not run.
        OfflineRelays = "offline-relays",
        /// Consensus weight.
        ConsensusWeightShare = "consensus-weight-share",
        /// Chances of being chosen.
        SelectionProbability = "selection-probability",
        /// Bandwidths.
        Bandwidth = "bandwidth",
        /// Measured or not.
        Measured = "measured",
        /// Being listed as running.
        Uptime = "uptime",
        /// Weekly means that rise or fall.
        Trend = "trend",
        /// How much daily uptime moves.
        StabilityGrade = "stability-grade",
        /// Best and worst calendar month.
        Months = "months",
        /// Dips and outages.
        Dips = "dips",
        /// The last long absence.
        DaysSinceIssue = "days-since-issue",
        /// Relays far below their operator's others.
        Outliers = "outliers",
        /// What was read and written.
        BandwidthHistory = "bandwidth-history",
        /// What the relays of an operator read and wrote.
        OperatorBandwidth = "operator-bandwidth",
        /// Share of weight over time.
        WeightHistory = "weight-history",
        /// Places among others.
        Percentile = "percentile",
        /// How weight is spread.
        Concentration = "concentration",
        /// Who runs relays.
        Operator = "operator",
        /// Proofs of domains.
        AroiState = "aroi-state",
        /// Families.
        Family = "family",
        /// Tiers of countries.
        CountryTier = "country-tier",
        /// Sets of countries.
        Regions = "regions",
        /// Uptime from month to month.
        UptimeChange = "uptime-change",
        /// Places that were away.
        PlaceAnomaly = "place-anomaly",
        /// What came when.
        Arrivals = "arrivals",
        /// ASes as places.
        AsProfile = "as-profile",
        /// Rarity of ASes.
        AsRarity = "as-rarity",
        /// First-seen times.
        FirstSeen = "first-seen",
        /// The health of the network.
        NetworkHealth = "network-health",
        /// What runs of what was seen.
        HealthAvailability = "health-availability",
        /// How much of the time relays were there.
        HealthReliability = "health-reliability",
        /// Over how many the weight is spread.
        HealthDiversity = "health-diversity",
        /// What remains without the largest.
        HealthResilience = "health-resilience",
        /// What is not in use.
        HealthCapacity = "health-capacity",
        /// The health of groups.
        GroupHealth = "group-health",
        /// Fifteen checks of the network.
        NetworkChecks = "network-checks",
        /// What would help the network.
        NetworkRecommendations = "network-recommendations",
        /// How authorities did.
        AuthorityScore = "authority-score",
        /// Signatures and trust.
        ConsensusSignatures = "consensus-signatures",
        /// The consensus that votes make.
        ConsensusRecomputation = "consensus-recomputation",
        /// States of authorities.
        AuthorityState = "authority-state",
        /// Answers of authorities.
        AuthorityProbes = "authority-probes",
        /// What depends on authorities.
        AuthorityLoss = "authority-loss",
        /// Scanners compared.
        BandwidthScanners = "bandwidth-scanners",
        /// Steps of a voting round.
        ConsensusFormation = "consensus-formation",
        /// Consensuses by weekday.
        ConsensusWeekdays = "consensus-weekdays",
        /// Votes that agree.
        AuthorityAgreement = "authority-agreement",
        /// Keys that expire.
        AuthorityCertificates = "authority-certificates",
        /// The value that nobody can foresee.
        SharedRandom = "shared-random",
        /// Who is trusted.
        AuthorityList = "authority-list",
        /// What scanners publish.
        BandwidthFiles = "bandwidth-files",
        /// Requests to authorities.
        AuthorityLoad = "authority-load",
        /// Faults of authorities.
        DirectoryFaults = "directory-faults",
        /// What befell the network.
        Incidents = "incidents",
        /// Which group explains it.
        Attribution = "attribution",
        /// From when on it is an incident.
        Detection = "detection",
        /// Alerts.
        Alerts = "alerts",
        /// The check list.
        ConsensusChecks = "consensus-checks",
        /// Versions.
        VersionStatus = "version-status",
        /// Exit policies.
        ExitPolicy = "exit-policy",
        /// IPv6.
        Ipv6 = "ipv6",
        /// Overload.
        Overload = "overload",
        /// Freshness of sources.
        SourceFreshness = "source-freshness",
        /// Snapshots that are held back.
        HeldSnapshots = "held-snapshots",
        /// Ranks of operators.
        Leaderboards = "leaderboards",
        /// Ranks by observed bandwidth.
        LeaderboardBandwidth = "leaderboard-bandwidth",
        /// Ranks by consensus weight.
        LeaderboardConsensusWeight = "leaderboard-consensus-weight",
        /// Ranks by exit weight.
        LeaderboardExitAuthority = "leaderboard-exit-authority",
        /// Ranks by guard weight.
        LeaderboardGuardAuthority = "leaderboard-guard-authority",
        /// Ranks by exits.
        LeaderboardExitOperators = "leaderboard-exit-operators",
        /// Ranks by guards.
        LeaderboardGuardOperators = "leaderboard-guard-operators",
        /// Ranks by uptime over six months.
        LeaderboardReliabilityMasters = "leaderboard-reliability-masters",
        /// Ranks by uptime over five years.
        LeaderboardLegacyTitans = "leaderboard-legacy-titans",
        /// Ranks by bandwidth served over six months.
        LeaderboardBandwidthMasters = "leaderboard-bandwidth-masters",
        /// Ranks by bandwidth served over five years.
        LeaderboardBandwidthLegends = "leaderboard-bandwidth-legends",
        /// Ranks by countries, ASes and systems.
        LeaderboardMostDiverse = "leaderboard-most-diverse",
        /// Ranks by relays not on Linux.
        LeaderboardPlatformDiversity = "leaderboard-platform-diversity",
        /// Ranks by relays outside the EU.
        LeaderboardNonEuLeaders = "leaderboard-non-eu-leaders",
        /// Ranks by countries with few relays.
        LeaderboardFrontierBuilders = "leaderboard-frontier-builders",
        /// Ranks by age.
        LeaderboardNetworkVeterans = "leaderboard-network-veterans",
        /// Ranks by IPv4 addresses.
        LeaderboardIpv4Leaders = "leaderboard-ipv4-leaders",
        /// Ranks by IPv6 addresses.
        LeaderboardIpv6Leaders = "leaderboard-ipv6-leaders",
        /// Ranks by verified relays.
        LeaderboardValidatedRelays = "leaderboard-validated-relays",
        /// Ranks by bytes carried.
        LeaderboardTotalDataChampions = "leaderboard-total-data-champions",
        /// Health of relays.
        RelayHealth = "relay-health",
        /// Scores of operators.
        OperatorScore = "operator-score",
        /// Diversity of a set of relays.
        Diversity = "diversity",
        /// What would help.
        Recommendations = "recommendations",
        /// Achievements.
        Achievements = "achievements",
        /// The first sentence of an operator.
        Insight = "insight",
        /// What to do about failed checks.
        AroiHints = "aroi-hints",
        /// Search.
        SearchRanking = "search-ranking",
        /// The simulated network.
        SimulatedNetwork = "simulated-network",
        /// Classes of a percentage.
        HealthClasses = "health-classes",
        /// Relays between health classes.
        ClassFlow = "class-flow",
        /// The network over time.
        NetworkHistory = "network-history",
        /// Statistics of plain numbers.
        Statistics = "statistics",
        /// Claims of an earlier study.
        Findings = "findings",
        /// Operating systems.
        PlatformDiversity = "platform-diversity",
        /// Roles by country, system and size.
        RoleMatrix = "role-matrix",
        /// Weight for bandwidth.
        Efficiency = "efficiency",
        /// Months of first appearance.
        Growth = "growth",
        /// Flags and weight of a relay by the hour.
        HourlyHistory = "hourly-history",
        /// The rules of flags.
        FlagRules = "flag-rules",
        /// Votes replayed.
        VoteReplay = "vote-replay",
        /// Quality of the consensus.
        ConsensusQuality = "consensus-quality",
        /// Parameters of the network.
        ConsensusParameters = "consensus-parameters",
        /// The last seven days.
        ConsensusTrends = "consensus-trends",
        /// What changed from one consensus to the next.
        ConsensusDiff = "consensus-diff",
        /// Texts of relays.
        SafeText = "safe-text",
    }
}

documents! {
    /// A text about Allium.
    AboutText in "about" {
        /// What Allium is.
        About = "about",
        /// What it does not do.
        Not = "not",
        /// Where search works.
        Search = "search",
        /// What is kept of readers.
        Privacy = "privacy",
        /// How well incidents are found.
        Accuracy = "accuracy",
    }
}

impl AboutText {
    /// The path of the page.
    pub const fn path(self) -> &'static str {
        match self {
            Self::About => "/about/",
            Self::Not => "/about/not/",
            Self::Search => "/about/search/",
            Self::Privacy => "/about/privacy/",
            Self::Accuracy => "/about/accuracy/",
        }
    }
}

#[derive(Template)]
#[template(path = "text.html")]
struct TextPage<'a> {
    frame: Frame<'a>,
    title: &'static str,
    html: String,
    more: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "methods.html")]
struct MethodsPage<'a> {
    frame: Frame<'a>,
    methods: Vec<(&'static str, String, &'static str)>,
}

pub(super) fn render_about(site: Site<'_>, text: AboutText) -> Option<String> {
    let document = markdown::document(text.source(), site.links());
    let page = Page::About(text);
    let mut frame = Frame::new(site, &page, document.title, Section::None).described(document.summary);
    if text != AboutText::About {
        frame = frame.crumb("About", &Page::About(AboutText::About));
    }
    let link = |page: Page, words: &str| (site.links().page(&page), words.to_owned());
    let others = AboutText::ALL.into_iter().filter(|other| *other != text);
    let mut more: Vec<_> =
        others.map(|other| link(Page::About(other), markdown::split_title(other.source()).0)).collect();
    more.push(link(Page::Methods, "Methods"));
    more.push(link(Page::Sources, "Sources"));
    more.push(link(Page::Design, "Design"));
    more.push(link(Page::Charts(super::Gallery::Charts), "Charts"));
    let html = match text {
        AboutText::Accuracy => format!("{}{}", document.html, super::alerts::accuracy()),
        _ => document.html,
    };
    finish(&TextPage { frame: frame.here(document.title), title: document.title, html, more })
}

pub(super) fn render_method(site: Site<'_>, method: Method) -> Option<String> {
    let document = markdown::document(method.source(), site.links());
    let frame =
        Frame::new(site, &Page::Method(method), format!("{} - method", document.title), Section::None)
            .described(document.summary)
            .crumb("Methods", &Page::Methods)
            .here(document.title);
    finish(&TextPage { frame, title: document.title, html: document.html, more: Vec::new() })
}

pub(super) fn render_methods(site: Site<'_>) -> Option<String> {
    let frame = Frame::new(site, &Page::Methods, "Methods", Section::None)
        .described("How each number of this site is made, and when it misleads.")
        .here("Methods");
    let entry = |method: Method| {
        let (title, body) = markdown::split_title(method.source());
        (title, site.links().page(&Page::Method(method)), markdown::summary(body))
    };
    finish(&MethodsPage { frame, methods: Method::ALL.map(entry).into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_on_disk_has_a_page() {
        for (folder, slugs) in [
            ("methods", Method::ALL.map(Method::slug).to_vec()),
            ("about", AboutText::ALL.map(AboutText::slug).to_vec()),
        ] {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(folder);
            let mut files: Vec<String> = std::fs::read_dir(path)
                .unwrap()
                .map(|entry| {
                    entry.unwrap().file_name().into_string().unwrap().trim_end_matches(".md").to_owned()
                })
                .collect();
            files.sort();
            let mut slugs: Vec<_> = slugs.into_iter().map(str::to_owned).collect();
            slugs.sort();
            assert_eq!(files, slugs);
        }
    }

    #[test]
    fn documents_have_a_title_and_a_summary() {
        for method in Method::ALL {
            let (title, body) = markdown::split_title(method.source());
            assert!(!title.is_empty() && markdown::summary(body).ends_with('.'), "{}", method.slug());
        }
    }
}
