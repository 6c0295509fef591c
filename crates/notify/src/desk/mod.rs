//! The desk: everything that is kept of alerts, behind one value.
//!
//! `serve` asks for [`Kept`], decides, and hands the outcome to [`Desk::commit`]; pages subscribe, confirm,
//! unsubscribe, silence and test; a [`Courier`](crate::Courier) delivers what lies in the outbox. Several
//! processes may use one file.

mod audit;
mod commit;
mod compose;
mod erase;
mod kept;
mod limits;
mod list;
mod options;
mod outbox;
mod prune;
mod silence;
mod status;
mod subscribe;
mod tally;
mod test_message;

pub use crate::db::Making;
pub use audit::Audited;
pub use commit::Committed;
pub use kept::Kept;
pub use list::{Delivered, StoredSubscription, Waiting};
pub use options::{DeskOptions, NoSteps, Site, Step, Steps};
pub use silence::{NewMaintenance, NewSilence, SilenceFailure};
pub use status::{ChannelStatus, Delays, DeskStatus, SubscriptionCounts};
pub use subscribe::{Ask, Confirmed, SubscribeError, TokenError};
pub use tally::{Backlog, ResultCount};

pub(crate) use compose::Ready;
pub(crate) use outbox::{Row, Sent};

use crate::channel::{self, Channel, Channels};
use crate::db::Db;
use crate::keys::ServiceKey;
use crate::{ChannelKind, NotifyError, TokenHash};
use allium_alert::{ReceiverId, Subscription};
use limits::NetworkLimits;
use std::collections::HashMap;
use std::sync::Mutex;
use tokio::sync::Notify;

/// Name of the file in the data directory, and of the key beside it.
const FILE: &str = "alerts.sqlite";
const KEY_FILE: &str = "alerts.key";

/// Everything that is kept of alerts.
#[derive(Debug)]
pub struct Desk {
    db: Db,
    key: ServiceKey,
    options: DeskOptions,
    channels: Channels,
    /// Subscriptions of the configuration, and the channel of each of their receivers.
    teams: Vec<Subscription>,
    team_channels: HashMap<ReceiverId, String>,
    networks: Mutex<NetworkLimits>,
    /// Rung when something was put into the outbox.
    bell: Notify,
}

impl Desk {
    /// Opens the file in the data directory, and every channel.
    ///
    /// # Errors
    /// What is wrong with the configuration, its secrets, the file or the key.
    pub async fn open(options: DeskOptions, making: Making) -> Result<Self, NotifyError> {
        let channels = channel::open_all(&options.channels, &options.http)?;
        let names: Vec<&str> = channels
            .iter()
            .filter(|(_, channel)| channel.has_receivers())
            .map(|(name, _)| name.as_str())
            .collect();
        let teams = check_teams(&options, &names)?;
        check_mail_channel(&options, &channels)?;
        let team_channels =
            names.iter().map(|name| (ReceiverId::of_name(name), (*name).to_owned())).collect();
        let db = Db::open(&options.folder.join(FILE), making).await?;
        let key = ServiceKey::open(&options.folder.join(KEY_FILE))?;
        Ok(Self {
            db,
            key,
            channels,
            teams,
            team_channels,
            networks: Mutex::default(),
            bell: Notify::new(),
            options,
        })
    }

    /// Ends all connections; the log is folded into the file.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// Whether a text is the operator's token. Hashes are compared, so the time it takes tells nothing of
    /// the token.
    pub fn is_operator(&self, token: &str) -> bool {
        self.options.operator.is_some_and(|operator| operator == TokenHash::of_text(token))
    }

    /// Names and kinds of the channels.
    pub fn channels(&self) -> impl Iterator<Item = (&str, ChannelKind)> {
        self.channels.iter().map(|(name, channel)| (name.as_str(), channel.kind()))
    }

    /// Subscriptions of the configuration.
    pub fn teams(&self) -> &[Subscription] {
        &self.teams
    }

    /// Whether strangers can subscribe: there is a channel for mail, and an address of the site for links.
    pub fn is_open(&self) -> bool {
        self.options.mail_channel.is_some() && !self.options.site.url.is_empty()
    }

    /// Sets a pragma on every connection: a limit of pages is a full disk.
    #[doc(hidden)]
    pub async fn set_pragma_for_tests(&self, pragma: &str) -> Result<(), NotifyError> {
        self.db.set_pragma_for_tests(pragma).await
    }

    pub(crate) fn channel(&self, name: Option<&str>) -> Option<&Channel> {
        self.channels.get(name.or(self.options.mail_channel.as_deref())?)
    }

    pub(crate) fn bell(&self) -> &Notify {
        &self.bell
    }

    pub(crate) fn reached(&self, step: Step) {
        self.options.steps.reached(step);
    }
}

fn check_teams(options: &DeskOptions, names: &[&str]) -> Result<Vec<Subscription>, NotifyError> {
    let checked = options.subscriptions.iter().map(|table| table.check(names));
    let teams: Vec<Subscription> = checked
        .collect::<Result<_, _>>()
        .map_err(|error| NotifyError::configuration("[[alerts.subscription]]", &error))?;
    let mut ids: Vec<_> = teams.iter().map(|team| team.id).collect();
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(NotifyError::configuration(
            "[[alerts.subscription]]",
            &"two subscriptions have one name",
        ));
    }
    Ok(teams)
}

fn check_mail_channel(options: &DeskOptions, channels: &Channels) -> Result<(), NotifyError> {
    let Some(name) = &options.mail_channel else {
        return Ok(());
    };
    match channels.get(name) {
        Some(Channel::Smtp(_)) => Ok(()),
        Some(_) => Err(NotifyError::configuration(
            "[alerts] mail",
            &format_args!("channel {name:?} is no SMTP server"),
        )),
        None => {
            Err(NotifyError::configuration("[alerts] mail", &format_args!("there is no channel {name:?}")))
        }
    }
}
