//! `cargo xtask fonts`: the font of the pictures.
//!
//! Cuts Inter (SIL Open Font License, no reserved name) from the npm package
//! `inter-ui` down to what drawings need and names it "Allium Sans", so that
//! no installed font is taken for it. `fonts.py` beside this file does the
//! cutting with fonttools, in an environment that is thrown away.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::npm;
use crate::process::run as run_command;
use crate::workspace::Workspace;

const PACKAGE: &str = "inter-ui@4.1.1";
const TOOLS: [&str; 2] = ["fonttools==4.68.0", "brotli==1.2.1"];
const SCRIPT: &str = "xtask/src/fonts.py";
const TARGET: &str = "crates/web/assets/fonts";

/// File in the package, file of ours, style, weight.
const FACES: [[&str; 4]; 2] = [
    ["Inter-Regular.woff2", "allium-sans.ttf", "Regular", "400"],
    ["Inter-SemiBold.woff2", "allium-sans-semibold.ttf", "SemiBold", "600"],
];

/// Fetches the package and the tools, and writes fonts and licence.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let package = npm::unpack(PACKAGE, folder.path())?;
    let python = environment(folder.path())?;
    let target = workspace.root.join(TARGET);
    fs::create_dir_all(&target)?;
    for [source, file, style, weight] in FACES {
        let target = target.join(file);
        let mut cut = Command::new(&python);
        cut.arg(workspace.root.join(SCRIPT)).arg(package.join("web").join(source)).arg(&target);
        run_command(cut.args([style, weight]))?;
        eprintln!("{TARGET}/{file}: {} bytes", fs::metadata(&target)?.len());
    }
    fs::copy(package.join("LICENSE.txt"), target.join("OFL.txt"))?;
    Ok(())
}

/// A Python of its own with the tools; answers with its path.
fn environment(folder: &Path) -> Result<PathBuf> {
    let environment = folder.join("python");
    run_command(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    let python = environment.join("bin/python");
    run_command(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(TOOLS))?;
    Ok(python)
}
