//! Replays the corpus of every fuzz target on the stable compiler.
//!
//! The bodies of the targets are included from `fuzz/`, so that a find of the
//! fuzzer fails here for the same reason.

use std::fs;
use std::path::{Path, PathBuf};

#[path = "../../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "public for the fuzz targets, which are crates of their own")]
mod targets;

/// What a target does with its bytes.
type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 19] = [
    ("aroi", targets::aroi),
    ("bandwidth_file", targets::bandwidth_file),
    ("certificates", targets::certificates),
    ("collector_index", targets::collector_index),
    ("consensus", targets::consensus),
    ("consensus_diff", targets::consensus_diff),
    ("contact_info", targets::contact_info),
    ("decompress", targets::decompress),
    ("detached_signatures", targets::detached_signatures),
    ("exit_list", targets::exit_list),
    ("extra_info", targets::extra_info),
    ("microdescriptor", targets::microdescriptor),
    ("onionoo_bandwidth", targets::onionoo_bandwidth),
    ("onionoo_clients", targets::onionoo_clients),
    ("onionoo_details", targets::onionoo_details),
    ("onionoo_uptime", targets::onionoo_uptime),
    ("onionoo_weights", targets::onionoo_weights),
    ("server_descriptor", targets::server_descriptor),
    ("vote", targets::vote),
];

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn fuzz_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

#[test]
fn every_seed_of_every_target_is_survived() {
    for (name, target) in TARGETS {
        let seeds = entries(&fuzz_folder().join("corpus").join(name));
        assert!(!seeds.is_empty(), "no seeds for {name}");
        for seed in seeds {
            println!("{}", seed.display());
            target(&fs::read(seed).unwrap());
        }
    }
}

#[test]
fn every_fuzz_target_is_replayed() {
    let files = entries(&fuzz_folder().join("fuzz_targets"));
    let names: Vec<_> = files.iter().filter_map(|path| path.file_stem()?.to_str()).collect();
    assert_eq!(names, TARGETS.map(|(name, _)| name));
}
