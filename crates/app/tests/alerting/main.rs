//! Alerts as people meet them: the built program, a mail server and a receiver of webhooks of others, and a
//! network in which a relay vanishes. Somebody subscribes with the form, confirms with the button, is told, and
//! ends it by one click; a team is told by its webhook; the operator silences. The program is killed in between,
//! and nothing is lost.

#![expect(clippy::print_stderr, reason = "says why a test was left out")]

mod network;
mod program;
mod receivers;

use std::time::Duration;

use allium_model::Timestamp;
use allium_testnet::wait_for;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::network::{Network, Presence};
use crate::program::{Answer, Program, TOKEN};
use crate::receivers::{Receivers, text, token_in};

/// Longer than any machine needs for a step.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

const READER: &str = "reader.of.alerts@example.org";
const STRANGER: &str = "stranger@example.org";
/// Of the outbox; everything in it is delivered or waits.
const WAITING: &str = "allium_alert_outbox_messages";

/// A program, those who are told, and the network that it follows.
struct Scene {
    program: Program,
    receivers: Receivers,
    network: Network,
    _folder: TempDir,
}

#[test]
fn from_the_form_to_the_erased_address_through_kills() -> Result<()> {
    let Some(receivers) = Receivers::start()? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let network = Network::simulate(folder.path())?;
    let program = Program::start(folder.path(), &receivers, &network.relay)?;
    let mut scene = Scene { program, receivers, network, _folder: folder };
    walk(&mut scene).with_context(|| format!("the log of the program:\n{}", scene.program.log()))
}

fn walk(scene: &mut Scene) -> Result<()> {
    scene.a_stranger_subscribes_and_only_the_button_confirms()?;
    scene.a_relay_vanishes_and_a_kill_loses_no_message()?;
    scene.the_end_is_told_too()?;
    scene.an_operator_silences_and_everybody_reads_it()?;
    scene.one_click_ends_it_and_erases_the_address()?;
    scene.an_address_is_forgotten()?;
    scene.program.expect_clean_log(&[READER, STRANGER])
}

impl Scene {
    fn subscribe(&self, address: &str) -> Result<Answer> {
        let relay = self.network.relay.as_str();
        let fields =
            [("address", address), ("target-kind", "relay"), ("target-name", relay), ("absent", "2")];
        self.program.post("/alerts/new/", &fields)
    }

    /// The token with which an address confirms.
    fn question(&self, address: &str) -> Result<String> {
        let mail = self.receivers.mail(address, "/alerts/confirm/")?;
        ensure!(mail["headers"]["list-unsubscribe"].is_null(), "nothing to unsubscribe from yet");
        token_in(text(&mail["body"]), "https://allium.example/alerts/confirm/")
    }

    /// Publishes an hour, and waits until it is decided what it means.
    fn next_hour(&mut self, presence: Presence) -> Result<Timestamp> {
        let time = self.network.publish(presence)?;
        let series = "allium_alert_last_decision_data_timestamp_seconds";
        self.program.wait_for_metric(series, time.0 as f64)?;
        Ok(time)
    }

    fn a_stranger_subscribes_and_only_the_button_confirms(&mut self) -> Result<()> {
        let page = self.program.get("/alerts/new/")?;
        ensure!(page.status == 200 && page.body.contains("name=\"target-kind\""), "{page:?}");
        let sent = self.subscribe(READER)?;
        ensure!((sent.status, sent.location.as_str()) == (303, "/alerts/sent/"), "{sent:?}");
        let token = self.question(READER)?;
        self.program.kill_and_start()?;
        let path = format!("/alerts/confirm/?token={token}");
        for _ in 0..2 {
            let page = self.program.get(&path)?;
            ensure!(page.status == 200 && page.body.contains(&self.network.relay), "{page:?}");
        }
        ensure!(self.confirmed()? == 0, "who follows a link confirms nothing");
        let confirmed = self.program.post("/alerts/confirm/", &[("token", &token)])?;
        ensure!((confirmed.status, confirmed.location.as_str()) == (303, "/alerts/confirmed/"));
        ensure!(self.confirmed()? == 1, "the button confirms");
        ensure!(self.program.get(&path)?.status == 404, "a token is used once");
        Ok(())
    }

    /// Subscriptions of people that are confirmed.
    fn confirmed(&self) -> Result<usize> {
        let rows = self.program.alerts(&["subscriptions", "--format", "json"], 0)?;
        let rows: Value = serde_json::from_str(&rows)?;
        let rows = rows["data"].as_array().context("no rows")?;
        Ok(rows.iter().filter(|row| row["origin"] == "mail" && !row["confirmed"].is_null()).count())
    }

