//! `allium alerts` as its users meet it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

fn allium(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_allium"))
        .args(["alerts", "--data-dir", "."])
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .env("USER", "ops")
        .output()
        .unwrap()
}

/// Runs a command and gives its standard output.
fn check(directory: &Path, arguments: &[&str], code: i32, words: &str) -> String {
    let output = allium(directory, arguments);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
    assert!(errors.contains(words), "{arguments:?}: {errors}");
    assert!(!errors.contains("sesame"), "a secret is shown: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// A receiver that takes one message; the request comes back.
fn receiver() -> (u16, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = vec![0; 8192];
        let length = stream.read(&mut request).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    (port, thread)
}

const CONFIGURATION: &str = r#"
[channels.team]
kind = "slack"
url = { file = "url" }
allow_private = true

[[alerts.subscription]]
name = "all"
target = "network"
receiver = "team"
"#;

fn configured(port: u16) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("url"), format!("http://127.0.0.1:{port}/sesame\n")).unwrap();
    fs::write(directory.path().join("allium.toml"), CONFIGURATION).unwrap();
    directory
}

#[test]
fn a_channel_is_tried_and_everything_is_listed() {
    let (port, thread) = receiver();
    let directory = configured(port);
    let path = directory.path();
    check(path, &["status"], 12, "there is no alerts' store");
    check(path, &["test", "team"], 0, "took the message");
    assert!(thread.join().unwrap().starts_with("POST /sesame HTTP/1.1"));
    check(path, &["test", "team"], 13, "did not take the message");
    check(path, &["test", "pager"], 9, "configured are: team");
    check(path, &["status"], 0, "1 subscriptions of teams");
    let subscriptions = check(path, &["subscriptions", "--format", "csv"], 0, "");
    assert!(subscriptions.contains("configuration,"), "{subscriptions}");
    assert!(subscriptions.contains("target=network&incident=warning&absent=6"), "{subscriptions}");
    let audit = check(path, &["audit", "--format", "json"], 0, "");
    assert!(audit.contains(r#""author":"ops (command line)","action":"channel-tested""#), "{audit}");
}

#[test]
fn silences_are_added_listed_and_ended() {
    let directory = configured(1);
    let path = directory.path();
    let add =
        ["silence", "add", "as:24940", "--hours", "2", "--reason", "a known fault", "--kinds", "absent"];
    check(path, &add, 0, "silence 1 lasts until");
    let list = check(path, &["silence", "--format", "csv"], 0, "");
    let row = list.lines().nth(1).unwrap();
    assert!(row.starts_with("1,as:24940,absent,,ops (command line),a known fault,"), "{list}");
    check(path, &["silence", "add", "as:24940", "--hours", "2", "--reason", ""], 2, "reason");
    check(path, &["silence", "add", "bridge:1", "--hours", "2", "--reason", "x"], 2, "a target is written");
    check(path, &["silence", "end", "1"], 0, "silence 1 is over");
    check(path, &["silence", "end", "1"], 9, "there is no silence 1");
    check(path, &["outbox"], 0, "");
    check(path, &["outbox", "--log"], 0, "");
    check(path, &["forget", "a@example.org"], 9, "not known");
    check(path, &["forget", "a"], 2, "no e-mail address");
}

#[test]
fn what_is_configured_wrongly_is_said() {
    let directory = configured(1);
    let path = directory.path();
    fs::remove_file(path.join("url")).unwrap();
    check(path, &["test", "team"], 3, "the secret of [channels.team] cannot be read");
    fs::write(path.join("url"), "http://hooks.example/sesame").unwrap();
    check(path, &["test", "team"], 3, "must begin with https://");
    fs::write(path.join("alerts.sqlite"), "no database at all".repeat(100)).unwrap();
    fs::write(path.join("url"), "https://hooks.example/sesame").unwrap();
    check(path, &["status"], 12, "is no store of Allium's alerts");
}
