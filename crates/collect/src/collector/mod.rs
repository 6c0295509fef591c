//! CollecTor: the archive of the documents of the directory authorities, as a service or a folder.
//!
//! [`Collector`] keeps the list of files that the source has, asked for conditionally, and gives one
//! file at a time, checked against the digest of the index. What to fetch is decided by pure functions
//! ([`plan()`], [`missing_hours`]) from the names of the files alone; nothing is parsed here.

mod archive;
mod archive_file;
mod folder;
mod name;
mod plan;
mod remote;

pub use archive::{ArchiveLimits, ArchiveReport, read_archive};
pub use folder::{FolderLimits, list_folder};
pub use name::{ArchiveKind, DirectoryFile, DirectoryFileKind};
pub use plan::{PlanOptions, Round, archives, missing_hours, plan};
pub use remote::{Collector, CollectorLimits, CollectorSource};
