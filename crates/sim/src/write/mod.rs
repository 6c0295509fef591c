//! The simulated network as documents, one relay at a time.

mod aroi;
mod details;
mod history;
mod platform;
mod truth;
mod uptime;
