//! Running other programs: every step is announced, and one that fails ends the command.

use std::ffi::OsStr;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write, pipe};
use std::process::{Command, Stdio};

use crate::tally::Tally;
use crate::workspace;

/// Why a command stopped: one line for a person.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// One program to run, from the root of the workspace, with no standard input.
#[derive(Debug)]
pub(crate) struct Step {
    command: Command,
    shown: String,
}

impl Step {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let shown = program.as_ref().to_string_lossy().into_owned();
        let mut command = Command::new(program);
        command.current_dir(workspace::root()).stdin(Stdio::null());
        Self { command, shown }
    }

    /// The cargo that runs us, so that a toolchain chosen on the command line is kept.
    pub(crate) fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut step = Self::new(cargo);
        "cargo".clone_into(&mut step.shown);
        step.args(arguments)
    }

    pub(crate) fn args<'a>(mut self, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        for argument in arguments {
            self.command.arg(argument);
            self.shown.push(' ');
            self.shown.push_str(argument);
        }
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.shown = format!("{name}={:?} {}", value.as_ref(), self.shown);
        self.command.env(name, value);
        self
    }

    /// Runs it with its output on ours.
    pub(crate) fn run(mut self) -> Result<(), Failure> {
        self.announce();
        let status = self.command.status().map_err(|error| self.cannot_start(&error))?;
        self.judge(status.success())
    }

    /// Runs it, passes its standard output on line by line, and counts the tests it reports.
    /// A failing test run gives its counts too: the caller decides when to stop.
    pub(crate) fn tally(mut self) -> Result<(Tally, Result<(), Failure>), Failure> {
        self.announce();
        let mut child =
            self.command.stdout(Stdio::piped()).spawn().map_err(|error| self.cannot_start(&error))?;
        let mut tally = Tally::default();
        if let Some(stdout) = child.stdout.take() {
            let mut ours = std::io::stdout().lock();
            for line in BufReader::new(stdout).split(b'\n') {
                let line = line?;
                ours.write_all(&line)?;
                ours.write_all(b"\n")?;
                tally.read(&String::from_utf8_lossy(&line));
            }
        }
        let status = child.wait()?;
        let judged = self.judge(status.success());
        Ok((tally, judged))
    }

    /// Runs it silently, and gives what it printed as it would have stood on the screen, with the announcement; and
    /// whether it ended well.
    pub(crate) fn record(mut self) -> Result<(String, Result<(), Failure>), Failure> {
        let (mut printed, pen) = pipe()?;
        let mut text = format!("\n$ {}\n", self.shown).into_bytes();
        let started = self.command.stdout(pen.try_clone()?).stderr(pen).spawn();
        let mut child = started.map_err(|error| self.cannot_start(&error))?;
        // the text ends when nobody can write any more, and the command still has its ends
        self.command.stdout(Stdio::null()).stderr(Stdio::null());
        printed.read_to_end(&mut text)?;
        let status = child.wait()?;
        let judged = self.judge(status.success());
        Ok((String::from_utf8_lossy(&text).into_owned(), judged))
    }

    /// Runs it and gives what it printed: standard output, then standard error.
    pub(crate) fn read(mut self) -> Result<(String, String), Failure> {
        let output = self.command.output().map_err(|error| self.cannot_start(&error))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        if !output.status.success() {
            eprint!("{stdout}{stderr}");
        }
        self.judge(output.status.success())?;
        Ok((stdout, stderr))
    }

    fn announce(&self) {
        println!("\n$ {}", self.shown);
    }

    fn cannot_start(&self, error: &std::io::Error) -> Failure {
        Failure::new(format!("cannot start `{}`: {error}", self.shown))
    }

    fn judge(&self, success: bool) -> Result<(), Failure> {
        if success { Ok(()) } else { Err(Failure::new(format!("`{}` failed", self.shown))) }
    }
}

/// Whether a program answers to `argument`, which it must do without side effects.
pub(crate) fn answers(program: &str, argument: &str) -> bool {
    Command::new(program)
        .arg(argument)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Whether what a program says, which it must do without side effects, holds this text.
pub(crate) fn answers_with(program: &str, arguments: &[&str], text: &str) -> bool {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(text))
}

/// Whether one of the arguments is this flag.
pub(crate) fn flag(arguments: &[String], name: &str) -> bool {
    arguments.iter().any(|argument| argument == name)
}
