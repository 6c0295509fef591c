//! Writing a file so that a reader, or the next start, sees the old one or the new one.

use crate::CollectError;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Begins the names of unfinished files; whoever holds the directory's lock may remove them.
const UNFINISHED_PREFIX: &str = ".unfinished-";

/// Writes through a temporary file in the same directory, on the disk before it takes its name.
///
/// # Errors
/// [`CollectError::Unwritable`]; the old file is untouched and the temporary one removed.
pub(crate) fn write_atomically(
    directory: &Path,
    name: &str,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), CollectError> {
    let path = directory.join(name);
    let unfinished = unfinished(directory, name);
    write_synced(&unfinished, fill)
        .and_then(|()| fs::rename(&unfinished, &path))
        .and_then(|()| sync_directory(directory))
        .map_err(|error| {
            // Best effort: the write's own error is the one to tell.
            let _ = fs::remove_file(&unfinished);
            CollectError::unwritable(&path)(error)
        })
}

fn write_synced(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let mut file = File::create(path)?;
    fill(&mut file)?;
    file.sync_all()
}

/// Makes a rename in the directory last; only unix opens a directory as a file.
fn sync_directory(directory: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

/// Creates a directory with those above it.
pub(crate) fn create_directory(path: &Path) -> Result<(), CollectError> {
    fs::create_dir_all(path).map_err(CollectError::unwritable(path))
}

/// The names in a directory that are text, sorted.
pub(crate) fn names(directory: &Path) -> Result<Vec<String>, CollectError> {
    let entries = fs::read_dir(directory).map_err(CollectError::unreadable(directory))?;
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort_unstable();
    Ok(names)
}

/// Where a file lies until it is whole.
pub(crate) fn unfinished(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{UNFINISHED_PREFIX}{name}"))
}

/// Whether a file was left behind by a write that did not finish.
pub(crate) fn is_unfinished(name: &str) -> bool {
    name.starts_with(UNFINISHED_PREFIX)
}

/// Removes a file that nobody needs; what cannot be removed is said in the log and stays.
pub(crate) fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::warn!(path = %path.display(), %error, "a superfluous file could not be removed");
    }
}

/// Removes a file unless it is gone already.
pub(crate) fn remove_if_there(path: &Path) {
    if path.exists() {
        remove(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    type TestResult = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn a_full_disk_leaves_the_old_file_and_no_other() -> TestResult {
        let directory = tempfile::tempdir()?;
        write_atomically(directory.path(), "a", |file| file.write_all(b"old"))?;
        let full = write_atomically(directory.path(), "a", |file| {
            file.write_all(b"ne")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(matches!(full, Err(CollectError::Unwritable { .. })));
        assert_eq!(fs::read(directory.path().join("a"))?, b"old");
        assert_eq!(names(directory.path())?, ["a"]);
        Ok(())
    }
}
