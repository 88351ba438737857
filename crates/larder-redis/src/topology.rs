//! Which node of a cluster owns which slot, and finding out when that has changed.
//!
//! The map is read on a thread of its own, one at a time; calls use the map there is, and wait only while there is none.

use std::{
    collections::HashMap,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock},
    time::{Duration, Instant},
};

use larder_core::store_bytes::link::Deadline;
use larder_link::{Failure, NO_ANSWER, Place};
use redis::Value;
use tokio::sync::watch;

use crate::{
    address::Address,
    keyspace::SLOTS,
    protocol::{Link, Settings},
    request::Request,
};

/// Who owns what, at one time.
#[derive(Debug)]
pub(crate) struct SlotMap {
    /// For each slot the node's index, [`NOBODY`] where none serves it.
    owners: Vec<u16>,
    nodes: Vec<Arc<Link>>,
}

const NOBODY: u16 = u16::MAX;

impl SlotMap {
    /// Who owns this slot.
    pub(crate) fn owner(&self, slot: u16) -> Option<&Arc<Link>> {
        self.nodes.get(usize::from(*self.owners.get(usize::from(slot))?))
    }

    /// Everybody who owns a slot.
    pub(crate) fn nodes(&self) -> &[Arc<Link>] {
        &self.nodes
    }
}

/// The map, and how to get the next one.
#[derive(Debug)]
pub(crate) struct Topology {
    seeds: Vec<Address>,
    settings: Settings,
    map: RwLock<Option<Arc<SlotMap>>>,
    known: Mutex<HashMap<Place, Arc<Link>>>,
    reading: Mutex<Reading>,
    /// How often the map was read, with or without success, for threads and for tasks that wait for it.
    finished: Condvar,
    announced: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Reading {
    is_under_way: bool,
    finished: u64,
    last: Option<Instant>,
    failure: Option<Failure>,
}

impl Topology {
    pub(crate) fn new(seeds: Vec<Address>, settings: Settings) -> Self {
        Self {
            seeds,
            settings,
            map: RwLock::new(None),
            known: Mutex::default(),
            reading: Mutex::default(),
            finished: Condvar::new(),
            announced: watch::channel(0).0,
        }
    }

    /// The map, waiting for the first one.
    pub(crate) fn map(self: &Arc<Self>, deadline: Deadline) -> Result<Arc<SlotMap>, Failure> {
        match self.current() {
            Some(map) => Ok(map),
            None => self.next_map(deadline),
        }
    }

    /// The same for a task.
    pub(crate) async fn map_async(self: &Arc<Self>, deadline: Deadline) -> Result<Arc<SlotMap>, Failure> {
        match self.current() {
            Some(map) => Ok(map),
            None => self.next_map_async(deadline).await,
        }
    }

