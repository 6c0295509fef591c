//! A private Tor network of real daemons on loopback, for tests.
//!
//! [`TorNetwork::start`] makes keys, writes configurations and starts authorities and relays that
//! only know each other; nothing leaves loopback. Authorities can then be frozen, killed and started
//! again, and their bandwidth files skewed, aged and removed; a [`Front`] makes a DirPort hang or its
//! clock wrong. Dropping the network ends every daemon, also after a panic or when the process that
//! started it is killed. Nothing of the program uses this crate.

mod bandwidth;
mod clock;
mod fault;
mod front;
mod http;
mod keys;
mod network;
mod node;
mod options;
mod ports;
mod process_group;
mod torrc;

pub use bandwidth::BandwidthFile;
pub use clock::{Round, now_seconds, utc, wait_for};
pub use front::{Front, Manner};
pub use http::{Answer, get};
pub use network::{Authority, Consensus, TorNetwork};
pub use options::Options;

use std::path::PathBuf;

/// Where a program lies in `PATH` or in a folder of system programs.
fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(system).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Whether `tor` and `tor-gencert` are here.
pub fn is_installed() -> bool {
    ["tor", "tor-gencert"].iter().all(|program| find_program(program).is_some())
}
