//! What goes wrong: with the network, with the server, and with what it holds. Drawn at random, each kind as often as the others.

use std::thread;
use std::time::{Duration, Instant};

use crate::proxy::{Fault, Proxy};
use crate::random::Random;
use crate::server::Server;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Latency,
    BlackHole,
    Reset,
    Cut,
    Refuse,
    Dribble,
    /// Connections that are there swallow everything.
    HalfOpen,
    /// The server is stopped in its tracks.
    Freeze,
    /// The server is killed, and comes back empty.
    Restart,
    Flush,
    /// There is too little memory, and it throws away what it likes.
    Evict,
    /// There is too little memory, and it refuses writes.
    Full,
    /// Entries and records are cut, changed, exchanged and made something else.
    Damage,
    /// The server closes all connections.
    Disconnect,
    /// The server does not know our scripts any more.
    ForgetScripts,
}

pub(crate) const KINDS: [Kind; 15] = [
    Kind::Latency,
    Kind::BlackHole,
    Kind::Reset,
    Kind::Cut,
    Kind::Refuse,
    Kind::Dribble,
    Kind::HalfOpen,
    Kind::Freeze,
    Kind::Restart,
    Kind::Flush,
    Kind::Evict,
    Kind::Full,
    Kind::Damage,
    Kind::Disconnect,
    Kind::ForgetScripts,
];

/// The server, the networks in front of it, and what is to go wrong next.
pub(crate) struct Injector {
    server: Server,
    pub(crate) proxies: Vec<Proxy>,
    /// What comes next, and how bad it is.
    random: Random,
    /// What is damaged: how often it is asked depends on the machine.
    damage: Random,
    deck: Vec<Kind>,
    only: Option<Kind>,
}

impl Injector {
    /// With faults of all kinds, or of one.
    pub(crate) fn new(random: Random, damage: Random, only: Option<Kind>) -> Self {
        let server = Server::start();
        let proxies = (0..2).map(|_| Proxy::before(server.port())).collect();
        Self { server, proxies, random, damage, deck: Vec::new(), only }
    }

    pub(crate) fn draw(&mut self) -> Kind {
        if self.deck.is_empty() {
            self.deck = self.only.map_or_else(|| KINDS.to_vec(), |kind| vec![kind]);
        }
        let at = self.random.below(u64::try_from(self.deck.len()).expect("few"));
        self.deck.swap_remove(usize::try_from(at).expect("few"))
    }

    /// Lets it go wrong for a while. `pass` waits.
    pub(crate) fn inject(
        &mut self,
        kind: Kind,
        lasting: Duration,
        mut pass: impl FnMut(Duration) -> Result<(), String>,
    ) -> Result<(), String> {
        match kind {
            Kind::Latency => {
                let later = self.random.millis(5, 400);
                self.network(Fault::Latency(later), lasting, pass)
            }
            Kind::BlackHole => self.network(Fault::BlackHole, lasting, pass),
            Kind::Reset => self.network(Fault::Reset, lasting, pass),
            Kind::Cut => {
                let after = usize::try_from(self.random.below(60)).expect("it is small");
                self.network(Fault::Cut(after), lasting, pass)
            }
            Kind::Refuse => {
                // those that are there would hide it
                self.server.admin(&["CLIENT", "KILL", "TYPE", "normal"]);
                self.network(Fault::Refuse, lasting, pass)
            }
            Kind::Dribble => {
                let pause = self.random.millis(1, 6);
                self.network(Fault::Dribble(pause), lasting, pass)
            }
            Kind::HalfOpen => {
                let proxy = self.random.below(2);
                self.proxies[usize::try_from(proxy).expect("few")].leave_half_open();
                pass(lasting)
            }
            Kind::Freeze => {
                self.server.freeze();
                let passed = pass(lasting);
                self.server.thaw();
                passed
            }
            Kind::Restart => {
                self.server.kill();
                let passed = pass(lasting);
                self.server.restart();
                passed
            }
            Kind::Flush => {
                self.server.admin(&["FLUSHALL"]);
                Ok(())
            }
            Kind::Evict => {
                let policy = self.random.pick(&["allkeys-random", "allkeys-lru", "volatile-ttl"]);
                self.memory(policy, 1, lasting, pass)
            }
            Kind::Full => self.memory("noeviction", 2, lasting, pass),
            Kind::Damage => {
                let until = Instant::now() + lasting;
                while Instant::now() < until {
                    self.damage();
                    pass(Duration::from_millis(2))?;
                }
                Ok(())
            }
            Kind::Disconnect => {
                self.server.admin(&["CLIENT", "KILL", "TYPE", "pubsub"]);
                self.server.admin(&["CLIENT", "KILL", "TYPE", "normal"]);
                Ok(())
            }
            Kind::ForgetScripts => {
                self.server.admin(&["SCRIPT", "FLUSH"]);
                Ok(())
            }
        }
    }

