//! Subscribing by mail: asking, confirming, unsubscribing.
//!
//! What a stranger is told is the same whether an address is known or not. Nothing happens by following a
//! link: a page shows what a token is for, and only its button does it.

use super::Desk;
use super::audit::{Action, note};
use super::limits::network_of;
use super::outbox::NewRow;
use crate::db::{Write, id_of_row, row_of_id};
use crate::keys::{ReceiverHash, TokenUse};
use crate::token::{Token, random};
use crate::wire::Parcel;
use crate::{MailAddress, MailAddressError, NotifyError};
use allium_alert::{DeliveryId, Draft, DraftError, ReceiverId, SubscriptionId, ThreadId};
use allium_model::Timestamp;
use std::net::IpAddr;

/// Seconds after which what was not confirmed is erased: 48 hours.
pub(super) const PENDING_SECONDS: i64 = 48 * 3600;

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The address, as it was typed.
    pub address: String,
    /// What is asked for.
    pub draft: Draft,
    /// From where; `None` behind an onion service, where all look alike.
    pub from: Option<IpAddr>,
}

/// Why nothing is done. No variant tells whether an address is known.
#[derive(Debug, thiserror::Error)]
pub enum SubscribeError {
    /// The service sends no mail to strangers.
    #[error("this service does not offer alerts by mail")]
    Closed,
    /// The address is none.
    #[error(transparent)]
    Address(#[from] MailAddressError),
    /// What is asked for is not complete.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// Too many ask at the moment.
    #[error("too many requests came within the last hour; please try again later")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] NotifyError),
}

/// Why a token does nothing.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It is unknown: mistyped, used before, or older than 48 hours.
    #[error("this link was used before, is older than 48 hours, or is not complete")]
    Unknown,
    /// The address has as many subscriptions as it may.
    #[error("this address has {0} subscriptions, and more are not possible")]
    TooMany(u32),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] NotifyError),
}

/// A subscription that was confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// Its id.
    pub id: SubscriptionId,
    /// What was asked for.
    pub draft: Draft,
}

impl From<sqlx::Error> for TokenError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<sqlx::Error> for SubscribeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Desk {
    /// Notes what somebody asks for and has the question sent whether it is meant.
    pub async fn subscribe(&self, ask: &Ask, now: Timestamp) -> Result<(), SubscribeError> {
        if !self.is_open() {
            return Err(SubscribeError::Closed);
        }
        let address = MailAddress::parse(&ask.address)?;
        let query = ask.draft.to_query();
        // Complete, and readable when it comes back from the store.
        Draft::of_query(&query)?.complete(SubscriptionId(0), ReceiverId(0))?;
        if !self.admits(ask.from, now).await? {
            return Err(SubscribeError::Busy);
        }
        let mut write = self.db.write().await?;
        if self.is_quiet(&mut write, &address, now).await? {
            return Ok(write.rollback().await?);
        }
        let receiver = self.receiver(&mut write, &address, now).await?;
        self.insert_pending(&mut write, receiver, &query, now).await?;
        write.commit().await?;
        self.bell().notify_one();
        Ok(())
    }

    /// Whether the network and the service have room for another request.
    async fn admits(&self, from: Option<IpAddr>, now: Timestamp) -> Result<bool, NotifyError> {
        if let Some(address) = from {
            let network = self.key.hash_network(&network_of(address));
            let most = self.options.limits.per_network_per_hour;
            let mut networks = self.networks.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if !networks.admit(network, most, now) {
                return Ok(false);
            }
        }
        let asked: i64 =
            sqlx::query_scalar("SELECT count(*) FROM subscription WHERE created > ? AND created <= ?")
                .bind(now.plus_seconds(-3600).0)
                .bind(now.0)
                .fetch_one(self.db.read())
                .await?;
        Ok(asked < i64::from(self.options.limits.per_service_per_hour))
    }

