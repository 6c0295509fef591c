//! Which roles the relays of a country, a system or operators of a size have (`docs/methods/role-matrix.md`).

use crate::scores::SizeClass;
use crate::{Aggregate, ByRole, Snapshot};
use allium_model::{GroupKind, GroupPosition, Role};

/// What a row of the matrix stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOf {
    /// A group.
    Group(GroupKind, GroupPosition),
    /// Operators of a size.
    Size(SizeClass),
    /// Relays of which the property is not known: no contact, no country, no system.
    NotKnown,
}

/// Running relays of a row by role.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoleRow {
    /// What it stands for.
    pub of: RowOf,
    /// Running relays.
    pub relays: ByRole<usize>,
    /// Shares of the network's consensus weight, 0 to 1.
    pub weight_fraction: ByRole<f64>,
}

impl RoleRow {
    fn of(of: RowOf, sum: &Aggregate) -> Self {
        Self { of, relays: sum.relays, weight_fraction: sum.consensus_weight_fraction }
    }

    /// Share of the row's relays that have a role, 0 to 1; none without relays.
    pub fn share(&self, role: Role) -> Option<f64> {
        (self.relays.total > 0).then(|| self.relays.of(role) as f64 / self.relays.total as f64)
    }

    /// How many times as common a role is here as in the whole network; none where one has no relay.
    pub fn specialisation(&self, network: &ByRole<usize>, role: Role) -> Option<f64> {
        let everywhere = network.of(role) as f64 / network.total.max(1) as f64;
        (everywhere > 0.0).then_some(self.share(role)? / everywhere)
    }
}

/// A row for each group of a kind with running relays, by falling weight; the rest at last.
pub fn role_rows(snapshot: &Snapshot, kind: GroupKind) -> Vec<RoleRow> {
    let reports = snapshot.report.groups(kind);
    let row = |position: &GroupPosition| {
        RoleRow::of(RowOf::Group(kind, *position), &reports.groups[position.index()].aggregate)
    };
    let rest = RoleRow::of(RowOf::NotKnown, &reports.rest);
    let rows = reports.order.iter().map(row).chain([rest]);
    rows.filter(|row| row.relays.total > 0).collect()
}

/// A row for each size of operators, from the smallest, and one for relays without a contact.
pub fn size_rows(snapshot: &Snapshot) -> Vec<RoleRow> {
    let reports = snapshot.report.groups(GroupKind::Operator);
    let empty = |size| RoleRow {
        of: RowOf::Size(size),
        relays: ByRole::default(),
        weight_fraction: ByRole::default(),
    };
    let mut rows: Vec<_> = SizeClass::ALL.map(empty).into();
    for group in &reports.groups {
        if let Some(size) = SizeClass::of(group.aggregate.relays.total) {
            add(&mut rows[size as usize], &group.aggregate);
        }
    }
    rows.push(RoleRow::of(RowOf::NotKnown, &reports.rest));
    rows
}

fn add(row: &mut RoleRow, sum: &Aggregate) {
    let (relays, weight) = (&mut row.relays, &mut row.weight_fraction);
    relays.total += sum.relays.total;
    relays.exit += sum.relays.exit;
    relays.guard += sum.relays.guard;
    relays.middle += sum.relays.middle;
    let more = &sum.consensus_weight_fraction;
    weight.total += more.total;
    weight.exit += more.exit;
    weight.guard += more.guard;
    weight.middle += more.middle;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{network, relay};
    use serde_json::json;

    fn snapshot() -> Snapshot {
        let exit = json!({ "flags": ["Exit", "Running"], "country": "nl", "contact": "one" });
        let mut relays: Vec<_> = (1..=6).map(|number| relay(number, &exit)).collect();
        relays.push(relay(7, &json!({ "flags": ["Guard", "Running"], "contact": "two" })));
        relays.push(relay(8, &json!({ "contact": null, "country": null })));
        Snapshot::new(network(&relays))
    }

    #[test]
    fn countries_have_their_roles_and_the_unknown_stands_last() {
        let snapshot = snapshot();
        let rows = role_rows(&snapshot, GroupKind::Country);
        let roles: Vec<_> = rows.iter().map(|row| Role::ALL.map(|role| row.relays.of(role))).collect();
        assert_eq!(roles, [[6, 0, 0], [0, 1, 0], [0, 0, 1]]);
        assert_eq!(rows[2].of, RowOf::NotKnown);
        // All of 6 relays are exits, where 6 of 8 are: 8 / 6 times as common.
        let totals = snapshot.report.totals.relays;
        assert!((rows[0].specialisation(&totals, Role::Exit).unwrap() - 8.0 / 6.0).abs() < 1e-12);
        assert_eq!(rows[0].share(Role::Guard), Some(0.0));
    }

    #[test]
    fn operators_are_sorted_by_size() {
        let rows = size_rows(&snapshot());
        let relays: Vec<_> = rows.iter().map(|row| row.relays.total).collect();
        assert_eq!(relays, [1, 6, 0, 0, 0, 1]);
        assert_eq!(rows[2].share(Role::Exit), None);
    }
}
