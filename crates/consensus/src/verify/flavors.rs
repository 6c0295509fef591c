//! The two consensuses of an hour against each other.
//!
//! Both are made of the same votes, so that they name the same votes and list the same relays with the
//! same flags and bandwidths; the microdesc flavour leaves out relays without a microdescriptor.

use allium_documents::dirspec::{Consensus, Flavor, Microdescriptor, Router};
use allium_model::Fingerprint;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// A way in which two flavours disagree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlavorDifference {
    /// They are not one of each.
    #[error("both are of the same flavour")]
    SameFlavor,
    /// They are of different hours, or one counts other votes than the other.
    #[error("the {0} of ns and microdesc differ")]
    Head(&'static str),
    /// Only the microdesc flavour lists it.
    #[error("{0} is in the microdesc consensus only")]
    OnlyMicrodesc(Fingerprint),
    /// Only the ns flavour lists it; possible for a relay without a microdescriptor.
    #[error("{0} is in the ns consensus only")]
    OnlyNs(Fingerprint),
    /// Both list it, and say something different.
    #[error("the {what} of {relay} in ns and microdesc differ")]
    Relay {
        /// Which relay.
        relay: Fingerprint,
        /// What differs.
        what: &'static str,
    },
}

/// In what two consensuses of one hour disagree, in either order.
pub fn compare_flavors(a: &Consensus<'_>, b: &Consensus<'_>) -> Vec<FlavorDifference> {
    match (a.flavor, b.flavor) {
        (Flavor::Ns, Flavor::Microdesc) => compare(a, b),
        (Flavor::Microdesc, Flavor::Ns) => compare(b, a),
        _ => vec![FlavorDifference::SameFlavor],
    }
}

/// Which of these microdescriptors a microdesc consensus does not list, by their places, and how many
/// of its relays have theirs among them.
pub fn match_microdescriptors(
    consensus: &Consensus<'_>,
    microdescriptors: &[Microdescriptor<'_>],
) -> MicrodescriptorMatch {
    let listed: BTreeSet<[u8; 32]> =
        consensus.routers.iter().filter_map(|router| router.microdescriptor_digest).collect();
    let given: BTreeSet<[u8; 32]> =
        microdescriptors.iter().map(|microdescriptor| microdescriptor.digest).collect();
    let is_unlisted = |place: &usize| !listed.contains(&microdescriptors[*place].digest);
    MicrodescriptorMatch {
        unlisted: (0..microdescriptors.len()).filter(is_unlisted).collect(),
        found: listed.intersection(&given).count(),
        listed: listed.len(),
    }
}

/// Microdescriptors against the digests of a consensus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MicrodescriptorMatch {
    /// Places of microdescriptors whose digest the consensus does not list.
    pub unlisted: Vec<usize>,
    /// Digests of the consensus that a microdescriptor has.
    pub found: usize,
    /// Different digests of the consensus.
    pub listed: usize,
}

fn compare(ns: &Consensus<'_>, microdesc: &Consensus<'_>) -> Vec<FlavorDifference> {
    let heads = [
        ("heads", ns.header == microdesc.header),
        ("consensus methods", ns.method == microdesc.method),
        ("votes", ns.authorities == microdesc.authorities),
        ("bandwidth weights", ns.bandwidth_weights == microdesc.bandwidth_weights),
    ];
    let differing = heads.into_iter().filter(|(_, is_equal)| !is_equal);
    let mut differences: Vec<_> = differing.map(|(what, _)| FlavorDifference::Head(what)).collect();
    let [ns, microdesc] = [ns, microdesc].map(by_fingerprint);
    let (mut at, mut other_at) = (0, 0);
    loop {
        let (relay, other) = (ns.get(at), microdesc.get(other_at));
        let order = match (relay, other) {
            (Some(relay), Some(other)) => relay.fingerprint.cmp(&other.fingerprint),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return differences,
        };
        let difference = match (order, relay, other) {
            (Ordering::Less, Some(relay), _) => Some(FlavorDifference::OnlyNs(relay.fingerprint)),
            (Ordering::Greater, _, Some(other)) => Some(FlavorDifference::OnlyMicrodesc(other.fingerprint)),
            (_, Some(relay), Some(other)) => what_differs(relay, other)
                .map(|what| FlavorDifference::Relay { relay: relay.fingerprint, what }),
            _ => None,
        };
        differences.extend(difference);
        at += usize::from(order.is_le());
        other_at += usize::from(order.is_ge());
    }
}

fn by_fingerprint<'c, 'a>(consensus: &'c Consensus<'a>) -> Vec<&'c Router<'a>> {
    let mut routers: Vec<&Router<'_>> = consensus.routers.iter().collect();
    routers.sort_by_key(|router| router.fingerprint);
    routers
}

fn what_differs(a: &Router<'_>, b: &Router<'_>) -> Option<&'static str> {
    let parts = [
        ("nicknames", a.nickname == b.nickname),
        ("addresses", (a.address, a.or_port, a.dir_port) == (b.address, b.or_port, b.dir_port)),
        ("flags", a.flags == b.flags && a.unknown_flags == b.unknown_flags),
        ("versions", a.version == b.version && a.protocols == b.protocols),
        ("bandwidths", a.weight == b.weight),
    ];
    parts.into_iter().find(|(_, is_equal)| !is_equal).map(|(what, _)| what)
}
