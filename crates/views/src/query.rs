//! What a list is asked for: filters, sort, page and columns, read alike from a URL's query string and
//! from the command line. Unknown names are refused with the ones that are known.

use crate::fold::holds_folded;
use crate::search::{ContactHits, SearchTerm};
use allium_analysis::Snapshot;
use allium_model::{AsNumber, CountryCode, Fingerprint, GroupKind, RelayPosition, Role};

/// What can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListKind {
    /// Relays.
    Relays,
    /// Groups of a kind.
    Groups(GroupKind),
}

impl ListKind {
    /// Every list, in the order of the navigation.
    pub const ALL: [Self; 9] = [
        Self::Relays,
        Self::Groups(GroupKind::Operator),
        Self::Groups(GroupKind::Family),
        Self::Groups(GroupKind::Country),
        Self::Groups(GroupKind::As),
        Self::Groups(GroupKind::Platform),
        Self::Groups(GroupKind::Version),
        Self::Groups(GroupKind::Flag),
        Self::Groups(GroupKind::FirstSeen),
    ];

    /// The list's name in the API and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Relays => "relays",
            Self::Groups(GroupKind::Operator) => "operators",
            Self::Groups(GroupKind::Family) => "families",
            Self::Groups(GroupKind::Country) => "countries",
            Self::Groups(GroupKind::As) => "ases",
            Self::Groups(GroupKind::Platform) => "platforms",
            Self::Groups(GroupKind::Version) => "versions",
            Self::Groups(GroupKind::Flag) => "flags",
            Self::Groups(GroupKind::FirstSeen) => "first-seen",
        }
    }
}

/// Why a query is refused. Texts are whole sentences for the person who asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// A parameter that does not exist.
    #[error("there is no parameter {name:?}; known are {known}")]
    UnknownParameter {
        /// What was given.
        name: String,
        /// What could be.
        known: String,
    },
    /// A value that does not fit its parameter.
    #[error("{name} cannot be {value:?}: {reason}")]
    BadValue {
        /// The parameter.
        name: &'static str,
        /// What was given.
        value: String,
        /// What is expected.
        reason: String,
    },
    /// A column that does not exist.
    #[error("there is no column {name:?}; known are {known}")]
    UnknownColumn {
        /// What was given.
        name: String,
        /// What could be.
        known: String,
    },
}

/// How rows are sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

/// Which rows of those that match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Page {
    /// Rows left out before the first.
    pub offset: usize,
    /// Most rows; all when none.
    pub limit: Option<usize>,
}

/// A whole query.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Which relays count.
    pub filter: RelayFilter,
    /// Order; the default order when none.
    pub sort: Option<Sort>,
    /// Page.
    pub page: Page,
    /// Columns by name; the default ones when none.
    pub columns: Option<Vec<String>>,
}

/// The parameters of a query, by name.
pub const PARAMETERS: &[&str] = &[
    "country", "as", "flag", "role", "contact", "family", "platform", "version", "running", "search", "sort",
    "limit", "offset", "fields",
];

/// Longest text that is searched for, in characters.
const MAX_SEARCH_CHARACTERS: usize = 100;

/// Most rows of one page.
const MAX_LIMIT: usize = 500_000;

impl Query {
    /// Reads a query from names and values, such as those of a URL. Values that are empty count as
    /// not given, since HTML forms send them.
    pub fn parse<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Result<Self, QueryError> {
        let mut query = Self::default();
        for (name, value) in pairs {
            let value = value.trim();
            let Some(known) = PARAMETERS.iter().find(|known| **known == name) else {
                return Err(QueryError::UnknownParameter {
                    name: name.to_owned(),
                    known: PARAMETERS.join(", "),
                });
            };
            if !value.is_empty() {
                query.set(known, value)?;
            }
        }
        Ok(query)
    }

    fn set(&mut self, name: &'static str, value: &str) -> Result<(), QueryError> {
        let bad = |reason: &dyn ToString| QueryError::BadValue {
            name,
            value: value.to_owned(),
            reason: reason.to_string(),
        };
        match name {
            "sort" => {
                let (column, descending) =
                    value.strip_prefix('-').map_or((value, false), |column| (column, true));
                self.sort = Some(Sort { column: column.to_owned(), descending });
            }
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
                self.page.limit =
                    Some(limit.ok_or_else(|| bad(&format!("a number from 1 to {MAX_LIMIT} is expected")))?);
            }
            "offset" => self.page.offset = value.parse().map_err(|_| bad(&"a whole number is expected"))?,
            "fields" => {
                self.columns = Some(value.split(',').map(|column| column.trim().to_owned()).collect());
            }
            _ => self.filter.set(name, value).map_err(|reason| bad(&reason))?,
        }
        Ok(())
    }
}

/// Which relays count: those that fit every given part.
#[derive(Debug, Clone, Default)]
pub struct RelayFilter {
    countries: Vec<CountryCode>,
    ases: Vec<AsNumber>,
    flags: Vec<String>,
    role: Option<Role>,
    contact: Option<String>,
    family: Option<Fingerprint>,
    platform: Option<String>,
    version: Option<String>,
    running: Option<bool>,
    pub(crate) search: Option<String>,
    term: Option<SearchTerm>,
}

impl RelayFilter {
    /// Whether every relay fits.
    pub fn is_empty(&self) -> bool {
        let lists = self.countries.is_empty() && self.ases.is_empty() && self.flags.is_empty();
        let texts = self.contact.is_none()
            && self.platform.is_none()
            && self.version.is_none()
            && self.term.is_none();
        lists && texts && self.role.is_none() && self.family.is_none() && self.running.is_none()
    }

