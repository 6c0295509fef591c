//! Graph histories as Onionoo writes them (field.md 3.2).

use super::envelope::Text;
use allium_model::{History, Timestamp};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Histories by the key of their period.
pub type WireHistories<'a> = BTreeMap<Cow<'a, str>, WireHistory<'a>>;

/// A graph history on the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WireHistory<'a> {
    /// Mid-point of the first bin.
    #[serde(borrow)]
    pub first: Text<'a>,
    /// Mid-point of the last bin.
    #[serde(borrow)]
    pub last: Text<'a>,
    /// Length of a bin in seconds.
    pub interval: i64,
    /// What the stored integers are multiplied with.
    pub factor: f64,
    /// Number of values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// Stored integers, 0 to 999, or null.
    pub values: Vec<Option<i64>>,
}

impl WireHistory<'_> {
    /// The checked history, or why it is none.
    pub fn check(&self) -> Result<History, String> {
        let time = |text: &Text<'_>| text.0.parse::<Timestamp>().map_err(|error| error.to_string());
        let (first, last) = (time(&self.first)?, time(&self.last)?);
        History::new(first, last, self.interval, self.factor, self.count, self.values.iter().copied())
            .map_err(|error| error.to_string())
    }
}
