//! Figures of groups of relays: operators, families, ASes, countries and the others.

use super::growth;
use crate::Edition;
use allium_charts::Figure;
use allium_model::Group;

/// Running relays of the group by the day on which they were first seen.
pub(super) fn first_seen(edition: &Edition, group: Group<'_>) -> Option<Figure> {
    growth::first_seen(edition, group.members)
}
