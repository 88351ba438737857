//! Where things are: the root, the target directories, and the few facts read from manifests.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::shell::{Failure, Step};

/// The crates that are published, in the order in which they depend on each other.
pub(crate) const PUBLISHED: &[&str] = &[
    "larder-core",
    "larder-macros",
    "larder-file",
    "larder-link",
    "larder-memcached",
    "larder-redis",
    "larder",
];

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    // xtask stands one level below the root
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// The target directory, or one of its own inside it for flags that would otherwise rebuild everything in turns.
pub(crate) fn target(own: Option<&str>) -> PathBuf {
    let base = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(chosen) => root().join(chosen),
        None => root().join("target"),
    };
    own.map_or(base.clone(), |name| base.join(name))
}

/// The names of the test binaries of the workspace; two packages may have one of the same name.
pub(crate) fn test_binaries() -> Result<BTreeSet<String>, Failure> {
    let (metadata, _) =
        Step::cargo(["metadata", "--format-version", "1", "--no-deps", "--offline"]).read()?;
    Ok(tests_of(&metadata).map(str::to_owned).collect())
}

/// The name of each target that is a test, from cargo's metadata, in which it follows the kind.
fn tests_of(metadata: &str) -> impl Iterator<Item = &str> {
    metadata
        .split("\"kind\":[\"test\"]")
        .skip(1)
        .filter_map(|target| target.split_once("\"name\":\"")?.1.split('"').next())
}

/// The lines of one `[section]` of a manifest, trimmed, without comments and empty lines.
pub(crate) fn section(manifest: &Path, name: &str) -> Result<Vec<String>, Failure> {
    let text = std::fs::read_to_string(manifest)
        .map_err(|error| Failure::new(format!("{}: {error}", manifest.display())))?;
    Ok(section_of(&text, name))
}

fn section_of(text: &str, name: &str) -> Vec<String> {
    let header = format!("[{name}]");
    text.lines()
        .map(str::trim)
        .skip_while(|line| *line != header)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_ends_where_the_next_begins() {
        let text = "[a]\nx = 1\n\n# note\ny = 2\n[b]\nz = 3\n";
        assert_eq!(section_of(text, "a"), ["x = 1", "y = 2"]);
        assert_eq!(section_of(text, "c"), Vec::<String>::new());
    }

    #[test]
    fn tests_are_the_targets_of_that_kind() {
        let metadata = r#"{"kind":["lib"],"name":"a"},{"kind":["test"],"crate_types":["bin"],"name":"it","x":1},
            {"kind":["bin"],"name":"c"},{"kind":["test"],"name":"ui"}"#;
        assert_eq!(tests_of(metadata).collect::<Vec<_>>(), ["it", "ui"]);
        assert!(test_binaries().expect("cargo answers").contains("it"));
    }

    #[test]
    fn the_root_is_the_workspace() {
        assert!(root().join("crates/larder/Cargo.toml").is_file());
    }
}
