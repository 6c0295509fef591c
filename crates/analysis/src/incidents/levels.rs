//! Numbers of the network against their own past: exits, guards, churn.

use super::loss::severity;
use super::open::{Basis, Look, Open};
use super::step::Step;
use super::watch::{Found, IncidentWatch};
use super::{Change, ChangeKind};
use allium_model::{Flag, IncidentKind, Severity, Timestamp};

/// What is counted, and what too few of them are.
const LEVELS: [(Flag, IncidentKind, &str); 2] =
    [(Flag::Exit, IncidentKind::ExitsLow, "exits"), (Flag::Guard, IncidentKind::GuardsLow, "guards")];
/// Seconds of history without which the past is no measure.
const MIN_KNOWN_SECONDS: i64 = 7 * 86_400;
/// Relays below which a median says nothing.
const MIN_MEDIAN: f64 = 20.0;
/// How far above its limit a number must be for the incident to be over, as a share of its reference.
const HYSTERESIS: f64 = 0.02;
/// Churn below which it is over, as a share of where it began.
const CHURN_OVER: f64 = 0.85;
/// Days of history without which churn is not judged, the newest counted.
const MIN_CHURN_DAYS: usize = 8;

impl IncidentWatch {
    /// Compares the numbers of exits and guards with their past.
    pub(super) fn detect_levels(&mut self, step: &Step, changes: &mut Vec<Change>) {
        for (number, (flag, kind, name)) in LEVELS.into_iter().enumerate() {
            let value = f64::from(self.with_flag(flag));
            if let Some(place) = self.place_of(kind) {
                let limit = self.options.level_ratios[0] + HYSTERESIS;
                self.go_on_level(place, |reference| value < limit * reference, step.at, changes);
                continue;
            }
            let Some(reference) = self.reference(number) else { continue };
            if value >= self.options.level_ratios[0] * reference {
                continue;
            }
            let is_critical = value < self.options.level_ratios[1] * reference;
            let severity = if is_critical { Severity::Critical } else { Severity::Warning };
            let words = format!(
                "{value:.0} {name} run, {:.0} % below their usual {reference:.0}",
                100.0 * (1.0 - value / reference)
            );
            let away = f64::from(self.away_with(flag));
            if value + away >= self.options.level_ratios[0] * reference {
                self.add_symptom(kind, severity, &words, step.at, changes);
            } else {
                self.found(self.level(kind, severity, words, reference), step.at, changes);
            }
        }
    }

    /// Compares churn with its past.
    pub(super) fn detect_churn(&mut self, step: &Step, changes: &mut Vec<Change>) {
        let days = self.norms.daily_churn();
        let Some((today, past)) = days.split_first() else { return };
        let kind = IncidentKind::ChurnHigh;
        if let Some(place) = self.place_of(kind) {
            let factor = self.options.churn_factor * CHURN_OVER;
            self.go_on_level(place, |reference| *today > factor * reference, step.at, changes);
            return;
        }
        let mut past = past.to_vec();
        past.sort_unstable_by(f64::total_cmp);
        let Some(median) = crate::quantile(&past, 0.5) else { return };
        let relays = self.relays.running().len() as f64;
        // Of few relays that come and go, twice as many are still chance.
        let expected = self.options.churn_factor * median * relays;
        let is_chance = today * relays < expected + 3.0 * expected.sqrt();
        if days.len() >= MIN_CHURN_DAYS && *today > self.options.churn_factor * median && !is_chance {
            let words = format!(
                "relays joined or left {:.1} % of the network in 24 hours, against {:.1} % usually",
                100.0 * today,
                100.0 * median
            );
            self.found(self.level(kind, Severity::Warning, words, median), step.at, changes);
        }
    }

    fn level(&self, kind: IncidentKind, severity: Severity, evidence: String, reference: f64) -> Found {
        let (basis, whole) = (Basis::Level(reference), self.whole);
        Found { kind, severity, evidence, basis, places: Vec::new(), causes: Vec::new(), whole }
    }

    /// What a number is compared with: its median, or what makes the floor the limit while little is known.
    fn reference(&self, number: usize) -> Option<f64> {
        if self.norms.known_seconds() >= MIN_KNOWN_SECONDS {
            let median = self.norms.median(|sample| f64::from(sample.levels[number]));
            return (median >= MIN_MEDIAN).then_some(median);
        }
        // A network that never had so many is another one than the floors are for.
        let floor = self.options.level_floors[number];
        let is_large = self.relays.running().len() >= self.options.level_floor_relays as usize;
        let had = self.norms.samples.iter().any(|sample| sample.levels[number] >= floor);
        (is_large && had).then(|| f64::from(floor) / self.options.level_ratios[0])
    }

