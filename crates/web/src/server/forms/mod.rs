//! Forms: the only requests whose body is read, and the only ones that change anything.
//!
//! A body has a length of at most 8 KB, is sent as forms are, and comes from our own pages where the browser
//! says where it comes from. What is asked for goes to [`crate::Commands`]; the answer is a redirect to a page
//! (303), or the form again with what is wrong.

mod read;
mod work;

pub(crate) use work::shown;

use super::answer::{Answer, HTML};
use super::app::{App, beside};
use super::asked::Asked;
use super::cache_policy::CachePolicy;
use super::gate::seconds_left;
use super::problem::Problem;
use crate::alerts_page::AlertForm;
use crate::pages::{Site, Typed, form_page};
use crate::{Commands, Page, Refusal};
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::REFERRER_POLICY;
use std::sync::Arc;

/// The methods that the path of a form answers.
pub(crate) const METHODS: &str = "GET, HEAD, POST";

/// What a form came to.
enum Outcome {
    /// It was done.
    Done,
    /// It was not; this is why.
    Refused(Refusal),
}

/// The answer to a form that was sent.
pub(crate) async fn post(app: &Arc<App>, form: AlertForm, asked: &Arc<Asked>, body: Body) -> Answer {
    let answered = async {
        read::check(asked, form)?;
        let now = (app.options.clock)();
        if !app.gate.admits(asked.client, &app.options.limits, now) {
            return Err(Problem::TooManyForms(seconds_left(now)));
        }
        let pairs = read::pairs(app, asked, form, body).await?;
        let commands = app.shared.commands().ok_or(Problem::NoSuchForm)?;
        work_on(app, form, asked, Typed { pairs, wrong: None }, commands).await
    };
    answered.await.unwrap_or_else(|problem: Problem| problem.page())
}

async fn work_on(
    app: &Arc<App>,
    form: AlertForm,
    asked: &Arc<Asked>,
    typed: Typed,
    commands: Arc<dyn Commands>,
) -> Result<Answer, Problem> {
    let (kept, client) = (Arc::clone(app), asked.client);
    let now = (app.options.clock)();
    let work = move || {
        let outcome = match work::done(&*commands, form, &typed, client, now) {
            Ok(()) => Outcome::Done,
            Err(refusal) => Outcome::Refused(refusal),
        };
        answer(&kept, form, typed, outcome)
    };
    beside(app, &app.renders, work).await
}

fn answer(app: &App, form: AlertForm, typed: Typed, outcome: Outcome) -> Answer {
    match outcome {
        // Who unsubscribes by one click (RFC 8058) is a program, which may not be sent elsewhere.
        Outcome::Done if form == AlertForm::Unsubscribe && read::is_one_click(&typed) => {
            Answer::text(StatusCode::OK, "Every subscription has ended, and the address was erased.\n")
        }
        Outcome::Done => {
            let target = format!("{}{}", app.options.settings.base_path, Page::Alerts(form.next()).path());
            Answer::redirect(StatusCode::SEE_OTHER, &target, CachePolicy::NoStore)
        }
        Outcome::Refused(refusal) => refused(app, form, typed, refusal),
    }
}

/// The form again, with what is wrong.
fn refused(app: &App, form: AlertForm, mut typed: Typed, refusal: Refusal) -> Answer {
    let (status, wrong) = match refusal {
        Refusal::Closed => (StatusCode::NOT_FOUND, None),
        Refusal::Wrong(sentence) => (StatusCode::BAD_REQUEST, Some(super::problem::capitalized(&sentence))),
        Refusal::Unknown if matches!(form, AlertForm::Confirm | AlertForm::Unsubscribe) => {
            (StatusCode::NOT_FOUND, None)
        }
        Refusal::Unknown => {
            (StatusCode::NOT_FOUND, Some("There is nothing of this name or number.".to_owned()))
        }
        Refusal::NotOperator => {
            (StatusCode::FORBIDDEN, Some("The operator's token is not the right one.".to_owned()))
        }
        Refusal::Busy => {
            let wrong = "Too many requests came within the last hour. Please try again later.";
            (StatusCode::TOO_MANY_REQUESTS, Some(wrong.to_owned()))
        }
        Refusal::Failed => return Problem::Failed.page(),
    };
    typed.wrong = wrong;
    let Some(published) = app.shared.current() else { return Problem::NotReady.page() };
    let site = Site { edition: &published.edition, settings: &app.options.settings };
    match form_page(site, form, &typed) {
        Some(html) => of_form(status, html),
        None => Problem::Failed.page(),
    }
}

/// A page with a form. Browsers say where a form comes from only when its page lets them.
fn of_form(status: StatusCode, html: String) -> Answer {
    Answer::new(status, HTML, html).with(REFERRER_POLICY, "same-origin")
}
