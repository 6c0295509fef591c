//! What forms ask for, done at the desk.
//!
//! Calls come on threads that may wait. Who asks learns nothing of whether an address is known; what fails for
//! another reason than the request itself is logged and said to have failed.

use super::board::Boards;
use allium_alert::{Draft, Maintenance, Silence, SilenceError};
use allium_model::Timestamp;
use allium_notify::{
    Ask, Desk, NewMaintenance, NewSilence, NotifyError, SilenceFailure, SubscribeError, TokenError,
};
use allium_web::{Change, Commands, Operator, Refusal, SubscribeAsk};
use std::sync::Arc;
use tokio::runtime::Handle;

/// Most characters of an author.
const LONGEST_AUTHOR: usize = 80;

/// A desk that does what forms ask for.
#[derive(Debug)]
pub struct DeskCommands {
    desk: Arc<Desk>,
    boards: Arc<Boards>,
    runtime: Handle,
}

impl DeskCommands {
    /// The commands of a desk; every change is seen on its boards. The runtime must outlive them.
    pub fn new(desk: Arc<Desk>, boards: Arc<Boards>, runtime: Handle) -> Self {
        Self { desk, boards, runtime }
    }

    /// Makes a change whose author has shown the token.
    async fn make(&self, author: &str, change: &Change, now: Timestamp) -> Result<(), Refusal> {
        let desk = &self.desk;
        let is_done = match change {
            Change::Silence(silence) => {
                desk.add_silence(new_silence(author, silence), now).await.map_err(of_silence)?;
                true
            }
            Change::Maintenance(window) => {
                desk.add_maintenance(new_window(author, window), now).await.map_err(of_silence)?;
                true
            }
            Change::EndSilence(number) => {
                desk.end_silence(*number, author, now).await.map_err(|error| failed(&error))?
            }
            Change::EndMaintenance(number) => {
                desk.end_maintenance(*number, author, now).await.map_err(|error| failed(&error))?
            }
            Change::Test(channel) => {
                desk.queue_test(channel, author, now).await.map_err(|error| failed(&error))?.is_some()
            }
        };
        if is_done { Ok(()) } else { Err(Refusal::Unknown) }
    }
}

impl Commands for DeskCommands {
    fn subscribe(&self, ask: &SubscribeAsk, now: Timestamp) -> Result<(), Refusal> {
        let SubscribeAsk { address, draft, from } = ask.clone();
        let asked = self.runtime.block_on(self.desk.subscribe(&Ask { address, draft, from }, now));
        asked.map_err(|error| match error {
            SubscribeError::Closed => Refusal::Closed,
            SubscribeError::Address(error) => wrong(&error),
            SubscribeError::Draft(error) => wrong(&error),
            SubscribeError::Busy => Refusal::Busy,
            SubscribeError::Store(error) => failed(&error),
        })
    }

    fn pending(&self, token: &str, now: Timestamp) -> Result<Option<Draft>, Refusal> {
        self.runtime.block_on(self.desk.pending(token, now)).map_err(|error| failed(&error))
    }

    fn confirm(&self, token: &str, now: Timestamp) -> Result<(), Refusal> {
        let confirmed = self.runtime.block_on(self.desk.confirm(token, now));
        confirmed.map(drop).map_err(|error| match error {
            TokenError::Unknown => Refusal::Unknown,
            TokenError::TooMany(_) => wrong(&error),
            TokenError::Store(error) => failed(&error),
        })
    }

    fn subscribed(&self, token: &str) -> Result<Option<Vec<Draft>>, Refusal> {
        self.runtime.block_on(self.desk.subscribed(token)).map_err(|error| failed(&error))
    }

    fn unsubscribe(&self, token: &str, now: Timestamp) -> Result<(), Refusal> {
        self.runtime.block_on(async {
            // A token that is not known gets the same answer.
            self.desk.unsubscribe(token, now).await.map_err(|error| failed(&error))?;
            self.boards.show(now).await;
            Ok(())
        })
    }

    fn change(&self, operator: &Operator, change: &Change, now: Timestamp) -> Result<(), Refusal> {
        if !self.desk.is_operator(&operator.token) {
            tracing::warn!("a change of alerts was refused: its token is not the operator's");
            return Err(Refusal::NotOperator);
        }
        let author = operator.author.trim();
        if !(1..=LONGEST_AUTHOR).contains(&author.chars().count()) {
            return Err(wrong(&SilenceError::Author));
        }
        self.runtime.block_on(async {
            self.make(author, change, now).await?;
            self.boards.show(now).await;
            Ok(())
        })
    }
}

