//! PagerDuty, Events API v2: a cause is triggered, and resolved when it is over.

use super::{IDEMPOTENCY_KEY, Post, reach};
use crate::config::PagerDutyConfig;
use crate::http::{self, Endpoint, HttpOptions};
use crate::wire::PagerDutyEvent;
use crate::{Attempt, NotifyError, Secret};
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

/// A service of PagerDuty.
#[derive(Debug)]
pub(crate) struct PagerDuty {
    endpoint: Endpoint,
    routing_key: Secret,
}

impl PagerDuty {
    pub(super) fn open(
        what: &str,
        config: &PagerDutyConfig,
        options: &HttpOptions,
    ) -> Result<Self, NotifyError> {
        let routing_key = config.routing_key.require(what)?;
        let endpoint = Endpoint::new(what, &config.url, reach(config.allow_private), options)?;
        Ok(Self { endpoint, routing_key })
    }

    pub(super) async fn send(&self, post: &Post<'_>, event: &PagerDutyEvent) -> Attempt {
        let request = self
            .endpoint
            .post()
            .header(CONTENT_TYPE, "application/json")
            .header(IDEMPOTENCY_KEY, post.id.to_string())
            .body(body(self.routing_key.expose(), post, event).to_string());
        http::send(request).await
    }
}

/// The conversation is what PagerDuty knows an alert by: a repeat changes nothing, and the end finds its
/// beginning.
fn body(routing_key: &str, post: &Post<'_>, event: &PagerDutyEvent) -> Value {
    json!({
        "routing_key": routing_key,
        "event_action": event.action,
        "dedup_key": post.thread.to_string(),
        "payload": {
            "summary": event.summary,
            "source": event.source,
            "severity": event.severity,
            "timestamp": event.at,
            "custom_details": event.details,
        },
        "links": event.links,
        "client": "Allium",
    })
}
