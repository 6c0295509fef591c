//! Archives that are sound, cut short, full of tricks, or bombs.

use crate::TestResult;
use allium_collect::{ArchiveLimits, ArchiveReport, CollectError, read_archive};
use std::ops::ControlFlow;

fn tar(files: &[(&str, &[u8])]) -> Result<Vec<u8>, std::io::Error> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        // Written by hand, since the library refuses to write tricks.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, *bytes)?;
    }
    builder.into_inner()
}

type Read = (Result<ArchiveReport, CollectError>, Vec<(String, usize)>);

fn read(bytes: &[u8], limits: &ArchiveLimits) -> Read {
    let mut files = Vec::new();
    let report = read_archive(
        "test.tar",
        bytes,
        limits,
        |_| true,
        |path, bytes| {
            files.push((path.to_string(), bytes.len()));
            ControlFlow::Continue(())
        },
    );
    (report, files)
}

const FOLDER: &str = "consensuses-2026-03/01/2026-03-01-00-00-00-consensus";

#[test]
fn every_compression_is_read() -> TestResult {
    let plain = tar(&[(FOLDER, b"abc"), ("./b", b"de")])?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &plain)?;
    for bytes in [zstd::encode_all(&plain[..], 1)?, gzip.finish()?, plain] {
        let (report, files) = read(&bytes, &ArchiveLimits::default());
        assert_eq!(report?, ArchiveReport { files: 2, refused: 0 });
        assert_eq!(files, [(FOLDER.to_owned(), 3), ("b".to_owned(), 2)]);
    }
    Ok(())
}

#[test]
fn tricks_are_passed_over() -> TestResult {
    let mut bytes = tar(&[("../up", b"x"), ("/etc/passwd", b"x"), ("a/../../b", b"x"), ("ok", b"x")])?;
    bytes.truncate(bytes.len() - 1024);
    let mut builder = tar::Builder::new(bytes);
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    builder.append_link(&mut link, "link", "/etc/passwd")?;
    let (report, files) = read(&builder.into_inner()?, &ArchiveLimits::default());
    assert_eq!(report?, ArchiveReport { files: 1, refused: 4 });
    assert_eq!(files, [("ok".to_owned(), 1)]);
    Ok(())
}

#[test]
fn limits_hold() -> TestResult {
    let bytes = tar(&[("a", &[0; 2000]), ("b", b"x")])?;
    let small = ArchiveLimits { max_file_bytes: 1000, ..ArchiveLimits::default() };
    assert_eq!(read(&bytes, &small).0?, ArchiveReport { files: 1, refused: 1 });
    let few = ArchiveLimits { max_entries: 1, ..ArchiveLimits::default() };
    assert!(matches!(read(&bytes, &few).0, Err(CollectError::TooLarge { .. })));
    let bomb = zstd::encode_all(&tar(&[("a", &vec![0; 1 << 20])])?[..], 1)?;
    let total = ArchiveLimits { max_total_bytes: 1 << 16, ..ArchiveLimits::default() };
    assert!(matches!(read(&bomb, &total).0, Err(CollectError::TooLarge { .. })));
    Ok(())
}

#[test]
fn a_cut_archive_is_an_error_after_its_whole_files() -> TestResult {
    let bytes = tar(&[("a", b"x"), ("b", &[0; 2000])])?;
    let (report, files) = read(&bytes[..2000], &ArchiveLimits::default());
    assert!(matches!(report, Err(CollectError::Archive { .. })), "{report:?}");
    assert_eq!(files, [("a".to_owned(), 1)]);
    let (report, _) = read(
        b"no archive at all, but long enough to be looked at as one".repeat(20).as_slice(),
        &ArchiveLimits::default(),
    );
    assert!(report.is_err());
    Ok(())
}

#[test]
fn reading_ends_when_enough_was_read() -> TestResult {
    let bytes = tar(&[("a", b"x"), ("b", b"y"), ("c", b"z")])?;
    let mut names = Vec::new();
    let report = read_archive(
        "x",
        &bytes[..],
        &ArchiveLimits::default(),
        |path| path.as_str() != "a",
        |path, _| {
            names.push(path.to_string());
            ControlFlow::Break(())
        },
    )?;
    assert_eq!((report.files, names.as_slice()), (1, &["b".to_owned()][..]));
    Ok(())
}
