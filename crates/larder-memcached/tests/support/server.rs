//! A real `memcached` of a test's own, gone with it.

use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

/// One server on a free loopback port, or on a unix socket.
#[derive(Debug)]
pub struct Server {
    child: Option<Child>,
    port: u16,
    directory: PathBuf,
    arguments: Vec<String>,
    is_on_socket: bool,
    /// What the tests themselves log in with, if they have to: `user password`.
    login: Option<String>,
}

impl Server {
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// With more arguments: `["-m", "1"]`.
    pub fn with(arguments: &[&str]) -> Self {
        Self::launch(arguments, false, None)
    }

    /// At a unix socket instead of a port.
    pub fn on_socket() -> Self {
        Self::launch(&[], true, None)
    }

    /// One that wants a login.
    pub fn with_password(user: &str, password: &str) -> Self {
        Self::launch(&["-Y", "users"], false, Some((user, password)))
    }

    fn launch(arguments: &[&str], is_on_socket: bool, login: Option<(&str, &str)>) -> Self {
        let mut server = Self {
            child: None,
            port: 0,
            directory: fresh_directory(),
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
            is_on_socket,
            login: login.map(|(user, password)| format!("{user} {password}")),
        };
        if let Some((user, password)) = login {
            server.set_password(user, password);
        }
        // a port that was free may be taken a moment later
        for _ in 0..5 {
            server.port = free_port();
            if server.try_spawn() {
                return server;
            }
        }
        panic!("memcached does not start: {arguments:?}");
    }

    /// What the file of users says from the next [`restart`](Self::restart) on.
    pub fn set_password(&mut self, user: &str, password: &str) {
        fs::write(self.directory.join("users"), format!("{user}:{password}\n"))
            .expect("a file of the test's own");
        self.login = Some(format!("{user} {password}"));
    }

    /// Starts it again, empty, at the same place.
    pub fn restart(&mut self) {
        self.kill();
        let began = Instant::now();
        while !self.try_spawn() {
            assert!(began.elapsed() < Duration::from_secs(10), "it does not start again");
        }
    }

    fn try_spawn(&mut self) -> bool {
        let mut command = Command::new("memcached");
        // it refuses to be root unless it is told to be
        command.current_dir(&self.directory).args(["-u", "root", "-U", "0"]);
        let port = self.port.to_string();
        if self.is_on_socket {
            let _ = fs::remove_file(self.socket());
            command.args(["-s", "memcached.sock"]);
        } else {
            command.args(["-l", "127.0.0.1", "-p", &port]);
        }
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        match command.spawn() {
            Ok(child) => self.child = Some(child),
            Err(error) => panic!(
                "`memcached` cannot be started ({error}); `cargo xtask servers` or \
                 `apt-get install memcached` installs it"
            ),
        }
        self.wait_until_ready()
    }

    fn wait_until_ready(&mut self) -> bool {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(10) {
            if let Some(child) = &mut self.child
                && child.try_wait().is_ok_and(|status| status.is_some())
            {
                self.child = None;
                return false;
            }
            if self.try_raw("").is_some() {
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

    pub fn url(&self) -> String {
        if self.is_on_socket {
            return format!("unix://{}", self.socket().display());
        }
        format!("memcached://127.0.0.1:{}", self.port)
    }

    fn socket(&self) -> PathBuf {
        self.directory.join("memcached.sock")
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
            assert!(began.elapsed() < Duration::from_secs(10), "it does not stop");
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

    /// What it answers to these lines, on a connection of its own.
    pub fn raw(&self, lines: &str) -> String {
        self.try_raw(lines).unwrap_or_else(|| panic!("{lines:?}: no answer"))
    }

    fn try_raw(&self, lines: &str) -> Option<String> {
        let login = self.login.as_ref().map(|login| format!("set x 0 0 {}\r\n{login}\r\n", login.len()));
        let sent = format!("{}{lines}mn\r\n", login.unwrap_or_default());
        let limit = Some(Duration::from_secs(5));
        if self.is_on_socket {
            let stream = UnixStream::connect(self.socket()).ok()?;
            stream.set_read_timeout(limit).ok()?;
            return exchange(stream, &sent);
        }
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok()?;
        stream.set_read_timeout(limit).ok()?;
        exchange(stream, &sent)
    }

    /// A line of `stats`, as a number.
    pub fn stat(&self, name: &str) -> u64 {
        let text = self.raw("stats\r\n");
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("STAT {name} ")));
        line.and_then(|value| value.trim().parse().ok()).unwrap_or_else(|| panic!("{name} in {text}"))
    }

    /// How many clients it has, without the one that asks.
    pub fn clients(&self) -> u64 {
        self.stat("curr_connections") - 1
    }
}

/// Waits until the clock of each, which counts seconds, has gone on by so many; for at most a minute.
pub fn await_ticks(servers: &[Server], ticks: u64) {
    let began = Instant::now();
    let until: Vec<u64> = servers.iter().map(|server| server.stat("time") + ticks).collect();
    for (server, until) in servers.iter().zip(until) {
        while server.stat("time") < until {
            assert!(began.elapsed() < Duration::from_secs(60), "its clock stands still");
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }
}

fn exchange(mut stream: impl Read + Write, sent: &str) -> Option<String> {
    stream.write_all(sent.as_bytes()).ok()?;
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    while !text.ends_with(b"MN\r\n") {
        match stream.read(&mut buffer) {
            Ok(read) if read > 0 => text.extend_from_slice(&buffer[..read]),
            _ => return None,
        }
    }
    Some(String::from_utf8_lossy(&text).into_owned())
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn fresh_directory() -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let directory = std::env::temp_dir().join(format!("larder-memcached-{}-{number}", std::process::id()));
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
