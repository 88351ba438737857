//! The process of a real server: a directory and a port of its own, and gone with the test.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

/// A server program that runs, or has run.
#[derive(Debug)]
pub struct Process {
    child: Option<Child>,
    port: u16,
    directory: PathBuf,
}

impl Process {
    /// One that does not run yet, with an empty directory that has the server's name.
    pub fn new(name: &str) -> Self {
        Self { child: None, port: 0, directory: fresh_directory(name) }
    }

    /// Starts it with [`start`](Self::start) on a free port. A port that was free may be taken a moment later, so this is tried several times.
    pub fn found_a_port(&mut self, mut start: impl FnMut(&mut Self) -> bool) -> bool {
        (0..5).any(|_| {
            self.port = free_port();
            start(self)
        })
    }

    /// Kills it, and starts it again where it was.
    pub fn started_again(&mut self, mut start: impl FnMut(&mut Self) -> bool) {
        self.kill();
        let began = Instant::now();
        while !start(self) {
            assert!(began.elapsed() < PATIENCE, "it does not start again");
        }
    }

    /// Starts this program in the directory, and waits until it is ready. Says whether it came so far.
    pub fn start(&mut self, mut command: Command, is_ready: impl Fn() -> bool) -> bool {
        command.current_dir(&self.directory);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        match command.spawn() {
            Ok(child) => self.child = Some(child),
            Err(error) => {
                let program = command.get_program().display();
                panic!(
                    "`{program}` cannot be started ({error}); `cargo xtask servers` or \
                     `apt-get install {program}` installs it"
                )
            }
        }
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(child) = &mut self.child
                && child.try_wait().is_ok_and(|status| status.is_some())
            {
                self.child = None;
                return false;
            }
            if is_ready() {
                return true;
            }
            std::thread::park_timeout(Duration::from_millis(5));
        }
        self.kill();
        false
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Kills it at once.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // a stopped process is killed too
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Stops it in its tracks: connections stay, nothing is answered.
    pub fn freeze(&self) {
        let pid = self.signal("-STOP");
        // it has several threads, and the signal reaches one after the other
        let is_stopped = |task: fs::DirEntry| {
            let status = fs::read_to_string(task.path().join("stat")).unwrap_or_default();
            status.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('T'))
        };
        let began = Instant::now();
        let tasks = || fs::read_dir(format!("/proc/{pid}/task")).expect("it runs").flatten();
        while !tasks().all(is_stopped) {
            assert!(began.elapsed() < PATIENCE, "it does not stop");
            std::thread::yield_now();
        }
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) -> String {
        let pid = self.child.as_ref().expect("it runs").id().to_string();
        let status = Command::new("kill").args([signal, &pid]).status().expect("kill can be run");
        assert!(status.success(), "kill {signal} {pid}");
        pid
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// How long a server may take for what it does at once on a machine that has nothing else to do.
const PATIENCE: Duration = Duration::from_secs(30);

fn fresh_directory(name: &str) -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let directory = std::env::temp_dir().join(format!("larder-{name}-{}-{number}", std::process::id()));
    // what a test process of the same number left behind
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory of the test's own");
    directory
}

/// A port below those from which the system takes the ends of connections, so that none of these is in the way.
pub fn free_port() -> u16 {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    loop {
        let number =
            NUMBER.fetch_add(1, Ordering::Relaxed).wrapping_add(std::process::id().wrapping_mul(101));
        let port = 20_000 + (number % 12_000) as u16;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