    /// A map that is read from now on.
    pub(crate) fn next_map(self: &Arc<Self>, deadline: Deadline) -> Result<Arc<SlotMap>, Failure> {
        let awaited = self.start(Urgency::Awaited);
        let mut reading = self.lock();
        while reading.finished < awaited {
            let left = deadline.remaining().ok_or_else(|| Failure::timed_out(NO_ANSWER))?;
            reading = self.finished.wait_timeout(reading, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        self.outcome(&reading)
    }

    /// The same for a task.
    pub(crate) async fn next_map_async(
        self: &Arc<Self>,
        deadline: Deadline,
    ) -> Result<Arc<SlotMap>, Failure> {
        let awaited = self.start(Urgency::Awaited);
        let mut finished = self.announced.subscribe();
        let left = deadline.remaining().ok_or_else(|| Failure::timed_out(NO_ANSWER))?;
        let waiting = finished.wait_for(|finished| *finished >= awaited);
        tokio::time::timeout(left, waiting).await.map(drop).map_err(|_| Failure::timed_out(NO_ANSWER))?;
        self.outcome(&self.lock())
    }

    /// Something said that the map is out of date: it is read again, unless that happened a moment ago.
    pub(crate) fn doubt(self: &Arc<Self>) {
        self.start(Urgency::Whenever);
    }

    /// The link to a place that was named by a node.
    pub(crate) fn link(&self, place: &Place) -> Option<Arc<Link>> {
        let seed = self.seeds.first()?;
        Some(self.link_to(seed.at(place.clone())))
    }

    /// Every link that is known now.
    pub(crate) fn links(&self) -> Vec<Arc<Link>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    fn current(&self) -> Option<Arc<SlotMap>> {
        self.map.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn outcome(&self, reading: &Reading) -> Result<Arc<SlotMap>, Failure> {
        match (&reading.failure, self.current()) {
            (None, Some(map)) => Ok(map),
            (Some(failure), _) => Err(failure.clone()),
            (None, None) => Err(Failure::unreachable("no node of the cluster answers")),
        }
    }

    /// Has the map read, and says at which count of readings what is asked for is there.
    fn start(self: &Arc<Self>, urgency: Urgency) -> u64 {
        let mut reading = self.lock();
        let is_recent = reading.last.is_some_and(|last| last.elapsed() < RECENT);
        if reading.is_under_way {
            // for `clear`, a reading that began before is as good: the map is never newer than the answers to it
            return reading.finished + 1;
        }
        if is_recent && (urgency == Urgency::Whenever || reading.failure.is_some()) {
            return reading.finished;
        }
        reading.is_under_way = true;
        let awaited = reading.finished + 1;
        drop(reading);
        let topology = Arc::clone(self);
        let read = move || {
            let outcome = topology.read();
            topology.finish(outcome.err());
        };
        if std::thread::Builder::new().name("larder-cluster".into()).spawn(read).is_err() {
            self.finish(Some(Failure::unreachable("no thread can be had to read the slots of the cluster")));
        }
        awaited
    }

    fn finish(&self, failure: Option<Failure>) {
        let mut reading = self.lock();
        reading.is_under_way = false;
        reading.finished += 1;
        reading.last = Some(Instant::now());
        reading.failure = failure;
        self.finished.notify_all();
        self.announced.send_replace(reading.finished);
    }

    /// Asks one node after the other until one knows.
    fn read(&self) -> Result<(), Failure> {
        let mut asked: Vec<Arc<Link>> = self.current().map(|map| map.nodes.clone()).unwrap_or_default();
        asked.extend(self.seeds.iter().map(|seed| self.link_to(seed.clone())));
        let mut last = Failure::unreachable("no node of the cluster is known");
        for link in asked {
            let request = Request::one(redis::cmd("CLUSTER").arg("SLOTS"));
            let replies = link.call(&request, Deadline::after(self.settings.link.deadline));
            match replies.map(|replies| replies.into_values().pop()) {
                Ok(Some(Value::Array(ranges))) => {
                    self.take_in(&ranges, &link);
                    return Ok(());
                }
                Ok(reply) => {
                    let error = reply.as_ref().and_then(crate::connection::server_error);
                    last = Failure::refused(
                        error.as_deref().unwrap_or("it does not know the slots of a cluster"),
                    );
                }
                Err(failure) => last = failure,
            }
        }
        Err(last)
    }

    fn take_in(&self, ranges: &[Value], asked: &Arc<Link>) {
        let mut owners = vec![NOBODY; usize::from(SLOTS)];
        let mut nodes: Vec<Arc<Link>> = Vec::new();
        for (first, last, place) in
            ranges.iter().filter_map(|range| read_range(range, &asked.protocol().address.place))
        {
            let link = self.link_to(asked.protocol().address.at(place));
            let at = nodes.iter().position(|node| Arc::ptr_eq(node, &link)).unwrap_or_else(|| {
                nodes.push(link);
                nodes.len() - 1
            });
            if let Some(slots) = owners.get_mut(usize::from(first)..=usize::from(last)) {
                slots.fill(u16::try_from(at).unwrap_or(NOBODY));
            }
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let seeds = &self.seeds;
        known.retain(|place, link| {
            nodes.iter().any(|node| Arc::ptr_eq(node, link)) || seeds.iter().any(|seed| seed.place == *place)
        });
        drop(known);
        *self.map.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(SlotMap { owners, nodes }));
    }

    fn link_to(&self, address: Address) -> Arc<Link> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || self.settings.link(address.clone());
        Arc::clone(known.entry(address.place.clone()).or_insert_with(make))
    }

    fn lock(&self) -> MutexGuard<'_, Reading> {
        // nothing under this lock can leave it half done
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How much somebody wants a new map.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Urgency {
    Awaited,
    Whenever,
}

/// First slot, last slot and master of one range of `CLUSTER SLOTS`.
fn read_range(range: &Value, asked: &Place) -> Option<(u16, u16, Place)> {
    let Value::Array(parts) = range else { return None };
    let [Value::Int(first), Value::Int(last), Value::Array(master), ..] = parts.as_slice() else {
        return None;
    };
    let (first, last) = (u16::try_from(*first).ok()?, u16::try_from(*last).ok()?);
    let [host, Value::Int(port), ..] = master.as_slice() else { return None };
    let host = match host {
        Value::BulkString(host) => std::str::from_utf8(host).ok()?,
        Value::SimpleString(host) => host,
        _ => "",
    };
    (first <= last && last < SLOTS).then_some(())?;
    Some((first, last, place(host, u16::try_from(*port).ok()?, asked)))
}

/// A node as another one names it; one that does not know its own host is where it was asked.
pub(crate) fn place(host: &str, port: u16, asked: &Place) -> Place {
    let host = match (host, asked) {
        ("" | "?", Place::Tcp { host, .. }) => host.as_str(),
        _ => host,
    };
    Place::Tcp { host: host.to_owned(), port }
}

/// How long a map, or the failure to get one, is taken for the latest.
const RECENT: Duration = Duration::from_millis(100);
