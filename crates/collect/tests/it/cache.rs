//! The cache on a real disk: what is kept, what a torn write leaves, what is held back.

use crate::TestResult;
use allium_collect::{
    Cache, CacheLimits, CollectError, DirectoryLock, Document, Loaded, Provenance, Source, Validators,
};
use allium_model::Timestamp;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const SOURCE: &str = "https://onionoo.torproject.org/";

struct Fixture {
    lock: DirectoryLock,
    _directory: TempDir,
}

impl Fixture {
    fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let directory = tempfile::tempdir()?;
        Ok(Self { lock: DirectoryLock::acquire(directory.path())?, _directory: directory })
    }

    fn open(&self) -> Result<Cache, CollectError> {
        self.open_with(CacheLimits::default())
    }

    fn open_with(&self, limits: CacheLimits) -> Result<Cache, CollectError> {
        Cache::open(&self.lock, limits)
    }

    fn accepted(&self) -> PathBuf {
        self.lock.directory().join("cache/onionoo")
    }
}

fn provenance(fetched_at: i64) -> Provenance {
    Provenance {
        source: SOURCE.to_owned(),
        validators: Validators { last_modified: None, etag: Some("\"a\"".to_owned()) },
        fetched_at: Timestamp(fetched_at),
        accepted_at: Some(Timestamp(fetched_at + 1)),
    }
}

fn bytes_of(loaded: Loaded) -> Option<Vec<u8>> {
    match loaded {
        Loaded::Found(found) => Some(found.bytes),
        Loaded::Missing | Loaded::Unusable { .. } => None,
    }
}

fn files_ending(directory: &Path, suffix: &str) -> Result<Vec<PathBuf>, Box<dyn std::error::Error>> {
    let paths = fs::read_dir(directory)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(paths.into_iter().filter(|path| path.to_string_lossy().ends_with(suffix)).collect())
}

#[test]
fn the_last_accepted_version_survives_a_restart() -> TestResult {
    let fixture = Fixture::new()?;
    let mut cache = fixture.open()?;
    assert_eq!(cache.load(Document::Details), Loaded::Missing);
    cache.store(Document::Details, b"one", &provenance(10))?;
    cache.store(Document::Details, b"two", &provenance(20))?;
    let Loaded::Found(found) = fixture.open()?.load(Document::Details) else {
        return Err("not found".into());
    };
    assert_eq!((found.bytes.as_slice(), &found.provenance), (b"two".as_slice(), &provenance(20)));
    assert_eq!(files_ending(&fixture.accepted(), ".bin")?.len(), 1, "the version before is removed");
    Ok(())
}

#[test]
fn validators_are_not_sent_to_another_source() -> TestResult {
    let fixture = Fixture::new()?;
    let mut cache = fixture.open()?;
    cache.store(Document::Details, b"one", &provenance(10))?;
    let Loaded::Found(found) = cache.load(Document::Details) else { return Err("not found".into()) };
    assert_eq!(found.validators_for(&Source::parse(SOURCE)?), provenance(10).validators);
    assert_eq!(found.validators_for(&Source::parse("https://mirror.example/")?), Validators::default());
    Ok(())
}

#[test]
fn a_kill_in_the_middle_of_a_write_leaves_the_version_before() -> TestResult {
    let fixture = Fixture::new()?;
    fixture.open()?.store(Document::Details, b"good", &provenance(10))?;
    let unfinished = fixture.accepted().join(".unfinished-details.json");
    let unnamed = fixture.accepted().join(format!("details.{}.bin", "0".repeat(32)));
    fs::write(&unfinished, b"{\"form")?;
    fs::write(&unnamed, b"new bytes whose sidecar was never renamed")?;
    let cache = fixture.open()?;
    assert_eq!(bytes_of(cache.load(Document::Details)).as_deref(), Some(b"good".as_slice()));
    assert!(!unfinished.exists() && !unnamed.exists());
    Ok(())
}

#[test]
fn a_torn_or_foreign_entry_is_ignored_with_a_reason() -> TestResult {
    let (cut, foreign) = (b"{\"format\": 1, \"docu".as_slice(), b"[1, 2]".as_slice());
    for sidecar in [cut, foreign, b"", b"\xff"] {
        let fixture = Fixture::new()?;
        fixture.open()?.store(Document::Details, b"good", &provenance(10))?;
        fs::write(fixture.accepted().join("details.json"), sidecar)?;
        assert!(matches!(fixture.open()?.load(Document::Details), Loaded::Unusable { .. }));
    }
    for bytes in [b"goo".as_slice(), b"gooe"] {
        let fixture = Fixture::new()?;
        fixture.open()?.store(Document::Details, b"good", &provenance(10))?;
        for file in files_ending(&fixture.accepted(), ".bin")? {
            fs::write(file, bytes)?;
        }
        assert!(matches!(fixture.open()?.load(Document::Details), Loaded::Unusable { .. }));
    }
    Ok(())
}

