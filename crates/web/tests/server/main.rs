//! The server as clients meet it: real connections on the loopback, answers as bytes.
//!
//! The network behind it is small and made by hand, with hostile texts in it; the clock stands still.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what tests share fails as tests do"
)]

mod api;
mod authorities;
mod client;
mod consensus;
mod figures;
mod fixture;
mod health;
mod history;
mod incidents;
mod invented;
mod limits;
mod live;
mod operation;
mod pages;
mod places;
