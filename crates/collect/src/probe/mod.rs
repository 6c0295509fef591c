//! Probes of directory authorities: does it answer, how fast, with what, and is its clock right.
//!
//! A look asks an authority for its own certificate, which is small and names who answers. Once in a
//! voting round it also asks for the consensus and for the authority's own vote, reads the first
//! lines of each and closes the connection; one that is stale is looked at again next time. An
//! authority is asked one thing at a time, and different authorities side by side. When nobody answers
//! and a host of another kind does not either, our own network is at fault and nothing was measured.

mod ask;
mod head;
mod proxy;

use allium_model::{AuthorityProbe, Fingerprint, ProbeOutcome, Timestamp};
use ask::{Heard, Trouble, ask};
use head::{DocumentHead, certificate_identity, voters};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

const CERTIFICATE: &str = "/tor/keys/authority";
const CONSENSUS: &str = "/tor/status-vote/current/consensus-microdesc";
const VOTE: &str = "/tor/status-vote/current/authority";

/// More than any key certificate.
const MAX_CERTIFICATE_BYTES: usize = 16 << 10;

/// The first lines of a consensus or vote, up to its times, are shorter than this.
const HEAD_BYTES: usize = 1 << 10;

/// The same of a consensus up to its relays: what the authorities say of themselves.
const CONSENSUS_HEAD_BYTES: usize = 16 << 10;

/// Seconds from one consensus to the next until a consensus says otherwise.
const DEFAULT_INTERVAL_SECONDS: i64 = 3600;

/// An authority to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProbeTarget {
    /// SHA-1 of its v3 identity key.
    pub identity: Fingerprint,
    /// Its address for directory requests.
    pub address: SocketAddr,
}

/// Manners of a [`Prober`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeOptions {
    /// Longest wait for a connection. Default 10 s.
    pub connect_timeout: Duration,
    /// Longest wait for an answer once the connection stands. Default 15 s.
    pub answer_timeout: Duration,
    /// `User-Agent`; see [`crate::user_agent`].
    pub user_agent: String,
    /// Hosts with ports, such as `onionoo.torproject.org:443`. When no authority answers and none of these
    /// accepts a connection, our own network is at fault. With none, nobody answering says just that.
    pub control: Vec<String>,
    /// SOCKS proxy, such as `socks5h://127.0.0.1:9050`, through which all of it goes. Times are not measured then, since
    /// they would be those of the proxy. Default none.
    pub socks_proxy: Option<String>,
}

impl Default for ProbeOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            answer_timeout: Duration::from_secs(15),
            user_agent: crate::user_agent(None),
            control: Vec::new(),
            socks_proxy: None,
        }
    }
}

/// What an authority was seen to have, so that it is not asked again within a round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Seen {
    consensus: Option<Timestamp>,
    vote: Option<Timestamp>,
}

/// Looks at authorities and remembers what was seen.
#[derive(Debug)]
pub struct Prober {
    options: ProbeOptions,
    seen: BTreeMap<Fingerprint, Seen>,
    interval_seconds: i64,
}

impl Prober {
    /// One that has seen nothing yet.
    pub fn new(options: ProbeOptions) -> Self {
        Self { options, seen: BTreeMap::new(), interval_seconds: DEFAULT_INTERVAL_SECONDS }
    }

    /// Seconds from one consensus to the next, as the last consensus that was seen says.
    pub fn interval_seconds(&self) -> i64 {
        self.interval_seconds
    }

    /// Looks at every target once, at `now`. The probes come in the order of the targets.
    pub async fn look(&mut self, targets: &[ProbeTarget], now: Timestamp) -> Vec<AuthorityProbe> {
        let mut looks = JoinSet::new();
        for (place, target) in targets.iter().copied().enumerate() {
            let wanted = self.wanted(target.identity, now);
            let options = self.options.clone();
            looks.spawn(async move { (place, Look { target, options, now }.run(wanted).await) });
        }
        let mut found: Vec<(usize, Found)> = looks.join_all().await;
        found.sort_unstable_by_key(|(place, _)| *place);
        let mut probes: Vec<AuthorityProbe> = found.into_iter().map(|(_, found)| self.note(found)).collect();
        if !probes.is_empty() && probes.iter().all(is_unreached) && !self.is_network_up().await {
            for probe in &mut probes {
                probe.outcome = ProbeOutcome::NotMeasured;
                probe.problem = Some("our own network did not work".to_owned());
            }
        }
        probes
    }

    /// What was not yet seen of the current round. Publication is granted a tenth of the interval, and at
    /// least three seconds.
    fn wanted(&self, identity: Fingerprint, now: Timestamp) -> Wanted {
        let settling = (self.interval_seconds / 10).max(3).min(self.interval_seconds / 2);
        let settled = now.0 - settling;
        let round = Timestamp(settled - settled.rem_euclid(self.interval_seconds));
        let seen = self.seen.get(&identity).copied().unwrap_or_default();
        let is_due = |seen: Option<Timestamp>| seen.is_none_or(|seen| seen < round);
        Wanted { consensus: is_due(seen.consensus), vote: is_due(seen.vote) }
    }

    fn note(&mut self, found: Found) -> AuthorityProbe {
        let probe = found.probe;
        let seen = self.seen.entry(probe.identity).or_default();
        seen.consensus = probe.consensus_valid_after.or(seen.consensus);
        seen.vote = probe.vote_valid_after.or(seen.vote);
        if let Some(interval_seconds) = found.interval_seconds {
            self.interval_seconds = interval_seconds;
        }
        probe
    }

