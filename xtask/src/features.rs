//! `cargo xtask features [--pairs]`: the published crates compile with every set of features.
//!
//! Of each: none, each alone, all. Of the crate that users write down also as many more as it takes for every three of
//! its features to be there and not to be there in each of the eight ways: some thirty sets, which find whatever depends
//! on three of them. Its features are those of the others, so the others are checked by it. `--pairs` checks each two
//! without any other too, some eighty sets more.

use crate::shell::{Failure, Step, flag};
use crate::workspace;

/// The crate that users write down.
const FACADE: &str = "larder";

/// For each feature, whether it is in the set.
type Set = Vec<bool>;

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    for package in workspace::PUBLISHED {
        let features = declared(package)?;
        let mut sets = few(features.len());
        if *package == FACADE {
            cover_triples(&mut sets, features.len());
            if flag(arguments, "--pairs") {
                sets.extend(pairs(features.len()));
            }
        }
        for set in sets {
            check(package, &named(&features, &set))?;
        }
    }
    Ok(())
}

fn check(package: &str, features: &str) -> Result<(), Failure> {
    Step::cargo(["check", "--quiet", "--package", package, "--no-default-features"])
        .args(["--features", features])
        .env("RUSTFLAGS", "-D warnings")
        .env("CARGO_TARGET_DIR", workspace::target(Some("features")))
        .run()
}

fn declared(package: &str) -> Result<Vec<String>, Failure> {
    let manifest = workspace::root().join("crates").join(package).join("Cargo.toml");
    let lines = workspace::section(&manifest, "features")?;
    let names = lines.iter().filter_map(|line| line.split_once('=')).map(|(name, _)| name.trim().to_owned());
    Ok(names.filter(|name| name != "default").collect())
}

fn named(features: &[String], set: &Set) -> String {
    let there = features.iter().zip(set).filter(|(_, is_there)| **is_there);
    there.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(",")
}

/// None, each alone, and all.
fn few(features: usize) -> Vec<Set> {
    let mut sets = vec![vec![false; features]];
    sets.extend((0..features).map(|one| (0..features).map(|at| at == one).collect()));
    if features > 1 {
        sets.push(vec![true; features]);
    }
    sets
}

/// Each two.
fn pairs(features: usize) -> Vec<Set> {
    let with = |one: usize, other: usize| (0..features).map(|at| at == one || at == other).collect();
    (0..features).flat_map(|one| (one + 1..features).map(move |other| with(one, other))).collect()
}

/// Three features, and for each whether it is there.
type Triple = [(usize, bool); 3];

/// Adds sets until each three features have been there and not in each of the eight ways. Each begins with what is
/// still missing, and takes its other features so that it has the most of the rest: the fewest sets would take a search.
fn cover_triples(sets: &mut Vec<Set>, features: usize) {
    let has = |set: &Set, triple: &Triple| triple.iter().all(|(at, is_there)| set[*at] == *is_there);
    let mut missing = triples(features);
    missing.retain(|triple| !sets.iter().any(|set| has(set, triple)));
    while let Some(first) = missing.first() {
        let mut decided: Vec<Option<bool>> = vec![None; features];
        first.iter().for_each(|(at, is_there)| decided[*at] = Some(*is_there));
        for at in 0..features {
            if decided[at].is_none() {
                let gained = |is_there: bool| {
                    let completed = missing.iter().filter(|triple| {
                        triple.contains(&(at, is_there))
                            && triple.iter().all(|(of, is)| *of == at || decided[*of] == Some(*is))
                    });
                    completed.count()
                };
                decided[at] = Some(gained(true) > gained(false));
            }
        }
        let set: Set = decided.into_iter().map(|is_there| is_there == Some(true)).collect();
        missing.retain(|triple| !has(&set, triple));
        sets.push(set);
    }
}

fn triples(features: usize) -> Vec<Triple> {
    let mut triples = Vec::new();
    for one in 0..features {
        for two in one + 1..features {
            for three in two + 1..features {
                for ways in 0..8 {
                    let is_there = |bit: u32| ways & (1 << bit) != 0;
                    triples.push([(one, is_there(0)), (two, is_there(1)), (three, is_there(2))]);
                }
            }
        }
    }
    triples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_sets_are_none_singles_and_all() {
        let names = ["a", "b", "c"].map(str::to_owned);
        let named = |sets: Vec<Set>| sets.iter().map(|set| named(&names, set)).collect::<Vec<_>>();
        assert_eq!(named(few(3)), ["", "a", "b", "c", "a,b,c"]);
        assert_eq!(named(pairs(3)), ["a,b", "a,c", "b,c"]);
        assert_eq!(few(0), [vec![]]);
        assert_eq!(few(1), [vec![false], vec![true]]);
    }

    #[test]
    fn each_three_features_are_there_and_not_in_every_way() {
        for features in [0, 1, 2, 3, 5, 13] {
            let mut sets = few(features);
            cover_triples(&mut sets, features);
            for triple in triples(features) {
                assert!(sets.iter().any(|set| triple.iter().all(|(at, is)| set[*at] == *is)), "{triple:?}");
            }
        }
    }

    #[test]
    fn the_features_of_the_facade_take_fewer_sets_than_its_pairs_would() {
        let features = declared(FACADE).expect("it declares features").len();
        let mut sets = few(features);
        cover_triples(&mut sets, features);
        assert!(sets.len() < 1 + features + pairs(features).len(), "{}", sets.len());
    }
}
