//! The body of an answer, read within its limit.

use super::failure;
use crate::CollectError;
use reqwest::{Response, Url};

/// Memory set aside at once on the word of the server, in bytes; more grows as it arrives.
const MAX_FORETOLD_BYTES: u64 = 16 << 20;

/// Reads the whole body; an announced or real size above `limit_bytes` ends it.
pub(super) async fn read(
    url: &Url,
    mut response: Response,
    limit_bytes: u64,
) -> Result<Vec<u8>, CollectError> {
    let expected_bytes = response.content_length();
    let too_large = || CollectError::TooLarge { what: url.to_string(), limit_bytes };
    if expected_bytes.is_some_and(|expected| expected > limit_bytes) {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(expected_bytes.unwrap_or_default().min(MAX_FORETOLD_BYTES) as usize);
    loop {
        let received_bytes = bytes.len() as u64;
        let chunk = response.chunk().await;
        let chunk = chunk.map_err(|error| failure::of_body(url, &error, received_bytes, expected_bytes))?;
        let Some(chunk) = chunk else { break };
        if received_bytes + chunk.len() as u64 > limit_bytes {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    match expected_bytes {
        Some(expected) if expected != bytes.len() as u64 => {
            Err(failure::truncated(url, bytes.len() as u64, expected_bytes))
        }
        _ => Ok(bytes),
    }
}
