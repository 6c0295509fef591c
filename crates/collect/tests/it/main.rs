//! The crate against a server on the loopback and real files.

mod archive;
mod cache;
mod collector;
mod dirport;
mod fetch;
mod local;
mod probe;
mod server;

/// What tests return.
type TestResult = Result<(), Box<dyn std::error::Error>>;
