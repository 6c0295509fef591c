//! A document that is too large for memory, fetched into a file and checked on its way.

use super::{Fetcher, failure};
use crate::{CollectError, disk};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING};
use reqwest::{StatusCode, Url};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What a file must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpectedFile {
    /// Bytes at most.
    pub max_bytes: u64,
    /// SHA-256 of its bytes as sent.
    pub sha256: [u8; 32],
}

impl Fetcher {
    /// Fetches a document into the file `name` of a folder. The file takes its name when it is whole and has the
    /// digest, so it is there whole or not at all.
    ///
    /// # Errors
    /// Those of [`fetch`](Self::fetch), [`CollectError::Digest`], [`CollectError::Unwritable`].
    pub async fn fetch_file(
        &self,
        url: &Url,
        folder: &Path,
        name: &str,
        expected: ExpectedFile,
    ) -> Result<PathBuf, CollectError> {
        disk::create_directory(folder)?;
        let unfinished = disk::unfinished(folder, name);
        let mut attempt = 0;
        while let Err(error) = self.attempt_file(url, &unfinished, expected).await {
            if let Err(error) = self.rest(error, &mut attempt).await {
                disk::remove_if_there(&unfinished);
                return Err(error);
            }
        }
        let path = folder.join(name);
        std::fs::rename(&unfinished, &path).map_err(CollectError::unwritable(&path))?;
        Ok(path)
    }

    async fn attempt_file(&self, url: &Url, path: &Path, expected: ExpectedFile) -> Result<(), CollectError> {
        let request = self.client.get(url.clone()).header(ACCEPT, "*/*").header(ACCEPT_ENCODING, "identity");
        let mut response = request.send().await.map_err(|error| failure::of_request(url, &error))?;
        if response.status() != StatusCode::OK {
            return Err(failure::of_status(url, &response));
        }
        failure::check_headers(url, response.headers(), "identity")?;
        let announced = response.content_length();
        let too_large = || CollectError::TooLarge { what: url.to_string(), limit_bytes: expected.max_bytes };
        let mut file = File::create(path).map_err(CollectError::unwritable(path))?;
        let (mut received_bytes, mut sha256) = (0_u64, Sha256::new());
        loop {
            let chunk = response.chunk().await;
            let chunk = chunk.map_err(|error| failure::of_body(url, &error, received_bytes, announced))?;
            let Some(chunk) = chunk else { break };
            received_bytes += chunk.len() as u64;
            if received_bytes > expected.max_bytes {
                return Err(too_large());
            }
            sha256.update(&chunk);
            file.write_all(&chunk).map_err(CollectError::unwritable(path))?;
        }
        if announced.is_some_and(|announced| announced != received_bytes) {
            return Err(failure::truncated(url, received_bytes, announced));
        }
        if sha256.finalize()[..] != expected.sha256 {
            return Err(CollectError::Digest { what: url.to_string() });
        }
        file.sync_all().map_err(CollectError::unwritable(path))
    }
}
