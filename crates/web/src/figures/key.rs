//! Addresses of figures: a figure is asked for by its subject and its name, and its path is made and
//! read back here and nowhere else.
//!
//! A figure lies below the first page of its subject, such as `/relay/<FP>/figures/<slug>.svg`; those
//! of the network lie below the root. Whether the subject exists is for the drawing to say.

use super::FigureName;
use crate::Page;
use allium_analysis::Snapshot;
use allium_model::{AsNumber, CountryCode, Date, Fingerprint, Group, GroupKey, GroupKind, OperatorId, Slug};
use allium_views::group_path_segment;

/// What a figure is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The network.
    Network,
    /// A relay.
    Relay(Fingerprint),
    /// An operator.
    Operator(OperatorId),
    /// A family, by its smallest fingerprint.
    Family(Fingerprint),
    /// An AS.
    As(AsNumber),
    /// A country.
    Country(CountryCode),
    /// An operating system.
    Platform(Slug),
    /// A Tor version.
    Version(Slug),
    /// A flag.
    Flag(Slug),
    /// A first-seen day.
    FirstSeen(Date),
}

/// A figure's subject and name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FigureKey {
    /// What it is about.
    pub subject: Subject,
    /// Which figure it is.
    pub name: FigureName,
}

/// A form in which a figure is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FigureForm {
    /// A drawing.
    Svg,
    /// A picture.
    Png,
    /// The data.
    Csv,
}

impl Subject {
    /// The subject of a page, which is its first page; none when a page has no subject of its own.
    pub fn of_page(page: &Page) -> Option<Self> {
        Some(match page {
            Page::Front => Self::Network,
            Page::Relay(fingerprint) => Self::Relay(*fingerprint),
            Page::Operator(id, 1) => Self::Operator(*id),
            Page::Family(id, 1) => Self::Family(*id),
            Page::As(number, 1) => Self::As(*number),
            Page::Country(code, 1) => Self::Country(*code),
            Page::Platform(slug, 1) => Self::Platform(slug.clone()),
            Page::Version(slug, 1) => Self::Version(slug.clone()),
            Page::Flag(slug, 1) => Self::Flag(slug.clone()),
            Page::FirstSeen(date, 1) => Self::FirstSeen(*date),
            _ => return None,
        })
    }

    /// The subject of a group; none when its name may not stand in a path.
    pub fn of_group(snapshot: &Snapshot, group: Group<'_>) -> Option<Self> {
        Self::of_page(&Page::of_group(snapshot, group.key, 1)?)
    }

    /// The page below whose path the figures lie.
    pub fn page(&self) -> Page {
        match self {
            Self::Network => Page::Front,
            Self::Relay(fingerprint) => Page::Relay(*fingerprint),
            Self::Operator(id) => Page::Operator(*id, 1),
            Self::Family(id) => Page::Family(*id, 1),
            Self::As(number) => Page::As(*number, 1),
            Self::Country(code) => Page::Country(*code, 1),
            Self::Platform(slug) => Page::Platform(slug.clone(), 1),
            Self::Version(slug) => Page::Version(slug.clone(), 1),
            Self::Flag(slug) => Page::Flag(slug.clone(), 1),
            Self::FirstSeen(date) => Page::FirstSeen(*date, 1),
        }
    }

    /// The kind of group that the subject is; none for the network and for relays.
    pub fn group_kind(&self) -> Option<GroupKind> {
        Some(match self {
            Self::Network | Self::Relay(_) => return None,
            Self::Operator(_) => GroupKind::Operator,
            Self::Family(_) => GroupKind::Family,
            Self::As(_) => GroupKind::As,
            Self::Country(_) => GroupKind::Country,
            Self::Platform(_) => GroupKind::Platform,
            Self::Version(_) => GroupKind::Version,
            Self::Flag(_) => GroupKind::Flag,
            Self::FirstSeen(_) => GroupKind::FirstSeen,
        })
    }

    /// The group that the subject is in a snapshot; none when it is none or is not there.
    pub fn group<'a>(&self, snapshot: &'a Snapshot) -> Option<Group<'a>> {
        let key = match self {
            Self::Network | Self::Relay(_) => return None,
            Self::Operator(id) => GroupKey::Operator(*id),
            Self::Family(id) => GroupKey::Family(*id),
            Self::As(number) => GroupKey::As(*number),
            Self::Country(code) => GroupKey::Country(*code),
            Self::FirstSeen(date) => GroupKey::FirstSeen(*date),
            Self::Platform(slug) => return named(snapshot, GroupKind::Platform, slug),
            Self::Version(slug) => return named(snapshot, GroupKind::Version, slug),
            Self::Flag(slug) => return named(snapshot, GroupKind::Flag, slug),
        };
        snapshot.network.group(key)
    }
}

