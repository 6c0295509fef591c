//! Where documents come from: URLs and directories.
//!
//! A document is bytes here, bounded in size and refused when it is plainly something else (empty,
//! an HTML page); decompression and parsing are the caller's. A URL is asked politely: conditional
//! requests, time-outs, few retries with growing pauses, no redirect to another host. Accepted
//! documents are kept on disk so that the last good state survives a restart, and a lock keeps a
//! second process out of the same directory. No function asks a wall clock: `now` is an argument,
//! and pauses go through [`Pause`].

mod document;
mod source;

mod fetch;
mod local;
mod probe;

mod cache;
mod collector;
mod dirport;
mod kept;
mod lock;

mod health;
mod schedule;

mod content;
mod disk;
mod error;

pub use cache::{Cache, CacheLimits, CachedDocument, HeldDocument, Loaded, Provenance};
pub use collector::{
    ArchiveKind, ArchiveLimits, ArchiveReport, Collector, CollectorLimits, CollectorSource, DirectoryFile,
    DirectoryFileKind, FolderLimits, PlanOptions, Round, archives, list_folder, missing_hours, plan,
    read_archive,
};
pub use dirport::{DirPortDocument, ask_dir_port, dir_port_options};
pub use document::Document;
pub use error::CollectError;
pub use fetch::{
    Download, ExpectedFile, FetchOptions, Fetched, Fetcher, Jitter, Pause, TokioPause, Validators, user_agent,
};
pub use health::{SourceHistory, source_state};
pub use kept::KeptFiles;
pub use local::{LocalDocument, LocalWatch, Stamp, read_document, read_file};
pub use lock::DirectoryLock;
pub use probe::{ProbeOptions, ProbeTarget, Prober};
pub use reqwest::Url;
pub use schedule::{Outcome, ScheduleOptions, next_attempt};
pub use source::{AroiSource, Source, document_url};
