//! Which authorities are trusted: the built-in list, or the file that replaces it.

use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use allium_analysis::directory::TrustedAuthority;
use allium_consensus::TrustedAuthorities;
use allium_model::Timestamp;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

/// Largest list of authorities, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// The trusted authorities of a configuration.
pub fn trusted_authorities(config: &Config) -> Result<TrustedAuthorities, Failure> {
    trusted_by_file(None, config)
}

/// The trusted authorities: those of a file, else those of the configuration, else the built-in ones of the public
/// network.
pub fn trusted_by_file(file: Option<&Path>, config: &Config) -> Result<TrustedAuthorities, Failure> {
    let configured = Some(config.authorities.file.as_path()).filter(|path| !path.as_os_str().is_empty());
    let Some(path) = file.or(configured) else { return Ok(TrustedAuthorities::builtin()) };
    let failed = |reason: String| {
        let path = path.display();
        Failure::new(
            ExitCode::Configuration,
            format_args!("cannot read the list of authorities {path}: {reason}"),
        )
    };
    let file = allium_collect::read_file(path, MAX_BYTES)?;
    let text = String::from_utf8(file.bytes).map_err(|_| failed("it is not UTF-8".into()))?;
    TrustedAuthorities::parse(&text).map_err(|error| failed(error.to_string()))
}

/// The authorities that are trusted at a time, as reports show them.
pub fn listed(trusted: &TrustedAuthorities, time: Timestamp) -> Vec<TrustedAuthority> {
    let entries = trusted.trusted_at(time);
    entries
        .map(|entry| TrustedAuthority {
            nickname: entry.nickname.clone(),
            identity: entry.identity,
            dir_address: dir_address(entry),
            or_port: entry.address.and_then(|address| address.or_port),
            ipv6_address: entry.address.and_then(|address| address.ipv6).map(|ipv6| IpAddr::V6(*ipv6.ip())),
            relay: entry.relay,
        })
        .collect()
}

/// Where an authority answers directory requests.
pub fn dir_address(entry: &allium_consensus::TrustedAuthority) -> Option<SocketAddr> {
    let address = entry.address?;
    (address.dir_port > 0).then(|| SocketAddr::from((address.address, address.dir_port)))
}
