//! Answers for people: pages, redirects, search, and the files beside them.
//!
//! A page's body is made once for an edition and encoding and then comes from the cache; its query is
//! not part of the key, since no page reads one. What depends on what a reader typed is not kept.

use super::answer::{Answer, HTML};
use super::app::App;
use super::asked::Asked;
use super::body_cache::Body;
use super::cache_policy::CachePolicy;
use super::forms;
use super::problem::Problem;
use super::route::Route;
use super::shared::Published;
use crate::consensus_page::ConsensusPage;
use crate::feeds::Feed;
use crate::page::redirect;
use crate::pages::{
    Chosen, EventChoice, SEARCH_ROWS, Site, Study, chosen_diff_page, chosen_events_page,
    chosen_incidents_page, not_found_for, search_page, visual_page,
};
use crate::{AuthoritiesPage, EventFilter, IncidentsPage, Page, export};
use allium_views::{SearchHit, VisualQuery, search};
use axum::http::StatusCode;
use bytes::Bytes;

/// The answer of a page or sitemap whose body is at hand.
pub(crate) fn kept(published: &Published, asked: &Asked, route: &Route) -> Option<Answer> {
    let media_type = match route {
        Route::Page(_) => HTML,
        Route::Sitemap => XML,
        Route::Feed(feed) => feed.media_type(),
        _ => return None,
    };
    if has_choices(asked, route) || matches!(route, Route::Page(Page::Alerts(page)) if page.form().is_some())
    {
        return None;
    }
    let body = published.bodies.get(&asked.path, asked.encoding)?;
    Some(of_body(published, media_type, body))
}

const XML: &str = "application/xml; charset=utf-8";

/// Whether the page reads its query and has one.
fn has_choices(asked: &Asked, route: &Route) -> bool {
    let reads_query = matches!(
        route,
        Route::Page(
            Page::Study(Study::Visual)
                | Page::Consensus(ConsensusPage::Diff)
                | Page::Incidents(IncidentsPage::List(1))
                | Page::Authorities(AuthoritiesPage::Events(..))
        )
    );
    reads_query && !asked.query.is_empty()
}

/// The answer of a page with choices. What a reader chose is not kept.
fn chosen(app: &App, published: &Published, asked: &Asked, page: &Page) -> Option<Answer> {
    match page {
        Page::Incidents(_) => incidents(app, published, asked),
        Page::Consensus(_) => two_hours(app, published, asked),
        Page::Authorities(AuthoritiesPage::Events(filter, _)) => events(app, published, asked, *filter),
        _ => visual(app, published, asked),
    }
}

/// The difference between two hours.
fn two_hours(app: &App, published: &Published, asked: &Asked) -> Option<Answer> {
    let pairs = asked.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let chosen = Chosen::parse(pairs);
    let (html, is_there) = chosen_diff_page(site(app, published), &chosen)?;
    let status = match chosen {
        Chosen::Wrong(_) => StatusCode::BAD_REQUEST,
        Chosen::Hours(..) if is_there => StatusCode::OK,
        Chosen::Hours(..) => StatusCode::NOT_FOUND,
    };
    Some(Answer::new(status, HTML, html).encoded(asked.encoding))
}

/// Events of an authority and of days. Without documents of the authorities nothing can be chosen, and the page
/// says so.
fn events(app: &App, published: &Published, asked: &Asked, filter: EventFilter) -> Option<Answer> {
    let pairs = asked.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let choice = EventChoice::parse(pairs);
    let (status, html) = match chosen_events_page(site(app, published), filter, choice) {
        Some((html, true)) => (StatusCode::OK, html),
        Some((html, false)) => (StatusCode::BAD_REQUEST, html),
        None => {
            let page = Page::Authorities(AuthoritiesPage::Events(filter, 1));
            (StatusCode::OK, page.render(&published.edition, &app.options.settings)?)
        }
    };
    Some(Answer::new(status, HTML, html).encoded(asked.encoding))
}

