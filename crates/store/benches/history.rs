//! What a history costs: bytes for a relay and hour, time to append, time to read.
//!
//! `cargo bench -p allium-store` writes 90 days of 10,000 relays; `-- DAYS RELAYS` other numbers. Flags and
//! weights change as often as in real consensuses: a measured relay's weight every four hours on average,
//! a flag every week, an outage every two weeks; groups are as unequal as the real ones.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints and may stop")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures durations")]

use allium_model::{
    AsNumber, CountryCode, Fingerprint, Flag, FlagSet, HourRecord, NetworkRecord, OperatorId, RecordSource,
    RelayAttributes, RelayRecord, TimeRange, Timestamp,
};
use allium_store::{Store, StoreOptions, StoredGroup};
use std::time::{Duration, Instant};

/// 2026-01-01 00:00.
const START: i64 = 1_767_225_600;

/// A small generator of numbers: splitmix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// Small numbers are frequent, as the sizes of ASes, operators and families are unequal.
    fn unequal(&mut self, end: u64) -> u64 {
        let limit = 1 + self.below(end);
        self.below(limit) * self.below(limit) / limit
    }
}

/// A relay as it changes from hour to hour.
struct Simulated {
    fingerprint: Fingerprint,
    flags: FlagSet,
    weight: u32,
    is_measured: bool,
    hours_down: u32,
    attributes: RelayAttributes<'static>,
}

const VERSIONS: [&str; 6] = ["0.4.8.10", "0.4.8.11", "0.4.8.12", "0.4.8.13", "0.4.9.3-alpha", "0.4.7.16"];
const COUNTRIES: &[u8] =
    b"DEUSNLFRFICHSEATGBCAROPLLUNOISCZUALVLTEEBGJPSGHKAUBRMDITESPTDKIEHUSKSIHRRSMKALGRTRILZAINIDTWKRNZMXARCL";

fn simulated(dice: &mut Dice, number: u64) -> Simulated {
    let mut fingerprint = [0; 20];
    fingerprint[..8].copy_from_slice(&dice.next().to_be_bytes());
    fingerprint[8..16].copy_from_slice(&number.to_be_bytes());
    let mut flags = FlagSet::from_iter([Flag::Running, Flag::Valid, Flag::Fast, Flag::V2Dir]);
    for (flag, of_ten) in [(Flag::Guard, 5), (Flag::Exit, 2), (Flag::Stable, 9), (Flag::HSDir, 6)] {
        if dice.below(10) < of_ten {
            flags.insert(flag);
        }
    }
    let country = dice.unequal(COUNTRIES.len() as u64 / 2) as usize * 2;
    let country: CountryCode =
        std::str::from_utf8(&COUNTRIES[country..country + 2]).unwrap().parse().unwrap();
    let family = dice.unequal(6_000);
    let mut first = [0; 20];
    first[..8].copy_from_slice(&family.to_be_bytes());
    let operator = OperatorId::of_contact(&format!("operator {}", dice.unequal(5_000)));
    let attributes = RelayAttributes {
        nickname: Some("someNickname"),
        address: Some(std::net::IpAddr::from((dice.next() as u32).to_be_bytes())),
        as_number: Some(AsNumber(1 + dice.unequal(2_500) as u32)),
        country: Some(country),
        contact: Some("somebody <tor at example dot org>"),
        version: Some(VERSIONS[dice.unequal(6) as usize]),
        platform: Some("Tor 0.4.8.12 on Linux"),
        family: Some(Fingerprint(first)),
        operator: Some(operator),
    };
    let weight = 20 + dice.unequal(60_000) as u32;
    Simulated {
        fingerprint: Fingerprint(fingerprint),
        flags,
        weight,
        is_measured: !dice.one_in(40),
        hours_down: 0,
        attributes,
    }
}

impl Simulated {
    fn step(&mut self, dice: &mut Dice) {
        if self.hours_down > 0 {
            self.hours_down -= 1;
        } else if dice.one_in(24 * 14) {
            self.hours_down = 1 + dice.unequal(48) as u32;
        }
        if self.is_measured && dice.one_in(4) {
            let share = 850 + dice.below(300);
            self.weight = (u64::from(self.weight) * share / 1000).max(1) as u32;
        }
        if dice.one_in(24 * 7) {
            let flag = [Flag::Guard, Flag::Stable, Flag::HSDir, Flag::Fast][dice.below(4) as usize];
            let had = self.flags.contains(flag);
            self.flags =
                self.flags.iter().filter(|other| *other != flag).chain((!had).then_some(flag)).collect();
        }
        if dice.one_in(24 * 60) {
            self.attributes.version = Some(VERSIONS[dice.below(6) as usize]);
        }
    }

    fn record(&self) -> RelayRecord<'static> {
        RelayRecord {
            fingerprint: self.fingerprint,
            flags: self.flags,
            weight: Some(self.weight),
            is_measured: Some(self.is_measured),
            attributes: self.attributes,
        }
    }
}

