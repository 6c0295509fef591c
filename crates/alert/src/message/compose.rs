//! How a message is put together.

use super::{
    AlertNews, Line, LineRole, Link, LinkTarget, Message, MessageEvent, Text, advice, incident, relays,
};
use crate::decide::{Book, Group, Known, Left, News, NewsEvent, Work};
use crate::{AlertState, Facts, Subject, Target, Watch, WatchKind};
use allium_model::{Fingerprint, IncidentId, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// Most relays that a message names for each thing that happened.
const MOST_NAMED: usize = 20;

/// Most alerts that are told to programs.
const MOST_DATA: usize = 200;

/// Most relays that are linked.
const MOST_LINKED: usize = 3;

/// What goes into one message.
pub(crate) struct Bundle<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) book: &'a Book<'a>,
    pub(crate) works: &'a [Work<'a>],
    pub(crate) group: Group,
    pub(crate) news: &'a [News],
    pub(crate) event: MessageEvent,
    /// Alerts of the same group that were told and last.
    pub(crate) open: usize,
    pub(crate) left: Left,
}

/// What happened to relays, each relay once: kind and event, then the relays.
type ByKind<'a> = BTreeMap<(NewsEvent, WatchKind), BTreeMap<Fingerprint, &'a News>>;

/// Makes the message.
pub(crate) fn compose(bundle: &Bundle<'_>) -> Message {
    let by_kind = bundle.by_kind();
    let incidents = bundle.incidents();
    let mut lines = Vec::new();
    for (id, event) in &incidents {
        bundle.incident_lines(*id, *event, &mut lines);
    }
    if let (Group::Incident(id), true) = (bundle.group, incidents.is_empty()) {
        lines.extend(bundle.cause_line(id));
    }
    for ((event, kind), relays) in &by_kind {
        bundle.relay_lines(*event, *kind, relays, &mut lines);
    }
    lines.extend(bundle.advice(&by_kind, &incidents));
    lines.extend(bundle.notes());
    Message {
        title: bundle.title(&by_kind, &incidents),
        event: bundle.event,
        severity: bundle.news.iter().map(|news| news.severity).max().unwrap_or(Severity::Notice),
        data_time: bundle.facts.data_time,
        lines,
        links: bundle.links(&by_kind, &incidents),
        data: bundle.news.iter().take(MOST_DATA).map(|news| bundle.data(news)).collect(),
    }
}

