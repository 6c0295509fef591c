//! What a measurement of detection comes to.

use super::Followed;
use super::belongs::{claimed, tells_of};
use super::interval::{Interval, wilson};
use allium_model::{FaultClass, Incident, IncidentId, LabelledFault, Timestamp};

/// How well the faults of a class are found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClassScore {
    /// Faults that matter to the network.
    pub faults: u32,
    /// Of those, found.
    pub found: u32,
    /// Of those found, ones whose first incident was confirmed.
    pub confirmed: u32,
    /// Of those found, seen in the first document that shows them.
    pub at_first: u32,
    /// Of those found, confirmed by the second.
    pub ongoing_at_second: u32,
    /// Of those found, named rightly: by the group that it befell, or by one of the very same relays.
    pub named: u32,
    /// Of those, named by the group itself.
    pub named_as_labelled: u32,
    /// Documents from the first that shows it to the one that found it, by fault found.
    pub delays: Vec<u32>,
    /// Confirmed incidents that name a group of this class and belong to a fault.
    pub right: u32,
    /// The same that belong to none.
    pub wrong: u32,
}

/// What a measurement of detection comes to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DetectionReport {
    /// By class, in the order of [`FaultClass::ALL`].
    pub(super) classes: [ClassScore; FaultClass::ALL.len()],
    /// Documents that were followed.
    pub documents: u64,
    /// Confirmed incidents of the network that belong to a fault.
    pub right: u32,
    /// Confirmed incidents of the network that belong to none.
    pub wrong: Vec<IncidentId>,
    /// The same that a second document did not confirm.
    pub unconfirmed_wrong: u32,
    /// Incidents on numbers of the network that a fault explains and that did not join its incident.
    pub symptoms: u32,
    /// Incidents of sources that belong to no fault of one.
    pub source_wrong: Vec<IncidentId>,
    /// Days for which rounds of authorities were followed.
    pub authority_days: f64,
    /// Confirmed incidents of authorities, scanners and the consensus that belong to a fault.
    pub authority_right: u32,
    /// The same that belong to none.
    pub authority_wrong: Vec<IncidentId>,
    /// Faults that are too small to count.
    pub small_faults: u32,
    /// Of those, found.
    pub small_found: u32,
    /// Days that were followed without any fault of a group.
    pub quiet_days: f64,
    /// Confirmed incidents in them, of any size.
    pub quiet_false: Vec<IncidentId>,
    /// Incidents in them that a second document did not confirm.
    pub quiet_unconfirmed: u32,
}

/// Days of a month, and of a week.
const MONTH_DAYS: f64 = 30.0;
const WEEK_DAYS: f64 = 7.0;

impl ClassScore {
    pub(super) fn add(&mut self, fault: &LabelledFault, found: Option<&Incident>, followed: &Followed<'_>) {
        self.faults += 1;
        let Some(incident) = found else { return };
        let number = |at: Timestamp| followed.documents.partition_point(|document| *document < at) as u32;
        let delay = number(followed.noticed(incident, fault)).saturating_sub(number(fault.from));
        let second = incident.confirmed.map(|at| number(at).saturating_sub(number(fault.from)));
        self.found += 1;
        self.confirmed += u32::from(incident.confirmed.is_some());
        self.at_first += u32::from(delay == 0);
        self.ongoing_at_second += u32::from(second.is_some_and(|second| second <= 1));
        self.delays.push(delay);
        let (is_labelled, is_same) = is_named(fault, incident);
        self.named += u32::from(is_labelled || is_same);
        self.named_as_labelled += u32::from(is_labelled);
    }

    fn join(&mut self, other: &Self) {
        self.faults += other.faults;
        self.found += other.found;
        self.confirmed += other.confirmed;
        self.at_first += other.at_first;
        self.ongoing_at_second += other.ongoing_at_second;
        self.named += other.named;
        self.named_as_labelled += other.named_as_labelled;
        self.delays.extend(&other.delays);
        self.right += other.right;
        self.wrong += other.wrong;
    }

    /// Share of the confirmed incidents naming a group of this class that belong to a fault, of whatever class.
    pub fn precision(&self) -> Option<Interval> {
        wilson(self.right, self.right + self.wrong)
    }

    /// Share of the faults that were found.
    pub fn recall(&self) -> Option<Interval> {
        wilson(self.found, self.faults)
    }

