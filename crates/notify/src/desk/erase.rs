//! Erasing addresses.

use super::Desk;
use super::audit::{Action, note};
use crate::db::Write;
use crate::{MailAddress, NotifyError};
use allium_model::Timestamp;

/// Takes a receiver and all that hangs on it out of the store.
pub(super) async fn erase(write: &mut Write, receiver: i64) -> Result<(), NotifyError> {
    const STATEMENTS: [&str; 6] = [
        "DELETE FROM alert_state WHERE subscription IN (SELECT id FROM subscription WHERE receiver = ?)",
        "DELETE FROM outbox WHERE receiver = ?",
        "DELETE FROM sent WHERE receiver = ?",
        "DELETE FROM silence WHERE receiver = ?",
        "DELETE FROM maintenance WHERE receiver = ?",
        "DELETE FROM receiver WHERE id = ?",
    ];
    for statement in STATEMENTS {
        sqlx::query(statement).bind(receiver).execute(&mut **write).await?;
    }
    Ok(())
}

impl Desk {
    /// Erases an address, its subscriptions and its entries in the log. Whether anything was there.
    pub async fn forget(
        &self,
        address: &MailAddress,
        author: &str,
        now: Timestamp,
    ) -> Result<bool, NotifyError> {
        let hash = self.key.hash_address(address);
        let mut write = self.db.write().await?;
        let receiver: Option<i64> = sqlx::query_scalar("SELECT id FROM receiver WHERE address_hash = ?")
            .bind(&hash.0[..])
            .fetch_optional(&mut *write)
            .await?;
        if let Some(receiver) = receiver {
            erase(&mut write, receiver).await?;
        }
        let logged = sqlx::query("DELETE FROM delivery WHERE receiver_hash = ?")
            .bind(&hash.0[..])
            .execute(&mut *write)
            .await?;
        let is_known = receiver.is_some() || logged.rows_affected() > 0;
        if is_known {
            note(&mut write, Action::Forgotten, author, "", now).await?;
        }
        write.commit().await?;
        self.db.checkpoint().await?;
        Ok(is_known)
    }
}
