//! What relays say of being overloaded, with its age (`docs/methods/overload.md`).

use allium_model::{Histories, Network, RateLimitOverload, Relay, RelayBandwidth, Timestamp};

/// How long a report counts, in seconds: 72 hours (proposal 328).
pub const REPORT_SECONDS: i64 = 72 * 3600;

/// A report, by its age at the time of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overload {
    /// Reported less than 72 hours before the data.
    Now(Timestamp),
    /// Reported, and longer ago.
    Past(Timestamp),
    /// No report is known of.
    NeverReported,
    /// The document that would say was not read.
    NotKnown,
}

impl Overload {
    /// The state of a report at the time of the data.
    pub fn of(reported: Option<Timestamp>, published: Timestamp) -> Self {
        match reported {
            None => Self::NeverReported,
            Some(time) if published.seconds_since(time) < REPORT_SECONDS => Self::Now(time),
            Some(time) => Self::Past(time),
        }
    }

    /// Whether the report counts now.
    pub fn is_now(self) -> bool {
        matches!(self, Self::Now(_))
    }
}

/// The three reports of a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverloadStates {
    /// General overload: memory, processor, TCP ports and the like.
    pub general: Overload,
    /// It hit its configured rate limits.
    pub rate_limits: Overload,
    /// It ran out of file descriptors.
    pub file_descriptors: Overload,
    /// What it said of its rate limits, whatever the age.
    pub rate_limit_report: Option<RateLimitOverload>,
}

impl OverloadStates {
    /// The states of a relay at the time of the data. `is_read` tells whether a bandwidth document was read
    /// at all; without an entry in one that was, nothing was reported.
    pub fn of(
        relay: &Relay,
        bandwidth: Option<&RelayBandwidth>,
        is_read: bool,
        published: Timestamp,
    ) -> Self {
        let report = bandwidth.and_then(|bandwidth| bandwidth.rate_limit_overload);
        let exhausted = bandwidth.and_then(|bandwidth| bandwidth.file_descriptors_exhausted);
        let of = |time| if is_read { Overload::of(time, published) } else { Overload::NotKnown };
        Self {
            general: Overload::of(relay.overload_general, published),
            rate_limits: of(report.map(|report| report.at)),
            file_descriptors: of(exhausted),
            rate_limit_report: report,
        }
    }

    /// Whether any of them counts now.
    pub fn is_overloaded(&self) -> bool {
        [self.general, self.rate_limits, self.file_descriptors].into_iter().any(Overload::is_now)
    }
}

/// Whether a relay of the network is overloaded now, by whatever it reported.
pub fn is_overloaded(network: &Network, histories: &Histories, relay: &Relay) -> bool {
    let bandwidth = histories.bandwidth_of(relay.fingerprint);
    OverloadStates::of(relay, bandwidth, histories.bandwidth.is_some(), network.published()).is_overloaded()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_counts_for_less_than_72_hours() {
        let published = Timestamp(1_000_000);
        let at = |hours: i64| published.plus_seconds(-hours * 3600);
        assert_eq!(Overload::of(Some(at(71)), published), Overload::Now(at(71)));
        assert_eq!(Overload::of(Some(at(72)), published), Overload::Past(at(72)));
        assert_eq!(Overload::of(None, published), Overload::NeverReported);
        // Clocks of relays may run ahead: such a report is new.
        assert!(Overload::of(Some(at(-1)), published).is_now());
        assert!(!Overload::NotKnown.is_now());
    }
}
