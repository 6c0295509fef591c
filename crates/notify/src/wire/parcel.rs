//! What lies in the outbox.

use super::Body;
use crate::NotifyError;
use allium_alert::SubscriptionId;
use serde::{Deserialize, Serialize};

/// Something to be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Parcel {
    /// A decision about alerts.
    Alert(Body),
    /// A try whether the channel works.
    Test(Body),
    /// The question whether somebody wants a subscription; its text is made when it is sent, since no token
    /// is stored.
    Confirm {
        /// Which, as its row has it.
        subscription: u64,
    },
}

/// What a parcel is, in the log and in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParcelKind {
    /// A decision about alerts.
    Alert,
    /// A try.
    Test,
    /// A question to confirm.
    Confirm,
}

impl ParcelKind {
    /// Its name in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Test => "test",
            Self::Confirm => "confirm",
        }
    }
}

impl Parcel {
    /// What it is.
    pub(crate) const fn kind(&self) -> ParcelKind {
        match self {
            Self::Alert(_) => ParcelKind::Alert,
            Self::Test(_) => ParcelKind::Test,
            Self::Confirm { .. } => ParcelKind::Confirm,
        }
    }

    /// The question to confirm a subscription.
    pub(crate) const fn confirm(subscription: SubscriptionId) -> Self {
        Self::Confirm { subscription: subscription.0 }
    }

    /// Its text in a row.
    pub(crate) fn write(&self) -> Result<String, NotifyError> {
        serde_json::to_string(self).map_err(|_| NotifyError::damaged("a message"))
    }

    /// The parcel of a row.
    pub(crate) fn read(text: &str) -> Result<Self, NotifyError> {
        serde_json::from_str(text).map_err(|_| NotifyError::damaged("a message in the outbox"))
    }
}
