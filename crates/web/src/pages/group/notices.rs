//! What a reader should know of a group.

use crate::pages::Site;
use allium_model::{Group, GroupKind, OperatorKey, RelayPosition};

/// What, why, and the link to the method.
pub(in crate::pages) type Notice = (String, String, Option<String>);

/// The notices of a group.
pub(in crate::pages) fn all(site: Site<'_>, group: Group<'_>) -> Vec<Notice> {
    let method = |slug: &str| Some(site.links().to(format_args!("/methods/{slug}/")));
    let mut notices = Vec::new();
    if let (GroupKind::Family, Some(missing)) = (group.key.kind(), incomplete_listings(site, group)) {
        notices.push((
            format!("{missing} of {} members do not list all the others.", group.members.len()),
            "Being a family is not transitive: clients avoid two relays on one circuit only when these two list each other or share a family id.".into(),
            method("family"),
        ));
    }
    let is_claimed = || matches!(site.network().operator(group.position), OperatorKey::ClaimedDomain(_));
    if group.key.kind() == GroupKind::Operator && is_claimed() {
        notices.push((
            "These relays name a domain, and nothing was checked.".into(),
            "Anyone can name any domain in a contact. Until a proof is verified this group says what is claimed, not who runs the relays.".into(),
            method("aroi-state"),
        ));
    }
    notices.extend(super::place::notices(site, group));
    notices
}

/// Members whose mutual list does not name every other member; none when all lists are complete or
/// all members share a family id.
fn incomplete_listings(site: Site<'_>, group: Group<'_>) -> Option<usize> {
    let network = site.network();
    let first = network.relay(*group.members.first()?);
    let shares_id = |member: &&RelayPosition| {
        first.family_ids.iter().any(|id| network.relay(**member).family_ids.contains(id))
    };
    if !first.family_ids.is_empty() && group.members.iter().all(|member| shares_id(&member)) {
        return None;
    }
    let listed = |member: &RelayPosition| network.family_list(network.relay(*member).family.effective).len();
    let incomplete = group.members.iter().filter(|member| listed(member) < group.members.len()).count();
    (incomplete > 0).then_some(incomplete)
}
