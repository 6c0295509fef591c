//! One file a page: what it shows, as a template's fields, and how these come from the report.

mod alerts;
mod as_intelligence;
mod authorities;
mod charts;
pub(crate) mod consensus;
mod course;
mod design;
mod file_search;
mod front;
mod geography;
mod group;
mod group_health;
mod incidents;
pub(crate) mod leaderboards;
mod list;
mod network;
mod not_found;
mod operator;
mod place_words;
mod region;
mod relay;
mod search;
mod sheet;
mod sources;
mod study;
mod text;
mod top;

pub(crate) use alerts::{Typed, confirm_page, form_page, is_offered, is_open, joined, unsubscribe_page};
pub(crate) use authorities::{EventChoice, chosen_events_page};
pub(crate) use charts::Gallery;
pub(crate) use consensus::{Chosen, chosen_diff_page};
pub(crate) use incidents::{chosen_incidents_page, incident_heading};
pub(crate) use leaderboards::{board_path, page_count as board_page_count, parse_board, value_with_unit};
pub(crate) use operator::page_count as operator_page_count;
pub(crate) use study::{Study, visual_page};
pub(crate) use text::{AboutText, Method};

pub(crate) use not_found::not_found_for;
pub(crate) use search::{SEARCH_ROWS, search_page};

use crate::link::Links;
use crate::places_page::PlacesPage;
use crate::prepared::Prepared;
use crate::{Edition, Page, Settings};
use allium_analysis::Snapshot;
use allium_model::{GroupKey, Network};
use std::cell::Cell;

/// What a page is rendered from.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    pub(crate) edition: &'a Edition,
    pub(crate) settings: &'a Settings,
}

impl<'a> Site<'a> {
    pub(crate) fn snapshot(self) -> &'a Snapshot {
        &self.edition.snapshot
    }

    pub(crate) fn network(self) -> &'a Network {
        &self.edition.snapshot.network
    }

    pub(crate) fn links(self) -> Links<'a> {
        Links { base_path: &self.settings.base_path }
    }

    /// What the pages of the edition share.
    pub(crate) fn prepared(self) -> &'a Prepared {
        self.edition.prepared(self.settings)
    }

    /// The link to a group's page; none when it has no page.
    pub(crate) fn group_link(self, key: GroupKey) -> Option<&'a str> {
        self.prepared().group_href(key)
    }
}

/// The HTML of a page; none when what it shows does not exist.
pub(crate) fn render(page: &Page, site: Site<'_>) -> Option<String> {
    match page {
        Page::Front => front::render(site),
        Page::NetworkOverview => network::render(site),
        Page::Relay(fingerprint) => relay::render(site, *fingerprint),
        Page::Operator(id, number) => operator::render(site, *id, page, *number),
        Page::OperatorDomain(domain) => operator::render_domain(site, domain, page),
        Page::Family(id, number) => group::render(site, GroupKey::Family(*id), page, *number),
        Page::As(number_of_as, number) => group::render(site, GroupKey::As(*number_of_as), page, *number),
        Page::Country(code, number) => group::render(site, GroupKey::Country(*code), page, *number),
        Page::Platform(slug, number) => {
            group::render_slug(site, allium_model::GroupKind::Platform, slug, page, *number)
        }
        Page::Version(slug, number) => {
            group::render_slug(site, allium_model::GroupKind::Version, slug, page, *number)
        }
        Page::Flag(slug, number) => {
            group::render_slug(site, allium_model::GroupKind::Flag, slug, page, *number)
        }
        Page::FirstSeen(date, number) => group::render(site, GroupKey::FirstSeen(*date), page, *number),
        Page::Leaderboards => leaderboards::render_all(site),
        Page::Leaderboard(category, number) => leaderboards::render(site, *category, page, *number),
        Page::OperatorReport(id) => operator::render_report(site, *id),
        Page::List(kind, sort, number) => list::render(site, *kind, *sort, page, *number),
        Page::TopRelays(number) => top::render(site, page, *number),
        Page::Study(study) => study::render(site, *study),
        Page::Places(PlacesPage::AsIntelligence(number)) => as_intelligence::render(site, page, *number),
        Page::Places(PlacesPage::Geography(measure)) => geography::render(site, page, *measure),
        Page::Places(PlacesPage::Area(area)) => region::render(site, page, *area),
        Page::Consensus(page) => consensus::render(site, *page),
        Page::Authorities(authorities) => authorities::render(site, page, authorities),
        Page::Incidents(page) => incidents::render(site, *page),
        Page::Alerts(page) => alerts::render(site, *page),
        Page::Sources => sources::render(site),
        Page::About(text) => text::render_about(site, *text),
        Page::Design => design::render(site),
        Page::Charts(gallery) => charts::render(site, *gallery),
        Page::Methods => text::render_methods(site),
        Page::Method(method) => text::render_method(site, *method),
        Page::Search => file_search::render(site),
        Page::NotFound => not_found::render(site),
    }
}

/// Finishes a template. Templates are checked when they are compiled and write into a string, so a
/// failure can only be a formatting error of one of our own values.
pub(crate) fn finish(template: &impl askama::Template) -> Option<String> {
    // Pages that one thread renders in a row are alike, so the last one's size is a good guess.
    thread_local!(static LAST_SIZE: Cell<usize> = const { Cell::new(16 << 10) });
    let mut html = String::with_capacity(LAST_SIZE.get() + 1024);
    template.render_into(&mut html).ok()?;
    LAST_SIZE.set(html.len());
    Some(html)
}
