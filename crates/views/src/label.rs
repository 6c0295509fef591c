//! How groups are called: their ids, names and path segments.

use allium_analysis::Snapshot;
use allium_model::{Group, GroupKey, OperatorKey, Slug, printable};
use std::borrow::Cow;

/// What identifies a group in URLs, the API and on the command line.
pub fn group_id<'a>(snapshot: &'a Snapshot, group: Group<'a>) -> Cow<'a, str> {
    match group.key {
        GroupKey::Operator(id) => Cow::Owned(id.to_string()),
        GroupKey::Family(fingerprint) => Cow::Owned(fingerprint.to_string()),
        GroupKey::Country(code) => Cow::Owned(code.to_string()),
        GroupKey::As(number) => Cow::Owned(number.to_string()),
        GroupKey::Platform(text) | GroupKey::Version(text) | GroupKey::Flag(text) => {
            printable(snapshot.network.text(text))
        }
        GroupKey::FirstSeen(date) => Cow::Owned(date.to_string()),
    }
}

/// What people call a group. Names of relays' making are printable, not escaped.
pub fn group_name<'a>(snapshot: &'a Snapshot, group: Group<'a>) -> Cow<'a, str> {
    let network = &snapshot.network;
    let first = group.members.first().map(|position| network.relay(*position));
    let named = |text: Option<&'a str>| text.map_or_else(|| group_id(snapshot, group), printable);
    match group.key {
        GroupKey::Operator(_) => match network.operator(group.position) {
            OperatorKey::VerifiedDomain(text)
            | OperatorKey::ClaimedDomain(text)
            | OperatorKey::Contact(text) => printable(network.text(text)),
        },
        GroupKey::Family(_) => family_name(snapshot, group),
        GroupKey::Country(_) => named(first.and_then(|relay| network.optional_text(relay.country_name))),
        GroupKey::As(_) => named(first.and_then(|relay| network.optional_text(relay.as_name))),
        GroupKey::Platform(_) | GroupKey::Version(_) | GroupKey::Flag(_) | GroupKey::FirstSeen(_) => {
            group_id(snapshot, group)
        }
    }
}

/// A family is called by its largest member and the number of the others.
fn family_name<'a>(snapshot: &'a Snapshot, group: Group<'a>) -> Cow<'a, str> {
    let Some(first) = group.members.first() else { return Cow::Borrowed("") };
    let nickname = printable(snapshot.network.text(snapshot.network.relay(*first).nickname));
    Cow::Owned(format!("{nickname} and {} more", group.members.len() - 1))
}

/// The checked path segment of a group's page; none when its name may not stand in a path, and then
/// the group has no page.
pub fn group_path_segment(snapshot: &Snapshot, group: Group<'_>) -> Option<String> {
    match group.key {
        GroupKey::Platform(text) | GroupKey::Version(text) | GroupKey::Flag(text) => {
            Slug::of(snapshot.network.text(text)).map(|slug| slug.to_string())
        }
        _ => Some(group_id(snapshot, group).into_owned()),
    }
}
