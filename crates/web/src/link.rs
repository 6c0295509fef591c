//! Every link of the site goes through here, so that a base path is a setting and not a search.

use crate::Page;
use std::fmt;

/// Makes links below the base path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Links<'a> {
    /// The base path without a slash at the end; empty for the root.
    pub(crate) base_path: &'a str,
}

impl Links<'_> {
    /// The link to a page.
    pub(crate) fn page(&self, page: &Page) -> String {
        format!("{}{}", self.base_path, page.path())
    }

    /// The link to a path that begins with a slash.
    pub(crate) fn to<P: fmt::Display>(&self, path: P) -> String {
        format!("{}{path}", self.base_path)
    }
}
