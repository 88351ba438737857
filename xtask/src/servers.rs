//! `cargo xtask servers`: the servers that the tests of the stores start, installed where they are missing.
//!
//! Only their programs are wanted. The services that the packages would start are kept from starting, and nothing of what runs already is touched.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::shell::{Failure, Step, answers_with};

/// A program that tests start, and the Debian package that has it.
struct Server {
    program: &'static str,
    package: &'static str,
    wanted: Wanted,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Always,
    /// Only where the system's packages have it: the tests say when it is not there.
    WhereOffered,
}

const SERVERS: &[Server] = &[
    Server { program: "redis-server", package: "redis-server", wanted: Wanted::Always },
    Server { program: "memcached", package: "memcached", wanted: Wanted::Always },
    Server { program: "valkey-server", package: "valkey-server", wanted: Wanted::WhereOffered },
];

pub(crate) fn run(_arguments: &[String]) -> Result<(), Failure> {
    let is_missing = |server: &&Server| {
        !is_on_path(server.program) && (server.wanted == Wanted::Always || is_offered(server.package))
    };
    let missing: Vec<&Server> = SERVERS.iter().filter(is_missing).collect();
    if missing.is_empty() {
        let (present, absent): (Vec<&str>, Vec<&str>) =
            SERVERS.iter().map(|server| server.program).partition(|program| is_on_path(program));
        println!("servers for the tests: {} at hand", present.join(", "));
        if !absent.is_empty() {
            println!("not among the packages of this system, so not tested: {}", absent.join(", "));
        }
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|server| server.package).collect();
    if !is_on_path("apt-get") {
        return Err(Failure::new(format!(
            "the tests start {}, and there is no apt-get here to install them; put them on the PATH",
            packages.join(", ")
        )));
    }
    install(&packages)?;
    match missing.iter().find(|server| !is_on_path(server.program)) {
        None => Ok(()),
        Some(server) => Err(Failure::new(format!(
            "the package {} is installed, but `{}` is not on the PATH",
            server.package, server.program
        ))),
    }
}

/// Whether the lists of packages, as they are, have this one.
fn is_offered(package: &str) -> bool {
    is_on_path("apt-cache") && answers_with("apt-cache", &["show", package], "Package:")
}

fn install(packages: &[&str]) -> Result<(), Failure> {
    let _kept_from_starting = Policy::deny()?;
    let apt = |words: &[&str]| {
        Step::new("apt-get").args(words.iter().copied()).env("DEBIAN_FRONTEND", "noninteractive").run()
    };
    let installed = apt(&["update"])
        .and_then(|()| apt(&[&["install", "-y", "--no-install-recommends"], packages].concat()));
    installed.map_err(|failure| {
        let packages = packages.join(" ");
        Failure::new(format!(
            "{failure}; as root: `apt-get update && apt-get install -y {packages}`, then stop its service"
        ))
    })
}

/// Debian's way of saying that no service may start: a script that answers 101. It is there while this lives, unless the machine has one of its own.
struct Policy {
    is_ours: bool,
}

const POLICY: &str = "/usr/sbin/policy-rc.d";

impl Policy {
    fn deny() -> Result<Self, Failure> {
        if Path::new(POLICY).exists() {
            return Ok(Self { is_ours: false });
        }
        let mut options = fs::OpenOptions::new();
        let written = options.write(true).create_new(true).mode(0o755).open(POLICY).and_then(|mut file| {
            std::io::Write::write_all(&mut file, b"#!/bin/sh\n# written by `cargo xtask servers`\nexit 101\n")
        });
        written.map_err(|error| Failure::new(format!("{POLICY}: {error}; installing servers needs root")))?;
        Ok(Self { is_ours: true })
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        if self.is_ours {
            let _ = fs::remove_file(POLICY);
        }
    }
}

fn is_on_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|paths| std::env::split_paths(&paths).any(|path| path.join(program).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_on_the_path() {
        assert!(is_on_path("sh"));
        assert!(!is_on_path("no-program-has-this-name"));
    }
}
