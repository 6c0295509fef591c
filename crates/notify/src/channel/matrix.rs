//! Matrix rooms (client-server API v1.13, sending messages): the delivery id is the transaction id, by which the
//! server itself collapses repeats.

use super::{Post, reach};
use crate::config::MatrixConfig;
use crate::http::{self, Endpoint, HttpOptions};
use crate::wire::MatrixText;
use crate::{Attempt, NotifyError, Secret};
use reqwest::header::CONTENT_TYPE;
use serde_json::json;

/// A room and the user that writes there.
#[derive(Debug)]
pub(crate) struct Matrix {
    endpoint: Endpoint,
    room: String,
    token: Secret,
}

impl Matrix {
    pub(super) fn open(
        what: &str,
        config: &MatrixConfig,
        options: &HttpOptions,
    ) -> Result<Self, NotifyError> {
        if !config.room.starts_with('!') {
            return Err(NotifyError::configuration(what, &"room is the id of a room, which begins with !"));
        }
        let endpoint = Endpoint::new(what, &config.homeserver, reach(config.allow_private), options)?;
        Ok(Self { endpoint, room: config.room.clone(), token: config.token.require(what)? })
    }

    pub(super) async fn send(&self, post: &Post<'_>, text: &MatrixText) -> Attempt {
        let id = post.id.to_string();
        let path = ["_matrix", "client", "v3", "rooms", &self.room, "send", "m.room.message", &id];
        let Some(request) = self.endpoint.put(&path) else {
            return Attempt::Refused("the address of the homeserver has no path".into());
        };
        let body = json!({
            "msgtype": "m.text",
            "body": text.plain,
            "format": "org.matrix.custom.html",
            "formatted_body": text.html,
        });
        let request = request
            .header(CONTENT_TYPE, "application/json")
            .bearer_auth(self.token.expose())
            .body(body.to_string());
        http::send(request).await
    }
}