    /// In front of some of the processes, or all of them.
    fn network(
        &mut self,
        fault: Fault,
        lasting: Duration,
        mut pass: impl FnMut(Duration) -> Result<(), String>,
    ) -> Result<(), String> {
        let which = self.random.pick(&[0b01, 0b10, 0b11, 0b11]);
        let hit = |at: usize| which & (1 << at) != 0;
        let set = |fault| {
            let proxies = self.proxies.iter().enumerate().filter(|(at, _)| hit(*at));
            proxies.for_each(|(_, proxy)| proxy.set(fault));
        };
        set(fault);
        let passed = pass(lasting);
        set(Fault::None);
        passed
    }

    /// With less memory than is used: `share` says by how much.
    fn memory(
        &mut self,
        policy: &str,
        share: u64,
        lasting: Duration,
        mut pass: impl FnMut(Duration) -> Result<(), String>,
    ) -> Result<(), String> {
        let used = self.server.info("memory", "used_memory").and_then(|used| used.parse::<u64>().ok());
        let most = used.expect("the server says it") / share - 20_000;
        self.server.admin(&["CONFIG", "SET", "maxmemory-policy", policy]);
        self.server.admin(&["CONFIG", "SET", "maxmemory", &most.to_string()]);
        let passed = pass(lasting);
        self.server.admin(&["CONFIG", "SET", "maxmemory", "0"]);
        passed
    }

    /// Does something to a key that somebody else would have no business with. A number is never made lower: that would be a lie that nobody could tell from the truth.
    fn damage(&mut self) {
        let key =
            || redis::from_redis_value::<Option<String>>(self.server.admin(&["RANDOMKEY"])).ok().flatten();
        let (Some(key), Some(other)) = (key(), key()) else { return };
        let is_entry = |key: &str| key.contains(":e:");
        let bytes = |key: &str| match self.server.try_admin(&["GET", key]) {
            Ok(redis::Value::BulkString(bytes)) => bytes,
            _ => Vec::new(),
        };
        let mut value = bytes(&key);
        let half = value.len() / 2;
        match self.damage.below(6) {
            0 if is_entry(&key) => value.truncate(half),
            1 if is_entry(&key) && half > 0 => {
                let at = usize::try_from(self.damage.below(value.len() as u64)).expect("it is small");
                value[at] ^= 1 << self.damage.below(8);
            }
            2 if is_entry(&key) && is_entry(&other) && key != other => value = bytes(&other),
            3 => value = b"something else".to_vec(),
            4 => value.clear(),
            _ => {
                // a list is no value of ours, and neither is what is gone
                let _ = self.server.try_admin(&["DEL", &key]);
                if self.damage.below(2) == 0 {
                    let _ = self.server.try_admin(&["RPUSH", &key, "x"]);
                    let _ = self.server.try_admin(&["PEXPIRE", &key, "5000"]);
                }
                return;
            }
        }
        let _ = self.server.set(&key, &value);
    }

    /// What the server holds, and what it uses for it.
    pub(crate) fn holds(&self) -> String {
        let used = self.server.info("memory", "used_memory_human").unwrap_or_default();
        let keys = match self.server.admin(&["DBSIZE"]) {
            redis::Value::Int(keys) => keys,
            other => unreachable!("{other:?}"),
        };
        format!("{keys} keys, {used}")
    }

    /// Ends when the server answers, which one that was stopped or full does at once.
    pub(crate) fn wait_until_up(&self) {
        while self.server.try_admin(&["PING"]).is_err() {
            thread::park_timeout(Duration::from_millis(5));
        }
    }
}
