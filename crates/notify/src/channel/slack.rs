//! Webhooks that understand Slack's messages: Slack itself, Mattermost, Rocket.Chat, Zulip.

use super::{IDEMPOTENCY_KEY, Post, reach};
use crate::config::SlackConfig;
use crate::http::{self, Endpoint, HttpOptions};
use crate::{Attempt, NotifyError};
use reqwest::header::CONTENT_TYPE;

/// A webhook whose address is a secret.
#[derive(Debug)]
pub(crate) struct Slack {
    endpoint: Endpoint,
}

impl Slack {
    pub(super) fn open(what: &str, config: &SlackConfig, options: &HttpOptions) -> Result<Self, NotifyError> {
        let url = config.url.require(what)?;
        let endpoint = Endpoint::new(what, url.expose(), reach(config.allow_private), options)?;
        Ok(Self { endpoint })
    }

    /// Slack collapses nothing by itself; the header serves receivers that do.
    pub(super) async fn send(&self, post: &Post<'_>, text: &str) -> Attempt {
        let body = serde_json::json!({ "text": text, "unfurl_links": false, "unfurl_media": false });
        let request = self
            .endpoint
            .post()
            .header(CONTENT_TYPE, "application/json")
            .header(IDEMPOTENCY_KEY, post.id.to_string())
            .body(body.to_string());
        http::send(request).await
    }
}
