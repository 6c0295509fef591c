//! The configuration: defaults, then a file, then what the environment and the command line say.
//!
//! Unknown keys are refused. `config.example.toml` shows every key with its default, which a test proves.

use crate::alerts::AlertsConfig;
use crate::cli::SourceArgs;
use crate::failure::{ExitCode, Failure};
use crate::monitor::MonitorConfig;
use allium_documents::Limits;
use allium_notify::ChannelConfig;
use allium_store::Retention;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the data come from.
    pub source: SourceConfig,
    /// Where the documents of the directory authorities come from.
    pub collector: CollectorConfig,
    /// Which authorities are trusted.
    pub authorities: AuthoritiesConfig,
    /// How the site presents itself.
    pub site: SiteConfig,
    /// How it is served.
    pub server: ServerConfig,
    /// What is remembered.
    pub history: HistoryConfig,
    /// How the directory authorities are looked at.
    pub monitor: MonitorConfig,
    /// Who is told what.
    pub alerts: AlertsConfig,
    /// Ways to tell, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub channels: BTreeMap<String, ChannelConfig>,
    /// How much of a document is accepted.
    pub limits: LimitsConfig,
}

/// Where the data come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceConfig {
    /// Onionoo service or directory; `off` to know the network from its consensus alone.
    pub onionoo: String,
    /// Results of the AROI validator; empty for none.
    pub aroi: String,
    /// Days after which a relay that is not seen is dropped.
    pub max_offline_days: u32,
    /// Seconds between two questions to a source.
    pub interval_seconds: u32,
    /// SOCKS proxy for fetching, such as `socks5h://127.0.0.1:9050`; empty for none.
    pub socks_proxy: String,
}

/// Where the documents of the directory authorities come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the configuration that is on or off")]
pub struct CollectorConfig {
    /// CollecTor service or directory, `auto`, `authorities` or `off`.
    pub source: String,
    /// Seconds between two questions, at most.
    pub interval_seconds: u32,
    /// Whether authorities are asked when CollecTor is behind.
    pub dir_ports: bool,
    /// Longest silence of an authority that is asked for documents, in seconds.
    pub dir_port_timeout_seconds: u32,
    /// Whether votes are fetched too.
    pub votes: bool,
    /// Whether the bandwidth files that votes name are fetched.
    pub bandwidth_files: bool,
    /// Whether extra-infos of the relays of authorities are fetched.
    pub extra_infos: bool,
    /// Hours back from now that are filled from CollecTor.
    pub fill_hours: u32,
    /// Whether hours before those, as far as they are kept by the hour, are filled from monthly archives.
    pub archive: bool,
}

/// Which authorities are trusted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuthoritiesConfig {
    /// A list that replaces the built-in one; empty for the built-in one.
    pub file: PathBuf,
}

/// How the site presents itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SiteConfig {
    /// Address of the site; empty for none.
    pub site_url: String,
    /// Path below which the site lies; empty for the root.
    pub base_path: String,
    /// Address of the onion service, for the `Onion-Location` header; empty for none.
    pub onion_location: String,
}

/// How the site is served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerConfig {
    /// Address to listen on.
    pub listen: String,
    /// Folder for the last good documents; empty for none.
    pub data_dir: PathBuf,
    /// Addresses of proxies whose forwarded headers count.
    pub trusted_proxies: Vec<String>,
    /// Most connections at a time.
    pub max_connections: usize,
}

/// What is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HistoryConfig {
    /// The store; empty for `history.db` in `data_dir`, and for none without that.
    pub store: PathBuf,
    /// Days of which every hour is kept.
    pub hourly_days: u32,
    /// Days that a contact text is kept after its relay was last seen.
    pub contact_days: u32,
}

/// How much of a document is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_field_names, reason = "the keys of the configuration say that they are limits")]
pub struct LimitsConfig {
    /// Decompressed size of a document in bytes.
    pub max_document_bytes: usize,
    /// Compressed size of a document in bytes.
    pub max_download_bytes: u64,
    /// Entries of a document.
    pub max_relays: usize,
    /// Length of a text in bytes.
    pub max_text_bytes: usize,
    /// Length of a line of a dir-spec document in bytes.
    pub max_line_bytes: usize,
    /// Length of a key, certificate or signature of a dir-spec document in bytes.
    pub max_object_bytes: usize,
    /// Members of a family list of one relay.
    pub max_family_members: usize,
    /// Memory for a decompressor's window in bytes.
    pub max_window_bytes: usize,
}

impl HistoryConfig {
    /// How long things are kept.
    pub fn retention(&self) -> Retention {
        Retention { hourly_days: self.hourly_days, contact_days: self.contact_days, ..Retention::default() }
    }
}

impl CollectorConfig {
    /// Longest silence of an authority.
    pub fn dir_port_timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.dir_port_timeout_seconds.max(1)))
    }
}

impl SourceConfig {
    /// Whether Onionoo is asked at all.
    pub fn has_onionoo(&self) -> bool {
        self.onionoo != "off"
    }
}

impl Default for SourceConfig {
    fn default() -> Self {
        Self {
            onionoo: "https://onionoo.torproject.org/".into(),
            aroi: String::new(),
            max_offline_days: 7,
            interval_seconds: 600,
            socks_proxy: String::new(),
        }
    }
}

impl Default for CollectorConfig {
    fn default() -> Self {
        Self {
            source: "auto".into(),
            interval_seconds: 600,
            dir_ports: true,
            dir_port_timeout_seconds: 20,
            votes: true,
            bandwidth_files: true,
            extra_infos: true,
            fill_hours: 72,
            archive: true,
        }
    }
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".into(),
            data_dir: PathBuf::new(),
            trusted_proxies: Vec::new(),
            max_connections: 1024,
        }
    }
}

