//! The pages of the consensus. Their paths are made and read back here.

/// A page of the consensus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConsensusPage {
    /// What the newest one says, and how good it is.
    Overview,
    /// What changed since the one before.
    Diff,
    /// Flags computed from the votes against the flags in them.
    Replay,
}

impl ConsensusPage {
    /// Every page, in the order of the tabs.
    pub(crate) const ALL: [Self; 3] = [Self::Overview, Self::Diff, Self::Replay];

    /// The path, from the root and with a slash before it.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Overview => "/consensus/",
            Self::Diff => "/consensus/diff/",
            Self::Replay => "/consensus/replay/",
        }
    }

    /// Reads a path; none when it is no page of the consensus.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.path() == path)
    }

    /// The words on its tab.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Overview => "Consensus",
            Self::Diff => "Changes",
            Self::Replay => "Votes replayed",
        }
    }

    /// The name in metrics and the access log.
    pub(crate) const fn route_name(self) -> &'static str {
        match self {
            Self::Overview => "consensus",
            Self::Diff => "consensus_diff",
            Self::Replay => "consensus_replay",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Page;

    #[test]
    fn paths_are_read_back() {
        for page in ConsensusPage::ALL {
            assert_eq!(Page::parse(page.path()), Some(Page::Consensus(page)));
        }
        assert_eq!(ConsensusPage::parse("/consensus/x/"), None);
    }
}
