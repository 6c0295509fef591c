//! What befalls relays one by one: outages with heavy-tailed lengths, updates, leaving for good.

use super::clock::{Clock, Hour};
use super::event::{Event, EventKind};
use super::presence::Run;
use crate::data::causes;
use crate::dice::Dice;
use crate::world::relay::Relay;

/// Longest outage of a relay that comes back, in hours.
const MAX_OUTAGE_HOURS: f64 = 20.0 * 24.0;
/// Spread of the logarithm of an outage's length.
const LENGTH_SIGMA: f64 = 1.2;
/// Share of updates that take long enough to miss a consensus.
const VISIBLE_UPDATES: f64 = 0.3;
/// Share of relays that left in the week before the anchor.
const AWAY_AT_END: f64 = 0.062;
/// Share of relays that left more than a week before it and are still listed.
const LONG_GONE: f64 = 0.006;

/// One relay, and the hours in which something may befall it.
pub(crate) struct Subject<'w> {
    pub(crate) relay: &'w Relay,
    pub(crate) position: u32,
    /// First hour of the simulation in which it is there for certain.
    pub(crate) joined: Hour,
    pub(crate) clock: Clock,
}

impl Subject<'_> {
    /// Its own events. Nothing befalls it in its first hour.
    pub(crate) fn events(&self, dice: &mut Dice) -> Vec<Event> {
        let mut events = self.outages(dice);
        events.extend(self.updates(dice));
        events.extend(self.departure(dice));
        events
    }

    fn event(&self, kind: EventKind, span: Run, cause: &'static str) -> Event {
        Event { kind, span, subject: self.position, cause, relays: Box::default() }
    }

    fn outages(&self, dice: &mut Dice) -> Vec<Event> {
        let mut events = Vec::new();
        let mean_hours = self.relay.days_between_outages * 24.0;
        let mut start = self.joined + 1 + dice.exponential(mean_hours) as Hour;
        while start < self.clock.hours {
            let (cause, _, median_hours) = *dice.weighted(&causes::OUTAGES, |cause| cause.1);
            let hours = dice.log_normal(median_hours, LENGTH_SIGMA).ceil().clamp(1.0, MAX_OUTAGE_HOURS);
            let span = Run { start, end: start + hours as Hour };
            events.push(self.event(EventKind::Outage, span, cause));
            start = span.end + 1 + dice.exponential(mean_hours) as Hour;
        }
        events
    }

    fn updates(&self, dice: &mut Dice) -> Vec<Event> {
        let times = self.relay.software.update_times(self.clock, self.relay.first_seen);
        let hours = times.map(|time| time.seconds_since(self.clock.start()).div_euclid(3600));
        let visible = hours.filter(|hour| *hour > i64::from(self.joined) && dice.chance(VISIBLE_UPDATES));
        let span = |hour: i64| Run { start: hour as Hour, end: hour as Hour + 1 };
        visible.map(|hour| self.event(EventKind::Update, span(hour), causes::UPDATE)).collect()
    }

    fn departure(&self, dice: &mut Dice) -> Option<Event> {
        let (draw, when, cause) = (dice.unit(), dice.unit(), *dice.pick(&causes::DEPARTURES));
        let away_hours = match draw {
            _ if self.relay.is_authority => return None,
            ..AWAY_AT_END => 1.0 + 160.0 * when.powf(1.3),
            draw if draw < AWAY_AT_END + LONG_GONE => 175.0 + 100.0 * when,
            _ => return None,
        };
        let start = (self.clock.anchor_hour() + 1).checked_sub(away_hours as Hour)?;
        let span = Run { start, end: self.clock.hours + 1 };
        (start > self.joined).then(|| self.event(EventKind::Departure, span, cause))
    }
}
