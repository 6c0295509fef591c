//! The authorities themselves as a source of documents: who is asked for what, and in which order.
//!
//! Every authority is asked for its own vote, all at the same time, since one that does not answer
//! must not hold up the others. What all of them serve alike is then asked of one after the other.
//! Who did not answer the first question is not asked the others: the next pass asks again.

use allium_collect::{CollectError, DirPortDocument, Fetcher, ask_dir_port};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Largest document of an authority, unpacked: a vote of today has 10 MB.
pub(super) const MAX_DOCUMENT_BYTES: usize = 64 << 20;

/// What a pass over the authorities brought.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Documents as they came.
    pub documents: Vec<Vec<u8>>,
    /// Why others did not come.
    pub errors: Vec<String>,
}

impl Asked {
    fn note(&mut self, error: &CollectError) {
        tracing::debug!("{error}");
        self.errors.push(error.to_string());
    }
}

/// Own votes of all, side by side; and whom to ask further: those first that sent theirs, then those that
/// answered that they have none.
pub(super) async fn own_votes(
    fetcher: &Arc<Fetcher>,
    addresses: &[SocketAddr],
    asked: &mut Asked,
) -> Vec<SocketAddr> {
    let mut answers = JoinSet::new();
    for address in addresses.iter().copied() {
        let fetcher = Arc::clone(fetcher);
        answers.spawn(async move {
            (address, ask_dir_port(&fetcher, address, DirPortDocument::OwnVote, MAX_DOCUMENT_BYTES).await)
        });
    }
    let (mut senders, mut others) = (Vec::new(), Vec::new());
    while let Some(answer) = answers.join_next().await {
        match answer {
            Ok((address, Ok(bytes))) => {
                senders.push(address);
                asked.documents.push(bytes);
            }
            Ok((address, Err(error))) => {
                asked.note(&error);
                others.extend((!error.is_transient()).then_some(address));
            }
            Err(error) => asked.errors.push(error.to_string()),
        }
    }
    senders.extend(others);
    senders
}

/// One of each of these documents, from the first that has one of use.
pub(super) async fn one_of_each(
    fetcher: &Fetcher,
    addresses: &[SocketAddr],
    mut wanted: BTreeSet<DirPortDocument>,
    is_of_use: impl Fn(&[u8], DirPortDocument) -> bool,
    asked: &mut Asked,
) {
    for address in addresses {
        for document in wanted.clone() {
            match ask_dir_port(fetcher, *address, document, MAX_DOCUMENT_BYTES).await {
                Ok(bytes) if is_of_use(&bytes, document) => {
                    wanted.remove(&document);
                    asked.documents.push(bytes);
                }
                Ok(_) => {}
                Err(error) => {
                    asked.note(&error);
                    if error.is_transient() {
                        break;
                    }
                }
            }
        }
        if wanted.is_empty() {
            return;
        }
    }
}
