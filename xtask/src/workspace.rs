//! Where things are: the root, the target directories, and the few facts read from manifests.

use std::path::{Path, PathBuf};

use crate::shell::Failure;

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
    fn the_root_is_the_workspace() {
        assert!(root().join("crates/larder/Cargo.toml").is_file());
    }
}
