//! The network as a whole: starting it, asking it, waiting for its rounds.

use crate::bandwidth::BandwidthFile;
use crate::clock::{Round, now_seconds, parse_utc, utc, wait_for};
use crate::http::get;
use crate::node::{Node, Plan, Role};
use crate::options::{AUTHORITY_NAMES, Options, relay_name};
use crate::process_group::ProcessGroup;
use crate::{is_installed, ports, torrc};
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Longest wait for the first consensus with everybody in it, in rounds. The first may fail, and on a busy
/// machine more.
const FIRST_ROUNDS: u32 = 18;

/// An authority as others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Nickname.
    pub name: String,
    /// SHA-1 of its v3 identity key, in upper-case hex.
    pub v3_identity: String,
    /// Fingerprint as a relay, in upper-case hex.
    pub fingerprint: String,
    /// Port on loopback for directory requests.
    pub dir_port: u16,
    /// Port on loopback for the Tor protocol.
    pub or_port: u16,
}

/// A consensus (flavour ns) as an authority serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consensus {
    /// The round that it belongs to.
    pub round: Round,
    /// The document.
    pub text: String,
}

impl Consensus {
    /// Asks a DirPort of loopback for its newest.
    pub fn read(port: u16) -> Option<Self> {
        let answer = get(port, "/tor/status-vote/current/consensus").ok()?;
        let text = String::from_utf8(answer.body).ok().filter(|_| answer.status == 200)?;
        let line = text.lines().find_map(|line| line.strip_prefix("valid-after "))?;
        Some(Self { round: Round { valid_after: parse_utc(line)? }, text })
    }

    /// Asks DirPorts of loopback side by side, for a frozen daemon takes its time; those that answer.
    pub fn read_all(ports: &[u16]) -> Vec<Self> {
        std::thread::scope(|scope| {
            let asking: Vec<_> = ports.iter().map(|port| scope.spawn(|| Self::read(*port))).collect();
            asking.into_iter().filter_map(|thread| thread.join().ok().flatten()).collect()
        })
    }

    /// Lines that begin with a keyword.
    pub fn count(&self, keyword: &str) -> usize {
        self.text.lines().filter(|line| line.split(' ').next() == Some(keyword)).count()
    }
}

/// A running private network. Dropping it ends every daemon and removes its files.
#[derive(Debug)]
pub struct TorNetwork {
    options: Options,
    folder: PathBuf,
    nodes: Vec<Node>,
    group: ProcessGroup,
}

impl TorNetwork {
    /// Starts a network and waits for the first consensus with every relay and every signature;
    /// `None` when tor is missing at a desk, a failure when it is missing on the build service.
    pub fn start_if_installed(options: Options) -> Result<Option<Self>> {
        if !is_installed() {
            ensure!(std::env::var_os("CI").is_none(), "tor is missing: install the package tor");
            return Ok(None);
        }
        let network = Self::start(options)?;
        network.wait_until_complete()?;
        Ok(Some(network))
    }

    /// Makes keys, writes configurations and starts every daemon; waits for nothing.
    pub fn start(options: Options) -> Result<Self> {
        let folder = make_folder()?;
        let made = make_nodes(&options, &folder);
        // From here on dropping `network` cleans up.
        let group = ProcessGroup::start();
        let mut network = match (made, group) {
            (Ok(nodes), Ok(group)) => Self { options, folder, nodes, group },
            (Err(error), _) | (_, Err(error)) => {
                let _ = std::fs::remove_dir_all(&folder);
                return Err(error);
            }
        };
        network.configure()?;
        let (group, nodes) = network.group_and_nodes();
        nodes.iter_mut().try_for_each(|node| node.start(group))?;
        Ok(network)
    }

    fn configure(&mut self) -> Result<()> {
        std::fs::write(self.folder.join("resolv.conf"), "nameserver 127.0.0.1\n")?;
        for node in &self.nodes {
            std::fs::write(node.torrc(), torrc::write(node, &self.nodes, &self.options, &self.folder))?;
        }
        for authority in self.authorities() {
            self.write_bandwidth_file(&authority.name, BandwidthFile::default())?;
        }
        Ok(())
    }

    /// The authorities, in the order of their names.
    pub fn authorities(&self) -> Vec<Authority> {
        let authority = |node: &Node| {
            Some(Authority {
                name: node.name.clone(),
                v3_identity: node.v3_identity.clone()?,
                fingerprint: node.identity.fingerprint.clone(),
                dir_port: node.dir_port,
                or_port: node.or_port,
            })
        };
        self.nodes.iter().filter_map(authority).collect()
    }

    /// The authorities as `DirAuthority` lines of a torrc.
    pub fn authorities_text(&self) -> String {
        torrc::dir_authorities(&self.nodes)
    }

    /// Shape and pace.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The folder with every file of the network, a folder for each node below.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The next round whose votes are not sent yet and will not be for `margin`.
    pub fn next_round(&self, margin: Duration) -> Round {
        let interval = i64::from(self.options.voting_interval_seconds);
        let lead = f64::from(2 * self.options.delay_seconds) + margin.as_secs_f64();
        let earliest = now_seconds() + lead;
        Round { valid_after: (earliest / interval as f64).ceil() as i64 * interval }
    }

