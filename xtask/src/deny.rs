//! cargo-deny: which dependencies, licences and sources are let in.
//!
//! The tool is looked for in `PATH` and in the user's cache folder. The build
//! service installs it when it is missing; at a desk the step is left out with
//! a word, because the build service will not leave it out.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{cargo, run};
use crate::workspace::{Workspace, cache_folder, is_ci};

const VERSION: &str = "0.20.2";

/// Bans, licences and sources, as `deny.toml` has them.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let Some(program) = find_or_install(workspace)? else {
        eprintln!("cargo-deny is not installed, left out: cargo install cargo-deny@{VERSION} --locked");
        return Ok(());
    };
    run_deny(workspace, &program, &["check", "bans", "licenses", "sources"])
}

/// Known faults of dependencies. Not part of `ci`: its answer changes without a change here.
pub(crate) fn advisories(workspace: &Workspace) -> Result<()> {
    let program = find_or_install(workspace)?
        .with_context(|| format!("cargo-deny is missing: cargo install cargo-deny@{VERSION} --locked"))?;
    run_deny(workspace, &program, &["check", "advisories"])
}

fn run_deny(workspace: &Workspace, program: &Path, arguments: &[&str]) -> Result<()> {
    run(Command::new(program).current_dir(&workspace.root).args(arguments))
}

fn find_or_install(workspace: &Workspace) -> Result<Option<PathBuf>> {
    let root = cache_folder()?.join("allium-tools");
    let folders = search_folders(&root);
    if let Some(program) = find(&folders) {
        return Ok(Some(program));
    }
    if !is_ci() {
        return Ok(None);
    }
    install(workspace, &root)?;
    Ok(find(&folders))
}

fn search_folders(root: &Path) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).chain([root.join("bin")]).collect()
}

fn find(folders: &[PathBuf]) -> Option<PathBuf> {
    let name = format!("cargo-deny{}", std::env::consts::EXE_SUFFIX);
    folders.iter().map(|folder| folder.join(&name)).find(|program| program.is_file())
}

/// Builds the pinned version; without default features it needs no OpenSSL.
fn install(workspace: &Workspace, root: &Path) -> Result<()> {
    let package = format!("cargo-deny@{VERSION}");
    let mut command =
        cargo(workspace, &["install", &package, "--locked", "--no-default-features", "--root"])?;
    // The tool's own build must not invalidate ours.
    run(command.arg(root).env_remove("CARGO_TARGET_DIR"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::fixture;

    #[test]
    fn the_tool_is_found_in_the_first_folder_that_has_it() {
        let (_guard, workspace) = fixture::workspace(&[("b/cargo-deny", ""), ("c/cargo-deny", "")]);
        let folders = ["a", "b", "c"].map(|name| workspace.root.join(name));
        assert_eq!(find(&folders), Some(workspace.root.join("b/cargo-deny")));
        assert_eq!(find(&folders[..1]), None);
    }
}
