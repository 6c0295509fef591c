//! The closed list of pages. Router, navigation, sitemap and export read it; forgetting a page in one
//! of them is a compile error. A path is made here and read back here, and nowhere else.

use crate::authorities_page::AuthoritiesPage;
use crate::consensus_page::ConsensusPage;
use crate::edition::Edition;
use crate::incidents_page::IncidentsPage;
use crate::list::{ListSort, list_stem, page_count};
use crate::pages;
use crate::places_page::PlacesPage;
use crate::settings::Settings;
use allium_analysis::Snapshot;
use allium_analysis::leaderboard::Category;
use allium_model::{
    AsNumber, CountryCode, Date, Domain, Fingerprint, GroupKey, GroupKind, OperatorId, OperatorKey, Slug,
};
use allium_views::{ListKind, group_path_segment};

/// A page of the site. Page numbers count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Page {
    /// The front page.
    Front,
    /// The network overview.
    NetworkOverview,
    /// A relay.
    Relay(Fingerprint),
    /// An operator, by id.
    Operator(OperatorId, usize),
    /// An operator with a verified domain, at the root.
    OperatorDomain(Domain),
    /// A family, by its smallest fingerprint.
    Family(Fingerprint, usize),
    /// An AS.
    As(AsNumber, usize),
    /// A country.
    Country(CountryCode, usize),
    /// An operating system.
    Platform(Slug, usize),
    /// A Tor version.
    Version(Slug, usize),
    /// A flag.
    Flag(Slug, usize),
    /// A first-seen day.
    FirstSeen(Date, usize),
    /// All leaderboards of operators.
    Leaderboards,
    /// A leaderboard.
    Leaderboard(Category, usize),
    /// The report of an operator, for paper; only a server has it.
    OperatorReport(OperatorId),
    /// A list.
    List(ListKind, ListSort, usize),
    /// The 500 relays with the highest observed bandwidth.
    TopRelays(usize),
    /// A page about the whole network.
    Study(pages::Study),
    /// A page of places.
    Places(PlacesPage),
    /// A page of the consensus.
    Consensus(ConsensusPage),
    /// A page of the directory authorities.
    Authorities(AuthoritiesPage),
    /// A page of incidents.
    Incidents(IncidentsPage),
    /// Where the data come from and how fresh they are.
    Sources,
    /// A text about Allium.
    About(pages::AboutText),
    /// The examples of the visual language.
    Design,
    /// Every kind of chart, with made-up data.
    Charts(pages::Gallery),
    /// The list of methods.
    Methods,
    /// A method.
    Method(pages::Method),
    /// The search of a site of files; a server answers `/search` instead.
    Search,
    /// What is shown for a path that is no page.
    NotFound,
}

/// Names at the root that no operator's domain may take. Domains hold a dot, so only these matter.
const RESERVED_ROOTS: [&str; 7] = [
    "top500.html",
    "network-health.html",
    "404.html",
    "robots.txt",
    "sitemap.xml",
    "favicon.ico",
    "favicon.svg",
];

impl Page {
    /// The path, from the root and with a slash before it.
    pub fn path(&self) -> String {
        match self {
            Self::Front => "/".into(),
            Self::NetworkOverview => "/network-health.html".into(),
            Self::Relay(fingerprint) => format!("/relay/{fingerprint}/"),
            Self::Operator(id, page) => paged(&format!("/contact/{id}/"), *page),
            Self::OperatorDomain(domain) => format!("/{domain}/"),
            Self::Family(id, page) => paged(&format!("/family/{id}/"), *page),
            Self::As(number, page) => paged(&format!("/as/{number}/"), *page),
            Self::Country(code, page) => paged(&format!("/country/{code}/"), *page),
            Self::Platform(slug, page) => paged(&format!("/platform/{slug}/"), *page),
            Self::Version(slug, page) => paged(&format!("/version/{slug}/"), *page),
            Self::Flag(slug, page) => paged(&format!("/flag/{slug}/"), *page),
            Self::FirstSeen(date, page) => paged(&format!("/first_seen/{date}/"), *page),
            Self::Leaderboards => "/misc/aroi-leaderboards.html".into(),
            Self::Leaderboard(category, page) => pages::board_path(*category, *page),
            Self::OperatorReport(id) => format!("/contact/{id}/report/"),
            Self::List(kind, sort, page) => paged_file(&list_name(*kind, *sort), *page),
            Self::TopRelays(page) => paged_file("/top500", *page),
            Self::Study(study) => study.path().into(),
            Self::Places(page) => page.path(),
            Self::Consensus(page) => page.path().into(),
            Self::Authorities(page) => page.path(),
            Self::Incidents(page) => page.path(),
            Self::Sources => "/sources/".into(),
            Self::About(text) => text.path().into(),
            Self::Design => "/about/design/".into(),
            Self::Charts(gallery) => gallery.path().into(),
            Self::Methods => "/methods/".into(),
            Self::Method(method) => format!("/methods/{}/", method.slug()),
            Self::Search => "/search.html".into(),
            Self::NotFound => "/404.html".into(),
        }
    }

