//! Silences and maintenance windows: what is not told for a time, by whose word and why.
//!
//! Both only keep messages back. The alerts go on underneath, and what is still wrong afterwards is told then.
//! The end of something that was told is told in any case.

use crate::{ReceiverId, Target, WatchKind};
use allium_model::Timestamp;

/// Longest silence or window in seconds: 90 days.
pub const LONGEST_SILENCE_SECONDS: i64 = 90 * 86_400;

/// What a silence keeps back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matcher {
    /// Alerts of relays in this target, and incidents that it explains or that hit nobody else.
    pub target: Target,
    /// Alerts of these kinds; empty for all.
    pub kinds: Vec<WatchKind>,
    /// Messages to this receiver; `None` for everybody.
    pub receiver: Option<ReceiverId>,
}

/// A silence: from a moment on, up to another, by our clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Its number.
    pub id: u64,
    /// What it keeps back.
    pub matcher: Matcher,
    /// Who asked for it: foreign text, 1 to 80 characters.
    pub author: String,
    /// Why: foreign text, 1 to 500 characters.
    pub reason: String,
    /// First moment.
    pub from: Timestamp,
    /// First moment after.
    pub until: Timestamp,
}

/// A time in which relays are worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maintenance {
    /// Its number.
    pub id: u64,
    /// Which relays.
    pub target: Target,
    /// For which receiver; `None` for everybody.
    pub receiver: Option<ReceiverId>,
    /// Who announced it: foreign text, 1 to 80 characters.
    pub author: String,
    /// What is done: foreign text, at most 500 characters.
    pub note: String,
    /// First moment.
    pub from: Timestamp,
    /// First moment after.
    pub until: Timestamp,
}

/// Why a silence or a window is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SilenceError {
    /// It ends before it begins.
    #[error("the end must come after the beginning")]
    EndsFirst,
    /// It is too long.
    #[error("it may last 90 days at most")]
    TooLong,
    /// Nobody stands behind it.
    #[error("the author has 1 to 80 characters")]
    Author,
    /// Nobody says why, or at too great length.
    #[error("the reason has 1 to 500 characters")]
    Reason,
}

impl Silence {
    /// Whether it may be taken in.
    pub fn check(&self) -> Result<(), SilenceError> {
        if !(1..=500).contains(&self.reason.chars().count()) {
            return Err(SilenceError::Reason);
        }
        check_window(&self.author, self.from, self.until)
    }

    /// Whether it is in force.
    pub fn is_active(&self, now: Timestamp) -> bool {
        (self.from..self.until).contains(&now)
    }
}

impl Maintenance {
    /// Whether it may be taken in.
    pub fn check(&self) -> Result<(), SilenceError> {
        if self.note.chars().count() > 500 {
            return Err(SilenceError::Reason);
        }
        check_window(&self.author, self.from, self.until)
    }

    /// Whether it is in force.
    pub fn is_active(&self, now: Timestamp) -> bool {
        (self.from..self.until).contains(&now)
    }
}

fn check_window(author: &str, from: Timestamp, until: Timestamp) -> Result<(), SilenceError> {
    match until.seconds_since(from) {
        ..=0 => Err(SilenceError::EndsFirst),
        seconds if seconds > LONGEST_SILENCE_SECONDS => Err(SilenceError::TooLong),
        _ if !(1..=80).contains(&author.chars().count()) => Err(SilenceError::Author),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silence(seconds: i64) -> Silence {
        Silence {
            id: 1,
            matcher: Matcher { target: Target::Network, kinds: Vec::new(), receiver: None },
            author: "ops".into(),
            reason: "a known fault".into(),
            from: Timestamp(100),
            until: Timestamp(100 + seconds),
        }
    }

    #[test]
    fn a_silence_needs_an_end_an_author_and_a_reason() {
        assert_eq!(silence(60).check(), Ok(()));
        assert_eq!(silence(0).check(), Err(SilenceError::EndsFirst));
        assert_eq!(silence(91 * 86_400).check(), Err(SilenceError::TooLong));
        assert_eq!(Silence { author: String::new(), ..silence(60) }.check(), Err(SilenceError::Author));
        assert_eq!(Silence { reason: "x".repeat(501), ..silence(60) }.check(), Err(SilenceError::Reason));
    }

    #[test]
    fn a_silence_holds_up_to_its_end_and_not_at_it() {
        let active = [99, 100, 159, 160].map(|now| silence(60).is_active(Timestamp(now)));
        assert_eq!(active, [false, true, true, false]);
    }
}
