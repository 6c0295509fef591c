//! How long an answer may be kept by browsers and proxies: the closed list.

/// A policy for caches outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CachePolicy {
    /// Pages: for a minute, and then only after asking again.
    Page,
    /// Files whose path carries their hash: for ever.
    Asset,
    /// Answers of the API: as pages.
    Api,
    /// What holds for this one moment or this one reader: errors, health, metrics, searches.
    NoStore,
}

impl CachePolicy {
    /// The value of `Cache-Control`.
    pub(crate) const fn header_value(self) -> &'static str {
        match self {
            Self::Page | Self::Api => "public, max-age=60, must-revalidate",
            Self::Asset => "public, max-age=31536000, immutable",
            Self::NoStore => "no-store",
        }
    }
}