    /// The file that holds the page in a static site, relative to its root.
    pub fn file(&self) -> String {
        let path = self.path();
        let path = path.trim_start_matches('/');
        if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() }
    }

    /// Reads a path; none when it is no page's. Whether the thing exists is for the rendering to say.
    pub fn parse(path: &str) -> Option<Self> {
        match path {
            "/" | "/index.html" => return Some(Self::Front),
            "/misc/aroi-leaderboards.html" => return Some(Self::Leaderboards),
            "/network-health.html" => return Some(Self::NetworkOverview),
            "/sources/" => return Some(Self::Sources),
            "/about/design/" => return Some(Self::Design),
            "/search.html" => return Some(Self::Search),
            "/methods/" => return Some(Self::Methods),
            _ => {}
        }
        if let Some(gallery) = pages::Gallery::ALL.into_iter().find(|gallery| gallery.path() == path) {
            return Some(Self::Charts(gallery));
        }
        if let Some(study) = pages::Study::of_path(path) {
            return Some(Self::Study(study));
        }
        if let Some(text) = pages::AboutText::ALL.into_iter().find(|text| text.path() == path) {
            return Some(Self::About(text));
        }
        if let Some(page) = PlacesPage::parse(path) {
            return Some(Self::Places(page));
        }
        if let Some(page) = ConsensusPage::parse(path) {
            return Some(Self::Consensus(page));
        }
        if let Some(page) = AuthoritiesPage::parse(path) {
            return Some(Self::Authorities(page));
        }
        if let Some(page) = IncidentsPage::parse(path) {
            return Some(Self::Incidents(page));
        }
        if let Some(name) = path.strip_suffix(".html") {
            return parse_list(name);
        }
        parse_folder(path)
    }

    /// The HTML of the page; none when what it shows does not exist.
    pub fn render(&self, edition: &Edition, settings: &Settings) -> Option<String> {
        let site = pages::Site { edition, settings };
        pages::render(self, site)
    }

    /// Every page of a site of files.
    pub fn all(edition: &Edition) -> Vec<Self> {
        let snapshot = edition.snapshot.as_ref();
        let network = &snapshot.network;
        let mut all = vec![
            Self::Front,
            Self::NetworkOverview,
            Self::Leaderboards,
            Self::Sources,
            Self::Design,
            Self::Methods,
            Self::Search,
            Self::NotFound,
        ];
        all.extend(ConsensusPage::ALL.map(Self::Consensus));
        all.extend(pages::Gallery::ALL.map(Self::Charts));
        all.extend(pages::Study::ALL.map(Self::Study));
        all.extend(pages::AboutText::ALL.map(Self::About));
        all.extend(pages::Method::ALL.map(Self::Method));
        all.extend(PlacesPage::all(snapshot).map(Self::Places));
        all.extend(AuthoritiesPage::all(edition).into_iter().map(Self::Authorities));
        all.extend(IncidentsPage::all(edition).into_iter().map(Self::Incidents));
        all.extend((1..=page_count(network.relays().len().min(500))).map(Self::TopRelays));
        for board in snapshot.report.leaderboards.iter() {
            let pages = pages::board_page_count(board.standings().len());
            all.extend((1..=pages).map(|page| Self::Leaderboard(board.category, page)));
        }
        for kind in ListKind::ALL {
            let rows = match kind {
                ListKind::Relays => network.relays().len(),
                ListKind::Groups(kind) => network.groups(kind).len(),
            };
            for sort in ListSort::of(kind) {
                all.extend((1..=page_count(rows)).map(|page| Self::List(kind, sort, page)));
            }
        }
        for kind in GroupKind::ALL {
            let pages = if kind == GroupKind::Operator { pages::operator_page_count } else { page_count };
            for group in network.groups(kind).iter() {
                all.extend(
                    (1..=pages(group.members.len()))
                        .filter_map(|page| Self::of_group(snapshot, group.key, page)),
                );
                all.extend(Self::domain_of(snapshot, group));
            }
        }
        all.extend(network.relays().iter().map(|relay| Self::Relay(relay.fingerprint)));
        all
    }

    /// A page of a group; none when its name may not stand in a path.
    pub fn of_group(snapshot: &Snapshot, key: GroupKey, page: usize) -> Option<Self> {
        let slug = || Slug::of(&group_path_segment(snapshot, snapshot.network.group(key)?)?);
        Some(match key {
            GroupKey::Operator(id) => Self::Operator(id, page),
            GroupKey::Family(id) => Self::Family(id, page),
            GroupKey::As(number) => Self::As(number, page),
            GroupKey::Country(code) => Self::Country(code, page),
            GroupKey::FirstSeen(date) => Self::FirstSeen(date, page),
            GroupKey::Platform(_) => Self::Platform(slug()?, page),
            GroupKey::Version(_) => Self::Version(slug()?, page),
            GroupKey::Flag(_) => Self::Flag(slug()?, page),
        })
    }

    /// The root page of an operator with a verified domain.
    pub fn domain_of(snapshot: &Snapshot, group: allium_model::Group<'_>) -> Option<Self> {
        if group.key.kind() != GroupKind::Operator {
            return None;
        }
        match snapshot.network.operator(group.position) {
            OperatorKey::VerifiedDomain(domain) => {
                let domain = root_domain(snapshot.network.text(domain))?;
                Some(Self::OperatorDomain(domain))
            }
            _ => None,
        }
    }
}

