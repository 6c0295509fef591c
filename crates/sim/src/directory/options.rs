//! What the directory authorities of a simulation are like.

/// How many directory authorities there are, and how often something befalls them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectoryOptions {
    /// Voting authorities, 1 to [`DirectoryOptions::MAX_AUTHORITIES`].
    pub authorities: usize,
    /// How often something befalls them.
    pub faults: FaultRate,
}

/// How often something befalls the authorities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FaultRate {
    /// Never. Hours without a consensus come from [`crate::SimOptions`] and stay.
    None,
    /// Every few days, with quiet days between.
    #[default]
    Usual,
    /// Several times a day, for tests.
    Frequent,
}

impl DirectoryOptions {
    /// Most authorities: there are test keys for so many.
    pub const MAX_AUTHORITIES: usize = 9;

    /// The options with every number inside its range.
    pub(crate) fn clamped(self) -> Self {
        Self { authorities: self.authorities.clamp(1, Self::MAX_AUTHORITIES), ..self }
    }
}

impl Default for DirectoryOptions {
    fn default() -> Self {
        Self { authorities: Self::MAX_AUTHORITIES, faults: FaultRate::Usual }
    }
}
