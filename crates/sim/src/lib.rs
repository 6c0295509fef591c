//! A seeded simulated Tor network with a known truth, written as the real documents.
//!
//! [`Simulation::run`] draws operators, autonomous systems and relays, lets outages, updates and
//! incidents befall them hour by hour, and writes Onionoo details, uptime, bandwidth, weights and clients
//! documents, results of AROI proof checks, and the truth: who was away when, and why, and how traffic
//! moves. Equal options give equal bytes.
//! Names, domains, addresses and AS numbers are invented or reserved for documentation and private
//! use. Nothing here opens a file or asks a clock. Relays that left long before the end are not
//! simulated, and histories begin with the simulation, whatever a relay's age.

mod data;
mod dice;
mod directory;
mod flags;
mod options;
mod shares;
mod simulation;
mod time;
mod traffic;
mod world;
mod write;

pub use directory::{
    Directory, DirectoryDocument, DirectoryOptions, FaultRate, KeyError, RoundExtent, RoundSummary,
    SummaryError,
};
pub use options::{FaultPlan, SimOptions};
pub use simulation::Simulation;
