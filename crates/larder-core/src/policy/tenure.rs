//! Tenure, the default: new entries are on probation, and stay only if they come back sooner than those that stayed before them.
//!
//! From LIRS (Jiang and Zhang, *LIRS: an efficient low inter-reference recency set replacement policy*, SIGMETRICS 2002) comes the rule: keep
//! what has the shortest time between two uses, not what was used last. LIRS orders every key it remembers in one stack. Here each entry and
//! each ghost carries the turn it was last seen in, and two turns are compared instead, which costs 2 bytes rather than a place in a list, and
//! lets uses be marks that are read later, as in CLOCK-Pro (Jiang, Chen and Zhang, USENIX 2005).
//!
//! - **Tenured** entries form a clock. The one at its front was not used since the turn it carries, once the marks before it are spent.
//! - **Probation** is a queue. Whoever was used while in it, or returns from the ghosts, gets tenure if that took fewer turns than the front of
//!   the tenured has been idle. So a loop larger than the cache cannot push out the part of it that fits, and a new working set displaces an
//!   old one as soon as the old one rests.
//! - The length of probation follows its worth: eight times the share of misses that a slightly longer one would have turned into hits, as the
//!   ghosts tell. It is short where tenure serves better (loops, scans) and long where recency does.

use super::{
    Marks, Order, Slot, Touch,
    ghosts::Ghosts,
    list::{Links, List, reach},
    turns::{LAST_STAMP, Stamp, Turns},
};

/// See the module. Every operation costs O(1), amortised over the hits whose marks it spends.
#[derive(Debug, Default)]
pub(super) struct Tenure {
    links: Links,
    probation: List,
    tenured: List,
    places: Vec<Place>,
    ghosts: Ghosts,
    turns: Turns,
    /// How many entries there were when the shapes below were chosen; 0 before the first eviction.
    room: usize,
    /// How many may be tenured.
    posts: usize,
    /// The part of the entries that is on probation, before it is limited to what is sensible.
    share: f32,
    /// By which part of the way an insertion moves the share to where it should be.
    pace: f32,
}

impl Order for Tenure {
    fn touch(&self) -> Touch {
        Touch::Count { max: USES }
    }

    fn insert(&mut self, slot: Slot, hash: u32, marks: &dyn Marks) {
        reach(&mut self.places, slot, Place::default());
        if self.room == 0 {
            // Nobody had to leave yet, and the length of a turn is not known: this is the turn before the first.
            return self.tenure(slot, marks);
        }
        self.turns.pass();
        let absence = self.ghosts.recall(hash).map(|seen| self.turns.since(seen));
        let deserving = absence.filter(|absence| self.deserves_tenure(*absence, marks));
        self.learn(deserving);
        if deserving.is_some() {
            self.tenure(slot, marks);
        } else {
            self.put_on_probation(slot, self.turns.now);
        }
    }

    fn replace(&mut self, old: Slot, new: Slot, marks: &dyn Marks) {
        reach(&mut self.places, new, Place::default());
        let place = self.places[old as usize];
        self.places[new as usize] = place;
        let (list, links) = self.list_of(place);
        list.exchange(links, old, new);
        marks.set(new, (marks.get(new) + 1).min(USES));
    }

    fn remove(&mut self, slot: Slot) {
        let (list, links) = self.list_of(self.places[slot as usize]);
        list.unlink(links, slot);
    }

