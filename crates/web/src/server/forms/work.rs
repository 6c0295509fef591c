//! From what was typed to what is asked to be done.

use super::super::answer::Answer;
use super::super::app::App;
use super::super::asked::Asked;
use super::super::problem::Problem;
use super::super::shared::Published;
use super::of_form;
use crate::alerts_page::AlertForm;
use crate::commands::{Change, Operator, SubscribeAsk};
use crate::pages::{Site, Typed, confirm_page, form_page, is_offered, joined, unsubscribe_page};
use crate::{Commands, Refusal};
use allium_alert::{Draft, Maintenance, Matcher, Silence, Target, WatchKind};
use allium_model::Timestamp;
use axum::http::StatusCode;
use std::net::IpAddr;

type Done = Result<(), Refusal>;

/// Does what a form asks for.
pub(super) fn done(
    commands: &dyn Commands,
    form: AlertForm,
    typed: &Typed,
    from: Option<IpAddr>,
    now: Timestamp,
) -> Done {
    match form {
        AlertForm::Subscribe => {
            let draft = draft(typed)?;
            commands.subscribe(&SubscribeAsk { address: typed.get("address").to_owned(), draft, from }, now)
        }
        AlertForm::Confirm => commands.confirm(typed.get("token"), now),
        AlertForm::Unsubscribe => commands.unsubscribe(typed.get("token"), now),
        AlertForm::Silence | AlertForm::Maintenance | AlertForm::Test => {
            let author = typed.get("author").to_owned();
            let change = change(form, typed, now)?;
            let operator = Operator { token: typed.get("operator").to_owned(), author };
            commands.change(&operator, &change, now)
        }
    }
}

/// What is wished for; fields that are empty are not.
fn draft(typed: &Typed) -> Result<Draft, Refusal> {
    let pairs = joined(typed).map_err(wrong)?;
    let pairs = pairs.iter().filter(|(name, _)| name != "address");
    let pairs =
        pairs.map(|(name, value)| (name.as_str(), value.trim())).filter(|(_, value)| !value.is_empty());
    let draft = Draft::of_pairs(pairs).map_err(wrong)?;
    let check = draft.clone().complete(allium_alert::SubscriptionId(0), allium_alert::ReceiverId(0));
    check.map_err(wrong)?;
    Ok(draft)
}

fn change(form: AlertForm, typed: &Typed, now: Timestamp) -> Result<Change, Refusal> {
    if form == AlertForm::Test {
        return Ok(Change::Test(typed.get("channel").to_owned()));
    }
    if typed.get("do") == "end" {
        let number = typed.get("number").parse().map_err(|_| Refusal::Wrong("the number is none".into()))?;
        return Ok(match form {
            AlertForm::Silence => Change::EndSilence(number),
            _ => Change::EndMaintenance(number),
        });
    }
    let (from, until) = span(typed, now)?;
    let target = target(typed)?;
    let author = typed.get("author").to_owned();
    if form == AlertForm::Silence {
        let matcher = Matcher { target, kinds: kinds(typed)?, receiver: None };
        let silence = Silence { id: 0, matcher, author, reason: typed.get("reason").to_owned(), from, until };
        silence.check().map_err(wrong)?;
        return Ok(Change::Silence(silence));
    }
    let note = typed.get("note").to_owned();
    let window = Maintenance { id: 0, target, receiver: None, author, note, from, until };
    window.check().map_err(wrong)?;
    Ok(Change::Maintenance(window))
}

fn target(typed: &Typed) -> Result<Target, Refusal> {
    let pairs = joined(typed).map_err(wrong)?;
    Typed { pairs, wrong: None }.get("target").parse().map_err(wrong)
}

fn wrong(error: impl std::fmt::Display) -> Refusal {
    Refusal::Wrong(error.to_string())
}

fn kinds(typed: &Typed) -> Result<Vec<WatchKind>, Refusal> {
    let kind =
        |name| WatchKind::from_name(name).ok_or_else(|| Refusal::Wrong("one of the kinds is none".into()));
    let mut kinds: Vec<WatchKind> = typed.all("kind").map(kind).collect::<Result<_, _>>()?;
    kinds.sort_unstable();
    kinds.dedup();
    Ok(kinds)
}

/// Beginning and end; a browser sends moments without seconds.
fn span(typed: &Typed, now: Timestamp) -> Result<(Timestamp, Timestamp), Refusal> {
    let from = match typed.get("from") {
        "" => now,
        text => {
            let parsed = text.parse().or_else(|_| format!("{text}:00").parse::<Timestamp>());
            parsed.map_err(|_| Refusal::Wrong("the beginning is written 2026-02-22T13:00, in UTC".into()))?
        }
    };
    let hours: u16 =
        typed.get("hours").parse().map_err(|_| Refusal::Wrong("the hours are no number".into()))?;
    Ok((from, from.plus_seconds(i64::from(hours) * 3600)))
}

/// The page of a form, as somebody who follows a link sees it. Changes nothing.
pub(crate) fn shown(app: &App, published: &Published, asked: &Asked, form: AlertForm) -> Answer {
    let site = Site { edition: &published.edition, settings: &app.options.settings };
    let page = match form {
        AlertForm::Confirm | AlertForm::Unsubscribe if is_offered(site) => token_page(app, site, asked, form),
        AlertForm::Subscribe => linked(site, asked),
        _ => form_page(site, form, &Typed { pairs: asked.query.clone(), wrong: None })
            .map(|html| (StatusCode::OK, html)),
    };
    page.map_or_else(|| Problem::Failed.page(), |(status, html)| of_form(status, html))
}

/// The form of a subscription with what a link fills in.
fn linked(site: Site<'_>, asked: &Asked) -> Option<(StatusCode, String)> {
    // An address in a link would end in logs and histories.
    let pairs: Vec<_> = asked.query.iter().filter(|(name, _)| name != "address").cloned().collect();
    let read = Draft::of_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let wrong = read.err().map(|error| super::super::problem::capitalized(&error.to_string()));
    let status = if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Some((status, form_page(site, AlertForm::Subscribe, &Typed { pairs, wrong })?))
}

fn token_page(app: &App, site: Site<'_>, asked: &Asked, form: AlertForm) -> Option<(StatusCode, String)> {
    let token = asked.parameter("token").unwrap_or_default();
    let commands = app.shared.commands();
    let now = (app.options.clock)();
    let (is_known, html) = if form == AlertForm::Confirm {
        let draft = commands.and_then(|commands| commands.pending(token, now).ok().flatten());
        (draft.is_some(), confirm_page(site, token, draft.as_ref())?)
    } else {
        let drafts = commands.and_then(|commands| commands.subscribed(token).ok().flatten());
        (drafts.is_some(), unsubscribe_page(site, token, drafts.as_deref())?)
    };
    Some((if is_known { StatusCode::OK } else { StatusCode::NOT_FOUND }, html))
}