/// Incidents by choice.
fn incidents(app: &App, published: &Published, asked: &Asked) -> Option<Answer> {
    let pairs = asked.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let (html, is_right) = chosen_incidents_page(site(app, published), pairs)?;
    let status = if is_right { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    Some(Answer::new(status, HTML, html).encoded(asked.encoding))
}

/// Charts by choice.
fn visual(app: &App, published: &Published, asked: &Asked) -> Option<Answer> {
    let pairs = asked.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let query = VisualQuery::parse(pairs);
    let status = if query.is_ok() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let html = visual_page(site(app, published), &query)?;
    Some(Answer::new(status, HTML, html).encoded(asked.encoding))
}

/// The answer of a page.
pub(crate) fn page(app: &App, published: &Published, asked: &Asked, page: &Page) -> Answer {
    let path = page.path();
    if path != asked.path {
        // The address may get a page of its own some day, so the redirect is not for ever.
        return to_page(app, StatusCode::FOUND, page, asked);
    }
    if has_choices(asked, &Route::Page(page.clone())) {
        return chosen(app, published, asked, page).unwrap_or_else(|| Problem::Failed.page());
    }
    if let Page::Alerts(alerts) = page
        && let Some(form) = alerts.form()
    {
        return forms::shown(app, published, asked, form);
    }
    match page.render(&published.edition, &app.options.settings) {
        Some(html) => keep(published, asked, HTML, html.into()),
        None => missing(app, published, asked),
    }
}

/// The answer for a path that is no page's: the page that an old address means, or 404 with
/// suggestions.
pub(crate) fn missing(app: &App, published: &Published, asked: &Asked) -> Answer {
    let meant = redirect(&asked.path, &published.edition.snapshot);
    let is_there = |page: &Page| page.render(&published.edition, &app.options.settings).is_some();
    if let Some(page) = meant.filter(|page| page.path() != asked.path && is_there(page)) {
        return to_page(app, StatusCode::PERMANENT_REDIRECT, &page, asked);
    }
    let html = not_found_for(site(app, published), &asked.path);
    Answer::new(StatusCode::NOT_FOUND, HTML, html).encoded(asked.encoding)
}

/// The answer of the search. What is the only fit is shown at once.
pub(crate) fn search_for(app: &App, published: &Published, asked: &Asked) -> Answer {
    let text = asked.parameter("q").unwrap_or_default();
    let results = search(&published.edition.snapshot, text, SEARCH_ROWS);
    if let Some(page) = results.only_hit().and_then(|hit| page_of(published, hit)) {
        return Answer::redirect(StatusCode::FOUND, &link(app, &page), CachePolicy::NoStore);
    }
    let html = search_page(site(app, published), text, &results);
    Answer::new(StatusCode::OK, HTML, html).encoded(asked.encoding)
}

/// The sitemap or a part of it, when the address of the site is configured.
pub(crate) fn sitemap(app: &App, published: &Published, asked: &Asked) -> Answer {
    let settings = &app.options.settings;
    let Some(site_url) = &settings.site_url else { return missing(app, published, asked) };
    let pages = Page::all(&published.edition);
    let files = export::sitemaps(&format!("{site_url}{}", settings.base_path), &pages);
    match files.into_iter().find(|(name, _)| asked.path.strip_prefix('/') == Some(name)) {
        Some((_, xml)) => keep(published, asked, XML, xml.into()),
        None => missing(app, published, asked),
    }
}

/// A feed of incidents.
pub(crate) fn feed(app: &App, published: &Published, asked: &Asked, feed: Feed) -> Answer {
    match feed.write(site(app, published)) {
        Some(xml) => keep(published, asked, feed.media_type(), xml.into()),
        None => missing(app, published, asked),
    }
}

/// What crawlers may read.
pub(crate) fn robots(app: &App) -> Answer {
    let text = export::robots(&app.options.settings);
    Answer::text(StatusCode::OK, text).with_policy(CachePolicy::Page)
}

/// Whether an edition is served.
pub(crate) fn ready(app: &App) -> Answer {
    match app.shared.edition() {
        Some(_) => Answer::text(StatusCode::OK, "ready\n"),
        None => Answer::text(Problem::NotReady.status(), "no edition was published yet\n"),
    }
}

/// The `Onion-Location` of a target, with path and query as they were sent.
pub(crate) fn onion_location(app: &App, asked: &Asked) -> Option<String> {
    let onion = app.options.settings.onion_location.as_ref().filter(|_| !asked.is_by_onion)?;
    Some(format!("{}{}", onion.trim_end_matches('/'), asked.target))
}

fn site<'a>(app: &'a App, published: &'a Published) -> Site<'a> {
    Site { edition: &published.edition, settings: &app.options.settings }
}

/// Encodes a body, keeps it, and answers with it.
fn keep(published: &Published, asked: &Asked, media_type: &'static str, content: Bytes) -> Answer {
    let body = Body::encoded(content, asked.encoding);
    published.bodies.insert(&asked.path, asked.encoding, body.clone());
    of_body(published, media_type, body)
}

pub(super) fn of_body(published: &Published, media_type: &'static str, body: Body) -> Answer {
    let published_at = published.edition.snapshot.network.published();
    Answer::of_body(media_type, body, CachePolicy::Page).modified(published_at)
}

fn page_of(published: &Published, hit: SearchHit) -> Option<Page> {
    let snapshot = &published.edition.snapshot;
    match hit {
        SearchHit::Relay(position) => Some(Page::Relay(snapshot.network.relay(position).fingerprint)),
        SearchHit::Group(kind, position) => {
            Page::of_group(snapshot, snapshot.network.groups(kind).get(position)?.key, 1)
        }
    }
}

/// A redirect that keeps the query, which fills in forms and makes choices.
fn to_page(app: &App, status: StatusCode, page: &Page, asked: &Asked) -> Answer {
    let query = asked.target.split_once('?').map(|(_, query)| format!("?{query}"));
    Answer::redirect(status, &(link(app, page) + &query.unwrap_or_default()), CachePolicy::Page)
}

fn link(app: &App, page: &Page) -> String {
    format!("{}{}", app.options.settings.base_path, page.path())
}
