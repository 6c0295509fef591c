//! What happens: outages, updates and departures, and the presence that stays.

pub(crate) mod clock;
pub(crate) mod consensuses;
pub(crate) mod event;
pub(crate) mod incidents;
pub(crate) mod labelled;
pub(crate) mod life;
pub(crate) mod living;
pub(crate) mod outages;
pub(crate) mod presence;