impl Default for HistoryConfig {
    fn default() -> Self {
        Self { store: PathBuf::new(), hourly_days: 90, contact_days: 90 }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            max_document_bytes: limits.max_document_bytes,
            max_download_bytes: 512 << 20,
            max_relays: limits.max_relays,
            max_text_bytes: limits.max_text_bytes,
            max_line_bytes: limits.max_line_bytes,
            max_object_bytes: limits.max_object_bytes,
            max_family_members: limits.max_family_members,
            max_window_bytes: limits.max_window_bytes,
        }
    }
}

impl Config {
    /// Reads the configuration file: the given one, else `allium.toml` here when it exists.
    pub fn read(path: Option<&Path>) -> Result<Self, Failure> {
        let default = Path::new("allium.toml");
        let path = match path {
            Some(path) => path,
            None if default.exists() => default,
            None => return Ok(Self::default()),
        };
        let failed = |reason: &dyn std::fmt::Display| {
            Failure::new(
                ExitCode::Configuration,
                format_args!("cannot read the configuration {}: {reason}", path.display()),
            )
        };
        let text = std::fs::read_to_string(path).map_err(|error| failed(&error))?;
        Self::parse(&text).map_err(|error| failed(&error))
    }

    /// The file of the history; none when neither it nor a data directory is configured.
    pub fn store_path(&self) -> Option<PathBuf> {
        match (self.history.store.as_os_str().is_empty(), self.server.data_dir.as_os_str().is_empty()) {
            (false, _) => Some(self.history.store.clone()),
            (true, false) => Some(self.server.data_dir.join("history.db")),
            (true, true) => None,
        }
    }

    /// Where an archive lies while it is read: in the data directory, else beside the history; none without either.
    pub fn archive_folder(&self) -> Option<PathBuf> {
        if !self.server.data_dir.as_os_str().is_empty() {
            return Some(self.server.data_dir.join("cache").join("archive"));
        }
        let store = self.store_path()?;
        let name = store.file_name()?.to_string_lossy().into_owned();
        Some(store.with_file_name(format!("{name}.archive")))
    }

    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Takes over what the environment and the command line say of the source.
    pub fn with_source(mut self, args: &SourceArgs) -> Self {
        let source = &mut self.source;
        if let Some(onionoo) = &args.onionoo {
            source.onionoo.clone_from(onionoo);
        }
        if let Some(aroi) = &args.aroi {
            source.aroi.clone_from(aroi);
        }
        if let Some(days) = args.max_offline_days {
            source.max_offline_days = days;
        }
        if let Some(collector) = &args.collector {
            self.collector.source.clone_from(collector);
        }
        if let Some(store) = &args.store {
            self.history.store.clone_from(store);
        }
        if let Some(file) = &args.authorities {
            self.authorities.file.clone_from(file);
        }
        self
    }

    /// Takes over the site's address and path, and checks both.
    pub fn with_site(mut self, site_url: Option<&str>, base_path: Option<&str>) -> Result<Self, Failure> {
        let site_url = site_url.unwrap_or(&self.site.site_url);
        let base_path = base_path.unwrap_or(&self.site.base_path);
        (self.site.site_url, self.site.base_path) =
            (checked_site_url(site_url)?, checked_base_path(base_path)?);
        Ok(self)
    }

    /// The limits for parsers.
    pub fn limits(&self) -> Limits {
        Limits {
            max_document_bytes: self.limits.max_document_bytes,
            max_relays: self.limits.max_relays,
            max_text_bytes: self.limits.max_text_bytes,
            max_line_bytes: self.limits.max_line_bytes,
            max_object_bytes: self.limits.max_object_bytes,
            max_family_members: self.limits.max_family_members,
            max_window_bytes: self.limits.max_window_bytes,
        }
    }
}

fn checked_site_url(url: &str) -> Result<String, Failure> {
    let url = url.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_plain = |host: &str| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
    };
    if url.is_empty() || host.is_some_and(is_plain) {
        return Ok(url.to_owned());
    }
    let message = format!(
        "the site_url {url:?} is not of the form https://allium.example (a path belongs into base_path)"
    );
    Err(Failure::new(ExitCode::Configuration, message))
}

fn checked_base_path(path: &str) -> Result<String, Failure> {
    let path = path.trim_end_matches('/');
    let is_segment = |segment: &str| allium_model::is_slug(segment);
    let is_path = path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(is_segment));
    if path.is_empty() || is_path {
        return Ok(path.to_owned());
    }
    let message = format!("the base_path {path:?} is not of the form /tor, with a-z, 0-9, dots and hyphens");
    Err(Failure::new(ExitCode::Configuration, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_file_shows_every_key_with_its_default() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config.example.toml");
        let text = std::fs::read_to_string(path).unwrap();
        let example: toml::Table = toml::from_str(&text).unwrap();
        let defaults = toml::Table::try_from(Config::default()).unwrap();
        assert_eq!(example, defaults);
    }

    #[test]
    fn unknown_keys_are_refused() {
        assert!(
            Config::parse("[server]\nport = 80\n").unwrap_err().to_string().contains("unknown field `port`")
        );
        assert_eq!(Config::parse("").unwrap(), Config::default());
    }

    #[test]
    fn addresses_are_checked_before_they_reach_a_page() {
        assert_eq!(checked_site_url("https://allium.example/").unwrap(), "https://allium.example");
        assert!(checked_site_url("https://allium.example/\"><script>").is_err());
        assert!(checked_site_url("ftp://allium.example").is_err());
        assert_eq!(checked_base_path("/tor/").unwrap(), "/tor");
        assert!(checked_base_path("tor").is_err() && checked_base_path("/../x").is_err());
    }
}
