//! Parsed documents to the compact values that pages, reports and history use.
//!
//! Nothing is decided here: what a document says is taken over, texts lose their control characters.
//! What only the caller knows (the size of the document, what came of its signatures) is an argument.

mod consensus;
mod hour;
mod vote;

pub use consensus::{ConsensusFacts, consensus_flags, summarize_consensus, unchecked_signatures};
pub use hour::{RoundFacts, authority_records, hour_record};
pub use vote::{VoteFacts, summarize_vote, vote_book};

use allium_documents::dirspec::SharedRandomValue;
use allium_model::{SharedRandom, printable};

/// A text without what may never be shown.
fn text(raw: &str) -> String {
    printable(raw).into_owned()
}

fn texts(raw: &[&str]) -> Vec<String> {
    raw.iter().map(|item| text(item)).collect()
}

fn pairs(raw: &[(&str, &str)]) -> Vec<(String, String)> {
    raw.iter().map(|(key, value)| (text(key), text(value))).collect()
}

fn params(raw: &[(&str, i32)]) -> Vec<(String, i32)> {
    raw.iter().map(|(key, value)| (text(key), *value)).collect()
}

fn shared_random(
    previous: Option<SharedRandomValue<'_>>,
    current: Option<SharedRandomValue<'_>>,
) -> SharedRandom {
    let owned = |value: SharedRandomValue<'_>| (value.reveals, text(value.value));
    SharedRandom { previous: previous.map(owned), current: current.map(owned) }
}
