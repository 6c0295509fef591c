//! What a probe of an authority found.

use crate::{Fingerprint, Timestamp};

/// How a probe ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProbeOutcome {
    /// It answered with what was asked for.
    Answered,
    /// It accepted the connection and did not answer in time, or did not accept it in time.
    TimedOut,
    /// It refused the connection or broke it.
    Refused,
    /// It answered with an error or something that cannot be read.
    Failed,
    /// Our own network did not work, so that nothing can be said.
    NotMeasured,
}

/// One look at one authority from here. What is `None` was not learned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityProbe {
    /// SHA-1 of the v3 identity key.
    pub identity: Fingerprint,
    /// When, by our clock.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: ProbeOutcome,
    /// Time until the TCP connection stood, in milliseconds.
    pub connect_ms: Option<u32>,
    /// Time until the small document was there, in milliseconds.
    pub answer_ms: Option<u32>,
    /// `valid-after` of the consensus that it serves.
    pub consensus_valid_after: Option<Timestamp>,
    /// `valid-after` of its own vote.
    pub vote_valid_after: Option<Timestamp>,
    /// Its clock (`Date`) minus ours, in seconds, corrected for the time of the answer.
    pub clock_skew_seconds: Option<i64>,
    /// Authorities whose votes that consensus counts; empty where it was not learned. Not kept in history.
    pub voters: Vec<Fingerprint>,
    /// Why it failed, or what was missing although it answered, in one lower-case sentence.
    pub problem: Option<String>,
}

impl AuthorityProbe {
    /// A probe that learned nothing but how it ended.
    pub const fn unanswered(identity: Fingerprint, at: Timestamp, outcome: ProbeOutcome) -> Self {
        Self {
            identity,
            at,
            outcome,
            connect_ms: None,
            answer_ms: None,
            consensus_valid_after: None,
            vote_valid_after: None,
            clock_skew_seconds: None,
            voters: Vec::new(),
            problem: None,
        }
    }
}
