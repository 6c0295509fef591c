//! `cargo xtask world`: the geometry of the map of the world.
//!
//! Reads Natural Earth's country areas (public domain) from the npm package
//! `world-atlas` (ISC), gives each area to a code of ISO 3166-1, projects it to
//! Equal Earth, simplifies borders together so that neighbours stay joined, and
//! writes `crates/charts/src/data/world.txt`. The file is committed; nothing
//! else needs the package.

mod areas;
mod equal_earth;
mod outline;
mod seam;
mod simplify;
mod topology;
mod write;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{output, run as run_command};
use crate::workspace::Workspace;
use topology::Topology;

const PACKAGE: &str = "world-atlas@2.0.2";
const SOURCE: &str = "package/countries-50m.json";
const TARGET: &str = "crates/charts/src/data/world.txt";

/// Fetches the package and writes the file.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let source = fetch(folder.path())?;
    let topology = Topology::parse(&fs::read_to_string(source)?)?;
    let text = write::file(&areas::by_country(&topology), &topology)?;
    let target = workspace.root.join(TARGET);
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(&target, &text)?;
    eprintln!("{TARGET}: {} bytes", text.len());
    Ok(())
}

/// Unpacks the package below `folder`; answers with the document of the areas.
fn fetch(folder: &Path) -> Result<PathBuf> {
    let printed = output(Command::new("npm").current_dir(folder).args(["pack", "--silent", PACKAGE]))?;
    let archive = printed.lines().last().context("npm pack named no file")?.trim().to_owned();
    run_command(Command::new("tar").current_dir(folder).args(["xzf", &archive]))?;
    Ok(folder.join(SOURCE))
}
