//! Every link of the site goes through here, so that a base path is a setting and not a search.

use crate::Page;
use std::fmt;

/// Makes links below the base path.
#[derive(Debug, Clone, Copy)]
pub struct Links<'a> {
    /// The base path without a slash at the end; empty for the root.
    pub base_path: &'a str,
}

impl<'a> Links<'a> {
    /// The link to a page.
    pub fn page(&self, page: &Page) -> String {
        format!("{}{}", self.base_path, page.path())
    }

    /// The link to a path that begins with a slash.
    pub fn to<P: fmt::Display>(&self, path: P) -> String {
        format!("{}{path}", self.base_path)
    }

    /// The link to a relay's page; the most frequent one, without allocation.
    pub fn relay(&self, fingerprint: allium_model::Fingerprint) -> RelayLink<'a> {
        RelayLink { base_path: self.base_path, fingerprint }
    }
}

/// A link to a relay's page.
#[derive(Debug, Clone, Copy)]
pub struct RelayLink<'a> {
    base_path: &'a str,
    fingerprint: allium_model::Fingerprint,
}

impl fmt::Display for RelayLink<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/relay/{}/", self.base_path, self.fingerprint)
    }
}

impl askama::FastWritable for RelayLink<'_> {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        dest.write_str(self.base_path)?;
        dest.write_str("/relay/")?;
        let hex = self.fingerprint.to_hex();
        dest.write_str(std::str::from_utf8(&hex).unwrap_or_default())?;
        dest.write_str("/")?;
        Ok(())
    }
}
