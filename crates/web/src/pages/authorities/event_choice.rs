//! Events of one authority and of a span of days, as a reader chose them.
//!
//! The address holds the choice beside the filter in its path: `authority`, a nickname or v3 identity, and
//! `from` and `until`, days such as `2026-02-22`, each of them or none. Events that lasted into the span
//! belong to it. The newest are shown, and how many more there are.

use crate::html::Html;
use crate::pages::Site;
use crate::{AuthoritiesPage, EventFilter, Mode, Page};
use allium_analysis::directory::Directory;
use allium_model::{Date, Event, EventSubject, Fingerprint, Timestamp, printable};

/// What a reader chose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct EventChoice {
    /// As it was typed; empty for all.
    authority: String,
    from: Option<Date>,
    until: Option<Date>,
}

impl EventChoice {
    /// Reads the parameters; of doubles the first counts, and empty ones are none. Fails with a sentence.
    pub(crate) fn parse<'q>(pairs: impl Iterator<Item = (&'q str, &'q str)>) -> Result<Self, String> {
        let pairs: Vec<(&str, &str)> = pairs.collect();
        let of = |name: &str| {
            let value = pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.trim());
            value.filter(|value| !value.is_empty())
        };
        let day = |name: &str| match of(name).map(str::parse::<Date>) {
            None => Ok(None),
            Some(Ok(date)) => Ok(Some(date)),
            Some(Err(_)) => Err(format!("{name} is no day of the form 2026-02-22.")),
        };
        let choice = Self {
            authority: of("authority").unwrap_or_default().to_owned(),
            from: day("from")?,
            until: day("until")?,
        };
        match (choice.from, choice.until) {
            (Some(from), Some(until)) if until < from => Err("The last day is before the first.".into()),
            _ => Ok(choice),
        }
    }

    /// The authority that was named; none when none was.
    fn identity(&self, directory: &Directory) -> Result<Option<Fingerprint>, String> {
        if self.authority.is_empty() {
            return Ok(None);
        }
        let identity = self.authority.parse::<Fingerprint>().ok();
        let known = directory.report.authorities.iter().find(|known| {
            Some(known.identity) == identity || known.nickname.eq_ignore_ascii_case(&self.authority)
        });
        match known {
            Some(known) => Ok(Some(known.identity)),
            None => Err("There is no authority of this name.".to_owned()),
        }
    }

    /// Of events those that were chosen.
    pub(super) fn of<'e>(
        &self,
        directory: &Directory,
        events: Vec<&'e Event>,
    ) -> Result<Vec<&'e Event>, String> {
        let identity = self.identity(directory)?;
        let from = self.from.map_or(Timestamp(i64::MIN), Date::start);
        let until = self.until.map_or(Timestamp(i64::MAX), |day| Date(day.0.saturating_add(1)).start());
        let is_chosen = |event: &&Event| {
            identity.is_none_or(|identity| event.subject == EventSubject::Authority(identity))
                && event.from < until
                && event.until.is_none_or(|end| end >= from)
        };
        Ok(events.into_iter().filter(is_chosen).collect())
    }

    /// The choice in words, with a space before them; empty when nothing was chosen.
    pub(super) fn words(&self, directory: &Directory) -> String {
        let identity = self.identity(directory).ok().flatten();
        let known = directory.report.authorities.iter().find(|known| Some(known.identity) == identity);
        let name = known.map_or(self.authority.as_str(), |known| known.nickname.as_str());
        let parts = [
            Some(name).filter(|name| !name.is_empty()).map(|name| format!(" of {}", printable(name))),
            self.from.map(|day| format!(" from {day}")),
            self.until.map(|day| format!(" until {day}")),
        ];
        parts.into_iter().flatten().collect()
    }
}

