//! An archive of a CollecTor service, fetched into a folder so that it can be read as a stream.

use super::remote::{Collector, CollectorSource, below};
use crate::{CollectError, ExpectedFile, Fetcher};
use allium_documents::dirspec::IndexedFile;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

impl Collector {
    /// Fetches an archive whole into `folder`, unless it lies there from an earlier attempt. An archive without a
    /// digest in the index is refused, since half of one could not be told from it.
    ///
    /// # Errors
    /// Those of [`Fetcher::fetch_file`]; [`CollectError::TooLarge`] before anything is asked.
    pub async fn get_archive(
        &self,
        file: &IndexedFile,
        fetcher: &Fetcher,
        folder: &Path,
        max_bytes: u64,
    ) -> Result<PathBuf, CollectError> {
        let what = file.path.to_string();
        if file.size_bytes > max_bytes {
            return Err(CollectError::TooLarge { what, limit_bytes: max_bytes });
        }
        let base = match self.source() {
            CollectorSource::Directory(root) => return Ok(root.join(file.path.as_str())),
            CollectorSource::Url(base) => base,
        };
        let Some(sha256) = file.sha256 else { return Err(CollectError::Digest { what }) };
        let (name, path) = (file.path.file_name(), folder.join(file.path.file_name()));
        if has_digest(&path, sha256) {
            return Ok(path);
        }
        let url = below(base, file.path.as_str())?;
        fetcher.fetch_file(&url, folder, name, ExpectedFile { max_bytes, sha256 }).await
    }
}

fn has_digest(path: &Path, expected: [u8; 32]) -> bool {
    digest_of(path).is_ok_and(|digest| digest == expected)
}

fn digest_of(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut sha256 = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(sha256.finalize().into()),
            read => sha256.update(&buffer[..read]),
        }
    }
}
