//! Free ports on loopback.

use anyhow::{Result, ensure};
use std::net::{Ipv4Addr, TcpListener};

/// First port that is looked at, below those that the system gives to outgoing connections.
const FIRST: u32 = 12_000;

/// Ports that are looked at.
const SPAN: u32 = 20_000;

/// So many ports that nobody listens on. Processes begin at different places, so that two networks
/// that start at the same moment do not meet.
pub(crate) fn free(count: usize) -> Result<Vec<u16>> {
    let start = std::process::id().wrapping_mul(257) % SPAN;
    let candidates = (0..SPAN).map(|step| (FIRST + (start + step) % SPAN) as u16);
    let ports: Vec<u16> = candidates.filter(|port| is_free(*port)).take(count).collect();
    ensure!(ports.len() == count, "fewer than {count} free ports on loopback");
    Ok(ports)
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}
