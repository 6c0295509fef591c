//! Presence runs: which relay was in the running set from when to when, as a Parquet file with the columns
//! `fingerprint`, `country`, `first_ipv4`, `run_start_time` and `run_end_time` (both ends included).
//!
//! The moments of the snapshots are those at which any run begins or ends; a moment at which nothing
//! changed is not known to have been looked at.

use crate::failure::Failure;
use crate::network_record::sums;
use allium_consensus::sha256;
use allium_model::{
    CountryCode, Fingerprint, Flag, FlagSet, HourRecord, NetworkRecord, RecordSource, RelayAttributes,
    RelayRecord, Timestamp,
};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Row, RowAccessor};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Most runs of a file, which are in memory at once with some 80 bytes each.
const MAX_RUNS: i64 = 2_000_000;

/// A relay that was there without a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    fingerprint: Fingerprint,
    country: Option<CountryCode>,
    address: Option<IpAddr>,
    start: Timestamp,
    end: Timestamp,
}

/// The runs of a file, by start.
#[derive(Debug, Clone, Default)]
pub struct Runs(Vec<Run>);

/// Digest of one moment of a file.
pub fn digest(of_file: [u8; 32], at: Timestamp) -> [u8; 32] {
    sha256(&[of_file.as_slice(), &at.0.to_be_bytes()].concat())
}

impl Runs {
    /// Reads a file; a row that cannot be used is left out.
    pub fn read(plain: Vec<u8>) -> Result<Self, String> {
        let failed =
            |error: parquet::errors::ParquetError| format!("the Parquet file cannot be read: {error}");
        let reader = SerializedFileReader::new(bytes::Bytes::from(plain)).map_err(failed)?;
        let columns = Columns::of(&reader)?;
        if reader.metadata().file_metadata().num_rows() > MAX_RUNS {
            return Err(format!("it has more than {MAX_RUNS} runs"));
        }
        let mut runs = Vec::new();
        for row in reader.get_row_iter(None).map_err(failed)? {
            runs.extend(columns.run(&row.map_err(failed)?));
        }
        runs.sort_by_key(|run| (run.start, run.fingerprint));
        Ok(Self(runs))
    }

    /// The moments, ascending.
    pub fn times(&self) -> Vec<Timestamp> {
        let times: BTreeSet<Timestamp> = self.0.iter().flat_map(|run| [run.start, run.end]).collect();
        times.into_iter().collect()
    }

    /// The moments with the relays that were there, ascending. Runs are looked at when they begin and while
    /// they go on, so that a long file costs no more for each moment than a short one. Moments that are not
    /// wanted are passed over.
    pub fn records(
        &self,
        of_file: [u8; 32],
        is_wanted: impl Fn(Timestamp) -> bool,
        mut take: impl FnMut(HourRecord<'static>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut begun = 0;
        let mut going_on: Vec<Run> = Vec::new();
        for at in self.times() {
            let new = self.0[begun..].iter().take_while(|run| run.start <= at).count();
            going_on.extend_from_slice(&self.0[begun..begun + new]);
            begun += new;
            going_on.retain(|run| run.end >= at);
            if is_wanted(at) {
                take(record(&going_on, at, of_file))?;
            }
        }
        Ok(())
    }
}

fn record(going_on: &[Run], at: Timestamp, of_file: [u8; 32]) -> HourRecord<'static> {
    let mut relays: Vec<RelayRecord<'static>> = going_on.iter().map(relay_record).collect();
    relays.sort_by_key(|relay| relay.fingerprint);
    relays.dedup_by_key(|relay| relay.fingerprint);
    let mut flag_counts = [0; Flag::ALL.len()];
    flag_counts[Flag::Running as usize] = relays.len() as u32;
    let network = NetworkRecord { valid_after: at, flag_counts, ..sums(&relays) };
    HourRecord {
        valid_after: at,
        source: RecordSource::Presence,
        digest: digest(of_file, at),
        relays,
        network,
        authorities: Vec::new(),
    }
}

fn relay_record(run: &Run) -> RelayRecord<'static> {
    RelayRecord {
        fingerprint: run.fingerprint,
        flags: FlagSet::from_iter([Flag::Running]),
        weight: None,
        is_measured: None,
        attributes: RelayAttributes {
            address: run.address,
            country: run.country,
            ..RelayAttributes::default()
        },
    }
}

/// Places of the columns.
struct Columns {
    fingerprint: usize,
    country: usize,
    address: usize,
    start: usize,
    end: usize,
}

