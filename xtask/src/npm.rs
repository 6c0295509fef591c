//! Packages of the npm registry, as files; nothing of them is run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{output, run};

/// Fetches a package (`name@version`) and unpacks it below `folder`; answers with the folder of its files.
pub(crate) fn unpack(package: &str, folder: &Path) -> Result<PathBuf> {
    let printed = output(Command::new("npm").current_dir(folder).args(["pack", "--silent", package]))?;
    let archive = printed.lines().last().context("npm pack named no file")?.trim().to_owned();
    run(Command::new("tar").current_dir(folder).args(["xzf", &archive]))?;
    Ok(folder.join("package"))
}
