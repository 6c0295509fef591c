//! Onionoo weights documents: the consensus weight of a relay and the chances of being chosen that
//! follow from it, in bins.

use super::envelope::{Envelope, Text};
use super::table::{Entry, Place, read_table};
use super::wire::WireHistories;
use crate::{DocumentError, Limits};
use allium_model::{HistoryTable, RelayWeights};
use serde::{Deserialize, Serialize};

/// One relay of a weights document. Fractions and probabilities are 0 to 1.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are Onionoo's own and described in its protocol")]
pub struct WeightsRelay<'a> {
    #[serde(borrow)]
    pub fingerprint: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "WireHistories::is_empty")]
    pub consensus_weight_fraction: WireHistories<'a>,
    #[serde(borrow, default, skip_serializing_if = "WireHistories::is_empty")]
    pub guard_probability: WireHistories<'a>,
    #[serde(borrow, default, skip_serializing_if = "WireHistories::is_empty")]
    pub middle_probability: WireHistories<'a>,
    #[serde(borrow, default, skip_serializing_if = "WireHistories::is_empty")]
    pub exit_probability: WireHistories<'a>,
    #[serde(borrow, default, skip_serializing_if = "WireHistories::is_empty")]
    pub consensus_weight: WireHistories<'a>,
}

impl Entry for RelayWeights {
    const DOCUMENT: &'static str = "weights";
    const QUANTITIES: &'static [(&'static str, Place<Self>)] = &[
        ("consensus_weight_fraction", |entry| &mut entry.consensus_weight_fraction),
        ("guard_probability", |entry| &mut entry.guard_probability),
        ("middle_probability", |entry| &mut entry.middle_probability),
        ("exit_probability", |entry| &mut entry.exit_probability),
        ("consensus_weight", |entry| &mut entry.consensus_weight),
    ];
}

/// Reads a plain weights document. A history that does not check is left out with a warning; the rest
/// of the relay counts.
pub fn read_weights_table(
    bytes: &[u8],
    limits: &Limits,
) -> Result<(HistoryTable<RelayWeights>, Envelope), DocumentError> {
    read_table(bytes, limits)
}
