//! A tree of files that replaces another one whole.
//!
//! The new tree grows in a folder beside the target. When it is complete the two are exchanged in one
//! step (`renameat2` with EXCHANGE) where the file system can, else by two renames, which the next
//! start finishes if the process dies between them. A marker file says that a folder is ours; a folder
//! that is not empty and has none is never touched.

use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::collections::HashSet;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Why the site was not written. Texts fit "failed to write the site: …".
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The target holds files that are not ours.
    #[error("{path} is not empty and was not written by allium; give an empty or new folder with --out")]
    NotOurs {
        /// The target.
        path: PathBuf,
    },
    /// Something on disk failed.
    #[error("cannot {action} {path}: {source}{hint}", hint = hint(source))]
    Disk {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// What to do about an error of the system.
fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "; free some space, the old site is untouched",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "; choose a folder that this user may write"
        }
        _ => "",
    }
}

/// The file that says that a folder was written by Allium.
const MARKER: &str = ".allium-site";
const MARKER_TEXT: &[u8] =
    b"This folder is written by allium site; whatever else is put here is lost at the next run.\n";

/// A tree that is being written.
#[derive(Debug)]
pub struct TreeWriter {
    target: PathBuf,
    new: PathBuf,
    has_old: bool,
    folders: Mutex<HashSet<PathBuf>>,
    files: AtomicUsize,
    unchanged: AtomicUsize,
    bytes: AtomicU64,
    is_committed: bool,
}

impl TreeWriter {
    /// Starts a tree for a target folder, which may not exist yet. Finishes or clears what an earlier
    /// run left beside it.
    pub fn begin(target: &Path) -> Result<Self, ExportError> {
        let target = absolute(target)?;
        let (new, old) = (sibling(&target, "new"), sibling(&target, "old"));
        recover(&target, &new, &old)?;
        let has_old = check_target(&target)?;
        remove_tree(&new)?;
        create_folder(&new)?;
        let tree = Self {
            target,
            new,
            has_old,
            folders: Mutex::default(),
            files: AtomicUsize::new(0),
            unchanged: AtomicUsize::new(0),
            bytes: AtomicU64::new(0),
            is_committed: false,
        };
        tree.write(MARKER, MARKER_TEXT)?;
        Ok(tree)
    }

    /// Writes a file of the new tree; `name` is relative and made of checked segments. May be called
    /// from several threads, once for each name.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), ExportError> {
        let path = self.new.join(name);
        if let Some(folder) = path.parent() {
            self.ensure_folder(folder)?;
        }
        self.files.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(content.len() as u64, Ordering::Relaxed);
        if self.has_old && self.link_if_unchanged(name, &path, content) {
            self.unchanged.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        let failed = disk("write", &path);
        let mut file = fs::File::create(&path).map_err(&failed)?;
        file.write_all(content).map_err(&failed)
    }

    fn link_if_unchanged(&self, name: &str, path: &Path, content: &[u8]) -> bool {
        let old = self.target.join(name);
        let has_same_size =
            fs::symlink_metadata(&old).is_ok_and(|old| old.is_file() && old.len() == content.len() as u64);
        has_same_size && fs::read(&old).is_ok_and(|old| old == content) && fs::hard_link(&old, path).is_ok()
    }

    fn ensure_folder(&self, folder: &Path) -> Result<(), ExportError> {
        let is_new = {
            let mut folders = self.folders.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            // The set holds folders that exist already, so it is filled only after the creation below;
            // two threads that create the same folder do not disturb each other.
            let is_new = !folders.contains(folder);
            if is_new && self.is_shared(folder) {
                folders.insert(folder.to_owned());
            }
            is_new
        };
        match fs::create_dir(folder) {
            Err(error) if is_new && error.kind() == ErrorKind::NotFound => create_folder(folder),
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(disk("create", folder)(error)),
            _ => Ok(()),
        }
    }

    /// Folders that many files share are remembered; those of one page are not.
    fn is_shared(&self, folder: &Path) -> bool {
        folder == self.new || folder.parent() == Some(&self.new)
    }

    /// Exchanges the new tree with the old one and removes the old one. Returns the number of files,
    /// of unchanged files, and the bytes of all.
    pub fn commit(mut self) -> Result<(usize, usize, u64), ExportError> {
        let old = sibling(&self.target, "old");
        sync_folder(&self.new);
        if self.has_old {
            if renameat_with(CWD, &self.new, CWD, &self.target, RenameFlags::EXCHANGE).is_ok() {
                rename(&self.new, &old)?;
            } else {
                remove_tree(&old)?;
                rename(&self.target, &old)?;
                rename(&self.new, &self.target)?;
            }
        } else {
            let _ = fs::remove_dir(&self.target);
            rename(&self.new, &self.target)?;
        }
        if let Some(parent) = self.target.parent() {
            sync_folder(parent);
        }
        self.is_committed = true;
        remove_tree(&old)?;
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        Ok((count(&self.files), count(&self.unchanged), self.bytes.load(Ordering::Relaxed)))
    }
}

impl Drop for TreeWriter {
    /// A tree that came to nothing is cleared at once: on a full disk its space is what is missing.
    fn drop(&mut self) {
        if !self.is_committed {
            let _ = fs::remove_dir_all(&self.new);
        }
    }
}

/// Finishes the exchange of a run that died between its two renames: the old tree is aside and the new
/// one is complete and in waiting. Anything else beside the target is the rest of a run that never got so far.
fn recover(target: &Path, new: &Path, old: &Path) -> Result<(), ExportError> {
    let is_missing = !target.join(MARKER).exists()
        && fs::read_dir(target).map_or(true, |mut entries| entries.next().is_none());
    if is_missing && old.join(MARKER).exists() {
        let _ = fs::remove_dir(target);
        rename(old, target)?;
    }
    remove_tree(new)?;
    remove_tree(old)
}

/// Whether the target holds an old site; an error when it holds something else.
fn check_target(target: &Path) -> Result<bool, ExportError> {
    match fs::read_dir(target) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(disk("read", target)(error)),
        Ok(mut entries) => match (target.join(MARKER).exists(), entries.next()) {
            (true, _) => Ok(true),
            (false, None) => Ok(false),
            (false, Some(_)) => Err(ExportError::NotOurs { path: target.to_owned() }),
        },
    }
}

fn absolute(path: &Path) -> Result<PathBuf, ExportError> {
    std::path::absolute(path).map_err(disk("find", path))
}

/// The path beside the target with a word behind its name.
fn sibling(target: &Path, word: &str) -> PathBuf {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    target.with_file_name(format!(".{name}.allium-{word}"))
}

fn disk(action: &'static str, path: &Path) -> impl Fn(io::Error) -> ExportError {
    move |source| ExportError::Disk { action, path: path.to_owned(), source }
}

fn create_folder(path: &Path) -> Result<(), ExportError> {
    fs::create_dir_all(path).map_err(disk("create", path))
}

fn remove_tree(path: &Path) -> Result<(), ExportError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(disk("remove", path)(error)),
        _ => Ok(()),
    }
}

fn rename(from: &Path, to: &Path) -> Result<(), ExportError> {
    fs::rename(from, to).map_err(disk("move", from))
}

/// A crash after the exchange must not lose names; a file system that cannot sync folders is left alone.
fn sync_folder(path: &Path) {
    if let Ok(folder) = fs::File::open(path) {
        let _ = folder.sync_all();
    }
}
