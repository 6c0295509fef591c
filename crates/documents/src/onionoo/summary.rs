//! Onionoo summary documents: nickname, fingerprint, addresses and running state of each relay.

use super::envelope::{self, Envelope, Text};
use crate::{DocumentError, Limits};
use serde::{Deserialize, Serialize};

/// One relay of a summary document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SummaryRelay<'a> {
    /// Nickname.
    #[serde(borrow, rename = "n", skip_serializing_if = "Option::is_none")]
    pub nickname: Option<Text<'a>>,
    /// Fingerprint.
    #[serde(borrow, rename = "f")]
    pub fingerprint: Text<'a>,
    /// Addresses without ports.
    #[serde(borrow, rename = "a", default)]
    pub addresses: Vec<Text<'a>>,
    /// Whether it is running.
    #[serde(rename = "r")]
    pub running: bool,
}

/// Reads a plain summary document, one relay at a time.
pub fn read_summary<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    each: &mut dyn FnMut(SummaryRelay<'a>) -> Result<(), String>,
) -> Result<Envelope, DocumentError> {
    envelope::read(bytes, "summary", limits, serde_json::from_str, each)
}