fn record(at: i64, relays: &[Simulated]) -> HourRecord<'static> {
    let relays: Vec<_> = relays.iter().filter(|relay| relay.hours_down == 0).map(Simulated::record).collect();
    let mut digest = [0; 32];
    digest[..8].copy_from_slice(&at.to_be_bytes());
    let network =
        NetworkRecord { valid_after: Timestamp(at), relays: relays.len() as u32, ..NetworkRecord::default() };
    HourRecord {
        valid_after: Timestamp(at),
        source: RecordSource::Consensus,
        digest,
        relays,
        network,
        authorities: Vec::new(),
    }
}

/// CPU time of this process so far, user and system.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 =
        after.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

async fn timed<T>(what: &str, times: u32, work: impl AsyncFn() -> T) -> T {
    let mut result = work().await;
    let (begun, cpu_begun) = (Instant::now(), cpu());
    for _ in 0..times {
        result = work().await;
    }
    let milliseconds = |duration: Duration| duration.as_secs_f64() * 1000.0 / f64::from(times);
    let used = cpu().saturating_sub(cpu_begun);
    println!("{what}: {:.2} ms elapsed, {:.2} ms CPU", milliseconds(begun.elapsed()), milliseconds(used));
    result
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let numbers: Vec<i64> = std::env::args().filter_map(|text| text.parse().ok()).collect();
    let (days, count) = (numbers.first().copied().unwrap_or(90), numbers.get(1).copied().unwrap_or(10_000));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    let store = Store::open(&path, StoreOptions::default()).await.unwrap();
    let mut dice = Dice(1);
    let mut relays: Vec<_> = (0..count as u64).map(|number| simulated(&mut dice, number)).collect();
    relays.sort_by_key(|relay| relay.fingerprint);
    let (mut relay_hours, mut appending, mut cpu_appending) = (0, Duration::ZERO, Duration::ZERO);
    for hour in 0..days * 24 {
        for relay in &mut relays {
            relay.step(&mut dice);
        }
        let record = record(START + hour * 3600, &relays);
        relay_hours += record.relays.len();
        let (begun, cpu_begun) = (Instant::now(), cpu());
        store.append(&record).await.unwrap();
        appending += begun.elapsed();
        cpu_appending += cpu().saturating_sub(cpu_begun);
    }
    let hours = (days * 24) as f64;
    println!("{days} days of {count} relays: {relay_hours} relay-hours");
    println!(
        "append: {:.2} ms elapsed, {:.2} ms CPU",
        appending.as_secs_f64() * 1e3 / hours,
        cpu_appending.as_secs_f64() * 1e3 / hours
    );
    let range = TimeRange { from: Timestamp(START), until: Timestamp(START + days * 86_400) };
    let relay = relays[relays.len() / 2].fingerprint;
    let group = StoredGroup::As(relays[0].attributes.as_number.unwrap());
    timed("one relay, all days", 100, async || store.relay_series(relay, range).await.unwrap()).await;
    timed("network, all days", 100, async || store.network_series(range).await.unwrap()).await;
    timed("one group, all days", 100, async || store.group_hours(group, range).await.unwrap()).await;
    let month = TimeRange { from: Timestamp(range.until.0 - 30 * 86_400), until: range.until };
    let bulk =
        timed("all relays, 30 days, read", 1, async || store.relays_in_bulk(month).await.unwrap()).await;
    timed("all relays, 30 days, made", 1, async || {
        bulk.fingerprints()
            .filter_map(|relay| bulk.get(relay))
            .map(|series| series.hours.len())
            .sum::<usize>()
    })
    .await;
    store.close().await.unwrap();
    let bytes = std::fs::metadata(&path).unwrap().len();
    println!(
        "file: {:.1} MB, {:.2} bytes a relay-hour",
        bytes as f64 / 1e6,
        bytes as f64 / relay_hours as f64
    );
    let begun = Instant::now();
    let store = Store::open(&path, StoreOptions::default()).await.unwrap();
    let found = store.relay_series(relay, range).await.unwrap();
    println!(
        "opened and one relay read: {:.1} ms, {} hours",
        begun.elapsed().as_secs_f64() * 1e3,
        found.map_or(0, |series| series.hours.len())
    );
    let begun = Instant::now();
    let report = store.check().await.unwrap();
    println!(
        "checked: {:.1} s, {} blocks, {} problems",
        begun.elapsed().as_secs_f64(),
        report.blocks,
        report.problems.len()
    );
    sizes(&path).await;
}

/// Where the bytes are, by table.
async fn sizes(path: &std::path::Path) {
    use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 6")
            .fetch_all(&mut connection)
            .await
            .unwrap_or_default();
    for (name, bytes) in rows {
        println!("  {name}: {:.1} MB", bytes as f64 / 1e6);
    }
}