impl<'a> Bundle<'a> {
    fn state(&self, news: &News) -> &'a AlertState {
        &self.works[news.work].state.alerts[news.alert].1
    }

    fn watch(&self, news: &News) -> Option<&'a Watch> {
        self.works[news.work].subscription.watches.get(news.key.kind)
    }

    fn by_kind(&self) -> ByKind<'a> {
        let mut by_kind: ByKind<'a> = BTreeMap::new();
        for news in self.news {
            if let Subject::Relay(fingerprint) = news.key.subject {
                by_kind.entry((news.event, news.key.kind)).or_default().entry(fingerprint).or_insert(news);
            }
        }
        by_kind
    }

    /// The incidents that are news by themselves, each once.
    fn incidents(&self) -> BTreeMap<IncidentId, NewsEvent> {
        let mut incidents = BTreeMap::new();
        for news in self.news {
            if let Subject::Incident(id) = news.key.subject {
                incidents.entry(id).or_insert(news.event);
            }
        }
        incidents
    }

    fn incident_lines(&self, id: IncidentId, event: NewsEvent, lines: &mut Vec<Line>) {
        let Some(known) = self.book.get(id) else {
            lines.push(line(LineRole::Evidence, Text::ours(format!("Incident {id} is no longer kept."))));
            return;
        };
        if incident_is_over(event) {
            lines.push(line(LineRole::Evidence, Text::ours(incident::ending(known.incident.ending))));
        }
        lines.extend(
            incident::evidence(known.incident).into_iter().map(|text| line(LineRole::Evidence, text)),
        );
        let watched = self.watched_and_hit(known);
        if !watched.is_empty() {
            let heading = format!("Hit of what you watch: {} relays", watched.len());
            lines.push(line(LineRole::Heading, Text::ours(heading)));
            let names = watched.iter().map(|relay| relays::name(*relay, self.facts.relay(*relay)));
            lines.extend(items(names, watched.len()));
        }
    }

    /// The relays of an incident that belong to the targets of this message, if these are not the whole network.
    fn watched_and_hit(&self, known: &Known<'_>) -> BTreeSet<Fingerprint> {
        let mut watched = BTreeSet::new();
        for news in self.news.iter().filter(|news| news.key.subject == Subject::Incident(known.incident.id)) {
            let work = &self.works[news.work];
            match (&work.subscription.target, work.place) {
                (Target::Network, _) => return BTreeSet::new(),
                (Target::Relay(relay), _) => watched.extend(known.hits(*relay).then_some(*relay)),
                (_, Some(place)) => watched.extend(known.hit_of(place)),
                (_, None) => {}
            }
        }
        watched
    }

    /// What is behind relays whose subscription does not ask for incidents.
    fn cause_line(&self, id: IncidentId) -> Option<Line> {
        let known = self.book.get(id)?;
        let text =
            Text::ours(format!("Part of incident {id}: ")).then(incident::title(known.incident)).and(".");
        Some(line(LineRole::Evidence, text))
    }

    fn relay_lines(
        &self,
        event: NewsEvent,
        kind: WatchKind,
        found: &BTreeMap<Fingerprint, &News>,
        lines: &mut Vec<Line>,
    ) {
        lines.push(line(LineRole::Heading, Text::ours(relays::heading(kind, event, found.len()))));
        let texts = found.iter().map(|(fingerprint, news)| self.relay_text(*fingerprint, news));
        lines.extend(items(texts, found.len()));
    }

    fn relay_text(&self, fingerprint: Fingerprint, news: &News) -> Text {
        relays::name(fingerprint, self.facts.relay(fingerprint)).and(" ").then(self.evidence(news))
    }

    fn evidence(&self, news: &News) -> Text {
        match news.key.subject {
            Subject::Incident(id) => match self.book.get(id) {
                Some(known) => Text::default().foreign(&known.incident.evidence),
                None => Text::default(),
            },
            Subject::Relay(fingerprint) => {
                let relay = self.facts.relay(fingerprint);
                let watch = self.watch(news);
                watch.map_or_else(Text::default, |watch| {
                    relays::evidence(watch, relay, self.state(news), news.event)
                })
            }
        }
    }

    fn advice(&self, by_kind: &ByKind<'_>, incidents: &BTreeMap<IncidentId, NewsEvent>) -> Vec<Line> {
        let is_open = |event: &NewsEvent| *event != NewsEvent::Over;
        let mut sentences: Vec<&'static str> = incidents
            .iter()
            .filter(|(_, event)| is_open(event))
            .map(|(id, _)| advice::of_incident(id.kind))
            .collect();
        if let (Group::Incident(id), true) = (self.group, sentences.is_empty() && incidents.is_empty()) {
            sentences.extend(
                by_kind.keys().any(|(event, _)| is_open(event)).then(|| advice::of_incident(id.kind)),
            );
        } else {
            let kinds = by_kind.keys().filter(|(event, _)| is_open(event));
            sentences.extend(kinds.filter_map(|(_, kind)| advice::of_watch(*kind)));
        }
        let mut seen = BTreeSet::new();
        sentences.retain(|sentence| seen.insert(*sentence));
        sentences.into_iter().map(|sentence| line(LineRole::Advice, Text::ours(sentence))).collect()
    }

    fn notes(&self) -> Vec<Line> {
        let mut notes = Vec::new();
        let told = self.news.iter().filter(|news| news.event != NewsEvent::Over).count();
        if let Some(others @ 1..) = self.open.checked_sub(told) {
            notes.push(format!("Alerts of this that were told before and last: {others}."));
        }
        notes.push(format!("Data of {} UTC.", self.facts.data_time.to_minute()));
        if let Left::Last { until } = self.left {
            notes.push(format!(
                "This is the last message that your budget allows before {} UTC, but for what is critical. What happens meanwhile is told then.",
                until.to_minute()
            ));
        }
        notes.into_iter().map(|note| line(LineRole::Note, Text::ours(note))).collect()
    }

    fn title(&self, by_kind: &ByKind<'_>, incidents: &BTreeMap<IncidentId, NewsEvent>) -> Text {
        if self.group == Group::Digest {
            return Text::ours(format!("Digest: {}", counts(by_kind, incidents.len())));
        }
        if let Some((id, event)) = incidents.first_key_value() {
            let title = match self.book.get(*id) {
                Some(known) => incident::title(known.incident),
                None => Text::ours(format!("Incident {id}")),
            };
            return Text::ours(prefix(*event)).then(title);
        }
        let mut relays = by_kind.values().flatten();
        match (relays.next(), relays.next()) {
            (Some((fingerprint, news)), None) => {
                Text::ours(prefix(news.event)).then(self.relay_text(*fingerprint, news))
            }
            _ => Text::ours(counts(by_kind, 0)).then(self.cause_text()),
        }
    }

    fn cause_text(&self) -> Text {
        match self.group {
            Group::Incident(id) => Text::ours(format!(" (incident {id})")),
            Group::Relays | Group::Digest => Text::default(),
        }
    }

    fn links(&self, by_kind: &ByKind<'_>, incidents: &BTreeMap<IncidentId, NewsEvent>) -> Vec<Link> {
        let mut targets: Vec<LinkTarget> = incidents.keys().copied().map(LinkTarget::Incident).collect();
        if let Group::Incident(id) = self.group {
            targets.push(LinkTarget::Incident(id));
        }
        let relays: BTreeSet<Fingerprint> = by_kind.values().flat_map(BTreeMap::keys).copied().collect();
        if relays.len() <= MOST_LINKED {
            targets.extend(relays.into_iter().map(LinkTarget::Relay));
        }
        let watched: BTreeSet<&Target> =
            self.news.iter().map(|news| &self.works[news.work].subscription.target).collect();
        targets.extend(watched.into_iter().take(MOST_LINKED).map(of_target));
        targets.push(LinkTarget::Method("alerts"));
        let mut seen = BTreeSet::new();
        targets.retain(|target| seen.insert(target.clone()));
        targets.into_iter().map(|target| Link { label: label(&target), target }).collect()
    }

    fn data(&self, news: &News) -> AlertNews {
        let state = self.state(news);
        AlertNews {
            key: news.key,
            phase: state.phase,
            since: state.since,
            severity: news.severity,
            cause: news.cause,
            evidence: self.evidence(news),
        }
    }
}

