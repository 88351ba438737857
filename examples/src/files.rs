//! The text files below a directory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The largest file taken in, in bytes; beyond it are logs and data, not texts.
pub const LARGEST: u64 = 2 << 20;

/// The most files taken in.
pub const MOST: usize = 20_000;

/// A file as the directory tells it, before anything was read.
#[derive(Debug, Clone)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// When it was last written.
    pub modified: SystemTime,
    /// Its size in bytes.
    pub bytes: u64,
}

/// The files below `directory`, in the order of their paths: not the hidden ones, nor what builds leave behind, nor
/// anything above [`LARGEST`]; at most [`MOST`].
///
/// # Errors
///
/// When `directory` itself cannot be listed. Directories below it that cannot be are passed over.
pub fn below(directory: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut open = vec![fs::read_dir(directory)?];
    while let Some(entries) = open.pop() {
        for entry in entries.flatten() {
            let path = entry.path();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && !skipped(&path) {
                open.extend(fs::read_dir(&path));
            } else if kind.is_file() && !skipped(&path) && found.len() < MOST {
                found.extend(entry.metadata().and_then(|about| found_at(path, &about)).ok());
            }
        }
    }
    found.retain(|file| (1..=LARGEST).contains(&file.bytes));
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn found_at(path: PathBuf, about: &fs::Metadata) -> io::Result<Found> {
    Ok(Found { path, modified: about.modified()?, bytes: about.len() })
}

fn hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn skipped(path: &Path) -> bool {
    let built = ["target", "node_modules", "__pycache__", "Cargo.lock", "package-lock.json"];
    hidden(path) || path.file_name().is_some_and(|name| built.iter().any(|skip| name == *skip))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sources_of_this_package_are_found_in_order() {
        let found = below(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the package's own directory");
        assert!(found.iter().any(|file| file.path.ends_with("src/files.rs")));
        assert!(found.is_sorted_by(|a, b| a.path <= b.path));
    }

    #[test]
    fn a_missing_directory_is_an_error() {
        assert!(below(Path::new("/no/such/directory")).is_err());
    }
}
