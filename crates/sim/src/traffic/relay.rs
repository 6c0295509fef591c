//! What a relay carried and how the authorities weighted it, day by day.
//!
//! Traffic follows the pattern of the network times what the relay uses of its bandwidth, its own growth,
//! its youth and noise. The weight ends at that of the details document.

use super::days::Days;
use super::pattern::Pattern;
use crate::dice::{Dice, Subject};
use crate::simulation::Simulation;
use crate::world::bandwidth::{UNLIMITED, UNMEASURED_WEIGHT};
use crate::world::relay::Relay;

/// A relay's days, in the order of [`Days`].
#[derive(Debug)]
pub(crate) struct Carried {
    pub(crate) days: Vec<CarriedDay>,
    /// Bytes written for a byte read.
    pub(crate) written_per_read: f64,
    pub(crate) overload: Overload,
}

/// What a relay did on a day.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CarriedDay {
    /// Hours in which it was there.
    pub(crate) hours: u32,
    /// Bytes per second that it read while it was there.
    pub(crate) read: f64,
    /// Consensus weight, without unit.
    pub(crate) weight: f64,
}

/// When it was last overloaded, in hours before the end.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Overload {
    /// It hit its rate limit: when, how often writing, and how often reading.
    pub(crate) rate_limit: Option<(u32, u32, u32)>,
    /// It ran out of file descriptors.
    pub(crate) file_descriptors: Option<u32>,
}

/// Days that a new relay needs to be used like an old one.
const RAMP_DAYS: f64 = 60.0;
/// What a relay is used of that on its first day.
const FIRST_DAY: f64 = 0.1;
/// Days before the authorities measured a new relay.
const MEASURED_AFTER_DAYS: f64 = 3.0;
/// How much of a day's noise is left on the next.
const NOISE_MEMORY: f64 = 0.7;
/// Largest noise that a day adds, as a share of the traffic.
const NOISE: f64 = 0.12;
/// Days between two changes of the drift of a weight.
const DRIFT_DAYS: usize = 7;
/// Largest drift of a weight.
const DRIFT: f64 = 0.15;

impl Simulation {
    /// What a relay carried. Equal calls give equal answers.
    pub(crate) fn carried(&self, days: Days, pattern: &Pattern, position: usize) -> Carried {
        let (relay, life) = (&self.world.relays[position], &self.lives[position]);
        let mut dice = Dice::new(self.options.seed, Subject::Traffic, position);
        let used = 0.25 + 0.4 * dice.unit();
        let growth_per_day = 0.4 * (dice.unit() - 0.5) / 365.0;
        let written_per_read = 0.98 + 0.06 * dice.unit();
        let overload = overload(&mut dice, relay);
        let anchor = days.anchor();
        let drift = Drift::draw(&mut dice, anchor + 1);
        let bytes = relay.bandwidth.advertised() as f64 * used;
        let now = self.youth(days, position, anchor);
        let growth_factor = growth_per_day.exp();
        let mut grown = (-growth_per_day * anchor as f64).exp();
        let (mut noise, mut carried) = (0.0, Vec::with_capacity(days.count()));
        for day in 0..days.count() {
            noise = NOISE_MEMORY * noise + NOISE * around_zero(&mut dice);
            let hours = days.hours(day);
            let runs = life.presence.runs_in(hours.start, hours.end);
            let (present, sum) = runs.fold((0, 0.0), |(present, sum), run| {
                (present + run.hours(), sum + pattern.sum(run.start, run.end))
            });
            let own = self.youth(days, position, day) / now * grown;
            let read =
                if present == 0 { 0.0 } else { bytes * own * (1.0 + noise) * sum / f64::from(present) };
            // What comes after the anchor is weighted as the details documents say.
            let change = if day > anchor { 1.0 } else { own * drift.on(day) };
            let weight = self.weight(days, position, day, change);
            grown *= growth_factor;
            carried.push(CarriedDay { hours: present, read, weight });
        }
        Carried { days: carried, written_per_read, overload }
    }

    /// How much a relay is used for its age on a day, 0 to 1.
    fn youth(&self, days: Days, position: usize, day: usize) -> f64 {
        (self.age_days(days, position, day) / RAMP_DAYS).clamp(FIRST_DAY, 1.0)
    }

    fn age_days(&self, days: Days, position: usize, day: usize) -> f64 {
        let age = days.date(day).start().seconds_since(self.world.relays[position].first_seen);
        age as f64 / 86_400.0
    }

    fn weight(&self, days: Days, position: usize, day: usize, change: f64) -> f64 {
        let bandwidth = &self.world.relays[position].bandwidth;
        match bandwidth.measured {
            true if !self.is_measured(days, position, day) => UNMEASURED_WEIGHT as f64,
            true => (bandwidth.weight as f64 * change).round().max(1.0),
            false => bandwidth.weight as f64,
        }
    }

    /// Whether the authorities had measured a relay by a day.
    pub(crate) fn is_measured(&self, days: Days, position: usize, day: usize) -> bool {
        let is_new = self.age_days(days, position, day) < MEASURED_AFTER_DAYS && day < days.anchor();
        self.world.relays[position].bandwidth.measured && !is_new
    }
}

/// A number from -1 to 1, most often near 0.
fn around_zero(dice: &mut Dice) -> f64 {
    dice.unit() + dice.unit() - 1.0
}

fn overload(dice: &mut Dice, relay: &Relay) -> Overload {
    let is_limited = relay.bandwidth.rate < UNLIMITED;
    let hit = dice.chance(if is_limited { 0.08 } else { 0.004 });
    let rate_limit = hit.then(|| (dice.between(0, 200), dice.between(1, 400), dice.between(0, 400)));
    let file_descriptors = dice.chance(0.004).then(|| dice.between(0, 200));
    Overload { rate_limit, file_descriptors }
}

/// Slow changes of a weight: a line between points a week apart, 1 on the day of the anchor.
struct Drift {
    points: Vec<f64>,
    last: usize,
}

impl Drift {
    fn draw(dice: &mut Dice, days: usize) -> Self {
        let drawn = (0..=days / DRIFT_DAYS).map(|_| 1.0 + DRIFT * around_zero(dice));
        Self { points: std::iter::once(1.0).chain(drawn).collect(), last: days - 1 }
    }

    fn on(&self, day: usize) -> f64 {
        let back = self.last - day;
        let part = (back % DRIFT_DAYS) as f64 / DRIFT_DAYS as f64;
        let (newer, older) = (self.points[back / DRIFT_DAYS], self.points[back / DRIFT_DAYS + 1]);
        newer * (1.0 - part) + older * part
    }
}
