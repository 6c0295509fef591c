//! The difference between two hours of the history that a reader chose.
//!
//! The address holds the choice: `from` and `to`, each an hour such as `2026-02-22T13:00`. History keeps
//! the relays of an hour with flags and weights, not its head, so that is what is compared.

use super::{Content, diff};
use crate::consensus_page::ConsensusPage;
use crate::html::Html;
use crate::pages::Site;
use crate::pages::study::section::Section;
use crate::{Edition, HistoryError, HistoryHour, Mode, Page};
use allium_analysis::directory::{ConsensusDiff, DiffRelay, DiffSide};
use allium_model::{TimeRange, Timestamp};

/// Two hours, or why the address does not name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// From one to another.
    Hours(Timestamp, Timestamp),
    /// What is wrong, in one sentence.
    Wrong(String),
}

impl Chosen {
    /// Reads `from` and `to`; of doubles the first counts.
    pub(crate) fn parse<'q>(pairs: impl Iterator<Item = (&'q str, &'q str)>) -> Self {
        let pairs: Vec<(&str, &str)> = pairs.collect();
        let of = |name: &str| {
            let value = pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
            value.ok_or_else(|| format!("The address names no {name}.")).and_then(|value| hour(name, value))
        };
        match (of("from"), of("to")) {
            (Ok(from), Ok(to)) => Self::Hours(from, to),
            (Err(problem), _) | (_, Err(problem)) => Self::Wrong(problem),
        }
    }
}

/// An hour as forms send it, without seconds and zone, or a time of the documents.
fn hour(name: &str, value: &str) -> Result<Timestamp, String> {
    let with_seconds = format!("{value}:00Z");
    let time = value.parse().or_else(|_| with_seconds.parse::<Timestamp>());
    time.map(|time| Timestamp(time.0.div_euclid(3600) * 3600))
        .map_err(|_| format!("{name} is no time of the form 2026-02-22T13:00, in UTC."))
}

/// What the page shows of two hours, and whether they could be compared.
pub(super) fn content(site: Site<'_>, chosen: &Chosen) -> (Content, bool) {
    match compared(site.edition, chosen) {
        Ok(diff) => (diff::of(site, &diff), true),
        Err(problem) => (without(problem), false),
    }
}

/// The difference between two hours of the history, or why there is none, in one sentence.
pub(crate) fn compared(edition: &Edition, chosen: &Chosen) -> Result<ConsensusDiff, String> {
    match chosen {
        Chosen::Wrong(problem) => Err(problem.clone()),
        Chosen::Hours(from, to) => Ok(ConsensusDiff::between(&side(edition, *from)?, &side(edition, *to)?)),
    }
}

fn side(edition: &Edition, time: Timestamp) -> Result<DiffSide, String> {
    let history = edition.history.as_deref().ok_or("No history is kept here.")?;
    let hour = history.hour(time).map_err(|HistoryError(problem)| {
        tracing::error!("an hour of the history cannot be read: {problem}");
        "The history cannot be read now.".to_owned()
    })?;
    hour.map(relays).ok_or_else(|| format!("There is no consensus of {} in the history.", time.to_minute()))
}

fn relays(hour: HistoryHour) -> DiffSide {
    let relay = |(fingerprint, (flags, weight))| DiffRelay {
        fingerprint,
        nickname: None,
        flags,
        weight,
        version: None,
    };
    DiffSide::new(hour.valid_after, None, hour.relays.into_iter().map(relay).collect())
}

fn without(problem: String) -> Content {
    Content {
        title: "What changed",
        sentence: "Two hours of the history make a difference.".into(),
        tiles: Vec::new(),
        sections: vec![Section::new("These hours cannot be compared").text(problem)],
    }
}

/// The form that asks for two hours, where a server with a history can answer.
pub(super) fn form(site: Site<'_>) -> Option<Section> {
    let range = site.edition.history.as_deref().filter(|_| site.settings.mode == Mode::Served)?.range()?;
    let newest = range.until.plus_seconds(-3600);
    let day_before = newest.plus_seconds(-86_400).0.max(range.from.0);
    let mut html = Html::default();
    let page = site.links().page(&Page::Consensus(ConsensusPage::Diff));
    html.markup("<form class=\"choice\" action=\"").text(&page).markup("\">");
    input(&mut html, "from", "From", Timestamp(day_before), range);
    input(&mut html, "to", "To", newest, range);
    html.markup("<button>Compare</button></form>");
    Some(Section::new("Two hours of your choice").html(&html).remark(format!(
        "In UTC. The history reaches from {} to {}.",
        range.from.to_minute(),
        newest.to_minute()
    )))
}

fn input(html: &mut Html, name: &str, label: &str, value: Timestamp, range: TimeRange) {
    let local = |time: Timestamp| time.to_minute().replace(' ', "T");
    html.markup("<label>")
        .text(label)
        .markup(" <input type=\"datetime-local\" step=\"3600\" name=\"")
        .text(name);
    html.markup("\" value=\"").text(&local(value));
    html.markup("\" min=\"").text(&local(range.from)).markup("\" max=\"").text(&local(range.until));
    html.markup("\" required></label> ");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(pairs: &[(&str, &str)]) -> Chosen {
        Chosen::parse(pairs.iter().copied())
    }

    #[test]
    fn hours_are_read_as_forms_and_documents_write_them() {
        let expected =
            Chosen::Hours("2026-02-22 13:00:00".parse().unwrap(), "2026-02-23 00:00:00".parse().unwrap());
        assert_eq!(parsed(&[("from", "2026-02-22T13:00"), ("to", "2026-02-23T00:00:00Z")]), expected);
        assert_eq!(parsed(&[("to", "2026-02-23T00:59"), ("from", "2026-02-22 13:10:00")]), expected);
    }

    #[test]
    fn what_is_no_hour_is_said() {
        for pairs in [&[("from", "2026-02-22T13:00")][..], &[("from", "x"), ("to", "2026-02-22T13:00")], &[]]
        {
            assert!(matches!(parsed(pairs), Chosen::Wrong(_)), "{pairs:?}");
        }
    }
}
