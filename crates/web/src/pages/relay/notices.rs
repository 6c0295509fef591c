//! What an operator or reader should know of a relay: what happened, and what follows.

use super::facts::addresses;
use crate::format;
use crate::pages::Site;
use allium_model::{AroiState, Flag, Relay};

/// What happened, and what follows.
pub(super) struct Notice {
    pub(in crate::pages) look: &'static str,
    pub(in crate::pages) what: String,
    pub(in crate::pages) why: &'static str,
    pub(in crate::pages) method: Option<String>,
}

pub(super) fn all(site: Site<'_>, relay: &Relay) -> Vec<Notice> {
    let method = |slug: &str| Some(site.links().to(format_args!("/methods/{slug}/")));
    let mut notices = Vec::new();
    let mut say = |applies: bool, look, what: String, why, method| {
        if applies {
            notices.push(Notice { look, what, why, method });
        }
    };
    say(
        !relay.running,
        "poor",
        format!(
            "This relay is offline: the consensus last listed it at {}.",
            format::minute(relay.last_seen)
        ),
        "Its weight and flags below are the last known ones and count in no total.",
        method("offline-relays"),
    );
    say(
        relay.flags.contains(Flag::BadExit),
        "poor",
        "The authorities gave it BadExit.".into(),
        "Clients do not use it as an exit. It is counted as no exit here.",
        method("role"),
    );
    say(
        relay.flags.contains(Flag::MiddleOnly),
        "poor",
        "The authorities allow it in the middle of circuits only.".into(),
        "It gets no Guard, Exit, HSDir or V2Dir flag while this lasts.",
        method("role"),
    );
    say(
        relay.flags.contains(Flag::StaleDesc),
        "fair",
        "Its descriptor is stale.".into(),
        "A relay renews its descriptor at least every 18 hours; one that does not may have lost its way to the authorities.",
        None,
    );
    say(
        relay.version_status == Some(allium_model::VersionStatus::Obsolete),
        "fair",
        "Its Tor version is obsolete.".into(),
        "Obsolete versions miss security fixes and are removed from the network in time. An update cures this.",
        method("version-status"),
    );
    let overloaded =
        relay.overload_general.filter(|time| site.network().published().seconds_since(*time) < 72 * 3600);
    say(
        overloaded.is_some(),
        "fair",
        format!("It reported overload at {}.", overloaded.map(format::minute).unwrap_or_default()),
        "A report counts for 72 hours. It can mean too little memory or CPU, or too few free ports.",
        method("overload"),
    );
    let states = super::traffic::states(site, relay);
    say(
        states.rate_limits.is_now(),
        "info",
        "It hit its configured rate limits in the last 72 hours.".into(),
        "The limits do what they are for. Raising them would let it serve more.",
        method("overload"),
    );
    say(
        states.file_descriptors.is_now(),
        "fair",
        "It ran out of file descriptors in the last 72 hours.".into(),
        "Without a free one it can accept no connection. The limit of the system can be raised.",
        method("overload"),
    );
    say(
        relay.running && relay.measured == Some(false),
        "fair",
        "Fewer than three authorities measure its bandwidth.".into(),
        "An unmeasured relay is given a weight of at most 20 and sees almost no traffic. New relays wait some days for it.",
        method("measured"),
    );
    say(
        relay.aroi == AroiState::Invalid,
        "fair",
        "The proof of its domain is wrong.".into(),
        "The domain that its contact names does not name this relay back, so it is not counted to that domain.",
        method("aroi-state"),
    );
    say(
        !site.network().family_list(relay.family.alleged).is_empty(),
        "info",
        format!(
            "{} that it lists as family.",
            one_sided(site.network().family_list(relay.family.alleged).len())
        ),
        "A family counts only when both sides list each other, or share a family id.",
        method("family"),
    );
    say(
        !relay.unreachable_or_addresses.is_empty(),
        "fair",
        format!("The authorities cannot reach {}.", addresses(&relay.unreachable_or_addresses).join(", ")),
        "An address that is published and not reachable costs the relay connections.",
        method("ipv6"),
    );
    notices
}

fn one_sided(count: usize) -> String {
    if count == 1 {
        "One relay does not list it back".into()
    } else {
        format!("{} relays do not list it back", format::count(count))
    }
}
