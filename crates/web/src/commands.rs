//! What forms ask to be done. The server writes nothing itself: whoever runs it brings [`Commands`].

use allium_alert::{Draft, Maintenance, Silence};
use allium_model::Timestamp;
use std::fmt;
use std::net::IpAddr;

/// A wish to be told by mail.
#[derive(Clone, PartialEq, Eq)]
pub struct SubscribeAsk {
    /// The address, as it was typed.
    pub address: String,
    /// What is wished for.
    pub draft: Draft,
    /// From where; `None` where clients cannot be told apart, as behind an onion service.
    pub from: Option<IpAddr>,
}

impl fmt::Debug for SubscribeAsk {
    /// Addresses do not get into logs by accident.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SubscribeAsk").field("draft", &self.draft).finish_non_exhaustive()
    }
}

/// The operator's word for a change.
#[derive(Clone, PartialEq, Eq)]
pub struct Operator {
    /// The operator's token, as it was typed.
    pub token: String,
    /// Who it is, as typed; 1 to 80 characters.
    pub author: String,
}

impl fmt::Debug for Operator {
    /// Tokens do not get into logs.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Operator").finish_non_exhaustive()
    }
}

/// A change that needs the operator's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A silence begins; its number is 0 and its author that of the change.
    Silence(Silence),
    /// A maintenance window is announced; its number is 0 and its author that of the change.
    Maintenance(Maintenance),
    /// A silence ends now.
    EndSilence(u64),
    /// A maintenance window ends now.
    EndMaintenance(u64),
    /// A test message goes to a channel, by its name as it was typed.
    Test(String),
}

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The service does not offer it.
    Closed,
    /// Something does not fit; the sentence, in lower case, is for the person who asked and holds nothing
    /// that tells whether an address is known.
    Wrong(String),
    /// Nothing has this token or number.
    Unknown,
    /// The operator's token is not the right one.
    NotOperator,
    /// Too many ask at the moment.
    Busy,
    /// The service failed; why is in its log.
    Failed,
}

/// Does what forms ask for. Every call runs on a thread that may wait, and what was done is kept when it
/// returns. What a stranger is told must be the same whether an address is known or not.
pub trait Commands: fmt::Debug + Send + Sync {
    /// Has the question sent whether a subscription is meant.
    ///
    /// # Errors
    /// Why it is not; never that the address is known.
    fn subscribe(&self, ask: &SubscribeAsk, now: Timestamp) -> Result<(), Refusal>;

    /// What a token would confirm; `None` when it is unknown. Changes nothing.
    ///
    /// # Errors
    /// Why that cannot be said.
    fn pending(&self, token: &str, now: Timestamp) -> Result<Option<Draft>, Refusal>;

    /// Confirms a subscription.
    ///
    /// # Errors
    /// Why it is not confirmed.
    fn confirm(&self, token: &str, now: Timestamp) -> Result<(), Refusal>;

    /// What the address of a token is subscribed to; `None` when it is unknown. Changes nothing.
    ///
    /// # Errors
    /// Why that cannot be said.
    fn subscribed(&self, token: &str) -> Result<Option<Vec<Draft>>, Refusal>;

    /// Ends every subscription of the address of a token and erases the address. An unknown token is no error.
    ///
    /// # Errors
    /// Why that failed.
    fn unsubscribe(&self, token: &str, now: Timestamp) -> Result<(), Refusal>;

    /// Makes a change with the operator's word, and notes it.
    ///
    /// # Errors
    /// Why it is not made.
    fn change(&self, operator: &Operator, change: &Change, now: Timestamp) -> Result<(), Refusal>;
}
