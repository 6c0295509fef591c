//! How large a network is and how fast it votes.

/// Shape and pace of a private network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Voting authorities, 1 to 9.
    pub authorities: usize,
    /// Relays beside them.
    pub relays: usize,
    /// Of these, the first so many are exits.
    pub exits: usize,
    /// Seconds from one consensus to the next; divides a day.
    pub voting_interval_seconds: u32,
    /// Seconds for votes, and the same again for signatures; twice that is less than half of the interval.
    pub delay_seconds: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { authorities: 5, relays: 8, exits: 3, voting_interval_seconds: 10, delay_seconds: 2 }
    }
}

/// Names of authorities, in the order in which they are taken.
pub(crate) const AUTHORITY_NAMES: [&str; 9] =
    ["alder", "birch", "cedar", "douglas", "elm", "fir", "ginkgo", "hazel", "iroko"];

/// Names of relays; later ones get a number.
const RELAY_NAMES: [&str; 8] =
    ["Quokka", "plainRelay", "Node0042", "x", "torExitNL", "LongNicknameIs19Cha", "relayUS2", "zebra"];

/// The name of a relay by its place, from 0.
pub(crate) fn relay_name(place: usize) -> String {
    RELAY_NAMES.get(place).map_or_else(|| format!("relay{place}"), |name| (*name).to_owned())
}