    /// Whether an address got as many questions within a day as it may.
    async fn is_quiet(
        &self,
        write: &mut Write,
        address: &MailAddress,
        now: Timestamp,
    ) -> Result<bool, NotifyError> {
        let hash = self.key.hash_address(address);
        let asked: i64 = sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM delivery WHERE receiver_hash = ?1 AND kind = 'confirm' AND created > ?2)
                  + (SELECT count(*) FROM outbox JOIN receiver ON receiver.id = outbox.receiver
                     WHERE receiver.address_hash = ?1 AND outbox.parcel LIKE '{\"confirm\"%' AND outbox.created > ?2)",
        )
        .bind(&hash.0[..])
        .bind(now.plus_seconds(-86_400).0)
        .fetch_one(&mut **write)
        .await?;
        Ok(asked >= i64::from(self.options.limits.per_address_per_day))
    }

    /// The receiver of an address; it is made when there is none.
    async fn receiver(
        &self,
        write: &mut Write,
        address: &MailAddress,
        now: Timestamp,
    ) -> Result<ReceiverId, NotifyError> {
        let hash: ReceiverHash = self.key.hash_address(address);
        let found: Option<i64> = sqlx::query_scalar("SELECT id FROM receiver WHERE address_hash = ?")
            .bind(&hash.0[..])
            .fetch_optional(&mut **write)
            .await?;
        if let Some(id) = found {
            return Ok(ReceiverId(id_of_row(id)));
        }
        let id = u64::from_be_bytes(random()?);
        let nonce: [u8; 16] = random()?;
        let token = self.key.token(TokenUse::Unsubscribe, &nonce);
        sqlx::query("INSERT INTO receiver (id, address, address_hash, nonce, unsubscribe_hash, created) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(row_of_id(id))
            .bind(address.as_str())
            .bind(&hash.0[..])
            .bind(&nonce[..])
            .bind(&token.hash().0[..])
            .bind(now.0)
            .execute(&mut **write)
            .await?;
        Ok(ReceiverId(id))
    }

    async fn insert_pending(
        &self,
        write: &mut Write,
        receiver: ReceiverId,
        query: &str,
        now: Timestamp,
    ) -> Result<(), NotifyError> {
        let id = SubscriptionId(u64::from_be_bytes(random()?));
        let nonce: [u8; 16] = random()?;
        let token = self.key.token(TokenUse::Confirm, &nonce);
        sqlx::query("INSERT INTO subscription (id, receiver, query, created, nonce, token_hash) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(row_of_id(id.0))
            .bind(row_of_id(receiver.0))
            .bind(query)
            .bind(now.0)
            .bind(&nonce[..])
            .bind(&token.hash().0[..])
            .execute(&mut **write)
            .await?;
        let name = id.to_string();
        let row = NewRow {
            id: DeliveryId::of_parts(["confirm", &name]),
            thread: ThreadId::of_parts(["confirm", &name]),
            receiver,
            channel: None,
            parcel: Parcel::confirm(id),
            published: None,
            created: now,
        };
        row.insert(write).await.map(drop)
    }

    /// What a token would confirm; `None` when it is unknown. Changes nothing.
    pub async fn pending(&self, token: &str, now: Timestamp) -> Result<Option<Draft>, NotifyError> {
        let Ok(token) = token.parse::<Token>() else {
            return Ok(None);
        };
        let found: Option<String> = sqlx::query_scalar(
            "SELECT query FROM subscription WHERE token_hash = ? AND confirmed IS NULL AND created > ?",
        )
        .bind(&token.hash().0[..])
        .bind(now.plus_seconds(-PENDING_SECONDS).0)
        .fetch_optional(self.db.read())
        .await?;
        Ok(found.and_then(|query| Draft::of_query(&query).ok()))
    }

    /// Confirms a subscription. The same wish of the same address is there once afterwards.
    pub async fn confirm(&self, token: &str, now: Timestamp) -> Result<Confirmed, TokenError> {
        let token: Token = token.parse().map_err(|_| TokenError::Unknown)?;
        let mut write = self.db.write().await?;
        let found: Option<(i64, i64, String)> = sqlx::query_as(
            "SELECT id, receiver, query FROM subscription WHERE token_hash = ? AND confirmed IS NULL AND created > ?",
        )
        .bind(&token.hash().0[..])
        .bind(now.plus_seconds(-PENDING_SECONDS).0)
        .fetch_optional(&mut *write)
        .await?;
        let (id, receiver, query) = found.ok_or(TokenError::Unknown)?;
        replace_equal(&mut write, receiver, &query).await?;
        let held: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM subscription WHERE receiver = ? AND confirmed IS NOT NULL",
        )
        .bind(receiver)
        .fetch_one(&mut *write)
        .await?;
        if held >= i64::from(self.options.limits.per_address) {
            return Err(TokenError::TooMany(self.options.limits.per_address));
        }
        sqlx::query("UPDATE subscription SET confirmed = ?, nonce = NULL, token_hash = NULL WHERE id = ?")
            .bind(now.0)
            .bind(id)
            .execute(&mut *write)
            .await?;
        let id = SubscriptionId(id_of_row(id));
        note(&mut write, Action::Confirmed, "subscriber", &format!("{id} {query}"), now).await?;
        write.commit().await?;
        let draft = Draft::of_query(&query).map_err(|_| NotifyError::damaged("a subscription"))?;
        Ok(Confirmed { id, draft })
    }

    /// What an address that a token belongs to is subscribed to; `None` when the token is unknown. Changes
    /// nothing.
    pub async fn subscribed(&self, token: &str) -> Result<Option<Vec<Draft>>, NotifyError> {
        let Ok(token) = token.parse::<Token>() else {
            return Ok(None);
        };
        let found: Vec<(Option<String>,)> = sqlx::query_as(
            "SELECT query FROM receiver LEFT JOIN subscription ON receiver = receiver.id AND confirmed IS NOT NULL
             WHERE unsubscribe_hash = ?",
        )
        .bind(&token.hash().0[..])
        .fetch_all(self.db.read())
        .await?;
        let drafts = || found.iter().filter_map(|(query,)| Draft::of_query(query.as_ref()?).ok()).collect();
        Ok((!found.is_empty()).then(drafts))
    }

    /// Ends every subscription of the address that a token belongs to and erases the address. Whether the
    /// token was known; a second click finds nothing, and that is fine.
    pub async fn unsubscribe(&self, token: &str, now: Timestamp) -> Result<bool, NotifyError> {
        let Ok(token) = token.parse::<Token>() else {
            return Ok(false);
        };
        let mut write = self.db.write().await?;
        let found: Option<i64> = sqlx::query_scalar("SELECT id FROM receiver WHERE unsubscribe_hash = ?")
            .bind(&token.hash().0[..])
            .fetch_optional(&mut *write)
            .await?;
        let Some(receiver) = found else {
            return Ok(false);
        };
        super::erase::erase(&mut write, receiver).await?;
        note(&mut write, Action::Unsubscribed, "subscriber", "", now).await?;
        write.commit().await?;
        self.db.checkpoint().await?;
        Ok(true)
    }
}

async fn replace_equal(write: &mut Write, receiver: i64, query: &str) -> Result<(), NotifyError> {
    let equal = "FROM subscription WHERE receiver = ?1 AND query = ?2 AND confirmed IS NOT NULL";
    for statement in [
        format!("DELETE FROM alert_state WHERE subscription IN (SELECT id {equal})"),
        format!("DELETE {equal}"),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).bind(receiver).bind(query).execute(&mut **write).await?;
    }
    Ok(())
}
