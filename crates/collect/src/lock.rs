//! One writer per directory.
//!
//! The lock is the operating system's (`flock` on unix) on a file that stays behind; it ends with
//! the process, however that ends, so there is no stale lock. The process id in the file serves the
//! message only. File systems without locks, some network ones, are refused rather than trusted.

use crate::{CollectError, disk};
use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The lock file in a guarded directory.
const LOCK_FILE: &str = ".allium.lock";
/// Bytes read of a lock file at most.
const MAX_PID_BYTES: u64 = 32;

/// Guards a directory for as long as the value lives.
#[derive(Debug)]
pub struct DirectoryLock {
    directory: PathBuf,
    file: File,
}

impl DirectoryLock {
    /// Locks a directory by `.allium.lock` in it; creates the directory when it is not there.
    ///
    /// # Errors
    /// [`CollectError::InUse`] when another process (or another value in this one) holds it,
    /// [`CollectError::Unwritable`] when the lock file cannot be made or locked.
    pub fn acquire(directory: &Path) -> Result<Self, CollectError> {
        disk::create_directory(directory)?;
        Self::lock(directory, &directory.join(LOCK_FILE))
    }

    /// Locks a directory by `.<name>.allium.lock` beside it, for one that is itself replaced.
    ///
    /// # Errors
    /// Those of [`acquire`](Self::acquire), and [`CollectError::Unwritable`] for a path that ends
    /// in no name, such as `/` or `..`.
    pub fn acquire_beside(directory: &Path) -> Result<Self, CollectError> {
        let unnamed = || CollectError::unwritable(directory)(io::ErrorKind::InvalidInput.into());
        let mut name = OsString::from(".");
        name.push(directory.file_name().ok_or_else(unnamed)?);
        name.push(LOCK_FILE);
        let parent = directory.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or_else(|| Path::new("."));
        disk::create_directory(parent)?;
        Self::lock(directory, &parent.join(name))
    }

    /// Whether a directory was ever locked with [`acquire`](Self::acquire), by whoever.
    pub fn is_marked(directory: &Path) -> bool {
        directory.join(LOCK_FILE).is_file()
    }

    /// The guarded directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn lock(directory: &Path, path: &Path) -> Result<Self, CollectError> {
        let open = File::options().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = open.map_err(CollectError::unwritable(path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(CollectError::InUse { directory: directory.to_owned(), pid: read_pid(&file) });
            }
            Err(TryLockError::Error(error)) => return Err(CollectError::unwritable(path)(error)),
        }
        // The lock holds without the id too, as on a full disk.
        let _ = write_pid(&mut file);
        Ok(Self { directory: directory.to_owned(), file })
    }
}

impl Drop for DirectoryLock {
    fn drop(&mut self) {
        // The id must not outlive the lock; closing the file ends the lock itself.
        let _ = self.file.set_len(0);
    }
}

fn write_pid(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn read_pid(file: &File) -> Option<u32> {
    let mut text = String::new();
    file.take(MAX_PID_BYTES).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    type TestResult = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn a_second_holder_is_told_who_has_the_directory() -> TestResult {
        let root = tempfile::tempdir()?;
        let data = root.path().join("data");
        let held = DirectoryLock::acquire(&data)?;
        assert_eq!(held.directory(), data);
        let message = DirectoryLock::acquire(&data).err().map(|error| error.to_string()).unwrap_or_default();
        let expected = format!("is in use by another allium process (pid {})", std::process::id());
        assert!(message.contains(&expected), "{message}");
        Ok(())
    }

    #[test]
    fn a_lock_ends_with_its_holder_and_its_file_stays() -> TestResult {
        let root = tempfile::tempdir()?;
        drop(DirectoryLock::acquire(root.path())?);
        assert_eq!(fs::read(root.path().join(LOCK_FILE))?, b"");
        DirectoryLock::acquire(root.path())?;
        Ok(())
    }

    #[test]
    fn a_foreign_lock_file_without_a_holder_is_taken_over() -> TestResult {
        for content in [b"\xff not a pid\n".as_slice(), b"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"] {
            let root = tempfile::tempdir()?;
            fs::write(root.path().join(LOCK_FILE), content)?;
            let _held = DirectoryLock::acquire(root.path())?;
            let Err(CollectError::InUse { pid, .. }) = DirectoryLock::acquire(root.path()) else {
                return Err("locked twice".into());
            };
            assert_eq!(pid, Some(std::process::id()));
        }
        Ok(())
    }

    #[test]
    fn a_lock_beside_holds_while_the_directory_is_replaced() -> TestResult {
        let root = tempfile::tempdir()?;
        let (site, new) = (root.path().join("site"), root.path().join("new"));
        fs::create_dir(&site)?;
        fs::create_dir(&new)?;
        let _held = DirectoryLock::acquire_beside(&site)?;
        fs::remove_dir(&site)?;
        fs::rename(&new, &site)?;
        assert!(matches!(DirectoryLock::acquire_beside(&site), Err(CollectError::InUse { .. })));
        assert!(DirectoryLock::acquire_beside(Path::new("/")).is_err());
        Ok(())
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_unwritable() -> TestResult {
        let root = tempfile::tempdir()?;
        fs::write(root.path().join("file"), b"")?;
        let below = DirectoryLock::acquire(&root.path().join("file").join("data"));
        assert!(matches!(below, Err(CollectError::Unwritable { .. })));
        Ok(())
    }
}