    fn evict(&mut self, marks: &dyn Marks) -> Option<Slot> {
        self.fit()?;
        while self.tenured.len() > self.posts || self.probation.is_empty() {
            self.demote(marks)?;
        }
        while let Some(slot) = self.probation.pop_front(&mut self.links) {
            let seen = self.places[slot as usize].seen();
            if marks.get(slot) == 0 {
                self.ghosts.remember(marks.hash(slot), seen);
                if let Some(next) = self.probation.front() {
                    marks.prefetch(next);
                }
                return Some(slot);
            }
            marks.set(slot, 0);
            if self.deserves_tenure(self.turns.since(seen), marks) {
                self.tenure(slot, marks);
            } else {
                self.put_on_probation(slot, self.turns.now);
            }
        }
        None
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Tenure {
    /// Whether a use after this many turns is sooner than the next tenured entry to rest can still have.
    fn deserves_tenure(&mut self, turns: Stamp, marks: &dyn Marks) -> bool {
        if self.tenured.len() < self.posts {
            return true;
        }
        self.idlest(marks).is_some_and(|idle| self.turns.since(self.places[idle as usize].seen()) > turns)
    }

    fn tenure(&mut self, slot: Slot, marks: &dyn Marks) {
        if self.room != 0 && self.tenured.len() >= self.posts {
            self.demote(marks);
        }
        self.places[slot as usize] = Place::tenured(self.turns.now);
        self.tenured.push_back(&mut self.links, slot);
    }

    /// Puts a tenured entry back on probation: its last chance.
    fn demote(&mut self, marks: &dyn Marks) -> Option<()> {
        self.idlest(marks);
        let slot = self.tenured.pop_front(&mut self.links)?;
        self.put_on_probation(slot, self.places[slot as usize].seen());
        Some(())
    }

    fn put_on_probation(&mut self, slot: Slot, seen: Stamp) {
        self.places[slot as usize] = Place::on_probation(seen);
        self.probation.push_back(&mut self.links, slot);
    }

    /// Brings a tenured entry to the front that was not used since it was seen; the front is that entry, or all that were looked at are in use.
    fn idlest(&mut self, marks: &dyn Marks) -> Option<Slot> {
        for _ in 0..LOOKS {
            let slot = self.tenured.front()?;
            let uses = marks.get(slot);
            if uses == 0 {
                return Some(slot);
            }
            marks.set(slot, uses - 1);
            self.places[slot as usize] = Place::tenured(self.turns.now);
            self.tenured.rotate(&mut self.links);
        }
        None
    }

    /// Lets probation follow its worth. `absence` is how long ago the new key was seen, if it deserves tenure.
    fn learn(&mut self, absence: Option<Stamp>) {
        let longer = self.probation.len() + self.room / MARGIN;
        let missed = absence.is_some_and(|absence| self.turns.insertions(absence) < longer);
        let goal = if missed { WORTH } else { 0.0 };
        self.share += (goal - self.share) * self.pace;
    }

    /// Divides the posts among the entries that are there now: the store is full when it asks who leaves, by number or by weight.
    fn fit(&mut self) -> Option<()> {
        let entries = Some(self.tenured.len() + self.probation.len()).filter(|entries| *entries > 0)?;
        if entries > self.room + self.room / 3 || entries < self.room / 2 {
            self.room = entries;
            self.pace = 1.0 / (INERTIA * entries as f32);
            self.turns.set_length(entries);
            self.ghosts = Ghosts::with_room_for(entries);
        }
        let probation = self.share.clamp(LEAST, MOST) * entries as f32;
        self.posts = entries - (probation as usize).max(1);
        Some(())
    }

    fn list_of(&mut self, place: Place) -> (&mut List, &mut Links) {
        (if place.is_tenured() { &mut self.tenured } else { &mut self.probation }, &mut self.links)
    }
}

/// Where a slot is, and the turn it was last seen in: a bit beside the stamp.
#[derive(Clone, Copy, Debug, Default)]
struct Place(u16);

impl Place {
    fn tenured(seen: Stamp) -> Self {
        Self(seen | TENURED)
    }

    fn on_probation(seen: Stamp) -> Self {
        Self(seen)
    }

    fn is_tenured(self) -> bool {
        self.0 & TENURED != 0
    }

    fn seen(self) -> Stamp {
        self.0 & LAST_STAMP
    }
}

/// Uses an entry is credited with at most.
const USES: u32 = 2;
/// Tenured entries looked at for one decision at most, so that no insertion takes long.
const LOOKS: usize = 32;
/// A key would have been a hit if probation were longer by this part of the cache.
const MARGIN: usize = 10;
/// The share of probation for each such key in a miss.
const WORTH: f32 = 8.0;
/// How many times the entries must change before the share follows.
const INERTIA: f32 = 4.0;
/// The share of probation is never below this, nor above the next.
const LEAST: f32 = 0.01;
const MOST: f32 = 0.9;

const TENURED: u16 = !LAST_STAMP;

#[cfg(test)]
mod tests;
