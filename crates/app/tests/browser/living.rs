//! A fault comes, is told and ends while pages are open: nobody reloads them, and what the reader did stays.
//! Without scripts the same is there after a reload.

use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::child::{self, Running};
use crate::driver::Driver;
use crate::pages::url_in;
use crate::session::Session;

/// Real seconds of a simulated hour: the fault lasts for six of them.
const HOUR_SECONDS: &str = "4";
/// Waits of a minute each: longer than the past takes to be filled and a fault to come and end.
const WAITS: usize = 3;
/// Loads of a page, each of which takes some time: as long.
const LOADS: usize = 20_000;
/// Width of a phone in CSS pixels.
const PHONE: u32 = 360;

/// Words of a page that tell that it was never loaded anew.
const MARK: &str = "window.isFirst = true";
const IS_MARKED: &str = "return window.isFirst === true";

/// A small demo with a fast clock.
fn start() -> Result<(Running, String)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allium"));
    command.args(["demo", "--listen", "127.0.0.1:0", "--relays", "400", "--days", "8"]);
    child::start(command.args(["--hour-seconds", HOUR_SECONDS]), url_in)
}

/// Waits in the open page, longer than one script may run.
fn wait(session: &Session, script: &str) -> Result<Value> {
    for _ in 1..WAITS {
        if let Ok(found) = session.wait_for(script) {
            return Ok(found);
        }
    }
    session.wait_for(script)
}

/// Loads a page again and again until a script sees in it what it looks for.
fn reload(session: &Session, url: &str, script: &str) -> Result<()> {
    for _ in 0..LOADS {
        session.navigate(url)?;
        if session.execute(script, &[])?.as_bool() == Some(true) {
            return Ok(());
        }
    }
    bail!("{url} never shows: {script}")
}

/// Scrolls down and focuses a link far down in the page; gives where the page stands.
const SETTLE: &str = "const links = [...document.querySelectorAll('main a')];
    window.focused = links[links.length - 1];
    window.focused.focus({ preventScroll: true });
    scrollTo({ top: 600, behavior: 'instant' });
    return scrollY";
/// What is above may have become longer, and the browser then keeps what is read where it stands.
const IS_SETTLED: &str =
    "return Math.abs(scrollY - arguments[0]) < 300 && document.activeElement === window.focused";

#[test]
fn a_fault_arrives_in_open_pages_is_told_and_ends() -> Result<()> {
    let (Some(desk), Some(pocket)) = (Driver::start()?, Driver::start()?) else { return Ok(()) };
    let (desk, pocket) = (desk.open()?, pocket.open()?);
    let (_running, url) = start()?;
    pocket.set_width(PHONE)?;
    pocket.navigate(&format!("{url}/incidents/"))?;
    pocket.execute(MARK, &[])?;
    desk.navigate(&format!("{url}/network-health.html"))?;
    desk.execute(MARK, &[])?;
    wait(&desk, "return document.querySelector('main').textContent.includes('Operational:')")?;
    let top = desk.execute(SETTLE, &[])?;
    dashboard(&desk, &top).context("the dashboard")?;
    let incident = list(&pocket).context("the list on a phone")?;
    told(&desk, &url).context("the alerts")?;
    ends(&desk, &pocket, &format!("{url}{incident}"))
}

/// The line of the state turns, and nothing that the reader did is lost.
fn dashboard(session: &Session, top: &Value) -> Result<()> {
    wait(
        session,
        "const said = document.querySelector('main > .note').textContent;
        return said.includes('Active now') && /relays of AS\\d+ vanished/.test(said)",
    )?;
    ensure!(session.execute(IS_MARKED, &[])? == true, "the page was loaded anew");
    ensure!(session.execute(IS_SETTLED, std::slice::from_ref(top))? == true, "scroll or focus was lost");
    Ok(())
}

/// The incident is in the list of what is active; gives its path.
fn list(session: &Session) -> Result<String> {
    let path = wait(
        session,
        "const row = [...document.querySelectorAll('main table tbody tr')]
            .find((row) => /vanished together/.test(row.textContent) && /ongoing/.test(row.textContent));
        return row && new URL(row.querySelector('a').href).pathname",
    )?;
    ensure!(session.execute(IS_MARKED, &[])? == true, "the page was loaded anew");
    let width = session.execute("return document.documentElement.scrollWidth", &[])?;
    ensure!(width.as_u64().is_some_and(|width| width <= u64::from(PHONE)), "is {width} px wide");
    Ok(path.as_str().context("no path")?.to_owned())
}

/// An alert is firing.
fn told(session: &Session, url: &str) -> Result<()> {
    session.navigate(&format!("{url}/alerts/"))?;
    wait(
        session,
        "return [...document.querySelectorAll('main table tbody tr')]
            .some((row) => /vanished together/.test(row.textContent) && /firing/.test(row.textContent))",
    )
    .map(drop)
}

/// The page of the incident names its cause and says by itself when it is over; without scripts after a reload.
fn ends(still: &Session, live: &Session, incident: &str) -> Result<()> {
    const BADGE: &str = "return [...document.querySelectorAll('main .badge')]
        .some((badge) => badge.textContent.trim() === 'resolved')";
    live.navigate(incident)?;
    live.execute(MARK, &[])?;
    ensure!(live.execute(BADGE, &[])? == false, "it is over before it was looked at");
    let cause = live.execute("return document.querySelector('h1').textContent", &[])?;
    ensure!(cause.as_str().is_some_and(|text| text.contains(": AS6")), "{cause} names no AS");
    wait(live, BADGE).context("the incident's page")?;
    ensure!(live.execute(IS_MARKED, &[])? == true, "the page was loaded anew");
    still.disable_javascript()?;
    reload(still, incident, BADGE).context("without scripts")
}
