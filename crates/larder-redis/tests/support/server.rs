//! A real `redis-server` of a test's own, or another program that speaks like it, gone with it.

#[allow(clippy::duplicate_mod, reason = "programs that start servers of both kinds have it twice")]
#[path = "../../../larder-link/tests/support/process.rs"]
mod process;

use std::{
    fs,
    ops::{Deref, DerefMut},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

#[allow(unused_imports, reason = "not everybody who starts a server needs them")]
pub use process::{Process, free_port};

/// One server on a free loopback port, with a directory of its own.
#[derive(Debug)]
pub struct Server {
    process: Process,
    /// Where nodes of a cluster talk to each other.
    bus: u16,
    arguments: Vec<String>,
    /// What the tests themselves log in with, if they have to.
    password: Option<String>,
    is_reachable_plainly: bool,
}

impl Server {
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// With more arguments: `["--maxmemory", "1mb"]`.
    pub fn with(arguments: &[&str]) -> Self {
        Self::launch(arguments, None, true)
    }

    pub fn with_password(password: &str) -> Self {
        Self::launch(&["--requirepass", password], Some(password), true)
    }

    /// On a unix socket too, at [`socket`](Self::socket).
    pub fn with_socket() -> Self {
        Self::with(&["--unixsocket", "redis.sock"])
    }

    /// With TLS instead of plain connections; the files are in PEM.
    pub fn with_tls(certificate: &str, key: &str, ca: &str, arguments: &[&str]) -> Self {
        let process = Process::new("redis");
        for (name, text) in [("tls.crt", certificate), ("tls.key", key), ("tls.ca", ca)] {
            fs::write(process.directory().join(name), text).expect("a file of the test's own");
        }
        let mut all =
            vec!["--tls-cert-file", "tls.crt", "--tls-key-file", "tls.key", "--tls-ca-cert-file", "tls.ca"];
        all.extend(arguments);
        Self::launch_as(process, &all, None, false)
    }

    fn launch(arguments: &[&str], password: Option<&str>, is_reachable_plainly: bool) -> Self {
        Self::launch_as(Process::new("redis"), arguments, password, is_reachable_plainly)
    }

    fn launch_as(mut process: Process, arguments: &[&str], password: Option<&str>, is_plain: bool) -> Self {
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let mut bus = 0;
        let is_started = process.found_a_port(|process| {
            bus = free_port();
            start(process, bus, &arguments, is_plain)
        });
        assert!(is_started, "{} does not start; its log: {}", program(), log(process.directory()));
        let password = password.map(str::to_owned);
        Self { process, bus, arguments, password, is_reachable_plainly: is_plain }
    }

    /// Starts it again, on the same port and with what it had saved.
    pub fn restart(&mut self) {
        let Self { process, bus, arguments, is_reachable_plainly, .. } = self;
        process.started_again(|process| start(process, *bus, arguments, *is_reachable_plainly));
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port())
    }

    pub fn socket(&self) -> PathBuf {
        self.directory().join("redis.sock")
    }

    /// How many clients it has, without the one that asks.
    pub fn clients(&self) -> u64 {
        let clients =
            self.info("clients", "connected_clients").and_then(|clients| clients.parse::<u64>().ok());
        clients.expect("it counts them") - 1
    }

    /// Runs a command on a connection of its own.
    pub fn admin(&self, words: &[&str]) -> redis::Value {
        self.try_admin(words).unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    pub fn try_admin(&self, words: &[&str]) -> redis::RedisResult<redis::Value> {
        let mut command = redis::Cmd::new();
        words.iter().for_each(|word| {
            command.arg(*word);
        });
        command.query(&mut self.connect()?)
    }

    fn connect(&self) -> redis::RedisResult<redis::Connection> {
        let login = self.password.as_ref().map(|password| format!(":{password}@")).unwrap_or_default();
        let client = redis::Client::open(format!("redis://{login}127.0.0.1:{}", self.port()))?;
        let connection = client.get_connection_with_timeout(Duration::from_secs(5))?;
        connection.set_read_timeout(Some(Duration::from_secs(5)))?;
        Ok(connection)
    }

    /// Writes bytes under a key, which expires when it did.
    pub fn set(&self, key: &str, value: &[u8]) -> redis::RedisResult<()> {
        let mut connection = self.connect()?;
        redis::cmd("SET").arg(key).arg(value).arg("KEEPTTL").exec(&mut connection)
    }

    /// A field of `INFO`.
    pub fn info(&self, section: &str, field: &str) -> Option<String> {
        let text: String = redis::from_redis_value(self.admin(&["INFO", section])).expect("a text");
        let found = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
        found.map(|value| value.trim().to_owned())
    }

    /// How often a command was called.
    pub fn calls(&self, command: &str) -> u64 {
        let stats = self.info("commandstats", &format!("cmdstat_{command}"));
        stats.and_then(|stats| stats.strip_prefix("calls=")?.split(',').next()?.parse().ok()).unwrap_or(0)
    }
}

const READY: &str = "Ready to accept connections";

/// Says which program is the server, if it is not `redis-server`.
pub const PROGRAM: &str = "LARDER_TEST_SERVER";

fn program() -> String {
    std::env::var(PROGRAM).unwrap_or_else(|_| "redis-server".into())
}

/// Stands for the port of the bus in arguments.
const BUS: &str = "port of the bus";

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

fn start(process: &mut Process, bus: u16, arguments: &[String], is_reachable_plainly: bool) -> bool {
    let port = process.port().to_string();
    let (plain, encrypted) = if is_reachable_plainly { (port.as_str(), "0") } else { ("0", port.as_str()) };
    let mut command = Command::new(program());
    command.args(["--bind", "127.0.0.1", "--port", plain]);
    if encrypted != "0" {
        command.args(["--tls-port", encrypted]);
    }
    command.args(["--save", "", "--appendonly", "no", "--logfile", "log", "--daemonize", "no"]);
    let bus = bus.to_string();
    command.args(arguments.iter().map(|argument| if argument == BUS { &bus } else { argument }));
    let directory = process.directory().to_owned();
    // what an earlier start said is of no interest
    let _ = fs::remove_file(directory.join("log"));
    process.start(command, || log(&directory).contains(READY))
}

fn log(directory: &Path) -> String {
    fs::read_to_string(directory.join("log")).unwrap_or_default()
}

/// Three nodes that share the slots, each with as many replicas as were asked for.
#[derive(Debug)]
pub struct Cluster {
    /// The masters first, in the order of their slots, then replicas in that order.
    pub nodes: Vec<Server>,
}

const SLOTS: [(u16, u16); 3] = [(0, 5460), (5461, 10922), (10923, 16383)];

impl Cluster {
    /// Without replicas.
    pub fn start() -> Self {
        Self::launch(0)
    }

    /// With one replica for each node, which takes its place when it is gone.
    pub fn with_replicas() -> Self {
        let cluster = Self::launch(SLOTS.len());
        let (masters, replicas) = cluster.nodes.split_at(SLOTS.len());
        for (master, replica) in masters.iter().zip(replicas) {
            replica.admin(&["CLUSTER", "REPLICATE", &Self::id(master)]);
        }
        super::eventually("the replicas have caught up", || {
            replicas
                .iter()
                .all(|replica| replica.info("replication", "master_link_status").as_deref() == Some("up"))
        });
        // those who vote have to know whose replica it is
        super::eventually("everybody knows the replicas", || {
            cluster.nodes.iter().all(|node| {
                let text: String =
                    redis::from_redis_value(node.admin(&["CLUSTER", "NODES"])).expect("a text");
                text.matches(" slave ").count() + text.matches("myself,slave ").count() == replicas.len()
            })
        });
        cluster
    }

    fn launch(more: usize) -> Self {
        let arguments = [
            ["--cluster-enabled", "yes"],
            ["--cluster-node-timeout", "2000"],
            ["--cluster-require-full-coverage", "no"],
            ["--cluster-port", BUS],
        ];
        let many = SLOTS.len() + more;
        let nodes: Vec<Server> = (0..many).map(|_| Server::with(arguments.as_flattened())).collect();
        for (node, (first, last)) in nodes.iter().zip(SLOTS) {
            node.admin(&["CLUSTER", "ADDSLOTSRANGE", &first.to_string(), &last.to_string()]);
        }
        for other in &nodes[1..] {
            let (port, bus) = (other.port().to_string(), other.bus.to_string());
            nodes[0].admin(&["CLUSTER", "MEET", "127.0.0.1", &port, &bus]);
        }
        let cluster = Self { nodes };
        super::eventually("the nodes know each other", || {
            cluster.nodes.iter().all(|node| cluster.agrees(node))
        });
        cluster
    }

    /// One that the tests which run at the same time share; each needs a prefix of its own.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let cluster = Arc::new(Self::start());
            *shared = Arc::downgrade(&cluster);
            cluster
        })
    }

    fn agrees(&self, node: &Server) -> bool {
        let text: String = redis::from_redis_value(node.admin(&["CLUSTER", "INFO"])).expect("a text");
        text.contains("cluster_state:ok")
            && text.contains("cluster_slots_ok:16384")
            && text.contains(&format!("cluster_known_nodes:{}", self.nodes.len()))
    }

    pub fn url(&self) -> String {
        let hosts: Vec<String> = self.nodes.iter().map(|node| format!("127.0.0.1:{}", node.port())).collect();
        format!("redis+cluster://{}", hosts.join(","))
    }

    /// The node's name in the cluster.
    pub fn id(node: &Server) -> String {
        redis::from_redis_value(node.admin(&["CLUSTER", "MYID"])).expect("a text")
    }
}
