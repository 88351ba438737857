//! An invalidation in this process, and the memory of another one.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use larder::cached;

use crate::{
    Failure,
    server::Server,
    table::{Reach, Row},
    turns::median,
};

/// What makes this program the second process.
pub(crate) const SECOND: &str = "--second";

static RUNS: AtomicU64 = AtomicU64::new(0);

/// Another text for each run.
#[cached(ttl = "10m", store = redis, l1 = "10m", tags = ["crossing"])]
fn crossed(id: u64) -> String {
    format!("{id} of {}, run {}", std::process::id(), RUNS.fetch_add(1, Ordering::Relaxed))
}

/// The second process: says what it has for each line.
pub(crate) fn second(url: &str) -> Result<(), Failure> {
    crate::connect(url)?;
    for line in std::io::stdin().lines() {
        let _ = line?;
        println!("{}", crossed(7));
    }
    Ok(())
}

/// From the end of an invalidation until the other process's memory does not serve the old value any more. What it takes to ask the other process is in it.
pub(crate) fn invalidations(server: &mut Server) -> Result<Vec<Row>, Failure> {
    const TIMES: usize = 1_000;
    let mut other = Other::start(&server.url())?;
    let (mut delays, mut questions) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let before = crossed(7);
        other.ask()?;
        let began = Instant::now();
        if other.ask()? != before {
            return Err("both have the same".into());
        }
        questions.push(began.elapsed().as_secs_f64() * 1e3);
        larder::blocking::invalidate_tag("crossing")?;
        let began = Instant::now();
        while other.ask()? == before {}
        delays.push(began.elapsed().as_secs_f64() * 1e3);
    }
    delays.sort_by(f64::total_cmp);
    let how = format!(
        "{TIMES} times; median {:.3} ms, {:.3} ms of which are for asking the other process",
        median(delays.iter().copied()),
        median(questions)
    );
    let late = delays[delays.len() * 99 / 100];
    Ok(vec![Row::new("invalidation to the other's l1, 99 %", Reach::AtMost(20.0, "ms"), late, how)])
}

/// The second process, seen from the first.
struct Other {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Other {
    fn start(url: &str) -> Result<Self, Failure> {
        let mut process = Command::new(std::env::current_exe()?)
            .args([SECOND, url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = process.stdin.take().ok_or("no input")?;
        let output = BufReader::new(process.stdout.take().ok_or("no output")?);
        Ok(Self { process, input, output })
    }

    fn ask(&mut self) -> Result<String, Failure> {
        writeln!(self.input)?;
        let mut answer = String::new();
        self.output.read_line(&mut answer)?;
        Ok(answer.trim_end().into())
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
