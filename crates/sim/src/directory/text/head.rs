//! The lines that heads of votes and consensuses have in common.

use super::super::Directory;
use super::super::authority::Authority;
use super::super::versions::PARAMS;
use crate::time::clock::{HOUR_SECONDS, Hour};
use allium_model::{Flag, printable};
use std::fmt::Write;

/// Seconds for votes, and for signatures.
const VOTING_DELAY_SECONDS: i64 = 300;

impl Directory<'_> {
    /// From `valid-after` to `voting-delay`.
    pub(super) fn validity_lines(&self, hour: Hour) -> String {
        let valid_after = self.simulation.clock.time(hour);
        format!(
            "valid-after {valid_after}\nfresh-until {}\nvalid-until {}\nvoting-delay {VOTING_DELAY_SECONDS} {VOTING_DELAY_SECONDS}\n",
            valid_after.plus_seconds(HOUR_SECONDS),
            valid_after.plus_seconds(3 * HOUR_SECONDS),
        )
    }
}

/// The lines with the recommended versions.
pub(super) fn version_lines(versions: &[&str]) -> String {
    let versions = versions.join(",");
    format!("client-versions {versions}\nserver-versions {versions}\n")
}

/// `dir-source` and `contact`.
pub(super) fn source_lines(authority: &Authority) -> String {
    let address = authority.address;
    let mut contact: String = printable(&authority.contact).to_string();
    contact.retain(|letter| letter != '\n');
    format!(
        "dir-source {} {} {address} {address} {} {}\ncontact {contact}\n",
        authority.nickname, authority.identity, authority.dir_port, authority.or_port
    )
}

/// `params` with those that all vote for, and others.
pub(super) fn params_line(more: &[(&str, i32)]) -> String {
    let mut params: Vec<(&str, i32)> = PARAMS.iter().chain(more).copied().collect();
    params.sort_unstable();
    let mut line = String::from("params");
    for (name, value) in params {
        let _ = write!(line, " {name}={value}");
    }
    line + "\n"
}

/// A line of the names of flags.
pub(super) fn flags_line(keyword: &str, flags: impl Iterator<Item = Flag>) -> String {
    let mut line = String::from(keyword);
    for flag in flags {
        line += " ";
        line += flag.name();
    }
    line + "\n"
}
