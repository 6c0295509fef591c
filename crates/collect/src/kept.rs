//! A few named files beside the cache, for what is verified anew whenever it is read.
//!
//! A file is whole or not there. One that cannot be read or written is told in the log and costs only
//! what it would have saved.

use crate::{CollectError, DirectoryLock, disk, read_file};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Files below `cache/<name>/` of a data directory.
#[derive(Debug, Clone)]
pub struct KeptFiles {
    folder: PathBuf,
    max_bytes: u64,
}

impl KeptFiles {
    /// Opens or creates the folder and removes what unfinished writes left behind. The lock proves that nobody else
    /// writes there; it must outlive this. Files above `max_bytes` are neither written nor read.
    ///
    /// # Errors
    /// [`CollectError::Unwritable`] or [`CollectError::Unreadable`] for the folder.
    pub fn open(lock: &DirectoryLock, name: &str, max_bytes: u64) -> Result<Self, CollectError> {
        let folder = lock.directory().join("cache").join(name);
        disk::create_directory(&folder)?;
        for name in disk::names(&folder)?.iter().filter(|name| disk::is_unfinished(name)) {
            disk::remove(&folder.join(name));
        }
        Ok(Self { folder, max_bytes })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The bytes of a file; `None` when there is none that can be read.
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.folder.join(name);
        if !path.exists() {
            return None;
        }
        match read_file(&path, self.max_bytes) {
            Ok(file) => Some(file.bytes),
            Err(error) => {
                tracing::warn!("a kept file is not used: {error}");
                None
            }
        }
    }

    /// Writes a file in place of the one before.
    ///
    /// # Errors
    /// [`CollectError::TooLarge`]; [`CollectError::Unwritable`], when the one before stays.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), CollectError> {
        if bytes.len() as u64 > self.max_bytes {
            return Err(CollectError::TooLarge { what: name.to_owned(), limit_bytes: self.max_bytes });
        }
        disk::write_atomically(&self.folder, name, |file| file.write_all(bytes))
    }

    /// Gives a file another name, in place of the one that has it; nothing when it is not there.
    ///
    /// # Errors
    /// [`CollectError::Unwritable`].
    pub fn rename(&self, from: &str, to: &str) -> Result<(), CollectError> {
        let (from, to) = (self.folder.join(from), self.folder.join(to));
        if !from.exists() {
            return Ok(());
        }
        std::fs::rename(from, &to).map_err(CollectError::unwritable(&to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type TestResult = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn files_outlive_the_process_and_halves_do_not() -> TestResult {
        let directory = tempfile::tempdir()?;
        let lock = DirectoryLock::acquire(directory.path())?;
        let kept = KeptFiles::open(&lock, "x", 5)?;
        assert_eq!(kept.read("a"), None);
        kept.write("a", b"one")?;
        kept.rename("a", "b")?;
        kept.rename("nothing", "b")?;
        assert!(matches!(kept.write("a", b"larger"), Err(CollectError::TooLarge { .. })));
        std::fs::write(disk::unfinished(kept.folder(), "c"), b"ha")?;
        std::fs::write(kept.folder().join("d"), b"larger")?;
        let again = KeptFiles::open(&lock, "x", 5)?;
        assert_eq!((again.read("a"), again.read("b"), again.read("d")), (None, Some(b"one".to_vec()), None));
        assert_eq!(disk::names(again.folder())?, ["b", "d"]);
        Ok(())
    }
}
