//! The tree of files that replaces another one whole: what it keeps, what it refuses, and what it
//! makes of a run that died.

#![expect(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use allium_web::export::{ExportError, TreeWriter};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

fn write_site(target: &Path, files: &[(&str, &str)]) -> (usize, usize) {
    let tree = TreeWriter::begin(target).unwrap();
    for (name, content) in files {
        tree.write(name, content.as_bytes()).unwrap();
    }
    let (written, unchanged, _) = tree.commit().unwrap();
    (written, unchanged)
}

fn inode(path: &Path) -> u64 {
    fs::metadata(path).unwrap().ino()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn unchanged_files_are_links_and_vanished_ones_disappear() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    write_site(&site, &[("same.html", "a"), ("changed.html", "b"), ("relay/x/index.html", "c")]);
    let before = inode(&site.join("same.html"));
    let (written, unchanged) = write_site(&site, &[("same.html", "a"), ("changed.html", "B")]);
    assert_eq!((written, unchanged), (3, 2), "the marker and one page are as before");
    assert_eq!(inode(&site.join("same.html")), before);
    assert_eq!(fs::read_to_string(site.join("changed.html")).unwrap(), "B");
    assert!(!site.join("relay").exists());
    assert_eq!(names(folder.path()), ["site"], "nothing is left beside the site");
}

#[test]
fn a_folder_with_other_files_is_refused_and_untouched() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.tex"), "years").unwrap();
    let refused = TreeWriter::begin(folder.path()).unwrap_err();
    assert!(matches!(refused, ExportError::NotOurs { .. }), "{refused}");
    assert_eq!(names(folder.path()), ["thesis.tex"]);
}

#[test]
fn an_empty_folder_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    fs::create_dir(&site).unwrap();
    write_site(&site, &[("index.html", "a")]);
    assert_eq!(fs::read_to_string(site.join("index.html")).unwrap(), "a");
}

/// A folder as a run left it, with the marker that says whose it is.
fn left(folder: &Path, name: &str, content: &str) {
    let folder = folder.join(name);
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join(".allium-site"), "").unwrap();
    fs::write(folder.join("index.html"), content).unwrap();
}

#[test]
fn a_run_that_died_between_its_renames_gives_the_old_site_back() {
    let folder = tempfile::tempdir().unwrap();
    left(folder.path(), ".site.allium-old", "old");
    left(folder.path(), ".site.allium-new", "new");
    let site = folder.path().join("site");
    drop(TreeWriter::begin(&site).unwrap());
    assert_eq!(fs::read_to_string(site.join("index.html")).unwrap(), "old");
}

#[test]
fn a_run_that_died_after_its_renames_leaves_the_new_site_and_nothing_beside() {
    let folder = tempfile::tempdir().unwrap();
    left(folder.path(), "site", "new");
    left(folder.path(), ".site.allium-old", "old");
    let site = folder.path().join("site");
    write_site(&site, &[("index.html", "new")]);
    assert_eq!(fs::read_to_string(site.join("index.html")).unwrap(), "new");
    assert_eq!(names(folder.path()), ["site"]);
}

#[test]
fn a_run_that_died_while_writing_leaves_the_old_site_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    write_site(&site, &[("index.html", "old")]);
    let tree = TreeWriter::begin(&site).unwrap();
    tree.write("index.html", b"half").unwrap();
    // A process that is killed runs no destructor.
    std::mem::forget(tree);
    assert_eq!(fs::read_to_string(site.join("index.html")).unwrap(), "old");
    write_site(&site, &[("index.html", "next")]);
    assert_eq!(fs::read_to_string(site.join("index.html")).unwrap(), "next");
}

#[test]
fn a_run_that_fails_leaves_nothing_beside_the_site() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    write_site(&site, &[("index.html", "old")]);
    let tree = TreeWriter::begin(&site).unwrap();
    tree.write("index.html", b"half").unwrap();
    drop(tree);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(site.join("index.html")).unwrap(), "old");
}
