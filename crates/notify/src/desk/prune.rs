//! What is erased when its time is over.

use super::Desk;
use super::subscribe::PENDING_SECONDS;
use crate::NotifyError;
use allium_model::Timestamp;

const DAY: i64 = 86_400;
/// Days that the log of deliveries is kept.
const LOG_DAYS: i64 = 30;
/// Days that silences and windows are kept after their end.
const SILENCE_DAYS: i64 = 90;
/// Days that the log of changes is kept.
const AUDIT_DAYS: i64 = 365;

impl Desk {
    /// Erases what is over: requests that were not confirmed within 48 hours with their addresses, the log
    /// after 30 days, ended silences after 90, the log of changes after a year.
    pub async fn prune(&self, now: Timestamp) -> Result<(), NotifyError> {
        let before = |seconds: i64| now.plus_seconds(-seconds).0;
        let mut write = self.db.write().await?;
        let statements = [
            ("DELETE FROM subscription WHERE confirmed IS NULL AND created <= ?", before(PENDING_SECONDS)),
            ("DELETE FROM delivery WHERE ended <= ?", before(LOG_DAYS * DAY)),
            ("DELETE FROM silence WHERE ends <= ?", before(SILENCE_DAYS * DAY)),
            ("DELETE FROM maintenance WHERE ends <= ?", before(SILENCE_DAYS * DAY)),
            ("DELETE FROM audit WHERE at <= ?", before(AUDIT_DAYS * DAY)),
            ("DELETE FROM sent WHERE at <= ?", before(2 * i64::from(self.options.budget.period_seconds))),
        ];
        for (statement, time) in statements {
            sqlx::query(statement).bind(time).execute(&mut *write).await?;
        }
        // Nobody's address stays without a subscription, and nothing is sent to nobody.
        let idle: Vec<i64> = sqlx::query_scalar(
            "SELECT id FROM receiver WHERE NOT EXISTS (SELECT 1 FROM subscription WHERE receiver = receiver.id)",
        )
        .fetch_all(&mut *write)
        .await?;
        for receiver in &idle {
            super::erase::erase(&mut write, *receiver).await?;
        }
        write.commit().await?;
        if idle.is_empty() { Ok(()) } else { self.db.checkpoint().await }
    }
}
