//! `cargo xtask examples`: runs them. Each asserts what it claims, so one that ends well is a test that passed.

use std::time::Instant;

use crate::shell::{Failure, Step};
use crate::workspace;

/// Runs every example without arguments, quietly unless it fails. They are built as the tests of the workspace build
/// them, so that after those nothing is left to build.
pub(crate) fn run(_arguments: &[String]) -> Result<(), Failure> {
    let names = names()?;
    Step::cargo(["build", "--workspace", "--all-features", "--examples"]).run()?;
    println!("\nrunning {} examples", names.len());
    let mut failed = Vec::new();
    for name in &names {
        let program = workspace::target(None).join("debug/examples").join(name);
        let began = Instant::now();
        let ended = Step::new(program).read();
        let verdict = if ended.is_ok() { "ok" } else { "FAILED" };
        println!("test {name} ... {verdict} <{:.1} s>", began.elapsed().as_secs_f64());
        failed.extend(ended.err().map(|failure| failure.to_string()));
    }
    // as a test binary says it, for those who count
    let verdict = if failed.is_empty() { "ok" } else { "FAILED" };
    println!("\ntest result: {verdict}. {} passed; {} failed", names.len() - failed.len(), failed.len());
    if failed.is_empty() { Ok(()) } else { Err(Failure::new(failed.join("; "))) }
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
