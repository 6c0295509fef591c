//! Onionoo bandwidth documents: bytes per second that a relay read and wrote, in bins, and whether it
//! said that it was overloaded.

use super::envelope::{Envelope, Text};
use super::scan::Scan;
use super::table::{Entry, Faults, Place, read_table};
use super::wire::WireHistories;
use crate::{DocumentError, Limits};
use allium_model::{HistoryTable, RateLimitOverload, RelayBandwidth, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// One relay of a bandwidth document. Histories are in bytes per second.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BandwidthRelay<'a> {
    /// Fingerprint.
    #[serde(borrow)]
    pub fingerprint: Text<'a>,
    /// Histories of bytes written, by period.
    #[serde(borrow, default, skip_serializing_if = "WireHistories::is_empty")]
    pub write_history: WireHistories<'a>,
    /// Histories of bytes read, by period.
    #[serde(borrow, default, skip_serializing_if = "WireHistories::is_empty")]
    pub read_history: WireHistories<'a>,
    /// Whether it hit its rate limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overload_ratelimits: Option<WireRateLimits>,
    /// Whether it ran out of file descriptors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overload_fd_exhausted: Option<WireExhausted>,
}

/// An overload of rate limits on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct WireRateLimits {
    /// Configured rate limit in bytes per second.
    pub rate_limit: u64,
    /// Configured burst limit in bytes per second.
    pub burst_limit: u64,
    /// How often it could not write for the limit.
    pub write_count: u64,
    /// How often it could not read for the limit.
    pub read_count: u64,
    /// When, in milliseconds since 1970.
    pub timestamp: i64,
}

/// An overload of file descriptors on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireExhausted {
    /// When, in milliseconds since 1970.
    pub timestamp: i64,
}

/// The times that an overload can have: from 2004 to 2100. Anything else is another unit or a fault.
const SOUND_SECONDS: std::ops::Range<i64> = 1_072_915_200..4_102_444_800;

fn time_of(milliseconds: i64) -> Result<Timestamp, String> {
    let seconds = milliseconds.div_euclid(1000);
    if SOUND_SECONDS.contains(&seconds) {
        Ok(Timestamp(seconds))
    } else {
        Err("its timestamp is not between 2004 and 2100".into())
    }
}

fn rate_limits(text: &str) -> Result<RateLimitOverload, String> {
    let wire: WireRateLimits = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(RateLimitOverload {
        at: time_of(wire.timestamp)?,
        rate_limit: wire.rate_limit,
        burst_limit: wire.burst_limit,
        write_count: wire.write_count,
        read_count: wire.read_count,
    })
}

fn exhausted(text: &str) -> Result<Timestamp, String> {
    let wire: WireExhausted = serde_json::from_str(text).map_err(|error| error.to_string())?;
    time_of(wire.timestamp)
}

impl Entry for RelayBandwidth {
    const DOCUMENT: &'static str = "bandwidth";
    const QUANTITIES: &'static [(&'static str, Place<Self>)] =
        &[("write_history", |entry| &mut entry.written), ("read_history", |entry| &mut entry.read)];

    fn scan_other(&mut self, key: &str, scan: &mut Scan<'_>) -> Option<()> {
        match key {
            "overload_ratelimits" if self.rate_limit_overload.is_none() => {
                self.rate_limit_overload = Some(rate_limits(scan.flat_object()?).ok()?);
            }
            "overload_fd_exhausted" if self.file_descriptors_exhausted.is_none() => {
                self.file_descriptors_exhausted = Some(exhausted(scan.flat_object()?).ok()?);
            }
            _ => return None,
        }
        Some(())
    }

    fn read_other(&mut self, key: &str, value: &RawValue, faults: &mut Faults) {
        if value.get() == "null" {
            return;
        }
        match key {
            "overload_ratelimits" => {
                let read = rate_limits(value.get()).map_err(|error| faults.left_out(key, &error));
                self.rate_limit_overload = read.ok();
            }
            "overload_fd_exhausted" => {
                let read = exhausted(value.get()).map_err(|error| faults.left_out(key, &error));
                self.file_descriptors_exhausted = read.ok();
            }
            _ => {}
        }
    }
}

/// Reads a plain bandwidth document. A history or overload that does not check is left out with a
/// warning; the rest of the relay counts.
pub fn read_bandwidth_table(
    bytes: &[u8],
    limits: &Limits,
) -> Result<(HistoryTable<RelayBandwidth>, Envelope), DocumentError> {
    read_table(bytes, limits)
}
