//! One pass after the other over the source: what is new is fetched and taken in, gaps are filled.
//!
//! A service is asked for one file at a time, the newest round first and with its votes, then older
//! rounds without them. A folder is read in the order of time. What was fetched once is not fetched
//! again, believed or not, until it changes. When the archive is behind or cannot be reached, the
//! authorities are asked.

use super::archives::Archives;
use super::ask::{Asked, one_of_each, own_votes};
use super::origin::Origin;
use super::publications::Publications;
use super::round::RoundBytes;
use super::state::{DirectoryState, Took};
use super::status::PassReport;
use super::trust::dir_address;
use crate::config::Config;
use crate::failure::Failure;
use crate::load::{fetch_options, fetcher_of};
use allium_collect::{
    Collector, CollectorLimits, CollectorSource, DirPortDocument, DirectoryFile, DirectoryFileKind, Fetcher,
    PlanOptions, Round, dir_port_options, plan,
};
use allium_documents::dirspec::IndexedFile;
use allium_model::{Fingerprint, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;

/// Rounds that are filled in one pass over a service.
const ROUNDS_PER_PASS: usize = 12;

/// Certificates fetched in one pass.
const MAX_CERTIFICATES: usize = 60;

/// Follows a source.
pub struct Follower {
    pub(super) origin: Origin,
    pub(super) collector: Option<Collector>,
    pub(super) fetcher: Fetcher,
    pub(super) dir_ports: Arc<Fetcher>,
    pub(super) fill_seconds: i64,
    takes_votes: bool,
    pub(super) publications: Publications,
    pub(super) archives: Option<Archives>,
    /// Files that were fetched: path, size and time of change.
    pub(super) done: HashSet<(String, u64, Option<Timestamp>)>,
    /// Those of them that could not be checked for lack of a certificate: asked for again when one comes.
    unchecked: HashSet<(String, u64, Option<Timestamp>)>,
    /// When which authority was asked for what it publishes beside its vote.
    pub(super) asked: BTreeMap<(Fingerprint, DirPortDocument), Timestamp>,
}

impl Follower {
    /// Nothing is asked yet.
    pub fn new(config: &Config, origin: Origin) -> Result<Self, Failure> {
        let collector = match &origin {
            Origin::Collector { source, .. } => {
                Some(Collector::new(source.clone(), CollectorLimits::default()))
            }
            Origin::Authorities => None,
        };
        Ok(Self {
            collector,
            fetcher: fetcher_of(fetch_options(config))?,
            dir_ports: Arc::new(fetcher_of(dir_port_options(
                fetch_options(config),
                config.collector.dir_port_timeout(),
            ))?),
            fill_seconds: i64::from(config.collector.fill_hours) * 3600,
            takes_votes: config.collector.votes,
            publications: Publications {
                bandwidth_files: config.collector.bandwidth_files,
                extra_infos: config.collector.extra_infos,
            },
            archives: Archives::new(config, &origin)?,
            done: HashSet::new(),
            unchecked: HashSet::new(),
            asked: BTreeMap::new(),
            origin,
        })
    }

    /// Where documents come from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Whether it is a folder.
    pub fn is_local(&self) -> bool {
        matches!(self.origin, Origin::Collector { source: CollectorSource::Directory(_), .. })
    }

    /// The first half of a pass: the newest round. A server publishes it before gaps are filled.
    pub async fn newest(&mut self, state: &mut DirectoryState, now: Timestamp) -> PassReport {
        let mut report = PassReport::default();
        if self.collector.is_some() {
            self.ask_collector(state, now, &mut report).await;
        }
        if self.asks_authorities(state, now) {
            self.ask_authorities(state, now, &mut report).await;
        }
        finish(state, &mut report);
        report
    }

    /// The second half: rounds before it that are missing, at most a dozen of a service.
    pub async fn fill(&mut self, state: &mut DirectoryState, now: Timestamp) -> PassReport {
        let mut report = PassReport::default();
        let since = if self.is_local() { Timestamp(0) } else { now.plus_seconds(-self.fill_seconds) };
        let max_rounds = if self.is_local() { usize::MAX } else { ROUNDS_PER_PASS };
        let mut rounds = self.plan(state, since, max_rounds, &mut report).await;
        if self.is_local() {
            rounds.reverse();
        }
        for round in rounds {
            let with_votes = self.is_local() && self.takes_votes;
            self.take_round(state, &round, with_votes, now, &mut report).await;
        }
        finish(state, &mut report);
        report
    }

    /// Rounds of the source that are neither in the past nor were fetched before, the newest first.
    async fn plan(
        &self,
        state: &DirectoryState,
        since: Timestamp,
        max_rounds: usize,
        report: &mut PassReport,
    ) -> Vec<Round> {
        let Some(collector) = &self.collector else { return Vec::new() };
        let known = match state.past().known(since).await {
            Ok(known) => known,
            Err(error) => {
                report.problem.get_or_insert(error.to_string());
                return Vec::new();
            }
        };
        let fresh: Vec<IndexedFile> =
            collector.files().iter().filter(|file| !self.done.contains(&key(file))).cloned().collect();
        // The past keeps relays and no documents: the newest two are read again after a start.
        let recalled = if state.has_previous() { Timestamp(i64::MAX) } else { self.second_newest() };
        let is_known = |time| known.contains(&time) && time < recalled;
        plan(&fresh, is_known, &PlanOptions { since, max_rounds })
    }

    /// Time of the consensus before the newest of the source.
    fn second_newest(&self) -> Timestamp {
        let files = self.collector.iter().flat_map(Collector::files);
        let is_consensus =
            |kind| matches!(kind, DirectoryFileKind::Consensus | DirectoryFileKind::MicrodescConsensus);
        let names = files.filter_map(|file| DirectoryFile::of(&file.path));
        let times: BTreeSet<Timestamp> =
            names.filter(|name| is_consensus(name.kind)).map(|name| name.time).collect();
        times.iter().rev().nth(1).copied().unwrap_or(Timestamp(0))
    }

    async fn ask_collector(&mut self, state: &mut DirectoryState, now: Timestamp, report: &mut PassReport) {
        let Some(collector) = &mut self.collector else { return };
        if let Err(error) = collector.refresh(&self.fetcher).await {
            tracing::warn!("{error}");
            report.problem = Some(error.to_string());
            return;
        }
        self.take_certificates(state, now, report).await;
        if self.is_local() {
            return;
        }
        if let Some(round) = self.newest_round(state, now) {
            self.take_round(state, &round, self.takes_votes, now, report).await;
        }
    }

    /// The newest round of the source with a consensus, as far as its files were not fetched.
    fn newest_round(&self, state: &DirectoryState, now: Timestamp) -> Option<Round> {
        let files = self.collector.as_ref()?.files();
        let everything = PlanOptions { since: now.plus_seconds(-7 * 86_400), max_rounds: 3 };
        let rounds = plan(files, |_| false, &everything);
        let newest =
            rounds.into_iter().find(|round| round.consensus.is_some() || round.microdesc.is_some())?;
        let known = state.consensus().map(|consensus| consensus.valid_after);
        let is_behind = known.is_some_and(|known| newest.valid_after < known);
        let mut round = newest;
        let is_fresh = |file: &IndexedFile| !self.done.contains(&key(file));
        round.consensus = round.consensus.filter(is_fresh);
        round.microdesc = round.microdesc.filter(is_fresh);
        round.votes.retain(is_fresh);
        let is_empty = round.consensus.is_none() && round.microdesc.is_none() && round.votes.is_empty();
        (!is_behind && !is_empty).then_some(round)
    }

    /// The newest certificate of each authority, and files of several.
    async fn take_certificates(
        &mut self,
        state: &mut DirectoryState,
        now: Timestamp,
        report: &mut PassReport,
    ) {
        let Some(collector) = &self.collector else { return };
        let mut files: Vec<(DirectoryFile, IndexedFile)> = collector
            .files()
            .iter()
            .filter(|file| !self.done.contains(&key(file)))
            .filter_map(|file| Some((DirectoryFile::of(&file.path)?, file.clone())))
            .filter(|(name, _)| {
                matches!(name.kind, DirectoryFileKind::Certificate(_) | DirectoryFileKind::Certificates)
            })
            .collect();
        files.sort_by_key(|(name, _)| std::cmp::Reverse(name.time));
        for (_, file) in files.into_iter().take(MAX_CERTIFICATES) {
            let mut round = RoundBytes::default();
            let files = if self.get(&file, &mut round, report).await { vec![file] } else { Vec::new() };
            if self.offer(state, &round, &files, now, report).await == Took::Other {
                // What could not be checked before may be checked now.
                self.done.retain(|file| !self.unchecked.contains(file));
                self.unchecked.clear();
            }
        }
    }

    /// Fetches the files of a round and takes them in. Those that came are done, unless the past failed.
    async fn take_round(
        &mut self,
        state: &mut DirectoryState,
        round: &Round,
        with_votes: bool,
        now: Timestamp,
        report: &mut PassReport,
    ) {
        let votes = round.votes.iter().filter(|_| with_votes);
        let files: Vec<IndexedFile> =
            round.consensus.iter().chain(&round.microdesc).chain(votes).cloned().collect();
        // Of an old round one flavour is enough.
        let files = if with_votes || self.is_local() { files } else { files.into_iter().take(1).collect() };
        let mut bytes = RoundBytes::default();
        let mut had = Vec::new();
        for file in files {
            if self.get(&file, &mut bytes, report).await {
                had.push(file);
            }
        }
        self.offer(state, &bytes, &had, now, report).await;
    }

    /// Gets one file; whether it came. One that cannot be had is asked for again in the next pass.
    async fn get(&mut self, file: &IndexedFile, round: &mut RoundBytes, report: &mut PassReport) -> bool {
        let Some(collector) = &self.collector else { return false };
        match collector.get(file, &self.fetcher).await {
            Ok(bytes) => {
                if !round.put(bytes) {
                    report.refused += 1;
                }
                true
            }
            Err(error) => {
                tracing::warn!(%file.path, "{error}");
                report.refused += 1;
                report.problem.get_or_insert(error.to_string());
                false
            }
        }
    }

    async fn offer(
        &mut self,
        state: &mut DirectoryState,
        round: &RoundBytes,
        files: &[IndexedFile],
        now: Timestamp,
        report: &mut PassReport,
    ) -> Took {
        if round.is_empty() {
            return Took::Nothing;
        }
        match state.take(round, now).await {
            Ok(took) => {
                self.done.extend(files.iter().map(key));
                if !matches!(took, Took::Consensus(_)) && state.lacks_certificates() {
                    self.unchecked.extend(files.iter().map(key));
                }
                report.is_changed |= took != Took::Nothing;
                report.rounds += usize::from(matches!(took, Took::Consensus(_)));
                took
            }
            Err(error) => {
                tracing::error!("the history cannot take in a round: {error}");
                report.problem = Some(format!("the history cannot take in a round: {error}"));
                Took::Nothing
            }
        }
    }

    /// Whether the authorities are to be asked: they are the source, or the archive is behind.
    pub(super) fn asks_authorities(&self, state: &DirectoryState, now: Timestamp) -> bool {
        match self.origin {
            Origin::Authorities => true,
            Origin::Collector { falls_back, .. } => {
                falls_back
                    && state.consensus().is_none_or(|consensus| {
                        let length = consensus.fresh_until.seconds_since(consensus.valid_after).max(1);
                        now > consensus.fresh_until.plus_seconds(length / 2)
                    })
            }
        }
    }

    /// Asks the authorities, one after the other, for what is not known yet.
    async fn ask_authorities(&mut self, state: &mut DirectoryState, now: Timestamp, report: &mut PassReport) {
        let addresses: Vec<SocketAddr> = state.trusted().trusted_at(now).filter_map(dir_address).collect();
        let mut asked = Asked::default();
        let order = if self.takes_votes {
            own_votes(&self.dir_ports, &addresses, &mut asked).await
        } else {
            addresses.clone()
        };
        let mut wanted = BTreeSet::from([DirPortDocument::Consensus, DirPortDocument::MicrodescConsensus]);
        if state.lacks_certificates() {
            wanted.insert(DirPortDocument::Certificates);
        }
        let is_of_use = |bytes: &[u8], document| !is_stale(bytes, document, state, now);
        one_of_each(&self.dir_ports, &order, wanted, is_of_use, &mut asked).await;
        let Asked { documents, mut errors } = asked;
        let mut round = RoundBytes::default();
        report.refused += documents.into_iter().map(|bytes| usize::from(!round.put(bytes))).sum::<usize>();
        if addresses.is_empty() {
            errors.push("no trusted authority has an address for directory requests".to_owned());
        }
        if round.consensus.is_none() && round.microdesc.is_none() && state.consensus().is_none() {
            report.problem = errors.into_iter().next().or_else(|| report.problem.take());
        } else {
            report.problem = report.problem.take().filter(|_| self.origin != Origin::Authorities);
        }
        self.offer(state, &round, &[], now, report).await;
    }
}

/// Whether a consensus is one that is known, or no longer valid: another authority may have a newer one.
fn is_stale(bytes: &[u8], document: DirPortDocument, state: &DirectoryState, now: Timestamp) -> bool {
    if !matches!(document, DirPortDocument::Consensus | DirPortDocument::MicrodescConsensus) {
        return false;
    }
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let time = |keyword: &str| -> Option<Timestamp> {
        head.lines().find_map(|line| line.strip_prefix(keyword))?.trim().parse().ok()
    };
    let known = state.consensus().map(|consensus| consensus.valid_after);
    let is_known =
        time("valid-after ").is_some_and(|valid_after| known.is_some_and(|known| valid_after <= known));
    is_known || time("valid-until ").is_some_and(|until| until < now)
}

pub(super) fn key(file: &IndexedFile) -> (String, u64, Option<Timestamp>) {
    (file.path.to_string(), file.size_bytes, file.last_modified)
}

/// What was wrong with documents is a problem of the source.
pub(super) fn finish(state: &mut DirectoryState, report: &mut PassReport) {
    let problems = state.take_problems();
    report.refused += problems.len();
    if report.problem.is_none() {
        report.problem = problems.into_iter().next();
    }
}
