//! What a file is, by its name. CollecTor's names say kind and time; the folder does not matter, so that
//! a plain folder of such files serves as well as the whole tree.

use allium_documents::dirspec::RelativePath;
use allium_model::{Fingerprint, Timestamp};

/// The kinds of files that tell of the directory authorities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DirectoryFileKind {
    /// A consensus of the ns flavour.
    Consensus,
    /// A consensus of the microdesc flavour.
    MicrodescConsensus,
    /// A vote of the authority with this v3 identity.
    Vote(Fingerprint),
    /// A bandwidth file.
    BandwidthFile,
    /// A key certificate of the authority with this v3 identity.
    Certificate(Fingerprint),
    /// Key certificates of several authorities.
    Certificates,
    /// Extra-infos of many relays.
    ExtraInfos,
}

/// A file with what its name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DirectoryFile {
    /// What it holds.
    pub kind: DirectoryFileKind,
    /// Start of validity of a consensus or vote, else when the document was made or published.
    pub time: Timestamp,
}

/// Endings of compressed files.
const COMPRESSIONS: [&str; 3] = [".zst", ".xz", ".gz"];

impl DirectoryFile {
    /// Reads the last name of a path; `None` for a file of another kind.
    pub fn of(path: &RelativePath) -> Option<Self> {
        Self::of_name(path.file_name())
    }

    fn of_name(name: &str) -> Option<Self> {
        let name = COMPRESSIONS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
        Self::of_dated(name).or_else(|| Self::of_certificate(name))
    }

    /// `2026-03-22-05-00-00-` and what it is.
    fn of_dated(name: &str) -> Option<Self> {
        let (time, rest) = name.split_at_checked(19)?;
        let time = time_of_name(time)?;
        let kind = match rest.strip_prefix('-')? {
            "consensus" => DirectoryFileKind::Consensus,
            "consensus-microdesc" => DirectoryFileKind::MicrodescConsensus,
            "extra-infos" => DirectoryFileKind::ExtraInfos,
            rest if rest.starts_with("bandwidth") => DirectoryFileKind::BandwidthFile,
            rest => {
                let identity = rest.strip_prefix("vote-")?.split('-').next()?;
                DirectoryFileKind::Vote(identity.parse().ok()?)
            }
        };
        Some(Self { kind, time })
    }

    /// `<v3 identity>-2026-03-22-05-00-00`, or `2026-03-22-certs` with those of a day.
    fn of_certificate(name: &str) -> Option<Self> {
        if let Some(date) = name.strip_suffix("-certs") {
            let date = if date.len() == 7 { format!("{date}-01") } else { date.to_owned() };
            let time = format!("{date} 00:00:00").parse().ok()?;
            return Some(Self { kind: DirectoryFileKind::Certificates, time });
        }
        let (identity, time) = name.split_at_checked(40)?;
        let kind = DirectoryFileKind::Certificate(identity.parse().ok()?);
        Some(Self { kind, time: time_of_name(time.strip_prefix('-')?)? })
    }
}

/// `YYYY-MM-DD-hh-mm-ss`.
fn time_of_name(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.split_at_checked(10)?;
    format!("{date} {}", clock.strip_prefix('-')?.replace('-', ":")).parse().ok()
}

/// The monthly archives that are of use here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArchiveKind {
    /// Consensuses of the ns flavour.
    Consensuses,
    /// Votes.
    Votes,
    /// Key certificates of all times, in one archive.
    Certificates,
}

impl ArchiveKind {
    /// The path of the archive of the month of a time.
    pub fn path(self, time: Timestamp) -> Option<RelativePath> {
        let month = time.date().to_string();
        let month = month.get(..7)?;
        let name = match self {
            Self::Consensuses => "consensuses",
            Self::Votes => "votes",
            Self::Certificates => return RelativePath::parse("archive/relay-descriptors/certs.tar.xz"),
        };
        RelativePath::parse(&format!("archive/relay-descriptors/{name}/{name}-{month}.tar.xz"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<(DirectoryFileKind, &str)>) {
        let path = RelativePath::parse(&format!("recent/x/{name}"));
        let file = path.and_then(|path| DirectoryFile::of(&path));
        assert_eq!(
            file.map(|file| (file.kind, file.time.to_string())),
            expected.map(|(k, t)| (k, t.to_owned())),
            "{name}"
        );
    }

    #[test]
    fn names_of_collector_say_kind_and_time() {
        let identity = Fingerprint([0xab; 20]);
        let time = "2026-03-22 05:00:00";
        check("2026-03-22-05-00-00-consensus", Some((DirectoryFileKind::Consensus, time)));
        check(
            "2026-03-22-05-00-00-consensus-microdesc.zst",
            Some((DirectoryFileKind::MicrodescConsensus, time)),
        );
        check(
            &format!("2026-03-22-05-00-00-vote-{identity}-{identity}"),
            Some((DirectoryFileKind::Vote(identity), time)),
        );
        check("2026-03-22-05-00-00-bandwidth-00FF", Some((DirectoryFileKind::BandwidthFile, time)));
        check("2026-03-22-05-00-00-extra-infos", Some((DirectoryFileKind::ExtraInfos, time)));
        check(
            &format!("{identity}-2026-03-22-05-00-00"),
            Some((DirectoryFileKind::Certificate(identity), time)),
        );
        check("2022-11-19-certs.zst", Some((DirectoryFileKind::Certificates, "2022-11-19 00:00:00")));
        check("2019-12-certs.zst", Some((DirectoryFileKind::Certificates, "2019-12-01 00:00:00")));
    }

    #[test]
    fn other_names_are_none() {
        for name in [
            "index.json",
            "2026-03-22-05-00-00",
            "2026-03-22-05-00-00-vote-x-y",
            "2026-13-22-05-00-00-consensus",
            "2026-03-22-05-00-00-server-descriptors",
            "consensuses-2026-03.tar.xz",
            "2026-03-22",
        ] {
            check(name, None);
        }
    }

    #[test]
    fn archives_lie_by_month() {
        let time = "2026-03-22 05:00:00".parse().unwrap_or_default();
        assert_eq!(
            ArchiveKind::Consensuses.path(time).map(|path| path.to_string()).as_deref(),
            Some("archive/relay-descriptors/consensuses/consensuses-2026-03.tar.xz")
        );
        assert_eq!(
            ArchiveKind::Certificates.path(time).map(|path| path.to_string()).as_deref(),
            Some("archive/relay-descriptors/certs.tar.xz")
        );
    }
}
