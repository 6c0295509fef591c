//! What every Rust file keeps to: it says what it is for, stays readable in one
//! sitting, and hides neither a test nor a warning nor a hole.

use anyhow::Result;

use super::{Violation, rust_sources};
use crate::source::{Line, Source};
use crate::workspace::Workspace;

/// Lines of code, tests and comments not counted, above which a file holds more than one concern.
const MAX_CODE_LINES: usize = 400;

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for folder in ["crates", "xtask"] {
        for source in rust_sources(workspace, folder)? {
            violations.extend(inspect(&source));
        }
    }
    Ok(violations)
}

fn inspect(source: &Source) -> Vec<Violation> {
    let mut violations = Vec::new();
    if !source.text.starts_with("//!") {
        violations.push(Violation::new(&source.path, 1, "does not open with a module doc (`//!`)"));
    }
    let code_lines = source.lines().filter(|line| !line.is_test).count();
    if code_lines > MAX_CODE_LINES {
        let message = format!("{code_lines} lines of code, at most {MAX_CODE_LINES}: split by concern");
        violations.push(Violation::new(&source.path, 0, message));
    }
    for line in source.lines() {
        violations.extend(refusals(line).map(|message| Violation::new(&source.path, line.number, message)));
    }
    violations
}

fn refusals(line: Line<'_>) -> impl Iterator<Item = &'static str> {
    let has = |word: &str| line.code.contains(word);
    [
        (has("#[ignore"), "a test that is ignored tests nothing: mend it or delete it"),
        (has("#[allow(") || has("#![allow("), "use #[expect(..., reason = \"...\")]"),
        (has("todo!") || has("unimplemented!"), "finish it or leave it out"),
        (line.is_test && has("thread::sleep"), "no sleep in tests: wait for the event"),
    ]
    .into_iter()
    .filter_map(|(is_found, message)| is_found.then_some(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let source = Source::new("crates/x/src/a.rs", text);
        assert_eq!(
            inspect(&source).into_iter().map(|violation| violation.message).collect::<Vec<_>>(),
            expected
        );
    }

    #[test]
    fn a_file_without_module_doc_is_found() {
        check("//! Says what it is.\nfn a() {}\n", &[]);
        check("// Not a doc.\nfn a() {}\n", &["does not open with a module doc (`//!`)"]);
    }

    #[test]
    fn a_long_file_is_found_but_long_tests_are_not() {
        let lines = "fn a() {}\n".repeat(MAX_CODE_LINES + 1);
        check(&format!("//! Long.\n{lines}"), &["401 lines of code, at most 400: split by concern"]);
        check(
            &format!("//! Long.\n#[cfg(test)]\nmod tests {{\n{lines}}}\n").replace("\nfn", "\n    fn"),
            &[],
        );
    }

    #[test]
    fn hidden_tests_warnings_holes_and_waits_are_found() {
        check(
            "//! A.\n#[ignore = \"slow\"]\n",
            &["a test that is ignored tests nothing: mend it or delete it"],
        );
        check("//! A.\n#![allow(dead_code)]\n", &["use #[expect(..., reason = \"...\")]"]);
        check("//! A.\nfn a() { todo!() }\n", &["finish it or leave it out"]);
        let sleep = "fn a() { std::thread::sleep(d) }";
        check(&format!("//! A.\n{sleep}\n"), &[]);
        check(&format!("//! A.\n#[cfg(test)]\n{sleep}\n"), &["no sleep in tests: wait for the event"]);
    }

    #[test]
    fn a_word_inside_a_literal_is_no_violation() {
        check("//! A.\nconst A: &str = \"todo! #[allow(\";\n", &[]);
    }
}