    /// Share of those found that were named rightly.
    pub fn attribution(&self) -> Option<Interval> {
        wilson(self.named, self.found)
    }

    /// Median delay in documents; 0 is the first document that shows it.
    pub fn median_delay(&self) -> Option<u32> {
        let mut delays = self.delays.clone();
        delays.sort_unstable();
        delays.get(delays.len() / 2).copied()
    }
}

/// Whether the first cause is the group of the fault, and whether it is one of the very same relays.
fn is_named(fault: &LabelledFault, incident: &Incident) -> (bool, bool) {
    if fault.class.kind_without_relays().is_some() {
        let is_named = tells_of(incident, fault);
        return (is_named, is_named);
    }
    let Some(first) = incident.causes.first() else { return (false, false) };
    let is_same = incident.causes.iter().any(|cause| {
        fault.groups.contains(&cause.group)
            && cause.is_containing
            && (cause.hit_in_group, cause.group_relays) == (first.hit_in_group, first.group_relays)
    });
    (fault.groups.contains(&first.group), is_same)
}

impl DetectionReport {
    /// The score of a class.
    pub fn class(&self, class: FaultClass) -> &ClassScore {
        &self.classes[class as usize]
    }

    /// Counts a confirmed incident for the class that it claims.
    pub(super) fn claim(&mut self, incident: &Incident, is_of_a_fault: bool) {
        let Some(class) = claimed(incident) else { return };
        let score = self.class_mut(class);
        score.right += u32::from(is_of_a_fault);
        score.wrong += u32::from(!is_of_a_fault);
    }

    pub(super) fn class_mut(&mut self, class: FaultClass) -> &mut ClassScore {
        &mut self.classes[class as usize]
    }

    /// All classes of faults that take relays away.
    pub fn all(&self) -> ClassScore {
        let of_relays = |class: &FaultClass| class.kind_without_relays().is_none();
        self.together(FaultClass::ALL.into_iter().filter(of_relays))
    }

    /// The classes whose faults show as a whole in one document: all but declines and flapping.
    pub fn sudden(&self) -> ClassScore {
        use FaultClass::{As, Country, Operator, Prefix, Version};
        self.together([As, Prefix, Country, Operator, Version].into_iter())
    }

    fn together(&self, classes: impl Iterator<Item = FaultClass>) -> ClassScore {
        let mut all = ClassScore::default();
        classes.for_each(|class| all.join(self.class(class)));
        all
    }

    /// Adds what another history came to.
    pub fn join(&mut self, other: &Self) {
        for (own, other) in self.classes.iter_mut().zip(&other.classes) {
            own.join(other);
        }
        self.documents += other.documents;
        self.right += other.right;
        self.wrong.extend(&other.wrong);
        self.unconfirmed_wrong += other.unconfirmed_wrong;
        self.symptoms += other.symptoms;
        self.source_wrong.extend(&other.source_wrong);
        self.authority_days += other.authority_days;
        self.authority_right += other.authority_right;
        self.authority_wrong.extend(&other.authority_wrong);
        self.small_faults += other.small_faults;
        self.small_found += other.small_found;
        self.quiet_days += other.quiet_days;
        self.quiet_false.extend(&other.quiet_false);
        self.quiet_unconfirmed += other.quiet_unconfirmed;
    }

    /// Share of the confirmed incidents of the network that belong to a fault.
    pub fn precision(&self) -> Option<Interval> {
        wilson(self.right, self.right + self.wrong.len() as u32)
    }

    /// Share of the confirmed incidents of authorities, scanners and the consensus that belong to a fault.
    pub fn authority_precision(&self) -> Option<Interval> {
        wilson(self.authority_right, self.authority_right + self.authority_wrong.len() as u32)
    }

    /// False incidents in a quiet week; none when no quiet day was followed.
    pub fn false_per_quiet_week(&self) -> Option<f64> {
        let weeks = self.quiet_days / WEEK_DAYS;
        (weeks > 0.0).then(|| self.quiet_false.len() as f64 / weeks)
    }

    /// False incidents in a quiet month; none when no quiet day was followed.
    pub fn false_per_quiet_month(&self) -> Option<f64> {
        let months = self.quiet_days / MONTH_DAYS;
        (months > 0.0).then(|| self.quiet_false.len() as f64 / months)
    }
}
