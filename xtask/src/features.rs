//! `cargo xtask features`: the published crates compile with every set of features.
//!
//! None, each alone, all; and of the crate that users write down, each pair: what `cargo hack --feature-powerset --depth 2`
//! would check, without the tool. Its features are those of the others, so the pairs of the others are among its own.

use crate::shell::{Failure, Step};
use crate::workspace;

/// The crate that users write down.
const FACADE: &str = "larder";

pub(crate) fn run(_arguments: &[String]) -> Result<(), Failure> {
    for package in workspace::PUBLISHED {
        for set in sets(&declared(package)?, *package == FACADE) {
            let mut step = Step::cargo(["check", "--quiet", "--package", package, "--no-default-features"]);
            if !set.is_empty() {
                step = step.args(["--features", &set.join(",")]);
            }
            step.env("RUSTFLAGS", "-D warnings")
                .env("CARGO_TARGET_DIR", workspace::target(Some("features")))
                .run()?;
        }
    }
    Ok(())
}

fn declared(package: &str) -> Result<Vec<String>, Failure> {
    let manifest = workspace::root().join("crates").join(package).join("Cargo.toml");
    let lines = workspace::section(&manifest, "features")?;
    let names = lines.iter().filter_map(|line| line.split_once('=')).map(|(name, _)| name.trim().to_owned());
    Ok(names.filter(|name| name != "default").collect())
}

/// The sets of at most two features, or of at most one, and the set of all.
fn sets(features: &[String], has_pairs: bool) -> Vec<Vec<&str>> {
    let mut sets = vec![Vec::new()];
    for (at, one) in features.iter().enumerate() {
        sets.push(vec![one.as_str()]);
        if has_pairs {
            sets.extend(features[at + 1..].iter().map(|other| vec![one.as_str(), other.as_str()]));
        }
    }
    if features.len() > if has_pairs { 2 } else { 1 } {
        sets.push(features.iter().map(String::as_str).collect());
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_none_singles_pairs_and_all() {
        let three = ["a", "b", "c"].map(str::to_owned);
        let expected: Vec<Vec<&str>> = vec![
            vec![],
            vec!["a"],
            vec!["a", "b"],
            vec!["a", "c"],
            vec!["b"],
            vec!["b", "c"],
            vec!["c"],
            vec!["a", "b", "c"],
        ];
        assert_eq!(sets(&three, true), expected);
        assert_eq!(sets(&three, false), [vec![], vec!["a"], vec!["b"], vec!["c"], vec!["a", "b", "c"]]);
        assert_eq!(sets(&[], true), vec![Vec::<&str>::new()]);
    }
}
