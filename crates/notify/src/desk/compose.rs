//! From a row of the outbox to a message that is ready to go: who it goes to, and for people what stands
//! below it.

use super::{Desk, Row};
use crate::channel::Person;
use crate::db::row_of_id;
use crate::keys::{ReceiverHash, TokenUse};
use crate::wire::{Body, MailText, Parcel};
use crate::{MailAddress, NotifyError};
use allium_alert::{Draft, ReceiverId};

/// A message that is ready to go.
pub(crate) struct Ready {
    /// What it says; `None` when this version cannot read it.
    pub(crate) body: Option<Body>,
    pub(crate) to: Option<Person>,
    /// How the log names the receiver.
    pub(crate) hash: ReceiverHash,
}

/// Paths of the pages that links of mails lead to; the token is the query `token`.
const CONFIRM_PATH: &str = "/alerts/confirm/";
const UNSUBSCRIBE_PATH: &str = "/alerts/unsubscribe/";

impl Desk {
    /// Makes a row ready; `None` when it was answered or erased meanwhile.
    pub(crate) async fn compose(&self, row: &Row) -> Result<Option<Ready>, NotifyError> {
        if let Some(channel) = &row.channel {
            let body = match &row.parcel {
                Some(Parcel::Alert(body) | Parcel::Test(body)) => Some(body.clone()),
                Some(Parcel::Confirm { .. }) | None => None,
            };
            return Ok(Some(Ready { body, to: None, hash: self.key.hash_channel(channel) }));
        }
        let Some((address, unsubscribe)) = self.person(row.receiver).await? else {
            return Ok(None);
        };
        let hash = self.key.hash_address(&address);
        let (mail, unsubscribe) = match &row.parcel {
            Some(Parcel::Confirm { subscription }) => match self.question(*subscription).await? {
                Some(question) => (Some(question), None),
                None => return Ok(None),
            },
            Some(Parcel::Alert(Body::Mail(mail)) | Parcel::Test(Body::Mail(mail))) => {
                (Some(self.with_foot(mail, &unsubscribe)), Some(unsubscribe))
            }
            Some(Parcel::Alert(_) | Parcel::Test(_)) | None => (None, None),
        };
        let to = Some(Person { address, unsubscribe });
        Ok(Some(Ready { body: mail.map(Body::Mail), to, hash }))
    }

    /// The address of a receiver, and where it unsubscribes.
    async fn person(&self, receiver: ReceiverId) -> Result<Option<(MailAddress, String)>, NotifyError> {
        let found: Option<(String, Vec<u8>)> =
            sqlx::query_as("SELECT address, nonce FROM receiver WHERE id = ?")
                .bind(row_of_id(receiver.0))
                .fetch_optional(self.db.read())
                .await?;
        let Some((address, nonce)) = found else {
            return Ok(None);
        };
        let address = MailAddress::parse(&address).map_err(|_| NotifyError::damaged("an address"))?;
        let token = self.key.token(TokenUse::Unsubscribe, &nonce);
        Ok(Some((address, format!("{}{UNSUBSCRIBE_PATH}?token={token}", self.options.site.url))))
    }

    fn with_foot(&self, mail: &MailText, unsubscribe: &str) -> MailText {
        let text = format!(
            "{}\n-- \nThis address asked {} for these messages.\nTo end them and have the address erased: {unsubscribe}\n",
            mail.text.trim_end(),
            self.options.site.name(),
        );
        MailText { subject: mail.subject.clone(), text }
    }

    /// The question whether a subscription is wanted; `None` when it was answered or is gone.
    async fn question(&self, subscription: u64) -> Result<Option<MailText>, NotifyError> {
        let found: Option<(String, Option<Vec<u8>>)> =
            sqlx::query_as("SELECT query, nonce FROM subscription WHERE id = ? AND confirmed IS NULL")
                .bind(row_of_id(subscription))
                .fetch_optional(self.db.read())
                .await?;
        let Some((query, Some(nonce))) = found else {
            return Ok(None);
        };
        let token = self.key.token(TokenUse::Confirm, &nonce);
        let link = format!("{}{CONFIRM_PATH}?token={token}", self.options.site.url);
        Ok(Some(question(self.options.site.name(), &query, &link)))
    }
}

fn question(site: &str, query: &str, link: &str) -> MailText {
    let asked = Draft::of_query(query).map(|draft| wishes(&draft)).unwrap_or_default();
    let text = format!(
        "Somebody, probably you, asked {site} to send alerts to this address:\n\n{asked}\n\
         To confirm, open this page and press the button on it:\n\n{link}\n\n\
         If it was not you, do nothing: what was asked for is erased within 48 hours, the address with it.\n"
    );
    MailText { subject: format!("Confirm your alerts from {site}"), text }
}

/// What is asked for, one wish a line.
fn wishes(draft: &Draft) -> String {
    let target = draft.target.as_ref().map(ToString::to_string).unwrap_or_default();
    let watches =
        draft.watches.iter().map(|watch| format!("  {}: {}\n", watch.kind().label(), watch.value()));
    std::iter::once(format!("  Of: {target}\n")).chain(watches).collect()
}
