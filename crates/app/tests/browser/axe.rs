//! axe-core, the accessibility checker, run inside the page.
//!
//! It is fetched once with npm into the user's cache folder; no third-party code
//! is kept in the project.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::session::Session;

const PACKAGE: &str = "axe-core@4.14.1";

/// Runs every rule of WCAG 2.2 AA and of good practice, and names what breaks one.
const RUN: &str = "const done = arguments[0];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, { runOnly: { type: 'tag', values: tags } }).then(
        (result) => done(result.violations.map((violation) =>
            violation.id + ': ' + violation.nodes.map((node) => node.html.slice(0, 100)).slice(0, 3).join(' | '))),
        (error) => done(['axe failed: ' + error]))";

/// The checker's script; `None` when it cannot be fetched at a desk.
pub(crate) fn source() -> Result<Option<String>> {
    let file = cache_folder()?.join(format!("{PACKAGE}.min.js"));
    if !file.is_file()
        && let Err(error) = fetch(&file)
    {
        ensure!(std::env::var_os("CI").is_none(), "failed to fetch {PACKAGE}: {error:#}");
        eprintln!("left out: failed to fetch {PACKAGE}: {error:#}");
        return Ok(None);
    }
    Ok(Some(fs::read_to_string(file)?))
}

/// Fails with every rule that the page breaks.
pub(crate) fn check(session: &Session, source: &str) -> Result<()> {
    session.execute(source, &[])?;
    let found = session.execute_async(RUN, &[])?;
    let violations = found.as_array().context("axe gave no list")?;
    let lines: Vec<_> = violations.iter().filter_map(|violation| violation.as_str()).collect();
    ensure!(violations.is_empty(), "{}", lines.join("\n    "));
    Ok(())
}

fn cache_folder() -> Result<PathBuf> {
    let configured =
        std::env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let folder = match configured {
        Some(folder) => folder,
        None => std::env::home_dir().context("no home folder")?.join(".cache"),
    };
    Ok(folder.join("allium-tools"))
}

/// Unpacks beside the target and renames, so that a test running at the same time never reads half a file.
fn fetch(file: &Path) -> Result<()> {
    let folder = file.parent().context("no cache folder")?;
    fs::create_dir_all(folder)?;
    let unpacked = tempfile::tempdir_in(folder)?;
    run(Command::new("npm").args(["pack", "--silent", PACKAGE]).current_dir(&unpacked))?;
    let archive = fs::read_dir(&unpacked)?.next().context("npm left nothing")??.path();
    run(Command::new("tar").arg("-xzf").arg(archive).arg("package/axe.min.js").current_dir(&unpacked))?;
    fs::rename(unpacked.path().join("package/axe.min.js"), file)?;
    Ok(())
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("no {}", command.get_program().display()))?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
