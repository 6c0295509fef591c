//! Votes.

use super::super::Directory;
use super::super::conduct::vote_seconds_before;
use super::super::round::{Round, Voter};
use super::super::threshold::Thresholds;
use super::super::versions::{LONELY_PARAM, PROTOCOLS};
use super::bandwidth_file::FileOfRound;
use super::head::{flags_line, params_line, source_lines, version_lines};
use allium_model::Flag;
use std::fmt::Write;

/// Position of the authority that votes for a parameter alone.
const LONELY_AUTHORITY: usize = 0;

impl Directory<'_> {
    /// A vote up to its signature: to the space behind the keyword. `certificate` is that of the voter.
    pub(super) fn vote_text(
        &self,
        round: &Round,
        voter: &Voter,
        file: &FileOfRound,
        certificate: &str,
    ) -> String {
        let duties = self.authorities[voter.authority].habits.duties;
        let mut text = self.vote_head(round, voter, file, certificate);
        text.reserve(round.sights.len() * 520);
        for (sight, ballot) in round.ballots(self, voter) {
            self.vote_entry(round.hour, sight, &ballot, duties.tests_ipv6, &mut text);
        }
        text + "directory-footer\ndirectory-signature "
    }

    fn vote_head(&self, round: &Round, voter: &Voter, file: &FileOfRound, certificate: &str) -> String {
        let (hour, authority) = (round.hour, voter.authority);
        let who = &self.authorities[authority];
        let valid_after = self.simulation.clock.time(hour);
        let published = valid_after.plus_seconds(-vote_seconds_before(authority));
        let mut text = format!(
            "network-status-version 3\nvote-status vote\nconsensus-methods 32 33 34 35\npublished {published}\n"
        );
        text += &self.validity_lines(hour);
        text += &version_lines(&self.versions_of(authority, hour));
        for at in [1, 0, 3, 2] {
            let (name, protocols) = PROTOCOLS[at];
            let _ = writeln!(text, "{name} {protocols}");
        }
        text += &flags_line("known-flags", known_flags(who.habits.duties.judges));
        text += &threshold_line(&voter.thresholds, voter.conduct.measures());
        let is_lonely = authority == LONELY_AUTHORITY && self.authorities.len() > 2;
        text += &params_line(if is_lonely { &[LONELY_PARAM] } else { &[] });
        text += &file.vote_lines();
        text += &source_lines(who);
        text += &self.commitment_lines(hour);
        text += &self.shared_random.lines(valid_after.0);
        text + certificate
    }
}

/// The flags that an authority votes on.
fn known_flags(judges: bool) -> impl Iterator<Item = Flag> {
    Flag::ALL.into_iter().filter(move |flag| match flag {
        Flag::BadExit | Flag::MiddleOnly => judges,
        Flag::NoEdConsensus => false,
        _ => true,
    })
}

fn threshold_line(thresholds: &Thresholds, measures: bool) -> String {
    let wfu = f64::from(thresholds.guard_wfu_millionths) / 10_000.0;
    format!(
        "flag-thresholds stable-uptime={} stable-mtbf={} fast-speed={} guard-wfu={wfu:.3}% guard-tk={} \
         guard-bw-inc-exits={} guard-bw-exc-exits={} enough-mtbf=1 ignoring-advertised-bws={}\n",
        thresholds.stable_uptime_seconds,
        thresholds.stable_mtbf_seconds,
        u64::from(thresholds.fast_kilobytes_per_second) * 1000,
        thresholds.guard_known_seconds,
        u64::from(thresholds.guard_with_exits_kilobytes_per_second) * 1000,
        u64::from(thresholds.guard_without_exits_kilobytes_per_second) * 1000,
        u8::from(measures),
    )
}
