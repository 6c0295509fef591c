//! The directory authorities: their state, the check list and the events, each in one answer.

use super::super::answer::Answer;
use super::super::problem::Problem;
use super::{Call, item};
use allium_analysis::directory::Directory;
use allium_views::{Rows, authority_event_rows, authority_rows, check_rows};

/// What is asked of the authorities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AuthoritiesRoute {
    /// How they are.
    States,
    /// The check list.
    Checks,
    /// What happened.
    Events,
}

impl AuthoritiesRoute {
    /// What a path below `authorities` asks for.
    pub(super) fn of(id: Option<&str>) -> Option<Self> {
        match id {
            None => Some(Self::States),
            Some("checks") => Some(Self::Checks),
            Some("events") => Some(Self::Events),
            Some(_) => None,
        }
    }

    /// The endpoint's name in metrics and the access log, and of its file.
    pub(crate) const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::States => ("api_authorities", "authorities"),
            Self::Checks => ("api_authority_checks", "authority-checks"),
            Self::Events => ("api_authority_events", "authority-events"),
        }
    }
}

/// The answer; without documents of the authorities a list without entries.
pub(super) fn answer(call: Call<'_>, route: AuthoritiesRoute) -> Result<Answer, Problem> {
    item::only_format(&call.asked.query)?;
    let directory = call.published.edition.directory.as_deref();
    let rows = rows(route, directory);
    let mut meta = call.meta();
    meta.total = Some(rows.total);
    call.form.list(&rows, &meta, route.names().1)
}

fn rows(route: AuthoritiesRoute, directory: Option<&Directory>) -> Rows<'_> {
    match route {
        AuthoritiesRoute::States => authority_rows(directory),
        AuthoritiesRoute::Checks => check_rows(directory),
        AuthoritiesRoute::Events => authority_event_rows(directory),
    }
}
