//! The figures beside the peers: `cargo xtask bench --peers`.
//!
//! ```text
//! peers [--traces <directory>] [--crates <name>=<count>,..] [<part of a path's name>..]
//! ```
//!
//! Every row is one path of a call. Contenders take turns inside one process, and the table tells medians: read the
//! ratios, for the times depend on the machine and on what else it does.

mod hits;
mod memory;
mod misses;
mod ratios;
mod table;

use std::path::PathBuf;

use larder_benches::heap::Counting;

use crate::table::{Aim, Row};

#[global_allocator]
static HEAP: Counting = Counting;

/// What was asked for on the command line.
struct Wanted {
    traces: PathBuf,
    /// Crates in a hello-world, larder's first; counted by `cargo xtask`, since it takes cargo.
    crates: Vec<(&'static str, f64)>,
    words: Vec<String>,
}

/// One row of the table: its name, and how it is measured; `None` where something is missing for it.
type Path = (&'static str, fn(&Wanted) -> Option<Row>);

const PATHS: &[Path] = &[
    ("hit", |_| Some(hits::by_number(1))),
    ("hit together", |_| Some(hits::by_number(2))),
    ("hit text", |_| Some(hits::by_text())),
    ("allocations", |_| Some(hits::allocations())),
    ("hit async", |_| Some(hits::later())),
    ("miss", |_| Some(misses::evicting())),
    ("stampede", |_| Some(misses::stampede())),
    ("memory", |_| Some(memory::per_entry())),
    ("ratios", |wanted| ratios::of_the_best(&wanted.traces)),
    ("crates", |wanted| {
        let row = Row::new("crates in a hello-world", "", wanted.crates.clone(), Aim::AtMost(20.0));
        (!wanted.crates.is_empty()).then_some(row)
    }),
];

fn main() {
    let wanted = wanted(std::env::args().skip(1));
    let chosen =
        |name: &str| wanted.words.is_empty() || wanted.words.iter().any(|word| name.contains(word.as_str()));
    let mut rows = Vec::new();
    for (name, measure) in PATHS.iter().filter(|(name, _)| chosen(name)) {
        eprintln!("measuring: {name}");
        match measure(&wanted) {
            Some(row) => rows.push(row),
            None => eprintln!("  left out: its input is missing"),
        }
    }
    println!("\n{}", table::table(&rows));
    let reached = rows.iter().filter(|row| row.is_reached()).count();
    println!("{reached} of {} reached", rows.len());
}

fn wanted(mut arguments: impl Iterator<Item = String>) -> Wanted {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut wanted = Wanted { traces: root.join("../shared/traces"), crates: Vec::new(), words: Vec::new() };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--traces" => wanted.traces = arguments.next().map(PathBuf::from).unwrap_or_default(),
            "--crates" => wanted.crates = crates(arguments.next().unwrap_or_default()),
            _ => wanted.words.push(argument),
        }
    }
    wanted
}

/// `larder=12,cached=39`
fn crates(text: String) -> Vec<(&'static str, f64)> {
    // read once per process, and kept for its whole life
    let text: &'static str = text.leak();
    text.split(',')
        .filter_map(|pair| pair.split_once('='))
        .filter_map(|(name, count)| Some((name, count.parse().ok()?)))
        .collect()
}
