//! What tests of alerts share: a board with hostile texts, somebody who notes what is asked for, and forms as
//! browsers send them.

use crate::client::{Reply, exchange};
use crate::fixture::{Server, edition, now, options};
use crate::invented::{HOSTILE, OUTAGE, book, incidents};
use allium_alert::{Draft, Maintenance, Matcher, Phase, Silence, Target, WatchKind};
use allium_model::{Severity, Timestamp};
use allium_web::server::{Limits, Shared};
use allium_web::{
    AlertBoard, AlertCause, BoardAlert, BoardChange, Change, Commands, DeliveryCount, DeliveryDelays,
    Edition, Operator, Refusal, SubscribeAsk, Subscribing,
};
use std::sync::{Arc, Mutex};

pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const OPERATOR: &str = "operator's secret";

/// Somebody who notes what is asked for instead of doing it.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) done: Mutex<Vec<String>>,
}

impl Notes {
    fn note(&self, what: String) {
        self.done.lock().unwrap().push(what);
    }

    /// What was asked for so far.
    pub(crate) fn all(&self) -> Vec<String> {
        self.done.lock().unwrap().clone()
    }
}

impl Commands for Notes {
    fn subscribe(&self, ask: &SubscribeAsk, _: Timestamp) -> Result<(), Refusal> {
        match ask.address.as_str() {
            "known@example.org" | "new@example.org" => {
                self.note(format!("subscribe {} from {:?}", ask.draft.to_query(), ask.from));
                Ok(())
            }
            "busy@example.org" => Err(Refusal::Busy),
            "fault@example.org" => Err(Refusal::Failed),
            _ => Err(Refusal::Wrong("this is no e-mail address".into())),
        }
    }

    fn pending(&self, token: &str, _: Timestamp) -> Result<Option<Draft>, Refusal> {
        Ok((token == TOKEN).then(|| Draft::of_query("target=network&absent=6").unwrap()))
    }

    fn confirm(&self, token: &str, _: Timestamp) -> Result<(), Refusal> {
        if token != TOKEN {
            return Err(Refusal::Unknown);
        }
        self.note("confirm".into());
        Ok(())
    }

    fn subscribed(&self, token: &str) -> Result<Option<Vec<Draft>>, Refusal> {
        Ok((token == TOKEN).then(|| vec![Draft::of_query("target=as:64496&overloaded=on").unwrap()]))
    }

    fn unsubscribe(&self, token: &str, _: Timestamp) -> Result<(), Refusal> {
        self.note(format!("unsubscribe {}", token == TOKEN));
        Ok(())
    }

    fn change(&self, operator: &Operator, change: &Change, _: Timestamp) -> Result<(), Refusal> {
        if operator.token != OPERATOR {
            return Err(Refusal::NotOperator);
        }
        if matches!(change, Change::EndSilence(99)) {
            return Err(Refusal::Unknown);
        }
        self.note(format!("{} {change:?}", operator.author));
        Ok(())
    }
}

/// A board with what tests look for.
pub(crate) fn board() -> AlertBoard {
    let target: Target = "as:64496".parse().unwrap();
    let later = now().plus_seconds(7200);
    let alert = |cause, phase, relays| BoardAlert {
        cause,
        phase,
        severity: Severity::Critical,
        since: now(),
        relays,
    };
    AlertBoard {
        made_at: now(),
        subscribing: Subscribing::Open,
        alerts: vec![
            alert(AlertCause::Incident(OUTAGE.parse().unwrap()), Phase::Firing, 38),
            alert(AlertCause::Kind(WatchKind::Overloaded), Phase::Pending, 1),
            alert(AlertCause::Incident("2026022103-relays-lost-7".parse().unwrap()), Phase::Resolved, 2),
        ],
        silences: vec![Silence {
            id: 7,
            matcher: Matcher { target: target.clone(), kinds: vec![WatchKind::Absent], receiver: None },
            author: HOSTILE.into(),
            reason: HOSTILE.into(),
            from: now(),
            until: later,
        }],
        maintenance: vec![Maintenance {
            id: 8,
            target,
            receiver: None,
            author: "team".into(),
            note: HOSTILE.into(),
            from: now(),
            until: later,
        }],
        delays: Some(DeliveryDelays { count: 12, median_seconds: 95, p95_seconds: 610, max_seconds: 4000 }),
        deliveries: vec![DeliveryCount { channel: "smtp".into(), result: "delivered".into(), count: 12 }],
        changes: vec![BoardChange {
            at: now(),
            author: HOSTILE.into(),
            action: "silence begun".into(),
            detail: HOSTILE.into(),
        }],
        ..AlertBoard::default()
    }
}

/// The edition with incidents and a board.
pub(crate) fn with(board: AlertBoard) -> Edition {
    let edition = Edition::clone(&edition());
    edition.with_incidents(Some(book(incidents(40)))).with_alerts(Some(Arc::new(board)))
}

/// A server with alerts and somebody who notes what is asked for.
pub(crate) async fn server() -> (Server, Arc<Notes>) {
    server_with(Limits::default()).await
}

pub(crate) async fn server_with(limits: Limits) -> (Server, Arc<Notes>) {
    let notes = Arc::new(Notes::default());
    let shared = Shared::default().with_commands(Arc::<Notes>::clone(&notes));
    let mut options = options();
    options.limits = limits;
    let server = Server::with(options, shared).await;
    server.shared.publish(Arc::new(with(board())));
    (server, notes)
}

/// The reply to a form as a browser sends it, with more header lines.
pub(crate) async fn post(server: &Server, target: &str, body: &str, headers: &[&str]) -> Reply {
    let lines = headers.iter().fold(String::new(), |lines, line| lines + line + "\r\n");
    let media = if lines.to_lowercase().contains("content-type:") {
        ""
    } else {
        "Content-Type: application/x-www-form-urlencoded\r\n"
    };
    let length = if lines.to_lowercase().contains("length:") || lines.to_lowercase().contains("transfer-") {
        String::new()
    } else {
        format!("Content-Length: {}\r\n", body.len())
    };
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: allium.example\r\nConnection: close\r\n{media}{length}{lines}"
    );
    exchange(server.address, format!("{head}\r\n{body}").as_bytes()).await
}
