//! A real `redis-server` of a test's own, or another program that speaks like it, gone with it.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

/// One server on a free loopback port, with a directory of its own.
#[derive(Debug)]
pub struct Server {
    child: Option<Child>,
    port: u16,
    /// Where nodes of a cluster talk to each other.
    bus: u16,
    directory: PathBuf,
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
        let directory = fresh_directory();
        for (name, text) in [("tls.crt", certificate), ("tls.key", key), ("tls.ca", ca)] {
            fs::write(directory.join(name), text).expect("a file of the test's own");
        }
        let mut all =
            vec!["--tls-cert-file", "tls.crt", "--tls-key-file", "tls.key", "--tls-ca-cert-file", "tls.ca"];
        all.extend(arguments);
        Self::launch_in(directory, &all, None, false)
    }

    fn launch(arguments: &[&str], password: Option<&str>, is_reachable_plainly: bool) -> Self {
        Self::launch_in(fresh_directory(), arguments, password, is_reachable_plainly)
    }

    fn launch_in(directory: PathBuf, arguments: &[&str], password: Option<&str>, is_plain: bool) -> Self {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let password = password.map(str::to_owned);
        let mut server = Self {
            child: None,
            port: 0,
            bus: 0,
            directory,
            arguments,
            password,
            is_reachable_plainly: is_plain,
        };
        // a port that was free may be taken a moment later
        for _ in 0..5 {
            (server.port, server.bus) = (free_port(), free_port());
            if server.try_spawn() {
                return server;
            }
        }
        panic!("{} does not start; its log: {}", program(), server.log());
    }

    /// Starts it again, on the same port and with what it had saved.
    pub fn restart(&mut self) {
        self.kill();
        let began = Instant::now();
        while !self.try_spawn() {
            assert!(began.elapsed() < Duration::from_secs(10), "it does not start again: {}", self.log());
        }
    }

    fn try_spawn(&mut self) -> bool {
        let port = self.port.to_string();
        let (plain, encrypted) =
            if self.is_reachable_plainly { (port.as_str(), "0") } else { ("0", port.as_str()) };
        let program = program();
        let mut command = Command::new(&program);
        command.current_dir(&self.directory).args(["--bind", "127.0.0.1", "--port", plain]);
        if encrypted != "0" {
            command.args(["--tls-port", encrypted]);
        }
        command.args(["--save", "", "--appendonly", "no", "--logfile", "log", "--daemonize", "no"]);
        let bus = self.bus.to_string();
        command.args(self.arguments.iter().map(|argument| if argument == BUS { &bus } else { argument }));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // what an earlier start said is of no interest
        let _ = fs::remove_file(self.directory.join("log"));
        match command.spawn() {
            Ok(child) => self.child = Some(child),
            Err(error) => panic!(
                "`{program}` cannot be started ({error}); `cargo xtask servers` or \
                 `apt-get install {program}` installs it"
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
            if self.log().contains(READY) {
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
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub fn socket(&self) -> PathBuf {
        self.directory.join("redis.sock")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.directory.join("log")).unwrap_or_default()
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
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.as_ref().expect("it runs").id().to_string();
        let status = Command::new("kill").args([signal, &pid]).status().expect("kill can be run");
        assert!(status.success(), "kill {signal} {pid}");
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
        let client = redis::Client::open(format!("redis://{login}127.0.0.1:{}", self.port))?;
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

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn fresh_directory() -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let directory = std::env::temp_dir().join(format!("larder-redis-{}-{number}", std::process::id()));
    // what a test process of the same number left behind
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory of the test's own");
    directory
}

/// Stands for the port of the bus in arguments.
const BUS: &str = "port of the bus";

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
            let (port, bus) = (other.port.to_string(), other.bus.to_string());
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
        let hosts: Vec<String> = self.nodes.iter().map(|node| format!("127.0.0.1:{}", node.port)).collect();
        format!("redis+cluster://{}", hosts.join(","))
    }

    /// The node's name in the cluster.
    pub fn id(node: &Server) -> String {
        redis::from_redis_value(node.admin(&["CLUSTER", "MYID"])).expect("a text")
    }
}
