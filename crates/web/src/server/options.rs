//! What the server is told when it starts. Every bound on what a stranger may cost is here, with its
//! unit; the clock is a function, so that tests bring their own.

use crate::Settings;
use allium_model::Timestamp;
use ipnet::IpNet;
use std::time::Duration;

/// How the server runs.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Settings of the site.
    pub settings: Settings,
    /// Networks of the proxies whose forwarded headers count. A unix socket is always trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// Bounds.
    pub limits: Limits,
    /// The clock.
    pub clock: fn() -> Timestamp,
}

/// Bounds on what clients may cost.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Longest wait for a whole request head, and longest idle time of a kept connection.
    pub header_time: Duration,
    /// Longest time for an answer to be made, waiting for its turn included.
    pub handler_time: Duration,
    /// Longest time in which a client takes no byte of an answer.
    pub write_stall_time: Duration,
    /// Longest time that open connections get to finish when the server ends.
    pub drain_time: Duration,
    /// Most connections at once; more wait in the system's queue.
    pub connections: usize,
    /// Most open pages that are told of new editions, beside those connections.
    pub live_readers: usize,
    /// Most answers that are computed at once; cached ones do not count.
    pub renders: usize,
    /// Most forms that are taken in an hour from one network.
    pub forms_per_network: u32,
    /// Most forms that are taken in an hour from clients that cannot be told apart, as behind onion services.
    pub forms_unknown: u32,
    /// Most forms that are taken in an hour in all.
    pub forms: u32,
    /// Most pictures that are drawn at once; one may need 23 MB for its pixels.
    pub pictures: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_time: Duration::from_secs(10),
            handler_time: Duration::from_secs(30),
            write_stall_time: Duration::from_secs(30),
            drain_time: Duration::from_secs(10),
            connections: 1024,
            live_readers: 4096,
            renders: 16,
            forms_per_network: 30,
            forms_unknown: 300,
            forms: 1000,
            pictures: 2,
        }
    }
}

/// Most bytes of a request's line and headers together; more is answered 431. The least that hyper allows.
pub(crate) const MAX_HEAD_BYTES: usize = 8192;

/// Most bytes of the bodies that are kept for one edition.
pub(crate) const MAX_BODY_CACHE_BYTES: usize = 64 << 20;
