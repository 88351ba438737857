//! The queue against a naive model: one list of all jobs, in which everything is counted anew for each answer.

use proptest::{collection::vec, prelude::*};

use super::*;

const LIMITS: Limits = Limits { tasks: 2, threads: 2, queued: 4, idle: Duration::ZERO };

#[derive(Clone, Copy, Debug)]
enum Operation {
    OfferTask,
    OfferThread,
    TaskEnds(End),
    Take,
    ThreadEnds(End),
    /// An idle thread finds no work and leaves.
    Leave,
    /// The thread that an offer asks for cannot be started.
    FailToStart,
    Close,
    Return,
    Reopen,
}

fn operation() -> impl Strategy<Value = Operation> {
    let end = || prop_oneof![Just(End::Done), Just(End::Panicked), Just(End::Dropped)];
    let task_end = prop_oneof![4 => end(), 1 => Just(End::Moved)];
    prop_oneof![
        8 => Just(Operation::OfferTask),
        8 => Just(Operation::OfferThread),
        6 => task_end.prop_map(Operation::TaskEnds),
        6 => Just(Operation::Take),
        6 => end().prop_map(Operation::ThreadEnds),
        3 => Just(Operation::Leave),
        2 => Just(Operation::FailToStart),
        1 => Just(Operation::Close),
        1 => Just(Operation::Return),
        2 => Just(Operation::Reopen),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    WaitsForTask,
    Task,
    WaitsForThread,
    Thread,
}

#[derive(Default)]
struct Naive {
    /// Every job that has not ended, in the order of their offers.
    jobs: Vec<(u32, Place)>,
    threads: usize,
    /// Every end since the count began.
    ends: Vec<End>,
    is_shut: bool,
    has_returned: bool,
}

impl Naive {
    fn count(&self, place: Place) -> usize {
        self.jobs.iter().filter(|job| job.1 == place).count()
    }

    fn waiting(&self) -> usize {
        self.count(Place::WaitsForTask) + self.count(Place::WaitsForThread)
    }

    fn running(&self) -> usize {
        self.count(Place::Task) + self.count(Place::Thread)
    }

    fn idle(&self) -> usize {
        self.threads - self.count(Place::Thread)
    }

    fn ended(&self, end: End) -> u64 {
        self.ends.iter().filter(|one| **one == end).count() as u64
    }

    fn offer_task(&mut self, job: u32) -> Offer<u32> {
        if self.is_shut || self.running_tasks() == LIMITS.tasks && self.waiting() == LIMITS.queued {
            self.ends.push(End::Dropped);
            return Offer::Refused(job);
        }
        let starts = self.running_tasks() < LIMITS.tasks;
        self.jobs.push((job, if starts { Place::Task } else { Place::WaitsForTask }));
        if starts { Offer::Start(job) } else { Offer::Waits }
    }

    fn running_tasks(&self) -> usize {
        self.count(Place::Task)
    }

    fn offer_thread(&mut self, job: u32) -> Offer<u32> {
        if self.is_shut || self.waiting() == LIMITS.queued {
            self.ends.push(End::Dropped);
            return Offer::Refused(job);
        }
        self.jobs.push((job, Place::WaitsForThread));
        match self.idle() {
            idle if idle < self.count(Place::WaitsForThread) && self.threads < LIMITS.threads => {
                self.threads += 1;
                Offer::NeedsThread
            }
            0 => Offer::Waits,
            _ => Offer::WakesThread,
        }
    }

    /// The first job at one place goes to another.
    fn advance(&mut self, from: Place, to: Place) -> Option<u32> {
        let first = self.jobs.iter_mut().find(|job| job.1 == from)?;
        first.1 = to;
        Some(first.0)
    }

    /// Some job at this place ends.
    fn end(&mut self, place: Place, end: End) {
        let at = self.jobs.iter().position(|job| job.1 == place).unwrap();
        self.jobs.remove(at);
        self.ends.push(end);
    }

    fn drop_all(&mut self, place: Place) -> Vec<u32> {
        let left: Vec<u32> = self.jobs.iter().filter(|job| job.1 == place).map(|job| job.0).collect();
        self.jobs.retain(|job| job.1 != place);
        self.ends.extend(left.iter().map(|_| End::Dropped));
        left
    }

    fn thread_left(&mut self) -> Vec<u32> {
        self.threads -= 1;
        if self.threads == 0 { self.drop_all(Place::WaitsForThread) } else { Vec::new() }
    }
}

proptest! {
    #[test]
    fn the_queue_is_as_its_model(operations in vec(operation(), 0..120)) {
        let mut queue = Queue::<u32, u32>::new(LIMITS);
        let mut naive = Naive::default();
        for (number, operation) in (0..).zip(operations) {
            match operation {
                Operation::OfferTask => assert_eq!(queue.offer_task(number), naive.offer_task(number)),
                Operation::OfferThread => assert_eq!(queue.offer_thread(number), naive.offer_thread(number)),
                Operation::TaskEnds(end) if naive.running_tasks() > 0 => {
                    naive.end(Place::Task, end);
                    assert_eq!(queue.task_ended(end), naive.advance(Place::WaitsForTask, Place::Task));
                }
                Operation::Take if naive.idle() > 0 => {
                    assert_eq!(queue.take(), naive.advance(Place::WaitsForThread, Place::Thread));
                }
                Operation::ThreadEnds(end) if naive.count(Place::Thread) > 0 => {
                    naive.end(Place::Thread, end);
                    queue.thread_ended(end);
                }
                Operation::Leave if naive.idle() > 0 && naive.count(Place::WaitsForThread) == 0 => {
                    assert_eq!(Vec::from(queue.thread_left()), naive.thread_left());
                }
                Operation::FailToStart => {
                    let offer = queue.offer_thread(number);
                    assert_eq!(offer, naive.offer_thread(number));
                    if offer == Offer::NeedsThread {
                        assert_eq!(Vec::from(queue.thread_left()), naive.thread_left());
                    }
                }
                Operation::Close => {
                    let (for_tasks, for_threads) = queue.close();
                    assert_eq!(Vec::from(for_tasks), naive.drop_all(Place::WaitsForTask));
                    assert_eq!(Vec::from(for_threads), naive.drop_all(Place::WaitsForThread));
                    naive.is_shut = true;
                }
                Operation::Return => {
                    queue.closed();
                    naive.has_returned |= naive.is_shut;
                }
                Operation::Reopen => {
                    queue.reopen();
                    (naive.is_shut, naive.has_returned) = (false, false);
                    naive.ends.clear();
                }
                // Not what can happen now.
                Operation::TaskEnds(_) | Operation::Take | Operation::ThreadEnds(_) | Operation::Leave => {}
            }
            assert_eq!(queue.background(), Background {
                queued: naive.waiting(),
                running: naive.running(),
                done: naive.ended(End::Done),
                panicked: naive.ended(End::Panicked),
                dropped: naive.ended(End::Dropped),
            });
            assert_eq!(queue.is_idle(), naive.jobs.is_empty());
            assert_eq!(queue.is_open(), !naive.is_shut);
            assert_eq!(queue.is_closing(), naive.is_shut && !naive.has_returned && naive.running() > 0);
            assert!(queue.running() <= LIMITS.tasks + LIMITS.threads && queue.queued() <= LIMITS.queued);
            // Nobody waits beside a free slot, nor without a thread that will come.
            assert!(queue.for_tasks.is_empty() || queue.tasks == LIMITS.tasks);
            assert!(queue.for_threads.is_empty() || queue.threads > 0);
        }
    }
}

#[test]
fn a_machine_has_two_to_four_threads() {
    assert!((2..=4).contains(&Limits::of_this_machine().threads));
}