fn root_domain(text: &str) -> Option<Domain> {
    let is_free = allium_model::is_slug(text) && !RESERVED_ROOTS.contains(&text);
    Domain::of_url(text).filter(|domain| is_free && domain.as_str() == text)
}

fn paged(folder: &str, page: usize) -> String {
    if page == 1 { folder.to_owned() } else { format!("{folder}page-{page}/") }
}

fn paged_file(name: &str, page: usize) -> String {
    if page == 1 { format!("{name}.html") } else { format!("{name}-page-{page}.html") }
}

fn list_name(kind: ListKind, sort: ListSort) -> String {
    match sort {
        ListSort::ConsensusWeight => format!("/misc/{}", list_stem(kind)),
        _ => format!("/misc/{}-{}", list_stem(kind), sort.suffix()),
    }
}

/// Reads a page number that is written without leading zeros.
fn page_number(text: &str) -> Option<usize> {
    text.parse().ok().filter(|page: &usize| *page > 1 && page.to_string() == text)
}

fn parse_list(name: &str) -> Option<Page> {
    let (name, page) = match name.rsplit_once("-page-") {
        Some((name, page)) => (name, page_number(page)?),
        None => (name, 1),
    };
    if name == "/top500" {
        return Some(Page::TopRelays(page));
    }
    for kind in ListKind::ALL {
        if let Some(sort) = ListSort::of(kind).find(|sort| list_name(kind, *sort) == name) {
            return Some(Page::List(kind, sort, page));
        }
    }
    None
}

fn parse_folder(path: &str) -> Option<Page> {
    let mut segments = path.strip_prefix('/')?.strip_suffix('/')?.split('/');
    let (first, second, third) = (segments.next()?, segments.next(), segments.next());
    let page = match third {
        None => 1,
        Some("report") if first == "contact" => {
            let id: OperatorId = second?.parse().ok()?;
            return (id.to_string() == second? && segments.next().is_none())
                .then_some(Page::OperatorReport(id));
        }
        Some(text) => page_number(text.strip_prefix("page-")?)?,
    };
    if segments.next().is_some() {
        return None;
    }
    let Some(name) = second else { return root_domain(first).map(Page::OperatorDomain) };
    let slug = || Slug::of(name).filter(|slug| slug.as_str() == name);
    let exactly = |text: String| text == name;
    match first {
        "relay" if page == 1 => {
            name.parse().ok().filter(|f: &Fingerprint| exactly(f.to_string())).map(Page::Relay)
        }
        "methods" if page == 1 => {
            pages::Method::ALL.into_iter().find(|method| method.slug() == name).map(Page::Method)
        }
        "leaderboards" => pages::parse_board(name, page),
        "contact" => name
            .parse()
            .ok()
            .filter(|id: &OperatorId| exactly(id.to_string()))
            .map(|id| Page::Operator(id, page)),
        "family" => name
            .parse()
            .ok()
            .filter(|f: &Fingerprint| exactly(f.to_string()))
            .map(|id| Page::Family(id, page)),
        "as" => name
            .parse()
            .ok()
            .filter(|n: &AsNumber| exactly(n.to_string()))
            .map(|number| Page::As(number, page)),
        "country" => name
            .parse()
            .ok()
            .filter(|c: &CountryCode| exactly(c.to_string()))
            .map(|code| Page::Country(code, page)),
        "platform" => slug().map(|slug| Page::Platform(slug, page)),
        "version" => slug().map(|slug| Page::Version(slug, page)),
        "flag" => slug().map(|slug| Page::Flag(slug, page)),
        "first_seen" => name
            .parse()
            .ok()
            .filter(|d: &Date| exactly(d.to_string()))
            .map(|date| Page::FirstSeen(date, page)),
        _ => None,
    }
}