#[test]
fn a_sidecar_of_another_document_or_with_a_path_for_a_digest_is_not_followed() -> TestResult {
    let fixture = Fixture::new()?;
    let mut cache = fixture.open()?;
    cache.store(Document::Uptime, b"uptime", &provenance(10))?;
    for bytes in files_ending(&fixture.accepted(), ".bin")? {
        fs::copy(&bytes, bytes.to_string_lossy().replace("uptime.", "details."))?;
    }
    let sidecar = fs::read_to_string(fixture.accepted().join("uptime.json"))?;
    for foreign in [sidecar.clone(), sidecar.replace("\"md5\": \"", "\"md5\": \"../../")] {
        fs::write(fixture.accepted().join("details.json"), foreign)?;
        assert!(matches!(cache.load(Document::Details), Loaded::Unusable { .. }));
    }
    Ok(())
}

#[test]
fn files_of_others_stay() -> TestResult {
    let fixture = Fixture::new()?;
    drop(fixture.open()?);
    let notes = fixture.accepted().join("notes.bin");
    fs::write(&notes, b"mine")?;
    fixture.open()?.store(Document::Details, b"good", &provenance(10))?;
    assert!(notes.exists());
    Ok(())
}

#[test]
fn versions_held_back_are_listed_and_released() -> TestResult {
    let fixture = Fixture::new()?;
    let mut cache = fixture.open()?;
    let held_back = |at| Provenance { accepted_at: None, ..provenance(at) };
    cache.hold(Document::Details, b"first", &held_back(9))?;
    cache.hold(Document::Details, b"second", &held_back(10))?;
    let held = cache.held();
    let times: Vec<_> = held.iter().map(|version| version.provenance.fetched_at.0).collect();
    assert_eq!(times, [9, 10]);
    assert_eq!(bytes_of(cache.load_held(&held[1])).as_deref(), Some(b"second".as_slice()));
    assert_eq!(cache.load(Document::Details), Loaded::Missing, "held back is not accepted");
    cache.release(&held[0]);
    assert_eq!(cache.held(), held[1..]);
    assert_eq!(files_ending(&fixture.accepted().join("held"), "")?.len(), 2);
    Ok(())
}

#[test]
fn the_oldest_versions_held_back_are_dropped_by_count_and_by_bytes() -> TestResult {
    let check = |limits, expected: &[i64]| -> TestResult {
        let fixture = Fixture::new()?;
        let mut cache = fixture.open_with(limits)?;
        for at in 1..=4 {
            cache.hold(Document::Details, format!("version {at}").as_bytes(), &provenance(at))?;
        }
        let times: Vec<_> = cache.held().iter().map(|version| version.provenance.fetched_at.0).collect();
        assert_eq!(times, expected, "{limits:?}");
        Ok(())
    };
    check(CacheLimits::default(), &[1, 2, 3, 4])?;
    check(CacheLimits { max_held: 3, ..CacheLimits::default() }, &[2, 3, 4])?;
    check(CacheLimits { max_held_bytes: 20, ..CacheLimits::default() }, &[3, 4])
}

#[test]
fn a_version_over_the_limit_is_refused_and_the_one_before_stays() -> TestResult {
    let fixture = Fixture::new()?;
    let mut cache = fixture.open_with(CacheLimits { max_bytes: 4, ..CacheLimits::default() })?;
    cache.store(Document::Details, b"good", &provenance(10))?;
    let refused = cache.store(Document::Details, b"large", &provenance(20));
    assert!(matches!(refused, Err(CollectError::TooLarge { limit_bytes: 4, .. })));
    assert_eq!(bytes_of(cache.load(Document::Details)).as_deref(), Some(b"good".as_slice()));
    Ok(())
}

#[test]
fn a_version_over_a_limit_lowered_since_is_not_read() -> TestResult {
    let fixture = Fixture::new()?;
    fixture.open()?.store(Document::Details, b"good", &provenance(10))?;
    let cache = fixture.open_with(CacheLimits { max_bytes: 3, ..CacheLimits::default() })?;
    assert!(matches!(cache.load(Document::Details), Loaded::Unusable { .. }));
    Ok(())
}

#[test]
fn a_cache_that_cannot_be_made_says_where() -> TestResult {
    let fixture = Fixture::new()?;
    fs::write(fixture.lock.directory().join("cache"), b"a file")?;
    let error = fixture.open().err().ok_or("opened")?;
    assert!(
        matches!(error, CollectError::Unwritable { .. }) && error.to_string().contains("cache"),
        "{error}"
    );
    Ok(())
}
