//! Looking at the directory authorities: the configuration of it, and whom to look at.

use crate::config::Config;
use allium_collect::{ProbeOptions, ProbeTarget, user_agent};
use allium_consensus::TrustedAuthorities;
use allium_model::Timestamp;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::time::Duration;

/// Whether the authorities are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum MonitorMode {
    /// When a service is followed; not when the documents lie in a folder.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// How `serve` looks at the authorities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MonitorConfig {
    /// Whether it does.
    pub mode: MonitorMode,
    /// Seconds between two looks.
    pub interval_seconds: u32,
    /// Longest wait for an answer, in seconds.
    pub timeout_seconds: u32,
    /// Hosts with ports that tell whether our own network works when no authority answers.
    pub control: Vec<String>,
}

impl Default for MonitorConfig {
    fn default() -> Self {
        Self {
            mode: MonitorMode::Auto,
            interval_seconds: 300,
            timeout_seconds: 15,
            control: vec!["onionoo.torproject.org:443".into()],
        }
    }
}

impl MonitorConfig {
    /// Whether `serve` looks at the authorities; `follows_service` is whether its source is a URL. Through a
    /// proxy only when that is asked for: the way through it fails more often than an authority.
    pub fn is_on(&self, follows_service: bool, has_proxy: bool) -> bool {
        match self.mode {
            MonitorMode::Off => false,
            MonitorMode::On => true,
            MonitorMode::Auto => follows_service && !has_proxy,
        }
    }
}

/// The manners of the looks.
pub fn probe_options(config: &Config) -> ProbeOptions {
    let timeout = Duration::from_secs(u64::from(config.monitor.timeout_seconds.max(1)));
    let site_url = Some(config.site.site_url.as_str()).filter(|site_url| !site_url.is_empty());
    ProbeOptions {
        connect_timeout: timeout.min(ProbeOptions::default().connect_timeout),
        answer_timeout: timeout,
        user_agent: user_agent(site_url),
        control: config.monitor.control.clone(),
        socks_proxy: Some(config.source.socks_proxy.clone()).filter(|proxy| !proxy.is_empty()),
    }
}

/// The authorities that are trusted now and have an address for directory requests.
pub fn probe_targets(trusted: &TrustedAuthorities, now: Timestamp) -> Vec<ProbeTarget> {
    let target = |entry: &allium_consensus::TrustedAuthority| {
        let address = entry.address.filter(|address| address.dir_port != 0)?;
        let address = SocketAddr::from((address.address, address.dir_port));
        Some(ProbeTarget { identity: entry.identity, address })
    };
    trusted.trusted_at(now).filter_map(target).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_made_when_a_service_is_followed() {
        let with = |mode| MonitorConfig { mode, ..MonitorConfig::default() };
        assert!(with(MonitorMode::Auto).is_on(true, false));
        assert!(!with(MonitorMode::Auto).is_on(false, false));
        assert!(with(MonitorMode::On).is_on(false, false));
        assert!(!with(MonitorMode::Off).is_on(true, false));
        assert!(!with(MonitorMode::Auto).is_on(true, true) && with(MonitorMode::On).is_on(true, true));
        assert!(!with(MonitorMode::Off).is_on(true, true));
    }

    #[test]
    fn a_configured_proxy_is_used_for_looks_too() {
        let mut config = Config::default();
        assert_eq!(probe_options(&config).socks_proxy, None);
        config.source.socks_proxy = "socks5h://127.0.0.1:9050".into();
        assert_eq!(probe_options(&config).socks_proxy.as_deref(), Some("socks5h://127.0.0.1:9050"));
    }

    #[test]
    fn every_authority_of_today_has_an_address() {
        let now = "2026-11-20 12:00:00".parse().unwrap();
        let targets = probe_targets(&TrustedAuthorities::builtin(), now);
        assert_eq!(targets.len(), 9);
    }
}
