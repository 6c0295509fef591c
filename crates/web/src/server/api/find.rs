//! From an id in a path to the group it names. Ids are read without regard to case.

use allium_analysis::Snapshot;
use allium_model::{Group, GroupKey, GroupKind};
use allium_views::{group_id, group_path_segment};

/// The group with an id; for families the fingerprint of any member is one.
pub(super) fn group<'a>(snapshot: &'a Snapshot, kind: GroupKind, id: &str) -> Option<Group<'a>> {
    let network = &snapshot.network;
    match kind {
        GroupKind::Operator => network.group(GroupKey::Operator(id.parse().ok()?)),
        GroupKind::Country => network.group(GroupKey::Country(id.parse().ok()?)),
        GroupKind::As => network.group(GroupKey::As(id.parse().ok()?)),
        GroupKind::FirstSeen => network.group(GroupKey::FirstSeen(id.parse().ok()?)),
        GroupKind::Family => network.groups(kind).of_relay(network.find(id.parse().ok()?)?),
        GroupKind::Platform | GroupKind::Version | GroupKind::Flag => by_name(snapshot, kind, id),
    }
}

/// A group by the name that the documents give it, or by the segment of its page.
fn by_name<'a>(snapshot: &'a Snapshot, kind: GroupKind, name: &str) -> Option<Group<'a>> {
    let is_meant = |group: &Group<'_>| {
        let segment = group_path_segment(snapshot, *group);
        group_id(snapshot, *group).eq_ignore_ascii_case(name) || segment.as_deref() == Some(name)
    };
    snapshot.network.groups(kind).iter().find(is_meant)
}
