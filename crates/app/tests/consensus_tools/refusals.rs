//! What cannot be used.

use crate::*;
use std::fs;
use std::path::Path;

#[track_caller]
fn check_failure(directory: &Path, arguments: &[&str], code: i32, words: &str) {
    let said = allium_in(directory, arguments);
    assert_eq!(said.code, code, "{arguments:?}: {}", said.errors);
    assert!(said.errors.contains(words), "{arguments:?}: {}", said.errors);
    assert_eq!(said.out, "", "{arguments:?}");
}

#[test]
fn what_cannot_be_used_gets_a_sentence_and_a_code_and_no_output() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    fs::create_dir(path.join("empty")).unwrap();
    fs::create_dir(path.join("mixed")).unwrap();
    fs::write(path.join("text"), "hello\n").unwrap();
    fs::write(path.join("mixed/text"), "hello\n").unwrap();
    let whole = fs::read(recent().join(NS)).unwrap();
    fs::write(path.join("consensus"), &whole).unwrap();
    fs::write(path.join("cut"), &whole[..3000]).unwrap();
    fs::copy(recent().join(&votes("2026-02-21-06")[0]), path.join("vote")).unwrap();
    for command in ["show", "health", "timeline", "replay"] {
        check_failure(path, &[command, "nowhere"], 4, "cannot read nowhere");
        check_failure(path, &[command, "text"], 5, "text");
        check_failure(path, &[command, "cut"], 5, "cut");
        check_failure(path, &[command], 2, "Usage");
        check_failure(path, &[command, "vote", "--format", "xml"], 2, "possible values");
    }
    for command in ["health", "timeline"] {
        check_failure(path, &[command, "vote"], 5, "the document is no consensus: it is of the kind vote");
        check_failure(path, &[command, "consensus", "--votes", "empty"], 5, "there are no votes");
        check_failure(path, &[command, "consensus", "--votes", "text"], 5, "the document is no vote");
    }
    check_failure(path, &["show", "empty"], 5, "there are no files");
    check_failure(path, &["replay", "empty"], 5, "there are no votes");
    check_failure(path, &["replay", "mixed"], 5, "mixed/text is left out, it is no vote");
    check_failure(path, &["replay", "consensus"], 5, "the document is no vote: it is of the kind consensus");
    check_failure(path, &["diff", "consensus", "vote"], 5, "the document is no consensus");
    check_failure(path, &["diff", "consensus", "cut"], 5, "cut short");
    check_failure(path, &["diff", "consensus"], 2, "Usage");
    check_failure(path, &["flags", RELAY, "--votes", "text"], 5, "the document is no vote");
    check_failure(path, &["flags", "06C4", "--votes", "vote"], 2, "40 hex digits");
    check_failure(path, &["flags", &"0".repeat(40), "--votes", "vote"], 9, "no vote lists the relay");
}
