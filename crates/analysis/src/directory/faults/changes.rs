//! Changes from one consensus to the next that are worth knowing and do not last.

use super::round::Round;
use super::{Judgement, Verdict};
use allium_model::{ConsensusSummary, EventKind, EventSubject, Severity};

/// Changes named in one sentence; more are counted.
const MAX_NAMED: usize = 5;

/// What changed since the consensus before.
pub(super) fn judge_changes(round: &Round<'_>, consensus: &ConsensusSummary) -> Vec<Judgement> {
    let Some(previous) = round.previous else { return Vec::new() };
    let changes = [
        (EventKind::MethodChanged, method(previous, consensus)),
        (EventKind::VersionsChanged, versions(previous, consensus)),
        (EventKind::ParamsChanged, params(previous, consensus)),
    ];
    let happened = |(kind, evidence): (EventKind, Option<String>)| {
        let verdict = Verdict::Happened { severity: Severity::Notice, evidence: evidence? };
        Some(round.judgement(kind, EventSubject::Network, verdict))
    };
    changes.into_iter().filter_map(happened).collect()
}

fn method(previous: &ConsensusSummary, consensus: &ConsensusSummary) -> Option<String> {
    let (before, now) = (previous.method, consensus.method);
    (before != now).then(|| format!("the consensus method changed from {before} to {now}"))
}

fn versions(previous: &ConsensusSummary, consensus: &ConsensusSummary) -> Option<String> {
    let lists = [
        ("client", &previous.client_versions, &consensus.client_versions),
        ("server", &previous.server_versions, &consensus.server_versions),
    ];
    let mut changes = Vec::new();
    for (of, before, now) in lists {
        let added = now.iter().filter(|version| !before.contains(version));
        changes.extend(added.map(|version| format!("{of} version {version} is recommended")));
        let removed = before.iter().filter(|version| !now.contains(version));
        changes.extend(removed.map(|version| format!("{of} version {version} is no longer recommended")));
    }
    sentence(&changes)
}

fn params(previous: &ConsensusSummary, consensus: &ConsensusSummary) -> Option<String> {
    let value = |consensus: &ConsensusSummary, name: &str| {
        consensus.params.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    };
    let word = |value: Option<i32>| value.map_or_else(|| "absent".to_owned(), |value| value.to_string());
    let mut names: Vec<&str> =
        [previous, consensus].iter().flat_map(|it| &it.params).map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let change = |name: &str| {
        let (before, now) = (value(previous, name), value(consensus, name));
        (before != now).then(|| format!("{name} from {} to {}", word(before), word(now)))
    };
    sentence(&names.into_iter().filter_map(change).collect::<Vec<_>>())
}

fn sentence(changes: &[String]) -> Option<String> {
    let named = changes.iter().take(MAX_NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
    let more = changes.len().saturating_sub(MAX_NAMED);
    let sentence = if more == 0 { named } else { format!("{named}; and {more} more") };
    (!changes.is_empty()).then(|| allium_model::printable(&sentence).into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Scene;
    use super::*;

    fn evidence(change: impl Fn(&mut ConsensusSummary)) -> Vec<(EventKind, String)> {
        let mut scene = Scene::sound();
        change(scene.consensus.as_mut().unwrap());
        let happened = |judgement: Judgement| match judgement.verdict {
            Verdict::Happened { evidence, .. } => Some((judgement.kind, evidence)),
            _ => None,
        };
        scene.judge().into_iter().filter_map(happened).collect()
    }

    #[test]
    fn each_change_is_named() {
        assert_eq!(evidence(|_| {}), []);
        assert_eq!(
            evidence(|consensus| consensus.method = 36),
            [(EventKind::MethodChanged, "the consensus method changed from 35 to 36".into())]
        );
        assert_eq!(
            evidence(|consensus| consensus.client_versions[0] = "0.5.0.1".into()),
            [(
                EventKind::VersionsChanged,
                "client version 0.5.0.1 is recommended; client version 0.4.9.11 is no longer recommended"
                    .into()
            )]
        );
        assert_eq!(
            evidence(|consensus| consensus.params = vec![("a".into(), 1)]),
            [(EventKind::ParamsChanged, "a from absent to 1; circwindow from 1000 to absent".into())]
        );
    }

    #[test]
    fn many_changes_are_counted() {
        let found = evidence(|consensus| {
            consensus.params.extend((0..9).map(|number| (format!("p{number}"), number)));
        });
        assert!(found[0].1.ends_with("p4 from absent to 4; and 4 more"), "{}", found[0].1);
    }
}