fn line(role: LineRole, text: Text) -> Line {
    Line { role, text }
}

/// The first of a list as items, and how many more there are.
fn items(texts: impl Iterator<Item = Text>, count: usize) -> impl Iterator<Item = Line> {
    let more = count.checked_sub(MOST_NAMED).filter(|more| *more > 0);
    let more = more.map(|more| Text::ours(format!("and {more} more")));
    texts.take(MOST_NAMED).chain(more).map(|text| line(LineRole::Item, text))
}

fn incident_is_over(event: NewsEvent) -> bool {
    event == NewsEvent::Over
}

/// What goes before a title.
const fn prefix(event: NewsEvent) -> &'static str {
    match event {
        NewsEvent::Raised => "",
        NewsEvent::Worse => "Worse: ",
        NewsEvent::Lasts => "Still: ",
        NewsEvent::Over => "Over: ",
    }
}

/// What happened how often, in a line.
fn counts(by_kind: &ByKind<'_>, incidents: usize) -> String {
    let incidents = match incidents {
        0 => None,
        1 => Some("1 incident".to_owned()),
        count => Some(format!("{count} incidents")),
    };
    let kinds = by_kind.iter().map(|((event, kind), found)| relays::heading(*kind, *event, found.len()));
    let all: Vec<String> = incidents.into_iter().chain(kinds).collect();
    match all.len() {
        0 => "nothing new".into(),
        1..=3 => all.join("; "),
        more => format!("{}; and {} more", all[..3].join("; "), more - 3),
    }
}

fn of_target(target: &Target) -> LinkTarget {
    match target {
        Target::Relay(relay) => LinkTarget::Relay(*relay),
        Target::Family(member) => LinkTarget::Family(*member),
        Target::Domain(domain) => LinkTarget::Domain(domain.clone()),
        Target::Operator(id) => LinkTarget::Operator(*id),
        Target::As(number) => LinkTarget::As(*number),
        Target::Country(code) => LinkTarget::Country(*code),
        Target::Network => LinkTarget::NetworkHealth,
    }
}

fn label(target: &LinkTarget) -> String {
    let short = |text: String| text.chars().take(8).collect::<String>();
    match target {
        LinkTarget::Relay(relay) => format!("Relay {}", short(relay.to_string())),
        LinkTarget::Family(member) => format!("Family of {}", short(member.to_string())),
        LinkTarget::Domain(domain) => format!("Operator {domain}"),
        LinkTarget::Operator(id) => format!("Operator {}", short(id.to_string())),
        LinkTarget::As(number) => number.to_string(),
        LinkTarget::Country(code) => allium_model::country_name(*code).unwrap_or(code.as_str()).to_owned(),
        LinkTarget::Incident(id) => format!("Incident {id}"),
        LinkTarget::NetworkHealth => "Network health".into(),
        LinkTarget::Method(_) => "How alerts work".into(),
    }
}
