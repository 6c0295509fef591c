//! Presence runs as the built program takes them in: right at every moment, killed and resumed, refused
//! when they are something else.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use allium_model::{HourState, TimeRange, Timestamp};
use allium_store::{Store, StoreOptions};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

const SCHEMA: &str = "message runs {
    OPTIONAL BYTE_ARRAY fingerprint (STRING);
    OPTIONAL BYTE_ARRAY country (STRING);
    OPTIONAL BYTE_ARRAY first_ipv4 (STRING);
    OPTIONAL INT64 run_start_time (TIMESTAMP(MILLIS, true));
    OPTIONAL INT64 run_end_time (TIMESTAMP(MILLIS, true));
}";

/// 2025-11-01 00:00:00; moments are twelve hours apart.
const START: i64 = 1_761_955_200;
const STEP: i64 = 12 * 3600;
const MOMENTS: i64 = 60;

/// A relay's run, by the numbers of its moments.
#[derive(Debug, Clone, Copy)]
struct Run {
    relay: u8,
    first: i64,
    last: i64,
}

/// Runs of 30 relays that come and go, so that each moment is the end of some run.
fn runs() -> Vec<Run> {
    let of_relay = |relay: u8| {
        let length = 1 + i64::from(relay % 7);
        let starts = (i64::from(relay % 3)..MOMENTS).step_by(length as usize + 1 + usize::from(relay % 2));
        starts.map(move |first| Run { relay, first, last: (first + length - 1).min(MOMENTS - 1) })
    };
    (1..=30).flat_map(of_relay).collect()
}

fn write(path: &Path, runs: &[Run]) {
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let file = File::create(path).unwrap();
    let mut writer =
        SerializedFileWriter::new(file, schema, Arc::new(WriterProperties::builder().build())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let levels = vec![1; runs.len()];
    let text = |of: fn(u8) -> String| -> Vec<ByteArray> {
        runs.iter().map(|run| of(run.relay).as_str().into()).collect()
    };
    let texts = [
        text(|relay| format!("{relay:040X}")),
        text(|relay| if relay % 5 == 0 { "??".into() } else { "de".into() }),
        text(|relay| format!("192.0.2.{relay}")),
    ];
    let times: [Vec<i64>; 2] = [|run: &Run| run.first, |run: &Run| run.last]
        .map(|of| runs.iter().map(|run| (START + of(run) * STEP) * 1000).collect());
    let mut place = 0;
    while let Some(mut column) = group.next_column().unwrap() {
        match column.untyped() {
            ColumnWriter::ByteArrayColumnWriter(column) => {
                column.write_batch(&texts[place], Some(&levels), None).unwrap();
            }
            ColumnWriter::Int64ColumnWriter(column) => {
                column.write_batch(&times[place - 3], Some(&levels), None).unwrap();
            }
            _ => unreachable!("the schema has no other columns"),
        }
        column.close().unwrap();
        place += 1;
    }
    group.close().unwrap();
    writer.close().unwrap();
}

const IMPORT: [&str; 7] = ["history", "--store", "h.db", "import", "runs.parquet", "--progress", "lines"];

fn allium(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allium"));
    command.args(arguments).current_dir(directory).env_clear();
    command
}

#[track_caller]
fn import(directory: &Path, code: i32) -> String {
    let Output { status, stdout, stderr } = allium(directory, &IMPORT).output().unwrap();
    let errors = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(code), "{errors}");
    assert!(!errors.contains("panicked"), "{errors}");
    String::from_utf8(stdout).unwrap() + &errors
}

/// Begins an import and kills it when so many records were committed.
fn import_until(directory: &Path, lines: usize) -> usize {
    let mut child = allium(directory, &IMPORT).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let errors = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut committed = 0;
    for line in errors.filter(|line| line.contains("committed ")) {
        committed += usize::from(!line.is_empty());
        if committed == lines {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    committed
}

async fn open(directory: &Path) -> Store {
    Store::open(directory.join("h.db"), StoreOptions::default()).await.unwrap()
}

/// Holds the store to the runs, relay by relay and moment by moment.
async fn check(store: &Store, runs: &[Run]) {
    let always = TimeRange { from: Timestamp(0), until: Timestamp(i64::MAX) };
    let network = store.network_series(always).await.unwrap();
    assert_eq!(network.len() as i64, MOMENTS);
    for relay in 1..=30_u8 {
        let fingerprint = format!("{relay:040X}").parse().unwrap();
        let series = store.relay_series(fingerprint, always).await.unwrap().unwrap();
        for moment in 0..MOMENTS {
            let at = START + moment * STEP;
            let place = usize::try_from((at - series.first_hour.0) / 3600).unwrap();
            let is_running = matches!(series.hours[place], HourState::Running { .. });
            let expected =
                runs.iter().any(|run| run.relay == relay && (run.first..=run.last).contains(&moment));
            assert_eq!(is_running, expected, "relay {relay} at moment {moment}");
        }
    }
    for (moment, record) in (0..).zip(&network) {
        let count = runs.iter().filter(|run| (run.first..=run.last).contains(&moment)).count();
        assert_eq!(record.relays as usize, count, "moment {moment}");
    }
    assert_eq!(store.check().await.unwrap().problems, [""; 0]);
}

#[tokio::test]
async fn presence_runs_are_the_moments_that_they_say_also_after_being_killed() {
    let directory = tempfile::tempdir().unwrap();
    let (path, runs) = (directory.path(), runs());
    write(&path.join("runs.parquet"), &runs);
    for lines in [1, 30] {
        assert!(import_until(path, lines) >= lines);
    }
    let said = import(path, 0);
    let store = open(path).await;
    check(&store, &runs).await;
    store.close().await.unwrap();
    assert!(!said.contains("added                    60"), "the rest only: {said}");
    let again = import(path, 0);
    assert!(again.contains("added                    0\n"), "{again}");
    assert!(again.contains("known                    60\n") && !again.contains("committed"), "{again}");
}

#[test]
fn other_parquet_files_and_halves_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    write(&path.join("runs.parquet"), &runs());
    let whole = std::fs::read(path.join("runs.parquet")).unwrap();
    std::fs::write(path.join("runs.parquet"), &whole[..whole.len() / 2]).unwrap();
    assert!(import(path, 5).contains("the Parquet file cannot be read"));
    std::fs::write(path.join("runs.parquet"), b"PAR1PAR1").unwrap();
    assert!(import(path, 5).contains("is not taken"));
    for part in 1..8 {
        let mut broken = whole.clone();
        let from = whole.len() * part / 8;
        broken[from..from + 20].fill(0xff);
        std::fs::write(path.join("runs.parquet"), &broken).unwrap();
        let output = allium(path, &IMPORT).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(!errors.contains("panicked"), "{part}: {errors}");
        assert!(matches!(output.status.code(), Some(0 | 5)), "{part}: {errors}");
    }
}
