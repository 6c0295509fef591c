//! Trying a channel.

use super::Desk;
use super::audit::{Action, note};
use super::outbox::NewRow;
use crate::channel::{Channel, Person, Post};
use crate::token::random;
use crate::wire::Parcel;
use crate::{Attempt, MailAddress, NotifyError, render};
use allium_alert::{DeliveryId, ReceiverId, ThreadId};
use allium_model::Timestamp;

impl Desk {
    /// Puts a test message for a channel into the outbox and notes who did it; `None` when there is no such
    /// channel, or it has no receivers of its own.
    pub async fn queue_test(
        &self,
        name: &str,
        author: &str,
        now: Timestamp,
    ) -> Result<Option<DeliveryId>, NotifyError> {
        let Some(channel) = self.channels.get(name).filter(|channel| channel.has_receivers()) else {
            return Ok(None);
        };
        let id = DeliveryId(random()?);
        let row = NewRow {
            id,
            thread: ThreadId(id.0),
            receiver: ReceiverId::of_name(name),
            channel: Some(name),
            parcel: Parcel::Test(render::test_body(channel.kind(), name, &self.options.site, now)),
            published: None,
            created: now,
        };
        let mut write = self.db.write().await?;
        row.insert(&mut write).await?;
        note(&mut write, Action::Tested, author, name, now).await?;
        write.commit().await?;
        self.bell().notify_one();
        Ok(Some(id))
    }

    /// Sends a test message at once and says what came of it; `None` when there is no such channel. `to` is
    /// for a mail server without receivers of its own.
    pub async fn test_now(
        &self,
        name: &str,
        to: Option<MailAddress>,
        author: &str,
        now: Timestamp,
    ) -> Result<Option<Attempt>, NotifyError> {
        let Some(channel) = self.channels.get(name) else {
            return Ok(None);
        };
        if to.is_none() && !channel.has_receivers() {
            let reason = "the channel has no receivers of its own; say to whom";
            return Err(NotifyError::configuration(format!("[channels.{name}]"), &reason));
        }
        let mut write = self.db.write().await?;
        note(&mut write, Action::Tested, author, name, now).await?;
        write.commit().await?;
        Ok(Some(self.send_test(name, channel, to, now).await?))
    }

    async fn send_test(
        &self,
        name: &str,
        channel: &Channel,
        to: Option<MailAddress>,
        now: Timestamp,
    ) -> Result<Attempt, NotifyError> {
        let id = DeliveryId(random()?);
        let body = render::test_body(channel.kind(), name, &self.options.site, now);
        let to = to.map(|address| Person { address, unsubscribe: None });
        Ok(channel.send(&Post { id, thread: ThreadId(id.0), created: now, now, body: &body, to }).await)
    }
}
