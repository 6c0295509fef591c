//! What a relay's platform line and version fields say at a time.

use crate::data::software::Release;
use crate::time::clock::Clock;
use crate::world::relay::Relay;
use allium_model::{Timestamp, VersionStatus};

/// The version that a relay last published.
pub(super) fn release(clock: Clock, relay: &Relay, last_seen: Timestamp) -> Release {
    relay.software.release_at(clock, relay.first_seen, last_seen)
}

/// The platform line.
pub(super) fn line(release: &Release, relay: &Relay) -> String {
    format!("Tor {} on {}", release.version, relay.system)
}

/// Whether a version is recommended.
pub(super) fn is_recommended(release: &Release) -> bool {
    release.status == VersionStatus::Recommended
}
