//! Signed webhooks, as Standard Webhooks (standardwebhooks.com) has them.
//!
//! `webhook-signature` is `v1,` and the base64 of the HMAC-SHA256 of `ID.TIMESTAMP.BODY`. A receiver refuses
//! timestamps that are more than five minutes from its clock, and ids that it has seen: then nothing that was
//! overheard can be played back.

use super::{IDEMPOTENCY_KEY, Post, reach};
use crate::config::WebhookConfig;
use crate::http::{self, Endpoint, HttpOptions};
use crate::{Attempt, NotifyError, Secret};
use data_encoding::BASE64;
use reqwest::header::CONTENT_TYPE;
use ring::hmac;

/// A webhook and the key that its requests are signed with.
#[derive(Debug)]
pub(crate) struct Webhook {
    endpoint: Endpoint,
    key: hmac::Key,
}

/// Least bytes of a secret.
const SHORTEST_SECRET: usize = 16;

impl Webhook {
    pub(super) fn open(
        what: &str,
        config: &WebhookConfig,
        options: &HttpOptions,
    ) -> Result<Self, NotifyError> {
        let endpoint = Endpoint::new(what, &config.url, reach(config.allow_private), options)?;
        let key =
            key(&config.secret.require(what)?).map_err(|reason| NotifyError::configuration(what, &reason))?;
        Ok(Self { endpoint, key })
    }

    pub(super) async fn send(&self, post: &Post<'_>, json: &str) -> Attempt {
        let id = post.id.to_string();
        let timestamp = post.now.0.to_string();
        let request = self
            .endpoint
            .post()
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &id)
            .header("webhook-signature", signature(&self.key, &id, &timestamp, json))
            .header("webhook-timestamp", timestamp)
            .header(IDEMPOTENCY_KEY, id)
            .body(json.to_owned());
        http::send(request).await
    }
}

/// The value of `webhook-signature`.
fn signature(key: &hmac::Key, id: &str, timestamp: &str, body: &str) -> String {
    let tag = hmac::sign(key, format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", BASE64.encode(tag.as_ref()))
}

fn key(secret: &Secret) -> Result<hmac::Key, String> {
    let bytes = match secret.expose().strip_prefix("whsec_") {
        Some(encoded) => BASE64
            .decode(encoded.as_bytes())
            .map_err(|_| "the secret is no base64 after whsec_".to_owned())?,
        None => secret.expose().as_bytes().to_vec(),
    };
    if bytes.len() < SHORTEST_SECRET {
        return Err(format!("the secret has fewer than {SHORTEST_SECRET} bytes"));
    }
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_published_example() {
        // The example of the Standard Webhooks specification.
        let key = key(&Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).unwrap();
        let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn short_and_broken_secrets_are_refused() {
        assert!(key(&Secret::new("short")).is_err());
        assert!(key(&Secret::new("whsec_***")).is_err());
        assert!(key(&Secret::new("0123456789abcdef")).is_ok());
    }
}
