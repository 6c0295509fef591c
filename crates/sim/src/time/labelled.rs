//! Faults of every kind one after another, each with its truth, to measure detection on.
//!
//! Half of the outages leave a part of the group alone, and in a third of them some follow an hour later.
//! The first days are quiet, so that what is usual can be learned, and between two faults there is most
//! of a day. Most groups are large enough to matter to the network; one in five is small.

use super::clock::{Clock, Hour};
use super::event::{Event, EventKind};
use super::presence::Run;
use crate::data::causes;
use crate::data::countries::COUNTRIES;
use crate::data::software::STABLE;
use crate::dice::{Dice, Subject};
use crate::world::World;
use allium_model::{FaultClass, Timestamp};
use std::collections::BTreeMap;

/// A fault.
#[derive(Debug, Clone)]
pub(crate) struct Labelled {
    pub(crate) class: FaultClass,
    /// What it befell, in the table that the class names.
    pub(crate) subject: u32,
    /// For a prefix: its first three bytes.
    pub(crate) block: Option<[u8; 3]>,
    /// The first hour that shows it, and the first after it.
    pub(crate) span: Run,
    /// Who was away when.
    pub(crate) absences: Vec<(Run, Box<[u32]>)>,
}

/// How often each class is drawn.
const CLASSES: [(FaultClass, f64); 8] = [
    (FaultClass::As, 3.0),
    (FaultClass::Prefix, 2.0),
    (FaultClass::Country, 2.0),
    (FaultClass::Operator, 3.0),
    (FaultClass::Version, 2.0),
    (FaultClass::Decline, 1.5),
    (FaultClass::Flapping, 1.5),
    (FaultClass::Source, 1.0),
];

/// Hours at the beginning without a fault.
const QUIET_START: Hour = 10 * 24;
/// Fewest hours between two faults, and the mean of what comes on top.
const QUIET_BETWEEN: (Hour, f64) = (16, 20.0);
/// Relays from which on a group matters to the network, and below which it is not drawn.
const LARGE: usize = 30;
const SMALL: usize = 5;
/// Share of the faults that befall small groups.
const SMALL_SHARE: f64 = 0.2;
/// Largest share of the network that a group may have.
const LARGEST_SHARE: f64 = 0.12;
/// Share of the outages that some of the relays follow into an hour later.
const STAGGERED: f64 = 0.3;
/// Hours after joining in which no fault takes a relay along.
const SETTLED_HOURS: i64 = 24;

impl Labelled {
    /// What it means for relays.
    pub(crate) fn events(&self) -> impl Iterator<Item = Event> {
        let (kind, cause) = match self.class {
            // The last four take nobody away and have no events.
            FaultClass::As
            | FaultClass::Source
            | FaultClass::Authority
            | FaultClass::Scanner
            | FaultClass::Consensus => (EventKind::AsOutage, causes::AS_OUTAGES[0]),
            FaultClass::Prefix => (EventKind::PrefixOutage, causes::PREFIX_OUTAGE),
            FaultClass::Country => (EventKind::CountryOutage, causes::COUNTRY_OUTAGES[0]),
            FaultClass::Operator => (EventKind::OperatorOutage, causes::OPERATOR_OUTAGES[0]),
            FaultClass::Version => (EventKind::VersionOutage, causes::VERSION_OUTAGE),
            FaultClass::Decline => (EventKind::Decline, causes::DECLINE),
            FaultClass::Flapping => (EventKind::Flapping, causes::FLAPPING),
        };
        let event = move |(span, relays): &(Run, Box<[u32]>)| Event {
            kind,
            span: *span,
            subject: self.subject,
            cause,
            relays: relays.clone(),
        };
        self.absences.iter().map(event)
    }

