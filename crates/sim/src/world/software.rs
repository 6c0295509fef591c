//! Which version of tor a relay runs when, and on what.

use super::operators::LARGE_FLEET;
use crate::data::software::{FORGOTTEN, Release, STABLE, SYSTEMS, TESTING};
use crate::dice::Dice;
use crate::time::clock::Clock;
use allium_model::Timestamp;

/// How an operator keeps tor up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UpdateStyle {
    /// Within days.
    Prompt,
    /// Within weeks.
    Monthly,
    /// Within months.
    Slow,
    /// Early testers.
    Testing,
    /// Never.
    Never,
}

const STYLES: [(UpdateStyle, f64); 5] = [
    (UpdateStyle::Prompt, 0.52),
    (UpdateStyle::Monthly, 0.20),
    (UpdateStyle::Slow, 0.20),
    (UpdateStyle::Testing, 0.012),
    (UpdateStyle::Never, 0.06),
];

impl UpdateStyle {
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        dice.weighted(&STYLES, |style| style.1).0
    }
}

/// An operating system for so many relays; large fleets run on one of the two most common.
pub(crate) fn system(dice: &mut Dice, size: usize) -> &'static str {
    let choices = if size < LARGE_FLEET { &SYSTEMS[..] } else { &SYSTEMS[..2] };
    dice.weighted(choices, |system| system.1).0
}

/// The versions a relay goes through.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Software {
    /// The newest of a line after a delay.
    Following { line: &'static [Release], delay_seconds: i64 },
    /// One version for ever.
    Fixed(Release),
}

impl Software {
    pub(crate) fn draw(dice: &mut Dice, style: UpdateStyle) -> Self {
        let (line, days): (&'static [Release], f64) = match style {
            UpdateStyle::Prompt => (&STABLE, 0.5 + 4.0 * dice.unit()),
            UpdateStyle::Monthly => (&STABLE, 6.0 + 40.0 * dice.unit()),
            UpdateStyle::Slow => (&STABLE, 60.0 + 250.0 * dice.unit()),
            UpdateStyle::Testing => (&TESTING, 1.0 + 3.0 * dice.unit()),
            UpdateStyle::Never => return Self::Fixed(dice.weighted(&FORGOTTEN, |entry| entry.1).0),
        };
        Self::Following { line, delay_seconds: (days * 86_400.0) as i64 }
    }

    /// The version in use at a time by a relay that was set up with the newest one when it joined.
    pub(crate) fn release_at(&self, clock: Clock, joined: Timestamp, time: Timestamp) -> Release {
        let (line, delay_seconds) = match self {
            Self::Fixed(release) => return *release,
            Self::Following { line, delay_seconds } => (line, *delay_seconds),
        };
        let is_installed = |release: &&Release| {
            let released = release_time(clock, release);
            released <= joined || released.plus_seconds(delay_seconds) <= time
        };
        *line.iter().rev().find(is_installed).unwrap_or(&line[0])
    }

    /// When a relay replaces its version by a newer one, between joining and the end.
    pub(crate) fn update_times(&self, clock: Clock, joined: Timestamp) -> impl Iterator<Item = Timestamp> {
        let (line, delay_seconds): (&[Release], i64) = match self {
            Self::Fixed(_) => (&[], 0),
            Self::Following { line, delay_seconds } => (line, *delay_seconds),
        };
        line.iter()
            .map(move |release| release_time(clock, release))
            .filter(move |released| *released > joined)
            .map(move |released| released.plus_seconds(delay_seconds))
            .filter(move |time| *time <= clock.end)
    }
}

/// When a version was released.
pub(crate) fn release_time(clock: Clock, release: &Release) -> Timestamp {
    clock.anchor.plus_seconds(-i64::from(release.age_days) * 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: Timestamp = Timestamp(2_000_000_000);
    const CLOCK: Clock = Clock { end: END, hours: 2160, anchor: END };

    #[test]
    fn a_new_version_is_adopted_after_the_delay_and_by_new_relays_at_once() {
        let software = Software::Following { line: &STABLE, delay_seconds: 5 * 86_400 };
        let at = |days: i64, joined: i64| {
            let time = |days: i64| CLOCK.end.plus_seconds(-days * 86_400);
            software.release_at(CLOCK, time(joined), time(days)).version
        };
        assert_eq!(at(58, 900), "0.4.9.5");
        assert_eq!(at(57, 900), "0.4.9.6");
        assert_eq!(at(58, 60), "0.4.9.6");
    }

    #[test]
    fn lines_are_in_the_order_of_release() {
        for line in [&STABLE[..], &TESTING[..]] {
            assert!(line.windows(2).all(|pair| pair[0].age_days > pair[1].age_days));
        }
    }
}
