//! The rules of this project that no compiler knows, one file each.
//!
//! A rule reads files and answers with the places that break it; it never
//! changes anything. The rules run as `cargo xtask tidy`, as a step of `ci` and
//! as the test below.

mod edges;
mod files;
mod purity;
mod templates;
mod words;

use std::fmt;

use anyhow::{Result, bail};

use crate::source::Source;
use crate::workspace::{Workspace, has_extension};

/// One rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Edges,
    Purity,
    Files,
    Words,
    Templates,
}

impl Rule {
    const ALL: [Self; 5] = [Self::Edges, Self::Purity, Self::Files, Self::Words, Self::Templates];

    fn check(self, workspace: &Workspace) -> Result<Vec<Violation>> {
        match self {
            Self::Edges => edges::check(workspace),
            Self::Purity => purity::check(workspace),
            Self::Files => files::check(workspace),
            Self::Words => words::check(workspace),
            Self::Templates => templates::check(workspace),
        }
    }
}

/// A place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Violation {
    path: String,
    /// Counted from 1; 0 when the whole file is meant.
    line: usize,
    message: String,
}

impl Violation {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(formatter, "{}: {}", self.path, self.message),
            line => write!(formatter, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// Prints every place that breaks a rule, and fails when there is one.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let violations = check_all(workspace)?;
    for violation in &violations {
        eprintln!("{violation}");
    }
    if violations.is_empty() { Ok(()) } else { bail!("{} places break a rule", violations.len()) }
}

fn check_all(workspace: &Workspace) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for rule in Rule::ALL {
        violations.extend(rule.check(workspace)?);
    }
    Ok(violations)
}

/// The Rust files below a folder.
fn rust_sources(workspace: &Workspace, folder: &str) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in workspace.files_below(folder)?.into_iter().filter(|path| has_extension(path, "rs")) {
        let text = workspace.text(&path)?.unwrap_or_default();
        sources.push(Source::new(path, text));
    }
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::fixture;

    #[test]
    fn this_project_keeps_its_rules() {
        let violations = check_all(&Workspace::here()).unwrap();
        let lines: Vec<_> = violations.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "\n{}", lines.join("\n"));
    }

    #[test]
    fn a_broken_rule_fails_the_run() {
        let (_guard, workspace) = fixture::workspace(&[("crates/web/templates/a.html", "<p style=x>")]);
        assert!(run(&workspace).is_err());
    }
}
