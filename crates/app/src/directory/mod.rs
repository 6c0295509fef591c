//! The documents of the directory authorities, from their bytes to what pages show.
//!
//! A [`Follower`] gets documents from CollecTor, a folder or the authorities. The [`DirectoryState`]
//! verifies them, and what is not believed goes no further. A believed consensus becomes a record of the
//! [`Past`], which is a store on disk or, without one, memory; a [`Directory`](allium_analysis::directory::Directory)
//! is made of the newest round and the past.

mod archives;
mod ask;
mod complete;
mod details;
mod follow;
mod kept;
mod load;
mod newest;
mod origin;
mod past;
mod publications;
mod published;
mod reader;
mod report;
mod round;
mod state;
mod status;
mod trust;
mod verify;
mod watching;

#[cfg(test)]
mod collection_tests;
#[cfg(test)]
mod loopback;
#[cfg(test)]
mod tests;

pub use complete::attributes_of;
pub use follow::Follower;
pub use kept::KeptDocuments;
pub use load::{Loaded, load_directory};
pub use origin::{Origin, origin};
pub use past::Past;
pub use reader::history_reader;
pub use round::RoundBytes;
pub use state::DirectoryState;
pub use status::{PassReport, directory_status};
pub use trust::{trusted_authorities, trusted_by_file};
