//! Pure crates stay pure: no runtime, network or database below them, and no
//! clock, file or unseeded randomness in their code.
//!
//! Test code may do as it likes. What a dependency does inside is not looked
//! at; the list of packages keeps out those that exist to do it.

use anyhow::Result;

use super::{Violation, rust_sources};
use crate::process::{cargo, output};
use crate::source::Source;
use crate::workspace::Workspace;

const PURE_CRATES: [&str; 8] =
    ["model", "documents", "consensus", "analysis", "charts", "views", "alert", "sim"];

/// Packages that a pure crate must not reach; a name that ends with `-` stands for all that begin so.
const IMPURE_PACKAGES: [&str; 14] = [
    "async-", "axum", "hyper", "hyper-", "mio", "reqwest", "rustls", "socket2", "sqlx", "sqlx-", "tokio",
    "tokio-", "tower", "tower-",
];

const IMPURE_CALLS: [&str; 12] = [
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "std::fs",
    "std::net::Tcp",
    "std::net::Udp",
    "thread_rng",
    "rand::rng()",
    "from_os_rng",
    "from_entropy",
    "OsRng",
];

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    let folders = workspace.crate_folders()?;
    for folder in folders.iter().filter(|folder| PURE_CRATES.contains(&folder.as_str())) {
        for package in impure_packages(&dependency_tree(workspace, folder)?) {
            let manifest = format!("crates/{folder}/Cargo.toml");
            violations.push(Violation::new(&manifest, 0, format!("`{package}` is below this pure crate")));
        }
        for source in rust_sources(workspace, &format!("crates/{folder}/src"))? {
            violations.extend(inspect(&source));
        }
    }
    Ok(violations)
}

fn dependency_tree(workspace: &Workspace, folder: &str) -> Result<String> {
    let package = format!("allium-{folder}");
    output(&mut cargo(workspace, &["tree", "--quiet", "-p", &package, "-e", "normal", "--prefix", "none"])?)
}

/// The refused packages of a tree, whose lines read `name v1.2.3 ...`.
fn impure_packages(tree: &str) -> Vec<&str> {
    let mut found: Vec<&str> =
        tree.lines().filter_map(|line| line.split(' ').next()).filter(|package| is_impure(package)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn is_impure(package: &str) -> bool {
    IMPURE_PACKAGES
        .iter()
        .any(|name| if name.ends_with('-') { package.starts_with(name) } else { package == *name })
}

fn inspect(source: &Source) -> Vec<Violation> {
    let mut violations = Vec::new();
    for line in source.lines().filter(|line| !line.is_test) {
        for call in IMPURE_CALLS.iter().filter(|call| line.code.contains(**call)) {
            violations.push(Violation::new(&source.path, line.number, format!("`{call}` in a pure crate")));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impure_packages_are_found_by_name_and_family() {
        let tree = "allium-model v0.1.0 (/x)\ntokio v1.0.0\nasync-trait v0.1.0 (proc-macro)\nserde v1.0.0\ntokio v1.0.0 (*)\n";
        assert_eq!(impure_packages(tree), ["async-trait", "tokio"]);
        assert!(impure_packages("towers v1.0.0\nrustls-free v1.0.0\n").is_empty());
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let source = Source::new("crates/model/src/lib.rs", text);
        assert_eq!(inspect(&source).iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_clock_a_file_and_a_random_number_are_found() {
        check(
            "use std::fs::File;\nlet now = Timestamp::now();\nlet n = rand::rng().random();\n",
            &[
                "crates/model/src/lib.rs:1: `std::fs` in a pure crate",
                "crates/model/src/lib.rs:2: `Timestamp::now` in a pure crate",
                "crates/model/src/lib.rs:3: `rand::rng()` in a pure crate",
            ],
        );
    }

    #[test]
    fn tests_and_comments_may_name_a_clock() {
        check("// Not Instant::now().\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n", &[]);
    }
}