    fn a_relay_vanishes_and_a_kill_loses_no_message(&mut self) -> Result<()> {
        self.receivers.hold()?;
        for _ in 0..2 {
            self.next_hour(Presence::Gone)?;
        }
        self.program.wait_for_metric(WAITING, 2.0)?;
        self.program.kill_and_start()?;
        self.program.wait_for_metric(WAITING, 2.0)?;
        self.receivers.release()?;
        let relay = self.network.relay.clone();
        let hook =
            self.receivers.wait_for("hook", "the webhook", |hook| hook["body"]["event"] == "raised")?;
        ensure!(hook["is_signed"] == true && hook["body"]["id"] == hook["id"], "{hook:#}");
        ensure!(hook["body"]["alerts"][0]["subject"] == relay.as_str(), "{hook:#}");
        let mail = self.receivers.mail(READER, "/alerts/unsubscribe/")?;
        ensure!(text(&mail["body"]).contains(&relay), "{mail:#}");
        ensure!(mail["headers"]["list-unsubscribe-post"] == "List-Unsubscribe=One-Click", "{mail:#}");
        self.program.wait_for_metric(WAITING, 0.0)?;
        let board = self.program.get("/alerts/")?.body;
        ensure!(board.contains("Absent from the consensus") && board.contains("firing"), "{board}");
        ensure!(!board.contains(&relay), "whom somebody watches is told nobody");
        Ok(())
    }

    fn the_end_is_told_too(&mut self) -> Result<()> {
        for _ in 0..2 {
            self.next_hour(Presence::There)?;
        }
        let resolved = |hook: &Value| hook["body"]["event"] == "resolved";
        let hook = self.receivers.wait_for("hook", "the end by webhook", resolved)?;
        let raised = self.receivers.came("hook")?.remove(0);
        ensure!(hook["body"]["thread"] == raised["body"]["thread"], "one conversation: {raised:#} {hook:#}");
        self.program.wait_for_metric(WAITING, 0.0)?;
        let mut ids: Vec<String> =
            self.receivers.came("hook")?.iter().map(|hook| text(&hook["id"]).to_owned()).collect();
        ids.sort();
        ids.dedup();
        ensure!(ids.len() == 2, "what is sent again has the same id: {ids:?}");
        Ok(())
    }

    fn an_operator_silences_and_everybody_reads_it(&mut self) -> Result<()> {
        let silence = |token| {
            let fields = [
                ("do", "begin"),
                ("target-kind", "network"),
                ("hours", "2"),
                ("reason", "a <b>known</b> fault"),
                ("author", "ops"),
                ("operator", token),
            ];
            self.program.post("/alerts/silence/", &fields)
        };
        let refused = silence("a guess at the token of the operator")?;
        ensure!(refused.status == 403 && !refused.body.contains("a guess at"), "{refused:?}");
        ensure!(self.program.alerts(&["silence", "--format", "csv"], 0)?.lines().count() == 1);
        ensure!(silence(TOKEN)?.location == "/alerts/saved/");
        let board = self.program.get("/alerts/")?.body;
        ensure!(board.contains("a &#60;b&#62;known") && board.contains("silence begun"), "{board}");
        let audit = self.program.alerts(&["audit", "--format", "csv"], 0)?;
        ensure!(audit.contains("ops,silence-added"), "{audit}");
        self.program.kill_and_start()?;
        let board = self.program.get("/alerts/")?.body;
        ensure!(board.contains("a &#60;b&#62;known"), "{board}");
        let end = [("do", "end"), ("number", "1"), ("author", "ops"), ("operator", TOKEN)];
        ensure!(self.program.post("/alerts/silence/", &end)?.status == 303);
        ensure!(self.program.get("/alerts/")?.body.contains("silence ended"));
        let test = [("channel", "hook"), ("author", "ops"), ("operator", TOKEN)];
        ensure!(self.program.post("/alerts/test/", &test)?.status == 303);
        self.receivers.wait_for("hook", "the test message", |hook| hook["body"]["type"] == "test").map(drop)
    }

    fn one_click_ends_it_and_erases_the_address(&mut self) -> Result<()> {
        ensure!(self.program.holds(READER)?, "it is kept while somebody is subscribed");
        let mail = self.receivers.mail(READER, "/alerts/unsubscribe/")?;
        let link = text(&mail["headers"]["list-unsubscribe"]);
        let token = token_in(link, "https://allium.example/alerts/unsubscribe/")?;
        let path = format!("/alerts/unsubscribe/?token={token}");
        ensure!(self.program.get(&path)?.status == 200, "a page that changes nothing");
        ensure!(self.confirmed()? == 1);
        let ended = self.program.post(&path, &[("List-Unsubscribe", "One-Click")])?;
        ensure!(ended.status == 200 && ended.body.contains("erased"), "{ended:?}");
        ensure!(self.confirmed()? == 0 && !self.program.holds(READER)?, "the address is gone");
        Ok(())
    }

    fn an_address_is_forgotten(&mut self) -> Result<()> {
        let (known, unknown) = (self.subscribe(STRANGER)?, self.subscribe(READER)?);
        ensure!((known.status, known.body) == (unknown.status, unknown.body));
        let token = self.question(STRANGER)?;
        self.program.alerts(&["forget", STRANGER], 0)?;
        let gone = || (!self.program.holds(STRANGER).ok()?).then_some(());
        wait_for("the address to be erased", LIMIT, gone)?;
        ensure!(self.program.get(&format!("/alerts/confirm/?token={token}"))?.status == 404);
        self.program.alerts(&["forget", STRANGER], 9).map(drop)
    }
}
