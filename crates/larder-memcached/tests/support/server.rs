//! A real `memcached` of a test's own, gone with it.

#[allow(clippy::duplicate_mod, reason = "programs that start servers of both kinds have it twice")]
#[path = "../../../larder-link/tests/support/process.rs"]
mod process;

use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, TcpStream},
    ops::{Deref, DerefMut},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

#[allow(unused_imports, reason = "not everybody who starts a server needs them")]
pub use process::{Process, free_port};

/// One server on a free loopback port, or on a unix socket.
#[derive(Debug)]
pub struct Server {
    process: Process,
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
            process: Process::new("memcached"),
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
            is_on_socket,
            login: None,
        };
        if let Some((user, password)) = login {
            server.set_password(user, password);
        }
        let Self { process, arguments, login, .. } = &mut server;
        let is_started =
            process.found_a_port(|process| start(process, arguments, is_on_socket, login.as_deref()));
        assert!(is_started, "memcached does not start: {arguments:?}");
        server
    }

    /// What the file of users says from the next [`restart`](Self::restart) on.
    pub fn set_password(&mut self, user: &str, password: &str) {
        fs::write(self.directory().join("users"), format!("{user}:{password}\n"))
            .expect("a file of the test's own");
        self.login = Some(format!("{user} {password}"));
    }

    /// Starts it again, empty, at the same place.
    pub fn restart(&mut self) {
        let Self { process, arguments, is_on_socket, login } = self;
        process.started_again(|process| start(process, arguments, *is_on_socket, login.as_deref()));
    }

    pub fn url(&self) -> String {
        if self.is_on_socket {
            return format!("unix://{}", socket(self.directory()).display());
        }
        format!("memcached://127.0.0.1:{}", self.port())
    }

    /// What it answers to these lines, on a connection of its own.
    pub fn raw(&self, lines: &str) -> String {
        self.try_raw(lines).unwrap_or_else(|| panic!("{lines:?}: no answer"))
    }

    fn try_raw(&self, lines: &str) -> Option<String> {
        let socket = self.is_on_socket.then(|| socket(self.directory()));
        asked(self.port(), socket.as_deref(), self.login.as_deref(), lines)
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

impl Deref for Server {
    type Target = Process;

    fn deref(&self) -> &Process {
        &self.process
    }
}

impl DerefMut for Server {
    fn deref_mut(&mut self) -> &mut Process {
        &mut self.process
    }
}

fn start(process: &mut Process, arguments: &[String], is_on_socket: bool, login: Option<&str>) -> bool {
    let mut command = Command::new("memcached");
    // it refuses to be root unless it is told to be
    command.args(["-u", "root", "-U", "0"]);
    let port = process.port();
    let socket = is_on_socket.then(|| socket(process.directory()));
    match &socket {
        Some(socket) => {
            let _ = fs::remove_file(socket);
            command.args(["-s", "memcached.sock"]);
        }
        None => {
            command.args(["-l", "127.0.0.1", "-p", &port.to_string()]);
        }
    }
    command.args(arguments);
    process.start(command, || asked(port, socket.as_deref(), login, "").is_some())
}

fn socket(directory: &Path) -> PathBuf {
    directory.join("memcached.sock")
}

/// What the server at this place answers to these lines.
fn asked(port: u16, socket: Option<&Path>, login: Option<&str>, lines: &str) -> Option<String> {
    let login = login.map(|login| format!("set x 0 0 {}\r\n{login}\r\n", login.len()));
    let sent = format!("{}{lines}mn\r\n", login.unwrap_or_default());
    let limit = Some(Duration::from_secs(5));
    if let Some(socket) = socket {
        let stream = UnixStream::connect(socket).ok()?;
        stream.set_read_timeout(limit).ok()?;
        return exchange(stream, &sent);
    }
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.set_read_timeout(limit).ok()?;
    exchange(stream, &sent)
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
