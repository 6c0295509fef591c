//! The endpoints of the API: the closed list.

use super::authorities::AuthoritiesRoute;
use allium_model::GroupKind;
use allium_views::ListKind;

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ApiRoute {
    /// The list of endpoints.
    Index,
    /// The network as a whole.
    Network,
    /// The health of the network.
    NetworkHealth,
    /// A list.
    List(ListKind),
    /// A relay, by what should be its fingerprint.
    Relay(String),
    /// The history of a relay, by what should be its fingerprint.
    RelayHistory(String),
    /// All leaderboards.
    Leaderboards,
    /// A leaderboard, by what should be its slug.
    Leaderboard(String),
    /// The report of an operator, by what should be its id.
    OperatorReport(String),
    /// A group, by what should be its id.
    Group(GroupKind, String),
    /// The health of a group, by what should be its id.
    GroupHealth(GroupKind, String),
    /// The health of a region, by what should be its name in addresses.
    RegionHealth(String),
    /// The newest consensus.
    Consensus,
    /// What changed since the one before.
    ConsensusDiff,
    /// The votes replayed.
    ConsensusReplay,
    /// A relay's flags explained, by what should be its fingerprint.
    RelayFlags(String),
    /// The conditions of a relay's flags at every authority.
    RelayVotes(String),
    /// The regions.
    Regions,
    /// A region, by what should be its name in addresses.
    Region(String),
    /// The directory authorities.
    Authorities(AuthoritiesRoute),
    /// Alerts by cause.
    Alerts,
    /// Incidents.
    Incidents,
    /// An incident, by what should be its id.
    Incident(String),
    /// The state of the network in the form of status pages.
    Summary,
    /// None.
    Unknown,
}

impl ApiRoute {
    /// Reads a decoded path that begins with `/api`. A slash at the end makes no difference.
    pub(crate) fn parse(path: &str) -> Self {
        if path == "/api/v2/summary.json" {
            return Self::Summary;
        }
        let mut segments = path.trim_end_matches('/').split('/').skip(2);
        let (version, list, id) = (segments.next(), segments.next(), segments.next());
        if version.is_some_and(|version| version != "v1") {
            return Self::Unknown;
        }
        match (list, id, segments.next(), segments.next()) {
            (Some("operators"), Some(id), Some("report"), None) => {
                return Self::OperatorReport(id.to_owned());
            }
            (Some("relays"), Some(id), Some("history"), None) => {
                return Self::RelayHistory(id.to_owned());
            }
            (Some("relays"), Some(id), Some("flags"), None) => return Self::RelayFlags(id.to_owned()),
            (Some("relays"), Some(id), Some("votes"), None) => return Self::RelayVotes(id.to_owned()),
            (Some("regions"), Some(name), Some("health"), None) => {
                return Self::RegionHealth(name.to_owned());
            }
            (Some(list), Some(id), Some("health"), None) => return Self::of_group_health(list, id),
            (_, _, Some(_), _) => return Self::Unknown,
            _ => {}
        }
        match (list, id) {
            (None, _) => Self::Index,
            (Some("network"), None) => Self::Network,
            (Some("network"), Some("health")) => Self::NetworkHealth,
            (Some("leaderboards"), None) => Self::Leaderboards,
            (Some("leaderboards"), Some(slug)) => Self::Leaderboard(slug.to_owned()),
            (Some("consensus"), None) => Self::Consensus,
            (Some("consensus"), Some("diff")) => Self::ConsensusDiff,
            (Some("consensus"), Some("replay")) => Self::ConsensusReplay,
            (Some("authorities"), id) => AuthoritiesRoute::of(id).map_or(Self::Unknown, Self::Authorities),
            (Some("alerts"), None) => Self::Alerts,
            (Some("incidents"), None) => Self::Incidents,
            (Some("incidents"), Some(id)) => Self::Incident(id.to_owned()),
            (Some("regions"), None) => Self::Regions,
            (Some("regions"), Some(name)) => Self::Region(name.to_owned()),
            (Some(name), id) => Self::of_list(name, id),
        }
    }

    fn of_list(name: &str, id: Option<&str>) -> Self {
        let kind = ListKind::ALL.into_iter().find(|kind| kind.name() == name);
        match (kind, id) {
            (None, _) => Self::Unknown,
            (Some(kind), None) => Self::List(kind),
            (Some(ListKind::Relays), Some(id)) => Self::Relay(id.to_owned()),
            (Some(ListKind::Groups(kind)), Some(id)) => Self::Group(kind, id.to_owned()),
        }
    }

    /// The health of groups whose relays have an owner or a place in common.
    fn of_group_health(list: &str, id: &str) -> Self {
        let kinds = [GroupKind::Operator, GroupKind::Family, GroupKind::As, GroupKind::Country];
        let kind = kinds.into_iter().find(|kind| ListKind::Groups(*kind).name() == list);
        kind.map_or(Self::Unknown, |kind| Self::GroupHealth(kind, id.to_owned()))
    }

