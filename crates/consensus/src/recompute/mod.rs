//! A consensus from its votes (dir-spec, "Computing a consensus"), for methods 28 to 35.
//!
//! The result is the text up to the space of the first `directory-signature`, byte by byte as the
//! authorities sign it. `Named` and `Unnamed` have gone with the methods that had them.

mod collate;
mod compare;
mod entry;
mod head;
mod median;
mod packages;
mod params;
mod protocols;
mod shared_random;
mod tally;
mod versions;
mod weights;

pub use compare::{BodyDifference, compare_bodies};
pub use median::low_median;
pub use versions::compare_versions;
pub use weights::{BandwidthTotals, BandwidthWeights};

use allium_documents::dirspec::{Flavor, Vote};
use allium_model::Fingerprint;
use collate::collate;
use entry::EntryRules;
use head::Head;
use std::fmt::{Arguments, Write};
use weights::{DEFAULT_WEIGHT_SCALE, bandwidth_weights_line};

/// Consensus methods that are computed here.
pub const METHODS: std::ops::RangeInclusive<u32> = 28..=35;

/// A consensus that was computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recomputed {
    /// `consensus-method`.
    pub method: u32,
    /// The text to be signed: up to the space of the first `directory-signature`.
    pub body: String,
    /// Relays in it.
    pub relays: usize,
}

/// Why votes make no consensus.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecomputeError {
    /// Nothing was given.
    #[error("there are no votes")]
    NoVotes,
    /// The votes are for different times.
    #[error("the votes are for different times: {0} and {1}")]
    MixedTimes(allium_model::Timestamp, allium_model::Timestamp),
    /// An authority votes once.
    #[error("there are two votes of {0}")]
    TwoVotes(Fingerprint),
    /// More votes than authorities.
    #[error("{votes} votes of {authorities} authorities")]
    TooManyVotes {
        /// Votes given.
        votes: usize,
        /// Authorities that there are.
        authorities: usize,
    },
    /// A method that is not computed here.
    #[error("the votes agree on consensus method {0}; methods 28 to 35 can be computed")]
    Method(u32),
}

/// Computes the consensus of votes.
///
/// `authorities` is the number of authorities that exist, whether they voted or not: what is listed
/// by half of them or fewer is left out.
pub fn recompute(
    votes: &[&Vote<'_>],
    authorities: usize,
    flavor: Flavor,
) -> Result<Recomputed, RecomputeError> {
    let votes = sorted(votes, authorities)?;
    let method = consensus_method(&votes);
    if !METHODS.contains(&method) {
        return Err(RecomputeError::Method(method));
    }
    let head = Head::new(&votes, authorities, method);
    let mut body = Body::default();
    head.write(&mut body, &votes, flavor);
    let rules = EntryRules::new(&votes, &head, flavor);
    let mut totals = BandwidthTotals::default();
    let mut relays = 0;
    for listed in collate(&votes, authorities) {
        relays += usize::from(rules.write(&mut body, &listed, &mut totals));
    }
    body.line(format_args!("directory-footer"));
    let scale = i64::from(head.param("bwweightscale", DEFAULT_WEIGHT_SCALE).max(1));
    if let Some(weights) = totals.weights(scale) {
        body.line(format_args!("{}", bandwidth_weights_line(&weights, scale)));
    }
    body.text.push_str("directory-signature ");
    Ok(Recomputed { method, body: body.text, relays })
}

/// The votes in the order of their identities, if they can make a consensus.
fn sorted<'a, 'b>(votes: &[&'a Vote<'b>], authorities: usize) -> Result<Vec<&'a Vote<'b>>, RecomputeError> {
    let mut votes = votes.to_vec();
    votes.sort_by_key(|vote| vote.authority.identity);
    let first = votes.first().ok_or(RecomputeError::NoVotes)?.header.valid_after;
    if let Some(other) = votes.iter().find(|vote| vote.header.valid_after != first) {
        return Err(RecomputeError::MixedTimes(first, other.header.valid_after));
    }
    if let Some(pair) = votes.windows(2).find(|pair| pair[0].authority.identity == pair[1].authority.identity)
    {
        return Err(RecomputeError::TwoVotes(pair[0].authority.identity));
    }
    if votes.len() > authorities {
        return Err(RecomputeError::TooManyVotes { votes: votes.len(), authorities });
    }
    Ok(votes)
}

/// The highest method that more than two thirds of the voters can compute, else 1.
fn consensus_method(votes: &[&Vote<'_>]) -> u32 {
    let supporters = |method: &u32| votes.iter().filter(|vote| vote.methods.contains(method)).count();
    let methods = votes.iter().flat_map(|vote| vote.methods.iter().copied());
    methods.filter(|method| supporters(method) > votes.len() * 2 / 3).max().unwrap_or(1)
}

/// The text as it grows.
#[derive(Debug, Default)]
struct Body {
    text: String,
}

impl Body {
    fn line(&mut self, line: Arguments<'_>) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.text, "{line}");
    }
}
