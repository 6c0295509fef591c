//! The folder in which a demo keeps its history while it runs.
//!
//! It goes when the demo ends. What a demo left that was killed is cleared away by the next one: a folder
//! whose lock nobody holds belongs to no process any more.

use allium_collect::DirectoryLock;
use std::io;
use std::path::{Path, PathBuf};

/// Begins the names of such folders; the process and, where that is taken, a number follow.
const PREFIX: &str = "allium-demo-";
/// Names that are tried.
const TRIES: u32 = 16;

/// A folder of this process; it goes with the value.
#[derive(Debug)]
pub struct DemoFolder {
    path: PathBuf,
    lock: Option<DirectoryLock>,
}

impl DemoFolder {
    /// Clears away what dead processes left, then makes the folder, both below `parent`.
    ///
    /// # Errors
    /// When no folder can be made or locked.
    pub fn create(parent: &Path) -> io::Result<Self> {
        clear_leftovers(parent);
        let path = new_folder(parent)?;
        let lock = DirectoryLock::acquire(&path).map_err(io::Error::other)?;
        Ok(Self { path, lock: Some(lock) })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for DemoFolder {
    fn drop(&mut self) {
        // What cannot be removed now is cleared away by the next demo.
        let _ = std::fs::remove_dir_all(&self.path);
        self.lock = None;
    }
}

/// A folder that was not there before: others may write beside it.
fn new_folder(parent: &Path) -> io::Result<PathBuf> {
    let process = std::process::id();
    let mut taken = None;
    for number in 0..TRIES {
        let name =
            if number == 0 { format!("{PREFIX}{process}") } else { format!("{PREFIX}{process}-{number}") };
        let path = parent.join(name);
        match std::fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(taken.unwrap_or_else(|| io::Error::from(io::ErrorKind::AlreadyExists)))
}

/// Removes folders of demos that are over. What cannot be read, locked or removed stays.
fn clear_leftovers(parent: &Path) {
    let Ok(entries) = std::fs::read_dir(parent) else { return };
    let ours = entries.flatten().filter(|entry| {
        let is_named = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        // Of the entry itself: a link to somewhere else is no folder of a demo.
        is_named && entry.file_type().is_ok_and(|kind| kind.is_dir())
    });
    for entry in ours {
        remove_if_left(&entry.path());
    }
}

/// A folder without a lock file is being made, or is none of a demo.
fn remove_if_left(path: &Path) {
    if !DirectoryLock::is_marked(path) {
        return;
    }
    if let Ok(lock) = DirectoryLock::acquire(path) {
        let _ = std::fs::remove_dir_all(path);
        drop(lock);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dead_demo_left_is_cleared_and_what_lives_stays() {
        let parent = tempfile::tempdir().unwrap();
        let living = DemoFolder::create(parent.path()).unwrap();
        std::fs::write(living.path().join("history.sqlite"), "kept").unwrap();
        let dead = parent.path().join("allium-demo-4711");
        drop(DirectoryLock::acquire(&dead).unwrap());
        std::fs::write(dead.join("history.sqlite"), "left").unwrap();
        let foreign = parent.path().join("allium-demo-notes");
        std::fs::create_dir(&foreign).unwrap();
        let second = DemoFolder::create(parent.path()).unwrap();
        assert!(!dead.exists());
        assert!(foreign.exists());
        assert!(living.path().join("history.sqlite").exists());
        assert_ne!(second.path(), living.path());
    }

    #[test]
    fn a_folder_goes_with_its_demo() {
        let parent = tempfile::tempdir().unwrap();
        let folder = DemoFolder::create(parent.path()).unwrap();
        std::fs::write(folder.path().join("history.sqlite"), "kept").unwrap();
        drop(folder);
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 0);
    }
}