    /// The endpoint's name in metrics and the access log.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Index => "api_index",
            Self::Network => "api_network",
            Self::NetworkHealth => "api_network_health",
            Self::Leaderboards => "api_leaderboards",
            Self::Leaderboard(_) => "api_leaderboard",
            Self::OperatorReport(_) => "api_operator_report",
            Self::List(ListKind::Relays) => "api_relays",
            Self::List(ListKind::Groups(kind)) => group_names(*kind).0,
            Self::Relay(_) => "api_relay",
            Self::RelayHistory(_) => "api_relay_history",
            Self::Group(kind, _) => group_names(*kind).1,
            Self::GroupHealth(..) | Self::RegionHealth(_) => "api_group_health",
            Self::Consensus => "api_consensus",
            Self::ConsensusDiff => "api_consensus_diff",
            Self::ConsensusReplay => "api_consensus_replay",
            Self::RelayFlags(_) => "api_relay_flags",
            Self::RelayVotes(_) => "api_relay_votes",
            Self::Regions => "api_regions",
            Self::Region(_) => "api_region",
            Self::Authorities(route) => route.names().0,
            Self::Alerts => "api_alerts",
            Self::Incidents => "api_incidents",
            Self::Incident(_) => "api_incident",
            Self::Summary => "api_summary",
            Self::Unknown => "api_unknown",
        }
    }
}

/// Names of the list and of one thing of it.
fn group_names(kind: GroupKind) -> (&'static str, &'static str) {
    match kind {
        GroupKind::Operator => ("api_operators", "api_operator"),
        GroupKind::Family => ("api_families", "api_family"),
        GroupKind::Country => ("api_countries", "api_country"),
        GroupKind::As => ("api_ases", "api_as"),
        GroupKind::Platform => ("api_platforms", "api_platform"),
        GroupKind::Version => ("api_versions", "api_version"),
        GroupKind::Flag => ("api_flags", "api_flag"),
        GroupKind::FirstSeen => ("api_first_seen_days", "api_first_seen_day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_endpoints() {
        for (path, route) in [
            ("/api", ApiRoute::Index),
            ("/api/v1/", ApiRoute::Index),
            ("/api/v1/network", ApiRoute::Network),
            ("/api/v1/network/health", ApiRoute::NetworkHealth),
            ("/api/v1/ases/1/health", ApiRoute::GroupHealth(GroupKind::As, "1".into())),
            ("/api/v1/regions/europe/health/", ApiRoute::RegionHealth("europe".into())),
            ("/api/v1/flags/exit/health", ApiRoute::Unknown),
            ("/api/v1/relays/AB/health", ApiRoute::Unknown),
            ("/api/v1/network/x", ApiRoute::Unknown),
            ("/api/v1/ases/", ApiRoute::List(ListKind::Groups(GroupKind::As))),
            ("/api/v1/relays/AB", ApiRoute::Relay("AB".into())),
            ("/api/v1/relays/AB/history", ApiRoute::RelayHistory("AB".into())),
            ("/api/v1/relays/AB/history/x", ApiRoute::Unknown),
            ("/api/v1/flags/Exit", ApiRoute::Group(GroupKind::Flag, "Exit".into())),
            ("/api/v1/flags/Exit/x", ApiRoute::Unknown),
            ("/api/v1/leaderboards", ApiRoute::Leaderboards),
            ("/api/v1/leaderboards/bandwidth", ApiRoute::Leaderboard("bandwidth".into())),
            ("/api/v1/operators/AB/report", ApiRoute::OperatorReport("AB".into())),
            ("/api/v1/operators/AB/report/x", ApiRoute::Unknown),
            ("/api/v1/ases/1/report", ApiRoute::Unknown),
            ("/api/v1/consensus", ApiRoute::Consensus),
            ("/api/v1/consensus/diff", ApiRoute::ConsensusDiff),
            ("/api/v1/consensus/other", ApiRoute::Unknown),
            ("/api/v1/relays/AB/flags", ApiRoute::RelayFlags("AB".into())),
            ("/api/v1/regions", ApiRoute::Regions),
            ("/api/v1/regions/europe", ApiRoute::Region("europe".into())),
            ("/api/v1/authorities", ApiRoute::Authorities(AuthoritiesRoute::States)),
            ("/api/v1/authorities/checks", ApiRoute::Authorities(AuthoritiesRoute::Checks)),
            ("/api/v1/authorities/x", ApiRoute::Unknown),
            ("/api/v1/incidents/", ApiRoute::Incidents),
            ("/api/v1/incidents/x", ApiRoute::Incident("x".into())),
            ("/api/v2/summary.json", ApiRoute::Summary),
            ("/api/v2/summary", ApiRoute::Unknown),
            ("/api/v2/relays", ApiRoute::Unknown),
            ("/api/relays", ApiRoute::Unknown),
        ] {
            assert_eq!(ApiRoute::parse(path), route, "{path}");
        }
    }
}
