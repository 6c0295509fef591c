//! Snapshots that nobody accepted, and snapshots whose test file is gone.
//!
//! insta leaves `*.snap.new` or `*.pending-snap` beside a test that changed. A
//! stored `*.snap` names the file of its test in its header (`source:`); when
//! that file no longer exists, nothing will ever compare the snapshot again.

use anyhow::{Result, bail};

use crate::workspace::{Workspace, has_extension};

/// Fails on the first kind of leftover found, naming every file of it.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let found = leftovers(workspace)?;
    if found.is_empty() { Ok(()) } else { bail!("{}", found.join("\n       ")) }
}

fn leftovers(workspace: &Workspace) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for file in workspace.files_below("")? {
        if file.ends_with(".snap.new") || has_extension(&file, "pending-snap") {
            found.push(format!("{file}: not accepted"));
        } else if has_extension(&file, "snap") && !has_source(workspace, &file)? {
            found.push(format!("{file}: no test refers to it"));
        }
    }
    Ok(found)
}

fn has_source(workspace: &Workspace, file: &str) -> Result<bool> {
    let text = workspace.text(file)?.unwrap_or_default();
    Ok(source_of(&text).is_some_and(|source| workspace.root.join(source).is_file()))
}

/// The value of `source:` in the header, which is the first block between `---` lines.
fn source_of(snapshot: &str) -> Option<&str> {
    let header = snapshot.strip_prefix("---\n")?.split("\n---").next()?;
    let value = header.lines().find_map(|line| line.strip_prefix("source:"))?;
    Some(value.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::fixture;

    const SNAPSHOT: &str = "---\nsource: crates/a/src/lib.rs\nexpression: x\n---\nsource: not this\n";

    #[test]
    fn pending_and_orphaned_snapshots_are_found() {
        let (_guard, workspace) = fixture::workspace(&[
            ("crates/a/src/snapshots/a__x.snap", SNAPSHOT),
            ("crates/a/src/snapshots/a__y.snap.new", SNAPSHOT),
        ]);
        let found = leftovers(&workspace).unwrap();
        assert_eq!(
            found,
            [
                "crates/a/src/snapshots/a__x.snap: no test refers to it",
                "crates/a/src/snapshots/a__y.snap.new: not accepted"
            ]
        );
        assert!(check(&workspace).is_err());
    }

    #[test]
    fn a_snapshot_with_its_test_file_is_in_order() {
        let (_guard, workspace) = fixture::workspace(&[
            ("crates/a/src/snapshots/a__x.snap", SNAPSHOT),
            ("crates/a/src/lib.rs", ""),
        ]);
        check(&workspace).unwrap();
    }
}
