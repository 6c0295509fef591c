//! The list of endpoints, for people who open `/api/v1/` and for programs that start there.

use super::super::answer::Answer;
use super::super::problem::Problem;
use super::form::{Form, JSON};
use super::{Call, item};
use allium_views::Meta;
use axum::http::StatusCode;
use serde::Serialize;

#[derive(Serialize)]
struct Endpoint {
    path: String,
    description: &'static str,
}

#[derive(Serialize)]
struct Index {
    data: Vec<Endpoint>,
    meta: Meta,
}

/// Path below `/api/v1/` and what it gives.
const ENDPOINTS: &[(&str, &str)] = &[
    ("network", "Counts, bandwidth, concentration and new relays of the whole network."),
    ("network/health", "The health of the network: score, components, checks, changes and advice."),
    ("relays", "Relays, with filters, order, columns and pages."),
    ("relays/{fingerprint}", "Everything known of one relay."),
    ("relays/{fingerprint}/history", "What a relay was hour by hour: running, flags, weight."),
    ("relays/{fingerprint}/flags", "Its flags: which authorities give them, and what would help."),
    ("relays/{fingerprint}/votes", "Every condition of its flags at every authority."),
    ("consensus", "The newest consensus without its relays."),
    ("consensus/diff", "What changed since the consensus before, one change a row."),
    ("consensus/replay", "Flags computed from votes against the flags in them."),
    ("operators", "Operators: verified or claimed domains, and contact texts."),
    ("operators/{id}", "One operator by its id of 32 hex digits."),
    ("operators/{id}/report", "How an operator is, and what would help, one fact a row."),
    ("operators/{id}/health", "The health of its relays; families/{fingerprint}/health likewise."),
    ("countries/{code}/health", "The health of its relays; ases/{number}/health likewise."),
    ("leaderboards", "The leaderboards of operators, with the first of each."),
    ("leaderboards/{slug}", "One leaderboard: operators by rank, with filters and pages."),
    ("families", "Families: relays that list each other or share a family id."),
    ("families/{fingerprint}", "One family by the fingerprint of any member."),
    ("countries", "Countries of the relays' addresses."),
    ("countries/{code}", "One country by its code of two letters."),
    ("ases", "Autonomous systems of the relays' addresses."),
    ("ases/{number}", "One AS, written AS24940 or 24940."),
    ("regions", "Regions, subregions and groups of countries, all in one answer."),
    ("regions/{region}", "One of them, written western-europe."),
    ("regions/{region}/health", "The health of its relays."),
    ("platforms", "Operating systems."),
    ("platforms/{name}", "One operating system."),
    ("versions", "Tor versions."),
    ("versions/{version}", "One Tor version."),
    ("flags", "Flags of the directory authorities."),
    ("flags/{flag}", "One flag."),
    ("first-seen", "Days on which relays were first seen."),
    ("first-seen/{date}", "One day, written YYYY-MM-DD."),
    ("authorities", "The directory authorities: state, vote, signature, measurements, scores."),
    ("authorities/checks", "The checks of the consensus with their state and evidence."),
    ("alerts", "Alerts by cause, without any receiver."),
    ("incidents", "Incidents, the newest first, by class, kind, severity and state."),
    ("incidents/{incident}", "One incident with relays, causes and steps; as CSV its relays."),
    ("authorities/events", "What happened to the authorities and the consensus, the newest first."),
];

/// The answer of the index, which has one form.
pub(super) fn answer(call: Call<'_>) -> Result<Answer, Problem> {
    item::only_format(&call.asked.query)?;
    if call.form == Form::Csv && call.asked.parameter("format").is_some() {
        return Err(Problem::BadQuery("format cannot be \"csv\" here: the index is JSON".into()));
    }
    let base_path = &call.app.options.settings.base_path;
    let endpoint = |(path, description)| Endpoint { path: format!("{base_path}/api/v1/{path}"), description };
    let index = Index { data: ENDPOINTS.iter().copied().map(endpoint).collect(), meta: call.meta() };
    let bytes = serde_json::to_vec(&index).map_err(|_| Problem::Failed)?;
    Ok(Answer::new(StatusCode::OK, JSON, bytes))
}

#[cfg(test)]
mod tests {
    use super::super::route::ApiRoute;
    use super::*;

    #[test]
    fn every_path_of_the_index_is_an_endpoint_of_its_own() {
        let parse = |(path, _): &(&str, &str)| ApiRoute::parse(&format!("/api/v1/{path}"));
        let routes: Vec<ApiRoute> = ENDPOINTS.iter().map(parse).collect();
        assert!(!routes.contains(&ApiRoute::Unknown));
        let lists = allium_views::ListKind::ALL.map(ApiRoute::List);
        assert!(lists.iter().all(|list| routes.contains(list)));
    }
}
