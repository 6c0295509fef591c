//! Bandwidth files, as a scanner would write them (bandwidth-file-spec 1.4).

use crate::clock::utc;
use crate::node::{Node, Role};
use std::fmt::Write as _;

/// What is wrong with a bandwidth file; the default is a file with which nothing is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BandwidthFile {
    /// Every measurement is multiplied by this.
    pub factor: f64,
    /// So old the file says that it is. Tor ignores files of more than 3 days.
    pub age_seconds: i64,
}

impl Default for BandwidthFile {
    fn default() -> Self {
        Self { factor: 1.0, age_seconds: 0 }
    }
}

/// The text of a file that the authority at `scanner` (its place, from 0) made of all nodes at `now`.
pub(crate) fn write(file: BandwidthFile, scanner: usize, nodes: &[Node], now: i64) -> String {
    let made = now - file.age_seconds;
    let time = utc(made, 'T');
    let relays = nodes.len();
    let mut text = format!(
        "{made}\nversion=1.4.0\nearliest_bandwidth={}\nfile_created={time}\nlatest_bandwidth={time}\n\
         minimum_number_eligible_relays={}\nminimum_percent_eligible_relays=60\n\
         number_consensus_relays={relays}\nnumber_eligible_relays={relays}\n\
         percent_eligible_relays=100\nscanner_country=ZZ\nsoftware=tornet\nsoftware_version=1.0\n=====\n",
        utc(made - 5 * 86_400, 'T'),
        relays * 6 / 10,
    );
    for (place, node) in nodes.iter().enumerate() {
        let bandwidth = (measured(scanner, place, node.role) * file.factor).round().max(1.0);
        let bytes = bandwidth * 900.0;
        let _ = writeln!(
            text,
            "bw={bandwidth:.0} bw_mean={bytes:.0} bw_median={bytes:.0} error_circ=0 \
             master_key_ed25519={} nick={} node_id=${} success=10 time={time}",
            node.identity.master_key, node.name, node.identity.fingerprint,
        );
    }
    text
}

/// What a scanner measures, in kB/s: more for later nodes, thrice as much for exits, and up to 15 %
/// beside the truth, each scanner and node in its own way.
fn measured(scanner: usize, place: usize, role: Role) -> f64 {
    let truth = 500.0 * (place + 1) as f64 * if role == Role::Exit { 3.0 } else { 1.0 };
    let spread = ((scanner * 7 + place * 13 + 5) * 37 % 31) as f64 / 30.0 - 0.5;
    truth * (1.0 + 0.3 * spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanner_stays_within_15_percent_of_the_truth() {
        for (scanner, place) in (0..9).flat_map(|scanner| (0..30).map(move |place| (scanner, place))) {
            let ratio = measured(scanner, place, Role::Exit) / (1500.0 * (place + 1) as f64);
            assert!((0.849..=1.151).contains(&ratio), "{ratio}");
        }
    }
}
