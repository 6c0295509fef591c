//! Checks of how many relays there are and how many come and go.

use super::{Outcome, Subject, at_least, at_most, below, outcome, percent, unknown};

/// Exits that are aimed at.
pub const EXITS: u64 = 1600;

/// Guards that are aimed at.
pub const GUARDS: u64 = 3000;

/// A floor fails below this share of it.
const FAR_BELOW: f64 = 0.7;

/// The floors are for the public network, which has several times as many running relays. They say
/// nothing of a private or simulated network with fewer.
pub const PUBLIC_RELAYS: u64 = 2000;

/// Share of relays without enough measurements.
pub(super) fn measured(subject: Subject<'_>) -> Outcome {
    let unmeasured = subject.sums.unmeasured;
    let Some(ratio) = unmeasured.ratio() else {
        return unknown("It is not known which relays are measured.");
    };
    let text = format!(
        "{} of {} running relays are unmeasured ({}).",
        unmeasured.holds,
        unmeasured.known,
        percent(ratio)
    );
    outcome(below(ratio, 0.05, 0.10), text)
}

pub(super) fn exits(subject: Subject<'_>) -> Outcome {
    floor(subject, subject.sums.exits, EXITS, "exits")
}

pub(super) fn guards(subject: Subject<'_>) -> Outcome {
    floor(subject, subject.sums.guards, GUARDS, "relays with the flag Guard")
}

fn floor(subject: Subject<'_>, count: u64, floor: u64, what: &str) -> Outcome {
    let running = subject.sums.relays.running;
    if running < PUBLIC_RELAYS {
        return unknown(format!(
            "{count} {what} run. The limit is for the public network; this one has {running} running relays."
        ));
    }
    let state = at_least(count as f64, floor as f64, FAR_BELOW * floor as f64);
    outcome(state, format!("{count} {what} run; {floor} are aimed at."))
}

/// Weight of relays that ran within a day and do not now.
pub(super) fn weight_lost(subject: Subject<'_>) -> Outcome {
    let sums = subject.sums;
    let Some(ratio) = sums.lost_ratio() else { return unknown("No weights are known.") };
    let text = format!(
        "{} relays that were seen in the last 24 hours do not run; they held {} of the weight.",
        sums.relays_lost_day,
        percent(ratio)
    );
    outcome(below(ratio, 0.02, 0.05), text)
}

/// Relays that joined and left.
pub(super) fn churn(subject: Subject<'_>) -> Outcome {
    let Some(churn) = subject.churn else { return unknown("The history of the network is not at hand.") };
    let Some(median) = churn.median_ratio else {
        return unknown(format!("{} full days of history are known; 7 are needed.", churn.days));
    };
    let text = format!(
        "{} relays joined and {} left in 24 hours, {} an hour; the median of {} days is {}.",
        churn.joined,
        churn.left,
        percent(churn.ratio),
        churn.days,
        percent(median)
    );
    outcome(at_most(churn.ratio, 2.0 * median, 4.0 * median), text)
}