impl Columns {
    fn of(reader: &SerializedFileReader<bytes::Bytes>) -> Result<Self, String> {
        let schema = reader.metadata().file_metadata().schema();
        let place = |name: &str| {
            let place = schema.get_fields().iter().position(|field| field.name() == name);
            place.ok_or_else(|| format!("it has no column {name}"))
        };
        Ok(Self {
            fingerprint: place("fingerprint")?,
            country: place("country")?,
            address: place("first_ipv4")?,
            start: place("run_start_time")?,
            end: place("run_end_time")?,
        })
    }

    fn run(&self, row: &Row) -> Option<Run> {
        let text = |place: usize| row.get_string(place).ok();
        let time = |place: usize| {
            let milliseconds = row.get_timestamp_millis(place).ok().or_else(|| row.get_long(place).ok())?;
            Some(Timestamp(milliseconds.div_euclid(1000)))
        };
        let (start, end) = (time(self.start)?, time(self.end)?);
        let run = Run {
            fingerprint: text(self.fingerprint)?.parse().ok()?,
            country: text(self.country).and_then(|code| code.parse().ok()),
            address: text(self.address).and_then(|address| address.parse().ok()),
            start,
            end,
        };
        (start.0 >= 0 && start <= end).then_some(run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(relay: u8, start: i64, end: i64) -> Run {
        Run {
            fingerprint: Fingerprint([relay; 20]),
            country: None,
            address: None,
            start: Timestamp(start),
            end: Timestamp(end),
        }
    }

    fn runs(mut runs: Vec<Run>) -> Runs {
        runs.sort_by_key(|run| (run.start, run.fingerprint));
        Runs(runs)
    }

    fn swept(runs: &Runs, is_wanted: impl Fn(Timestamp) -> bool) -> Vec<(Timestamp, Vec<Fingerprint>)> {
        let mut found = Vec::new();
        let taken = runs.records([0; 32], is_wanted, |record| {
            found.push((
                record.valid_after,
                record.relays.iter().map(|relay| relay.fingerprint).collect::<Vec<_>>(),
            ));
            assert_eq!(record.network.relays as usize, record.relays.len());
            Ok(())
        });
        assert!(taken.is_ok());
        found
    }

    #[test]
    fn both_ends_of_a_run_belong_to_it() {
        let runs = runs(vec![run(1, 0, 10), run(2, 10, 10), run(1, 20, 20)]);
        let [one, two] = [1, 2].map(|relay| Fingerprint([relay; 20]));
        let expected = [(0, vec![one]), (10, vec![one, two]), (20, vec![one])];
        assert_eq!(swept(&runs, |_| true), expected.map(|(at, relays)| (Timestamp(at), relays)));
        assert_eq!(swept(&runs, |at| at.0 == 10).len(), 1);
    }

    #[test]
    fn a_sweep_finds_what_a_look_at_every_run_finds() {
        // A few hundred runs without order: the steps of a generator with full period.
        let next = |state: &mut u32| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            i64::from(*state >> 16)
        };
        let mut state = 7;
        for _ in 0..40 {
            let given = (0..30).map(|_| {
                let start = next(&mut state) % 40;
                run((next(&mut state) % 9) as u8, start, start + next(&mut state) % 15)
            });
            let runs = runs(given.collect());
            for (at, relays) in swept(&runs, |_| true) {
                let there = runs.0.iter().filter(|run| run.start <= at && at <= run.end);
                let expected: BTreeSet<Fingerprint> = there.map(|run| run.fingerprint).collect();
                assert_eq!(relays, expected.into_iter().collect::<Vec<_>>(), "{at}");
            }
        }
    }

    /// The counts beside the shared runs, where they are at hand.
    #[test]
    fn the_shared_runs_have_the_counts_that_were_noted_beside_them() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/history");
        let Ok(bytes) = std::fs::read(folder.join("presence_runs.parquet")) else {
            eprintln!("skipped: there is no {}", folder.display());
            return;
        };
        let runs = Runs::read(bytes).unwrap();
        let noted = std::fs::read(folder.join("presence_snapshots.parquet")).unwrap();
        let noted = SerializedFileReader::new(bytes::Bytes::from(noted)).unwrap();
        let rows: Vec<Row> = noted.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        let counts: std::collections::BTreeMap<Timestamp, i32> = rows
            .iter()
            .map(|row| {
                let milliseconds = row.get_timestamp_millis(0).or_else(|_| row.get_long(0)).unwrap();
                (Timestamp(milliseconds.div_euclid(1000)), row.get_int(1).unwrap())
            })
            .collect();
        assert_eq!(counts.len(), runs.times().len(), "each snapshot is a moment");
        let every: BTreeSet<Timestamp> = runs.times().into_iter().step_by(97).collect();
        for (at, relays) in swept(&runs, |at| every.contains(&at)) {
            assert_eq!(counts.get(&at).copied(), Some(relays.len() as i32), "{at}");
        }
    }
}
