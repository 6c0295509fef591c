//! The directory authorities of a simulation: votes, consensuses, bandwidth files, certificates and the
//! faults among them.
//!
//! Each authority has its own records, measurements, thresholds and duties. Rounds are computed from the
//! lives of the relays by the rules of tor, and everything else is a form of a round: documents, records
//! of history, probes, events and the truth.

mod authority;
mod ballot;
mod bandwidth_weights;
mod certificate;
mod conduct;
mod descriptor;
mod events;
mod fault;
mod hours;
mod keys;
mod labels;
mod options;
mod plain;
mod probes;
mod records;
mod round;
mod shared_random;
mod sight;
mod text;
mod threshold;
mod traits;
pub(crate) mod truth;
mod versions;
mod weights;

pub use keys::KeyError;
pub use options::{DirectoryOptions, FaultRate};
pub use text::{DirectoryDocument, RoundExtent, RoundSummary, SummaryError};

use crate::simulation::Simulation;
use authority::Authority;
use fault::Fault;
use records::Memory;
use shared_random::SharedRandom;
use traits::Traits;
use weights::Weights;

/// The directory authorities of a simulation, and what they make of it.
#[derive(Debug)]
pub struct Directory<'s> {
    pub(crate) simulation: &'s Simulation,
    /// By ascending identity.
    pub(crate) authorities: Vec<Authority>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) memories: Vec<Memory>,
    pub(crate) weights: Weights,
    pub(crate) shared_random: SharedRandom,
    pub(crate) traits: Traits,
}

impl Simulation {
    /// The directory authorities of this network. Numbers outside the ranges of [`DirectoryOptions`] are
    /// moved to their bounds.
    pub fn directory(&self, options: &DirectoryOptions) -> Result<Directory<'_>, KeyError> {
        let options = options.clamped();
        let authorities = authority::authorities(self, options.authorities)?;
        let past = self.clock.until_anchor();
        let mut faults = fault::draw(self.options.seed, past, &authorities, options.faults);
        faults.extend(fault::of_a_living_future(
            self.options.seed,
            self.clock,
            authorities.len(),
            options.faults,
        ));
        let mut directory = Directory {
            simulation: self,
            authorities,
            faults,
            memories: self.lives.iter().map(Memory::of).collect(),
            weights: Weights::of(self),
            shared_random: SharedRandom::default(),
            traits: Traits::of(self),
        };
        directory.shared_random = SharedRandom::draw(&directory);
        Ok(directory)
    }
}
