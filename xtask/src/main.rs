//! The commands that keep larder honest: `cargo xtask help` lists them.
//!
//! CI runs exactly these, so a red job is reproduced by one word. Nothing is needed but cargo; the few commands
//! that want another tool say how to install it.

mod bench;
mod deny;
mod doc;
mod downstream;
mod examples;
mod features;
mod fmt;
mod gates;
mod lint;
mod loom;
mod msrv;
mod servers;
mod shell;
mod soak;
mod tally;
mod test;
mod tree;
mod ui;
mod workspace;

use std::process::ExitCode;

use crate::shell::Failure;

/// One word a developer may say, and what it does.
struct Command {
    name: &'static str,
    help: &'static str,
    run: fn(&[String]) -> Result<(), Failure>,
}

const COMMANDS: &[Command] = &[
    Command { name: "fmt", help: "format every file; `--check` only looks", run: fmt::run },
    Command { name: "lint", help: "clippy on every target, warnings are errors", run: lint::run },
    Command {
        name: "test",
        help: "every test there is: unit, property, ui, doc, downstream, examples, models",
        run: test::run,
    },
    Command { name: "ui", help: "the compile-error tests alone; a word filters by file name", run: ui::run },
    Command {
        name: "ui-bless",
        help: "write the compile errors of today into the .stderr files",
        run: ui::bless,
    },
    Command {
        name: "servers",
        help: "install the servers that the tests of the stores start; `test` does it by itself",
        run: servers::run,
    },
    Command {
        name: "soak",
        help: "processes over one Redis while all goes wrong; `--minutes 10 --seed N --processes 3`",
        run: soak::run,
    },
    Command {
        name: "downstream",
        help: "clippy and the tests of a crate that uses larder as a stranger would",
        run: downstream::run,
    },
    Command { name: "examples", help: "run every example", run: examples::run },
    Command { name: "loom", help: "the model-checked concurrency tests alone", run: loom::run },
    Command {
        name: "features",
        help: "check the published crates with no feature, each, all; of larder every three in each way",
        run: features::run,
    },
    Command { name: "doc", help: "rustdoc, warnings are errors; `--open` shows it", run: doc::run },
    Command {
        name: "tree",
        help: "count the crates of a hello-world; more than 20 is an error",
        run: tree::run,
    },
    Command { name: "msrv", help: "check the oldest supported compiler", run: msrv::run },
    Command {
        name: "deny",
        help: "licences, sources and duplicates, with cargo-deny; `advisories` too if asked",
        run: deny::run,
    },
    Command {
        name: "gates",
        help: "instructions and allocations per call against the baseline; `--bless` sets it",
        run: gates::run,
    },
    Command {
        name: "bench",
        help: "wall-clock benches; `--peers` prints the table beside the peers, `--redis` that of a real Redis, `--check` tests them",
        run: bench::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = match arguments.split_first() {
        Some((name, rest)) => (name.as_str(), rest),
        None => ("help", &[][..]),
    };
    if matches!(name, "help" | "--help" | "-h") {
        print!("{}", help());
        return ExitCode::SUCCESS;
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprint!("unknown command `{name}`\n\n{}", help());
        return ExitCode::FAILURE;
    };
    match (command.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("cargo xtask {name}: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn help() -> String {
    let mut text = String::from("cargo xtask <command>\n\n");
    for command in COMMANDS {
        text.push_str(&format!("  {:<10} {}\n", command.name, command.help));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_one_name_and_is_listed() {
        let text = help();
        for (at, command) in COMMANDS.iter().enumerate() {
            assert!(text.contains(command.name));
            assert!(
                COMMANDS[..at].iter().all(|other| other.name != command.name),
                "`{}` twice",
                command.name
            );
        }
    }
}
