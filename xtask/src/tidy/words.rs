//! No file of the project names a folder of somebody's machine.

use anyhow::Result;

use super::Violation;
use crate::workspace::Workspace;

/// Put together from parts, so that this file keeps its own rule.
const MACHINE_PATHS: [&str; 3] =
    [concat!("/", "work", "/"), concat!("/", "home", "/"), concat!("/", "root", "/")];

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for path in workspace.files_below("")? {
        if let Some(text) = workspace.text(&path)? {
            violations.extend(inspect(&path, &text));
        }
    }
    Ok(violations)
}

fn inspect(path: &str, text: &str) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for word in MACHINE_PATHS.iter().filter(|word| is_absolute_path_in(line, word)) {
            violations.push(Violation::new(path, index + 1, format!("a path of a machine: {word}")));
        }
    }
    violations
}

/// True when `word` begins a path; in the middle of an address or after `~` it does not.
fn is_absolute_path_in(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        !before.is_some_and(|letter| letter.is_alphanumeric() || "._-~}/*$)".contains(letter))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_a_machine_is_found() {
        for word in MACHINE_PATHS {
            let text = format!("first\nsee {word}notes.txt\n");
            assert_eq!(
                inspect("a.md", &text),
                [Violation::new("a.md", 2, format!("a path of a machine: {word}"))]
            );
        }
    }

    #[test]
    fn the_same_word_inside_a_longer_path_is_not() {
        let word = MACHINE_PATHS[1];
        assert!(inspect("a.md", &format!("https://example.org{word}\n../shared{word}\n")).is_empty());
    }
}
