//! The demo site in a real browser: speed, no JavaScript, keyboard, narrow screens, accessibility, and what
//! arrives in open pages.
//!
//! Every test starts its own site and browser and walks one page of each kind.
//! All failures of a walk are collected before it is judged. Without chromedriver
//! the tests are left out at a desk and fail on the build service. Set
//! `ALLIUM_BROWSER_PAGES` to addresses, parted by commas, to look at those instead.
#![expect(clippy::print_stderr, reason = "says why a test was left out")]

mod axe;
mod child;
mod driver;
mod figures;
mod keyboard;
mod living;
mod pages;
mod search;
mod session;

use anyhow::{Result, ensure};

use crate::driver::Driver;
use crate::pages::{Page, Site};
use crate::session::{ColorScheme, Session};

/// The one time that a test may measure: a page is there within two seconds on a slow phone.
const MAX_LOAD_MS: f64 = 2000.0;

/// Runs `check` on every page, each in a fresh tab state, and fails with all complaints.
fn for_every_page(
    prepare: impl Fn(&Session) -> Result<()>,
    check: impl Fn(&Session, &Page) -> Result<()>,
) -> Result<()> {
    let Some(driver) = Driver::start()? else { return Ok(()) };
    let session = driver.open()?;
    let site = Site::start()?;
    let pages = site.pages(&session)?;
    prepare(&session)?;
    let mut complaints = Vec::new();
    let mut look = |page: &Page| -> Result<()> {
        session.navigate(&page.url)?;
        if let Err(error) = check(&session, page) {
            complaints.push(format!("{} ({:?}): {error:#}", page.url, page.kind));
        }
        Ok(())
    };
    pages.iter().try_for_each(&mut look)?;
    site.late_pages(&session)?.iter().try_for_each(&mut look)?;
    ensure!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    Ok(())
}

#[test]
fn every_page_is_there_within_two_seconds_on_a_slow_phone() -> Result<()> {
    for_every_page(Session::act_as_slow_phone, |session, _| {
        let load_ms = session.load_ms()?;
        ensure!(load_ms < MAX_LOAD_MS, "took {load_ms:.0} ms");
        Ok(())
    })
}

#[test]
fn every_page_is_complete_without_javascript() -> Result<()> {
    for_every_page(Session::disable_javascript, |session, page| {
        ensure!(session.count("h1")? == 1, "not exactly one h1");
        ensure!(session.count("main")? == 1, "not exactly one main");
        if page.kind.has_table() {
            ensure!(session.count("main table tbody tr")? > 0, "no table with rows");
        }
        Ok(())
    })
}

#[test]
fn every_page_is_usable_by_keyboard_alone() -> Result<()> {
    for_every_page(|_| Ok(()), |session, _| keyboard::check(session))
}

#[test]
fn every_page_fits_a_screen_of_320_px() -> Result<()> {
    for_every_page(
        |session| session.set_width(320),
        |session, _| {
            let width = session.execute("return document.documentElement.scrollWidth", &[])?;
            ensure!(width.as_u64().is_some_and(|width| width <= 320), "is {width} px wide");
            Ok(())
        },
    )
}

#[test]
fn every_page_is_clean_for_axe_in_light() -> Result<()> {
    check_axe(ColorScheme::Light)
}

#[test]
fn every_page_is_clean_for_axe_in_dark() -> Result<()> {
    check_axe(ColorScheme::Dark)
}

fn check_axe(scheme: ColorScheme) -> Result<()> {
    let Some(axe) = axe::source()? else { return Ok(()) };
    for_every_page(|session| session.prefer(scheme), |session, _| axe::check(session, &axe))
}
