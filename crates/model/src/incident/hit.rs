//! The relays that an incident hit, at their last known values.

use crate::{CountryCode, Fingerprint, Role, Timestamp};

/// A relay that was hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HitRelay {
    /// The relay.
    pub fingerprint: Fingerprint,
    /// Its role in the last consensus before.
    pub role: Role,
    /// Its consensus weight there.
    pub weight: Option<u32>,
    /// Its country.
    pub country: Option<CountryCode>,
    /// The first document in which it was back for good; `None` while it is away. Of relays that joined in
    /// masses: in which it was gone again, `None` while it is there.
    pub returned: Option<Timestamp>,
}

/// Shares of the network that were lost, each 0 to 1, measured against the last consensus before.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Impact {
    /// Of the running relays.
    pub relays_ratio: f64,
    /// Of the consensus weight.
    pub weight_ratio: f64,
    /// Of the probability to be chosen as a guard.
    pub guard_ratio: f64,
    /// As a middle.
    pub middle_ratio: f64,
    /// As an exit.
    pub exit_ratio: f64,
}

/// Those hit, and what they mean.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hit {
    /// The relays, ascending by fingerprint.
    pub relays: Vec<HitRelay>,
    /// What they were to the network, at the worst moment.
    pub impact: Impact,
}

impl Hit {
    /// Those that are away still.
    pub fn away(&self) -> impl Iterator<Item = &HitRelay> {
        self.relays.iter().filter(|relay| relay.returned.is_none())
    }
}
