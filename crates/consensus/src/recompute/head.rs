//! The head of a consensus: everything before the relays.

use super::packages::packages;
use super::protocols::LISTS;
use super::shared_random::Agreement;
use super::{Body, low_median, params, versions};
use crate::sha1;
use allium_documents::dirspec::{DirSource, Flavor, SharedRandomValue, StatusHeader, Vote};
use allium_model::{Fingerprint, Timestamp};

/// What the head says and the rest depends on.
pub(super) struct Head<'a> {
    pub authorities: usize,
    pub method: u32,
    params: Vec<(&'a str, i32)>,
    /// `known-flags`: what any vote knows, and `NoEdConsensus`.
    pub known_flags: Vec<&'a str>,
}

/// From this method on parameters are found wherever they stand in their line.
const METHOD_OF_CORRECT_PARAMS: u32 = 31;

impl<'a> Head<'a> {
    pub(super) fn new(votes: &[&Vote<'a>], authorities: usize, method: u32) -> Self {
        let mut known_flags: Vec<&str> = votes
            .iter()
            .flat_map(|vote| vote.header.known_flags.iter().copied())
            .chain(["NoEdConsensus"])
            .collect();
        known_flags.sort_unstable();
        known_flags.dedup();
        Self { authorities, method, params: params::params(votes, authorities), known_flags }
    }

    /// The agreed value of a parameter that the computation itself uses.
    pub(super) fn param(&self, name: &str, default: i32) -> i32 {
        let found = self.params.iter().position(|(other, _)| *other == name);
        // Older methods read the parameter to the end of the line, and so found only the last one.
        let is_readable =
            |position| self.method >= METHOD_OF_CORRECT_PARAMS || position + 1 == self.params.len();
        found.filter(|position| is_readable(*position)).map_or(default, |position| self.params[position].1)
    }

    pub(super) fn write(&self, body: &mut Body, votes: &[&Vote<'a>], flavor: Flavor) {
        match flavor {
            Flavor::Ns => body.line(format_args!("network-status-version 3")),
            Flavor::Microdesc => body.line(format_args!("network-status-version 3 microdesc")),
        }
        body.line(format_args!("vote-status consensus"));
        body.line(format_args!("consensus-method {}", self.method));
        write_times(body, votes);
        let client = versions::recommended(votes, |vote| vote.header.client_versions);
        let server = versions::recommended(votes, |vote| vote.header.server_versions);
        body.line(format_args!("client-versions {client}"));
        body.line(format_args!("server-versions {server}"));
        for package in packages(votes, self.method) {
            body.line(format_args!("package {package}"));
        }
        body.line(format_args!("known-flags {}", self.known_flags.join(" ")));
        for list in LISTS {
            body.line(format_args!("{} {}", list.keyword, list.agreed(votes, self.authorities)));
        }
        if !self.params.is_empty() {
            body.line(format_args!("params {}", params::text(&self.params)));
        }
        self.write_shared_random(body, votes);
        write_authorities(body, votes);
    }

    fn write_shared_random(&self, body: &mut Body, votes: &[&Vote<'a>]) {
        let super_majority = self.param("AuthDirNumSRVAgreements", (self.authorities * 2 / 3) as i32);
        let agreement = Agreement::new(votes, self.authorities, super_majority);
        let mut write = |keyword, value: Option<SharedRandomValue<'_>>| {
            if let Some(SharedRandomValue { reveals, value }) = value {
                body.line(format_args!("{keyword} {reveals} {value}"));
            }
        };
        write(
            "shared-rand-previous-value",
            agreement.value(votes, |vote| vote.header.shared_random_previous),
        );
        write("shared-rand-current-value", agreement.value(votes, |vote| vote.header.shared_random_current));
    }
}

fn write_times(body: &mut Body, votes: &[&Vote<'_>]) {
    let time = |of: fn(&StatusHeader<'_>) -> Timestamp| median(votes, of);
    body.line(format_args!("valid-after {}", time(|header| header.valid_after)));
    body.line(format_args!("fresh-until {}", time(|header| header.fresh_until)));
    body.line(format_args!("valid-until {}", time(|header| header.valid_until)));
    let vote_seconds = median(votes, |header| header.voting_delay.vote_seconds);
    let dist_seconds = median(votes, |header| header.voting_delay.dist_seconds);
    body.line(format_args!("voting-delay {vote_seconds} {dist_seconds}"));
}

fn median<T: Ord + Copy + Default>(votes: &[&Vote<'_>], of: impl Fn(&StatusHeader<'_>) -> T) -> T {
    let values: Vec<T> = votes.iter().map(|vote| of(&vote.header)).collect();
    low_median(&values).unwrap_or_default()
}

/// The authorities by identity; a vote that is also signed with an old identity key is listed twice.
fn write_authorities(body: &mut Body, votes: &[&Vote<'_>]) {
    let own = votes.iter().map(|vote| (vote.authority.identity, *vote, ""));
    let legacy = votes.iter().filter_map(|vote| Some((vote.legacy_identity?, *vote, "-legacy")));
    let mut sources: Vec<_> = own.chain(legacy).collect();
    sources.sort_by_key(|(identity, _, _)| *identity);
    for (identity, vote, suffix) in sources {
        let DirSource { nickname, hostname, address, dir_port, or_port, contact, .. } = &vote.authority;
        body.line(format_args!(
            "dir-source {nickname}{suffix} {identity} {hostname} {address} {dir_port} {or_port}"
        ));
        if suffix.is_empty() {
            body.line(format_args!("contact {}", contact.unwrap_or_default()));
            body.line(format_args!("vote-digest {}", Fingerprint(sha1(vote.signed))));
        }
    }
}
