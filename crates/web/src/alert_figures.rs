//! Figures of alerts for whoever watches the service. They move with every message, so they are no part of an
//! edition and on no page.

use crate::{DeliveryCount, DeliveryDelays};
use allium_alert::Phase;
use allium_model::Timestamp;
use std::collections::BTreeMap;

/// Figures of alerts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlertFigures {
    /// Alerts of all subscriptions by how far they are.
    pub phases: BTreeMap<Phase, u64>,
    /// Messages that are not delivered yet.
    pub waiting: u64,
    /// When the oldest of them was decided, by our clock; `None` when there is none.
    pub oldest_waiting: Option<Timestamp>,
    /// Subscriptions of the configuration.
    pub teams: u64,
    /// Subscriptions of people that are confirmed.
    pub confirmed: u64,
    /// Those that wait for their confirmation.
    pub pending: u64,
    /// Deliveries of the last 24 hours by kind of channel and result.
    pub deliveries: Vec<DeliveryCount>,
    /// How long alerts took within the last 24 hours; `None` when none was delivered.
    pub delays: Option<DeliveryDelays>,
    /// Decisions since the start.
    pub decisions: Decisions,
}

/// Decisions since the start of the process.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Decisions {
    /// How many were made.
    pub count: u64,
    /// Seconds that reading what is kept, deciding and writing took, all together.
    pub seconds: f64,
    /// When the last one was made, by our clock; `None` before the first.
    pub last: Option<Timestamp>,
    /// Time of the data that the last one was about.
    pub data_time: Option<Timestamp>,
}
