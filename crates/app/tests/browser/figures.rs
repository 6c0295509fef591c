//! What scripts add to figures: readings that are those of the table, and a zoom that can be taken back.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::driver::Driver;
use crate::pages::Site;
use crate::session::{END, ESCAPE, HOME, Session};

/// A page with a figure whose data are in a file, and one whose data are in the page alone.
const PAGES: [&str; 2] = ["/network-health.html#figure-first-seen", "/about/charts/#example-line"];

fn for_both_pages(check: impl Fn(&Session) -> Result<()>) -> Result<()> {
    let Some(driver) = Driver::start()? else { return Ok(()) };
    let session = driver.open()?;
    let site = Site::start()?;
    let Site::Demo { url, .. } = &site else { return Ok(()) };
    for page in PAGES {
        session.navigate(&format!("{url}{page}"))?;
        session.wait_for("return document.querySelector('figure:target .chart[tabindex]') !== null")?;
        check(&session).with_context(|| page.to_owned())?;
    }
    Ok(())
}

/// The words of a row of the data table as a reading says them: the time, then each name and value.
const ROW: &str = "const rows = document.querySelectorAll('figure:target tbody tr');
    const row = rows[arguments[0] < 0 ? rows.length - 1 : arguments[0]];
    const heads = [...document.querySelectorAll('figure:target thead th')].map((head) => head.dataset);
    return [...row.cells].map((cell, place) => cell.textContent
        + (place && heads[place].unit && /\\d$/.test(cell.textContent) ? ' ' + heads[place].unit : ''));";

fn say(session: &Session, key: &str) -> Result<String> {
    session.execute("document.querySelector('[aria-live]').textContent = ''", &[])?;
    session.execute("document.querySelector('figure:target .chart').focus()", &[])?;
    session.press(key)?;
    let words = session.wait_for("return document.querySelector('[aria-live]').textContent")?;
    Ok(words.as_str().context("no words")?.to_owned())
}

#[test]
fn the_keyboard_reads_the_values_of_the_table() -> Result<()> {
    for_both_pages(|session| {
        for (key, row) in [(HOME, 0), (END, -1)] {
            let words = say(session, key)?;
            let row = session.execute(ROW, &[row.into()])?;
            let cells: Vec<&str> =
                row.as_array().context("no row")?.iter().filter_map(Value::as_str).collect();
            let (time, values) = cells.split_first().context("an empty row")?;
            ensure!(words.starts_with(&format!("{time}: ")), "{words} is not of {time}");
            let known: Vec<_> = values.iter().filter(|value| **value != "not known").collect();
            ensure!(known.iter().any(|value| words.contains(*value)), "{words} holds none of {known:?}");
            let shown = session
                .execute("return document.querySelector('figure:target .readout').textContent", &[])?;
            ensure!(shown.as_str().is_some_and(|shown| shown.starts_with(time)), "{shown} is not of {time}");
        }
        session.press(ESCAPE)?;
        ensure!(session.count("figure:target .readout[hidden]")? > 0, "Escape does not end the reading");
        Ok(())
    })
}

fn view(session: &Session) -> Result<Vec<f64>> {
    let script = "const view = document.querySelector('figure:target .plot').viewBox.baseVal;
        return [view.x, view.y, view.width, view.height]";
    let view = session.execute(script, &[])?;
    Ok(view.as_array().context("no view")?.iter().filter_map(Value::as_f64).collect())
}

/// Presses the button with these words.
fn push(session: &Session, words: &str) -> Result<()> {
    let script = "[...document.querySelectorAll('figure:target button')].find((one) => one.textContent === arguments[0]).click()";
    session.execute(script, &[words.into()]).map(drop)
}

#[test]
fn a_zoom_narrows_the_time_and_not_the_values_and_is_taken_back() -> Result<()> {
    for_both_pages(|session| {
        let whole = view(session)?;
        let zooms: [&dyn Fn() -> Result<()>; 3] =
            [&|| push(session, "Zoom in"), &|| say(session, "+").map(drop), &|| {
                let script = "const chart = document.querySelector('figure:target .chart');
                    chart.scrollIntoView({ block: 'center', behavior: 'instant' });
                    const box = chart.getBoundingClientRect();
                    return [box.left + box.width * .3, box.left + box.width * .7, box.top + box.height / 2]";
                let places = session.execute(script, &[])?;
                let place = |index: usize| places[index].as_f64().unwrap_or_default() as i64;
                session.drag((place(0), place(2)), (place(1), place(2)))
            }];
        let ends: [&dyn Fn() -> Result<()>; 3] =
            [&|| push(session, "Reset zoom"), &|| say(session, ESCAPE).map(drop), &|| {
                push(session, "Reset zoom")
            }];
        for (number, (zoom, end)) in zooms.iter().zip(ends).enumerate() {
            zoom()?;
            let narrow = view(session)?;
            ensure!(narrow[2] < whole[2] * 0.6, "zoom {number}: {narrow:?} is not narrower than {whole:?}");
            ensure!(
                narrow[1].to_bits() == whole[1].to_bits() && narrow[3].to_bits() == whole[3].to_bits(),
                "{narrow:?} has other heights than {whole:?}"
            );
            end()?;
            ensure!(view(session)? == whole, "the zoom is not taken back");
        }
        Ok(())
    })
}

#[test]
fn without_scripts_every_figure_has_its_words_its_drawing_and_its_table() -> Result<()> {
    let Some(driver) = Driver::start()? else { return Ok(()) };
    let session = driver.open()?;
    let site = Site::start()?;
    let Site::Demo { url, .. } = &site else { return Ok(()) };
    session.disable_javascript()?;
    for page in PAGES {
        session.navigate(&format!("{url}{page}"))?;
        let figures = session.count("figure.figure")?;
        ensure!(figures > 0, "{page} has no figure");
        for part in ["figcaption b", "svg[role=img]:is([aria-labelledby], [aria-label])", "details tbody"] {
            ensure!(
                session.count(&format!("figure.figure {part}"))? == figures,
                "{page}: not every figure has {part}"
            );
        }
        ensure!(session.count("figure button, .readout")? == 0, "{page} has what only a script can use");
    }
    Ok(())
}
