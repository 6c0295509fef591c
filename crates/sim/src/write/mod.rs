//! The simulated network as documents, one relay at a time.

mod aroi;
mod bandwidth;
mod clients;
mod details;
mod history;
mod platform;
mod truth;
mod uptime;
mod weights;
