//! A details document of Onionoo, read for its record.

use allium_documents::onionoo::{BuildInputs, build_network};
use allium_documents::{DocumentError, Limits};
use allium_model::{Network, NetworkOptions};

/// The network of a plain document.
pub fn network(plain: &[u8], limits: Limits) -> Result<Network, DocumentError> {
    let options = NetworkOptions::default();
    let inputs = BuildInputs { aroi: None, earliest: None, options, limits };
    Ok(build_network(plain, &inputs)?.network)
}
