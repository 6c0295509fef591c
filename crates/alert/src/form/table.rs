//! A subscription as a table of a configuration file, for teams.
//!
//! ```toml
//! [[subscription]]
//! name = "our exits"
//! target = "aroi:example.org"
//! receiver = "team"
//! digest = "daily-07"
//! repeat_hours = { critical = 2, warning = "never" }
//! watch = { incident = "warning", absent = 6, flag-lost = ["Guard", "Exit"], overloaded = true }
//! ```

use super::{Draft, DraftError};
use crate::{ReceiverId, Subscription, SubscriptionId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A subscription as somebody wrote it; unknown keys are refused.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionTable {
    /// Its name, which makes its id: 1 to 64 characters.
    pub name: String,
    /// Of whom, as `Target` is written.
    pub target: String,
    /// Name of the receiver.
    pub receiver: String,
    /// `at-once` or `daily-HH`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Hours after which something that lasts is told again, or `never`.
    #[serde(default)]
    pub repeat_hours: RepeatTable,
    /// What is watched for, by the name of the kind; without any, what is usual.
    #[serde(default)]
    pub watch: BTreeMap<String, Scalar>,
}

/// Repeat intervals as somebody wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RepeatTable {
    /// Of what is critical.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub critical: Option<Scalar>,
    /// Of warnings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<Scalar>,
    /// Of notices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<Scalar>,
}

/// A value of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// `true` stands for `on`.
    Truth(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

impl Scalar {
    /// The value as a link has it.
    fn text(&self) -> String {
        match self {
            Self::Truth(true) => "on".into(),
            Self::Truth(false) => "off".into(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::List(texts) => texts.join(","),
        }
    }
}

/// Why a table is no subscription.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The name is empty or too long.
    #[error("the name of a subscription has 1 to 64 characters")]
    Name,
    /// The receiver is none of those configured.
    #[error("subscription {name:?}: there is no receiver {receiver:?}")]
    Receiver {
        /// Of which subscription.
        name: String,
        /// What was given.
        receiver: String,
    },
    /// Something else does not fit.
    #[error("subscription {name:?}: {error}")]
    Draft {
        /// Of which subscription.
        name: String,
        /// What.
        error: DraftError,
    },
}

impl SubscriptionTable {
    /// Checks everything; `receivers` are the names that exist.
    pub fn check(&self, receivers: &[&str]) -> Result<Subscription, TableError> {
        if !(1..=64).contains(&self.name.chars().count()) {
            return Err(TableError::Name);
        }
        if !receivers.contains(&self.receiver.as_str()) {
            let (name, receiver) = (self.name.clone(), self.receiver.clone());
            return Err(TableError::Receiver { name, receiver });
        }
        let id = SubscriptionId::of_name(&self.name);
        let complete = || self.draft()?.complete(id, ReceiverId::of_name(&self.receiver));
        complete().map_err(|error| TableError::Draft { name: self.name.clone(), error })
    }

    fn draft(&self) -> Result<Draft, DraftError> {
        let mut pairs = vec![("target", self.target.clone())];
        pairs.extend(self.digest.clone().map(|digest| ("digest", digest)));
        let repeat = &self.repeat_hours;
        let named = [
            ("repeat-critical", &repeat.critical),
            ("repeat-warning", &repeat.warning),
            ("repeat-notice", &repeat.notice),
        ];
        pairs.extend(named.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?.text()))));
        // A kind that is switched off is as one that is not there.
        let watched = self.watch.iter().filter(|(_, value)| **value != Scalar::Truth(false));
        pairs.extend(watched.map(|(name, value)| (name.as_str(), value.text())));
        let mut draft = Draft::of_pairs(pairs.iter().map(|(name, value)| (*name, value.as_str())))?;
        if self.watch.is_empty() {
            draft.watches = crate::Watches::usual();
        }
        Ok(draft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Digest, Watch, WatchKind, Watches};

    const TABLE: &str = r#"
        name = "our exits"
        target = "aroi:example.org"
        receiver = "team"
        digest = "daily-07"
        repeat_hours = { critical = 2, warning = "never" }
        watch = { incident = "warning", absent = 6, flag-lost = ["Guard", "Exit"], overloaded = true, ipv6 = false }
    "#;

    #[test]
    fn a_table_becomes_a_subscription() {
        let table: SubscriptionTable = toml::from_str(TABLE).unwrap();
        let subscription = table.check(&["team"]).unwrap();
        assert_eq!(subscription.id, SubscriptionId::of_name("our exits"));
        assert_eq!(subscription.receiver, ReceiverId::of_name("team"));
        assert_eq!(subscription.digest, Digest::Daily { hour: 7 });
        assert_eq!((subscription.repeat.critical_hours, subscription.repeat.warning_hours), (Some(2), None));
        assert_eq!(subscription.watches.get(WatchKind::Absent), Some(&Watch::Absent { hours: 6 }));
        assert_eq!(subscription.watches.iter().len(), 4);
    }

    #[test]
    fn a_table_without_watches_watches_for_what_is_usual() {
        let text = "name = 'n'\ntarget = 'network'\nreceiver = 'team'";
        let table: SubscriptionTable = toml::from_str(text).unwrap();
        assert_eq!(table.check(&["team"]).unwrap().watches, Watches::usual());
    }

    #[test]
    fn unknown_keys_receivers_and_kinds_are_refused() {
        assert!(toml::from_str::<SubscriptionTable>(&format!("{TABLE}\ncolour = 1")).is_err());
        let table: SubscriptionTable = toml::from_str(TABLE).unwrap();
        assert!(matches!(table.check(&["others"]), Err(TableError::Receiver { .. })));
        let changed = |change: fn(&mut SubscriptionTable)| {
            let mut table = table.clone();
            change(&mut table);
            table.check(&["team"])
        };
        let kind = changed(|table| drop(table.watch.insert("wind".into(), Scalar::Number(1))));
        let kind = kind.unwrap_err().to_string();
        assert!(kind.starts_with("subscription \"our exits\": there is no watch \"wind\""), "{kind}");
        assert!(changed(|table| table.name.clear()).is_err());
        assert!(changed(|table| table.target = "relay:1".into()).is_err());
        let negative = changed(|table| drop(table.watch.insert("absent".into(), Scalar::Number(-6))));
        assert!(negative.is_err());
        // A watch may not take the place of a setting.
        let doubled =
            changed(|table| drop(table.watch.insert("target".into(), Scalar::Text("network".into()))));
        assert!(doubled.is_err());
    }
}
