//! The processes that call, as their parent sees them.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::vitals::Vitals;

/// All of them. They are killed when this is dropped.
pub(crate) struct Crew {
    processes: Vec<Child>,
    said: Receiver<(usize, String)>,
    /// How long after the last fault each process used the store again, in milliseconds.
    recovered: Vec<Option<(u64, u64)>>,
    round: u64,
    vitals: Vec<Option<Vitals>>,
    summaries: Vec<Option<String>>,
}

impl Crew {
    /// Starts this program as often as there are lists of arguments.
    pub(crate) fn start(all: &[Vec<String>]) -> Self {
        let (saying, said) = channel();
        let program = std::env::current_exe().expect("this program is a file");
        let start = |(at, arguments): (usize, &Vec<String>)| {
            let mut command = Command::new(&program);
            command.arg("worker").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut child = command.spawn().expect("this program can be started once more");
            listen(at, &mut child, saying.clone());
            child
        };
        let processes: Vec<Child> = all.iter().enumerate().map(start).collect();
        let many = processes.len();
        Self {
            processes,
            said,
            recovered: vec![None; many],
            round: 0,
            vitals: vec![None; many],
            summaries: vec![None; many],
        }
    }

    /// Waits, and hears what they say.
    ///
    /// # Errors
    ///
    /// What one of them has found.
    pub(crate) fn pass(&mut self, duration: Duration) -> Result<(), String> {
        self.until(duration, |_| false).map(drop)
    }

    /// Waits until all have used the store again after this round; gives the slowest of the threads and of the tasks, in milliseconds.
    ///
    /// # Errors
    ///
    /// What one of them has found, or that one does not find back.
    pub(crate) fn recover(&mut self, round: u64, within: Duration) -> Result<u64, String> {
        self.round = round;
        self.recovered.fill(None);
        if !self.until(within, |crew| crew.recovered.iter().all(Option::is_some))? {
            return Err(format!("hits have not come back within {within:?}: {:?}", self.recovered));
        }
        Ok(self.recovered.iter().flatten().map(|(threads, tasks)| *threads.max(tasks)).max().unwrap_or(0))
    }

    /// What they hold now.
    ///
    /// # Errors
    ///
    /// What one of them has found.
    pub(crate) fn vitals(&mut self) -> Result<Vec<Vitals>, String> {
        self.vitals.fill(None);
        self.tell("vitals");
        if !self.until(PATIENCE, |crew| crew.vitals.iter().all(Option::is_some))? {
            return Err("a process does not answer".into());
        }
        Ok(self.vitals.iter().flatten().copied().collect())
    }

    /// Lets them end, and gives their summaries.
    ///
    /// # Errors
    ///
    /// What one of them has found.
    pub(crate) fn stop(&mut self) -> Result<Vec<String>, String> {
        self.tell("stop");
        if !self.until(PATIENCE, |crew| crew.summaries.iter().all(Option::is_some))? {
            return Err("a process does not end".into());
        }
        Ok(self.summaries.iter().flatten().cloned().collect())
    }

    fn tell(&mut self, word: &str) {
        for process in &mut self.processes {
            // one that is gone is noticed by its last words
            let _ = process.stdin.as_mut().map(|input| writeln!(input, "{word}"));
        }
    }

    /// Hears them until something holds; says whether it came to that in time.
    fn until(&mut self, within: Duration, holds: impl Fn(&Self) -> bool) -> Result<bool, String> {
        let end = Instant::now() + within;
        while !holds(self) {
            match self.said.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok((process, line)) => self.hear(process, &line)?,
                Err(RecvTimeoutError::Timeout) => return Ok(false),
                Err(RecvTimeoutError::Disconnected) => return Err("all processes are gone".into()),
            }
        }
        Ok(true)
    }

    fn hear(&mut self, process: usize, line: &str) -> Result<(), String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "recovered" => {
                let mut numbers = rest.split(' ').map_while(|number| number.parse::<u64>().ok());
                if let (Some(round), Some(threads), Some(tasks)) =
                    (numbers.next(), numbers.next(), numbers.next())
                    && round == self.round
                {
                    self.recovered[process] = Some((threads, tasks));
                }
            }
            "vitals" => self.vitals[process] = Vitals::parse(rest),
            "summary" => self.summaries[process] = Some(rest.to_owned()),
            "violation" => return Err(self.last_words(process, rest)),
            _ if line == GONE && self.summaries[process].is_none() => {
                return Err(format!("process {process} is gone without a word"));
            }
            _ if line == GONE => {}
            _ => println!("process {process}: {line}"),
        }
        Ok(())
    }

    /// All of what a process has to say that has found something.
    fn last_words(&mut self, process: usize, first: &str) -> String {
        let mut text = format!("process {process}: {first}");
        while let Ok((at, line)) = self.said.recv_timeout(PATIENCE) {
            match line.strip_prefix("violation ") {
                Some(more) if at == process => text.push_str(&format!("\n{more}")),
                _ if at == process && line == GONE => break,
                _ => {}
            }
        }
        text
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        for process in &mut self.processes {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// What is heard of a process that is gone.
const GONE: &str = "gone";

/// How long a process that works may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

fn listen(at: usize, child: &mut Child, saying: Sender<(usize, String)>) {
    let output = BufReader::new(child.stdout.take().expect("it is piped"));
    thread::spawn(move || {
        let lines = output.lines().map_while(Result::ok).chain([GONE.to_owned()]);
        for line in lines {
            if saying.send((at, line)).is_err() {
                return;
            }
        }
    });
}
