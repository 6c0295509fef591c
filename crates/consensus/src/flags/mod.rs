//! The rules by which an authority gives flags, as tor's authorities apply them (dir-spec,
//! "Assigning flags in a vote"; tor's `voteflags.c`).
//!
//! Each authority decides with its own records, measurements and thresholds. What a vote does not
//! carry (uptime, exit policy, reachability) cannot be judged from it: there a rule gives only its
//! necessary conditions and says so. A threshold that a vote does not publish is not guessed.

mod judge;
mod requirement;
mod rule;
mod thresholds;

pub use judge::{Judgement, Verdict, judge, judge_all};
pub use requirement::{
    BandwidthBasis, Bar, Nearness, Quantity, Requirement, RequirementKind, Rounding, State, Value,
};
pub use rule::{Coverage, JUDGED_FLAGS, coverage};
pub use thresholds::{RuleEra, Thresholds};

/// Bandwidth in kB/s from which an authority gives Guard whatever the others have:
/// `AuthDirGuardBWGuarantee`, 2 MB by default. Authorities can change it and do not publish it.
pub const GUARD_GUARANTEE_KILOBYTES_PER_SECOND: u64 = 2097;

/// Weighted mean time between failures in seconds from which a relay is stable whatever the others
/// have: 5 weighted days, about 7 of the calendar.
pub const STABLE_GUARANTEE_MTBF_SECONDS: u64 = 5 * 86_400;

/// Uptime in seconds from which a relay is stable where an authority looks at uptime.
pub const STABLE_GUARANTEE_UPTIME_SECONDS: u64 = 30 * 86_400;

/// Uptime in seconds that HSDir needs: `MinUptimeHidServDirectoryV2`, 96 hours by default.
/// Authorities can change it and do not publish it.
pub const HSDIR_UPTIME_SECONDS: u64 = 96 * 3600;

/// Age in seconds from which a descriptor is stale, counted to the start of the consensus.
pub const STALE_DESCRIPTOR_SECONDS: i64 = 18 * 3600;
