//! The figures of the site: which there are, what they are about, and how they are drawn.
//!
//! A figure is drawn from an [`Edition`] by one function, and is the same inline in a page, as `.svg`,
//! `.png` and `.csv` by address, and from the command line. To add one: a row in the table below and
//! its function in [`network`], [`relay`] or [`group`]. What a subject has no data for is no figure
//! (`None`) and never an empty one.

mod group;
mod growth;
mod html;
mod key;
mod look;
mod network;
pub(crate) mod relay;

pub(crate) use html::{Embedding, embed};
pub use key::{FigureForm, FigureKey, Subject};
pub use look::{FigureLook, HEIGHTS, LookError, WIDTHS, file, parse_theme};

use crate::Edition;
use allium_charts::Figure;
use allium_model::{Group, GroupKind, Period, RelayPosition};

/// Draws a figure of the network.
type OfNetwork = fn(&Edition) -> Option<Figure>;
/// Draws a figure of a relay.
type OfRelay = fn(&Edition, RelayPosition) -> Option<Figure>;
/// Draws a figure of a group.
type OfGroup = fn(&Edition, Group<'_>) -> Option<Figure>;

/// Who can have a figure, and who draws it.
#[derive(Clone, Copy)]
struct Builders {
    network: Option<OfNetwork>,
    relay: Option<OfRelay>,
    group: Option<(&'static [GroupKind], OfGroup)>,
}

const NOBODY: Builders = Builders { network: None, relay: None, group: None };

/// The closed list of figures: name, slug, what it shows, and who draws it for which subjects.
macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $shows:literal, { $($subject:ident: $builder:expr),+ $(,)? };)+) => {
        /// A figure's name. The same name may be drawn for several kinds of subjects.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FigureName { $($(#[$doc])* $name),+ }

        impl FigureName {
            /// Every figure, in the order in which lists show them.
            pub const ALL: [Self; [$($slug),+].len()] = [$(Self::$name),+];

            /// The name in addresses and on the command line.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug),+ }
            }

            /// What it shows, in a few words that begin in lower case.
            pub const fn shows(self) -> &'static str {
                match self { $(Self::$name => $shows),+ }
            }

            const fn builders(self) -> Builders {
                match self { $(Self::$name => Builders { $($subject: Some($builder),)+ ..NOBODY }),+ }
            }
        }
    };
}

/// Kinds of groups whose relays can have been first seen on different days.
const OF_MANY_DAYS: &[GroupKind] = &[
    GroupKind::Operator,
    GroupKind::Family,
    GroupKind::Country,
    GroupKind::As,
    GroupKind::Platform,
    GroupKind::Version,
    GroupKind::Flag,
];

figures! {
    /// Running relays by the day on which they were first seen.
    FirstSeen = "first-seen", "running relays by when they were first seen", {
        network: network::first_seen,
        group: (OF_MANY_DAYS, group::first_seen),
    };
    /// Uptime over 1 month.
    UptimeOneMonth = "uptime-1-month", "uptime over 1 month", {
        relay: |edition, relay| relay::uptime(edition, relay, Period::OneMonth),
    };
    /// Uptime over 6 months.
    UptimeSixMonths = "uptime-6-months", "uptime over 6 months", {
        relay: |edition, relay| relay::uptime(edition, relay, Period::SixMonths),
    };
    /// Uptime over 1 year.
    UptimeOneYear = "uptime-1-year", "uptime over 1 year", {
        relay: |edition, relay| relay::uptime(edition, relay, Period::OneYear),
    };
    /// Uptime over 5 years.
    UptimeFiveYears = "uptime-5-years", "uptime over 5 years", {
        relay: |edition, relay| relay::uptime(edition, relay, Period::FiveYears),
    };
    /// What was read and written over 1 month.
    BandwidthOneMonth = "bandwidth-1-month", "what was read and written over 1 month", {
        relay: |edition, relay| relay::bandwidth(edition, relay, Period::OneMonth),
    };
    /// What was read and written over 6 months.
    BandwidthSixMonths = "bandwidth-6-months", "what was read and written over 6 months", {
        relay: |edition, relay| relay::bandwidth(edition, relay, Period::SixMonths),
    };
    /// What was read and written over 1 year.
    BandwidthOneYear = "bandwidth-1-year", "what was read and written over 1 year", {
        relay: |edition, relay| relay::bandwidth(edition, relay, Period::OneYear),
    };
    /// What was read and written over 5 years.
    BandwidthFiveYears = "bandwidth-5-years", "what was read and written over 5 years", {
        relay: |edition, relay| relay::bandwidth(edition, relay, Period::FiveYears),
    };
    /// Share of consensus weight over 1 month.
    WeightOneMonth = "weight-1-month", "share of consensus weight over 1 month", {
        relay: |edition, relay| relay::weight(edition, relay, Period::OneMonth),
    };
    /// Share of consensus weight over 6 months.
    WeightSixMonths = "weight-6-months", "share of consensus weight over 6 months", {
        relay: |edition, relay| relay::weight(edition, relay, Period::SixMonths),
    };
    /// Share of consensus weight over 1 year.
    WeightOneYear = "weight-1-year", "share of consensus weight over 1 year", {
        relay: |edition, relay| relay::weight(edition, relay, Period::OneYear),
    };
    /// Share of consensus weight over 5 years.
    WeightFiveYears = "weight-5-years", "share of consensus weight over 5 years", {
        relay: |edition, relay| relay::weight(edition, relay, Period::FiveYears),
    };
}

impl FigureName {
    /// The figure with a slug.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.slug() == slug)
    }

    /// Whether a subject can have the figure. It may still lack the data for it.
    pub fn is_of(self, subject: &Subject) -> bool {
        let builders = self.builders();
        match (subject, subject.group_kind()) {
            (Subject::Network, _) => builders.network.is_some(),
            (Subject::Relay(_), _) => builders.relay.is_some(),
            (_, Some(kind)) => builders.group.is_some_and(|(kinds, _)| kinds.contains(&kind)),
            (_, None) => false,
        }
    }

    /// The kinds of subjects that can have the figure, as the command line calls them.
    pub fn subject_kinds(self) -> Vec<&'static str> {
        let builders = self.builders();
        let network = builders.network.map(|_| "network");
        let relay = builders.relay.map(|_| "relay");
        let groups = builders.group.map(|(kinds, _)| kinds).unwrap_or_default();
        network.into_iter().chain(relay).chain(groups.iter().map(|kind| kind_name(*kind))).collect()
    }

    /// The figures that a subject can have.
    pub fn of(subject: &Subject) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|name| name.is_of(subject))
    }
}

/// A kind of group in the words of the command line.
const fn kind_name(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Operator => "operator",
        GroupKind::Family => "family",
        GroupKind::Country => "country",
        GroupKind::As => "as",
        GroupKind::Platform => "platform",
        GroupKind::Version => "version",
        GroupKind::Flag => "flag",
        GroupKind::FirstSeen => "first-seen",
    }
}

/// The figure with a key; none when its subject is not in the edition or lacks the data.
pub fn figure(edition: &Edition, key: &FigureKey) -> Option<Figure> {
    let builders = key.name.builders();
    let snapshot = &edition.snapshot;
    let figure = match &key.subject {
        Subject::Network => builders.network?(edition),
        Subject::Relay(fingerprint) => builders.relay?(edition, snapshot.network.find(*fingerprint)?),
        subject => {
            let (kinds, draw) = builders.group?;
            let group = subject.group(snapshot).filter(|group| kinds.contains(&group.key.kind()))?;
            draw(edition, group)
        }
    };
    figure.filter(|figure| !figure.is_empty())
}
