//! What the tests that every store behind a network passes have to know of one.

use std::{fmt::Debug, ops::DerefMut, time::Duration};

use larder_core::store_bytes::{Answer, Operation, Store};

use super::{HALVES, Half, eventually, fresh, get, proxy::Proxy, put, remaining, timed};
use crate::support::server::Process;

/// A store behind a network.
pub trait Networked: Store + Clone + Debug + 'static {
    /// A real server of it.
    type Server: RealServer;

    /// What its URLs begin with.
    const SCHEME: &str;

    /// How much longer than it should a value may live, because the server counts in this.
    const TICK: Duration;

    /// A store at this URL.
    fn at(url: &str, with: With) -> Self;

    /// Whether its server is asked.
    fn is_available(&self) -> bool;

    /// How often its server was found to be gone.
    fn outages(&self) -> u64;
}

/// A real server of a test's own, gone with it.
pub trait RealServer: DerefMut<Target = Process> + Sync + Sized {
    fn start() -> Self;

    /// One that closes connections which are idle for a second.
    fn closing_what_is_idle() -> Self;

    /// Starts it again at the same place, empty.
    fn restart(&mut self);

    fn url(&self) -> String;

    /// How many clients it has, without the one that asks.
    fn clients(&self) -> u64;

    /// How many clients it ever had.
    fn clients_ever(&self) -> u64;
}

/// How a store is built, apart from its URL.
#[derive(Clone, Copy, Debug)]
pub struct With {
    pub deadline: Duration,
    pub pool_size: Option<usize>,
    pub prefix: Option<&'static str>,
}

impl With {
    pub fn deadline(deadline: Duration) -> Self {
        Self { deadline, pool_size: None, prefix: None }
    }

    /// For what is not about time: how fast the machine is at the moment is of no account.
    pub fn patience() -> Self {
        Self::deadline(Duration::from_secs(20))
    }

    pub fn pool_size(self, size: usize) -> Self {
        Self { pool_size: Some(size), ..self }
    }

    pub fn prefix(self, prefix: &'static str) -> Self {
        Self { prefix: Some(prefix), ..self }
    }
}

/// The address of a proxy before a server of this store.
pub fn through<S: Networked>(proxy: &Proxy) -> String {
    format!("{}://127.0.0.1:{}", S::SCHEME, proxy.port())
}

/// The deadline of stores that have to keep one.
pub const DEADLINE: Duration = Duration::from_millis(250);

/// A call that has its deadline may be so much later on a machine that does other things too. What would be found is a call that waits for a time-out of the system, or for ever.
pub const SLACK: Duration = Duration::from_millis(2_750);

/// What takes no time may take so much on such a machine. A thousand calls that each waited for their deadline would take minutes.
pub const NEXT_TO_NOTHING: Duration = Duration::from_secs(5);

/// How long after its server a store is well again, at the most. It asks at least once a second.
pub const SOON: Duration = Duration::from_secs(8);

/// A server, and a store of it for each half, with the prefix `test`.
pub fn everywhere<S: Networked>(test: impl Fn(Half, &S, &S::Server)) {
    let server = S::Server::start();
    for half in HALVES {
        test(half, &S::at(&server.url(), With::patience().prefix("test")), &server);
    }
}

/// How long a value lives from now on.
pub fn left(half: Half, store: &impl Store, key: &str) -> Option<Duration> {
    match half.ask(store, remaining(key)).expect("it answers") {
        Answer::Remaining(left) => left,
        other => panic!("{other:?}"),
    }
}

/// Does this on a store that is well. It may take more than one deadline.
pub fn set_up(half: Half, store: &impl Store, operation: &Operation) {
    eventually("what a test begins with is done", || half.ask(store, operation.clone()).is_ok());
}

/// Ends once the store answers again, and says after how long.
pub fn recovered(half: Half, store: &impl Store) -> Duration {
    let key = fresh("recovered");
    eventually("the store works again", || half.ask(store, put(&key, b"v")).is_ok())
}

/// Asks until the breaker is open; every call on the way keeps its deadline.
pub fn until_not_asked(half: Half, store: &impl Networked) {
    eventually("the breaker is open", || {
        let (answer, took) = timed(|| half.ask(store, get("x")));
        assert!(answer.is_err());
        assert!(took < DEADLINE + SLACK, "{took:?}");
        !store.is_available()
    });
}
