//! One page of every kind, found on the running demo.
//!
//! Kinds with an address of their own are asked for by it. The others are found
//! as a reader finds them: by following links from the front page.

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::child::{self, Running};
use crate::session::Session;

/// How far the search for a page of each kind goes before it gives up.
const MAX_PAGES_READ: usize = 40;

/// A kind of page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Front,
    NetworkHealth,
    Top500,
    Sources,
    Methods,
    Search,
    Missing,
    List,
    Relay,
    Operator,
    Family,
    AutonomousSystem,
    Country,
    Platform,
    Version,
    Flag,
    FirstSeen,
    About,
    AboutText,
    Design,
    Charts,
    Maps,
    Authorities,
    Voting,
    Scanners,
    Checks,
    Events,
    Authority,
    Consensus,
    ConsensusDiff,
    ConsensusReplay,
    Incidents,
    Incident,
    Alerts,
    Subscribe,
    Silence,
    Maintenance,
    TryChannel,
    Sent,
    Accuracy,
    Privacy,
    Method,
    /// Named by `ALLIUM_BROWSER_PAGES`.
    Named,
}

/// Where a kind of page is found.
enum Place {
    At(&'static str),
    Below(&'static str),
    /// Below a page that has links to such only when the past is complete.
    Late(&'static str),
    Nowhere,
}

impl Kind {
    const ALL: [Self; 42] = [
        Self::Front,
        Self::NetworkHealth,
        Self::Top500,
        Self::Sources,
        Self::Methods,
        Self::Search,
        Self::Missing,
        Self::List,
        Self::Relay,
        Self::Operator,
        Self::Family,
        Self::AutonomousSystem,
        Self::Country,
        Self::Platform,
        Self::Version,
        Self::Flag,
        Self::FirstSeen,
        Self::About,
        Self::AboutText,
        Self::Design,
        Self::Charts,
        Self::Maps,
        Self::Authorities,
        Self::Voting,
        Self::Scanners,
        Self::Checks,
        Self::Events,
        Self::Authority,
        Self::Consensus,
        Self::ConsensusDiff,
        Self::ConsensusReplay,
        Self::Incidents,
        Self::Incident,
        Self::Alerts,
        Self::Subscribe,
        Self::Silence,
        Self::Maintenance,
        Self::TryChannel,
        Self::Sent,
        Self::Accuracy,
        Self::Privacy,
        Self::Method,
    ];

    fn place(self) -> Place {
        match self {
            Self::Front => Place::At("/"),
            Self::NetworkHealth => Place::At("/network-health.html"),
            Self::Top500 => Place::At("/top500.html"),
            Self::Sources => Place::At("/sources/"),
            Self::Methods => Place::At("/methods/"),
            Self::Search => Place::At("/search?q=a"),
            Self::Missing => Place::At("/relay/no-such-relay/"),
            Self::List => Place::Below("/misc/"),
            Self::Relay => Place::Below("/relay/"),
            Self::Operator => Place::Below("/contact/"),
            Self::Family => Place::Below("/family/"),
            Self::AutonomousSystem => Place::Below("/as/"),
            Self::Country => Place::Below("/country/"),
            Self::Platform => Place::Below("/platform/"),
            Self::Version => Place::Below("/version/"),
            Self::Flag => Place::Below("/flag/"),
            Self::FirstSeen => Place::Below("/first_seen/"),
            Self::About => Place::At("/about/"),
            Self::Design => Place::At("/about/design/"),
            Self::Charts => Place::At("/about/charts/"),
            Self::Maps => Place::At("/about/charts/maps/"),
            Self::Authorities => Place::At("/authorities/"),
            Self::Voting => Place::At("/authorities/voting/"),
            Self::Scanners => Place::At("/authorities/scanners/"),
            Self::Checks => Place::At("/authorities/checks/"),
            Self::Events => Place::At("/authorities/events/"),
            Self::Authority => Place::Below("/authorities/"),
            Self::Consensus => Place::At("/consensus/"),
            Self::ConsensusDiff => Place::At("/consensus/diff/"),
            Self::ConsensusReplay => Place::At("/consensus/replay/"),
            Self::Incidents => Place::At("/incidents/"),
            Self::Incident => Place::Late("/incidents/"),
            Self::Alerts => Place::At("/alerts/"),
            Self::Subscribe => Place::At("/alerts/new/"),
            Self::Silence => Place::At("/alerts/silence/"),
            Self::Maintenance => Place::At("/alerts/maintenance/"),
            Self::TryChannel => Place::At("/alerts/test/"),
            Self::Sent => Place::At("/alerts/sent/"),
            Self::Accuracy => Place::At("/about/accuracy/"),
            Self::Privacy => Place::At("/about/privacy/"),
            Self::AboutText => Place::At("/about/not/"),
            Self::Method => Place::Below("/methods/"),
            Self::Named => Place::Nowhere,
        }
    }

    fn of(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| match kind.place() {
            Place::At(address) => path == address,
            Place::Below(folder) => path.strip_prefix(folder).is_some_and(|rest| !rest.is_empty()),
            Place::Late(_) | Place::Nowhere => false,
        })
    }

    /// True when a page of this kind shows its data as a table.
    pub(crate) fn has_table(self) -> bool {
        !matches!(
            self,
            Self::Front
                | Self::Sources
                | Self::Methods
                | Self::Missing
                | Self::About
                | Self::AboutText
                | Self::Events
                | Self::Incidents
                | Self::Subscribe
                | Self::Silence
                | Self::Maintenance
                | Self::TryChannel
                | Self::Sent
                | Self::Accuracy
                | Self::Method
                | Self::Named
        )
    }
}

/// A page to look at.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) kind: Kind,
    pub(crate) url: String,
}

/// The site under test.
#[derive(Debug)]
pub(crate) enum Site {
    Demo { url: String, _running: Running },
    Named(Vec<Page>),
}

impl Site {
    /// Starts the demo on a free port, unless pages were named.
    pub(crate) fn start() -> Result<Self> {
        if let Ok(urls) = std::env::var("ALLIUM_BROWSER_PAGES") {
            let page = |url: &str| Page { kind: Kind::Named, url: url.to_owned() };
            return Ok(Self::Named(urls.split(',').map(page).collect()));
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_allium"));
        let (running, url) =
            child::start(command.args(["demo", "--listen", "127.0.0.1:0", "--hour-seconds", "0"]), url_in)?;
        Ok(Self::Demo { url, _running: running })
    }

    /// The pages that are there when the past is complete; waits for it.
    pub(crate) fn late_pages(&self, session: &Session) -> Result<Vec<Page>> {
        match self {
            Self::Demo { url, .. } => discover_late(url, session),
            Self::Named(_) => Ok(Vec::new()),
        }
    }

    /// One page of every kind that is there at once; a kind that cannot be found is an error.
    pub(crate) fn pages(&self, session: &Session) -> Result<Vec<Page>> {
        match self {
            Self::Demo { url, .. } => discover(url, session),
            Self::Named(pages) => Ok(pages.clone()),
        }
    }
}

/// How often a page is looked at for what comes late. Each look takes as long as the page does.
const MAX_LOOKS: usize = 20_000;

/// The first page of each kind that a link leads to when the past of the demo is complete.
fn discover_late(base: &str, session: &Session) -> Result<Vec<Page>> {
    let mut found = Vec::new();
    for kind in Kind::ALL {
        let Place::Late(folder) = kind.place() else { continue };
        let path = late_link(base, folder, session)?;
        found.push(Page { kind, url: format!("{base}{path}") });
    }
    Ok(found)
}

fn late_link(base: &str, folder: &str, session: &Session) -> Result<String> {
    for _ in 0..MAX_LOOKS {
        session.navigate(&format!("{base}{folder}"))?;
        let below = |link: &String| leads_on(link) && link.len() > folder.len() && link.starts_with(folder);
        if let Some(link) = links(session)?.into_iter().find(below) {
            return Ok(link);
        }
    }
    bail!("no link leads below {folder}")
}

pub(crate) fn url_in(line: &str) -> Option<String> {
    let rest = &line[line.find("http://127.0.0.1:")?..];
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    Some(rest[..end].trim_end_matches('/').to_owned())
}

/// Reads the pages with an address of their own, then the first page of each kind that a link leads to.
fn discover(base: &str, session: &Session) -> Result<Vec<Page>> {
    let mut found: Vec<Page> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut to_read: VecDeque<String> =
        Kind::ALL.iter().filter_map(|kind| address(*kind)).map(str::to_owned).collect();
    let mut note = |path: &str| {
        let kind = Kind::of(path).filter(|kind| found.iter().all(|page| page.kind != *kind));
        found.extend(kind.map(|kind| Page { kind, url: format!("{base}{path}") }));
        kind.is_some()
    };
    for path in &to_read {
        note(path);
    }
    for _ in 0..MAX_PAGES_READ {
        let Some(path) = to_read.pop_front() else { break };
        session.navigate(&format!("{base}{path}"))?;
        let new = links(session)?.into_iter().filter(|link| leads_on(link) && seen.insert(link.clone()));
        to_read.extend(new.filter(|link| note(link)));
    }
    let is_missing =
        |kind: &Kind| !matches!(kind.place(), Place::Late(_)) && found.iter().all(|page| page.kind != *kind);
    let missing: Vec<_> = Kind::ALL.into_iter().filter(is_missing).collect();
    ensure!(missing.is_empty(), "no link leads to a page of these kinds: {missing:?}");
    Ok(found)
}

fn address(kind: Kind) -> Option<&'static str> {
    match kind.place() {
        Place::At(address) => Some(address),
        Place::Below(_) | Place::Late(_) | Place::Nowhere => None,
    }
}

/// Paths of the links of a page that stay on the site, in their order.
fn links(session: &Session) -> Result<Vec<String>> {
    let script = "return [...document.links].filter((link) => link.origin === location.origin)
        .map((link) => link.pathname + link.search)";
    let links = session.execute(script, &[])?;
    let links = links.as_array().context("no list of links")?;
    Ok(links.iter().filter_map(|link| link.as_str().map(str::to_owned)).collect())
}

/// Leaves out other orders of the same list, the API and files that are no pages.
fn leads_on(path: &str) -> bool {
    let is_page =
        path.ends_with('/') || Path::new(path).extension().is_some_and(|extension| extension == "html");
    is_page && !path.contains('?')
}

#[test]
fn a_path_tells_its_kind() {
    assert_eq!(Kind::of("/"), Some(Kind::Front));
    assert_eq!(Kind::of("/methods/"), Some(Kind::Methods));
    assert_eq!(Kind::of("/methods/uptime/"), Some(Kind::Method));
    assert_eq!(Kind::of("/relay/"), None);
    assert_eq!(Kind::of("/elsewhere/"), None);
}

#[test]
fn the_address_is_read_from_the_words_of_the_demo() {
    assert_eq!(url_in("ready: http://127.0.0.1:4711/ (demo)"), Some("http://127.0.0.1:4711".to_owned()));
    assert_eq!(url_in("reading"), None);
}
