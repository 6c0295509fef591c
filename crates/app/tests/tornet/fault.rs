//! Faults by their names, and how each looks in the event list, in the row of its authority and on the page.

use allium_model::{Event, EventSubject, Timestamp};
use serde_json::Value;

/// A fault: its name and its subject, an authority or `network`.
pub(crate) type Fault = (&'static str, &'static str);

/// How a fault shows.
struct Look {
    kind: &'static str,
    /// Its words on pages.
    title: &'static str,
    /// Whether a row of `/api/v1/authorities` shows it.
    row: fn(&Value) -> bool,
}

/// What the program can say of what the walk does. What is judged over a day shows in no row.
static LOOKS: [Look; 9] = [
    Look { kind: "consensus-missing", title: "No consensus", row: |_| true },
    Look { kind: "authority-offline", title: "Offline", row: |row| row["state"] == "offline" },
    Look { kind: "authority-timeout", title: "Does not answer", row: |row| row["state"] == "timeout" },
    Look { kind: "clock-skewed", title: "Clock is wrong", row: |_| true },
    Look { kind: "vote-missing", title: "No vote", row: |row| row["is_vote_counted"] == false },
    Look { kind: "signature-missing", title: "No signature", row: |row| row["is_signed"] == false },
    Look {
        kind: "bandwidth-file-stale",
        title: "Stale bandwidth file",
        row: |row| row["is_measuring"] == false,
    },
    Look { kind: "not-measuring", title: "Not measuring", row: |row| row["is_measuring"] == false },
    Look {
        kind: "scanner-skewed",
        title: "Scanner is skewed",
        row: |row| row["median_ratio_to_consensus"].as_f64().is_some_and(|ratio| ratio > 2.0),
    },
];

fn look(kind: &str) -> Option<&'static Look> {
    LOOKS.iter().find(|look| look.kind == kind)
}

/// Whether the rows of `/api/v1/authorities` show a fault; the network has no row.
pub(crate) fn is_in_rows(rows: &Value, (kind, subject): Fault) -> bool {
    let mut rows = rows.as_array().into_iter().flatten();
    subject == "network"
        || look(kind).is_some_and(|look| rows.any(|row| row["nickname"] == subject && (look.row)(row)))
}

/// Whether the list of events of a page shows a fault.
pub(crate) fn is_on_page(html: &str, (kind, subject): Fault) -> bool {
    let Some(look) = look(kind) else { return false };
    let name = if subject == "network" { "Network" } else { subject };
    let (title, name) = (format!("<b>{}</b>", look.title), format!("<bdi>{name}</bdi>"));
    let mut items = html.split("<li><time ").skip(1);
    items.any(|item| {
        // The evidence names the authority too, so only the line before it counts.
        let line = item.split("</p>").next().unwrap_or_default();
        line.contains(&title) && line.contains(&name)
    })
}

/// An event as readers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenEvent {
    /// Name of the fault.
    pub(crate) kind: String,
    /// Identity of the authority; `None` for the network.
    pub(crate) identity: Option<String>,
    /// Name of the authority, or `network`.
    pub(crate) subject: String,
    /// Since when, in seconds since 1970.
    pub(crate) from: i64,
    /// Whether it lasts.
    pub(crate) is_open: bool,
    /// The evidence.
    pub(crate) evidence: String,
}

impl SeenEvent {
    /// An event of `/api/v1/authorities/events`; `names` are identities with their names.
    pub(crate) fn of_json(event: &Value, names: &[(String, String)]) -> Option<Self> {
        let identity = event["v3_identity"].as_str().map(ToOwned::to_owned);
        let from: Timestamp = event["from"].as_str()?.parse().ok()?;
        Some(Self {
            kind: event["kind"].as_str()?.to_owned(),
            subject: name_of(identity.as_deref(), names),
            identity,
            from: from.0,
            is_open: event["until"].is_null(),
            evidence: event["evidence"].as_str()?.to_owned(),
        })
    }

    /// An event of the store.
    pub(crate) fn of_store(event: &Event, names: &[(String, String)]) -> Self {
        let identity = match event.subject {
            EventSubject::Authority(identity) => Some(identity.to_string()),
            _ => None,
        };
        Self {
            kind: event.kind.name().to_owned(),
            subject: name_of(identity.as_deref(), names),
            identity,
            from: event.from.0,
            is_open: event.until.is_none(),
            evidence: event.evidence.clone(),
        }
    }

    /// Whether it is this fault.
    pub(crate) fn is(&self, (kind, subject): Fault) -> bool {
        self.kind == kind && self.subject == subject
    }
}

fn name_of(identity: Option<&str>, names: &[(String, String)]) -> String {
    let Some(identity) = identity else { return "network".to_owned() };
    let known = names.iter().find(|(known, _)| known == identity);
    known.map_or_else(|| identity.to_owned(), |(_, name)| name.clone())
}
