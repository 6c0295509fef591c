//! Figures of groups of relays: operators, families, ASes, countries and the others.

use super::{countries as by_country, growth};
use crate::Edition;
use allium_charts::Figure;
use allium_model::Group;

/// Running relays of the group by country.
pub(super) fn countries(edition: &Edition, group: Group<'_>) -> Option<Figure> {
    by_country::countries(edition, group.members)
}

/// Running relays of the group by the day on which they were first seen.
pub(super) fn first_seen(edition: &Edition, group: Group<'_>) -> Option<Figure> {
    growth::first_seen(edition, group.members)
}
