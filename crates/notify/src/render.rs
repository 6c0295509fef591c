//! Messages in the form of a channel: the texts are `alert`'s, what programs read is written here.

use crate::ChannelKind;
use crate::desk::Site;
use crate::wire::{Body, MailText, MatrixText, PagerDutyEvent, PagerDutyLink};
use allium_alert::render::{Addresses, matrix_html, plain, slack, subject};
use allium_alert::{AlertNews, Delivery, Line, LineRole, Link, LinkTarget, Message, MessageEvent, Text};
use allium_model::{Severity, Timestamp};
use serde_json::{Value, json};

impl Addresses for Site {
    fn address(&self, target: &LinkTarget) -> Option<String> {
        self.link(target)
    }
}

/// A delivery in the form of a channel.
pub(crate) fn body(kind: ChannelKind, delivery: &Delivery, site: &Site) -> Body {
    of_message(kind, &delivery.message, site, || webhook(delivery, site))
}

/// A message that tries a channel.
pub(crate) fn test_body(kind: ChannelKind, name: &str, site: &Site, now: Timestamp) -> Body {
    let line = |role, text: &str| Line { role, text: Text::ours(text) };
    let message = Message {
        title: Text::ours("Test of channel ").foreign(name),
        event: MessageEvent::Repeated,
        severity: Severity::Notice,
        data_time: now,
        lines: vec![
            line(
                LineRole::Evidence,
                "This message was sent to try whether the channel works. It is no alert.",
            ),
            line(LineRole::Note, "Nothing needs to be done."),
        ],
        links: vec![Link { label: "Network health".into(), target: LinkTarget::NetworkHealth }],
        data: Vec::new(),
    };
    of_message(
        kind,
        &message,
        site,
        || json!({ "version": 1, "type": "test", "source": site.name(), "title": message.title.plain(), "time": now.to_rfc3339() }),
    )
}

fn of_message(kind: ChannelKind, message: &Message, site: &Site, json: impl FnOnce() -> Value) -> Body {
    let text = || plain(message, site).as_str().to_owned();
    match kind {
        ChannelKind::Smtp => {
            Body::Mail(MailText { subject: subject(message).as_str().to_owned(), text: text() })
        }
        ChannelKind::Slack => Body::Slack(slack(message, site).as_str().to_owned()),
        ChannelKind::Matrix => {
            Body::Matrix(MatrixText { plain: text(), html: matrix_html(message, site).as_str().to_owned() })
        }
        ChannelKind::Webhook => Body::Webhook(json().to_string()),
        ChannelKind::PagerDuty => Body::PagerDuty(pagerduty(message, site)),
    }
}

/// Longest summary that PagerDuty takes, in characters.
const LONGEST_SUMMARY: usize = 1024;
/// Most alerts that a program is told of in one message; the count says how many there are.
const MOST_ALERTS: usize = 500;

fn pagerduty(message: &Message, site: &Site) -> PagerDutyEvent {
    let severity = match message.severity {
        Severity::Critical => "critical",
        Severity::Warning => "warning",
        Severity::Notice => "info",
    };
    let action = if message.event == MessageEvent::Resolved { "resolve" } else { "trigger" };
    let links = links(message, site).map(|(text, href)| PagerDutyLink { href, text: text.to_owned() });
    PagerDutyEvent {
        action: action.into(),
        summary: message.title.plain().chars().take(LONGEST_SUMMARY).collect(),
        source: site.name().to_owned(),
        severity: severity.into(),
        at: message.data_time.to_rfc3339(),
        details: json!({ "event": message.event.name(), "lines": lines(message), "alerts_count": message.data.len() }),
        links: links.collect(),
    }
}

/// The body of a signed webhook (`docs/alerts.md`).
fn webhook(delivery: &Delivery, site: &Site) -> Value {
    let message = &delivery.message;
    let links: Vec<Value> =
        links(message, site).map(|(label, url)| json!({ "label": label, "url": url })).collect();
    let alerts: Vec<Value> = message.data.iter().take(MOST_ALERTS).map(alert).collect();
    json!({
        "version": 1,
        "type": "alert",
        "id": delivery.id.to_string(),
        "thread": delivery.thread.to_string(),
        "source": site.name(),
        "event": message.event.name(),
        "severity": message.severity.name(),
        "title": message.title.plain(),
        "data_time": message.data_time.to_rfc3339(),
        "lines": lines(message),
        "links": links,
        "alerts_count": message.data.len(),
        "alerts": alerts,
    })
}

fn alert(news: &AlertNews) -> Value {
    json!({
        "key": news.key.to_string(),
        "subscription": news.key.subscription.to_string(),
        "kind": news.key.kind.name(),
        "subject": news.key.subject.to_string(),
        "phase": news.phase.name(),
        "since": news.since.to_rfc3339(),
        "severity": news.severity.name(),
        "incident": news.cause.map(|id| id.to_string()),
        "evidence": news.evidence.plain(),
    })
}

fn lines(message: &Message) -> Vec<Value> {
    let role = |role| match role {
        LineRole::Heading => "heading",
        LineRole::Evidence => "evidence",
        LineRole::Item => "item",
        LineRole::Advice => "advice",
        LineRole::Note => "note",
    };
    message.lines.iter().map(|line| json!({ "role": role(line.role), "text": line.text.plain() })).collect()
}

/// Labels and addresses of the links that lead somewhere.
fn links<'a>(message: &'a Message, site: &'a Site) -> impl Iterator<Item = (&'a str, String)> {
    message.links.iter().filter_map(|link| Some((link.label.as_str(), site.link(&link.target)?)))
}