    /// Everybody that it took away, ascending.
    pub(crate) fn relays(&self) -> Vec<u32> {
        let mut all: Vec<u32> = self.absences.iter().flat_map(|(_, relays)| relays.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// All faults of a simulation, in the order of their start.
pub(crate) fn draw(seed: u64, clock: Clock, world: &World) -> Vec<Labelled> {
    let mut dice = Dice::new(seed, Subject::LabelledFaults, 0);
    let mut faults = Vec::new();
    let mut start = QUIET_START;
    while start + 24 < clock.hours {
        let class = dice.weighted(&CLASSES, |class| class.1).0;
        if let Some(fault) = fault(&mut dice, class, clock, world, start)
            && fault.span.end + 12 < clock.hours
        {
            start = fault.span.end;
            faults.push(fault);
        }
        start += QUIET_BETWEEN.0 + dice.exponential(QUIET_BETWEEN.1) as Hour;
    }
    faults
}

fn fault(dice: &mut Dice, class: FaultClass, clock: Clock, world: &World, start: Hour) -> Option<Labelled> {
    let (hours, share_hit) = match class {
        FaultClass::Country => (duration(dice), 0.85 + 0.15 * dice.unit()),
        FaultClass::Version => (duration(dice), 0.2 + 0.5 * dice.unit()),
        FaultClass::Decline => (dice.between(60, 110), 1.0),
        FaultClass::Flapping => (dice.between(24, 40), 1.0),
        FaultClass::Source => (*dice.pick(&[1, 1, 3, 5]), 0.0),
        // Now and then a part of the group holds out.
        _ => (duration(dice), if dice.chance(0.5) { 1.0 } else { 0.6 + 0.4 * dice.unit() }),
    };
    let span = Run { start, end: start + hours };
    if class == FaultClass::Source {
        return Some(Labelled { class, subject: 0, block: None, span, absences: Vec::new() });
    }
    let groups = groups(class, clock, world, start);
    let is_small = dice.chance(SMALL_SHARE);
    let largest = (world.relays.len() as f64 * LARGEST_SHARE) as usize;
    let range = if is_small { SMALL..=LARGE - 1 } else { LARGE..=largest.max(LARGE) };
    let meant: Vec<_> = groups.into_iter().filter(|(_, members)| range.contains(&members.len())).collect();
    let ((subject, block), mut relays) = meant.get(dice.below(meant.len()))?.clone();
    relays.retain(|_| dice.chance(share_hit));
    let absences = absences(dice, class, span, relays);
    Some(Labelled { class, subject, block, span, absences })
}

/// Hours of an outage: 3 to 48.
fn duration(dice: &mut Dice) -> Hour {
    dice.log_normal(6.0, 0.8).clamp(3.0, 48.0) as Hour
}

/// What tells a group from others of its class.
type Key = (u32, Option<[u8; 3]>);

/// The groups of a class with the relays that have settled.
pub(super) fn groups(class: FaultClass, clock: Clock, world: &World, start: Hour) -> Vec<(Key, Vec<u32>)> {
    let time = clock.time(start);
    let settled = time.plus_seconds(-SETTLED_HOURS * 3600);
    let mut groups: BTreeMap<Key, Vec<u32>> = BTreeMap::new();
    for (position, relay) in world.relays.iter().enumerate() {
        if relay.is_authority || relay.first_seen > settled {
            continue;
        }
        let key = match class {
            FaultClass::Prefix => {
                let [a, b, c, _] = relay.ipv4.octets();
                Some((relay.network, Some([a, b, c])))
            }
            FaultClass::Country => Some((world.networks.get(relay.network).country as u32, None)),
            // Without a contact nobody could tell whose they are.
            FaultClass::Operator | FaultClass::Flapping => {
                world.operator(relay).contact.as_ref().map(|_| (relay.operator, None))
            }
            FaultClass::Version => version(clock, relay, time).map(|version| (version, None)),
            _ => Some((relay.network, None)),
        };
        if let Some(key) = key {
            groups.entry(key).or_default().push(position as u32);
        }
    }
    debug_assert!(class != FaultClass::Country || groups.len() <= COUNTRIES.len());
    groups.into_iter().collect()
}

/// Position in the stable line of the version that a relay has had for a day and keeps for a day.
fn version(clock: Clock, relay: &crate::world::relay::Relay, time: Timestamp) -> Option<u32> {
    let at = |hours: i64| {
        relay.software.release_at(clock, relay.first_seen, time.plus_seconds(hours * 3600)).version
    };
    let version = at(-24);
    let position = STABLE.iter().position(|release| release.version == version)?;
    (version == at(24)).then_some(position as u32)
}

/// Who is away when.
fn absences(dice: &mut Dice, class: FaultClass, span: Run, relays: Vec<u32>) -> Vec<(Run, Box<[u32]>)> {
    match class {
        FaultClass::Decline => {
            let last = span.end - span.start - 12;
            let leave = |relay: u32| {
                let start = span.start + dice.below(last as usize) as Hour;
                (Run { start, end: span.end }, Box::from([relay]))
            };
            relays.into_iter().map(leave).collect()
        }
        FaultClass::Flapping => {
            let (away, there) = (dice.between(1, 2), dice.between(1, 3));
            let starts = (span.start..span.end - away).step_by((away + there) as usize);
            let relays: Box<[u32]> = relays.into();
            starts.map(|start| (Run { start, end: start + away }, relays.clone())).collect()
        }
        _ if dice.chance(STAGGERED) => staggered(dice, span, relays),
        _ => vec![(span, relays.into())],
    }
}

/// Some follow an hour later.
fn staggered(dice: &mut Dice, span: Run, relays: Vec<u32>) -> Vec<(Run, Box<[u32]>)> {
    let share = 0.1 + 0.4 * dice.unit();
    let (late, early): (Vec<u32>, Vec<u32>) = relays.into_iter().partition(|_| dice.chance(share));
    let later = Run { start: span.start + 1, end: span.end };
    vec![(span, early.into()), (later, late.into())]
}
