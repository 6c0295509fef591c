//! What is kept, copied, checked, refused and given up.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use allium_model::{AuthorityProbe, HourState, ProbeOutcome, Timestamp};
use allium_store::{
    Access, AttributeValue, FoldedOf, Retention, SeenDocument, Store, StoreError, StoreOptions, restore,
};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::Path;
use support::{fill, hour, range, record, relay, relay_at, relays, state, store};

/// A connection beside the store, for what nobody should do to it.
async fn beside(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.unwrap()
}

async fn change(path: &Path, statement: &'static str) {
    let mut connection = beside(path).await;
    sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

const READ_ONLY: StoreOptions = StoreOptions {
    access: Access::ReadOnly,
    migration: allium_store::Migration::CopyFirst,
    busy_timeout: std::time::Duration::from_millis(50),
    max_readers: 1,
};

#[tokio::test]
async fn older_days_keep_daily_values_for_ever() {
    let (_folder, store) = store().await;
    fill(&store, 0..100).await;
    let before = store.relay_series(relay(2), range(0, 100)).await.unwrap().unwrap();
    let retention = Retention { hourly_days: 2, ..Retention::default() };
    assert_eq!(store.prune(retention, |_| ()).await.unwrap().days, 3);
    assert_eq!(store.prune(retention, |_| ()).await.unwrap().days, 0);
    let after = store.relay_series(relay(2), range(0, 100)).await.unwrap().unwrap();
    assert_eq!((after.first_hour, after.days.len()), (hour(72), 3));
    assert_eq!(after.hours, before.hours[72..]);
    for (day, hours) in after.days.iter().zip(before.hours.chunks(24)) {
        let weights: Vec<u64> = hours
            .iter()
            .filter_map(|hour| match hour {
                HourState::Running { weight, .. } => weight.map(u64::from),
                _ => None,
            })
            .collect();
        let count = weights.len() as u64;
        assert_eq!((day.known_hours, u64::from(day.running_hours)), (24, count));
        assert_eq!(day.mean_weight.map(u64::from), Some((weights.iter().sum::<u64>() + count / 2) / count));
        assert!(day.flags.contains(allium_model::Flag::Guard));
    }
    let group = allium_store::StoredGroup::As(allium_model::AsNumber(1));
    let hours = store.group_hours(group, range(0, 100)).await.unwrap().unwrap();
    assert_eq!(hours.len(), 3 + 28);
    assert_eq!((hours[0].valid_after, hours[3].valid_after), (hour(0), hour(72)));
    same_days_in_bulk(&store, &after.days, &hours).await;
    let late = record(Timestamp(hour(5).0 + 60), relays(5));
    assert_eq!(store.append(&late).await.unwrap(), allium_store::Appended::TooOld);
    assert_eq!(store.check().await.unwrap().problems, [""; 0]);
}

/// What is read of all relays and groups is what is read of one.
async fn same_days_in_bulk(
    store: &Store,
    days: &[allium_model::RelayDay],
    hours: &[allium_model::GroupHour],
) {
    let months = store.folded_months(range(0, 100)).await.unwrap();
    assert_eq!(months, [range(0, 72)], "the days lie in one month");
    let relays = store.folded_days(months[0], FoldedOf::Relays).await.unwrap();
    let own = relays.relays.iter().find(|(fingerprint, _)| *fingerprint == relay(2)).unwrap();
    assert_eq!((own.1.as_slice(), relays.groups.len()), (days, 0));
    let groups = store.folded_days(months[0], FoldedOf::Groups).await.unwrap();
    let own = groups.groups.iter().find(|(kind, name, _)| (*kind, name.as_str()) == ("as", "AS1")).unwrap();
    let found: Vec<_> =
        own.2.iter().map(|day| (day.date.start(), day.relays, day.weight, day.exit_weight)).collect();
    let expected: Vec<_> = hours[..3]
        .iter()
        .map(|hour| (hour.valid_after, hour.relays, hour.weight, hour.exit_weight))
        .collect();
    assert_eq!(found, expected);
    assert!(own.2.iter().all(|day| (day.known_hours, day.running_hours) == (24, 24)));
    let one = store.folded_days(range(24, 48), FoldedOf::Relays).await.unwrap();
    assert!(one.relays.iter().all(|(_, days)| days.len() <= 1), "a range within a month cuts");
    let bulk = store.groups_in_bulk(range(72, 100)).await.unwrap();
    let as_1 = allium_store::StoredGroup::As(allium_model::AsNumber(1));
    assert!(bulk.groups().contains(&as_1));
    assert_eq!(bulk.get(as_1).unwrap(), hours[3..]);
}

#[tokio::test]
async fn a_contact_is_forgotten_when_its_relay_is_long_gone_and_kept_again_when_it_returns() {
    let (_folder, store) = store().await;
    let mut gone = relay_at(1, 0).unwrap();
    gone.attributes.contact = Some("gone at example dot org");
    let mut stays = relay_at(2, 0).unwrap();
    stays.attributes.contact = Some("stays at example dot org");
    store.append(&record(hour(0), vec![gone, stays])).await.unwrap();
    for day in [30, 89, 92, 93] {
        store.append(&record(hour(day * 24), vec![stays])).await.unwrap();
    }
    assert_eq!(store.prune(Retention::default(), |_| ()).await.unwrap().contacts, 1);
    let text = async |number| {
        let spans = store.relay_attributes(relay(number)).await.unwrap();
        spans.into_iter().find_map(|span| match span.value {
            AttributeValue::Contact(_, text) => Some(text),
            _ => None,
        })
    };
    assert_eq!(text(1).await, Some(None));
    assert_eq!(text(2).await, Some(Some("stays at example dot org".to_owned())));
    store.append(&record(hour(94 * 24), vec![gone, stays])).await.unwrap();
    assert_eq!(text(1).await, Some(Some("gone at example dot org".to_owned())));
}

#[tokio::test]
async fn a_contact_that_a_running_relay_had_in_the_past_is_forgotten_too() {
    let (_folder, store) = store().await;
    let with = |number, contact| {
        let mut relay = relay_at(number, 0).unwrap();
        relay.attributes.contact = Some(contact);
        relay
    };
    store.append(&record(hour(0), vec![with(1, "old"), with(2, "shared")])).await.unwrap();
    for day in [2, 90, 91] {
        store.append(&record(hour(day * 24), vec![with(1, "new"), with(2, "new")])).await.unwrap();
    }
    assert_eq!(
        store.prune(Retention::default(), |_| ()).await.unwrap().contacts,
        0,
        "both were in force 89 days ago"
    );
    for day in [93, 94] {
        store.append(&record(hour(day * 24), vec![with(1, "new"), with(2, "shared")])).await.unwrap();
    }
    assert_eq!(store.prune(Retention::default(), |_| ()).await.unwrap().contacts, 1);
    let texts = async |number| -> Vec<Option<String>> {
        let spans = store.relay_attributes(relay(number)).await.unwrap();
        let texts = spans.into_iter().filter_map(|span| match span.value {
            AttributeValue::Contact(_, text) => Some(text),
            _ => None,
        });
        texts.collect()
    };
    assert_eq!(texts(1).await, [None, Some("new".to_owned())]);
    assert_eq!(texts(2).await, ["shared", "new", "shared"].map(|text| Some(text.to_owned())));
}

#[tokio::test]
async fn probes_and_documents_come_back_and_old_probes_go() {
    let (_folder, store) = store().await;
    fill(&store, [95 * 24]).await;
    let probe = |at| AuthorityProbe {
        identity: relay(9),
        at,
        outcome: ProbeOutcome::TimedOut,
        connect_ms: Some(12),
        answer_ms: None,
        consensus_valid_after: Some(hour(1)),
        vote_valid_after: None,
        clock_skew_seconds: Some(-3),
        voters: Vec::new(),
        problem: Some("no answer in time".to_owned()),
    };
    store.put_probes(&[probe(hour(0)), probe(hour(95 * 24))]).await.unwrap();
    assert_eq!(store.probes(relay(9), range(0, 1)).await.unwrap(), [probe(hour(0))]);
    assert_eq!(store.prune(Retention::default(), |_| ()).await.unwrap().probes, 1);
    assert_eq!(store.probes(relay(9), range(0, 9999)).await.unwrap(), [probe(hour(95 * 24))]);
    let seen = SeenDocument {
        digest: [3; 32],
        kind: "vote".to_owned(),
        valid_after: hour(0),
        name: "vote.txt".to_owned(),
    };
    assert!(!store.is_seen(&[3; 32]).await.unwrap());
    store.put_documents(&[seen]).await.unwrap();
    assert!(store.is_seen(&[3; 32]).await.unwrap());
}

#[tokio::test]
async fn a_backup_is_whole_while_somebody_writes_and_can_be_put_back() {
    let (folder, store) = store().await;
    fill(&store, 0..30).await;
    let copy = folder.path().join("copy.db");
    let (backup, ()) = tokio::join!(store.backup(&copy), fill(&store, 30..40));
    backup.unwrap();
    assert!(matches!(store.backup(&copy).await, Err(StoreError::Exists(_))));
    let path = store.path().to_owned();
    store.close().await.unwrap();
    restore(&copy, &path).await.unwrap();
    let restored = Store::open(&path, StoreOptions::default()).await.unwrap();
    let newest = restored.newest().await.unwrap().unwrap().valid_after;
    assert!((hour(29)..=hour(39)).contains(&newest));
    assert_eq!(restored.check().await.unwrap().problems, [""; 0]);
    let kept = Store::open(folder.path().join("history.db.before-restore"), StoreOptions::default()).await;
    assert_eq!(kept.unwrap().newest().await.unwrap().unwrap().valid_after, hour(39));
    assert!(matches!(restore(&copy, &path).await, Err(StoreError::Exists(_))));
    assert!(matches!(restore(folder.path().join("none.db"), &path).await, Err(StoreError::Missing(_))));
}

/// The names in a folder that begin so.
fn names(folder: &Path, prefix: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(prefix)).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_copy_that_was_stopped_is_not_taken_for_one_and_does_not_stand_in_the_way() {
    let (folder, store) = store().await;
    fill(&store, 0..2).await;
    std::fs::write(folder.path().join("copy.db.part"), "half of a copy").unwrap();
    store.backup(folder.path().join("copy.db")).await.unwrap();
    assert_eq!(names(folder.path(), "copy"), ["copy.db"]);
    let copy = Store::open(folder.path().join("copy.db"), READ_ONLY).await.unwrap();
    assert_eq!(copy.newest().await.unwrap().unwrap().valid_after, hour(1));
    // Where a folder has the name, the copy cannot get it, and nothing of it stays.
    std::fs::create_dir(folder.path().join("folder.part")).unwrap();
    store.backup(folder.path().join("folder")).await.unwrap_err();
    assert_eq!(names(folder.path(), "folder"), ["folder.part"]);
}

#[tokio::test]
async fn a_store_that_somebody_uses_is_not_replaced() {
    let (folder, store) = store().await;
    fill(&store, 0..3).await;
    let copy = folder.path().join("copy.db");
    store.backup(&copy).await.unwrap();
    fill(&store, 3..5).await;
    let path = store.path().to_owned();
    assert!(matches!(restore(&copy, &path).await, Err(StoreError::Busy)));
    fill(&store, 5..6).await;
    assert_eq!(store.newest().await.unwrap().unwrap().valid_after, hour(5));
    store.close().await.unwrap();
    let reading = Store::open(&path, READ_ONLY).await.unwrap();
    assert!(matches!(restore(&copy, &path).await, Err(StoreError::Busy)), "a reader uses it too");
    reading.close().await.unwrap();
    assert!(names(folder.path(), "history.db.").is_empty());
}

#[tokio::test]
async fn what_stood_in_the_log_of_a_killed_process_is_in_the_store_that_is_kept() {
    let (folder, store) = store().await;
    fill(&store, 0..3).await;
    let copy = folder.path().join("copy.db");
    store.backup(&copy).await.unwrap();
    fill(&store, 3..5).await;
    // What a process leaves that is killed: the file and a log that nobody folded in.
    let path = folder.path().join("killed.db");
    for suffix in ["", "-wal"] {
        let name = format!("history.db{suffix}");
        std::fs::copy(folder.path().join(name), folder.path().join(format!("killed.db{suffix}"))).unwrap();
    }
    restore(&copy, &path).await.unwrap();
    assert_eq!(names(folder.path(), "killed"), ["killed.db", "killed.db.before-restore"]);
    let newest = async |path: &Path| {
        Store::open(path, StoreOptions::default()).await.unwrap().newest().await.unwrap().unwrap().valid_after
    };
    assert_eq!(newest(&path).await, hour(2));
    assert_eq!(newest(&folder.path().join("killed.db.before-restore")).await, hour(4));
}

#[tokio::test]
async fn a_store_that_is_no_database_any_more_is_replaced_too() {
    let (folder, store) = store().await;
    fill(&store, 0..3).await;
    let (copy, path) = (folder.path().join("copy.db"), folder.path().join("broken.db"));
    store.backup(&copy).await.unwrap();
    std::fs::write(&path, "x".repeat(5000)).unwrap();
    std::fs::write(folder.path().join("broken.db-wal"), "a log of something").unwrap();
    restore(&copy, &path).await.unwrap();
    let kept = std::fs::read_to_string(folder.path().join("broken.db.before-restore")).unwrap();
    assert_eq!(kept, "x".repeat(5000));
    let restored = Store::open(&path, StoreOptions::default()).await.unwrap();
    assert_eq!(restored.newest().await.unwrap().unwrap().valid_after, hour(2));
    assert_eq!(restored.check().await.unwrap().problems, [""; 0]);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn where_nobody_can_write_there_is_a_sentence_and_no_store() {
    // Nobody makes files there, the administrator neither.
    let refused = Store::open("/proc/history.db", StoreOptions::default()).await.err().unwrap();
    assert!(matches!(refused, StoreError::Unopenable(_)), "{refused}");
    assert!(refused.to_string().contains("cannot be opened"), "{refused}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_file_or_folder_can_be_read_and_is_not_changed() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    let (folder, store) = store().await;
    fill(&store, 0..3).await;
    let path = store.path().to_owned();
    store.close().await.unwrap();
    let before = std::fs::read(&path).unwrap();
    let protect = |file, inside| {
        set_permissions(&path, Permissions::from_mode(file)).unwrap();
        set_permissions(folder.path(), Permissions::from_mode(inside)).unwrap();
    };
    for (file, inside) in [(0o444, 0o755), (0o444, 0o555), (0o644, 0o555)] {
        protect(file, inside);
        if file == 0o444 && std::fs::File::options().append(true).open(&path).is_ok() {
            protect(0o644, 0o755);
            eprintln!("skipped: permissions do not bind this user");
            return;
        }
        let refused = match Store::open(&path, StoreOptions::default()).await {
            Ok(store) => store.append(&record(hour(3), relays(3))).await.err().map(|error| error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        let reading = Store::open(&path, READ_ONLY).await;
        let newest = match &reading {
            Ok(store) => store.newest().await.unwrap().map(|newest| newest.valid_after),
            Err(error) => panic!("{file:o} in {inside:o}: {error}"),
        };
        protect(0o644, 0o755);
        assert_eq!(newest, Some(hour(2)), "{file:o} in {inside:o}");
        let refused = refused.unwrap();
        assert!(refused.contains("read-only") || refused.contains("cannot be opened"), "{refused}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

#[tokio::test]
async fn what_is_no_store_of_ours_is_refused_and_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let open = async |name: &str| {
        let opened = Store::open(folder.path().join(name), StoreOptions::default()).await;
        opened.err().map(|error| error.to_string()).unwrap_or_default()
    };
    std::fs::write(folder.path().join("text.db"), "x".repeat(5000)).unwrap();
    assert!(open("text.db").await.contains("no store of Allium"));
    assert_eq!(std::fs::read_to_string(folder.path().join("text.db")).unwrap(), "x".repeat(5000));
    change_new(&folder.path().join("other.db"), "CREATE TABLE others (a)").await;
    assert!(open("other.db").await.contains("no store of Allium"));
    assert!(open("missing/store.db").await.contains("no store at"));
    let absent = Store::open(folder.path().join("absent.db"), READ_ONLY).await;
    assert!(matches!(absent, Err(StoreError::Missing(_))));
}

async fn change_new(path: &Path, statement: &'static str) {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_store_from_a_newer_version_is_refused() {
    let (_folder, store) = store().await;
    let path = store.path().to_owned();
    store.close().await.unwrap();
    change(&path, "PRAGMA user_version = 99").await;
    for options in [StoreOptions::default(), READ_ONLY] {
        let refused = Store::open(&path, options).await.err().unwrap();
        assert!(matches!(refused, StoreError::Newer { found: 99, .. }), "{refused}");
    }
}

#[tokio::test]
async fn a_store_that_is_only_read_sees_what_another_writes_and_writes_nothing() {
    let (_folder, writing) = store().await;
    fill(&writing, 0..26).await;
    let reading = Store::open(writing.path(), READ_ONLY).await.unwrap();
    fill(&writing, 26..28).await;
    let series = reading.relay_series(relay(1), range(0, 100)).await.unwrap();
    assert_eq!(series, writing.relay_series(relay(1), range(0, 100)).await.unwrap());
    assert!(matches!(reading.append(&record(hour(30), relays(30))).await, Err(StoreError::ReadOnly)));
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_says_so() {
    let (_folder, store) = store().await;
    fill(&store, 0..26).await;
    store.set_page_limit_for_tests(1).await.unwrap();
    let mut error = None;
    for at in 26..200 {
        if let Err(found) = store.append(&record(hour(at), relays(at))).await {
            error = Some((at, found));
            break;
        }
    }
    let (at, error) = error.unwrap();
    assert!(matches!(error, StoreError::Full), "{error}");
    store.set_page_limit_for_tests(1 << 20).await.unwrap();
    assert_eq!(store.check().await.unwrap().problems, [""; 0]);
    fill(&store, at..at + 2).await;
    assert_eq!(store.newest().await.unwrap().unwrap().valid_after, hour(at + 1));
    assert_eq!(store.network_series(range(0, 999)).await.unwrap().len() as i64, at + 2);
    let series = store.relay_series(relay(6), range(0, 999)).await.unwrap().unwrap();
    assert_eq!(series.hours, (0..at + 2).map(|at| state(6, at)).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_check_finds_what_was_damaged() {
    let damages = [
        (
            "UPDATE relay_day SET hours = x'00' WHERE relay = 3",
            "relay 3 on 2026-02-01: the block is cut short",
        ),
        ("UPDATE segment SET rows = x'28b52ffd'", "the block cannot be decompressed"),
        ("DELETE FROM relay_day WHERE relay = 5", "running relays of 2026-02-01"),
        ("UPDATE day SET known = 1", "the hours of 2026-02-01"),
        ("DELETE FROM grp", "blocks of groups that are not listed"),
        ("UPDATE group_day SET hours = x'7f'", "group 1 on 2026-02-01"),
    ];
    for (damage, expected) in damages {
        let (_folder, store) = store().await;
        fill(&store, 0..30).await;
        assert_eq!(store.check().await.unwrap().problems, [""; 0]);
        change(store.path(), damage).await;
        let problems = store.check().await.unwrap().problems;
        assert!(problems.iter().any(|problem| problem.contains(expected)), "{damage}: {problems:?}");
    }
}