/// The form, where a server can answer.
pub(super) fn form(
    site: Site<'_>,
    directory: &Directory,
    filter: EventFilter,
    choice: &EventChoice,
) -> Option<Html> {
    if site.settings.mode != Mode::Served {
        return None;
    }
    let action = site.links().page(&Page::Authorities(AuthoritiesPage::Events(filter, 1)));
    let mut html = Html::with_capacity(2048);
    html.markup("<form class=\"choice\" action=\"").text(&action);
    html.markup("\"><label>Authority <select name=\"authority\"><option value=\"\">all</option>");
    let chosen = choice.identity(directory).ok().flatten();
    for authority in &directory.report.authorities {
        let is_chosen = chosen == Some(authority.identity);
        let name = printable(&authority.nickname);
        html.markup("<option value=\"").text(&authority.identity.to_string());
        html.markup(if is_chosen { "\" selected>" } else { "\">" }).text(&name).markup("</option>");
    }
    html.markup("</select></label> ");
    for (name, label, day) in [("from", "From", choice.from), ("until", "Until", choice.until)] {
        html.markup("<label>").text(label).markup(" <input type=\"date\" name=\"").text(name);
        html.markup("\" value=\"").text(&day.map(|day| day.to_string()).unwrap_or_default());
        html.markup("\"></label> ");
    }
    html.markup("<button>Show</button></form>");
    Some(html)
}

/// The address of the events of one authority, where a server can answer.
pub(super) fn href(site: Site<'_>, identity: Fingerprint) -> Option<String> {
    let page = Page::Authorities(AuthoritiesPage::Events(EventFilter::All, 1));
    let is_served = site.settings.mode == Mode::Served;
    is_served.then(|| format!("{}?authority={identity}", site.links().page(&page)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_analysis::directory::{Directory, example};
    use allium_model::{EventKind, Severity};

    fn parse(pairs: &[(&str, &str)]) -> Result<EventChoice, String> {
        EventChoice::parse(pairs.iter().copied())
    }

    fn event(subject: EventSubject, from: &str, until: Option<&str>) -> Event {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        Event {
            kind: EventKind::ALL[0],
            subject,
            severity: Severity::Warning,
            from: time(from),
            until: until.map(time),
            evidence: String::new(),
        }
    }

    #[test]
    fn events_of_an_authority_and_of_days_that_they_lasted_into_are_chosen() {
        let directory = Directory::new(example::inputs());
        let moria = directory.report.authorities.iter().find(|known| known.nickname == "moria1").unwrap();
        let own = EventSubject::Authority(moria.identity);
        let events = [
            event(own, "2026-02-20 10:00:00", Some("2026-02-21 01:00:00")),
            event(own, "2026-02-22 00:00:00", Some("2026-02-22 01:00:00")),
            event(own, "2026-02-01 00:00:00", None),
            event(EventSubject::Network, "2026-02-21 12:00:00", Some("2026-02-21 13:00:00")),
        ];
        let chosen = |pairs: &[(&str, &str)]| {
            let found = parse(pairs).unwrap().of(&directory, events.iter().collect()).unwrap();
            let place = |one: &Event| events.iter().position(|event| event == one).unwrap();
            found.into_iter().map(place).collect::<Vec<_>>()
        };
        assert_eq!(chosen(&[]), [0, 1, 2, 3]);
        assert_eq!(chosen(&[("authority", "Moria1")]), [0, 1, 2]);
        assert_eq!(chosen(&[("authority", &moria.identity.to_string())]), [0, 1, 2]);
        assert_eq!(chosen(&[("from", "2026-02-21"), ("until", "2026-02-21")]), [0, 2, 3]);
        assert_eq!(chosen(&[("from", "2026-02-22"), ("authority", "moria1")]), [1, 2]);
        assert_eq!(chosen(&[("until", "2026-02-20"), ("authority", "")]), [0, 2]);
    }

    #[test]
    fn what_names_nothing_is_said() {
        assert!(parse(&[("from", "yesterday")]).unwrap_err().contains("from is no day"));
        assert!(parse(&[("from", "2026-02-22"), ("until", "2026-02-21")]).is_err());
        let directory = Directory::new(example::inputs());
        assert!(parse(&[("authority", "nobody")]).unwrap().of(&directory, Vec::new()).is_err());
    }
}
