//! The crate against a server on the loopback and real files.

mod archive;
mod archive_file;
mod cache;
mod collector;
mod dirport;
mod fetch;
mod local;
mod probe;
mod server;
mod socks;

/// What tests return.
type TestResult = Result<(), Box<dyn std::error::Error>>;