/// The page that an old or differently written path means, for a permanent redirect: other case,
/// a missing slash, or an order that the Python Allium had under another name.
pub(crate) fn redirect(path: &str, snapshot: &Snapshot) -> Option<Page> {
    if let Some(name) = path.strip_suffix("-by-overall-bandwidth.html") {
        return Page::parse(&format!("{name}-by-bandwidth.html"));
    }
    if let Some(name) = path.strip_suffix("-by-consensus-weight.html") {
        return Page::parse(&format!("{name}.html"));
    }
    let is_whole = ["/", ".html"].iter().any(|end| path.ends_with(end));
    let path = if is_whole { path.to_owned() } else { format!("{path}/") };
    let recased = recased(&path);
    let page = Page::parse(&path).or_else(|| Page::parse(&recased))?;
    family_of_member(&page, snapshot).or(Some(page))
}

/// The path with each segment in the case that its kind is written in.
fn recased(path: &str) -> String {
    let segments: Vec<&str> = path.split('/').collect();
    let folder = segments.get(1).copied().unwrap_or_default().to_lowercase();
    let recase = |(index, segment): (usize, &&str)| match (index, folder.as_str()) {
        (2, "relay" | "family" | "country") => segment.to_uppercase(),
        (2, "as") => {
            segment.parse::<AsNumber>().map_or_else(|_| (*segment).to_owned(), |number| number.to_string())
        }
        _ => segment.to_lowercase(),
    };
    segments.iter().enumerate().map(recase).collect::<Vec<_>>().join("/")
}

fn family_of_member(page: &Page, snapshot: &Snapshot) -> Option<Page> {
    let Page::Family(member, _) = page else { return None };
    let position = snapshot.network.find(*member)?;
    let family = snapshot.network.groups(GroupKind::Family).of_relay(position)?;
    Page::of_group(snapshot, family.key, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_back() {
        let fingerprint = "000A10D43011EA4928A35F610405F92B4433B4DC".parse().unwrap();
        for page in [
            Page::Front,
            Page::Relay(fingerprint),
            Page::Family(fingerprint, 3),
            Page::As(AsNumber(24940), 1),
            Page::Country("DE".parse().unwrap(), 2),
            Page::Flag(Slug::of("Exit").unwrap(), 1),
            Page::FirstSeen("2026-02-22".parse().unwrap(), 1),
            Page::List(ListKind::Relays, ListSort::Name, 4),
            Page::List(ListKind::Groups(GroupKind::Operator), ListSort::ConsensusWeight, 1),
            Page::TopRelays(2),
            Page::Leaderboards,
            Page::Leaderboard(Category::Ipv6Leaders, 3),
            Page::OperatorReport(OperatorId::of_domain("example.org")),
            Page::OperatorDomain(Domain::of_url("example.org").unwrap()),
            Page::Sources,
            Page::Charts(pages::Gallery::Charts),
            Page::Charts(pages::Gallery::Maps),
            Page::Methods,
            Page::Search,
        ] {
            assert_eq!(Page::parse(&page.path()), Some(page.clone()), "{}", page.path());
        }
    }

    #[test]
    fn paths_that_are_no_page_are_none() {
        for path in [
            "",
            "//",
            "/relay/",
            "/relay/../",
            "/relay/000a10d43011ea4928a35f610405f92b4433b4dc/",
            "/as/AS01/",
            "/country/de/",
            "/flag/Exit/",
            "/misc/all-page-1.html",
            "/misc/all-page-02.html",
            "/misc/networks-by-unique-as-count.html",
            "/robots.txt/",
            "/etc/passwd/x/y/",
        ] {
            assert_eq!(Page::parse(path), None, "{path}");
        }
    }
}
