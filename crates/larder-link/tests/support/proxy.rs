//! A proxy between a store and its server that does what networks do.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// What happens to what comes from the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: it is passed on.
    None,
    /// It arrives so much later.
    Latency(Duration),
    /// It never arrives, and what goes the other way neither.
    BlackHole,
    /// The connection is closed at once when something is to be passed on.
    Reset,
    /// The connection is closed after so many bytes of the reply.
    Cut(usize),
    /// Byte by byte, with a pause before each.
    Dribble(Duration),
    /// New connections are closed at once; those that are there work.
    Refuse,
}

/// A listener on a loopback port in front of a server.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    fault: Mutex<Fault>,
    connections: Mutex<Vec<Arc<Connection>>>,
    accepted: AtomicUsize,
    round_trips: AtomicUsize,
    is_over: AtomicBool,
}

#[derive(Debug)]
struct Connection {
    client: TcpStream,
    server: TcpStream,
    /// Whether this one swallows everything, whatever happens to others.
    is_half_open: AtomicBool,
    /// Whether the last bytes came from the server.
    was_answered: AtomicBool,
}

impl Proxy {
    pub fn before(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let own = listener.local_addr().expect("it is bound").port();
        let shared = Arc::new(Shared {
            server: (Ipv4Addr::LOCALHOST, port).into(),
            fault: Mutex::new(Fault::None),
            connections: Mutex::default(),
            accepted: AtomicUsize::new(0),
            round_trips: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accept(&listener, &accepting));
        Self { port: own, shared }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub fn set(&self, fault: Fault) {
        *self.shared.fault.lock().expect("no test panics with it") = fault;
    }

    /// The connections there are swallow everything from now on; new ones work.
    pub fn leave_half_open(&self) {
        for connection in self.shared.connections.lock().expect("no test panics with it").iter() {
            connection.is_half_open.store(true, Ordering::SeqCst);
        }
    }

    /// How many connections there were.
    pub fn accepted(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// How often something was asked after an answer, or for the first time.
    pub fn round_trips(&self) -> usize {
        self.shared.round_trips.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        // wakes the listener
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        for connection in self.shared.connections.lock().expect("no test panics with it").drain(..) {
            connection.close();
        }
    }
}

impl Connection {
    fn close(&self) {
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }
}

impl Shared {
    fn fault(&self) -> Fault {
        *self.fault.lock().expect("no test panics with it")
    }

    /// One way of a connection has ended, and so the other one ends.
    fn ended(&self, connection: &Arc<Connection>) {
        connection.close();
        let mut connections = self.connections.lock().expect("no test panics with it");
        connections.retain(|other| !Arc::ptr_eq(other, connection));
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for client in listener.incoming() {
        if shared.is_over.load(Ordering::SeqCst) {
            return;
        }
        let Ok(client) = client else { continue };
        if shared.fault() == Fault::Refuse {
            continue;
        }
        // a server that is gone is a connection that is closed at once
        let Ok(server) = TcpStream::connect(shared.server) else { continue };
        shared.accepted.fetch_add(1, Ordering::SeqCst);
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let connection = Arc::new(Connection {
            client,
            server,
            is_half_open: AtomicBool::new(false),
            was_answered: AtomicBool::new(true),
        });
        shared.connections.lock().expect("no test panics with it").push(Arc::clone(&connection));
        let (there, back) = (Arc::clone(shared), Arc::clone(shared));
        let other = Arc::clone(&connection);
        thread::spawn(move || {
            pump(&connection.client, &connection.server, &connection, &there, Way::There);
            there.ended(&connection);
        });
        thread::spawn(move || {
            pump(&other.server, &other.client, &other, &back, Way::Back);
            back.ended(&other);
        });
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    There,
    Back,
}

fn pump(mut from: &TcpStream, mut to: &TcpStream, connection: &Connection, shared: &Shared, way: Way) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return,
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        let fault = shared.fault();
        if connection.is_half_open.load(Ordering::SeqCst) || fault == Fault::BlackHole {
            continue;
        }
        if way == Way::There && connection.was_answered.swap(false, Ordering::SeqCst) {
            shared.round_trips.fetch_add(1, Ordering::SeqCst);
        }
        if way == Way::Back {
            connection.was_answered.store(true, Ordering::SeqCst);
        }
        let passed = match (way, fault) {
            (Way::Back, Fault::Latency(by)) => {
                thread::park_timeout(by);
                to.write_all(&buffer[..read])
            }
            (Way::Back, Fault::Cut(after)) => {
                let _ = to.write_all(&buffer[..read.min(after)]);
                return;
            }
            (Way::Back, Fault::Dribble(pause)) => dribble(&buffer[..read], pause, to, shared),
            (_, Fault::Reset) => return,
            _ => to.write_all(&buffer[..read]),
        };
        if passed.is_err() {
            return;
        }
    }
}

/// Byte by byte, as long as that is the fault: what is left over when it ends is not late for minutes.
fn dribble(bytes: &[u8], pause: Duration, mut to: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    for (at, byte) in bytes.iter().enumerate() {
        if shared.fault() != Fault::Dribble(pause) {
            return to.write_all(&bytes[at..]);
        }
        thread::park_timeout(pause);
        to.write_all(&[*byte])?;
    }
    Ok(())
}
