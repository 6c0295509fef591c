//! Figures of the network.

use super::growth;
use crate::Edition;
use allium_charts::Figure;

/// Running relays by the day on which they were first seen.
pub(super) fn first_seen(edition: &Edition) -> Option<Figure> {
    growth::first_seen(edition, edition.snapshot.network.default_order())
}