    /// Waits until so many seconds before (or, negative, after) a round becomes valid.
    pub fn wait_until_before(&self, round: Round, seconds: f64) -> Result<()> {
        let moment = round.valid_after as f64 - seconds;
        let limit = Duration::from_secs_f64((moment - now_seconds()).max(0.0) + 1.0);
        wait_for("a moment of a round", limit, || (now_seconds() >= moment).then_some(()))
    }

    /// The newest consensus that any authority serves.
    pub fn newest_consensus(&self) -> Option<Consensus> {
        let ports: Vec<u16> = self.authorities().iter().map(|authority| authority.dir_port).collect();
        Consensus::read_all(&ports).into_iter().max_by_key(|found| found.round)
    }

    /// Waits for a consensus of this round or a later one.
    pub fn wait_for_consensus(&self, round: Round) -> Result<Consensus> {
        let due = round.valid_after as f64 - now_seconds();
        let rounds = f64::from(2 * self.options.voting_interval_seconds);
        let limit = Duration::from_secs_f64(due.max(0.0) + rounds);
        self.wait_for_consensus_with(
            &format!("a consensus of {}", utc(round.valid_after, ' ')),
            limit,
            |found| found.round >= round,
        )
    }

    /// Waits for a consensus with every relay in it and the signature of every authority, until each
    /// authority serves it and has a vote of its own.
    pub fn wait_until_complete(&self) -> Result<Consensus> {
        let limit = Duration::from_secs(u64::from(FIRST_ROUNDS * self.options.voting_interval_seconds));
        let complete = self.wait_for_consensus_with("a consensus with everybody", limit, |found| {
            found.count("r") == self.nodes.len()
                && found.count("directory-signature") == self.options.authorities
                && found.text.contains("\nw ")
                && !found.text.lines().any(|line| line.starts_with("s ") && !line.contains(" Running"))
        })?;
        let has_it = |authority: &Authority| {
            let has_vote = get(authority.dir_port, "/tor/status-vote/current/authority");
            Consensus::read(authority.dir_port).is_some_and(|own| own.round >= complete.round)
                && has_vote.is_ok_and(|answer| answer.status == 200)
        };
        let authorities = self.authorities();
        wait_for("every authority to have a vote and the consensus", limit, || {
            authorities.iter().all(has_it).then_some(())
        })?;
        Ok(complete)
    }

    fn wait_for_consensus_with(
        &self,
        what: &str,
        limit: Duration,
        is_it: impl Fn(&Consensus) -> bool,
    ) -> Result<Consensus> {
        wait_for(what, limit, || self.newest_consensus().filter(|found| is_it(found)))
            .with_context(|| format!("{} said last:\n{}", self.nodes[0].name, self.nodes[0].last_words()))
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(crate) fn group_and_nodes(&mut self) -> (&ProcessGroup, &mut [Node]) {
        (&self.group, &mut self.nodes)
    }

    pub(crate) fn place(&self, name: &str) -> Result<usize> {
        self.nodes.iter().position(|node| node.name == name).with_context(|| format!("no node {name}"))
    }

    pub(crate) fn node(&self, name: &str) -> Result<&Node> {
        self.place(name).map(|place| &self.nodes[place])
    }

    pub(crate) fn node_mut(&mut self, name: &str) -> Result<&mut Node> {
        self.place(name).map(|place| &mut self.nodes[place])
    }
}

impl Drop for TorNetwork {
    fn drop(&mut self) {
        for node in &mut self.nodes {
            let _ = node.kill();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A new folder of our own, which nobody else may read.
fn make_folder() -> Result<PathBuf> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("allium-tornet-{}-{number}", std::process::id()));
    std::fs::create_dir(&folder).with_context(|| format!("failed to make {}", folder.display()))?;
    Ok(folder)
}

/// Makes the keys of every node, side by side, for that is most of the work.
fn make_nodes(options: &Options, folder: &Path) -> Result<Vec<Node>> {
    ensure!((1..=AUTHORITY_NAMES.len()).contains(&options.authorities), "1 to 9 authorities");
    let plans = plans(options)?;
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            plans.into_iter().map(|plan| scope.spawn(move || Node::make(plan, folder))).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, Result<Node>>| {
            thread.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a thread that makes keys panicked")))
        };
        threads.into_iter().map(join).collect()
    })
}

fn plans(options: &Options) -> Result<Vec<Plan>> {
    let count = options.authorities + options.relays;
    let ports = ports::free(2 * count)?;
    let plan = |(place, ports): (usize, &[u16])| {
        let relay = place.checked_sub(options.authorities);
        let role = match relay {
            None => Role::Authority,
            Some(relay) if relay < options.exits => Role::Exit,
            Some(_) => Role::Relay,
        };
        let name = relay.map_or_else(|| AUTHORITY_NAMES[place].to_owned(), relay_name);
        Plan { name, role, or_port: ports[0], dir_port: ports[1] }
    };
    Ok(ports.chunks_exact(2).enumerate().map(plan).collect())
}
