//! How long a consensus and a vote take to parse, here, with tor-netdoc and with stem, in one run.
//!
//! `cargo bench -p allium-oracles`. Without the shared documents there is nothing to measure. stem is
//! measured when Python has it, by its own clock, without the start of Python.

#![expect(clippy::print_stderr, clippy::print_stdout, reason = "a benchmark says what it measured")]

use allium_documents::dirspec::{DocumentKind, Scanner, parse_consensus, parse_vote};
use allium_documents::{Limits, decompress};
use divan::Bencher;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tor_netdoc::doc::netstatus::{MdConsensus, md};
use tor_netdoc::parse2::{ParseInput, parse_netdoc};

const CONSENSUS: &str = "consensuses/2026-03-22-05-00-00-consensus-microdesc.zst";
const VOTE: &str = "votes/2016-09-20-13-00-00-vote-49015F787433103580E3B66A1707A00E60F2D15B-60ADC6BEC262AE921A1037D54C8A3976367DBE87.zst";

fn main() {
    if document(CONSENSUS).is_none() || document(VOTE).is_none() {
        eprintln!("skipped: the shared documents are not there");
        return;
    }
    divan::main();
    for name in [CONSENSUS, VOTE] {
        match document(name).and_then(|bytes| stem_milliseconds(&bytes)) {
            Some(milliseconds) => println!("stem {name}: {milliseconds} ms, fastest of three"),
            None => println!("stem {name}: not measured, python3 with stem is not there"),
        }
    }
}

fn document(name: &str) -> Option<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/collector").join(name);
    let bytes = std::fs::read(path).ok()?;
    decompress(&bytes, &Limits::default()).ok().map(std::borrow::Cow::into_owned)
}

/// The document without its `@type` line, as tor-netdoc wants it.
fn bare_text(name: &str) -> String {
    let bytes = document(name).unwrap_or_default();
    let text = String::from_utf8(bytes).unwrap_or_default();
    if text.starts_with('@') { text.split_once('\n').unwrap_or_default().1.to_owned() } else { text }
}

#[divan::bench]
fn scan_consensus(bencher: Bencher<'_, '_>) {
    let bytes = document(CONSENSUS).unwrap_or_default();
    bencher.bench(|| {
        let mut scanner = Scanner::new(&bytes, &Limits::default()).ok()?;
        let mut items = 0;
        while let Ok(Some(_)) = scanner.next_item() {
            items += 1;
        }
        Some(items)
    });
}

#[divan::bench]
fn consensus(bencher: Bencher<'_, '_>) {
    let bytes = document(CONSENSUS).unwrap_or_default();
    bencher.bench(|| parse_consensus(&bytes, &Limits::default()));
}

#[divan::bench]
fn consensus_by_tor_netdoc(bencher: Bencher<'_, '_>) {
    let text = bare_text(CONSENSUS);
    bencher.bench(|| MdConsensus::parse(&text).map(|_| ()));
}

#[divan::bench]
fn consensus_by_the_newer_parser_of_tor_netdoc(bencher: Bencher<'_, '_>) {
    let text = bare_text(CONSENSUS);
    let parse = || parse_netdoc::<md::NetworkStatusUnverified>(&ParseInput::new(&text, "consensus"));
    bencher.bench(|| parse().map(|_| ()));
}

#[divan::bench]
fn vote(bencher: Bencher<'_, '_>) {
    let bytes = document(VOTE).unwrap_or_default();
    bencher.bench(|| parse_vote(&bytes, &Limits::default()));
}

/// Fastest of three parses by stem, in milliseconds.
fn stem_milliseconds(bytes: &[u8]) -> Option<f64> {
    const SCRIPT: &str = "
import io, sys, time
from stem.descriptor import DocumentHandler, parse_file
data = sys.stdin.buffer.read()
def once():
    start = time.process_time()
    for document in parse_file(io.BytesIO(data), sys.argv[1], document_handler=DocumentHandler.DOCUMENT):
        len(document.routers)
    return time.process_time() - start
print(round(min(once() for _ in range(3)) * 1000))
";
    let kind = format!("{} 1.0", DocumentKind::of(bytes)?.annotation()?);
    let mut child = Command::new("python3")
        .args(["-c", SCRIPT, &kind])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(bytes).ok()?;
    let output = child.wait_with_output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
