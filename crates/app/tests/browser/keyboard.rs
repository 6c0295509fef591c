//! Walking a page with the tabulator key alone.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::session::{Session, TAB};

/// More stops than any page has before its first content link.
const MAX_STOPS: usize = 60;

/// Describes the focused element.
const DESCRIBE: &str = "const element = document.activeElement;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const inMain = element.closest('main') !== null;
    return {
        name: element.outerHTML.slice(0, 80),
        isSkipLink: element.matches('a[href^=\"#\"]') && !inMain,
        isSearch: element.matches('input[type=search], input[name=q]'),
        isContentLink: inMain && element.matches('a[href], summary'),
        isVisible: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
            && ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none'),
    }";

/// Requires skip link first, then the search field and a link of the content, each with a visible focus.
pub(crate) fn check(session: &Session) -> Result<()> {
    let mut found_search = session.count("input[type=search], input[name=q]")? == 0;
    let mut found_content = session.count("main a[href], main summary")? == 0;
    for stop in 0..MAX_STOPS {
        session.press(TAB)?;
        let focus = session.execute(DESCRIBE, &[])?;
        let is = |what: &str| focus[what].as_bool().unwrap_or(false);
        let name = name(&focus)?;
        ensure!(stop > 0 || is("isSkipLink"), "the first stop is no skip link: {name}");
        ensure!(is("isVisible"), "focus cannot be seen on {name}");
        found_search |= is("isSearch");
        found_content |= is("isContentLink");
        if found_search && found_content {
            return Ok(());
        }
    }
    bail!("in {MAX_STOPS} stops: search reached {found_search}, content link reached {found_content}")
}

fn name(focus: &Value) -> Result<&str> {
    focus["name"].as_str().context("nothing has the focus")
}
