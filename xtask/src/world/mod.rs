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

use anyhow::Result;

use crate::npm;
use crate::workspace::Workspace;
use topology::Topology;

const PACKAGE: &str = "world-atlas@2.0.2";
const SOURCE: &str = "countries-50m.json";
const TARGET: &str = "crates/charts/src/data/world.txt";

/// Fetches the package and writes the file.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let source = npm::unpack(PACKAGE, folder.path())?.join(SOURCE);
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
