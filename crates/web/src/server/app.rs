//! From a request to its answer: who answers which route, and what it may cost.
//!
//! What is at hand (assets, health, kept bodies) is answered on the spot. What has to be computed
//! runs beside the network threads, so many at a time and within a time; a fault there costs its
//! reader a 500 and nobody else anything.

use super::answer::{Answer, Audience, HTML};
use super::asked::Asked;
use super::asset_bodies::AssetBodies;
use super::live::{self, Readers, Slot};
use super::options::ServerOptions;
use super::problem::Problem;
use super::route::Route;
use super::shared::{Published, Shared};
use super::{api, figure, prometheus, site};
use crate::figures::FigureForm;
use allium_model::Timestamp;
use axum::extract::{Request, State};
use axum::http::{HeaderName, Method, StatusCode};
use axum::response::Response;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// What every answer is made with.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) shared: Arc<Shared>,
    pub(crate) options: ServerOptions,
    pub(crate) started: Timestamp,
    assets: AssetBodies,
    renders: Arc<Semaphore>,
    pictures: Arc<Semaphore>,
    pub(crate) readers: Readers,
}

const ONION_LOCATION: HeaderName = HeaderName::from_static("onion-location");

impl App {
    pub(crate) fn new(shared: Arc<Shared>, options: ServerOptions) -> Self {
        let renders = Arc::new(Semaphore::new(options.limits.renders));
        let pictures = Arc::new(Semaphore::new(options.limits.pictures));
        let readers = Readers::new(options.limits.live_readers);
        let (started, assets) = ((options.clock)(), AssetBodies::new());
        Self { shared, options, started, assets, renders, pictures, readers }
    }
}

/// The one service: every request comes through here.
pub(crate) fn router(app: Arc<App>) -> axum::Router {
    axum::Router::new().fallback(handle).with_state(app)
}

async fn handle(State(app): State<Arc<App>>, request: Request) -> Response {
    let begun = Instant::now();
    // A body is never read: nothing here takes one, and hyper closes a connection that insists.
    let (parts, _) = request.into_parts();
    let slot = parts.extensions.get::<Slot>().cloned();
    let asked = Arc::new(Asked::read(parts, &app.options));
    let route = Route::parse(&asked.path);
    let (name, audience) = (route.name(), audience(&route));
    if matches!(route, Route::Live) && method_answer(&app, &route, &asked).is_none() {
        let response = live::answer(&app, &asked, slot.as_ref());
        record(&app, name, response.status(), 0, begun);
        return response;
    }
    let answer = answer(&app, route, &asked).await;
    let answer = with_onion_location(&app, &asked, answer);
    let (response, bytes) = answer.into_response(&asked, audience);
    record(&app, name, response.status(), bytes, begun);
    response
}

fn audience(route: &Route) -> Audience {
    if matches!(route, Route::Api(_) | Route::Figure(..)) { Audience::Api } else { Audience::Site }
}

async fn answer(app: &Arc<App>, route: Route, asked: &Arc<Asked>) -> Answer {
    if let Some(refusal) = method_answer(app, &route, asked) {
        return refusal;
    }
    match at_hand(app, &route, asked) {
        Some(answer) => answer,
        None => computed(app, route, asked).await,
    }
}

/// The answer to methods other than GET and HEAD.
fn method_answer(app: &App, route: &Route, asked: &Asked) -> Option<Answer> {
    match (&asked.method, route) {
        (&Method::GET | &Method::HEAD, _) => None,
        (&Method::OPTIONS, Route::Api(_)) => Some(api::options()),
        (_, Route::Api(_)) => Some(refused(app, route, asked, &Problem::MethodNotAllowed(api::METHODS))),
        _ => Some(refused(app, route, asked, &Problem::MethodNotAllowed("GET, HEAD"))),
    }
}

/// The answer where nothing has to be computed for it.
fn at_hand(app: &App, route: &Route, asked: &Asked) -> Option<Answer> {
    match route {
        Route::Asset(asset) => Some(app.assets.answer(asset, asked)),
        Route::Robots => Some(site::robots(app)),
        Route::Healthz => Some(Answer::text(StatusCode::OK, "ok\n")),
        Route::Readyz => Some(site::ready(app)),
        Route::Metrics => Some(prometheus::answer(app)),
        _ => match app.shared.current() {
            Some(published) => match route {
                Route::Figure(key, form) => figure::kept(&published, asked, key, *form),
                _ => site::kept(&published, asked, route),
            },
            None => Some(refused(app, route, asked, &Problem::NotReady)),
        },
    }
}

/// The answer from a thread that may take its time.
async fn computed(app: &Arc<App>, route: Route, asked: &Arc<Asked>) -> Answer {
    let failed_route = route.clone();
    let work = async {
        // The permit moves into the work, which keeps it also when nobody waits any more.
        let turns = match &route {
            Route::Figure(_, FigureForm::Png) => &app.pictures,
            _ => &app.renders,
        };
        let permit = Arc::clone(turns).acquire_owned().await.ok();
        let (app, asked) = (Arc::clone(app), Arc::clone(asked));
        let compute = move || {
            let _permit = permit;
            app.shared.current().map(|published| compute(&app, &published, &route, &asked))
        };
        tokio::task::spawn_blocking(compute).await
    };
    let problem = match tokio::time::timeout(app.options.limits.handler_time, work).await {
        Ok(Ok(Some(answer))) => return answer,
        Ok(Ok(None)) => Problem::NotReady,
        Ok(Err(panic)) => {
            // What a panic says may quote a text of a relay.
            let panic = panic.to_string();
            let panic = allium_model::printable(&panic);
            tracing::error!(route = failed_route.name(), %panic, "failed to make an answer");
            Problem::Failed
        }
        Err(_) => Problem::TooSlow,
    };
    refused(app, &failed_route, asked, &problem)
}

fn compute(app: &App, published: &Published, route: &Route, asked: &Asked) -> Answer {
    match route {
        Route::Page(page) => site::page(app, published, asked, page),
        Route::Figure(key, form) => figure::answer(app, published, asked, key, *form),
        Route::Search => site::search_for(app, published, asked),
        Route::Feed(feed) => site::feed(app, published, asked, *feed),
        Route::Sitemap => site::sitemap(app, published, asked),
        Route::Api(route) => api::answer(app, published, route, asked),
        _ => site::missing(app, published, asked),
    }
}

fn refused(app: &App, route: &Route, asked: &Asked, problem: &Problem) -> Answer {
    match audience(route) {
        Audience::Api => problem.document(asked, &app.options.settings.base_path),
        Audience::Site => problem.page(),
    }
}

fn with_onion_location(app: &App, asked: &Asked, answer: Answer) -> Answer {
    let is_for_pages = answer.status == StatusCode::OK && answer.media_type() == Some(HTML);
    match site::onion_location(app, asked).filter(|_| is_for_pages) {
        Some(location) => answer.with(ONION_LOCATION, &location),
        None => answer,
    }
}

/// Counts and logs an answer. No address, no path, no search text, no user agent.
fn record(app: &App, route: &'static str, status: StatusCode, bytes: usize, begun: Instant) {
    let duration = begun.elapsed();
    app.shared.metrics.count(route, status.as_u16(), duration);
    let ms = duration.as_secs_f64() * 1000.0;
    tracing::info!(target: "access", route, status = status.as_u16(), bytes, ms = format_args!("{ms:.1}"));
}
