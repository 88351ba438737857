//! What do several processes have of one Redis, and what happens when it goes away? Starts a server of its own, and a second process of this program.
//!
//! ```sh
//! cargo run --release --example redis
//! ```

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use larder::redis::Redis;
use larder::{Cache, cached};

type Failure = Box<dyn std::error::Error>;

static QUERIES: AtomicU32 = AtomicU32::new(0);

/// Lives in Redis for a minute, and in the memory of each process that reads it for five seconds at most.
#[cached(ttl = 60, store = redis, l1 = "5s", tags = ["article:{id}"])]
fn article(id: u32) -> String {
    format!("article {id}, read as query {}", QUERIES.fetch_add(1, Relaxed))
}

/// The same without the memory in front, so that each call asks Redis.
#[cached(ttl = 60, store = redis)]
fn price(id: u32) -> u32 {
    QUERIES.fetch_add(1, Relaxed);
    id * 10
}

const ARTICLES: u32 = 100;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    if let (Some("second"), Some(url)) = (arguments.next().as_deref(), arguments.next()) {
        return second(&url);
    }
    let mut server = Server::start()?;
    connect(&server.url())?;
    let mut other = Other::start(&server.url())?;

    println!("-- two processes, one Redis");
    (0..ARTICLES).for_each(|id| drop(article(id)));
    println!("this process ran {} queries for {ARTICLES} articles", QUERIES.load(Relaxed));
    println!("the other one ran {} for the same", other.ask("read")?);

    println!("\n-- an invalidation crosses over");
    let mut delays = Vec::new();
    for _ in 0..200 {
        let before = article(7);
        assert_eq!(other.ask("seven")?, before, "both have the same");
        larder::blocking::invalidate_tag("article:7")?;
        let began = Instant::now();
        while other.ask("seven")? == before {}
        delays.push(began.elapsed());
    }
    delays.sort_unstable();
    println!(
        "200 times: the other process's memory stopped serving the old text after {:?} (median), {:?} (99 %)",
        delays[100], delays[197]
    );

    println!("\n-- Redis freezes under load, and comes back");
    let is_on = AtomicBool::new(true);
    std::thread::scope(|scope| -> Result<(), Failure> {
        let load = scope.spawn(|| {
            let mut calls = Vec::new();
            while is_on.load(Relaxed) {
                let began = Instant::now();
                assert_eq!(price(3), 30, "whatever happens, the value is right");
                calls.push((began, began.elapsed()));
                std::thread::sleep(Duration::from_millis(1));
            }
            calls
        });
        std::thread::sleep(Duration::from_millis(500));
        let frozen = Instant::now();
        server.signal("STOP")?;
        std::thread::sleep(Duration::from_secs(2));
        let thawed = Instant::now();
        server.signal("CONT")?;
        let hits = || price::stats().hits;
        let before = hits();
        while hits() == before {
            std::thread::yield_now();
        }
        let recovered = thawed.elapsed();
        is_on.store(false, Relaxed);
        let calls = load.join().expect("no call panics");
        let during: Vec<_> = calls.iter().filter(|(began, _)| *began >= frozen && *began < thawed).collect();
        let mut slowest: Vec<_> = during.iter().map(|(_, took)| *took).collect();
        slowest.sort_unstable_by(|one, other| other.cmp(one));
        println!(
            "{} calls while it was frozen, all of them right; the slowest took {:?}; the others at most {:?}; hits again {recovered:?} after it went on",
            during.len(),
            slowest.iter().take(6).collect::<Vec<_>>(),
            slowest.get(6).copied().unwrap_or_default()
        );
        Ok(())
    })?;

    println!("\n-- Redis is killed and started again");
    server.kill()?;
    let began = Instant::now();
    for id in 0..10_000 {
        assert_eq!(price(id), id * 10);
    }
    println!("10,000 calls without a server: all of them right, in {:?} together", began.elapsed());
    println!("an invalidation meanwhile: {}", larder::blocking::invalidate_tag("article:7").unwrap_err());
    server.restart()?;
    let began = Instant::now();
    while !{
        price(1);
        price::lookup(1).is_hit()
    } {
        std::thread::sleep(Duration::from_millis(5));
    }
    println!("hits again {:?} after it was started", began.elapsed());

    println!("\n{}", larder::stats());
    println!(
        "store errors: {} of {}",
        price::stats().store_errors,
        price::stats().misses + price::stats().hits
    );
    Ok(())
}

fn connect(url: &str) -> Result<(), Failure> {
    Cache::builder("default").store(Redis::builder(url)?.build()).build()?;
    Ok(())
}

/// The second process: answers a line for each line.
fn second(url: &str) -> Result<(), Failure> {
    connect(url)?;
    for line in std::io::stdin().lines() {
        match line?.as_str() {
            "read" => {
                (0..ARTICLES).for_each(|id| drop(article(id)));
                println!("{}", QUERIES.load(Relaxed));
            }
            _ => println!("{}", article(7)),
        }
    }
    Ok(())
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
            .args(["second", url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = process.stdin.take().ok_or("no input")?;
        let output = BufReader::new(process.stdout.take().ok_or("no output")?);
        Ok(Self { process, input, output })
    }

    fn ask(&mut self, question: &str) -> Result<String, Failure> {
        writeln!(self.input, "{question}")?;
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

/// A server on a free port of this machine, which ends with this program.
struct Server {
    port: u16,
    process: Child,
}

impl Server {
    fn start() -> Result<Self, Failure> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let server = Self { port, process: Self::spawn(port)? };
        server.await_answer()?;
        Ok(server)
    }

    fn spawn(port: u16) -> Result<Child, Failure> {
        Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| {
                format!("redis-server cannot be started ({error}); `cargo xtask servers` installs it").into()
            })
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    fn await_answer(&self) -> Result<(), Failure> {
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if began.elapsed() > Duration::from_secs(10) {
                return Err("redis-server does not answer".into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    fn signal(&self, signal: &str) -> Result<(), Failure> {
        let status =
            Command::new("kill").args([&format!("-{signal}"), &self.process.id().to_string()]).status()?;
        if status.success() { Ok(()) } else { Err("the server cannot be signalled".into()) }
    }

    fn kill(&mut self) -> Result<(), Failure> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    fn restart(&mut self) -> Result<(), Failure> {
        self.process = Self::spawn(self.port)?;
        self.await_answer()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