fn new_silence(author: &str, silence: &Silence) -> NewSilence {
    let Silence { matcher, reason, from, until, .. } = silence.clone();
    NewSilence { matcher, author: author.to_owned(), reason, from, until }
}

fn new_window(author: &str, window: &Maintenance) -> NewMaintenance {
    let Maintenance { target, receiver, note, from, until, .. } = window.clone();
    NewMaintenance { target, receiver, author: author.to_owned(), note, from, until }
}

fn of_silence(failure: SilenceFailure) -> Refusal {
    match failure {
        SilenceFailure::Refused(error) => wrong(&error),
        SilenceFailure::Store(error) => failed(&error),
    }
}

fn wrong(error: &dyn std::error::Error) -> Refusal {
    Refusal::Wrong(error.to_string())
}

fn failed(error: &NotifyError) -> Refusal {
    tracing::error!("what a form asked for was not done: {error}");
    Refusal::Failed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::open_desk;
    use crate::config::Config;
    use allium_alert::Matcher;
    use allium_model::{NetworkBuilder, NetworkOptions};
    use allium_notify::Making;
    use allium_web::server::Shared;
    use std::path::Path;

    const NOW: Timestamp = Timestamp(1_771_765_500);
    const TOKEN: &str = "the token of the operator";

    const CONFIGURATION: &str = r#"
        [site]
        site_url = "https://allium.example"
        [alerts]
        operator_token_file = "TOKEN"
        mail = "mail"
        [channels.mail]
        kind = "smtp"
        host = "127.0.0.1"
        port = 1
        security = "none"
        from = "alerts@allium.example"
        to = ["noc@example.org"]
    "#;

    /// A desk with its commands, and those who read.
    struct Office {
        desk: Arc<Desk>,
        commands: Arc<DeskCommands>,
        shared: Arc<Shared>,
    }

    impl Office {
        async fn open(folder: &Path, configuration: &str) -> Self {
            let token = folder.join("token");
            std::fs::write(&token, TOKEN).unwrap();
            let text = configuration.replace("TOKEN", token.to_str().unwrap());
            let mut config: Config = toml::from_str(&text).unwrap();
            folder.clone_into(&mut config.server.data_dir);
            let desk = Arc::new(open_desk(&config, Making::IfMissing).await.unwrap());
            let boards = Arc::new(Boards::new(Arc::clone(&desk), config.alerts.budget.into()));
            let shared = Arc::new(Shared::default());
            boards.show_on(&shared);
            let commands = Arc::new(DeskCommands::new(Arc::clone(&desk), boards, Handle::current()));
            Self { desk, commands, shared }
        }

        /// Calls as the server does: on a thread that may wait.
        async fn call<T: Send + 'static>(&self, call: impl FnOnce(&DeskCommands) -> T + Send + 'static) -> T {
            let commands = Arc::clone(&self.commands);
            tokio::task::spawn_blocking(move || call(&commands)).await.unwrap()
        }

        async fn change(&self, token: &str, author: &str, change: Change) -> Result<(), Refusal> {
            let operator = Operator { token: token.into(), author: author.into() };
            self.call(move |commands| commands.change(&operator, &change, NOW)).await
        }

        async fn subscribe(&self, address: &str) -> Result<(), Refusal> {
            let draft = Draft::of_query("target=network&absent=6").unwrap();
            let ask = SubscribeAsk { address: address.into(), draft, from: None };
            self.call(move |commands| commands.subscribe(&ask, NOW)).await
        }

        async fn audit(&self) -> Vec<String> {
            let entries = self.desk.audit(20).await.unwrap();
            entries.into_iter().map(|entry| format!("{} {}", entry.author, entry.action)).collect()
        }
    }

    fn silence(reason: &str) -> Change {
        let matcher = Matcher { target: "as:64496".parse().unwrap(), kinds: Vec::new(), receiver: None };
        let (from, until) = (NOW, NOW.plus_seconds(3600));
        Change::Silence(Silence { id: 0, matcher, author: "x".into(), reason: reason.into(), from, until })
    }

    #[tokio::test]
    async fn changes_need_the_token_and_land_in_the_audit() {
        let folder = tempfile::tempdir().unwrap();
        let office = Office::open(folder.path(), CONFIGURATION).await;
        for change in [silence("known"), Change::EndSilence(1), Change::Test("mail".into())] {
            for token in ["", "a guess", "the token of the operator "] {
                assert_eq!(office.change(token, "ops", change.clone()).await, Err(Refusal::NotOperator));
            }
        }
        assert_eq!(office.audit().await, [""; 0]);
        assert_eq!(office.change(TOKEN, "ops", silence("known")).await, Ok(()));
        assert_eq!(office.change(TOKEN, "ops", Change::Test("mail".into())).await, Ok(()));
        assert_eq!(office.change(TOKEN, " ops ", Change::EndSilence(1)).await, Ok(()));
        assert_eq!(office.audit().await, ["ops silence-ended", "ops channel-tested", "ops silence-added"]);
        assert_eq!(office.desk.silences(NOW).await.unwrap(), []);
    }

    #[tokio::test]
    async fn what_cannot_be_done_is_said_and_not_noted() {
        let folder = tempfile::tempdir().unwrap();
        let office = Office::open(folder.path(), CONFIGURATION).await;
        let long = "x".repeat(81);
        for (author, change, refusal) in [
            ("ops", Change::EndSilence(7), Refusal::Unknown),
            ("ops", Change::EndMaintenance(7), Refusal::Unknown),
            ("ops", Change::Test("pager".into()), Refusal::Unknown),
            ("ops", silence(""), Refusal::Wrong("the reason has 1 to 500 characters".into())),
            (" ", Change::Test("mail".into()), Refusal::Wrong("the author has 1 to 80 characters".into())),
            (&long, Change::EndSilence(7), Refusal::Wrong("the author has 1 to 80 characters".into())),
        ] {
            assert_eq!(office.change(TOKEN, author, change).await, Err(refusal));
        }
        assert_eq!(office.audit().await, [""; 0]);
    }

    #[tokio::test]
    async fn strangers_get_the_same_answer_whether_an_address_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let office = Office::open(folder.path(), CONFIGURATION).await;
        for address in ["a@example.org", "a@example.org", "b@example.org"] {
            assert_eq!(office.subscribe(address).await, Ok(()));
        }
        assert!(matches!(office.subscribe("no address").await, Err(Refusal::Wrong(_))));
        assert_eq!(office.call(|commands| commands.pending("00", NOW)).await, Ok(None));
        assert_eq!(office.call(|commands| commands.confirm("00", NOW)).await, Err(Refusal::Unknown));
        assert_eq!(office.call(|commands| commands.subscribed("00")).await, Ok(None));
        assert_eq!(office.call(|commands| commands.unsubscribe("00", NOW)).await, Ok(()));
        let closed = tempfile::tempdir().unwrap();
        let closed = Office::open(closed.path(), "[alerts]").await;
        assert_eq!(closed.subscribe("a@example.org").await, Err(Refusal::Closed));
        assert_eq!(closed.change("", "ops", silence("known")).await, Err(Refusal::NotOperator));
    }

    #[tokio::test]
    async fn a_store_that_fails_is_no_fault_of_who_asks() {
        let folder = tempfile::tempdir().unwrap();
        let office = Office::open(folder.path(), CONFIGURATION).await;
        office.desk.close().await;
        assert_eq!(office.subscribe("a@example.org").await, Err(Refusal::Failed));
        assert_eq!(office.change(TOKEN, "ops", silence("known")).await, Err(Refusal::Failed));
        assert_eq!(office.call(|commands| commands.confirm("00", NOW)).await, Err(Refusal::Unknown));
    }

    #[tokio::test]
    async fn readers_see_a_change_at_once_and_in_every_edition_to_come() {
        let folder = tempfile::tempdir().unwrap();
        let office = Office::open(folder.path(), CONFIGURATION).await;
        assert_eq!(office.change(TOKEN, "ops", silence("known")).await, Ok(()));
        let network = NetworkBuilder::default().build(NOW, NetworkOptions::default()).0;
        let snapshot = Arc::new(allium_analysis::Snapshot::new(network));
        let edition = allium_web::Edition::new(snapshot, Vec::new(), Arc::default(), NOW);
        office.shared.publish(Arc::new(edition));
        let board = office.shared.edition().unwrap().alerts.clone().unwrap();
        assert_eq!((board.silences.len(), board.silences[0].author.as_str()), (1, "ops"));
        assert_eq!(board.changes[0].action, "silence begun");
        assert!(board.is_open());
        assert_eq!(office.change(TOKEN, "ops", Change::EndSilence(1)).await, Ok(()));
        let board = office.shared.edition().unwrap().alerts.clone().unwrap();
        assert_eq!((board.silences.len(), board.changes[0].action.as_str()), (0, "silence ended"));
    }
}
