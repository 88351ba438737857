//! Runs the examples: each asserts what it claims, so one that ends well is a test that passed.

use crate::shell::{Failure, Step};
use crate::tally::Tally;
use crate::workspace;

const PACKAGE: &str = "larder-examples";

/// Runs every example without arguments, quietly unless it fails.
pub(crate) fn tally() -> Result<(Tally, Result<(), Failure>), Failure> {
    let names = names()?;
    // with optimisation, as their users run them; `replay` counts millions of requests
    Step::cargo(["build", "--release", "--package", PACKAGE, "--examples"]).run()?;
    let mut tally = Tally::default();
    let mut failed = Vec::new();
    for name in &names {
        let program = workspace::target(None).join("release/examples").join(name);
        match Step::new(program).read() {
            Ok(_) => tally.passed += 1,
            Err(failure) => {
                tally.failed += 1;
                failed.push(failure.to_string());
            }
        }
    }
    println!("{} examples ran, {} failed", names.len(), tally.failed);
    let judged = match failed.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(failed.join("; "))),
    };
    Ok((tally, judged))
}

/// The names of the examples, from their manifest.
fn names() -> Result<Vec<String>, Failure> {
    let manifest = workspace::root().join("examples/Cargo.toml");
    let text = std::fs::read_to_string(&manifest)?;
    let names: Vec<String> = text
        .split("[[example]]")
        .skip(1)
        .filter_map(|example| Some(example.split_once("name = \"")?.1.split('"').next()?.to_owned()))
        .collect();
    if names.is_empty() {
        return Err(Failure::new(format!("{} lists no example", manifest.display())));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_lists_every_example_file() {
        let mut names = names().expect("the manifest lists examples");
        let directory = workspace::root().join("examples");
        let mut files: Vec<String> = std::fs::read_dir(directory)
            .expect("the directory of the examples")
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .collect();
        names.sort();
        files.sort();
        assert_eq!(names, files);
    }
}
