//! Files of figures: drawings, pictures and data, made once for an edition and look and then kept.
//!
//! They are for other programs and pages of others too, like the API, and what is wrong with a request
//! is told in the same form.

use super::answer::Answer;
use super::app::App;
use super::asked::Asked;
use super::body_cache::Body;
use super::encoding::Encoding;
use super::problem::Problem;
use super::shared::Published;
use super::site::of_body;
use crate::figures::{FigureForm, FigureKey, FigureLook, figure, file};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY};

/// A drawing carries its style sheet within itself and nothing else that could run or load.
const DRAWING_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; sandbox";

/// The answer whose body is at hand.
pub(crate) fn kept(
    published: &Published,
    asked: &Asked,
    key: &FigureKey,
    form: FigureForm,
) -> Option<Answer> {
    let look = look(asked, form).ok()?;
    let body = published.bodies.get(&cache_key(asked, look), asked.encoding)?;
    Some(of_figure(published, key, form, body))
}

/// The answer of a figure's file.
pub(crate) fn answer(
    app: &App,
    published: &Published,
    asked: &Asked,
    key: &FigureKey,
    form: FigureForm,
) -> Answer {
    let body = look(asked, form).and_then(|look| drawn(published, asked, key, form, look));
    match body {
        Ok(body) => of_figure(published, key, form, body),
        Err(problem) => problem.document(asked, &app.options.settings.base_path),
    }
}

fn look(asked: &Asked, form: FigureForm) -> Result<FigureLook, Problem> {
    let pairs = asked.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    FigureLook::parse(form, pairs).map_err(|error| Problem::BadQuery(error.to_string()))
}

/// Draws a file and keeps it.
fn drawn(
    published: &Published,
    asked: &Asked,
    key: &FigureKey,
    form: FigureForm,
    look: FigureLook,
) -> Result<Body, Problem> {
    let missing = || Problem::NoSuchThing { kind: "figure", id: asked.path.clone() };
    let figure = figure(&published.edition, key).ok_or_else(missing)?;
    let bytes = file(&figure, form, look).map_err(|error| {
        tracing::error!(figure = key.name.slug(), %error, "failed to draw a picture");
        Problem::Failed
    })?;
    // A picture is compressed already.
    let wanted = if form == FigureForm::Png { Encoding::Identity } else { asked.encoding };
    let body = Body::encoded(bytes.into(), wanted);
    published.bodies.insert(&cache_key(asked, look), asked.encoding, body.clone());
    Ok(body)
}

/// The path with the look, however it was written.
fn cache_key(asked: &Asked, look: FigureLook) -> String {
    format!("{}?{}", asked.path, look.canonical())
}

fn of_figure(published: &Published, key: &FigureKey, form: FigureForm, body: Body) -> Answer {
    let (media_type, placement) = match form {
        FigureForm::Svg => ("image/svg+xml", "inline"),
        FigureForm::Png => ("image/png", "inline"),
        FigureForm::Csv => ("text/csv; charset=utf-8; header=present", "attachment"),
    };
    let name = format!("{placement}; filename=\"allium-{}.{}\"", key.file_stem(), form.extension());
    let answer = of_body(published, media_type, body).with(CONTENT_DISPOSITION, &name);
    match form {
        FigureForm::Svg => answer.with(CONTENT_SECURITY_POLICY, DRAWING_POLICY),
        FigureForm::Png | FigureForm::Csv => answer,
    }
}
