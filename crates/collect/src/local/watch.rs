//! Changes of local documents, found by looking at them from time to time.
//!
//! A change is reported once it has held still between two looks, so that a file that is being
//! written is left alone; a file renamed over another has a new inode and is seen. A file that
//! vanished is no change: what was read from it last stays in use.

use super::{Stamp, find};
use crate::Document;
use std::path::{Path, PathBuf};

/// Watches the documents of a directory, or a single file.
#[derive(Debug)]
pub struct LocalWatch {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    document: Document,
    place: Place,
    known: Option<Stamp>,
    moving: Option<Stamp>,
}

#[derive(Debug)]
enum Place {
    Directory(PathBuf),
    File(PathBuf),
}

impl LocalWatch {
    /// Watches every document that is or appears in a directory.
    pub fn directory(path: &Path) -> Self {
        let entry = |document| Entry::new(document, Place::Directory(path.to_owned()));
        Self { entries: Document::ALL.into_iter().map(entry).collect() }
    }

    /// Watches one file, such as the AROI results.
    pub fn file(document: Document, path: &Path) -> Self {
        Self { entries: vec![Entry::new(document, Place::File(path.to_owned()))] }
    }

    /// Takes the state that was read as known, so that only later changes are reported.
    pub fn mark_read(&mut self, document: Document, stamp: Stamp) {
        for entry in self.entries.iter_mut().filter(|entry| entry.document == document) {
            entry.known = Some(stamp);
        }
    }

    /// Looks at every file; the documents that changed and have held still since the last look.
    pub fn poll(&mut self) -> Vec<Document> {
        self.entries.iter_mut().filter_map(|entry| entry.poll().then_some(entry.document)).collect()
    }
}

impl Entry {
    const fn new(document: Document, place: Place) -> Self {
        Self { document, place, known: None, moving: None }
    }

    fn poll(&mut self) -> bool {
        let stamp = self.place.stamp(self.document);
        let settled = stamp.is_some() && stamp == self.moving;
        self.moving = stamp.filter(|stamp| self.known != Some(*stamp));
        if !settled || self.moving.is_none() {
            return false;
        }
        self.known = self.moving.take();
        true
    }
}

impl Place {
    /// The present stamp; an unreadable file counts as absent, reading it will say why.
    fn stamp(&self, document: Document) -> Option<Stamp> {
        match self {
            Self::Directory(path) => find(path, document).ok().flatten().map(|(_, stamp)| stamp),
            Self::File(path) => Stamp::of(path).ok().flatten(),
        }
    }
}
