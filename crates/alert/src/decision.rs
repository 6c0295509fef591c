//! What is sent to whom, and why something is not.

use crate::{AlertKey, Message, ReceiverId, StateChange};
use allium_model::{IncidentId, Timestamp, printable};
use sha2::{Digest as _, Sha256};
use std::fmt::{self, Display, Formatter};

/// What everything came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// The time of the newest data that was counted, to be stored with the states.
    pub counted: Timestamp,
    /// States that changed, to be stored together with the deliveries.
    pub changes: Vec<StateChange>,
    /// Every decision: deliveries first, by receiver and the worst first, then what is held back, by key.
    pub decisions: Vec<Decision>,
}

impl Outcome {
    /// What is sent.
    pub fn deliveries(&self) -> impl Iterator<Item = &Delivery> {
        self.decisions.iter().filter_map(|decision| match decision {
            Decision::Send(delivery) => Some(&**delivery),
            Decision::Hold(_) => None,
        })
    }

    /// What is held back.
    pub fn held(&self) -> impl Iterator<Item = &Held> {
        self.decisions.iter().filter_map(|decision| match decision {
            Decision::Hold(held) => Some(held),
            Decision::Send(_) => None,
        })
    }
}

/// A decision.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// A message goes out.
    Send(Box<Delivery>),
    /// Nothing goes out about an alert.
    Hold(Held),
}

/// A message on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Its id: equal decisions have equal ids, so that a receiver can collapse a repeat of the same message.
    pub id: DeliveryId,
    /// To whom.
    pub receiver: ReceiverId,
    /// The conversation that it belongs to: the same from the first message of a cause to its last.
    pub thread: ThreadId,
    /// The alerts that it tells of, ascending.
    pub alerts: Vec<AlertKey>,
    /// What it says.
    pub message: Message,
}

/// An alert of which nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub key: AlertKey,
    /// Why.
    pub reason: Reason,
}

/// Why nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Too few documents show it.
    NotConfirmed,
    /// The newest document shows it gone, which one more must confirm.
    SeemsOver,
    /// A worse incident explains it or makes it unbelievable.
    Inhibited(IncidentId),
    /// The message about an incident tells of it.
    GroupedInto(IncidentId),
    /// The incident was told a short while ago and did not grow much since.
    ToldWithIncident {
        /// Which.
        incident: IncidentId,
        /// When more of it is told.
        until: Timestamp,
    },
    /// A silence holds it back.
    Silenced {
        /// Number of the silence.
        silence: u64,
        /// When that ends.
        until: Timestamp,
    },
    /// Its relays are being worked on.
    InMaintenance {
        /// Number of the window.
        window: u64,
        /// When that ends.
        until: Timestamp,
    },
    /// It was told, and it is too soon to tell it again.
    RepeatNotDue {
        /// When it is told again; `None` for never.
        until: Option<Timestamp>,
    },
    /// It came and went too often within a day.
    Flapping {
        /// When it may be told again.
        until: Timestamp,
    },
    /// The receiver got as many messages as it may.
    OverBudget {
        /// When there is room again.
        until: Timestamp,
    },
    /// The receiver wants one message a day.
    WaitsForDigest {
        /// When.
        until: Timestamp,
    },
    /// Only its end is asked for.
    OnlyEndIsTold,
}

impl Reason {
    /// Its name in logs, metrics and JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotConfirmed => "not-confirmed",
            Self::SeemsOver => "seems-over",
            Self::Inhibited(_) => "inhibited",
            Self::GroupedInto(_) => "grouped",
            Self::ToldWithIncident { .. } => "told-with-incident",
            Self::Silenced { .. } => "silenced",
            Self::InMaintenance { .. } => "in-maintenance",
            Self::RepeatNotDue { .. } => "repeat-not-due",
            Self::Flapping { .. } => "flapping",
            Self::OverBudget { .. } => "over-budget",
            Self::WaitsForDigest { .. } => "waits-for-digest",
            Self::OnlyEndIsTold => "only-end-is-told",
        }
    }

    /// The reason in a sentence. `author` is who asked for a silence or announced a window, where the caller
    /// knows it.
    pub fn sentence(&self, author: Option<&str>) -> String {
        let author = author.map_or("somebody".into(), printable);
        let at = |time: &Timestamp| time.to_minute();
        match self {
            Self::NotConfirmed => "It is not confirmed yet: too few consensuses show it.".into(),
            Self::SeemsOver => "The newest data show it gone; one more document must confirm that.".into(),
            Self::Inhibited(id) => {
                format!("Incident {id} explains it, or its data cannot be believed meanwhile.")
            }
            Self::GroupedInto(id) => format!("The message about incident {id} tells of it."),
            Self::ToldWithIncident { incident, until } => {
                format!(
                    "Incident {incident} was told a short while ago; what joined it is told at {} UTC.",
                    at(until)
                )
            }
            Self::Silenced { until, .. } => format!("It is silenced by {author} until {} UTC.", at(until)),
            Self::InMaintenance { until, .. } => {
                format!("Its relays are in maintenance, announced by {author}, until {} UTC.", at(until))
            }
            Self::RepeatNotDue { until: None } => "It was told and is not told again.".into(),
            Self::RepeatNotDue { until: Some(until) } => {
                format!("It was told and is told again at {} UTC if it lasts.", at(until))
            }
            Self::Flapping { until } => {
                format!("It came and went too often; it may be told again at {} UTC.", at(until))
            }
            Self::OverBudget { until } => {
                format!(
                    "The receiver got as many messages as it may; there is room again at {} UTC.",
                    at(until)
                )
            }
            Self::WaitsForDigest { until } => format!("It waits for the digest at {} UTC.", at(until)),
            Self::OnlyEndIsTold => "Only its end is asked for.".into(),
        }
    }
}

/// What names a message for ever: 16 bytes of a SHA-256, printed as 32 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId(pub [u8; 16]);

/// What names a conversation: as [`DeliveryId`], of receiver and cause alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreadId(pub [u8; 16]);

impl Display for DeliveryId {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, formatter)
    }
}

impl Display for ThreadId {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, formatter)
    }
}

fn write_hex(bytes: &[u8], formatter: &mut Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
}

impl DeliveryId {
    /// The id of what some parts say, each a part of its own.
    pub fn of_parts(parts: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
        Self(hash_of(parts))
    }
}

impl ThreadId {
    /// The id of what some parts say, each a part of its own.
    pub fn of_parts(parts: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
        Self(hash_of(parts))
    }
}

/// Sixteen bytes of the hash of some parts; a part cannot run into the next.
fn hash_of(parts: impl IntoIterator<Item = impl AsRef<[u8]>>) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        let part = part.as_ref();
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    std::array::from_fn(|index| digest[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        let hash = |parts: [&str; 2]| hash_of(parts);
        assert_ne!(hash(["ab", "c"]), hash(["a", "bc"]));
        assert_eq!(hash(["ab", "c"]), hash(["ab", "c"]));
        assert_eq!(DeliveryId([0xab; 16]).to_string(), "ab".repeat(16));
    }

    #[test]
    fn a_reason_says_who_and_until_when() {
        let reason = Reason::Silenced { silence: 1, until: Timestamp(86_400) };
        assert_eq!(
            reason.sentence(Some("o\u{202e}ps\n")),
            "It is silenced by ops  until 1970-01-02 00:00 UTC."
        );
        assert_eq!(reason.name(), "silenced");
    }
}
