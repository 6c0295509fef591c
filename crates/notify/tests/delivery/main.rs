//! Deliveries for real: mail servers and webhook receivers on this machine, with every way to fail.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]
#![expect(
    unreachable_pub,
    reason = "a test program has no public items; pub marks what a module offers to the others"
)]

mod channels;
mod desk;
mod faults;
mod http_server;
mod kill;
mod mail;
mod smtp_server;
mod subscribing;
mod support;
