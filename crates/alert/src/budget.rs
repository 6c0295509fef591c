//! How many messages a receiver gets.

use crate::ReceiverId;
use allium_model::{Severity, Timestamp};

/// The messages that a receiver may get within a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Messages in all.
    pub messages: u16,
    /// How many of them are kept for what is critical.
    pub reserved_for_critical: u16,
    /// The stretch of time in seconds.
    pub period_seconds: u32,
}

impl Default for Budget {
    /// 12 messages in 24 hours, 4 of them for what is critical (`docs/methods/alerts.md`).
    fn default() -> Self {
        Self { messages: 12, reserved_for_critical: 4, period_seconds: 86_400 }
    }
}

impl Budget {
    /// Messages that something of a severity may use up.
    pub fn allowance(&self, severity: Severity) -> usize {
        let kept = if severity == Severity::Critical { 0 } else { self.reserved_for_critical };
        usize::from(self.messages.saturating_sub(kept))
    }
}

/// A message that was sent, as far as budgets need it. A caller hands over those of the last period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// To whom.
    pub receiver: ReceiverId,
    /// When, by our clock.
    pub at: Timestamp,
}

/// A receiver with a budget of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receiver {
    /// Who.
    pub id: ReceiverId,
    /// How many messages.
    pub budget: Budget,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_messages_are_kept_for_what_is_critical() {
        let budget = Budget::default();
        assert_eq!((budget.allowance(Severity::Warning), budget.allowance(Severity::Critical)), (8, 12));
        let none = Budget { messages: 2, ..budget };
        assert_eq!((none.allowance(Severity::Notice), none.allowance(Severity::Critical)), (0, 2));
    }
}