    /// Running relays with a flag.
    pub(super) fn with_flag(&self, flag: Flag) -> u32 {
        let running = self.relays.running().iter();
        running.filter(|place| self.relays.get(**place).flags.contains(flag)).count() as u32
    }

    /// Relays with a flag that are away in incidents.
    fn away_with(&self, flag: Flag) -> u32 {
        let count = |open: &Open| {
            let away = open.members.iter().map(|place| self.relays.get(*place));
            away.filter(|relay| !relay.is_running && relay.flags.contains(flag)).count() as u32
        };
        self.losses().map(|(_, open)| count(open)).sum()
    }

    /// The open incident of a kind.
    pub(super) fn place_of(&self, kind: IncidentKind) -> Option<usize> {
        self.open.iter().position(|open| open.incident.id.kind == kind)
    }

    /// Lets an incident that rests on a number go on by a document.
    pub(super) fn go_on_level(
        &mut self,
        place: usize,
        shows: impl Fn(f64) -> bool,
        at: Timestamp,
        changes: &mut Vec<Change>,
    ) {
        let open = &mut self.open[place];
        let Basis::Level(reference) = open.basis else { return };
        open.look_at_members(&self.relays, at);
        let look = if shows(reference) { Look::Lasts } else { Look::Gone };
        changes.extend(open.go_on(look, &self.options, at));
        self.close();
    }

    /// Notes a symptom with the largest loss that is open, once.
    pub(super) fn add_symptom(
        &mut self,
        kind: IncidentKind,
        severity: Severity,
        words: &str,
        at: Timestamp,
        changes: &mut Vec<Change>,
    ) {
        if self.losses().any(|(_, open)| open.symptoms.contains(&kind)) {
            return;
        }
        let largest = self.losses().max_by_key(|(_, open)| open.incident.hit.away().count());
        let Some(place) = largest.map(|(place, _)| place) else { return };
        let open = &mut self.open[place];
        open.symptoms.push(kind);
        open.incident.severity = open.incident.severity.max(severity);
        open.note(at, words.to_owned());
        changes.push(open.change(ChangeKind::Grew));
    }

    /// How bad a loss is of a group whose relays of this share of the weight are away.
    pub(super) fn severity_of(&self, relays: usize, share: f64) -> Severity {
        severity(relays, share, &self.options)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Story, document, hour, network};
    use super::*;
    use allium_model::{Ending, FlagSet, RelayRecord};

    /// Days of the network, in which guards lose their flag in some hours.
    fn tell(story: &mut Story, hours: std::ops::Range<i64>, is_without: impl Fn(i64, u32) -> bool) {
        for at in hours {
            let keep = |flag: &Flag, number: u32| *flag != Flag::Guard || !is_without(at, number);
            let relays = network(at, |_| false).relays.into_iter().map(|relay| {
                let [a, b, c, d, ..] = relay.fingerprint.0;
                let number = u32::from_be_bytes([a, b, c, d]);
                let flags: FlagSet = relay.flags.iter().filter(|flag| keep(flag, number)).collect();
                RelayRecord { flags, ..relay }
            });
            let found = story.watch.take(&document(hour(at), relays.collect()));
            story.changes.extend(found);
        }
    }

    #[test]
    fn guards_that_lose_their_flag_are_too_few() {
        let mut story = Story::new();
        tell(&mut story, 0..200, |at, number| (180..190).contains(&at) && number % 5 == 0);
        let incident = story.one();
        assert_eq!((incident.id.kind, incident.severity), (IncidentKind::GuardsLow, Severity::Warning));
        assert_eq!((incident.ending, incident.until), (Some(Ending::Recovered), Some(hour(190))));
    }

    #[test]
    fn exits_that_are_away_in_an_incident_are_a_symptom_of_it() {
        let mut story = Story::new();
        story.tell(0..180, |_, _| false);
        // A fifth of the exits, all in one country and a half.
        story.tell(180..185, |_, number| (400..800).contains(&number));
        let kinds: Vec<IncidentKind> = story.incidents().iter().map(|incident| incident.id.kind).collect();
        assert!(kinds.iter().all(|kind| *kind == IncidentKind::GroupOutage), "{kinds:?}");
        let notes = |words: &str| {
            let all = story.incidents();
            all.iter().flat_map(|incident| &incident.steps).filter(|step| step.text.contains(words)).count()
        };
        assert_eq!((notes("exits run"), notes("guards run")), (1, 1));
    }
}
