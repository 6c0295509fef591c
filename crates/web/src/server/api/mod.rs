//! The API: the values of the pages as JSON and CSV. Its conventions and quirks are in `docs/api.md`.
//!
//! Lists, single things and the index share one way: the weak tag first, since a client that has the
//! answer costs nothing then; the rows from `allium_views`; and the form that was asked for.

mod alerts;
pub(crate) mod authorities;
mod consensus;
mod find;
mod form;
mod history;
mod incidents;
mod index;
mod item;
mod list;
mod route;
mod summary;

pub(crate) use route::ApiRoute;

use super::answer::Answer;
use super::app::App;
use super::asked::Asked;
use super::cache_policy::CachePolicy;
use super::etag::ETag;
use super::problem::Problem;
use super::shared::Published;
use allium_views::Meta;
use axum::http::StatusCode;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE, ALLOW,
};
use form::Form;

/// The methods that the API answers.
pub(crate) const METHODS: &str = "GET, HEAD, OPTIONS";

/// A request to the API with everything that answers it.
#[derive(Clone, Copy)]
struct Call<'a> {
    app: &'a App,
    published: &'a Published,
    asked: &'a Asked,
    form: Form,
}

/// The answer to a preflight request or a plain OPTIONS.
pub(crate) fn options() -> Answer {
    Answer::text(StatusCode::NO_CONTENT, "")
        .with(ALLOW, METHODS)
        .with(ACCESS_CONTROL_ALLOW_METHODS, METHODS)
        .with(ACCESS_CONTROL_ALLOW_HEADERS, "accept, if-none-match")
        .with(ACCESS_CONTROL_MAX_AGE, "86400")
}

/// The answer of an endpoint.
pub(crate) fn answer(app: &App, published: &Published, route: &ApiRoute, asked: &Asked) -> Answer {
    let answered = Form::of(asked).and_then(|form| Call { app, published, asked, form }.answer(route));
    answered.unwrap_or_else(|problem| problem.document(asked, &app.options.settings.base_path))
}

impl Call<'_> {
    fn answer(self, route: &ApiRoute) -> Result<Answer, Problem> {
        let etag = self.etag();
        if etag.is_known_to(&self.asked.headers) {
            return Ok(self.finish(Answer::text(StatusCode::OK, ""), etag));
        }
        let answer = match route {
            ApiRoute::Index => index::answer(self),
            ApiRoute::Network => item::network(self),
            ApiRoute::NetworkHealth => item::health(self),
            ApiRoute::List(kind) => list::answer(self, *kind),
            ApiRoute::Relay(id) => item::relay(self, id),
            ApiRoute::RelayHistory(id) => history::relay(self, id),
            ApiRoute::Leaderboards => list::leaderboards(self),
            ApiRoute::Leaderboard(slug) => list::leaderboard(self, slug),
            ApiRoute::OperatorReport(id) => item::operator_report(self, id),
            ApiRoute::Group(kind, id) => item::group(self, *kind, id),
            ApiRoute::GroupHealth(kind, id) => item::group_health(self, *kind, id),
            ApiRoute::RegionHealth(name) => item::region_health(self, name),
            ApiRoute::Consensus => consensus::newest(self),
            ApiRoute::ConsensusDiff => consensus::diff(self),
            ApiRoute::ConsensusReplay => consensus::replay(self),
            ApiRoute::RelayFlags(id) => consensus::flags(self, id),
            ApiRoute::RelayVotes(id) => consensus::votes(self, id),
            ApiRoute::Regions => item::regions(self),
            ApiRoute::Region(name) => item::region(self, name),
            ApiRoute::Authorities(route) => authorities::answer(self, *route),
            ApiRoute::Alerts => alerts::answer(self),
            ApiRoute::Incidents => incidents::list(self),
            ApiRoute::Incident(id) => incidents::one(self, id),
            ApiRoute::Summary => summary::answer(self),
            ApiRoute::Unknown => Err(Problem::NoSuchEndpoint),
        }?;
        Ok(self.finish(answer, etag))
    }

    fn finish(self, answer: Answer, etag: ETag) -> Answer {
        let published = self.published.edition.snapshot.network.published();
        answer.encoded(self.asked.encoding).with_policy(CachePolicy::Api).modified(published).with_etag(etag)
    }

    /// The tag of what the answer depends on, the age of the sources apart: the edition, the version,
    /// the target, and the form, which `Accept` may decide.
    fn etag(self) -> ETag {
        let edition = self.published.edition.tag();
        let history = self.published.edition.history.as_ref().and_then(|history| history.range());
        let history = history.map_or_else(String::new, |range| format!("{:x}", range.until.0));
        let encoding = self.asked.encoding.name().unwrap_or_default();
        let form = self.form.name();
        ETag::weak(&[&edition, &history, env!("CARGO_PKG_VERSION"), &self.asked.target, form, encoding])
    }

    /// What stands beside the data.
    fn meta(self) -> Meta {
        let edition = &self.published.edition;
        let settings = &self.app.options.settings;
        let now = (self.app.options.clock)();
        let mut meta = Meta::new(edition.snapshot.network.published(), &edition.sources, now);
        meta.method_url = format!("{}{}", settings.base_path, meta.method_url);
        meta.simulated = settings.simulated.then_some(true);
        meta
    }
}