/// The group of a kind whose path segment is a slug.
fn named<'a>(snapshot: &'a Snapshot, kind: GroupKind, slug: &Slug) -> Option<Group<'a>> {
    let is_meant = |group: &Group<'a>| group_path_segment(snapshot, *group).as_deref() == Some(slug.as_str());
    snapshot.network.groups(kind).iter().find(is_meant)
}

impl FigureForm {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::Svg, Self::Png, Self::Csv];

    /// What stands behind the dot of a file name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Csv => "csv",
        }
    }

    /// The form of an extension.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.extension() == extension)
    }
}

/// The folder of the figures below a page.
const FOLDER: &str = "figures/";

impl FigureKey {
    /// The path of a form, from the root and with a slash before it.
    pub fn path(&self, form: FigureForm) -> String {
        format!("{}{FOLDER}{}.{}", self.subject.page().path(), self.name.slug(), form.extension())
    }

    /// Reads a path; none when it is no figure's, or one that its subject can not have.
    pub fn parse(path: &str) -> Option<(Self, FigureForm)> {
        let (folder, file) = path.rsplit_once('/')?;
        let page = format!("{folder}/");
        let page = page.strip_suffix(FOLDER)?;
        let (slug, extension) = file.rsplit_once('.')?;
        let subject = Page::parse(page).as_ref().and_then(Subject::of_page)?;
        let key = Self { subject, name: FigureName::of_slug(slug)? };
        (key.subject.page().path() == page && key.name.is_of(&key.subject))
            .then_some((key, FigureForm::of_extension(extension)?))
    }

    /// The name of a file that holds the figure, without its extension: `as-as24940-first-seen`.
    pub fn file_stem(&self) -> String {
        let page = self.subject.page().path().trim_matches('/').replace('/', "-").to_lowercase();
        let subject = if page.is_empty() { "network" } else { &page };
        format!("{subject}-{}", self.name.slug())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subjects() -> Vec<Subject> {
        let fingerprint = "000A10D43011EA4928A35F610405F92B4433B4DC".parse().unwrap();
        vec![
            Subject::Network,
            Subject::Relay(fingerprint),
            Subject::Operator(OperatorId::of_domain("example.org")),
            Subject::Family(fingerprint),
            Subject::As(AsNumber(24940)),
            Subject::Country("DE".parse().unwrap()),
            Subject::Platform(Slug::of("Linux").unwrap()),
            Subject::Version(Slug::of("0.4.8.10").unwrap()),
            Subject::Flag(Slug::of("Exit").unwrap()),
            Subject::FirstSeen("2026-02-22".parse().unwrap()),
        ]
    }

    #[test]
    fn paths_of_all_figures_that_a_subject_can_have_are_read_back() {
        let mut checked = 0;
        for subject in subjects() {
            for name in FigureName::ALL {
                for form in FigureForm::ALL {
                    let key = FigureKey { subject: subject.clone(), name };
                    let path = key.path(form);
                    let expected = name.is_of(&subject).then_some((key, form));
                    checked += usize::from(expected.is_some());
                    assert_eq!(FigureKey::parse(&path), expected, "{path}");
                }
            }
        }
        assert!(checked > 0);
    }

    #[test]
    fn no_figure_has_the_path_of_a_page() {
        for subject in subjects() {
            let key = FigureKey { subject, name: FigureName::ALL[0] };
            assert_eq!(Page::parse(&key.path(FigureForm::Svg)), None);
        }
    }

    #[test]
    fn other_paths_are_no_figure() {
        for path in [
            "",
            "/",
            "figures/first-seen.svg",
            "/figures/",
            "/figures/first-seen",
            "/figures/first-seen.gif",
            "/figures/first-seen.svg/",
            "/figures/no-such-figure.svg",
            "/index.html/figures/first-seen.svg",
            "/index.htmlfigures/first-seen.svg",
            "/country/de/figures/first-seen.svg",
            "/country/DE/page-2/figures/first-seen.svg",
            "/sources/figures/first-seen.svg",
        ] {
            assert_eq!(FigureKey::parse(path), None, "{path}");
        }
    }

    #[test]
    fn file_names_hold_the_subject() {
        let key = |subject| FigureKey { subject, name: FigureName::FirstSeen };
        assert_eq!(key(Subject::Network).file_stem(), "network-first-seen");
        assert_eq!(key(Subject::As(AsNumber(24940))).file_stem(), "as-as24940-first-seen");
    }
}
