//! What a simulation is asked for.

use allium_model::Timestamp;

/// The size, length, seed and end of a simulation. Equal options give equal bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimOptions {
    /// Relays listed in the newest details document, 1 to [`SimOptions::MAX_RELAYS`].
    pub relays: usize,
    /// Days of simulated time, 1 to [`SimOptions::MAX_DAYS`].
    pub days: u32,
    /// What all randomness comes from.
    pub seed: u64,
    /// Time of the newest consensus, cut to the full hour.
    pub end: Timestamp,
}

/// Which faults befall groups of relays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FaultPlan {
    /// Those of a usual network: ASes, operators and countries now and then, and one version.
    #[default]
    Usual,
    /// None: relays come and go one by one.
    Quiet,
    /// Faults of every kind one after another, each with its truth, to measure detection on
    /// (`Directory::labelled_faults`).
    Labelled,
    /// The usual ones up to the end of the options, and a future after it for
    /// [`Simulation::set_present`](crate::Simulation::set_present) to move through. In the future a fault
    /// that nobody can overlook comes every 21 hours, each with its truth; the first is there in the
    /// second hour.
    Living {
        /// Days of the future, 1 to [`FaultPlan::MAX_FUTURE_DAYS`].
        future_days: u32,
    },
}

impl FaultPlan {
    /// Most days of a future.
    pub const MAX_FUTURE_DAYS: u32 = 366;

    /// Hours of the future.
    pub(crate) fn future_hours(self) -> u32 {
        match self {
            Self::Living { future_days } => future_days.clamp(1, Self::MAX_FUTURE_DAYS) * 24,
            Self::Usual | Self::Quiet | Self::Labelled => 0,
        }
    }
}

impl SimOptions {
    /// Most relays of a simulation; what a details document may hold by default.
    pub const MAX_RELAYS: usize = 500_000;
    /// Most days of a simulation: five years.
    pub const MAX_DAYS: u32 = 1830;

    /// The options with every number inside its range.
    #[must_use]
    pub fn clamped(self) -> Self {
        let end = Timestamp(self.end.0 - self.end.0.rem_euclid(3600));
        Self {
            relays: self.relays.clamp(1, Self::MAX_RELAYS),
            days: self.days.clamp(1, Self::MAX_DAYS),
            end,
            ..self
        }
    }
}