    async fn is_network_up(&self) -> bool {
        if self.options.control.is_empty() {
            return true;
        }
        for host in &self.options.control {
            let connecting = self.is_reached(host);
            if timeout(self.options.connect_timeout, connecting).await.unwrap_or(false) {
                return true;
            }
        }
        false
    }

    async fn is_reached(&self, host: &str) -> bool {
        match &self.options.socks_proxy {
            Some(proxy) => proxy::reaches(proxy, host).await,
            None => TcpStream::connect(host).await.is_ok(),
        }
    }
}

fn is_unreached(probe: &AuthorityProbe) -> bool {
    matches!(probe.outcome, ProbeOutcome::TimedOut | ProbeOutcome::Refused)
}

/// What a look is to ask beyond the certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wanted {
    consensus: bool,
    vote: bool,
}

/// A probe, and what it told of the network.
#[derive(Debug)]
struct Found {
    probe: AuthorityProbe,
    interval_seconds: Option<i64>,
}

/// One look at one authority.
struct Look {
    target: ProbeTarget,
    options: ProbeOptions,
    now: Timestamp,
}

impl Look {
    async fn run(self, wanted: Wanted) -> Found {
        let started = Instant::now();
        let mut found = Found { probe: self.unanswered(), interval_seconds: None };
        match self.ask(CERTIFICATE, MAX_CERTIFICATE_BYTES).await {
            Ok(heard) => self.take_certificate(&heard, started, &mut found.probe),
            Err(trouble) => take_trouble(trouble, &mut found.probe),
        }
        if found.probe.outcome == ProbeOutcome::Answered && wanted.consensus {
            let heard = self.ask(CONSENSUS, CONSENSUS_HEAD_BYTES).await;
            found.probe.voters = heard.as_ref().map(|heard| voters(&heard.body)).unwrap_or_default();
            let head = take_head(heard, "consensus", &mut found.probe);
            found.probe.consensus_valid_after = head.map(|head| head.valid_after);
            found.interval_seconds = head.and_then(|head| head.interval_seconds());
        }
        if found.probe.outcome == ProbeOutcome::Answered && wanted.vote {
            let heard = self.ask(VOTE, HEAD_BYTES).await;
            let head = take_head(heard, "vote of its own", &mut found.probe);
            found.probe.vote_valid_after = head.map(|head| head.valid_after);
        }
        found
    }

    async fn ask(&self, path: &str, bytes: usize) -> Result<Heard, Trouble> {
        ask(self.target.address, path, bytes, &self.options).await
    }

    fn unanswered(&self) -> AuthorityProbe {
        AuthorityProbe::unanswered(self.target.identity, self.now, ProbeOutcome::Answered)
    }

    fn take_certificate(&self, heard: &Heard, started: Instant, probe: &mut AuthorityProbe) {
        if self.options.socks_proxy.is_none() {
            probe.connect_ms = Some(milliseconds(heard.connected_in));
            probe.answer_ms = Some(milliseconds(heard.answered_in));
        }
        // The answer was written about half of the time ago that it took.
        let on_the_way = started.elapsed().saturating_sub(heard.answered_in / 2).as_secs_f64().round() as i64;
        let ours = self.now.plus_seconds(on_the_way);
        probe.clock_skew_seconds = heard.date.map(|theirs| theirs.seconds_since(ours));
        let problem = match certificate_identity(&heard.body) {
            _ if heard.status != 200 => Some(format!("it answered with status {}", heard.status)),
            None => Some("it did not send its certificate".to_owned()),
            Some(identity) if identity != self.target.identity => {
                Some(format!("another authority answered: {identity}"))
            }
            Some(_) => None,
        };
        if problem.is_some() {
            (probe.outcome, probe.problem) = (ProbeOutcome::Failed, problem);
        }
    }
}

fn take_trouble(trouble: Trouble, probe: &mut AuthorityProbe) {
    let (outcome, problem) = match trouble {
        Trouble::TimedOut { doing } => (ProbeOutcome::TimedOut, format!("it took too long while {doing}")),
        Trouble::Refused { reason } => (ProbeOutcome::Refused, reason),
        Trouble::Proxy { reason } => (ProbeOutcome::NotMeasured, reason),
        Trouble::Garbled => (ProbeOutcome::Failed, "what it sent is not HTTP".to_owned()),
    };
    (probe.outcome, probe.problem) = (outcome, Some(problem));
}

/// Reads the times of a document; one that the authority does not have is a problem, and one that could not
/// be read says how the look ended.
fn take_head(heard: Result<Heard, Trouble>, what: &str, probe: &mut AuthorityProbe) -> Option<DocumentHead> {
    match heard {
        Err(trouble) => {
            take_trouble(trouble, probe);
            None
        }
        Ok(heard) if heard.status == 404 => {
            probe.problem = Some(format!("it has no {what}"));
            None
        }
        Ok(heard) => {
            let head = DocumentHead::read(&heard.body).filter(|_| heard.status == 200);
            if head.is_none() {
                probe.outcome = ProbeOutcome::Failed;
                probe.problem = Some(format!("its {what} cannot be read (status {})", heard.status));
            }
            head
        }
    }
}

fn milliseconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}
