//! Whether the relays of an operator name each other as a family (`docs/methods/family.md`).

use allium_model::{FamilyListId, Fingerprint, Network, Relay, RelayPosition, TextId};
use std::collections::BTreeMap;

/// How the running relays of an operator list each other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FamilyState {
    /// Running relays.
    pub relays: usize,
    /// Ordered pairs of two different running relays.
    pub pairs: usize,
    /// Of these, pairs in which both list each other or share a family id.
    pub mutual_pairs: usize,
    /// Running relays that are not mutual with each of the others, with the number that they miss; those
    /// that miss most first.
    pub incomplete: Vec<(RelayPosition, usize)>,
    /// Running relays that list relays of the same operator that do not list them, with their number.
    pub one_sided: Vec<(RelayPosition, usize)>,
    /// Listings of relays outside the operator that do not list its relays.
    pub one_sided_outside: usize,
    /// Running relays with a family id.
    pub with_family_id: usize,
}

/// What decides whom a relay is mutual with.
type Signature<'a> = (Option<FamilyListId>, &'a [TextId]);

impl FamilyState {
    /// The state of the running ones of some relays.
    pub fn of(network: &Network, members: &[RelayPosition]) -> Self {
        let mut running: Vec<RelayPosition> =
            members.iter().copied().filter(|position| network.relay(*position).running).collect();
        running.sort_unstable();
        let mut state = Self {
            relays: running.len(),
            pairs: running.len() * running.len().saturating_sub(1),
            ..Self::default()
        };
        for (signature, alike) in by_signature(network, &running) {
            let mutual = mutual_with(network, signature, &running);
            let covered = mutual.iter().filter(|is_mutual| **is_mutual).count();
            for index in alike {
                let own = covered - usize::from(mutual[index]);
                state.mutual_pairs += own;
                if own + 1 < running.len() {
                    state.incomplete.push((running[index], running.len() - 1 - own));
                }
            }
        }
        state.incomplete.sort_by_key(|(position, missing)| (std::cmp::Reverse(*missing), *position));
        state.count_one_sided(network, &running);
        state
    }

    fn count_one_sided(&mut self, network: &Network, running: &[RelayPosition]) {
        // Relays of a family mostly publish the same list, which is looked through once.
        let mut counted: BTreeMap<FamilyListId, usize> = BTreeMap::new();
        for position in running {
            let relay = network.relay(*position);
            self.with_family_id += usize::from(!relay.family_ids.is_empty());
            let Some(list) = relay.family.alleged else { continue };
            let alleged = network.family_list(Some(list));
            let inside = *counted.entry(list).or_insert_with(|| {
                alleged.iter().filter(|other| place(network, running, **other).is_some()).count()
            });
            self.one_sided_outside += alleged.len() - inside;
            if inside > 0 {
                self.one_sided.push((*position, inside));
            }
        }
    }

    /// Whether every relay is mutual with every other one.
    pub fn is_complete(&self) -> bool {
        self.incomplete.is_empty()
    }

    /// Share of the pairs that are mutual, 0 to 100; none with fewer than two relays.
    pub fn mutual_percent(&self) -> Option<f64> {
        (self.pairs > 0).then(|| 100.0 * self.mutual_pairs as f64 / self.pairs as f64)
    }
}

/// The places of the relays by what decides whom they are mutual with; most relays of a family share it.
fn by_signature<'a>(network: &'a Network, running: &[RelayPosition]) -> BTreeMap<Signature<'a>, Vec<usize>> {
    let mut alike: BTreeMap<Signature<'a>, Vec<usize>> = BTreeMap::new();
    for (index, position) in running.iter().enumerate() {
        let relay: &Relay = network.relay(*position);
        alike.entry((relay.family.effective, &relay.family_ids)).or_default().push(index);
    }
    alike
}

/// For each running relay, whether one with the signature is mutual with it.
fn mutual_with(network: &Network, (list, ids): Signature<'_>, running: &[RelayPosition]) -> Vec<bool> {
    let shares_id =
        |position: &RelayPosition| network.relay(*position).family_ids.iter().any(|id| ids.contains(id));
    let mut mutual: Vec<bool> = running.iter().map(shares_id).collect();
    for fingerprint in network.family_list(list) {
        if let Some(index) = place(network, running, *fingerprint) {
            mutual[index] = true;
        }
    }
    mutual
}

fn place(network: &Network, running: &[RelayPosition], fingerprint: Fingerprint) -> Option<usize> {
    running.binary_search(&network.find(fingerprint)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{fingerprint, network, relay};
    use serde_json::{Value, json};

    fn state(relays: &[Value]) -> FamilyState {
        let network = network(relays);
        FamilyState::of(&network, network.default_order())
    }

    fn list(numbers: &[u32]) -> Vec<String> {
        numbers.iter().map(|number| fingerprint(*number).to_string()).collect()
    }

    #[test]
    fn all_listing_all_is_complete() {
        let relays = [1, 2, 3].map(|number| relay(number, &json!({"effective_family": list(&[1, 2, 3])})));
        let state = state(&relays);
        assert_eq!((state.pairs, state.mutual_pairs, state.is_complete()), (6, 6, true));
        assert_eq!(state.mutual_percent(), Some(100.0));
    }

    #[test]
    fn who_is_not_listed_back_is_named() {
        // 1 and 2 list each other; 1 lists 3, which lists nobody, and 9, which is not the operator's.
        let relays = [
            relay(1, &json!({"effective_family": list(&[1, 2]), "alleged_family": list(&[3, 9])})),
            relay(2, &json!({"effective_family": list(&[1, 2])})),
            relay(3, &json!({"effective_family": list(&[3])})),
        ];
        let state = state(&relays);
        assert_eq!((state.pairs, state.mutual_pairs), (6, 2));
        assert_eq!(state.incomplete.iter().map(|(_, missing)| *missing).collect::<Vec<_>>(), [2, 1, 1]);
        assert_eq!((state.one_sided.len(), state.one_sided[0].1, state.one_sided_outside), (1, 1, 1));
    }

    #[test]
    fn a_shared_family_id_is_as_good_as_listing() {
        let relays = [1, 2].map(|number| relay(number, &json!({"family_ids": ["ed25519:abc"]})));
        let state = state(&relays);
        assert_eq!((state.mutual_pairs, state.with_family_id, state.is_complete()), (2, 2, true));
    }

    #[test]
    fn one_relay_has_no_pair() {
        let state = state(&[relay(1, &json!({}))]);
        assert_eq!((state.pairs, state.mutual_percent(), state.is_complete()), (0, None, true));
    }
}
