//! The Onionoo weights document.
//!
//! Up to 20,000 relays it carries all five quantities; above, only the consensus weight, so that the
//! document stays of a size that can be read. Shares follow from the weights and flags of each day.

use super::bandwidth::mean_while_there;
use super::history::{Bin, Histories, WEIGHTS_BINS, histories, listed};
use super::uptime::MAX_RELAYS_WITH_ALL;
use crate::flags;
use crate::shares::{Class, ShareRule, Shares};
use crate::simulation::Simulation;
use crate::traffic::days::Days;
use crate::traffic::pattern::Pattern;
use crate::traffic::relay::{Carried, CarriedDay};
use crate::world::relay::Judgement;
use allium_documents::onionoo::{EnvelopeOut, WeightsRelay, write_envelope};
use allium_model::Flag;
use std::io::{self, Write};

impl Simulation {
    /// Writes the weights document. Relays that were never there in the simulated time are not in it.
    pub fn write_weights(&self, out: &mut dyn Write) -> io::Result<()> {
        let head = EnvelopeOut { relays_published: self.published() };
        let (days, pattern) = (Days::new(self.clock), Pattern::new(self.clock));
        let writes_all = self.options.relays <= MAX_RELAYS_WITH_ALL;
        let rules = if writes_all { self.rules_by_day(days, &pattern) } else { Vec::new() };
        let relays = (0..self.world.relays.len())
            .filter_map(|position| self.weights_relay(days, &pattern, &rules, position));
        write_envelope(out, head, relays)
    }

    /// How shares follow from weights on each day: a relay counts for the hours in which it was there.
    fn rules_by_day(&self, days: Days, pattern: &Pattern) -> Vec<ShareRule> {
        let mut sums = vec![[0.0; 4]; days.count()];
        for position in 0..self.world.relays.len() {
            let carried = self.carried(days, pattern, position);
            let classes = self.classes(days, position);
            for (day, carried) in carried.days.iter().enumerate() {
                let part = f64::from(carried.hours) / days.hours(day).len().max(1) as f64;
                sums[day][classes[day] as usize] += carried.weight * part;
            }
        }
        sums.into_iter().map(ShareRule::of_sums).collect()
    }

    /// The class of a relay on each day, by its flags at noon.
    fn classes(&self, days: Days, position: usize) -> Vec<Class> {
        let (relay, life) = (&self.world.relays[position], &self.lives[position]);
        let guard = flags::presence_with(Flag::Guard, relay, life);
        let is_exit = relay.exit_policy.is_some()
            && !matches!(relay.judgement, Some(Judgement::MiddleOnly | Judgement::BadExit));
        let class = |day| {
            let hours = days.hours(day);
            Class::new(guard.contains(hours.start + (hours.end - hours.start) / 2), is_exit)
        };
        (0..days.count()).map(class).collect()
    }

    fn weights_relay(
        &self,
        days: Days,
        pattern: &Pattern,
        rules: &[ShareRule],
        position: usize,
    ) -> Option<WeightsRelay<'static>> {
        self.lives[position].presence.runs().first()?;
        let carried = self.carried(days, pattern, position);
        let history =
            |value: &dyn Fn(usize, &CarriedDay) -> f64| self.weight_history(days, position, &carried, value);
        let consensus_weight = history(&|_, day| day.weight);
        let classes = if rules.is_empty() { Vec::new() } else { self.classes(days, position) };
        let share = |share: fn(&Shares) -> f64| {
            if rules.is_empty() {
                return Histories::new();
            }
            history(&|position, day| share(&rules[position].shares_of(classes[position], day.weight)))
        };
        Some(WeightsRelay {
            fingerprint: self.world.relays[position].fingerprint.to_string().into(),
            consensus_weight_fraction: share(|shares| shares.consensus_weight),
            guard_probability: share(|shares| shares.guard),
            middle_probability: share(|shares| shares.middle),
            exit_probability: share(|shares| shares.exit),
            consensus_weight,
        })
    }

    /// A bin is known when a fifth of its hours had a consensus with the relay.
    fn weight_history(
        &self,
        days: Days,
        position: usize,
        carried: &Carried,
        value: &dyn Fn(usize, &CarriedDay) -> f64,
    ) -> Histories {
        let presence = &self.lives[position].presence;
        let Some(first) = presence.runs().first() else { return Histories::new() };
        histories(self.now(), &WEIGHTS_BINS, first.start, &mut |bin: Bin| {
            let whole = Bin { hours: 0, ..bin };
            let is_known = bin.is_covered_by(listed(&self.consensuses, presence, bin));
            if is_known { mean_while_there(days, &carried.days, whole, value) } else { None }
        })
    }
}
