//! Local sources: which file is read, when a change is noticed, what is refused.

use crate::TestResult;
use allium_collect::{CollectError, Document, LocalWatch, read_document, read_file};
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

const LIMIT: u64 = 64;

/// Writes a file whose time of change is so many seconds after 1970.
fn write(path: &Path, content: &str, modified_seconds: u64) -> TestResult {
    fs::write(path, content)?;
    File::options()
        .write(true)
        .open(path)?
        .set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(modified_seconds))?;
    Ok(())
}

fn file_name_of(directory: &Path) -> Result<String, CollectError> {
    let found = read_document(directory, Document::Details, LIMIT)?;
    let name = found.and_then(|found| Some(found.path.file_name()?.to_string_lossy().into_owned()));
    Ok(name.unwrap_or_default())
}

#[test]
fn the_newest_file_of_a_document_counts_and_of_equals_the_plain_one() -> TestResult {
    let directory = tempfile::tempdir()?;
    let path = |name| directory.path().join(name);
    write(&path("details.json.xz"), "xz", 100)?;
    assert_eq!(file_name_of(directory.path())?, "details.json.xz");
    write(&path("details.json"), "{}", 100)?;
    assert_eq!(file_name_of(directory.path())?, "details.json");
    write(&path("details.json.zst"), "zst", 101)?;
    assert_eq!(file_name_of(directory.path())?, "details.json.zst");
    Ok(())
}

#[test]
fn an_optional_document_may_be_absent_and_details_may_not() -> TestResult {
    let directory = tempfile::tempdir()?;
    assert_eq!(read_document(directory.path(), Document::Uptime, LIMIT)?, None);
    let error = read_document(directory.path(), Document::Details, LIMIT).err().ok_or("read")?;
    assert!(matches!(error, CollectError::DocumentMissing { .. }), "{error:?}");
    assert!(error.to_string().contains("details.json.zst"), "{error}");
    Ok(())
}

#[test]
fn each_unusable_path_has_its_own_sentence() -> TestResult {
    let directory = tempfile::tempdir()?;
    let path = |name| directory.path().join(name);
    write(&path("file"), "{}", 1)?;
    write(&path("large"), &"x".repeat(65), 1)?;
    write(&path("page"), "<html>", 1)?;
    write(&path("empty"), "", 1)?;
    let details = |name| read_document(&path(name), Document::Details, LIMIT).err();
    let file = |name| read_file(&path(name), LIMIT).err();
    for (error, expected) in [
        (details("absent"), "does not exist; create it"),
        (details("file"), "is not a directory"),
        (file("absent"), "does not exist; check the path"),
        (file("large"), "larger than the limit of 64 bytes"),
        (file("page"), "is an HTML page"),
        (file("empty"), "is empty"),
        (file("."), "is not a regular file"),
    ] {
        let message = error.map(|error| error.to_string()).unwrap_or_default();
        assert!(message.contains(expected), "{expected}: {message}");
    }
    Ok(())
}

#[test]
fn a_change_is_reported_once_when_it_has_held_still() -> TestResult {
    let directory = tempfile::tempdir()?;
    let details = directory.path().join("details.json");
    let mut watch = LocalWatch::directory(directory.path());
    assert!(watch.poll().is_empty());
    write(&details, "{", 100)?;
    assert!(watch.poll().is_empty());
    write(&details, "{}", 101)?;
    assert!(watch.poll().is_empty(), "still moving");
    assert_eq!(watch.poll(), [Document::Details]);
    for _ in 0..3 {
        assert!(watch.poll().is_empty(), "reported already");
    }
    Ok(())
}

#[test]
fn what_was_read_is_no_change() -> TestResult {
    let directory = tempfile::tempdir()?;
    let aroi = directory.path().join("proofs.json");
    write(&aroi, "{}", 100)?;
    let mut watch = LocalWatch::file(Document::Aroi, &aroi);
    watch.mark_read(Document::Aroi, read_file(&aroi, LIMIT)?.stamp);
    for _ in 0..3 {
        assert!(watch.poll().is_empty());
    }
    Ok(())
}

#[test]
fn a_file_renamed_over_another_is_seen_even_with_equal_time_and_size() -> TestResult {
    let directory = tempfile::tempdir()?;
    let (details, new) = (directory.path().join("details.json"), directory.path().join("new"));
    write(&details, "{1}", 100)?;
    let mut watch = LocalWatch::directory(directory.path());
    watch.mark_read(Document::Details, read_file(&details, LIMIT)?.stamp);
    write(&new, "{2}", 100)?;
    fs::rename(&new, &details)?;
    assert!(watch.poll().is_empty());
    assert_eq!(watch.poll(), [Document::Details]);
    Ok(())
}

#[test]
fn a_file_that_vanishes_is_no_change_and_its_return_is() -> TestResult {
    let directory = tempfile::tempdir()?;
    let details = directory.path().join("details.json");
    write(&details, "{}", 100)?;
    let mut watch = LocalWatch::directory(directory.path());
    watch.mark_read(Document::Details, read_file(&details, LIMIT)?.stamp);
    fs::remove_file(&details)?;
    assert!(watch.poll().is_empty() && watch.poll().is_empty());
    write(&details, "{}", 200)?;
    assert!(watch.poll().is_empty());
    assert_eq!(watch.poll(), [Document::Details]);
    Ok(())
}

#[test]
fn a_change_that_is_taken_back_is_not_reported() -> TestResult {
    let directory = tempfile::tempdir()?;
    let details = directory.path().join("details.json");
    write(&details, "{}", 100)?;
    let mut watch = LocalWatch::directory(directory.path());
    watch.mark_read(Document::Details, read_file(&details, LIMIT)?.stamp);
    write(&details, "{}", 101)?;
    assert!(watch.poll().is_empty());
    write(&details, "{}", 100)?;
    assert!(watch.poll().is_empty() && watch.poll().is_empty());
    Ok(())
}
