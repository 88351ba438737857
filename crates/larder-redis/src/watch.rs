//! Messages between stores of one prefix, over publish and subscribe: so one process tells the others what changed.

use std::{
    fmt,
    hash::{BuildHasher as _, RandomState},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use larder_core::store_bytes::{
    Notice,
    link::{Backoff, Deadline},
};
use larder_link::{Connection as _, Failure, Handle, NO_ANSWER};
use redis::Value;

use crate::{
    address::Address,
    command::Command,
    connection::{Connection, server_error},
    keyspace::Keyspace,
    protocol::Settings,
    request::Request,
};

/// A watch that goes on until this is dropped. A call of the listener that runs at that moment still ends.
#[must_use = "dropping it ends the watch"]
pub struct Watch {
    control: Arc<Control>,
}

/// Where messages go, and who sends them.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    name: Vec<u8>,
    sender: [u8; SENDER],
}

/// How many bytes in front of each message say who sent it.
const SENDER: usize = 16;

impl Channel {
    pub(crate) fn new(keyspace: &Keyspace) -> Self {
        let mut sender = [0; SENDER];
        for (at, half) in sender.chunks_exact_mut(8).enumerate() {
            // the standard library's seeds are the system's random numbers
            half.copy_from_slice(&RandomState::new().hash_one((at, std::process::id())).to_le_bytes());
        }
        Self { name: keyspace.key("larder:notices"), sender }
    }

    pub(crate) fn publish(&self, message: &[u8]) -> Command {
        let mut payload = self.sender.to_vec();
        payload.extend_from_slice(message);
        let mut command = redis::cmd("PUBLISH");
        command.arg(self.name.as_slice()).arg(payload);
        // a message that comes twice says nothing else
        Command::new(command, self.name.clone(), true)
    }

    fn subscribe(&self) -> Request {
        Request::one(redis::cmd("SUBSCRIBE").arg(self.name.as_slice()))
    }

    /// A message of somebody else, without the sender.
    fn read(&self, pushed: &Value) -> Option<Vec<u8>> {
        let Value::Array(parts) = pushed else { return None };
        let [Value::BulkString(kind), Value::BulkString(channel), Value::BulkString(payload)] =
            parts.as_slice()
        else {
            return None;
        };
        let is_ours = kind == b"message" && *channel == self.name;
        let (sender, message) = payload.split_at_checked(SENDER)?;
        (is_ours && sender != self.sender).then(|| message.to_vec())
    }
}

/// What the thread and the [`Watch`] share.
struct Control {
    state: Mutex<State>,
    stopped: Condvar,
}

#[derive(Default)]
struct State {
    is_stopped: bool,
    /// To end the connection that the thread reads from.
    handle: Option<Handle>,
}

/// The thread's side.
struct Listening<L> {
    addresses: Vec<Address>,
    settings: Settings,
    channel: Channel,
    control: Arc<Control>,
    listener: L,
}

impl Watch {
    pub(crate) fn start(
        addresses: &[Address],
        settings: &Settings,
        channel: &Channel,
        listener: impl Fn(Notice) + Send + Sync + 'static,
    ) -> Self {
        let control = Arc::new(Control { state: Mutex::default(), stopped: Condvar::new() });
        let listening = Listening {
            addresses: addresses.to_vec(),
            settings: settings.clone(),
            channel: channel.clone(),
            control: Arc::clone(&control),
            listener,
        };
        // without a thread it stays as it begins: interrupted
        drop(std::thread::Builder::new().name("larder-watch".into()).spawn(move || listening.run()));
        Self { control }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let handle = {
            let mut state = self.control.lock();
            state.is_stopped = true;
            state.handle.take()
        };
        self.control.stopped.notify_all();
        if let Some(handle) = handle {
            handle.shut_down();
        }
    }
}

impl<L: Fn(Notice)> Listening<L> {
    fn run(&self) {
        let mut backoff = Backoff::new(FIRST_BACKOFF, LONGEST_BACKOFF);
        for address in self.addresses.iter().cycle() {
            if let Ok(mut connection) = self.subscribe(address) {
                backoff.succeeded();
                self.tell(Notice::Resumed);
                // every end of it is a failure, also the one we ask for
                let _ = self.listen(&mut connection);
                if self.control.lock().is_stopped {
                    return;
                }
                self.tell(Notice::Interrupted);
            }
            if self.control.wait_for_stop(backoff.failed()) {
                return;
            }
        }
    }

    fn subscribe(&self, address: &Address) -> Result<Connection, Failure> {
        let (settings, connecting) = (&self.settings, Deadline::after(self.settings.link.connect_timeout));
        let mut connection = Connection::open(address, &settings.tls, settings.link.deadline, connecting)?;
        let handle = connection.handle().map_err(Failure::unreachable)?;
        {
            let mut state = self.control.lock();
            if state.is_stopped {
                return Err(Failure::not_asked("the watch has ended"));
            }
            state.handle = Some(handle);
        }
        let replies =
            connection.exchange(&self.channel.subscribe(), Deadline::after(settings.link.deadline))?;
        match replies.refusal() {
            None => Ok(connection),
            Some(error) => Err(Failure::refused(error)),
        }
    }

    /// Reads messages; in silence it asks whether the server is still there.
    fn listen(&self, connection: &mut Connection) -> Result<(), Failure> {
        let mut was_asked = false;
        loop {
            let (before, patience) =
                (connection.received(), if was_asked { self.settings.link.deadline } else { SILENCE });
            let pushed = match connection.next_message(Deadline::after(patience)) {
                Ok(pushed) => pushed,
                // whatever came, even if not all of a message, shows that the server is there
                Err(failure) if failure.is_timed_out() && connection.received() > before => {
                    was_asked = false;
                    continue;
                }
                Err(failure) if failure.is_timed_out() && !was_asked => {
                    let ping = Request::one(&redis::cmd("PING"));
                    connection.send(&ping, Deadline::after(self.settings.link.deadline))?;
                    was_asked = true;
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            was_asked = false;
            if let Some(error) = server_error(&pushed) {
                return Err(Failure::refused(error));
            }
            if let Some(message) = self.channel.read(&pushed) {
                self.tell(Notice::Message(message));
            }
            if self.control.lock().is_stopped {
                return Err(Failure::not_asked(NO_ANSWER));
            }
        }
    }

    fn tell(&self, notice: Notice) {
        // the thread has to go on, or everybody would trust a watch that sees nothing
        let _ = catch_unwind(AssertUnwindSafe(|| (self.listener)(notice)));
    }
}

impl Control {
    fn wait_for_stop(&self, duration: Duration) -> bool {
        let waited = self.stopped.wait_timeout_while(self.lock(), duration, |state| !state.is_stopped);
        waited.unwrap_or_else(PoisonError::into_inner).0.is_stopped
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // nothing under this lock can leave it half done
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Watch").finish_non_exhaustive()
    }
}

/// After so long without a message the server is asked whether it is there.
const SILENCE: Duration = Duration::from_secs(1);

const FIRST_BACKOFF: Duration = Duration::from_millis(50);
const LONGEST_BACKOFF: Duration = Duration::from_secs(5);
