//! The direction of dependencies between our crates.
//!
//! The table is the one of ARCHITECTURE.md. An edge that is not in it is
//! refused, whatever section of the manifest it stands in; the simulator, the
//! parsers that turn its documents into a network, and the network of real
//! daemons may serve the tests of every crate, and `tor-netdoc` serves tests only.

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::Violation;
use crate::workspace::Workspace;

/// Crate, and the crates of ours that it may use.
const ALLOWED: [(&str, &[&str]); 16] = [
    ("model", &[]),
    ("documents", &["model"]),
    ("consensus", &["model", "documents"]),
    ("analysis", &["model", "consensus"]),
    ("charts", &["model"]),
    ("views", &["model", "analysis"]),
    ("alert", &["model", "analysis", "charts"]),
    ("sim", &["model", "documents", "consensus"]),
    ("sqlite", &[]),
    ("store", &["model", "sqlite"]),
    ("collect", &["model", "documents"]),
    ("notify", &["model", "alert", "sqlite"]),
    ("oracles", &["model", "documents", "consensus"]),
    ("testnet", &[]),
    ("web", &["model", "analysis", "consensus", "charts", "views", "alert", "store"]),
    (
        "app",
        &[
            "model",
            "documents",
            "consensus",
            "analysis",
            "charts",
            "views",
            "alert",
            "sim",
            "store",
            "collect",
            "notify",
            "web",
        ],
    ),
];

/// Crates of ours that only tests may use, on top of what is allowed anyway.
const FOR_TESTS: [&str; 3] = ["sim", "documents", "testnet"];

/// Crates of others that only tests may use.
const FOREIGN_FOR_TESTS: [&str; 1] = ["tor-netdoc"];

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for folder in workspace.crate_folders()? {
        let path = format!("crates/{folder}/Cargo.toml");
        let manifest = workspace.text(&path)?.unwrap_or_default();
        let manifest = manifest.parse().with_context(|| format!("failed to read {path}"))?;
        violations
            .extend(inspect(&folder, &manifest).into_iter().map(|message| Violation::new(&path, 0, message)));
    }
    Ok(violations)
}

fn inspect(folder: &str, manifest: &Table) -> Vec<String> {
    let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == folder) else {
        return vec![format!("`{folder}` is not in the table of crates (xtask/src/tidy/edges.rs)")];
    };
    let mut messages = Vec::new();
    for (section, dependencies) in sections(manifest) {
        let is_dev = section == "dev-dependencies";
        for package in dependencies.iter().map(|(name, value)| package_name(name, value)) {
            let is_allowed = match package.strip_prefix("allium-") {
                Some(ours) => allowed.contains(&ours) || (is_dev && FOR_TESTS.contains(&ours)),
                None => is_dev || !FOREIGN_FOR_TESTS.contains(&package),
            };
            if !is_allowed {
                messages.push(format!("`{folder}` may not use `{package}` in [{section}]"));
            }
        }
    }
    messages
}

/// Every table of dependencies, those of single platforms included.
fn sections(manifest: &Table) -> Vec<(&'static str, &Table)> {
    let platforms = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let tables: Vec<&Table> = platforms.filter_map(Value::as_table).chain([manifest]).collect();
    let mut sections = Vec::new();
    for name in ["dependencies", "build-dependencies", "dev-dependencies"] {
        let found = tables.iter().filter_map(|table| table.get(name)?.as_table());
        sections.extend(found.map(|dependencies| (name, dependencies)));
    }
    sections
}

/// The real name of a dependency that may have been renamed.
fn package_name<'a>(name: &'a str, value: &'a Value) -> &'a str {
    value.get("package").and_then(Value::as_str).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(folder: &str, manifest: &str, expected: &[&str]) {
        assert_eq!(inspect(folder, &manifest.parse().unwrap()), expected);
    }

    #[test]
    fn an_edge_of_the_table_is_let_through() {
        check("documents", "[dependencies]\nallium-model.workspace = true\nserde = '1'", &[]);
    }

    #[test]
    fn an_edge_against_the_direction_is_found_in_every_section() {
        let message = "`model` may not use `allium-web` in";
        for section in ["dependencies", "build-dependencies", "dev-dependencies"] {
            let manifest = format!("[{section}]\nallium-web.workspace = true");
            check("model", &manifest, &[&format!("{message} [{section}]")]);
        }
        let platform = "[target.'cfg(unix)'.dependencies]\nallium-web.workspace = true";
        check("model", platform, &[&format!("{message} [dependencies]")]);
    }

    #[test]
    fn a_renamed_edge_is_found() {
        let manifest = "[dependencies]\nharmless = { package = 'allium-collect', path = '../collect' }";
        check("web", manifest, &["`web` may not use `allium-collect` in [dependencies]"]);
    }

    #[test]
    fn the_simulator_serves_tests_of_every_crate_and_nothing_else() {
        check("model", "[dev-dependencies]\nallium-sim.workspace = true", &[]);
        check(
            "model",
            "[dependencies]\nallium-sim.workspace = true",
            &["`model` may not use `allium-sim` in [dependencies]"],
        );
    }

    #[test]
    fn the_oracle_of_the_tests_stays_out_of_the_program() {
        check("documents", "[dev-dependencies]\ntor-netdoc = '0'", &[]);
        check(
            "documents",
            "[dependencies]\ntor-netdoc = '0'",
            &["`documents` may not use `tor-netdoc` in [dependencies]"],
        );
    }

    #[test]
    fn a_crate_outside_the_table_is_found() {
        check("utils", "", &["`utils` is not in the table of crates (xtask/src/tidy/edges.rs)"]);
    }

    #[test]
    fn the_table_has_no_way_back() {
        let uses =
            |name: &str| ALLOWED.iter().find(|(crate_name, _)| *crate_name == name).map(|(_, uses)| *uses);
        for (name, used) in ALLOWED {
            for other in used {
                assert!(!uses(other).unwrap().contains(&name), "{name} and {other} use each other");
            }
        }
    }
}
