//! Diversity: over how many equal operators, ASes, countries and platforms the weight would be spread.

use super::evidence::{Component, Evidence, Quantity, mean};
use crate::{Concentration, Report};
use allium_model::{GroupKind, HealthComponent};

/// What is aimed at: as many equal groups. The network meets none of these today.
pub const TARGETS: [(GroupKind, &str, f64); 4] = [
    (GroupKind::Operator, "Effective number of operators", 50.0),
    (GroupKind::As, "Effective number of ASes", 50.0),
    (GroupKind::Country, "Effective number of countries", 20.0),
    (GroupKind::Platform, "Effective number of platforms", 3.0),
];

/// The component from the concentrations of a report.
pub(super) fn diversity(report: &Report) -> Component {
    let parts = TARGETS.map(|(kind, name, target)| part(&report.groups(kind).concentration, name, target));
    of_parts(parts.into())
}

fn part(concentration: &Concentration, name: &'static str, target: f64) -> Evidence {
    let number = concentration.effective_number();
    Evidence {
        value: number.map(Quantity::Number),
        target: Some(Quantity::Number(target)),
        ratio: number.map(|number| towards(number, target)),
        ..Evidence::known(name, None)
    }
}

/// How much of a target is reached, 0 to 1.
pub(super) fn towards(number: f64, target: f64) -> f64 {
    (number / target).clamp(0.0, 1.0)
}

fn of_parts(evidence: Vec<Evidence>) -> Component {
    let ratio = mean(evidence.iter().filter_map(|part| part.ratio));
    Component { kind: HealthComponent::Diversity, ratio, evidence }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_counts_up_to_its_target() {
        let equal = |groups: usize| Concentration::of((0..groups).map(|_| 1.0 / groups as f64));
        let parts = vec![part(&equal(25), "a", 50.0), part(&equal(4), "b", 3.0), part(&equal(0), "c", 3.0)];
        let component = of_parts(parts);
        // 25 of 50, more than 3 of 3, and nothing known.
        assert!((component.ratio.unwrap() - 0.75).abs() < 1e-9);
        assert_eq!((component.evidence[2].value, component.evidence[2].ratio), (None, None));
        assert_eq!(of_parts(Vec::new()).ratio, None);
    }
}
