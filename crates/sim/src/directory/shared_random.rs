//! The shared random value: commitments, reveals, and the value that comes of them every day (prop 250).

use super::Directory;
use super::fault::FaultKind;
use crate::dice::{Dice, Subject};
use crate::time::clock::Hour;
use allium_model::Fingerprint;
use data_encoding::BASE64;
use sha3::{Digest, Sha3_256};
use std::fmt::Write;

/// The values by day since 1970; none on a day on which too few authorities revealed.
#[derive(Debug, Default)]
pub(crate) struct SharedRandom {
    first_day: i64,
    values: Vec<Option<(u32, [u8; 32])>>,
}

/// An authority's number of a day: the commitment to it and what it reveals, in base64.
struct Commitment {
    identity: Fingerprint,
    commit: String,
    reveal: String,
}

/// Hour of the day from which on votes reveal.
const REVEAL_HOUR: i64 = 12;

impl SharedRandom {
    pub(crate) fn draw(directory: &Directory<'_>) -> Self {
        let clock = directory.simulation.clock;
        let first_day = day(clock.start().0) - 1;
        let last_day = day(clock.end.0);
        let mut values = Vec::new();
        let mut before = None;
        for day in first_day..=last_day {
            let value = directory.has_value(day).then(|| directory.value(day, before));
            values.push(value);
            before = value.map(|(_, value)| value);
        }
        Self { first_day, values }
    }

    fn of_day(&self, day: i64) -> Option<(u32, [u8; 32])> {
        self.values.get(usize::try_from(day - self.first_day).ok()?).copied().flatten()
    }

    /// The lines of the values in a vote or consensus for this time.
    pub(crate) fn lines(&self, seconds: i64) -> String {
        let line = |name: &str, value: Option<(u32, [u8; 32])>| {
            let text = |(reveals, value): (u32, [u8; 32])| {
                format!("shared-rand-{name}-value {reveals} {}\n", BASE64.encode(&value))
            };
            value.map(text).unwrap_or_default()
        };
        let today = day(seconds);
        line("previous", self.of_day(today - 1)) + &line("current", self.of_day(today))
    }
}

impl Directory<'_> {
    /// The lines of a vote on the value of the next day.
    pub(crate) fn commitment_lines(&self, hour: Hour) -> String {
        let seconds = self.simulation.clock.time(hour).0;
        let today = day(seconds);
        let reveals = seconds.rem_euclid(86_400) / 3600 >= REVEAL_HOUR && self.has_value(today + 1);
        let mut lines = String::from("shared-rand-participate\n");
        for commitment in self.commitments(today) {
            let Commitment { identity, commit, reveal } = commitment;
            let _ = write!(lines, "shared-rand-commit 1 sha3-256 {identity} {commit}");
            if reveals {
                let _ = write!(lines, " {reveal}");
            }
            lines += "\n";
        }
        lines
    }

    /// Whether enough authorities revealed for a day's value.
    fn has_value(&self, day: i64) -> bool {
        let clock = self.simulation.clock;
        let begins = |hour: Hour| clock.time(hour).0.div_euclid(86_400) == day;
        !self.faults.iter().any(|fault| fault.kind == FaultKind::NoSharedRandom && begins(fault.span.start))
    }

    /// The value of a day, from the reveals of the day before.
    fn value(&self, day: i64, before: Option<[u8; 32]>) -> (u32, [u8; 32]) {
        let commitments = self.commitments(day - 1);
        let mut reveals = Sha3_256::new();
        for commitment in &commitments {
            reveals.update(commitment.identity.to_string());
            reveals.update(&commitment.reveal);
        }
        let value = Sha3_256::new()
            .chain_update("shared-random")
            .chain_update((commitments.len() as u64).to_be_bytes())
            .chain_update(1_u32.to_be_bytes())
            .chain_update(reveals.finalize())
            .chain_update(before.unwrap_or_default());
        (commitments.len() as u32, value.finalize().into())
    }

    fn commitments(&self, day: i64) -> Vec<Commitment> {
        let commitment = |(at, authority): (usize, &super::authority::Authority)| {
            let number = (day as usize) << 8 | at;
            let mut dice = Dice::new(self.simulation.options.seed, Subject::SharedRandom, number);
            let reveal = stamped(day, &dice.bytes::<32>());
            let commit = stamped(day, &Sha3_256::digest(reveal.as_bytes()).into());
            Commitment { identity: authority.identity, commit, reveal }
        };
        self.authorities.iter().enumerate().map(commitment).collect()
    }
}

/// The time at which a period began, and 32 bytes, in base64.
fn stamped(day: i64, bytes: &[u8; 32]) -> String {
    let mut stamped = (day * 86_400).to_be_bytes().to_vec();
    stamped.extend(bytes);
    BASE64.encode(&stamped)
}

fn day(seconds: i64) -> i64 {
    seconds.div_euclid(86_400)
}
