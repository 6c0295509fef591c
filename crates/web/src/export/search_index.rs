//! The index of the search in a site of files: `search.json`, read by `static/search.js` when somebody
//! goes to the search box. It holds what the search needs to find and link a thing, and no more.
//!
//! Relays are one line each, in default order, so that what weighs more is found first. Operators,
//! ASes and countries are lists that lines point into; -1 is "none".

use crate::{Edition, format};
use allium_model::{Fingerprint, Group, GroupKey, GroupKind, GroupPosition, RelayPosition, printable};
use allium_views::{group_id, group_name};
use serde::Serialize;

/// The file's name.
pub(super) const SEARCH_INDEX: &str = "search.json";

/// Longest name of an operator in the index, in characters: enough for the words of a contact.
const MAX_NAME: usize = 160;

/// The whole index.
#[derive(Serialize)]
struct SearchIndex {
    /// When the data are from, as on pages.
    time: String,
    /// Id (the folder below `contact`) and name.
    operators: Vec<(String, String)>,
    /// Number with `AS`, and name.
    ases: Vec<(String, String)>,
    /// Code and name.
    countries: Vec<(String, String)>,
    relays: Vec<Line>,
}

/// Nickname, fingerprint in base 64, and the places of operator, AS and country.
#[derive(Serialize)]
struct Line(String, String, i32, i32, i32);

/// The index as JSON.
pub(super) fn search_index(edition: &Edition) -> Vec<u8> {
    let network = &edition.snapshot.network;
    let line = |position: &RelayPosition| {
        let relay = network.relay(*position);
        let place = |kind| place(network.groups(kind).position_of_relay(*position));
        Line(
            printable(network.text(relay.nickname)).into_owned(),
            base64(relay.fingerprint),
            place(GroupKind::Operator),
            place(GroupKind::As),
            place(GroupKind::Country),
        )
    };
    let index = SearchIndex {
        time: format::minute(network.published()),
        operators: names(edition, GroupKind::Operator),
        ases: names(edition, GroupKind::As),
        countries: names(edition, GroupKind::Country),
        relays: network.default_order().iter().map(line).collect(),
    };
    serde_json::to_vec(&index).unwrap_or_default()
}

/// Ids and names of the groups of a kind, by position.
fn names(edition: &Edition, kind: GroupKind) -> Vec<(String, String)> {
    let snapshot = &edition.snapshot;
    let named = |group: Group<'_>| {
        let name = match group.key {
            // An AS or a country without a name is called by its id, which stands beside it already.
            GroupKey::As(_) | GroupKey::Country(_)
                if group_name(snapshot, group) == group_id(snapshot, group) =>
            {
                String::new()
            }
            _ => format::shortened(&group_name(snapshot, group), MAX_NAME),
        };
        (group_id(snapshot, group).into_owned(), name)
    };
    snapshot.network.groups(kind).iter().map(named).collect()
}

fn place(position: Option<GroupPosition>) -> i32 {
    position.and_then(|position| i32::try_from(position.0).ok()).unwrap_or(-1)
}

/// A fingerprint in 27 letters instead of 40: base 64 (RFC 4648) without the padding.
fn base64(fingerprint: Fingerprint) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(27);
    for chunk in fingerprint.0.chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for letter in 0..=chunk.len() {
            let sextet = bits >> (18 - 6 * letter) & 63;
            text.push(char::from(LETTERS[sextet as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_base_64_as_others_write_it() {
        let zero = Fingerprint([0; 20]);
        assert_eq!(base64(zero), "A".repeat(27));
        let counted: [u8; 20] = std::array::from_fn(|index| index as u8 * 13);
        assert_eq!(base64(Fingerprint(counted)), "AA0aJzRBTltodYKPnKm2w9Dd6vc");
    }
}
