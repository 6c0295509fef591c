//! Consensuses of both flavours.

use super::super::Directory;
use super::super::bandwidth_weights;
use super::super::round::Round;
use super::super::versions::PROTOCOLS;
use super::head::{flags_line, params_line, source_lines, version_lines};
use allium_documents::dirspec::Flavor;
use allium_model::{Fingerprint, Flag};
use std::fmt::Write;

/// The method by which it is computed.
pub(crate) const METHOD: u32 = 35;

impl Directory<'_> {
    /// A consensus up to its first signature: to the space behind the keyword. `digests` are those of
    /// the votes, in the order of the voters.
    pub(super) fn consensus_text(&self, round: &Round, digests: &[Fingerprint], flavor: Flavor) -> String {
        let mut text = self.consensus_head(round, flavor);
        for (voter, digest) in round.voters.iter().zip(digests) {
            text += &source_lines(&self.authorities[voter.authority]);
            let _ = writeln!(text, "vote-digest {digest}");
        }
        text.reserve(round.decisions.len() * 420);
        for decision in &round.decisions {
            self.consensus_entry(round.hour, *decision, flavor, &mut text);
        }
        text += "directory-footer\n";
        text += &bandwidth_weights::line(round);
        text + "directory-signature "
    }

    fn consensus_head(&self, round: &Round, flavor: Flavor) -> String {
        let suffix = if flavor == Flavor::Microdesc { " microdesc" } else { "" };
        let mut text =
            format!("network-status-version 3{suffix}\nvote-status consensus\nconsensus-method {METHOD}\n");
        text += &self.validity_lines(round.hour);
        let voters: Vec<usize> = round.voters.iter().map(|voter| voter.authority).collect();
        text += &version_lines(&self.versions_of_most(&voters, round.hour));
        let judges = voters.iter().any(|authority| self.authorities[*authority].habits.duties.judges);
        let is_known = |flag: &Flag| judges || !matches!(flag, Flag::BadExit | Flag::MiddleOnly);
        text += &flags_line("known-flags", Flag::ALL.into_iter().filter(is_known));
        for (name, protocols) in PROTOCOLS {
            let _ = writeln!(text, "{name} {protocols}");
        }
        text += &params_line(&[]);
        text + &self.shared_random.lines(self.simulation.clock.time(round.hour).0)
    }
}
