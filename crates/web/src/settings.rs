//! What the configuration says about the site.

/// Whether pages are files or answers of a server, which decides what they may link to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Files: nothing is linked that only a server can answer.
    Files,
    /// Served: search, API and downloads are there.
    Served,
}

/// Settings of the site.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Files or served.
    pub mode: Mode,
    /// Address of the site, such as `https://allium.example`, without a slash at the end. Without it
    /// pages have no canonical links and there is no sitemap.
    pub site_url: Option<String>,
    /// Path below which the site lies, such as `/tor`, without a slash at the end; empty for the root.
    pub base_path: String,
    /// Address of the onion service, for the `Onion-Location` header.
    pub onion_location: Option<String>,
    /// Whether the network is simulated, which every page then says.
    pub simulated: bool,
}
