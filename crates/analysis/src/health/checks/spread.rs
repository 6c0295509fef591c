//! Checks of how the weight is spread, and of the software it runs on.

use super::{Outcome, Subject, at_least, at_most, outcome, percent, unknown};
use allium_model::GroupKind;

pub(super) fn operator(subject: Subject<'_>) -> Outcome {
    largest(subject, GroupKind::Operator, 1, 0.10, 0.20)
}

pub(super) fn autonomous_system(subject: Subject<'_>) -> Outcome {
    largest(subject, GroupKind::As, 1, 0.10, 0.20)
}

pub(super) fn ten_systems(subject: Subject<'_>) -> Outcome {
    largest(subject, GroupKind::As, 10, 0.40, 0.80)
}

/// The share of the largest groups of a kind.
fn largest(subject: Subject<'_>, kind: GroupKind, count: usize, limit: f64, far: f64) -> Outcome {
    let concentration = &subject.report.groups(kind).concentration;
    if concentration.groups() == 0 {
        return unknown("No weights are known.");
    }
    let share = concentration.top_share(count);
    let which = if count == 1 { "The largest holds".to_owned() } else { format!("The largest {count} hold") };
    let text =
        format!("{which} {} of the weight, of {} with weight.", percent(share), concentration.groups());
    outcome(at_most(share, limit, far), text)
}

pub(super) fn versions(subject: Subject<'_>) -> Outcome {
    let Some(ratio) = subject.sums.recommended.ratio() else {
        return unknown("It is not known which versions are recommended.");
    };
    let text = format!("{} of the weight is on recommended versions.", percent(ratio));
    outcome(at_least(ratio, 0.90, 0.80), text)
}

pub(super) fn overloaded(subject: Subject<'_>) -> Outcome {
    let Some(ratio) = subject.sums.overloaded.ratio() else {
        return unknown("No document tells of overload, or no weights are known.");
    };
    let text = format!("Relays with {} of the weight reported overload within 72 hours.", percent(ratio));
    outcome(at_most(ratio, 0.05, 0.10), text)
}