    /// The filter made ready for many relays of one snapshot.
    pub(crate) fn matcher<'a>(&'a self, snapshot: &'a Snapshot) -> Matcher<'a> {
        let contacts = self.term.as_ref().map(|term| ContactHits::of(snapshot, term)).unwrap_or_default();
        Matcher { filter: self, snapshot, contacts }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let yes_no = |value: &str| value.parse::<bool>().map_err(|_| "true or false is expected".to_owned());
        match name {
            "country" => self.countries = parse_list(value)?,
            "as" => self.ases = parse_list(value)?,
            "flag" => self.flags = value.split(',').map(|flag| flag.trim().to_lowercase()).collect(),
            "role" => {
                let role = Role::ALL.into_iter().find(|role| role.name().eq_ignore_ascii_case(value));
                self.role = Some(role.ok_or("exit, guard or middle is expected")?);
            }
            "contact" => self.contact = Some(value.to_lowercase()),
            "family" => {
                self.family =
                    Some(value.parse().map_err(|_| "the fingerprint of a member is expected".to_owned())?);
            }
            "platform" => self.platform = Some(value.to_lowercase()),
            "version" => self.version = Some(value.to_owned()),
            "running" => self.running = Some(yes_no(value)?),
            _ => {
                if value.chars().count() > MAX_SEARCH_CHARACTERS {
                    return Err(format!("at most {MAX_SEARCH_CHARACTERS} characters can be searched for"));
                }
                self.search = Some(value.to_lowercase());
                self.term = Some(SearchTerm::parse(value));
            }
        }
        Ok(())
    }
}

/// A filter and what it needs to know of a snapshot.
#[derive(Debug)]
pub(crate) struct Matcher<'a> {
    filter: &'a RelayFilter,
    snapshot: &'a Snapshot,
    contacts: ContactHits,
}

impl Matcher<'_> {
    /// Whether a relay fits.
    pub(crate) fn matches(&self, position: RelayPosition) -> bool {
        let term = self.filter.term.as_ref();
        self.matches_without_search(position)
            && term.is_none_or(|term| term.matches(self.snapshot, position, &self.contacts))
    }

    /// Whether a relay fits when the search text does not count: for groups whose own name it fits.
    pub(crate) fn matches_without_search(&self, position: RelayPosition) -> bool {
        let (snapshot, filter) = (self.snapshot, self.filter);
        let network = &snapshot.network;
        let relay = network.relay(position);
        let holds = |text: Option<allium_model::TextId>, needle: &Option<String>| {
            needle.as_ref().is_none_or(|needle| {
                network.optional_text(text).is_some_and(|text| holds_folded(text, needle))
            })
        };
        let countries = &filter.countries;
        (countries.is_empty() || relay.country.is_some_and(|country| countries.contains(&country)))
            && (filter.ases.is_empty() || relay.asn.is_some_and(|asn| filter.ases.contains(&asn)))
            && filter.flags.iter().all(|flag| has_flag(snapshot, position, flag))
            && filter.role.is_none_or(|role| relay.running && relay.role() == role)
            && (holds(relay.contact, &filter.contact) || holds(relay.email, &filter.contact))
            && filter.family.is_none_or(|family| is_in_family(snapshot, position, family))
            && holds(relay.operating_system, &filter.platform)
            && filter
                .version
                .as_ref()
                .is_none_or(|version| network.optional_text(relay.version) == Some(version))
            && filter.running.is_none_or(|running| relay.running == running)
    }
}

fn has_flag(snapshot: &Snapshot, position: RelayPosition, name: &str) -> bool {
    let relay = snapshot.network.relay(position);
    let others =
        || relay.other_flags.iter().any(|flag| snapshot.network.text(*flag).eq_ignore_ascii_case(name));
    relay.flags.iter().any(|flag| flag.name().eq_ignore_ascii_case(name)) || others()
}

fn is_in_family(snapshot: &Snapshot, position: RelayPosition, member: Fingerprint) -> bool {
    let families = snapshot.network.groups(GroupKind::Family);
    let Some(of_member) = snapshot.network.find(member) else { return false };
    match families.position_of_relay(of_member) {
        Some(family) => families.position_of_relay(position) == Some(family),
        None => position == of_member,
    }
}

fn parse_list<T: std::str::FromStr<Err: ToString>>(value: &str) -> Result<Vec<T>, String> {
    value.split(',').map(|part| part.trim().parse().map_err(|error: T::Err| error.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(name: &str, value: &str) -> String {
        Query::parse([(name, value)]).unwrap_err().to_string()
    }

    #[test]
    fn unknown_names_are_refused_with_the_known_ones() {
        assert!(
            error("county", "de").starts_with("there is no parameter \"county\"; known are country, as,")
        );
    }

    #[test]
    fn bad_values_say_what_is_expected() {
        assert_eq!(
            error("country", "germany"),
            "country cannot be \"germany\": a country code has two letters"
        );
        assert_eq!(error("limit", "0"), "limit cannot be \"0\": a number from 1 to 500000 is expected");
        assert_eq!(error("role", "entry"), "role cannot be \"entry\": exit, guard or middle is expected");
        assert!(error("search", &"x".repeat(101)).contains("at most 100 characters"));
    }

    #[test]
    fn empty_values_count_as_not_given() {
        let query = Query::parse([("country", ""), ("sort", "-first_seen"), ("fields", "nickname, country")])
            .unwrap();
        assert!(query.filter.is_empty());
        assert_eq!(query.sort, Some(Sort { column: "first_seen".into(), descending: true }));
        assert_eq!(query.columns.unwrap(), ["nickname", "country"]);
    }
}
