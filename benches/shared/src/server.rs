//! A `redis-server` of this run, on a free loopback port; it ends with the run.

use std::{
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::Failure;

#[derive(Debug)]
pub(crate) struct Server {
    port: u16,
    process: Child,
}

impl Server {
    pub(crate) fn start() -> Result<Self, Failure> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let server = Self { port, process: Self::spawn(port)? };
        server.await_answer()?;
        Ok(server)
    }

    fn spawn(port: u16) -> Result<Child, Failure> {
        let port = port.to_string();
        let spawned = Command::new("redis-server")
            .args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn();
        spawned.map_err(|error| {
            format!("redis-server cannot be started ({error}); `cargo xtask servers` installs it").into()
        })
    }

    fn await_answer(&self) -> Result<(), Failure> {
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if began.elapsed() > Duration::from_secs(10) {
                return Err("redis-server does not answer".into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn client(&self) -> Result<redis::Client, Failure> {
        Ok(redis::Client::open(self.url())?)
    }

    /// What the server has used of a processor so far, in seconds.
    pub(crate) fn processor_time(&self) -> Result<f64, Failure> {
        let info: String = redis::cmd("INFO").arg("cpu").query(&mut self.client()?.get_connection()?)?;
        let figure = |name: &str| {
            info.lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(':')?.trim().parse::<f64>().ok())
        };
        figure("used_cpu_user")
            .zip(figure("used_cpu_sys"))
            .map(|(user, system)| user + system)
            .ok_or_else(|| "INFO says nothing of the processor".into())
    }

    /// `"STOP"` or `"CONT"`.
    pub(crate) fn signal(&self, signal: &str) -> Result<(), Failure> {
        let process = self.process.id().to_string();
        let status = Command::new("kill").args([&format!("-{signal}"), &process]).status()?;
        if status.success() { Ok(()) } else { Err("the server cannot be signalled".into()) }
    }

    pub(crate) fn kill(&mut self) -> Result<(), Failure> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    pub(crate) fn restart(&mut self) -> Result<(), Failure> {
        self.process = Self::spawn(self.port)?;
        self.await_answer()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
